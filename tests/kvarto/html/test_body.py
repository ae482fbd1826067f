"""The HTML of one chapter: Quarto's hooks, valid markup, what a screen reader needs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kvarto import html
from kvarto.faults import Faults
from tests.kvarto.book import HEAD, make, plain, structured
from tests.kvarto.html.page import faults_of


def page(tmp_path: Path, chapter: str, config: str = HEAD, faults: Faults | None = None, **files: str) -> str:
    book = make(tmp_path, chapter, config, **files)
    found = Faults() if faults is None else faults
    html.write(book, structured(book, "html", faults), tmp_path / "_book", found, plain(book))
    text = (tmp_path / "_book" / "k.html").read_text(encoding="utf-8")
    assert faults_of(text) == []
    return text


def main_of(text: str) -> str:
    body = text[text.index('<div class="kv-body">') :]
    return body[: body.index("</main>")]


def test_everything_at_once_is_valid(tmp_path: Path) -> None:
    sample = (Path(__file__).parents[1] / "structure" / "sample" / "k.qmd").read_text(encoding="utf-8")
    page(
        tmp_path,
        sample
        + """
- [ ] ikke gjort
- [x] gjort

(@) eksempel

Term
:   Forklaring

    To avsnitt

> Sitat

| Linje
|   to

::: {.panel}
### Tre {.k x=1}

Tekst^[Note med^[note i note] $x$.]
:::

::: {.callout-warning appearance="simple"}
a
:::

::: {layout="[[1,2],[1]]"}
![](linje.svg){fig-alt="a"}

![](linje.svg){fig-alt="b"}

Tekst
:::

