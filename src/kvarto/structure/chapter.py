"""One chapter: pandoc's AST → structured AST, with numbers; references and citations are left to be filled in.

The order of the book's constructs is the order of this walk: what is hidden in the format takes no number, a
float takes its number before its parts do.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from kvarto.execute.result import Executed
from kvarto.faults import Fault, Faults
from kvarto.project import Book, Chapter, merge
from kvarto.structure import ast, conditional, tables
from kvarto.structure.ast import NBSP, Attr, Blocks, Element, Inlines
from kvarto.structure.inlines import inlines_of
from kvarto.structure.locate import Locator
from kvarto.structure.model import CALLOUT_KINDS, Heading, Label
from kvarto.structure.numbers import Counters
from kvarto.structure.parse import Parsed

FLOAT = re.compile(r"(fig|tbl|lst)-[^\s]+$")
REFERENCE = re.compile(
    r"(?P<kind>fig|tbl|lst|eq|sec|nte|wrn|tip|imp|cau|thm|lem|cor|prp|cnj|def|exm|exr)-.+$"
)
THEOREM = re.compile(r"(thm|lem|cor|prp|cnj|def|exm|exr)-.+$")
CALLOUT = re.compile(r"callout-(note|tip|warning|important|caution)$")

# Quarto constructs that kvarto does not have. What they would need, so that the author can choose.
UNSUPPORTED_CLASSES: dict[str, tuple[str, str]] = {
    "panel-tabset": (
        "Faner (panel-tabset) støttes ikke.",
        "Skriv innholdet under hverandre, med egne overskrifter.",
    ),
    "column-margin": ("Margtekst (column-margin) støttes ikke.", "Bruk en fotnote eller en boks (callout)."),
    "aside": ("Margtekst (aside) støttes ikke.", "Bruk en fotnote eller en boks (callout)."),
    "margin-caption": ("Bildetekst i margen støttes ikke.", "Ta bort klassen margin-caption."),
    "panel-input": ("Paneler for innganger støttes ikke.", "Ta bort diven."),
    "panel-sidebar": ("Sidepaneler støttes ikke.", "Ta bort diven."),
}
THEOREM_WORDS: dict[str, tuple[str, str]] = {
    "thm": ("Theorem", "Setning"),
    "lem": ("Lemma", "Lemma"),
    "cor": ("Corollary", "Korollar"),
    "prp": ("Proposition", "Proposisjon"),
    "cnj": ("Conjecture", "Formodning"),
    "def": ("Definition", "Definisjon"),
    "exm": ("Example", "Eksempel"),
    "exr": ("Exercise", "Oppgave"),
}
"""English and Norwegian words, where `book.word` has none."""

PROOFS: dict[str, tuple[str, str]] = {
    "proof": ("Proof", "Bevis"),
    "remark": ("Remark", "Merknad"),
    "solution": ("Solution", "Løsning"),
}

_UNSUPPORTED_PREFIX = ("column-page", "column-screen", "column-body", "panel-")
_LAYOUT = ("layout", "layout-ncol", "layout-nrow", "layout-align", "layout-valign")
_NOTE_MARK = re.compile(r"\[\^([^\]\s]+)\]")
_BROKEN_FENCE = re.compile(r"^:{3,}(\s|$|\{)?")


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


class Walk:
    """The walk of one chapter. Make one, call `run`."""

    def __init__(
        self,
        book: Book,
        chapter: Chapter,
        executed: Executed | None,
        fmt: str,
        faults: Faults,
        counters: Counters,
    ) -> None:
        """`fmt` is `html` or `typst`."""
        self.book, self.chapter, self.executed, self.fmt = book, chapter, executed, fmt
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
        options = book.formats[fmt].options if fmt in book.formats else {}
        self.number_depth = int(chapter.front.get("number-depth") or options.get("number-depth") or 6)
        self.numbered_sections = options.get("number-sections", True) is not False
        self._block: dict[str, Callable[[Element], Blocks]] = {
            "Div": self._div,
            "Header": self._header,
            "Figure": self._figure,
            "Table": self._table,
            "CodeBlock": self._code,
            "RawBlock": self._raw_block,
            "Para": self._para,
            "Plain": self._para,
            "LineBlock": self._line_block,
            "DefinitionList": self._definitions,
        }

    def run(self, parsed: Parsed) -> Draft:
        """Walk the chapter's blocks."""
        self._pandoc_warnings(parsed)
        blocks = parsed.blocks
        if self.chapter.title_from_meta:
            blocks = [title_header(self.chapter), *blocks]
        blocks = self.blocks(blocks)
        return Draft(
            self.chapter,
            blocks,
            self.headings,
            self.labels,
            self.refs,
            self.citations,
            self.links,
            self.refs_div,
            self.at,
            self.ids,
        )

    # --- faults ---------------------------------------------------------------------------------------------

    def _fault(
        self,
        pattern: str | None,
        what: str,
        why: str = "",
        fix: str = "",
        *,
        kind: str,
        nth: int = 0,
        line: int | None = None,
    ) -> Fault:
        return self.at.fault(pattern, what, why, fix, kind=kind, nth=nth, line=line)

    def _pandoc_warnings(self, parsed: Parsed) -> None:
        for text, line in parsed.warnings:
            if m := re.match(r"Div at line (\d+) column \d+ unclosed", text):
                self._fault(
                    None,
                    "En div (:::) er ikke lukket.",
                    "Alt etter denne linjen havner inne i den.",
                    "Skriv ::: på en egen linje der den slutter.",
                    kind="unclosed-div",
                    line=int(m[1]),
                )
            elif m := re.match(r"Note with key '(.+?)' defined at line (\d+)", text):
                self._fault(
                    None,
                    f"Fotnoten [^{m[1]}] er skrevet, men ikke brukt i teksten.",
                    fix=f"Sett merket [^{m[1]}] der noten hører til, eller ta bort noten.",
                    kind="unused-note",
                    line=int(m[2]),
                )
            elif text.startswith("Duplicate note reference"):
                name = re.search(r"'\^?(.+?)'", text)
                self._fault(
                    None,
                    f"To fotnoter i samme kapittel heter [^{name[1] if name else '?'}].",
                    fix="Gi den ene et annet merke.",
                    kind="duplicate-note",
                    line=line,
                )
            elif text.startswith(("Duplicate link reference", "Could not parse", "Reference not found")):
                self._fault(None, "Pandoc forstår ikke denne linjen.", text, kind="pandoc", line=line)

    def mark(self, fault: Fault) -> Element:
        """A fault as an inline mark."""
        return ast.span(ast.attr("", ["kv-fault"]), ast.words(fault.what))

    def mark_block(self, fault: Fault) -> Element:
        """A fault as a block mark."""
        return ast.div(ast.attr("", ["kv-fault"]), [{"t": "Para", "c": ast.words(fault.what)}])

    # --- ids ------------------------------------------------------------------------------------------------

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
                fault = self._fault(
                    pattern,
                    f"Merkelappen {ident} brukes to ganger.",
                    f"Den står også på linje {self.at.place(self.at.line(pattern))[1]}.",
                    "Gi den ene et annet navn, og rett henvisningene.",
                    kind="duplicate-id",
                    nth=n,
                )
                label.line = fault.line
            self.ids[ident] = label
            if public:
                self.labels.append(label)
        return label

    # --- blocks ---------------------------------------------------------------------------------------------

    def blocks(self, blocks: Blocks) -> Blocks:
        """Transform a list of blocks."""
        out: Blocks = []
        for el in blocks:
            handler = self._block.get(el["t"])
            if handler is not None:
                out.extend(handler(el))
            elif el["t"] == "BlockQuote":
                el["c"] = self.blocks(el["c"])
                out.append(el)
            elif el["t"] == "BulletList":
                el["c"] = [self.blocks(item) for item in el["c"]]
                out.append(el)
            elif el["t"] == "OrderedList":
                el["c"][1] = [self.blocks(item) for item in el["c"][1]]
                out.append(el)
            else:
                out.append(el)
        return out

    def _line_block(self, el: Element) -> Blocks:
        el["c"] = [self.inlines(row) for row in el["c"]]
        return [el]

    def _definitions(self, el: Element) -> Blocks:
        el["c"] = [
            [self.inlines(term), [self.blocks(d) for d in definitions]] for term, definitions in el["c"]
        ]
        return [el]

    def _para(self, el: Element) -> Blocks:
        content: Inlines = el["c"]
        if len(content) == 1 and content[0]["t"] == "Image":
            image = content[0]
            at = image["c"][0]
            if FLOAT.match(at[0]):
                # An image with a label but no caption: still a numbered figure.
                ident, at[0] = at[0], ""
                return [self._float(ident, [ast.plain([image])], [], ast.attr())]
            self._image(image, None)
            return [el]
        if content and content[0]["t"] == "Str" and _BROKEN_FENCE.match(content[0]["c"]):
            nth = self.at.met("stray fence")
            fault = self._fault(
                rf"^\s*{re.escape(content[0]['c'])}",
                "Denne linjen med ::: hører ikke til noen div.",
                "Den blir stående som tekst.",
                "Ta den bort, eller åpne diven med ::: {.klasse} (med en tom linje foran).",
                kind="stray-div",
                nth=nth,
            )
            del fault
        el["c"] = self.inlines(content)
        return [el]

    def _header(self, el: Element) -> Blocks:
        level, at, content = el["c"]
        content = self.inlines(content)
        el["c"][2] = content
        title = [i for i in content if i["t"] != "Note"]
        chapter = self.chapter
        if not self.headings and level == 1:
            number = str(chapter.number) if chapter.number is not None else ""
            kind = ("apx" if chapter.appendix else "ch") if chapter.kind == "chapter" else "ch"
            el["c"][1] = at = ast.without(at, "number")
            if number:
                ast.put(at, "number", number)
            self._label(at[0], kind, number, title, page_top=True)
            self.headings.append(Heading(1, at[0], number, title))
            return [el]
        if level == 1:
            self._fault(
                rf"^#\s+{re.escape(ast.stringify(title)[:20].split(' ')[0])}",
                f"Kapittelet har en overskrift til på øverste nivå: «{ast.stringify(title)}».",
                "En fil er ett kapittel med én overskrift på nivå 1 (#).",
                "Bruk ## for underkapitler, eller flytt teksten til en egen fil.",
                kind="second-chapter",
            )
            level = el["c"][0] = 2
        number = ""
        if "unnumbered" not in at[1]:
            number = self.count.section(level)
        shown = number if level <= self.number_depth and self.numbered_sections else ""
        if shown:
            ast.put(at, "number", shown)
        self._label(at[0], "sec", number, title)
        self.headings.append(Heading(level, at[0], shown, title))
        return [el]

    # --- divs -----------------------------------------------------------------------------------------------

    def _div(self, el: Element) -> Blocks:
        at: Attr = el["c"][0]
        ident, classes, _ = at
        if conditional.is_conditional(at):
            return self._conditional(el)
        for name in classes:
            if name in UNSUPPORTED_CLASSES or name.startswith(_UNSUPPORTED_PREFIX):
                what, fix = UNSUPPORTED_CLASSES.get(name, (f"Klassen {name} støttes ikke.", "Ta bort diven."))
                fault = self._fault(
                    rf"\.{re.escape(name)}(?![\w-])|:::+\s*{re.escape(name)}\s*$",
                    what,
                    "",
                    fix,
                    kind="unsupported",
                    nth=self.at.met(f"class {name}"),
                )
                return [self.mark_block(fault), *self.blocks(el["c"][1])]
        if "columns" in classes:
            return self._columns(el)
        callout = next((m[1] for c in classes if (m := CALLOUT.match(c))), None)
        if callout:
            return self._callout(el, callout)
        if "cell" in classes:
            return self._cell(el)
        if "kv-pagebreak" in classes or "kv-fault" in classes:
            return [el]
        if THEOREM.match(ident) or set(classes) & set(PROOFS):
            return self._theorem(el)
        if ident == "refs":
            self.refs_div = el
            self._label("refs", "id", public=False)
            return [el]
        if FLOAT.match(ident):
            return [self._float_div(el)]
        if any(c.startswith("callout-") and c not in ("callout-title", "callout-body") for c in classes):
            name = next(c for c in classes if c.startswith("callout-"))
            fault = self._fault(
                rf"{re.escape(name)}",
                f"Boksen {name} finnes ikke.",
                "",
                "Typene er callout-note, -tip, -warning, -important og -caution.",
                kind="unknown-callout",
            )
            return [self.mark_block(fault), *self.blocks(el["c"][1])]
        if "list-table" in classes:
            table = tables.list_table(at, el["c"][1])
            if table is None:
                fault = self._fault(
                    r"\.list-table",
                    "Listen i list-table er ikke en tabell.",
                    "Hvert punkt er en rad, og hvert underpunkt en celle.",
                    "Skriv alle rader som - - celle.",
                    kind="list-table",
                    nth=self.at.met("list-table"),
                )
                return [self.mark_block(fault), *self.blocks(el["c"][1])]
            out = self._table(table)
            rest = ast.without(at, "header-rows", "header-cols", "aligns", "widths", classes=("list-table",))
            return [ast.div(rest, out)] if rest[0] or rest[1] else out
        if any(ast.has(at, key) for key in _LAYOUT):
            return [self._layout(el)]
        if ident:
            self._label(ident, "id", public=False)
        el["c"][1] = self.blocks(el["c"][1])
        if "row-headers" in classes:
            for inner in ast.walk(el["c"][1]):
                if inner["t"] == "Table":
                    tables.set_row_headers(inner)
        return [el]

    def _conditional(self, el: Element) -> Blocks:
        at = el["c"][0]
        self._check_condition(at)
        if not conditional.shown(at, self.fmt, self.meta):
            return []
        rest = conditional.bare(at)
        if rest[0] or rest[1] or rest[2]:
            el["c"][0] = rest
            return self._div(el)
        return self.blocks(el["c"][1])

    def _check_condition(self, at: Attr) -> None:
        for key, value in at[2]:
            pattern = rf"{key}=\"?{re.escape(value)}"
            if key in ("when-format", "unless-format"):
                if value not in conditional.KNOWN_FORMATS:
                    self._fault(
                        pattern,
                        f"Formatet «{value}» finnes ikke.",
                        "",
                        "Bruk html (nettsidene) eller typst (PDF-en).",
                        kind="unknown-format",
                    )
                elif value == "pdf":
                    self.at.fault(
                        pattern,
                        'when-format="pdf" treffer ikke PDF-en, som lages med Typst.',
                        "",
                        "Skriv typst i stedet for pdf.",
                        kind="format-pdf",
                        severity="lint",
                    )
            elif key in ("when-profile", "unless-profile"):
                self._fault(
                    pattern,
                    "Profiler (when-profile) støttes ikke.",
                    "",
                    "Bruk when-meta.",
                    kind="unsupported",
                )

    def _theorem(self, el: Element) -> Blocks:
        """Theorem-like divs («Setning 1.1 (Navn)») and proofs («Bevis.»): the name begins the first paragraph."""
        at, inner = el["c"]
        name: Inlines | None = None
        if ast.has(at, "name"):
            name = self.inlines(inlines_of(ast.get(at, "name")))
        elif inner and inner[0]["t"] == "Header":
            name, inner = self.inlines(inner[0]["c"][2]), inner[1:]
        m = THEOREM.match(at[0])
        if m:
            number = self.count.next(m[1])
            word = self.book.word(f"crossref-{m[1]}-title") or THEOREM_WORDS[m[1]][self._norwegian()]
            said = [
                *ast.words(f"{word} {number}"),
                *([ast.SPACE, ast.text("("), *name, ast.text(")")] if name else []),
            ]
            title = ast.span(ast.attr("", ["theorem-title"]), [{"t": "Strong", "c": said}])
            self._label(at[0], m[1], number, name)
            at = [
                at[0],
                ["theorem", *[c for c in at[1] if c != "theorem"]],
                [p for p in at[2] if p[0] != "name"],
            ]
        else:
            kind = next(c for c in at[1] if c in PROOFS)
            word = self.book.word(f"environment-{kind}-title") or PROOFS[kind][self._norwegian()]
            said = [*ast.words(word), *([ast.SPACE, ast.text("("), *name, ast.text(")")] if name else [])]
            title = ast.span(ast.attr("", ["proof-title"]), [{"t": "Emph", "c": said}, ast.text(".")])
            if at[0]:
                self._label(at[0], "id", public=False)
        body = self.blocks(inner)
        if body and body[0]["t"] in ("Para", "Plain"):
            body[0]["c"] = [title, ast.SPACE, *body[0]["c"]]
        else:
            body.insert(0, {"t": "Para", "c": [title]})
        return [ast.div(at, body)]

    def _norwegian(self) -> bool:
        return self.book.lang.split("-")[0].lower() in ("nb", "nn", "no")

    def _columns(self, el: Element) -> Blocks:
        """`.columns` with `.column` divs: panels beside each other."""
        at, inner = el["c"]
        columns = [b for b in inner if b["t"] == "Div" and "column" in b["c"][0][1]]
        if len(columns) != len(inner) or not columns:
            fault = self._fault(
                r"\.columns",
                "I en div med klassen columns kan bare divs med klassen column stå.",
                "",
                'Legg alt innholdet i ::: {.column width="50%"}.',
                kind="columns",
            )
            return [self.mark_block(fault), *self.blocks(inner)]
        widths = [_percent(ast.get(c["c"][0], "width")) or 100 / len(columns) for c in columns]
        panels = [ast.div(ast.attr("", ["kv-panel"]), self.blocks(c["c"][1])) for c in columns]
        return [ast.div([at[0], ["kv-layout"], [["layout", json.dumps([widths])]]], panels)]

    # --- callouts -------------------------------------------------------------------------------------------

    def _callout(self, el: Element, kind: str) -> Blocks:
        at: Attr = el["c"][0]
        inner: Blocks = el["c"][1]
        own: Inlines | None = None
        if ast.has(at, "title"):
            own = self.inlines(inlines_of(ast.get(at, "title")))
        elif inner and inner[0]["t"] == "Header":
            own = self.inlines(inner[0]["c"][2])
            inner = inner[1:]
        appearance = ast.get(at, "appearance", "default")
        if appearance not in ("default", "simple", "minimal"):
            self._fault(
                r"appearance=",
                f"Utseendet «{appearance}» finnes ikke for en boks.",
                "",
                "Bruk default, simple eller minimal.",
                kind="unknown-callout",
            )
            appearance = "default"
        out = ast.attr(
            at[0],
            ["kv-callout", *[c for c in at[1] if not CALLOUT.match(c)]],
            type=kind,
            appearance=appearance,
            collapse=ast.get(at, "collapse"),
            icon=ast.get(at, "icon"),
        )
        default = ast.words(self.book.word(f"callout-{kind}-title", kind.capitalize()))
        ident = at[0]
        if ident.startswith(CALLOUT_KINDS[kind] + "-"):
            number = self.count.next(CALLOUT_KINDS[kind])
            word = self.book.word(f"crossref-{CALLOUT_KINDS[kind]}-prefix")
            ast.put(out, "label", word)
            ast.put(out, "number", number)
            self._label(ident, CALLOUT_KINDS[kind], number, own or default)
        elif ident:
            self._label(ident, "id", public=False)
        if own is None:
            ast.put(out, "title", "default")
        title = ast.div(ast.attr("", ["kv-title"]), [ast.plain(own if own is not None else default)])
        return [ast.div(out, [title, *self.blocks(inner)])]

    # --- floats ---------------------------------------------------------------------------------------------

    def _float_div(self, el: Element) -> Element:
        at, inner = el["c"]
        caption: Inlines | None = None
        inner = list(inner)
        if len(inner) > 1 and inner[-1]["t"] in ("Para", "Plain") and not _only_images(inner[-1]["c"]):
            caption = inner.pop()["c"]
        return self._float(at[0], inner, caption, ast.without(at, classes=("cell",)))

    def _float(
        self, ident: str, inner: Blocks, caption: Inlines | None, at: Attr, classes: tuple[str, ...] = ()
    ) -> Element:
        """A float; `caption` None means: take the one caption that stands inside, if any."""
        kind = ident.split("-", 1)[0]
        if caption is None:
            caption = _hoist(inner)
        parent = self.float
        sub = ""
        if parent is None:
            number = self.count.next(kind)
            word = self.book.word(f"crossref-{kind}-title")
        else:
            self.subs += 1
            sub = self.count.sub(self.subs)
            number, word = parent.number, self.book.word(f"crossref-{parent.kind}-title")
            kind = parent.kind
        label = self._label(ident, kind, number, [], sub=sub, parent=parent.id if parent else "")
        alt = ast.get(at, "fig-alt") if ast.has(at, "fig-alt") else None
        widths = ast.get(at, "tbl-colwidths")
        layout = {k: v for k, v in at[2] if k in _LAYOUT}
        own_classes = [c for c in at[1] if c not in ("kv-float",)]
        out = ast.attr(
            ident,
            ["kv-float", kind, *classes, *own_classes],
            label=word,
            number=number,
            parent=parent.id if parent else "",
            sub=sub,
        )
        out[2] += [
            p
            for p in at[2]
            if p[0]
            not in (*_LAYOUT, "fig-alt", "tbl-colwidths", "label", "number", "fig-cap", "tbl-cap", "lst-cap")
        ]
        outer_float, outer_subs = self.float, self.subs
        if parent is None:
            self.float, self.subs = label, 0
        for block in inner:
            _give(block, ident, alt, widths)
        content = (
            [self._layout(ast.div(["", [], [[k, v] for k, v in layout.items()]], inner))]
            if layout
            else self.blocks(inner)
        )
        if parent is None:
            self.float, self.subs = outer_float, outer_subs
        if "row-headers" in own_classes:
            for block in ast.walk(content):
                if block["t"] == "Table":
                    tables.set_row_headers(block)
        if not content:
            fault = self._fault(
                rf"#{re.escape(ident)}(?![\w-])",
                f"{word} {ident} er tom.",
                "",
                "Legg et bilde, en tabell eller en celle i den.",
                kind="empty-float",
            )
            content = [self.mark_block(fault)]
        title = self.inlines(caption)
        label.title = title
        return ast.div(out, [*content, ast.div(ast.attr("", ["kv-caption"]), [ast.plain(title)])])

    def _figure(self, el: Element) -> Blocks:
        at, caption, content = el["c"]
        inlines = [i for block in caption[1] for i in block.get("c", [])]
        for block in content:
            if block["t"] in ("Plain", "Para"):
                for image in block["c"]:
                    # pandoc repeats the caption as the image's description: that is no alternative text.
                    if image["t"] == "Image" and image["c"][1] == inlines:
                        image["c"][1] = []
        if FLOAT.match(at[0]):
            return [self._float(at[0], content, inlines, ast.without(at))]
        if at[0]:
            self._label(at[0], "id", public=False)
        else:
            image = next(
                (i for b in content for i in b.get("c", []) if isinstance(i, dict) and i["t"] == "Image"),
                None,
            )
            url = image["c"][2][0] if image else ""
            self.at.fault(
                rf"\]\({re.escape(url)}",
                "Figuren har bildetekst, men ingen merkelapp.",
                "Den får ikke nummer på nettsiden, men i PDF-en, og der forskyver den de neste.",
                "Gi den en merkelapp: {#fig-navn}.",
                kind="lint-figure-id",
                severity="lint",
            )
        caption[1] = [ast.plain(self.inlines(inlines))]
        el["c"][2] = self.blocks(content)
        return [el]

    def _table(self, el: Element) -> Blocks:
        at = el["c"][0]
        widths = ast.get(at, "tbl-colwidths")
        if widths and not tables.set_widths(el, widths):
            self._fault(
                r"tbl-colwidths=",
                f"tbl-colwidths={widths} passer ikke til tabellen, som har {len(el['c'][2])} kolonner.",
                "",
                "Skriv ett tall for hver kolonne: [30,70].",
                kind="colwidths",
            )
        el["c"][0] = at = ast.without(at, "tbl-colwidths", "quarto-postprocess")
        if "row-headers" in at[1]:
            tables.set_row_headers(el)
        ident = at[0]
        if FLOAT.match(ident):
            el["c"][0] = ["", *at[1:]]
            caption = _table_caption(el)
            return [self._float(ident, [el], caption, ast.attr())]
        if ident:
            self._label(ident, "id", public=False)
        for row in ast.table_rows(el):
            for cell in row[1]:
                cell[4] = self.blocks(cell[4])
        el["c"][1][1] = self.blocks(el["c"][1][1])
        return [el]

    def _code(self, el: Element) -> Blocks:
        at = el["c"][0]
        odd = next((c for c in at[1] if c.startswith("{") and not c.startswith("{{")), None)
        if odd:
            fault = self._fault(
                re.escape(odd),
                f"Kodeblokken {odd} støttes ikke.",
                "Bare {python} kjøres.",
                f"Skriv {odd.strip('{}')} uten krøllparenteser for å vise koden.",
                kind="unsupported",
            )
            return [self.mark_block(fault), el]
        ident = at[0]
        if ident.startswith("lst-"):
            caption = inlines_of(ast.get(at, "lst-cap"))
            el["c"][0] = ["", at[1], [p for p in at[2] if p[0] != "lst-cap"]]
            return [self._float(ident, [el], caption, ast.attr())]
        if ident:
            self._label(ident, "id", public=False)
        return [el]

    def _raw_block(self, el: Element) -> Blocks:
        fmt, content = el["c"]
        return [el] if self._raw(fmt, content, block=True) else []

    def _raw(self, fmt: str, content: str, *, block: bool) -> bool:
        """Whether raw content stays in this format. What would be lost without the author's saying so is a fault."""
        base = {"html5": "html", "html4": "html"}.get(fmt, fmt)
        if base == self.fmt:
            return True
        head = re.escape(content.strip()[:50])
        explicit = re.search(
            rf"\{{={re.escape(fmt)}\}}\s*\n\s*{head}" if block else rf"`{head}.*?`\{{={re.escape(fmt)}\}}",
            self.at.text,
        )
        if explicit or re.fullmatch(r"\s*(<!--.*?-->\s*)*", content, re.S):
            return False
        first = re.escape(content.strip().split("\n")[0])
        if base == "html":
            self._fault(
                first,
                f"HTML-koden {content.strip().splitlines()[0][:40]} kommer ikke med i PDF-en.",
                "",
                'Skriv det som Markdown, eller legg det i ::: {.content-visible when-format="html"}.',
                kind="raw-html",
                nth=self.at.met("raw " + content),
            )
        else:
            self._fault(
                first,
                f"Rå {fmt} støttes ikke: {content.strip().splitlines()[0][:40]}",
                "",
                "Skriv det som Markdown.",
                kind="raw",
                nth=self.at.met("raw " + content),
            )
        return False

    # --- layout ---------------------------------------------------------------------------------------------

    def _layout(self, el: Element) -> Element:
        at, inner = el["c"]
        panels: Blocks = []
        for block in inner:
            if block["t"] in ("Para", "Plain") and _only_images(block["c"]):
                for image in block["c"]:
                    if image["t"] == "Image":
                        panels.append({"t": "Para", "c": [image]})
            elif block["t"] == "Div" and "cell" in block["c"][0][1]:
                outputs = self._cell(block)
                for made in self._cell(block):
                    panels.extend(ast.div(ast.attr("", ["kv-panel"]), [p]) for p in made["c"][1])
            else:
                panels.append(block)
        done: Blocks = []
        for block in panels:
            if block["t"] == "Div" and "kv-panel" in block["c"][0][1]:
                done.extend(block["c"][1])
                continue
            out = self.blocks([block])
            if len(out) == 1:
                done.append(out[0])
            elif out:
                done.append(ast.div(ast.attr("", ["kv-panel"]), out))
        pairs: dict[str, str] = {}
        if ast.has(at, "layout"):
            try:
                rows = json.loads(ast.get(at, "layout"))
                pairs["layout"] = json.dumps(rows if rows and isinstance(rows[0], list) else [rows])
            except ValueError:
                self._fault(
                    r"layout=",
                    f"layout={ast.get(at, 'layout')} er ikke en liste av tall.",
                    "",
                    'Skriv for eksempel layout="[[1,1],[1]]".',
                    kind="layout",
                )
                pairs["ncol"] = "1"
        elif ast.has(at, "layout-nrow"):
            rows_wanted = max(1, _int(ast.get(at, "layout-nrow"), 1))
            pairs["ncol"] = str(max(1, math.ceil(len(done) / rows_wanted)))
        else:
            pairs["ncol"] = str(max(1, _int(ast.get(at, "layout-ncol"), 1)))
        for key in ("layout-align", "layout-valign"):
            if ast.has(at, key):
                pairs[key.removeprefix("layout-")] = ast.get(at, key)
        if at[0]:
            self._label(at[0], "id", public=False)
        return ast.div([at[0], ["kv-layout", *at[1]], [list(p) for p in pairs.items()]], done)

    # --- cells ----------------------------------------------------------------------------------------------

    def _cell(self, el: Element) -> Blocks:
        """A cell's Div: its label and captions make floats of its outputs."""
        at, inner = el["c"]
        captions: dict[str, list[Inlines]] = {}
        parts: Blocks = []
        for block in inner:
            if block["t"] == "Div" and "kv-cell-caption" in block["c"][0][1]:
                option = ast.get(block["c"][0], "option")
                captions.setdefault(option, []).append([i for b in block["c"][1] for i in b.get("c", [])])
            else:
                parts.append(block)
        label = ast.get(at, "label")
        kind = label.split("-", 1)[0] if FLOAT.match(label) else ""
        lst = ast.get(at, "lst-label")
        code: Blocks = []
        outputs: Blocks = []
        for block in parts:
            (code if block["t"] == "CodeBlock" or _is_fold(block) else outputs).append(block)
        if lst or "lst-cap" in captions:
            first = next((b for b in code if b["t"] == "CodeBlock"), None)
            if first is not None:
                i = code.index(first)
                code[i] = self._float(
                    lst or "lst-" + label, [first], captions.get("lst-cap", [[]])[0], ast.attr()
                )
        layout = [[k, v] for k, v in at[2] if k in _LAYOUT]
        body: Blocks
        if kind in ("fig", "tbl"):
            body = self._cell_floats(label, kind, outputs, captions, layout)
        else:
            caption = (captions.get("fig-cap") or captions.get("tbl-cap") or [None])[0]
            if caption is not None:
                _caption_unlabelled(outputs, caption, "fig" if "fig-cap" in captions else "tbl")
            body = [self._layout(ast.div(["", [], layout], outputs))] if layout else self.blocks(outputs)
        done = [
            b if b["t"] == "Div" and "kv-float" in b["c"][0][1] else self.blocks([b])[0] for b in code
        ] + body
        if not done:
            return []
        if label and not kind:
            self._label(label, "id", public=False)
        rest: list[list[str]] = []
        return [
            ast.div(
                [label if label and not kind else "", ["cell", *[c for c in at[1] if c != "cell"]], rest],
                done,
            )
        ]

    def _cell_floats(
        self,
        label: str,
        kind: str,
        outputs: Blocks,
        captions: dict[str, list[Inlines]],
        layout: list[list[str]],
    ) -> Blocks:
        displays = [b for b in outputs if not _is_text_output(b)]
        others = [b for b in outputs if _is_text_output(b)]
        subs = captions.get(f"{kind}-subcap", [])
        main = captions.get(f"{kind}-cap", [])
        if not displays:
            if others:
                # The output is text: it is what the label names.
                return [self._float(label, others, main[0] if main else [], ast.attr())]
            return []
        before = self.blocks(others)
        if len(main) > 1 and not subs:
            return before + [
                self._float(f"{label}-{i}", [out], cap, ast.attr())
                for i, (out, cap) in enumerate(zip(displays, main, strict=False), 1)
            ]
        content: Blocks = displays
        if subs:
            images = _split_images(displays)
            content = [
                ast.div(
                    [f"{label}-{i}", [], []], [out, {"t": "Para", "c": subs[i - 1] if i <= len(subs) else []}]
                )
                for i, out in enumerate(images, 1)
            ]
        at: Attr = ["", [], layout]
        return [*before, self._float(label, content, main[0] if main else (None if not subs else []), at)]

    # --- inlines --------------------------------------------------------------------------------------------

    def inlines(self, inlines: Inlines) -> Inlines:
        """Transform a list of inlines."""
        out: Inlines = []
        i = 0
        while i < len(inlines):
            el = inlines[i]
            i += 1
            t = el["t"]
            if t == "Space" or t == "SoftBreak":
                out.append(el)
            elif t == "Str":
                value = el["c"]
                out.append(el)
                if value[0:1] == "[" or "[^" in value:
                    self._undefined_note(value, out)
            elif t == "Cite":
                out.extend(self._cite(el))
            elif t in ("Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"):
                el["c"] = self.inlines(el["c"])
                out.append(el)
            elif t == "Quoted":
                el["c"][1] = self.inlines(el["c"][1])
                out.append(el)
            elif t == "Span":
                out.extend(self._span(el))
            elif t == "Link":
                out.append(self._link(el))
            elif t == "Image":
                self._image(el, None)
                out.append(el)
            elif t == "Note":
                inner, self.in_note = self.in_note, True
                el["c"] = self.blocks(el["c"])
                self.in_note = inner
                out.append(el)
            elif t == "Math" and el["c"][0]["t"] == "DisplayMath":
                eq, used = self._equation(el, inlines[i:])
                out.append(eq)
                i += used
            elif t == "RawInline":
                out.extend(self._raw_inline(el))
            else:
                out.append(el)
        return out

    def _undefined_note(self, value: str, out: Inlines) -> None:
        m = _NOTE_MARK.search(value)
        if m and re.search(rf"(?<!\\)\[\^{re.escape(m[1])}\](?!:)", self.at.text):
            fault = self._fault(
                rf"(?<!\\)\[\^{re.escape(m[1])}\](?!:)",
                f"Fotnoten [^{m[1]}] finnes ikke.",
                "Merket står i teksten, men noten er ikke skrevet.",
                f"Skriv noten på en egen linje: [^{m[1]}]: Tekst.",
                kind="undefined-note",
                nth=self.at.met(f"note {m[1]}"),
            )
            out.append(self.mark(fault))

    def _raw_inline(self, el: Element) -> Inlines:
        fmt, content = el["c"]
        if fmt == "html" and re.fullmatch(r"<br\s*/?>", content.strip(), re.I):
            return [{"t": "LineBreak"}]
        return [el] if self._raw(fmt, content, block=False) else []

    def _span(self, el: Element) -> Inlines:
        at, inner = el["c"]
        if conditional.is_conditional(at):
            self._check_condition(at)
            if not conditional.shown(at, self.fmt, self.meta):
                return []
            rest = conditional.bare(at)
            if not (rest[0] or rest[1] or rest[2]):
                return self.inlines(inner)
            el["c"][0] = at = rest
        for name in at[1]:
            if name in ("aside", "column-margin"):
                what, fix = UNSUPPORTED_CLASSES[name]
                fault = self._fault(
                    rf"\.{name}", what, "", fix, kind="unsupported", nth=self.at.met(f"class {name}")
                )
                return [self.mark(fault), *self.inlines(inner)]
        if at[0].startswith("eq-") and len(inner) == 1 and inner[0]["t"] == "Math":
            return [self._numbered(inner[0], at[0], at)]
        if at[0]:
            self._label(at[0], "id", public=False)
        el["c"][1] = self.inlines(inner)
        return [el]

    def _equation(self, el: Element, after: Inlines) -> tuple[Element, int]:
        """Display mathematics followed by `{#eq-x alt="…"}`, which pandoc takes for text."""
        k = 0
        while k < len(after) and after[k]["t"] in ("Space", "SoftBreak"):
            k += 1
        if k == len(after) or after[k]["t"] != "Str" or not after[k]["c"].startswith("{#eq-"):
            return el, 0
        end = next((n for n in range(k, len(after)) if after[n]["t"] == "Str" and "}" in after[n]["c"]), None)
        if end is None:
            return el, 0
        m = re.match(r"\{#(eq-[^\s}]+)(.*?)\}", ast.source_like(after[k : end + 1]), re.S)
        if m is None:
            return el, 0
        at: Attr = [m[1], [], [[key, value] for key, value in re.findall(r'([\w-]+)="([^"]*)"', m[2])]]
        tail = after[end]["c"].split("}", 1)[1]
        eq = self._numbered(el, m[1], at)
        if tail:
            after[end]["c"] = tail
            return eq, end
        return eq, end + 1

    def _numbered(self, el: Element, ident: str, at: Attr) -> Element:
        number = self.count.next("eq")
        self._label(ident, "eq", number)
        out = ast.attr(ident, ["kv-eq"], number=number)
        out[2] += [p for p in at[2] if p[0] not in ("number",)]
        return ast.span(out, [el])

    # --- references -----------------------------------------------------------------------------------------

    def _cite(self, el: Element) -> Inlines:
        citations, shown = el["c"]
        keys = [c["citationId"] for c in citations]
        internal = [_reference(k) is not None for k in keys]
        if not any(internal):
            for c in citations:
                c["citationPrefix"] = self.inlines(c["citationPrefix"])
                c["citationSuffix"] = self.inlines(c["citationSuffix"])
            self.citations.append(Citation(el, self.in_note))
            return [el]
        if not all(internal):
            fault = self._fault(
                rf"@{re.escape(keys[0])}",
                "Henvisninger og kilder kan ikke stå i samme klamme.",
                ast.stringify(shown),
                "Skriv dem hver for seg.",
                kind="mixed-citation",
            )
            return [self.mark(fault), *shown]
        out: Inlines = []
        for n, c in enumerate(citations):
            if n:
                out += [ast.text(","), ast.SPACE]
            key = c["citationId"]
            target = _reference(key) or key
            pattern = at_pattern(key)
            prefix = self.inlines(c["citationPrefix"])
            while prefix and prefix[-1]["t"] in ("Space", "SoftBreak"):
                prefix = prefix[:-1]
            holder = ast.span(ast.attr("", ["kv-ref"]), [])
            self.refs.append(
                Ref(
                    holder,
                    target,
                    key,
                    prefix or None,
                    c["citationMode"]["t"] == "SuppressAuthor",
                    key[0].isupper(),
                    self.at.met(pattern),
                )
            )
            out.append(holder)
            suffix = self.inlines(c["citationSuffix"])
            if suffix:
                # Quarto drops what follows; the author's words are kept here.
                if c["citationMode"]["t"] == "AuthorInText":
                    out += [ast.SPACE, ast.text("["), *suffix, ast.text("]")]
                else:
                    out += suffix if suffix[0].get("c") == "," else [ast.SPACE, *suffix]
        return out

    def _link(self, el: Element) -> Element:
        at, inner, target = el["c"]
        el["c"][1] = self.inlines(inner)
        if at[0]:
            self._label(at[0], "id", public=False)
        url: str = target[0]
        if url and not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", url):
            self.links.append(Link(el, url))
        return el

    def _image(self, el: Element, _float: Label | None) -> None:
        at, content, target = el["c"]
        url: str = target[0]
        pattern = rf"\]\({re.escape(url)}"
        nth = self.at.met(pattern)
        if ast.has(at, "fig-alt"):
            alt: str | None = ast.get(at, "fig-alt")
        elif ast.has(at, "alt"):
            alt = ast.get(at, "alt")
        else:
            alt = ast.stringify(content) or None
        el["c"][0] = at = ast.without(
            at,
            "fig-alt",
            "alt",
            "fig-cap",
            "fig-align",
            "fig-pos",
            "fig-env",
            "fig-scap",
            "lightbox",
            "group",
        )
        if alt is None:
            self._fault(
                pattern,
                f"Bildet {url} mangler alternativ tekst.",
                "Uten den får den som ikke ser bildet, ingenting, og PDF-en blir ikke godkjent.",
                'Skriv fig-alt="Hva bildet viser" i krøllparentesen etter bildet, eller #| fig-alt: i cellen.',
                kind="missing-alt",
                nth=nth,
            )
        ast.put(at, "fig-alt", alt or "")
        el["c"][1] = ast.words(alt or "")
        if re.match(r"https?:|//", url):
            self._fault(
                pattern,
                f"Bildet {url} hentes fra nettet.",
                "Boken skal kunne leses uten å spørre andre.",
                "Lagre bildet i bokens mappe og pek på det.",
                kind="remote-image",
                nth=nth,
            )
        elif (
            not url.startswith("data:")
            and self.executed is not None
            and self.executed.resource(self.fmt, url) is None
        ):
            self._fault(
                pattern,
                f"Bildefilen {url} finnes ikke.",
                f"Lette fra mappen til {self.chapter.id}.",
                "Rett stien, eller legg filen der.",
                kind="missing-image",
                nth=nth,
            )


