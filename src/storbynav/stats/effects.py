"""Effect sizes, and the comparison of two shares."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from storbynav.stats._common import StatisticsError, Values, normal_quantile, normal_two_sided, valid


def cohens_d(a: Values, b: Values) -> float:
    """(mean of a - mean of b) / pooled sd; NaN where either has under 2 values or nothing varies."""
    x, y = valid(a), valid(b)
    if min(len(x), len(y)) < 2:
        return math.nan
    pooled = ((len(x) - 1) * x.var(ddof=1) + (len(y) - 1) * y.var(ddof=1)) / (len(x) + len(y) - 2)
    return float((x.mean() - y.mean()) / math.sqrt(pooled)) if pooled > 0 else math.nan


def hedges_factor(df: int) -> float:
    """The factor that makes d unbiased; NaN below 2 degrees of freedom."""
    if df < 2:
        return math.nan
    return math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)


def cohens_h(share_a: float, share_b: float) -> float:
    """The difference of two shares on the arcsine scale; 0.2 small, 0.5 medium, 0.8 large."""
    for value in (share_a, share_b):
        if not (0 <= value <= 1 or math.isnan(value)):
            raise StatisticsError(f"En andel må ligge mellom 0 og 1, ikke {value:g}.")
    return 2 * math.asin(math.sqrt(share_a)) - 2 * math.asin(math.sqrt(share_b))


def eta_squared(between: float, total: float) -> float:
    """Share of the variation that lies between groups; NaN where nothing varies."""
    return between / total if total > 0 else math.nan


@dataclass(frozen=True)
class ProportionTest:
    """Two shares compared.

    `difference` is share_1 - share_2 with Newcombe's interval `low`–`high` (from the two Wilson intervals);
    `z` and two-sided `p` use the pooled share; `h` is Cohen's. NaN where a group is empty; z and p NaN
    where all or nobody in both groups agree.
    """

    n_1: int
    n_2: int
    share_1: float
    share_2: float
    difference: float
    low: float
    high: float
    z: float
    p: float
    h: float


def compare_proportions(
    count_1: int, n_1: int, count_2: int, n_2: int, level: float = 0.95
) -> ProportionTest:
    """Do two groups differ in a share? (Group differences in Figur 7–16 and 18–24.)

    Raises `StatisticsError` where a count is not within 0 and its n.
    """
    for count, n in ((count_1, n_1), (count_2, n_2)):
        if not 0 <= count <= n:
            raise StatisticsError(f"Antallet {count} må ligge mellom 0 og n = {n}.")
    if min(n_1, n_2) == 0:
        shares = [count / n if n else math.nan for count, n in ((count_1, n_1), (count_2, n_2))]
        return ProportionTest(n_1, n_2, *shares, *[math.nan] * 6)
    p_1, p_2 = count_1 / n_1, count_2 / n_2
    pooled = (count_1 + count_2) / (n_1 + n_2)
    se = math.sqrt(pooled * (1 - pooled) * (1 / n_1 + 1 / n_2))
    z = (p_1 - p_2) / se if se > 0 else math.nan
    low, high = _newcombe(p_1, n_1, p_2, n_2, normal_quantile(level))
    p = normal_two_sided(z)
    return ProportionTest(n_1, n_2, p_1, p_2, p_1 - p_2, low, high, z, p, cohens_h(p_1, p_2))


def _newcombe(p_1: float, n_1: int, p_2: float, n_2: int, z: float) -> tuple[float, float]:
    def bounds(p: float, n: int) -> tuple[float, float]:
        centre = (2 * n * p + z**2) / (2 * (n + z**2))
        half = z * math.sqrt(z**2 + 4 * n * p * (1 - p)) / (2 * (n + z**2))
        return centre - half, centre + half

    (low_1, high_1), (low_2, high_2) = bounds(p_1, n_1), bounds(p_2, n_2)
    difference = p_1 - p_2
    below = math.hypot(p_1 - low_1, high_2 - p_2)
    above = math.hypot(high_1 - p_1, p_2 - low_2)
    return difference - below, difference + above


def correlation_interval(r: float, n: int, level: float = 0.95) -> tuple[float, float]:
    """Fisher's interval of a correlation; NaN where n < 4 or |r| = 1."""
    if n < 4 or not abs(r) < 1:
        return math.nan, math.nan
    half = normal_quantile(level) / math.sqrt(n - 3)
    low, high = np.tanh([math.atanh(r) - half, math.atanh(r) + half])
    return float(low), float(high)
