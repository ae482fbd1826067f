"""Figures pass the disclosure gate here: what must not be seen leaves the data before anything is drawn.

A hidden bar keeps nothing of its value, so that no width, order, fingerprint or alternative text can tell it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from storbynav.catalogue import FigureRow
from storbynav.disclosure import Counted, Entry, Gate
from storbynav.figures.data import Bar, BarRow, FigureData
from storbynav.stats.shares import wilson
from storbynav.survey import Survey

_Place = tuple[int, int]  # row of the figure, bar within it


def protect(row: FigureRow, rows: Sequence[BarRow], survey: Survey, gate: Gate) -> list[BarRow]:
    """The rows of a figure as they may be shown (`_tables` says which cells give each other away)."""
    if not gate.closed or row.kind == "offices":
        return list(rows)
    rows = _rounded(row, _few_parts(row, rows, survey, gate), gate)
    hidden: dict[_Place, bool] = {  # place → whether n is hidden too
        (r, b): False
        for r, one in enumerate(rows)
        for b, bar in enumerate(one.bars)
        if gate.withholds(Counted.make(*_counted(row, survey, one, bar))) and bar.status != "published"
    }
    for places in _tables(row, rows):
        bars = [[rows[r].bars[b] for r, b in line] for line in places]
        if row.kind.startswith("distribution"):
            counts = [[bar.count for bar in line] for line in bars]
            known = [[bar.status == "published" for bar in line] for line in bars]
        else:
            counts = [[bar.count, bar.n - bar.count] for (bar,) in bars]
            known = [[bar.status == "published"] * 2 for (bar,) in bars]
        lines = gate.lines(counts, known)
        for line, cells, small in zip(places, lines.cells, lines.n, strict=True):
            for place, cell in zip(line, cells if len(line) > 1 else [cells.any()], strict=True):
                if cell:
                    hidden[place] = bool(small)
    shown = []
    for r, one in enumerate(rows):
        bars_ = [_hide(bar, hidden[r, b]) if (r, b) in hidden else bar for b, bar in enumerate(one.bars)]
        # where each row is a group, its own n must go with that of its only bar
        small = bool(row.rows) and not any(bar.n for bar in bars_)
        shown.append(replace(one, bars=tuple(bars_), n=0 if small else one.n))
    return _in_order(row, shown)


def entry(data: FigureData, survey: Survey) -> Entry:
    """What a figure has shown and hidden, for the ledger."""
    told = Entry("figures", data.row.id, values=numbers(data))
    if data.unit == "offices":
        return told
    for row in data.rows:
        for bar in row.bars:
            item, codes, groups = _counted(data.row, survey, row, bar)
            printed = bar.status == "published"
            into = told.hidden if bar.hidden else told.known if printed else told.shown
            into.append(Counted.make(item, codes, groups))
            if bar.n:
                told.shown.append(Counted.make(item, None, groups))
            told.shown += [Counted.make(item, [part.code], groups) for part in bar.parts]
    return told


def numbers(data: FigureData) -> list[str]:
    """Every value of the figure as the reader sees it, in drawing order."""
    return [str(data.value_text(bar)) for bar in data.bars]


def _counted(
    row: FigureRow, survey: Survey, line: BarRow, bar: Bar
) -> tuple[str, tuple[int, ...], Mapping[str, Any]]:
    item = str(line.key) if not row.rows and not row.kind.startswith("distribution") else str(row.items[0])
    if row.kind.startswith("distribution"):
        codes: tuple[int, ...] = (int(line.key),)
    else:
        codes = (row.answer,) if row.answer is not None else survey.variable(item).agreement
    groups: dict[str, Any] = dict(row.where)
    if row.rows:
        groups[row.rows.variable] = line.key
    if row.by and bar.group is not None:
        groups[row.by.variable] = bar.group
    return item, codes, groups


def _tables(row: FigureRow, rows: Sequence[BarRow]) -> list[list[list[_Place]]]:
    """Which bars share a total: tables of lines (groups of respondents) of places (categories).

    Offices stand alone: a figure shows some of them, and no sum of those is shown anywhere.
    """
    by_office = any(grouping and grouping.variable == "office" for grouping in (row.by, row.rows))
    bars = range(len(rows[0].bars))
    if row.kind.startswith("distribution"):
        lines = [[(r, b) for r in range(len(rows))] for b in bars]
        return [[line] for line in lines] if by_office else [lines]
    tables = [[[(r, b)] for b in bars] for r in range(len(rows))]
    if by_office:
        return [[line] for table in tables for line in table]
    return [[line for table in tables for line in table]] if row.rows else tables


def _few_parts(row: FigureRow, rows: Sequence[BarRow], survey: Survey, gate: Gate) -> list[BarRow]:
    """Without the categories of all bars where one of them would have to be hidden: a stack has no gaps."""
    tables = [[[part.count for part in bar.parts] for bar in one.bars] for one in rows]
    few = any(counts and counts[0] and gate.cells(counts).any() for counts in tables)
    withheld = any(
        gate.withholds(Counted.make(item, [part.code], groups))
        for one in rows
        for bar in one.bars
        for item, _, groups in [_counted(row, survey, one, bar)]
        for part in bar.parts
    )
    if not few and not withheld:
        return list(rows)
    return _each(rows, lambda bar: replace(bar, parts=()))


def _rounded(row: FigureRow, rows: Sequence[BarRow], gate: Gate) -> list[BarRow]:
    if gate.rounded(1) == 1 and gate.rounded(2) == 2:
        return list(rows)

    def rounded(bar: Bar) -> Bar:
        count, n = gate.rounded(bar.count), max(gate.rounded(bar.n), gate.rounded(bar.count))
        value = Fraction(count) if row.kind == "counts" else Fraction(100 * count, n) if n else Fraction(0)
        low, high = (float(100 * bound) for bound in wilson(count, n))
        interval = (low, high) if bar.interval and np.isfinite(low) else None
        parts = tuple(replace(part, count=gate.rounded(part.count)) for part in bar.parts)
        return replace(bar, value=value, count=count, n=n, interval=interval, parts=parts)

    return [replace(one, n=gate.rounded(one.n)) for one in _each(rows, rounded)]


def _each(rows: Sequence[BarRow], change: Callable[[Bar], Bar]) -> list[BarRow]:
    return [replace(row, bars=tuple(change(bar) for bar in row.bars)) for row in rows]


def _hide(bar: Bar, n_too: bool) -> Bar:
    n = 0 if n_too else bar.n
    return replace(bar, value=Fraction(0), count=0, n=n, hidden=True, interval=None, parts=())


def _in_order(row: FigureRow, rows: list[BarRow]) -> list[BarRow]:
    """Rows without any value come last, in the order of the catalogue: their place must not tell it."""
    keys: list[str | int] = list(row.rows.groups) if row.rows else list(row.items)
    told = [one for one in rows if not all(bar.hidden for bar in one.bars)]
    silent = [one for one in rows if all(bar.hidden for bar in one.bars)]
    return told + sorted(silent, key=lambda one: keys.index(one.key) if one.key in keys else 0)
