"""Citations: one list for the book or one for each page, in the book's language, keys checked."""

from __future__ import annotations

from pathlib import Path

from kvarto.faults import Faults
from kvarto.structure import ast
from tests.kvarto.book import HEAD, make, structured

BIB = """@book{lipsky2010, author={Lipsky, Michael}, title={Bureaucracy}, year={2010}, publisher={Sage}}
@article{hansen2014, author={Hansen, Kari and Berg, Ola}, title={Sosialt arbeid}, journal={F}, year={2014}}
@article{hansen2014b, author={Hansen, Kari and Berg, Ola}, title={Mer arbeid}, journal={Fontene}, year={2014}}
"""
CONFIG = HEAD.replace("k.qmd]", "k.qmd, l.qmd]") + "bibliography: refs.bib\n"


def cites(result: object, chapter: str) -> list[str]:
    blocks = result.chapter(chapter).blocks  # type: ignore[attr-defined]
    return [
        ast.stringify([el]) for el in ast.walk(blocks) if el["t"] == "Span" and "kv-cite" in el["c"][0][1]
    ]


def entries(result: object, chapter: str) -> list[str]:
    blocks = result.chapter(chapter).blocks  # type: ignore[attr-defined]
    return [el["c"][0][0] for el in ast.walk(blocks) if el["t"] == "Div" and el["c"][0][0].startswith("ref-")]


def test_each_page_lists_its_own(tmp_path: Path) -> None:
    book = make(
        tmp_path,
        "# K\n\n@hansen2014 og [@lipsky2010, s. 3].^[Note @lipsky2010.]\n",
        CONFIG,
        refs_bib=BIB,
        l_qmd="# L\n\n[@hansen2014b]\n",
    )
    result = structured(book)
    assert cites(result, "k.qmd") == ["Hansen og Berg (2014b)", "(Lipsky 2010, 3)", "Lipsky (2010)"]
    assert cites(result, "l.qmd") == ["(Hansen og Berg 2014a)"]  # «Mer» before «Sosialt», on all pages alike
    assert entries(result, "k.qmd") == ["ref-hansen2014", "ref-lipsky2010"]
    assert entries(result, "l.qmd") == ["ref-hansen2014b"]
    pdf = structured(book, "typst")
    assert entries(pdf, "k.qmd") == []
    assert entries(pdf, "l.qmd") == ["ref-hansen2014b", "ref-hansen2014", "ref-lipsky2010"]


def test_a_chapter_with_refs_holds_the_list(tmp_path: Path) -> None:
    book = make(
        tmp_path,
        "# K\n\n@hansen2014\n",
        CONFIG,
        refs_bib=BIB,
        l_qmd="# Kilder {.unnumbered}\n\n::: {#refs}\n:::\n",
    )
    for fmt in ("html", "typst"):
        result = structured(book, fmt)
        assert entries(result, "l.qmd") == ["ref-hansen2014"]
        assert entries(result, "k.qmd") == []
        link = next(el for el in ast.walk(result.chapter("k.qmd").blocks) if el["t"] == "Link")
        assert (ast.get(link["c"][0], "target"), ast.get(link["c"][0], "page")) == (
            "ref-hansen2014",
            "l.html",
        )


def test_unknown_keys_and_missing_files_are_told(tmp_path: Path) -> None:
    faults = Faults()
    result = structured(
        make(tmp_path, "# K\n\nTekst\n@hansen2041 her.\n", CONFIG, refs_bib=BIB, l_qmd="# L\n"),
        "html",
        faults,
    )
    assert [(f.kind, f.line, f.why) for f in faults.errors] == [
        ("unknown-citation", 4, "Mente du @hansen2014?")
    ]
    assert cites(result, "k.qmd") == ["(hansen2041?)Kilden @hansen2041 finnes ikke i refs.bib."]


def test_results_are_remembered(tmp_path: Path) -> None:
    from kvarto.structure import build
    from tests.kvarto.book import plain

    book = make(tmp_path, "# K\n\n@hansen2014\n", CONFIG, refs_bib=BIB, l_qmd="# L\n")
    store: dict[str, bytes] = {}
    first = build(book, plain(book), Faults(), "html", store)
    kept = set(store)
    assert any(k.startswith("citeproc-") for k in kept)
    again = build(book, plain(book), Faults(), "html", store)
    assert set(store) == kept
    assert again.chapter("k.qmd").blocks == first.chapter("k.qmd").blocks


def test_uncited_works_stand_on_every_page_and_in_the_pdf(tmp_path: Path) -> None:
    book = make(
        tmp_path,
        "# K\n\n[@hansen2014]\n",
        CONFIG + 'nocite: "@lipsky2010"\n',
        refs_bib=BIB,
        l_qmd='---\nnocite: "@hansen2014b"\n---\n\n# L\n\nTekst.\n',
    )
    result = structured(book)
    assert entries(result, "k.qmd") == ["ref-hansen2014", "ref-lipsky2010"]
    assert entries(result, "l.qmd") == ["ref-hansen2014b", "ref-lipsky2010"]
    assert entries(structured(book, "typst"), "k.qmd") == [
        "ref-hansen2014b",
        "ref-hansen2014",
        "ref-lipsky2010",
    ]


def test_all_works_without_a_citation(tmp_path: Path) -> None:
    book = make(tmp_path, "# K\n", CONFIG + 'nocite: "@*"\n', refs_bib=BIB, l_qmd="# L\n")
    assert len(entries(structured(book), "k.qmd")) == 3
    assert len(entries(structured(book, "typst"), "l.qmd")) == 3


def test_a_work_that_is_added_while_the_preview_runs_is_known(tmp_path: Path) -> None:
    book = make(tmp_path, "# K\n\n@lipsky2010 og @ny2020.\n", CONFIG, refs_bib=BIB, l_qmd="# L\n")
    faults = Faults()
    structured(book, faults=faults)
    assert [fault.kind for fault in faults.errors] == ["unknown-citation"]
    added = BIB + "@book{ny2020, author={Ny, Ida}, title={Ny}, year={2020}}\n"
    (tmp_path / "refs.bib").write_text(added, encoding="utf-8")
    structured(book)
