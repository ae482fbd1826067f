"""The mark, the alternative text, the note."""

from __future__ import annotations

import re

import pytest

from storbynav.catalogue import load_catalogue
from storbynav.figures import FigureData, compute, words
from storbynav.survey import Survey, load


def test_the_key_tells_printed_from_synthetic(samples: dict[str, FigureData]) -> None:
    assert words.keys(samples["complete"]) == [(True, "Trykt i r2016:02")]
    assert words.keys(samples["shares"]) == [(True, "Trykt i r2016:02"), (False, "Syntetiske tall")]
    assert words.keys(samples["free"]) == [(False, "Syntetiske tall")]
    assert words.keys(samples["three groups"]) == [(False, "Syntetiske tall (foreløpige tall)")]
    assert words.keys(samples["real"]) == []


def test_alt_text_says_what_the_figure_shows(samples: dict[str, FigureData]) -> None:
    assert words.alt(samples["complete"]) == (
        "Liggende søyler, én for hver av tre slags sosialfaglig kompetanse. Verdiene er trykt i r2016:02. "
        "Alle verdier: Kort bg_jobber_vanskeligstilte 58,8\u00a0%, Kort bg_erfaring_sosialkontor 36\u00a0% "
        "og Kort bg_sosionom 36,1\u00a0%."
    )
    alt = words.alt(samples["two groups"])
    assert "leder er sosionom og leder har annen utdanning" in alt
    assert "Høyest andel på alle tre: leder er sosionom." in alt
    assert "Størst er forskjellen for «Kort led_folger»: leder er sosionom 71,1\u00a0%" in alt
    assert "i samme rekkefølge: «Kort led_folger» 71,1\u00a0% og 65\u00a0%;" in alt
    kind, printed, synthetic = words.alt(samples["shares"]).split(". ")
    assert kind.startswith("Liggende søyler")
    assert printed == "Trykt i r2016:02: «Kort sa_kompetanse» 78\u00a0%"
    assert synthetic.startswith("Syntetiske tall, ikke målt: «Kort sa_prioriterer» 67\u00a0%, ")
    partly = words.alt(samples["distribution by group"])
    assert "Trykt i r2016:02: Kort 3 (kommunalt ansatte 28\u00a0%)." in partly
    assert "De andre tallene er syntetiske, ikke målt." in partly


def test_ties_and_shared_leads_are_told(make_data) -> None:  # type: ignore[no-untyped-def]
    data = make_data("v1_13", 50, 60, 70, 60, 55, 55.2, 40, 41, 30, 20)
    assert "Høyest andel: én leder på to, to ledere på to og likt på én." in words.alt(data)


def test_quotation_marks_are_nested(samples: dict[str, FigureData]) -> None:
    from dataclasses import replace

    data = samples["shares"]
    row = replace(data.rows[0], short="Gir «telling»")
    assert words.quoted(data, row) == "«Gir ‘telling’»"


@pytest.mark.parametrize("ident", list(load_catalogue().figures))
def test_every_alt_text_is_complete_and_marked(survey: Survey, ident: str) -> None:
    data = compute(load_catalogue().figure(ident), survey)
    alt = words.alt(data)
    assert not re.search(r"[{}]|  |\.\.", alt)
    assert 80 < len(alt) <= words.ALT_LIMIT
    assert data.row.caption not in alt
    assert "syntetiske" in alt.lower()
    for row in data.rows:
        ranked = sorted(row.bars, key=lambda bar: bar.shown)
        for bar in (ranked[0], ranked[-1]) if words.by_office(data) else row.bars:
            assert data.value_text(bar) in alt


@pytest.mark.parametrize("ident", list(load_catalogue().figures))
def test_the_shipped_alt_texts_are_short(ident: str) -> None:
    catalogue = load_catalogue()
    alt = words.alt(compute(catalogue.figure(ident), load(), calibrated=True))
    assert len(alt) <= words.ALT_LIMIT
    assert alt != catalogue.figure(ident).caption


def test_names_keep_their_capital_and_other_words_do_not() -> None:
    alt = words.alt(compute(load_catalogue().figure("v1_2"), load(), calibrated=True))
    assert "sosialkontor 33,7\u00a0% og ingen av de tre etatene 38,6\u00a0%" in alt
    assert "Aetat 17\u00a0% og trygdekontor 11\u00a0%" in alt


