"""Moments of all targets, counted from the answers alone, and the losses they give."""

from __future__ import annotations

import numpy as np
from numba import njit

from storbynav.reconstruct.solver.statistics import correlation, group_value, outside, regression_values


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
def group_moments(answers, members, group_count, agree):
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
                    out[c, g, 3] += agree[c, x]
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
def regression_loss(m, rinv, lo, hi, unit, work):
    """How far a regression is from its ranges; `work` holds its values after."""
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
        loss[np_ + ng + i] = regression_loss(rm[i], regs.rinv[i], regs.lo[i], regs.hi[i], regs.unit[i], work)
    return loss, gap
