"""The generic solver: swap answers until every target holds.

It knows nothing of this survey. It is given an integer matrix of answers (respondents x columns, 0 =
missing), the columns it may change, and targets as arrays (`Problem`). A move exchanges the answers of two
respondents in one column, so every column keeps its distribution and its pattern of missing answers; what
changes are the moments that targets are made of, and those are kept as whole numbers and updated by the move
alone (the cost of a move does not depend on the number of respondents).

Two kinds of wishes are kept apart. A *target* has a range; its loss is a hinge in units of half a printed
rounding interval, it must end at zero, and acceptance is that of simulated annealing (Kirkpatrick, Gelatt and
Vecchi 1983). An *aim* is one value inside or outside the range that the model would like best; it acts at
full strength at every temperature, as the logarithm of a Laplace density around that value, and never has to
be met. Without aims every value that only has to exceed a limit would end just above it, and what no target
holds would drift to pure chance.

Floating point enters only in evaluating targets from whole numbers, with +, -, *, / and the square root,
which IEEE 754 rounds the same everywhere; nothing is compiled with fast-math.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.rng import State, below, exponential_table, next_u64

Int = NDArray[np.int64]
Float = NDArray[np.float64]
CHUNK = 500_000  # proposals between two looks at whether everything is met

# kinds of group targets
SHARE = 0  # share of a group that agrees, per cent
MEAN = 1  # mean of a group
MEAN_T = 2  # t of the difference of two groups' means (first minus second)
SHARE_T = 3  # t of the difference of two groups' agreeing shares
SHARE_GAP = 4  # difference of two groups' agreeing shares, percentage points
ANOVA_F = 5  # one-way F over the groups a, a+1, ... (count in b)
SHARE_GAP_ITEMS = 6  # difference of the shares of two items (this and `c2`) in group a


class Pairs(NamedTuple):
    """Correlations of two columns, pairwise: range, unit of loss, aim and its pull (1 / scale, 0 = none)."""

    a: Int
    b: Int
    lo: Float
    hi: Float
    unit: Float
    aim: Float
    pull: Float


class Groups(NamedTuple):
    """Statistics of one or two groups (`kind`, see above) in a column."""

    kind: Int
    col: Int
    col2: Int
    a: Int
    b: Int
    lo: Float
    hi: Float
    unit: Float
    aim: Float
    pull: Float


class Regressions(NamedTuple):
    """Rows of standardised betas: the range of each beta, of F, and of each t."""

    col: Int
    x: Int  # (regressions, respondents, predictors), zero where not complete
    use: NDArray[np.bool_]  # (regressions, respondents)
    rinv: Float  # (regressions, predictors, predictors)
    lo: Float  # (regressions, predictors + 1 + predictors): beta, F, t
    hi: Float
    unit: Float


class Sums(NamedTuple):
    """Aims for the sum of a column's answers in a group: (columns, groups) values and pulls, 0 = none."""

    aim: Float
    pull: Float


@dataclass
class Problem:
    """Answers and targets as arrays.

    answers: (respondents, columns) int64, 0 = missing. movable: columns that may change.
    members: (respondents, partitions) int64, the group a respondent belongs to in each partition, -1 = none;
    group numbers run through all partitions.
    """

    answers: Int
    movable: Int
    members: Int
    group_count: int
    pairs: Pairs
    groups: Groups
    regressions: Regressions
    sums: Sums
    labels: list[str] = field(default_factory=list)


