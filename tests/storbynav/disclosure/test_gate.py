"""One gate for each kind of output: closed to real answers, open to synthetic ones."""

from __future__ import annotations

import numpy as np
import pytest

from storbynav.disclosure import Gate, policy
from storbynav.survey import Survey


@pytest.fixture
def gate(real: Survey) -> Gate:
    return Gate.of(real, "figures")


def test_a_synthetic_survey_describes_nobody(shipped: Survey) -> None:
    gate = Gate.of(shipped, "figures")
    assert not gate.closed
    assert not gate.cells([1, 2]).any() and not gate.few(2) and gate.rounded(3) == 3


def test_small_cells_and_their_neighbours(gate: Gate) -> None:
    assert gate.cells([30, 2, 12]).tolist() == [False, True, True]
    assert gate.cells([30, 2, 12], [False, True, False]).tolist() == [False, False, False]
    assert gate.hides([3, 20], (1,)) and not gate.hides([0, 20], (0,))


def test_a_small_group_takes_its_n_with_it(gate: Gate) -> None:
    lines = gate.lines([[3, 1], [30, 40], [20, 6]])
    assert lines.n.tolist() == [True, False, True], "the n of another keeps the total from telling"
    assert lines.cells.tolist() == [[True, True], [False, False], [True, True]]


def test_statistics_need_more_respondents(gate: Gate) -> None:
    assert gate.few(policy().minimum_respondents - 1)
    assert not gate.few(policy().minimum_respondents)


def test_a_watching_gate_hides_nothing_and_notes_all(gate: Gate) -> None:
    watching = gate.watching()
    assert not watching.cells([1, 30]).any()
    assert not watching.hides([1, 30], (0,))
    assert watching.take() and not watching.take()
    assert not watching.few(30) and not watching.take()
    assert np.array_equal(gate.cells([1, 30]), [True, True])
