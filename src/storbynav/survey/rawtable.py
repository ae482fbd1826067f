"""Text, SPSS, Stata and Excel files into raw columns, before anything is known about what they mean.

Faults of the file itself (missing, empty, wrong encoding, wrong delimiter, ragged rows) are found here.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pandas as pd

from storbynav import paths
from storbynav.problems import Problem, SurveyError

Cell = str | float | None


@dataclass(frozen=True)
class RawTable:
    """Columns of cells (text, number or None), the file's `name`, and per cell row its number in the file.

    `value_labels` (column → code → label) and `variable_labels` (column → text of the question) are those
    that an SPSS or Stata file carries.
    """

    name: str
    columns: dict[str, list[Cell]]
    rows: list[int]
    value_labels: Mapping[str, Mapping[float, str]] = field(default_factory=dict)
    variable_labels: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, names: Mapping[str, str]) -> RawTable:
        """The same table with other column names; `SurveyError` where two columns would get the same."""
        given = [names.get(c, c) for c in self.columns]
        twice = [c for c in dict.fromkeys(given) if given.count(c) > 1]
        if twice:
            what = "kolonnekartet gir en annen kolonne dette navnet. Sett den ene under ignore med nytt navn"
            raise SurveyError([Problem(self.name, what, column=c) for c in twice])
        return RawTable(
            self.name,
            {names.get(c, c): cells for c, cells in self.columns.items()},
            self.rows,
            {names.get(c, c): labels for c, labels in self.value_labels.items()},
            {names.get(c, c): text for c, text in self.variable_labels.items()},
        )


@dataclass(frozen=True, slots=True)
class FileFormat:
    """How a file is written where it does not say so itself; the default is the project's own format."""

    delimiter: str = ","
    encoding: str = "utf-8-sig"
    sheet: str = ""
    """The sheet of a workbook; empty: its first."""
    header: int = 1
    """The row with the names of the columns, of a text file or a workbook; what is above is left out."""


def read_table(path: Path, how: FileFormat = FileFormat()) -> RawTable:
    """Read a ``.csv``, ``.sav``, ``.dta`` or ``.xlsx`` file; `SurveyError` where the file is at fault."""
    name = paths.shown(path)
    if not path.is_file():
        raise SurveyError([Problem(name, "filen finnes ikke")])
    if path.stat().st_size == 0:
        raise SurveyError([Problem(name, "filen er tom")])
    suffix = path.suffix.lower()
    if suffix in (".sav", ".dta"):
        return _read_statistics(path, name)
    if suffix == ".xlsx":
        return _read_workbook(path, name, how)
    if suffix == ".csv":
        return parse_csv(path.read_bytes(), name, how)
    raise SurveyError([Problem(name, f"ukjent filtype {path.suffix!r}", allowed=".csv, .sav, .dta, .xlsx")])


def parse_csv(data: bytes, name: str, how: FileFormat = FileFormat()) -> RawTable:
    """Comma-separated UTF-8 (with or without byte-order mark) unless `how` says else; empty cells: None."""
    try:
        text = data.decode(how.encoding)
    except UnicodeError as error:
        encoding = "UTF-8" if how.encoding == "utf-8-sig" else how.encoding
        line, byte = None, ""
        if isinstance(error, UnicodeDecodeError):
            line = data.count(b"\n", 0, error.start) + 1
            byte = f" (byte 0x{data[error.start : error.start + 1].hex()})"
        what = f"filen er ikke {encoding}{byte}. Lagre den på nytt som «CSV UTF-8», "
        what += "eller si fra i kolonnekartet (encoding: cp1252 for filer fra Windows)"
        raise SurveyError([Problem(name, what, row=line)]) from None
    if _NO_TEXT.search(text):
        raise SurveyError([Problem(name, "filen er ikke en tekstfil")])
    reader = csv.reader(io.StringIO(text), delimiter=how.delimiter)
    try:
        for _ in range(how.header - 1):
            next(reader, None)
        header = [cell.strip() for cell in next(reader, [])]
        body, rows = [], []
        for cells in reader:
            if cells:
                body.append(cells)
                rows.append(reader.line_num)
    except csv.Error as error:
        raise SurveyError([Problem(name, f"ikke lesbar som CSV: {error}", row=reader.line_num)]) from None
    _check_shape(name, header, body, rows, how)
    columns = [[cell.strip() or None for cell in column] for column in zip(*body, strict=True)]
    return RawTable(name, dict(zip(header, columns, strict=True)), rows)


_NO_TEXT = re.compile("[\0\ud800-\udfff]")
_MARKS = {",": "komma", ";": "semikolon", "\t": "tabulator", "|": "loddrett strek"}


def _check_header(
    name: str, header: list[str], body: list[list[str]], rows: list[int], how: FileFormat
) -> None:
    """A title or a date above the names of the columns: they stand in the first row that is full."""
    filled = sum(bool(cell) for cell in header)
    full = max((sum(bool(cell.strip()) for cell in cells) for cells in body[:50]), default=0)
    wrong_mark = any("".join(header).count(mark) > 1 for mark in _MARKS)  # `_check_shape` tells
    if filled <= 2 and full > 2 * max(filled, 1) and not wrong_mark:
        at = next(r for cells, r in zip(body, rows, strict=True) if sum(map(bool, cells)) > full / 2)
        what = f"raden har ikke navn på kolonnene. Står de i rad {at}, skriv header: {at} i kolonnekartet"
        raise SurveyError([Problem(name, what, row=how.header)])


