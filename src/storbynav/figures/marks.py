"""What stands in a row of a chart: a bar from zero, a bar with its numbers in columns, or a stack of answers.

Each is fitted to the room from `left` to `right` once for a figure, so that all its rows have one scale, and
then draws one bar at a time. `origin` is where its thin vertical line stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from storbynav import formatting as f
from storbynav.figures import style, words
from storbynav.figures.data import Bar, FigureData, Part
from storbynav.figures.sheet import Sheet

VALUE_GAP = 4.0
N_GAP = 8.0
WHISKER = 1.3
TICK = 2.6  # half the height of the ends of an interval
COLUMN_GAP = 10.0
SEAM = 1.0  # between the categories of a stack
INSET = 2.5  # between a number inside a category and its edges


class Marks(Protocol):
    """What the charts ask of a kind of mark."""

    origin: float

    def head(self) -> None:
        """What stands above the first row, if anything; the sheet's height is below it then."""

    def draw(self, bar: Bar, series: int, y: float, height: float) -> None:
        """One bar with its top at `y`; `series` is its place among the colours."""


def fit(sheet: Sheet, data: FigureData, left: float, right: float) -> Marks:
    """The marks of a figure, fitted to the room between `left` and `right`."""
    if data.stacked:
        return Stacks(sheet, data, left, right)
    if data.n_beside:
        return Columns(sheet, data, left, right)
    return Bars(sheet, data, left, right)


@dataclass
class Bars:
    """A bar on its track, the value right after it.

    The track is the whole: 100 per cent, all offices, or the persons of the row. It ends at the right edge,
    or before it where a value label would leave the picture.
    """

    sheet: Sheet
    data: FigureData
    left: float
    right: float

    def __post_init__(self) -> None:
        """Fit the scale."""
        self.origin = self.left
        self.length = self._length()

    def head(self) -> None:
        """Nothing: the value is beside its bar."""

    def draw(self, bar: Bar, series: int, y: float, height: float) -> None:
        """The track, the bar, its interval, its value."""
        end = self._bar(bar, series, y, height)
        text = self.data.value_text(bar)
        self.sheet.text(end + VALUE_GAP, y + height / 2, text, self.sheet.variant.text, weight=600)

    def _length(self) -> float:
        room = self.right - self.left
        lengths = [room]
        for bar in self.data.bars:
            label = VALUE_GAP + style.text_width(self.data.value_text(bar), self.sheet.variant.text, 600) + 1
            if reach := self._reach(bar):
                lengths.append((room - label) / reach)
        return min(lengths)

    def _reach(self, bar: Bar) -> float:
        """How much of the scale a bar and its interval take, 0 to 1."""
        if bar.hidden:
            return 0.0
        value = float(bar.value) / self.data.maximum
        return max(value, bar.interval[1] / 100) if bar.interval else value

    def _bar(self, bar: Bar, series: int, y: float, height: float) -> float:
        """Draws it without its value; returns where it ends."""
        sheet, data = self.sheet, self.data
        solid, tint = style.SERIES[series]
        whole = bar.n if data.unit == "persons" else data.maximum
        sheet.box(self.left, y, self.length * whole / data.maximum, height, style.TRACK)
        if bar.hidden:
            return self.left
        width = self.length * float(bar.value) / data.maximum
        if data.synthetic and bar.status != "published":
            sheet.box(self.left, y, width, height, tint, solid)
        else:
            sheet.box(self.left, y, width, height, solid)
        if bar.interval:
            self._interval(bar.interval, self.left + width, y + height / 2)
        return self.left + self.length * self._reach(bar)

    def _interval(self, interval: tuple[float, float], end: float, y: float) -> None:
        """A thin line, light where it lies on its bar and dark beyond it."""
        low, high = (self.left + self.length * bound / 100 for bound in interval)
        self.sheet.stem(low, end, y, WHISKER, style.ON_STRONG)
        self.sheet.tick(low, y - TICK, y + TICK, WHISKER, style.ON_STRONG)
        self.sheet.stem(end, high, y, WHISKER, style.INK)
        self.sheet.tick(high, y - TICK, y + TICK, WHISKER, style.INK)


@dataclass
class Columns(Bars):
    """A bar on its track; value and n in columns to its right, so that many rows compare at a glance."""

    def draw(self, bar: Bar, series: int, y: float, height: float) -> None:
        """The track, the bar, its interval; value and n set to the right."""
        self._bar(bar, series, y, height)
        middle, variant = y + height / 2, self.sheet.variant
        value, n = self.data.value_text(bar), bar.size_number
        start = self.right - self._n_width - N_GAP - style.text_width(value, variant.text, 600)
        self.sheet.text(start, middle, value, variant.text, weight=600)
        start = self.right - style.text_width(n, variant.small)
        self.sheet.text(start, middle, n, variant.small, colour=style.MUTED)

    @property
    def _n_width(self) -> float:
        return n_width(self.data, self.sheet.variant)

    def _length(self) -> float:
        size = self.sheet.variant.text
        values = max(style.text_width(self.data.value_text(bar), size, 600) for bar in self.data.bars)
        return self.right - self.left - self._n_width - N_GAP - values - VALUE_GAP


