"""Figures of Vedlegg 2: single offices, counted by hand, with what rests on too few not shown anywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from storbynav.catalogue import Printed, load_catalogue
from storbynav.codebook import Codebook
from storbynav.disclosure import policy
from storbynav.figures import FigureData, charts, compute, style, words
from storbynav.figures.bundle import describe, table, table_csv
from storbynav.survey import Provenance, Survey, build
from tests.storbynav.figures.apart import assert_apart

CATALOGUE = load_catalogue()
FANA, YTREBYGDA, LERKENDAL = "fana", "ytrebygda", "lerkendal"


@pytest.fixture(scope="module")
def offices(tables, codebook: Codebook) -> Survey:  # type: ignore[no-untyped-def]
    """Ten respondents at each case office; at Fana seven agree, at Ytrebygda nine, at Lerkendal none."""
    survey, table_, leaders = (frame.copy() for frame in tables)
    names = list(CATALOGUE.figure("v2_3").by.groups)  # type: ignore[union-attr]
    survey = survey.head(70).copy()
    survey[[c for c in survey.columns if c not in ("id", "office")]] = np.nan
    survey["office"] = np.repeat(names, 10)
    survey["bg_arbeidsgiver"] = [2.0] * 70
    survey["bg_rolle"] = 4.0
    agree = dict.fromkeys(names, 5) | {FANA: 7, YTREBYGDA: 9, LERKENDAL: 0}
    answers = [1.0 if i < agree[name] else 4.0 for name in names for i in range(10)]
    for item in CATALOGUE.figure("v2_3").items:
        survey[item] = answers
    survey["bg_sosionom"] = [1.0 if i < agree[name] else 2.0 for name in names for i in range(10)]
    survey.loc[survey["office"] == FANA, "bg_arbeidsgiver"] = [1.0] * 6 + [2.0] * 4
    for item in CATALOGUE.figure("v2_3").items:
        survey.loc[survey["bg_arbeidsgiver"] == 1, item] = np.nan
    return build(survey, table_, leaders, codebook=codebook, provenance=Provenance(kind="real"))


@pytest.fixture(scope="module")
def meetings(offices: Survey) -> FigureData:
    """A figure by office of an item that everybody was asked."""
    frame = offices.frame.assign(
        sa_ip=offices.frame["bg_sosionom"].map({1.0: 1.0, 2.0: 4.0}), sa_fagutvikling=2.0
    )
    return compute(CATALOGUE.figure("v2_8"), replace(offices, frame=frame))


def bars(data: FigureData, item: str) -> dict[object, object]:
    (row,) = (row for row in data.rows if row.key == item)
    return {bar.group: bar for bar in row.bars}


def test_each_office_is_counted_apart(meetings: FigureData) -> None:
    found = bars(meetings, "sa_ip")
    assert (found["sagene"].count, found["sagene"].n) == (5, 10)  # type: ignore[attr-defined]
    assert found["sagene"].value == Fraction(50)  # type: ignore[attr-defined]
    assert meetings.groups[:3] == ("Fana", "Ytrebygda", "Hundvåg og Storhaug")


def test_a_share_with_few_on_either_side_is_hidden(meetings: FigureData) -> None:
    """7 of 10 leaves three who do not agree, 9 of 10 leaves one: with n beside it, the share tells."""
    hidden = {group: bar.hidden for group, bar in bars(meetings, "sa_ip").items()}  # type: ignore[attr-defined]
    assert hidden.pop(FANA)
    assert hidden.pop(YTREBYGDA)
    assert not any(hidden.values())  # five of ten, and none of ten


def test_nothing_of_a_synthetic_survey_is_hidden(offices: Survey) -> None:
    """It describes nobody: a colon would suggest that there is someone to protect."""
    data = compute(CATALOGUE.figure("v2_2"), replace(offices, provenance=Provenance(kind="synthetic")))
    assert not data.suppressed
    assert min(bar.count for bar in data.bars) == 0, "an empty cell is shown as well"
    assert any(0 < bar.count < policy().minimum_cell for bar in data.bars)


def test_what_print_has_is_never_hidden(offices: Survey) -> None:
    row = replace(
        CATALOGUE.figure("v2_1"), printed=(Printed(YTREBYGDA, 9, "1"), Printed(FANA, 8, "1")), kind="counts"
    )
    data = compute(row, offices)
    found = {r.key: r.bars[0] for r in data.rows}
    assert (found[YTREBYGDA].status, found[YTREBYGDA].hidden) == ("published", False)
    assert (found[FANA].status, found[FANA].hidden) == ("constrained", True)  # print has another number
    assert found["sagene"].count == 5
    assert data.value_text(found["sagene"]) == "5"
    assert data.maximum == 10


def test_hidden_values_stand_nowhere(meetings: FigureData) -> None:
    told = json.dumps(describe(meetings), ensure_ascii=False) + table_csv(meetings).decode("utf-8-sig")
    assert "50\u00a0%" in told
    for value in ("70", "90"):
        assert f"{value}\u00a0%" not in told
        assert f";{value};" not in told
    assert "ikke vist for Fana og Ytrebygda" in words.alt(meetings)
    assert "Kolon (:): ikke vist" in words.note(meetings)
    assert table(meetings)["rows"][1][1] == ": (n\u00a0=\u00a010)"
    line = table_csv(meetings).decode("utf-8-sig").splitlines()[8]
    assert line.split(";")[2:8] == ["Fana", ":", "", "", ":", "10"]


@pytest.mark.parametrize("variant", (style.WIDE, style.NARROW, style.PAGE), ids=lambda v: v.name)
def test_every_bar_has_its_n_and_nothing_leaves_the_picture(
    meetings: FigureData, variant: style.Variant
) -> None:
    sheet = charts.draw(meetings, variant)
    shown = [line.text for line in sheet.texts]
    assert shown.count("10") == 14
    assert shown.count("n") == 2
    assert shown.count(":") == 2
    right = variant.width + variant.margin
    assert all(line.x + line.width <= right + 0.5 for line in sheet.texts)


def test_offices_stand_in_lines_and_statements_side_by_side(meetings: FigureData) -> None:
    """Beside each other where there is room, one below the other on a phone; no text runs into another."""
    for variant, columns in ((style.WIDE, 2), (style.NARROW, 1)):
        sheet = charts.draw(meetings, variant)
        assert_apart(sheet)
        rules = [stroke for stroke in sheet.strokes if stroke.colour == style.LINE]
        assert len({rule.start[0] for rule in rules}) == columns


def test_the_shares_of_an_office_add_up_and_are_hidden_together(offices: Survey) -> None:
    data = compute(CATALOGUE.figure("v2_2"), offices)
    state, municipal = ({bar.group: bar for bar in row.bars} for row in data.rows)
    assert [row.label for row in data.rows] == ["Statlig ansatte", "Kommunalt ansatte"]
    assert all(state[office].value + municipal[office].value == 100 for office in set(state) - {FANA})
    assert state[FANA].hidden and municipal[FANA].hidden, "six and four of ten"
    assert (state[FANA].count, municipal[FANA].count, state[FANA].n) == (0, 0, 10)
    assert (municipal[YTREBYGDA].value, municipal[YTREBYGDA].hidden) == (100, False)


def test_labels_and_sources_name_the_second_appendix(meetings: FigureData, tmp_path: Path) -> None:
    told = describe(meetings)
    assert (told["label"], told["print"]) == ("fig-v2-08", "Vedlegg 2, figur 8")
    assert "Kilde: AFI r2016:02, Vedlegg 2, figur 8." in told["note"]
    page = charts.draw(meetings, style.PAGE)
    assert any(line.text.startswith("Figur V2.8. ") for line in page.texts)


def test_too_small_an_n_is_not_told(meetings: FigureData) -> None:
    bar = replace(meetings.bars[0], n=0)
    assert (bar.size, bar.size_number) == ("n\u00a0=\u00a0:", ":")
    assert replace(bar, n=5).size == "n\u00a0=\u00a05"
