"""Predicates on differences between groups: who agrees more, and is the difference significant.

Agreement is the share with the agreeing codes, which is what the source's figures show; significance is
Student's t on that share (`test: share`, the rule) or on the scale (`test: scale`, for claims that rest on a
table of correlations). With `pairs` the p is multiplied by the number of pairs (Bonferroni).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from storbynav import formatting as f
from storbynav.findings.base import Atom, Groups, Measured
from storbynav.findings.data import Data
from storbynav.findings.predicates.shares import NOBODY
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets
from storbynav.stats import Values, one_way_anova


@dataclass(frozen=True)
class Contrast(Atom):
    """Group `more` of `by` agrees more with `item` than `less`.

    p: the difference must be significant at this level; None: no test. ns: it must *not* be significant at
    ,05, and the direction does not matter. points: the least difference of the shares.
    """

    item: str
    by: str
    more: str
    less: str
    p: float | None = None
    ns: bool = False
    among: Groups = ()
    points: float = 0.0
    scale: bool = False
    pairs: int = 1

    @property
    def variables(self) -> tuple[str, ...]:
        """The item and what makes the groups."""
        return (self.item, self.by, *(name for name, _ in self.among))

    @property
    def subject(self) -> tuple[object, ...]:
        """An item between two groups."""
        return ("contrast", self.item, self.by, frozenset((self.more, self.less)), self.among)

    def opposes(self, other: Atom) -> bool:
        """The other direction, or significant against not."""
        if not isinstance(other, Contrast):
            return False
        if self.ns or other.ns:
            return self.ns != other.ns and (self.p is not None or other.p is not None)
        return self.more != other.more

    def says(self, data: Data) -> str:
        """«… er mer enige enn …»."""
        more, less = data.people(self.by, self.more), data.people(self.by, self.less)
        where = f"{data.name(self.item)}{data.among(self.among)}"
        if self.ns:
            return f"{more} og {less} er ikke signifikant forskjellige på {where}"
        tail = f" (p{f.HARD_SPACE}<{f.HARD_SPACE}{f.statistic(self.p, 2)})" if self.p else ""
        least = f" med minst {f.whole_or(self.points, 1)} prosentpoeng" if self.points else ""
        return f"{more} er oftere enige enn {less} i {where}{least}{tail}"

    def measure(self, data: Data) -> Measured:
        """Both shares and the test."""
        shares = data.compared(self.item, self.by, (self.more, self.less), self.among, scale=False)
        tested = data.compared(self.item, self.by, (self.more, self.less), self.among, scale=self.scale)
        if shares is None or tested is None:
            return NOBODY
        p = 1.0 if math.isnan(tested.p) else min(1.0, tested.p * self.pairs)
        shown = (
            f"{data.name(self.item)}: {data.group(self.by, self.more)} {f.percent(shares.mean_1, 1)}, "
            f"{data.group(self.by, self.less)} {f.percent(shares.mean_2, 1)}"
        )
        if self.ns or self.p is not None:
            shown += f", {f.p_value(p)}"
        if self.ns:
            return Measured(p >= 0.05, shown)
        holds = shares.difference > self.points
        if self.scale:
            holds = tested.difference < 0  # a lower code agrees more
        if self.p is not None:
            holds = holds and p < self.p
        return Measured(holds, shown)

    def in_print(self, printed: Printed) -> bool | None:
        """Printed shares of both groups, or the sign and stars of a printed coefficient."""
        if self.among or self.by in ("office", "city"):
            return None
        if self.p is None and not self.ns:
            shares = [printed.shares(self.item, ((self.by, group),)) for group in (self.more, self.less)]
            if all(shares):
                return shares[0][0][0] - shares[1][0][0] > self.points
        found = printed.agrees_more(self.item, self.by, self.more, self.less)
        if found is None or self.points:
            return None
        more, evidence = found
        if evidence.adjusted:
            # controlled for other factors: a star in the same direction bears it out, nothing refutes it
            return True if more and evidence.stars and not self.ns and self.p != 0.01 else None
        if self.ns:
            return not evidence.stars
        needed = 0 if self.p is None else 2 if self.p < 0.05 else 1
        return more and len(evidence.stars) >= needed

    def targeted(self, targets: Targets) -> bool:
        """A contrast of the search, or a printed correlation that decides it."""
        if self.among:
            return self._crossed(targets)
        if self.item.startswith("part_"):
            return targets.part("leaders")
        codes = _codes(self.by, self.more, self.less)
        return targets.contrast(self.item, self.by, *codes) or targets.correlated(self.item, self.by)

    def _crossed(self, targets: Targets) -> bool:
        if self.by != "ko_ledermodell" or len(self.among) != 1 or self.among[0][0] != "bg_sosionom":
            return False
        first = "1" if self.among[0][1] == "sosionom" else "2"
        return targets.contrast(self.item, "sosionom_x_ledermodell", first + "1", first + "2")


def _codes(by: str, *groups: str) -> tuple[str, str]:
    """The codes that the target list writes for groups."""
    tables = {
        "ko_ledermodell": {"en_leder": 1, "to_ledere": 2},
        "ko_aarsverk_klasse": {"mellomstort": 2, "stort": 3},
        "ko_portefoljegruppe": {"stor": 1, "mellomstor": 2, "minimum": 3},
        "ko_minimum": {"minimum": 0, "ikke": 1},
        "ko_leder_sosionom": {"annen": 0, "sosionom": 1},
        "bg_arbeidsgiver": {"stat": 1, "kommune": 2},
        "bg_sosionom": {"sosionom": 1, "ikke": 2},
    }
    known = tables.get(by, {})
    one, other = (str(known.get(group, group)) for group in groups)
    return one, other


@dataclass(frozen=True)
class AnyDifference(Atom):
    """A one-way ANOVA of the scale over all groups of `by` is significant at ,05 (`ns`: is not)."""

    item: str
    by: str
    ns: bool = False

    @property
    def variables(self) -> tuple[str, ...]:
        """The item and the grouping."""
        return (self.item, self.by)

    @property
    def subject(self) -> tuple[object, ...]:
        """The test."""
        return ("anova", self.item, self.by)

    def opposes(self, other: Atom) -> bool:
        """Significant against not."""
        return isinstance(other, AnyDifference) and self.ns != other.ns

    def says(self, data: Data) -> str:
        """«Gruppene er (ikke) signifikant forskjellige»."""
        return f"gruppene er {'ikke ' if self.ns else ''}signifikant forskjellige på {data.name(self.item)}"

    def measure(self, data: Data) -> Measured:
        """F and p."""
        values = data.survey.frame[self.item].to_numpy(dtype=np.float64)
        categories = data.book[self.by].scale.categories
        groups: dict[float | str, Values] = {
            c.key: values[data.mask(self.item, ((self.by, c.key),))] for c in categories
        }
        present = {key: v for key, v in groups.items() if np.count_nonzero(~np.isnan(np.asarray(v)))}
        if len(present) < 2:
            return NOBODY
        for group in present.values():
            data.gate.few(int(np.count_nonzero(~np.isnan(np.asarray(group)))))
        found = one_way_anova(present)
        return Measured((found.p < 0.05) != self.ns, f"{data.name(self.item)}: {f.p_value(found.p)}")

    def targeted(self, targets: Targets) -> bool:
        """An ANOVA of the search."""
        return targets.anova(self.item, self.by)
