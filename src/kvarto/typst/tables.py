"""Tables of the AST as Typst's `table`, in the form that pandoc gives under Quarto."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Blocks = Callable[[list[dict[str, Any]]], str]
_ALIGN = {"AlignLeft": "left", "AlignRight": "right", "AlignCenter": "center", "AlignDefault": "auto"}


def table(content: list[Any], blocks: Blocks) -> str:
    """`table(…)` for the content of a `Table` node; `blocks` writes a cell's blocks.

    Header rows repeat on each page. Columns without widths fit their text, unless one has a width: then the
    rest share what is left.
    """
    _, _, specs, head, bodies, foot = content
    lines = [
        f"table(\n  columns: {_columns(specs)},",
        f"  align: ({''.join(_ALIGN[s[0]['t']] + ',' for s in specs)}),",
    ]
    if head[1]:
        lines.append("  table.header(")
        lines += [f"    {row}" for row in _rows(head[1], blocks)]
        lines += ["  ),", "  table.hline(),"]
    for body in bodies:
        _, _, middle, rows = body
        if middle:
            lines += [f"  table.header(level: 2, repeat: false, {row})," for row in _rows(middle, blocks)]
        lines += [f"  {row}" for row in _rows(rows, blocks)]
    if foot[1]:
        lines += ["  table.hline(),", "  table.footer(repeat: false,"]
        lines += [f"    {row}" for row in _rows(foot[1], blocks)]
        lines.append("  ),")
    return "\n".join([*lines, ")"])


def _columns(specs: list[Any]) -> str:
    widths = [s[1].get("c") if s[1]["t"] == "ColWidth" else None for s in specs]
    if not any(widths):
        return str(len(specs))
    return "(" + "".join(f"{100 * w:.4g}%, " if w else "auto, " for w in widths) + ")"


def _rows(rows: list[Any], blocks: Blocks) -> list[str]:
    return [" ".join(_cell(c, blocks) for c in row[1]) for row in rows]


def _cell(cell: list[Any], blocks: Blocks) -> str:
    _, align, rowspan, colspan, content = cell
    inner = f"[{blocks(content).strip()}],"
    options = [f"colspan: {colspan}"] * (colspan > 1) + [f"rowspan: {rowspan}"] * (rowspan > 1)
    if align["t"] != "AlignDefault":
        options.append(f"align: {_ALIGN[align['t']]}")
    return f"table.cell({', '.join(options)}){inner}" if options else inner
