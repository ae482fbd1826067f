"""Exchanges of two answers, and annealing with them: the part that must be fast."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from storbynav.reconstruct.rng import below, next_u64
from storbynav.reconstruct.solver.moments import regression_loss
from storbynav.reconstruct.solver.problem import Int
from storbynav.reconstruct.solver.statistics import correlation, group_value, outside


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
    answers,
    movable,
    agrees,
    members,
    columns,
    moments,
    state,
    pairs,
    groups,
    regs,
    sums,
    rng,
    expo,
    steps,
    schedule,
):
    """Run `steps` proposals of an annealing round; returns accepted moves.

    `schedule`: proposals of the round already made, all of the round, start and end temperature, strength of
    the targets' aims (those of sums keep theirs), whether (1.0) to stop as soon as no target is missed.
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
    done, total, t_start, t_end, strength, at_once = schedule
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
    missed = 0
    for t in range(loss.shape[0]):
        if loss[t] > 0.0:
            missed += 1
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
        agree = agrees[c, b] - agrees[c, a]
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
            new_loss[base + i] = regression_loss(new_rm[i], rinv[t], reg_lo[t], reg_hi[t], reg_unit[t], work)
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
                missed += (1 if new_loss[i] > 0.0 else 0) - (1 if loss[p] > 0.0 else 0)
                loss[p] = new_loss[i]
                gap[p] = new_gap[i]
            base = col_pairs_n[c]
            for i in range(col_groups_n[c]):
                t = n_pairs + col_groups[c, i]
                missed += (1 if new_loss[base + i] > 0.0 else 0) - (1 if loss[t] > 0.0 else 0)
                loss[t] = new_loss[base + i]
                gap[t] = new_gap[base + i]
            base += col_groups_n[c]
            for i in range(col_regs_n[c]):
                t = col_regs[c, i]
                for q in range(rm.shape[1]):
                    rm[t, q] = new_rm[i, q]
                t += n_pairs + n_groups
                missed += (1 if new_loss[base + i] > 0.0 else 0) - (1 if loss[t] > 0.0 else 0)
                loss[t] = new_loss[base + i]
            if missed == 0 and at_once > 0.0:
                break
        else:
            _move_groups(gm, members, c, r1, r2, -d, -d2, -agree)
    return accepted
