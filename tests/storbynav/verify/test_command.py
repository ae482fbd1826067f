"""The command: what it prints, and its exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from storbynav.cli import main

Edit = Callable[[str, str, str], Path]


def test_success_ends_with_the_verdict(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "resultat.json"
    assert main(["verify", "--json", str(file)]) == 0
    out = capsys.readouterr().out.splitlines()
    told = json.loads(file.read_text(encoding="utf-8"))
    assert out[-1] == (
        f"{told['reproduced']} av {told['total']} gjenskapt med trykt presisjon; "
        f"{told['impossible']} umulige; 0 avvik"
    )
    assert any("v1_3:led_folger:R2: trykt ,09, beregnet ,08" in line for line in out)


def test_a_miss_is_named_and_is_status_1(capsys: pytest.CaptureFixture[str], edit: Edit) -> None:
    folder = edit("sample.yml", "kvinner: 73.4, menn: 25", "kvinner: 73.5, menn: 25")
    assert main(["verify", "--published", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "AVVIK: gender:kvinne: trykt 73,5" in out
    assert out.rstrip().endswith("1 avvik")


def test_a_broken_registry_is_status_2(capsys: pytest.CaptureFixture[str], registry: Path) -> None:
    (registry / "verification.yml").unlink()
    assert main(["verify", "--published", str(registry)]) == 2
    assert "filen mangler" in capsys.readouterr().err


def test_a_missing_survey_is_status_2(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["verify", "--survey", str(tmp_path / "svar.csv")]) == 2
    assert "svar.csv" in capsys.readouterr().err


def test_all_shows_every_number(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--all"]) == 0
    assert "gjenskapt: v1_2:sa_ip:sa_fagutvikling:r: trykt ,46" in capsys.readouterr().out
