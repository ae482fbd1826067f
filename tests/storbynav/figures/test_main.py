"""The command that writes all figures to look at."""

from __future__ import annotations

from pathlib import Path

import pytest

from storbynav.figures.__main__ import main


def test_writes_the_figures_asked_for_and_a_page(
    survey_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "ut"
    assert main(["--survey", str(survey_file), "--out", str(out), "v1_6", "v1_16"]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["index.html", "v1_16", "v1_6"]
    page = (out / "index.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 4
    assert "Alternativ tekst: Liggende søyler" in page
    assert "2 figurer" in capsys.readouterr().out


def test_an_unknown_figure_or_survey_is_told(
    survey_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--survey", str(survey_file), "--out", str(tmp_path), "v1_60"]) == 1
    assert "Mente du v1_6" in capsys.readouterr().err
    assert main(["--survey", str(tmp_path / "nei.csv"), "--out", str(tmp_path)]) == 1
    assert "nei.csv" in capsys.readouterr().err
