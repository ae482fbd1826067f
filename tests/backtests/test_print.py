"""The shipped survey against print: every figure and table of Vedlegg 1 shows what r2016:02 has.

A miss here means that the survey, the computation or the catalogue is wrong. What print cannot have meant is
named: here for n, in the catalogue (`deviations`) for cells of tables.
"""

from __future__ import annotations

import pytest
import yaml

from storbynav import paths
from storbynav.catalogue import FigureRow, TableRow, load_catalogue
from storbynav.figures import compute
from storbynav.report import Report
from storbynav.tables import build

CATALOGUE = load_catalogue()
REGISTRY = {
    row["id"]: row
    for row in yaml.safe_load((paths.PUBLISHED / "figures.yml").read_text(encoding="utf-8"))["figures"]
}
# n = 945–952 cannot be: only 16 respondents have no employer, so 946 at least, 954 for the top item.
IMPOSSIBLE_N = {"v1_24"}


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.open()


@pytest.mark.parametrize("row", CATALOGUE.figures.values(), ids=lambda row: row.id)
def test_every_printed_value_comes_out_as_printed(report: Report, row: FigureRow) -> None:
    data = compute(row, report.survey)
    shown = {(r.key, bar.group): bar for r in data.rows for bar in r.bars}
    for printed in row.printed:
        bar = shown[printed.item, printed.group]
        assert bar.status == "published", f"{printed.item}: {float(bar.value):.2f}, trykt {printed.value}"
        assert data.value_text(bar).removesuffix("\u00a0%") == f"{printed.value:g}".replace(".", ",")


@pytest.mark.parametrize(
    "ident",
    [i for i in CATALOGUE.figures if isinstance(REGISTRY[i].get("n"), dict) and i not in IMPOSSIBLE_N],
)
def test_every_printed_n_comes_out_as_printed(report: Report, ident: str) -> None:
    n = REGISTRY[ident]["n"]
    data = compute(CATALOGUE.figure(ident), report.survey)
    sizes = [row.n for row in data.rows]
    if "value" in n:
        assert set(sizes) == {n["value"]}
    elif "min" in n:
        assert (min(sizes), max(sizes)) == (n["min"], n["max"])
    elif ident == "v1_16":
        groups = zip(*([bar.n for bar in row.bars] for row in data.rows), strict=True)
        assert [max(group) for group in groups] == [n["leder_sosionom"], n["leder_annen"]]
    else:
        assert {row.key: row.n for row in data.rows} == {key: n[key] for key in data.row.items}


@pytest.mark.parametrize("row", CATALOGUE.tables.values(), ids=lambda row: row.id)
def test_every_table_is_as_printed_but_for_what_cannot_be(report: Report, row: TableRow) -> None:
    table = build(row, report.survey, calibrated=True)
    marked = {
        (number, column.header)
        for number, line in enumerate(table.lines, start=1)
        for column, cell in zip(table.columns[1:], line.cells, strict=True)
        if cell.mark
    }
    assert marked == {(deviation.row, deviation.column) for deviation in row.deviations}
