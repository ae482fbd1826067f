"""The survey as an SPSS file: labels, missing codes, measure levels, and the same bytes every time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from storbynav.codebook import Scale, Variable
from storbynav.survey import Survey

# the file header of the SPSS system file format: «dd Mmm yy» and «hh:mm:ss» follow the 92 bytes of magic,
# product, layout, case size, compression, weight, case count and bias
_DATE_AT = 92
_STAMP_LENGTH = 17
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MEASURES = {
    "ordinal": "ordinal",
    "nominal": "nominal",
    "binary": "nominal",
    "multiple": "nominal",
    "numeric": "scale",
    "count": "scale",
}
_MAX_LABEL = 255  # bytes of a variable label that SPSS keeps


@dataclass(frozen=True)
class SavFile:
    """What goes into an SPSS file: a frame, and by column its label, value labels, measure and format."""

    frame: pd.DataFrame
    label: str
    labels: dict[str, str | None]
    values: dict[str, dict[Any, str]]
    measures: dict[str, str]
    formats: dict[str, str]
    missing: dict[str, list[Any]] = field(default_factory=dict)


def write_sav(survey: Survey, path: Path, date: dt.date | dt.datetime) -> None:
    """Write the respondents of a survey, derived variables included, to an SPSS system file.

    A missing answer is written as the user-missing code «ikke spurt» where the codebook says that the
    respondent was not asked, else as «ubesvart», so that SPSS tells the two apart; unknown derived values are
    system-missing. Column order and labels are those of the codebook, with `city` after the office where the
    survey has offices.

    Parameters
    ----------
    date
        Goes into the file header (a date means midnight). The same survey and date give the same bytes.
    """
    book = survey.codebook
    variables = [*book.of("survey"), *book.of("derived")]
    places = (book.office_column, "city") if book.office_column else ()
    columns = {book.id_column: survey.frame[book.id_column].astype(object)}
    columns |= {p: survey.frame[p].astype(object).where(survey.frame[p].notna(), "") for p in places}
    columns |= {v.id: _with_missing_codes(survey, v) for v in variables}
    labels: dict[str, str | None] = {book.id_column: "Løpenummer"}
    labels |= {place: book.office_label(place) for place in places}
    labels |= {v.id: v.label for v in variables}
    value_labels: dict[str, dict[Any, str]] = {}
    if places:
        value_labels[places[0]] = dict(zip(survey.offices.index, survey.offices["name"], strict=True))
    value_labels |= {v.id: _value_labels(survey, v) for v in variables if v.scale.categories}
    missing_codes: list[Any] = [m.code for m in book.missing]
    told = SavFile(
        frame=pd.DataFrame(columns),
        label="Syntetiske svar" if survey.synthetic else "",
        labels=labels,
        values=value_labels,
        measures={
            **dict.fromkeys((book.id_column, *places), "nominal"),
            **{v.id: _MEASURES[v.scale.kind] for v in variables},
        },
        formats={v.id: _format(v.scale) for v in variables},
        missing={v.id: missing_codes for v in variables if v.table == "survey"},
    )
    write_file(told, path, date)


def write_file(file: SavFile, path: Path, date: dt.date | dt.datetime) -> None:
    """Write an SPSS system file; the same content and date (in the header) give the same bytes."""
    import pyreadstat  # only needed here, and not cheap

    path.parent.mkdir(parents=True, exist_ok=True)
    pyreadstat.write_sav(
        file.frame,
        str(path),
        file_label=file.label,
        column_labels={name: _cut(label) if label else label for name, label in file.labels.items()},
        variable_value_labels=file.values,
        missing_ranges=file.missing,
        variable_measure=file.measures,
        variable_format=file.formats,
    )
    _stamp(path, date)


def _with_missing_codes(survey: Survey, variable: Variable) -> pd.Series:
    answers = survey.frame[variable.id]
    if variable.table != "survey":
        return answers
    codes = {m.key: float(m.code) for m in survey.codebook.missing}
    unanswered = np.where(survey.asked(variable.id), codes["ubesvart"], codes["ikke_spurt"])
    return answers.where(answers.notna(), unanswered)


def _value_labels(survey: Survey, variable: Variable) -> dict[Any, str]:
    labels: dict[Any, str] = {c.code: c.label for c in variable.scale.categories}
    if variable.table == "survey":
        labels |= {m.code: m.label for m in survey.codebook.missing}
    return labels


def _format(scale: Scale) -> str:
    return "F8.2" if scale.kind == "numeric" else "F2.0"


def _cut(label: str) -> str:
    """At most 255 bytes of UTF-8, never half a character."""
    return label.encode()[:_MAX_LABEL].decode(errors="ignore")


def _stamp(path: Path, date: dt.date | dt.datetime) -> None:
    """Put `date` in place of the time of writing."""
    moment = date if isinstance(date, dt.datetime) else dt.datetime(date.year, date.month, date.day)
    # not strftime: its month names follow the machine's language
    day = f"{moment.day:02d} {_MONTHS[moment.month - 1]} {moment.year % 100:02d}"
    stamp = f"{day}{moment:%H:%M:%S}".encode("ascii")
    assert len(stamp) == _STAMP_LENGTH
    with path.open("r+b") as file:
        file.seek(_DATE_AT)
        file.write(stamp)
