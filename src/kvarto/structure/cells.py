"""Cells: their labels and captions make floats of what they wrote."""

from __future__ import annotations

from kvarto.structure import ast, tables
from kvarto.structure.ast import Attr, Blocks, Element, Inlines
from kvarto.structure.base import (
    FLOAT,
    LAYOUT,
    Base,
)
from kvarto.structure.floats import only_images


class Cells(Base):
    """The part of the walk that handles cells."""

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
                code[i] = self._listing(lst or label, first, captions.get("lst-cap", [[]])[0])
        layout = [[k, v] for k, v in at[2] if k in LAYOUT]
        place = ast.get(at, f"{kind}-cap-location") or ast.get(at, "cap-location")
        more = [[k, v] for k, v in at[2] if k in ("fig-align", "tbl-colwidths")]
        if place:
            more.append(["cap-location", place])
        body: Blocks
        if kind in ("fig", "tbl"):
            body = self._cell_floats(label, kind, outputs, captions, layout + more)
        else:
            found = captions.get("fig-cap") or captions.get("tbl-cap")
            caption = found[0] if found else None
            if caption is not None:
                _caption_unlabelled(outputs, caption, "fig" if "fig-cap" in captions else "tbl")
            body = [self._layout(ast.div(["", [], layout], outputs))] if layout else self.blocks(outputs)
        done = [
            b if b["t"] == "Div" and "kv-float" in b["c"][0][1] else self.blocks([b])[0] for b in code
        ] + body
        if not done:
            return []
        if "row-headers" in at[1]:
            tables.apply_row_headers(done)
        if label and not kind:
            self._label(label, "id", public=False)
        rest: list[list[str]] = []
        return [
            ast.div(
                [label if label and not kind else "", ["cell", *[c for c in at[1] if c != "cell"]], rest],
                done,
            )
        ]

    def _listing(self, label: str, code: Element, caption: Inlines) -> Element:
        """The cell's code as a numbered listing."""
        if not label:
            self._listing_without_label()
        ident = label if label.startswith("lst-") else f"lst-{label}"
        return self._float(ident, [code], caption, ast.attr())

    def _cell_floats(
        self,
        label: str,
        kind: str,
        outputs: Blocks,
        captions: dict[str, list[Inlines]],
        pairs: list[list[str]],
    ) -> Blocks:
        """Floats of a labelled cell's outputs; `pairs` are the float's attributes (layout, widths, …)."""
        displays = [b for b in outputs if not _is_text_output(b)]
        others = [b for b in outputs if _is_text_output(b)]
        subs = captions.get(f"{kind}-subcap", [])
        main = captions.get(f"{kind}-cap", [])
        if not displays:
            if others:
                # The output is text: it is what the label names.
                return [self._float(label, others, main[0] if main else [], ["", [], pairs])]
            return []
        before = self.blocks(others)
        if len(main) > 1 and not subs:
            return before + [
                self._float(f"{label}-{i}", [out], cap, ["", [], pairs])
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
        at: Attr = ["", [], pairs]
        return [*before, self._float(label, content, main[0] if main else (None if not subs else []), at)]


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
            if b["t"] in ("Para", "Plain") and only_images(b["c"])
            for i in b["c"]
            if i["t"] == "Image"
        ]
        if len(images) > 1:
            out += [{"t": "Para", "c": [i]} for i in images]
        else:
            out.append(block)
    return out


def _caption_unlabelled(outputs: Blocks, caption: Inlines, kind: str) -> None:
    """A cell's caption without a label: a captioned figure or table without a number."""
    for block in outputs:
        inner = block["c"][1] if block["t"] == "Div" else [block]
        for i, el in enumerate(inner):
            if kind == "fig" and el["t"] in ("Para", "Plain") and only_images(el["c"]):
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
