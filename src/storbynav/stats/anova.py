"""One-way analysis of variance and its pairwise comparisons."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from storbynav.stats._common import (
    Floats,
    StatisticsError,
    Values,
    check_level,
    columns_of,
    f_upper,
    stars,
    t_quantile,
    t_two_sided,
    valid,
)
from storbynav.stats.effects import eta_squared

Method = Literal["tukey", "bonferroni", "games-howell"]
METHODS = ("tukey", "bonferroni", "games-howell")


@dataclass(frozen=True)
class Anova:
    """One-way analysis of variance.

    `f` with `df1` (groups - 1) and `df2` (n - groups); `eta2` the share of the variation between groups,
    `omega2` the same less its bias; `ms_within` the mean square within groups. `groups` has one row per
    group: `group`, `n`, `mean`, `sd` (NaN where n < 2).
    """

    f: float
    df1: int
    df2: int
    p: float
    eta2: float
    omega2: float
    ms_within: float
    n: int
    groups: pd.DataFrame


def one_way_anova(groups: Mapping[float | str, Values]) -> Anova:
    """Do the means of several groups differ? (Figur 11 and 12.)

    Parameters
    ----------
    groups
        Label → values; missing values are left out.

    Raises
    ------
    StatisticsError
        Fewer than two groups, a group without values, or no group with two. Where nothing varies within the
        groups, F and p are NaN.
    """
    values = _groups(groups)
    sizes = np.array([len(v) for v in values.values()])
    means = np.array([v.mean() for v in values.values()])
    everyone = np.concatenate(list(values.values()))
    n, k = len(everyone), len(values)
    if n <= k:
        raise StatisticsError("En variansanalyse trenger minst én gruppe med to svar.")
    within = float(sum(((v - v.mean()) ** 2).sum() for v in values.values()))
    between = float((sizes * (means - everyone.mean()) ** 2).sum())
    df1, df2 = k - 1, n - k
    ms_within = within / df2
    varies = any(np.ptp(v) > 0 for v in values.values())  # exact, where the sum of squares may be rounding
    f = between / df1 / ms_within if varies else math.nan
    total = between + within
    omega2 = (between - df1 * ms_within) / (total + ms_within) if varies else math.nan
    return Anova(
        f=f,
        df1=df1,
        df2=df2,
        p=f_upper(f, df1, df2),
        eta2=eta_squared(between, total),
        omega2=omega2,
        ms_within=ms_within,
        n=n,
        groups=pd.DataFrame(
            {
                "group": list(values),
                "n": sizes,
                "mean": means,
                "sd": [v.std(ddof=1) if len(v) > 1 else np.nan for v in values.values()],
            }
        ),
    )


def _groups(groups: Mapping[float | str, Values]) -> dict[float | str, Floats]:
    values = {label: valid(given) for label, given in groups.items()}
    if len(values) < 2:
        raise StatisticsError("En variansanalyse trenger minst to grupper.")
    empty = [str(label) for label, given in values.items() if len(given) == 0]
    if empty:
        raise StatisticsError(f"Gruppen {empty[0]} har ingen svar.")
    return values


def post_hoc(
    groups: Mapping[float | str, Values],
    method: Method = "tukey",
    level: float = 0.95,
    one: float = 0.05,
    two: float = 0.01,
) -> pd.DataFrame:
    """Which groups differ, with the level held over all pairs together (Figur 11 and 12).

    Parameters
    ----------
    method
        ``tukey``: honestly significant difference (Tukey–Kramer where sizes differ), equal variances;
        ``bonferroni``: pooled t-tests, p times the number of pairs; ``games-howell``: without equal
        variances.

    Returns
    -------
    One row per pair, in the order of `groups`: `a`, `b`, `n_a`, `n_b`, `difference` (mean of a - mean of
    b), `low`, `high` (simultaneous interval), `t`, `df`, `p` (adjusted), `stars`. NaN where nothing varies.

    Raises
    ------
    StatisticsError
        As `one_way_anova`; an unknown method; a group of one under Games–Howell.
    """
    if method not in METHODS:
        raise StatisticsError(f"Ukjent metode {method!r}. Velg {', '.join(METHODS)}.")
    check_level(level)
    values = _groups(groups)
    whole = one_way_anova(groups)
    pairs = list(combinations(values, 2))
    thin = [label for label, v in values.items() if len(v) < 2]
    if method == "games-howell" and thin:
        raise StatisticsError(f"Games–Howell trenger minst to svar i hver gruppe; {thin[0]} har ett.")
    rows = []
    for a, b in pairs:
        x, y = values[a], values[b]
        difference = float(x.mean() - y.mean())
        if method == "games-howell":
            part_x, part_y = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
            se = math.sqrt(part_x + part_y)
            below = part_x**2 / (len(x) - 1) + part_y**2 / (len(y) - 1)
            df = se**4 / below if below > 0 else math.nan
        else:
            se = math.sqrt(whole.ms_within * (1 / len(x) + 1 / len(y))) if not math.isnan(whole.f) else 0.0
            df = float(whole.df2)
        t = difference / se if se > 0 else math.nan
        p, reach = _adjusted(method, t, df, len(values), len(pairs), level)
        rows.append(
            {
                "a": a,
                "b": b,
                "n_a": len(x),
                "n_b": len(y),
                "difference": difference,
                "low": difference - reach * se if se > 0 else math.nan,
                "high": difference + reach * se if se > 0 else math.nan,
                "t": t,
                "df": df,
                "p": p,
                "stars": stars(p, one, two),
            }
        )
    return pd.DataFrame(rows)


def _adjusted(
    method: Method, t: float, df: float, groups: int, pairs: int, level: float
) -> tuple[float, float]:
    """The adjusted p of a pair, and how many standard errors its interval reaches."""
    if math.isnan(t):
        return math.nan, math.nan
    if method == "bonferroni":
        p = min(1.0, float(t_two_sided(t, df)) * pairs)
        return p, float(t_quantile(1 - (1 - level) / pairs, df))
    from scipy.stats import studentized_range  # costs half a second: only here

    p = float(studentized_range.sf(abs(t) * math.sqrt(2), groups, df))
    return p, float(studentized_range.ppf(level, groups, df)) / math.sqrt(2)


def anovas(
    frame: pd.DataFrame,
    items: Sequence[str],
    by: str,
    groups: Sequence[float],
    one: float = 0.05,
    two: float = 0.01,
) -> pd.DataFrame:
    """Several items over the same groups (Figur 11 and 12).

    Returns one row per item: `item`, `n`, `f`, `df1`, `df2`, `p`, `stars`, `eta2`, `omega2`; errors as
    `anova`.
    """
    columns_of(frame, [*items, by])
    rows = []
    for item in items:
        found = one_way_anova({g: frame.loc[frame[by] == g, item] for g in groups})
        rows.append(
            {
                "item": item,
                "n": found.n,
                "f": found.f,
                "df1": found.df1,
                "df2": found.df2,
                "p": found.p,
                "stars": stars(found.p, one, two),
                "eta2": found.eta2,
                "omega2": found.omega2,
            }
        )
    return pd.DataFrame(rows)
