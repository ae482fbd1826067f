"""The catalogue: one row of data for every figure and table, from ``data/report/catalogue.yml``.

A row says what is shown, how it is captioned and described, and which of its values the print gives. It holds
no results: those are computed when the figure or table is made.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar, get_args

from storbynav import formatting as f
from storbynav import paths
from storbynav.yamlfile import YamlFaultError, YamlFile, parse_yaml

CATALOGUE_FILE = paths.DATA / "report" / "catalogue.yml"

FigureKind = Literal["shares", "shares_by", "distribution", "distribution_by", "counts", "offices"]
TableKind = Literal["emails", "correlation", "regression", "case_offices", "experience"]
Status = Literal["published", "constrained", "free"]

FIGURE_KINDS = get_args(FigureKind)
TABLE_KINDS = get_args(TableKind)
ORDERS = ("value", "overall", "given")

_IDENT = re.compile(r"([a-z]+\d*)_\d+")

_Row = TypeVar("_Row", "FigureRow", "TableRow")


class CatalogueError(ValueError):
    """The catalogue is wrong, or something was asked of it that it does not hold."""


@dataclass(frozen=True)
class Source:
    """The publication that the figures and tables repeat.

    `name` names it in sources («Kilde: AFI r2016:02, …»), `short` in marks («Trykt i r2016:02»), `called` is
    the noun for it in running text («rapporten»).
    """

    name: str
    short: str
    called: str

    @property
    def printed(self) -> str:
        """«Trykt i r2016:02»: the mark on what it prints."""
        return f"Trykt i {self.short}"


@dataclass(frozen=True)
class Place:
    """A part of the source: what the ids of its figures begin with, its name, what its numbers begin with."""

    key: str
    name: str
    number: str
    source: Source

    def cited(self, kind: Literal["figur", "tabell"], number: int) -> str:
        """«Vedlegg 1, figur 6»."""
        return f"{self.name}, {kind} {number}"

    def origin(self, kind: Literal["figur", "tabell"], number: int) -> str:
        """«Kilde: AFI r2016:02, Vedlegg 1, figur 6.»."""
        return f"Kilde: {self.source.name}, {self.cited(kind, number)}."


@dataclass(frozen=True)
class Printed:
    """One value of a figure that the print gives: `item` is the row (item or category), `group` the bar.

    `answer`: the value is the share of this category, and not of those who agree. `decimals`: those of this
    value, where print gives it with others than the figure's.
    """

    item: str | int
    value: float
    lines: str
    group: int | str | None = None
    answer: int | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class Test:
    """What the print says of the significance of the differences between the groups of some rows."""

    items: tuple[str | int, ...]
    says: str
    lines: str


@dataclass(frozen=True)
class Grouping:
    """What splits a figure: codes of a variable or ids of offices, in the order of the bars, with labels.

    `names`: the labels are names, which keep their capital in running text.
    """

    variable: str
    label: str
    groups: Mapping[int | str, str]
    names: bool = False

    def in_text(self, label: str) -> str:
        """A label as it stands within a sentence."""
        return label if self.names else str(f.lower_first(label))


@dataclass(frozen=True)
class FigureRow:
    """One figure. The head of the file says what each field means."""

    id: str
    number: int
    kind: FigureKind
    items: tuple[str, ...]
    caption: str
    alt: str
    unprinted: Status
    place: Place
    order: str = "value"
    by: Grouping | None = None
    rows: Grouping | None = None
    where: Mapping[str, int] = field(default_factory=dict)
    answer: int | None = None
    decimals: int = 0
    labels: Mapping[str | int, str] = field(default_factory=dict)
    last: tuple[str | int, ...] = ()
    free: tuple[str | int, ...] = ()
    printed: tuple[Printed, ...] = ()
    tests: tuple[Test, ...] = ()
    n_of: Literal["bars", "item"] = "bars"
    n_per_bar: bool = False
    n_per_group: bool = False
    n_printed: bool = True
    base: str = ""
    remark: str = ""
    row_header: str = ""

    def printed_value(self, item: str | int, group: int | str | None) -> Printed | None:
        """The printed value of a bar, if print has it."""
        return self.printed_part(item, group, None)

    def printed_part(self, item: str | int, group: int | str | None, answer: int | None) -> Printed | None:
        """The printed share of one category of a bar's answers, if print has it."""
        wanted = (item, group, answer)
        return next((p for p in self.printed if (p.item, p.group, p.answer) == wanted), None)

    def decimals_of(self, printed: Printed | None) -> int:
        """The decimals of a printed value."""
        own = None if printed is None else printed.decimals
        return self.decimals if own is None else own

    def test(self, item: str | int) -> str:
        """What print says of the significance of a row's differences; empty where it says nothing."""
        return next((test.says for test in self.tests if item in test.items), "")


