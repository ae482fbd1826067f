"""Entries of the registry's files into the kinds of `storbynav.published.types`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from storbynav.published.types import (
    Base,
    Cell,
    Claim,
    Constraint,
    Discrepancy,
    FigureValue,
    OfficeRanking,
    PrintedFigure,
    PublishedError,
    Reading,
    Side,
)
from storbynav.yamlfile import Entry

CLAIM_TYPES = (
    "percentage",
    "count",
    "comparison",
    "significance",
    "rank",
    "correlation_sign",
    "regression",
    "sample",
    "interpretation",
)
SUPPORT = ("supported", "contradicted", "mixed", "cannot_tell")
SEVERITIES = ("high", "medium", "low")
BASES = ("arithmetic", "text", "printed")

Rows = Callable[[str], Iterable[dict[str, str]]]
"""Gives the rows of a CSV file by its name."""


def star_levels(legend: Mapping[str, str] | None) -> tuple[float | None, float | None, bool]:
    """The p below which a table has one and two stars, and whether that is assumed."""
    if legend is None:
        return None, None, False
    if "assumed" in legend:
        return 0.05, 0.01, True
    one, two = (re.search(r"p < (\.\d+)", legend.get(key, "")) for key in ("one", "two"))
    return (float(one[1]) if one else None), (float(two[1]) if two else None), False


# ---------------------------------------------------------------- cells of tables


def _decimal(text: str) -> Decimal:
    """A printed number: «,46», «-,19», «9.47»."""
    return Decimal(text.replace(",", "."))


def _emails(source: Rows, table: str) -> Iterator[Cell]:
    for row in source(f"table_{table}_emails.csv"):
        for column in ("nav_kommunalt", "nav_statlig", "total"):
            yield Cell(table, row["city"], column, "count", Decimal(row[column]), lines=row["line"])


def _correlations(source: Rows, table: str) -> Iterator[Cell]:
    """Cells as `printed` has them; `r`, `stars` and the matrix say the same again and must agree.

    The search for a survey reads `r`, the matrix is what people look up.
    """
    found: dict[tuple[str, str], str] = {}
    name = f"table_{table}_correlations_long.csv"
    for line, row in enumerate(source(name), start=2):
        printed = row["printed"].rstrip("*")
        value = str(_decimal(printed)) if re.search(r"\d", printed) else ""  # «c» cannot be computed
        _agree(name, line, "r", row["r"], value)
        _agree(name, line, "stars", row["stars"], row["printed"].removeprefix(printed))
        found[row["row"], row["col"]] = value
        if value:
            yield Cell(table, row["row_var"], row["col_var"], "r", Decimal(value), row["stars"], row["line"])
    name = f"table_{table}_correlations_matrix.csv"
    for line, row in enumerate(source(name), start=2):
        for column, text in row.items():
            if re.fullmatch(r"c\d+", column):
                _agree(name, line, column, text, found.get((row["no"], column[1:]), ""))
        if row.get("mean"):
            yield Cell(table, row["var"], "mean", "mean", Decimal(row["mean"]), lines=row["line"])
            yield Cell(table, row["var"], "sd", "sd", Decimal(row["sd"]), lines=row["line"])


def _agree(name: str, line: int, column: str, text: str, printed: str) -> None:
    """A copy of a printed number is that number.

    Raises
    ------
    PublishedError
        It is another.
    """
    number = re.compile(r"-?\d+(\.\d+)?")
    same = text == printed or (
        bool(number.fullmatch(text) and number.fullmatch(printed)) and Decimal(text) == Decimal(printed)
    )
    if not same:
        raise PublishedError(
            f"{name}:{line}: kolonnen {column} er «{text}», men den trykte cellen er «{printed}». "
            "Samme tall står flere steder i registeret; rett det som er feil."
        )


def _regressions(source: Rows, table: str) -> Iterator[Cell]:
    for row in source(f"table_{table}_regression.csv"):
        dependent, lines = row["dv"], row["line"]
        for column, text in row.items():
            if column.startswith("beta_"):
                predictor = column.removeprefix("beta_")
                stars = row[f"stars_{predictor}"]
                yield Cell(table, dependent, predictor, "beta", Decimal(text), stars, lines)
        yield Cell(table, dependent, "df1", "df1", Decimal(row["df1"]), lines=lines)
        yield Cell(table, dependent, "df2", "df2", Decimal(row["df2"]), lines=lines)
        yield Cell(table, dependent, "F", "f", Decimal(row["F"]), lines=lines)
        yield Cell(table, dependent, "R2", "r2", Decimal(row["R2"]), lines=lines)


def _man_years(source: Rows, table: str) -> Iterator[Cell]:
    for row in source(f"table_{table}_offices.csv"):
        for column in ("aarsverk_stat", "aarsverk_kommune"):
            yield Cell(table, row["office"], column, "number", Decimal(row[column]), lines=row["line"])


def _experience(source: Rows, table: str) -> Iterator[Cell]:
    for row in source(f"table_{table}_experience.csv"):
        for column, text in row.items():
            if column not in ("office", "line"):
                yield Cell(table, row["office"], column, "count", Decimal(text), lines=row["line"])


Reader = Callable[[Rows, str], Iterator[Cell]]

CELL_READERS: Mapping[str, Reader] = {
    "emails": _emails,
    "correlations_long": _correlations,
    "regression": _regressions,
    "offices": _man_years,
    "experience": _experience,
}
"""How the cells of a table are read, by the last part of its file's name: ``table_v1_3_regression.csv``."""

