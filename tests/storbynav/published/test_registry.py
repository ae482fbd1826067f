"""The registry of the print, read whole, and its faults told."""

from __future__ import annotations

import math
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storbynav import paths
from storbynav.codebook import Codebook
from storbynav.published import Cell, PublishedError, Registry, decimals_of, printed_as, registry

CELL_COUNTS = {"v1_1": 18, "v1_2": 55, "v1_3": 72, "v1_4": 89, "v1_5": 105, "v2_1": 14, "v2_2": 35}


@pytest.fixture(scope="module")
def book() -> Registry:
    return registry()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the registry to spoil."""
    folder = tmp_path / "published"
    shutil.copytree(paths.PUBLISHED, folder)
    return folder


def spoil(folder: Path, name: str, old: str, new: str) -> Registry:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Registry(folder)


# -------------------------------------------------------------- tables


def test_all_388_numbers(book: Registry) -> None:
    assert {t: len(book.cells(t)) for t in CELL_COUNTS} == CELL_COUNTS
    assert len(book.cells()) == 388
    assert len({c.key for c in book.cells()}) == 388


@pytest.mark.parametrize(
    ("key", "value", "stars", "statistic"),
    [
        ("v1_2:bg_erfaring_sosialkontor:bg_sosionom", "0.46", "**", "r"),
        ("v1_2:sa_ip:bg_sosionom", "-0.02", "", "r"),
        ("v1_3:led_folger:ko_ledermodell", "-0.32", "*", "beta"),
        ("v1_3:led_folger:df2", "513", "", "df2"),
        ("v1_3:led_folger:F", "9.47", "", "f"),
        ("v1_4:bg_sosionom:mean", "1.63", "", "mean"),
        ("v1_4:bg_sosionom:sd", "0.482", "", "sd"),
        ("v1_5:bg_sosionom:bg_arbeidsgiver", "0.47", "**", "r"),
        ("v1_1:Oslo:nav_kommunalt", "1138", "", "count"),
        ("v2_1:Kristiansand:aarsverk_kommune", "98.1", "", "number"),
        ("v2_2:Fana:n", "44", "", "count"),
    ],
)
def test_cells_as_printed(book: Registry, key: str, value: str, stars: str, statistic: str) -> None:
    cell = next(c for c in book.cells() if c.key == key)
    assert str(cell.value) == value
    assert (cell.stars, cell.statistic) == (stars, statistic)
    assert cell.lines


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("table_v1_2_correlations_long.csv", ",0.46,**,", ",0.47,**,", "long.csv:2: kolonnen r er «0.47»"),
        ("table_v1_2_correlations_long.csv", ",0.46,**,", ",0.46,*,", "long.csv:2: kolonnen stars er «*»"),
        ("table_v1_5_correlations_matrix.csv", ",-0.37,", ",-0.36,", "kolonnen c2 er «-0.36»"),
        ("table_v1_4_correlations_matrix.csv", ",0.72,", ",,", "kolonnen c3 er «»"),
    ],
)
def test_copies_of_a_printed_number_agree(copy: Path, name: str, old: str, new: str, place: str) -> None:
    """The search reads r and the verification what is printed: a change of one of them is told."""
    with pytest.raises(PublishedError) as error:
        spoil(copy, name, old, new).cells()
    assert place in str(error.value)


def test_the_cell_that_cannot_be_computed_is_no_number(book: Registry) -> None:
    assert "v1_4:int_deltar_team:int_tverrfaglige_team" not in {c.key for c in book.cells("v1_4")}


def test_table_variables_are_in_the_codebook(book: Registry, codebook: Codebook) -> None:
    for table in ("v1_2", "v1_3", "v1_4", "v1_5"):
        for cell in book.cells(table):
            assert cell.row in codebook
            assert cell.column in codebook or cell.column in ("mean", "sd", "df1", "df2", "F", "R2")


def test_star_levels(book: Registry) -> None:
    levels = {t: (book.tables[t].one, book.tables[t].two, book.tables[t].stars_assumed) for t in book.tables}
    assert levels["v1_2"] == (0.05, 0.01, False)
    assert levels["v1_3"] == (0.05, None, False)
    assert levels["v1_5"] == (0.05, 0.01, True)
    assert levels["v2_1"] == (None, None, False)


def test_no_numbers_in_a_text_table(book: Registry) -> None:
    with pytest.raises(PublishedError, match="'m_1' har ingen trykte tall"):
        book.cells("m_1")


# ----------------------------------------------------- printed precision


@pytest.mark.parametrize(
    ("computed", "decimals", "printed"),
    [
        (0.455, 2, "0.46"),
        (-0.455, 2, "-0.46"),
        (0.4549999999999999, 2, "0.46"),  # float noise below the half
        (0.454999, 2, "0.45"),
        (1.005, 2, "1.01"),
        (0.58764, 3, "0.588"),
        (58.75, 1, "58.8"),
        (2.5, 0, "3"),
        (-0.001, 2, "0.00"),
        (1e-17, 2, "0.00"),
    ],
)
def test_half_up(computed: float, decimals: int, printed: str) -> None:
    assert str(printed_as(computed, decimals)) == printed


@given(st.integers(-100_000, 100_000), st.integers(0, 4), st.floats(-0.499, 0.499))
def test_a_cell_is_met_within_half_a_unit_and_not_one_unit_off(units: int, decimals: int, off: float) -> None:
    unit = Decimal(1).scaleb(-decimals)
    cell = Cell("t", "r", "c", "number", units * unit)
    assert cell.decimals == decimals
    assert cell.matches(float(units * unit) + off * float(unit))
    assert not cell.matches(float((units + 1) * unit))
    assert not cell.matches(float((units - 1) * unit))


def test_nothing_prints_nan() -> None:
    for bad in (math.nan, math.inf):
        with pytest.raises(PublishedError, match="ikke et tall"):
            printed_as(bad, 2)


def test_decimals() -> None:
    assert [decimals_of(Decimal(x)) for x in ("37", "0.480", "1.6", "1E+2")] == [0, 3, 1, 0]


# ------------------------------------------------------------- figures


def test_figures(book: Registry, codebook: Codebook) -> None:
    assert list(book.figures) == [f"v1_{i}" for i in range(1, 25)] + [f"v2_{i}" for i in range(1, 11)]
    assert Counter(f.status for f in book.figures.values()) == {"published": 3, "constrained": 24, "free": 7}
    known = {i for f in book.figures.values() for i in f.items} - {"ldr_tjenester"}
    assert known <= set(codebook.variables)
    assert book.figures["v2_7"].items == ()


def test_figure_values_and_bases(book: Registry) -> None:
    figure = book.figures["v1_16"]
    assert figure.group_variable == "ko_leder_sosionom"
    assert figure.n.each == {"leder_sosionom": 273, "leder_annen": 289}
    values = {(v.item, v.group): str(v.value) for v in figure.values}
    assert values["led_arbeidssituasjon", "leder sosionom"] == "64.3"
    assert (book.figures["v1_5"].n.low, book.figures["v1_5"].n.high) == (558, 562)
    assert (book.figures["v1_17"].n.low, book.figures["v1_17"].n.high) == (841, 841)
    assert book.figures["v1_7"].n.low is None
    assert book.figures["v2_1"].values[0].office == "Fana"


def test_constraints(book: Registry) -> None:
    words = [c for c in book.figures["v1_4"].constraints if c.words == "nærmere 70 %"]
    assert words[0].items == ("sa_prioriterer",)
    assert words[0].reading == (66.0, 70.0)
    assert any(len(c.items) == 4 for c in book.figures["v1_13"].constraints)
    assert any(c.office == "Fana" for c in book.figure_groups["v2_7_or_8"])
    everything = [c for f in book.figures.values() for c in f.constraints]
    everything += [c for group in book.figure_groups.values() for c in group]
    assert sum(c.reading is not None for c in everything) == sum(bool(c.words) for c in everything) == 40


# --------------------------------------- claims, contradictions, sample


def test_counts_of_the_registry(book: Registry) -> None:
    assert len(book.claims) == 417
    assert len(book.discrepancies) == 90
    assert len(book.office_rankings) == 138
    assert book.sample["survey"]["answers"]["value"] == 997


def test_readings_decide_what_the_registry_leaves_open(book: Registry) -> None:
    assert book.readings
    for ident, reading in book.readings.items():
        assert book.discrepancies[ident].topic
        assert reading.reading and reading.why


def test_discrepancy(book: Registry) -> None:
    found = book.discrepancies["D001"]
    assert found.severity == "high"
    assert [s.lines for s in found.sides] == ["3126", "903", "3355-3360,3368"]
    assert "Figur 16" in found.likely


def test_rankings(book: Registry) -> None:
    fana = [r for r in book.office_rankings if r.offices == ("Fana",) and r.value_pct == 89]
    assert fana[0].items == ("led_fagutvikling",)
    assert any(r.offices == ("Fana", "Ytrebygda") and len(r.items) == 3 for r in book.office_rankings)


# -------------------------------------------------------------- faults


def test_an_unknown_id_suggests(book: Registry) -> None:
    with pytest.raises(PublishedError, match=r"data/published har ikke 'v1_166' \(mente du v1_16\?\)"):
        _ = book.figures["v1_166"]
    assert "v1_166" not in book.figures
    assert book.figures.get("v1_166") is None


def test_missing_and_broken_files(copy: Path) -> None:
    (copy / "claims.yml").unlink()
    with pytest.raises(PublishedError, match=r"claims\.yml: filen mangler"):
        _ = Registry(copy).claims
    (copy / "tables.yml").write_text("tables: [\n", encoding="utf-8")
    with pytest.raises(PublishedError, match=r"tables\.yml:2:\d+: ikke gyldig YAML"):
        _ = Registry(copy).tables
    (copy / "table_v1_1_emails.csv").unlink()
    with pytest.raises(PublishedError, match="har ingen fil table_v1_1_"):
        Registry(copy).cells("v1_1")


FAULTS = [
    (
        "claims.yml",
        "claims",
        "support: supported",
        "support: certain",
        "support: 'certain' er ikke en av supported",
    ),
    ("claims.yml", "claims", "- id: C002", "- id: C001", "claims C001: id finnes to ganger"),
    ("claims.yml", "claims", "discrepancy: D002", "discrepancy: D999", "discrepancies.yml har ikke D999"),
    ("claims.yml", "claims", "  predicate:", "  predikat:", "ukjent felt 'predikat' (mente du predicate?)"),
    ("readings.yml", "readings", "- id: D008", "- id: D800", "discrepancies.yml har ikke D800"),
    (
        "readings.yml",
        "readings",
        "basis: text",
        "basis: hope",
        "'hope' er ikke en av arithmetic, text, printed",
    ),
    (
        "figures.yml",
        "figures",
        "reading: [47, 50]",
        "reading: [50, 47]",
        "reading: [50.0, 47.0] er ikke et intervall",
    ),
    ("figures.yml", "figures", "  unit: per cent", "  enhet: per cent", "figures v1_2: mangler feltet unit"),
    (
        "discrepancies.yml",
        "discrepancies",
        "\n  severity: high",
        "\n  severity: huge",
        "'huge' er ikke en av high, medium",
    ),
    ("sample.yml", "office_rankings", "conflict: D058", "conflict: D958", "discrepancies.yml har ikke D958"),
]


@pytest.mark.parametrize(("name", "part", "old", "new", "message"), FAULTS, ids=[f[4][:45] for f in FAULTS])
def test_faults_have_a_line(copy: Path, name: str, part: str, old: str, new: str, message: str) -> None:
    spoiled = spoil(copy, name, old, new)
    with pytest.raises(PublishedError) as caught:
        getattr(spoiled, part)
    told = str(caught.value)
    assert message in told
    assert f"{name}:" in told