@njit(cache=True)
def pair_moments(answers, first, second):
    """n and the five sums of every pair of columns over respondents with both."""
    out = np.zeros((first.shape[0], 6), np.int64)
    for p in range(first.shape[0]):
        a = first[p]
        b = second[p]
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
def group_moments(answers, members, group_count):
    """n, sum, sum of squares and agreeing answers of every column in every group."""
    out = np.zeros((answers.shape[1], group_count, 4), np.int64)
    for r in range(answers.shape[0]):
        for k in range(members.shape[1]):
            g = members[r, k]
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
def regression_moments(answers, col, x, use):
    """n, Sy, Syy and the sums of y with each (whole-number) predictor over complete cases."""
    k = x.shape[2]
    out = np.zeros((col.shape[0], 3 + 3 * k), np.int64)
    for i in range(col.shape[0]):
        for r in range(answers.shape[0]):
            if use[i, r]:
                y = answers[r, col[i]]
                out[i, 0] += 1
                out[i, 1] += y
                out[i, 2] += y * y
                for j in range(k):
                    v = x[i, r, j]
                    out[i, 3 + j] += v * y
                    out[i, 3 + k + j] += v
                    out[i, 3 + 2 * k + j] += v * v
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
def outside(x, lo, hi):
    """How far `x` is outside a range; 0 inside."""
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
        loss += outside(work[j], lo[j], hi[j]) / unit[j]
    return loss


@njit(cache=True)
def losses(moments, pairs, groups, regs):
    """Loss of every target (pairs, group targets, regressions) and its distance from its aim."""
    pm, gm, rm = moments
    np_, ng, nr = pm.shape[0], groups.kind.shape[0], rm.shape[0]
    loss = np.zeros(np_ + ng + nr)
    gap = np.zeros(np_ + ng + nr)
    for p in range(np_):
        r = correlation(pm[p, 0], pm[p, 1], pm[p, 2], pm[p, 3], pm[p, 4], pm[p, 5])
        loss[p] = outside(r, pairs.lo[p], pairs.hi[p]) / pairs.unit[p]
        gap[p] = abs(r - pairs.aim[p]) * pairs.pull[p]
    for t in range(ng):
        v = group_value(groups.kind[t], gm[groups.col[t]], gm[groups.col2[t]], groups.a[t], groups.b[t])
        loss[np_ + t] = outside(v, groups.lo[t], groups.hi[t]) / groups.unit[t]
        gap[np_ + t] = abs(v - groups.aim[t]) * groups.pull[t]
    work = np.zeros(regs.lo.shape[1])
    for i in range(nr):
        loss[np_ + ng + i] = _regression_loss(rm[i], regs.rinv[i], regs.lo[i], regs.hi[i], regs.unit[i], work)
    return loss, gap


@njit(cache=True)
def _move_group(gm, c, g, d, d2, agree):
    if g >= 0:
        gm[c, g, 1] += d
        gm[c, g, 2] += d2
        gm[c, g, 3] += agree


@njit(cache=True)
def _move_groups(gm, members, c, r1, r2, d, d2, agree):
    """Let respondent 1 gain and respondent 2 lose `d` (squares: `d2`, agreeing: `agree`) in column `c`."""
    for q in range(members.shape[1]):
        g1 = members[r1, q]
        g2 = members[r2, q]
        if g1 != g2:
            _move_group(gm, c, g1, d, d2, agree)
            _move_group(gm, c, g2, -d, -d2, -agree)


@njit(cache=True)
def _sum_gap(gm, aim, pull, members, c, r1, r2):
    """Distance from the aimed sums in the groups that only one of two respondents belongs to."""
    gap = 0.0
    for q in range(members.shape[1]):
        g1 = members[r1, q]
        g2 = members[r2, q]
        if g1 != g2:
            if g1 >= 0:
                gap += abs(gm[c, g1, 1] - aim[c, g1]) * pull[c, g1]
            if g2 >= 0:
                gap += abs(gm[c, g2, 1] - aim[c, g2]) * pull[c, g2]
    return gap


class Columns(NamedTuple):
    """What a column takes part in: padded lists of respondents, pairs, group targets and regressions."""

    rows: Int
    rows_n: Int
    pairs: Int
    pairs_n: Int
    groups: Int
    groups_n: Int
    regs: Int
    regs_n: Int


