"""The arithmetic of the print: how it rounds, and what earns a star.

A module of its own, as `verify` needs it at every build of the report, and the rest of this package imports
numba.
"""

from __future__ import annotations

import numpy as np
from scipy import special


def round_half_up(value: float, decimals: int) -> float:
    """Round as the print does, half away from zero."""
    scale = 10**decimals
    return float(np.floor(abs(value) * scale + 0.5 + 1e-9) / scale * (1 if value >= 0 else -1))


def critical_t(df: int, alpha: float) -> float:
    """Two-sided critical t, rounded so that it is the same number everywhere."""
    return round(float(special.stdtrit(df, 1 - alpha / 2)), 6)


def critical_r(n: int, alpha: float) -> float:
    """Smallest |r| that is significant at `alpha` with `n` pairs."""
    t = critical_t(n - 2, alpha)
    return round(t / float(np.sqrt(n - 2 + t * t)), 8)
