"""Structured AST of one chapter → the HTML inside `main`.

A writer of its own rather than pandoc's: it knows the reserved classes of docs/architecture.md, numbers the
notes of the page, and costs no process. Hooks (ids and classes) are Quarto's, so that scripts, styles and
checks made for Quarto's pages find what they look for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from kvarto.html.body.attributes import attributes, identifier, pairs
from kvarto.html.body.callouts import callout
from kvarto.html.body.files import Files
from kvarto.html.body.links import is_file, link, page_from, reference
from kvarto.html.body.notes import Notes
from kvarto.html.body.tables import table
from kvarto.html.bundles import Figure, Tools
from kvarto.html.floats import FILE
from kvarto.structure import ast, panels
from kvarto.structure.ast import NBSP, Attr, Blocks, Element, Inlines
from kvarto.structure.build import address
from kvarto.structure.model import StructuredChapter

_IMAGE_SIZES = ("width", "height")


@dataclass
class Body:
    """One page's HTML and what its frame needs: `title` is the chapter's heading as HTML."""

    html: str
    title: str


@dataclass
class Writer:
    """Writes one chapter. Make one for each page, call `body`.

    inserts: HTML by class; a div of the class holds it in place of what the author wrote for other renderers.
    """

    chapter: StructuredChapter
    words: Callable[[str], str]
    files: Files
    formulas: Mapping[tuple[str, bool], str]
    tools: Callable[[Tools], str]
    art: Callable[[Figure], str]
    title_delim: str = ":"
    is_index: bool = False
    inserts: Mapping[str, str] = field(default_factory=dict)
    _row_headers: bool = False
    _pending: list[Figure] = field(default_factory=list)
    _float_id: str = ""

    def __post_init__(self) -> None:
        """A page has notes of its own."""
        self._notes = Notes(self.words)

    def body(self) -> Body:
        """The whole page's content, notes last."""
        blocks = self.chapter.blocks
        title = ""
        if blocks and blocks[0]["t"] == "Header" and blocks[0]["c"][0] == 1 and not self.is_index:
            title = self.inlines(blocks[0]["c"][2])
            blocks = blocks[1:]
        html = self._sections(blocks)
        return Body(html + self._notes.section(self.blocks, self.inlines), title)

    @property
    def _page(self) -> str:
        return self.chapter.chapter.html or ""

    # --- blocks ---------------------------------------------------------------------------------------------

    def _sections(self, blocks: Blocks) -> str:
        """Blocks with a `section` around each heading and what belongs to it."""
        if not any(b["t"] == "Header" for b in blocks):
            return self.blocks(blocks)
        out: list[str] = []
        open_levels: list[int] = []
        for el in blocks:
            if el["t"] == "Header":
                level = el["c"][0]
                while open_levels and open_levels[-1] >= level:
                    open_levels.pop()
                    out.append("</section>\n")
                open_levels.append(level)
                out.append(self._header(el))
            else:
                out.append(self.block(el))
        out.extend("</section>\n" for _ in open_levels)
        return "".join(out)

    def _header(self, el: Element) -> str:
        level, at, content = el["c"]
        # The front page has the book's title for its one heading of the first level.
        tag = f"h{level + 1}" if self.is_index and level == 1 else f"h{level}"
        number = ast.get(at, "number")
        classes = [f"level{level}", *at[1]]
        data = f' data-number="{escape(number)}"' if number else ""
        shown = f'<span class="header-section-number">{escape(number)}</span> ' if number else ""
        rest = pairs([p for p in at[2] if p[0] != "number"])
        return (
            f'<section{identifier(at[0])} class="{escape(" ".join(classes))}"{data}{rest}>\n'
            f"<{tag}>{self._permalink(at[0], shown + self.inlines(content))}</{tag}>\n"
        )

    def _permalink(self, ident: str, html: str) -> str:
        """A heading's text as the link to itself; after it where the text holds links of its own."""
        if not ident:
            return html
        if "<a " not in html:
            return f'<a class="kv-permalink" href="#{address(ident)}">{html}</a>'
        label = escape(self.words("kvarto-section-link"))
        return f'{html}<a class="kv-permalink" href="#{address(ident)}" aria-label="{label}"></a>'

    def blocks(self, blocks: Blocks) -> str:
        """HTML of a list of blocks without headings of their own."""
        return "".join(self.block(el) for el in blocks)

    def block(self, el: Element) -> str:
        """HTML of one block."""
        t = el["t"]
        c: Any = el.get("c")
        if t == "Para":
            if len(c) == 1 and c[0]["t"] == "Image":
                return self._lone_image(c[0])
            return f"<p>{self.inlines(c)}</p>\n"
        if t == "Plain":
            if len(c) == 1 and c[0]["t"] == "Image":
                return self._lone_image(c[0])
            return self.inlines(c) + "\n"
        if t == "Div":
            return self._div(el)
        if t == "BulletList":
            return self._bullets(c)
        if t == "OrderedList":
            return self._ordered(*c)
        if t == "CodeBlock":
            return self._code(*c)
        if t == "Table":
            label = f"{self._float_id}-caption-kv" if self._float_id else ""
            return table(el, self._tight, self._unwrapped(c[1][1]), self._row_headers, label)
        if t == "BlockQuote":
            return f"<blockquote>\n{self.blocks(c)}</blockquote>\n"
        if t == "DefinitionList":
            rows = "".join(
                f"<dt>{self.inlines(term)}</dt>\n"
                + "".join(f"<dd>{self._tight(d)}</dd>\n" for d in definitions)
                for term, definitions in c
            )
            return f"<dl>\n{rows}</dl>\n"
        if t == "Figure":
            return self._plain_figure(el)
        if t == "LineBlock":
            return '<div class="line-block">' + "<br>\n".join(self.inlines(row) for row in c) + "</div>\n"
        if t == "HorizontalRule":
            return "<hr>\n"
        if t == "RawBlock":
            return c[1] + "\n" if c[0] in ("html", "html5", "html4") else ""
        if t == "Header":
            return self._header(el) + "</section>\n"
        raise ValueError(f"unknown block {t}")

    def _tight(self, blocks: Blocks) -> str:
        if len(blocks) == 1 and blocks[0]["t"] == "Plain":
            return self.inlines(blocks[0]["c"])
        return "\n" + self.blocks(blocks)

    def _unwrapped(self, blocks: Blocks) -> str:
        """Paragraphs as the text that they hold, other blocks as they are."""
        return "".join(self.inlines(b["c"]) if b["t"] in ("Para", "Plain") else self.block(b) for b in blocks)

    def _bullets(self, items: list[Blocks]) -> str:
        tasks = all(_is_task(item) for item in items)
        rows = "".join(f"<li>{self._task(item) if tasks else self._tight(item)}</li>\n" for item in items)
        return f"<ul{' class=' + chr(34) + 'task-list' + chr(34) if tasks else ''}>\n{rows}</ul>\n"

    def _task(self, item: Blocks) -> str:
        inlines: Inlines = item[0]["c"]
        done = " checked" if inlines[0]["c"] == "☒" else ""
        rest = inlines[2:] if len(inlines) > 1 and inlines[1]["t"] == "Space" else inlines[1:]
        return f'<label><input type="checkbox" disabled{done}>{self.inlines(rest)}</label>' + self.blocks(
            item[1:]
        )

    def _ordered(self, how: list[Any], items: list[Blocks]) -> str:
        start, style, _ = how
        kind = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}.get(
            style["t"], ""
        )
        at = (f' type="{kind}"' if kind else "") + (f' start="{start}"' if start != 1 else "")
        at += ' class="example"' if style["t"] == "Example" else ""
        return f"<ol{at}>\n" + "".join(f"<li>{self._tight(item)}</li>\n" for item in items) + "</ol>\n"

    def _code(self, at: Attr, code: str) -> str:
        fold = ast.get(at, "code-fold")
        classes = [c for c in at[1] if c not in ("cell-code",)]
        language = next((c for c in classes if re.fullmatch(r"[a-zA-Z][\w+-]*", c)), "")
        names = " ".join(["sourceCode", *classes]) if classes else ""
        cls = f' class="{escape(names)}"' if names else ""
        inner = f' class="language-{escape(language)}"' if language else ""
        filename = ast.get(at, "filename")
        head = (
            f'<div class="code-with-filename-file"><pre><strong>{escape(filename)}</strong></pre></div>\n'
            if filename
            else ""
        )
        # A block that scrolls must be reachable by keyboard.
        shown = f"<code{inner}>{escape(code, quote=False)}</code>"
        html = f'{head}<pre{identifier(at[0])}{cls} tabindex="0">{shown}</pre>\n'
        if fold in ("true", "show"):
            summary = ast.get(at, "code-summary") or self.words("code-summary")
            return (
                f'<details class="code-fold"{" open" if fold == "show" else ""}>'
                f"<summary>{escape(summary)}</summary>\n"
                f"{html}</details>\n"
            )
        return html

    # --- divs -----------------------------------------------------------------------------------------------

    def _div(self, el: Element) -> str:
        at, inner = el["c"]
        classes = at[1]
        if "kv-float" in classes:
            return self._float(el)
        if "kv-callout" in classes:
            title = self.inlines(inner[0]["c"][1][0]["c"])
            return callout(at, title, self._sections(inner[1:]), self.words, self.title_delim)
        if "kv-layout" in classes:
            return self._layout(el)
        if "kv-pagebreak" in classes:
            return ""
        if "kv-fault" in classes:
            return f'<div class="kv-fault" role="note">{self.blocks(inner)}</div>\n'
        if at[0] == "refs":
            return self._references(el)
        if classes == ["kv-panel"]:
            return self.blocks(inner)
        for name in classes:
            if name in self.inserts:
                return f"<div{attributes(at)}>\n{self.inserts[name]}</div>\n"
        outer = self._row_headers
        self._row_headers = outer or "row-headers" in classes
        html = f"<div{attributes(ast.without(at, FILE))}>\n{self._sections(inner)}</div>\n"
        self._row_headers = outer
        return html

    def _layout(self, el: Element) -> str:
        at, inner = el["c"]
        rest = [at[0], ["quarto-layout-panel", *[c for c in at[1] if c != "kv-layout"]], []]
        if ast.has(at, "layout"):
            out, k = [], 0
            for row in panels.rows(dict(at[2]), len(inner)):
                cells = []
                for width in row:
                    if width < 0:
                        cells.append(f'<div class="kv-panel-gap" style="flex:{-width} 1 0"></div>\n')
                    elif k < len(inner):
                        cells.append(
                            f'<div class="quarto-layout-cell" style="flex:{width} 1 0">\n'
                            f"{self.block(inner[k])}</div>\n"
                        )
                        k += 1
                out.append(f'<div class="quarto-layout-row">\n{"".join(cells)}</div>\n')
            return f"<div{attributes(rest)}>\n{''.join(out)}</div>\n"
        ncol = ast.get(at, "ncol", "1")
        cells = [f'<div class="quarto-layout-cell">\n{self.block(b)}</div>\n' for b in inner]
        columns = f'data-ncol="{escape(ncol)}" style="--ncol:{escape(ncol)}"'
        return f"<div{attributes(rest)} {columns}>\n{''.join(cells)}</div>\n"

    def _references(self, el: Element) -> str:
        at, inner = el["c"]
        hanging = ["hanging-indent"] if "hanging-indent" in at[1] else []
        rows = []
        for entry in inner:
            if entry["t"] == "Div":
                content = self._unwrapped(entry["c"][1])
                rows.append(
                    f'<div{identifier(entry["c"][0][0])} class="csl-entry" role="listitem">{content}</div>\n'
                )
            else:
                rows.append(self.block(entry))
        if not rows:
            return ""
        classes = " ".join(["references", "csl-bib-body", *hanging])
        return f'<div{identifier("refs")} class="{classes}" role="list">\n{"".join(rows)}</div>\n'

    # --- floats ---------------------------------------------------------------------------------------------

    def _float(self, el: Element) -> str:
        at, inner = el["c"]
        ident, kind = at[0], at[1][1]
        content, caption_div = inner[:-1], inner[-1]
        sub = ast.get(at, "sub")
        caption_id = f"{ident}-caption-kv"
        first = ast.get(at, "cap-location", "bottom" if kind == "fig" else "top") == "top"
        caption = ""
        if first:
            caption = self._caption(el, caption_div)
        outer, self._float_id = self._float_id, ident
        outer_pending, self._pending = self._pending, []
        outer_headers = self._row_headers
        self._row_headers = outer_headers or "row-headers" in at[1]
        body = self._sections(content)
        self._row_headers = outer_headers
        name = f"{ast.get(at, 'label')}{NBSP}{ast.get(at, 'number')}{ast.get(at, 'sub')}"
        tools = "".join(self.tools(replace(f, label=name.strip())) for f in self._pending)
        if not tools and kind in ("fig", "tbl") and not sub:
            tools = self.tools(Tools(id=ident, label=name.strip(), files=self._table_files(ident, kind)))
        self._pending, self._float_id = outer_pending, outer
        if not first:
            caption = self._caption(el, caption_div)
        place = "top" if first else "bottom"
        sub_class = " quarto-subfloat-caption" if sub else ""
        cap_html = (
            (
                f'<figcaption class="quarto-float-caption-{place} quarto-float-caption{sub_class} '
                f'quarto-float-{kind}" '
                f'id="{escape(caption_id)}">{caption}</figcaption>\n'
            )
            if caption
            else ""
        )
        described = f' aria-describedby="{escape(caption_id)}"' if caption else ""
        middle = f"<div{described}>\n{body}</div>\n"
        own = [c for c in at[1] if c not in ("kv-float", kind)]
        classes = ["quarto-float", "quarto-figure", *(["quarto-subfloat"] if sub else []), *own]
        rest = pairs([p for p in at[2] if p[0] not in ("label", "number", "parent", "sub", "cap-location")])
        inside = cap_html + middle if first else middle + cap_html
        return (
            f'<div{identifier(ident)} class="{escape(" ".join(classes))}"{rest}>\n'
            f'<figure class="quarto-float quarto-float-{kind} figure">\n{inside}</figure>\n{tools}</div>\n'
        )

    def _table_files(self, ident: str, kind: str) -> list[dict[str, str]]:
        files = self.files.table(ident) if kind == "tbl" else []
        return [{**f, "href": page_from(self._page, f["href"])} for f in files]

    def _caption(self, el: Element, caption_div: Element) -> str:
        at = el["c"][0]
        content = self.inlines(caption_div["c"][1][0]["c"]) if caption_div["c"][1] else ""
        sub = ast.get(at, "sub")
        if sub:
            return f"({escape(sub)}) {content}".rstrip()
        label = f"{escape(ast.get(at, 'label'))}{NBSP}{escape(ast.get(at, 'number'))}"
        if content:
            return f'<span class="kv-label">{label}{escape(self.title_delim)}</span> {content}'
        return f'<span class="kv-label">{label}</span>'

    def _plain_figure(self, el: Element) -> str:
        at, caption, content = el["c"]
        inner = "".join(
            self._image(b["c"][0])
            if b["t"] in ("Plain", "Para") and len(b["c"]) == 1 and b["c"][0]["t"] == "Image"
            else self.block(b)
            for b in content
        )
        tools = "".join(self.tools(f) for f in self._pending)
        self._pending = []
        cap = "".join(self.inlines(b["c"]) for b in caption[1] if b["t"] in ("Plain", "Para"))
        cap_html = f"<figcaption>{cap}</figcaption>\n" if cap else ""
        rest = [at[0], ["figure", *at[1]], at[2]]
        figure = f"<figure{attributes(rest)}>\n{inner}\n{cap_html}</figure>"
        return f'<div class="quarto-figure">\n{figure}\n{tools}</div>\n'

    def _lone_image(self, image: Element) -> str:
        if self._float_id:
            return self._image(image) + "\n"
        html = self._image(image)
        tools = "".join(self.tools(f) for f in self._pending)
        self._pending = []
        if tools:
            return f'<div class="quarto-figure">\n<figure class="figure">{html}</figure>\n{tools}</div>\n'
        return f'<p class="kv-image">{html}</p>\n'

    def _image(self, el: Element, *, lone: bool = True) -> str:
        at, _, target = el["c"]
        alt = ast.get(at, "fig-alt")
        # A picture in the middle of a line stays a picture.
        bundle = self.files.figure(self.chapter, target[0], self._float_id, alt) if lone else None
        if bundle is not None:
            self._pending.append(bundle)
            return self.art(bundle)
        style = [ast.get(at, "style").rstrip(";")] if ast.get(at, "style") else []
        sizes = ""
        for name in _IMAGE_SIZES:
            value = ast.get(at, name)
            if re.fullmatch(r"\d+(px)?", value):
                sizes += f' {name}="{value.removesuffix("px")}"'
            elif value:
                style.append(f"{name}:{value}")
        css = f' style="{escape(";".join(style))}"' if style else ""
        classes = " ".join(["img-fluid", *(["figure-img"] if self._float_id else []), *at[1]])
        title = f' title="{escape(target[1])}"' if target[1] else ""
        rest = pairs([p for p in at[2] if p[0] not in ("fig-alt", "style", "role", *_IMAGE_SIZES)])
        src = self.files.image(self.chapter, target[0])
        named = f'{identifier(at[0])} src="{escape(src)}" class="{escape(classes)}" alt="{escape(alt)}"'
        # What is far down a long page is fetched when it comes near; a picture in a line is small.
        later = ' loading="lazy" decoding="async"' if lone else ""
        return f"<img{named}{title}{sizes}{css}{rest}{later}>"

    # --- inlines --------------------------------------------------------------------------------------------

    def inlines(self, inlines: Inlines) -> str:
        """HTML of a list of inlines."""
        return "".join(self.inline(el) for el in inlines)

    def inline(self, el: Element) -> str:
        """HTML of one inline."""
        t = el["t"]
        c: Any = el.get("c")
        if t == "Str":
            return escape(c, quote=False)
        if t == "Space":
            return " "
        if t == "SoftBreak":
            return "\n"
        if t in _TAGS:
            return f"<{_TAGS[t]}>{self.inlines(c)}</{_TAGS[t]}>"
        if t == "Span":
            return self._span(*c)
        if t == "Link":
            at, inner, (url, title) = c
            if is_file(at, url):
                url = self.files.link(self.chapter, url)
            return link(at, self.inlines(inner), url, title, self._page)
        if t == "Cite":
            return self.inlines(c[1])
        if t == "Quoted":
            marks = "“”" if c[0]["t"] == "DoubleQuote" else "‘’"
            return marks[0] + self.inlines(c[1]) + marks[1]
        if t == "Code":
            return f"<code{attributes(c[0])}>{_code(c[1])}</code>"
        if t == "LineBreak":
            return "<br>\n"
        if t == "Image":
            return self._image(el, lone=False)
        if t == "Note":
            return self._notes.mark(c)
        if t == "Math":
            return self._math(c[1], c[0]["t"] == "DisplayMath")
        if t == "SmallCaps":
            return f'<span class="smallcaps">{self.inlines(c)}</span>'
        if t == "Underline":
            return f'<span class="underline">{self.inlines(c)}</span>'
        if t == "RawInline":
            return c[1] if c[0] in ("html", "html5", "html4") else ""
        raise ValueError(f"unknown inline {t}")

    def _span(self, at: Attr, inner: Inlines) -> str:
        classes = at[1]
        if "kv-ref" in classes:
            return reference(at, self.inlines(inner), self._page)
        if "kv-cite" in classes:
            keys = escape(ast.get(at, "keys"))
            return f'<span class="citation" data-cites="{keys}">{self.inlines(inner)}</span>'
        if "kv-eq" in classes:
            number = ast.get(at, "number")
            tex = inner[0]["c"][1]
            return (
                f'<span{identifier(at[0])} class="kv-eq math">'
                f"{self._math(tex, True, ast.get(at, 'alt'), number)}"
                f'<span class="kv-eq-number">({escape(number)})</span></span>'
            )
        if "kv-fault" in classes:
            return f'<span class="kv-fault" role="note">{self.inlines(inner)}</span>'
        if not (at[0] or classes or at[2]):
            return f"<span>{self.inlines(inner)}</span>"
        if classes == ["mark"] and not at[2]:
            return f"<mark{identifier(at[0])}>{self.inlines(inner)}</mark>"
        if classes == ["kbd"]:
            return f"<kbd{identifier(at[0])}>{self.inlines(inner)}</kbd>"
        return f"<span{attributes(at)}>{self.inlines(inner)}</span>"

    def _math(self, tex: str, display: bool, alt: str = "", number: str = "") -> str:
        html = self.formulas.get((tex, display))
        if html is None:
            marks = (r"\[", r"\]") if display else (r"\(", r"\)")
            kind = "display" if display else "inline"
            return f'<span class="math {kind}">{marks[0]}{escape(tex)}{marks[1]}</span>'
        if alt:
            html = html.replace("<math ", f'<math alttext="{escape(alt)}" ', 1)
        if number:
            html = html.replace("</annotation>", f"\\tag{{{escape(number)}}}</annotation>", 1)
        return html


LONG_NAME = 12
_TAGS = {"Emph": "em", "Strong": "strong", "Strikeout": "del", "Superscript": "sup", "Subscript": "sub"}


def _is_task(item: Blocks) -> bool:
    return (
        bool(item)
        and item[0]["t"] in ("Plain", "Para")
        and bool(item[0]["c"])
        and item[0]["c"][0]["t"] == "Str"
        and item[0]["c"][0]["c"] in ("☐", "☒")
    )


def _code(text: str) -> str:
    """Code in a line of text; a long name breaks after its underscores and not within its words."""
    html = escape(text, quote=False)
    return html if len(text) < LONG_NAME else html.replace("_", "_<wbr>")
