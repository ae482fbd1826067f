"""Random numbers that are the same on every machine.

The search needs millions of draws inside compiled code, and its result must not depend on the machine, on the
numpy version or on the C library. SplitMix64 (Steele, Lea and Flood 2014) is integer arithmetic only, so
every platform produces the same stream; the only transcendental function the search needs, the logarithm of
the acceptance rule, comes from a table computed in decimal arithmetic.
"""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
from numba import njit
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11, _S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(11), np.uint64(32)
_UNIT = 1.0 / 9007199254740992.0  # 2**-53

State = NDArray[np.uint64]


def stream(seed: int, *path: int | str) -> State:
    """Return the state (shape (1,), uint64) of an independent stream for `seed` and a name.

    The name keeps parts of the search apart: adding draws to one part leaves the others as they were.
    """
    state = np.array([seed & 0xFFFFFFFFFFFFFFFF], dtype=np.uint64)
    for part in path:
        for byte in (*str(part).encode("utf-8"), 0):
            state[0] = next_u64(state) ^ np.uint64(byte)
    next_u64(state)
    return state


@njit(cache=True)
def next_u64(state):
    """Next 64 random bits; `state` moves on."""
    state[0] = state[0] + _GOLDEN
    z = state[0]
    z = (z ^ (z >> _S30)) * _MIX1
    z = (z ^ (z >> _S27)) * _MIX2
    return z ^ (z >> _S31)


@njit(cache=True)
def below(state, n):
    """A whole number from 0 to n-1 (n < 2**31; the bias of 2**-32 n is of no matter here)."""
    high = next_u64(state) >> _S32
    return np.int64((high * np.uint64(n)) >> _S32)


@njit(cache=True)
def unit(state):
    """A number in [0, 1) with 53 random bits."""
    return np.float64(next_u64(state) >> _S11) * _UNIT


@njit(cache=True)
def shuffle(state, values):
    """Shuffle a one-dimensional array in place (Fisher and Yates)."""
    for i in range(values.shape[0] - 1, 0, -1):
        j = below(state, i + 1)
        keep = values[i]
        values[i] = values[j]
        values[j] = keep


@njit(cache=True)
def normal(state):
    """An approximately standard normal number: the sum of twelve uniforms less six.

    Exact integer sums, no logarithm or cosine; the tails end at six standard deviations, which five answer
    categories never see.
    """
    total = np.int64(0)
    for _ in range(12):
        total += np.int64(next_u64(state) >> _S32)
    return np.float64(total) / 4294967296.0 - 6.0


@njit(cache=True)
def bell(state, out):
    """Fill `out` with approximately standard normal numbers."""
    for i in range(out.shape[0]):
        out[i] = normal(state)


def bells(state: State, n: int) -> NDArray[np.float64]:
    """`n` approximately standard normal numbers."""
    out = np.zeros(n)
    bell(state, out)
    return out


def exponential_table(size: int = 4096) -> NDArray[np.float64]:
    """Quantiles of the unit exponential, -ln((i + 1/2) / size), rounded from decimal arithmetic."""
    with localcontext() as context:
        context.prec = 25
        return np.array([float(-((Decimal(2 * i + 1) / Decimal(2 * size)).ln())) for i in range(size)])


def permutation(state: State, n: int) -> NDArray[np.int64]:
    """A random order of 0 .. n-1."""
    order = np.arange(n, dtype=np.int64)
    shuffle(state, order)
    return order