H~2~O, x^2^, ~~strøket~~, [små]{.smallcaps}, [u]{.underline}, [m]{.mark}, "sitat" 'x', `kode`{.python}, a\\
b <https://example.org> [x](linje.svg "Tittel"){.k rel=nofollow}
""",
    )


def test_hooks_of_floats(tmp_path: Path) -> None:
    text = main_of(
        page(
            tmp_path,
            '# K\n\n![Tekst](linje.svg){#fig-x fig-alt="Linje" width=50%}\n\n| A |\n|---|\n| 1 |\n\n: T '
            "{#tbl-x}\n",
        )
    )
    assert re.search(
        r'<div id="fig-x" class="quarto-float quarto-figure">\s*<figure class="quarto-float '
        r'quarto-float-fig figure">',
        text,
    )
    assert 'alt="Linje"' in text
    assert 'style="width:50%"' in text
    figure, table = text.split('id="tbl-x"')
    assert figure.index("<img") < figure.index("<figcaption")
    assert table.index("<figcaption") < table.index("<table")
    assert "Figur\u00a01.1:</span> Tekst" in text
    assert 'aria-labelledby="tbl-x-caption-kv"' in text
    assert 'id="tbl-x-caption-kv"' in text


def test_a_label_without_caption_stands_alone(tmp_path: Path) -> None:
    text = page(tmp_path, '# K\n\n![](linje.svg){#fig-x fig-alt="x"}\n')
    assert ">Figur\u00a01.1</span></figcaption>" in text


def test_headings_have_sections_and_numbers(tmp_path: Path) -> None:
    text = main_of(page(tmp_path, "# K\n\n## A {#sec-a}\n\n### B\n\n## C {.unnumbered}\n"))
    assert '<section id="sec-a" class="level2" data-number="1.1">' in text
    assert (
        '<h3><a class="kv-permalink" href="#b"><span class="header-section-number">1.1.1</span> B</a></h3>'
        in text
    )
    assert (
        '<section id="c" class="level2 unnumbered">\n<h2><a class="kv-permalink" href="#c">C</a></h2>' in text
    )
    assert text.index("</section>\n</section>") < text.index('id="c"'), "sections nest"


def test_a_heading_that_holds_a_link_has_its_own_after_it(tmp_path: Path) -> None:
    text = main_of(page(tmp_path, "# K\n\n## Se [her](https://example.org)\n"))
    heading = re.search(r"<h2>(.*?)</h2>", text)[1]  # type: ignore[index]
    assert heading.endswith('<a class="kv-permalink" href="#se-her" aria-label="Lenke til avsnittet"></a>')
    assert heading.count("<a ") == heading.count("</a>") == 2


def test_unlisted_headings_stay_out_of_the_contents(tmp_path: Path) -> None:
    text = page(tmp_path, "# K\n\n## A\n\n### B {.unnumbered .unlisted}\n\n### C {.unnumbered}\n")
    toc = text[text.index('id="TOC"') :].split("</nav>")[0]
    assert re.findall(r'href="#([^"]+)"', toc) == ["a", "c"]
    assert 'id="b"' in main_of(text)


def test_tables_for_screen_readers(tmp_path: Path) -> None:
    text = main_of(
        page(
            tmp_path,
            "# K\n\n::: {.row-headers .stat-table}\n|   | M | SD |\n|---|--:|---:|\n| Enig | 1 | 2 |\n\n: "
            "T {#tbl-x}\n:::\n",
        )
    )
    assert "<td></td>" in text, "an empty corner is no heading"
    assert '<th scope="col" style="text-align:right">M</th>' in text
    assert '<th scope="row">Enig</th>' in text
    assert '<div class="row-headers stat-table">' in text
    assert '<div class="kv-table">' in text


def test_a_table_without_caption_is_named(tmp_path: Path) -> None:
    table = "| A | B |\n|---|---|\n| 1 | 2 |\n"
    text = main_of(page(tmp_path, f'# K\n\n::: {{.row-headers aria-label="Nøkkeltall"}}\n{table}\n:::\n'))
    assert '<div class="row-headers">' in text
    assert '<table class="table" aria-label="Nøkkeltall">' in text


def test_spans_of_cells(tmp_path: Path) -> None:
    text = main_of(
        page(
            tmp_path,
            "# K\n\n```{=html}\n<table><thead><tr><th rowspan=2>A</th><th "
            "colspan=2>B</th></tr><tr><th>b1</th>"
            "<th>b2</th></tr></thead><tbody><tr><th rowspan=2>x</th><td>1</td><td>2</td></tr>"
            "<tr><td>3</td><td>4</td></tr></tbody></table>\n```\n",
        )
    )
    assert '<th scope="col" rowspan="2">A</th><th scope="colgroup" colspan="2">B</th>' in text
    assert '<th scope="rowgroup" rowspan="2">x</th>' in text
    assert "<tr><td>3</td><td>4</td></tr>" in text, "a column that a span covers is not the first again"


def test_tables_without_head(tmp_path: Path) -> None:
    assert "<thead>" not in page(tmp_path, "# K\n\n|   |   |\n|---|---|\n| 1 | 2 |\n")


def test_references_within_and_across_pages(tmp_path: Path) -> None:
    config = HEAD.replace("k.qmd]", "k.qmd, under/l.qmd]")
    (tmp_path / "under").mkdir(parents=True)
    (tmp_path / "under" / "l.qmd").write_text("# L {#sec-l}\n\n## D {#sec-d}\n\n@sec-k\n", encoding="utf-8")
    text = page(tmp_path, "# K {#sec-k}\n\n@sec-k, @sec-l, @sec-d\n", config)
    assert '<a href="#sec-k" class="quarto-xref"><span>Kapittel 1</span></a>' in text
    assert '<a href="under/l.html" class="quarto-xref"><span>Kapittel 2</span></a>' in text
    assert '<a href="under/l.html#sec-d" class="quarto-xref">' in text
    under = (tmp_path / "_book" / "under" / "l.html").read_text(encoding="utf-8")
    assert '<a href="../k.html" class="quarto-xref">' in under
    assert faults_of(under) == []


def test_unresolved_references_are_visible_and_say_why(tmp_path: Path) -> None:
    text = page(tmp_path, "# K\n\n@fig-borte\n", faults=Faults())
    assert (
        'class="quarto-unresolved-ref kv-unresolved" title="Henvisningen @fig-borte peker ikke til '
        'noe.">?fig-borte<' in text
    )


def test_notes_number_by_page_and_lead_back(tmp_path: Path) -> None:
    text = page(
        tmp_path,
        "# K\n\nA.^[En.] B.[^b]\n\n| T[^c] |\n|---|\n| 1 |\n\n[^b]: To,\n\n    to avsnitt.\n\n[^c]: Tre.\n",
    )
    assert re.findall(r'id="fnref(\d)"', text) == ["1", "2", "3"]
    assert re.findall(r'<li id="fn(\d)">', text) == ["1", "2", "3"]
    assert 'role="doc-noteref" aria-label="Note 1"' in text
    assert 'class="footnote-back" role="doc-backlink" aria-label="Tilbake til teksten fra note 3">' in text
    assert '<a href="#fnref3" class="footnote-back"' in text
    assert '<section id="footnotes"' in text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("::: {.callout-note}\nx\n:::", '<div class="callout-title-container">Merk</div>'),
        ("::: {.callout-warning}\n## Egen\nx\n:::", '<span class="screen-reader-only">Advarsel: </span>Egen'),
        (
            '::: {.callout-note collapse="true"}\nx\n:::',
            '<details class="callout callout-note callout-style-default">',
        ),
        (
            '::: {.callout-note collapse="false"}\nx\n:::',
            '<details class="callout callout-note callout-style-default" open>',
        ),
        ("::: {#nte-x .callout-note}\n## Egen\nx\n:::", "Note\u00a01.1: Egen"),
    ],
)
def test_callouts(tmp_path: Path, source: str, expected: str) -> None:
    assert expected in page(tmp_path, f"# K\n\n{source}\n")


def test_simple_callouts_without_title_have_no_header(tmp_path: Path) -> None:
    text = main_of(page(tmp_path, '# K\n\n::: {.callout-tip appearance="simple"}\nx\n:::\n'))
    assert "callout-header" not in text
    assert "callout-simple" in text


def test_formulas_are_mathml_with_their_alternative(tmp_path: Path) -> None:
    text = main_of(page(tmp_path, '# K\n\nInline $x_1$.\n\n$$ a = b $$ {#eq-x alt="a er lik b"}\n'))
    assert text.count("<math") == 2
    assert 'alttext="a er lik b"' in text
    assert '<span class="kv-eq-number">(1.1)</span>' in text
    assert 'id="eq-x"' in text


def test_code_keeps_its_text_and_folds(tmp_path: Path) -> None:
    text = main_of(
        page(tmp_path, '# K\n\n```{.python .cell-code code-fold="true"}\nif a < b & c:\n    pass\n```\n')
    )
    assert "if a &lt; b &amp; c:\n    pass" in text
    assert '<details class="code-fold"><summary>Kode</summary>' in text


def test_long_names_break_after_underscores(tmp_path: Path) -> None:
    text = page(tmp_path, "# K\n\nNavnet `bg_sosialhelse_utdanning`, ikke `bg_kjonn` eller `a & b`.\n")
    assert "<code>bg_<wbr>sosialhelse_<wbr>utdanning</code>" in text
    assert "<code>bg_kjonn</code>" in text
    assert "<code>a &amp; b</code>" in text


def test_unknown_attributes_become_data(tmp_path: Path) -> None:
    text = page(tmp_path, '# K\n\n[Et funn]{.funn ref="f-12" lang=en title="T"}\n')
    assert '<span class="funn" data-ref="f-12" lang="en" title="T">Et funn</span>' in text


def test_text_is_escaped(tmp_path: Path) -> None:
    text = main_of(
        page(
            tmp_path,
            '# K\n\n1 \\< 2 & "x" \\<script\\>alert(1)\\</script\\>\n\n![](linje.svg){fig-alt="a \\"b\\" '
            '<c>"}\n',
        )
    )
    assert "1 &lt; 2 &amp; “x” &lt;script&gt;" in text
    assert 'alt="a &quot;b&quot; &lt;c&gt;"' in text


def test_a_formula_that_is_none_is_told_with_its_line(tmp_path: Path) -> None:
    faults = Faults()
    text = page(tmp_path, "# K\n\nFørst $x$.\n\n$$\n\\frac{a}{\n$$\n", faults=faults)
    assert [(f.kind, f.path, f.line) for f in faults.errors] == [("formula", "k.qmd", 6)]
    assert r"\frac{a}{" in text
