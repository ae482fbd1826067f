"""Ordinary least squares with standardised coefficients (Tabell 3), fitted by statsmodels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from storbynav.stats._common import Floats, StatisticsError, columns_of, stars, t_quantile


@dataclass(frozen=True)
class Regression:
    """One fitted regression.

    Attributes
    ----------
    coefficients
        One row per predictor, in the order asked for: `predictor`, `b` (unstandardised), `se`, `beta`
        (standardised: change in standard deviations of the dependent variable per standard deviation of the
        predictor), `t`, `p` (two-sided), `stars`, `low`, `high` (of `b`), `vif` (variance inflation; 1 =
        unrelated to the others).
    n
        Respondents with an answer to every variable.
    df1, df2
        Predictors; n - predictors - 1.
    f, p
        Test of all predictors together.
    r2, adjusted_r2
        Explained variance, plain and adjusted for the number of predictors.
    """

    dependent: str
    coefficients: pd.DataFrame
    intercept: float
    n: int
    df1: int
    df2: int
    f: float
    p: float
    r2: float
    adjusted_r2: float
    residual_sd: float

    def row(self, predictor: str) -> pd.Series:
        """The row of one predictor; `StatisticsError` where it is not in the model."""
        found = self.coefficients[self.coefficients["predictor"] == predictor]
        if found.empty:
            known = ", ".join(self.coefficients["predictor"])
            raise StatisticsError(
                f"{predictor} er ikke med i regresjonen av {self.dependent}. Den har: {known}."
            )
        return found.iloc[0]


def ols(
    frame: pd.DataFrame,
    dependent: str,
    predictors: Sequence[str],
    one: float = 0.05,
    two: float | None = None,
    level: float = 0.95,
) -> Regression:
    """Regress `dependent` on `predictors` with an intercept, listwise deletion.

    Parameters
    ----------
    frame
        Float columns, NaN = missing.
    one, two
        Levels of p for one and two stars; Tabell 3 marks only one, so `two` is off by default.

    Raises
    ------
    StatisticsError
        Unknown or repeated column, too few complete respondents for the number of predictors, a column that
        is constant among them, or a predictor that the others determine exactly.
    """
    predictors = columns_of(frame, predictors)
    if not predictors:
        raise StatisticsError("En regresjon trenger minst én uavhengig variabel.")
    if dependent in predictors:
        raise StatisticsError(f"{dependent} kan ikke forklare seg selv.")
    columns_of(frame, [dependent])
    complete = frame[[dependent, *predictors]].dropna()
    y = complete[dependent].to_numpy(dtype=np.float64)
    x = complete[predictors].to_numpy(dtype=np.float64)
    _check(dependent, predictors, y, x)
    from statsmodels.regression.linear_model import (
        OLS,
    )  # costs a second: only where a regression is asked for

    fit = OLS(y, np.column_stack([np.ones(len(y)), x])).fit()
    spread_y, spread_x = y.std(ddof=1), x.std(axis=0, ddof=1)
    b, se = fit.params[1:], fit.bse[1:]
    p_values = np.asarray(fit.pvalues[1:], dtype=np.float64)
    half = t_quantile(level, fit.df_resid) * se
    coefficients = pd.DataFrame(
        {
            "predictor": predictors,
            "b": b,
            "se": se,
            "beta": b * spread_x / spread_y,
            "t": fit.tvalues[1:],
            "p": p_values,
            "stars": [stars(p, one, 0.0 if two is None else two) for p in p_values],
            "low": b - half,
            "high": b + half,
            "vif": vif(x),
        }
    )
    return Regression(
        dependent=dependent,
        coefficients=coefficients,
        intercept=float(fit.params[0]),
        n=int(fit.nobs),
        df1=int(fit.df_model),
        df2=int(fit.df_resid),
        f=float(fit.fvalue),
        p=float(fit.f_pvalue),
        r2=float(fit.rsquared),
        adjusted_r2=float(fit.rsquared_adj),
        residual_sd=float(np.sqrt(fit.mse_resid)),
    )


def _check(dependent: str, predictors: Sequence[str], y: Floats, x: Floats) -> None:
    needed = len(predictors) + 2
    if len(y) < needed:
        raise StatisticsError(
            f"Regresjonen av {dependent} på {len(predictors)} variabler trenger minst {needed} som har svart "
            f"på alt, men bare {len(y)} har det."
        )
    constant = [
        n for n, column in zip([dependent, *predictors], [y, *x.T], strict=True) if np.ptp(column) == 0
    ]
    if constant:
        raise StatisticsError(
            f"{constant[0]} er den samme for alle {len(y)} som er med i regresjonen av {dependent}."
        )
    scaled = (x - x.mean(axis=0)) / x.std(axis=0)
    if np.linalg.matrix_rank(scaled) < len(predictors):
        for drop in range(len(predictors)):
            others = np.delete(scaled, drop, axis=1)
            if np.linalg.matrix_rank(others) == np.linalg.matrix_rank(scaled):
                raise StatisticsError(
                    f"{predictors[drop]} er gitt av de andre uavhengige variablene i regresjonen."
                )


def vif(x: Floats) -> Floats:
    """Variance inflation of each column of a design (n × k, no intercept): 1 / (1 - R² on the others).

    The diagonal of the inverse correlation matrix, which is the same number for all columns at once.
    """
    return np.diag(np.linalg.inv(np.atleast_2d(np.corrcoef(x, rowvar=False)))).copy()


def regressions(
    frame: pd.DataFrame, dependents: Sequence[str], predictors: Sequence[str], one: float = 0.05
) -> pd.DataFrame:
    """Several regressions on the same predictors as one tidy frame (Tabell 3).

    Returns one row per dependent variable and predictor: the columns of `Regression.coefficients` with
    `dependent` first, and `n`, `df1`, `df2`, `f`, `f_p`, `r2`, `adjusted_r2` of the whole regression, the
    same in its rows.
    """
    parts = []
    for dependent in dependents:
        fit = ols(frame, dependent, predictors, one=one)
        part = fit.coefficients.copy()
        part.insert(0, "dependent", dependent)
        whole = {"n": fit.n, "df1": fit.df1, "df2": fit.df2, "f": fit.f, "f_p": fit.p}
        parts.append(part.assign(**whole, r2=fit.r2, adjusted_r2=fit.adjusted_r2))
    return pd.concat(parts, ignore_index=True)
