"""The shipped answers, declared real: every gate is closed to them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storbynav.survey import Provenance, Survey, load


@pytest.fixture(scope="session")
def shipped() -> Survey:
    return load()


@pytest.fixture(scope="session")
def real(shipped: Survey) -> Survey:
    return replace(shipped, provenance=Provenance(kind="real"))
