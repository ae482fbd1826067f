"""The page «Kodebok» shows every variable of the codebook once, with codes and wording."""

from __future__ import annotations

import re

import pytest

from storbynav import paths
from storbynav.codebook import CodebookError, load_codebook, page
from storbynav.report import Report

BOOK = load_codebook()


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.open()


def test_every_variable_stands_in_one_block_with_its_n(report: Report) -> None:
    text = "\n".join(page.markdown(block, report) for block in BOOK.blocks)
    found = dict(re.findall(r"^\| `(\w+)` \|.*\| (\d+) \|$", text, re.MULTILINE))
    assert sorted(found) == sorted(report.survey.codebook.variables)
    assert found["sa_kompetanse"] == "985" and found["ldr_sosionom"] == "52"


def test_the_page_has_every_block() -> None:
    source = (paths.REPORT / "kodebok.qmd").read_text("utf-8")
    assert re.findall(r'markdown\("(.+)", r\)', source) == list(BOOK.blocks)


def test_wording_codes_and_who_was_asked(report: Report) -> None:
    text = page.markdown("team", report)
    assert "Deltar du i teamarbeid ved NAV-kontoret? (ansatte som ikke er enhetsledere)" in text
    assert "1\u00a0i stor grad, 2\u00a0i noen grad, 3\u00a0i liten grad" in text
    led = page.markdown("ledelsen", report)
    assert "Spurt: kommunalt ansatte." in led and "1\u00a0helt enig – 5\u00a0helt uenig" in led
    assert r"\*" not in led, "its wording is printed"
    assert "Høyt sykefravær\\*" in page.markdown("belastninger", report)


def test_those_asked_are_named_where_it_was_not_everybody(report: Report) -> None:
    assert "Spurt" not in page.markdown("belastninger", report)
    assert "alle ansatte" in page.legend(report)


def test_an_unknown_block_is_refused(report: Report) -> None:
    with pytest.raises(CodebookError, match="Blokkene er: bakgrunn"):
        page.markdown("finnes ikke", report)
