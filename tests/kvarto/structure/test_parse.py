"""Reading Markdown: HTML tables become tables, results are remembered by content."""

from __future__ import annotations

from pathlib import Path

from kvarto.structure import ast
from kvarto.structure.parse import FileStore, parse, parse_all


def tables(markdown: str) -> list[list[list[str]]]:
    return [
        [[ast.stringify(cell[4]).strip() for cell in row[1]] for row in ast.table_rows(el)]
        for el in ast.walk(parse(markdown).blocks)
        if el["t"] == "Table"
    ]


def test_a_raw_table_with_spans_and_row_headers() -> None:
    text = (
        "```{=html}\n<table><thead><tr><th>By</th><th colspan=2>r</th></tr></thead><tbody>"
        "<tr><th>Oslo</th><td>,32<b>**</b></td><td>1 &lt; 2</td></tr></tbody></table>\n```\n"
    )
    assert tables(text) == [[["By", "r"], ["Oslo", ",32**", "1 < 2"]]]
    table = next(el for el in ast.walk(parse(text).blocks) if el["t"] == "Table")
    assert table["c"][4][0][1] == 1, "th in the body are row headers"


def test_what_pandas_writes_around_its_table_goes() -> None:
    text = (
        "```{=html}\n<div>\n<style scoped>\n .dataframe {}\n</style>\n"
        "<table><tr><td>1</td></tr></table>\n</div>\n```\n"
    )
    assert [el["t"] for el in parse(text).blocks] == ["Table"]


def test_text_around_a_raw_table_stays() -> None:
    blocks = parse("```{=html}\n<p>før</p><table><tr><td>1</td></tr></table><p>etter</p>\n```\n").blocks
    assert [el["t"] for el in blocks] == ["RawBlock", "Table", "RawBlock"]


def test_a_table_typed_as_html_keeps_its_markdown() -> None:
    blocks = parse("<table>\n<tr><td>\n\n**fet** @fig-x\n\n</td></tr>\n</table>\n").blocks
    assert [el["t"] for el in blocks] == ["Table"]
    kinds = {el["t"] for el in ast.walk(blocks)}
    assert {"Strong", "Cite"} <= kinds


def test_tables_inside_divs_and_lists() -> None:
    text = (
        "::: {.cell}\n```{=html}\n<table><tr><td>1</td></tr></table>\n```\n:::\n\n"
        "- a\n\n  ```{=html}\n  <table><tr><td>2</td></tr></table>\n  ```\n"
    )
    assert tables(text) == [[["1"]], [["2"]]]


def test_results_are_kept_by_content(tmp_path: Path) -> None:
    store = FileStore(tmp_path / "ast")
    first = parse_all({"a": "# A\n", "b": "# B\n"}, store)
    assert len(list((tmp_path / "ast").iterdir())) == 2
    first["a"].blocks[0]["c"][0] = (
        5  # structure changes trees in place: what is kept must not change with them
    )
    again = parse_all({"a": "# A\n", "c": "# B\n"}, store)
    assert again["a"].blocks[0]["c"][0] == 1
    assert again["c"].blocks == first["b"].blocks
    assert len(list((tmp_path / "ast").iterdir())) == 2


def test_old_results_go_when_there_are_many(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    store.LIMIT = 4  # type: ignore[misc]
    for n in range(6):
        store[f"k{n}"] = b"x"
    assert store.get("k5") == b"x"
    assert len(list(tmp_path.iterdir())) <= 4
