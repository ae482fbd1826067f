"""The structured AST of a chapter as pandoc's own, ready for its DOCX writer.

Floats become a caption with a SEQ field, their content and notes; references REF fields with the number as
their result; callouts styled paragraphs; panels tables without lines. A `Div` or `Span` whose class is the id
of a style of the reference document takes that style. What a place of the book is called inside the file
(bookmarks) is decided here; what pandoc cannot write at all is left to `finish`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kvarto.docx import openxml
from kvarto.docx.openxml import Names, bookmark, raw, raw_block
from kvarto.docx.styles import Styles
from kvarto.faults import Faults
from kvarto.structure import ast, panels
from kvarto.structure.ast import NBSP, Blocks, Element, Inlines

Resolve = Callable[[str], Path | None]
Place = Callable[[Element], str | None]
"""The bookmark that says where in the sources a paragraph or heading stands, or None."""

_CALM = ("note", "tip")
_COUNTED = re.compile(r"(?P<before>.*?)(?P<count>\d+)$")
_IMAGE_TYPES = {".svg", ".png", ".jpg", ".jpeg", ".gif"}
NO_ALT = "Bilde uten alternativ tekst"


@dataclass(frozen=True)
class Table:
    """A table written: how many first cells head its rows, its caption, whether it only lays out."""

    row_headers: int
    caption: str = ""
    layout: bool = False


@dataclass
class Context:
    """What all chapters share.

    word: a word the book prints. labels: ids that exist in the book. counted: kinds of floats whose first
    number in the chapter has been written. tables: for `finish`, outside notes. picture: a picture that Word
    can show for one that it cannot (SVG).
    """

    styles: Styles
    faults: Faults
    word: Callable[[str], str]
    picture: Callable[[Path], Path | None]
    title_delim: str = ":"
    labels: frozenset[str] = frozenset()
    names: Names = field(default_factory=Names)
    used: set[str] = field(default_factory=set)
    tables: list[Table] = field(default_factory=list)


class Body:
    """Writes one chapter. `resolve` finds the file of an image, `place` the source of a block."""

    def __init__(self, context: Context, path: str | None, resolve: Resolve, place: Place) -> None:
        """Make one for each chapter: counters of captions begin anew."""
        self.context, self.path, self.resolve, self.place = context, path, resolve, place
        self._started: set[str] = set()
        self._float_caption = ""
        self._in_note = False
        self._placed, self._in_table = True, False
        self._measure = 1.0  # the share of the text's width that there is: less in panels

    # --- blocks ---------------------------------------------------------------------------------------------

    def blocks(self, nodes: Blocks) -> Blocks:
        """Blocks as pandoc's DOCX writer takes them."""
        return [out for node in nodes for out in self.block(node)]

    def block(self, node: Element) -> Blocks:
        """One block; it may become several, or none."""
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind in ("Para", "Plain"):
            return self._para(node)
        if kind == "Header":
            return [self._header(node)]
        if kind == "Div":
            return self._div(node)
        if kind == "Table":
            return self._table(node)
        if kind in ("BulletList", "OrderedList"):
            items = content if kind == "BulletList" else content[1]
            items[:] = [self.blocks(item) for item in items]
            return [node]
        if kind == "DefinitionList":
            node["c"] = [[self.inlines(t), [self.blocks(d) for d in ds]] for t, ds in content]
            return [node]
        if kind == "BlockQuote":
            node["c"] = self.blocks(content)
            return [node]
        if kind == "LineBlock":
            node["c"] = [self.inlines(row) for row in content]
            return [node]
        if kind == "CodeBlock":
            return self._code(node)
        if kind == "Figure":
            (ident, _, _), (_, caption), inner = content
            words = [i for b in caption for i in b.get("c", [])]
            return self._with_caption(
                "fig", self._anchored(ident, self.inlines(words)), self.blocks(inner), False
            )
        if kind == "RawBlock" and content[0] not in ("openxml", "docx"):
            return []
        return [node]

    def _para(self, node: Element) -> Blocks:
        content = node["c"]
        lone = len(content) == 1 and content[0]["t"] == "Image"
        place = self.place(node) if self._placed and not self._in_note else None
        if place and self._in_table:  # one for the table: its cells come from one piece of the source
            self._placed = False
        mark = bookmark(place) if place else []
        if len(content) == 1 and _is_equation(content[0]):
            line = self._equation(content[0])
            return self._styled("Equation", [{"t": "Para", "c": [*mark, *line]}])
        node["c"] = [*mark, *self.inlines(content)]
        return self._styled("Figure", [node]) if lone else [node]

    def _header(self, node: Element) -> Element:
        level, at, content = node["c"]
        number = ast.get(at, "number")
        place = self.place(node)
        inner = self.inlines(content)
        if number:
            lead = [ast.text(number)]
            word = self.context.word("crossref-apx-prefix") if "kv-appendix" in at[1] else ""
            before: Inlines = [ast.text(f"{word}{NBSP}")] if word else []
            counted = ast.span(["", [], []], [*before, *self._anchored(at[0], lead)])
            inner = [*self._character("SectionNumber", [counted]), raw(openxml.TAB), *inner]
        else:
            inner = self._anchored(at[0], inner)
        plain = ["", [c for c in at[1] if c in ("unnumbered", "unlisted")], []]
        return {"t": "Header", "c": [level, plain, [*(bookmark(place) if place else []), *inner]]}

    def _code(self, node: Element) -> Blocks:
        (ident, names, attrs), code = node["c"]
        filename = dict(attrs).get("filename", "")
        head: Blocks = [{"t": "Para", "c": [{"t": "Strong", "c": [ast.text(filename)]}]}] if filename else []
        return [*self._anchor_block(ident), *head, {"t": "CodeBlock", "c": [["", names[:1], []], code]}]

    def _anchor_block(self, ident: str) -> Blocks:
        """A place between blocks that links can lead to."""
        if not self._new(ident):
            return []
        name = self.context.names.name(ident)
        return [raw_block(f'<w:bookmarkStart w:id="0" w:name="{name}"/><w:bookmarkEnd w:id="0"/>')]

    # --- divs -----------------------------------------------------------------------------------------------

    def _div(self, node: Element) -> Blocks:
        (ident, names, attrs), content = node["c"]
        info = dict(attrs)
        if "kv-float" in names:
            return self._float(node)
        if "kv-callout" in names:
            return self._callout(node)
        if "kv-layout" in names:
            return self._layout(node)
        if "kv-pagebreak" in names:
            return [raw_block(openxml.PAGE_BREAK)]
        if "landscape" in names:
            inner = self.blocks(content)
            return [openxml.section_end("portrait"), *inner, openxml.section_end("landscape")]
        if "kv-fault" in names:
            return self._styled("FaultText", self.blocks(content))
        if "kv-margin" in names:
            return self._styled("MarginNoteFar" if "kv-far" in names else "MarginNote", self.blocks(content))
        if ident == "refs" or "references" in names:
            entries = [b for entry in content for b in self._entry(entry)]
            return [*self._anchor_block(ident), *self._styled("Bibliography", entries)]
        body = [*self._anchor_block(ident), *self.blocks(content)]
        style = next((n for n in names if self.context.styles.has(n, "paragraph")), None)
        if style:
            body = self._styled(style, body)
        if info.get("lang"):
            body = [ast.div(["", [], [["lang", info["lang"]]]], body)]
        return body

    def _entry(self, node: Element) -> Blocks:
        """An entry of the list of references, with its place."""
        if node["t"] != "Div":
            return self.block(node)
        ident, inner = node["c"][0][0], self.blocks(node["c"][1])
        if inner and inner[0]["t"] in ("Para", "Plain"):
            inner[0] = {"t": "Para", "c": self._anchored(ident, inner[0]["c"])}
        return inner

    def _styled(self, style: str, blocks: Blocks) -> Blocks:
        """Blocks in a paragraph style, by its id."""
        return [ast.div(["", [], [["custom-style", self.context.styles.name(style)]]], blocks)]

    def _character(self, style: str, inlines: Inlines) -> Inlines:
        return [ast.span(["", [], [["custom-style", self.context.styles.name(style)]]], inlines)]

    def _float(self, node: Element) -> Blocks:
        (ident, names, attrs), content = node["c"]
        info = dict(attrs)
        kind = next((n for n in names if n in ("fig", "tbl", "lst")), "fig")
        caption_div, inner = content[-1], content[:-1]
        words = [i for b in caption_div["c"][1] for i in b.get("c", [])]
        label, number = info.get("label", ""), info.get("number", "")
        outer, self._float_caption = self._float_caption, f"{label} {number}: {ast.stringify(words)}"
        body = self.blocks(inner)
        self._float_caption = outer
        shown = self.inlines(words)
        if info.get("sub"):
            letter = self._anchored(ident, [ast.text(f"({info['sub']})")])
            caption = [*letter, *([ast.SPACE, *shown] if shown else [])]
        elif number:
            delim = [ast.text(self.context.title_delim), ast.SPACE] if shown else []
            caption = [
                ast.text(f"{label}{NBSP}"),
                *self._anchored(ident, self._count(label, number)),
                *delim,
                *shown,
            ]
        else:
            caption = self._anchored(ident, shown)
        place = self.place(node)
        caption = [*(bookmark(place) if place else []), *caption]
        top = info.get("cap-location", "bottom" if kind == "fig" else "top") == "top"
        return self._with_caption(kind, caption, body, top and not info.get("sub"))

    def _with_caption(self, kind: str, caption: Inlines, body: Blocks, top: bool) -> Blocks:
        """Content and its caption, kept together by their styles."""
        style = "TableCaption" if kind == "tbl" else "ImageCaption"
        line = self._styled(style, [{"t": "Para", "c": caption}]) if caption else []
        if top:
            # A mark in the margin stands beside the caption, which keeps with what follows it.
            marks = [b for b in body if _styled_as(b, self.context.styles.name("MarginNoteFar"))]
            return [*marks, *line, *(b for b in body if b not in marks)]
        # A note under a figure stands below its caption, as on the page.
        return [*body, *line]

    def _count(self, label: str, number: str) -> Inlines:
        """«V1.6» with its last part as a field that counts this kind within the chapter."""
        m = _COUNTED.fullmatch(number)
        if not m:
            return [ast.text(number)]
        first = label not in self._started
        self._started.add(label)
        reset = f" \\r {m['count']}" if first else ""
        before: Inlines = [ast.text(m["before"])] if m["before"] else []
        name = re.sub(r"\W+", "_", label) or "Nummer"
        return [*before, *openxml.field(f"SEQ {name} \\* ARABIC{reset}", [ast.text(m["count"])])]

    def _layout(self, node: Element) -> Blocks:
        (ident, _, attrs), left = node["c"]
        left = list(left)
        out: Blocks = self._anchor_block(ident)
        for widths in panels.rows(dict(attrs), len(left)):
            self.context.tables.append(Table(0, layout=True))
            total = sum(abs(w) for w in widths)
            cells = []
            for width in widths:
                outer, self._measure = self._measure, self._measure * abs(width) / total
                cells.append(_cell(self.blocks([left.pop(0)]) if width > 0 and left else []))
                self._measure = outer
            specs = [[{"t": "AlignDefault"}, {"t": "ColWidth", "c": abs(w) / total}] for w in widths]
            body = [["", [], []], 0, [], [[["", [], []], cells]]]
            empty = [["", [], []], []]
            out.append({"t": "Table", "c": [["", [], []], [None, []], specs, empty, [body], empty]})
        return out

    def _callout(self, node: Element) -> Blocks:
        (ident, _, attrs), content = node["c"]
        info = dict(attrs)
        calm = info.get("type", "note") in _CALM
        style = "Callout" if calm else "CalloutStrong"
        words: Inlines = []
        if content and content[0]["t"] == "Div" and "kv-title" in content[0]["c"][0][1]:
            words = [i for b in content[0]["c"][1] for i in b.get("c", [])]
            content = content[1:]
        title = self.inlines(words)
        if info.get("number"):
            label = info.get("label", "")
            counted = self._anchored(ident, self._count(label, info["number"]))
            named = [ast.text(f"{label}{NBSP}"), *counted]
            title = named if info.get("title") == "default" else [*named, ast.text(":"), ast.SPACE, *title]
        else:
            title = self._anchored(ident, title)
        head = self._styled(f"{style}Title", [{"t": "Para", "c": title}]) if title else []
        return [*head, *self._styled(style, self.blocks(content))]

    def _table(self, node: Element) -> Blocks:
        at, caption, specs, head, bodies, foot = node["c"]
        if not self._in_note:
            headers = max((b[1] for b in bodies), default=0)
            own = ast.stringify([i for b in caption[1] for i in b.get("c", [])])
            self.context.tables.append(
                Table(headers, own or self._float_caption or ast.get(at, "aria-label"))
            )
        outer = self._placed, self._in_table
        self._in_table = True
        for row in ast.table_rows(node):
            for cell in row[1]:
                cell[4] = self.blocks(cell[4])
        self._placed, self._in_table = outer
        words = self.inlines([i for b in caption[1] for i in b.get("c", [])])
        line = self._styled("TableCaption", [{"t": "Para", "c": words}]) if words else []
        # pandoc would write the caption itself, below.
        table = {"t": "Table", "c": [["", [], []], [None, []], specs, head, bodies, foot]}
        return [*self._anchor_block(at[0]), *line, table]

    # --- inlines --------------------------------------------------------------------------------------------

    def inlines(self, nodes: Inlines) -> Inlines:
        """A run of inlines."""
        return [out for node in nodes for out in self.inline(node)]

    def inline(self, node: Element) -> Inlines:
        """One inline; it may become several, or none."""
        kind: str = node["t"]
        content: Any = node.get("c")
        if kind in (
            "Emph",
            "Strong",
            "Strikeout",
            "Superscript",
            "Subscript",
            "Underline",
            "SmallCaps",
        ):
            return [{"t": kind, "c": self.inlines(content)}]
        if kind == "Quoted":
            return [{"t": kind, "c": [content[0], self.inlines(content[1])]}]
        if kind == "Span":
            return self._span(node)
        if kind == "Link":
            return self._link(node)
        if kind == "Image":
            return self._image(node)
        if kind == "Cite":
            return self.inlines(content[1])
        if kind == "Note":
            self._in_note, outer = True, self._in_note
            note = {"t": "Note", "c": self.blocks(content)}
            self._in_note = outer
            return [note]
        if kind == "RawInline" and content[0] not in ("openxml", "docx"):
            return []
        if kind == "Code":
            return [{"t": "Code", "c": [["", [], []], content[1]]}]
        return [node]

    def _span(self, node: Element) -> Inlines:
        (ident, names, attrs), content = node["c"]
        info = dict(attrs)
        if "kv-ref" in names:
            return self._reference(info, content, "kv-unresolved" in names)
        if _is_equation(node):
            return [{"t": "LineBreak"}, *self._equation(node)]
        if "kv-fault" in names:
            return self._character("Fault", [ast.text(f"FEIL:{NBSP}"), *self.inlines(content)])
        inner = self._anchored(ident, self.inlines(content))
        wrap = {"smallcaps": "SmallCaps", "underline": "Underline", "ul": "Underline"}
        for name in names:
            if name in wrap:
                inner = [{"t": wrap[name], "c": inner}]
            elif name == "mark":
                inner = [ast.span(["", ["mark"], []], inner)]
            elif self.context.styles.has(name, "character"):
                inner = self._character(name, inner)
        if info.get("lang"):
            inner = [ast.span(["", [], [["lang", info["lang"]]]], inner)]
        return inner

    def _equation(self, node: Element) -> Inlines:
        """A formula in the middle of its line, its number at the end of it (tabs of the style)."""
        (ident, _, attrs), content = node["c"]
        formula = next(n for n in content if n["t"] == "Math")
        number = dict(attrs).get("number", "")
        if not number:
            return self._anchored(ident, [formula])
        label = self.context.word("crossref-eq-prefix")
        counted = self._anchored(ident, self._count(label, number))
        inline = {"t": "Math", "c": [{"t": "InlineMath"}, formula["c"][1]]}
        tab = raw(openxml.TAB)
        return [tab, inline, tab, ast.text("("), *counted, ast.text(")")]

    def _reference(self, info: dict[str, str], content: Inlines, unresolved: bool) -> Inlines:
        target, number = info.get("target", ""), info.get("number", "")
        if unresolved or target not in self.context.labels:
            return [{"t": "Strong", "c": self.inlines(content)}]
        name = self.context.names.name(target)
        if not number or number.endswith(")"):  # a title, or «1.1 (a)»: no number of its own
            return [{"t": "Link", "c": [["", [], []], self.inlines(content), [f"#{name}", ""]]}]
        prefix = info.get("prefix", "")
        space = ast.SPACE if info.get("kind") in ("sec", "ch", "apx") else ast.text(NBSP)
        lead = [*ast.words(prefix), space] if prefix else []
        return [*lead, *openxml.field(f"REF {name} \\h", [ast.text(number)])]

    def _link(self, node: Element) -> Inlines:
        _, content, (url, title) = node["c"]
        inner = self.inlines(content)
        if url.startswith("#"):
            if url[1:] not in self.context.labels:
                return inner  # structure has told
            url = f"#{self.context.names.name(url[1:])}"
        elif not re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//", url):
            return inner  # a file of the site: a document that is sent by mail has no such neighbour
        return [{"t": "Link", "c": [["", [], []], inner, [url, title]]}]

    def _image(self, node: Element) -> Inlines:
        (ident, _, attrs), _, (src, _) = node["c"]
        info = dict(attrs)
        alt = info.get("fig-alt", "")
        file = self.resolve(src)
        shown = None
        if file is None or not file.is_file():
            self._fault_once(
                "missing-image", src, f"Bildet {src} finnes ikke.", "Rett stien, eller legg filen der."
            )
        elif file.suffix.lower() in _IMAGE_TYPES:
            shown = self.context.picture(file)
        if shown is None:
            if file is not None and file.is_file():
                self.context.faults.add(
                    self.path,
                    None,
                    f"Bildet {src} kan ikke brukes i Word-filen.",
                    "Det må være SVG, PNG, JPEG eller GIF.",
                    kind="image-type",
                )
            return self._character("Fault", [ast.text(f"FEIL: Bildet {src} kan ikke vises.")])
        size = [[k, info[k]] for k in ("width", "height") if k in info]
        if self._measure < 1:
            share = float(info["width"].rstrip("%")) / 100 if info.get("width", "").endswith("%") else 1.0
            size = [["width", f"{96 * self._measure * share:.1f}%"]]
        image = {"t": "Image", "c": [["", [], size], [ast.text(alt)] if alt else [], [str(shown), ""]]}
        return self._anchored(ident, [image])

    def _fault_once(self, kind: str, name: str, what: str, fix: str) -> None:
        """A fault that an earlier step, which knows the line, has perhaps told already."""
        if not any(f.kind == kind and name in f.what for f in self.context.faults):
            self.context.faults.add(self.path, None, what, "", fix, kind=kind)

    # --- places ---------------------------------------------------------------------------------------------

    def _new(self, ident: str) -> bool:
        if not ident or ident in self.context.used:
            return False
        self.context.used.add(ident)
        return True

    def _anchored(self, ident: str, inlines: Inlines) -> Inlines:
        """Inlines with a bookmark around them that references and links lead to."""
        return bookmark(self.context.names.name(ident), inlines) if self._new(ident) else inlines


def _styled_as(node: Element, style: str) -> bool:
    return node["t"] == "Div" and ast.get(node["c"][0], "custom-style") == style


def _is_equation(node: Element) -> bool:
    if node["t"] != "Span" or "kv-eq" not in node["c"][0][1]:
        return False
    return any(n["t"] == "Math" for n in node["c"][1])


def _cell(blocks: Blocks) -> list[Any]:
    return [["", [], []], {"t": "AlignDefault"}, 1, 1, blocks]
