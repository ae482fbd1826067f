"""docs/egne-data.md, run as it stands: the guide for those who hold the real answers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
import yaml

from scripts import private_report
from storbynav import paths
from storbynav.cli import main
from storbynav.codebook import load_codebook
from storbynav.disclosure import policy
from storbynav.survey import load
from storbynav.survey.mapping import load_mapping

GUIDE = (paths.ROOT / "docs" / "egne-data.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for kind, text in BLOCKS if kind == "sh" for line in text.splitlines()]


@pytest.fixture
def owner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data owner's folder with the SPSS file and the column map of the guide."""
    survey = load()
    example = next(text for kind, text in BLOCKS if kind == "yaml" and "columns:" in text)
    mapping = yaml.safe_load(example)
    book = survey.codebook
    frame = survey.frame[list(book.columns("survey"))].drop(columns=mapping["absent"])
    frame["sa_ip"] = 6 - frame["sa_ip"]
    frame["office"] = frame["office"].replace({"fana": "1201"}).fillna("")
    frame = frame.rename(columns={ours: theirs for theirs, ours in mapping["columns"].items()})
    frame["STARTTID"] = 10.0
    monkeypatch.chdir(tmp_path)
    (tmp_path / "privat").mkdir()
    pyreadstat.write_sav(frame, "privat/svar.sav")
    (tmp_path / "privat" / "kolonnekart.yml").write_text(example, encoding="utf-8")
    return tmp_path


def run(command: str) -> int:
    program, *arguments = shlex.split(command)
    assert program == "storbynav"
    return main(arguments)


def test_the_commands_of_the_guide_do_what_it_says(owner: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dry, real = [c for c in COMMANDS if c.startswith("storbynav import")]
    assert run(dry) == 0
    told = capsys.readouterr().out
    assert "ingenting er skrevet" in told and "Spørsmål uten trykt ordlyd" in told
    assert not (owner / "privat" / "data").exists()
    assert run(real) == 0
    assert not load(owner / "privat" / "data" / "survey.csv").synthetic
    assert run(next(c for c in COMMANDS if c.startswith("storbynav metadata"))) == 0
    assert {"ddi.xml", "datapackage.json"} <= {p.name for p in (owner / "privat" / "data").iterdir()}
    target = private_report.mirror(owner / "privat" / "data")
    assert (target / "_quarto.yml").is_file()
    private_report.wipe(owner / "privat" / "data")
    assert not target.exists() and (owner / "privat" / "data" / "survey.csv").is_file()


def test_every_command_is_tried_or_known() -> None:
    kinds = {" ".join(command.split()[:3]) for command in COMMANDS}
    kinds.remove("kvarto render examples/lesevaner")  # tests/examples builds it
    assert kinds == {
        "storbynav import privat/svar.sav",
        "make report DATA=privat/data",
        "storbynav disclosure scan",
        "storbynav metadata privat/data",
        "make wipe DATA=privat/data",
        "storbynav disclosure guard",
    }
    makefile = (paths.ROOT / "Makefile").read_text("utf-8")
    assert "private_report.py build $(DATA)" in makefile and "private_report.py wipe $(DATA)" in makefile
    assert run("storbynav disclosure guard") == 0


def test_the_policy_and_the_map_of_the_guide_are_valid(tmp_path: Path) -> None:
    rules, held, columns = (
        next(text for kind, text in BLOCKS if kind == "yaml" and key in text)
        for key in ("minimum_cell:", "withhold:", "columns:")
    )
    shipped = yaml.safe_load(paths.DISCLOSURE_FILE.read_text("utf-8"))
    assert yaml.safe_load(rules).items() <= shipped.items(), "the guide shows the policy that is in force"
    file = tmp_path / "disclosure.yml"
    file.write_text(yaml.safe_dump({**shipped, **yaml.safe_load(held)}), encoding="utf-8")
    assert len(policy(file).withhold) == 1
    (tmp_path / "kart.yml").write_text(columns, encoding="utf-8")
    assert load_mapping(tmp_path / "kart.yml", load_codebook()).provenance == "real"


def test_the_files_that_the_guide_names_are_those_that_a_build_writes() -> None:
    named = set(re.findall(r"^\| `([\w.-]+)`", GUIDE, re.MULTILINE))
    from storbynav.disclosure.command import REPORT

    assert {private_report.STATEMENTS, private_report.WITHHELD, private_report.LOG, REPORT} <= named


def test_no_answer_is_shown_by_the_dry_run(owner: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secret = "Kollegaen på kontor 3"
    frame, _ = pyreadstat.read_sav("privat/svar.sav")
    frame["STARTTID"] = secret
    frame["ENHET"] = frame["ENHET"].mask(pd.Series(range(len(frame))) == 5, "ukjent")
    pyreadstat.write_sav(frame, "privat/svar.sav")
    dry = next(c for c in COMMANDS if "--dry-run" in c)
    assert run(dry) == 1
    assert secret not in "".join(capsys.readouterr())
