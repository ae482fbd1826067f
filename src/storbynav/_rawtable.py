"""Text and SPSS files into raw columns, before anything is known about what they mean.

Faults of the file itself (missing, empty, wrong encoding, wrong delimiter, ragged rows) are found here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from storbynav import paths
from storbynav._problems import Problem, SurveyError

Cell = str | float | None


@dataclass(frozen=True)
class RawTable:
    """Columns of cells (text, number or None), the file's `name`, and per cell row its number in the file.

    `value_labels` are the labels that an SPSS file carries: column → code → label.
    """

    name: str
    columns: dict[str, list[Cell]]
    rows: list[int]
    value_labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)

    def renamed(self, names: Mapping[str, str]) -> RawTable:
        """The same table with other column names."""
        return RawTable(
            self.name,
            {names.get(c, c): cells for c, cells in self.columns.items()},
            self.rows,
            {names.get(c, c): labels for c, labels in self.value_labels.items()},
        )


def read_table(path: Path) -> RawTable:
    """Read a ``.csv`` or ``.sav`` file; `SurveyError` where the file itself is at fault."""
    name = paths.shown(path)
    if not path.is_file():
        raise SurveyError([Problem(name, "filen finnes ikke")])
    if path.stat().st_size == 0:
        raise SurveyError([Problem(name, "filen er tom")])
    suffix = path.suffix.lower()
    if suffix == ".sav":
        return _read_sav(path, name)
    if suffix == ".csv":
        return parse_csv(path.read_bytes(), name)
    raise SurveyError([Problem(name, f"ukjent filtype {path.suffix!r}", allowed=".csv, .sav")])


def parse_csv(data: bytes, name: str) -> RawTable:
    """Comma-separated UTF-8 (with or without byte-order mark); empty cells become None."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"filen er ikke UTF-8 (byte 0x{data[error.start]:02x}). Lagre den på nytt som «CSV UTF-8»"
        raise SurveyError([Problem(name, what, row=line)]) from None
    if "\x00" in text:
        raise SurveyError([Problem(name, "filen er ikke en tekstfil")])
    reader = csv.reader(io.StringIO(text))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        body, rows = [], []
        for cells in reader:
            if cells:
                body.append(cells)
                rows.append(reader.line_num)
    except csv.Error as error:
        raise SurveyError([Problem(name, f"ikke lesbar som CSV: {error}", row=reader.line_num)]) from None
    _check_shape(name, header, body, rows)
    columns = [[cell.strip() or None for cell in column] for column in zip(*body, strict=True)]
    return RawTable(name, dict(zip(header, columns, strict=True)), rows)


def _check_shape(name: str, header: list[str], body: list[list[str]], rows: list[int]) -> None:
    if len(header) == 1:
        for mark, word in ((";", "semikolon"), ("\t", "tabulator"), ("|", "loddrett strek")):
            if mark in header[0]:
                what = f"kolonnene er skilt med {word}, ikke komma. Lagre filen på nytt med komma"
                raise SurveyError([Problem(name, what, row=1)])
    problems = [
        Problem(
            name, "kolonnen finnes to ganger" if column else "en kolonne mangler navn", column=column, row=1
        )
        for column in dict.fromkeys(header)
        if header.count(column) > 1 or not column
    ]
    problems += [
        Problem(name, f"raden har {len(cells)} celler, men filen har {len(header)} kolonner", row=row)
        for cells, row in zip(body, rows, strict=True)
        if len(cells) != len(header)
    ]
    if not problems and not body:
        problems = [Problem(name, "filen har ingen rader under overskriften")]
    if problems:
        raise SurveyError(problems)


def _read_sav(path: Path, name: str) -> RawTable:
    import pyreadstat  # only needed here, and not cheap

    try:
        frame, meta = pyreadstat.read_sav(str(path), disable_datetime_conversion=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        raise SurveyError([Problem(name, f"ikke lesbar som SPSS-fil (.sav): {error}")]) from None
    if frame.empty:
        raise SurveyError([Problem(name, "filen har ingen rader")])
    return from_frame(frame, name, value_labels=meta.variable_value_labels, first_row=1)


def from_frame(
    frame: pd.DataFrame,
    name: str,
    value_labels: Mapping[str, Mapping[float, str]] | None = None,
    first_row: int = 1,
) -> RawTable:
    """A raw table of a data frame: missing values and empty text become None."""
    columns = {str(c): [_cell(v) for v in frame[c].tolist()] for c in frame.columns}
    return RawTable(name, columns, list(range(first_row, first_row + len(frame))), value_labels or {})


def _cell(value: Any) -> Cell:
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float):
        return float(value)
    return str(value)
