"""Shares against statsmodels, counting by hand, and what must hold for any data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from storbynav.stats import StatisticsError, agreement, frequencies, share, wilson
from storbynav.survey import Survey

answers = st.lists(st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, np.nan]), max_size=60)


@pytest.mark.parametrize("level", [0.90, 0.95, 0.99])
def test_wilson_as_statsmodels(level: float) -> None:
    counts, sizes = np.array([0, 1, 7, 30, 50, 50, 371]), np.array([10, 10, 50, 61, 100, 50, 987])
    low, high = wilson(counts, sizes, level)
    their_low, their_high = proportion_confint(counts, sizes, alpha=1 - level, method="wilson")
    np.testing.assert_allclose(low, np.clip(their_low, 0, 1), atol=1e-12)
    np.testing.assert_allclose(high, np.clip(their_high, 0, 1), atol=1e-12)


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(pair: tuple[int, int]) -> None:
    count, n = pair
    low, high = wilson(count, n)
    assert 0 <= low <= count / n <= high <= 1
    mirrored = wilson(n - count, n)
    np.testing.assert_allclose([1 - mirrored[1], 1 - mirrored[0]], [low, high], atol=1e-12)


def test_wilson_refuses_and_has_no_interval_for_nobody() -> None:
    assert np.isnan(wilson(0, 0)).all()
    with pytest.raises(StatisticsError, match="mellom 0 og n"):
        wilson(3, 2)
    with pytest.raises(StatisticsError, match="Konfidensnivået"):
        wilson(1, 2, level=95)


@given(answers)
def test_share_by_counting(values: list[float]) -> None:
    found = share(values, [1, 2])
    kept = [v for v in values if v == v]
    assert found.n == len(kept)
    assert found.count == sum(v in (1, 2) for v in kept)
    if kept:
        assert found.share == found.count / found.n
    else:
        assert np.isnan([found.share, found.low, found.high]).all()


@given(answers)
def test_reversing_the_scale_and_the_codes_changes_nothing(values: list[float]) -> None:
    reversed_values = [6 - v for v in values]
    assert repr(share(values, [1, 2])) == repr(share(reversed_values, [4, 5]))


def test_agreement_by_group_as_pandas(survey: Survey) -> None:
    items = ["sa_ip", "sa_oversikt", "maal_telling"]
    table = agreement(survey.frame, {i: survey.variable(i).agreement for i in items}, by="bg_arbeidsgiver")
    assert list(table["item"]) == [i for i in items for _ in range(2)]
    for row in table.itertuples():
        part = survey.frame.loc[survey.frame["bg_arbeidsgiver"] == row.group, row.item].dropna()
        assert (row.n, row.count) == (len(part), int((part <= 2).sum()))
        low, high = proportion_confint(row.count, row.n, method="wilson")
        np.testing.assert_allclose([row.share, row.low, row.high], [(part <= 2).mean(), low, high])


def test_groups_add_up_to_everybody_with_a_group(survey: Survey) -> None:
    grouped = agreement(survey.frame, {"sa_ip": [1, 2]}, by="bg_rolle")
    known = survey.frame[survey.frame["bg_rolle"].notna()]
    overall = agreement(known, {"sa_ip": [1, 2]}).iloc[0]
    assert grouped["n"].sum() == overall["n"]
    assert grouped["count"].sum() == overall["count"]


def test_agreement_chosen_groups_keep_their_order_and_may_be_empty(survey: Survey) -> None:
    table = agreement(survey.frame, {"sa_ip": [1, 2]}, by="city", groups=["Oslo", "Hamar", "Bergen"])
    assert list(table["group"]) == ["Oslo", "Hamar", "Bergen"]
    assert table.loc[1, "n"] == 0
    assert np.isnan(table.loc[1, ["share", "low", "high"]].astype(float)).all()


def test_agreement_errors(survey: Survey) -> None:
    with pytest.raises(StatisticsError, match="har ikke kolonnen 'sa_x'"):
        agreement(survey.frame, {"sa_x": [1]})
    with pytest.raises(StatisticsError, match="ingen koder"):
        agreement(survey.frame, {"sa_ip": []})
    with pytest.raises(StatisticsError, match="by mangler"):
        agreement(survey.frame, {"sa_ip": [1]}, groups=[1])


def test_frequencies_as_pandas(survey: Survey) -> None:
    answers = survey.frame["bg_rolle"]
    table = frequencies(answers, survey.variable("bg_rolle").codes)
    expected = answers.value_counts(normalize=True).reindex(range(1, 7), fill_value=0)
    np.testing.assert_allclose(table["share"], expected)
    assert table["count"].sum() == table["n"].iloc[0] == answers.notna().sum()


@given(answers)
def test_frequencies_add_up(values: list[float]) -> None:
    table = frequencies(values, [1, 2, 3, 4, 5])
    assert list(table["code"]) == [1, 2, 3, 4, 5]
    if table["n"].iloc[0]:
        assert table["share"].sum() == pytest.approx(1)
    else:
        assert table["share"].isna().all()


def test_frequencies_refuse_a_code_that_is_not_in_the_scale() -> None:
    with pytest.raises(StatisticsError, match="Koden 6 er ikke en av 1, 2"):
        frequencies(pd.Series([1.0, 6.0]), [1, 2])
