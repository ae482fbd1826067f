"""Two variables against each other: cross-tables, overlap of groups, chi-square."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from storbynav.stats._common import StatisticsError, Values, chi2_upper, columns_of
from storbynav.stats.shares import share


def cross_table(
    rows: Values, columns: Values, row_codes: Sequence[float], column_codes: Sequence[float]
) -> pd.DataFrame:
    """Counts and shares of two variables, over those with a value in both (Figur 17; Vedlegg 2 Tabell 2).

    Returns
    -------
    Tidy frame, one row per cell, row by row, empty cells included: `row`, `column` (codes), `count`, `row_n`,
    `column_n`, `n` (totals), `row_share`, `column_share` (of the row's and the column's total; NaN where it
    is 0).

    Raises
    ------
    StatisticsError
        A value that is not among the codes, or variables of different length.
    """
    a, b = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    if a.shape != b.shape:
        raise StatisticsError(f"Variablene er ikke like lange ({len(a)} og {len(b)}).")
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    for values, codes in ((a, row_codes), (b, column_codes)):
        strange = np.setdiff1d(values, np.asarray(codes, dtype=np.float64))
        if len(strange):
            raise StatisticsError(f"Koden {strange[0]:g} er ikke en av {', '.join(f'{c:g}' for c in codes)}.")
    counts = np.array(
        [[((a == r) & (b == c)).sum() for c in column_codes] for r in row_codes], dtype=np.int64
    )
    row_n, column_n = counts.sum(axis=1), counts.sum(axis=0)
    shape = counts.shape
    with np.errstate(invalid="ignore"):
        row_share, column_share = counts / row_n[:, None], counts / column_n[None, :]
    return pd.DataFrame(
        {
            "row": np.repeat(list(row_codes), shape[1]),
            "column": np.tile(list(column_codes), shape[0]),
            "count": counts.ravel(),
            "row_n": np.repeat(row_n, shape[1]),
            "column_n": np.tile(column_n, shape[0]),
            "n": counts.sum(),
            "row_share": row_share.ravel(),
            "column_share": column_share.ravel(),
        }
    )


def overlap(frame: pd.DataFrame, groups: Mapping[str, Sequence[float]], level: float = 0.95) -> pd.DataFrame:
    """How many of one group are also in another (the three kinds of competence beside Figur 6).

    Parameters
    ----------
    groups
        Column → codes that make a respondent a member.

    Returns
    -------
    One row per ordered pair: `of`, `also`, `n` (members of `of` with a value in `also`), `count` (those
    also in `also`), `share`, `low`, `high` (Wilson). NaN where n is 0.
    """
    columns_of(frame, list(groups))
    rows = []
    for of, codes in groups.items():
        members = frame[frame[of].isin(list(codes))]
        for also, other_codes in groups.items():
            if also == of:
                continue
            found = share(members[also], other_codes, level)
            rows.append({"of": of, "also": also, "n": found.n, "count": found.count, "share": found.share})
            rows[-1] |= {"low": found.low, "high": found.high}
    return pd.DataFrame(rows, columns=["of", "also", "n", "count", "share", "low", "high"])


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's chi-square of independence; `cramers_v` its effect size (0–1), `least_expected` the smallest
    expected count (below 5 the p is rough)."""

    chi2: float
    df: int
    p: float
    cramers_v: float
    n: int
    least_expected: float


def chi_square(rows: Values, columns: Values) -> ChiSquare:
    """Are two nominal variables independent? No Yates correction; categories that nobody has are left out.

    NaN where fewer than two categories of either variable occur.
    """
    a, b = np.asarray(rows, dtype=np.float64), np.asarray(columns, dtype=np.float64)
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    table = cross_table(a, b, sorted(set(a)), sorted(set(b)))
    shape = (table["row"].nunique(), table["column"].nunique())
    n = int(both.sum())
    if min(shape) < 2:
        return ChiSquare(np.nan, 0, np.nan, np.nan, n, np.nan)
    expected = table["row_n"] * table["column_n"] / n
    chi2 = float(((table["count"] - expected) ** 2 / expected).sum())
    df = (shape[0] - 1) * (shape[1] - 1)
    v = float(np.sqrt(chi2 / (n * (min(shape) - 1))))
    return ChiSquare(chi2, df, chi2_upper(chi2, df), v, n, float(expected.min()))
