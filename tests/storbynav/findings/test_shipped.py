"""The shipped survey: every finding as expected, and the file that tells the renderer of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storbynav import findings, paths
from storbynav.findings import Results
from storbynav.findings.command import summary
from storbynav.survey import Survey

SPAN = re.compile(r'\.funn ref="([^"]+)"')


def test_every_finding_is_as_expected(results: Results) -> None:
    assert [(v.finding.id, findings.describe(v)[1]) for v in results.changed] == []


def test_where_the_computed_verdict_on_print_is_another_it_says_why(results: Results) -> None:
    unexplained = [
        v.finding.id for v in results.verdicts if v.print_agrees is False and not v.finding.print_reason
    ]
    assert unexplained == []
    agreeing = [v for v in results.verdicts if v.print_agrees]
    assert len(agreeing) > 80


def test_every_span_of_the_text_is_bound(results: Results) -> None:
    known = {v.finding.id for v in results.verdicts}
    used = {
        ident
        for path in [paths.ROOT / "index.qmd", *paths.REPORT.rglob("*.qmd")]
        for ident in SPAN.findall(path.read_text(encoding="utf-8"))
    }
    assert used and used <= known


def test_json_is_the_same_each_time_and_holds_annotations(results: Results, tmp_path: Path) -> None:
    first = findings.write(results, tmp_path / "a.json").read_bytes()
    again = findings.write(findings.evaluate_all(results.survey), tmp_path / "b.json").read_bytes()
    assert first == again
    told = json.loads(first)
    assert set(told["annotations"]) == {v.finding.id for v in results.verdicts}
    assert told["annotations"]["f-045"]["outcome"] == "ok"
    assert told["counts"]["all"] == 417
    assert told["counts"]["testable"] + sum(f["expect"] == "none" for f in told["findings"]) == 417


def test_an_unchanged_file_is_left_alone(results: Results, tmp_path: Path) -> None:
    path = findings.write(results, tmp_path / "a.json")
    before = path.stat().st_mtime_ns
    time.sleep(0.01)
    assert findings.write(results, path).stat().st_mtime_ns == before


def test_a_finding_that_fails_is_told_in_words(shipped: Survey, results: Results) -> None:
    from dataclasses import replace

    frame = shipped.frame.assign(sa_kompetanse=6 - shipped.frame["sa_kompetanse"])
    broken = findings.evaluate_all(replace(shipped, frame=frame))["f-045"]
    label, text = findings.describe(broken)
    assert label == "holder ikke"
    assert text.startswith("funnet holder ikke i dataene: «") and text.endswith("\u00a0%")


def test_summary_names_construction_only_for_made_answers(results: Results) -> None:
    from dataclasses import replace

    assert "Ved konstruksjon" in summary(results)
    real = replace(results.survey, provenance=replace(results.survey.provenance, kind="real"))
    assert "Ved konstruksjon" not in summary(findings.evaluate_all(real))


def test_a_contradicted_finding_is_told_with_a_note(results: Results) -> None:
    bound = {v.finding.id for v in results.verdicts if v.finding.expect == "contradicted"}
    silent = set()
    for path in paths.REPORT.rglob("*.qmd"):
        text = path.read_text(encoding="utf-8")
        for match in SPAN.finditer(text):
            if match[1] not in bound:
                continue
            start, end = text.rfind("\n\n", 0, match.start()), text.find("\n\n", match.end())
            paragraph = text[max(start, 0) : end if end > 0 else None]
            if "^[" not in paragraph and "[^" not in paragraph:
                silent.add(match[1])
    assert not silent


def test_a_cell_writes_the_file_beside_the_figures(shipped: Survey, tmp_path: Path) -> None:
    from storbynav.catalogue import load_catalogue
    from storbynav.report import Report

    assert Report(shipped, load_catalogue(), figures_folder=tmp_path).findings() is None
    told = json.loads((tmp_path / "findings" / "findings.json").read_text(encoding="utf-8"))
    assert told["counts"]["all"] == 417 and told["provenance"] == shipped.provenance.kind


@pytest.mark.parametrize("broken", [False, True])
def test_command(tmp_path: Path, broken: bool) -> None:
    out = tmp_path / "funn.json"
    command = [sys.executable, "-m", "storbynav.cli", "findings", "--out", str(out)]
    if broken:
        text = findings.FILE.read_text(encoding="utf-8").replace(
            '{share: sa_kompetanse, is: "78"}', '{share: sa_kompetanse, is: "12"}'
        )
        (tmp_path / "funn.yml").write_text(text, encoding="utf-8")
        command += ["--file", str(tmp_path / "funn.yml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=paths.ROOT)
    assert done.returncode == (1 if broken else 0), done.stdout + done.stderr
    assert ("f-045 holder ikke" in done.stdout) == broken
    assert out.is_file()
