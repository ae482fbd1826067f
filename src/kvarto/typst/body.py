"""The structured AST of a chapter as Typst, in the shapes that Quarto 1.10 gives a book's template.

So a template written for Quarto finds what it expects: floats are figures of kind `quarto-float-fig`
(`-tbl`, `-lst`), panels go through `quarto_super`, callouts through `callout`, references through `ref`
with the word as supplement. A `Div` or `Span` whose class `x` has a function `NAME-x` in the template of
the extension NAME becomes a call of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kvarto.faults import Faults
from kvarto.structure import ast, panels
from kvarto.typst import escape
from kvarto.typst.math import Formula, spoken
from kvarto.typst.tables import table

Node = dict[str, Any]
Resolve = Callable[[str], Path | None]

_QUOTES = {
    "nb": ("«", "»", "‘", "’"),
    "nn": ("«", "»", "‘", "’"),
    "no": ("«", "»", "‘", "’"),
    "en": ("“", "”", "‘", "’"),
}
_CALLOUT = {  # the colours that Quarto sends with each kind: bar, tint
    "note": ("#0758E5", "#dae6fb"),
    "tip": ("#00A047", "#ccf1e3"),
    "warning": ("#EB9113", "#fcefdc"),
    "important": ("#CC1914", "#f7dddc"),
    "caution": ("#FC5300", "#ffe5d0"),
}
_ENUM = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}
_DELIM = {"OneParen": "{})", "TwoParens": "({})"}
_IMAGE_TYPES = {".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".pdf"}
NO_ALT = "Bilde uten alternativ tekst"


@dataclass
class Context:
    """What all chapters share.

    prefix: the extension's name. functions: names that its template defines. labels: ids that exist in the
    book; used: those already written (a second one of the same name would stop Typst).
    row_headers: for each table written so far, how many of its first cells head their rows.
    table_names: for each table written so far, what it is called where it has no caption, or "".
    images: the files of pictures written so far.
    word: a word the book prints, by its key.
    """

    root: Path
    lang: str
    faults: Faults
    formulas: Mapping[Formula, str]
    prefix: str = ""
    functions: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    row_headers: list[int] = field(default_factory=list)
    table_names: list[str] = field(default_factory=list)
    images: list[Path] = field(default_factory=list)
    word: Callable[[str], str] = str


def classes(node: Node) -> list[str]:
    """Classes of a Div, Span, Header, …"""
    return list((ast.attr_of(node) or ast.attr())[1])


def attributes(node: Node) -> dict[str, str]:
    """Key–value attributes of a node."""
    return dict((ast.attr_of(node) or ast.attr())[2])


class Body:
    """Writes one chapter. `resolve` finds the file of an image, or None."""

    def __init__(
        self, context: Context, path: str | None, resolve: Resolve, opening: str | None = None
    ) -> None:
        """`opening` names the template's function for the first heading (a part), if it is not a plain
        heading.
        """
        self.context = context
        self.path = path
        self.resolve = resolve
        self.opening = opening

    # --- blocks ---------------------------------------------------------------------------------------------

    def blocks(self, nodes: list[Node]) -> str:
        """Blocks, each followed by an empty line."""
        return "\n\n".join(filter(None, (self.block(n) for n in nodes))) + "\n"

    def block(self, node: Node) -> str:
        """One block."""
        kind = node["t"]
        method = getattr(self, f"_block_{kind.lower()}", None)
        if method is None:
            self._unsupported(kind)
            return ""
        out: str = method(node)
        return out

    def _unsupported(self, kind: str) -> None:
        self.context.faults.add(
            self.path,
            None,
            f"PDF-skriveren kjenner ikke konstruksjonen {kind}.",
            fix="Skriv det på en annen måte; docs/kvarto.md har listen.",
            kind="unsupported",
        )

    def _block_para(self, node: Node) -> str:
        return self.inlines(node["c"])

    _block_plain = _block_para

    def _block_lineblock(self, node: Node) -> str:
        return " \\\n".join(self.inlines(row) for row in node["c"])

    def _block_horizontalrule(self, node: Node) -> str:
        return "#horizontalrule"

    def _block_blockquote(self, node: Node) -> str:
        # With the break at its end a lone paragraph is one in the tags, too.
        return f"#quote(block: true)[\n{self.blocks(node['c'])}#parbreak()\n]"

    def _block_codeblock(self, node: Node) -> str:
        (ident, names, attrs), code = node["c"]
        lang = next((c for c in names if c not in ("cell-code", "numberLines", "sourceCode")), "")
        option = f", lang: {escape.string(lang)}" if lang else ""
        name = dict(attrs).get("filename", "")
        head = f"#block(sticky: true)[#strong[#raw({escape.string(name)})]]\n" if name else ""
        return f"{head}#raw(block: true{option}, {escape.string(code.rstrip(chr(10)))})" + self._label(ident)

    def _block_rawblock(self, node: Node) -> str:
        fmt, text = node["c"]
        return text if fmt == "typst" else ""

    def _block_bulletlist(self, node: Node) -> str:
        return self._list("list", [], node["c"])

    def _block_orderedlist(self, node: Node) -> str:
        (start, style, delim), items = node["c"]
        mark = _DELIM.get(delim["t"], "{}.").format(_ENUM.get(style["t"], "1"))
        return self._list(
            "enum", [f"start: {start}"] * (start != 1) + [f"numbering: {escape.string(mark)}"], items
        )

    def _list(self, name: str, options: list[str], items: list[list[Node]]) -> str:
        tight = all(not i or i[0]["t"] == "Plain" for i in items)
        rows = [f"[{self.blocks(i).strip()}]" for i in items]
        return (
            f"#{name}({', '.join([*options, f'tight: {str(tight).lower()}'])},\n" + ",\n".join(rows) + ",\n)"
        )

    def _block_definitionlist(self, node: Node) -> str:
        rows = []
        for term, definitions in node["c"]:
            body = "\n".join(self.blocks(d) for d in definitions).strip()
            rows.append(f"terms.item[{self.inlines(term)}][{body}]")
        return "#terms(\n" + ",\n".join(rows) + ",\n)"

    def _block_header(self, node: Node) -> str:
        level, (ident, names, attrs), content = node["c"]
        text = self.inlines(content).replace("\n", " ")
        if self.opening and level == 1:
            call, self.opening = self.opening, None
            return f"#{call}(label: {self._label_value(ident) or 'none'})[{text}]"
        label = self._label(ident)
        if "number" in dict(attrs):
            return f"{'=' * level} {text}{label}"
        outlined = ", outlined: false" if "unlisted" in names else ""
        return f"#heading(level: {level}, numbering: none{outlined})[{text}]{label}"

    def _block_table(self, node: Node) -> str:
        self.context.row_headers.append(max((b[1] for b in node["c"][4]), default=0))
        self.context.table_names.append(attributes(node).get("aria-label", ""))
        out = "#" + table(node["c"], self.blocks)
        caption = self.blocks(node["c"][1][1]).strip()
        if caption:  # a caption without an id has no number; under Quarto it is lost
            return f"#block[{caption}]\n{out}"
        return out

    def _block_figure(self, node: Node) -> str:
        (ident, _, _), (_, caption), content = node["c"]
        return self._figure(
            "fig",
            self._words("Figure", "Figur"),
            self.blocks(content).strip(),
            self.blocks(caption).strip(),
            ident,
        )

    def _words(self, english: str, norwegian: str) -> str:
        return norwegian if self.context.lang[:2] in ("nb", "nn", "no") else english

    # --- divs -----------------------------------------------------------------------------------------------

    def _block_div(self, node: Node) -> str:
        (ident, names, attrs), content = node["c"]
        if "kv-float" in names:
            return self._float(node)
        if "kv-callout" in names:
            return self._callout(node)
        if "kv-layout" in names:
            return self._layout(node)
        if "kv-pagebreak" in names:
            return "#pagebreak(weak: true)"
        if "landscape" in names:
            return f"#set page(flipped: true)\n\n{self.blocks(content)}\n#set page(flipped: false)"
        if "kv-fault" in names:
            return f"#kv-fault[{self.blocks(content).strip()}]"
        if "kv-margin" in names:
            return f"#kv-margin(far: {str('kv-far' in names).lower()})[{self.blocks(content).strip()}]"
        if "refs" in (ident, *names) or ident == "refs":
            return "#kv-references[\n" + "\n\n".join(self.block(b) for b in content) + "\n]"
        body = self.blocks(content)
        function = self._function(names)
        if function:
            body = f"#{function}[\n{body}]"
        lang = escape.language(dict(attrs).get("lang", ""))
        if lang:
            body = f"#[\n#set text({lang})\n{body}]"
        if ident and self._new(ident):
            return f"#kv-anchor {escape.label(ident)}\n{body}"
        return body.rstrip("\n")

    def _function(self, names: list[str]) -> str | None:
        """The template's own function for one of the classes."""
        own = (f"{self.context.prefix}-{name}" for name in names)
        return next((f for f in own if f in self.context.functions), None)

    def _figure(self, kind: str, word: str, body: str, caption: str, ident: str, sub: str = "") -> str:
        position = "bottom" if kind == "fig" else "top"
        parts = [f"#figure([\n{body}\n]"]
        if caption or sub:  # a part without words has its letter
            parts.append(f"caption: figure.caption(\nposition: {position},\n[\n{caption}\n])")
        parts += [f'kind: "quarto-float-{kind}"', f"supplement: {escape.string(word)}"]
        return ", ".join(parts) + ",\n)" + self._label(ident, "\n")

    def _float(self, node: Node) -> str:
        (ident, names, attrs), content = node["c"]
        info = dict(attrs)
        kind = next((n for n in names if n in ("fig", "tbl", "lst")), "fig")
        caption, body = "", content
        if content and content[-1]["t"] == "Div" and "kv-caption" in classes(content[-1]):
            caption, body = self.blocks(content[-1]["c"][1]).strip(), content[:-1]
        inner = self.blocks(body).strip()
        word = info.get("label", "")
        if info.get("sub") or not any(_is_float(n) for n in _walk(body)):
            return self._figure(kind, word, inner, caption, ident, info.get("sub", ""))
        position = "bottom" if kind == "fig" else "top"
        return (
            f'#quarto_super(\nkind: "quarto-float-{kind}",\ncaption: [{caption}],\n'
            f"label: {self._label_value(ident) or 'none'},\nposition: {position},\n"
            f'supplement: {escape.string(word)},\nsubcapnumbering: "(a)",\n[\n{inner}\n])'
        )

    def _layout(self, node: Node) -> str:
        info = attributes(node)
        cells = [f"[{self.block(n)}]" for n in node["c"][1]]
        if not cells:
            return ""
        out, at = [], 0
        for widths in panels.rows(info, len(cells)):
            row = []
            for width in widths:  # a negative width is a gap
                if width < 0:
                    row.append("[]")
                elif at < len(cells):
                    row.append(cells[at])
                    at += 1
            if row:
                columns = "".join(f"{abs(w):g}fr, " for w in widths)
                out.append(f"#grid(columns: ({columns}), gutter: 1.5em,\n" + ",\n".join(row) + ",\n)")
        return "\n".join(out)

    def _callout(self, node: Node) -> str:
        (ident, _, attrs), content = node["c"]
        info = dict(attrs)
        title = "none"
        if content and content[0]["t"] == "Div" and "kv-title" in classes(content[0]):
            words = " ".join(self.blocks(content[0]["c"][1]).split("\n")).strip()
            title, content = f"[{words}]", content[1:]
        if info.get("number") and info.get("title") == "default":
            title = "[]"  # the number stands alone
        bar, tint = _CALLOUT.get(info.get("type", "note"), _CALLOUT["note"])
        call = (
            f"#callout(\nbody: [\n{self.blocks(content)}],\ntitle: {title},\n"
            f'background_color: rgb("{tint}"),\n'
            f'icon_color: rgb("{bar}"),\nicon: none,\nbody_background_color: white,\n)'
        )
        if not ident:
            return call
        if not info.get("number"):
            return f"{call}\n#kv-anchor{self._label(ident)}"
        kind = "quarto-callout-" + self.context.word(f"callout-{info.get('type', 'note')}-title")
        named = f"kind: {escape.string(kind)}, supplement: {escape.string(info.get('label', ''))},\n)"
        head = f"#figure([\n{call}\n], caption: figure.caption(\nposition: top,\n[\n]),\n"
        return head + named + self._label(ident, "\n")

    # --- inlines --------------------------------------------------------------------------------------------

    def inlines(self, nodes: list[Node]) -> str:
        """A run of inlines on one or more lines of source."""
        return "".join(self.inline(n) for n in nodes)

    def inline(self, node: Node) -> str:
        """One inline."""
        kind = node["t"]
        simple = {"Space": " ", "SoftBreak": "\n", "LineBreak": " \\\n"}.get(kind)
        if simple:
            return simple
        wrap = {
            "Emph": "emph",
            "Strong": "strong",
            "Strikeout": "strike",
            "Superscript": "super",
            "Subscript": "sub",
            "Underline": "underline",
            "SmallCaps": "smallcaps",
        }.get(kind)
        if wrap:
            return f"#{wrap}[{self.inlines(node['c'])}];"
        method = getattr(self, f"_inline_{kind.lower()}", None)
        if method is None:
            self._unsupported(kind)
            return ""
        out: str = method(node)
        return out

    def _inline_str(self, node: Node) -> str:
        return escape.text(node["c"])

    def _inline_quoted(self, node: Node) -> str:
        style, content = node["c"]
        marks = _QUOTES.get(self.context.lang[:2], _QUOTES["en"])
        left, right = marks[:2] if style["t"] == "DoubleQuote" else marks[2:]
        return f"{left}{self.inlines(content)}{right}"

    def _inline_code(self, node: Node) -> str:
        return f"#raw({escape.string(node['c'][1])});"

    def _inline_rawinline(self, node: Node) -> str:
        fmt, text = node["c"]
        return text if fmt == "typst" else ""

    def _inline_cite(self, node: Node) -> str:
        return self.inlines(node["c"][1])

    def _inline_note(self, node: Node) -> str:
        return f"#footnote[{self.blocks(node['c']).strip()}];"

    def _inline_math(self, node: Node) -> str:
        return self._math(node, "", None, "") + ";"

    def _math(self, node: Node, ident: str, alt: str | None, numbering: str) -> str:
        style, tex = node["c"]
        display = style["t"] == "DisplayMath"
        body = self.context.formulas.get((tex, display))
        if body is None:
            self.context.faults.add(
                self.path,
                None,
                f"Formelen «{tex}» kan ikke settes.",
                "Pandoc forstår ikke TeX-koden.",
                "Rett formelen.",
                kind="math",
            )
            return f"#raw({escape.string(tex)})"
        words = escape.string(alt or spoken(tex))
        return (
            f"#math.equation(block: {str(display).lower()}, {numbering}alt: {words}, $ {body} $)"
            + self._label(ident)
        )

    def _inline_link(self, node: Node) -> str:
        _, content, (url, _) = node["c"]
        text = self.inlines(content)
        if url.startswith("#"):
            ident = url[1:]
            if ident in self.context.labels:
                return f"#link({escape.label_value(ident)})[{text}];"
            self._fault_once(
                "broken-link",
                f"#{ident}",
                f"Lenken til #{ident} peker ikke til noe i boken.",
                "",
                "Rett merkelappen i lenken.",
            )
            return text
        return f"#link({escape.string(url)})[{text}];"

    def _inline_image(self, node: Node) -> str:
        (ident, _, attrs), _, (src, _) = node["c"]
        info = dict(attrs)
        alt = info.get("fig-alt", info.get("alt"))
        if not alt and ("fig-alt" not in info or self._known("missing-alt", src)):
            self._fault_once(
                "missing-alt",
                src,
                f"Bildet {src} har ingen alternativ tekst.",
                "Uten den kan PDF-en ikke leses av skjermlesere.",
                'Skriv fig-alt="…" på bildet, eller la cellen skrive det.',
            )
            alt = NO_ALT
        file = self.resolve(src)
        if file is None or not file.is_file():
            self._fault_once(
                "missing-image", src, f"Bildet {src} finnes ikke.", "", "Rett stien, eller legg filen der."
            )
            return f"#kv-fault[Bildet {escape.text(src)} finnes ikke.];"
        if file.suffix.lower() not in _IMAGE_TYPES or not file.is_relative_to(self.context.root):
            self.context.faults.add(
                self.path,
                None,
                f"Bildet {src} kan ikke brukes i PDF-en.",
                "Det må være SVG, PNG, JPEG eller PDF i bokens mappe.",
                kind="image-type",
            )
            return f"#kv-fault[Bildet {escape.text(src)} kan ikke brukes.];"
        self.context.images.append(file)
        parts = [escape.string("/" + file.relative_to(self.context.root).as_posix())]
        parts += [f"alt: {escape.string(alt)}"] if alt else []
        for key in ("width", "height"):
            size = escape.length(info[key]) if key in info else None
            if size:
                parts.append(f"{key}: {size}")
        image = (
            f"image({', '.join(parts)})" if alt else f"pdf.artifact(image({', '.join(parts)}))"
        )  # only ornament
        return f"#box({image})" + (self._label(ident) or ";")

    def _known(self, kind: str, name: str) -> bool:
        return any(f.kind == kind and f.path == self.path and name in f.what for f in self.context.faults)

    def _fault_once(self, kind: str, name: str, what: str, why: str, fix: str) -> None:
        """A fault that an earlier step, which knows the line, has perhaps told already."""
        if not self._known(kind, name):
            self.context.faults.add(self.path, None, what, why, fix, kind=kind)

    def _inline_span(self, node: Node) -> str:
        (ident, names, attrs), content = node["c"]
        info = dict(attrs)
        if "kv-ref" in names:
            return self._reference(info, content, "kv-unresolved" in names)
        if "kv-eq" in names:
            formula = next((n for n in content if n["t"] == "Math"), None)
            if formula:
                numbering = "numbering: equation-numbering, " if info.get("number") else ""
                return self._math(formula, ident, info.get("alt"), numbering) + ("" if ident else ";")
        if "kv-fault" in names:
            return f"#kv-fault[{self.inlines(content)}];"
        text = self.inlines(content)
        function = self._function(names)
        if function:
            text = f"#{function}[{text}];"
        for name, call in (
            ("smallcaps", "smallcaps"),
            ("underline", "underline"),
            ("ul", "underline"),
            ("mark", "highlight"),
        ):
            if name in names:
                text = f"#{call}[{text}];"
        lang = escape.language(info.get("lang", ""))
        if lang:
            text = f"#text({lang})[{text}];"
        if ident and self._new(ident):
            return f"#kv-anchor {escape.label(ident)}{text}"
        return text

    def _reference(self, info: dict[str, str], content: list[Node], unresolved: bool) -> str:
        target = info.get("target", "")
        if unresolved or target not in self.context.labels:
            return f"#strong[{self.inlines(content)}];"
        if not info.get("number"):
            return f"#link({escape.label_value(target)})[{self.inlines(content)}];"
        supplement = escape.text(info.get("prefix", ""))
        return f"#ref({escape.label_value(target)}, supplement: [{supplement}]);"

    # --- labels ---------------------------------------------------------------------------------------------

    def _new(self, ident: str) -> bool:
        """Whether this id has not been written yet; remembers it."""
        if ident in self.context.used:
            return False
        self.context.used.add(ident)
        return True

    def _label(self, ident: str, before: str = " ") -> str:
        return f"{before}{escape.label(ident)}" if ident and self._new(ident) else ""

    def _label_value(self, ident: str) -> str:
        return escape.label_value(ident) if ident and self._new(ident) else ""


def _is_float(node: Node) -> bool:
    return node["t"] == "Div" and "kv-float" in classes(node)


def _walk(nodes: list[Node]) -> Iterator[Node]:
    """Divs at any depth."""
    for node in nodes:
        yield node
        if node["t"] == "Div":
            yield from _walk(node["c"][1])
