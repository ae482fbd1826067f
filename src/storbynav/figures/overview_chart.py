"""The picture «Hovedfunn»: a matrix of dots, one row an item, one column a factor; shares as bars below.

Wide, each factor has a column through all blocks. On a phone a block has only its own, but of one width and
at one place in all blocks, so that a distance means the same; item texts stand above dots. The bars have one
scale too, and the colour of print: petrol and ochre tell directions here.
"""

from __future__ import annotations

import math

from storbynav.figures import style
from storbynav.figures.overview import Bars, Group, Overview, Value
from storbynav.figures.sheet import Sheet
from storbynav.figures.style import Variant

LABELS = 0.325  # of the width: the item texts beside the dots
COLUMN_GAP = 3.5
STEM = 1.8
BESIDE, ABOVE = 14.6, 15.5  # height of a row of dots, beside its text or below it
BAR = 8.0
SHARE_LABELS = 0.36  # of the width of a block of bars: its labels
BAR_LINE = 1.1  # of the size of its text
TITLE_GAP = 8.0

MORE, LESS, NEITHER = style.PRIMARY, style.SECONDARY, style.TERTIARY
KEY = ((MORE, True, "Mer enige"), (LESS, True, "Mindre enige"), (NEITHER, False, "Ikke signifikant"))


def draw(overview: Overview, variant: Variant) -> Sheet:
    """The picture in one variant."""
    sheet = Sheet(variant)
    if variant is style.PAGE:
        sheet.y += 2
        sheet.paragraph(f"Hovedfunn. {overview.caption}", variant.text + 1.5, weight=600)
        sheet.y += 8
    _key(sheet, overview)
    if variant.beside:
        slots, width = _columns(variant, len(overview.factors), LABELS * variant.width)
        lefts = dict(zip(overview.factors, slots, strict=True))
        _headings(sheet, overview, lefts, width)
        for group in overview.groups:
            _block(sheet, overview, group, lefts, width)
    else:
        places = _places(overview)
        slots, width = _columns(variant, max(places.values()) + 1, 0)
        for group in overview.groups:
            _block(sheet, overview, group, {key: slots[places[key]] for key in group.factors}, width)
    _shares(sheet, overview)
    sheet.y += 3
    if variant is style.PAGE:
        sheet.y += 9
        sheet.paragraph(overview.note, variant.small, colour=style.MUTED)
        sheet.y += 2
    return sheet


def _places(overview: Overview) -> dict[str, int]:
    """The place of each factor on a phone: where the blocks with most factors have it."""
    places: dict[str, int] = {}
    for group in sorted(overview.groups, key=lambda group: -len(group.factors)):
        free = [place for place in range(len(overview.factors)) if place not in _taken(places, group)]
        for key in group.factors:
            if key not in places:
                places[key] = free.pop(0)
    return places


def _taken(places: dict[str, int], group: Group) -> set[int]:
    return {places[key] for key in group.factors if key in places}


def _columns(variant: Variant, count: int, start: float) -> tuple[list[float], float]:
    """Left edges of the columns, and their common width."""
    gap = COLUMN_GAP
    first = start + (gap if start else 0)
    width = (variant.width - first - gap * count) / count  # a value may reach into the gap
    return [first + number * (width + gap) for number in range(count)], width


def _dot_and_gap(variant: Variant) -> tuple[float, float]:
    """The radius of a dot, and how far a value stands from the line of zero or from a dot on it."""
    return (3.9, 3.0) if variant.beside else (3.5, 2.0)


def _key(sheet: Sheet, overview: Overview) -> None:
    size = sheet.variant.small
    x = 0.0
    sheet.y += size * 0.65
    if overview.synthetic:
        sheet.box(0, sheet.y - 4.5, 12, 9, style.TERTIARY)
        label = overview.place.source.printed
        sheet.text(17, sheet.y, label, size, weight=600, colour=style.MUTED)
        x = 17 + style.text_width(label, size, 600) + 16
    for colour, filled, text in KEY:
        dot, _ = _dot_and_gap(sheet.variant)
        needed = 2 * dot + 5 + style.text_width(text, size)
        if x and x + needed > sheet.variant.width:
            x, sheet.y = 0.0, sheet.y + size * 1.45
        sheet.dot(x + dot, sheet.y, dot, colour, filled=filled)
        sheet.text(x + 2 * dot + 5, sheet.y, text, size, colour=style.MUTED)
        x += needed + 12
    sheet.y += size * 0.65 + 8


def _title(sheet: Sheet, title: str, measure: str, left: float, width: float) -> None:
    """What a block shows and where it is printed, on one line where there is room."""
    size, small = sheet.variant.text, sheet.variant.small
    wide = style.text_width(title, size, 600) + TITLE_GAP
    if wide + style.text_width(measure, small) <= width:
        sheet.text(left + wide, sheet.y + size * 0.62, measure, small, colour=style.MUTED)
        sheet.paragraph(title, size, weight=600, left=left, width=width)
    else:
        sheet.paragraph(title, size, weight=600, left=left, width=width)
        sheet.paragraph(measure, small, colour=style.MUTED, left=left, width=width)


