"""Printed regressions as the solver has them: predictors that stay, and ranges of beta, F and t."""

from __future__ import annotations

import numpy as np

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import EDGE, Facts, Regression, half_interval
from storbynav.reconstruct.population import UNKNOWN, Int, Population
from storbynav.reconstruct.reading import known
from storbynav.reconstruct.rounding import critical_t
from storbynav.reconstruct.solver import Regressions, invert

BETA_UNIT, F_UNIT, STAR_UNIT = 0.005, 0.15, 0.1
_FAR = 99.0  # beyond any t


def regression_targets(
    facts: Facts, matrix: Int, column: dict[str, int], people: Population
) -> tuple[Regressions, list[tuple[str, str]]]:
    """The solver's regressions, and (id, source) of each target."""
    rows = len(facts.regressions)
    k = max((len(reg.predictors) for reg in facts.regressions), default=1)
    if any(len(reg.predictors) != k for reg in facts.regressions):
        names = " og ".join(sorted({reg.table for reg in facts.regressions}))
        raise fault(
            names, "har ulikt antall prediktorer", "Alle regresjoner i en faktamappe må ha like mange"
        )
    n = people.count
    x = np.zeros((rows, n, k), dtype=np.int64)
    use = np.zeros((rows, n), dtype=bool)
    rinv = np.zeros((rows, k, k))
    lo = np.zeros((rows, 2 * k + 1))
    hi = np.zeros((rows, 2 * k + 1))
    size = np.zeros((rows, 2 * k + 1))
    size[:, :k], size[:, k], size[:, k + 1 :] = BETA_UNIT, F_UNIT, STAR_UNIT
    cols = np.zeros(rows, dtype=np.int64)
    targets = []
    for i, reg in enumerate(facts.regressions):
        where = f"{reg.table}: {reg.dv}"
        known(reg.dv, [item.id for item in facts.items], where)
        predictors = np.column_stack(
            [_predictor(people, p.name, p.reversed, where, facts) for p in reg.predictors]
        )
        cols[i] = column[reg.dv]
        use[i] = (predictors != UNKNOWN).all(axis=1) & (matrix[:, cols[i]] != 0)
        cases = int(use[i].sum())
        df2 = cases - k - 1 if reg.df2 is None else reg.df2
        if cases != df2 + k + 1 or df2 < 1:
            raise fault(
                where,
                f"{cases} har svar og alle prediktorer, men df2 = {df2} krever {df2 + k + 1}",
                "Rett df2, n eller missing",
            )
        x[i][use[i]] = predictors[use[i]]
        r = _correlations(predictors[use[i]], cases)
        if not invert(r, rinv[i]):
            raise fault(where, "prediktorene er lineært avhengige eller like for alle", "Ta ut en prediktor")
        for j in range(k):
            lo[i, j], hi[i, j] = half_interval(reg.beta[j], reg.beta_decimals)
            # t carries the sign of its beta: with |t| a search would find a starred beta of the wrong sign
            # attractive
            span = _t_range(reg, j, df2)
            lo[i, k + 1 + j], hi[i, k + 1 + j] = (-span[1], -span[0]) if reg.beta[j] < 0 else span
        lo[i, k], hi[i, k] = _f_range(reg, k, df2)
        targets.append((f"{reg.table}:{reg.dv}", reg.table))
    return Regressions(cols, x, use, rinv, lo, hi, size), targets


def _predictor(people: Population, name: str, turned: bool, where: str, facts: Facts) -> Int:
    if name in [item.id for item in facts.items]:
        raise fault(
            where,
            f"prediktoren {name} er et spørsmål",
            "Bare bakgrunn og gruppekjennetegn kan være prediktor",
        )
    values = people.column(name, where)
    return np.where(values == UNKNOWN, UNKNOWN, values.max() - values) if turned else values


def _correlations(z: Int, cases: int) -> np.ndarray:
    k = z.shape[1]
    r = np.eye(k)
    for a in range(k):
        for b in range(a):
            va, vb = z[:, a], z[:, b]
            cov = cases * int((va * vb).sum()) - int(va.sum()) * int(vb.sum())
            sa = cases * int((va * va).sum()) - int(va.sum()) ** 2
            sb = cases * int((vb * vb).sum()) - int(vb.sum()) ** 2
            if not (sa and sb):
                return np.zeros((k, k))  # a predictor without spread: no inverse
            r[a, b] = r[b, a] = cov / (float(np.sqrt(float(sa))) * float(np.sqrt(float(sb))))
    return r


def _t_range(reg: Regression, j: int, df2: int) -> tuple[float, float]:
    """The range of t, with the sign of beta, that earns the printed stars."""
    stars = reg.stars[j]
    high = critical_t(df2, reg.levels[stars]) - 1e-4 if stars < len(reg.levels) else _FAR
    return (critical_t(df2, reg.levels[stars - 1]) + 1e-4, high) if stars else (-high, high)


def _f_range(reg: Regression, k: int, df2: int) -> tuple[float, float]:
    """The range of F that prints F and R² as they are; that of F alone where the two contradict."""
    f = (0.0, 1e9) if reg.f is None else half_interval(reg.f, reg.f_decimals)
    if reg.r2 is None:
        return f
    lo, hi = half_interval(reg.r2, reg.r2_decimals)
    lo, hi = max(0.0, lo), min(1.0 - EDGE, hi)
    both = max(f[0], lo / k / ((1 - lo) / df2)), min(f[1], hi / k / ((1 - hi) / df2))
    return both if both[0] <= both[1] else f
