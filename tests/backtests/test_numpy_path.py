"""The same statistics by another path: plain numpy and scipy on the CSV, against the project's own.

Unlike `test_reconstruction`, which compares the survey with the print, this compares storbynav's functions
with other implementations to the last digits: shares, means, correlations, t-tests, analyses of variance,
chi-square and regressions, for every variable and group that a table or figure of the report uses.
"""

from __future__ import annotations

import csv
from itertools import combinations

import numpy as np
import pytest
from scipy import stats as scipy_stats

from storbynav import figures, paths, tables
from storbynav.catalogue import FigureRow, load_catalogue
from storbynav.stats import anovas, chi_square, correlations, moments, t_tests
from storbynav.survey import load

CATALOGUE = load_catalogue()
SURVEY = load()
Column = np.ndarray


def read(name: str) -> list[dict[str, str]]:
    with (paths.SURVEY / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PEOPLE = read("survey.csv")
OFFICES = {row["office"]: row for row in read("offices.csv")}


def derived(name: str, office: dict[str, str]) -> str:
    services = [v for k, v in office.items() if k.startswith("tj_")]
    answered = office["leader_answers"] != "0"
    groups = {"Oslo": "1", "Bergen": "2", "Trondheim": "3", "Stavanger": "3"}
    return {
        "ko_ledermodell": office["leader_model"],
        "ko_aarsverk_klasse": office["size_class"] if answered else "",
        "ko_antall_tjenester": "" if "" in services else str(services.count("1")),
        "ko_minimum": office["minimum"],
        "ko_leder_sosionom": office["leader_sosionom"],
        "ko_portefoljegruppe": groups.get(office["city"], ""),
    }[name]


def column(name: str) -> Column:
    """A variable as floats, NaN = missing."""
    if name.startswith("ko_"):
        cells = [derived(name, OFFICES[p["office"]]) if p["office"] else "" for p in PEOPLE]
    else:
        cells = [p[name] for p in PEOPLE]
    return np.array([float(cell) if cell else np.nan for cell in cells])


def both(*columns: Column) -> list[Column]:
    """The rows where none is missing."""
    keep = ~np.isnan(np.column_stack(columns)).any(axis=1)
    return [c[keep] for c in columns]


def coded(name: str, table: str) -> Column:
    """Tabell 3 has 0 and 1 for sosionom, Tabell 5 has 1 and 2 the other way round."""
    values = column(name)
    if name == "bg_sosionom" and table == "v1_3":
        return np.where(values == 1, 1.0, np.where(values == 2, 0.0, np.nan))
    if name == "bg_sosionom" and table == "v1_5":
        return 3 - values
    return values


@pytest.mark.parametrize("table", ["v1_2", "v1_4", "v1_5"])
def test_correlations_and_moments(table: str) -> None:
    items = [item.item for item in CATALOGUE.table(table).rows]
    frame = SURVEY.for_table(items, table)
    for ours in correlations(frame, items).to_dict("records"):
        x, y = both(coded(ours["row"], table), coded(ours["column"], table))
        assert ours["n"] == len(x)
        if len(x) > 2:
            r, p = scipy_stats.pearsonr(x, y)
            assert (ours["r"], ours["p"]) == pytest.approx((r, p), abs=1e-12)
        else:
            assert np.isnan(ours["r"])
    for row in moments(frame, items).to_dict("records"):
        values = coded(row["variable"], table)
        values = values[~np.isnan(values)]
        assert (row["n"], row["mean"], row["sd"]) == pytest.approx(
            (len(values), np.mean(values), np.std(values, ddof=1)), abs=1e-12
        )


@pytest.mark.parametrize("outcome", [o.item for o in CATALOGUE.table("v1_3").outcomes])
def test_regressions(outcome: str) -> None:
    row = CATALOGUE.table("v1_3")
    ours = tables.regressions(row, SURVEY)[outcome]
    names = [p.item for p in row.predictors]
    y, *x = both(column(outcome), *(coded(name, "v1_3") for name in names))
    design = np.column_stack([np.ones(len(y)), *x])
    b, residual, _, _ = np.linalg.lstsq(design, y, rcond=None)
    total = ((y - y.mean()) ** 2).sum()
    df1, df2 = len(names), len(y) - len(names) - 1
    r2 = 1 - residual[0] / total
    f = r2 / df1 / ((1 - r2) / df2)
    se = np.sqrt(np.diag(np.linalg.inv(design.T @ design)) * residual[0] / df2)
    p = 2 * scipy_stats.t.sf(np.abs(b / se), df2)
    beta = b[1:] * np.array([c.std(ddof=1) for c in x]) / y.std(ddof=1)
    assert (ours.df1, ours.df2) == (df1, df2)
    assert (ours.r2, ours.f) == pytest.approx((r2, f), rel=1e-9)
    assert ours.coefficients["beta"].tolist() == pytest.approx(list(beta), abs=1e-10)
    assert ours.coefficients["p"].tolist() == pytest.approx(list(p[1:]), abs=1e-10)


# figures of answers in Vedlegg 1 with one grouping; offices are counted in test_reconstruction
FIGURES = [
    row
    for row in CATALOGUE.figures.values()
    if row.id.startswith("v1_") and row.kind != "offices" and not row.rows
]
COMPARED = [row for row in FIGURES if row.by and not row.kind.startswith("distribution")]


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row.id)
def test_figures(row: FigureRow) -> None:
    """Every bar: the count and n of a plain count in the rows."""
    data = figures.compute(row, SURVEY, calibrated=True)
    inside = np.ones(len(PEOPLE), dtype=bool)
    for name, code in data.row.where.items():
        inside &= column(name) == code
    for line in data.rows:
        item = str(line.key) if isinstance(line.key, str) else data.row.items[0]
        for bar in line.bars:
            members = inside & (column(data.row.by.variable) == bar.group if data.row.by else True)
            values = column(item)[members]
            if isinstance(line.key, int):
                codes = [line.key]
            elif data.row.answer is not None:
                codes = [data.row.answer]
            else:
                codes = [1, 2]
            assert bar.n == int((~np.isnan(values)).sum())
            assert bar.count == int(np.isin(values, codes).sum())


