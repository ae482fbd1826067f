"""Predicates on shares: one share in an interval, the largest category, the distance of two items."""

from __future__ import annotations

from dataclasses import dataclass

from storbynav import formatting as f
from storbynav.findings.base import Atom, Groups, Interval, Measured
from storbynav.findings.data import Data
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets

NOBODY = Measured(False, "ingen svar å regne av")


@dataclass(frozen=True)
class Share(Atom):
    """The share of `item` (agreeing, or with `answer`) in a group lies in an interval of per cents."""

    item: str
    bound: Interval
    answer: str | None = None
    among: Groups = ()
    base: str = "valid"

    @property
    def variables(self) -> tuple[str, ...]:
        """The item and what makes the group."""
        return (self.item, *(name for name, _ in self.among))

    @property
    def subject(self) -> tuple[object, ...]:
        """The share of an answer in a group."""
        return ("share", self.item, self.answer, self.among, self.base)

    def opposes(self, other: Atom) -> bool:
        """No per cent lies in both intervals."""
        return isinstance(other, Share) and self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«Andelen … er 78 %»."""
        return f"andelen{self._what(data)} er {self.bound.words(f.HARD_SPACE + '%')}"

    def _what(self, data: Data) -> str:
        answer = f" som svarer {data.group(self.item, self.answer)}" if self.answer else ""
        return f"{answer} på {data.name(self.item)}{data.among(self.among)}"

    def measure(self, data: Data) -> Measured:
        """The share, exact, against the interval."""
        share = data.share(self.item, self.answer, self.among, self.base)
        if share is None:
            return NOBODY
        return Measured(self.bound.holds(share), f"{data.name(self.item)}: {f.percent(share, 1)}")

    def in_print(self, printed: Printed) -> bool | None:
        """Other printed values of the same share."""
        if self.answer is not None or self.base == "all":
            return None  # the figures are of valid answers
        values = printed.shares(self.item, self.among)
        if not values:
            return None
        return all(
            self.bound.holds(value) if self.bound.decimals is None else self._same(value, decimals)
            for value, decimals, _ in values
        )

    def _same(self, value: float, decimals: int) -> bool:
        """Whether a printed value can be the same number, by the coarser of the two precisions."""
        assert self.bound.decimals is not None and self.bound.low is not None
        coarse = min(decimals, self.bound.decimals)
        return f.half_up(value, coarse) == f.half_up(self.bound.low, coarse)

    def targeted(self, targets: Targets) -> bool:
        """Shares of all, of a group, overlaps; leaders and the people of the case offices one by one."""
        if self.item.startswith(("ldr_", "part_")):
            return targets.part("leaders")
        if self.item == "ko_minimum":
            return targets.part("offices")
        if not self.among:
            return targets.share(self.item) or (
                self.item == "int_team_sammensetning" and targets.composition()
            )
        if len(self.among) > 1:
            return False
        by, group = self.among[0]
        if by == "office" and self.item in ("bg_arbeidsgiver", "bg_sosionom"):
            return targets.part("offices")
        if self.item == "int_team_sammensetning":
            return by == "bg_arbeidsgiver" and targets.composition()
        if (self.item, by) == ("bg_rolle", "bg_sosialhelse_utdanning"):
            return targets.role_among_social_health()
        codes = {"stat": 1, "kommune": 2, "annen": 0, "sosionom": 1}
        return targets.share(self.item, by, codes.get(group, group)) or targets.overlap(self.item, by)


@dataclass(frozen=True)
class Modal(Atom):
    """In a group, `answer` is the most frequent answer to `item`."""

    item: str
    answer: str
    among: Groups = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The item and what makes the group."""
        return (self.item, *(name for name, _ in self.among))

    @property
    def subject(self) -> tuple[object, ...]:
        """The most frequent answer in a group."""
        return ("modal", self.item, self.among)

    def opposes(self, other: Atom) -> bool:
        """Another answer is said to be the most frequent."""
        return isinstance(other, Modal) and self.answer != other.answer

    def says(self, data: Data) -> str:
        """«Flest svarer …»."""
        return (
            f"flest{data.among(self.among)} svarer «{data.group(self.item, self.answer)}» "
            f"på {data.name(self.item)}"
        )

    def measure(self, data: Data) -> Measured:
        """The share against those of all other answers."""
        shares = {
            category.key: data.share(self.item, category.key, self.among)
            for category in data.book[self.item].scale.categories
        }
        mine = shares.pop(self.answer)
        if mine is None:
            return NOBODY
        return Measured(
            all(mine > other for other in shares.values() if other is not None),
            f"{data.name(self.item)}: {f.percent(mine, 1)}{data.among(self.among)}",
        )

    def targeted(self, targets: Targets) -> bool:
        """The composition of teams was given."""
        return self.item == "int_team_sammensetning" and targets.composition()


