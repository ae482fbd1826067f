"""`storbynav import` given anything at all: a message that names what is wrong, never a traceback or a hang.

Hypothesis makes column maps, CSV, Excel, SPSS and Stata files: random bytes, broken copies of good files, and
files that are good but say strange things."""

from __future__ import annotations

import errno
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from storbynav import paths
from storbynav.cli import main
from storbynav.codebook import load_codebook
from storbynav.importing import ImportRefusedError
from storbynav.importing.writing import check_folder
from storbynav.problems import SurveyError
from storbynav.survey.mapping import cell_key, load_mapping
from storbynav.survey.rawtable import FileFormat, read_table
from tests.fuzz import fuzz

BOOK = load_codebook()
NAMES = ["id", "office", *(v.id for v in BOOK.of("survey"))][:8]

pytestmark = pytest.mark.fuzz


@contextmanager
def file(suffix: str, data: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"fil{suffix}"
        path.write_bytes(data)
        yield path


def imported(data: bytes, suffix: str, mapping: bytes) -> tuple[int, str]:
    """The exit status and all words of a dry run; an exception would end the test."""
    said = io.TextIOWrapper(io.BytesIO(), "utf-8")  # as a terminal: refuses what is no character
    with file(suffix, data) as path, redirect_stdout(said), redirect_stderr(said):
        chart = path.with_name("kart.yml")
        chart.write_bytes(mapping)
        status = main(["import", str(path), "--map", str(chart), "--dry-run"])
    said.seek(0)
    return status, said.read()


def told(data: bytes, suffix: str, mapping: bytes = b"provenance: real\n") -> str:
    status, words = imported(data, suffix, mapping)
    assert status in (1, 2) and words.strip(), words
    assert len(words) < 200_000, "nobody reads that much"
    return words


# --- column maps -------------------------------------------------------------------------------------------

KEYS = [
    "provenance",
    "columns",
    "values",
    "offices",
    "missing",
    "absent",
    "ignore",
    "delimiter",
    "encoding",
    "sheet",
    "ukjent",
]
words = st.one_of(
    st.sampled_from(
        [*NAMES, "all", "real", ";", ",", '"', "\n", "\\", "cp1252", "utf-16", "rot13", "zlib", "("]
    ),
    st.text(max_size=8),
)
scalars = st.one_of(
    words,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.dates(),
    st.datetimes(),
    st.binary(max_size=4),
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words | st.integers(), inner, max_size=3),
    max_leaves=8,
)
maps = st.dictionaries(st.sampled_from(KEYS), values, max_size=5)
yaml_texts = st.one_of(
    maps.map(lambda m: yaml.safe_dump(m, allow_unicode=True).encode("utf-8", "surrogatepass")),
    st.text(alphabet=st.sampled_from("abc:-[]{}&*!|>%@`'\"#,? \n\t0123456789.é"), max_size=120).map(
        str.encode
    ),
    st.binary(max_size=80),
)


@fuzz(100)
@given(text=yaml_texts)
@example(text=b"columns:\n  '(': sa_x\n")
@example(text=b"values: {%s: 3}\n" % NAMES[2].encode())
@example(text=b"values: {%s: {1: x}}\n" % NAMES[2].encode())
@example(text=b"missing: {all: 9}\n")
@example(text=b"a: 2001-13-45\n")
@example(text=b"a: " + b"[" * 5000)
@example(text=b"- " * 100_000)
@example(text=b"[" * 200_000)
@example(text=b"a: &a [*a]\nabsent: *a\n")
@example(text=b"encoding: rot13\n")
@example(text=b'encoding: "utf-8\\0"\n')
@example(text=b'delimiter: "\\n"\n')
@example(text=b"? [a]\n: b\n")
@example(text=b"!!python/object/apply:os.system ['true']\n")
@example(text=b"a: !!binary x\n")
@example(text=b"a: !!int x\n")
def test_any_column_map(text: bytes) -> None:
    with file(".yml", text) as path:
        try:
            load_mapping(path, BOOK)
        except SurveyError as error:
            assert str(error) and len(str(error)) < 20_000


def test_a_map_that_unfolds_without_end_is_refused_at_once() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    with file(".yml", "\n".join([*rows, "absent: *a11", "columns: *a11", ""]).encode()) as path:
        with pytest.raises(SurveyError) as refused:
            load_mapping(path, BOOK)
        assert len(str(refused.value)) < 20_000


# --- tables ------------------------------------------------------------------------------------------------

cells = st.one_of(
    st.sampled_from(
        ["", "1", "2", "5", "9", "1,0", "1.50", "-1", "1e9", "nan", "inf", "fana", "=1+1", '"', "'"]
    ),
    st.text(max_size=6),
)
tables = st.integers(1, 6).flatmap(
    lambda width: st.tuples(
        st.lists(st.sampled_from(NAMES) | st.text(max_size=6), min_size=width, max_size=width),
        st.lists(st.lists(cells, min_size=width, max_size=width), max_size=5),
    )
)
formats = st.builds(
    FileFormat,
    delimiter=st.sampled_from([",", ";", "\t", "|", "a", "0"]),
    encoding=st.sampled_from(
        ["utf-8-sig", "utf-8", "cp1252", "latin-1", "utf-16", "utf-7", "idna", "punycode"]
    ),
)


def csv_of(table: tuple[list[str], list[list[str]]], delimiter: str = ",") -> bytes:
    header, body = table
    return "\n".join(delimiter.join(row) for row in [header, *body]).encode("utf-8", "surrogatepass")


