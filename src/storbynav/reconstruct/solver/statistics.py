"""Statistics from whole-number moments: the same operations in the same order on every machine."""

from __future__ import annotations

import numpy as np
from numba import njit


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
def invert(a, out):
    """Gauss-Jordan inverse of a small matrix, fixed order of operations; False when singular."""
    k = a.shape[0]
    w = np.zeros((k, 2 * k))
    for i in range(k):
        for j in range(k):
            w[i, j] = a[i, j]
        w[i, k + i] = 1.0
    for i in range(k):
        p = i
        for r in range(i + 1, k):
            if abs(w[r, i]) > abs(w[p, i]):
                p = r
        if abs(w[p, i]) < 1e-9:
            return False
        if p != i:
            for j in range(2 * k):
                t = w[p, j]
                w[p, j] = w[i, j]
                w[i, j] = t
        d = w[i, i]
        for j in range(2 * k):
            w[i, j] = w[i, j] / d
        for r in range(k):
            if r != i:
                m = w[r, i]
                if m != 0.0:
                    for j in range(2 * k):
                        w[r, j] = w[r, j] - m * w[i, j]
    for i in range(k):
        for j in range(k):
            out[i, j] = w[i, k + j]
    return True
