"""Tables as files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from storbynav.catalogue import load_catalogue
from storbynav.survey import Survey
from storbynav.tables import build, write

CATALOGUE = load_catalogue()


def test_csv_and_json_say_the_same_and_are_marked(survey: Survey, tmp_path: Path) -> None:
    table = build(CATALOGUE.table("v1_2"), survey)
    write(table, tmp_path)
    rows = list(csv.reader(io.StringIO((tmp_path / "table.csv").read_text("utf-8-sig")), delimiter=";"))
    told = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert rows[0] == ["variabel", *told["columns"][1:], "kilde"], "a file needs a name where a page needs none"
    assert [row[:-1] for row in rows[1:]] == told["rows"]
    assert "syntetiske tall (foreløpige tall)" in {row[-1] for row in rows[1:]}
    assert "Syntetiske tall (foreløpige tall)" in told["mark"]
    assert told["label"] == "tbl-v1-2"


def test_numbers_in_the_csv_are_numbers_to_a_spreadsheet(survey: Survey, tmp_path: Path) -> None:
    write(build(CATALOGUE.table("v1_1"), survey), tmp_path)
    text = (tmp_path / "table.csv").read_text("utf-8-sig")
    assert "I alt;1884;1214;3098;trykt i r2016:02" in text


def test_an_unchanged_table_is_left_alone(survey: Survey, tmp_path: Path) -> None:
    table = build(CATALOGUE.table("v1_5"), survey)
    write(table, tmp_path)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    write(table, tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
