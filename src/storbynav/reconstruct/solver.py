"""The generic solver: swap answers until every target holds.

It knows nothing of this survey. It is given an integer matrix of answers (respondents x columns, 0 =
missing), the columns it may change, and targets as arrays (`Problem`). A move exchanges the answers of two
respondents in one column, so every column keeps its distribution and its pattern of missing answers; what
changes are the moments that targets are made of, and those are kept as whole numbers and updated by the move
alone (the cost of a move does not depend on the number of respondents). Losses are hinges in units of half a
printed rounding interval; acceptance is that of simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983)
with exponential draws from a table.

Floating point enters only in evaluating targets from whole numbers, with +, -, *, / and the square root,
which IEEE 754 rounds the same everywhere; nothing is compiled with fast-math.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.rng import State, below, exponential_table, next_u64

Int = NDArray[np.int64]
Float = NDArray[np.float64]

# kinds of group targets
SHARE = 0  # share of a group that agrees, per cent
MEAN = 1  # mean of a group
MEAN_T = 2  # t of the difference of two groups' means (first minus second)
SHARE_T = 3  # t of the difference of two groups' agreeing shares
SHARE_GAP = 4  # difference of two groups' agreeing shares, percentage points
ANOVA_F = 5  # one-way F over the groups a, a+1, ... (count in b)
SHARE_GAP_ITEMS = 6  # difference of the shares of two items (this and `c2`) in group a


@dataclass
class Problem:
    """Answers and targets as arrays.

    answers: (respondents, columns) int64, 0 = missing. movable: columns that may change.
    groups: (respondents, partitions) int64, the group a respondent belongs to in each partition, -1 = none;
    group numbers run through all partitions. A pair target is a correlation of two columns, pairwise; a
    group target is one of the kinds above; a regression target is one row of standardised betas.
    """

    answers: Int
    movable: Int
    groups: Int
    group_count: int
    pair_a: Int
    pair_b: Int
    pair_lo: Float
    pair_hi: Float
    pair_unit: Float
    group_kind: Int
    group_col: Int
    group_col2: Int
    group_a: Int
    group_b: Int
    group_lo: Float
    group_hi: Float
    group_unit: Float
    reg_col: Int
    reg_x: Float  # (regressions, respondents, predictors); NaN-free, zero where not complete
    reg_use: NDArray[np.bool_]  # (regressions, respondents)
    reg_rinv: Float  # (regressions, predictors, predictors)
    reg_lo: Float  # (regressions, predictors + 1 + predictors): beta, F, t
    reg_hi: Float
    reg_unit: Float
    labels: list[str] = field(default_factory=list)


@njit(cache=True)
def pair_moments(answers, pair_a, pair_b):
    """n and the five sums of every pair of columns over respondents with both."""
    out = np.zeros((pair_a.shape[0], 6), np.int64)
    for p in range(pair_a.shape[0]):
        a = pair_a[p]
        b = pair_b[p]
        for r in range(answers.shape[0]):
            x = answers[r, a]
            y = answers[r, b]
            if x != 0 and y != 0:
                out[p, 0] += 1
                out[p, 1] += x
                out[p, 2] += y
                out[p, 3] += x * x
                out[p, 4] += y * y
                out[p, 5] += x * y
    return out


@njit(cache=True)
def group_moments(answers, groups, group_count):
    """n, sum, sum of squares and agreeing answers of every column in every group."""
    out = np.zeros((answers.shape[1], group_count, 4), np.int64)
    for r in range(answers.shape[0]):
        for k in range(groups.shape[1]):
            g = groups[r, k]
            if g < 0:
                continue
            for c in range(answers.shape[1]):
                x = answers[r, c]
                if x != 0:
                    out[c, g, 0] += 1
                    out[c, g, 1] += x
                    out[c, g, 2] += x * x
                    if x <= 2:
                        out[c, g, 3] += 1
    return out


@njit(cache=True)
def regression_moments(answers, reg_col, reg_x, reg_use):
    """n, Sy, Syy and the sums of y with each (whole-number) predictor over complete cases."""
    k = reg_x.shape[2]
    out = np.zeros((reg_col.shape[0], 3 + 3 * k), np.int64)
    for i in range(reg_col.shape[0]):
        for r in range(answers.shape[0]):
            if reg_use[i, r]:
                y = answers[r, reg_col[i]]
                out[i, 0] += 1
                out[i, 1] += y
                out[i, 2] += y * y
                for j in range(k):
                    x = np.int64(reg_x[i, r, j])
                    out[i, 3 + j] += x * y
                    out[i, 3 + k + j] += x
                    out[i, 3 + 2 * k + j] += x * x
    return out


@njit(cache=True)
def correlation(n, sa, sb, saa, sbb, sab):
    """Pearson's r from whole-number sums; 0 for a constant column."""
    va = n * saa - sa * sa
    vb = n * sbb - sb * sb
    if va <= 0 or vb <= 0:
        return 0.0
    return np.float64(n * sab - sa * sb) / (np.sqrt(np.float64(va)) * np.sqrt(np.float64(vb)))


