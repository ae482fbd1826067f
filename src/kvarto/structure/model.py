"""What structure hands to the writers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kvarto.execute.result import Executed
from kvarto.project import Book, Chapter
from kvarto.structure.ast import Attr, Blocks, Inlines

KINDS = ("fig", "tbl", "lst", "eq", "nte", "wrn", "tip", "imp", "cau")
"""What takes numbers within a chapter, each kind by itself."""

CALLOUT_KINDS = {"note": "nte", "warning": "wrn", "tip": "tip", "important": "imp", "caution": "cau"}


@dataclass
class Label:
    """A place that can be referred to: a float, an equation, a heading or any other id.

    kind: a member of KINDS, `ch` (chapter), `apx` (appendix), `sec` (section), or `id` for anything else.
    number: «1.2», «V1.2», «1»; "" when unnumbered. sub: «a» of a sub-figure. page: the HTML file, None when
    the chapter has no page. title: heading or caption. target: the id in this format (ids may differ from
    what the author wrote where the PDF needs one id once in the whole book). `page_top`: it is the chapter's
    own heading. fault: what is
    wrong with it, if anything.
    """

    id: str
    kind: str
    number: str
    chapter: str
    page: str | None
    title: Inlines = field(default_factory=list)
    sub: str = ""
    parent: str = ""
    target: str = ""
    page_top: bool = False
    fault: str = ""


@dataclass
class Heading:
    """A heading of a chapter: `number` as shown («1.2», "" when unnumbered), `title` without notes.

    listed: False for one with the classes `unnumbered` and `unlisted`, which no list of contents shows.
    """

    level: int
    id: str
    number: str
    title: Inlines
    listed: bool = True


@dataclass
class StructuredChapter:
    """A chapter in structured AST (docs/architecture.md). The first block is the chapter's own Header.

    headings: all headings, the chapter's own first. formulas: every formula, as (TeX, displayed or not).
    """

    chapter: Chapter
    blocks: Blocks
    headings: list[Heading] = field(default_factory=list)
    formulas: set[tuple[str, bool]] = field(default_factory=set)

    @property
    def title(self) -> Inlines:
        """The chapter's title without number or notes."""
        return self.headings[0].title if self.headings else []


@dataclass
class Structured:
    """The whole book in structured AST, for one format.

    labels: by id as the author wrote it (ids of headings without `sec-` are in `anchors`).
    anchors: (chapter id, id) → Label for every id in the book, whatever it stands on.
    title_delim: between «Figur 1.1» and the caption's text. citations: whether any citation was resolved.
    executed: what the chapters came from, for their files.
    """

    book: Book
    fmt: str
    chapters: list[StructuredChapter]
    labels: dict[str, Label]
    anchors: dict[tuple[str, str], Label]
    title_delim: str = ":"
    citations: bool = False
    executed: Mapping[str, Executed] = field(default_factory=dict)

    def __iter__(self) -> Iterator[StructuredChapter]:
        """The chapters in order, parts and the appendices' divider among them."""
        return iter(self.chapters)

    def chapter(self, ident: str) -> StructuredChapter:
        """The chapter with this id."""
        return next(c for c in self.chapters if c.chapter.id == ident)


__all__ = ["CALLOUT_KINDS", "KINDS", "Attr", "Heading", "Label", "Structured", "StructuredChapter"]
