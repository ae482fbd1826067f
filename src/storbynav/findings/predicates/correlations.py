"""Predicates on the correlations of Vedlegg 1 (Tabell 2, 4 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

from storbynav import formatting as f
from storbynav.findings.base import Atom, Measured
from storbynav.findings.data import Data
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets


@dataclass(frozen=True)
class Correlated(Atom):
    """r of two variables, coded as in `table`, has a sign and is significant at `p` (`ns`: is not at ,05)."""

    item: str
    other: str
    table: str
    sign: str = ""
    p: float | None = None
    ns: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """Both variables."""
        return (self.item, self.other)

    @property
    def subject(self) -> tuple[object, ...]:
        """The pair."""
        return ("r", self.table, frozenset((self.item, self.other)))

    def opposes(self, other: Atom) -> bool:
        """The other sign, or significant against not."""
        if not isinstance(other, Correlated):
            return False
        opposite = {self.sign, other.sign} == {"+", "-"}
        return opposite or (self.ns != other.ns and None in (self.p, other.p) and {self.p, other.p} != {None})

    def says(self, data: Data) -> str:
        """«… og … henger positivt sammen»."""
        how = {"+": "positivt ", "-": "negativt "}.get(self.sign, "")
        pair = f"{data.name(self.item)} og {data.name(self.other)}"
        if self.ns:
            return f"{pair} henger ikke signifikant sammen"
        tail = f" (p{f.HARD_SPACE}<{f.HARD_SPACE}{f.statistic(self.p, 2)})" if self.p else ""
        return f"{pair} henger {how}sammen{tail}"

    def _holds(self, r: float, stars: str) -> bool:
        if self.ns:
            return not stars
        right = {"+": r > 0, "-": r < 0}.get(self.sign, True)
        return right and len(stars) >= (0 if self.p is None else 2 if self.p < 0.05 else 1)

    def measure(self, data: Data) -> Measured:
        """r with stars."""
        found = data.correlation(self.table, self.item, self.other)
        if found.r != found.r:
            return Measured(False, f"{data.name(self.item)}: kan ikke regnes ut")
        shown = f"{data.name(self.item)} og {data.name(self.other)}: r{f.HARD_SPACE}={f.HARD_SPACE}"
        return Measured(self._holds(found.r, found.stars), shown + f.statistic(found.r, 2, found.stars))

    def in_print(self, printed: Printed) -> bool | None:
        """The printed cell."""
        cell = printed.coefficient(self.table, self.item, self.other)
        return None if cell is None else self._holds(cell.value, cell.stars)

    def targeted(self, targets: Targets) -> bool:
        """A printed cell."""
        return targets.coefficient(self.table, self.item, self.other)


@dataclass(frozen=True)
class Stronger(Atom):
    """In `table`, r of `item` with `other` is larger (with its sign) than r with `than`."""

    item: str
    other: str
    than: str
    table: str

    @property
    def variables(self) -> tuple[str, ...]:
        """All three."""
        return (self.item, self.other, self.than)

    @property
    def subject(self) -> tuple[object, ...]:
        """The two correlations."""
        return ("stronger", self.table, self.item, frozenset((self.other, self.than)))

    def opposes(self, other: Atom) -> bool:
        """The other one is said to be larger."""
        return isinstance(other, Stronger) and self.other != other.other

    def says(self, data: Data) -> str:
        """«… henger sterkere sammen med … enn med …»."""
        return (
            f"{data.name(self.item)} henger sterkere sammen med {data.name(self.other)} "
            f"enn med {data.name(self.than)}"
        )

    def measure(self, data: Data) -> Measured:
        """Both correlations, as printed."""
        one, two = (data.correlation(self.table, self.item, v).r for v in (self.other, self.than))
        holds = f.half_up(one, 2) > f.half_up(two, 2)
        return Measured(holds, f"{data.name(self.item)}: {f.statistic(one, 2)} mot {f.statistic(two, 2)}")

    def in_print(self, printed: Printed) -> bool | None:
        """Both printed cells."""
        one, two = (printed.coefficient(self.table, self.item, v) for v in (self.other, self.than))
        return None if one is None or two is None else one.value > two.value

    def targeted(self, targets: Targets) -> bool:
        """Both are printed cells."""
        return all(targets.coefficient(self.table, self.item, v) for v in (self.other, self.than))


@dataclass(frozen=True)
class Near(Atom):
    """In `table`, r of `item` with two variables differ by at most `within`, at printed precision."""

    item: str
    other: str
    than: str
    table: str
    within: float

    @property
    def variables(self) -> tuple[str, ...]:
        """All three."""
        return (self.item, self.other, self.than)

    @property
    def subject(self) -> tuple[object, ...]:
        """The two correlations."""
        return ("near", self.table, self.item, frozenset((self.other, self.than)))

    def opposes(self, other: Atom) -> bool:
        """Never: a narrower limit is no contradiction."""
        return False

    def says(self, data: Data) -> str:
        """«… henger omtrent like sterkt sammen med …»."""
        return (
            f"{data.name(self.item)} henger omtrent like sterkt sammen med {data.name(self.other)} "
            f"som med {data.name(self.than)}"
        )

    def measure(self, data: Data) -> Measured:
        """Both correlations."""
        one, two = (data.correlation(self.table, self.item, v).r for v in (self.other, self.than))
        holds = abs(f.half_up(one, 2) - f.half_up(two, 2)) <= f.half_up(self.within, 2)
        return Measured(holds, f"{data.name(self.item)}: {f.statistic(one, 2)} og {f.statistic(two, 2)}")

    def in_print(self, printed: Printed) -> bool | None:
        """Both printed cells."""
        one, two = (printed.coefficient(self.table, self.item, v) for v in (self.other, self.than))
        return None if one is None or two is None else abs(one.value - two.value) <= self.within + 1e-9

    def targeted(self, targets: Targets) -> bool:
        """Both are printed cells."""
        return all(targets.coefficient(self.table, self.item, v) for v in (self.other, self.than))
