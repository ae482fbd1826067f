"""The charts: one function per kind, each from the same computed rows to a sheet.

A picture is laid out in points, so that every distance is what it says and the phone variant can be set anew
instead of shrunk. What stands in a row is `marks`; here is where rows, their labels and the key stand.
"""

from __future__ import annotations

from storbynav import formatting
from storbynav.figures import marks, style, words
from storbynav.figures.data import BarRow, FigureData
from storbynav.figures.sheet import Sheet
from storbynav.figures.style import Variant

BAR = 13.0
GAP = 2.5
COLUMN_GAP = 9.0
ITEM_COLUMN = 0.4  # of the width: the same in all figures, so that their bars start in one line down the page
GROUP_COLUMN = 0.33  # so are the bars of groups: the longest names of groups on a page find room
TEST_GAP = 7.0
PANEL_GAP = 12.0
PANEL_LINE = BAR + 4
SWATCH = (12.0, 9.0)


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
    width = (variant.width - names + PANEL_GAP) / len(data.rows)
    room = width - PANEL_GAP
    lefts = [names + number * width for number in range(len(data.rows))]
    columns = [marks.fit(sheet, data, left, left + room) for left in lefts]
    labels = room - marks.n_width(data, variant) - TEST_GAP
    headers = [style.wrap(row.label, labels, variant.small, 600) for row in data.rows]
    deepest = max(map(len, headers))
    for left, lines in zip(lefts, headers, strict=True):
        for number, line in enumerate(lines, start=deepest - len(lines)):
            y = sheet.y + (number + 0.5) * variant.small * 1.2
            sheet.text(left, y, line, variant.small, weight=600)
        _n_heading(sheet, left + room, sheet.y + (deepest - 0.5) * variant.small * 1.2)
    sheet.y += deepest * variant.small * 1.2 + 4
    top = sheet.y
    for position, name in enumerate(data.groups):
        sheet.y += PANEL_LINE - BAR if position else 0
        sheet.text(0, sheet.y + BAR / 2, name, variant.text)
        for number, (column, row) in enumerate(zip(columns, data.rows, strict=True)):
            column.draw(row.bars[position], marks.series(data, number, position), sheet.y, BAR)
        sheet.y += BAR
    for column in columns:
        sheet.rule(column.origin, top, sheet.y)
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
        title = f"Figur {data.row.place.number}.{data.row.number}. {data.row.caption}"
        sheet.paragraph(title, variant.text + 1.5, weight=600)
        sheet.y += 8
    _key(sheet, data)
    return sheet


def _key(sheet: Sheet, data: FigureData) -> None:
    """The key: printed and synthetic bars, the categories of a stack, the line of an interval."""
    size, (wide, high) = sheet.variant.small, SWATCH
    entries: list[tuple[str, str | None, str, int]] = [
        (style.TERTIARY, None, label, 600) if solid else (style.TERTIARY_TINT, style.TERTIARY, label, 600)
        for solid, label in words.keys(data)
    ]
    if data.stacked:
        parts = tuple(reversed(data.bars[0].parts))
        shades = marks.shades(len(parts))
        entries += [
            (fill, None, str(formatting.sentence(part.label)), 400)
            for part, (fill, _) in zip(parts, shades, strict=True)
        ]
    elif data.intervals:
        entries.append(("", None, words.INTERVAL, 400))
    if not entries:
        return
    x = 0.0
    sheet.y += size * 0.65
    for fill, edge, label, weight in entries:
        needed = wide + 5 + style.text_width(label, size, weight)
        if x and x + needed > sheet.variant.width:
            x, sheet.y = 0.0, sheet.y + size * 1.35
        if fill:
            sheet.box(x, sheet.y - high / 2, wide, high, fill, edge)
        else:
            sheet.stem(x, x + wide, sheet.y, marks.WHISKER, style.INK)
            for end in (x, x + wide):
                sheet.tick(end, sheet.y - marks.TICK, sheet.y + marks.TICK, marks.WHISKER, style.INK)
        sheet.text(x + wide + 5, sheet.y, label, size, weight=weight, colour=style.MUTED)
        x += needed + 16
    sheet.y += size * 0.65 + 9


