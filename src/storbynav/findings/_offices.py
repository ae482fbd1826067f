"""Predicates on offices and counts: ranks among the seven case offices, orders, counts, man-years, sample."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from storbynav import formatting as f
from storbynav import tables
from storbynav.findings._base import Atom, Interval, Measured
from storbynav.findings._data import CASE_OFFICES, Data
from storbynav.findings._print import Printed
from storbynav.findings._shares import NOBODY
from storbynav.findings._targets import Targets

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
class Count(Atom):
    """How many offices, leaders or respondents are of a kind.

    where: (column, value) pairs; several values of one column mean any of them. For leaders and respondents
    the value is a category key, or ``agree``/``disagree`` on an agreement item, or ``answered``.
    """

    table: str
    where: tuple[tuple[str, str], ...]
    bound: Interval

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns that are variables of the codebook."""
        return tuple(dict.fromkeys(name for name, _ in self.where if self.table != "offices"))

    @property
    def subject(self) -> tuple[object, ...]:
        """The kind."""
        return ("count", self.table, self.where)

    def opposes(self, other: Atom) -> bool:
        """No count in both."""
        return isinstance(other, Count) and self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«52 ledere …»."""
        noun = {"offices": "kontorer", "leaders": "ledere", "respondents": "respondenter"}[self.table]
        who = f.listing([self._label(data, name, value) for name, value in self.where], "og")
        return f"{self.bound.words()} {noun}{': ' + who if who else ''}"

    def _label(self, data: Data, name: str, value: str) -> str:
        words = {"agree": "enig", "disagree": "uenig", "answered": "svarte"}
        if self.table == "offices" or name in ("office", "city"):
            shown = data.group(name, value) if name == "office" else value.replace("-", f.EN_DASH)
            return f"{_COLUMNS.get(name, name)} {shown}"
        answer = words.get(value) or data.group(name, value)
        return f"{answer} ({data.book[name].short})"

    def measure(self, data: Data) -> Measured:
        """The count."""
        frame = {
            "offices": data.survey.offices.reset_index(),
            "leaders": data.survey.leaders,
            "respondents": data.survey.frame,
        }[self.table]
        inside = np.ones(len(frame), dtype=bool)
        wanted: dict[str, list[str]] = {}
        for name, value in self.where:
            wanted.setdefault(name, []).append(value)
        for name, values in wanted.items():
            inside &= np.logical_or.reduce([self._is(data, frame, name, value) for value in values])
        count = int(inside.sum())
        if self.table != "offices":
            data.gate.hides([count, len(frame) - count], (0,))
        return Measured(self.bound.holds(count), f"{self.bound_noun()}: {f.number(count)}")

    def bound_noun(self) -> str:
        """«antall kontorer»."""
        return {
            "offices": "antall kontorer",
            "leaders": "antall ledere",
            "respondents": "antall respondenter",
        }[self.table]

    def _is(self, data: Data, frame: pd.DataFrame, name: str, value: str) -> np.ndarray:
        column = frame[name]
        if self.table == "offices":
            return (column.astype(str) == value).to_numpy() | (_number(column) == _float(value))
        if name in ("office", "city"):
            return (column == value).to_numpy()
        if value == "answered":
            return column.notna().to_numpy()
        scale = data.book[name].scale
        if value == "agree":
            return column.isin(scale.agreement).to_numpy()
        if value == "disagree":
            return column.isin(scale.codes[-2:]).to_numpy()
        return (column == scale.code(value)).to_numpy()

    def targeted(self, targets: Targets) -> bool:
        """Sizes, leaders and offices are given one by one."""
        return targets.part("leaders" if self.table == "leaders" else "offices")


_COLUMNS = {
    "city": "i",
    "office": "ved",
    "leader_model": "ledermodell",
    "size_class": "størrelsesklasse",
    "minimum": "minimum",
    "staff_class": "antall ansatte",
}


def _number(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)


def _float(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


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


QUANTITIES = (
    "response_rate",
    "response_rate_net",
    "emails",
    "aarsverk_min",
    "aarsverk_max",
    "aarsverk_share_kommune",
    "aarsverk_share_stat",
    "aarsverk_ratio",
    "services_mean",
    "leaders_missing",
)


@dataclass(frozen=True)
class Quantity(Atom):
    """A number of the sample or the offices that is no share: response rate, e-mails, man-years, services.

    of: a city (``services_mean``, ``emails``) or an office (``aarsverk_ratio``: state man-years over
    municipal ones).
    """

    what: str
    bound: Interval
    of: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """None of the codebook."""
        return ()

    @property
    def subject(self) -> tuple[object, ...]:
        """The quantity."""
        return ("quantity", self.what, self.of)

    def opposes(self, other: Atom) -> bool:
        """No value in both."""
        return isinstance(other, Quantity) and self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«Svarprosenten er …»."""
        return f"{self._name(data)} er {self.bound.words(self._unit())}"

    def _unit(self) -> str:
        percent = self.what.startswith(("response", "aarsverk_share"))
        return f"{f.HARD_SPACE}%" if percent else ""

    def _name(self, data: Data) -> str:
        office = data.group("office", self.of) if self.of in data.survey.offices.index else self.of
        return {
            "response_rate": "svarprosenten",
            "response_rate_net": "svarprosenten uten dem som hadde sluttet",
            "emails": f"utsendte skjemaer {'i ' + self.of if self.of else ''}".strip(),
            "aarsverk_min": "årsverk ved det minste kontoret (avkortet)",
            "aarsverk_max": "årsverk ved det største kontoret (avkortet)",
            "aarsverk_share_kommune": "kommunale årsverk av alle",
            "aarsverk_share_stat": "statlige årsverk av alle",
            "aarsverk_ratio": f"statlige årsverk per kommunalt ved {office}",
            "services_mean": f"kommunale tjenester i gjennomsnitt i {self.of}",
            "leaders_missing": "lederstillinger uten svar",
        }[self.what]

    def measure(self, data: Data) -> Measured:
        """The number."""
        value = self._value(data)
        if value is None:
            return NOBODY
        return Measured(self.bound.holds(value), f"{self._name(data)}: {f.whole_or(value, 2)}{self._unit()}")

    def _value(self, data: Data) -> Fraction | float | None:
        offices = data.survey.offices
        if self.what.startswith("response_rate"):
            sent = tables.emails_sent("Totalsum", None)
            if self.what.endswith("net"):
                from storbynav import facts

                sent -= int(facts.find("survey.removed").value)
            return Fraction(100 * len(data.survey), sent)
        if self.what == "emails":
            return Fraction(tables.emails_sent(self.of or "Totalsum", None))
        man_years = offices[["aarsverk_stat", "aarsverk_kommune"]]
        if self.what in ("aarsverk_min", "aarsverk_max"):
            totals = man_years.sum(axis=1, skipna=False).dropna()
            if totals.empty:
                return None
            return int(totals.min() if self.what.endswith("min") else totals.max())
        if self.what.startswith("aarsverk_share"):
            known = man_years.dropna()
            column = "aarsverk_" + self.what.removeprefix("aarsverk_share_")
            return float(100 * known[column].sum() / known.to_numpy().sum())
        if self.what == "aarsverk_ratio":
            state, municipal = man_years.loc[self.of].to_numpy(dtype=np.float64)
            return float(state / municipal)
        if self.what == "leaders_missing":
            return int(offices["leader_model"].sum() - len(data.survey.leaders))
        services = offices[list(data.book.services)].sum(axis=1, skipna=False)
        mean = services[offices["city"] == self.of].mean()
        return None if np.isnan(mean) else float(mean)

    def in_print(self, printed: Printed) -> bool | None:
        """The response rate, from printed counts."""
        if not self.what.startswith("response_rate"):
            return None
        answers = int(printed.registry.sample["survey"]["answers"]["value"])
        sent = int(printed.registry.sample["survey"]["sent"]["value"])
        removed = int(printed.registry.sample["survey"]["removed_no_longer_employed"]["value"])
        return self.bound.holds(Fraction(100 * answers, sent - (removed if self.what.endswith("net") else 0)))

    def targeted(self, targets: Targets) -> bool:
        """Counts of people, man-years and services were given; e-mails are printed and not of the survey."""
        if self.what == "emails":
            return False
        return targets.part("attributes" if self.what.startswith("aarsverk") else "offices")


