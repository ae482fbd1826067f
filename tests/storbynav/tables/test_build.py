"""Tables from the survey: cells against independent computation, marks against print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from storbynav import formatting as f
from storbynav.catalogue import Deviation, load_catalogue
from storbynav.survey import Survey
from storbynav.tables import Table, TableError, build, emails_sent, pearson, printed
from storbynav.tables.files import table_csv

CATALOGUE = load_catalogue()


def plain(text: str) -> float:
    """The number that a cell shows."""
    return float(text.replace(f.MINUS, "-").replace(",", ".").strip("*†"))


def texts(table: Table, line: int) -> list[str]:
    return [cell.shown for cell in table.lines[line].cells]


def test_emails_are_those_sent() -> None:
    assert emails_sent("Oslo") == 1700
    assert emails_sent("Oslo", "kommune") == 1138
    assert emails_sent("Totalsum", "stat") == 1214
    with pytest.raises(TableError, match="Byene er: Oslo, Bergen, Kristiansand, Stavanger, Trondheim"):
        emails_sent("Molde")
    with pytest.raises(TableError, match="«stat» eller «kommune»"):
        emails_sent("Oslo", "fylke")


def test_the_table_of_emails_adds_up(survey: Survey) -> None:
    table = build(CATALOGUE.table("v1_1"), survey)
    assert [line.header for line in table.lines] == [
        "Oslo", "Bergen", "Kristiansand", "Stavanger", "Trondheim", "I alt",
    ]  # fmt: skip
    numbers = [[int(text.replace(f.THIN_SPACE, "")) for text in texts(table, i)] for i in range(6)]
    assert np.sum(numbers[:5], axis=0).tolist() == numbers[5]
    assert all(row[0] + row[1] == row[2] for row in numbers)
    assert texts(table, 5) == ["1\u202f884", "1\u202f214", "3\u202f098"]
    assert not table.synthetic
    assert table.status == "published"


@pytest.mark.parametrize(("ident", "size"), [("v1_2", 11), ("v1_4", 12), ("v1_5", 15)])
def test_correlations_are_a_lower_triangle(survey: Survey, ident: str, size: int) -> None:
    table = build(CATALOGUE.table(ident), survey)
    moments = 2 if ident == "v1_4" else 0
    assert [column.header for column in table.columns[1:size]] == [f"({n})" for n in range(1, size)]
    assert len(table.lines) == size
    for i, line in enumerate(table.lines):
        assert line.header.startswith(f"({i + 1}) ")
        cells = line.cells[: size - 1]
        assert all(cell.text for cell in cells[:i])
        assert all(not cell.text for cell in cells[i + 1 :])
        if i < size - 1:
            assert cells[i].text == "–"
        assert len(line.cells) == size - 1 + moments


@pytest.mark.parametrize("ident", ["v1_2", "v1_4"])
def test_correlations_agree_with_scipy(survey: Survey, ident: str) -> None:
    """Pairwise deletion, r to two decimals, one star below ,05 and two below ,01."""
    row = CATALOGUE.table(ident)
    table = build(row, survey)
    starred = 0
    for i, item in enumerate(row.rows):
        for j, other in enumerate(row.rows[:i]):
            pair = survey.frame[[item.item, other.item]].dropna()
            cell = table.lines[i].cells[j]
            if len(pair) < 3 or (pair.nunique() < 2).any():
                assert cell.text == (row.empty_mark or "–")
                continue
            r, p = stats.pearsonr(pair.iloc[:, 0], pair.iloc[:, 1])
            assert plain(cell.text) == pytest.approx(r, abs=0.00501)
            assert len(cell.stars) == int(p < 0.05) + int(p < 0.01)
            starred += bool(cell.stars)
    assert starred > 5


def test_means_and_deviations_are_those_of_each_variable(survey: Survey) -> None:
    row = CATALOGUE.table("v1_4")
    table = build(row, survey)
    for item, line in zip(row.rows, table.lines, strict=True):
        answers = survey.frame[item.item].dropna()
        assert plain(line.cells[-2].text) == pytest.approx(answers.mean(), abs=0.00501)
        assert plain(line.cells[-1].text) == pytest.approx(answers.std(), abs=0.000501)


def test_a_table_that_codes_the_other_way_turns_the_sign(survey: Survey) -> None:
    """bg_sosionom is 1 = sosionom in Tabell 2, 1 = annen in Tabell 5."""
    table = build(CATALOGUE.table("v1_5"), survey)
    signs = []
    for item, line in zip(CATALOGUE.table("v1_5").rows[3:], table.lines[3:], strict=True):
        pair = survey.frame[["bg_sosionom", item.item]].dropna()
        r = np.corrcoef(pair.iloc[:, 0], pair.iloc[:, 1])[0, 1]
        assert plain(line.cells[2].text) == pytest.approx(-r, abs=0.00501)
        signs.append(round(r, 2))
    assert any(signs)


def test_regressions_agree_with_statsmodels_on_standard_scores(survey: Survey) -> None:
    row = CATALOGUE.table("v1_3")
    table = build(row, survey)
    predictors = [p.item for p in row.predictors]
    for outcome, line in zip(row.outcomes, table.lines, strict=True):
        frame = survey.for_table([outcome.item, *predictors], "v1_3").dropna()
        scores = (frame - frame.mean()) / frame.std()
        fit = sm.OLS(scores[outcome.item], sm.add_constant(scores[predictors])).fit()
        for predictor, cell in zip(predictors, line.cells[:5], strict=True):
            assert plain(cell.text) == pytest.approx(fit.params[predictor], abs=0.00501)
            assert cell.stars == "*" * int(fit.pvalues[predictor] < 0.05)
        df, f_, r2 = (cell.text for cell in line.cells[5:])
        assert df == f"5, {len(frame) - 6}"
        assert plain(f_) == pytest.approx(fit.fvalue, abs=0.00501)
        assert plain(r2) == pytest.approx(fit.rsquared, abs=0.00501)


def test_pearson_reads_the_codebooks_coding(survey: Survey) -> None:
    pair = survey.frame[["sa_ip", "sa_oversikt"]].dropna()
    found = pearson(survey, "sa_ip", "sa_oversikt")
    assert found.n == len(pair)
    assert found.r == pytest.approx(np.corrcoef(pair.iloc[:, 0], pair.iloc[:, 1])[0, 1])


def test_a_pair_that_nobody_answered_has_a_letter_and_its_note(make_survey: Callable[..., Survey]) -> None:
    survey = make_survey(seed=3)
    frame = survey.frame.copy()
    leaders = frame["bg_rolle"] == 1
    frame.loc[leaders, "int_deltar_team"] = np.nan
    frame.loc[~leaders, "int_tverrfaglige_team"] = np.nan
    table = build(CATALOGUE.table("v1_4"), replace(survey, frame=frame))
    assert table.lines[6].cells[5].text == "c"
    assert any(note.startswith("c: Kan ikke beregnes") for note in table.notes)


# ------------------------------------------------------------------ print


def test_print_is_read_cell_by_cell() -> None:
    assert printed.cells("v1_2", "correlation")[2, "1"] == ",46**"
    assert len(printed.cells("v1_2", "correlation")) == 55
    assert printed.cells("v1_3", "regression")[1, "ko_ledermodell"] == "\u2212,32*"
    assert printed.cells("v1_3", "regression")[1, "Df"] == "5, 513"
    assert printed.cells("v1_3", "regression")[4, "F"] == "10,87"
    assert printed.cells("v1_3", "regression")[8, "R²"] == ",03"
    assert len(printed.cells("v1_3", "regression")) == 8 * 8
    assert printed.cells("v1_4", "correlation")[1, "M"] == "1,63"
    assert printed.cells("v1_4", "correlation")[1, "SD"] == ",482"
    assert printed.cells("v1_4", "correlation")[12, "11"] == ",75**"
    assert len(printed.cells("v1_4", "correlation")) == 65 + 1 + 24  # one of them the letter c
    assert len(printed.cells("v1_5", "correlation")) == 105


def test_every_printed_cell_has_its_place(survey: Survey) -> None:
    for ident in ("v1_2", "v1_3", "v1_4", "v1_5"):
        table = build(CATALOGUE.table(ident), survey)
        placed = [cell.printed for cell in table.cells if cell.printed]
        assert sorted(placed) == sorted(printed.cells(ident, CATALOGUE.table(ident).kind).values())


@pytest.fixture
def as_printed(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Table]:
    """Tabell 5 with a print that has what the survey gives, except in the cells named."""

    def make(calibrated: bool = True, **others: str | None) -> Table:
        row = replace(CATALOGUE.table("v1_5"), deviations=(Deviation(3, "(2)", "det går ikke"),))
        table = build(row, survey)
        cells = {
            (i, str(j)): cell.text + cell.stars
            for i, line in enumerate(table.lines, start=1)
            for j, cell in enumerate(line.cells, start=1)
            if j < i
        }
        for place, value in others.items():
            i, j = place.strip("_").split("_")
            if value is None:
                del cells[int(i), j]
            else:
                cells[int(i), j] = value
        monkeypatch.setattr(printed, "cells", lambda *_: cells)
        return build(row, survey, calibrated=calibrated)

    return make


def test_a_table_as_printed_says_so(as_printed: Callable[..., Table]) -> None:
    table = as_printed()
    assert table.status == "published"
    assert not any(cell.mark for cell in table.cells)
    assert "Tallene er trykt i r2016:02" in table.notes[-1]


def test_a_cell_that_differs_from_print_is_marked_and_explained(as_printed: Callable[..., Table]) -> None:
    table = as_printed(_3_2=",99**", _5_4=",98")
    marked = [cell for cell in table.cells if cell.mark]
    assert [cell.mark for cell in marked] == ["†", "†"]
    assert [cell.printed for cell in marked] == [",99**", ",98"]
    expected = "† Rapporten trykker ,99** (rad 3, kolonne 2: det går ikke) og ,98 (rad 5, kolonne 4)."
    assert expected in table.notes
    assert table.status == "mixed"
    assert "tallene med † er syntetiske tall" in table.notes[-1]


def test_a_number_that_print_lacks_is_told_apart(as_printed: Callable[..., Table]) -> None:
    table = as_printed(_3_2=None)
    assert [cell.mark for cell in table.cells if cell.mark] == ["†"]
    assert table.status == "mixed"
    assert not any("Rapporten trykker" in note for note in table.notes)
    assert "tallene med † er syntetiske tall" in table.notes[-1]
    rows = table_csv(table).decode("utf-8-sig").splitlines()
    assert rows[2].endswith(";trykt i r2016:02")
    assert rows[3].endswith("men tall med † er syntetiske tall")


def test_before_calibration_the_whole_table_is_preliminary(as_printed: Callable[..., Table]) -> None:
    table = as_printed(calibrated=False, _3_2=",99**")
    assert table.preliminary
    assert not any(cell.mark for cell in table.cells)
    assert "foreløpige tall" in table.notes[-1]
    assert "104 av 105 tall er som trykt" in table.notes[-1]


def test_a_real_survey_has_no_marks(survey: Survey) -> None:
    real = replace(survey, provenance=replace(survey.provenance, kind="real"))
    table = build(CATALOGUE.table("v1_2"), real)
    assert not table.synthetic
    assert not any(cell.mark for cell in table.cells)
    assert "yntetisk" not in " ".join(table.notes)


def test_notes_explain_coding_stars_and_source(survey: Survey) -> None:
    notes = " ".join(build(CATALOGUE.table("v1_2"), survey).notes)
    assert "fra 1 (helt enig) til 5 (helt uenig)" in notes
    assert "* p\u00a0<\u00a0,05. ** p\u00a0<\u00a0,01." in notes
    assert "Kilde: AFI r2016:02, Vedlegg 1, tabell 2." in notes
    notes = " ".join(build(CATALOGUE.table("v1_3"), survey).notes)
    assert "* p\u00a0<\u00a0,05." in notes
    assert "**" not in notes
