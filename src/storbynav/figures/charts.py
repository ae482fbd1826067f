"""The charts: one function per kind, each from the same computed rows to a sheet.

A picture is laid out in points, so that every distance is what it says and the phone variant can be set anew
instead of shrunk. Every bar carries its label and its value: no
axis, no legend.
"""

from __future__ import annotations

from storbynav import formatting
from storbynav.figures import style, words
from storbynav.figures.data import Bar, BarRow, FigureData
from storbynav.figures.sheet import Sheet
from storbynav.figures.style import Variant

BAR = 13.0
GAP = 2.5
COLUMN_GAP = 9.0
ITEM_COLUMN = 0.4  # of the width: the same in all figures, so that their bars start in one line down the page
GROUP_COLUMN = 0.28
VALUE_GAP = 4.0
N_GAP = 5.0
PANEL_GAP = 10.0
PANEL_LINE = BAR + 4


def single_bars(data: FigureData, variant: Variant) -> Sheet:
    """One bar a row. Item text stands beside the bars, or above them on a phone."""
    sheet = _sheet(data, variant)
    if variant.beside:
        _rows_beside(sheet, data)
    else:
        _rows_above(sheet, data)
    return _finish(sheet, data)


def grouped_bars(data: FigureData, variant: Variant) -> Sheet:
    """Two or three bars a row, each with the name of its group; item text stands above its bars."""
    sheet = _sheet(data, variant)
    _rows_above(sheet, data)
    return _finish(sheet, data)


def panels(data: FigureData, variant: Variant) -> Sheet:
    """A line for each group and a column for each row, so that many groups (offices) compare at a glance.

    On a phone there is no room beside each other: grouped bars, then.
    """
    if not variant.beside:
        return grouped_bars(data, variant)
    sheet = _sheet(data, variant)
    names = max(style.text_width(name, variant.text) for name in data.groups) + COLUMN_GAP
    width = (variant.width - names) / len(data.rows)
    room = width - PANEL_GAP
    lefts = [names + number * width for number in range(len(data.rows))]
    headers = [style.wrap(row.label, room, variant.small, 600) for row in data.rows]
    deepest = max(map(len, headers))
    for left, lines in zip(lefts, headers, strict=True):
        for number, line in enumerate(lines, start=deepest - len(lines)):
            y = sheet.y + (number + 0.5) * variant.small * 1.2
            sheet.text(left, y, line, variant.small, weight=600)
    sheet.y += deepest * variant.small * 1.2 + 4
    top, length = sheet.y, _length(data, variant, variant.width - room)
    for position, name in enumerate(data.groups):
        sheet.y += PANEL_LINE - BAR if position else 0
        sheet.text(0, sheet.y + BAR / 2, name, variant.text)
        for left, row in zip(lefts, data.rows, strict=True):
            _bar(sheet, data, row.bars[position], position, left, sheet.y, length, BAR)
        sheet.y += BAR
    for left in lefts:
        sheet.rule(left, top, sheet.y)
    return _finish(sheet, data)


CHARTS = {
    "shares": single_bars,
    "shares_by": grouped_bars,
    "distribution": single_bars,
    "distribution_by": grouped_bars,
    "counts": single_bars,
    "offices": single_bars,
}


def draw(data: FigureData, variant: Variant) -> Sheet:
    """The picture of a figure in one variant."""
    chart = panels if data.n_beside else CHARTS[data.row.kind]
    return chart(data, variant)


def _sheet(data: FigureData, variant: Variant) -> Sheet:
    sheet = Sheet(variant)
    if variant is style.PAGE:
        sheet.y += 2
        title = f"Figur V{data.row.appendix}.{data.row.number}. {data.row.caption}"
        sheet.paragraph(title, variant.text + 1.5, weight=600)
        sheet.y += 8
    _key(sheet, data)
    return sheet


def _key(sheet: Sheet, data: FigureData) -> None:
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


def _rows_beside(sheet: Sheet, data: FigureData) -> None:
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
    sheet.rule(left, top, sheet.y)


def _rows_above(sheet: Sheet, data: FigureData) -> None:
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
        sheet.rule(left, top, sheet.y)


def _bar(
    sheet: Sheet,
    data: FigureData,
    bar: Bar,
    position: int,
    left: float,
    y: float,
    length: float,
    height: float,
) -> None:
    solid, tint = _colours(data, position)
    width = 0.0 if bar.hidden else length * float(bar.value) / data.maximum
    sheet.box(left, y, length, height, style.TRACK)
    if bar.hidden:
        pass
    elif data.synthetic and bar.status != "published":
        sheet.box(left, y, width, height, tint, solid)
    else:
        sheet.box(left, y, width, height, solid)
    text, x = data.value_text(bar), left + width + VALUE_GAP
    sheet.text(x, y + height / 2, text, sheet.variant.text, weight=600)
    if data.n_beside:
        x += style.text_width(text, sheet.variant.text, 600) + N_GAP
        sheet.text(x, y + height / 2, bar.size, sheet.variant.small, colour=style.MUTED)


def _colours(data: FigureData, position: int) -> tuple[str, str]:
    """Each series its colour; more groups than that (offices) have one, and are told apart by their names."""
    return style.SERIES[position if len(data.groups) <= len(style.SERIES) else 0]


def _length(data: FigureData, variant: Variant, left: float) -> float:
    """The length of the whole scale: up to the right edge, less if a value label would leave the picture."""
    room = variant.width - left
    lengths = [room]
    for bar in data.bars:
        label = VALUE_GAP + style.text_width(data.value_text(bar), variant.text, 600) + 1
        if data.n_beside:
            label += N_GAP + style.text_width(bar.size, variant.small)
        if bar.value and not bar.hidden:
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
    if not data.row.n_per_bar or data.n_beside:
        return ""
    return row.bars[0].size


def _finish(sheet: Sheet, data: FigureData) -> Sheet:
    sheet.y += 3
    if sheet.variant is style.PAGE:
        sheet.y += 9
        sheet.paragraph(words.note(data), sheet.variant.small, colour=style.MUTED)
        sheet.y += 2
    return sheet
