"""The solver: moments kept by moves equal those counted anew, and targets are evaluated as statistics define
them."""

from __future__ import annotations

from dataclasses import replace

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
    Groups,
    Pairs,
    Problem,
    Regressions,
    Search,
    Sums,
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
    members = np.ascontiguousarray(np.column_stack([first, second]).astype(np.int64))
    pairs = [(a, b) for a in range(columns) for b in range(a) if a > 0]
    kinds = [SHARE, MEAN_T, SHARE_T, SHARE_GAP, ANOVA_F, SHARE_GAP_ITEMS]
    use = np.stack([answers[:, 1] != 0])
    x = rng.integers(0, 4, size=(1, rows, 2))
    z = x[0][use[0]]
    r = np.corrcoef(z.T)
    return Problem(
        answers=np.ascontiguousarray(answers),
        movable=np.arange(1, columns, dtype=np.int64),
        agree=np.tile(np.array([0, 1, 1, 0, 0, 0]), (columns, 1)),
        members=members,
        group_count=5,
        pairs=Pairs(
            a=np.array([p[0] for p in pairs]),
            b=np.array([p[1] for p in pairs]),
            lo=np.full(len(pairs), 0.2),
            hi=np.full(len(pairs), 0.21),
            unit=np.full(len(pairs), 0.005),
            aim=np.full(len(pairs), 0.206),
            pull=np.full(len(pairs), 100.0),
        ),
        groups=Groups(
            kind=np.array(kinds, dtype=np.int64),
            col=np.array([1, 1, 2, 3, 2, 1], dtype=np.int64),
            col2=np.array([1, 1, 2, 3, 2, 2], dtype=np.int64),
            a=np.array([0, 0, 3, 1, 0, 4], dtype=np.int64),
            b=np.array([0, 1, 4, 2, 3, 4], dtype=np.int64),
            lo=np.array([50.0, 1.0, 1.0, 5.0, 2.0, 3.0]),
            hi=np.array([55.0, 2.0, 2.0, 9.0, 3.0, 6.0]),
            unit=np.ones(6),
            aim=np.array([52.0, 1.5, 1.5, 7.0, 2.5, 4.0]),
            pull=np.array([1.0, 1.0, 0.0, 1.0, 0.0, 1.0]),
        ),
        regressions=Regressions(
            col=np.array([1], dtype=np.int64),
            x=np.where(use[:, :, None], x, 0),
            use=use,
            rinv=np.linalg.inv(r)[None],
            lo=np.array([[0.1, -0.2, 3.0, 1.0, -3.0]]),
            hi=np.array([[0.12, -0.1, 3.2, 9.0, -1.0]]),
            unit=np.full((1, 5), 0.01),
        ),
        sums=Sums(np.zeros((columns, 5)), np.zeros((columns, 5))),
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), steps=st.integers(1, 3000), heat=st.floats(0.0, 50.0))
def test_incremental_moments_equal_recomputation(seed: int, steps: int, heat: float) -> None:
    search = Search(small_problem(seed), stream(seed, "test"))
    search.run(steps, heat, heat / 10)
    kept = [*(m.copy() for m in search.moments), search.loss.copy(), search.gap.copy()]
    search.recompute()
    for old, new in zip(kept, (*search.moments, search.loss, search.gap), strict=True):
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


def only_pairs(lo: float, hi: float, aim: float, pull: float) -> Problem:
    """Two free columns with one target for their correlation, and groups without targets."""
    problem = small_problem(11, rows=300, columns=3, missing=0.0)
    one = np.array([2]), np.array([1])
    pairs = Pairs(*one, *(np.array([v]) for v in (lo, hi, 0.005, aim, pull)))
    groups = Groups(*(column[:0] for column in problem.groups))
    regressions = Regressions(*(part[:0] for part in problem.regressions))
    return replace(problem, pairs=pairs, groups=groups, regressions=regressions)


def correlation_after(problem: Problem) -> float:
    search = Search(problem, stream(4, "test"))
    search.run(200_000, 1.0, 0.01)
    return float(np.corrcoef(search.answers[:, 2], search.answers[:, 1])[0, 1])


