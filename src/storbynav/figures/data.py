"""What a figure shows, computed: rows of bars with value, count, n and status."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from storbynav import formatting as f
from storbynav.catalogue import FigureRow, Status

Unit = Literal["percent", "offices", "persons"]


@dataclass(frozen=True)
class Part:
    """One category of a bar's answers: its `code`, label, count, and whether it counts as agreeing."""

    code: int
    label: str
    count: int
    agrees: bool


@dataclass(frozen=True)
class Bar:
    """One bar. `value` is in per cent of `n` (exact), or offices, or persons; `n` counts valid answers.

    `hidden`: too few answered one way or the other for the value to be shown; it is not here either
    (`storbynav.figures.protection`), and `n` is 0 where that must not be shown.
    `interval`: Wilson's 95 % interval in per cent, where the value is a measurement or printed with its n.
    `parts`: all categories of the scale in its order, where they are known; empty otherwise.
    """

    group: int | str | None
    label: str
    value: Fraction
    count: int
    n: int
    status: Status
    decimals: int = 0
    hidden: bool = False
    interval: tuple[float, float] | None = None
    parts: tuple[Part, ...] = ()

    @property
    def size_number(self) -> f.Text:
        """«44», or a colon where there are too few to say."""
        return f.number(self.n) if self.n else f.Text(f.SUPPRESSED)

    @property
    def size(self) -> f.Text:
        """«n = 44», or a colon where there are too few to say."""
        return f.sample_size(self.n) if self.n else f.Text(f"n{f.HARD_SPACE}={f.HARD_SPACE}{f.SUPPRESSED}")

    @property
    def shown(self) -> Decimal:
        """The value as rounded for the reader."""
        return f.half_up(self.value, self.decimals)


@dataclass(frozen=True)
class BarRow:
    """The bars that belong to one item or category; `short` is a label for running text.

    `n` counts the valid answers that the figure states.
    """

    key: str | int
    label: str
    short: str
    bars: tuple[Bar, ...]
    n: int


@dataclass(frozen=True)
class FigureData:
    """A figure's rows in drawing order.

    `synthetic`: no measurement. `calibrated`: print's values are met. `threshold`: the words for the codes
    that count as agreeing, empty where a figure shows categories.
    """

    row: FigureRow
    unit: Unit
    rows: tuple[BarRow, ...]
    synthetic: bool
    calibrated: bool
    threshold: str = ""

    @property
    def bars(self) -> tuple[Bar, ...]:
        """All bars, row by row."""
        return tuple(bar for row in self.rows for bar in row.bars)

    @property
    def groups(self) -> tuple[str, ...]:
        """Labels of the groups, in the order of the bars; empty when there is one bar a row."""
        return tuple(bar.label for bar in self.rows[0].bars) if self.row.by else ()

    @property
    def status(self) -> Status:
        """published: every value is printed; free: nothing is known of any; constrained: anything between."""
        kinds = {bar.status for bar in self.bars}
        return kinds.pop() if len(kinds) == 1 else "constrained"

    @property
    def n_beside(self) -> bool:
        """Whether each bar of a group has its own n beside its value."""
        return self.row.n_per_bar and self.row.by is not None

    @property
    def sizes_printed(self) -> bool:
        """Whether print has the n of each bar, and with it the count behind a printed share.

        A range for all rows («n = 972–985») leaves both open.
        """
        if self.row.kind in ("offices", "distribution"):
            return self.row.n_printed
        each = self.row.n_per_bar or self.row.n_per_group
        return self.row.n_printed and each and self.unit != "persons"

    @property
    def stacked(self) -> bool:
        """Whether all answers are shown, and not only the share that agrees."""
        return all(bar.parts for bar in self.bars)

    @property
    def intervals(self) -> bool:
        """Whether some value has a confidence interval."""
        return any(bar.interval for bar in self.bars)

    @property
    def suppressed(self) -> bool:
        """Whether some value is not shown because it rests on too few."""
        return any(bar.hidden for bar in self.bars)

    @property
    def mixed(self) -> bool:
        """Whether some values are printed and others are not."""
        published = [bar.status == "published" for bar in self.bars]
        return any(published) and not all(published)

    @property
    def maximum(self) -> int:
        """Where the scale ends: 100 per cent, all offices, or the largest group of persons."""
        return 100 if self.unit == "percent" else max(bar.n for bar in self.bars)

    @property
    def n(self) -> f.Text:
        """«n = 972–985»: valid answers, from the row with fewest to the one with most.

        Rows that are groups of respondents add up: «n = 953 (343 og 610)».
        """
        sizes = [row.n for row in self.rows]
        if self.row.rows:
            told = [f.number(n) if n else f.SUPPRESSED for n in sizes]
            return f.Text(f"{f.sample_size(sum(sizes))} ({f.listing(told)})")
        if self.unit == "offices":
            return f.Text(f"{f.sample_size(max(sizes))} kontorer")
        return f.sample_size(min(sizes), max(sizes))

    def part_value(self, bar: Bar, part: Part) -> Fraction:
        """A category's share of a bar's valid answers, in per cent."""
        return Fraction(100 * part.count, bar.n)

    def interval_text(self, bar: Bar) -> f.Text:
        """«56–62», empty where there is none."""
        return f.interval(*bar.interval) if bar.interval else f.Text("")

    def value_text(self, bar: Bar) -> f.Text:
        """«58,8 %», «36 %», «5»: as print has it, or without decimals; a colon for what is not shown."""
        if bar.hidden:
            return f.Text(f.SUPPRESSED)
        number = f.whole_or(bar.value, bar.decimals)
        return number if self.unit != "percent" else f.Text(f"{number}{f.HARD_SPACE}%")