@njit(cache=True)
def _out(x, lo, hi):
    if x < lo:
        return lo - x
    if x > hi:
        return x - hi
    return 0.0


@njit(cache=True)
def group_value(kind, m, m2, a, b):
    """The statistic of a group target from the moments of its column (`m`) and second column (`m2`)."""
    if kind == 0:
        return 100.0 * m[a, 3] / m[a, 0] if m[a, 0] > 0 else 0.0
    if kind == 1:
        return np.float64(m[a, 1]) / m[a, 0] if m[a, 0] > 0 else 0.0
    if kind == 6:
        if m[a, 0] == 0 or m2[a, 0] == 0:
            return 0.0
        return 100.0 * m[a, 3] / m[a, 0] - 100.0 * m2[a, 3] / m2[a, 0]
    if kind == 5:
        n = s = q = 0
        between = 0.0
        for g in range(a, a + b):
            n += m[g, 0]
            s += m[g, 1]
            q += m[g, 2]
            if m[g, 0] > 0:
                between += np.float64(m[g, 1]) * m[g, 1] / m[g, 0]
        centre = np.float64(s) * s / n
        within = q - between
        if within <= 0.0:
            return 0.0
        return ((between - centre) / (b - 1)) / (within / (n - b))
    n1 = m[a, 0]
    n2 = m[b, 0]
    if n1 < 2 or n2 < 2:
        return 0.0
    if kind == 4:
        return 100.0 * m[a, 3] / n1 - 100.0 * m[b, 3] / n2
    if kind == 2:
        s1, q1, s2, q2 = m[a, 1], m[a, 2], m[b, 1], m[b, 2]
    else:
        s1, q1, s2, q2 = m[a, 3], m[a, 3], m[b, 3], m[b, 3]
    ss = (q1 - np.float64(s1) * s1 / n1) + (q2 - np.float64(s2) * s2 / n2)
    if ss <= 0.0:
        return 0.0
    gap = np.float64(s1) / n1 - np.float64(s2) / n2
    return gap / np.sqrt(ss / (n1 + n2 - 2) * (1.0 / n1 + 1.0 / n2))


@njit(cache=True)
def regression_values(m, rinv, out):
    """Fill `out` with betas, F and t of a regression from its moments."""
    k = rinv.shape[0]
    n = m[0]
    vy = n * m[2] - m[1] * m[1]
    r2 = 0.0
    for j in range(k):
        out[j] = 0.0
    if vy <= 0:
        return
    for j in range(k):
        vx = n * m[3 + 2 * k + j] - m[3 + k + j] * m[3 + k + j]
        r = np.float64(n * m[3 + j] - m[3 + k + j] * m[1]) / (
            np.sqrt(np.float64(vx)) * np.sqrt(np.float64(vy))
        )
        out[k + 1 + j] = r
    for i in range(k):
        b = 0.0
        for j in range(k):
            b += rinv[i, j] * out[k + 1 + j]
        out[i] = b
    for j in range(k):
        r2 += out[j] * out[k + 1 + j]
    df2 = n - k - 1
    out[k] = (r2 / k) / ((1.0 - r2) / df2)
    for j in range(k):
        out[k + 1 + j] = out[j] / np.sqrt((1.0 - r2) / df2 * rinv[j, j])


