"""Tabell 1 and 2 of Vedlegg 2: the seven case offices, from the office table and the survey."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import pandas as pd

from storbynav import formatting as f
from storbynav.catalogue import Grouping
from storbynav.disclosure import Counted, Gate
from storbynav.survey import Survey
from storbynav.tables import printed
from storbynav.tables.model import Cell, Column, Line

MINIMUM = "Bare minimumsløsningen"
UNKNOWN = "Ikke oppgitt"
EXPERIENCE = "bg_erfaring_tidligere_etat"


def offices(offices_of: Grouping, survey: Survey) -> tuple[list[Column], list[Line]]:
    """Man-years by employer, class of staff size and services taken in; one line per office."""
    print_ = printed.cells("v2_1", "case_offices")
    columns = [
        Column(printed.OFFICE, "left", 1.6),
        *(Column(header) for header in (printed.STATE, printed.MUNICIPAL)),
        Column(printed.STAFF),
        Column(printed.SERVICES, "left", 3.6),
    ]
    lines = []
    for number, (office, name) in enumerate(offices_of.groups.items(), start=1):
        row = office_row(str(office), survey)
        texts = [_aarsverk(row["aarsverk_stat"]), _aarsverk(row["aarsverk_kommune"])]
        texts += [staff_class(row["staff_class"]), services(row, survey)]
        cells = [
            Cell(text, printed=print_.get((number, column.header)))
            for text, column in zip(texts, columns[1:], strict=True)
        ]
        lines.append(Line(name, tuple(cells)))
    return columns, lines


def experience(offices_of: Grouping, survey: Survey, gate: Gate) -> tuple[list[Column], list[Line]]:
    """Respondents by the former agency they worked in; what the gate hides stays only where printed."""
    print_ = printed.cells("v2_2", "experience")
    categories = {c.code: printed.AGENCIES[c.key] for c in survey.variable(EXPERIENCE).scale.categories}
    columns = [Column(printed.OFFICE, "left", 1.8), Column("n", width=0.6), *map(Column, categories.values())]
    lines = []
    for number, (office, name) in enumerate(offices_of.groups.items(), start=1):
        answers = survey.frame.loc[survey.mask(office=str(office)), EXPERIENCE]
        counts = [int((answers == code).sum()) for code in categories]
        values = [int(answers.notna().sum()), *counts]
        was = [print_.get((number, column.header)) for column in columns[1:]]
        # what print has is known already; a line that differs from it is protected as a whole
        known = all(str(value) == text for value, text in zip(values[1:], was[1:], strict=True))
        hidden = gate.lines([counts], [[known] * len(counts)])
        few = [*hidden.n, *hidden.cells[0]]
        groups = {"office": str(office)}
        sets = [None, *([code] for code in categories)]
        cells = [
            Cell(
                f.SUPPRESSED if hide else str(f.number(gate.rounded(value))),
                printed=text,
                counted=Counted.make(EXPERIENCE, codes, groups),
            )
            for value, text, hide, codes in zip(values, was, few, sets, strict=True)
        ]
        lines.append(Line(name, tuple(cells)))
    return columns, lines


def office_row(office: str, survey: Survey) -> dict[str, Any]:
    """The line of the office table by column; None where nothing is known."""
    row = cast("pd.Series[Any]", survey.offices.loc[office])
    return {str(column): None if pd.isna(value) else value for column, value in row.items()}


def staff_class(name: str | None) -> str:
    """«40–99», «Over 100»."""
    return UNKNOWN if name is None else str(f.sentence(str(name).replace("-", "–")))


def services(office: Mapping[str, Any], survey: Survey) -> str:
    """The municipal services that an office has taken in, in the words of the codebook."""
    taken = [column for column in survey.codebook.offices if column.service]
    if any(office[column.column] is None for column in taken):
        return UNKNOWN
    return _services([column.label for column in taken if office[column.column] == 1])


def _services(labels: Iterable[str]) -> str:
    labels = list(labels)
    return str(f.sentence(f.listing([str(f.lower_first(label)) for label in labels]))) if labels else MINIMUM


def _aarsverk(value: float | None) -> str:
    return UNKNOWN if value is None else str(f.number(value, 0 if float(value).is_integer() else 1))