@dataclass(frozen=True)
class TableItem:
    """A variable of a table; `label` replaces the codebook's wording where print has another.

    `short` stands in the row of a wide table, and the whole wording in a key below it.
    """

    item: str
    label: str = ""
    short: str = ""


@dataclass(frozen=True)
class Deviation:
    """A cell where print contradicts itself (row number, column header), and why, in words for the reader."""

    row: int
    column: str
    why: str


@dataclass(frozen=True)
class TableRow:
    """One table. `rows` of a correlation matrix; `outcomes` and `predictors` of the regressions."""

    id: str
    number: int
    kind: TableKind
    caption: str
    place: Place
    rows: tuple[TableItem, ...] = ()
    outcomes: tuple[TableItem, ...] = ()
    predictors: tuple[TableItem, ...] = ()
    moments: bool = False
    levels: tuple[float, ...] = (0.05, 0.01)
    coding: str = ""
    notation: bool = False
    empty_mark: str = ""
    empty_note: str = ""
    offices: Grouping | None = None
    deviations: tuple[Deviation, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """All figures and tables by id (`v1_6`, `v1_2`), in the order of the print."""

    figures: Mapping[str, FigureRow]
    tables: Mapping[str, TableRow]

    def figure(self, ident: str) -> FigureRow:
        """The figure with this id; `CatalogueError` suggests near ones."""
        return _lookup(self.figures, ident, "figur")

    def table(self, ident: str) -> TableRow:
        """The table with this id (with or without the prefix `tbl_`); `CatalogueError` suggests near ones."""
        return _lookup(self.tables, ident.removeprefix("tbl_"), "tabell")


def _lookup(rows: Mapping[str, _Row], ident: str, what: str) -> _Row:
    try:
        return rows[ident]
    except KeyError:
        near = difflib.get_close_matches(ident, rows, n=3, cutoff=0.5)
        hint = f" Mente du {' eller '.join(near)}?" if near else f" Katalogen har {', '.join(rows)}."
        raise CatalogueError(f"Ukjent {what}: {ident!r}.{hint}") from None


@lru_cache(maxsize=4)
def load_catalogue(path: Path = CATALOGUE_FILE) -> Catalogue:
    """Read and check the catalogue.

    Raises:
        CatalogueError: the file is missing or wrong; the message has a line for each fault.
    """
    name = paths.shown(path)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CatalogueError(f"{name}: katalogen over figurer og tabeller mangler.") from None
    return parse_catalogue(text, name)


def parse_catalogue(text: str, name: str = "catalogue.yml") -> Catalogue:
    """Check the text of a catalogue and make a `Catalogue` of it; `name` is used in messages."""
    try:
        raw = parse_yaml(text, name)
    except YamlFaultError as error:
        raise CatalogueError(str(error)) from None
    if not isinstance(raw, dict):
        raise CatalogueError(f"{name}: katalogen må ha delene source, groupings, figures og tables.")
    figures_part, start, tables_part = text.partition("\ntables:")
    figures_file = YamlFile(figures_part, name)
    tables_file = YamlFile("\n" * figures_part.count("\n") + start + tables_part, name)
    places = _places(figures_file, raw.get("source"))
    groupings = {
        variable: Grouping(
            variable, spec["label"], MappingProxyType(dict(spec["groups"])), spec.get("names") is True
        )
        for variable, spec in (raw.get("groupings") or {}).items()
    }

    def figure(one: Any) -> FigureRow:
        return _figure(one, groupings, places)

    def table(one: Any) -> TableRow:
        return _table(one, groupings, places)

    figures = _rows(raw.get("figures") or [], figure, "figures", figures_file)
    tables = _rows(raw.get("tables") or [], table, "tables", tables_file)
    if faults := [*figures_file.faults, *tables_file.faults]:
        raise CatalogueError("\n".join(faults))
    return Catalogue(MappingProxyType(figures), MappingProxyType(tables))


def _places(file: YamlFile, raw: Any) -> dict[str, Place]:
    """The parts of the source by what the ids of their figures and tables begin with."""
    top = file.entry(raw, "source", r"^source:")
    source = Source(top.text("name", True), top.text("short", True), top.text("called", True))
    places = {}
    for key, told in top.get("places", dict, {}, required=True).items():
        entry = file.entry(told, f"source {key}", r"^source:")
        places[str(key)] = Place(str(key), entry.text("name", True), entry.text("number", True), source)
        entry.done()
    top.done()
    return places


def _place(ident: Any, places: Mapping[str, Place]) -> Place:
    found = _IDENT.fullmatch(str(ident))
    if not found:
        raise ValueError(f"id {ident!r} må si hvor i kilden det står, og nummer, for eksempel v1_6")
    if found[1] not in places:
        known = ", ".join(places) or "ingen"
        raise ValueError(f"id {ident!r}: source: places har ikke {found[1]!r}. Den har: {known}")
    return places[found[1]]


def _rows(raws: list[Any], make: Callable[[Any], Any], part: str, file: YamlFile) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    numbers: set[tuple[str, int]] = set()
    for position, raw in enumerate(raws, start=1):
        ident = raw.get("id", f"nr. {position}") if isinstance(raw, dict) else f"nr. {position}"
        try:
            row = make(raw)
            if row.id in rows:
                raise ValueError("id-en finnes to ganger")
            if (row.place.key, row.number) in numbers:
                raise ValueError(f"nummer {row.number} finnes to ganger")
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            text = f"mangler {error}" if isinstance(error, KeyError) else str(error)
            anchor = rf"^- {{?id: {re.escape(str(ident))}\b"
            file.fault(f"{part} {ident}", text, anchor)
        else:
            rows[row.id] = row
            numbers.add((row.place.key, row.number))
    return rows


def _known(raw: dict[str, Any], cls: type) -> dict[str, Any]:
    allowed = {one.name for one in fields(cls)} - {"place"}  # follows from the id
    for key in raw:
        if key not in allowed:
            near = difflib.get_close_matches(str(key), allowed, n=1)
            raise ValueError(f"ukjent felt {key!r}" + (f" (mente du {near[0]}?)" if near else ""))
    return dict(raw)


def _choice(row: dict[str, Any], key: str, allowed: tuple[str, ...]) -> None:
    if row.get(key) not in allowed:
        raise ValueError(f"{key}: {row.get(key)!r} er ikke en av {', '.join(allowed)}")


def _grouping(name: str, key: str, groupings: Mapping[str, Grouping]) -> Grouping:
    if name not in groupings:
        raise ValueError(f"{key}: {name!r} står ikke under groupings")
    return groupings[name]


def _figure(raw: dict[str, Any], groupings: Mapping[str, Grouping], places: Mapping[str, Place]) -> FigureRow:
    row = _known(raw, FigureRow)
    for key in ("id", "number", "items", "caption", "alt"):
        if not row.get(key):
            raise KeyError(key)
    row["place"] = _place(row["id"], places)
    row.setdefault("order", "value")
    _choice(row, "kind", FIGURE_KINDS)
    _choice(row, "order", ORDERS)
    _choice({"n_of": "bars", **row}, "n_of", ("bars", "item"))
    _choice(row, "unprinted", ("constrained", "free"))
    for key in ("by", "rows"):
        if row.get(key):
            row[key] = _grouping(row[key], key, groupings)
    if row["kind"].endswith("_by") != ("by" in row):
        raise ValueError(f"by hører til figurer av typene som slutter på _by, ikke {row['kind']}")
    if row["kind"] == "counts" and "rows" not in row:
        raise ValueError("figurer av typen counts må ha rows")
    row["printed"] = tuple(Printed(**p) for p in row.get("printed") or ())
    row["tests"] = tuple(Test(tuple(t["items"]), t["says"], t["lines"]) for t in row.get("tests") or ())
    if row["tests"] and not row.get("by"):
        raise ValueError("tests gjelder forskjeller mellom grupper, og figuren har ingen by")
    for key in ("items", "last", "free"):
        row[key] = tuple(row.get(key) or ())
    for key in ("where", "labels"):
        row[key] = MappingProxyType(dict(row.get(key) or {}))
    return FigureRow(**row)


def _table(raw: dict[str, Any], groupings: Mapping[str, Grouping], places: Mapping[str, Place]) -> TableRow:
    row = _known(raw, TableRow)
    for key in ("id", "number", "caption"):
        if not row.get(key):
            raise KeyError(key)
    row["place"] = _place(row["id"], places)
    _choice(row, "kind", TABLE_KINDS)
    for key in ("rows", "outcomes", "predictors"):
        row[key] = tuple(TableItem(**item) for item in row.get(key) or ())
    row["deviations"] = tuple(Deviation(**deviation) for deviation in row.get("deviations") or ())
    if row["kind"] in ("case_offices", "experience"):
        if "offices" not in row:
            raise KeyError("offices")
        row["offices"] = _grouping(row["offices"], "offices", groupings)
    if "levels" in row:
        row["levels"] = tuple(row["levels"])
    return TableRow(**row)
