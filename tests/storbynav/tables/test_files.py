"""Tables as files."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

from storbynav.catalogue import load_catalogue
from storbynav.survey import Survey, load
from storbynav.tables import build, markdown, write

CATALOGUE = load_catalogue()


def test_csv_and_json_say_the_same_and_are_marked(survey: Survey, tmp_path: Path) -> None:
    table = build(CATALOGUE.table("v1_2"), survey)
    write(table, tmp_path)
    rows = list(csv.reader(io.StringIO((tmp_path / "table.csv").read_text("utf-8-sig")), delimiter=";"))
    told = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    assert rows[0] == [*told["columns"], "kilde"]
    assert all(told["columns"]), "no heading is empty"
    assert [row[:-1] for row in rows[1:]] == told["rows"]
    assert "syntetiske tall (foreløpige tall)" in {row[-1] for row in rows[1:]}
    assert "Syntetiske tall (foreløpige tall)" in told["mark"]
    assert told["label"] == "tbl-v1-2"


def test_numbers_in_the_csv_are_numbers_to_a_spreadsheet(survey: Survey, tmp_path: Path) -> None:
    write(build(CATALOGUE.table("v1_1"), survey), tmp_path)
    text = (tmp_path / "table.csv").read_text("utf-8-sig")
    assert "I alt;1884;1214;3098;trykt i r2016:02" in text


def test_a_row_with_a_deviation_says_which_of_its_numbers_are_printed(tmp_path: Path) -> None:
    """Row 1 of Tabell 3: five printed betas and an R² that print has otherwise."""
    write(build(CATALOGUE.table("v1_3"), load(), calibrated=True), tmp_path)
    rows = list(csv.reader(io.StringIO((tmp_path / "table.csv").read_text("utf-8-sig")), delimiter=";"))
    assert rows[1][-2:] == [",08†", "trykt i r2016:02, men tall med † er syntetiske tall"]
    assert {row[-1] for row in rows[2:]} == {"trykt i r2016:02"}


def test_wide_tables_have_short_headers_a_key_and_whole_ones_in_the_csv(
    survey: Survey, tmp_path: Path
) -> None:
    table = build(CATALOGUE.table("v1_5"), survey)
    write(table, tmp_path)
    told = json.loads((tmp_path / "table.json").read_text(encoding="utf-8"))
    whole = "(12) Den statlige styringen er for lite tilpasset kontorenes lokale situasjon"
    assert told["rows"][11][0] == "(12) Lite tilpasset"
    assert whole in told["notes"][-1]
    assert f"\n{whole};" in (tmp_path / "table.csv").read_text("utf-8-sig")
    assert max(len(row[0]) for row in told["rows"]) <= 27
    assert f"\n\n{'Radene i sin helhet: '}" in markdown(table)
    assert build(CATALOGUE.table("v1_2"), survey).key == ""


def test_the_first_table_of_statistics_says_how_they_are_written(survey: Survey) -> None:
    told = {
        row.id: "−,32 er det samme som −0,32" in " ".join(build(row, survey).notes)
        for row in CATALOGUE.tables.values()
    }
    assert [ident for ident, says in told.items() if says] == ["v1_2"]


def test_an_unchanged_table_is_left_alone(survey: Survey, tmp_path: Path) -> None:
    table = build(CATALOGUE.table("v1_5"), survey)
    write(table, tmp_path)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    write(table, tmp_path)
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
