"""What the printed report says, typed: the registry in ``data/published/``.

Tables cell by cell at their printed precision, figures with their values and what is said of them in words,
claims, contradictions, the readings chosen, rankings of offices. Facts of the study that readers are shown
are in `storbynav.facts`. Nothing here is computed from the survey.

    >>> registry().figures["v1_16"].status
    'published'
    >>> registry().cells("v1_2")[0].matches(0.4617)
    True
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from storbynav import paths
from storbynav.published import files
from storbynav.published.types import (
    Base,
    Cell,
    Claim,
    Constraint,
    Discrepancy,
    FigureValue,
    OfficeRanking,
    PrintedFigure,
    PrintedTable,
    PublishedError,
    Reading,
    Side,
    decimals_of,
    printed_as,
)
from storbynav.yamlfile import Entry, YamlFile, did_you_mean, open_yaml

__all__ = [
    "Base",
    "Cell",
    "Claim",
    "Constraint",
    "Discrepancy",
    "FigureValue",
    "OfficeRanking",
    "PrintedFigure",
    "PrintedTable",
    "PublishedError",
    "Reading",
    "Registry",
    "Side",
    "decimals_of",
    "printed_as",
    "registry",
]

_T = TypeVar("_T")


class Registry:
    """The registry in one folder; each file is read when it is first asked for, and checked then."""

    def __init__(self, folder: Path = paths.PUBLISHED) -> None:
        """The registry in `folder`; nothing is read yet."""
        self.folder = folder

    # ------------------------------------------------------------ tables

    @cached_property
    def tables(self) -> Mapping[str, PrintedTable]:
        """All tables by id (``v1_1``–``v1_5``, ``v2_1``, ``v2_2``, ``m_1``–``m_5``)."""
        file, top = self._open("tables.yml")
        legends = top.get("stars_legend", dict, {})

        def make(entry: Entry, ident: str) -> PrintedTable:
            one, two, assumed = files.star_levels(legends.get(ident))
            return PrintedTable(
                id=ident,
                part=entry.text("part", True),
                number=entry.get("number", int, 0, True),
                title=entry.text("title", True),
                lines=entry.text("lines", True),
                one=one,
                two=two,
                stars_assumed=assumed,
            )

        return self._by_id(file, top, "tables", make)

    def cells(self, table: str | None = None) -> tuple[Cell, ...]:
        """The printed numbers of one table, or of all that have a CSV file, in print order."""
        readers = files.cell_readers(path.name for path in self.folder.iterdir())
        if table is not None and table not in readers:
            where = paths.shown(self.folder)
            raise PublishedError(
                f"Tabellen {table!r} har ingen trykte tall: {where} har ingen fil table_{table}_….csv. "
                f"Tabeller med tall er {', '.join(readers)}."
            )
        wanted = readers if table is None else {table: readers[table]}
        return tuple(cell for ident, read in wanted.items() for cell in read(self.rows, ident))

    @cached_property
    def correlation_tables(self) -> tuple[str, ...]:
        """The ids of the tables of correlations that print has."""
        readers = files.cell_readers(path.name for path in self.folder.iterdir())
        return tuple(
            ident for ident, read in readers.items() if read is files.CELL_READERS["correlations_long"]
        )

    # ----------------------------------------------------------- figures

    @cached_property
    def figures(self) -> Mapping[str, PrintedFigure]:
        """All figures by id (``v1_1``–``v1_24``, ``v2_1``–``v2_10``)."""
        file, top = self._open("figures.yml")
        return self._by_id(file, top, "figures", files.figure)

    @cached_property
    def figure_groups(self) -> Mapping[str, tuple[Constraint, ...]]:
        """What is said of figures whose item split is unknown (``v2_4_to_6`` …)."""
        file, top = self._open("figures.yml")
        return self._by_id(file, top, "figure_groups", lambda entry, _: files.constraints(entry))

    # ------------------------------------------- claims and contradictions

    @cached_property
    def discrepancies(self) -> Mapping[str, Discrepancy]:
        """All contradictions of the print by id (``D001`` …)."""
        file, top = self._open("discrepancies.yml")
        return self._by_id(file, top, "discrepancies", files.discrepancy)

    @cached_property
    def readings(self) -> Mapping[str, Reading]:
        """The readings chosen, by the id of their discrepancy."""
        file, top = self._open("readings.yml")

        def make(entry: Entry, ident: str) -> Reading:
            self._check_discrepancy(entry, ident)
            return files.reading(entry, ident)

        return self._by_id(file, top, "readings", make, strict=True)

    @cached_property
    def claims(self) -> Mapping[str, Claim]:
        """All claims about the survey by id (``C001`` …)."""
        file, top = self._open("claims.yml")

        def make(entry: Entry, ident: str) -> Claim:
            claim = files.claim(entry, ident)
            self._check_discrepancy(entry, claim.discrepancy)
            return claim

        return self._by_id(file, top, "claims", make, strict=True)

    # ------------------------------------------------------------ sample

    @cached_property
    def sample(self) -> Mapping[str, Any]:
        """Facts about the sample, offices and leaders, as ``sample.yml`` has them."""
        return MappingProxyType(self._open("sample.yml")[1].raw)

    @cached_property
    def office_rankings(self) -> tuple[OfficeRanking, ...]:
        """All statements about how the case offices compare, in the order of the file."""
        file, top = self._open("sample.yml")
        rankings = []
        for raw in top.listing("office_constraints", dict, True):
            entry = file.entry(raw, "office_constraints", r"^office_constraints:")
            found = files.ranking(entry)
            self._check_discrepancy(entry, found.conflict)
            rankings.append(found)
        _refuse(file)
        return tuple(rankings)

    # ------------------------------------------------------------ reading

    def _check_discrepancy(self, entry: Entry, ident: str) -> None:
        if ident and ident not in self.discrepancies:
            entry.fault(f"discrepancies.yml har ikke {ident}")

    def _open(self, name: str) -> tuple[YamlFile, Entry]:
        file, content = open_yaml(self.folder / name, PublishedError)
        return file, file.entry(content, "filen")

    def _by_id(
        self,
        file: YamlFile,
        top: Entry,
        section: str,
        make: Callable[[Entry, str], _T],
        strict: bool = False,
    ) -> Mapping[str, _T]:
        """The entries of a section by id; with `strict` a field that is not known is a fault."""
        result: dict[str, _T] = {}
        for number, raw in enumerate(top.listing(section, dict, True), start=1):
            ident = str(raw.get("id", f"nr. {number}"))
            entry = file.entry(raw, f"{section} {ident}", rf"^- id: {re.escape(ident)}\s*$")
            entry.text("id", True)
            if ident in result:
                entry.fault("id finnes to ganger")
            result[ident] = make(entry, ident)
            if strict:
                entry.done()
        _refuse(file)
        return _ById(result, paths.shown(self.folder))

    def rows(self, name: str) -> Iterator[dict[str, str]]:
        """The rows of a CSV file of the registry."""
        path = self.folder / name
        if not path.is_file():
            raise PublishedError(f"{paths.shown(path)}: filen mangler.")
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


@lru_cache(maxsize=1)
def registry() -> Registry:
    """The registry of this edition."""
    return Registry()


class _ById(Mapping[str, _T]):
    """A read-only mapping whose KeyError is a sentence with a suggestion."""

    def __init__(self, entries: dict[str, _T], where: str) -> None:
        self._entries, self._where = entries, where

    def __getitem__(self, ident: str) -> _T:
        try:
            return self._entries[ident]
        except KeyError:
            hint = did_you_mean(str(ident), self._entries)
            raise _UnknownIdError(f"{self._where} har ikke {ident!r}{hint}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class _UnknownIdError(PublishedError, KeyError):
    """An id that the registry does not hold; a `KeyError` too, so that `get` and `in` work."""

    def __str__(self) -> str:
        return str(self.args[0])  # KeyError would show its repr


def _refuse(file: YamlFile) -> None:
    if file.faults:
        raise PublishedError("\n".join(file.faults))
