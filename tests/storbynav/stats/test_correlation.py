"""Correlations against scipy and pandas on data with missing values, and their invariances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from storbynav.stats import StatisticsError, correlate, correlations, moments, stars
from storbynav.survey import Survey

ITEMS = ["bg_sosionom", "bg_arbeidsgiver", "ko_minimum", "int_tett_sammen", "sa_ip", "led_folger"]


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    """Real numbers of unlike size, correlated, with a fifth missing."""
    rng = np.random.default_rng(7)
    base = rng.normal(size=(300, 1))
    x = (base + rng.normal(size=(300, 5))) * [1, 1e6, 1e-6, 3, 0.5] + [0, 1e7, 0, -40, 2]
    x[rng.random(x.shape) < 0.2] = np.nan
    return pd.DataFrame(x, columns=list("abcde"))


@pytest.mark.parametrize("source", ["survey", "numbers"])
def test_as_scipy_pair_by_pair(survey: Survey, numbers: pd.DataFrame, source: str) -> None:
    frame = survey.frame[ITEMS] if source == "survey" else numbers
    table = correlations(frame)
    assert len(table) == len(frame.columns) * (len(frame.columns) - 1) // 2
    for row in table.itertuples():
        pair = frame[[row.row, row.column]].dropna()
        assert row.n == len(pair)
        if pair.nunique().min() < 2:
            assert np.isnan([row.r, row.p]).all()
            continue
        theirs = scipy_stats.pearsonr(pair[row.row], pair[row.column])
        np.testing.assert_allclose([row.r, row.p], [theirs.statistic, theirs.pvalue], rtol=1e-9, atol=1e-13)
        assert row.t == pytest.approx(theirs.statistic * np.sqrt((row.n - 2) / (1 - theirs.statistic**2)))
        assert row.df == row.n - 2


def test_as_pandas(numbers: pd.DataFrame) -> None:
    theirs = numbers.corr()
    for row in correlations(numbers).itertuples():
        assert row.r == pytest.approx(theirs.loc[row.row, row.column], rel=1e-10)


def test_never_asked_together_is_missing(survey: Survey) -> None:
    """The «c» of the print: leaders got one question, all others the other."""
    row = correlations(survey.frame, ["int_tverrfaglige_team", "int_deltar_team"]).iloc[0]
    gate = survey.frame["bg_rolle"].isna()
    both = survey.frame.loc[gate, ["int_tverrfaglige_team", "int_deltar_team"]].dropna()
    assert row["n"] == len(both)
    apart = survey.frame[~gate]
    row = correlations(apart, ["int_tverrfaglige_team", "int_deltar_team"]).iloc[0]
    assert row["n"] == 0
    assert np.isnan(row["r"])
    assert row["stars"] == ""


def test_order_is_that_of_a_printed_triangle() -> None:
    frame = pd.DataFrame(np.random.default_rng(1).normal(size=(10, 3)), columns=["c", "a", "b"])
    table = correlations(frame)
    assert list(zip(table["row"], table["column"], strict=True)) == [("a", "c"), ("b", "c"), ("b", "a")]


def test_stars_and_levels() -> None:
    assert [stars(p) for p in (0.0099, 0.01, 0.0499, 0.05, np.nan)] == ["**", "*", "*", "", ""]
    assert stars(0.04, one=0.05, two=0.001) == "*"
    assert stars(0.0004, one=0.01, two=0.001) == "**"
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(60, 6)))
    frame.columns = list("abcdef")
    strict, loose = correlations(frame, one=0.01, two=0.001), correlations(frame, one=0.9, two=0.5)
    assert (loose["stars"] == np.where(loose["p"] < 0.5, "**", np.where(loose["p"] < 0.9, "*", ""))).all()
    assert (strict["stars"].str.len() <= loose["stars"].str.len()).all()


def test_edges() -> None:
    frame = pd.DataFrame(
        {
            "x": [1.0, 2, 3, np.nan],
            "y": [2.0, 4, 6, 1],
            "c": [0.1] * 4,
            "few": [1.0, 2, np.nan, np.nan],
            "no": np.nan,
        }
    )
    table = correlations(frame).set_index(["row", "column"])
    assert table.loc[("y", "x"), "r"] == 1.0
    assert table.loc[("y", "x"), "p"] == 0.0
    for pair in [("c", "x"), ("few", "x"), ("no", "x"), ("no", "c")]:
        assert np.isnan(table.loc[pair, ["r", "t", "p"]].astype(float)).all()
    assert table.loc[("few", "x"), "n"] == 2
    with pytest.raises(StatisticsError, match="har ikke kolonnen 'z'"):
        correlations(frame, ["x", "z"])
    with pytest.raises(StatisticsError, match="to ganger"):
        correlations(frame, ["x", "x"])
    with pytest.raises(StatisticsError, match="minst to"):
        correlations(frame, ["x"])
    with pytest.raises(StatisticsError, match="Stjernenivåene"):
        correlations(frame, ["x", "y"], one=0.01, two=0.05)
    with pytest.raises(StatisticsError, match="ikke like lange"):
        correlate([1, 2, 3], [1, 2])


codes = st.lists(
    st.tuples(st.sampled_from([1.0, 2, 3, 4, 5, np.nan]), st.sampled_from([1.0, 2, np.nan])),
    min_size=3,
    max_size=40,
)


@settings(max_examples=40, deadline=None)
@given(codes, st.floats(0.01, 100), st.floats(-1000, 1000))
def test_invariant_under_scale_and_shift_and_odd_under_recoding(
    pairs: list[tuple[float, float]], scale: float, shift: float
) -> None:
    a, b = np.array(pairs).T
    plain = correlate(a, b)
    assume(not np.isnan(plain.r))
    moved = correlate(a * scale + shift, b)
    assert moved.r == pytest.approx(plain.r, abs=1e-9)
    assert moved.n == plain.n
    assert correlate(6 - a, b).r == -plain.r
    assert correlate(a, 3 - b).r == -plain.r
    assert correlate(b, a).r == plain.r
    assert -1 <= plain.r <= 1
    assert 0 <= plain.p <= 1


def test_moments_as_pandas(survey: Survey) -> None:
    table = moments(survey.frame, ITEMS).set_index("variable")
    for item in ITEMS:
        column = survey.frame[item]
        np.testing.assert_allclose(
            table.loc[item, ["n", "mean", "sd", "min", "max"]].astype(float),
            [column.count(), column.mean(), column.std(), column.min(), column.max()],
        )


def test_moments_of_little() -> None:
    table = moments(pd.DataFrame({"one": [3.0, np.nan], "none": [np.nan, np.nan]})).set_index("variable")
    assert table.loc["one", "mean"] == 3
    assert np.isnan(table.loc["one", "sd"])
    assert table.loc["none", "n"] == 0
    assert np.isnan(table.loc["none", "mean"])
