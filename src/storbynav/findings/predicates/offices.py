"""Predicates on offices: places among the seven case offices, orders, as many of one group as of another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storbynav import formatting as f
from storbynav.findings.base import Atom, Measured
from storbynav.findings.data import CASE_OFFICES, Data
from storbynav.findings.predicates.shares import NOBODY
from storbynav.findings.targets import Targets

PLACES = {
    "highest": (1, 1),
    "second_highest": (2, 2),
    "two_highest": (1, 2),
    "high": (1, 4),
    "middle": (3, 5),
    "low": (4, 7),
    "two_lowest": (6, 7),
    "second_lowest": (6, 6),
    "lowest": (7, 7),
}
"""Words for places among the seven case offices, the first having the largest share. «High» and «low» are
the upper and the lower half with the one in the middle, since the source calls four of the seven high on the
same question (lines 3922, 4067, 4118, 4202); «middle» are the three in the middle."""


_WORDS = {
    "highest": "høyest",
    "second_highest": "nest høyest",
    "two_highest": "blant de to høyeste",
    "high": "i øvre halvdel",
    "middle": "i midten",
    "low": "i nedre halvdel",
    "two_lowest": "blant de to laveste",
    "second_lowest": "nest lavest",
    "lowest": "lavest",
}


@dataclass(frozen=True)
class Rank(Atom):
    """Where an office stands among the seven on the share who agree with (or report) `item`.

    tie: offices whose shares differ by at most so many points share their places (for words that the source
    uses of two offices at once).
    """

    item: str
    office: str
    place: str
    tie: float = 0.0
    answer: str | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The item."""
        return (self.item,)

    @property
    def subject(self) -> tuple[object, ...]:
        """An office on an item."""
        return ("rank", self.item, self.office, self.answer)

    def opposes(self, other: Atom) -> bool:
        """Places that do not meet."""
        if not isinstance(other, Rank):
            return False
        mine, theirs = PLACES[self.place], PLACES[other.place]
        return mine[1] < theirs[0] or theirs[1] < mine[0]

    def says(self, data: Data) -> str:
        """«… er høyest av de sju»."""
        answer = f" ({data.group(self.item, self.answer)})" if self.answer else ""
        shared = f" (innenfor {f.whole_or(self.tie, 1)} prosentpoeng)" if self.tie else ""
        return (
            f"{data.group('office', self.office)} er {_WORDS[self.place]} av de sju kontorene "
            f"på {data.name(self.item)}{answer}{shared}"
        )

    def measure(self, data: Data) -> Measured:
        """The place, from the shares of all seven."""
        shares = {o: data.share(self.item, self.answer, (("office", o),)) for o in CASE_OFFICES}
        mine = shares[self.office]
        if mine is None:
            return NOBODY
        others = [s for o, s in shares.items() if o != self.office and s is not None]
        best = 1 + sum(float(s - mine) > self.tie for s in others)
        worst = 7 - sum(float(mine - s) > self.tie for s in others)
        low, high = PLACES[self.place]
        place = f.number(best) if best == worst else f.interval(best, worst)
        return Measured(
            best <= high and low <= worst,
            f"{data.name(self.item)}: {f.percent(mine, 1)}, plass {place} av sju",
        )

    def targeted(self, targets: Targets) -> bool:
        """The order of the offices was given."""
        by_employer = self.item == "bg_arbeidsgiver" and targets.part("offices")
        return targets.ordered(self.item) or by_employer


@dataclass(frozen=True)
class Order(Atom):
    """Every office of an earlier group lies above every office of a later one.

    items: the mean of their shares is compared. points: the least distance.
    """

    items: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...]
    points: float = 0.0

    @property
    def variables(self) -> tuple[str, ...]:
        """The items."""
        return self.items

    @property
    def subject(self) -> tuple[object, ...]:
        """The offices on the items."""
        return ("order", self.items, frozenset(o for g in self.groups for o in g))

    def opposes(self, other: Atom) -> bool:
        """Another order of the same offices."""
        return isinstance(other, Order) and self.groups != other.groups

    def says(self, data: Data) -> str:
        """«… over …»."""
        parts = [f.listing([data.group("office", o) for o in group]) for group in self.groups]
        what = f.listing([data.name(item) for item in self.items])
        return f"{' over '.join(parts)} på {what}"

    def measure(self, data: Data) -> Measured:
        """The mean share of each office."""
        means: dict[str, float] = {}
        for office in (o for group in self.groups for o in group):
            shares = [data.share(item, None, (("office", office),)) for item in self.items]
            if any(share is None for share in shares):
                return NOBODY
            means[office] = float(np.mean([float(share) for share in shares if share is not None]))
        holds = all(
            min(means[o] for o in above) - max(means[o] for o in below) > self.points
            for above, below in zip(self.groups, self.groups[1:], strict=False)
        )
        shown = ", ".join(f"{data.group('office', o)} {f.percent(v, 1)}" for o, v in means.items())
        return Measured(holds, shown)

    def targeted(self, targets: Targets) -> bool:
        """The order of the offices was given for each item."""
        return all(targets.ordered(item) for item in self.items)


@dataclass(frozen=True)
class Equal(Atom):
    """As many respondents of an office in one group as in another."""

    office: str
    by: str
    one: str
    other: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The grouping."""
        return (self.by,)

    @property
    def subject(self) -> tuple[object, ...]:
        """The two counts."""
        return ("equal", self.office, self.by, frozenset((self.one, self.other)))

    def opposes(self, other: Atom) -> bool:
        """Never: there is one way to be equal."""
        return False

    def says(self, data: Data) -> str:
        """«Like mange …»."""
        return (
            f"like mange {data.group(self.by, self.one)} som {data.group(self.by, self.other)} "
            f"ved {data.group('office', self.office)}"
        )

    def measure(self, data: Data) -> Measured:
        """Both counts."""
        counts = [
            int(data.mask(self.by, tuple(sorted((("office", self.office), (self.by, group))))).sum())
            for group in (self.one, self.other)
        ]
        for count in counts:
            data.gate.hides([count], (0,))
        return Measured(counts[0] == counts[1] > 0, f"{counts[0]} og {counts[1]}")

    def targeted(self, targets: Targets) -> bool:
        """The offices' respondents are given by employer."""
        return self.by == "bg_arbeidsgiver" and targets.part("offices")
