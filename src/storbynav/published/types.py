"""The kinds of thing that the registry of the print holds, and when a computed value is a printed one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

Status = Literal["published", "constrained", "free"]
Statistic = Literal["count", "number", "r", "mean", "sd", "beta", "df1", "df2", "f", "r2"]

# computed values carry float noise of about 1e-15; a value this near to a half is taken to be the half
_NOISE_DECIMALS = 10


class PublishedError(ValueError):
    """The registry is wrong, or something was asked of it that it does not hold."""


@dataclass(frozen=True)
class Cell:
    """One printed number of a table.

    `row` and `column` are names (variables, cities, offices, the heads of the CSV file); `value` has the
    printed number of decimals; `stars` as printed. `key` names the cell in messages and is unique.
    """

    table: str
    row: str
    column: str
    statistic: Statistic
    value: Decimal
    stars: str = ""
    lines: str = ""

    @property
    def key(self) -> str:
        """``v1_2:led_folger:bg_sosionom``."""
        return f"{self.table}:{self.row}:{self.column}"

    @property
    def decimals(self) -> int:
        """Printed decimals."""
        return decimals_of(self.value)

    def matches(self, computed: float) -> bool:
        """Whether a computed value is this one when printed (half-up, as SPSS rounds)."""
        return printed_as(computed, self.decimals) == self.value


@dataclass(frozen=True)
class PrintedTable:
    """A table: where it stands, and below which p its numbers have one or two stars (None: not used).

    `stars_assumed` is true where the print has stars but no legend.
    """

    id: str
    part: str
    number: int
    title: str
    lines: str
    one: float | None = None
    two: float | None = None
    stars_assumed: bool = False


@dataclass(frozen=True)
class Base:
    """The n of a figure: a range over its items, and where printed one n per item or group.

    Equal ends are one number; both are None where the print gives none.
    """

    low: int | None = None
    high: int | None = None
    each: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FigureValue:
    """A printed value of a figure, of a codebook `item` or of `what` in words.

    `group` and `office` are empty where it is of all; `approx` holds the print's reservation («nearly»).
    """

    value: Decimal
    lines: str
    item: str = ""
    what: str = ""
    group: str = ""
    office: str = ""
    approx: str = ""


@dataclass(frozen=True)
class Constraint:
    """What is said in words of a figure.

    `words` are the print's, `reading` our interval for them in per cent (not published); `relation` and
    `significance` are in terse English. `conflict`: the discrepancy that contradicts it.
    """

    items: tuple[str, ...]
    lines: str
    relation: str = ""
    words: str = ""
    reading: tuple[float, float] | None = None
    group: str = ""
    by: str = ""
    office: str = ""
    significance: str = ""
    conflict: str = ""


@dataclass(frozen=True)
class PrintedFigure:
    """A figure of the print.

    `items` are codebook ids; empty where the print does not say which items are in it. `group_variable` is
    empty where nothing splits it, or where the registry only describes the split.
    """

    id: str
    part: str
    number: int
    title: str
    caption_lines: str
    unit: str
    items: tuple[str, ...]
    group_variable: str
    threshold: str
    n: Base
    values: tuple[FigureValue, ...]
    constraints: tuple[Constraint, ...]
    complete: bool

    @property
    def status(self) -> Status:
        """published: every value is printed; constrained: some are, or words say something; else free.

        This is the figure as a whole; a single value may be known in a constrained figure.
        """
        if self.complete:
            return "published"
        return "constrained" if self.values or self.constraints else "free"


@dataclass(frozen=True)
class OfficeRanking:
    """A statement about case offices: a `rank` among the seven, a `constraint` in words, or a share."""

    offices: tuple[str, ...]
    items: tuple[str, ...]
    lines: str
    rank: str = ""
    constraint: str = ""
    value_pct: float | None = None
    words: str = ""
    conflict: str = ""


@dataclass(frozen=True)
class Claim:
    """A claim of the report about the survey, and whether its own numbers bear it out (`support`)."""

    id: str
    lines: str
    section: str
    type: str
    claim: str
    variables: tuple[str, ...]
    predicate: str
    support: str
    evidence: str
    values: Mapping[str, Any] = field(default_factory=dict)
    discrepancy: str = ""


@dataclass(frozen=True)
class Side:
    """One side of a contradiction."""

    lines: str
    says: str


@dataclass(frozen=True)
class Discrepancy:
    """A contradiction, impossibility or wrong reference in the print; `likely` is an opinion."""

    id: str
    kind: str
    severity: str
    topic: str
    sides: tuple[Side, ...]
    computed: str = ""
    likely: str = ""
    note: str = ""


@dataclass(frozen=True)
class Reading:
    """The side that this edition follows in a discrepancy, and why; both in Norwegian, for readers."""

    id: str
    basis: str
    reading: str
    why: str


def decimals_of(value: Decimal) -> int:
    """The decimals that a number is written with: 3 for 0.480, 0 for 37."""
    return max(0, -int(value.as_tuple().exponent))


def printed_as(computed: float, decimals: int) -> Decimal:
    """A computed value as it would be printed: half-up, away from zero, free of float noise.

    Raises `PublishedError` for NaN and infinity, which nothing prints.
    """
    number = Decimal(repr(float(computed)))
    if not number.is_finite():
        raise PublishedError(f"{computed} er ikke et tall som kan trykkes.")
    clean = number.quantize(Decimal(1).scaleb(-_NOISE_DECIMALS), ROUND_HALF_UP)
    rounded = clean.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return rounded.copy_abs() if rounded.is_zero() else rounded