def test_a_search_without_an_aim_stops_at_the_edge_and_with_one_goes_on_to_it() -> None:
    # an unreachable second target keeps the search going after the first holds
    def busy(aim: float, pull: float) -> Problem:
        problem = only_pairs(0.2, 0.9, aim, pull)
        never = Pairs(
            *(np.append(a, b) for a, b in zip(problem.pairs, (2, 0, 2.0, 3.0, 1e9, 0, 0), strict=True))
        )
        return replace(problem, pairs=never)

    assert 0.2 <= correlation_after(busy(0.0, 0.0)) < 0.3
    assert correlation_after(busy(0.6, 1000.0)) == pytest.approx(0.6, abs=0.04)


def test_aims_for_sums_hold_what_no_target_holds() -> None:
    problem = only_pairs(2.0, 3.0, 0.0, 0.0)  # unreachable, so every move is about as good as another
    start = group_moments(problem.answers, problem.members, problem.group_count, problem.agree)
    start = start[:, :, 1].astype(float)

    def moved(pull: float) -> float:
        held = replace(problem, sums=Sums(start, np.full(start.shape, pull)))
        search = Search(replace(held, pairs=held.pairs._replace(unit=np.array([1e9]))), stream(5, "test"))
        search.run(100_000, 1.0, 1.0)
        return float(np.abs(search.moments[1][1:, :, 1] - start[1:]).mean())

    assert moved(1.0) < 0.3 * moved(0.0)


def test_a_search_stops_when_everything_holds() -> None:
    search = Search(only_pairs(-1.0, 1.0, 0.0, 0.0), stream(6, "test"))
    before = search.answers.copy()
    assert search.run(1_000_000, 1.0, 1.0) == 0
    np.testing.assert_array_equal(search.answers, before)


def test_pair_targets_are_pairwise_correlations() -> None:
    problem = small_problem(5)
    search = Search(problem, stream(5, "test"))
    for p, (a, b) in enumerate(zip(problem.pairs.a, problem.pairs.b, strict=True)):
        ok = (problem.answers[:, a] != 0) & (problem.answers[:, b] != 0)
        r = stats.pearsonr(problem.answers[ok, a], problem.answers[ok, b]).statistic
        expected = max(0.2 - r, r - 0.21, 0.0) / 0.005
        assert search.loss[p] == pytest.approx(expected, abs=1e-9)


def test_group_values_are_the_statistics_they_are_called() -> None:
    problem = small_problem(7)
    moments = group_moments(problem.answers, problem.members, problem.group_count, problem.agree)

    def of(column: int, group: int) -> np.ndarray:
        rows = (problem.members == group).any(axis=1) & (problem.answers[:, column] != 0)
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
    regression_values(search.moments[2][0], problem.regressions.rinv[0], out)
    rows = problem.regressions.use[0]
    y = problem.answers[rows, 1].astype(float)
    x = problem.regressions.x[0][rows].astype(float)
    design = np.column_stack([np.ones(len(y)), x])
    b, *_ = np.linalg.lstsq(design, y, rcond=None)
    residual = y - design @ b
    df = len(y) - 3
    r2 = 1 - (residual @ residual) / ((y - y.mean()) ** 2).sum()
    beta = b[1:] * x.std(axis=0, ddof=1) / y.std(ddof=1)
    se = np.sqrt(residual @ residual / df * np.diag(np.linalg.inv(design.T @ design)))[1:]
    np.testing.assert_allclose(out, [*beta, (r2 / 2) / ((1 - r2) / df), *(b[1:] / se)], rtol=1e-9)


def test_a_search_may_stop_at_the_first_state_that_meets_everything() -> None:
    wide = only_pairs(0.05, 0.06, 0.0, 0.0)
    search = Search(wide, stream(7, "test"))
    search.run(400_000, 30.0, 30.0, 0.0, at_once=True)  # warm: it passes through, and would leave again
    assert search.missed == 0
    kept = search.loss.copy()
    search.recompute()
    np.testing.assert_array_equal(kept, search.loss)


def test_which_codes_agree_is_a_property_of_the_column() -> None:
    problem = small_problem(7)
    only_first = problem.agree.copy()
    only_first[1] = [0, 1, 0, 0, 0, 0]
    moments = group_moments(problem.answers, problem.members, problem.group_count, only_first)
    inside = (problem.members == 0).any(axis=1)
    assert moments[1, 0, 3] == int((problem.answers[inside, 1] == 1).sum())
    assert moments[2, 0, 3] == int(np.isin(problem.answers[inside, 2], (1, 2)).sum())
