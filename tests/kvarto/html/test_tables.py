"""Tables as rows of text, and as CSV files."""

from __future__ import annotations

from kvarto import pandoc
from kvarto.html import tables
from kvarto.structure import ast


def table(html: str) -> ast.Element:
    blocks = pandoc.read_html([html])[0]
    return next(el for el in ast.walk(blocks) if el["t"] == "Table")


def test_a_header_of_two_rows_becomes_one_and_spans_are_filled() -> None:
    found = tables.grid(
        table(
            "<table><thead><tr><th rowspan=2>By</th><th colspan=2>Ansatte</th></tr>"
            "<tr><th>Stat</th><th>Kommune</th></tr></thead>"
            "<tbody><tr><td rowspan=2>Oslo</td><td>1</td><td>2</td></tr>"
            "<tr><td>3</td><td>4</td></tr></tbody></table>"
        )
    )
    assert found == [["By", "Ansatte: Stat", "Ansatte: Kommune"], ["Oslo", "1", "2"], ["", "3", "4"]]


def test_cells_for_programs() -> None:
    assert tables.plain("1\u00a0138") == tables.plain("1\u2009138") == tables.plain("1\u202f138") == "1138"
    assert tables.plain("12\u00a0345\u00a0678") == "12345678"
    assert tables.plain("\u22120,32*") == "-0,32*"
    assert tables.plain("58,8\u00a0%") == "58,8 %"
    assert tables.plain("a \u2212 b") == "a \u2212 b"


def test_csv_is_for_the_readers_spreadsheet_and_reads_back() -> None:
    rows = [["a", "b;c"], ["1,5", 'sa "ja"']]
    norwegian, english = tables.to_csv(rows, "nb-NO"), tables.to_csv(rows, "en")
    assert norwegian.startswith(b"\xef\xbb\xbf") and b'a;"b;c"\r\n' in norwegian
    assert b"a,b;c\r\n" in english
    assert tables.from_csv(norwegian) == rows
    assert tables.from_csv(tables.to_csv([["a", "b"], ["1", "2"]], "en")) == [["a", "b"], ["1", "2"]]