@pytest.mark.parametrize("row", COMPARED, ids=lambda row: row.id)
def test_group_comparisons(row: FigureRow) -> None:
    """The tests behind the figures: Welch's and the pooled t, and analysis of variance."""
    by, items, where = row.by, [str(item) for item in row.items], row.where
    assert by is not None
    inside = np.ones(len(PEOPLE), dtype=bool)
    for name, code in where.items():
        inside &= column(name) == code
    frame = SURVEY.frame[inside]
    groups = list(by.groups)
    for item in items:
        parts = [column(item)[inside & (column(by.variable) == g)] for g in groups]
        parts = [part[~np.isnan(part)] for part in parts]
        if len(groups) == 2:
            for welch in (True, False):
                (ours,) = t_tests(frame, [item], by.variable, tuple(groups), welch=welch).to_dict("records")
                theirs = scipy_stats.ttest_ind(*parts, equal_var=not welch)
                assert (ours["t"], ours["df"], ours["p"]) == pytest.approx(
                    (theirs.statistic, theirs.df, theirs.pvalue), rel=1e-9
                )
        else:
            (ours,) = anovas(frame, [item], by.variable, groups).to_dict("records")
            theirs = scipy_stats.f_oneway(*parts)
            assert (ours["f"], ours["p"]) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)


@pytest.mark.parametrize(
    ("a", "b"),
    list(combinations(["bg_sosionom", "bg_erfaring_sosialkontor", "bg_jobber_vanskeligstilte"], 2)),
)
def test_chi_square(a: str, b: str) -> None:
    x, y = both(column(a), column(b))
    table = np.array([[((x == i) & (y == j)).sum() for j in (1, 2)] for i in (1, 2)])
    theirs = scipy_stats.chi2_contingency(table, correction=False)
    ours = chi_square(SURVEY.frame[a], SURVEY.frame[b])
    assert (ours.chi2, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), rel=1e-9)
