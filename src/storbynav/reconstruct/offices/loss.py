"""How far an office design is from what the facts ask of it.

Five of the predictors of Tabell 3 and the office rows of Tabell 4 are properties of the office or of the
respondent. Whether any answers can reproduce the tables is decided here: the printed betas, F and stars of a
regression hold only for some correlation matrices of its predictors. The search (simulated annealing over
integer head counts) asks for a design whose moments meet the printed ones and leave every regression room.

Units: head counts; losses are in multiples of a printed unit's half width, summed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.solver.statistics import invert, outside


@njit(cache=True)
def _corr(n, sx, sy, sxx, syy, sxy):
    a = n * sxx - sx * sx
    b = n * syy - sy * sy
    if a <= 0 or b <= 0:
        return 0.0
    return (n * sxy - sx * sy) / np.sqrt(np.float64(a) * np.float64(b))


@njit(cache=True)
def _weighted_corr(w, x, y):
    """Correlation of two office variables with respondents as weights; offices with -1 are left out."""
    n = sx = sy = sxx = syy = sxy = 0
    for o in range(w.shape[0]):
        if x[o] >= 0 and y[o] >= 0:
            n += w[o]
            sx += w[o] * x[o]
            sy += w[o] * y[o]
            sxx += w[o] * x[o] * x[o]
            syy += w[o] * y[o] * y[o]
            sxy += w[o] * x[o] * y[o]
    return _corr(n, sx, sy, sxx, syy, sxy)


@njit(cache=True)
def _mixed_corr(ones, all_, x):
    """Correlation of a person's 0/1 variable (`ones` of `all_` per office) with an office variable."""
    n = sx = sy = sxx = sxy = 0
    for o in range(x.shape[0]):
        if x[o] >= 0:
            n += all_[o]
            sx += all_[o] * x[o]
            sy += ones[o]
            sxx += all_[o] * x[o] * x[o]
            sxy += ones[o] * x[o]
    return _corr(n, sx, sy, sxx, sy, sxy)


@njit(cache=True)
def predictors(people, led, size, serv, lsos, municipal, r, low):
    """Correlations (5 x 5) of the predictors of Tabell 3 among respondents with all of them known."""
    n = 0
    s = np.zeros(5)
    q = np.zeros((5, 5))
    v = np.zeros(5)
    for o in range(people.shape[0]):
        if serv[o] < 0 or size[o] < 0:
            continue
        for sos in range(2):
            if municipal:
                w = people[o, 3 * 1 + sos]
            else:
                w = people[o, sos] + people[o, 3 + sos] + people[o, 6 + sos]
            if w == 0:
                continue
            v[0] = led[o]
            v[1] = size[o]
            v[2] = serv[o]
            v[3] = 1 - sos
            v[4] = lsos[o]
            n += w
            for i in range(5):
                s[i] += w * v[i]
                for j in range(i + 1):
                    q[i, j] += w * v[i] * v[j]
    for i in range(5):
        for j in range(i + 1):
            a = n * q[i, i] - s[i] * s[i]
            b = n * q[j, j] - s[j] * s[j]
            if a <= 0 or b <= 0:
                r[i, j] = 0.0
            else:
                r[i, j] = (n * q[i, j] - s[i] * s[j]) / np.sqrt(a * b)
            r[j, i] = r[i, j]
    low[0] = n


@njit(cache=True)
def _regression_loss(r, inv, beta, starred, df2, f, radius, sos_lo, sos_hi, claims):
    """How far a predictor matrix is from allowing a printed regression row."""
    k = 5
    rb = np.zeros(k)
    r2 = 0.0
    for i in range(k):
        for j in range(k):
            rb[i] += r[i, j] * beta[j]
        r2 += beta[i] * rb[i]
    reach = 0.0
    for i in range(k):
        reach += abs(rb[i])
    reach *= 2.0 * radius * 0.8
    lo = 5.0 * (f - 0.0045) / (5.0 * (f - 0.0045) + df2)
    hi = 5.0 * (f + 0.0045) / (5.0 * (f + 0.0045) + df2)
    target = 0.5 * (lo + hi)
    loss = outside(r2, lo - reach, hi + reach) / 0.001
    for j in range(k):
        se = np.sqrt((1.0 - target) / df2 * inv[j, j])
        if starred[j]:
            loss += max(0.0, 1.97 - (abs(beta[j]) + radius) / se) / 0.05
        else:
            loss += max(0.0, (abs(beta[j]) - radius) / se - 1.955) / 0.05
    for j in range(k):
        reach = 0.0
        for i in range(k):
            reach += abs(r[j, i])
        reach *= radius * 0.8
        if j == 3:
            loss += outside(rb[3], sos_lo - reach, sos_hi + reach) / 0.005
        else:
            loss += outside(rb[j], claims[j, 0] - reach, claims[j, 1] + reach) / 0.01
    return loss


class Offices(NamedTuple):
    """The design under search: people of each type per office and the offices' attributes."""

    people: NDArray[np.int64]
    led: NDArray[np.int64]
    size: NDArray[np.int64]
    serv: NDArray[np.int64]
    lsos: NDArray[np.int64]
    mini: NDArray[np.int64]
    known_size: NDArray[np.int64]  # `size`, -1 where the leader did not tell


