"""`make report DATA=…` and `make wipe DATA=…`: the mirror of the project in the private folder."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
import yaml

from scripts import private_report
from scripts.private_report import RefusedError, mirror, spans, statements, wipe
from storbynav import paths
from storbynav.edition import FILE, check
from storbynav.survey import load


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data set as `storbynav import` leaves it."""
    folder = tmp_path / "privat"
    folder.mkdir()
    for name in ("survey.csv", "survey.sav", "offices.csv", "leaders.csv"):
        shutil.copy(paths.SURVEY / name, folder)
    (folder / "manifest.yml").write_text("provenance: real\nrespondents: 997\n", encoding="utf-8")
    return folder


def test_the_mirror_holds_the_project_with_the_real_survey(data: Path) -> None:
    target = mirror(data)
    survey = load(target / "data" / "survey" / "survey.csv")
    assert not survey.synthetic
    check(target / "data" / "survey", survey.provenance)
    told = yaml.safe_load((target / "data" / "survey" / FILE).read_text("utf-8"))
    assert told == {"answers": {"synthetic": False, "real": True}}
    publication = yaml.safe_load((target / "publication.yml").read_text("utf-8"))
    assert "syntetisk" not in publication["publication"]["statement"]
    assert "utkast" in publication["publication"]["edition"]
    assert publication["book"]["title"], "what is not said otherwise stays"
    assert (target / "src" / "storbynav" / "report" / "__init__.py").is_file()
    assert not (target / "data" / "survey" / "ddi.xml").exists(), "the synthetic survey's"


def test_a_second_mirror_touches_only_what_changed(data: Path) -> None:
    target = mirror(data)
    there = (p for p in target.rglob("*") if p.is_file() and p.name != private_report.MARKER)
    files = {p: p.stat().st_mtime_ns for p in there}
    (target / "report" / "borte.qmd").write_text("# Tatt ut av boken\n", encoding="utf-8")
    (target / "index.qmd").write_text("gammel\n", encoding="utf-8")
    (target / "_figures").mkdir()
    (target / "_figures" / "x").write_text("bygd", encoding="utf-8")
    mirror(data)
    assert not (target / "report" / "borte.qmd").exists()
    assert (target / "_figures" / "x").exists(), "what was built stays"
    changed = {p.name for p, at in files.items() if p.stat().st_mtime_ns != at}
    assert changed <= {"index.qmd"}
    assert (target / "index.qmd").read_bytes() == (paths.ROOT / "index.qmd").read_bytes()


def test_what_the_scan_added_to_the_policy_survives(data: Path) -> None:
    target = mirror(data)
    one = {"item": "led_folger", "codes": [5], "groups": {"office": ["fana"]}}
    assert private_report._withhold(target, paths.ROOT, [one, one])
    assert not private_report._withhold(target, paths.ROOT, [one])
    mirror(data)
    assert yaml.safe_load((target / "data" / "disclosure.yml").read_text("utf-8"))["withhold"] == [one]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda d: (d / "survey.csv").unlink(), "har ikke survey.csv"),
        (lambda d: (d / "manifest.yml").write_text("provenance: synthetic\n"), "ikke et datasett"),
        (
            lambda d: (d / "manifest.yml").write_text("provenance: real\nchecksums: {survey.csv: abc}\n"),
            "endret etter importen",
        ),
    ],
)
def test_only_real_answers_are_built_this_way(data: Path, spoil, told: str) -> None:  # type: ignore[no-untyped-def]
    spoil(data)
    with pytest.raises(RefusedError, match=told):
        mirror(data)


def test_faulty_answers_are_told_without_the_respondent(data: Path) -> None:
    file = data / "survey.csv"
    lines = file.read_text("utf-8").splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + ",Kari på kontor 3"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(RefusedError) as error:
        mirror(data)
    assert "Kari" not in str(error.value) and "rad" in str(error.value)


def test_wipe_removes_the_build_and_nothing_else(data: Path) -> None:
    with pytest.raises(RefusedError, match="ingenting er fjernet"):
        wipe(data)
    (data / private_report.MIRROR).mkdir()
    with pytest.raises(RefusedError):
        wipe(data)  # somebody's own folder of that name
    target = mirror(data)
    (target / ".kvarto").mkdir()
    wipe(data)
    assert not target.exists() and (data / "survey.csv").is_file()


def test_spans_are_found_with_line_and_words() -> None:
    text = 'En\n[To [tre](x.qmd) og\nfire]{.funn ref="f-001"} [fem]{.annet} [seks \\] sju]{.funn ref=f-002}\n'
    assert list(spans(text)) == [(2, "f-001", "To [tre](x.qmd) og fire"), (3, "f-002", "seks \\] sju")]


def test_sentences_that_no_longer_hold_are_listed(tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "index.qmd").write_text('\n[Alt er bra]{.funn ref="f-1"}\n', encoding="utf-8")
    text = '[Ute]{.funn ref="f-2"} [Inne]{.funn ref="f-3"}\n'
    (tmp_path / "report" / "k.qmd").write_text(text, encoding="utf-8")
    notes = {
        "f-1": {"outcome": "ok", "text": ""},
        "f-2": {"outcome": "changed", "text": "funnet holder ikke i dataene: 30 %"},
        "f-3": {"outcome": "ok", "text": ""},
    }
    (tmp_path / "_figures" / "findings").mkdir(parents=True)
    file = tmp_path / "_figures" / "findings" / "findings.json"
    file.write_text(json.dumps({"annotations": notes}), encoding="utf-8")
    (found,) = statements(tmp_path)
    assert str(found) == "report/k.qmd:1: f-2 funnet holder ikke i dataene: 30 %\n    «Ute»"


def test_every_span_of_the_book_is_found() -> None:
    files = [paths.ROOT / "index.qmd", *paths.REPORT.rglob("*.qmd")]
    text = "\n".join(file.read_text("utf-8") for file in files)
    assert len(list(spans(text))) == len(re.findall(r"\.funn\b", text)) > 400
