"""How hard to fuzz: a few examples in `make test`, many in the long group (or as `FUZZ=100` says).

    @pytest.mark.fuzz
    @fuzz(60)
    @given(…)

Examples are the same in every run (derandomised), so that a red run is red again.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = 8
"""How many times the usual number of examples the long group tries."""


def fuzz(examples: int) -> settings:
    """Settings for a fuzzing test that tries this many examples in `make test`."""
    times = int(os.environ.get("FUZZ", "1"))
    return settings(
        derandomize=True,
        deadline=None,
        max_examples=examples * times,
        suppress_health_check=list(HealthCheck),
    )
