"""Two independent groups compared by their means: Welch's and the pooled t-test, with effect sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from storbynav.stats._common import StatisticsError, Values, columns_of, stars, t_quantile, t_two_sided, valid
from storbynav.stats.effects import cohens_d, hedges_factor


@dataclass(frozen=True)
class TTest:
    """A t-test of two independent groups.

    `difference` is mean_1 - mean_2 in scale points, `low`–`high` its confidence interval; on the 1–5 scale
    of the survey a negative difference means that group 1 agrees more. `df` is fractional in Welch's test.
    `d` is Cohen's (pooled standard deviation), `g` Hedges'.
    """

    n_1: int
    n_2: int
    mean_1: float
    mean_2: float
    sd_1: float
    sd_2: float
    difference: float
    low: float
    high: float
    t: float
    df: float
    p: float
    d: float
    g: float
    welch: bool


def t_test(a: Values, b: Values, welch: bool = True, level: float = 0.95) -> TTest:
    """Compare the means of two groups; missing values are left out.

    Parameters
    ----------
    welch
        Welch's test, which does not assume equal variances; with False the pooled test, as in the first
        line of SPSS's output.

    Raises
    ------
    StatisticsError
        Fewer than two values in a group. Where neither group varies, t, p, d and the interval are NaN.
    """
    x, y = valid(a), valid(b)
    if min(len(x), len(y)) < 2:
        raise StatisticsError(f"En t-test trenger minst to svar i hver gruppe, ikke {len(x)} og {len(y)}.")
    n_1, n_2 = len(x), len(y)
    var_1, var_2 = float(x.var(ddof=1)), float(y.var(ddof=1))
    pooled_df = n_1 + n_2 - 2
    if welch:
        part_1, part_2 = var_1 / n_1, var_2 / n_2
        se2 = part_1 + part_2
        df = se2**2 / (part_1**2 / (n_1 - 1) + part_2**2 / (n_2 - 1)) if se2 > 0 else math.nan
    else:
        se2 = ((n_1 - 1) * var_1 + (n_2 - 1) * var_2) / pooled_df * (1 / n_1 + 1 / n_2)
        df = float(pooled_df)
    difference = float(x.mean() - y.mean())
    t = half = math.nan
    if se2 > 0:
        se = math.sqrt(se2)
        t, half = difference / se, float(t_quantile(level, df)) * se
    d = cohens_d(x, y)
    return TTest(
        n_1=n_1,
        n_2=n_2,
        mean_1=float(x.mean()),
        mean_2=float(y.mean()),
        sd_1=math.sqrt(var_1),
        sd_2=math.sqrt(var_2),
        difference=difference,
        low=difference - half,
        high=difference + half,
        t=t,
        df=df,
        p=float(t_two_sided(t, df)),
        d=d,
        g=d * hedges_factor(pooled_df),
        welch=welch,
    )


def t_tests(
    frame: pd.DataFrame,
    items: Sequence[str],
    by: str,
    groups: tuple[float, float],
    welch: bool = True,
    level: float = 0.95,
    one: float = 0.05,
    two: float = 0.01,
) -> pd.DataFrame:
    """Several items compared between the same two groups (Figur 7, 8, 10, 13–16, 18, 19, 21–24).

    Returns one row per item: `item`, the fields of `TTest`, `stars`. An item with fewer than two answers in
    a group has its n's and NaN elsewhere, so that one thin item does not take the others with it.
    """
    columns_of(frame, [*items, by])
    rows = []
    for item in items:
        a, b = (frame.loc[frame[by] == group, item] for group in groups)
        try:
            result = asdict(t_test(a, b, welch, level))
        except StatisticsError:
            result = dict.fromkeys(TTest.__dataclass_fields__, np.nan)
            result |= {"n_1": int(a.notna().sum()), "n_2": int(b.notna().sum()), "welch": welch}
        rows.append({"item": item, **result, "stars": stars(result["p"], one, two)})
    return pd.DataFrame(rows)