def _check_shape(
    name: str, header: list[str], body: list[list[str]], rows: list[int], how: FileFormat
) -> None:
    delimiter = how.delimiter
    _check_header(name, header, body, rows, how)
    if len(header) == 1:
        for mark, word in _MARKS.items():
            if mark in header[0]:
                ours = _MARKS.get(delimiter, f"«{delimiter}»")
                what = (
                    f"kolonnene er skilt med {word}, ikke {ours}. Lagre filen på nytt med {ours}"
                    ", eller si fra i kolonnekartet (delimiter)"
                )
                raise SurveyError([Problem(name, what, row=1)])
    problems = [
        Problem(
            name,
            "kolonnen finnes to ganger: gi den ene et annet navn" if column else "en kolonne mangler navn",
            column=column,
            row=1,
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


def _read_statistics(path: Path, name: str) -> RawTable:
    """SPSS (``.sav``) and Stata (``.dta``) files, with the labels of their values and variables."""
    import pyreadstat  # only needed here, and not cheap

    stata = path.suffix.lower() == ".dta"
    read = pyreadstat.read_dta if stata else pyreadstat.read_sav
    try:
        with _bounded_memory():
            frame, meta = read(str(path), disable_datetime_conversion=True)
            # what the file declares to be no answer is told only to those who ask for it
            _, declared = read(str(path), metadataonly=True, user_missing=True)
    except Exception as error:  # whatever the reader meets in a broken file
        kind = "Stata-fil (.dta)" if stata else "SPSS-fil (.sav)"
        raise SurveyError([Problem(name, f"ikke lesbar som {kind}: {error}")]) from None
    if frame.empty:
        raise SurveyError([Problem(name, "filen har ingen rader")])
    labels = {c: text for c, text in meta.column_names_to_labels.items() if text}
    values = {
        column: {code: text for code, text in told.items() if not _declared_missing(code, column, declared)}
        for column, told in meta.variable_value_labels.items()
    }
    return from_frame(frame, name, value_labels=values, first_row=1, variable_labels=labels)


def _declared_missing(code: object, column: str, meta: Any) -> bool:
    """Whether the file itself says that a code is no answer; its cells are empty then."""
    if not isinstance(code, int | float):
        return code in meta.missing_user_values.get(column, ())
    ranges = meta.missing_ranges.get(column, ())
    return any(isinstance(one["lo"], int | float) and one["lo"] <= code <= one["hi"] for one in ranges)


_ROOM = 3 * 2**30  # bytes; a survey of a million answers to a hundred questions needs less than a third


@contextlib.contextmanager
def _bounded_memory() -> Iterator[None]:
    """A broken file may claim any number of rows: reading it ends in a MemoryError, not in a dead machine.

    Without the system's means to say so (outside Linux) nothing is bounded.
    """
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        yield
        return
    before, hard = resource.getrlimit(resource.RLIMIT_AS)
    room = pages * resource.getpagesize() + _ROOM
    limits = [limit for limit in (room, before, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, hard))


def _read_workbook(path: Path, name: str, how: FileFormat) -> RawTable:
    """One sheet of an Excel workbook: names in one row, one respondent in each row below."""
    from openpyxl import load_workbook  # only needed here, and not cheap

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            wanted = how.sheet or book.sheetnames[0]
            if wanted in book.sheetnames:
                with _bounded_memory():
                    cells = [list(row) for row in book[wanted].iter_rows(values_only=True)]
            else:
                what = f"arbeidsboken har ikke arket «{how.sheet}»"
                raise SurveyError([Problem(name, what, allowed=", ".join(book.sheetnames))])
        finally:
            book.close()
    except SurveyError:
        raise
    except Exception as error:  # whatever the reader meets in a broken file
        raise SurveyError([Problem(name, f"ikke lesbar som Excel-fil (.xlsx): {error}")]) from None
    while cells and all(cell is None for cell in cells[-1]):
        cells.pop()
    above, below = cells[how.header - 1 : how.header], cells[how.header :]
    header = ["" if cell is None else str(cell).strip() for cell in (above[0] if above else [])]
    while header and not header[-1]:
        header.pop()
    first = how.header + 1
    rows = list(range(first, first + len(below)))
    texts = [["" if cell is None else str(cell) for cell in row] for row in below]
    _check_header(name, header, texts, rows, how)
    body = [(row + [None] * len(header))[: len(header)] for row in below]
    _check_shape(name, header, [[str(c) for c in row] for row in body], rows, replace(how, delimiter="\t"))
    frame = pd.DataFrame(body, columns=header, dtype=object)
    return from_frame(frame, name, first_row=first)


def from_frame(
    frame: pd.DataFrame,
    name: str,
    value_labels: Mapping[str, Mapping[float, str]] | None = None,
    first_row: int = 1,
    variable_labels: Mapping[str, str] | None = None,
) -> RawTable:
    """A raw table of a data frame: missing values and empty text become None."""
    columns = {str(c): [_cell(v) for v in frame[c].tolist()] for c in frame.columns}
    rows = list(range(first_row, first_row + len(frame)))
    return RawTable(name, columns, rows, value_labels or {}, variable_labels or {})


def _cell(value: Any) -> Cell:
    if value is None or value is pd.NA or value != value:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, int | float) and abs(value) < 1e300:
        return float(value)
    return str(value)
