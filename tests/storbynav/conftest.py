"""Fixtures of the analysis package."""

from __future__ import annotations

import pytest

from storbynav.codebook import Codebook, load_codebook


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load_codebook()
