"""SPSS syntax on the shipped .sav, run by PSPP, gives the numbers that storbynav gives.

PSPP is another program with other algorithms, written by other people: where it agrees to seven decimals,
the project's statistics are what SPSS users would have got. Correlations it prints with three decimals.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from storbynav import paths, tables
from storbynav.catalogue import load_catalogue
from storbynav.published import registry
from storbynav.stats import agreement, anovas, chi_square, correlations, frequencies, moments, t_tests
from storbynav.survey import load
from tests.backtests import pspp_output as read
from tests.tools import require

SURVEY = load(paths.SAV_FILE)
CATALOGUE = load_catalogue()
FRAME = SURVEY.frame.assign(
    sosionom_01=SURVEY.recoded("bg_sosionom", "v1_3"), sosionom_12=SURVEY.recoded("bg_sosionom", "v1_5")
)
EXACT = 2e-7  # PSPP prints seven to nine decimals
THIRD = 5.1e-4  # r and p have three


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> list[read.Output]:
    return read.run(require("pspp"), paths.SURVEY, "tables.sps", tmp_path_factory.mktemp("pspp"))


def titled(output: list[read.Output], start: str) -> list[read.Output]:
    found = [table for table in output if table.title.startswith(start)]
    assert found, f"PSPP has written no table {start!r}"
    return found


def items_of(table: str) -> list[str]:
    names = [item.item for item in CATALOGUE.table(table).rows]
    return [f"{n}_12".replace("bg_", "") if n == "bg_sosionom" and table == "v1_5" else n for n in names]


# ---------------------------------------------------------------- frequencies and shares


@pytest.mark.parametrize(
    "name",
    [
        "bg_kjonn",
        "bg_arbeidsgiver",
        "bg_sosialhelse_utdanning",
        "bg_sosionom",
        "bg_annen_sosialfaglig",
        "bg_erfaring_tidligere_etat",
        "bg_erfaring_sosialkontor",
        "bg_rolle",
        "bg_jobber_vanskeligstilte",
        "int_deltar_team",
        "int_team_sammensetning",
        "ko_minimum",
        "ko_ledermodell",
        "ko_aarsverk_klasse",
    ],
)
def test_frequencies(name: str, output: list[read.Output]) -> None:
    table = next(t for t in output if t.title == name)
    rows = {row[1]: row for row in table.rows[1:] if row[1]}
    ours = frequencies(FRAME[name], SURVEY.variable(name).codes)
    shown = ours[ours["count"] > 0]
    assert len(shown)
    for row in shown.to_dict("records"):
        theirs = rows[f"{row['code']:g}"]
        assert int(theirs[2]) == row["count"]
        assert read.number(theirs[4]) == pytest.approx(100 * row["share"], abs=0.051)
        assert read.number(theirs[3]) == pytest.approx(100 * row["count"] / len(FRAME), abs=0.051)


def test_city_counts(output: list[read.Output]) -> None:
    (table,) = titled(output, "city")
    theirs = {
        row[1]: int(row[2]) for row in table.rows if row[0] == "Valid" or row[1] in ("Oslo", "Stavanger")
    }
    ours = FRAME["city"].value_counts().to_dict()
    assert {city: n for city, n in theirs.items() if city in ours}.items() <= ours.items()
    assert "Oslo" in theirs


def test_shares_of_all_items(output: list[read.Output]) -> None:
    table = titled(output, "Descriptive Statistics")[0]
    seen = 0
    for name, n, mean in (row for row in table.rows[1:] if row[0].startswith("e_")):
        item = name.removeprefix("e_")
        (ours,) = agreement(FRAME, {item: SURVEY.variable(item).agreement}).to_dict("records")
        assert int(n) == ours["n"], item
        assert read.number(mean) == pytest.approx(100 * ours["share"], abs=1e-6), item
        seen += 1
    assert seen == 39


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("bg_sosionom", "bg_erfaring_sosialkontor"),
        ("bg_sosionom", "bg_jobber_vanskeligstilte"),
        ("bg_erfaring_sosialkontor", "bg_jobber_vanskeligstilte"),
    ],
)
def test_overlaps(a: str, b: str, output: list[read.Output]) -> None:
    at = next(i for i, table in enumerate(output) if table.title == f"{a} × {b}")
    cross, tests, symmetric = output[at : at + 3]
    both = FRAME[[a, b]].dropna()
    counts = [int(c) for row in cross.rows if row[2] == "Count" and row[0] != "Total" for c in row[3:5]]
    assert counts == [int(((both[a] == i) & (both[b] == j)).sum()) for i in (1, 2) for j in (1, 2)]
    ours = chi_square(FRAME[a], FRAME[b])
    pearson = next(row for row in tests.rows if row[0] == "Pearson Chi-Square")
    assert read.number(pearson[1]) == pytest.approx(ours.chi2, abs=EXACT)
    phi = next(row for row in symmetric.rows if "Phi" in row)
    assert abs(read.number(phi[2])) == pytest.approx(np.sqrt(ours.chi2 / len(both)), abs=EXACT)


# ---------------------------------------------------------------- tables 2, 4, 5


@pytest.mark.parametrize(("number", "table"), [(0, "v1_2"), (1, "v1_4"), (2, "v1_5")])
def test_correlations(number: int, table: str, output: list[read.Output]) -> None:
    items = items_of(table)
    theirs = {
        (a, b): (r, p, n) for a, b, r, p, n in read.correlations(titled(output, "Correlations")[number])
    }
    ours = correlations(FRAME, items).to_dict("records")
    possible = [pair for pair in ours if np.isfinite(pair["r"])]
    assert len(possible) == len(registry_correlations(table)) == len(theirs)
    for pair in possible:
        r, p, n = theirs[pair["row"], pair["column"]]
        assert n == pair["n"]
        assert r == pytest.approx(pair["r"], abs=THIRD)
        assert p == pytest.approx(pair["p"], abs=THIRD)


def registry_correlations(table: str) -> list[str]:
    return [cell.key for cell in registry().cells(table) if cell.statistic == "r"]


def test_moments_of_table_4(output: list[read.Output]) -> None:
    table = titled(output, "Descriptive Statistics")[1]
    ours = {m["variable"]: m for m in moments(FRAME, items_of("v1_4")).to_dict("records")}
    theirs = {row[0]: row for row in table.rows[1:] if row[0] in ours}
    assert theirs.keys() == ours.keys()
    for name, row in theirs.items():
        assert int(row[1]) == ours[name]["n"]
        assert read.number(row[2]) == pytest.approx(ours[name]["mean"], abs=EXACT)
        assert read.number(row[3]) == pytest.approx(ours[name]["sd"], abs=EXACT)


# ---------------------------------------------------------------- table 3


@pytest.mark.parametrize("outcome", [o.item for o in CATALOGUE.table("v1_3").outcomes])
def test_regressions(outcome: str, output: list[read.Output]) -> None:
    row = CATALOGUE.table("v1_3")
    ours = tables.regressions(row, SURVEY)[outcome]
    (summary,) = titled(output, f"Model Summary ({outcome})")
    (anova,) = titled(output, f"ANOVA ({outcome})")
    (coefficients,) = titled(output, f"Coefficients ({outcome})")
    assert read.number(summary.rows[1][1]) == pytest.approx(ours.r2, abs=EXACT)
    regression, residual = anova.rows[1], anova.rows[2]
    assert (int(regression[2]), int(residual[2])) == (ours.df1, ours.df2)
    assert read.number(regression[4]) == pytest.approx(ours.f, abs=EXACT)
    theirs = {line[0].replace("sosionom_01", "bg_sosionom"): line for line in coefficients.rows[3:]}
    for mine in ours.coefficients.to_dict("records"):
        _, b, se, beta, t, p = theirs[
            "bg_sosionom" if mine["predictor"] == "bg_sosionom" else mine["predictor"]
        ]
        found = [read.number(cell) for cell in (b, se, beta, t)]
        assert found == pytest.approx([mine["b"], mine["se"], mine["beta"], mine["t"]], abs=EXACT)
        assert read.number(p) == pytest.approx(mine["p"], abs=THIRD)
        assert (read.number(p) < 0.05) == (mine["stars"] == "*")


# ---------------------------------------------------------------- the figures


def figure_blocks(output: list[read.Output]) -> list[list[read.Output]]:
    """Per figure of the syntax: summary and table of means, then the tables of its test."""
    starts = [i for i, table in enumerate(output) if table.title == "Case Processing Summary"]
    return [output[i : i + 4] for i in starts]


def within(where: str) -> np.ndarray:
    conditions = {
        "": np.ones(len(FRAME), dtype=bool),
        "kommune": (FRAME["bg_arbeidsgiver"] == 2).to_numpy(),
        "sosionom": (FRAME["bg_sosionom"] == 1).to_numpy(),
        "andre": (FRAME["bg_sosionom"] == 2).to_numpy(),
    }
    return conditions[where]


# grouping variable, who is in, figure: the order of the syntax file
BLOCKS = [
    ("ko_aarsverk_klasse", "", "v1_7"),
    ("ko_aarsverk_klasse", "kommune", "v1_8"),
    ("bg_arbeidsgiver", "", "v1_10"),
    ("ko_portefoljegruppe", "", "v1_11"),
    ("ko_portefoljegruppe", "kommune", "v1_12"),
    ("ko_ledermodell", "", "v1_13"),
    ("ko_ledermodell", "kommune", "v1_14"),
    ("ko_leder_sosionom", "", "v1_15"),
    ("ko_leder_sosionom", "kommune", "v1_16"),
    ("bg_arbeidsgiver", "", "v1_18"),
    ("ko_ledermodell", "", "v1_19"),
    ("ko_ledermodell", "", "v1_20"),
    ("ko_ledermodell", "sosionom", "v1_21"),
    ("ko_ledermodell", "andre", "v1_21"),
    ("ko_ledermodell", "", "v1_22"),
    ("bg_arbeidsgiver", "", "v1_22"),
    ("ko_ledermodell", "", "v1_23"),
    ("bg_arbeidsgiver", "", "v1_24"),
]


@pytest.mark.parametrize("number", range(len(BLOCKS)), ids=["-".join(filter(None, b)) for b in BLOCKS])
def test_figures(number: int, output: list[read.Output]) -> None:
    by, where, figure = BLOCKS[number]
    summary, shares, *tests = figure_blocks(output)[number]
    grouped, theirs = read.means(summary, shares)
    assert grouped == by
    items = list(CATALOGUE.figure(figure).items)
    frame = FRAME[within(where)]
    assert set(theirs["Total"]) == {f"e_{item}" for item in items}
    ours = agreement(frame, {item: SURVEY.variable(item).agreement for item in items}, by=by)
    for row in ours.to_dict("records"):
        mean, n = theirs[f"{row['group']:g}"][f"e_{row['item']}"]
        assert n == row["n"]
        assert mean == pytest.approx(100 * row["share"], abs=0.0051)  # MEANS prints two decimals
    groups = sorted(frame[by].dropna().unique())
    if len(groups) == 2:
        compare_t(tests, frame, items, by, (groups[0], groups[1]))
    else:
        compare_f(tests, frame, items, by, groups)


def compare_t(
    tests: list[read.Output], frame: object, items: list[str], by: str, groups: tuple[float, float]
) -> None:
    table = next(t for t in tests if t.title == "Independent Samples Test")
    seen = 0
    for name, welch, t, df, p, difference in read.t_tests(table):
        (ours,) = t_tests(frame, [name], by, groups, welch=welch).to_dict("records")  # type: ignore[arg-type]
        assert [t, df, difference] == pytest.approx([ours["t"], ours["df"], ours["difference"]], abs=1e-6)
        assert p == pytest.approx(ours["p"], abs=THIRD)
        seen += 1
    assert seen == 2 * len(items)


def compare_f(
    tests: list[read.Output], frame: object, items: list[str], by: str, groups: list[float]
) -> None:
    table = next(t for t in tests if t.title == "ANOVA")
    ours = {row["item"]: row for row in anovas(frame, items, by, groups).to_dict("records")}  # type: ignore[arg-type]
    theirs = {row[0]: row for row in table.rows if row[1] == "Between Groups"}
    assert theirs.keys() == set(items)
    for item, row in theirs.items():
        assert int(row[3]) == ours[item]["df1"]
        assert read.number(row[5]) == pytest.approx(ours[item]["f"], abs=EXACT)
        assert read.number(row[6]) == pytest.approx(ours[item]["p"], abs=THIRD)


# ---------------------------------------------------------------- Vedlegg 2


@pytest.mark.parametrize("name", ["bg_erfaring_tidligere_etat", "bg_sosionom", "bg_arbeidsgiver"])
def test_case_offices(name: str, output: list[read.Output]) -> None:
    (table,) = titled(output, f"office × {name}")
    codes = [float(c) for c in table.rows[1][3:-1]]
    seen = 0
    for row in table.rows:
        if row[2] == "Count" and row[0] != "Total":
            office = row[1]
            ours = FRAME.loc[FRAME["office"] == office, name].value_counts()
            assert [int(c) for c in row[3:-1]] == [int(ours.get(code, 0)) for code in codes]
            seen += 1
    assert seen == 7


def test_the_syntax_names_the_shipped_file() -> None:
    text = Path(paths.SURVEY / "tables.sps").read_text(encoding="utf-8")
    assert f"GET FILE='{paths.SAV_FILE.name}'." in text
