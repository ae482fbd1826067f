"""Targets are data: they parse, and a changed file changes the target."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Correlation, r_interval
from storbynav.reconstruct.offices.asked import design_targets
from storbynav.reconstruct.reading import read
from storbynav.reconstruct.rounding import critical_r


def test_the_shipped_folder_parses_in_full() -> None:
    facts = read(paths.PUBLISHED)
    offices = design_targets(facts).plans
    assert len(offices) == 32
    assert sum(o.leaders == 2 for o in offices) == 22
    assert len(facts.regressions) == 8
    assert len(facts.correlations) == 55 + 65 + 105


def test_tabell_5_is_turned_to_the_coding_of_the_survey() -> None:
    cells = {(c.table, c.row, c.col): c.r for c in read(paths.PUBLISHED).correlations}
    assert (
        cells["v1_5", "bg_sosionom", "bg_arbeidsgiver"]
        == -0.47
        == cells["v1_4", "bg_arbeidsgiver", "bg_sosionom"]
    )


def test_stars_narrow_the_interval_of_r() -> None:
    cell = Correlation("v1_5", "a", "b", 0.08, 2, True)
    lo, hi = r_interval(cell, 955)
    assert lo > critical_r(955, 0.01) > 0.083 and hi < 0.085
    lo, hi = r_interval(Correlation("v1_5", "a", "b", 0.08, 1, True), 955)
    assert lo > 0.075 and hi < critical_r(955, 0.01)
    assert r_interval(Correlation("v1_5", "a", "b", -0.08, 2, True), 955)[1] < -0.083


def test_impossible_stars_leave_an_empty_interval() -> None:
    lo, hi = r_interval(Correlation("v1_4", "a", "b", 0.04, 2, True), 841)
    assert lo > hi


def test_a_moved_cell_moves_its_target(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(paths.PUBLISHED, folder)
    table = folder / "table_v1_2_correlations_long.csv"
    text = table.read_text(encoding="utf-8")
    table.write_text(
        text.replace("5,led_arbeidssituasjon,4,led_folger,0.71", "5,led_arbeidssituasjon,4,led_folger,0.70"),
        encoding="utf-8",
    )

    def cell(place: Path) -> float:
        return next(
            c.r for c in read(place).correlations if (c.row, c.col) == ("led_arbeidssituasjon", "led_folger")
        )

    assert (cell(paths.PUBLISHED), cell(folder)) == (0.71, 0.70)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(paths.PUBLISHED, folder)
    (folder / "table_v1_3_regression.csv").unlink()
    with pytest.raises(ReconstructionError, match=r"table_v1_3_regression\.csv"):
        read(folder)