def _rows_beside(sheet: Sheet, data: FigureData) -> None:
    variant = sheet.variant
    column = ITEM_COLUMN * variant.width
    bars = marks.fit(sheet, data, column + COLUMN_GAP, variant.width)
    bars.head()
    top = sheet.y
    inline = _sizes_fit(data, variant, column)
    for number, row in enumerate(data.rows):
        lines = style.wrap(row.label, column, variant.text)
        extra = _n_text(data, row)
        below = bool(extra) and not inline
        height = max(BAR + 5, (len(lines) + below) * variant.leading)
        sheet.y += 5 if number else 0
        middle = sheet.y + height / 2
        first = middle - (len(lines) - 1 + below) * variant.leading / 2
        for line_number, line in enumerate(lines):
            sheet.text(0, first + line_number * variant.leading, line, variant.text)
        if extra:
            x = column - style.text_width(extra, variant.small) if inline else 0
            y = middle if inline else first + len(lines) * variant.leading
            sheet.text(x, y, extra, variant.small, colour=style.MUTED)
        bars.draw(row.bars[0], 0, middle - BAR / 2 - 1, BAR + 2)
        sheet.y += height
    sheet.rule(bars.origin, top, sheet.y)


def _sizes_fit(data: FigureData, variant: Variant, column: float) -> bool:
    """Whether n has room in line with every label, at the end of its column."""
    needed = (
        style.text_width(row.label, variant.text) + style.text_width(_n_text(data, row), variant.small)
        for row in data.rows
    )
    return max(needed) + TEST_GAP <= column


def _rows_above(sheet: Sheet, data: FigureData) -> None:
    variant = sheet.variant
    labels = _group_labels(data)
    above = data.stacked and not variant.beside  # a phone has no room for labels beside a stack
    column = 0.0
    if labels and not above:
        widest = max(style.text_width(label, variant.small) for label in labels)
        column = min(max(widest + 1, GROUP_COLUMN * variant.width), 0.42 * variant.width)
    bars = marks.fit(sheet, data, column + COLUMN_GAP if column else 0.0, variant.width)
    bars.head()
    for number, row in enumerate(data.rows):
        sheet.y += 11 if number else 0
        _row_heading(sheet, data, row, weight=600 if labels else 400)
        sheet.y += 2.5
        spans: list[tuple[float, float]] = []
        for position, bar in enumerate(row.bars):
            lines = style.wrap(labels[position], column, variant.small) if column else []
            if labels and above:
                sheet.y += 5 if position else 0
                sheet.paragraph(labels[position], variant.small, colour=style.MUTED)
                sheet.y += 1
            height = max(BAR, len(lines) * variant.small * 1.15)
            sheet.y += GAP if position and not above else 0
            middle = sheet.y + height / 2
            for line_number, line in enumerate(lines):
                offset = (line_number - (len(lines) - 1) / 2) * variant.small * 1.15
                sheet.text(0, middle + offset, line, variant.small, colour=style.MUTED)
            bars.draw(bar, marks.series(data, number, position), middle - BAR / 2, BAR)
            spans.append((sheet.y, sheet.y + height))
            sheet.y += height
        for start, end in spans if above else [(spans[0][0], spans[-1][1])]:
            sheet.rule(bars.origin, start, end)


def _row_heading(sheet: Sheet, data: FigureData, row: BarRow, weight: int) -> None:
    """The item above its bars, with what print says of its differences; over a column of n, «n»."""
    variant = sheet.variant
    extra, says = _n_text(data, row), data.row.test(row.key)
    label = f"{row.label} ({extra})" if extra else row.label
    room = variant.width
    if data.n_beside:
        room -= marks.n_width(data, variant) + TEST_GAP
    sheet.paragraph(label, variant.text, weight=weight, width=room)
    level = sheet.y - variant.text * 0.63
    if data.n_beside:
        _n_heading(sheet, variant.width, level)
    if not says:
        return
    if variant.beside and all(_test_fits(data, one, variant) for one in data.rows):
        end = style.text_width(label, variant.text, weight) + TEST_GAP
        sheet.text(end, level, says, variant.small, colour=style.MUTED)
    else:
        sheet.paragraph(says, variant.small, colour=style.MUTED)


def _test_fits(data: FigureData, row: BarRow, variant: Variant) -> bool:
    """Whether what print says of a row fits on the line of its label; all rows of a figure do alike."""
    says = style.text_width(data.row.test(row.key), variant.small)
    return style.text_width(row.label, variant.text, 600) + TEST_GAP + says <= variant.width


def _n_heading(sheet: Sheet, right: float, level: float) -> None:
    small = sheet.variant.small
    sheet.text(right - style.text_width("n", small), level, "n", small, colour=style.MUTED)


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
