"""The starter of pandoc: its program, its warnings with lines, its refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvarto import pandoc


def test_the_program_comes_from_the_wheel() -> None:
    assert Path(pandoc.binary()).is_file()
    assert "pypandoc" in pandoc.binary()
    assert pandoc.version()[0].isdigit()


def test_markdown_is_read_with_its_warnings() -> None:
    blocks, warned = pandoc.read("# A\n\nx[^a] y\n\n[^a]: En.\n\n[^b]: Ubrukt.\n\n::: {.k}\nÅpen\n")
    assert [b["t"] for b in blocks] == ["Header", "Para", "Div"]
    assert sorted((w.text.split()[0], w.line) for w in warned) == [("Div", 9), ("Note", 7)]


def test_no_warnings_no_list() -> None:
    assert pandoc.read("Tekst «æøå».\n")[1] == []


def test_html_fragments_stay_apart() -> None:
    found = pandoc.read_html(["<p>a</p><p>b</p>", "<table><tr><td>1</td></tr></table>", "c"])
    assert [[b["t"] for b in blocks] for blocks in found] == [["Para", "Para"], ["Table"], ["Plain"]]
    assert pandoc.read_html([]) == []


def test_formulas_in_order_and_one_that_is_none() -> None:
    found = pandoc.mathml([("x_1", False), (r"\frac{a}{", True), ("a = b", True)])
    assert found[0] is not None
    assert found[0].startswith("<math")
    assert 'display="inline"' in found[0]
    assert found[1] is None
    assert found[2] is not None
    assert 'display="block"' in found[2]


def test_a_bibliography_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@book{a, title={uten slutt", encoding="utf-8")
    cite = {
        "t": "Cite",
        "c": [
            [
                {
                    "citationId": "a",
                    "citationPrefix": [],
                    "citationSuffix": [],
                    "citationNoteNum": 0,
                    "citationMode": {"t": "NormalCitation"},
                    "citationHash": 0,
                }
            ],
            [],
        ],
    }
    with pytest.raises(pandoc.PandocError) as caught:
        pandoc.citeproc(
            [{"t": "Para", "c": [cite]}], {"bibliography": [str(tmp_path / "refs.bib")]}, tmp_path
        )
    assert caught.value.code != 0
    assert "refs.bib" in str(caught.value)
