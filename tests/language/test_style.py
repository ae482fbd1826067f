"""House style, the terms of the glossary, and words written apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from storbynav import glossary
from storbynav.glossary import Term
from tests.language import reading, spelling, style
from tests.language.reading import Piece


def of(text: str, kind: str = "text") -> list[Piece]:
    return [Piece("side.html", kind, text)]


def told(finds) -> str:  # type: ignore[no-untyped-def]
    return "\n".join(sorted({str(find) for find in finds}))


def test_the_pages_follow_the_house_style(pieces: list[Piece]) -> None:
    assert told(style.shown(pieces)) == ""


def test_the_sources_follow_the_house_style() -> None:
    assert told(style.typed(reading.sources())) == ""


def test_the_terms_are_those_of_the_glossary(pieces: list[Piece]) -> None:
    assert told(style.terms(pieces, glossary.load())) == ""


def test_no_compound_is_written_apart(pieces: list[Piece]) -> None:
    words = [word.text for word in spelling.words(pieces)]
    assert told(style.apart(pieces, words)) == ""


def test_the_site_speaks_norwegian(pieces: list[Piece]) -> None:
    assert told(style.english(pieces)) == ""


def test_exceptions_are_still_needed(pieces: list[Piece]) -> None:
    text = "\n".join(piece.text for piece in pieces)
    assert [quoted for quoted in style.QUOTED if quoted not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        'Kontoret er "godt"',
        "om lag 36 % av dem",
        "36% av dem",
        "36 prosent av dem",
        "Nav-kontoret",
        "NAV kontoret",
        "NAVkontoret",
        "Kontoret , som er nytt",
        "stat - kommune",
        "mellom 10-20 år",
        "Slutt..",
        "se vedlegg 2",
    ],
)
def test_a_planted_fault_of_style_is_found(text: str) -> None:
    assert len({find.rule for find in style.shown(of(text))}) == 1


@pytest.mark.parametrize(
    "text",
    [
        "«godt» og ‘godt’",
        "om lag 36\u00a0% av dem, og svarprosenten",
        "NAV-kontoret, NAVs brukere og NAV",
        "stat – kommune, 10–20 år, mål- og disponeringsbrev",
        "se Vedlegg 2, der … vedlegget står",
        "I trykt utgave heter den «18-83 fordelingen»",
    ],
)
def test_right_style_is_left_alone(text: str) -> None:
    assert told(style.shown(of(text))) == ""


def test_double_spaces_are_found_in_the_source_with_their_line(tmp_path: Path) -> None:
    file = tmp_path / "report" / "kap.qmd"
    file.parent.mkdir()
    file.write_text("# En\n\n- et  punkt\n\n```{python}\na  =  1\n```\n\n| a  | b |\n", encoding="utf-8")
    (find,) = style.typed([file], tmp_path)
    assert (find.place, find.rule) == ("report/kap.qmd:3", "ett mellomrom")


def test_an_avoided_form_is_found_as_a_whole_word() -> None:
    terms = [
        Term("spørreundersøkelsen", "begrep", "", ("surveyen",)),
        Term("FoU", "forkortelse", "", ("FOU",)),
    ]
    assert [f.found for f in style.terms(of("Surveyen og FOU"), terms)] == ["surveyen", "FOU"]
    assert told(style.terms(of("surveyenheten, FoU, FOU-midler-ikke"), terms)) == ""


def test_a_compound_written_apart_is_found() -> None:
    finds = style.apart(of("en stor oppgave portefølje"), ["oppgaveportefølje"])
    assert [find.found for find in finds] == ["oppgave portefølje"]
    assert told(style.apart(of("Kontoret på Hundvåg er for stort"), ["kontor", "forstort"])) == ""


def test_an_english_label_is_found() -> None:
    assert [f.found for f in style.english(of("Close menu", "aria-label"))] == ["Close", "menu"]
    common = [Piece(page, "text", "Back to top") for page in ("a.html", "b.html")]
    assert {f.found for f in style.english(common)} == {"Back to"}
    only_one = [Piece("a.html", "text", "the source"), Piece("b.html", "text", "Noe")]
    assert told(style.english(only_one)) == "", "text of one page is the author's"
