"""From the survey to the rows of a figure. Values are exact fractions of counts; nothing is rounded here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

import numpy as np
import pandas as pd

from storbynav import formatting as f
from storbynav.catalogue import FigureRow, Status
from storbynav.disclosure import Gate
from storbynav.figures.data import Bar, BarRow, FigureData, Part, Unit
from storbynav.figures.protection import protect
from storbynav.stats import shares
from storbynav.survey import Survey

MINIMUM = "minimum"
BY_OFFICE = "office"
STACKED_FROM = 4  # categories; fewer are told by the share that agrees
_UNITS: Mapping[str, Unit] = {"offices": "offices", "counts": "persons"}


class FigureError(ValueError):
    """A figure cannot be made of this survey."""


def compute(
    row: FigureRow, survey: Survey, *, calibrated: bool = False, gate: Gate | None = None
) -> FigureData:
    """The rows of one figure, as they may be shown (`gate`: another than that for figures).

    `calibrated` says whether the synthetic survey meets what print says; until then the figure calls itself
    preliminary. A printed value that the survey does not meet is treated like one that is not printed.

    Raises:
        FigureError: nobody in one of the groups has answered.
    """
    rows = protect(row, _KINDS[row.kind](row, survey), survey, gate or Gate.of(survey, "figures"))
    unit: Unit = _UNITS.get(row.kind, "percent")
    shares_of = row.items[0] if row.kind.startswith("shares") and row.answer is None else None
    threshold = survey.variable(shares_of).scale.threshold if shares_of else ""
    data = FigureData(row, unit, tuple(rows), survey.synthetic, calibrated, threshold)
    return data if data.stacked else replace(data, rows=tuple(_without_parts(one) for one in rows))


def _without_parts(row: BarRow) -> BarRow:
    return replace(row, bars=tuple(replace(bar, parts=()) for bar in row.bars))


def _shares(row: FigureRow, survey: Survey) -> list[BarRow]:
    """One row per item, or per group of `rows` for a figure of one item."""
    keyed: list[tuple[Fraction, BarRow]] = []
    for key, label, short, item, inside in _share_rows(row, survey):
        answers = survey.frame.loc[inside, item]
        codes = (row.answer,) if row.answer is not None else survey.variable(item).agreement
        bars = [
            _bar(row, survey, key, group, name, survey.frame.loc[inside & members, item], codes)
            for group, name, members in _groups(row, survey)
        ]
        keyed.append((_share(answers, codes), BarRow(key, label, short, tuple(bars), _n(row, answers, bars))))
    return _ordered(row, keyed)


def _share_rows(row: FigureRow, survey: Survey) -> list[tuple[str | int, str, str, str, np.ndarray]]:
    inside = _members(survey, row.where)
    if row.rows:
        (item,) = row.items
        return [
            (code, label, row.rows.in_text(label), item, inside & _members(survey, {row.rows.variable: code}))
            for code, label in row.rows.groups.items()
        ]
    rows: list[tuple[str | int, str, str, str, np.ndarray]] = []
    for item in row.items:
        variable = survey.variable(item)
        own = row.labels.get(item)
        label = own or f.sentence(variable.label)
        rows.append((item, label, f.lower_first(own) if own else variable.short, item, inside))
    return rows


def _distribution(row: FigureRow, survey: Survey) -> list[BarRow]:
    """One row per category of the one item."""
    (item,) = row.items
    inside = _members(survey, row.where)
    answers = survey.frame.loc[inside, item]
    groups = _groups(row, survey)
    keyed = []
    for category in survey.variable(item).scale.categories:
        codes = (category.code,)
        bars = [
            _bar(row, survey, category.code, group, name, survey.frame.loc[inside & members, item], codes)
            for group, name, members in groups
        ]
        label = row.labels.get(category.code) or f.sentence(category.label)
        short = f.lower_first(label)
        bar_row = BarRow(category.code, label, short, tuple(bars), _n(row, answers, bars))
        keyed.append((_share(answers, codes), bar_row))
    return _ordered(row, keyed)


def _counts(row: FigureRow, survey: Survey) -> list[BarRow]:
    """One row per group of `rows`: how many of its members gave `answer` to the one item."""
    assert row.rows and row.answer is not None
    (item,) = row.items
    inside = _members(survey, row.where)
    keyed = []
    for key, label in row.rows.groups.items():
        answers = survey.frame.loc[inside & _members(survey, {row.rows.variable: key}), item]
        found = shares.share(answers, (row.answer,))
        status = _status(row, key, None, Fraction(found.count))
        bar = Bar(None, "", Fraction(found.count), found.count, found.n, status)
        keyed.append((Fraction(found.count), BarRow(key, label, label, (bar,), found.n)))
    return _ordered(row, keyed)


def _offices(row: FigureRow, survey: Survey) -> list[BarRow]:
    """One row per municipal service: how many offices have taken it in; and how many have none."""
    offices = survey.offices
    keyed = []
    for item in row.items:
        if item == MINIMUM:
            count = int((offices["minimum"] == 0).sum())
        else:
            count = int((offices[str(item)] == 1).sum())
        label = row.labels[item]
        status = _status(row, item, None, Fraction(count))
        bar = Bar(None, "", Fraction(count), count, len(offices), status)
        keyed.append((Fraction(count), BarRow(item, label, f.lower_first(label), (bar,), len(offices))))
    return _ordered(row, keyed)


_KINDS: dict[str, Callable[[FigureRow, Survey], list[BarRow]]] = {
    "shares": _shares,
    "shares_by": _shares,
    "distribution": _distribution,
    "distribution_by": _distribution,
    "counts": _counts,
    "offices": _offices,
}


def _members(survey: Survey, groups: Mapping[str, int | str]) -> np.ndarray:
    return survey.mask(**cast(dict[str, Any], dict(groups)))


def _groups(row: FigureRow, survey: Survey) -> list[tuple[int | str | None, str, np.ndarray]]:
    if row.by is None:
        return [(None, "", np.ones(len(survey), dtype=bool))]
    return [(code, label, _members(survey, {row.by.variable: code})) for code, label in row.by.groups.items()]


def _bar(
    row: FigureRow,
    survey: Survey,
    key: str | int,
    group: int | str | None,
    label: str,
    answers: pd.Series,
    codes: Sequence[int],
) -> Bar:
    found = shares.share(answers, codes)
    if not found.n and survey.synthetic:
        who = f" i gruppen «{label}»" if label else ""
        raise FigureError(f"Figur {row.id}: ingen svar på {key}{who}, så andelen kan ikke regnes ut.")
    if not found.n:  # of real answers the gate tells that there are too few
        return Bar(group, label, Fraction(0), 0, 0, row.unprinted, hidden=True)
    value = Fraction(100 * found.count, found.n)
    parts = _parts(row, survey, key, group, answers)
    status = "published" if parts and survey.synthetic else _status(row, key, group, value)
    decimals = row.decimals_of(row.printed_value(key, group)) if status == "published" else 0
    known = _may_have_interval(row, survey, status)
    interval = (100 * found.low, 100 * found.high) if known else None
    return Bar(group, label, value, found.count, found.n, status, decimals, interval=interval, parts=parts)


def _may_have_interval(row: FigureRow, survey: Survey, status: Status) -> bool:
    """Measured values, and printed ones whose n is printed too; never a synthetic value."""
    if not survey.synthetic:
        return True
    return status == "published" and row.n_printed and (row.by is None or row.n_per_group)


def _parts(
    row: FigureRow, survey: Survey, key: str | int, group: int | str | None, answers: pd.Series
) -> tuple[Part, ...]:
    """All categories of a bar's answers; none where the scale has no order or they are not known.

    Of a synthetic survey they are known where print gives each of them. Single offices are left out: five
    categories of thirty answers would single out respondents.
    """
    scale = survey.variable(str(answers.name)).scale
    if not row.kind.startswith("shares") or row.answer is not None or _by_office(row):
        return ()
    if scale.kind != "ordinal" or len(scale.categories) < STACKED_FROM:
        return ()
    counts = {category.code: int((answers == category.code).sum()) for category in scale.categories}
    if survey.synthetic:
        n = sum(counts.values())
        for code, count in counts.items():
            printed = row.printed_part(key, group, code)
            shown = f.half_up(Fraction(100 * count, n), row.decimals_of(printed))
            if printed is None or shown != Decimal(str(printed.value)):
                return ()
    return tuple(Part(c.code, c.label, counts[c.code], c.code in scale.agreement) for c in scale.categories)


def _by_office(row: FigureRow) -> bool:
    return any(grouping and grouping.variable == BY_OFFICE for grouping in (row.by, row.rows))


def _status(row: FigureRow, key: str | int, group: int | str | None, value: Fraction) -> Status:
    printed = row.printed_value(key, group)
    if printed and f.half_up(value, row.decimals_of(printed)) == Decimal(str(printed.value)):
        return "published"
    return "free" if key in row.free else row.unprinted


def _share(answers: pd.Series, codes: Sequence[int]) -> Fraction:
    found = shares.share(answers, codes)
    return Fraction(found.count, found.n) if found.n else Fraction(0)


def _n(row: FigureRow, answers: pd.Series, bars: Sequence[Bar]) -> int:
    """Valid n of a row: those in the bars, or as some figures of the print count, all with an answer."""
    if row.n_of == "item" or row.kind == "distribution":
        return int(answers.notna().sum())
    return sum(bar.n for bar in bars)


def _ordered(row: FigureRow, keyed: list[tuple[Fraction, BarRow]]) -> list[BarRow]:
    """`order` of the catalogue; for a single bar a row, its value is the overall share."""
    if row.order != "given":
        keyed = sorted(keyed, key=lambda pair: -pair[0])
    rows = [bar_row for _, bar_row in keyed]
    return [r for r in rows if r.key not in row.last] + [r for r in rows if r.key in row.last]
