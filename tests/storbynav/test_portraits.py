"""The boxes of the office portraits: everything in them is printed, nothing printed is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from storbynav.catalogue import load_catalogue
from storbynav.portraits import (
    CONFLICT,
    FIRST_LINE,
    PERCENTAGES,
    RANKS,
    PortraitError,
    key_facts,
    load,
    profile,
)
from storbynav.published import registry
from storbynav.report import Report

OFFICES = load_catalogue().figure("v2_1").rows.groups  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.open()


def test_every_case_office_has_a_portrait() -> None:
    assert {office: portrait.name for office, portrait in load().offices.items()} == dict(OFFICES)


@pytest.mark.parametrize("office", OFFICES)
def test_the_facts_agree_with_the_office_table_and_the_survey(report: Report, office: str) -> None:
    facts = dict(key_facts(office, report.survey))
    row = report.survey.offices.loc[office]
    assert facts["By"] == row["city"]
    total = float(row["aarsverk_stat"]) + float(row["aarsverk_kommune"])
    assert abs(int(facts["Årsverk"].split(" ")[0]) - total) < 1
    assert facts["Ledermodell"] == {1: "Én leder", 2: "To ledere"}[int(row["leader_model"])]
    leaders = load().of(office).leaders
    assert all(
        leader[1:] in facts.get("Ledernes bakgrunn", facts.get("Lederens bakgrunn", "")) for leader in leaders
    )
    sosionomer = report.count("bg_sosionom", "sosionom", office=office)
    assert facts["Respondenter"].endswith(f"({sosionomer} sosionomer)")


@pytest.mark.parametrize("office", OFFICES)
def test_the_profile_has_every_rank_of_the_registry(office: str) -> None:
    name, items = load().offices[office].name, load().items
    told = dict(profile(office))
    for entry in registry().office_rankings:
        if entry.offices != (name,) or not entry.rank or int(entry.lines.split("-")[0]) < FIRST_LINE:
            continue
        about = items["+".join(entry.items)] + (CONFLICT if entry.conflict else "")
        assert about.lower() in told[RANKS[entry.rank]].lower().split(", ")
    ranks = [label for label in told if label in RANKS.values()]
    assert ranks == [label for label in RANKS.values() if label in told]


def test_printed_shares_are_told_once_and_first() -> None:
    assert profile("fana")[0] == (PERCENTAGES, "Ledelsen legger til rette for faglig utvikling: 89\u00a0%")
    assert profile("kristiansand")[0] == (PERCENTAGES, "Samarbeidet gir bedre tjenester: nesten 70\u00a0%")
    assert PERCENTAGES not in dict(profile("lerkendal"))


def test_the_profile_says_when_print_contradicts_itself(report: Report) -> None:
    assert "Trykt utgave motsier seg selv" in report.office_profile("lerkendal")
    assert "Trykt utgave motsier seg selv" not in report.office_profile("hundvaag-storhaug")
    assert ("Respondentene", f"Like mange fra stat og kommune{CONFLICT}") in profile("lerkendal")


def test_a_box_is_a_table_with_its_note(report: Report) -> None:
    shown = report.office_facts("kristiansand")
    name = 'aria-label="Nøkkeltall for NAV Kristiansand"'
    head = "| Nøkkeltall | NAV Kristiansand |"
    assert shown.startswith(f":::: {{.nokkeltall}}\n::: {{.row-headers {name}}}\n{head}\n|:-")
    assert "58 respondenter" in shown.split("::: {.tabell-note}")[1]


def test_an_unknown_office_is_refused_with_a_near_one() -> None:
    with pytest.raises(PortraitError, match=r"'ostensjø'\. Mente du ostensjo\?"):
        profile("ostensjø")
    with pytest.raises(PortraitError, match="Portrettene er lerkendal, fana"):
        profile("xyz")


REST = "items: {}\nwords: {}\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("offices: {}\nitems: {}\n", "mangler feltet words"),
        (f"offices:\n  fana: {{name: F, leaders: [a]}}\n{REST}", r":2: offices fana: mangler feltet lines"),
        (f"offices:\n  fana: {{name: F, leaders: [a], lines: l, x: b}}\n{REST}", "ukjent felt 'x'"),
        ("offices: [\n", "ikke gyldig YAML"),
    ],
)
def test_a_wrong_file_is_named_with_line_and_field(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "portraits.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PortraitError, match=message):
        load(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(PortraitError, match=r"filen mangler\. Den har portrettene"):
        load(tmp_path / "portraits.yml")
