"""The search index: one entry for each page's opening and for each of its sections, as Quarto's
`search.json`.
"""

from __future__ import annotations

from typing import Any

from kvarto.structure import ast
from kvarto.structure.ast import Blocks
from kvarto.structure.build import address
from kvarto.structure.model import StructuredChapter


def entries(chapter: StructuredChapter, title: str, crumbs: list[str]) -> list[dict[str, Any]]:
    """Entries of one page. `title` is the page's title with its number."""
    page = address(chapter.chapter.html or "")
    found: list[dict[str, Any]] = []
    section: str = ""
    ident = ""
    words: list[str] = []

    def close() -> None:
        text = " ".join(" ".join(words).split())
        if text or section:
            href = page + (f"#{address(ident)}" if section else "")
            found.append(
                {
                    "objectID": href,
                    "href": href,
                    "title": title,
                    "section": section,
                    "text": text,
                    "crumbs": crumbs,
                }
            )

    for el in _flat(chapter.blocks[1:]):
        if el["t"] == "Header" and el["c"][0] == 2:
            close()
            number = ast.get(el["c"][1], "number")
            section = f"{number} {ast.stringify(el['c'][2])}".strip()
            ident, words = el["c"][1][0], []
        else:
            words.append(ast.stringify([el], notes=True))
    close()
    return found


def page_entry(href: str, title: str) -> dict[str, Any]:
    """The entry of a page found by its title alone."""
    return {"objectID": href, "href": href, "title": title, "section": "", "text": "", "crumbs": [title]}


def _flat(blocks: Blocks) -> Blocks:
    """Blocks with the divs that hold sections opened; code is not searched."""
    out: Blocks = []
    for el in blocks:
        if el["t"] in ("CodeBlock", "RawBlock", "HorizontalRule"):
            continue
        if el["t"] == "Div" and el["c"][0][0] != "refs":
            out.extend(_flat(el["c"][1]))
        else:
            out.append(el)
    return out
