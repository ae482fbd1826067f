"""Figures, tables and listings: every form they are written in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kvarto.faults import Faults
from kvarto.structure import ast
from tests.kvarto.book import HEAD, make, structured

IMAGE = '![](linje.svg){fig-alt="Linje"}'


def chapter(
    tmp_path: Path, text: str, fmt: str = "html", faults: Faults | None = None
) -> list[dict[str, Any]]:
    return structured(make(tmp_path, text), fmt, faults).chapter("k.qmd").blocks


def floats(blocks: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
    """(id, «Figur 1.1», sub, caption) of every float."""
    out = []
    for el in ast.walk(blocks):
        if el["t"] == "Div" and "kv-float" in el["c"][0][1]:
            at = el["c"][0]
            out.append(
                (
                    at[0],
                    f"{ast.get(at, 'label')} {ast.get(at, 'number')}",
                    ast.get(at, "sub"),
                    ast.stringify(el["c"][1][-1]["c"][1]).strip(),
                )
            )
    return out


@pytest.mark.parametrize(
    ("source", "caption"),
    [
        ('![Tekst *k*](linje.svg){#fig-x fig-alt="Linje"}', "Tekst k"),
        (f"::: {{#fig-x}}\n{IMAGE}\n\nTekst i div\n:::", "Tekst i div"),
        ('::: {#fig-x}\n![Tekst på bildet](linje.svg){fig-alt="Linje"}\n:::', "Tekst på bildet"),
        ('![](linje.svg){#fig-x fig-alt="Linje"}', ""),
        (
            '::: {.cell label="fig-x"}\n::: {.cell-output .cell-output-display}\n'
            + IMAGE
            + '\n:::\n::: {.kv-cell-caption option="fig-cap"}\nFra *celle*\n:::\n:::',
            "Fra celle",
        ),
        (
            "::: {#fig-x}\n::: {.cell}\n::: {.cell-output .cell-output-display}\n"
            f"{IMAGE}\n:::\n:::\n\nBeregnet 42\n:::",
            "Beregnet 42",
        ),
    ],
)
def test_every_form_of_a_figure(tmp_path: Path, source: str, caption: str) -> None:
    blocks = chapter(tmp_path, f"# K\n\n{source}\n\nSe @fig-x.\n")
    assert floats(blocks) == [("fig-x", "Figur 1.1", "", caption)]
    images = [el for el in ast.walk(blocks) if el["t"] == "Image"]
    assert [ast.get(i["c"][0], "fig-alt") for i in images] == ["Linje"]


@pytest.mark.parametrize(
    ("source", "caption"),
    [
        ("| A |\n|---|\n| 1 |\n\n: Tekst {#tbl-x}", "Tekst"),
        ("::: {#tbl-x}\n| A |\n|---|\n| 1 |\n\nTekst i div\n:::", "Tekst i div"),
        ("::: {#tbl-x}\n| A |\n|---|\n| 1 |\n\n: På tabellen\n:::", "På tabellen"),
        ('+---+\n| A |\n+===+\n| 1 |\n+---+\n\n: Rutenett {#tbl-x tbl-colwidths="[30]"}', "Rutenett"),
        (
            "::: {#tbl-x}\n```{=html}\n<table><tr><th>A</th></tr><tr><td>1</td></tr></table>\n```\n\n"
            "HTML\n:::",
            "HTML",
        ),
        (
            '::: {.cell label="tbl-x"}\n::: {.cell-output .cell-output-display}\n| A |\n|---|\n| 1 |\n:::\n'
            '::: {.kv-cell-caption option="tbl-cap"}\nCelle\n:::\n:::',
            "Celle",
        ),
        ("::: {#tbl-x}\n::: {.list-table header-rows=1}\n- - A\n- - 1\n:::\n\nListe\n:::", "Liste"),
    ],
)
def test_every_form_of_a_table(tmp_path: Path, source: str, caption: str) -> None:
    blocks = chapter(tmp_path, f"# K\n\n{source}\n\nSe @tbl-x.\n")
    assert floats(blocks) == [("tbl-x", "Tabell 1.1", "", caption)]
    tables = [el for el in ast.walk(blocks) if el["t"] == "Table"]
    assert len(tables) == 1
    assert tables[0]["c"][1][1] == [], "the caption stands once"
    assert tables[0]["c"][0][0] == "", "the id stands once"


def test_listing_in_a_cell_and_in_a_block(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        '# K\n\n```{#lst-a .python lst-cap="Et *lite* program"}\nx\n```\n\n'
        '::: {.cell lst-label="lst-b"}\n```{.python .cell-code}\ny\n```\n'
        '::: {.kv-cell-caption option="lst-cap"}\nCelle\n:::\n:::\n',
    )
    assert floats(blocks) == [
        ("lst-a", "Liste 1.1", "", "Et lite program"),
        ("lst-b", "Liste 1.2", "", "Celle"),
    ]


def test_parts_of_a_figure_take_letters_not_numbers(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        '# K\n\n::: {#fig-a layout-ncol=2}\n![En](linje.svg){#fig-b fig-alt="b"}\n\n'
        '![To](linje.svg){#fig-c fig-alt="c"}\n\nAlle\n:::\n\n'
        '![Etter](linje.svg){#fig-d fig-alt="d"}\n\n@fig-c\n',
    )
    assert floats(blocks) == [
        ("fig-a", "Figur 1.1", "", "Alle"),
        ("fig-b", "Figur 1.1", "a", "En"),
        ("fig-c", "Figur 1.1", "b", "To"),
        ("fig-d", "Figur 1.2", "", "Etter"),
    ]
    reference = next(el for el in ast.walk(blocks) if el["t"] == "Span" and "kv-ref" in el["c"][0][1])
    assert ast.stringify([reference]) == "Figur\u00a01.1\u00a0(b)"


def test_cell_with_sub_captions(tmp_path: Path) -> None:
    out = "\n".join(
        f'::: {{.cell-output .cell-output-display}}\n![](linje.svg){{fig-alt="{a}"}}\n:::\n' for a in "ab"
    )
    captions = "\n".join(f'::: {{.kv-cell-caption option="fig-subcap"}}\n{c}\n:::\n' for c in ("Opp", "Ned"))
    blocks = chapter(
        tmp_path,
        f'# K\n\n::: {{.cell label="fig-x" layout-ncol="2"}}\n{out}\n{captions}\n'
        '::: {.kv-cell-caption option="fig-cap"}\nBegge\n:::\n:::\n\nSe @fig-x-2.\n',
    )
    assert floats(blocks) == [
        ("fig-x", "Figur 1.1", "", "Begge"),
        ("fig-x-1", "Figur 1.1", "a", "Opp"),
        ("fig-x-2", "Figur 1.1", "b", "Ned"),
    ]
    layout = next(el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-layout" in el["c"][0][1])
    assert ast.get(layout["c"][0], "ncol") == "2"


def test_printed_text_of_a_labelled_cell_stays_outside_its_figure(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        '# K\n\n::: {.cell label="fig-x"}\n::: {.cell-output .cell-output-stdout}\n```\nut\n```\n:::\n'
        f"::: {{.cell-output .cell-output-display}}\n{IMAGE}\n:::\n:::\n",
    )
    figure = next(el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-float" in el["c"][0][1])
    assert not any(el["t"] == "CodeBlock" for el in ast.walk([figure]))
    assert any(el["t"] == "CodeBlock" for el in ast.walk(blocks))


def test_captions_of_cells_without_label_have_no_number(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        f"# K\n\n::: {{.cell}}\n::: {{.cell-output .cell-output-display}}\n{IMAGE}\n:::\n"
        '::: {.kv-cell-caption option="fig-cap"}\nUten\n:::\n:::\n',
    )
    assert floats(blocks) == []
    assert [ast.stringify(el["c"][1][1]) for el in ast.walk(blocks) if el["t"] == "Figure"] == ["Uten"]


def test_layout_rows_and_nrow(tmp_path: Path) -> None:
    images = "\n\n".join([IMAGE] * 3)
    blocks = chapter(
        tmp_path,
        f'# K\n\n::: {{layout="[[1,1],[1]]"}}\n{images}\n:::\n\n::: {{layout-nrow=2}}\n{images}\n:::\n',
    )
    first, second = [el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-layout" in el["c"][0][1]]
    assert ast.get(first["c"][0], "layout") == "[[1, 1], [1]]"
    assert len(first["c"][1]) == 3
    assert ast.get(second["c"][0], "ncol") == "2"


def test_images_in_one_paragraph_of_a_layout_are_panels(tmp_path: Path) -> None:
    blocks = chapter(tmp_path, f"# K\n\n::: {{layout-ncol=2}}\n{IMAGE}\n{IMAGE}\n:::\n")
    layout = next(el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-layout" in el["c"][0][1])
    assert len(layout["c"][1]) == 2


def test_columns_are_panels_with_widths(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        '# K\n\n::: {.columns}\n::: {.column width="60%"}\nA\n:::\n::: {.column width="40%"}\nB\n:::\n:::\n',
    )
    layout = next(el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-layout" in el["c"][0][1])
    assert ast.get(layout["c"][0], "layout") == "[[60.0, 40.0]]"
    assert [ast.stringify([p]).strip() for p in layout["c"][1]] == ["A", "B"]


def test_alt_of_the_float_reaches_its_image(tmp_path: Path) -> None:
    blocks = chapter(tmp_path, '# K\n\n::: {#fig-x fig-alt="Fra diven"}\n![](linje.svg)\n\nTekst\n:::\n')
    image = next(el for el in ast.walk(blocks) if el["t"] == "Image")
    assert ast.get(image["c"][0], "fig-alt") == "Fra diven"


def test_alt_may_be_the_image_s_own_words_but_not_the_caption(tmp_path: Path) -> None:
    faults = Faults()
    blocks = chapter(
        tmp_path,
        "# K\n\nEt ![ikon](linje.svg) i teksten.\n\n![Bildetekst](linje.svg){#fig-x}\n",
        faults=faults,
    )
    alts = [ast.get(el["c"][0], "fig-alt") for el in ast.walk(blocks) if el["t"] == "Image"]
    assert alts == ["ikon", ""]
    assert [(f.kind, f.line) for f in faults.errors] == [("missing-alt", 5)]


def test_decorative_images_say_so(tmp_path: Path) -> None:
    chapter(tmp_path, '# K\n\n![](linje.svg){fig-alt=""}\n')  # no fault


def test_row_headers_by_class(tmp_path: Path) -> None:
    table = "| A | B |\n|---|---|\n| 1 | 2 |\n"
    blocks = chapter(tmp_path, f"# K\n\n::: {{.row-headers}}\n{table}\n: T {{#tbl-x}}\n:::\n\n{table}")
    heads = [el["c"][4][0][1] for el in ast.walk(blocks) if el["t"] == "Table"]
    assert heads == [1, 0]


def test_the_name_of_a_table_without_caption_goes_from_its_div_to_the_table(tmp_path: Path) -> None:
    table = "| A | B |\n|---|---|\n| 1 | 2 |\n"
    blocks = chapter(tmp_path, f'# K\n\n::: {{.row-headers aria-label="Nøkkeltall"}}\n{table}\n:::\n')
    names = {el["t"]: ast.get(ast.attr_of(el), "aria-label") for el in ast.walk(blocks) if ast.attr_of(el)}
    assert names["Table"] == "Nøkkeltall" and names["Div"] == ""


def test_colwidths_that_do_not_fit_are_told(tmp_path: Path) -> None:
    faults = Faults()
    chapter(
        tmp_path,
        '# K\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n: T {#tbl-x tbl-colwidths="[30]"}\n',
        faults=faults,
    )
    assert [(f.kind, f.line) for f in faults.errors] == [("colwidths", 7)]


def test_an_empty_float_is_told(tmp_path: Path) -> None:
    faults = Faults()
    chapter(tmp_path, "# K\n\n::: {#fig-x}\n:::\n", faults=faults)
    assert [f.kind for f in faults.errors] == ["empty-float"]


def test_where_the_caption_stands(tmp_path: Path) -> None:
    config = HEAD.replace("html: default", "html:\n    tbl-cap-location: bottom")
    table = "| A |\n|---|\n| 1 |\n\n: T {#tbl-x}"
    text = f"# K\n\n{table}\n\n::: {{#fig-x fig-cap-location=top}}\n{IMAGE}\n\nF\n:::\n"
    blocks = structured(make(tmp_path, text, config)).chapter("k.qmd").blocks
    assert [ast.get(b["c"][0], "cap-location") for b in blocks[1:]] == ["bottom", "top"]


def test_a_caption_in_the_margin_is_refused(tmp_path: Path) -> None:
    faults = Faults()
    chapter(tmp_path, f"# K\n\n::: {{#fig-x fig-cap-location=margin}}\n{IMAGE}\n\nF\n:::\n", faults=faults)
    assert [(f.kind, f.line) for f in faults.errors] == [("unsupported", 3)]


def test_options_of_a_cell_reach_its_table(tmp_path: Path) -> None:
    text = (
        '# K\n\n::: {.cell .row-headers label="tbl-x" tbl-colwidths="[60,40]" cap-location="bottom"}\n'
        "::: {.cell-output .cell-output-display}\n| A | B |\n|---|---|\n| 1 | 2 |\n:::\n:::\n"
    )
    blocks = chapter(tmp_path, text)
    table = next(el for el in ast.walk(blocks) if el["t"] == "Table")
    assert [s[1]["c"] for s in table["c"][2]] == [0.6, 0.4]
    assert table["c"][4][0][1] == 1
    float_div = next(el for el in ast.walk(blocks) if el["t"] == "Div" and "kv-float" in el["c"][0][1])
    assert ast.get(float_div["c"][0], "cap-location") == "bottom"


def test_a_figure_that_is_a_link(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path, '# K\n\n[![Tekst](linje.svg){#fig-x fig-alt="Linje"}](https://example.org)\n\n@fig-x\n'
    )
    assert floats(blocks) == [("fig-x", "Figur 1.1", "", "Tekst")]
    assert [el["c"][2][0] for el in ast.walk(blocks) if el["t"] == "Link"] == ["https://example.org"]


def test_a_cell_s_label_names_its_listing(tmp_path: Path) -> None:
    cell = (
        '::: {.cell label="lst-a"}\n```{.python .cell-code}\ny\n```\n'
        '::: {.kv-cell-caption option="lst-cap"}\nCelle\n:::\n:::\n'
    )
    assert floats(chapter(tmp_path, f"# K\n\n{cell}\nSe @lst-a.\n")) == [("lst-a", "Liste 1.1", "", "Celle")]


@pytest.mark.parametrize(
    "source",
    [
        '```{.python lst-cap="Tekst"}\nx\n```\n',
        "::: {.cell}\n```{.python .cell-code}\ny\n```\n\n"
        '::: {.kv-cell-caption option="lst-cap"}\nTekst\n:::\n:::\n',
    ],
)
def test_a_listing_s_caption_needs_a_label(tmp_path: Path, source: str) -> None:
    faults = Faults()
    structured(make(tmp_path, f"# K\n\n{source}"), faults=faults)
    assert [f.kind for f in faults.errors] == ["listing-label"]


def test_the_caption_of_an_image_in_a_tight_list_stays(tmp_path: Path) -> None:
    blocks = chapter(tmp_path, '# K\n\n- ![Tekst](linje.svg){#fig-x fig-alt="x"}\n- to\n')
    assert floats(blocks) == [("fig-x", "Figur 1.1", "", "Tekst")]
