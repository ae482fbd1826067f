"""Predicates on the regressions of Vedlegg 1 (Tabell 3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from storbynav import formatting as f
from storbynav.findings.base import Atom, Interval, Measured
from storbynav.findings.data import PREDICTORS, Data
from storbynav.findings.printed import Evidence, Printed
from storbynav.findings.targets import Targets


@dataclass(frozen=True)
class Beta(Atom):
    """A standardised coefficient of Tabell 3: its sign, and whether it is starred."""

    item: str
    predictor: str
    sign: str = ""
    starred: bool | None = None

    @property
    def variables(self) -> tuple[str, ...]:
        """The outcome and the predictor."""
        return (self.item, self.predictor)

    @property
    def subject(self) -> tuple[object, ...]:
        """The coefficient."""
        return ("beta", self.item, self.predictor)

    def opposes(self, other: Atom) -> bool:
        """The other sign, or starred against not."""
        if not isinstance(other, Beta):
            return False
        return {self.sign, other.sign} == {"+", "-"} or {self.starred, other.starred} == {True, False}

    def says(self, data: Data) -> str:
        """«… har negativ, signifikant koeffisient»."""
        words = [{"+": "positiv", "-": "negativ"}.get(self.sign, "")]
        words += [] if self.starred is None else ["signifikant" if self.starred else "ikke signifikant"]
        how = ", ".join(w for w in words if w)
        return f"{data.name(self.predictor)} har {how} koeffisient for {data.name(self.item)} i tabell 3"

    def _holds(self, value: float, starred: bool) -> bool:
        right = {"+": value > 0, "-": value < 0}.get(self.sign, True)
        return right and self.starred in (None, starred)

    def measure(self, data: Data) -> Measured:
        """The coefficient."""
        fit = data.betas(self.item)
        value, starred = fit.of(self.predictor), fit.starred(self.predictor)
        shown = f.statistic(value, 2, "*" if starred else "")
        return Measured(
            self._holds(value, starred), f"{data.name(self.item)}: β{f.HARD_SPACE}={f.HARD_SPACE}{shown}"
        )

    def in_print(self, printed: Printed) -> bool | None:
        """The printed cell."""
        cell = printed.coefficient("v1_3", self.item, self.predictor)
        return None if cell is None else self._holds(cell.value, bool(cell.stars))

    def targeted(self, targets: Targets) -> bool:
        """A printed cell."""
        return targets.coefficient("v1_3", self.item, self.predictor)


@dataclass(frozen=True)
class Largest(Atom):
    """A predictor's coefficient is number `place` by size among the five of its regression; `only`: and the
    only one starred."""

    item: str
    predictor: str
    place: int = 1
    only: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """The outcome and the predictor."""
        return (self.item, self.predictor)

    @property
    def subject(self) -> tuple[object, ...]:
        """The place."""
        return ("largest", self.item, self.place)

    def opposes(self, other: Atom) -> bool:
        """Another predictor in the same place."""
        return isinstance(other, Largest) and self.predictor != other.predictor

    def says(self, data: Data) -> str:
        """«… har størst koeffisient»."""
        rank = {1: "størst", 2: "nest størst"}.get(self.place, f"nummer {self.place} i")
        only = " og er den eneste signifikante" if self.only else ""
        return f"{data.name(self.predictor)} har {rank} koeffisient for {data.name(self.item)}{only}"

    def _holds(self, betas: dict[str, tuple[float, bool]]) -> bool:
        mine = betas[self.predictor]
        above = sum(abs(value) > abs(mine[0]) for value, _ in betas.values())
        alone = not self.only or [p for p, (_, starred) in betas.items() if starred] == [self.predictor]
        return above == self.place - 1 and alone

    def measure(self, data: Data) -> Measured:
        """All five coefficients, at printed precision."""
        fit = data.betas(self.item)
        betas = {p: (float(f.half_up(fit.of(p), 2)), fit.starred(p)) for p in PREDICTORS}
        shown = ", ".join(
            f"{data.book[p].short} {f.statistic(value, 2, '*' if star else '')}"
            for p, (value, star) in betas.items()
        )
        return Measured(self._holds(betas), f"{data.name(self.item)}: {shown}")

    def in_print(self, printed: Printed) -> bool | None:
        """The printed row."""
        row = {p: (e.value, bool(e.stars)) for p, e in printed.betas(self.item).items()}
        return self._holds(row) if self.predictor in row else None

    def targeted(self, targets: Targets) -> bool:
        """A printed row."""
        return targets.coefficient("v1_3", self.item, self.predictor)


@dataclass(frozen=True)
class Bigger(Atom):
    """In Tabell 3, `predictor` has a larger coefficient (without sign) than `than` for an outcome."""

    item: str
    predictor: str
    than: str

    @property
    def variables(self) -> tuple[str, ...]:
        """The outcome and both predictors."""
        return (self.item, self.predictor, self.than)

    @property
    def subject(self) -> tuple[object, ...]:
        """The two coefficients."""
        return ("bigger", self.item, frozenset((self.predictor, self.than)))

    def opposes(self, other: Atom) -> bool:
        """The other one is said to be larger."""
        return isinstance(other, Bigger) and self.predictor != other.predictor

    def says(self, data: Data) -> str:
        """«… betyr mer enn …»."""
        return f"{data.name(self.predictor)} betyr mer enn {data.name(self.than)} for {data.name(self.item)}"

    def measure(self, data: Data) -> Measured:
        """Both coefficients."""
        fit = data.betas(self.item)
        one, two = fit.of(self.predictor), fit.of(self.than)
        return Measured(
            abs(one) > abs(two), f"{data.name(self.item)}: {f.statistic(one, 2)} mot {f.statistic(two, 2)}"
        )

    def in_print(self, printed: Printed) -> bool | None:
        """Both printed cells."""
        one, two = (printed.coefficient("v1_3", self.item, p) for p in (self.predictor, self.than))
        return None if one is None or two is None else abs(one.value) > abs(two.value)

    def targeted(self, targets: Targets) -> bool:
        """Printed cells."""
        return targets.coefficient("v1_3", self.item, self.predictor)


@dataclass(frozen=True)
class Explained(Atom):
    """R² of a regression of Tabell 3, in per cent."""

    item: str
    bound: Interval

    @property
    def variables(self) -> tuple[str, ...]:
        """The outcome and all predictors."""
        return (self.item, *PREDICTORS)

    @property
    def subject(self) -> tuple[object, ...]:
        """The regression."""
        return ("r2", self.item)

    def opposes(self, other: Atom) -> bool:
        """No value in both."""
        return isinstance(other, Explained) and self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«Modellen forklarer 9 %»."""
        return f"modellen for {data.name(self.item)} forklarer {self.bound.words(f.HARD_SPACE + '%')}"

    def measure(self, data: Data) -> Measured:
        """R²."""
        r2 = 100 * data.betas(self.item).r2
        return Measured(self.bound.holds(r2), f"{data.name(self.item)}: {f.percent(r2, 1)}")

    def in_print(self, printed: Printed) -> bool | None:
        """The R² that the printed F and degrees of freedom give."""
        found = printed.r2(self.item)
        return None if found is None else self.bound.holds(100 * found[1])

    def targeted(self, targets: Targets) -> bool:
        """A printed number."""
        return targets.coefficient("v1_3", self.item, "R2")


