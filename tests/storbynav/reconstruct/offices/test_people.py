"""Respondents: joint counts of the three kinds of competence, and the arithmetic under them."""

from __future__ import annotations

import copy

import numpy as np
import pytest

from storbynav import paths
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.offices.people import find_joint, phi
from storbynav.reconstruct.reading import read
from storbynav.reconstruct.rounding import round_half_up

PEOPLE = read(paths.PUBLISHED).plan["people"]


def test_phi_is_the_correlation_of_two_binary_variables() -> None:
    x = np.repeat([1, 1, 0, 0], [30, 20, 10, 40])
    y = np.repeat([1, 0, 1, 0], [30, 20, 10, 40])
    assert phi(30, 20, 10, 40) == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_joint_counts_print_as_the_overlaps() -> None:
    joint = find_joint(PEOPLE)
    assert round_half_up(100 * joint.se / (358 - joint.e_missing_s), 1) == 65.6
    assert round_half_up(100 * joint.sv / (358 - joint.v_missing_s), 1) == 66.9
    assert round_half_up(100 * joint.ev / (355 - joint.v_missing_e), 1) == 60.7


def test_an_overlap_that_no_count_gives_is_refused() -> None:
    moved = copy.deepcopy(PEOPLE)
    moved["overlap"]["phi_se"] = 0.99
    with pytest.raises(ReconstructionError, match=r"people\.overlap"):
        find_joint(moved)
