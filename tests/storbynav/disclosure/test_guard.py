"""Real answers cannot be committed by accident: the content of tracked files is looked at."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.disclosure.guard import check
from storbynav.sav import write_sav
from storbynav.survey import load

HEAD = "id,office,bg_kjonn,bg_arbeidsgiver,bg_rolle,sa_ip,sa_oversikt,sa_kompetanse,led_folger\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project under version control with the synthetic survey and nothing else."""
    survey = tmp_path / "data" / "survey"
    survey.mkdir(parents=True)
    for name in ("survey.csv", "survey.sav", "offices.csv", "leaders.csv", "manifest.yml"):
        shutil.copy(paths.SURVEY / name, survey / name)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    return tmp_path


def refused(project: Path) -> dict[str, str]:
    subprocess.run(["git", "-C", str(project), "add", "-A", "-f"], check=True)
    return {one.file: one.why for one in check(project)}


def test_the_synthetic_survey_may_be_tracked(project: Path) -> None:
    assert refused(project) == {}


def test_so_may_that_of_an_example_book(project: Path) -> None:
    shutil.move(project / "data", project / "examples" / "bok" / "data")
    assert refused(project) == {}
    manifest = project / "examples" / "bok" / "data" / "survey" / "manifest.yml"
    manifest.rename(manifest.with_name("liste.yml"))
    assert "examples/bok/data/survey/survey.sav" in refused(project)


def test_this_project_tracks_no_real_answers() -> None:
    assert check() == []


def test_a_manifest_of_real_answers(project: Path) -> None:
    (project / "m.yml").write_text("provenance: real\nchecksums: {survey.csv: abc}\n", encoding="utf-8")
    (project / "kart.yml").write_text("provenance: real\ncolumns: {A: led_folger}\n", encoding="utf-8")
    assert list(refused(project)) == ["m.yml"], "a column map holds no answers"


@pytest.mark.parametrize("name", ["svar.sav", "bilde.png", "notat"])
def test_a_statistics_file_whatever_it_is_called(project: Path, name: str) -> None:
    import datetime as dt

    write_sav(load(), project / "x.sav", dt.date(2020, 1, 1))
    (project / "x.sav").rename(project / name)
    assert "SPSS" in refused(project)[name]


def test_a_table_with_the_columns_of_the_codebook(project: Path) -> None:
    (project / "utdrag.txt").write_text(HEAD + "1,fana,1,1,4,2,2,3,1\n", encoding="utf-8")
    assert "kodebokens kolonner" in refused(project)["utdrag.txt"]


def test_rows_of_codes_under_other_names(project: Path) -> None:
    rows = ["\t".join(f"Q{i}" for i in range(20))] + ["\t".join(str(i % 5 + 1) for i in range(20))] * 40
    (project / "eksport.dat").write_text("\n".join(rows), encoding="utf-8")
    assert "rader av koder" in refused(project)["eksport.dat"]


def test_real_answers_copied_over_the_synthetic_ones(project: Path) -> None:
    survey = project / "data" / "survey" / "survey.csv"
    survey.write_text(survey.read_text("utf-8").replace("\n1,", "\n9001,", 1), encoding="utf-8")
    assert "data/survey/survey.csv" in refused(project)


def test_a_manifest_that_turned_real_vouches_for_nothing(project: Path) -> None:
    manifest = project / "data" / "survey" / "manifest.yml"
    text = manifest.read_text("utf-8").replace("provenance: synthetic", "provenance: real")
    manifest.write_text(text, encoding="utf-8")
    files = {f"data/survey/{name}" for name in ("survey.csv", "survey.sav", "manifest.yml")}
    assert files <= set(refused(project))


def test_without_version_control_there_is_nothing_to_guard(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ikke under versjonskontroll"):
        check(tmp_path)
