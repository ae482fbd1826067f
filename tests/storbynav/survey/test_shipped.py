"""The survey that the repository ships passes its own checks, in both of its forms."""

from __future__ import annotations

import time

import pandas as pd
import pytest

from storbynav import paths
from storbynav.codebook import Codebook
from storbynav.survey import Survey, load


@pytest.fixture(scope="module")
def shipped() -> Survey:
    return load()


def test_size_and_provenance(shipped: Survey) -> None:
    assert len(shipped) == 997
    assert len(shipped.offices) == 32
    assert len(shipped.leaders) == 52
    assert shipped.synthetic
    assert not shipped.provenance.edited


def test_the_spss_file_holds_the_same(shipped: Survey) -> None:
    again = load(paths.SAV_FILE)
    pd.testing.assert_frame_equal(again.frame, shipped.frame)
    assert not again.provenance.edited


def test_every_category_of_every_question_occurs(shipped: Survey, codebook: Codebook) -> None:
    for variable in codebook.of("survey"):
        assert set(shipped.answers(variable.id).dropna()) == set(variable.codes), variable.id


def test_loading_is_quick() -> None:
    """Loading itself, imports apart; the bound is wide because test machines are shared."""
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        load()
        seconds.append(time.perf_counter() - start)
    assert min(seconds) < 0.5
