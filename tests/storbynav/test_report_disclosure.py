"""Numbers in the text of a report of real answers pass the gate; those of synthetic answers are all shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from storbynav import formatting as f
from storbynav.catalogue import load_catalogue
from storbynav.disclosure import ledger
from storbynav.findings import evaluate_all
from storbynav.findings.evaluate import HIDDEN
from storbynav.report import Report
from storbynav.survey import Provenance, Survey, load
from storbynav.verify import verify


@pytest.fixture(scope="module")
def shipped() -> Survey:
    return load()


@pytest.fixture(scope="module")
def real(shipped: Survey) -> Survey:
    return replace(shipped, provenance=Provenance(kind="real"))


@pytest.fixture
def r(real: Survey, tmp_path: Path) -> Report:
    return Report(real, load_catalogue(), True, tmp_path / "_figures")


@pytest.fixture
def s(shipped: Survey, tmp_path: Path) -> Report:
    return Report(shipped, load_catalogue(), True, tmp_path / "_figures")


def few(s: Report) -> tuple[str, str]:
    """An office and an answer that one to four of its respondents gave, which print says nothing of."""
    for office in s.survey.offices.index:
        if 0 < int(s.count("sa_fagutvikling", "helt_uenig", office=office)) < 5:
            return str(office), "helt_uenig"
    raise AssertionError("no such office")


def test_small_numbers_are_a_colon_and_only_of_real_answers(s: Report, r: Report) -> None:
    office, answer = few(s)
    for ask in (r.count, r.share):
        hidden = ask("sa_fagutvikling", answer=answer, office=office)
        assert hidden == f.SUPPRESSED and "for få svar" in hidden._repr_markdown_()
    assert s.count("sa_fagutvikling", answer, office=office) != f.SUPPRESSED
    assert r.share("sa_fagutvikling") == s.share("sa_fagutvikling"), "hundreds give nobody away"
    assert r.respondents() == "997"


def test_neighbours_hide_with_it(s: Report, r: Report) -> None:
    """The answers of an office add up to its n: more than one of them is hidden."""
    office, _ = few(s)
    keys = [c.key for c in s.survey.variable("sa_fagutvikling").scale.categories]
    shown = {key: r.count("sa_fagutvikling", key, office=office) for key in keys}
    assert sum(value == f.SUPPRESSED for value in shown.values()) >= 2
    for key, value in shown.items():
        assert value in (f.SUPPRESSED, s.count("sa_fagutvikling", key, office=office))


def test_what_print_has_is_known(s: Report, r: Report) -> None:
    assert int(s.leaders(ldr_ledererfaring="ingen")) < 5
    assert r.leaders(ldr_ledererfaring="ingen") == s.leaders(ldr_ledererfaring="ingen")
    entries = ledger.read(r.figures_folder.parent / ledger.FOLDER)
    assert [one.item for entry in entries for one in entry.known] == ["ldr_ledererfaring"]


def test_statistics_of_few_are_hidden(real: Survey, tmp_path: Path) -> None:
    frame = real.frame.copy()
    frame.loc[9:, ["sa_ip", "led_folger"]] = float("nan")
    r = Report(replace(real, frame=frame), load_catalogue(), True, tmp_path / "_figures")
    assert r.mean("sa_ip") == r.sd("sa_ip") == r.corr("sa_ip", "led_folger") == f.SUPPRESSED
    assert r.mean("sa_oversikt") != f.SUPPRESSED


def test_no_leaders_is_not_nought_leaders(real: Survey, tmp_path: Path) -> None:
    without = replace(real, leaders=real.leaders.head(0))
    assert Report(without, load_catalogue(), True, tmp_path).leaders() == f.MISSING


def test_the_ledger_names_sets_and_no_respondent(s: Report, r: Report) -> None:
    office, answer = few(s)
    r.count("sa_fagutvikling", answer, office=office)
    (entry,) = ledger.read(r.figures_folder.parent / ledger.FOLDER)
    (one,) = entry.hidden
    assert (one.item, one.codes, one.groups) == ("sa_fagutvikling", (5,), (("office", (office,)),))
    s.count("sa_fagutvikling", answer, office=office)
    assert len(list((s.figures_folder.parent / ledger.FOLDER).iterdir())) == 1, "none for synthetic answers"


def test_recomputed_numbers_of_few_are_shown_only_where_print_has_them(real: Survey, tmp_path: Path) -> None:
    frame = real.frame.copy()
    there = frame.index[frame["office"] == "fana"]
    frame.loc[there, "bg_erfaring_tidligere_etat"] = 4.0
    frame.loc[there[:2], "bg_erfaring_tidligere_etat"] = 1.0
    changed = Report(replace(real, frame=frame), load_catalogue(), True, tmp_path / "_figures")
    told = {number.id: number for number in verify(changed).numbers}
    aetat = told["v2_2:fana:erfaring_aetat"]
    assert (aetat.met, aetat.computed) == (False, f.SUPPRESSED)
    untouched = told["v2_2:ytrebygda:erfaring_aetat"]
    assert untouched.met and untouched.computed == untouched.printed


def test_verdicts_do_not_tell_numbers_of_few(real: Survey, shipped: Survey) -> None:
    lines = [
        line.shown
        for verdict in evaluate_all(real).verdicts
        for found in (*verdict.lines, *verdict.instead)
        for line in found
    ]
    assert HIDDEN in lines and any("%" in line for line in lines)
    assert HIDDEN not in str([v.lines for v in evaluate_all(shipped).verdicts])
