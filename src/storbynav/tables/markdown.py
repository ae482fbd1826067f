"""A table as pandoc Markdown that Quarto and kvarto set alike: a pipe table with widths, and its note."""

from __future__ import annotations

from storbynav import formatting as f
from storbynav.tables.model import Cell, Column, Table

DASHES = 120
# What hangs after a number stands in a span .stars, which a stylesheet may take out of the line. Where none
# does, two hard spaces are as wide as a star: right-aligned numbers stay in line, with or without stars.
STAR_SPACE = f.HARD_SPACE * 2


def markdown(table: Table, file: str = "") -> str:
    """The table in a div `.row-headers`, its notes in a div `.tabell-note`.

    A table of numbers is a `.stat-table` too, and one whose headers are shortened has `.short-headers`.
    `file`: the path of its CSV file, for the renderer that offers it (`data-file`).
    """
    rows = [
        _row([column.header for column in table.columns]),
        "|" + "|".join(_rule(column, table) for column in table.columns) + "|",
    ]
    widest = _widest_stars(table)
    for line in table.lines:
        cells = [_cell(cell, room) for cell, room in zip(line.cells, widest, strict=True)]
        rows.append("| " + " | ".join([f.escape_markdown(line.header), *cells]) + " |")
    # the cells of a statistical table never break; text in a column must
    numbers = all(column.align == "right" for column in table.columns[1:])
    classes = ".row-headers .stat-table" if numbers else ".row-headers"
    notes = [" ".join(table.notes), *([table.key] if table.key else [])]
    note = "\n\n".join(f.escape_markdown(text) for text in notes)
    classes += " .short-headers" if table.key else ""
    body = "\n".join(rows)
    data = f' data-file="{file}"' if file else ""
    return f"::: {{{classes}{data}}}\n{body}\n:::\n\n::: {{.tabell-note}}\n{note}\n:::\n"


def _row(texts: list[str]) -> str:
    return "| " + " | ".join(f.escape_markdown(text) for text in texts) + " |"


def _rule(column: Column, table: Table) -> str:
    """Dashes in proportion to the width: pandoc takes relative widths from them, the line being long."""
    count = max(3, round(DASHES * column.width / sum(c.width for c in table.columns)))
    return ":" + "-" * count if column.align == "left" else "-" * count + ":"


def _widest_stars(table: Table) -> list[int]:
    return [
        max(len(line.cells[i].stars + line.cells[i].mark) for line in table.lines)
        for i in range(len(table.columns) - 1)
    ]


def _cell(cell: Cell, room: int) -> str:
    if not cell.text:
        return ""
    hanging = cell.stars + cell.mark
    if not room:
        return f.escape_markdown(cell.text)
    padding = STAR_SPACE * (room - len(hanging))
    return f"{f.escape_markdown(cell.text)}[{f.escape_markdown(hanging)}{padding}]{{.stars}}"