@dataclass(frozen=True)
class StarCount(Atom):
    """How many of some regressions star one predictor: an interval, or more than another predictor."""

    items: tuple[str, ...]
    predictor: str
    bound: Interval = field(default_factory=Interval)
    than: str = ""

    @property
    def variables(self) -> tuple[str, ...]:
        """The outcomes and the predictors."""
        return (*self.items, self.predictor, *((self.than,) if self.than else ()))

    @property
    def subject(self) -> tuple[object, ...]:
        """The count, or the pair of counts."""
        return ("stars", self.items, frozenset((self.predictor, self.than)))

    def opposes(self, other: Atom) -> bool:
        """No count in both, or the other order."""
        if not isinstance(other, StarCount):
            return False
        return self.predictor != other.predictor if self.than else self.bound.disjoint(other.bound)

    def says(self, data: Data) -> str:
        """«… er signifikant for minst 5 av 8»."""
        name, n = data.name(self.predictor), len(self.items)
        if self.than:
            return f"{name} er signifikant for flere av de {n} påstandene enn {data.name(self.than)}"
        return f"{name} er signifikant for {self.bound.words()} av {n} påstander"

    def _holds(self, counts: dict[str, int]) -> bool:
        if self.than:
            return counts[self.predictor] > counts[self.than]
        return self.bound.holds(counts[self.predictor])

    def measure(self, data: Data) -> Measured:
        """The counts."""
        wanted = [p for p in (self.predictor, self.than) if p]
        counts = {p: sum(data.betas(item).starred(p) for item in self.items) for p in wanted}
        shown = ", ".join(f"{data.name(p)}: {count} av {len(self.items)}" for p, count in counts.items())
        return Measured(self._holds(counts), shown)

    def in_print(self, printed: Printed) -> bool | None:
        """The printed stars."""
        rows: list[dict[str, Evidence]] = [printed.betas(item) for item in self.items]
        if not all(rows):
            return None
        wanted = [p for p in (self.predictor, self.than) if p]
        return self._holds({p: sum(bool(row[p].stars) for row in rows) for p in wanted})

    def targeted(self, targets: Targets) -> bool:
        """Printed cells."""
        return all(targets.coefficient("v1_3", item, self.predictor) for item in self.items)
