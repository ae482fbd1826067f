"""The charts: one function per kind, each from the same computed rows to a matplotlib figure.

A picture is laid out in points on one axes whose y axis runs downwards, so that every distance is what it
says and the phone variant can be set anew instead of shrunk. Every bar carries its label and its value: no
axis, no legend.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from storbynav import formatting
from storbynav.figures import style, words
from storbynav.figures.data import Bar, BarRow, FigureData
from storbynav.figures.style import Variant

BAR = 13.0
GAP = 2.5
OUTLINE = 0.9
COLUMN_GAP = 9.0
ITEM_COLUMN = 0.4  # of the width: the same in all figures, so that their bars start in one line down the page
GROUP_COLUMN = 0.28
VALUE_GAP = 4.0
HALF_CAPITAL = 0.33


@dataclass
class _Sheet:
    """What is to be drawn, in points from the upper left corner; known in full before a figure is made."""

    variant: Variant
    texts: list[tuple[float, float, str, float, int, str]] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float, str, str | None]] = field(default_factory=list)
    lines: list[tuple[float, float, float]] = field(default_factory=list)
    y: float = 0.0

    def text(
        self, x: float, y: float, text: str, size: float, *, weight: int = 400, colour: str = style.INK
    ) -> None:
        """A line of text, its capitals vertically centred on `y`."""
        self.texts.append((x, y, text, size, weight, colour))

    def paragraph(
        self,
        text: str,
        size: float,
        *,
        weight: int = 400,
        colour: str = style.INK,
        width: float | None = None,
    ) -> None:
        """A wrapped paragraph at the left edge, from the current height downwards."""
        for line in style.wrap(text, width or self.variant.width, size, weight):
            self.y += size * 0.62
            self.text(0, self.y, line, size, weight=weight, colour=colour)
            self.y += size * 0.63

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, edge: str | None = None
    ) -> None:
        """A rectangle; with `edge` an outline that lies inside it."""
        inset = OUTLINE / 2 if edge else 0
        self.boxes.append(
            (x + inset, y + inset, max(width - 2 * inset, 0.01), height - 2 * inset, fill, edge)
        )

    def figure(self) -> Figure:
        """Draw everything."""
        width, height, margin = self.variant.width, self.y, self.variant.margin
        figure = Figure(figsize=((width + 2 * margin) / 72, (height + 2 * margin) / 72))
        axes = figure.add_axes((0, 0, 1, 1), xticks=(), yticks=())
        axes.set(xlim=(-margin, width + margin), ylim=(height + margin, -margin))
        axes.set_axis_off()
        self._draw(axes)
        return figure

    def _draw(self, axes: Axes) -> None:
        lefts, tops, widths, heights, fills, edges = zip(*self.boxes, strict=True)
        axes.barh(
            [top + height / 2 for top, height in zip(tops, heights, strict=True)],
            widths,
            heights,
            left=lefts,
            color=fills,
            edgecolor=[edge or "none" for edge in edges],
            linewidth=[OUTLINE if edge else 0 for edge in edges],
            clip_on=False,
        )
        for x, top, bottom in self.lines:
            axes.plot(
                [x, x], [top, bottom], color=style.LINE, linewidth=0.8, solid_capstyle="butt", clip_on=False
            )
        for x, y, text, size, weight, colour in self.texts:
            base = y + HALF_CAPITAL * size
            axes.text(x, base, text, size=size, weight=weight, color=colour, va="baseline", clip_on=False)


def single_bars(data: FigureData, variant: Variant) -> Figure:
    """One bar a row. Item text stands beside the bars, or above them on a phone."""
    sheet = _sheet(data, variant)
    if variant.beside:
        _rows_beside(sheet, data)
    else:
        _rows_above(sheet, data)
    return _finish(sheet, data)


def grouped_bars(data: FigureData, variant: Variant) -> Figure:
    """Two or three bars a row, each with the name of its group; item text stands above its bars."""
    sheet = _sheet(data, variant)
    _rows_above(sheet, data)
    return _finish(sheet, data)


CHARTS = {
    "shares": single_bars,
    "shares_by": grouped_bars,
    "distribution": single_bars,
    "distribution_by": grouped_bars,
    "offices": single_bars,
}


def draw(data: FigureData, variant: Variant) -> Figure:
    """The picture of a figure in one variant; call inside `style.theme`."""
    return CHARTS[data.row.kind](data, variant)


def _sheet(data: FigureData, variant: Variant) -> _Sheet:
    sheet = _Sheet(variant)
    if variant is style.PAGE:
        sheet.y += 2
        sheet.paragraph(f"Figur V1.{data.row.number}. {data.row.caption}", variant.text + 1.5, weight=600)
        sheet.y += 8
    _key(sheet, data)
    return sheet


def _key(sheet: _Sheet, data: FigureData) -> None:
    """The mark inside the picture: which bars are printed, which are synthetic."""
    x, size = 0.0, sheet.variant.small
    entries = words.keys(data)
    if not entries:
        return
    sheet.y += size * 0.65
    for solid, label in entries:
        needed = 12 + 5 + style.text_width(label, size, 600)
        if x and x + needed > sheet.variant.width:
            x, sheet.y = 0.0, sheet.y + size * 1.35
        fill, edge = (style.TERTIARY, None) if solid else (style.TERTIARY_TINT, style.TERTIARY)
        sheet.box(x, sheet.y - 4.5, 12, 9, fill, edge)
        sheet.text(x + 17, sheet.y, label, size, weight=600, colour=style.MUTED)
        x += needed + 16
    sheet.y += size * 0.65 + 9


def _rows_beside(sheet: _Sheet, data: FigureData) -> None:
    variant = sheet.variant
    column = ITEM_COLUMN * variant.width
    left = column + COLUMN_GAP
    length = _length(data, variant, left)
    top = sheet.y
    for number, row in enumerate(data.rows):
        lines = style.wrap(row.label, column, variant.text)
        extra = _n_text(data, row)
        height = max(BAR + 5, (len(lines) + bool(extra)) * variant.leading)
        sheet.y += 5 if number else 0
        middle = sheet.y + height / 2
        first = middle - (len(lines) - 1 + bool(extra)) * variant.leading / 2
        for line_number, line in enumerate(lines):
            sheet.text(0, first + line_number * variant.leading, line, variant.text)
        if extra:
            sheet.text(0, first + len(lines) * variant.leading, extra, variant.small, colour=style.MUTED)
        _bar(sheet, data, row.bars[0], 0, left, middle - BAR / 2 - 1, length, BAR + 2)
        sheet.y += height
    sheet.lines.append((left, top, sheet.y))


def _rows_above(sheet: _Sheet, data: FigureData) -> None:
    variant = sheet.variant
    labels = _group_labels(data)
    column = 0.0
    if labels:
        widest = max(style.text_width(label, variant.small) for label in labels)
        column = min(max(widest + 1, GROUP_COLUMN * variant.width), 0.42 * variant.width)
    left = column + COLUMN_GAP if labels else 0.0
    length = _length(data, variant, left)
    for number, row in enumerate(data.rows):
        sheet.y += 11 if number else 0
        extra = _n_text(data, row)
        label = f"{row.label} ({extra})" if extra else row.label
        sheet.paragraph(label, variant.text, weight=600 if labels else 400)
        sheet.y += 2.5
        top = sheet.y
        for position, bar in enumerate(row.bars):
            lines = style.wrap(labels[position], column, variant.small) if labels else []
            height = max(BAR, len(lines) * variant.small * 1.15)
            sheet.y += GAP if position else 0
            middle = sheet.y + height / 2
            for line_number, line in enumerate(lines):
                offset = (line_number - (len(lines) - 1) / 2) * variant.small * 1.15
                sheet.text(0, middle + offset, line, variant.small, colour=style.MUTED)
            _bar(sheet, data, bar, position, left, middle - BAR / 2, length, BAR)
            sheet.y += height
        sheet.lines.append((left, top, sheet.y))


def _bar(
    sheet: _Sheet,
    data: FigureData,
    bar: Bar,
    position: int,
    left: float,
    y: float,
    length: float,
    height: float,
) -> None:
    solid, tint = style.SERIES[position]
    width = length * float(bar.value) / data.maximum
    sheet.box(left, y, length, height, style.TRACK)
    if data.synthetic and bar.status != "published":
        sheet.box(left, y, width, height, tint, solid)
    else:
        sheet.box(left, y, width, height, solid)
    text = data.value_text(bar)
    sheet.text(left + width + VALUE_GAP, y + height / 2, text, sheet.variant.text, weight=600)


def _length(data: FigureData, variant: Variant, left: float) -> float:
    """The length of the whole scale: up to the right edge, less if a value label would leave the picture."""
    room = variant.width - left
    lengths = [room]
    for bar in data.bars:
        label = VALUE_GAP + style.text_width(data.value_text(bar), variant.text, 600) + 1
        if bar.value:
            lengths.append((room - label) * data.maximum / float(bar.value))
    return min(lengths)


def _group_labels(data: FigureData) -> list[str]:
    if not data.row.by:
        return []
    if not data.row.n_per_group:
        return list(data.groups)
    sizes = [max(row.bars[position].n for row in data.rows) for position in range(len(data.groups))]
    return [f"{label} ({formatting.sample_size(n)})" for label, n in zip(data.groups, sizes, strict=True)]


def _n_text(data: FigureData, row: BarRow) -> str:
    if not data.row.n_per_bar:
        return ""
    return formatting.sample_size(row.bars[0].n)


def _finish(sheet: _Sheet, data: FigureData) -> Figure:
    sheet.y += 3
    if sheet.variant is style.PAGE:
        sheet.y += 9
        sheet.paragraph(words.note(data), sheet.variant.small, colour=style.MUTED)
        sheet.y += 2
    return sheet.figure()
