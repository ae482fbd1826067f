"""Headings, parts and what a chapter begins with."""

from __future__ import annotations

from pathlib import Path

from kvarto.faults import Faults
from kvarto.structure import ast
from tests.kvarto.book import HEAD, make, structured


def test_numbers_and_ids_of_headings(tmp_path: Path) -> None:
    result = structured(
        make(
            tmp_path,
            "# K\n\n## Mål- og resultatstyring i NAV\n\n### Hva sier «ansatte»?\n\n## Uten {.unnumbered}\n\n"
            "## 2010–2015: to perioder\n\n#### Hopp\n\n## Note^[x]\n",
        )
    )
    assert [(h.level, h.number, h.id) for h in result.chapter("k.qmd").headings] == [
        (1, "1", "k"),
        (2, "1.1", "mål--og-resultatstyring-i-nav"),
        (3, "1.1.1", "hva-sier-ansatte"),
        (2, "", "uten"),
        (2, "1.2", "to-perioder"),
        (4, "1.2.0.1", "hopp"),
        (2, "1.3", "note"),
    ]
    assert ast.stringify(result.chapter("k.qmd").headings[-1].title) == "Note"


def test_number_depth_hides_but_still_refers(tmp_path: Path) -> None:
    config = HEAD.replace("html: default", "html:\n    number-depth: 2")
    result = structured(make(tmp_path, "# K\n\n## A\n\n### B {#sec-b}\n\n@sec-b\n", config))
    chapter = result.chapter("k.qmd")
    assert [h.number for h in chapter.headings] == ["1", "1.1", ""]
    assert ast.stringify([chapter.blocks[-1]]).strip() == "Avsnitt 1.1.1"


def test_number_depth_is_for_pages_only_as_in_quarto(tmp_path: Path) -> None:
    config = HEAD + "number-depth: 2\n"
    book = make(tmp_path, "# K\n\n## A\n\n### B\n", config)
    assert [h.number for h in structured(book, "html").chapter("k.qmd").headings] == ["1", "1.1", ""]
    assert [h.number for h in structured(book, "typst").chapter("k.qmd").headings] == ["1", "1.1", "1.1.1"]


def test_titles_from_front_matter(tmp_path: Path) -> None:
    result = structured(make(tmp_path, "---\ntitle: En *tittel*\n---\n\nTekst.\n"))
    chapter = result.chapter("k.qmd")
    assert [(h.number, h.id, ast.stringify(h.title)) for h in chapter.headings] == [
        ("1", "en-tittel", "En tittel")
    ]
    assert chapter.blocks[1]["t"] == "Para"


def test_parts_and_the_appendices_divider_have_headings(tmp_path: Path) -> None:
    config = HEAD.replace(
        "[index.qmd, k.qmd]", "[index.qmd, {part: Del *en*, chapters: [k.qmd]}]\n  appendices: [v.qmd]"
    )
    result = structured(make(tmp_path, "# K\n", config, v_qmd="# V\n"))
    assert [(c.chapter.kind, ast.stringify(c.title)) for c in result] == [
        ("chapter", "Forord"),
        ("part", "Del en"),
        ("chapter", "K"),
        ("appendix-divider", "Vedlegg"),
        ("chapter", "V"),
    ]
    assert ast.get(result.chapter("v.qmd").blocks[0]["c"][1], "number") == "1"


def test_faults_of_pandoc_have_lines(tmp_path: Path) -> None:
    faults = Faults()
    structured(make(tmp_path, "# K\n\nTekst.\n\n[^ubrukt]: Note.\n\n::: {.boks}\nApen.\n"), "html", faults)
    assert {(f.kind, f.line) for f in faults.errors} == {("unused-note", 5), ("unclosed-div", 7)}


def test_stray_colons(tmp_path: Path) -> None:
    faults = Faults()
    structured(make(tmp_path, "# K\n\nTekst.\n\n:::\n\nMer.\n"), "html", faults)
    assert [(f.kind, f.line) for f in faults.errors] == [("stray-div", 5)]


def test_unknown_crossref_options_are_refused(tmp_path: Path) -> None:
    faults = Faults()
    structured(make(tmp_path, "# K\n", HEAD + "crossref:\n  fig-tittel: Figur\n"), "html", faults)
    assert [(f.kind, f.path) for f in faults.errors] == [("unsupported", "_quarto.yml")]
    assert faults.errors[0].line == HEAD.count("\n") + 2


def test_text_above_the_heading_stands_below_it(tmp_path: Path) -> None:
    """As on Quarto's pages; else it would end the chapter before in the PDF."""
    book = make(tmp_path, "Ingress.\n\n# K {#sec-k}\n\nMer.\n")
    for fmt in ("html", "typst"):
        blocks = structured(book, fmt).chapter("k.qmd").blocks
        assert [el["t"] for el in blocks] == ["Header", "Para", "Para"]
        assert ast.stringify(blocks) == "K Ingress. Mer."


def test_references_to_sections_without_numbers_give_the_title(tmp_path: Path) -> None:
    config = HEAD + "number-sections: false\n"
    book = make(tmp_path, "# K {#sec-k}\n\n## Del {#sec-d}\n\n@sec-d og @sec-k\n", config)
    last = {fmt: structured(book, fmt).chapter("k.qmd").blocks[-1] for fmt in ("html", "typst")}
    assert ast.stringify([last["html"]]).strip() == "Del og Kapittel 1"
    assert ast.stringify([last["typst"]]).strip() == "Del og K"  # Typst refers to no heading without a number


def test_words_of_crossref_must_be_text(tmp_path: Path) -> None:
    faults = Faults()
    structured(
        make(tmp_path, "# K\n", HEAD + "crossref:\n  fig-title: F\n  tbl-prefix: [tab., tabeller]\n"),
        faults=faults,
    )
    (fault,) = faults.errors
    assert (fault.kind, fault.line) == ("wrong-type", 20)
    assert "tbl-prefix" in fault.what


def test_shortcodes_in_a_title_from_front_matter(tmp_path: Path) -> None:
    book = make(tmp_path, '---\ntitle: "Om {{< meta book.title >}}"\n---\n\nTekst.\n')
    for fmt in ("html", "typst"):
        (heading,) = structured(book, fmt).chapter("k.qmd").headings
        assert ast.stringify(heading.title) == "Om Prøvebok"
    faults = Faults()
    structured(make(tmp_path, '---\nlang: nb-NO\ntitle: "{{< meta borte >}}"\n---\n'), faults=faults)
    assert [(f.kind, f.line) for f in faults.errors] == [("shortcode", 3)]
