"""The solver: moments kept by moves equal those counted anew, and targets are evaluated as statistics define
them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from storbynav.reconstruct.rng import stream
from storbynav.reconstruct.solver import (
    ANOVA_F,
    MEAN,
    MEAN_T,
    SHARE,
    SHARE_GAP,
    SHARE_GAP_ITEMS,
    SHARE_T,
    Problem,
    Search,
    group_moments,
    group_value,
    regression_values,
)


def small_problem(seed: int, rows: int = 60, columns: int = 4, missing: float = 0.1) -> Problem:
    """A random problem with every kind of target; column 0 is fixed."""
    rng = np.random.default_rng(seed)
    answers = rng.integers(1, 6, size=(rows, columns)).astype(np.int64)
    answers[rng.random(size=answers.shape) < missing] = 0
    answers[:, 0] = rng.integers(1, 3, size=rows)
    first = rng.integers(0, 3, size=rows)
    second = np.where(rng.random(rows) < 0.2, -1, 3 + rng.integers(0, 2, size=rows))
    groups = np.ascontiguousarray(np.column_stack([first, second]).astype(np.int64))
    pairs = [(a, b) for a in range(columns) for b in range(a) if a > 0]
    kinds = [SHARE, MEAN_T, SHARE_T, SHARE_GAP, ANOVA_F, SHARE_GAP_ITEMS]
    use = np.stack([answers[:, 1] != 0])
    x = rng.integers(0, 4, size=(1, rows, 2)).astype(float)
    z = x[0][use[0]]
    r = np.corrcoef(z.T)
    return Problem(
        answers=np.ascontiguousarray(answers),
        movable=np.arange(1, columns, dtype=np.int64),
        groups=groups,
        group_count=5,
        pair_a=np.array([p[0] for p in pairs]),
        pair_b=np.array([p[1] for p in pairs]),
        pair_lo=np.full(len(pairs), 0.2),
        pair_hi=np.full(len(pairs), 0.21),
        pair_unit=np.full(len(pairs), 0.005),
        group_kind=np.array(kinds, dtype=np.int64),
        group_col=np.array([1, 1, 2, 3, 2, 1], dtype=np.int64),
        group_col2=np.array([1, 1, 2, 3, 2, 2], dtype=np.int64),
        group_a=np.array([0, 0, 3, 1, 0, 4], dtype=np.int64),
        group_b=np.array([0, 1, 4, 2, 3, 4], dtype=np.int64),
        group_lo=np.array([50.0, 1.0, 1.0, 5.0, 2.0, 3.0]),
        group_hi=np.array([55.0, 2.0, 2.0, 9.0, 3.0, 6.0]),
        group_unit=np.ones(6),
        reg_col=np.array([1], dtype=np.int64),
        reg_x=np.where(use[:, :, None], x, 0.0),
        reg_use=use,
        reg_rinv=np.linalg.inv(r)[None],
        reg_lo=np.array([[0.1, -0.2, 3.0, 1.0, -3.0]]),
        reg_hi=np.array([[0.12, -0.1, 3.2, 9.0, -1.0]]),
        reg_unit=np.full((1, 5), 0.01),
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), steps=st.integers(1, 3000), heat=st.floats(0.0, 50.0))
def test_incremental_moments_equal_recomputation(seed: int, steps: int, heat: float) -> None:
    search = Search(small_problem(seed), stream(seed, "test"))
    search.run(steps, heat, heat / 10)
    kept = [search.pair.copy(), search.group.copy(), search.reg.copy(), search.loss.copy()]
    search.recompute()
    for old, new in zip(kept, (search.pair, search.group, search.reg, search.loss), strict=True):
        np.testing.assert_array_equal(old, new)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_moves_keep_distributions_missing_patterns_and_fixed_columns(seed: int) -> None:
    problem = small_problem(seed)
    search = Search(problem, stream(seed, "test"))
    search.run(2000, 5.0, 0.1)
    np.testing.assert_array_equal(search.answers[:, 0], problem.answers[:, 0])
    np.testing.assert_array_equal(search.answers == 0, problem.answers == 0)
    for c in range(problem.answers.shape[1]):
        np.testing.assert_array_equal(np.bincount(search.answers[:, c]), np.bincount(problem.answers[:, c]))


def test_search_lowers_the_loss_and_repeats_itself() -> None:
    losses = []
    for _ in range(2):
        search = Search(small_problem(3), stream(3, "test"))
        before = search.loss.sum()
        search.run(20000, 1.0, 0.01)
        losses.append((before, search.loss.sum(), search.answers.tobytes()))
    assert losses[0] == losses[1]
    assert losses[0][1] < 0.5 * losses[0][0]


def test_pair_targets_are_pairwise_correlations() -> None:
    problem = small_problem(5)
    search = Search(problem, stream(5, "test"))
    for p, (a, b) in enumerate(zip(problem.pair_a, problem.pair_b, strict=True)):
        ok = (problem.answers[:, a] != 0) & (problem.answers[:, b] != 0)
        r = stats.pearsonr(problem.answers[ok, a], problem.answers[ok, b]).statistic
        expected = max(0.2 - r, r - 0.21, 0.0) / 0.005
        assert search.loss[p] == pytest.approx(expected, abs=1e-9)


def test_group_values_are_the_statistics_they_are_called() -> None:
    problem = small_problem(7)
    moments = group_moments(problem.answers, problem.groups, problem.group_count)

    def of(column: int, group: int) -> np.ndarray:
        rows = (problem.groups == group).any(axis=1) & (problem.answers[:, column] != 0)
        return problem.answers[rows, column]

    def value(kind: int, a: int, b: int, c1: int = 1, c2: int = 1) -> float:
        return float(group_value(kind, moments[c1], moments[c2], a, b))

    assert value(SHARE, 0, 0) == pytest.approx(100 * (of(1, 0) <= 2).mean())
    assert value(MEAN, 0, 0) == pytest.approx(of(1, 0).mean())
    assert value(MEAN_T, 0, 1) == pytest.approx(stats.ttest_ind(of(1, 0), of(1, 1)).statistic)
    assert value(SHARE_T, 3, 4) == pytest.approx(stats.ttest_ind(of(1, 3) <= 2, of(1, 4) <= 2).statistic)
    assert value(ANOVA_F, 0, 3) == pytest.approx(stats.f_oneway(of(1, 0), of(1, 1), of(1, 2)).statistic)
    assert value(SHARE_GAP, 1, 2) == pytest.approx(100 * ((of(1, 1) <= 2).mean() - (of(1, 2) <= 2).mean()))
    gap = 100 * ((of(1, 4) <= 2).mean() - (of(2, 4) <= 2).mean())
    assert value(SHARE_GAP_ITEMS, 4, 4, 1, 2) == pytest.approx(gap)


def test_regression_values_are_those_of_least_squares() -> None:
    problem = small_problem(9, rows=200)
    search = Search(problem, stream(9, "test"))
    out = np.zeros(5)
    regression_values(search.reg[0], problem.reg_rinv[0], out)
    rows = problem.reg_use[0]
    y = problem.answers[rows, 1].astype(float)
    x = problem.reg_x[0][rows]
    design = np.column_stack([np.ones(len(y)), x])
    b, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ b
    df = len(y) - 3
    r2 = 1 - (residual @ residual) / ((y - y.mean()) ** 2).sum()
    beta = b[1:] * x.std(axis=0, ddof=1) / y.std(ddof=1)
    se = np.sqrt(residual @ residual / df * np.diag(np.linalg.inv(design.T @ design)))[1:]
    np.testing.assert_allclose(out, [*beta, (r2 / 2) / ((1 - r2) / df), *(b[1:] / se)], rtol=1e-9)