class Asked(NamedTuple):
    """What is asked of a design, as arrays."""

    beta: NDArray[np.float64]
    star: NDArray[np.bool_]
    df: NDArray[np.float64]
    f: NDArray[np.float64]
    municipal: NDArray[np.int64]
    sos: NDArray[np.float64]
    claims: NDArray[np.float64]
    correlations: NDArray[np.float64]
    bounds: NDArray[np.float64]


@njit(cache=True)
def design_loss(offices, asked):
    """Total loss of a design; `asked.bounds` holds, in this order, the closed ranges of: respondents in
    two-leader offices, in large offices, in minimum offices, the minimum share, municipal staff under a
    sosionom leader, offices with such a leader, minimum offices, an office's municipal share, an office's
    sosionom share, municipal leaders who are sosionomer."""
    people, led, _, serv, lsos, mini, size4 = offices
    reg_beta, reg_star, reg_df, reg_f, reg_mun, reg_sos, reg_claims, corr_targets, bounds = asked
    o_n = people.shape[0]
    n_all = np.zeros(o_n, np.int64)
    n_sos = np.zeros(o_n, np.int64)
    has_sos = np.zeros(o_n, np.int64)
    kom = np.zeros(o_n, np.int64)
    has_emp = np.zeros(o_n, np.int64)
    for o in range(o_n):
        for t in range(9):
            c = people[o, t]
            n_all[o] += c
            if t % 3 == 0:
                n_sos[o] += c
            if t % 3 != 2:
                has_sos[o] += c
            if t // 3 == 1:
                kom[o] += c
            if t // 3 != 2:
                has_emp[o] += c
    loss = 0.0
    two = large = mini0 = mini_n = lead_kom = lead_off = mini_off = one_leader_sos = 0
    for o in range(o_n):
        # believable offices: no office of one employer or one education only
        loss += outside(kom[o] / max(1, has_emp[o]), bounds[7, 0], bounds[7, 1]) / 0.05
        loss += outside(n_sos[o] / max(1, has_sos[o]), bounds[8, 0], bounds[8, 1]) / 0.05
        if led[o] == 2:
            two += n_all[o]
        if size4[o] == 3:
            large += n_all[o]
        if serv[o] == 0:
            mini_off += 1
        if mini[o] >= 0:
            mini_n += n_all[o]
            if mini[o] == 0:
                mini0 += n_all[o]
        if lsos[o] == 1:
            lead_kom += kom[o]
            lead_off += 1
            if led[o] == 1:
                one_leader_sos += 1
        else:
            # municipal staff without an answer on their education also skip one leadership item; Figur 16's
            # group sizes place them under leaders who are sosionomer
            loss += people[o, 5]
    loss += outside(two, bounds[0, 0], bounds[0, 1]) + outside(large, bounds[1, 0], bounds[1, 1])
    loss += outside(mini0, bounds[2, 0], bounds[2, 1])
    loss += outside(np.float64(mini_n - mini0) / max(1, mini_n), bounds[3, 0], bounds[3, 1]) / 0.001
    loss += outside(lead_kom, bounds[4, 0], bounds[4, 1]) + 2 * outside(lead_off, bounds[5, 0], bounds[5, 1])
    loss += 5 * abs(mini_off - bounds[6, 0])
    # most sosionomer among leaders are municipal, and one-leader offices mostly have a state leader
    loss += 2 * max(0, bounds[9, 0] + one_leader_sos - lead_off)
    # correlations of Tabell 4 and 5: led-sos, led-kom, aar-sos, aar-kom, aar-led, min-sos, min-kom, min-led,
    # min-aar (sosionom coded 1 yes, 2 no: correlate with "not sosionom")
    not_sos = has_sos - n_sos
    values = np.zeros(9)
    values[0] = _mixed_corr(not_sos, has_sos, led)
    values[1] = _mixed_corr(kom, has_emp, led)
    values[2] = _mixed_corr(not_sos, has_sos, size4)
    values[3] = _mixed_corr(kom, has_emp, size4)
    values[4] = _weighted_corr(n_all, size4, led)
    values[5] = _mixed_corr(not_sos, has_sos, mini)
    values[6] = _mixed_corr(kom, has_emp, mini)
    values[7] = _weighted_corr(n_all, mini, led)
    values[8] = _weighted_corr(n_all, mini, size4)
    for i in range(9):
        loss += outside(values[i], corr_targets[i, 0], corr_targets[i, 1]) / 0.005
    r = np.zeros((5, 5))
    inv = np.zeros((5, 5))
    low = np.zeros(1)
    for m in range(2):
        predictors(people, led, size4, serv, lsos, m == 1, r, low)
        if not invert(r, inv):
            return loss + 1000.0
        for k in range(reg_beta.shape[0]):
            if reg_mun[k] == m:
                loss += _regression_loss(
                    r,
                    inv,
                    reg_beta[k],
                    reg_star[k],
                    reg_df[k],
                    reg_f[k],
                    0.0042,
                    reg_sos[k, 0],
                    reg_sos[k, 1],
                    reg_claims[k],
                )
    return loss
