"""A comment or a tracked change of a returned document, and where in the book it belongs."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

COMMENT, INSERTED, DELETED, REPLACED = "comment", "inserted", "deleted", "replaced"
BROKEN, JOINED = "paragraph-inserted", "paragraph-deleted"


@dataclass(frozen=True)
class Place:
    """File (relative to the book) and line. how: `bookmark`, or `text` where only the words were found."""

    path: str
    line: int
    how: str = "bookmark"


@dataclass(frozen=True)
class Note:
    """A comment or a change.

    kind: `comment`, `inserted`, `deleted`, `replaced`, `paragraph-inserted`, `paragraph-deleted`. quote: the
    text that it is about (deleted text, or what is commented on). text: what the person wrote. replies: pairs
    of author and text. heading: the heading above it. place: None where it is not found. date: as Word wrote
    it («2026-11-24T10:12:00Z»), or "".
    """

    kind: str
    author: str
    date: str
    quote: str
    text: str
    place: Place | None
    heading: str = ""
    resolved: bool = False
    replies: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        data = asdict(self)
        data["replies"] = [{"author": author, "text": text} for author, text in self.replies]
        return data
