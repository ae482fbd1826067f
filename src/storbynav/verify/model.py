"""What a verification is: every printed number beside the recomputed one, and proofs of the impossible."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

Status = Literal["reproduced", "impossible", "missed"]
"""reproduced: the survey gives it; impossible: it does not, and a proof says why; missed: the rest."""


class VerificationError(ValueError):
    """The registry binds a number to something that does not exist; the message says which and where."""


@dataclass(frozen=True)
class Number:
    """One printed number and what the survey gives in its place.

    Attributes
    ----------
    id
        As in ``impossible.yml`` and ``verification.yml``.
    group, what
        Where the reader finds it: a key of `Verification.groups`, and a description in Norwegian.
    printed, computed
        As the report would write them, at the printed precision; `printed` with the print's reservation.
    words
        The print gives the number with a reservation («over», «nesten»): it must lie in our reading of it.
    row, column
        In a table: what heads its row and its column; empty elsewhere.
    withheld
        Real answers: the recomputed number rests on too few to be shown, unless it is the printed one.
    impossible
        The id of the entry in ``impossible.yml`` that proves that the number cannot hold, or empty.
    """

    id: str
    group: str
    what: str
    printed: str
    computed: str
    met: bool
    lines: str = ""
    words: bool = False
    impossible: str = ""
    row: str = ""
    column: str = ""
    withheld: bool = False

    @property
    def status(self) -> Status:
        """As `Status` says. A number that is met although its proof says it cannot be is missed too."""
        if self.met == bool(self.impossible):
            return "missed"
        return "reproduced" if self.met else "impossible"


@dataclass(frozen=True)
class Proof:
    """An entry of ``impossible.yml``: printed numbers that contradict each other, and whether that is so.

    `holds`: its arithmetic is right, and it is about the numbers as they are printed.
    `compared` are those of its numbers that are printed digits; the others are said in words and stand only
    here.
    """

    id: str
    numbers: tuple[str, ...]
    compared: tuple[str, ...]
    what: str
    reason: str
    follows: str
    holds: bool


@dataclass(frozen=True)
class Outside:
    """A number of the registry that no survey can give, and why."""

    path: str
    why: str


@dataclass(frozen=True)
class Verification:
    """The whole result, in the order of the print. `provenance` is that of the survey."""

    numbers: tuple[Number, ...]
    proofs: tuple[Proof, ...]
    outside: tuple[Outside, ...]
    groups: tuple[tuple[str, str], ...]
    synthetic: bool
    survey: str

    def of(self, status: Status) -> tuple[Number, ...]:
        """The numbers with one status."""
        return tuple(n for n in self.numbers if n.status == status)

    def in_group(self, key: str) -> tuple[Number, ...]:
        """The numbers of one group."""
        return tuple(n for n in self.numbers if n.group == key)

    @property
    def unproven(self) -> tuple[Proof, ...]:
        """Entries of ``impossible.yml`` whose arithmetic does not prove what they say."""
        return tuple(p for p in self.proofs if not p.holds)

    @property
    def passed(self) -> bool:
        """No number missed, and every proof holds."""
        return not self.of("missed") and not self.unproven

    def as_dict(self) -> dict[str, Any]:
        """Plain data, the same for the same input."""
        return {
            "synthetic": self.synthetic,
            "survey": self.survey,
            "total": len(self.numbers),
            "reproduced": len(self.of("reproduced")),
            "impossible": len(self.of("impossible")),
            "missed": len(self.of("missed")),
            "groups": [
                {"id": key, "label": label, **_counts(self.in_group(key))} for key, label in self.groups
            ],
            "numbers": [{**asdict(n), "status": n.status} for n in self.numbers],
            "proofs": [asdict(p) for p in self.proofs],
            "outside": [asdict(o) for o in self.outside],
        }

    def as_json(self) -> str:
        """`as_dict` as JSON text, deterministic."""
        return json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n"


def _counts(numbers: tuple[Number, ...]) -> dict[str, int]:
    of = [n.status for n in numbers]
    return {
        "total": len(of),
        "reproduced": of.count("reproduced"),
        "impossible": of.count("impossible"),
        "missed": of.count("missed"),
    }
