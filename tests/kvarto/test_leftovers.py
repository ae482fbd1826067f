"""Marks that Markdown does not take for marks; the messages are in the table of `test_author_errors`."""

from __future__ import annotations

import pytest

from kvarto import leftovers
from kvarto.faults import Faults
from kvarto.source import Line


def told(text: str) -> list[str]:
    """What is said of a text."""
    faults = Faults()
    leftovers.find([Line(row, "k.qmd", k) for k, row in enumerate(text.split("\n"), 1)], faults)
    return [fault.what for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "H~2~O og x^2^ [lite]{.smallcaps}",
        "Et tak^1^ (se under) og [to]{.mark}^2^.",
        '- punkt\n\n    ::: {.callout-note appearance="simple"}\n    Tekst\n    :::',
        "> $$ a = b $$ {#eq-a}",
        "> ::: {.boks}\n> Tekst\n> :::",
        ': Tekst {#tbl-a tbl-colwidths="[20,30,50]"}',
        ": Tekst {#tbl-a tbl-colwidths=\\[20,30,50\\]}",
        "Mengden {1, 2} og a = {b}.",
        "En fotnote^[med [hakeparentes] i] og en til.[^1]\n\n[^1]: Noten.",
        "| linje én\n| linje to",
        '[a](k.qmd#id){.lenke} ![b](x.svg){#fig-b fig-alt="b" width=50%}',
        "Tabell:\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\n: Tekst {#tbl-a .row-headers}",
        "**halvfet** og `a ** b`",
        "## Tittel {#sec-a .unnumbered}\n\nTekst.",
    ],
)
def test_what_is_written_rightly_is_let_through(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Tekst.^ [En note.]",
        "Tekst.^(En note.)",
        "x^2^ og tekst.^ [En note.]",
        "[ord] {.klasse}",
        "[ord]{klasse}",
    ],
)
def test_what_would_stand_as_text_is_told(text: str) -> None:
    assert len(told(text)) == 1
