"""What running a chapter gives: Markdown for pandoc, where each line came from, and files that were made.

executed = results[chapter.id]
text = executed.markdown("html")            # or "typst"; the same string unless a cell asked for the format
path, line = executed.place("html", 17)     # the source of Markdown line 17 (1-based)
file = executed.resource(book, "k_files/figure-html/fig-en-output-1.svg")   # absolute path, or None
executed.key("html")                        # hash of text and made files: equal key, equal pages
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from kvarto.project import Book, Chapter

Line = tuple[str, int]
"""(file relative to the project, 1-based line)."""


@dataclass
class Text:
    """Markdown of a chapter with the source of each of its lines."""

    markdown: str
    lines: list[Line] = field(default_factory=list)


@dataclass
class Executed:
    """A chapter after its cells have run.

    texts: per format (`html`, `typst`); the same object twice when one run serves both.
    files: made by figures of cells: path as written in the Markdown (relative to the chapter's folder) → absolute.
    ran: whether Python was started for it this time.
    """

    chapter: Chapter
    texts: dict[str, Text]
    files: dict[str, Path] = field(default_factory=dict)
    ran: bool = False

    def markdown(self, fmt: str) -> str:
        """The Markdown for a format."""
        return self.texts[fmt].markdown

    def lines(self, fmt: str) -> list[Line]:
        """For each line of the Markdown, where it came from."""
        return self.texts[fmt].lines

    def place(self, fmt: str, line: int) -> Line:
        """The source of a 1-based line of the Markdown; the nearest earlier one when past the end."""
        rows = self.texts[fmt].lines
        return rows[max(0, min(line, len(rows)) - 1)] if rows else (self.chapter.id, 1)

    def same(self) -> bool:
        """Whether all formats have one text."""
        return len({t.markdown for t in self.texts.values()}) <= 1

    def resource(self, book: Book, url: str) -> Path | None:
        """The file that a local link or image path in this chapter means, or None if there is none.

        A leading slash means the project's root. Remote URLs and data: give None.
        """
        name = unquote(url.split("#")[0].split("?")[0])
        if not name or "://" in name or name.startswith(("data:", "mailto:")):
            return None
        if url in self.files:
            return self.files[url]
        if name in self.files:
            return self.files[name]
        base = self.chapter.source.parent if self.chapter.source and not name.startswith("/") else book.root
        path = (base / name.lstrip("/")).resolve()
        return path if path.is_file() else None

    def key(self, fmt: str) -> str:
        """A hash that is equal exactly when the text and the bytes of the made files are."""
        digest = hashlib.sha256(self.texts[fmt].markdown.encode())
        for name, path in sorted(self.files.items()):
            digest.update(name.encode())
            digest.update(path.read_bytes() if path.is_file() else b"")
        return digest.hexdigest()
