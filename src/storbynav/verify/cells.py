"""The cells of the print's tables, recomputed by the builders that set the report's own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from storbynav import formatting as f
from storbynav import tables
from storbynav.published import Cell, Registry
from storbynav.report import Report
from storbynav.tables.model import Cell as Shown
from storbynav.verify.compute import parsed
from storbynav.verify.model import Number, VerificationError

TABLES = {
    "v1_1": "Tabell V1.1",
    "v1_2": "Tabell V1.2",
    "v1_3": "Tabell V1.3",
    "v1_4": "Tabell V1.4",
    "v1_5": "Tabell V1.5",
    "v2_1": "Tabell 1 i Vedlegg 2",
    "v2_2": "Tabell 2 i Vedlegg 2",
}
_EXPERIENCE = {
    "erfaring_aetat": "aetat",
    "erfaring_trygdekontor": "trygdekontor",
    "erfaring_sosialkontor": "sosialkontor",
    "ingen_erfaring": "ingen",
}
_MOMENTS = {"mean": "M", "sd": "SD"}
_FIT = {"F": "F", "R2": "R²"}


def numbers(registry: Registry, report: Report) -> Iterator[Number]:
    """All cells that `Registry.cells` has, and the stars of those that may have stars."""
    yield from emails(registry)
    for table in ("v1_2", "v1_3", "v1_4", "v1_5"):
        yield from _statistical(registry, report, table)
    yield from _man_years(registry, report)
    yield from _experience(registry, report)


def emails(registry: Registry) -> Iterator[Number]:
    """Tabell 1 holds no answers: each cell must be what the others of its row and column make it."""
    cells = {(c.row, c.column): c for c in registry.cells("v1_1")}
    cities = [row for row, _ in cells if row != "Totalsum"]
    for (row, column), cell in cells.items():
        total, kommune, stat = (cells[row, c].value for c in ("total", "nav_kommunalt", "nav_statlig"))
        along = {"total": kommune + stat, "nav_kommunalt": total - stat, "nav_statlig": total - kommune}
        down = sum((cells[city, column].value for city in dict.fromkeys(cities)), Decimal(0))
        computed = along[column]
        met = computed == cell.value and (row != "Totalsum" or down == cell.value)
        label = {"total": "i alt", "nav_kommunalt": "kommunalt ansatte", "nav_statlig": "statlig ansatte"}
        yield Number(
            f"v1_1:{row}:{column}",
            "v1_1",
            f"{'I alt' if row == 'Totalsum' else row}, {label[column]}",
            str(f.number(cell.value)),
            str(f.number(computed)),
            met,
            cell.lines,
            row="I alt" if row == "Totalsum" else row,
            column=f.sentence(label[column]),
        )


def _statistical(registry: Registry, report: Report, table: str) -> Iterator[Number]:
    row = report.catalogue.table(table)
    built = tables.build(row, report.survey, calibrated=report.calibrated, gate=report.gate)
    few = report.gate.take()
    if row.kind == "regression":
        names = [outcome.item for outcome in row.outcomes]
        heads = [predictor.item for predictor in row.predictors]
    else:
        names = [item.item for item in row.rows]
        heads = names[:-1]
    shown: dict[tuple[str, str], Shown] = {}
    labels = dict(zip(names, (line.header for line in built.lines), strict=True))
    for name, line in zip(names, built.lines, strict=True):
        places = [*heads, *(column.header for column in built.columns[1 + len(heads) :])]
        shown |= {(name, place): cell for place, cell in zip(places, line.cells, strict=True)}
    columns = {head: column.header for head, column in zip(heads, built.columns[1:], strict=False)}
    for cell in registry.cells(table):
        for number in _statistic(cell, shown, labels, columns):
            yield replace(number, withheld=few)


def _statistic(
    cell: Cell,
    shown: Mapping[tuple[str, str], Shown],
    labels: Mapping[str, str],
    heads: Mapping[str, str],
) -> Iterator[Number]:
    where = f"Rad {_row(labels[cell.row])}"
    if cell.column in ("df1", "df2"):
        df = shown[cell.row, "Df"].text.split(", ")[cell.column == "df2"]
        which = "første" if cell.column == "df1" else "andre"
        yield Number(
            cell.key,
            cell.table,
            f"{where}, frihetsgrader ({which})",
            str(cell.value),
            df,
            Decimal(df) == cell.value,
            cell.lines,
            row=labels[cell.row],
            column="Df",
        )
        return
    column = _MOMENTS.get(cell.column) or _FIT.get(cell.column) or cell.column
    ours = shown.get((cell.row, column))
    if ours is None or not ours.text:
        raise VerificationError(f"{cell.key}: tabellen {cell.table} har ikke denne cellen.")
    head = heads.get(cell.column, column)
    printed = str(f.statistic(cell.value, cell.decimals))
    stem = {"r": ":r", "beta": ":beta"}.get(cell.statistic, "")
    met = parsed(ours.text) == cell.value
    what = f"{where}, {f'kolonne {head}' if head.startswith('(') else head}"
    yield Number(
        f"{cell.key}{stem}",
        cell.table,
        what,
        printed,
        ours.text,
        met,
        cell.lines,
        row=labels[cell.row],
        column=head,
    )
    if stem:
        yield Number(
            f"{cell.key}:stars",
            cell.table,
            f"{what}, stjerner",
            cell.stars or "ingen",
            ours.stars or "ingen",
            ours.stars == cell.stars,
            cell.lines,
        )


def _row(header: str) -> str:
    """«4» of «(4) Ledelsen følger …»."""
    return header.split(")")[0].strip("(")


def _man_years(registry: Registry, report: Report) -> Iterator[Number]:
    offices = report.survey.offices
    for cell in registry.cells("v2_1"):
        office = office_id(report, cell.row)
        value = offices.loc[office, cell.column]
        computed = f.half_up(Decimal(str(value)), cell.decimals)
        employer = "statlige" if cell.column == "aarsverk_stat" else "kommunale"
        yield Number(
            f"v2_1:{office}:{cell.column}",
            "v2_1",
            f"{cell.row}, {employer} årsverk",
            str(f.number(cell.value, cell.decimals)),
            str(f.number(computed, cell.decimals)),
            computed == cell.value,
            cell.lines,
            row=cell.row,
            column=f"{f.sentence(employer)} årsverk",
        )


def _experience(registry: Registry, report: Report) -> Iterator[Number]:
    for cell in registry.cells("v2_2"):
        office = office_id(report, cell.row)
        if cell.column == "n":
            text, what = report.respondents(office=office), "respondenter"
        else:
            key = _EXPERIENCE[cell.column]
            text = report.count("bg_erfaring_tidligere_etat", key, office=office)
            what = "Aetat" if key == "aetat" else key
        yield Number(
            f"v2_2:{office}:{cell.column}",
            "v2_2",
            f"{cell.row}, {what}",
            str(f.number(cell.value)),
            str(text),
            parsed(text) == cell.value,
            cell.lines,
            row=cell.row,
            column=f.sentence(what),
            withheld=report.gate.take(),
        )


def office_id(report: Report, name: str) -> str:
    """The id of an office in the survey by its printed name.

    Raises
    ------
    VerificationError
        The survey has no office of that name.
    """
    names = report.survey.offices["name"]
    found = names.index[names == name]
    if not len(found):
        raise VerificationError(f"offices.csv har ikke kontoret {name!r}.")
    return str(found[0])
