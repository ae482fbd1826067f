"""The starter of pandoc: its program, its warnings with lines, its refusals."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kvarto import pandoc
from kvarto.faults import Faults
from tests.kvarto.book import make, structured


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


@pytest.mark.parametrize(
    "markdown",
    [
        "Dr. No sier «x», f.eks. n. 5, e.g. 7 og Tabell 3 i trykt utgave.\n",
        "a\tb\n\n\tkode\tmer\n\n```\nx\ty\n```\n",
        "| En kolonne med en tekst så lang at raden må deles over flere linjer | b |\n|:-|--:|\n| 1 | 2 |\n",
        "a\r\nb\r\n",
        "# K\n\n::: {.callout-note}\nIkke lukket.\n\n# K {#k}\n\n[a]: b\n\n[a]: c\n",
        "\n",
        "",
    ],
    ids=["abbreviations", "tabs", "wide table", "line ends", "warnings", "empty line", "nothing"],
)
def test_a_text_is_read_as_by_pandocs_command_line(markdown: str) -> None:
    out, err = pandoc.run(["-f", "markdown", "-t", "json"], markdown)
    assert pandoc.read(markdown) == (json.loads(out)["blocks"], pandoc.warnings_of(err))


def test_many_are_read_at_a_time_and_a_refusal_stops_none() -> None:
    texts = [f"Tekst {n}" if n % 3 else "---\na: [\n---\n" for n in range(30)]

    def read(text: str) -> str:
        try:
            return str(pandoc.read(text)[0][0]["c"][-1]["c"])
        except pandoc.PandocError as error:
            return str(error)

    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(read, texts))
    assert all("YAML" in said if n % 3 == 0 else said == str(n) for n, said in enumerate(found))


def test_a_pandoc_that_was_killed_is_told_and_replaced() -> None:
    pandoc.read("En")
    readers = [pandoc._IDLE.get() for _ in range(pandoc._IDLE.qsize())]
    for reader in readers:
        reader._process.kill()
        reader._process.wait()
        pandoc._IDLE.put(reader)
    for _ in readers:
        with pytest.raises(pandoc.PandocError, match="pandoc stoppet uventet"):
            pandoc.read("To")
    assert pandoc.read("Tre")[0]


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


def test_a_text_that_would_take_years_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pandoc, "LIMIT", 2.0)
    faults = Faults()
    book = make(tmp_path, "# K\n\nFørst.\n\n" + "[" * 300 + "sist\n")
    page = structured(book, "html", faults)
    assert [f.kind for f in faults.errors] == ["pandoc"]
    assert "ikke ferdig på 2 sekunder" in faults.errors[0].why
    assert "sist" in str(page.chapters[1].blocks)
    assert pandoc.read("*a*")[0][0]["t"] == "Para", "the next text is read as ever"


def test_half_a_character_is_no_reason_to_stop() -> None:
    assert pandoc.read("a\ud800b")[0][0]["c"][0]["c"] == "a?b"
