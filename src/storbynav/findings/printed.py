"""The print's own numbers, arranged for lookup: do they bear a statement out?

Correlations with stars (Tabell 2, 4, 5 of Vedlegg 1), regressions (Tabell 3) and the shares that figures
print. Signs are as printed; `agrees_more` turns them to groups, by the coding of the table.
"""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from storbynav.codebook import Codebook
from storbynav.findings.data import PREDICTORS
from storbynav.published import Cell, Registry

_GROUPS = {
    "stat": (("bg_arbeidsgiver", "stat"),),
    "kommune": (("bg_arbeidsgiver", "kommune"),),
    "leder annen": (("ko_leder_sosionom", "annen"),),
    "leder sosionom": (("ko_leder_sosionom", "sosionom"),),
}
_OFFICES = {"Fana": "fana", "Sagene": "sagene"}  # those with a printed share


@dataclass(frozen=True)
class Evidence:
    """A printed coefficient between an item and a variable: is it positive, how many stars."""

    value: float
    stars: str
    reversed: bool
    """Whether the table codes the variable the other way round than the codebook."""
    adjusted: bool = False
    """Whether it is a beta of Tabell 3, controlled for the other predictors."""


class Printed:
    """What the registry holds, by variable."""

    def __init__(self, registry: Registry, book: Codebook) -> None:
        """Nothing is read yet."""
        self.registry, self.book = registry, book
        self._own: set[int] = set()

    def without(self, lines: str) -> Printed:
        """The same without the shares printed on some lines: a number does not bear itself out."""
        self._cells, self._shares  # noqa: B018  (read once, shared by all copies)
        other = copy.copy(self)
        other._own = _numbers(lines)
        return other

    @cached_property
    def _cells(self) -> dict[tuple[str, str, str], Cell]:
        found = {}
        for cell in self.registry.cells():
            found[cell.table, cell.row, cell.column] = cell
            if cell.statistic == "r":
                found[cell.table, cell.column, cell.row] = cell
        return found

    @cached_property
    def _shares(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[float, int, str]]]:
        found: dict[tuple[str, tuple[tuple[str, str], ...]], list[tuple[float, int, str]]] = {}
        for figure in self.registry.figures.values():
            for value in figure.values:
                if value.item not in self.book or value.approx:
                    continue
                groups = self._groups(value.group)
                if value.office:
                    groups = (("office", _OFFICES.get(value.office, value.office)),)
                decimals = max(0, -int(value.value.as_tuple().exponent))
                found.setdefault((value.item, groups), []).append((float(value.value), decimals, value.lines))
        return found

    def _groups(self, told: str) -> tuple[tuple[str, str], ...]:
        """Who a printed share is of: nobody in particular, a group by its printed name, or `variable=key`."""
        variable, equals, key = told.partition("=")
        return ((variable, key),) if equals else _GROUPS.get(told, ())

    def coefficient(self, table: str, item: str, variable: str) -> Evidence | None:
        """The printed r or beta of two variables in one table."""
        cell = self._cells.get((table, item, variable))
        if cell is None:
            return None
        return Evidence(float(cell.value), cell.stars, self._reversed(variable, table), table == "v1_3")

    def association(self, item: str, variable: str) -> Evidence | None:
        """The best that print gives on an item and a variable: an r, else the beta of Tabell 3."""
        for table in (*self.registry.correlation_tables, "v1_3"):
            found = self.coefficient(table, item, variable)
            if found is not None:
                return found
        return None

    def shares(self, item: str, groups: tuple[tuple[str, str], ...]) -> list[tuple[float, int, str]]:
        """Printed per cents of an item in a group: value, decimals, source lines."""
        found = self._shares.get((item, groups), [])
        return [value for value in found if not self._own & _numbers(value[2])]

    def betas(self, item: str) -> dict[str, Evidence]:
        """The row of Tabell 3 for an outcome, by predictor."""
        return {p: e for p in PREDICTORS if (e := self.coefficient("v1_3", item, p)) is not None}

    def r2(self, item: str) -> tuple[float, float] | None:
        """Printed R² of a row of Tabell 3, and the one that its F and degrees of freedom give."""
        parts = [self._cells.get(("v1_3", item, name)) for name in ("R2", "F", "df1", "df2")]
        if any(part is None for part in parts):
            return None
        r2, f, df1, df2 = (float(part.value) for part in parts if part is not None)
        return r2, df1 * f / (df1 * f + df2)

    def agrees_more(self, item: str, by: str, more: str, less: str) -> tuple[bool, Evidence] | None:
        """Whether print's coefficient says that group `more` agrees more than `less`; and the coefficient.

        None without one.
        """
        evidence = self.association(item, by)
        scale = self.book[by].scale
        if evidence is None or not scale.categories:
            return None
        higher = scale.code(more) > scale.code(less)
        # a lower code of the item agrees more: r > 0 says that the lower code of `by` does
        positive = (evidence.value > 0) != evidence.reversed
        return positive != higher, evidence

    def _reversed(self, variable: str, table: str) -> bool:
        codes = sorted(self.book.recoding(variable, table).items())
        return any(a[1] > b[1] for a, b in pairwise(codes))


def _numbers(lines: str) -> set[int]:
    """The line numbers of «237-238», «3126,903»."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", lines):
        found |= set(range(int(first), int(last or first) + 1))
    return found
