"""Tables computed from the survey: one builder per kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from storbynav import formatting as f
from storbynav.catalogue import Grouping, TableItem, TableRow
from storbynav.disclosure import Entry, Gate
from storbynav.stats.correlation import Correlation, correlate, correlations, moments
from storbynav.survey import Survey
from storbynav.tables import case_offices, printed
from storbynav.tables.model import FROM_PRINT, Cell, Column, Line, Table
from storbynav.tables.regression import regressions

DEVIATES = "†"
NOTATION = (
    "I tabellene står korrelasjoner, koeffisienter og p-verdier uten null foran komma, slik det er vanlig i "
    "statistiske tabeller: −,32 er det samme som −0,32 i teksten."
)
# the column of headers in widths of a number column, for each of these; with short headers at most so many
SHORT, WHOLE = 0.34, 0.52
WIDEST_SHORT = 4.2
EMPTY = Cell("")
DIAGONAL = Cell("–")


class TableError(ValueError):
    """A table cannot be made, or something was asked of it that it does not hold."""


def build(row: TableRow, survey: Survey, *, calibrated: bool = False, gate: Gate | None = None) -> Table:
    """The table of a row of the catalogue, as it may be shown (`gate`: another than that for tables).

    Cells that differ from print are marked once the survey is calibrated: then the print itself is at odds.
    Before that the whole table calls itself preliminary.
    """
    columns, lines = _KINDS[row.kind](row, survey, gate or Gate.of(survey, "tables"))
    synthetic = survey.synthetic and row.kind not in FROM_PRINT
    preliminary = synthetic and not calibrated
    if survey.synthetic and not preliminary:
        in_print = any(cell.printed for line in lines for cell in line.cells)
        lines = [replace(line, cells=tuple(_marked(cell, in_print) for cell in line.cells)) for line in lines]
    table = Table(row, tuple(columns), tuple(lines), (), synthetic, preliminary)
    return replace(table, notes=tuple(_notes(table)), key=_key(table))


def entry(table: Table) -> Entry:
    """What a table has shown and hidden of the answers, for the ledger."""
    told = Entry("tables", table.row.id, values=[cell.text for cell in table.cells])
    for cell in table.cells:
        if cell.counted is not None:
            into = told.hidden if cell.hidden else told.known if cell.as_printed else told.shown
            into.append(cell.counted)
    return told


def emails_sent(city: str, employer: str | None = None) -> int:
    """E-mails sent to the staff of a city («Totalsum»: of all), or of one employer, `stat` or `kommune`."""
    columns = {None: "total", "kommune": "nav_kommunalt", "stat": "nav_statlig"}
    if employer not in columns:
        raise TableError(f"Arbeidsgiver er «stat» eller «kommune», ikke {employer!r}.")
    by_city = {row["city"]: row for row in printed.emails()}
    if city not in by_city:
        known = ", ".join(name for name in by_city if name != "Totalsum")
        raise TableError(f"Det ble ikke sendt e-post til {city!r}. Byene er: {known}.")
    return int(by_city[city][columns[employer]])


def pearson(survey: Survey, a: str, b: str) -> Correlation:
    """The correlation of two variables as coded in the codebook."""
    for item in (a, b):
        survey.variable(item)
    return correlate(survey.frame[a], survey.frame[b])


def _emails(_row: TableRow, _survey: Survey, _gate: Gate) -> tuple[list[Column], list[Line]]:
    columns = [
        Column("By", "left", 2),
        Column("Kommunalt ansatte"),
        Column("Statlig ansatte"),
        Column("I alt"),
    ]
    lines = []
    for row in printed.emails():
        total = row["city"] == "Totalsum"
        values = [f.number(int(row[name])) for name in ("nav_kommunalt", "nav_statlig", "total")]
        lines.append(Line("I alt" if total else row["city"], tuple(Cell(v, printed=v) for v in values)))
    return columns, lines


def _correlation(row: TableRow, survey: Survey, gate: Gate) -> tuple[list[Column], list[Line]]:
    items = [item.item for item in row.rows]
    frame = survey.for_table(items, row.id)
    one, two = row.levels
    pairs = {
        (p["row"], p["column"]): p for p in correlations(frame, items, one=one, two=two).to_dict("records")
    }
    spread = {m["variable"]: m for m in moments(frame, items).to_dict("records")} if row.moments else {}
    print_ = printed.cells(row.id, row.kind)
    lines = []
    for number, item in enumerate(row.rows, start=1):
        cells = []
        for other, column in enumerate(row.rows[:-1], start=1):
            if other >= number:
                cells.append(DIAGONAL if other == number else EMPTY)
                continue
            pair = pairs[item.item, column.item]
            was = print_.get((number, str(other)))
            if gate.few(int(pair["n"])):
                cells.append(Cell(f.SUPPRESSED, printed=was))
            elif np.isfinite(pair["r"]):
                cells.append(Cell(str(f.statistic(pair["r"])), pair["stars"], printed=was))
            else:
                cells.append(Cell(row.empty_mark or "–", printed=was))
        if spread:
            of = spread[item.item]
            few = gate.few(int(of["n"]))
            for column_, key, decimals in (("M", "mean", 2), ("SD", "sd", 3)):
                text = f.SUPPRESSED if few else _or_missing(of[key], decimals)
                cells.append(Cell(text, printed=print_.get((number, column_))))
        lines.append(_line(number, item, cells, survey))
    numbers = [Column(f"({n})") for n in range(1, len(items))]
    short = any(item.short for item in row.rows)
    width = min(SHORT * len(items), WIDEST_SHORT) if short else WHOLE * len(items)
    columns = [Column("Variabel", "left", width), *numbers]
    if spread:
        columns += [Column("M"), Column("SD")]
    return columns, lines


def _regression(row: TableRow, survey: Survey, gate: Gate) -> tuple[list[Column], list[Line]]:
    fits = regressions(row, survey)
    print_ = printed.cells(row.id, row.kind)
    lines = []
    for number, outcome in enumerate(row.outcomes, start=1):
        fit = fits[outcome.item]
        cells = [
            Cell(str(f.statistic(c["beta"])), c["stars"], printed=print_.get((number, c["predictor"])))
            for c in fit.coefficients.to_dict("records")
        ]
        last = {
            "Df": f"{fit.df1}, {fit.df2}",
            "F": str(f.statistic(fit.f)),
            "R²": str(f.statistic(fit.r2)),
        }
        cells += [Cell(text, printed=print_.get((number, column))) for column, text in last.items()]
        if gate.few(fit.n):
            cells = [Cell(f.SUPPRESSED, printed=cell.printed) for cell in cells]
        lines.append(_line(number, outcome, cells, survey))
    labels = [_label(predictor, survey) for predictor in row.predictors]
    columns = [
        Column("Påstand", "left", 2.4 if row.outcomes[0].short else 3.4),
        *(Column(label, width=max(1.1, 0.095 * len(label))) for label in labels),
        Column("Df"),
        Column("F", width=0.8),
        Column("R²", width=0.7),
    ]
    return columns, lines


_KINDS: dict[str, Callable[[TableRow, Survey, Gate], tuple[list[Column], list[Line]]]] = {
    "emails": _emails,
    "correlation": _correlation,
    "regression": _regression,
    "case_offices": lambda row, survey, _gate: case_offices.offices(_offices(row), survey),
    "experience": lambda row, survey, gate: case_offices.experience(_offices(row), survey, gate),
}


def _offices(row: TableRow) -> Grouping:
    assert row.offices is not None
    return row.offices


def _line(number: int, item: TableItem, cells: list[Cell], survey: Survey) -> Line:
    whole = f"({number}) {_label(item, survey)}"
    return Line(f"({number}) {item.short}" if item.short else whole, tuple(cells), whole)


def _label(item: TableItem, survey: Survey) -> str:
    return item.label or survey.variable(item.item).label


def _or_missing(value: float, decimals: int) -> str:
    return str(f.statistic(value, decimals)) if np.isfinite(value) else f.MISSING


def _marked(cell: Cell, in_print: bool) -> Cell:
    """`in_print`: print has this table, so that a number which it lacks must be told apart."""
    deviates = (in_print and cell.unprinted) or (cell.printed is not None and not cell.as_printed)
    return replace(cell, mark=DEVIATES) if deviates else cell


def _below(level: float) -> str:
    """«p < ,05», which no line breaks."""
    return f"p{f.HARD_SPACE}<{f.HARD_SPACE}{f.statistic(level)}"


def _notes(table: Table) -> list[str]:
    row = table.row
    notes = [row.coding] if row.coding else []
    if row.kind == "correlation":
        one, two = (_below(level) for level in row.levels)
        notes.append(f"* {one}. ** {two}. Svar som mangler, er utelatt parvis.")
        if row.empty_mark and any(cell.text == row.empty_mark for cell in table.cells):
            notes.append(f"{row.empty_mark}: {row.empty_note}")
    if row.kind == "regression":
        marks = zip(("*", "**"), row.levels, strict=False)
        notes.append(" ".join(f"{mark} {_below(level)}." for mark, level in marks))
    if row.notation:
        notes.append(NOTATION)
    if any(cell.hidden for cell in table.cells):
        notes.append(f"Kolon ({f.SUPPRESSED}): ikke vist, fordi tallet bygger på for få svar.")
    notes += _deviations(table)
    notes.append(_origin(table))
    return notes


def _key(table: Table) -> str:
    """The whole wording of the rows that the table shows short."""
    whole = [line.whole for line in table.lines if line.whole not in ("", line.header)]
    return f"Radene i sin helhet: {'; '.join(whole)}." if whole else ""


def _deviations(table: Table) -> list[str]:
    """What print has in the cells that are marked, and why, where the catalogue knows."""
    parts = []
    for number, line in enumerate(table.lines, start=1):
        for column, cell in zip(table.columns[1:], line.cells, strict=True):
            if cell.mark == DEVIATES and cell.printed is not None:
                why = next(
                    (d.why for d in table.row.deviations if (d.row, d.column) == (number, column.header)), ""
                )
                where = f"rad {number}, kolonne {column.header.strip('()')}"
                parts.append(f"{cell.printed} ({where}{': ' + why if why else ''})")
    called = f.sentence(table.row.place.source.called)
    return [f"{DEVIATES} {called} trykker {f.listing(parts)}."] if parts else []


def _origin(table: Table) -> str:
    source = table.row.place.origin("tabell", table.row.number)
    where = f.lower_first(table.row.place.source.printed)
    if table.row.kind in FROM_PRINT:
        return f"Tallene er {where}. {source}"
    if not table.synthetic:
        return source
    compared = [cell for cell in table.cells if cell.printed]
    if not compared:
        return f"Syntetiske tall, ikke målt: tabellen står ikke i {table.row.place.source.name}."
    met = sum(cell.as_printed for cell in compared)
    if table.preliminary:
        share = f"{f.number(met)} av {f.number(len(compared))} tall er som trykt"
        return f"Syntetiske tall, foreløpige tall: datasettet er ikke ferdig tilpasset, {share}. {source}"
    if met == len(compared) and not any(cell.mark for cell in table.cells):
        return f"Tallene er {where} og regnet ut av et syntetisk datasett som gjenskaper dem. {source}"
    text = f"Tallene uten {DEVIATES} er {where} og gjenskapt av et syntetisk datasett"
    return f"{text}; tallene med {DEVIATES} er syntetiske tall. {source}"
