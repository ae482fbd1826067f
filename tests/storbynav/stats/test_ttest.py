"""t-tests against scipy and pingouin."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from storbynav.stats import StatisticsError, t_test, t_tests
from storbynav.survey import Survey

codes = st.lists(st.sampled_from([1.0, 2, 3, 4, 5, np.nan]), min_size=4, max_size=40)


def draw(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(1, 6, 80).astype(float), rng.integers(2, 5, 37).astype(float)
    a[rng.random(80) < 0.15] = np.nan
    b[rng.random(37) < 0.15] = np.nan
    return a, b


@pytest.mark.parametrize("welch", [True, False])
@pytest.mark.parametrize("seed", range(5))
def test_as_scipy(seed: int, welch: bool) -> None:
    a, b = draw(seed)
    ours = t_test(a, b, welch)
    theirs = scipy_stats.ttest_ind(a, b, equal_var=not welch, nan_policy="omit")
    interval = theirs.confidence_interval(0.95)
    np.testing.assert_allclose(
        [ours.t, ours.df, ours.p, ours.low, ours.high],
        [theirs.statistic, theirs.df, theirs.pvalue, interval.low, interval.high],
        rtol=1e-9,
    )
    assert ours.difference == pytest.approx(np.nanmean(a) - np.nanmean(b))
    assert (ours.n_1, ours.n_2) == (np.sum(~np.isnan(a)), np.sum(~np.isnan(b)))


@pytest.mark.parametrize("seed", range(5))
def test_effect_sizes_as_pingouin(seed: int) -> None:
    a, b = (x[~np.isnan(x)] for x in draw(seed))
    ours = t_test(a, b)
    assert ours.d == pytest.approx(pingouin.compute_effsize(a, b, eftype="cohen"))
    # pingouin uses the approximation 1 - 3/(4n - 9) of the exact factor
    assert ours.g == pytest.approx(pingouin.compute_effsize(a, b, eftype="hedges"), rel=1e-3)
    assert abs(ours.g) < abs(ours.d)


@given(codes, codes)
def test_signs_and_shifts(a: list[float], b: list[float]) -> None:
    x, y = np.array(a), np.array(b)
    assume(min(np.sum(~np.isnan(x)), np.sum(~np.isnan(y))) >= 2)
    ours = t_test(x, y)
    swapped, recoded, moved = t_test(y, x), t_test(6 - x, 6 - y), t_test(x * 3 + 10, y * 3 + 10)
    assume(not math.isnan(ours.t))
    for other, sign in ((swapped, -1), (recoded, -1), (moved, 1)):
        assert other.t == pytest.approx(sign * ours.t, abs=1e-9)
        assert other.p == pytest.approx(ours.p, abs=1e-12)
        assert other.d == pytest.approx(sign * ours.d, abs=1e-9)
    assert ours.low <= ours.difference <= ours.high
    assert (ours.p < 0.05) == (ours.low > 0 or ours.high < 0) or ours.p == pytest.approx(0.05)


@given(codes)
def test_equal_groups_of_equal_size_give_the_same_t_both_ways(a: list[float]) -> None:
    x = np.array(a)
    assume(np.sum(~np.isnan(x)) >= 2)
    y = x[::-1] + 1
    welch, pooled = t_test(x, y), t_test(x, y, welch=False)
    assume(not math.isnan(welch.t))
    assert welch.t == pytest.approx(pooled.t)
    assert welch.df == pytest.approx(pooled.df)


def test_edges() -> None:
    with pytest.raises(StatisticsError, match="minst to svar i hver gruppe, ikke 1 og 3"):
        t_test([1, np.nan], [1, 2, 3])
    nothing = t_test([2, 2, 2], [2, 2, 2])
    assert nothing.difference == 0
    assert all(math.isnan(v) for v in (nothing.t, nothing.p, nothing.d, nothing.low))
    flat = t_test([2, 2, 2], [3, 3, 3], welch=False)
    assert flat.difference == -1
    assert math.isnan(flat.t)


def test_frame_of_tests(survey: Survey) -> None:
    items = ["sa_ip", "led_folger", "maal_telling"]
    table = t_tests(survey.frame, items, "bg_arbeidsgiver", (1, 2)).set_index("item")
    assert table.loc["led_folger", "n_1"] == 0
    assert np.isnan(table.loc["led_folger", "t"])
    assert table.loc["led_folger", "stars"] == ""
    by = survey.frame.groupby("bg_arbeidsgiver")["sa_ip"]
    assert table.loc["sa_ip", "difference"] == pytest.approx(by.mean()[1.0] - by.mean()[2.0])
    single = t_test(by.get_group(1.0), by.get_group(2.0))
    assert table.loc["sa_ip", "p"] == single.p
    with pytest.raises(StatisticsError, match="har ikke kolonnen"):
        t_tests(survey.frame, ["x"], "bg_arbeidsgiver", (1, 2))


def test_stars_of_a_frame() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"g": np.repeat([1.0, 2.0], 50), "far": rng.normal(size=100), "near": rng.normal(size=100)}
    )
    frame.loc[frame["g"] == 2, "far"] += 3
    table = t_tests(frame, ["far", "near"], "g", (1, 2), one=0.05, two=0.01).set_index("item")
    assert table.loc["far", "stars"] == "**"
    assert table.loc["near", "stars"] == (
        "**" if table.loc["near", "p"] < 0.01 else "*" if table.loc["near", "p"] < 0.05 else ""
    )