@njit(cache=True)
def anneal(
    answers, movable, members, columns, moments, state, pairs, groups, regs, sums, rng, expo, steps, schedule
):
    """Run `steps` proposals of an annealing round; returns accepted moves.

    `schedule`: proposals of the round already made, all of the round, start and end temperature, strength of
    the targets' aims (those of sums keep theirs).
    Updated in place: answers, moments (pairs, groups, regressions) and `state` (loss of every target and
    its distance from its aim). Tuples are unpacked first: a field read inside the loop costs a reference
    count each time.
    """
    pm, gm, rm = moments
    loss, gap = state
    rows, rows_n, col_pairs, col_pairs_n, col_groups, col_groups_n, col_regs, col_regs_n = columns
    pair_a, pair_b, pair_lo, pair_hi, pair_unit, pair_aim, pair_pull = pairs
    kind, g_col, g_col2, g_a, g_b, g_lo, g_hi, g_unit, g_aim, g_pull = groups
    _, reg_x, reg_use, rinv, reg_lo, reg_hi, reg_unit = regs
    sum_aim, sum_pull = sums
    done, total, t_start, t_end, strength = schedule
    n_pairs = pm.shape[0]
    n_groups = kind.shape[0]
    k = reg_x.shape[2]
    new_pm = np.zeros((col_pairs.shape[1] + 1, 6), np.int64)
    width = col_pairs.shape[1] + col_groups.shape[1] + col_regs.shape[1] + 1
    new_loss = np.zeros(width)
    new_gap = np.zeros(width)
    new_rm = np.zeros((col_regs.shape[1] + 1, rm.shape[1]), np.int64)
    work = np.zeros(reg_lo.shape[1] + 1)
    accepted = 0
    temp = t_start
    for step in range(steps):
        if step % 4096 == 0:
            x = (done + step) / total
            temp = t_end + (t_start - t_end) * (1.0 - x) * (1.0 - x)
        c = movable[below(rng, movable.shape[0])]
        if rows_n[c] < 2:
            continue
        r1 = rows[c, below(rng, rows_n[c])]
        r2 = rows[c, below(rng, rows_n[c])]
        a = answers[r1, c]
        b = answers[r2, c]
        if a == b:
            continue
        d = b - a  # row 1 gains d, row 2 loses it
        d2 = b * b - a * a
        agree = (1 if b <= 2 else 0) - (1 if a <= 2 else 0)
        delta = 0.0  # of the losses
        drift = 0.0  # of the distances from the targets' aims
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
            new_loss[i] = outside(value, pair_lo[p], pair_hi[p]) / pair_unit[p]
            new_gap[i] = abs(value - pair_aim[p]) * pair_pull[p]
            delta += new_loss[i] - loss[p]
            drift += new_gap[i] - gap[p]
        # groups: apply, evaluate, undo if refused
        before = _sum_gap(gm, sum_aim, sum_pull, members, c, r1, r2)
        _move_groups(gm, members, c, r1, r2, d, d2, agree)
        away = _sum_gap(gm, sum_aim, sum_pull, members, c, r1, r2) - before
        base = col_pairs_n[c]
        for i in range(col_groups_n[c]):
            t = col_groups[c, i]
            value = group_value(kind[t], gm[g_col[t]], gm[g_col2[t]], g_a[t], g_b[t])
            new_loss[base + i] = outside(value, g_lo[t], g_hi[t]) / g_unit[t]
            new_gap[base + i] = abs(value - g_aim[t]) * g_pull[t]
            delta += new_loss[base + i] - loss[n_pairs + t]
            drift += new_gap[base + i] - gap[n_pairs + t]
        base += col_groups_n[c]
        for i in range(col_regs_n[c]):
            t = col_regs[c, i]
            for q in range(rm.shape[1]):
                new_rm[i, q] = rm[t, q]
            if reg_use[t, r1]:
                new_rm[i, 1] += d
                new_rm[i, 2] += d2
                for j in range(k):
                    new_rm[i, 3 + j] += d * reg_x[t, r1, j]
            if reg_use[t, r2]:
                new_rm[i, 1] -= d
                new_rm[i, 2] -= d2
                for j in range(k):
                    new_rm[i, 3 + j] -= d * reg_x[t, r2, j]
            new_loss[base + i] = _regression_loss(new_rm[i], rinv[t], reg_lo[t], reg_hi[t], reg_unit[t], work)
            delta += new_loss[base + i] - loss[n_pairs + n_groups + t]
        # Metropolis on loss / temperature + distance from the aims
        if delta <= temp * (expo[next_u64(rng) & np.uint64(4095)] - strength * drift - away):
            accepted += 1
            answers[r1, c] = b
            answers[r2, c] = a
            for i in range(col_pairs_n[c]):
                p = col_pairs[c, i]
                for q in range(6):
                    pm[p, q] = new_pm[i, q]
                loss[p] = new_loss[i]
                gap[p] = new_gap[i]
            base = col_pairs_n[c]
            for i in range(col_groups_n[c]):
                t = n_pairs + col_groups[c, i]
                loss[t] = new_loss[base + i]
                gap[t] = new_gap[base + i]
            base += col_groups_n[c]
            for i in range(col_regs_n[c]):
                t = col_regs[c, i]
                for q in range(rm.shape[1]):
                    rm[t, q] = new_rm[i, q]
                loss[n_pairs + n_groups + t] = new_loss[base + i]
        else:
            _move_groups(gm, members, c, r1, r2, -d, -d2, -agree)
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
        count = self.answers.shape[1]
        rows = [np.nonzero(self.answers[:, c])[0] for c in range(count)]
        padded = np.zeros((count, self.answers.shape[0]), dtype=np.int64)
        for c, found in enumerate(rows):
            padded[c, : len(found)] = found
        self._columns = Columns(
            padded,
            np.array([len(found) for found in rows], dtype=np.int64),
            *_by_column(count, problem.pairs.a, problem.pairs.b),
            *_by_column(count, problem.groups.col, problem.groups.col2),
            *_by_column(count, problem.regressions.col),
        )
        self._expo = exponential_table()
        self.recompute()

    def recompute(self) -> None:
        """Moments and losses from the answers alone."""
        p = self.problem
        r = p.regressions
        self.moments = (
            pair_moments(self.answers, p.pairs.a, p.pairs.b),
            group_moments(self.answers, p.members, p.group_count),
            regression_moments(self.answers, r.col, r.x, r.use),
        )
        self.loss, self.gap = losses(self.moments, p.pairs, p.groups, r)

    @property
    def missed(self) -> int:
        """Number of targets that do not hold."""
        return int((self.loss > 0.0).sum())

    def run(self, steps: int, t_start: float, t_end: float, strength: float = 1.0) -> int:
        """Anneal, at most `steps` proposals and no longer than targets are missed; returns accepted moves."""
        p = self.problem
        accepted = done = 0
        while done < steps and self.missed:
            chunk = min(CHUNK, steps - done)
            accepted += int(
                anneal(
                    self.answers,
                    p.movable,
                    p.members,
                    self._columns,
                    self.moments,
                    (self.loss, self.gap),
                    p.pairs,
                    p.groups,
                    p.regressions,
                    p.sums,
                    self.state,
                    self._expo,
                    chunk,
                    (float(done), float(steps), t_start, t_end, strength),
                )
            )
            done += chunk
        return accepted

    def solve(self, rounds: list[tuple[int, float, float, float]], say: Callable[[str], None]) -> Solution:
        """Run annealing rounds (arguments of `run`) until no target is missed."""
        for number, (steps, t_start, t_end, strength) in enumerate(rounds, 1):
            self.run(steps, t_start, t_end, strength)
            left = f"{self.missed} mål gjenstår av {len(self.loss)}, tap {self.loss.sum():.2f}"
            say(f"  runde {number}: {left}")
            if not self.missed:
                break
        return Solution(self.answers, self.loss.copy())