_TABLE_FILE = re.compile(rf"table_([a-z]+\d*_\d+)_({'|'.join(CELL_READERS)})\.csv")


def cell_readers(names: Iterable[str]) -> dict[str, Reader]:
    """The reader of each table that has a file among `names`, by the table's id."""
    found = (match for name in sorted(names) if (match := _TABLE_FILE.fullmatch(name)))
    return {match[1]: CELL_READERS[match[2]] for match in found}


# ------------------------------------------------------------------------ figures


def figure(entry: Entry, ident: str) -> PrintedFigure:
    """One figure."""
    items = entry.get("items", (list, str), [], True)
    groups = entry.get("groups", (dict, str), "", True)
    variable = groups.get("var", "") if isinstance(groups, dict) else ""
    return PrintedFigure(
        id=ident,
        part=entry.text("part", True),
        number=entry.get("number", int, 0, True),
        title=entry.text("title", True),
        caption_lines=entry.text("caption_lines", True),
        unit=entry.text("unit", True),
        items=tuple(items) if isinstance(items, list) else (),
        group_variable=variable if isinstance(variable, str) else "",
        threshold=entry.text("threshold"),
        n=_base(entry.get("n", (dict, str))),
        values=tuple(_value(raw, entry) for raw in entry.listing("values", dict, True)),
        constraints=constraints(entry),
        complete=entry.get("complete", bool, False),
    )


def _base(raw: Any) -> Base:
    if not isinstance(raw, dict):
        return Base()
    if "value" in raw:
        return Base(raw["value"], raw["value"])
    if "min" in raw:
        return Base(raw["min"], raw["max"])
    # lines and our own arithmetic are no n of a group
    each = {k: v for k, v in raw.items() if isinstance(v, int) and not k.startswith("computed")}
    return Base(min(each.values()), max(each.values()), each) if each else Base()


def _value(raw: dict[str, Any], parent: Entry) -> FigureValue:
    entry = parent.file.entry(raw, parent.where, parent.anchor)
    number = entry.get("value", (int, float), 0, True)
    return FigureValue(
        value=Decimal(str(number)),
        lines=entry.text("lines", True),
        item=entry.text("item"),
        what=entry.text("what"),
        group=entry.text("group"),
        office=entry.text("office") or entry.text("office_assumed"),
        approx=entry.text("approx"),
    )


def constraints(parent: Entry) -> tuple[Constraint, ...]:
    """What is said in words under a figure or group of figures."""
    found = []
    for raw in parent.listing("constraints", dict):
        entry = parent.file.entry(raw, parent.where, parent.anchor)
        reading = tuple(float(end) for end in entry.get("reading", list, []))
        if reading and (len(reading) != 2 or reading[0] > reading[1]):
            entry.fault(f"reading: {list(reading)} er ikke et intervall")
        found.append(
            Constraint(
                items=names(entry, "item"),
                lines=entry.text("lines", True),
                relation=entry.text("relation"),
                words=entry.text("words"),
                reading=(reading[0], reading[1]) if len(reading) == 2 else None,
                group=entry.text("group") or entry.text("within"),
                by=entry.text("by"),
                office=entry.text("office"),
                significance=entry.text("significance"),
                conflict=entry.text("conflict"),
            )
        )
    return tuple(found)


def names(entry: Entry, key: str) -> tuple[str, ...]:
    """A field that holds one name or a list of them."""
    value = entry.get(key, (str, list), [])
    return (value,) if isinstance(value, str) else tuple(map(str, value))


def discrepancy(entry: Entry, ident: str) -> Discrepancy:
    """One contradiction."""
    sides = []
    for raw in entry.listing("where", dict, True):
        side = entry.file.entry(raw, entry.where, entry.anchor)
        sides.append(Side(side.text("lines", True), str(side.get("says", (str, int, float), "", True))))
        side.done()
    return Discrepancy(
        id=ident,
        kind=entry.text("kind", True),
        severity=entry.choice("severity", SEVERITIES),
        topic=entry.text("topic", True),
        sides=tuple(sides),
        computed=entry.text("computed"),
        likely=str(entry.get("likely", (str, int, float), "")),
        note=entry.text("note"),
    )


def reading(entry: Entry, ident: str) -> Reading:
    """One chosen reading."""
    return Reading(ident, entry.choice("basis", BASES), entry.text("reading", True), entry.text("why", True))


def claim(entry: Entry, ident: str) -> Claim:
    """One claim."""
    if not re.match(r"C\d{3}\Z", ident):
        entry.fault("id må være C og tre sifre")
    return Claim(
        id=ident,
        lines=entry.text("lines", True),
        section=entry.text("section", True),
        type=entry.choice("type", CLAIM_TYPES),
        claim=entry.text("claim", True),
        variables=entry.listing("variables", str, True),
        predicate=entry.text("predicate"),
        support=entry.choice("support", SUPPORT),
        evidence=entry.text("evidence"),
        values=entry.get("values", dict, {}),
        discrepancy=entry.text("discrepancy"),
    )


def ranking(entry: Entry) -> OfficeRanking:
    """One statement about case offices."""
    value = entry.get("value_pct", (int, float))
    return OfficeRanking(
        offices=names(entry, "office"),
        items=names(entry, "item"),
        lines=entry.text("lines", True),
        rank=entry.text("rank"),
        constraint=entry.text("constraint"),
        value_pct=None if value is None else float(value),
        words=entry.text("words"),
        conflict=entry.text("conflict"),
    )
