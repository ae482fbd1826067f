"""A book of real answers from beginning to end: built in the private folder, scanned, wiped."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from scripts import private_report
from storbynav import paths
from storbynav.cli import main

CHAPTERS = ("index.qmd", "report/vedlegg-2.qmd", "report/vedlegg-3.qmd")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project with three of its chapters, so that it is built in a minute."""
    root = tmp_path / "prosjekt"
    for part in (*private_report.PARTS, "publication.yml", private_report.POLICY):
        source, target = paths.ROOT / part, root / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    file = root / "_quarto.yml"
    kept = [
        line
        for line in file.read_text("utf-8").splitlines(keepends=True)
        if not re.match(r"\s+- \S+\.qmd$", line) or line.split("- ")[1].strip() in CHAPTERS
    ]
    file.write_text("".join(kept), encoding="utf-8")
    return root


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Answers imported as an institute would: one scale turned, so that findings on it do not hold."""
    frame = pd.read_csv(paths.SURVEY_FILE, dtype=object)
    turned = frame["led_folger"].map(lambda code: code if code != code else str(6 - int(code)))
    frame.assign(led_folger=turned).to_csv(tmp_path / "svar.csv", index=False)
    (tmp_path / "kart.yml").write_text("provenance: real\n", encoding="utf-8")
    arguments = ["import", str(tmp_path / "svar.csv"), "--map", str(tmp_path / "kart.yml")]
    arguments += ["--offices", str(paths.OFFICES_FILE), "--leaders", str(paths.LEADERS_FILE)]
    assert main([*arguments, "--out", str(tmp_path / "privat")]) == 0
    return tmp_path / "privat"


@pytest.mark.long
def test_a_book_of_real_answers(project: Path, data: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert private_report.build(data, project, ["--to", "html"]) == 0
    told = capfd.readouterr().out
    assert "Ingen lekkasjer" in told
    target = data / private_report.MIRROR
    listed = (target / private_report.STATEMENTS).read_text("utf-8")
    assert re.search(r"^report/vedlegg-2/\S+\.qmd:\d+: f-\d+ ", listed, re.MULTILINE)
    front = (target / "_book" / "index.html").read_text("utf-8")
    assert "Tallene kommer fra svarene" in front and "Tallene er syntetiske" not in front
    appendix = (target / "_book" / "report" / "vedlegg-3.html").read_text("utf-8")
    assert "Ordlyden til disse spørsmålene er ikke trykt" in appendix
    text = "".join(file.read_text("utf-8") for file in (target / "_book").rglob("*.html"))
    assert "yntetisk" not in re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL)
    assert ">:</text>" in text, "some values of single offices are hidden"
    outside = {p.relative_to(data).parts[0] for p in data.rglob("*") if p.is_file()}
    assert outside == {"rapport", *private_report.SURVEY, "provenance.yml"}
    private_report.wipe(data)
    assert not target.exists()
