"""«Hovedfunn»: results of several printed tables side by side, from ``data/report/hovedfunn.yml``.

Only what r2016:02 prints is shown. In a synthetic survey a cell whose value or significance is not that of
the print stays empty; a real survey shows what it gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from storbynav import formatting as f
from storbynav import paths, tables
from storbynav.catalogue import Catalogue, Place, TableRow
from storbynav.disclosure import Gate
from storbynav.figures.compute import compute
from storbynav.figures.data import FigureData
from storbynav.published import registry
from storbynav.stats.correlation import correlate
from storbynav.survey import Survey
from storbynav.yamlfile import open_yaml

OVERVIEW_FILE = paths.DATA / "report" / "hovedfunn.yml"


class OverviewError(ValueError):
    """The description of the picture is wrong; the message names the file and what to do."""


@dataclass(frozen=True)
class Factor:
    """A column and its heading."""

    key: str
    label: str


@dataclass(frozen=True)
class Value:
    """One dot. `shown`: rounded as print rounds, positive where the column's group agrees more.

    `turned`: print has the opposite sign, because of its coding.
    """

    shown: Decimal
    stars: str
    turned: bool = False

    @property
    def significant(self) -> bool:
        """Whether print (or the real survey) marks it, at ,05 or below."""
        return bool(self.stars)

    @property
    def text(self) -> f.Text:
        """«,32», «−,17»."""
        return f.statistic(self.shown)


@dataclass(frozen=True)
class Row:
    """One item: a cell per factor of its table, None where the value is left out."""

    item: str
    label: str
    cells: Mapping[str, Value | None]


@dataclass(frozen=True)
class Group:
    """The rows from one table; `measure` names the table and its statistic."""

    title: str
    measure: str
    factors: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def values(self) -> tuple[Value, ...]:
        """All dots, row by row."""
        return tuple(cell for row in self.rows for cell in row.cells.values() if cell)


@dataclass(frozen=True)
class Bars:
    """A figure of the catalogue whose printed shares are repeated."""

    title: str
    measure: str
    data: FigureData


@dataclass(frozen=True)
class Overview:
    """The whole picture.

    `place`: the part of the source that it repeats. `left_out` counts cells and bars whose values are not
    those of the print.
    """

    caption: str
    alt: str
    note: str
    source: str
    place: Place
    factors: Mapping[str, Factor]
    groups: tuple[Group, ...]
    bars: tuple[Bars, ...]
    synthetic: bool
    left_out: int

    @property
    def limit(self) -> Decimal:
        """The largest distance from zero."""
        return max(abs(value.shown) for group in self.groups for value in group.values)


def make(catalogue: Catalogue, survey: Survey, *, path: Path = OVERVIEW_FILE) -> Overview:
    """The picture for a survey.

    Raises:
        OverviewError: the file is missing, not YAML, or names a table, item or factor that there is not.
    """
    raw = _read(path)
    name = paths.shown(path)
    try:
        factors = {key: Factor(key, **told) for key, told in raw["columns"].items()}
        groups = tuple(_group(told, catalogue, survey, factors) for told in raw["groups"])
        place = catalogue.table(raw["groups"][0]["table"]).place
        bars = [_bars(told, catalogue, survey) for told in raw["bars"]]
        texts = {key: str(raw[key]) for key in ("caption", "alt", "note", "source")}
    except (KeyError, TypeError, AttributeError) as error:
        raise OverviewError(f"{name}: mangler eller kjenner ikke {error}.") from None
    kept = tuple(one for one in bars if one is not None)
    missing = sum(cell is None for group in groups for row in group.rows for cell in row.cells.values())
    if not any(group.values for group in groups):
        raise OverviewError(f"{name}: datasettet gir ingen av de trykte tallene, så bildet er tomt.")
    return Overview(
        **texts,
        place=place,
        factors=factors,
        groups=groups,
        bars=kept,
        synthetic=survey.synthetic,
        left_out=missing + len(bars) - len(kept),
    )


def caption(path: Path = OVERVIEW_FILE) -> f.Text:
    """The caption alone."""
    return f.Text(_read(path)["caption"])


@lru_cache(maxsize=2)
def _read(path: Path) -> dict[str, Any]:
    file, raw = open_yaml(path, OverviewError)
    if not isinstance(raw, dict):
        raise OverviewError(f"{file.name}: skal ha delene columns, groups og bars.")
    return raw


def _group(
    told: dict[str, Any], catalogue: Catalogue, survey: Survey, factors: Mapping[str, Factor]
) -> Group:
    table = catalogue.table(told["table"])
    for key in told["factors"]:
        factors[key]  # a column that there is not is a KeyError, told by `make`
    computed = _regression if table.kind == "regression" else _correlations
    items = [row["item"] for row in told["rows"]]
    found = computed(table, survey, items, [factor["variable"] for factor in told["factors"].values()])
    rows = []
    for row in told["rows"]:
        cells = {
            key: _cell(table, survey, row["item"], factor["variable"], factor["sign"], found)
            for key, factor in told["factors"].items()
        }
        rows.append(Row(row["item"], row["label"], cells))
    return Group(told["title"], told["measure"], tuple(told["factors"]), tuple(rows))


_Found = dict[tuple[str, str], tuple[float, str]]


def _regression(table: TableRow, survey: Survey, items: list[str], variables: list[str]) -> _Found:
    fits = tables.regressions(table, survey)
    gate = Gate.of(survey, "figures")
    shown = [item for item in items if not gate.few(fits[item].n)]
    rows = {(item, variable): fits[item].row(variable) for item in shown for variable in variables}
    return {key: (float(row["beta"]), str(row["stars"])) for key, row in rows.items()}


def _correlations(table: TableRow, survey: Survey, items: list[str], variables: list[str]) -> _Found:
    frame = survey.for_table([*items, *variables], table.id)
    one, two = table.levels
    gate = Gate.of(survey, "figures")
    found = {}
    for item in items:
        for variable in variables:
            pair = correlate(frame[item].to_numpy(), frame[variable].to_numpy(), one, two)
            if not gate.few(pair.n):
                found[item, variable] = (pair.r, pair.stars)
    return found


def _cell(
    table: TableRow, survey: Survey, item: str, variable: str, sign: int, found: _Found
) -> Value | None:
    if (item, variable) not in found:  # too few respondents
        return None
    value, stars = found[item, variable]
    if survey.synthetic:
        printed = _printed(table.id)[item, variable]
        if not printed.matches(value) or printed.stars != stars:
            return None
    return Value(sign * f.half_up(value, 2), stars, turned=sign < 0)


@lru_cache(maxsize=8)
def _printed(table: str) -> Mapping[tuple[str, str], Any]:
    return {(cell.row, cell.column): cell for cell in registry().cells(table)}


def _bars(told: dict[str, Any], catalogue: Catalogue, survey: Survey) -> Bars | None:
    """None where a share of a synthetic survey is not the printed one, or one of a real survey is hidden."""
    data = compute(catalogue.figure(told["figure"]), survey, calibrated=True)
    if data.suppressed or (survey.synthetic and data.status != "published"):
        return None
    rows = []
    for row in data.rows:
        bars = row.bars
        if data.row.by:
            bars = tuple(replace(bar, label=told["groups"][bar.group]) for bar in bars)
        rows.append(replace(row, label=told["labels"][row.key], bars=bars))
    return Bars(told["title"], told["measure"], replace(data, rows=tuple(rows)))
