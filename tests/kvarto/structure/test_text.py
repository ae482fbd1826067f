"""References, links, equations, notes: what they become, and what is told when they point at nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kvarto.faults import Faults
from kvarto.structure import ast
from tests.kvarto.book import HEAD, make, structured

TARGETS = """
![En](linje.svg){#fig-x fig-alt="x"}

![To](linje.svg){#fig-y fig-alt="y"}

| A |
|---|
| 1 |

: Tabell {#tbl-x}

$$ a = b $$ {#eq-x alt="a er lik b"}

## Del {#sec-del}

### Under {#sec-under}

::: {#nte-x .callout-note}
Boks
:::
"""


def spans(blocks: list[dict[str, Any]], cls: str) -> list[dict[str, Any]]:
    return [el for el in ast.walk(blocks) if el["t"] == "Span" and cls in el["c"][0][1]]


def text_of(tmp_path: Path, paragraph: str) -> str:
    blocks = (
        structured(make(tmp_path, f"# Form {{#sec-k}}\n{TARGETS}\n\n{paragraph}\n")).chapter("k.qmd").blocks
    )
    return ast.stringify([blocks[-1]]).strip().replace("\u00a0", "~")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("@fig-x", "Figur~1.1"),
        ("@sec-k", "Kapittel 1"),
        ("@sec-del", "Avsnitt 1.1"),
        ("@sec-under", "Avsnitt 1.1.1"),
        ("@eq-x", "Ligning~1.1"),
        ("@nte-x", "Note~1.1"),
        ("[-@fig-x]", "1.1"),
        ("x -@fig-x", "x 1.1"),
        ("[figur @fig-x]", "figur~1.1"),
        ("[kap. @sec-k]", "kap. 1"),
        ("@Fig-x", "Figur~1.1"),
        ("[@fig-x; @fig-y]", "Figur~1.1, Figur~1.2"),
        ("[figurene @fig-x; @fig-y]", "figurene~1.1, Figur~1.2"),
        ("[-@fig-x; -@fig-y]", "1.1, 1.2"),
        ("(@fig-x).", "(Figur~1.1)."),
        ("«@tbl-x»", "«Tabell~1.1»"),
        ("[@fig-x, s. 3]", "Figur~1.1, s. 3"),
        ("**@fig-x**", "Figur~1.1"),
    ],
)
def test_forms_of_reference(tmp_path: Path, source: str, shown: str) -> None:
    assert text_of(tmp_path, source) == shown


def test_references_across_files_and_appendices(tmp_path: Path) -> None:
    config = HEAD.replace("[index.qmd, k.qmd]", "[index.qmd, k.qmd, l.qmd]\n  appendices: [v.qmd]")
    book = make(
        tmp_path,
        "# K {#sec-k}\n\n@fig-v, @sec-v, @sec-vd, @tbl-l, @sec-l og [-@sec-v].\n",
        config,
        l_qmd="# L {#sec-l}\n\n| A |\n|---|\n| 1 |\n\n: T {#tbl-l}\n",
        v_qmd='# V {#sec-v}\n\n## D {#sec-vd}\n\n![F](linje.svg){#fig-v fig-alt="f"}\n\n@sec-k\n',
    )
    result = structured(book)
    refs = spans(result.chapter("k.qmd").blocks, "kv-ref")
    assert [ast.stringify([r]).replace("\u00a0", " ") for r in refs] == [
        "Figur V1.1",
        "Vedlegg 1",
        "Avsnitt V1.1",
        "Tabell 2.1",
        "Kapittel 2",
        "1",
    ]
    assert [(ast.get(r["c"][0], "page"), ast.get(r["c"][0], "target")) for r in refs][:3] == [
        ("v.html", "fig-v"),
        ("v.html", "sec-v"),
        ("v.html", "sec-vd"),
    ]
    assert result.labels["fig-v"].number == "V1.1"
    assert [h.number for h in result.chapter("v.qmd").headings] == ["1", "V1.1"]


def test_words_of_crossref_options_win(tmp_path: Path) -> None:
    config = HEAD + "crossref:\n  fig-title: Fig.\n  fig-prefix: figur\n"
    blocks = (
        structured(make(tmp_path, '# K\n\n![T](linje.svg){#fig-x fig-alt="x"}\n\n@fig-x @Fig-x\n', config))
        .chapter("k.qmd")
        .blocks
    )
    assert ast.get(blocks[1]["c"][0], "label") == "Fig."
    assert ast.stringify([blocks[-1]]).replace("\u00a0", " ").strip() == "figur 1.1 Figur 1.1"


def test_unnumbered_targets_are_named_by_their_title(tmp_path: Path) -> None:
    blocks = (
        structured(make(tmp_path, "# K\n\n## Uten {#sec-u .unnumbered}\n\n@sec-u\n")).chapter("k.qmd").blocks
    )
    assert ast.stringify([blocks[-1]]).strip() == "Uten"


def test_figures_of_unnumbered_chapters_count_by_themselves(tmp_path: Path) -> None:
    blocks = (
        structured(make(tmp_path, '# K {.unnumbered}\n\n![T](linje.svg){#fig-x fig-alt="x"}\n\n@fig-x\n'))
        .chapter("k.qmd")
        .blocks
    )
    assert ast.stringify([blocks[-1]]).replace("\u00a0", " ").strip() == "Figur 1"


def test_equations_with_and_without_line_breaks(tmp_path: Path) -> None:
    blocks = (
        structured(
            make(
                tmp_path,
                '# K\n\n$$ t = \\frac{a}{b} $$ {#eq-t alt="t er a delt på b"}\n\n$$\nu = 1\n$$ {#eq-u}\n\n'
                "Som $$ v $$ {#eq-v}, sagt.\n",
            )
        )
        .chapter("k.qmd")
        .blocks
    )
    eqs = spans(blocks, "kv-eq")
    assert [(e["c"][0][0], ast.get(e["c"][0], "number"), ast.get(e["c"][0], "alt")) for e in eqs] == [
        ("eq-t", "1.1", "t er a delt på b"),
        ("eq-u", "1.2", ""),
        ("eq-v", "1.3", ""),
    ]
    assert not any("{#eq" in ast.stringify([b]) for b in blocks)
    assert ast.stringify([blocks[-1]]).strip().endswith(", sagt.")


def test_findings_keep_their_reference(tmp_path: Path) -> None:
    blocks = structured(make(tmp_path, '# K\n\n[Et funn]{.funn ref="f-12"}.\n')).chapter("k.qmd").blocks
    assert [ast.get(s["c"][0], "ref") for s in spans(blocks, "funn")] == ["f-12"]


def faults_of(tmp_path: Path, text: str, fmt: str = "html", **files: str) -> list[tuple[str, int | None]]:
    faults = Faults()
    structured(make(tmp_path, text, **files), fmt, faults)
    return [(f.kind, f.line) for f in faults.errors]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Se @fig-borte.", "unknown-reference"),
        ("Se [-@eq-borte].", "unknown-reference"),
        ("Se [lenke](borte.qmd).", "broken-link"),
        ("Se [lenke](index.qmd#borte).", "broken-link"),
        ("Se [lenke](#borte).", "broken-link"),
        ("Se [fil](borte.csv).", "broken-link"),
        ("Mark[^borte].", "undefined-note"),
        ('![Tekst](borte.svg){#fig-x fig-alt="x"}', "missing-image"),
        ('![Tekst](https://example.org/x.png){#fig-x fig-alt="x"}', "remote-image"),
        ("![Tekst](linje.svg){#fig-x}", "missing-alt"),
        ("Kilde @lipsky2010.", "no-bibliography"),
        ("[@fig-x; @lipsky2010]", "mixed-citation"),
        ("::: {.panel-tabset}\nx\n:::", "unsupported"),
        ("::: {.column-margin}\nx\n:::", "unsupported"),
        ("[x]{.aside}", "unsupported"),
        ("::: {.callout-nota}\nx\n:::", "unknown-callout"),
        ('::: {.content-visible when-format="htlm"}\nx\n:::', "unknown-format"),
        ("\\newpage", "raw"),
        ("# Enda et kapittel", "second-chapter"),
    ],
)
def test_faults_name_file_and_line(tmp_path: Path, source: str, kind: str) -> None:
    assert faults_of(tmp_path, f"# K\n\nFørst.\n\n{source}\n") == [(kind, 5)]


def test_the_second_of_two_equal_faults_has_its_own_line(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "# K\n\nSe @fig-borte.\n\n```\n@fig-borte\n```\n\nOg @fig-borte.\n")
    assert found == [("unknown-reference", 3), ("unknown-reference", 9)]


def test_front_matter_moves_the_lines(tmp_path: Path) -> None:
    assert faults_of(tmp_path, "---\nauthor: X\n---\n\n# K\n\nSe @fig-borte.\n") == [("unknown-reference", 7)]


def test_equal_ids(tmp_path: Path) -> None:
    one = '![T](linje.svg){#fig-x fig-alt="x"}\n'
    assert faults_of(tmp_path, f"# K\n\n{one}\n{one}") == [("duplicate-id", 5)]
    config = HEAD.replace("k.qmd]", "k.qmd, l.qmd]")
    faults = Faults()
    structured(make(tmp_path / "to", f"# K\n\n{one}", config, l_qmd=f"# L\n\n{one}"), "html", faults)
    assert [(f.kind, f.path, f.line) for f in faults.errors] == [("duplicate-id", "l.qmd", 3)]
    assert "k.qmd på linje 3" in faults.errors[0].why


def test_a_near_miss_is_suggested(tmp_path: Path) -> None:
    faults = Faults()
    structured(
        make(tmp_path, '# K\n\n![T](linje.svg){#fig-alder fig-alt="x"}\n\n@fig-aldre\n'), "html", faults
    )
    assert faults.errors[0].why == "Mente du @fig-alder?"


def test_unresolved_references_are_marked(tmp_path: Path) -> None:
    blocks = structured(make(tmp_path, "# K\n\n@fig-borte\n"), "html", Faults()).chapter("k.qmd").blocks
    assert [ast.stringify([s]) for s in spans(blocks, "kv-unresolved")] == ["?fig-borte"]


def test_raw_html_is_for_pages_only(tmp_path: Path) -> None:
    text = "# K\n\nLinje<br>skift <u>strek</u> <a href=x>l</a>.\n"
    assert faults_of(tmp_path / "a", text) == []
    assert [k for k, _ in faults_of(tmp_path / "b", text, "typst")] == ["raw-html", "raw-html"]
    explicit = "# K\n\nA `<u>`{=html}b`</u>`{=html}.\n\n```{=html}\n<p>x</p>\n```\n\n<!-- merknad -->\n"
    assert faults_of(tmp_path / "c", explicit, "typst") == []


def test_links_to_chapters_and_into_them(tmp_path: Path) -> None:
    config = HEAD.replace("k.qmd]", "k.qmd, under/l.qmd]")
    (tmp_path / "under").mkdir(parents=True)
    (tmp_path / "under" / "l.qmd").write_text(
        "# L {#sec-l}\n\n## Del av l\n\n[opp](../k.qmd) [rot](/k.qmd#del)\n", encoding="utf-8"
    )
    book = make(
        tmp_path,
        "# K\n\n## Del\n\n[a](under/l.qmd) [b](under/l.qmd#del-av-l) [c](#del-av-l) [d](#del)\n",
        config,
    )

    def urls(fmt: str, chapter: str) -> list[str]:
        return [
            el["c"][2][0]
            for el in ast.walk(structured(book, fmt).chapter(chapter).blocks)
            if el["t"] == "Link"
        ]

    assert urls("html", "k.qmd") == [
        "./under/l.html",
        "./under/l.html#del-av-l",
        "under/l.html#del-av-l",
        "#del",
    ]
    assert urls("html", "under/l.qmd") == ["../k.html", "../k.html#del"]
    assert urls("typst", "k.qmd") == ["#sec-l", "#del-av-l", "#del-av-l", "#del"]


def test_ids_are_unique_in_the_pdf(tmp_path: Path) -> None:
    config = HEAD.replace("k.qmd]", "k.qmd, l.qmd]")
    book = make(
        tmp_path,
        "# K\n\n## Økonomi\n\n[her](#økonomi)\n",
        config,
        l_qmd="# L\n\n## Økonomi\n\n[her](#økonomi)\n",
    )
    assert [h.id for h in structured(book, "html").chapter("l.qmd").headings] == ["l", "økonomi"]
    pdf = structured(book, "typst").chapter("l.qmd")
    assert [h.id for h in pdf.headings] == ["l", "økonomi-2"]
    assert [el["c"][2][0] for el in ast.walk(pdf.blocks) if el["t"] == "Link"] == ["#økonomi-2"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("![Tekst](borte.svg){#fig-x fig-alt=x}", "Bildefilen borte.svg finnes ikke."),
        ("![Tekst](linje.svg){#fig-x}", "Bildet linje.svg mangler alternativ tekst."),
        ("Se [lenke](borte.qmd).", "Lenken til borte.qmd peker ikke til noe."),
        ("Se [lenke](#borte).", "Lenken til #borte peker ikke til noe."),
        ("Mark[^borte].", "Fotnoten [^borte] finnes ikke."),
        (
            '![A](linje.svg){#fig-x fig-alt="a"}\n\n![B](linje.svg){#fig-x fig-alt="b"}',
            "Merkelappen fig-x brukes to ganger.",
        ),
    ],
)
def test_drafts_mark_the_fault_where_it_stands(tmp_path: Path, source: str, message: str) -> None:
    blocks = (
        structured(make(tmp_path, f"# K\n\nFørst.\n\n{source}\n"), "html", Faults()).chapter("k.qmd").blocks
    )
    marks = [el for el in ast.walk(blocks) if el["t"] in ("Span", "Div") and "kv-fault" in el["c"][0][1]]
    assert [ast.stringify([m]).strip() for m in marks] == [message]
    assert not any("kv-fault" in str(b) for b in blocks[:2])


def test_html_tags_with_a_meaning_reach_all_formats(tmp_path: Path) -> None:
    book = make(
        tmp_path, "# K\n\nH<sub>2</sub>O, <b>fet <i>og *mer*</i></b>, <kbd>Ctrl</kbd>, <abbr>NAV</abbr>.\n"
    )
    para = structured(book, "typst").chapter("k.qmd").blocks[-1]
    assert ast.stringify([para]).strip() == "H2O, fet og mer, Ctrl, NAV."
    kinds = [el["t"] for el in ast.walk([para]) if el["t"] not in ("Str", "Space")]
    assert kinds == ["Para", "Subscript", "Strong", "Emph", "Emph", "Span"]
    shown = structured(book).chapter("k.qmd").blocks[-1]
    assert [el["c"][1] for el in ast.walk([shown]) if el["t"] == "RawInline"] == ["<abbr>", "</abbr>"]


@pytest.mark.parametrize("tag", ["<ukjent>", '<img src="x.png">', "<b>åpen"])
def test_html_that_is_lost_or_not_closed(tmp_path: Path, tag: str) -> None:
    faults = Faults()
    structured(make(tmp_path, f"# K\n\nTekst {tag} her.\n"), "typst", faults)
    assert [f.kind for f in faults.errors] == ([] if tag.startswith("<b>") else ["raw-html"])


def test_a_note_in_a_note_is_told_as_what_it_is(tmp_path: Path) -> None:
    faults = Faults()
    structured(make(tmp_path, "# K\n\nTekst[^a].\n\n[^a]: Note[^b].\n\n[^b]: Inni.\n"), faults=faults)
    told = [f.what for f in faults.errors]
    assert "En fotnote kan ikke ha en fotnote." in told
    assert not any("finnes ikke" in what for what in told)


def test_a_reference_to_a_cell_that_failed_is_no_fault_of_its_own(tmp_path: Path) -> None:
    faults = Faults()
    faults.add("k.qmd", 3, "Cellen «tbl-x» stoppet: ValueError", kind="cell-error")
    blocks = structured(make(tmp_path, "# K\n\n@tbl-x og @tbl-y\n"), faults=faults).chapter("k.qmd").blocks
    assert [f.kind for f in faults.errors] == ["cell-error", "unknown-reference"]
    assert [ast.stringify([s]) for s in spans(blocks, "kv-unresolved")] == ["?tbl-x", "?tbl-y"]
