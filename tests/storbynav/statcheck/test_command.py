"""The command: its lines, its table, its exit status."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.cli import main


def test_the_print_as_it_is(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "feil.csv"
    assert main(["statcheck", "--csv", str(file)]) == 0
    out = capsys.readouterr().out
    assert "Tabell 3, led_folger: R² ,09: F = 9,47 med 5 og 513 frihetsgrader gir R² = ,0845 [D023]" in out
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert f"{len(rows)} steder går ikke opp, 0 av dem" in out


def test_a_new_contradiction_is_status_1(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = Path(shutil.copytree(paths.PUBLISHED, tmp_path / "published"))
    file = folder / "table_v1_3_regression.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("5,927,10.87,0.06", "5,927,10.87,0.16"), encoding="utf-8")
    assert main(["statcheck", "--published", str(folder)]) == 1
    assert "1 av dem er ikke kjent fra før" in capsys.readouterr().out


def test_a_broken_registry_is_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["statcheck", "--published", str(tmp_path)]) == 2
    assert "filen mangler" in capsys.readouterr().err