@dataclass(frozen=True)
class Gap(Atom):
    """In a group, the share agreeing with `first` less that agreeing with `second` lies in an interval."""

    first: str
    second: str
    bound: Interval
    among: Groups = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """Both items and what makes the group."""
        return (self.first, self.second, *(name for name, _ in self.among))

    @property
    def subject(self) -> tuple[object, ...]:
        """The distance in a group."""
        return ("gap", self.first, self.second, self.among)

    def opposes(self, other: Atom) -> bool:
        """No distance lies in both intervals."""
        return isinstance(other, Gap) and self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«Avstanden fra … til … er minst 10 prosentpoeng»."""
        unit = f"{f.HARD_SPACE}prosentpoeng"
        return (
            f"flere{data.among(self.among)} er enige i {data.name(self.first)} enn i "
            f"{data.name(self.second)}: avstanden er {self.bound.words(unit)}"
        )

    def measure(self, data: Data) -> Measured:
        """The distance in percentage points."""
        one = data.share(self.first, None, self.among)
        other = data.share(self.second, None, self.among)
        if one is None or other is None:
            return NOBODY
        return Measured(
            self.bound.holds(one - other),
            f"{data.name(self.first)}: {f.percent(one, 1)}, {data.name(self.second)}: "
            f"{f.percent(other, 1)}{data.among(self.among)}",
        )

    def targeted(self, targets: Targets) -> bool:
        """Given within an employer's staff."""
        codes = {"stat": 1, "kommune": 2}
        return len(self.among) == 1 and targets.gap(
            self.first, self.second, self.among[0][0], codes.get(self.among[0][1], "")
        )


@dataclass(frozen=True)
class Larger(Atom):
    """One share is larger than another by more than `points`; each of an item in a group."""

    first: tuple[str, Groups]
    second: tuple[str, Groups]
    points: float = 0.0

    @property
    def variables(self) -> tuple[str, ...]:
        """Both items and what makes the groups."""
        return tuple(
            dict.fromkeys(
                name for item, groups in (self.first, self.second) for name in (item, *(g for g, _ in groups))
            )
        )

    @property
    def subject(self) -> tuple[object, ...]:
        """The pair, in any order."""
        return ("larger", frozenset((self.first, self.second)))

    def opposes(self, other: Atom) -> bool:
        """The other way round."""
        return isinstance(other, Larger) and self.first != other.first

    def says(self, data: Data) -> str:
        """«Flere … enn …»."""
        more = f" med minst {f.whole_or(self.points, 1)} prosentpoeng" if self.points else ""
        return (
            f"andelen enige i {data.name(self.first[0])}{data.among(self.first[1])} er større enn i "
            f"{data.name(self.second[0])}{data.among(self.second[1])}{more}"
        )

    def measure(self, data: Data) -> Measured:
        """Both shares."""
        one = data.share(self.first[0], None, self.first[1])
        other = data.share(self.second[0], None, self.second[1])
        if one is None or other is None:
            return NOBODY
        return Measured(
            float(one - other) > self.points,
            f"{data.name(self.first[0])}: {f.percent(one, 1)}{data.among(self.first[1])}, "
            f"{data.name(self.second[0])}: {f.percent(other, 1)}{data.among(self.second[1])}",
        )

    def in_print(self, printed: Printed) -> bool | None:
        """Both shares, where both are printed."""
        values = [printed.shares(item, groups) for item, groups in (self.first, self.second)]
        if not all(values):
            return None
        return values[0][0][0] - values[1][0][0] > self.points

    def targeted(self, targets: Targets) -> bool:
        """Both shares were given, or the correlation that orders them."""
        (item, one), (other, two) = self.first, self.second
        if item == other and len(one) == len(two) == 1 and one[0][0] == two[0][0]:
            return targets.correlated(item, one[0][0])
        return all(
            Share(item, Interval(), None, groups).targeted(targets)
            for item, groups in (self.first, self.second)
        )
