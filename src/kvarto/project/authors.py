"""Who wrote the book: `author:` in all the forms that Quarto takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kvarto.project.config import as_list, text_of


@dataclass(frozen=True)
class Author:
    """A person; `affiliations` are plain names."""

    name: str
    affiliations: tuple[str, ...] = ()
    orcid: str | None = None
    email: str | None = None

    def described(self, words: Callable[[str], str] = str) -> dict[str, Any]:
        """As Quarto hands an author to templates (`by-author`); `words` makes a text one of the format."""
        return {
            "name": {"literal": words(self.name)},
            "affiliations": [{"name": words(place)} for place in self.affiliations],
            "orcid": words(self.orcid or ""),
            "email": words(self.email or ""),
        }


def authors_of(value: Any) -> list[Author]:
    """The authors that `author:` names: text, a list, mappings."""
    out = []
    for item in as_list(value):
        if isinstance(item, dict):
            name = item.get("name")
            if isinstance(name, dict):
                name = name.get("literal") or " ".join(str(name[k]) for k in ("given", "family") if k in name)
            places = [
                str(a.get("name", "")) if isinstance(a, dict) else str(a)
                for a in as_list(item.get("affiliation", item.get("affiliations")))
            ]
            out.append(Author(text_of(name), tuple(places), item.get("orcid"), item.get("email")))
        else:
            out.append(Author(str(item)))
    return out
