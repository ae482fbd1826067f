"""Callouts, conditional content, theorems, list tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kvarto.faults import Faults
from kvarto.structure import ast
from tests.kvarto.book import HEAD, make, structured


def chapter(tmp_path: Path, text: str, fmt: str = "html", config: str = HEAD) -> list[dict[str, Any]]:
    return structured(make(tmp_path, f"# K\n\n{text}\n", config), fmt).chapter("k.qmd").blocks


def divs(blocks: list[dict[str, Any]], cls: str) -> list[dict[str, Any]]:
    return [el for el in ast.walk(blocks) if el["t"] == "Div" and cls in el["c"][0][1]]


@pytest.mark.parametrize(
    ("source", "title", "default"),
    [
        ("::: {.callout-note}\nx\n:::", "Merk", "default"),
        ("::: {.callout-tip}\nx\n:::", "Tips", "default"),
        ("::: {.callout-warning}\n## Egen *tittel*\nx\n:::", "Egen tittel", ""),
        ('::: {.callout-important title="Som *attributt*"}\nx\n:::', "Som attributt", ""),
    ],
)
def test_titles_of_callouts(tmp_path: Path, source: str, title: str, default: str) -> None:
    box = divs(chapter(tmp_path, source), "kv-callout")[0]
    assert ast.stringify(box["c"][1][0]["c"][1]).strip() == title
    assert ast.get(box["c"][0], "title") == default
    assert ast.stringify(box["c"][1][1:]).strip() == "x"


def test_numbered_callouts_count_by_type(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        "::: {#nte-a .callout-note}\nx\n:::\n\n::: {#wrn-a .callout-warning}\ny\n:::\n\n"
        "::: {#nte-b .callout-note}\nz\n:::\n\n@nte-b @wrn-a",
    )
    assert [
        (ast.get(b["c"][0], "label"), ast.get(b["c"][0], "number")) for b in divs(blocks, "kv-callout")
    ] == [("Note", "1.1"), ("Warning", "1.1"), ("Note", "1.2")]
    assert ast.stringify([blocks[-1]]).replace("\u00a0", " ").strip() == "Note 1.2 Warning 1.1"


@pytest.mark.parametrize(
    ("condition", "html", "typst"),
    [
        ('.content-visible when-format="html"', True, False),
        ('.content-visible when-format="typst"', False, True),
        ('.content-visible unless-format="typst"', True, False),
        ('.content-hidden when-format="html"', False, True),
        ('.content-hidden unless-format="html"', True, False),
        ('.content-visible when-format="pdf"', False, False),
        ('.content-visible when-meta="utgave"', False, False),
        ('.content-visible when-meta="del.ferdig"', True, True),
        ('.content-hidden when-meta="borte"', True, True),
        ('.content-visible unless-meta="del.ferdig"', False, False),
        ('.content-visible when-format="html" when-meta="borte"', False, False),
    ],
)
def test_conditional_content(tmp_path: Path, condition: str, html: bool, typst: bool) -> None:
    config = HEAD + "utgave: prøve\ndel:\n  ferdig: true\n"
    for fmt, shown in (("html", html), ("typst", typst)):
        blocks = chapter(
            tmp_path / fmt, f"::: {{{condition}}}\nBlokk\n:::\n\nOrd [her]{{{condition}}}.", fmt, config
        )
        text = ast.stringify(blocks)
        assert ("Blokk" in text, "her" in text) == (shown, shown)


def test_what_is_hidden_takes_no_number(tmp_path: Path) -> None:
    source = (
        '::: {.content-visible when-format="typst"}\n![A](linje.svg){#fig-a fig-alt="a"}\n\nNote.^[x]\n'
        ":::\n\n"
        '![B](linje.svg){#fig-b fig-alt="b"}\n'
    )
    book = make(tmp_path, f"# K\n\n{source}")
    assert structured(book, "html").labels["fig-b"].number == "1.1"
    assert structured(book, "typst").labels["fig-b"].number == "1.2"
    assert "fig-a" not in structured(book, "html").labels


def test_pdf_as_a_format_is_told_of(tmp_path: Path) -> None:
    faults = Faults()
    structured(make(tmp_path, '# K\n\n::: {.content-visible when-format="pdf"}\nx\n:::\n'), "html", faults)
    assert [(f.severity, f.kind, f.line) for f in faults] == [("lint", "lint-format-pdf", 3)]


def test_list_tables(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        '::: {.list-table header-rows=1 header-cols=1 aligns="l,r" widths="3,1"}\nBildetekst\n\n'
        "- - By\n  - n\n- - Oslo\n  - - ett\n    - to\n- - []{colspan=2}Begge\n:::",
    )
    table = next(el for el in ast.walk(blocks) if el["t"] == "Table")
    _, caption, specs, head, bodies, _ = table["c"]
    assert ast.stringify(caption[1]) == "Bildetekst"
    assert [(s[0]["t"], s[1]["c"]) for s in specs] == [("AlignLeft", 0.75), ("AlignRight", 0.25)]
    assert (len(head[1]), bodies[0][1], len(bodies[0][3])) == (1, 1, 2)
    assert bodies[0][3][0][1][1][4][0]["t"] == "BulletList"
    assert bodies[0][3][1][1][0][3] == 2


def test_a_list_table_that_is_none_is_told(tmp_path: Path) -> None:
    faults = Faults()
    structured(make(tmp_path, "# K\n\n::: {.list-table}\n- bare ett nivå\n:::\n"), "html", faults)
    assert [(f.kind, f.line) for f in faults.errors] == [("list-table", 3)]


def test_theorems_and_proofs(tmp_path: Path) -> None:
    blocks = chapter(
        tmp_path,
        '::: {#thm-a name="Navn"}\nTekst.\n:::\n\n::: {#def-a}\n## Ord\nTekst.\n:::\n\n'
        "::: {.proof}\nLett.\n:::\n\n@thm-a @def-a",
    )
    assert [ast.stringify([b]).replace("\u00a0", " ").strip() for b in blocks[1:]] == [
        "Setning 1.1 (Navn) Tekst.",
        "Definisjon 1.1 (Ord) Tekst.",
        "Bevis. Lett.",
        "Setning 1.1 Definisjon 1.1",
    ]


def test_landscape_and_page_break_stay(tmp_path: Path) -> None:
    blocks = chapter(tmp_path, "::: {.landscape}\nx\n:::\n\n::: {.kv-pagebreak}\n:::")
    assert [b["c"][0][1] for b in blocks[1:]] == [["landscape"], ["kv-pagebreak"]]


def test_unsupported_content_is_marked_and_kept(tmp_path: Path) -> None:
    faults = Faults()
    blocks = (
        structured(make(tmp_path, "# K\n\n::: {.panel-tabset}\n## A\nInnhold.\n:::\n"), "html", faults)
        .chapter("k.qmd")
        .blocks
    )
    assert [f.kind for f in faults.errors] == ["unsupported"]
    assert divs(blocks, "kv-fault")
    assert "Innhold." in ast.stringify(blocks)
