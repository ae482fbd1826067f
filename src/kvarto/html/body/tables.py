"""Tables of the AST as HTML tables: spans, alignment, and the cells that head rows and columns."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from kvarto.html.body.attributes import attributes
from kvarto.structure import ast
from kvarto.structure.ast import Blocks, Element

_SIDES = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center"}
_NOT_SHOWN = ("style", "scope", "align", "valign", "quarto-table-cell-role")


def table(
    el: Element, write: Callable[[Blocks], str], caption: str = "", row_headers: bool = False, label: str = ""
) -> str:
    """A table in a box that may scroll.

    write: gives the HTML of a cell's blocks. row_headers: the first cell of each row heads it, whatever the
    table says of itself. label: the id of what names the table; used where it has no caption of its own.
    """
    at, _, specs, head, bodies, foot = el["c"]
    aligns = [s[0]["t"] for s in specs]
    out: list[str] = []
    if caption:
        out.append(f"<caption>{caption}</caption>\n")
    widths = [s[1].get("c") if s[1]["t"] == "ColWidth" else None for s in specs]
    if any(widths):
        cols = "".join(f'<col style="width:{100 * w:.4g}%">' if w else "<col>" for w in widths)
        out.append(f"<colgroup>{cols}</colgroup>\n")
    if any(cell[4] for row in head[1] for cell in row[1]):
        out.append("<thead>\n" + _rows(head[1], aligns, 0, "col", write) + "</thead>\n")
    for body in bodies:
        headers = body[1] or (1 if row_headers else 0)
        rows = _rows(body[2], aligns, 0, "colgroup", write) + _rows(body[3], aligns, headers, "", write)
        if rows:
            out.append(f"<tbody>\n{rows}</tbody>\n")
    if foot[1]:
        out.append("<tfoot>\n" + _rows(foot[1], aligns, 0, "", write) + "</tfoot>\n")
    labelled = f' aria-labelledby="{escape(label)}"' if label and not caption else ""
    own = [
        at[0],
        ["table", *[c for c in at[1] if c != "dataframe"]],
        [p for p in at[2] if p[0] not in ("border", "quarto-postprocess")],
    ]
    return f'<div class="kv-table">\n<table{attributes(own)}{labelled}>\n{"".join(out)}</table>\n</div>\n'


def _rows(
    rows: list[Any], aligns: list[str], headers: int, scope: str, write: Callable[[Blocks], str]
) -> str:
    """Rows of one part of the table.

    headers: how many columns from the left head their rows. scope: what every cell heads, "" for a body.
    """
    out: list[str] = []
    taken: set[tuple[int, int]] = set()
    for r, row in enumerate(rows):
        cells: list[str] = []
        col = 0
        for cell in row[1]:
            while (r, col) in taken:
                col += 1
            down, across = cell[2:4]
            taken.update((r + i, col + j) for i in range(down) for j in range(across))
            column = aligns[col] if col < len(aligns) else "AlignDefault"
            cells.append(_cell(cell, column, scope, col < headers, write))
            col += across
        out.append(f"<tr{attributes(row[0], drop=('style',))}>{''.join(cells)}</tr>\n")
    return "".join(out)


def _cell(cell: list[Any], column: str, scope: str, first: bool, write: Callable[[Blocks], str]) -> str:
    """column: how the column is aligned; first: whether the cell stands among those that head the row."""
    at, align, down, across, content = cell
    # An empty corner is no heading of anything.
    tag = "th" if (scope or first) and content else "td"
    extra = ""
    if tag == "th":
        what = (scope if across == 1 else "colgroup") if scope else ("row" if down == 1 else "rowgroup")
        extra += f' scope="{what}"'
    if down > 1:
        extra += f' rowspan="{down}"'
    if across > 1:
        extra += f' colspan="{across}"'
    side = _SIDES.get(column if align["t"] == "AlignDefault" else align["t"], "")
    style = [s for s in (ast.get(at, "style").rstrip(";"), f"text-align:{side}" if side else "") if s]
    if style:
        extra += f' style="{escape(";".join(style))}"'
    return f"<{tag}{attributes(at, drop=_NOT_SHOWN)}{extra}>{write(content).strip()}</{tag}>"
