"""Pearson correlations with pairwise deletion, p, stars and n; means and standard deviations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from storbynav.stats._common import Floats, StatisticsError, Values, columns_of, stars, t_two_sided

MIN_N = 3  # below, r has no degree of freedom and no p


@dataclass(frozen=True)
class Correlation:
    """One correlation: `n` pairs, `t` with `df` = n - 2 degrees of freedom, two-sided `p`."""

    n: int
    r: float
    t: float
    df: int
    p: float
    stars: str


def correlate(a: Values, b: Values, one: float = 0.05, two: float = 0.01) -> Correlation:
    """The correlation of two variables of equal length over the pairs where both are there.

    NaN where fewer than 3 pairs remain or one side is constant among them. Raises `StatisticsError` where the
    lengths differ.
    """
    left, right = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    if left.shape != right.shape:
        raise StatisticsError(f"Variablene er ikke like lange ({len(left)} og {len(right)}).")
    table = correlations(pd.DataFrame({"a": left, "b": right}), one=one, two=two)
    row = table.iloc[0]
    return Correlation(int(row["n"]), row["r"], row["t"], int(row["df"]), row["p"], row["stars"])


def correlations(
    frame: pd.DataFrame, columns: Sequence[str] | None = None, one: float = 0.05, two: float = 0.01
) -> pd.DataFrame:
    """All pairs of columns, as a printed lower triangle reads (Tabell 2, 4 and 5 of the survey appendix).

    Parameters
    ----------
    frame
        Float columns, NaN = missing; shape (respondents, variables).
    one, two
        Levels of p below which a correlation gets one or two stars.

    Returns
    -------
    Tidy frame with one row per pair, row by row of the triangle: `row`, `column` (names; `column` comes
    before `row` in `columns`), `n` (pairs where both are there), `r`, `t`, `df` (n - 2), `p` (two-sided),
    `stars`. r, t and p are NaN where n < 3 or one of the two is constant among the pairs (the «c» of SPSS).

    Raises
    ------
    StatisticsError
        Unknown or repeated column, fewer than two columns, or `two` not below `one`.
    """
    names = columns_of(frame, columns)
    if len(names) < 2:
        raise StatisticsError("En korrelasjon trenger minst to variabler.")
    if not 0 < two <= one < 1:
        raise StatisticsError(f"Stjernenivåene må være 0 < {two:g} ≤ {one:g} < 1.")
    n, r = _pairwise(frame[names].to_numpy(dtype=np.float64))
    rows, cols = np.tril_indices(len(names), k=-1)
    n, r = n[rows, cols], r[rows, cols]
    df = n - 2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = r * np.sqrt(df / (1 - r**2))
    p = t_two_sided(t, df)
    return pd.DataFrame(
        {
            "row": [names[i] for i in rows],
            "column": [names[j] for j in cols],
            "n": n.astype(np.int64),
            "r": r,
            "t": t,
            "df": df.astype(np.int64),
            "p": p,
            "stars": [stars(x, one, two) for x in p],
        }
    )


def _pairwise(x: Floats) -> tuple[Floats, Floats]:
    """Matrices of pairwise n and r (k × k) by products of the data with its mask.

    Columns are shifted by their rounded mean first: survey codes stay integers, so that every sum is exact,
    and other numbers keep their precision.
    """
    there = ~np.isnan(x)
    with np.errstate(invalid="ignore"):
        counts = np.maximum(there.sum(axis=0), 1)
        centre = np.rint(np.where(there, x, 0).sum(axis=0) / counts)
        spread = np.where(there, x - centre, 0.0)
        scale = np.abs(spread).max(axis=0, initial=0.0)
    if not np.array_equal(spread, np.rint(spread)):  # not codes: shift and scale fully
        mean = np.where(there, x, 0).sum(axis=0) / counts
        spread = np.where(there, x - mean, 0.0)
        scale = np.abs(spread).max(axis=0, initial=0.0)
        spread = spread / np.where(scale > 0, scale, 1.0)
    mask = there.astype(np.float64)
    n = mask.T @ mask
    sums = spread.T @ mask  # [i, j]: sum of i where j is there
    squares = (spread**2).T @ mask
    products = spread.T @ spread
    with np.errstate(divide="ignore", invalid="ignore"):
        cross = n * products - sums * sums.T
        variance = n * squares - sums**2
        # rounding leaves a constant column a variance of the order of its precision, not 0
        constant = variance <= 1e-12 * np.maximum(n * squares, 1e-300)
        r = cross / np.sqrt(variance * variance.T)
        r = np.where((n < MIN_N) | constant | constant.T, np.nan, np.clip(r, -1.0, 1.0))
    return n, r


def moments(frame: pd.DataFrame, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Mean and standard deviation of each column over its own valid answers (columns M and SD of Tabell 4).

    Returns one row per column: `variable`, `n`, `mean`, `sd` (n - 1 in the denominator, as SPSS), `min`,
    `max`. The mean is NaN where n is 0, sd where n < 2.
    """
    names = columns_of(frame, columns)
    rows = []
    for name in names:
        given = frame[name].dropna().to_numpy(dtype=np.float64)
        some = len(given) > 0
        rows.append(
            {
                "variable": name,
                "n": len(given),
                "mean": given.mean() if some else np.nan,
                "sd": given.std(ddof=1) if len(given) > 1 else np.nan,
                "min": given.min() if some else np.nan,
                "max": given.max() if some else np.nan,
            }
        )
    return pd.DataFrame(rows)
