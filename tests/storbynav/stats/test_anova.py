"""Analysis of variance and post hoc tests against scipy, pingouin and statsmodels."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from statsmodels.stats.multicomp import MultiComparison

from storbynav.stats import StatisticsError, anovas, one_way_anova, post_hoc, t_test
from storbynav.survey import Survey

Groups = dict[str, np.ndarray]


def draw(seed: int, groups: int = 3) -> Groups:
    rng = np.random.default_rng(seed)
    drawn = {}
    for label, size in zip("abcd"[:groups], (60, 35, 81, 20), strict=False):
        values = np.clip(np.rint(rng.normal(2.5 + rng.random(), 1.2, size)), 1, 5)
        values[rng.random(size) < 0.1] = np.nan
        drawn[label] = values
    return drawn


def clean(groups: Groups) -> list[np.ndarray]:
    return [v[~np.isnan(v)] for v in groups.values()]


def long(groups: Groups) -> pd.DataFrame:
    return pd.concat([pd.DataFrame({"g": k, "y": v}) for k, v in groups.items()]).dropna()


@pytest.mark.parametrize("seed", range(5))
def test_as_scipy_and_pingouin(seed: int) -> None:
    groups = draw(seed, 3 + seed % 2)
    ours = one_way_anova(groups)
    theirs = scipy_stats.f_oneway(*clean(groups))
    np.testing.assert_allclose([ours.f, ours.p], [theirs.statistic, theirs.pvalue], rtol=1e-9)
    table = pingouin.anova(long(groups), dv="y", between="g", detailed=True, effsize="n2")
    assert (ours.df1, ours.df2) == (table["DF"][0], table["DF"][1])
    assert ours.ms_within == pytest.approx(table["MS"][1])
    assert ours.eta2 == pytest.approx(table["n2"][0], abs=5e-4)
    by_hand = (table["SS"][0] - ours.df1 * table["MS"][1]) / (table["SS"].sum() + table["MS"][1])
    assert ours.omega2 == pytest.approx(by_hand, abs=5e-4)
    assert ours.groups["n"].sum() == ours.n == len(long(groups))


def test_two_groups_are_a_pooled_t_test() -> None:
    groups = draw(9, 2)
    ours, t = one_way_anova(groups), t_test(*groups.values(), welch=False)
    assert ours.f == pytest.approx(t.t**2)
    assert ours.p == pytest.approx(t.p)


@pytest.mark.parametrize("seed", range(2))  # scipy takes seconds for its intervals
@pytest.mark.parametrize(("method", "equal"), [("tukey", True), ("games-howell", False)])
def test_tukey_and_games_howell_as_scipy(seed: int, method: str, equal: bool) -> None:
    groups = draw(seed)
    table = post_hoc(groups, method)  # type: ignore[arg-type]
    theirs = scipy_stats.tukey_hsd(*clean(groups), equal_var=equal)
    interval = theirs.confidence_interval(0.95)
    at = {"a": 0, "b": 1, "c": 2}
    for row in table.itertuples():
        i, j = at[row.a], at[row.b]
        np.testing.assert_allclose(
            [row.difference, row.p, row.low, row.high],
            [theirs.statistic[i, j], theirs.pvalue[i, j], interval.low[i, j], interval.high[i, j]],
            rtol=1e-5,
            atol=1e-9,
        )


@pytest.mark.parametrize("seed", range(3))
def test_games_howell_as_pingouin(seed: int) -> None:
    groups = draw(seed)
    table = post_hoc(groups, "games-howell")
    theirs = pingouin.pairwise_gameshowell(long(groups), dv="y", between="g")
    np.testing.assert_allclose(table["t"], theirs["T"], rtol=1e-6)
    np.testing.assert_allclose(table["df"], theirs["df"], rtol=1e-6)
    np.testing.assert_allclose(table["p"], theirs["pval"], rtol=1e-3, atol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_tukey_as_statsmodels(seed: int) -> None:
    groups = draw(seed)
    table = post_hoc(groups, "tukey")
    data = long(groups)
    theirs = MultiComparison(data["y"], data["g"]).tukeyhsd()
    np.testing.assert_allclose(table["difference"], -theirs.meandiffs, rtol=1e-9)
    np.testing.assert_allclose(table["p"], theirs.pvalues, atol=2e-3)  # theirs is interpolated


@pytest.mark.parametrize("seed", range(3))
def test_bonferroni_by_hand(seed: int) -> None:
    groups = draw(seed)
    table = post_hoc(groups, "bonferroni", level=0.95)
    whole = one_way_anova(groups)
    for row in table.itertuples():
        a, b = (groups[g][~np.isnan(groups[g])] for g in (row.a, row.b))
        se = math.sqrt(whole.ms_within * (1 / len(a) + 1 / len(b)))
        t = (a.mean() - b.mean()) / se
        assert row.t == pytest.approx(t)
        assert row.p == pytest.approx(min(1, 3 * 2 * scipy_stats.t.sf(abs(t), whole.df2)))
        half = scipy_stats.t.ppf(1 - 0.05 / 3 / 2, whole.df2) * se
        assert row.high - row.difference == pytest.approx(half)
        assert row.difference - row.low == pytest.approx(half)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([1.0, 2, 3, 4, 5]), min_size=2, max_size=15), min_size=2, max_size=4)
)
def test_invariances(drawn: list[list[float]]) -> None:
    groups = {i: np.array(v) for i, v in enumerate(drawn)}
    ours = one_way_anova(groups)
    assume(not math.isnan(ours.f))
    recoded = one_way_anova({i: 6 - v for i, v in groups.items()})
    scaled = one_way_anova({i: 2.5 * v - 7 for i, v in reversed(groups.items())})
    for other in (recoded, scaled):
        assert other.f == pytest.approx(ours.f, abs=1e-9)
        assert other.eta2 == pytest.approx(ours.eta2, abs=1e-9)
    assert 0 <= ours.eta2 <= 1
    assert ours.omega2 <= ours.eta2
    pairs = post_hoc(groups, "bonferroni")
    assert len(pairs) == len(groups) * (len(groups) - 1) // 2
    inside = (pairs["low"] <= 0) & (pairs["high"] >= 0)
    assert ((pairs["p"] >= 0.05) == inside).all()


def test_edges() -> None:
    with pytest.raises(StatisticsError, match="minst to grupper"):
        one_way_anova({1: [1, 2]})
    with pytest.raises(StatisticsError, match="Gruppen 2 har ingen svar"):
        one_way_anova({1: [1, 2], 2: [np.nan]})
    with pytest.raises(StatisticsError, match="minst én gruppe med to"):
        one_way_anova({1: [1], 2: [2]})
    with pytest.raises(StatisticsError, match="Ukjent metode"):
        post_hoc({1: [1, 2], 2: [2, 3]}, "scheffe")  # type: ignore[arg-type]
    with pytest.raises(StatisticsError, match="2 har ett"):
        post_hoc({1: [1, 2], 2: [2]}, "games-howell")
    same = one_way_anova({1: [0.1] * 3, 2: [0.1] * 3})
    assert math.isnan(same.f)
    assert math.isnan(same.p)
    apart = post_hoc({1: [1, 1], 2: [2, 2]})
    assert apart["difference"].tolist() == [-1]
    assert apart[["t", "p", "low"]].isna().all(axis=None)


def test_frame_of_anovas(survey: Survey) -> None:
    items = ["sa_prioriterer", "sa_oversikt"]
    table = anovas(survey.frame, items, "ko_portefoljegruppe", (1, 2, 3)).set_index("item")
    for item in items:
        data = survey.frame[[item, "ko_portefoljegruppe"]].dropna()
        theirs = scipy_stats.f_oneway(*(part[item] for _, part in data.groupby("ko_portefoljegruppe")))
        assert table.loc[item, "f"] == pytest.approx(theirs.statistic)
        assert table.loc[item, "n"] == len(data)
        expected = "**" if theirs.pvalue < 0.01 else "*" if theirs.pvalue < 0.05 else ""
        assert table.loc[item, "stars"] == expected
