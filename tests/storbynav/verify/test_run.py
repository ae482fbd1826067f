"""The whole verification on the shipped survey and on changed registries and surveys."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storbynav.report import Report
from storbynav.verify import Verification, VerificationError, verify

Edit = Callable[[str, str, str], Path]


@pytest.fixture(scope="module")
def result(report: Report) -> Verification:
    return verify(report)


def test_the_shipped_survey_misses_nothing(result: Verification) -> None:
    assert [n.id for n in result.of("missed")] == []
    assert result.unproven == ()
    assert result.passed
    assert len(result.numbers) > 800


def test_all_388_cells_are_there(result: Verification) -> None:
    cells = [n for n in result.numbers if n.group[:2] in ("v1", "v2") and not n.id.endswith(":stars")]
    assert len(cells) == 388


def test_each_number_that_is_not_reproduced_has_a_proof(result: Verification) -> None:
    proofs = {p.id: p for p in result.proofs}
    for number in result.of("impossible"):
        assert number.printed != number.computed
        assert proofs[number.impossible].holds


def test_an_id_names_one_number(result: Verification) -> None:
    ids = [n.id for n in result.numbers]
    assert len(ids) == len(set(ids))


def test_a_printed_number_counts_once_though_the_registry_has_it_in_several_files(
    result: Verification,
) -> None:
    """Line 3645 says the response rate once, in sample.yml and claims.yml; line 4224 has five cells."""
    at = {line: [n.id for n in result.numbers if n.lines == line] for line in ("3645", "4224", "4226")}
    assert at["3645"] == ["response_rate:325"]
    assert len(at["4224"]) == 5
    assert len([n for n in result.numbers if n.id.startswith("v2_1:fana")]) == 2
    assert len([n for n in result.numbers if n.what == "Svarprosent i konklusjonen"]) == 1


def test_a_number_that_print_repeats_counts_at_each_place(result: Verification) -> None:
    """The smallest office is told in three chapters of the print."""
    assert len([n for n in result.numbers if n.what == "Årsverk ved det minste kontoret"]) == 3


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("claims.yml", "values: {kommune: 56.6, stat: 41.8}", "values: {kommune: 56.7, stat: 41.8}"),
        ("sample.yml", "{n: 44, aetat: 6,", "{n: 44, aetat: 7,"),
    ],
)
def test_a_copy_that_differs_from_the_survey_is_missed(
    edit: Edit, report: Report, name: str, old: str, new: str
) -> None:
    """All copies of a number are compared, not the first alone; the one that differs is shown."""
    changed = verify(report, edit(name, old, new))
    (missed,) = changed.of("missed")
    assert missed.printed in ("56,7\u00a0%", "7")


def test_the_json_says_the_same_every_time(report: Report, result: Verification) -> None:
    assert verify(report).as_json() == result.as_json()
    told = json.loads(result.as_json())
    assert told["total"] == told["reproduced"] + told["impossible"] + told["missed"] == len(result.numbers)
    assert sum(group["total"] for group in told["groups"]) == told["total"]


def test_a_survey_that_differs_is_missed(report: Report) -> None:
    frame = report.survey.frame.copy()
    woman = frame.index[frame["bg_kjonn"] == 1][:5]
    frame.loc[woman, "bg_kjonn"] = np.nan
    other = replace(report, survey=replace(report.survey, frame=frame))
    missed = {n.id for n in verify(other).of("missed")}
    assert {"gender:kvinne", "gender:missing"} <= missed


@pytest.mark.parametrize("printed", ["0.08", "0.10"])
def test_a_proof_about_another_number_than_the_printed_one_fails(
    edit: Edit, report: Report, printed: str
) -> None:
    """I01 says that R² ,09 is impossible; of ,08, which the survey gives, or ,10 it says nothing."""
    line = "5,513,9.47,0.09,519"
    changed = verify(report, edit("table_v1_3_regression.csv", line, line.replace("0.09", printed)))
    assert [p.id for p in changed.unproven] == ["I01"]
    assert not changed.passed


def test_a_proof_that_does_not_hold_fails(edit: Edit, report: Report) -> None:
    folder = edit("impossible.yml", "{f: 9.47, decimals: 2,", "{f: 9.60, decimals: 2,")
    changed = verify(report, folder)
    assert [p.id for p in changed.unproven] == ["I01"]
    assert "v1_3:led_folger:R2" in {n.id for n in changed.of("missed")}
    assert not changed.passed


def test_a_proof_of_a_number_that_is_not_printed_is_refused(edit: Edit, report: Report) -> None:
    folder = edit("impossible.yml", "numbers: [v1_3:led_folger:R2]", "numbers: [v1_3:led_folger:R3]")
    with pytest.raises(VerificationError, match=r"I01: v1_3:led_folger:R3 er ikke et trykt tall"):
        verify(report, folder)