@njit(cache=True)
def _regression_loss(m, rinv, lo, hi, unit, work):
    regression_values(m, rinv, work)
    loss = 0.0
    for j in range(lo.shape[0]):
        loss += _out(work[j], lo[j], hi[j]) / unit[j]
    return loss


@njit(cache=True)
def losses(
    answers,
    pm,
    gm,
    rm,
    pair_lo,
    pair_hi,
    pair_unit,
    group_kind,
    group_col,
    group_col2,
    group_a,
    group_b,
    group_lo,
    group_hi,
    group_unit,
    reg_rinv,
    reg_lo,
    reg_hi,
    reg_unit,
):
    """Loss of every target: pairs, group targets, regressions (one vector)."""
    np_, ng, nr = pm.shape[0], group_kind.shape[0], rm.shape[0]
    out = np.zeros(np_ + ng + nr)
    for p in range(np_):
        r = correlation(pm[p, 0], pm[p, 1], pm[p, 2], pm[p, 3], pm[p, 4], pm[p, 5])
        out[p] = _out(r, pair_lo[p], pair_hi[p]) / pair_unit[p]
    for t in range(ng):
        v = group_value(group_kind[t], gm[group_col[t]], gm[group_col2[t]], group_a[t], group_b[t])
        out[np_ + t] = _out(v, group_lo[t], group_hi[t]) / group_unit[t]
    work = np.zeros(reg_lo.shape[1])
    for i in range(nr):
        out[np_ + ng + i] = _regression_loss(rm[i], reg_rinv[i], reg_lo[i], reg_hi[i], reg_unit[i], work)
    return out