def title_header(chapter: Chapter) -> Element:
    """The heading of a chapter (or part) whose title is metadata."""
    title = inlines_of(chapter.title)
    slug = re.sub(r"[^\w\s.-]", "", ast.stringify(title).lower())
    ident = chapter.heading_id or re.sub(r"^[^a-zæøå]+", "", re.sub(r"\s+", "-", slug.strip())) or "section"
    return {"t": "Header", "c": [1, [ident, [] if chapter.numbered else ["unnumbered"], []], title]}


def _reference(key: str) -> str | None:
    """The id a key refers to («Fig-x» means «fig-x»), or None when the key is a source."""
    low = key[0].lower() + key[1:]
    return low if REFERENCE.match(low) else None


def id_pattern(ident: str) -> str:
    """How an id stands in the text: `{#fig-x}`, `label="fig-x"`, `label: fig-x`."""
    return rf"(?:#|label=\"?|label:\s*){re.escape(ident)}(?![\w-])"


def at_pattern(key: str) -> str:
    """How a reference to a key stands in the text."""
    return rf"@\{{?{re.escape(key)}(?![\w-])"


def _percent(value: str) -> float | None:
    m = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*%?\s*", value)
    return float(m[1]) if m else None


def _int(value: str, default: int) -> int:
    try:
        return int(value)
    except ValueError:
        return default


