"""Rounding and critical values of the print."""

from __future__ import annotations

import subprocess
import sys

import pytest
from scipy import stats

from storbynav.reconstruct.rounding import critical_r, round_half_up


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.845, 2, 0.85),
        (0.125, 2, 0.13),
        (-0.125, 2, -0.13),
        (58.75, 1, 58.8),
        (2.5, 0, 3.0),
        (0.0449, 2, 0.04),
    ],
)
def test_rounding_is_half_up_away_from_zero(value: float, decimals: int, printed: float) -> None:
    assert round_half_up(value, decimals) == printed


@pytest.mark.parametrize("n", [37, 555, 997])
@pytest.mark.parametrize("alpha", [0.05, 0.01])
def test_critical_r_is_where_p_is_alpha(n: int, alpha: float) -> None:
    r = critical_r(n, alpha)
    t = r * ((n - 2) / (1 - r * r)) ** 0.5
    assert 2 * stats.t.sf(t, n - 2) == pytest.approx(alpha, rel=1e-4)


def test_checking_the_print_does_not_import_numba() -> None:
    """`verify` runs at every build of the report; only the reconstruction needs what takes a second."""
    code = "import sys, storbynav.verify.run; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
