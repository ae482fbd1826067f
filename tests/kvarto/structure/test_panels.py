"""Rows of panels: what is read, what is refused, and that no panel is left without a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvarto.faults import Faults
from kvarto.structure import ast, panels
from tests.kvarto.book import make, structured


@pytest.mark.parametrize(
    ("text", "rows"),
    [("[[1,1],[1]]", [[1, 1], [1]]), ("[40, -20, 40]", [[40, -20, 40]]), ("[[0.5, 1.5]]", [[0.5, 1.5]])],
)
def test_what_is_read(text: str, rows: panels.Rows) -> None:
    assert panels.read(text) == rows


@pytest.mark.parametrize(
    "text", ["[", "3", "[]", "[[]]", "[[1], 2]", '[["30%", 1]]', "[[0, 1]]", "[[true]]", "[-1]"]
)
def test_what_is_no_row_of_widths(text: str) -> None:
    with pytest.raises(ValueError):
        panels.read(text)


def test_a_layout_that_is_none_is_told_and_its_content_stays(tmp_path: Path) -> None:
    faults = Faults()
    book = make(tmp_path, '# K\n\n::: {layout="[[]]"}\nEn\n\nTo\n:::\n')
    blocks = structured(book, faults=faults).chapter("k.qmd").blocks
    assert [f.kind for f in faults] == ["layout"]
    layout = next(el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-layout" in el["c"][0][1])
    assert panels.rows(dict(layout["c"][0][2]), 2) == [[1.0], [1.0]]


def test_every_panel_has_a_place() -> None:
    assert panels.rows({"ncol": "2"}, 3) == [[1.0, 1.0], [1.0, 1.0]]
    assert panels.rows({}, 2) == [[1.0], [1.0]]
    assert panels.rows({"layout": "[[1, -1, 1]]"}, 2) == [[1, -1, 1]]
    assert panels.rows({"layout": "[[1, -1, 1]]"}, 4) == [[1, -1, 1], [1.0], [1.0]]
    assert panels.rows({"layout": "[[1, 1], [1]]"}, 1) == [[1, 1], [1]]
