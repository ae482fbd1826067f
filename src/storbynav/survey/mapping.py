"""An institute's own file: a YAML that says what its columns and codes are called here.

::

    provenance: real            # or synthetic; what every notice in the report says about the numbers
    columns:                    # their name: the codebook's name; columns not named here keep their own
      RESPNR: id
      SP12_1: sa_kompetanse
    values:                     # by the codebook's name: their code or text: the codebook's code
      sa_kompetanse: {5: 1, 4: 2, 3: 3, 2: 4, 1: 5}
    offices: {1201: fana}       # their office code: the id in offices.csv
    missing: {sa_kompetanse: [8, 9]}   # further codes that mean «no answer»; «all» for every column
    absent: [res_veiledning_oppfolging]  # questions that this file does not have: taken as unanswered by all
    ignore: [STARTTID, VEKT]    # columns that are not part of the survey; «all» for every other column
    delimiter: ";"              # of a CSV file; comma where this is not given
    encoding: cp1252            # of a CSV file; UTF-8 where this is not given
    sheet: Svar                 # of an Excel workbook; its first sheet where this is not given
    header: 3                   # the row with the names of the columns; the first where this is not given
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storbynav import paths
from storbynav.codebook import Codebook
from storbynav.problems import Problem, SurveyError
from storbynav.survey.rawtable import FileFormat
from storbynav.yamlfile import Entry, YamlFaultError, YamlFile, parse_yaml, read_utf8, shown

_SCALAR = (str, int, float)
_WHOLE = re.compile(r"\A(-?\d+)[.,]0+\Z")  # how exports write a whole number of a column with gaps


@dataclass(frozen=True)
class ColumnMapping:
    """How a file's columns and codes become those of the codebook; the default changes nothing."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    offices: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, frozenset[str]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    ignore_rest: bool = False
    provenance: str = ""
    file_format: FileFormat = field(default_factory=FileFormat)

    def is_missing(self, column: str, key: str) -> bool:
        """Whether the cell with this `cell_key` means «no answer» in the column."""
        return key in self.missing.get(column, ()) or key in self.missing.get("all", ())


def cell_key(value: object) -> str:
    """One spelling for a cell or a YAML key: 5, 5.0, «5», «5.0» and «5,0» are the same."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    text = str(value).strip()
    return _WHOLE.sub(r"\1", text)


def load_mapping(path: Path, codebook: Codebook) -> ColumnMapping:
    """Read and check a mapping file; `SurveyError` lists its faults."""
    name = paths.shown(path)
    if not path.is_file():
        raise SurveyError([Problem(name, "filen finnes ikke")])
    try:
        text = read_utf8(path, name)
        file = YamlFile(text, name)
        top = file.entry(parse_yaml(text, name) or {}, "kolonnekartet")
    except YamlFaultError as error:
        where, what = str(error).split(": ", 1)
        raise SurveyError([Problem(where, what)]) from None
    columns = _names(top, "columns")
    known = set(codebook.columns("survey")) | {v.id for v in codebook.of("derived")} | {"city"}
    for theirs, ours in columns.items():
        if ours not in known:
            anchor = rf"^\s*['\"]?{re.escape(theirs)}['\"]?\s*:"
            file.fault("columns", f"{theirs}: kodeboken har ingen variabel {shown(ours)}", anchor)
    for ours in sorted({o for o in columns.values() if list(columns.values()).count(o) > 1}):
        file.fault("columns", f"to kolonner blir til {ours}", r"^columns:")
    values, missing = _values(top), _missing(top)
    absent, ignore = top.listing("absent", str), top.get("ignore", (list, str), [])
    for section, names in (("values", values), ("absent", absent), ("missing", missing.keys() - {"all"})):
        for ours in names:
            if ours not in codebook:
                file.fault(section, f"kodeboken har ingen variabel {shown(ours)}", rf"^{section}:")
    if isinstance(ignore, str):
        if ignore != "all":
            top.fault("ignore: en liste av kolonner, eller all")
        ignored: tuple[str, ...] = ()
    else:
        ignored = tuple(str(name) for name in ignore if isinstance(name, _SCALAR))
        if len(ignored) != len(ignore):
            top.fault("ignore: en liste av kolonnenavn")
    provenance = top.choice("provenance", ("synthetic", "real")) if "provenance" in top.raw else ""
    offices = {cell_key(theirs): slug for theirs, slug in _names(top, "offices").items()}
    file_format = _file_format(top)
    top.done()
    if file.faults:
        split = (fault.split(": ", 1) for fault in file.faults)
        raise SurveyError([Problem(where, what) for where, what in split])
    return ColumnMapping(
        columns=columns,
        values=values,
        offices=offices,
        missing=missing,
        absent=frozenset(absent),
        ignore=frozenset(ignored),
        ignore_rest=ignore == "all",
        provenance=provenance,
        file_format=file_format,
    )


def _names(top: Entry, section: str) -> dict[str, str]:
    """A section that gives names for names."""
    found = {}
    for theirs, ours in top.get(section, dict, {}).items():
        if isinstance(ours, _SCALAR):
            found[str(theirs)] = str(ours)
        else:
            top.fault(f"{section}: {shown(theirs)} må ha ett navn, ikke {shown(ours)}")
    return found


def _values(top: Entry) -> dict[str, dict[str, float]]:
    """By column: their code → ours, a finite number."""
    found: dict[str, dict[str, float]] = {}
    for ours, codes in top.get("values", dict, {}).items():
        if not isinstance(codes, dict):
            top.fault(f"values: {shown(ours)} må være et oppslag (deres kode: vår kode), ikke {shown(codes)}")
            continue
        found[str(ours)] = {}
        for theirs, code in codes.items():
            if isinstance(code, int | float) and not isinstance(code, bool) and abs(code) < 1e9:
                found[str(ours)][cell_key(theirs)] = float(code)
            else:
                top.fault(
                    f"values: {shown(ours)}: koden for {shown(theirs)} må være et tall, ikke {shown(code)}"
                )
    return found


def _missing(top: Entry) -> dict[str, frozenset[str]]:
    """By column: the codes that mean «no answer»."""
    found = {}
    for ours, codes in top.get("missing", dict, {}).items():
        if isinstance(codes, list) and all(isinstance(code, _SCALAR) for code in codes):
            found[str(ours)] = frozenset(map(cell_key, codes))
        else:
            top.fault(f"missing: {shown(ours)} må være en liste av koder, ikke {shown(codes)}")
    return found


def _file_format(top: Entry) -> FileFormat:
    default = FileFormat()
    delimiter = str(top.get("delimiter", str, default.delimiter))
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        top.fault('delimiter: ett tegn, for eksempel ";"')
        delimiter = default.delimiter
    encoding = top.text("encoding") or default.encoding
    try:
        "a".encode(encoding)
    except (LookupError, ValueError):  # also what Python has under that name that makes no text
        top.fault(f"encoding: {shown(encoding)} er ikke en kjent tegnkoding (utf-8, cp1252, latin-1 …)")
        encoding = default.encoding
    header = top.get("header", int, default.header)
    if isinstance(header, bool) or not 1 <= header <= 1000:
        top.fault("header: nummeret på raden med kolonnenavn, fra 1")
        header = default.header
    return FileFormat(delimiter, encoding, top.text("sheet"), header)