def _only_images(inlines: Inlines) -> bool:
    """Whether a paragraph holds images and nothing else."""
    kinds = {i["t"] for i in inlines}
    return "Image" in kinds and kinds <= {"Image", "Space", "SoftBreak", "LineBreak"}


def _is_fold(block: Element) -> bool:
    return block["t"] == "Div" and "cell-code" in block["c"][0][1]


def _is_text_output(block: Element) -> bool:
    """Printed text, warnings and tracebacks: never what a label names when there is something better."""
    return (
        block["t"] == "Div"
        and bool({"cell-output-stdout", "cell-output-stderr", "cell-output-error"} & set(block["c"][0][1]))
        and bool(block["c"][1])
        and block["c"][1][0]["t"] == "CodeBlock"
    )


def _split_images(outputs: Blocks) -> Blocks:
    """One block for each panel: outputs that hold several images are cut up."""
    out: Blocks = []
    for block in outputs:
        inner = block["c"][1] if block["t"] == "Div" and "cell-output" in block["c"][0][1] else [block]
        images = [
            i
            for b in inner
            if b["t"] in ("Para", "Plain") and _only_images(b["c"])
            for i in b["c"]
            if i["t"] == "Image"
        ]
        if len(images) > 1:
            out += [{"t": "Para", "c": [i]} for i in images]
        else:
            out.append(block)
    return out