@njit(cache=True)
def anneal(
    answers,
    movable,
    rows_of,
    rows_n,
    groups,
    pm,
    gm,
    rm,
    loss,
    pair_a,
    pair_b,
    pair_lo,
    pair_hi,
    pair_unit,
    col_pairs,
    col_pairs_n,
    group_kind,
    group_col,
    group_col2,
    group_a,
    group_b,
    group_lo,
    group_hi,
    group_unit,
    col_groups,
    col_groups_n,
    reg_x,
    reg_use,
    reg_rinv,
    reg_lo,
    reg_hi,
    reg_unit,
    col_regs,
    col_regs_n,
    state,
    expo,
    steps,
    t_start,
    t_end,
):
    """Run `steps` proposals while the temperature falls from `t_start` to `t_end`; returns accepted moves.

    Everything passed in is updated in place: answers, moments (pm, gm, rm) and `loss` (per target).
    """
    n_pairs = pair_a.shape[0]
    n_groups = group_kind.shape[0]
    k = reg_x.shape[2]
    new_pm = np.zeros((col_pairs.shape[1] + 1, 6), np.int64)
    new_loss = np.zeros(col_pairs.shape[1] + col_groups.shape[1] + col_regs.shape[1] + 1)
    new_rm = np.zeros((col_regs.shape[1] + 1, rm.shape[1]), np.int64)
    work = np.zeros(reg_lo.shape[1] + 1)
    parts = groups.shape[1]
    accepted = 0
    temp = t_start
    for step in range(steps):
        if step % 4096 == 0:
            x = step / steps
            temp = t_end + (t_start - t_end) * (1.0 - x) * (1.0 - x)
        c = movable[below(state, movable.shape[0])]
        if rows_n[c] < 2:
            continue
        r1 = rows_of[c, below(state, rows_n[c])]
        r2 = rows_of[c, below(state, rows_n[c])]
        a = answers[r1, c]
        b = answers[r2, c]
        if a == b:
            continue
        d = b - a  # row 1 gains d, row 2 loses it
        d2 = b * b - a * a
        delta = 0.0
        # pairs
        for i in range(col_pairs_n[c]):
            p = col_pairs[c, i]
            first = pair_a[p] == c
            other = pair_b[p] if first else pair_a[p]
            y1 = answers[r1, other]
            y2 = answers[r2, other]
            for q in range(6):
                new_pm[i, q] = pm[p, q]
            s, ss = (1, 3) if first else (2, 4)
            if y1 != 0:
                new_pm[i, s] += d
                new_pm[i, ss] += d2
                new_pm[i, 5] += d * y1
            if y2 != 0:
                new_pm[i, s] -= d
                new_pm[i, ss] -= d2
                new_pm[i, 5] -= d * y2
            value = correlation(
                new_pm[i, 0], new_pm[i, 1], new_pm[i, 2], new_pm[i, 3], new_pm[i, 4], new_pm[i, 5]
            )
            new_loss[i] = _out(value, pair_lo[p], pair_hi[p]) / pair_unit[p]
            delta += new_loss[i] - loss[p]
        # groups: apply, evaluate, undo if refused
        agree = (1 if b <= 2 else 0) - (1 if a <= 2 else 0)
        for q in range(parts):
            g1 = groups[r1, q]
            g2 = groups[r2, q]
            if g1 != g2:
                if g1 >= 0:
                    gm[c, g1, 1] += d
                    gm[c, g1, 2] += d2
                    gm[c, g1, 3] += agree
                if g2 >= 0:
                    gm[c, g2, 1] -= d
                    gm[c, g2, 2] -= d2
                    gm[c, g2, 3] -= agree
        base = col_pairs_n[c]
        for i in range(col_groups_n[c]):
            t = col_groups[c, i]
            value = group_value(group_kind[t], gm[group_col[t]], gm[group_col2[t]], group_a[t], group_b[t])
            new_loss[base + i] = _out(value, group_lo[t], group_hi[t]) / group_unit[t]
            delta += new_loss[base + i] - loss[n_pairs + t]
        base += col_groups_n[c]
        for i in range(col_regs_n[c]):
            t = col_regs[c, i]
            for q in range(rm.shape[1]):
                new_rm[i, q] = rm[t, q]
            if reg_use[t, r1]:
                new_rm[i, 1] += d
                new_rm[i, 2] += d2
                for j in range(k):
                    new_rm[i, 3 + j] += d * np.int64(reg_x[t, r1, j])
            if reg_use[t, r2]:
                new_rm[i, 1] -= d
                new_rm[i, 2] -= d2
                for j in range(k):
                    new_rm[i, 3 + j] -= d * np.int64(reg_x[t, r2, j])
            new_loss[base + i] = _regression_loss(
                new_rm[i], reg_rinv[t], reg_lo[t], reg_hi[t], reg_unit[t], work
            )
            delta += new_loss[base + i] - loss[n_pairs + n_groups + t]
        if delta <= temp * expo[next_u64(state) & np.uint64(4095)]:
            accepted += 1
            answers[r1, c] = b
            answers[r2, c] = a
            for i in range(col_pairs_n[c]):
                p = col_pairs[c, i]
                for q in range(6):
                    pm[p, q] = new_pm[i, q]
                loss[p] = new_loss[i]
            base = col_pairs_n[c]
            for i in range(col_groups_n[c]):
                loss[n_pairs + col_groups[c, i]] = new_loss[base + i]
            base += col_groups_n[c]
            for i in range(col_regs_n[c]):
                t = col_regs[c, i]
                for q in range(rm.shape[1]):
                    rm[t, q] = new_rm[i, q]
                loss[n_pairs + n_groups + t] = new_loss[base + i]
        else:
            for q in range(parts):
                g1 = groups[r1, q]
                g2 = groups[r2, q]
                if g1 != g2:
                    if g1 >= 0:
                        gm[c, g1, 1] -= d
                        gm[c, g1, 2] -= d2
                        gm[c, g1, 3] -= agree
                    if g2 >= 0:
                        gm[c, g2, 1] += d
                        gm[c, g2, 2] += d2
                        gm[c, g2, 3] += agree
    return accepted


