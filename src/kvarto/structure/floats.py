"""Figures, tables and listings with numbers, and panels beside each other."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator

from kvarto.faults import Fault
from kvarto.structure import ast, panels, tables
from kvarto.structure.ast import Attr, Blocks, Element, Inlines
from kvarto.structure.base import (
    FLOAT,
    LAYOUT,
    Base,
)
from kvarto.structure.inlines import inlines_of

# Attributes that become something else, and are not handed on.
_OWN = {*LAYOUT, "fig-alt", "fig-align", "tbl-colwidths", "label", "number", "fig-cap", "tbl-cap", "lst-cap"}
_OWN |= {"cap-location", "fig-cap-location", "tbl-cap-location", "lst-cap-location"}


class Floats(Base):
    """The part of the walk that makes floats and layouts."""

    def _float_div(self, el: Element) -> Element:
        at, inner = el["c"]
        caption: Inlines | None = None
        inner = list(inner)
        if len(inner) > 1 and inner[-1]["t"] in ("Para", "Plain") and not only_images(inner[-1]["c"]):
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
        layout = {k: v for k, v in at[2] if k in LAYOUT}
        own_classes = [c for c in at[1] if c not in ("kv-float",)]
        out = ast.attr(
            ident,
            ["kv-float", kind, *classes, *own_classes],
            label=word,
            number=number,
            parent=parent.id if parent else "",
            sub=sub,
        )
        self._caption_place(at, kind, ident, out)
        align = ast.get(at, "fig-align") or _image_align(inner)
        if align in ("left", "center", "right"):
            out[1].append(f"quarto-figure-{align}")
        out[2] += [p for p in at[2] if p[0] not in _OWN]
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
            tables.apply_row_headers(content)
        if not content:
            fault = self.at.fault(
                rf"#{re.escape(ident)}(?![\w-])",
                f"{word} {ident} er tom.",
                "",
                "Legg et bilde, en tabell eller en celle i den.",
                kind="empty-float",
            )
            content = [self.mark_block(fault)]
        if label.fault:
            content.insert(0, ast.fault_block(label.fault))
        if parent is None:
            self._suits(ident, kind, word, content, caption)
        title = self.inlines(caption)
        label.title = title
        return ast.div(out, [*content, ast.div(ast.attr("", ["kv-caption"]), [ast.plain(title)])])

    def _suits(self, ident: str, kind: str, word: str, content: Blocks, caption: Inlines) -> None:
        """Lint: a numbered figure or table should have a caption, and be what its label says."""
        at = rf"[#\"]{re.escape(ident)}(?![\w-])"
        if not caption:
            self.at.fault(
                at,
                f"{word} {ident} har nummer, men ingen tekst.",
                "Leseren ser bare nummeret, og listen over figurer og tabeller får en tom linje.",
                "Skriv den i [ ], under tabellen (: Tekst), eller med fig-cap eller tbl-cap i cellen.",
                kind="lint-caption",
                severity="lint",
            )
        kinds = {el["t"] for el in ast.walk(content)}
        table, picture = "Table" in kinds, "Image" in kinds
        if kind == "fig" and table and not picture:
            told = ("figurer", "på en tabell", "tbl-")
        elif kind == "tbl" and not table:
            told = ("tabeller", "på et bilde" if picture else "der det ikke er noen tabell", "fig-")
        else:
            return
        self.at.fault(
            at,
            f"Merkelappen {ident} er for {told[0]}, men står {told[1]}.",
            f"Leseren får «{word}» foran nummeret.",
            f"Begynn merkelappen med {told[2]}." if picture or table else "Gi en tabell.",
            kind="lint-caption",
            severity="lint",
        )

    def _caption_place(self, at: Attr, kind: str, ident: str, out: Attr) -> None:
        """Where the caption stands, when the author says so: attribute `cap-location`, `top` or `bottom`."""
        options = self.book.formats[self.fmt].options if self.fmt in self.book.formats else {}
        place = ast.get(at, f"{kind}-cap-location") or ast.get(at, "cap-location")
        place = place or str(options.get(f"{kind}-cap-location") or options.get("cap-location") or "")
        if place in ("top", "bottom"):
            ast.put(out, "cap-location", place)
        elif place:
            self.at.fault(
                rf"{re.escape(ident)}(?![\w-])",
                f"Bildetekst i «{place}» støttes ikke.",
                "",
                "Bruk top eller bottom.",
                kind="unsupported",
            )

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
            self.at.fault(
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
            fault = self.at.fault(
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
        if ast.has(at, "lst-cap"):
            fault = self._listing_without_label()
            return [self.mark_block(fault), el]
        if ident:
            self._label(ident, "id", public=False)
        return [el]

    def _listing_without_label(self) -> Fault:
        return self.at.fault(
            r"lst-cap\W",
            "Listen har en tekst (lst-cap), men ingen merkelapp.",
            "Uten merkelapp får den ikke nummer, og teksten ville falt bort.",
            "Skriv {#lst-navn …} på kodeblokken, eller #| lst-label: lst-navn i cellen.",
            kind="listing-label",
            nth=self.at.met("lst-cap"),
        )

    def _layout(self, el: Element) -> Element:
        at, inner = el["c"]
        parts: Blocks = []
        for block in inner:
            if block["t"] in ("Para", "Plain") and only_images(block["c"]):
                for image in block["c"]:
                    if image["t"] == "Image":
                        parts.append({"t": "Para", "c": [image]})
            elif block["t"] == "Div" and "cell" in block["c"][0][1]:
                for made in self._cell(block):
                    parts.extend(ast.div(ast.attr("", ["kv-panel"]), [p]) for p in made["c"][1])
            else:
                parts.append(block)
        done: Blocks = []
        for block in parts:
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
                pairs["layout"] = json.dumps(panels.read(ast.get(at, "layout")))
            except ValueError:
                self.at.fault(
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


def only_images(inlines: Inlines) -> bool:
    """Whether a paragraph holds images and nothing else."""
    kinds = {i["t"] for i in inlines}
    return "Image" in kinds and kinds <= {"Image", "Space", "SoftBreak", "LineBreak"}


def _image_align(blocks: Blocks) -> str:
    """`fig-align` of the float's own image."""
    image = next((el for el in ast.walk(blocks) if el["t"] == "Image"), None)
    return ast.get(image["c"][0], "fig-align") if image else ""


def _int(value: str, default: int) -> int:
    try:
        return int(value)
    except ValueError:
        return default


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