def _find(blocks: Blocks, kinds: tuple[str, ...]) -> Iterator[Element]:
    """Figures or tables that stand in these blocks, floats of their own left out."""
    for el in blocks:
        if el["t"] in kinds:
            at = ast.attr_of(el)
            if at is None or not FLOAT.match(at[0]):
                yield el
        elif el["t"] == "Div" and not FLOAT.match(el["c"][0][0]):
            yield from _find(el["c"][1], kinds)


def _table_caption(table: Element) -> Inlines:
    """Take the caption off a table."""
    blocks = table["c"][1][1]
    table["c"][1] = [None, []]
    return [i for b in blocks for i in b.get("c", [])]


def _hoist(blocks: Blocks) -> Inlines:
    """The caption of the one figure or table inside, taken off it; else none."""
    found = list(_find(blocks, ("Figure", "Table")))
    if len(found) != 1:
        return []
    if found[0]["t"] == "Table":
        return _table_caption(found[0])
    figure = found[0]
    caption = [i for b in figure["c"][1][1] for i in b.get("c", [])]
    for block in figure["c"][2]:
        if block["t"] in ("Plain", "Para"):
            for image in block["c"]:
                if image["t"] == "Image" and image["c"][1] == caption:
                    image["c"][1] = []
    content = figure["c"][2]
    figure.clear()
    figure.update(ast.div(ast.attr(), content))
    return caption