@fuzz(100)
@given(data=st.one_of(st.binary(max_size=200), tables.map(csv_of)), how=formats)
@example(data=b'a,b\n1,"2\n' + b"x" * 200_000, how=FileFormat())
@example(data=b"a\r1\rb\x00", how=FileFormat())
@example(data=b"\xff\xfea", how=FileFormat(encoding="utf-16"))
@example(data=b"xn--a.b-\xff", how=FileFormat(encoding="idna"))
def test_any_csv(data: bytes, how: FileFormat) -> None:
    with file(".csv", data) as path:
        try:
            read_table(path, how)
        except SurveyError as error:
            assert str(error)


@fuzz(100)
@given(table=tables, mapping=maps)
@example(table=(["id", "id2"], [["1", "2"]]), mapping={"columns": {"id2": "id"}})
def test_any_answers(table: tuple[list[str], list[list[str]]], mapping: dict[str, Any]) -> None:
    told(csv_of(table), ".csv", yaml.safe_dump(mapping, allow_unicode=True).encode("utf-8", "surrogatepass"))


def good(suffix: str) -> bytes:
    """A small good file of each kind."""
    frame = pd.DataFrame({name: [1.0, 2.0, 3.0] for name in NAMES} | {"tekst": ["a", "æøå", ""]})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / f"god{suffix}")
        if suffix == ".sav":
            pyreadstat.write_sav(frame, path, column_labels=dict.fromkeys(frame.columns, "Æ"))
        elif suffix == ".dta":
            pyreadstat.write_dta(frame, path)
        else:
            frame.to_excel(path, index=False)
        return Path(path).read_bytes()


GOOD = {suffix: good(suffix) for suffix in (".sav", ".dta", ".xlsx")}
damage = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=6)), max_size=6)


@fuzz(100)
@given(suffix=st.sampled_from(sorted(GOOD)), hits=damage, cut=st.floats(0, 1), junk=st.binary(max_size=60))
@example(suffix=".sav", hits=[], cut=0.0, junk=b"$FL2")
@example(suffix=".xlsx", hits=[], cut=0.0, junk=b"PK\x03\x04")
@example(suffix=".xlsx", hits=[], cut=0.5, junk=b"")
def test_broken_files(suffix: str, hits: list[tuple[float, bytes]], cut: float, junk: bytes) -> None:
    data = bytearray(GOOD[suffix])
    for where, bytes_ in hits:
        at = int(where * len(data))
        data[at : at + len(bytes_)] = bytes_
    told(bytes(data[: int(len(data) * (1 if cut > 0.5 and hits else cut))]) + junk, suffix)


def test_a_good_file_of_each_kind_is_read() -> None:
    for suffix, data in GOOD.items():
        assert "3 rader" in told(data, suffix)


def test_a_workbook_that_unpacks_to_nothing_sensible() -> None:
    import zipfile

    for names in (["xl/workbook.xml"], ["[Content_Types].xml", "xl/workbook.xml"], []):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in names:
                archive.writestr(name, "<a><b></a>")
        assert "ikke lesbar som Excel-fil" in told(buffer.getvalue(), ".xlsx")


def test_places_instead_of_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mappe.csv").mkdir()
    (tmp_path / "rør.csv").unlink(missing_ok=True)
    os.mkfifo(tmp_path / "rør.csv")
    (tmp_path / "kart.yml").write_text("provenance: real\n")
    for name in ("mappe.csv", "rør.csv", "borte.csv", "fil.exe", "a" * 300 + ".csv"):
        assert main(["import", str(tmp_path / name), "--map", str(tmp_path / "kart.yml"), "--dry-run"]) == 2
        assert capsys.readouterr().err.strip()
    assert main(["import", str(paths.SURVEY_FILE), "--map", str(tmp_path), "--dry-run"]) == 2


def test_large_codes_keep_all_their_digits() -> None:
    assert cell_key(1234567.0) == cell_key(1234567) == cell_key("1234567") == "1234567"
    assert cell_key(1000001.0) != cell_key(1000000.0)
    assert cell_key(10**400).startswith("1000") and cell_key(float("inf")) == "inf"


def test_a_column_is_never_lost_behind_another_of_the_same_name() -> None:
    said = told(b"id,office,x\n1,fana,2\n", ".csv", f"columns: {{x: {NAMES[2]}, id: office}}".encode())
    assert "kolonne office" in said and "gir en annen kolonne dette navnet" in said


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "ut/survey.csv"))

    monkeypatch.setattr(Path, "write_bytes", full)
    chart = tmp_path / "kart.yml"
    chart.write_text("provenance: real\n")
    order = ["import", str(paths.SURVEY_FILE), "--map", str(chart), "--leaders", str(paths.LEADERS_FILE)]
    assert main([*order, "--out", str(tmp_path / "ut")]) == 2
    said = capsys.readouterr().err
    assert "survey.csv kan ikke leses eller skrives: No space left" in said


@pytest.mark.parametrize("text", [b"provenance: [", b"\xff", b"a: 2001-13-45", b"- real"])
def test_a_folder_with_a_strange_manifest_is_refused(tmp_path: Path, text: bytes) -> None:
    (tmp_path / "manifest.yml").write_bytes(text)
    with pytest.raises(ImportRefusedError, match="ikke tom"):
        check_folder(tmp_path)
