"""Shapes of the body: what a template made for Quarto relies on."""

from __future__ import annotations

from pathlib import Path

import pytest

from kvarto import pandoc
from kvarto.faults import Faults
from kvarto.structure import ast
from kvarto.typst import math
from kvarto.typst.body import NO_ALT, Body, Context


def body_of(
    markdown: str,
    tmp_path: Path,
    functions: set[str] | None = None,
    opening: str | None = None,
    faults: Faults | None = None,
) -> str:
    (tmp_path / "a.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    blocks, _ = pandoc.read(markdown)
    found = Faults() if faults is None else faults
    context = Context(
        root=tmp_path,
        lang="nb-NO",
        faults=found,
        formulas=math.convert(math.formulas(blocks)),
        prefix="storby",
        functions=frozenset(functions or ()),
        labels=frozenset(ast.ids(blocks)),
    )
    out = Body(context, "k.qmd", lambda src: tmp_path / src, opening).blocks(blocks)
    if faults is None:
        assert not found.errors, found.report()
    return out


@pytest.mark.parametrize(
    ("markdown", "typst"),
    [
        ("# Tittel {#sec-x number=1}", "= Tittel <sec-x>"),
        ("## Del {#sec-d number=1.1}", "== Del <sec-d>"),
        ("# Forord {#forord .unnumbered}", "#heading(level: 1, numbering: none)[Forord] <forord>"),
        (
            "## Skjult {.unnumbered .unlisted #s}",
            "#heading(level: 2, numbering: none, outlined: false)[Skjult] <s>",
        ),
        ("*a* **b** ~~c~~ x^2^ H~2~O", "#emph[a]; #strong[b]; #strike[c]; x#super[2]; H#sub[2];O"),
        ('"hun" sa', "«hun» sa"),
        ("`x[1]`", '#raw("x[1]");'),
        ("[l](https://x.no/_a)", '#link("https://x.no/_a")[l];'),
        ("a[^1]\n\n[^1]: En.\n\n    To.", "a#footnote[En.\n\nTo.];"),
        ("- a\n- b", "#list(tight: true,\n[a],\n[b],\n)"),
        ("b) x\n\nc) y", '#enum(start: 2, numbering: "a)", tight: false,\n[x],\n[y],\n)'),
        ("> s", "#quote(block: true)[\ns\n#parbreak()\n]"),
        ("Ord\n:   Mening", "#terms(\nterms.item[Ord][Mening],\n)"),
        ("```python\nx = 1\n```", '#raw(block: true, lang: "python", "x = 1")'),
        ("| a\n| b", "a \\\nb"),
        ("`#v(1pt)`{=typst}`<b>`{=html}", "#v(1pt)"),
        ("::: {.kv-pagebreak}\n:::", "#pagebreak(weak: true)"),
        ("::: {.landscape}\na\n:::", "#set page(flipped: true)\n\na\n\n#set page(flipped: false)"),
        ('![](a.svg){fig-alt="Strek" width=50%}', '#box(image("/a.svg", alt: "Strek", width: 50%));'),
        (
            "[Figur 1.1]{.kv-ref target=fig-x kind=fig prefix=Figur number=1.1}[]{#fig-x}",
            "#ref(<fig-x>, supplement: [Figur]);#kv-anchor <fig-x>",
        ),
        (
            "[1.1]{.kv-ref target=fig-x kind=fig number=1.1}[]{#fig-x}",
            "#ref(<fig-x>, supplement: []);#kv-anchor <fig-x>",
        ),
        ("[Funn]{.kv-ref target=s kind=sec}[]{#s}", "#link(<s>)[Funn];#kv-anchor <s>"),
        ("[?\\@fig-x]{.kv-ref .kv-unresolved target=fig-x}", "#strong[?\\@fig-x];"),
        ("[Noe mangler]{.kv-fault}", "#kv-fault[Noe mangler];"),
        ("[et utsagn]{.funn ref=f-1}", "et utsagn"),
    ],
)
def test_shape(markdown: str, typst: str, tmp_path: Path) -> None:
    assert body_of(markdown, tmp_path).strip() == typst


def test_float_has_the_kind_word_and_label_of_quarto(tmp_path: Path) -> None:
    out = body_of(
        '::: {#fig-x .kv-float .fig label="Figur" number="1.1"}\n![](a.svg){fig-alt="A"}\n\n'
        "::: {.kv-caption}\nTekst\n:::\n:::",
        tmp_path,
    )
    assert out.strip() == (
        '#figure([\n#box(image("/a.svg", alt: "A"));\n], '
        "caption: figure.caption(\nposition: bottom,\n[\nTekst\n]), "
        'kind: "quarto-float-fig", supplement: "Figur",\n)\n<fig-x>'
    )


def test_table_repeats_its_header_and_keeps_widths_and_alignment(tmp_path: Path) -> None:
    out = body_of(
        '::: {#tbl-x .kv-float .tbl label="Tabell" number="1.1"}\n| A | B |\n|:--|--:|\n| a | 1 |\n\n'
        "::: {.kv-caption}\nT\n:::\n:::",
        tmp_path,
    )
    assert "position: top" in out and 'kind: "quarto-float-tbl"' in out
    assert "columns: 2,\n  align: (left,right,)," in out
    assert "table.header(\n    [A], [B],\n  ),\n  table.hline(),\n  [a], [1]," in out


def test_table_with_widths_and_spans() -> None:
    html = (
        '<table><col style="width:30%"><col style="width:70%"><tr><td colspan="2">a</td></tr>'
        '<tr><td rowspan="2">b</td><td>c</td></tr><tr><td>d</td></tr></table>'
    )
    (node,) = pandoc.read_html([html])[0]
    body = Body(Context(Path(), "nb", Faults(), {}), None, lambda _: None)
    out = body.block(node)
    assert "columns: (30%, 70%, )" in out
    assert "table.cell(colspan: 2)[a]," in out and "table.cell(rowspan: 2)[b], [c]," in out


def test_panels_go_through_quarto_super(tmp_path: Path) -> None:
    panel = (
        '::: {{#fig-{0} .kv-float .fig label="Figur" number="1.1" parent="fig-x" sub="{0}"}}\n'
        '![](a.svg){{fig-alt="{0}"}}\n\n::: {{.kv-caption}}\nP{0}\n:::\n:::\n\n'
    )
    out = body_of(
        '::::: {#fig-x .kv-float .fig label="Figur" number="1.1"}\n:::: {.kv-layout ncol=2}\n'
        + panel.format("a")
        + panel.format("b")
        + "::::\n\n::: {.kv-caption}\nHele\n:::\n:::::",
        tmp_path,
    )
    assert out.startswith('#quarto_super(\nkind: "quarto-float-fig",\ncaption: [Hele],\nlabel: <fig-x>,')
    assert "#grid(columns: (1fr, 1fr, )" in out
    assert out.count("#figure(") == 2 and "<fig-a>" in out and "<fig-b>" in out


def test_callout_hands_over_title_and_no_icon(tmp_path: Path) -> None:
    out = body_of("::: {.kv-callout type=warning}\n::: {.kv-title}\nAdvarsel\n:::\nTekst\n:::", tmp_path)
    assert out.startswith("#callout(\nbody: [\nTekst\n],\ntitle: [Advarsel],")
    assert "icon: none" in out and 'icon_color: rgb("#EB9113")' in out


def test_a_class_that_the_template_knows_becomes_a_call(tmp_path: Path) -> None:
    text = "::: {.figur-note}\nKilde.\n:::\n\n[ord]{.merket}"
    assert "#storby" not in body_of(text, tmp_path)
    out = body_of(text, tmp_path, {"storby-figur-note", "storby-merket"})
    assert "#storby-figur-note[\nKilde.\n]" in out and "#storby-merket[ord];" in out


def test_only_the_chapter_heading_of_a_part_becomes_its_page(tmp_path: Path) -> None:
    out = body_of("# Del I {#del .unnumbered}\n\n## Under {number=1}", tmp_path, opening="storby-part")
    assert out.startswith("#storby-part(label: <del>)[Del I]\n\n== Under")


def test_formulas_carry_words(tmp_path: Path) -> None:
    out = body_of('[$$r = 0{,}5$$]{#eq-x .kv-eq number=1.1 alt="r er en halv"} og $x^2$', tmp_path)
    assert 'numbering: equation-numbering, alt: "r er en halv"' in out and "<eq-x>" in out
    assert '#math.equation(block: false, alt: "x opphøyd i 2", $ x^2 $);' in out


def test_image_without_words_is_a_fault_told_once(tmp_path: Path) -> None:
    faults = Faults()
    out = body_of("![](a.svg)", tmp_path, faults=faults)
    assert [f.kind for f in faults.errors] == ["missing-alt"] and NO_ALT in out
    assert "fig-alt" in faults.errors[0].fix
    again = Faults()
    again.add("k.qmd", 1, "Bildet a.svg mangler alternativ tekst.", kind="missing-alt")
    body_of("![](a.svg)", tmp_path, faults=again)
    assert len(again) == 1


def test_image_that_is_not_there_is_a_fault_and_a_mark(tmp_path: Path) -> None:
    faults = Faults()
    out = body_of('![](borte.svg){fig-alt="B"}', tmp_path, faults=faults)
    assert [f.kind for f in faults.errors] == [
        "missing-image"
    ] and "#kv-fault[Bildet borte.svg finnes ikke.]" in out


def test_an_ornament_is_an_artifact(tmp_path: Path) -> None:
    assert body_of('![](a.svg){fig-alt=""}', tmp_path).strip() == '#box(pdf.artifact(image("/a.svg")));'


def test_formula_that_cannot_be_set_is_a_fault(tmp_path: Path) -> None:
    faults = Faults()
    body_of(r"$\notacommand{x$", tmp_path, faults=faults)
    assert [f.kind for f in faults.errors] == ["math"]


def test_link_to_nothing_is_a_fault(tmp_path: Path) -> None:
    faults = Faults()
    assert body_of("[her](#borte)", tmp_path, faults=faults).strip() == "her"
    assert [f.kind for f in faults.errors] == ["broken-link"]


def test_a_second_id_of_the_same_name_is_not_written(tmp_path: Path) -> None:
    out = body_of("# A {#x number=1}\n\n# B {#x number=2}", tmp_path)
    assert out.count("<x>") == 1


def test_a_negative_width_of_a_layout_is_a_gap(tmp_path: Path) -> None:
    out = body_of('::: {.kv-layout layout="[[30,-10,60]]"}\nA\n\nB\n:::\n', tmp_path)
    assert " ".join(out.split()) == "#grid(columns: (30fr, 10fr, 60fr, ), gutter: 1.5em, [A], [], [B], )"


def test_a_panel_that_the_rows_have_no_place_for_is_written_below_them(tmp_path: Path) -> None:
    out = body_of('::: {.kv-layout layout="[[1,1]]"}\nA\n\nB\n\nC\n:::\n', tmp_path)
    flat = "".join(out.split())
    assert flat == "#grid(columns:(1fr,1fr,),gutter:1.5em,[A],[B],)#grid(columns:(1fr,),gutter:1.5em,[C],)"


def test_the_file_name_of_code_stands_above_it(tmp_path: Path) -> None:
    out = body_of('``` {.python filename="a.py"}\nx\n```\n', tmp_path)
    assert out.index('#raw("a.py")') < out.index('#raw(block: true, lang: "python", "x")')


def test_text_in_another_language_says_so(tmp_path: Path) -> None:
    out = body_of("Ordet [street]{lang=en}.", tmp_path)
    assert out.strip() == 'Ordet #text(lang: "en", region: none)[street];.'
    out = body_of("::: {lang=en-GB}\nQuote\n:::\n", tmp_path)
    assert " ".join(out.split()) == '#[ #set text(lang: "en", region: "GB") Quote ]'
    assert "lang" not in body_of("[x]{lang=en-Latn-US-x}", tmp_path)
