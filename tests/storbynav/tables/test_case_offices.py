"""Tabell 1 and 2 of Vedlegg 2: as the office table and the survey have it, few respondents protected."""

from __future__ import annotations

from dataclasses import replace

import pytest

from storbynav.catalogue import load_catalogue
from storbynav.report import Report
from storbynav.survey import Provenance, Survey
from storbynav.tables import build, printed
from storbynav.tables.case_offices import EXPERIENCE, services, staff_class

CATALOGUE = load_catalogue()


@pytest.fixture(scope="module")
def shipped() -> Survey:
    return Report.open().survey


def test_print_is_read_with_headers_of_the_table() -> None:
    cells = printed.cells("v2_1", "case_offices")
    assert cells[2, printed.MUNICIPAL] == "19,6"
    assert cells[1, printed.SERVICES] == (
        "Tiltak for rusmisbrukere, boligtiltak, støttekontakt og kommunale kvalifiseringstiltak"
    )
    assert cells[3, printed.SERVICES] == "Bare minimumsløsningen"
    assert cells[7, printed.SERVICES] == "Ikke oppgitt"
    assert len(cells) == 7 * 4
    assert printed.cells("v2_2", "experience")[7, "n"] == "58"
    assert len(printed.cells("v2_2", "experience")) == 35


def test_the_shipped_office_table_is_as_printed(shipped: Survey) -> None:
    table = build(CATALOGUE.table("v2_1"), shipped, calibrated=True)
    assert [line.header for line in table.lines][:3] == ["Fana", "Ytrebygda", "Hundvåg og Storhaug"]
    assert all(cell.as_printed for cell in table.cells)
    assert (table.status, table.synthetic) == ("published", False)
    assert "Kilde: AFI r2016:02, Vedlegg 2, tabell 1." in " ".join(table.notes)


def test_experience_is_counted_from_the_survey(survey: Survey) -> None:
    table = build(CATALOGUE.table("v2_2"), survey)
    row = CATALOGUE.table("v2_2")
    assert row.offices is not None
    for office, line in zip(row.offices.groups, table.lines, strict=True):
        answers = survey.frame.loc[survey.frame["office"] == office, EXPERIENCE].dropna()
        assert line.cells[0].text == str(len(answers))
        for code, cell in zip((1, 2, 3, 4), line.cells[1:], strict=True):
            assert cell.text in (":", str(int((answers == code).sum())))


def test_few_respondents_are_hidden_unless_print_has_the_line(survey: Survey, shipped: Survey) -> None:
    """One of few is hidden, and another with it, so that n does not give it away."""
    row = CATALOGUE.table("v2_2")
    frame = survey.frame.copy()
    frame.loc[frame["office"] == "fana", EXPERIENCE] = float("nan")
    there = frame.index[frame["office"] == "fana"]
    frame.loc[there[0], EXPERIENCE] = 1.0
    frame.loc[there[1:9], EXPERIENCE] = 3.0
    few = replace(survey, frame=frame)
    assert build(row, few).lines[0].cells[1].text == "1", "a synthetic survey describes nobody"
    fana = build(row, replace(few, provenance=Provenance(kind="real"))).lines[0]
    count = min(8, len(there) - 1)
    assert fana.cells[0].text == str(count + 1)
    assert fana.cells[1].text == ":"
    assert ":" in [cell.text for cell in fana.cells[2:]]
    as_printed = build(row, shipped, calibrated=True).lines[2]
    assert [cell.text for cell in as_printed.cells] == ["19", "1", "1", "10", "7"]


def test_kristiansand_differs_from_print_and_says_why(shipped: Survey) -> None:
    table = build(CATALOGUE.table("v2_2"), shipped, calibrated=True)
    assert [cell.shown for cell in table.lines[6].cells] == ["53†", "9", "3", "24", "17†"]
    assert "Rapporten trykker 58" in " ".join(table.notes)
    assert table.status == "mixed"


def test_words_for_what_is_unknown_or_none(survey: Survey) -> None:
    columns = survey.codebook.services
    assert services(dict.fromkeys(columns, 0.0), survey) == "Bare minimumsløsningen"
    assert services(dict.fromkeys(columns, None), survey) == "Ikke oppgitt"
    assert services(dict.fromkeys(columns, 0.0) | {columns[0]: 1.0}, survey) == "Tiltak for rusmisbrukere"
    assert (staff_class("40-99"), staff_class("over 100"), staff_class(None)) == (
        "40–99",
        "Over 100",
        "Ikke oppgitt",
    )
