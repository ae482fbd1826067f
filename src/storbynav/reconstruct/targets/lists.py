"""Targets while they are collected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.reading import known
from storbynav.reconstruct.rng import State, normal, unit


@dataclass(frozen=True)
class Target:
    """Name and standing of one target of the search.

    status: published (a printed number), constrained (printed in words) or free (the stated model).
    """

    id: str
    status: str
    source: str


@dataclass
class Lists:
    """Targets while they are collected, in the solver's order; the state draws where aims lie."""

    state: State
    aims: dict[str, Any]
    column: dict[str, int]
    group: dict[tuple[str, str], int]
    pairs: list[tuple[float, ...]] = field(default_factory=list)
    pair_target: list[Target] = field(default_factory=list)
    groups: list[tuple[float, ...]] = field(default_factory=list)
    group_target: list[Target] = field(default_factory=list)

    def pair(
        self, a: int, b: int, span: tuple[float, float], size: float, target: Target, aim: tuple[float, float]
    ) -> None:
        """A correlation; `aim` is the value the model would like best, and how strongly (1 / scale)."""
        self.pairs.append((a, b, *span, size, *aim))
        self.pair_target.append(target)

    def add(
        self,
        kind: int,
        columns: tuple[int, int],
        groups: tuple[int, int],
        span: tuple[float, float],
        size: float,
        target: Target,
        aim: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """A statistic of one or two groups."""
        self.groups.append((kind, *columns, *groups, *span, size, *aim))
        self.group_target.append(target)

    def item(self, name: str, where: str) -> int:
        """The column of a question."""
        known(name, list(self.column), where)
        return self.column[name]

    def of(self, by: str, name: object, where: str) -> int:
        """The number of a group."""
        if (by, str(name)) not in self.group:
            have = ", ".join(label for key, label in self.group if key == by)
            raise fault(where, f"{by} har ingen gruppe {name}", f"Gruppene er {have or 'ingen: rett by'}")
        return self.group[by, str(name)]


def draw_inside(state: State, lo: float, hi: float, mean: float, sd: float) -> float:
    """A number from a bell cut off at `lo` and `hi`; uniform in the range when the bell hardly reaches it."""
    for _ in range(200):
        value = mean + sd * normal(state)
        if lo <= value <= hi:
            return float(value)
    return lo + (hi - lo) * float(unit(state))
