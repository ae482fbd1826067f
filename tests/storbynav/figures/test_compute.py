"""Survey in, rows of bars out: counted by hand on a survey of twenty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from storbynav.catalogue import Printed, load_catalogue
from storbynav.codebook import Codebook
from storbynav.figures import FigureError, compute
from storbynav.survey import Survey, build

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def twenty(tables, codebook: Codebook) -> Survey:  # type: ignore[no-untyped-def]
    """Twenty respondents: ten state, eight municipal, two without employer, in offices of all cities."""
    survey, offices, leaders = (frame.copy() for frame in tables)
    survey = survey.head(20).copy()
    columns = [c for c in survey.columns if c not in ("id", "office")]
    survey[columns] = np.nan
    survey["bg_arbeidsgiver"] = [1.0] * 10 + [2.0] * 8 + [np.nan] * 2
    survey["bg_rolle"] = [4.0] * 20
    state, municipal = [1, 2, 2, 3, 4, 5, 5, 5, 5, np.nan], [1, 1, 1, 2, 2, 3, 4, np.nan]
    survey["port_styrker_sosialt"] = [*state, *municipal, 2, 5]
    survey["port_svekker_arbeidsmaal"] = [1.0] * 20
    survey["port_faa_vanskelig_samarbeid"] = [5.0] * 20
    survey["port_fusjon_svekker_fokus"] = [1.0] * 5 + [5.0] * 15
    survey["int_team_sammensetning"] = [1] * 6 + [3] * 3 + [np.nan] + [2] * 5 + [3] * 2 + [1] + [1, 2]
    return build(survey, offices, leaders, codebook=codebook)


def test_shares_count_agreement_among_valid_answers(twenty: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_9"), twenty)
    bars = {row.key: row.bars[0] for row in data.rows}
    assert (bars["port_styrker_sosialt"].count, bars["port_styrker_sosialt"].n) == (9, 18)
    assert bars["port_styrker_sosialt"].value == Fraction(50)
    assert bars["port_fusjon_svekker_fokus"].value == Fraction(25)
    assert [row.key for row in data.rows] == [
        "port_svekker_arbeidsmaal",
        "port_styrker_sosialt",
        "port_fusjon_svekker_fokus",
        "port_faa_vanskelig_samarbeid",
    ]
    assert data.n == "n\u00a0=\u00a018–20"


def test_groups_are_counted_apart_and_rows_keep_the_overall_order(twenty: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_10"), twenty)
    assert data.groups == ("Statlig ansatte", "Kommunalt ansatte")
    by_key = {row.key: row for row in data.rows}
    state, municipal = by_key["port_styrker_sosialt"].bars
    assert (state.count, state.n, state.value) == (3, 9, Fraction(100, 3))
    assert (municipal.count, municipal.n, municipal.value) == (5, 7, Fraction(500, 7))
    assert [row.key for row in data.rows] == [
        row.key for row in compute(CATALOGUE.figure("v1_9"), twenty).rows
    ]
    # like print, this figure counts everybody with an answer, also those without employer
    assert by_key["port_styrker_sosialt"].n == 18
    counted = compute(replace(CATALOGUE.figure("v1_10"), n_of="bars"), twenty)
    assert {row.key: row.n for row in counted.rows}["port_styrker_sosialt"] == 16


def test_distribution_by_group_adds_up_to_a_hundred(twenty: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_17"), twenty)
    state, municipal = zip(*(row.bars for row in data.rows), strict=True)
    assert [bar.count for bar in state] == [6, 0, 3]
    assert [bar.count for bar in municipal] == [1, 5, 2]
    assert sum(bar.value for bar in state) == sum(bar.value for bar in municipal) == 100


def test_offices_are_counted_and_the_minimum_comes_last(twenty: Survey, tables) -> None:  # type: ignore[no-untyped-def]
    data = compute(CATALOGUE.figure("v1_1"), twenty)
    offices = tables[1]
    counts = {row.key: row.bars[0].count for row in data.rows}
    assert counts["tj_rus"] == int(offices["tj_rus"].sum())
    assert counts["minimum"] == int((offices["minimum"] == 0).sum())
    assert data.rows[-1].key == "minimum"
    others = [row.bars[0].count for row in data.rows[:-1]]
    assert others == sorted(others, reverse=True)
    assert (data.unit, data.maximum, str(data.n)) == ("offices", 32, "n\u00a0=\u00a032 kontorer")


def test_a_printed_value_is_published_only_when_it_is_met(twenty: Survey) -> None:
    row = replace(
        CATALOGUE.figure("v1_9"),
        decimals=1,
        printed=(Printed("port_styrker_sosialt", 50, "1"), Printed("port_fusjon_svekker_fokus", 25.1, "1")),
    )
    status = {r.key: (r.bars[0].status, r.bars[0].decimals) for r in compute(row, twenty).rows}
    assert status["port_styrker_sosialt"] == ("published", 1)
    assert status["port_fusjon_svekker_fokus"] == ("constrained", 0)
    assert compute(row, twenty).status == "constrained"
    assert compute(row, twenty).mixed


def test_nobody_in_a_group_is_refused_by_name(twenty: Survey) -> None:
    with pytest.raises(FigureError, match="Figur v1_14: ingen svar på led_folger i gruppen «Én leder»"):
        compute(CATALOGUE.figure("v1_14"), twenty)


@pytest.mark.parametrize("ident", list(CATALOGUE.figures))
def test_every_figure_can_be_computed(survey: Survey, ident: str) -> None:
    row = CATALOGUE.figure(ident)
    data = compute(row, survey)
    groups = len(row.by.groups) if row.by else 1
    assert len(data.bars) == len(data.rows) * groups
    for bar in data.bars:
        assert 0 <= bar.count <= bar.n
        if data.unit == "percent":
            assert bar.value == Fraction(100 * bar.count, bar.n)


@pytest.mark.parametrize("ident", ["v1_13", "v1_24", "v1_19"])
def test_shares_by_group_agree_with_pandas(survey: Survey, ident: str) -> None:
    """An independent count: crosstab of agreement and group."""
    row = CATALOGUE.figure(ident)
    assert row.by
    for bar_row in compute(row, survey).rows:
        answers = survey.frame[bar_row.key].dropna()
        table = pd.crosstab(
            answers <= 2, survey.frame.loc[answers.index, row.by.variable], normalize="columns"
        )
        for bar in bar_row.bars:
            assert float(bar.value) == pytest.approx(100 * table.loc[True, float(bar.group or 0)])


def test_a_filter_is_applied_before_counting(survey: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_5"), survey)
    municipal = survey.frame[survey.frame["bg_arbeidsgiver"] == 2]
    assert {row.key: row.n for row in data.rows} == {
        item: municipal[item].notna().sum() for item in data.row.items
    }


def test_a_real_survey_is_not_called_synthetic(survey: Survey) -> None:
    real = replace(survey, provenance=replace(survey.provenance, kind="real"))
    assert not compute(CATALOGUE.figure("v1_4"), real).synthetic
    assert compute(CATALOGUE.figure("v1_4"), survey).synthetic


def test_computing_all_figures_is_quick(make_survey: Callable[..., Survey]) -> None:
    import time

    survey = make_survey(seed=5, respondents=997)
    start = time.process_time()
    for row in CATALOGUE.figures.values():
        compute(row, survey)
    assert time.process_time() - start < 2
