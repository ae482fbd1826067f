"""The picture «Hovedfunn»: a matrix of dots, one row an item, one column a factor; shares as bars below.

Wide, all blocks share their columns. On a phone each block has its own, and item texts stand above dots.
"""

from __future__ import annotations

import math

from storbynav.figures import style
from storbynav.figures.overview import Bars, Group, Overview, Value
from storbynav.figures.sheet import Sheet
from storbynav.figures.style import Variant

LABELS = 0.325  # of the width: the item texts beside the dots
COLUMN_GAP = 3.5
DOT = 3.9
STEM = 1.8
VALUE_GAP = 3.0  # from the line of zero, or from a dot on it
BESIDE, ABOVE = 14.6, 15.5  # height of a row of dots, beside its text or below it
BAR = 8.0
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
        lefts, width = _columns(variant, list(overview.factors), LABELS * variant.width)
        _headings(sheet, overview, lefts, width)
        for group in overview.groups:
            _block(sheet, overview, group, lefts, width)
    else:
        for group in overview.groups:
            lefts, width = _columns(variant, list(group.factors), 0)
            _block(sheet, overview, group, lefts, width)
    _shares(sheet, overview)
    sheet.y += 3
    if variant is style.PAGE:
        sheet.y += 9
        sheet.paragraph(overview.note, variant.small, colour=style.MUTED)
        sheet.y += 2
    return sheet


def _columns(variant: Variant, keys: list[str], start: float) -> tuple[dict[str, float], float]:
    """Left edges of the columns by factor, and their common width."""
    gap = COLUMN_GAP
    first = start + (gap if start else 0)
    width = (variant.width - first - gap * len(keys)) / len(keys)  # a value may reach into the gap
    return {key: first + number * (width + gap) for number, key in enumerate(keys)}, width


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
        needed = 2 * DOT + 5 + style.text_width(text, size)
        if x and x + needed > sheet.variant.width:
            x, sheet.y = 0.0, sheet.y + size * 1.45
        sheet.dot(x + DOT, sheet.y, DOT, colour, filled=filled)
        sheet.text(x + 2 * DOT + 5, sheet.y, text, size, colour=style.MUTED)
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
    reach = width / 2 - DOT - 1
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
    x = middle + float(value.shown) * scale
    colour = NEITHER if not value.significant else MORE if value.shown > 0 else LESS
    tip = x - math.copysign(DOT, x - middle)
    if abs(x - middle) > DOT:
        sheet.stem(middle, tip, y, STEM if value.significant else STEM / 2, colour)
    sheet.dot(x, y, DOT, colour, filled=value.significant)
    weight = 600 if value.significant else 400
    ink = style.INK if value.significant else style.MUTED
    wide = style.text_width(value.text, size, weight)
    gap = VALUE_GAP + max(0.0, DOT - abs(x - middle))
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
    for number, bars in enumerate(overview.bars):
        if variant.beside:
            sheet.y = top
        left = number * (width + gap) if variant.beside else 0.0
        _share_block(sheet, bars, left, width)
        bottom = max(bottom, sheet.y)
    sheet.y = bottom


def _share_block(sheet: Sheet, bars: Bars, left: float, width: float) -> None:
    """Bars with their labels beside them: the item's where there is one bar an item, else the group's."""
    variant, data = sheet.variant, bars.data
    small = variant.small
    sheet.y += 10
    _title(sheet, bars.title, bars.measure, left, width)
    sheet.y += 3
    grouped, leading = bool(data.groups), BAR_LINE * small
    beside = [row.label for row in data.rows] if variant.beside else []
    beside = list(data.groups) if grouped else beside
    column = max((style.text_width(label, small) for label in beside), default=-6.0) + 6
    scale = (width - column - style.text_width("100,0\u00a0%", small, 600) - 4) / data.maximum
    for row in data.rows:
        if grouped or not variant.beside:
            sheet.y += 2
            sheet.paragraph(row.label, small, left=left, width=width)
        for number, bar in enumerate(row.bars):
            middle = sheet.y + leading / 2
            if beside:
                label = bar.label if grouped else row.label
                ink = style.MUTED if grouped else style.INK
                sheet.text(left, middle, label, small, colour=ink)
            length = float(bar.value) * scale
            sheet.box(left + column, middle - BAR / 2, length, BAR, style.SERIES[number][0])
            sheet.text(left + column + length + 4, middle, data.value_text(bar), small, weight=600)
            sheet.y += leading
