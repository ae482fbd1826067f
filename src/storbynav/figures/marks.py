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
from storbynav.figures import style
from storbynav.figures.data import Bar, FigureData, Part
from storbynav.figures.sheet import Sheet

VALUE_GAP = 4.0
N_GAP = 8.0
WHISKER = 1.3
TICK = 2.6  # half the height of the ends of an interval
SEAM = 1.0  # between the categories of a stack
INSET = 2.5  # between a number inside a category and its edges


class Marks(Protocol):
    """What the charts ask of a kind of mark."""

    origin: float

    def draw(self, bar: Bar, position: int, y: float, height: float) -> None:
        """One bar with its top at `y`; `position` is its group."""


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

    def draw(self, bar: Bar, position: int, y: float, height: float) -> None:
        """The track, the bar, its interval, its value."""
        end = self._bar(bar, position, y, height)
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

    def _bar(self, bar: Bar, position: int, y: float, height: float) -> float:
        """Draws it without its value; returns where it ends."""
        sheet, data = self.sheet, self.data
        solid, tint = colours(data, position)
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

    def draw(self, bar: Bar, position: int, y: float, height: float) -> None:
        """The track, the bar, its interval; value and n set to the right."""
        self._bar(bar, position, y, height)
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


def colours(data: FigureData, position: int) -> tuple[str, str]:
    """Each series its colour; more groups than that (offices) have one, and are told apart by their names."""
    return style.SERIES[position if len(data.groups) <= len(style.SERIES) else 0]


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

    A middle category lies half on each side. The shares of the two sides stand at the ends, the right one
    with its interval. Longer to the right means more agreement, as in every picture.
    """

    sheet: Sheet
    data: FigureData
    left: float
    right: float

    def __post_init__(self) -> None:
        """Fit the scale and place the line."""
        size, small = self.sheet.variant.text, self.sheet.variant.small
        bars = self.data.bars
        before = max(style.text_width(self._against(bar), small) for bar in bars) + VALUE_GAP
        after = max(self._label_width(bar, size, small) for bar in bars) + VALUE_GAP
        least = max(self._sides(bar)[0] for bar in bars)
        most = max(self._sides(bar)[1] for bar in bars)
        self.scale = (self.right - self.left - before - after) / (least + most)
        self.origin = self.left + before + least * self.scale

    def draw(self, bar: Bar, position: int, y: float, height: float) -> None:
        """The categories from disagreement to agreement, numbers inside where there is room."""
        sheet, variant = self.sheet, self.sheet.variant
        x = self.origin - self._sides(bar)[0] * self.scale
        middle = y + height / 2
        against = self._against(bar)
        start = x - VALUE_GAP - style.text_width(against, variant.small)
        sheet.text(start, middle, against, variant.small, colour=style.MUTED)
        for part, (fill, ink) in zip(reversed(bar.parts), shades(len(bar.parts)), strict=True):
            value = self.data.part_value(bar, part)
            width = float(value) * self.scale
            sheet.box(x, y, max(width - SEAM, 0), height, fill)
            number = f.number(value)
            needed = style.text_width(number, variant.small)
            if needed + 2 * INSET + SEAM <= width:
                sheet.text(x + (width - SEAM - needed) / 2, middle, number, variant.small, colour=ink)
            x += width
        value_text = self.data.value_text(bar)
        x += VALUE_GAP
        sheet.text(x, middle, value_text, variant.text, weight=600)
        if bar.interval:
            x += style.text_width(value_text, variant.text, 600) + VALUE_GAP
            sheet.text(x, middle, self._interval(bar), variant.small, colour=style.MUTED)

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
        return f"({self.data.interval_text(bar)})"

    def _label_width(self, bar: Bar, size: float, small: float) -> float:
        width = style.text_width(self.data.value_text(bar), size, 600)
        return width + VALUE_GAP + style.text_width(self._interval(bar), small) if bar.interval else width