def series(data: FigureData, row: int, position: int) -> int:
    """The place among the colours of the bar at `position` of a row.

    Each group has its own. More groups than there are colours (offices) are told apart by their names alone;
    then the colour is that of the row, where the rows are groups of people.
    """
    if len(data.groups) <= len(style.SERIES):
        return position
    return row if data.row.kind.startswith("distribution") and len(data.rows) <= len(style.SERIES) else 0


def shades(categories: int) -> tuple[tuple[str, str], ...]:
    """Fill and ink of each category of a scale, from disagreement to agreement; an even one has no middle."""
    middle = len(style.LIKERT) // 2
    return style.LIKERT if categories % 2 else style.LIKERT[:middle] + style.LIKERT[middle + 1 :]


def n_width(data: FigureData, variant: style.Variant) -> float:
    """The width of the column of n."""
    return max(style.text_width(bar.size_number, variant.small) for bar in data.bars)


@dataclass
class Stacks:
    """All answers to a question in one row: disagreement to the left of a line, agreement to the right of it.

    A middle category lies half on each side. The sums of the two sides stand in columns to the left and the
    right, so that rows compare; beyond the right one its interval. Longer to the right means more agreement,
    as in every picture.
    """

    sheet: Sheet
    data: FigureData
    left: float
    right: float

    def __post_init__(self) -> None:
        """Fit the scale and place the line and the columns."""
        size, small = self.sheet.variant.text, self.sheet.variant.small
        bars = self.data.bars
        against, agree, interval = self._heads
        before = max(style.text_width(text, small) for text in [against, *map(self._against, bars)])
        ends = [style.text_width(self.data.value_text(bar), size, 600) for bar in bars]
        after = max(style.text_width(agree, small), *ends)
        bounds = max(style.text_width(text, small) for text in [interval, *map(self._interval, bars)])
        self.against_end = self.left + before
        self.agree_end = self.right - (bounds + N_GAP if bounds else 0)
        least = max(self._sides(bar)[0] for bar in bars)
        most = max(self._sides(bar)[1] for bar in bars)
        start = self.against_end + COLUMN_GAP
        self.scale = (self.agree_end - after - COLUMN_GAP - start) / (least + most)
        self.origin = start + least * self.scale

    def head(self) -> None:
        """What the columns hold."""
        sheet, small = self.sheet, self.sheet.variant.small
        y = sheet.y + small * 0.6
        for text, end in zip(self._heads, (self.against_end, self.agree_end, self.right), strict=True):
            sheet.text(end - style.text_width(text, small), y, text, small, colour=style.MUTED)
        sheet.y += small * 1.2 + 3

    def draw(self, bar: Bar, series: int, y: float, height: float) -> None:
        """The categories from disagreement to agreement, numbers inside where there is room; the sums."""
        sheet, variant = self.sheet, self.sheet.variant
        x = self.origin - self._sides(bar)[0] * self.scale
        middle = y + height / 2
        for part, (fill, ink) in zip(reversed(bar.parts), shades(len(bar.parts)), strict=True):
            value = self.data.part_value(bar, part)
            width = float(value) * self.scale
            sheet.box(x, y, max(width - SEAM, 0), height, fill)
            number = f.number(value)
            needed = style.text_width(number, variant.small)
            if needed + 2 * INSET + SEAM <= width:
                sheet.text(x + (width - SEAM - needed) / 2, middle, number, variant.small, colour=ink)
            x += width
        self._column(self.against_end, middle, self._against(bar))
        value_text = self.data.value_text(bar)
        start = self.agree_end - style.text_width(value_text, variant.text, 600)
        sheet.text(start, middle, value_text, variant.text, weight=600)
        self._column(self.right, middle, self._interval(bar))

    def _column(self, end: float, middle: float, text: str) -> None:
        if text:
            small = self.sheet.variant.small
            self.sheet.text(end - style.text_width(text, small), middle, text, small, colour=style.MUTED)

    @property
    def _heads(self) -> tuple[str, str, str]:
        """Above the sums to the left and to the right, and above the intervals."""
        return (*words.sums(self.data), words.INTERVAL_SHORT if self.data.intervals else "")

    def _sides(self, bar: Bar) -> tuple[float, float]:
        """Per cent to the left and to the right of the line."""
        agree, middle, against = self._split(bar.parts)
        return 100 * (against + middle / 2) / bar.n, 100 * (agree + middle / 2) / bar.n

    @staticmethod
    def _split(parts: Sequence[Part]) -> tuple[int, int, int]:
        """Counts of those who agree, of the middle category, and of the others."""
        agree = sum(part.count for part in parts if part.agrees)
        middle = parts[len(parts) // 2] if len(parts) % 2 else None
        undecided = middle.count if middle and not middle.agrees else 0
        return agree, undecided, sum(part.count for part in parts) - agree - undecided

    def _against(self, bar: Bar) -> str:
        return f.percent(Fraction(100 * self._split(bar.parts)[2], bar.n), 0)

    def _interval(self, bar: Bar) -> str:
        return self.data.interval_text(bar)
