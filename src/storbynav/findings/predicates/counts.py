"""Predicates on numbers that are no shares: counts, man-years, the sample, the questions asked."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from storbynav import facts, tables
from storbynav import formatting as f
from storbynav.findings.base import Atom, Interval, Measured
from storbynav.findings.data import Data
from storbynav.findings.predicates.shares import NOBODY
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets

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


_COLUMNS = {
    "city": "i",
    "office": "ved",
    "leader_model": "ledermodell",
    "size_class": "størrelsesklasse",
    "minimum": "minimum",
    "staff_class": "antall ansatte",
}


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
        who = f.listing([self._label(data, name, value) for name, value in self.where], "og")
        return f"{self.bound.words()} {self._noun()}{': ' + who if who else ''}"

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
        return Measured(self.bound.holds(count), f"antall {self._noun()}: {f.number(count)}")

    def _noun(self) -> str:
        return {"offices": "kontorer", "leaders": "ledere", "respondents": "respondenter"}[self.table]

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
        return _mean_services(data, self.of)

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
        one, two = (_mean_services(data, city) for city in (self.more, self.less))
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


def _number(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)


def _float(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return float("nan")


def _mean_services(data: Data, city: str) -> float | None:
    """Municipal services per office of a city; None where no office of it tells all of them."""
    offices = data.survey.offices
    services = offices[list(data.book.services)].sum(axis=1, skipna=False)
    mean = services[offices["city"] == city].mean()
    return None if np.isnan(mean) else float(mean)
