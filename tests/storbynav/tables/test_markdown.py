"""Tables as Markdown that pandoc reads as one table."""

from __future__ import annotations

import json
from typing import Any

import pypandoc
import pytest

from storbynav.catalogue import TableRow, load_catalogue
from storbynav.survey import Survey
from storbynav.tables import Cell, Column, Line, Table, build, markdown

CATALOGUE = load_catalogue()


def ast(text: str) -> list[dict[str, Any]]:
    return json.loads(pypandoc.convert_text(text, "json", format="markdown"))["blocks"]


def words(inlines: list[dict[str, Any]]) -> str:
    """The text of inlines; spans of class stars as they are, anything else than text as a tag."""
    parts = []
    for inline in inlines:
        match inline:
            case {"t": "Str", "c": text}:
                parts.append(text)
            case {"t": "Space" | "SoftBreak"}:
                parts.append(" ")
            case {"t": "Span", "c": [[_, ["stars"], _], content]}:
                parts.append(words(content))
            case _:
                parts.append(f"<{inline['t']}>")
    return "".join(parts)


def cell_text(cell: list[Any]) -> str:
    return "".join(words(block["c"]) for block in cell[4])


def parsed(text: str) -> tuple[dict[str, Any], dict[str, Any], list[Any]]:
    table_div, note_div = ast(text)
    (table,) = table_div["c"][1]
    assert table["t"] == "Table"
    return table_div, note_div, table["c"]


@pytest.mark.parametrize("ident", list(CATALOGUE.tables))
def test_pandoc_reads_what_was_written(survey: Survey, ident: str) -> None:
    table = build(CATALOGUE.table(ident), survey)
    table_div, note_div, content = parsed(markdown(table))
    text = any(column.align == "left" for column in table.columns[1:])
    short = ["short-headers"] if table.key else []
    assert table_div["c"][0][1] == ["row-headers", *([] if text else ["stat-table"]), *short]
    assert note_div["c"][0][1] == ["tabell-note"]
    _, _, specs, head, bodies, _ = content
    header = [cell_text(cell) for cell in head[1][0][1]]
    assert header == [column.header for column in table.columns]
    body = bodies[0][3]
    assert len(body) == len(table.lines)
    for line, row in zip(table.lines, body, strict=True):
        cells = [cell_text(cell) for cell in row[1]]
        assert cells[0] == line.header
        assert [cell.rstrip("\u00a0") for cell in cells[1:]] == [cell.shown for cell in line.cells]
    widths = [spec[1]["c"] for spec in specs]
    assert sum(widths) == pytest.approx(1, abs=0.05)
    assert widths.index(max(widths)) == max(range(len(widths)), key=lambda i: table.columns[i].width)
    aligned = [{"AlignLeft": "left", "AlignRight": "right"}[spec[0]["t"]] for spec in specs]
    assert aligned == [column.align for column in table.columns]


def small(*cells: Cell) -> Table:
    row = TableRow("v1_9", 9, "correlation", "Prøve", CATALOGUE.table("v1_2").place)
    columns = (Column("", "left", 2), Column("(1)"))
    lines = tuple(Line(f"({i}) Rad | med *tegn*", (cell,)) for i, cell in enumerate(cells, start=1))
    return Table(row, columns, lines, ("Note med * og _tegn_.",), True, False)


def test_numbers_stay_in_line_whatever_their_stars() -> None:
    text = markdown(
        small(Cell(",32", "**"), Cell("\u2212,19", "*"), Cell(",02"), Cell(",01", mark="†"), Cell(""))
    )
    _, _, content = parsed(text)
    cells = [cell_text(row[1][1]) for row in content[4][0][3]]
    assert cells == [",32**", "\u2212,19*\u00a0\u00a0", ",02" + "\u00a0" * 4, ",01†\u00a0\u00a0", ""]


def test_markup_in_labels_and_notes_is_text() -> None:
    text = markdown(small(Cell(",32")))
    _, note_div, content = parsed(text)
    assert cell_text(content[4][0][3][0][1][0]) == "(1) Rad | med *tegn*"
    assert words(note_div["c"][1][0]["c"]) == "Note med * og _tegn_."


def test_no_html_is_written(survey: Survey) -> None:
    assert "<" not in markdown(build(CATALOGUE.table("v1_2"), survey)).replace("\\<", "")
