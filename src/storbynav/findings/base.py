"""What every predicate is: one statement about the data that can be measured, looked up in print, and traced
to a target of the reconstruction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from storbynav import formatting as f

if TYPE_CHECKING:
    from storbynav.findings.data import Data
    from storbynav.findings.printed import Printed
    from storbynav.findings.targets import Targets

Groups = tuple[tuple[str, str], ...]
"""Who a statement is about: (variable, category key) pairs, sorted; empty for everyone."""


@dataclass(frozen=True)
class Measured:
    """What the survey says of one statement: does it hold, and the numbers in words."""

    holds: bool
    shown: str


@dataclass(frozen=True)
class Interval:
    """A range of percentages or counts, both ends included; `None` is open."""

    low: float | None = None
    high: float | None = None
    decimals: int | None = None
    """Where the print gives one number: its decimals. The value must then round to it."""

    def holds(self, value: object) -> bool:
        """Whether a value (float, int, Fraction) lies in the range, or rounds to the printed number."""
        if self.decimals is not None:
            rounded = f.half_up(value, self.decimals)  # type: ignore[arg-type]
            return float(rounded) == self.low
        number = float(value)  # type: ignore[arg-type]
        return (self.low is None or number >= self.low - 1e-9) and (
            self.high is None or number <= self.high + 1e-9
        )

    def disjoint(self, other: Interval) -> bool:
        """Whether no value can lie in both; a printed number reaches up to, not including, the next one."""
        mine, theirs = self._bounds(), other._bounds()
        low, high = (mine, theirs) if mine[0] <= theirs[0] else (theirs, mine)
        open_end = (self if low is mine else other).decimals is not None
        return low[1] < high[0] or (open_end and low[1] == high[0])

    def _bounds(self) -> tuple[float, float]:
        half = 0.0 if self.decimals is None else 0.5 * 10.0**-self.decimals
        low = float("-inf") if self.low is None else self.low - half
        high = float("inf") if self.high is None else self.high + half
        return low, high

    def words(self, unit: str = "") -> str:
        """«78 %», «mellom 67 og 70 %», «minst 50 %»."""
        places = self.decimals
        if places is not None:
            return f.number(self.low or 0, places) + unit

        def shown(value: float) -> str:
            return str(f.whole_or(value, 1))

        if self.low is None:
            return f"høyst {shown(self.high or 0)}{unit}"
        if self.high is None:
            return f"minst {shown(self.low)}{unit}"
        if self.low == self.high:
            return shown(self.low) + unit
        return f"mellom {shown(self.low)} og {shown(self.high)}{unit}"


@dataclass(frozen=True)
class Atom(ABC):
    """One statement about one item: the smallest thing that holds or does not."""

    @property
    @abstractmethod
    def variables(self) -> tuple[str, ...]:
        """Variables of the codebook that it reads."""

    @property
    @abstractmethod
    def subject(self) -> tuple[object, ...]:
        """What it is about: two statements about the same subject may contradict each other."""

    @abstractmethod
    def opposes(self, other: Atom) -> bool:
        """Whether it and `other` (of the same subject) cannot both hold."""

    @abstractmethod
    def says(self, data: Data) -> str:
        """The statement in Norwegian."""

    @abstractmethod
    def measure(self, data: Data) -> Measured:
        """What the survey says."""

    def in_print(self, printed: Printed) -> bool | None:
        """Whether the print's own numbers bear it out; None where they cannot tell."""
        return None

    def targeted(self, targets: Targets) -> bool:
        """Whether the search for the synthetic survey was told to meet it."""
        return False


@dataclass(frozen=True)
class Check:
    """A predicate as written in funn.yml: its atoms, of which at least `most` must hold."""

    kind: str
    atoms: tuple[Atom, ...]
    most: int

    @property
    def all_needed(self) -> bool:
        """Whether every atom must hold."""
        return self.most == len(self.atoms)


@dataclass(frozen=True)
class Finding:
    """An entry of funn.yml. `expect` is ``holds`` or ``contradicted``; without `checks`, `reason` says why.

    `instead`: the reading that this edition follows where the print contradicts itself; it must hold.
    """

    id: str
    claim: str
    lines: str
    expect: str
    checks: tuple[Check, ...] = ()
    instead: tuple[Check, ...] = ()
    reason: str = ""
    note: str = ""
    print_reason: str = ""
    line: int = field(default=1, compare=False)

    @property
    def testable(self) -> bool:
        """Whether it has a predicate."""
        return bool(self.checks)
