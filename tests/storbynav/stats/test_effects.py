"""Effect sizes and two shares against statsmodels, scipy and known values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats
from scipy.special import gamma
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_effectsize, proportions_ztest

from storbynav.stats import (
    StatisticsError,
    cohens_d,
    cohens_h,
    compare_proportions,
    correlation_interval,
    eta_squared,
)
from storbynav.stats.effects import hedges_factor

counted = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def test_d_by_hand() -> None:
    a, b = [1.0, 2, 3, np.nan], [3.0, 5]
    assert cohens_d(a, b) == pytest.approx((2 - 4) / math.sqrt((2 * 1 + 1 * 2) / 3))
    assert math.isnan(cohens_d([1], [1, 2]))
    assert math.isnan(cohens_d([1, 1], [2, 2]))


@pytest.mark.parametrize("df", [2, 5, 40, 150])
def test_hedges_factor_by_the_gamma_function(df: int) -> None:
    assert hedges_factor(df) == pytest.approx(gamma(df / 2) / (math.sqrt(df / 2) * gamma((df - 1) / 2)))


def test_hedges_factor_at_its_ends() -> None:
    assert math.isnan(hedges_factor(1))
    assert hedges_factor(5000) == pytest.approx(1, abs=2e-4)


@given(st.floats(0, 1), st.floats(0, 1))
def test_h_as_statsmodels(a: float, b: float) -> None:
    assert cohens_h(a, b) == pytest.approx(proportion_effectsize(a, b), abs=1e-12)
    assert cohens_h(a, b) == -cohens_h(b, a)


def test_h_refuses_per_cent() -> None:
    with pytest.raises(StatisticsError, match=r"ikke 58\.8"):
        cohens_h(58.8, 0.5)


def test_eta_squared() -> None:
    assert eta_squared(1, 4) == 0.25
    assert math.isnan(eta_squared(0, 0))


@given(counted, counted)
def test_proportions_as_statsmodels(first: tuple[int, int], second: tuple[int, int]) -> None:
    ours = compare_proportions(*first, *second)
    low, high = confint_proportions_2indep(*first, *second, method="newcomb")
    np.testing.assert_allclose([ours.low, ours.high], [low, high], atol=1e-9)
    counts, sizes = zip(first, second, strict=True)
    if 0 < sum(counts) < sum(sizes):
        z, p = proportions_ztest(counts, sizes)
        np.testing.assert_allclose([ours.z, ours.p], [z, p], atol=1e-9)
    else:
        assert math.isnan(ours.z)
        assert math.isnan(ours.p)
    swapped = compare_proportions(*second, *first)
    np.testing.assert_allclose([swapped.low, swapped.high], [-ours.high, -ours.low], atol=1e-12)


def test_the_printed_differences_of_figure_16() -> None:
    """The registry's own arithmetic: 71.1 against 65 per cent gives z = 1.55."""
    assert compare_proportions(194, 273, 186, 286).z == pytest.approx(1.52, abs=0.04)
    assert compare_proportions(171, 273, 179, 289).z == pytest.approx(0.17, abs=0.01)


def test_proportions_of_nobody_and_too_many() -> None:
    empty = compare_proportions(0, 0, 3, 10)
    assert math.isnan(empty.share_1)
    assert empty.share_2 == 0.3
    assert math.isnan(empty.difference)
    with pytest.raises(StatisticsError, match="Antallet 5"):
        compare_proportions(5, 4, 1, 2)


@pytest.mark.parametrize("seed", range(3))
def test_correlation_interval_as_scipy(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(30, 2))
    theirs = scipy_stats.pearsonr(x[:, 0], x[:, 1])
    interval = theirs.confidence_interval(0.9)
    np.testing.assert_allclose(
        correlation_interval(theirs.statistic, 30, 0.9), [interval.low, interval.high], rtol=1e-9
    )
    assert np.isnan(correlation_interval(0.5, 3)).all()
    assert np.isnan(correlation_interval(1.0, 30)).all()
