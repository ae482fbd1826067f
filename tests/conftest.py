"""The long group: kills, fuzzing and rebuilds; twenty minutes together on two cores, no more."""

from __future__ import annotations

import os
import time

import pytest

from tests.fuzz import LONG

LIMIT = 1200.0
"""Seconds that `make test-long` may take."""

_began = time.monotonic()


def _is_long(config: pytest.Config) -> bool:
    return str(config.option.markexpr).startswith("long")


def pytest_configure(config: pytest.Config) -> None:
    """Fuzz harder in the long group."""
    if _is_long(config):
        os.environ.setdefault("FUZZ", str(LONG))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run of the long group that took longer; the workers of a parallel run do not measure."""
    took = time.monotonic() - _began
    if _is_long(session.config) and not hasattr(session.config, "workerinput") and took > LIMIT:
        pytest.exit(f"the long group took {took:.0f} s; its limit is {LIMIT:.0f} s", returncode=1)