def _give(block: Element, ident: str, alt: str | None, widths: str) -> None:
    """Hand the float's `fig-alt` and `tbl-colwidths` to the image or table in it; drop the table's own id."""
    if alt is None and not widths and block["t"] != "Table":
        return
    for el in ast.walk([block]):
        if el["t"] == "Image" and alt is not None and not ast.has(el["c"][0], "fig-alt"):
            el["c"][0][2].append(["fig-alt", alt])
        elif el["t"] == "Table":
            if widths:
                ast.put(el["c"][0], "tbl-colwidths", widths)
            if el["c"][0][0] == ident:
                el["c"][0][0] = ""


def _caption_unlabelled(outputs: Blocks, caption: Inlines, kind: str) -> None:
    """A cell's caption without a label: a captioned figure or table without a number."""
    for block in outputs:
        inner = block["c"][1] if block["t"] == "Div" else [block]
        for i, el in enumerate(inner):
            if kind == "fig" and el["t"] in ("Para", "Plain") and _only_images(el["c"]):
                figure = {
                    "t": "Figure",
                    "c": [["", [], []], [None, [ast.plain(caption)]], [ast.plain(el["c"])]],
                }
                if block["t"] == "Div":
                    inner[i] = figure
                else:
                    block.clear()
                    block.update(figure)
                return
            if kind == "tbl" and el["t"] == "Table":
                el["c"][1] = [None, [ast.plain(caption)]]
                return


__all__ = [
    "FLOAT",
    "NBSP",
    "REFERENCE",
    "Citation",
    "Draft",
    "Link",
    "Ref",
    "Walk",
    "at_pattern",
    "id_pattern",
    "title_header",
]
