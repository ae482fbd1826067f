"""What is known of a book before any of its chapters is run; the rules are those of `kvarto.project`."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kvarto.project.authors import Author
from kvarto.words import MONTHS_NB
from kvarto.yamlio import Doc, Keys


@dataclass(frozen=True)
class Extension:
    """A Quarto format extension: its folder, its parsed `_extension.yml`, and what it says of the format.

    `contributes` is the merged metadata for this base format (`common` < `html`/`typst`/`docx`), with
    `template-partials`, `font-paths`, `filters`, `theme`, … relative to `folder`.
    """

    name: str
    folder: Path
    data: dict[str, Any]
    contributes: dict[str, Any]


@dataclass(frozen=True)
class Format:
    """An output format of the book: `base` is `html`, `typst` or `docx`; `name` as written (`storby-typst`).

    `options` are merged: the extension's, then top-level keys of `_quarto.yml`, then the format's own.
    """

    name: str
    base: str
    options: dict[str, Any]
    extension: Extension | None = None


@dataclass
class Chapter:
    """One item of the book, in order. See the module's rules."""

    id: str
    kind: str
    title: str
    source: Path | None = None
    html: str | None = None
    title_text: str = ""
    heading_id: str | None = None
    title_from_meta: bool = False
    numbered: bool = False
    number: int | None = None
    appendix: bool = False
    depth: int = 0
    front: dict[str, Any] = field(default_factory=dict)
    front_lines: dict[Keys, int] = field(default_factory=dict)
    body_line: int = 1

    @property
    def path(self) -> str | None:
        """The source relative to the root, with slashes; None without source."""
        return self.id if self.source else None

    @property
    def prefix(self) -> str:
        """What stands before the dot in numbers: «1», «V1», or "" when unnumbered."""
        if self.number is None:
            return ""
        return f"V{self.number}" if self.appendix else str(self.number)


@dataclass
class NavItem:
    """A line of the menu: `href` is None for a group without a page; `number` is «1» or ""."""

    text: str
    href: str | None
    chapter: Chapter
    number: str = ""
    children: list[NavItem] = field(default_factory=list)


@dataclass
class Book:
    """Everything said about the book before any chapter is run. See the module's docstring."""

    root: Path
    output_dir: Path
    title: str
    subtitle: str
    authors: list[Author]
    date: str
    lang: str
    words: dict[str, str]
    language: dict[str, str]
    chapters: list[Chapter]
    nav: list[NavItem]
    formats: dict[str, Format]
    bibliography: list[Path]
    csl: Path | None
    crossref: dict[str, Any]
    execute: dict[str, Any]
    meta: dict[str, Any]
    variables: dict[str, Any]
    doc: Doc
    stem: str
    resources: list[str] = field(default_factory=list)

    def word(self, key: str, default: str = "") -> str:
        """A word the book prints; keys as in Quarto's `language:`."""
        return self.words.get(key, default)

    def chapter(self, ident: str) -> Chapter:
        """The chapter with this id."""
        return next(c for c in self.chapters if c.id == ident)

    @property
    def pdf_name(self) -> str:
        """The name of the PDF in the output folder."""
        return f"{self.stem}.pdf"

    @property
    def docx_name(self) -> str:
        """The name of the Word file in the output folder."""
        return f"{self.stem}.docx"

    @property
    def sources(self) -> list[Chapter]:
        """Chapters (and parts) that have a source file and a page."""
        return [c for c in self.chapters if c.source]

    @property
    def cache(self) -> Path:
        """Where kvarto keeps what it may reuse; safe to delete."""
        return self.root / ".kvarto"

    @property
    def date_long(self) -> str:
        """The book's date as it is read."""
        return self.long(self.date)

    def long(self, date: str) -> str:
        """A date as it is read («22. november 2026»), or as written when it is no ISO date."""
        m = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
        if not m or not 1 <= int(m[2]) <= 12:
            return date
        if self.lang.split("-")[0] in ("nb", "no", "nn"):
            return f"{int(m[3])}. {MONTHS_NB[int(m[2]) - 1]} {m[1]}"
        return datetime.date(int(m[1]), int(m[2]), int(m[3])).strftime("%B %-d, %Y")

    def line(self, *keys: str | int) -> int | None:
        """The line of a key in `_quarto.yml`, for faults."""
        return self.doc.line(*keys)
