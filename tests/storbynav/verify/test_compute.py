"""What verification.yml may ask for."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from storbynav.report import Report
from storbynav.verify.compute import Compute, parsed
from storbynav.verify.model import VerificationError


@pytest.mark.parametrize(
    ("text", "value"),
    [("58,8\u00a0%", "58.8"), ("−,19", "-0.19"), (",46", "0.46"), ("3\u202f098", "3098"), ("1,63", "1.63")],
)
def test_parsed_reads_numbers_as_the_report_writes_them(text: str, value: str) -> None:
    assert parsed(text) == Decimal(value)


def test_parsed_refuses_words() -> None:
    with pytest.raises(VerificationError, match="«tolv» er ikke et tall"):
        parsed("tolv")


@pytest.mark.parametrize(
    ("call", "args"),
    [
        ("share", {"item": "bg_kjonn", "answer": "kvinne", "base": "all"}),
        ("figure", {"figure": "v1_16", "key": "led_folger", "group": 1}),
        ("figure_n", {"figure": "v1_4", "which": "min"}),
        ("leaders_disagree", {"item": "part_uenigheter"}),
    ],
)
def test_calls_agree_with_a_count_in_the_frame(report: Report, call: str, args: dict[str, Any]) -> None:
    frame, leaders = report.survey.frame, report.survey.leaders
    kommune = frame[frame["bg_arbeidsgiver"] == 2]
    led = kommune[kommune["ko_leder_sosionom"] == 1]["led_folger"].dropna()
    names = [c for c in frame.columns if c.startswith("sa_")]
    expected = {
        "share": 100 * (frame["bg_kjonn"] == 1).sum() / len(frame),
        "figure": 100 * (led <= 2).sum() / len(led),
        "figure_n": frame[names].notna().sum().min(),
        "leaders_disagree": (leaders["part_uenigheter"] >= 4).sum(),
    }
    assert float(Compute(report).call(call, args, 3)) == pytest.approx(expected[call], abs=0.0005)


def test_an_unknown_call_is_refused(report: Report) -> None:
    with pytest.raises(VerificationError, match="'magi' er ikke noe verify kan regne ut"):
        Compute(report).call("magi", {}, 0)


def test_a_bar_that_is_not_there_is_refused(report: Report) -> None:
    with pytest.raises(VerificationError, match="ingen søyle 'sa_ip'"):
        Compute(report).call("figure", {"figure": "v1_6", "key": "sa_ip"}, 1)
