"""The cells of a table as rows of text, and rows of text as a CSV file."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from kvarto.structure import ast
from kvarto.structure.ast import Element

# Digits are grouped and signed for readers on the page; a program wants them plain.
_GROUP = re.compile(r"(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_MINUS = re.compile(r"\u2212(?=[\d,.])")
_NUMBER = re.compile(r"[-+]?[\d\s.,]+%?\**")


def grid(table: Element) -> list[list[str]]:
    """The rows of a Table as plain text: one header row, then all others.

    A header of several rows becomes one («Ansatte: Stat»); a cell that spans others stands in the first of
    them, a header cell in all.
    """
    _, _, _, head, bodies, foot = table["c"]
    head_rows = _fill(head[1], repeat=True)
    rows = []
    if head_rows:
        rows.append(
            [": ".join(dict.fromkeys(t for t in column if t)) for column in zip(*head_rows, strict=True)]
        )
    for body in bodies:
        rows += _fill(body[2], repeat=True) + _fill(body[3], repeat=False)
    rows += _fill(foot[1], repeat=False)
    width = max((len(row) for row in rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _fill(rows: list[Any], repeat: bool) -> list[list[str]]:
    cells: dict[tuple[int, int], str] = {}
    for r, row in enumerate(rows):
        col = 0
        for _, _, down, across, content in row[1]:
            while (r, col) in cells:
                col += 1
            text = " ".join(ast.stringify(content).split(" ")).strip()
            for i in range(down):
                for j in range(across):
                    cells[r + i, col + j] = text if repeat or (i, j) == (0, 0) else ""
            col += across
    width = max((c for _, c in cells), default=-1) + 1
    return [[cells.get((r, c), "") for c in range(width)] for r in range(len(rows))]


def plain(text: str) -> str:
    """A cell for programs: no spaces within numbers, a hyphen for minus, plain spaces for hard ones."""
    return re.sub(r"[\u00a0\u2009\u202f]", " ", _MINUS.sub("-", _GROUP.sub("", text))).strip()


def _no_formula(cell: str) -> str:
    """A cell that a spreadsheet takes for what it is: text that begins as a formula gets an apostrophe."""
    return f"'{cell}" if re.match(r"\s*[=+\-@]", cell) and not _NUMBER.fullmatch(cell) else cell


def separator(lang: str) -> str:
    """What stands between cells: a semicolon where the comma is in the numbers."""
    return "," if lang.split("-")[0] == "en" else ";"


def to_csv(rows: list[list[str]], lang: str) -> bytes:
    """A CSV file that the spreadsheets of readers of `lang` open by a double click (UTF-8 with BOM)."""
    out = io.StringIO()
    csv.writer(out, delimiter=separator(lang), lineterminator="\r\n").writerows(
        [_no_formula(cell) for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def from_csv(data: bytes) -> list[list[str]]:
    """The rows of a CSV file with semicolons, tabs or commas, whichever its first line has most of."""
    text = data.decode("utf-8-sig")
    first = text.partition("\n")[0]
    mark = max(";\t,", key=first.count)
    return [row for row in csv.reader(io.StringIO(text), delimiter=mark) if row]
