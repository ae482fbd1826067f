"""Vedlegg 3: its notices follow the data set, its tables say what the verification says."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from storbynav import formatting as f
from storbynav.report import Report
from storbynav.survey import Provenance
from storbynav.verify.appendix import Appendix
from storbynav.verify.display import rows
from storbynav.verify.model import Number


@pytest.fixture(scope="module")
def appendix(report: Report) -> Appendix:
    return Appendix(report)


def of_kind(report: Report, provenance: Provenance, calibrated: bool = True) -> Appendix:
    survey = replace(report.survey, provenance=provenance)
    return Appendix(replace(report, survey=survey, calibrated=calibrated))


def test_the_notice_is_a_property_of_the_data_set(report: Report) -> None:
    synthetic = of_kind(report, Provenance("synthetic", seed=7)).notice()
    assert "syntetiske svar" in synthetic and "Startverdien for trekningen er 7" in synthetic
    assert "foreløpige" not in synthetic
    assert "foreløpige" in of_kind(report, Provenance("synthetic"), calibrated=False).notice()
    real = of_kind(report, Provenance("real"), calibrated=False).notice()
    assert "syntetisk" not in real and "foreløpige" not in real
    assert "endret" in of_kind(report, Provenance("synthetic", edited=True)).notice()


def test_the_verdict_counts(appendix: Appendix) -> None:
    result = appendix.verification
    assert re.sub(r"\s", "", appendix.verdict()).startswith(
        f"Av{len(result.numbers)}tryktetallkommer{len(result.of('reproduced'))}ut"
    )
    assert appendix.number("contradictions") == "90"
    with pytest.raises(ValueError, match="number kan gi total"):
        appendix.number("alt")


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_the_scoreboard_adds_up(appendix: Appendix) -> None:
    lines = [cells(line) for line in appendix.scoreboard().splitlines() if line.startswith("| ")][1:]
    counts = [[int(re.sub(r"\D", "", c)) for c in line[1:]] for line in lines]
    assert [sum(column) for column in zip(*counts[:-1], strict=True)] == counts[-1]
    assert counts[-1][0] == len(appendix.verification.numbers)


def test_every_number_stands_on_screen_and_on_paper(appendix: Appendix) -> None:
    text = appendix.numbers()
    for key, label in appendix.verification.groups:
        assert f"## {label}: " in text
        assert f"### {label} {{.unnumbered .unlisted}}" in text
        assert list(rows(appendix.verification.in_group(key)))
    screen = re.findall(r'when-format="html"\}\n::::: \{\.callout(.*?)\n:::::\n', text, re.S)
    told = sum(
        line.endswith(("som trykt |", "umulig |", "avviker |"))
        for part in screen
        for line in part.splitlines()
    )
    assert told == sum(
        len(list(rows(appendix.verification.in_group(k)))) for k, _ in appendix.verification.groups
    )


def test_on_paper_every_number_stands_in_its_row_and_column(appendix: Appendix) -> None:
    """One number where print and survey agree, both where they do not, and none is lost."""
    paper = re.findall(
        r'content-hidden when-format="html"\}\n(.*?)\n::::::\n', appendix.numbers() + "\n", re.S
    )
    result = appendix.verification
    assert len(paper) == len(result.groups)
    for (key, _), text in zip(result.groups, paper, strict=True):
        lines = [cells(line) for line in text.splitlines() if line.startswith("| ")]
        heads = {line[0]: line[1:] for line in lines}
        for row in rows(result.in_group(key)):
            printed, computed = f.escape_markdown(row.printed), f.escape_markdown(row.computed)
            if row.column and f.escape_markdown(row.row) in heads:
                place = lines[0].index(f.escape_markdown(row.column))
                cell = heads[f.escape_markdown(row.row)][place - 1]
                same = row.status == "reproduced" and printed == computed
                assert (printed if same else f"{printed} / **{computed}**") in cell.split(", ")
            else:
                said = heads[f.escape_markdown(row.what)]
                assert [s.strip("*") for s in said] == [printed.strip("*"), computed.strip("*")]


def test_a_table_without_caption_has_a_name(appendix: Appendix) -> None:
    for name in ("numbers", "discrepancies", "finding_list"):
        divs = re.findall(r"^::: \{\.row-headers(.*?)\}$", getattr(appendix, name)(), re.M)
        assert divs and all('aria-label="' in attributes for attributes in divs), name


def test_fences_close(appendix: Appendix) -> None:
    for name in ("notice", "numbers", "discrepancies", "finding_list", "concordance", "proofs"):
        fences = re.findall(r"^(:{3,})( .*)?$", getattr(appendix, name)(), re.M)
        opened = [fence for fence, rest in fences if rest.strip()]
        closed = [fence for fence, rest in fences if not rest.strip()]
        assert sorted(opened) == sorted(closed), name


def test_tables_have_as_many_cells_in_each_line(appendix: Appendix) -> None:
    for name in ("scoreboard", "proofs", "numbers", "discrepancies", "finding_list", "concordance"):
        width = 0
        for line in getattr(appendix, name)().splitlines():
            pipes = len(re.findall(r"(?<!\\)\|", line))
            if not line.startswith("|"):
                width = 0
            else:
                assert width in (0, pipes), (name, line)
                width = pipes


def test_all_findings_and_all_floats_are_there(appendix: Appendix) -> None:
    listed = appendix.finding_list()
    screen = listed.split('content-hidden when-format="html"')
    on_screen = {int(cells(line)[0]) for line in listed.splitlines() if re.match(r"\| \d+ \|", line)}
    assert on_screen == set(range(1, 418)) and len(screen) > 5
    book = appendix.concordance()
    for number in range(1, 25):
        assert f"@fig-v1-{number:02d}" in book
    assert "@tbl-v2-2" in book and "@tbl-m-5" in book


def test_a_number_and_its_stars_are_one_row() -> None:
    value = Number("t:a:b:r", "t", "Rad 1", ",46", ",46", True)
    stars = Number("t:a:b:stars", "t", "Rad 1, stjerner", "**", "ingen", False, impossible="I02")
    (row,) = rows([value, stars])
    assert (row.printed, row.computed, row.status, row.verdict) == (",46**", ",46", "impossible", "umulig")


def test_a_number_that_print_repeats_is_one_row() -> None:
    first = Number("n", "t", "Kontorer", "32", "32", True)
    (row,) = rows([first, replace(first, id="claims:C041.offices")])
    assert row.what == "Kontorer (2 steder)"
