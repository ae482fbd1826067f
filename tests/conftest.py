"""The long group's limit: kills, fuzzing and rebuilds may take ten minutes together on two cores, no more."""

from __future__ import annotations

import time

import pytest

LIMIT = 600.0
"""Seconds that `make test-long` may take."""

_began = time.monotonic()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of the long group that took longer; the workers of a parallel run do not measure."""
    took = time.monotonic() - _began
    if session.config.option.markexpr == "long" and not hasattr(session.config, "workerinput") and took > LIMIT:
        pytest.exit(f"the long group took {took:.0f} s; its limit is {LIMIT:.0f} s", returncode=1)
