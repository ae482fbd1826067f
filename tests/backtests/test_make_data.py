"""`make data` gives the shipped files byte for byte (a full search, about a minute)."""

from __future__ import annotations

import filecmp
from pathlib import Path

from storbynav import cli, paths


def test_make_data_reproduces_the_shipped_files(tmp_path: Path) -> None:
    assert cli.main(["reconstruct", "--out", str(tmp_path)]) == 0
    names = ["survey.csv", "offices.csv", "leaders.csv", "survey.sav", "manifest.yml"]
    same, different, unreadable = filecmp.cmpfiles(tmp_path, paths.SURVEY, names, shallow=False)
    assert (sorted(same), different, unreadable) == (sorted(names), [], [])