def _headings(sheet: Sheet, overview: Overview, lefts: dict[str, float], width: float) -> None:
    """Names of the columns, centred, their last lines level."""
    size = sheet.variant.small
    leading = size * 1.2
    wrapped = {key: style.wrap(overview.factors[key].label, width + COLUMN_GAP, size, 600) for key in lefts}
    deepest = max(len(lines) for lines in wrapped.values())
    for key, lines in wrapped.items():
        for number, line in enumerate(lines, deepest - len(lines)):
            middle = lefts[key] + width / 2
            x = middle - style.text_width(line, size, 600) / 2
            x = min(x, sheet.variant.width - style.text_width(line, size, 600))
            sheet.text(max(x, 0), sheet.y + (number + 0.5) * leading, line, size, weight=600)
    sheet.y += deepest * leading + 2


def _block(sheet: Sheet, overview: Overview, group: Group, lefts: dict[str, float], width: float) -> None:
    variant = sheet.variant
    sheet.y += 8 if variant.beside else 14
    _title(sheet, group.title, group.measure, 0, variant.width)
    sheet.y += 4
    if not variant.beside:
        _headings(sheet, overview, lefts, width)
    reach = width / 2 - _dot_and_gap(variant)[0] - 1
    top = sheet.y
    bands = []
    for row in group.rows:
        if variant.beside:
            height = BESIDE
            sheet.text(0, sheet.y + height / 2, row.label, variant.text)
        else:
            sheet.y += 5
            sheet.paragraph(row.label, variant.text)
            sheet.y += 2
            height = ABOVE
            bands.append((sheet.y, height))
        for key, value in row.cells.items():
            if value is not None:
                middle = lefts[key] + width / 2
                _dot(sheet, value, middle, sheet.y + height / 2, reach / float(overview.limit))
        sheet.y += height
    for band_top, height in bands or [(top, sheet.y - top)]:
        for key in group.factors:
            sheet.box(lefts[key], band_top, width, height, style.TRACK)
            sheet.rule(lefts[key] + width / 2, band_top, band_top + height)


def _dot(sheet: Sheet, value: Value, middle: float, y: float, scale: float) -> None:
    """A dot on its stem from the line of zero, the value on the other side of that line."""
    size = sheet.variant.small
    dot, space = _dot_and_gap(sheet.variant)
    x = middle + float(value.shown) * scale
    colour = NEITHER if not value.significant else MORE if value.shown > 0 else LESS
    tip = x - math.copysign(dot, x - middle)
    if abs(x - middle) > dot:
        sheet.stem(middle, tip, y, STEM if value.significant else STEM / 2, colour)
    sheet.dot(x, y, dot, colour, filled=value.significant)
    weight = 600 if value.significant else 400
    ink = style.INK if value.significant else style.MUTED
    wide = style.text_width(value.text, size, weight)
    gap = space + max(0.0, dot - abs(x - middle))
    beside = middle - gap - wide if value.shown >= 0 else middle + gap
    sheet.text(beside, y, value.text, size, weight=weight, colour=ink)


def _shares(sheet: Sheet, overview: Overview) -> None:
    """The bars: two figures side by side, or one below the other on a phone."""
    variant = sheet.variant
    gap = 22.0
    columns = max(len(overview.bars), 1) if variant.beside else 1
    width = (variant.width - gap * (columns - 1)) / columns
    top = sheet.y
    bottom = top
    column = max((_label_width(bars, variant, width) for bars in overview.bars), default=0.0)
    for number, bars in enumerate(overview.bars):
        if variant.beside:
            sheet.y = top
        left = number * (width + gap) if variant.beside else 0.0
        _share_block(sheet, bars, left, width, column)
        bottom = max(bottom, sheet.y)
    sheet.y = bottom


def _label_width(bars: Bars, variant: Variant, width: float) -> float:
    """The room of the labels beside the bars: the items', which may wrap, or the groups' below an item."""
    data, small = bars.data, variant.small
    words = data.groups or [word for row in data.rows for word in row.label.split()]
    return max(SHARE_LABELS * width, *(style.text_width(word, small) + 6 for word in words))


def _share_block(sheet: Sheet, bars: Bars, left: float, width: float, column: float) -> None:
    """Bars with their labels beside them: the item's where there is one bar an item, else the group's."""
    data, small = bars.data, sheet.variant.small
    sheet.y += 10
    _title(sheet, bars.title, bars.measure, left, width)
    sheet.y += 3
    whole = width - column - style.text_width("100,0\u00a0%", small, 600) - 4
    grouped = bool(data.groups)
    start = sheet.y
    for number, row in enumerate(data.rows):
        sheet.y += 2 if number else 1
        if grouped:
            sheet.paragraph(row.label, small, left=left, width=width)
            start = sheet.y
        for bar in row.bars:
            lines = style.wrap(bar.label if grouped else row.label, column - 6, small)
            leading = BAR_LINE * small
            height = leading + (len(lines) - 1) * small * 1.15
            middle = sheet.y + height / 2
            for line_number, line in enumerate(lines):
                y = middle + (line_number - (len(lines) - 1) / 2) * small * 1.15
                sheet.text(left, y, line, small, colour=style.MUTED if grouped else style.INK)
            length = whole * float(bar.value) / data.maximum
            sheet.box(left + column, middle - BAR / 2, whole, BAR, style.TRACK)
            sheet.box(left + column, middle - BAR / 2, length, BAR, style.TERTIARY)
            sheet.text(left + column + length + 4, middle, data.value_text(bar), small, weight=600)
            sheet.y += height
        if grouped or row is data.rows[-1]:
            sheet.rule(left + column, start, sheet.y)