def test_many_groups_are_told_by_their_ends(make_data) -> None:  # type: ignore[no-untyped-def]
    data = make_data("v2_8", 57, 52, 50, 58, 51, 46, 46, 53, 44, 32, 35, 38, 21, 23)
    assert (
        "«Kort sa_fagutvikling» fra 46\u00a0% (Østensjø og Kristiansand) til 58\u00a0% (Lerkendal); "
        "«Kort sa_ip» fra 21\u00a0% (Østensjø) til 53\u00a0% (Fana)."
    ) in words.alt(data)


def test_groups_of_respondents_add_up() -> None:
    catalogue, survey = load_catalogue(), load()
    assert compute(catalogue.figure("v1_21"), survey).n == "n\u00a0=\u00a0953 (343 og 610)"
    assert compute(catalogue.figure("v2_1"), survey).n.endswith("(44, 27, 19, 31, 37, 24 og 53)")


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ("complete", "Verdiene er trykt i r2016:02 og gjenskapt i et syntetisk datasett."),
        ("shares", "Fylte søyler er trykt i r2016:02. Lyse søyler med omriss er syntetiske tall, ikke målt."),
        ("rows", "Syntetiske tall, ikke målt: rapporten trykker ingen verdier for figuren"),
        ("free", "Syntetiske tall, ikke målt: rapporten oppgir ikke hva verdiene var."),
        ("three groups", "Foreløpige tall"),
    ],
)
def test_the_note_says_what_kind_of_numbers(
    samples: dict[str, FigureData], sample: str, expected: str
) -> None:
    assert expected in words.note(samples[sample])


def test_the_note_has_n_source_and_base(samples: dict[str, FigureData]) -> None:
    note = words.note(samples["two groups"])
    assert note.startswith("n\u00a0=\u00a01\u202f000. Bare kommunalt ansatte fikk spørsmålene.")
    assert note.endswith("Kilde: AFI r2016:02, Vedlegg 1, figur 16.")


def test_the_note_says_what_counts_as_agreeing_unless_the_caption_does(survey: Survey) -> None:
    catalogue = load_catalogue()
    told = {
        ident: words.note(compute(catalogue.figure(ident), survey))
        for ident in ("v1_4", "v1_7", "v1_6", "v1_20")
    }
    assert "Søylene viser andelen som er helt eller delvis enig." in told["v1_7"]
    assert not any("Søylene viser" in told[ident] for ident in ("v1_4", "v1_6", "v1_20"))


def test_a_printed_value_that_is_not_met_is_admitted(make_data) -> None:  # type: ignore[no-untyped-def]
    data = make_data("v1_6", 50, 40, 30, calibrated=False)
    assert "gjengir ennå ikke verdiene som rapporten trykker" in words.note(data)


def test_a_real_survey_has_no_warning(samples: dict[str, FigureData]) -> None:
    for text in (words.note(samples["real"]), words.alt(samples["real"]), words.mark(samples["real"])):
        assert "syntetisk" not in text.lower()


def test_the_note_admits_what_the_text_of_the_report_does_not_carry() -> None:
    catalogue, survey = load_catalogue(), load()
    shown = {
        i: compute(catalogue.figure(i), survey, calibrated=True) for i in ("v1_3", "v1_8", "v1_24", "v2_5")
    }
    told = {ident: words.note(data) for ident, data in shown.items()}
    assert "sier i ord, bortsett fra for «Annet», som den ikke sier noe om." in told["v1_3"]
    assert "bortsett fra for «Felles målforståelse», som den ikke sier noe om." in told["v2_5"]
    assert "tabell 3 har motsatt fortegn. Søylene følger tabellen." in told["v1_8"]
    assert "n\u00a0=\u00a0946–954" in told["v1_24"]
    assert "Rapporten oppgir n\u00a0=\u00a0945–952." in told["v1_24"]


def test_an_n_that_print_does_not_give_is_told_from_one_that_it_gives(
    survey: Survey, samples: dict[str, FigureData]
) -> None:
    catalogue = load_catalogue()
    assert "ikke oppgitt i rapporten" in words.note(compute(catalogue.figure("v1_7"), survey))
    assert "ikke oppgitt i rapporten" not in words.note(compute(catalogue.figure("v1_4"), survey))
    assert "ikke oppgitt i rapporten" not in words.note(samples["real"])
