"""Tables: widths and row headers by attribute, and Quarto's list tables."""

from __future__ import annotations

import json
from typing import Any

from kvarto.structure import ast
from kvarto.structure.ast import Attr, Blocks, Element

ALIGN = {"l": "AlignLeft", "c": "AlignCenter", "r": "AlignRight", "d": "AlignDefault"}


def set_widths(table: Element, value: str) -> bool:
    """Apply `tbl-colwidths` («[30,70]», percents); False when it does not fit the table."""
    specs = table["c"][2]
    if value in ("auto", "true", "false"):
        return True
    try:
        numbers = [float(n) for n in json.loads(value)]
    except (ValueError, TypeError):
        return False
    if len(numbers) != len(specs):
        return False
    total = max(sum(numbers), 100.0)
    for spec, n in zip(specs, numbers, strict=True):
        spec[1] = {"t": "ColWidth", "c": n / total}
    return True


def set_row_headers(table: Element, columns: int = 1) -> None:
    """Make the first columns of every body row headers, where the table does not say otherwise itself."""
    for body in table["c"][4]:
        if body[1] == 0:
            body[1] = columns


NAME = "aria-label"


def apply_row_headers(blocks: Blocks, name: str = "") -> None:
    """Row headers in every table among the blocks, and the name of tables that have no caption."""
    for el in ast.walk(blocks):
        if el["t"] == "Table":
            set_row_headers(el)
            if name:
                el["c"][0] = [*el["c"][0][:2], [*el["c"][0][2], [NAME, name]]]


def list_table(at: Attr, blocks: Blocks) -> Element | None:
    """A Table from the nested list of a `list-table` div; None when the list is not one of rows of cells.

    Attributes: `header-rows` (1), `header-cols` (0), `aligns` («l,c,r»), `widths` («1,2»). A first paragraph
    is the caption. A cell may begin with an empty span carrying `colspan`, `rowspan` or `align`.
    """
    blocks = list(blocks)
    caption: list[Any] = []
    if blocks and blocks[0]["t"] in ("Para", "Plain"):
        caption = [ast.plain(blocks.pop(0)["c"])]
    if len(blocks) != 1 or blocks[0]["t"] != "BulletList":
        return None
    rows: list[list[Any]] = []
    for item in blocks[0]["c"]:
        if len(item) != 1 or item[0]["t"] != "BulletList":
            return None
        rows.append([["", [], []], [_cell(content) for content in item[0]["c"]]])
    width = max((sum(cell[3] for cell in row[1]) for row in rows), default=0)
    aligns = [a.strip() for a in ast.get(at, "aligns").split(",") if a.strip()]
    widths = [float(w) for w in ast.get(at, "widths").split(",") if w.strip()]
    total = sum(widths) or 1
    specs = [
        [
            {"t": ALIGN.get(aligns[i] if i < len(aligns) else "d", "AlignDefault")},
            {"t": "ColWidth", "c": widths[i] / total} if i < len(widths) else {"t": "ColWidthDefault"},
        ]
        for i in range(width)
    ]
    head_rows = int(ast.get(at, "header-rows", "1") or 0)
    head_cols = int(ast.get(at, "header-cols", "0") or 0)
    return {
        "t": "Table",
        "c": [
            ["", [], []],
            [None, caption],
            specs,
            [["", [], []], rows[:head_rows]],
            [[["", [], []], head_cols, [], rows[head_rows:]]],
            [["", [], []], []],
        ],
    }


def _cell(content: Blocks) -> list[Any]:
    align, rows, cols = "AlignDefault", 1, 1
    if content and content[0]["t"] in ("Plain", "Para") and content[0]["c"]:
        first = content[0]["c"][0]
        if first["t"] == "Span" and not first["c"][1]:
            at = first["c"][0]
            align = ALIGN.get(ast.get(at, "align", "d")[:1], "AlignDefault")
            rows, cols = int(ast.get(at, "rowspan", "1")), int(ast.get(at, "colspan", "1"))
            content[0]["c"] = content[0]["c"][1:]
            while content[0]["c"] and content[0]["c"][0]["t"] in ("Space", "SoftBreak"):
                content[0]["c"] = content[0]["c"][1:]
    return [["", [], []], {"t": align}, rows, cols, content]