@dataclass(frozen=True)
class MoreServices(Atom):
    """Offices of one city have more municipal services on average than those of another."""

    more: str
    less: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The count of services."""
        return ("ko_antall_tjenester",)

    @property
    def subject(self) -> tuple[object, ...]:
        """The two cities."""
        return ("services", frozenset((self.more, self.less)))

    def opposes(self, other: Atom) -> bool:
        """The other way round."""
        return isinstance(other, MoreServices) and self.more != other.more

    def says(self, data: Data) -> str:
        """«… har flere tjenester enn …»."""
        return f"kontorene i {self.more} har flere kommunale tjenester enn kontorene i {self.less}"

    def measure(self, data: Data) -> Measured:
        """Both means."""
        one, two = (
            Quantity("services_mean", Interval(), city)._value(data) for city in (self.more, self.less)
        )
        if one is None or two is None:
            return NOBODY
        return Measured(one > two, f"{self.more} {f.number(one, 2)}, {self.less} {f.number(two, 2)}")

    def targeted(self, targets: Targets) -> bool:
        """The offices' services were given as ranges."""
        return targets.part("offices")


@dataclass(frozen=True)
class Items(Atom):
    """A battery has so many items in the codebook."""

    items: tuple[str, ...]
    bound: Interval

    @property
    def variables(self) -> tuple[str, ...]:
        """The items."""
        return self.items

    @property
    def subject(self) -> tuple[object, ...]:
        """The battery."""
        return ("items", self.items)

    def opposes(self, other: Atom) -> bool:
        """Another number."""
        return isinstance(other, Items) and self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«Det er åtte spørsmål»."""
        return f"det er {self.bound.words()} spørsmål"

    def measure(self, data: Data) -> Measured:
        """Items with at least one answer."""
        asked = [i for i in self.items if data.survey.valid_n(i)]
        return Measured(self.bound.holds(len(asked)), f"{len(asked)} spørsmål med svar")


@dataclass(frozen=True)
class Coding(Atom):
    """Which end of the scale an item's code 1 is."""

    items: tuple[str, ...]
    first: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The items."""
        return self.items

    @property
    def subject(self) -> tuple[object, ...]:
        """The coding."""
        return ("coding", self.items)

    def opposes(self, other: Atom) -> bool:
        """The other end."""
        return isinstance(other, Coding) and self.first != other.first

    def says(self, data: Data) -> str:
        """«1 er helt uenig»."""
        return f"1 står for «{data.book[self.items[0]].scale.category(self.first).label}»"

    def measure(self, data: Data) -> Measured:
        """The codebook's coding."""
        ones = {data.book[item].scale.categories[0] for item in self.items}
        return Measured(
            all(c.key == self.first and c.code == 1 for c in ones),
            f"1 står for {f.listing(sorted(c.label for c in ones))}",
        )
