"""What the parts of a chapter's walk share: its state, faults with their places, labels."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kvarto.execute.result import Executed
from kvarto.faults import Fault, Faults
from kvarto.project import Book, Chapter, merge
from kvarto.structure import ast, conditional
from kvarto.structure.ast import Attr, Blocks, Element, Inlines
from kvarto.structure.locate import Locator
from kvarto.structure.model import Heading, Label
from kvarto.structure.numbers import Counters

if TYPE_CHECKING:
    from kvarto.annotations import Annotations

FLOAT = re.compile(r"(fig|tbl|lst)-[^\s]+$")
REFERENCE = re.compile(
    r"(?P<kind>fig|tbl|lst|eq|sec|nte|wrn|tip|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr)-.+$"
)

# Quarto constructs that kvarto does not have, and what to write instead.
UNSUPPORTED_CLASSES: dict[str, tuple[str, str]] = {
    "panel-tabset": (
        "Faner (panel-tabset) støttes ikke.",
        "Skriv innholdet under hverandre, med egne overskrifter.",
    ),
    "column-margin": ("Margtekst (column-margin) støttes ikke.", "Bruk en fotnote eller en boks (callout)."),
    "aside": ("Margtekst (aside) støttes ikke.", "Bruk en fotnote eller en boks (callout)."),
    "margin-caption": ("Bildetekst i margen støttes ikke.", "Ta bort klassen margin-caption."),
    "panel-input": ("Paneler for inndata støttes ikke.", "Fjern boksen."),
    "panel-sidebar": ("Sidepaneler støttes ikke.", "Fjern boksen."),
}

LAYOUT = ("layout", "layout-ncol", "layout-nrow", "layout-align", "layout-valign")


@dataclass
class Ref:
    """A reference waiting for the book's labels: `span` is filled in place."""

    span: Element
    target: str
    key: str
    prefix: Inlines | None
    bare: bool
    capital: bool
    nth: int


@dataclass
class Citation:
    """A Cite waiting for citeproc; `in_note` matters to note styles."""

    cite: Element
    in_note: bool
    fault: str = ""


@dataclass
class Link:
    """A Link to another place in the book, waiting for the anchors."""

    link: Element
    url: str


@dataclass
class Draft:
    """A chapter after its own walk."""

    chapter: Chapter
    blocks: Blocks
    headings: list[Heading]
    labels: list[Label]
    refs: list[Ref]
    citations: list[Citation]
    links: list[Link]
    refs_div: Element | None
    locator: Locator
    ids: dict[str, Label] = field(default_factory=dict)
    formulas: set[tuple[str, bool]] = field(default_factory=set)


class Base:
    """State of one chapter's walk, faults and labels; the parts of the walk build on it."""

    def __init__(
        self,
        book: Book,
        chapter: Chapter,
        executed: Executed | None,
        fmt: str,
        faults: Faults,
        counters: Counters,
        annotations: Annotations | None = None,
    ) -> None:
        """`fmt` is `html`, `typst` or `docx`."""
        self.annotations = annotations
        self.book, self.chapter, self.executed, self.fmt = book, chapter, executed, fmt
        self.faults = faults
        self.meta: dict[str, Any] = merge(book.meta, chapter.front)
        self.count = counters
        self.at = Locator(executed, fmt, chapter.id, faults)
        self.headings: list[Heading] = []
        self.labels: list[Label] = []
        self.refs: list[Ref] = []
        self.citations: list[Citation] = []
        self.links: list[Link] = []
        self.refs_div: Element | None = None
        self.ids: dict[str, Label] = {}
        self.float: Label | None = None
        self.subs = 0
        self.in_note = False
        self.formulas: set[tuple[str, bool]] = set()
        options = book.formats[fmt].options if fmt in book.formats else {}
        # Quarto's number-depth does nothing to headings in Typst, where the template numbers them.
        depth = chapter.front.get("number-depth") or options.get("number-depth")
        self.number_depth = int(depth) if depth and fmt == "html" else 6
        self.numbered_sections = options.get("number-sections", True) is not False

    def mark(self, fault: Fault) -> Element:
        """A fault as an inline mark."""
        return ast.fault_mark(fault.what)

    def mark_block(self, fault: Fault) -> Element:
        """A fault as a block mark."""
        return ast.fault_block(fault.what)

    def _label(
        self,
        ident: str,
        kind: str,
        number: str = "",
        title: Inlines | None = None,
        *,
        sub: str = "",
        parent: str = "",
        page_top: bool = False,
        public: bool = True,
    ) -> Label:
        label = Label(
            ident, kind, number, self.chapter.id, self.chapter.html, title or [], sub, parent, ident, page_top
        )
        if ident:
            pattern = id_pattern(ident)
            n = self.at.met(f"id {ident}")
            if ident in self.ids:
                fault = self.at.fault(
                    pattern,
                    f"Merkelappen {ident} brukes to ganger.",
                    f"Den står også på linje {self.at.place(self.at.line(pattern))[1]}.",
                    "Gi den ene et annet navn, og rett henvisningene.",
                    kind="duplicate-id",
                    nth=n,
                )
                label.fault = fault.what
            self.ids[ident] = label
            if public:
                self.labels.append(label)
        return label

    def _norwegian(self) -> bool:
        return self.book.lang.split("-")[0].lower() in ("nb", "nn", "no")

    def _check_condition(self, at: Attr) -> None:
        for key, value in at[2]:
            pattern = rf"{key}=\"?{re.escape(value)}"
            if key in ("when-format", "unless-format"):
                if value not in conditional.KNOWN_FORMATS:
                    self.at.fault(
                        pattern,
                        f"Formatet «{value}» finnes ikke.",
                        "",
                        "Bruk html (nettsidene), typst (PDF-en) eller docx (Word).",
                        kind="unknown-format",
                    )
                elif value == "pdf":
                    self.at.fault(
                        pattern,
                        'when-format="pdf" treffer ikke PDF-en, som lages med Typst.',
                        "",
                        "Skriv typst i stedet for pdf.",
                        kind="lint-format-pdf",
                        severity="lint",
                    )
            elif key in ("when-profile", "unless-profile"):
                self.at.fault(
                    pattern,
                    "Profiler (when-profile) støttes ikke.",
                    "",
                    "Bruk when-meta.",
                    kind="unsupported",
                )

    # --- what the other parts of the walk give --------------------------------------------------------------

    def blocks(self, blocks: Blocks) -> Blocks:
        """Transform a list of blocks."""
        raise NotImplementedError

    def inlines(self, inlines: Inlines) -> Inlines:
        """Transform a list of inlines."""
        raise NotImplementedError

    def _image(self, el: Element) -> Inlines:
        raise NotImplementedError

    def _table(self, el: Element) -> Blocks:
        raise NotImplementedError

    def _cell(self, el: Element) -> Blocks:
        raise NotImplementedError

    def _layout(self, el: Element) -> Element:
        raise NotImplementedError

    def _listing_without_label(self) -> Fault:
        raise NotImplementedError

    def _float_div(self, el: Element) -> Element:
        raise NotImplementedError

    def _float(self, ident: str, inner: Blocks, caption: Inlines | None, at: Attr) -> Element:
        raise NotImplementedError


def id_pattern(ident: str) -> str:
    """How an id stands in the text: `{#fig-x}`, `label="fig-x"`, `label: fig-x`."""
    return rf"(?:#|label=\"?|label:\s*){re.escape(ident)}(?![\w-])"


def at_pattern(key: str) -> str:
    """How a reference to a key stands in the text."""
    return rf"@\{{?{re.escape(key)}(?![\w-])"