def _by_column(columns: int, *owners: Int) -> tuple[Int, Int]:
    """For each column the targets it takes part in, as a padded matrix and counts."""
    lists: list[list[int]] = [[] for _ in range(columns)]
    for target in range(len(owners[0])):
        for column in sorted({int(owner[target]) for owner in owners}):
            lists[column].append(target)
    width = max(1, max(len(found) for found in lists))
    table = np.zeros((columns, width), dtype=np.int64)
    for column, found in enumerate(lists):
        table[column, : len(found)] = found
    return table, np.array([len(found) for found in lists], dtype=np.int64)


@dataclass
class Solution:
    """Answers and the loss of every target (same order as the problem's labels)."""

    answers: Int
    loss: Float


class Search:
    """A search under way: state that several annealing runs share."""

    def __init__(self, problem: Problem, state: State) -> None:
        """Compute all moments of `problem` from scratch."""
        self.problem = problem
        self.state = state
        self.answers = problem.answers.copy()
        columns = self.answers.shape[1]
        self._pairs, self._pairs_n = _by_column(columns, problem.pair_a, problem.pair_b)
        self._groups, self._groups_n = _by_column(columns, problem.group_col, problem.group_col2)
        self._regs, self._regs_n = _by_column(columns, problem.reg_col)
        rows = [np.nonzero(self.answers[:, c])[0] for c in range(columns)]
        self._rows_n = np.array([len(found) for found in rows], dtype=np.int64)
        self._rows = np.zeros((columns, self.answers.shape[0]), dtype=np.int64)
        for c, found in enumerate(rows):
            self._rows[c, : len(found)] = found
        self._expo = exponential_table()
        self.recompute()

    def recompute(self) -> None:
        """Moments and losses from the answers alone."""
        p = self.problem
        self.pair = pair_moments(self.answers, p.pair_a, p.pair_b)
        self.group = group_moments(self.answers, p.groups, p.group_count)
        self.reg = regression_moments(self.answers, p.reg_col, p.reg_x, p.reg_use)
        self.loss = losses(
            self.answers,
            self.pair,
            self.group,
            self.reg,
            p.pair_lo,
            p.pair_hi,
            p.pair_unit,
            p.group_kind,
            p.group_col,
            p.group_col2,
            p.group_a,
            p.group_b,
            p.group_lo,
            p.group_hi,
            p.group_unit,
            p.reg_rinv,
            p.reg_lo,
            p.reg_hi,
            p.reg_unit,
        )

    def run(self, steps: int, t_start: float, t_end: float) -> int:
        """Anneal; returns the number of accepted moves."""
        p = self.problem
        return int(
            anneal(
                self.answers,
                p.movable,
                self._rows,
                self._rows_n,
                p.groups,
                self.pair,
                self.group,
                self.reg,
                self.loss,
                p.pair_a,
                p.pair_b,
                p.pair_lo,
                p.pair_hi,
                p.pair_unit,
                self._pairs,
                self._pairs_n,
                p.group_kind,
                p.group_col,
                p.group_col2,
                p.group_a,
                p.group_b,
                p.group_lo,
                p.group_hi,
                p.group_unit,
                self._groups,
                self._groups_n,
                p.reg_x,
                p.reg_use,
                p.reg_rinv,
                p.reg_lo,
                p.reg_hi,
                p.reg_unit,
                self._regs,
                self._regs_n,
                self.state,
                self._expo,
                steps,
                t_start,
                t_end,
            )
        )

    def solve(self, rounds: list[tuple[int, float, float]], say: Callable[[str], None]) -> Solution:
        """Run annealing rounds (steps, start and end temperature) until no target is missed."""
        for number, (steps, t_start, t_end) in enumerate(rounds, 1):
            self.run(steps, t_start, t_end)
            missed = int((self.loss > 0.0).sum())
            say(f"  runde {number}: {missed} mål gjenstår av {len(self.loss)}, tap {self.loss.sum():.2f}")
            if missed == 0:
                break
        return Solution(self.answers, self.loss.copy())
