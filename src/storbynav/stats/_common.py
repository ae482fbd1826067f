"""What all statistics share: the error, valid values, the t, F and chi-square distributions, stars.

The distributions are those of `scipy.special`, imported where they are used: `scipy.stats` costs a build
half a second and adds nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Values = pd.Series | npt.NDArray[np.float64] | Sequence[float]


class StatisticsError(ValueError):
    """A statistic was asked of data that cannot give it; the message says which and why."""


def valid(values: Values) -> Floats:
    """The values that are not missing, as floats."""
    numbers = np.asarray(values, dtype=np.float64)
    return numbers[~np.isnan(numbers)]


def columns_of(frame: pd.DataFrame, names: Sequence[str] | None) -> list[str]:
    """`names`, or all columns; `StatisticsError` for a name that is not there or comes twice."""
    chosen = list(frame.columns) if names is None else list(names)
    absent = [name for name in chosen if name not in frame.columns]
    if absent:
        raise StatisticsError(
            f"Tabellen har ikke kolonnen {absent[0]!r}. Den har: {', '.join(frame.columns)}."
        )
    twice = [name for name in chosen if chosen.count(name) > 1]
    if twice:
        raise StatisticsError(f"Kolonnen {twice[0]!r} er bedt om to ganger.")
    return chosen


def check_level(level: float) -> None:
    """`StatisticsError` unless a confidence level lies between 0 and 1."""
    if not 0 < level < 1:
        raise StatisticsError(f"Konfidensnivået må ligge mellom 0 og 1, ikke {level:g}.")


def stars(p: float, one: float = 0.05, two: float = 0.01) -> str:
    """``**`` where p < `two`, ``*`` where p < `one`, else nothing (also for NaN)."""
    return "**" if p < two else "*" if p < one else ""


def t_two_sided(t: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Two-sided p of Student's t; NaN where `t` or `df` is NaN or df <= 0, 0 where t is infinite."""
    from scipy import special

    t, df = np.asarray(t, dtype=np.float64), np.asarray(df, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2 * special.stdtr(df, -np.abs(t))
    return np.where((df > 0) & ~np.isnan(t), p, np.nan)


def t_quantile(level: float, df: npt.ArrayLike) -> Floats:
    """The t that encloses `level` of the distribution between -t and t."""
    from scipy import special

    check_level(level)
    return np.asarray(special.stdtrit(df, (1 + level) / 2), dtype=np.float64)


def normal_quantile(level: float) -> float:
    """The z that encloses `level` of the standard normal between -z and z (1.96 for 0.95)."""
    from statistics import NormalDist

    check_level(level)
    return NormalDist().inv_cdf((1 + level) / 2)


def normal_two_sided(z: float) -> float:
    """Two-sided p of a standard normal."""
    import math

    return math.erfc(abs(z) / math.sqrt(2)) if not math.isnan(z) else math.nan


def f_upper(f: float, df1: float, df2: float) -> float:
    """Upper p of the F distribution; NaN where F or a df is not usable."""
    from scipy import special

    if np.isnan(f) or df1 <= 0 or df2 <= 0:
        return float("nan")
    return float(special.fdtrc(df1, df2, f))


def chi2_upper(chi2: float, df: float) -> float:
    """Upper p of the chi-square distribution; NaN where df is 0."""
    from scipy import special

    return float(special.chdtrc(df, chi2)) if df > 0 and not np.isnan(chi2) else float("nan")
