"""Tables that PSPP writes as CSV, read back by kind and variable."""

from __future__ import annotations

import csv
import io
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# full precision where PSPP lets one choose; names and codes instead of labels
PREAMBLE = "SET TVARS=NAMES TNUMBERS=VALUES.\nSET FORMAT=F16.9.\nSET SMALL=0.\n"


@dataclass(frozen=True)
class Output:
    """One table: its title and its cells, row by row."""

    title: str
    rows: list[list[str]]


def run(pspp: Path, folder: Path, syntax: str, work: Path) -> list[Output]:
    """Run the syntax file in `folder`; `AssertionError` with PSPP's own words when it complains."""
    program, result = work / "run.sps", work / "result.csv"
    program.write_text(f"{PREAMBLE}INSERT FILE='{syntax}'.\n", encoding="utf-8")
    done = subprocess.run(
        [str(pspp), "-O", "format=csv", "-o", str(result), str(program)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    text = result.read_text(encoding="utf-8")
    complaints = [line for line in text.splitlines() if "error:" in line or "warning:" in line]
    assert not complaints, "\n".join(complaints)
    return list(tables(text))


def tables(text: str) -> Iterator[Output]:
    """The tables of PSPP's CSV output, in order: blocks that begin with «Table: …»."""
    title, rows = "", []
    for row in csv.reader(io.StringIO(text)):
        if row and row[0].startswith("Table: "):
            if title:
                yield Output(title, rows)
            title, rows = row[0].removeprefix("Table: "), []
        elif row:
            rows.append(row)
    if title:
        yield Output(title, rows)


def number(cell: str) -> float:
    """«.4633309», «34.4%», «-1.6773341»."""
    return float(cell.rstrip("%"))


def correlations(table: Output) -> Iterator[tuple[str, str, float, float, int]]:
    """(row, column, r, p, n) of the lower triangle."""
    columns = table.rows[0][2:]
    for first in range(1, len(table.rows), 3):
        values, levels, sizes = (row[2:] for row in table.rows[first : first + 3])
        name = table.rows[first][0]
        for i, column in enumerate(columns[: columns.index(name)]):
            if values[i].strip() not in ("", "NaN"):
                yield name, column, number(values[i]), number(levels[i]), int(sizes[i])


def means(case_summary: Output, table: Output) -> tuple[str, dict[str, dict[str, tuple[float, int]]]]:
    """The grouping variable and group → variable → (mean, n) of a MEANS table.

    With one variable PSPP lays the table out otherwise and leaves the names to the summary before it.
    """
    name, by = case_summary.rows[-1][0].split(" * ")
    if table.title == "Report":
        return by, {row[0]: {name: (number(row[1]), int(row[2]))} for row in table.rows[1:]}
    names = table.rows[0][2:]
    found = {}
    for first in range(1, len(table.rows), 2):
        average, sizes = table.rows[first], table.rows[first + 1]
        found[average[0]] = {
            name: (number(a), int(n))
            for name, a, n in zip(names, average[2:], sizes[2:], strict=True)
            if a.strip()
        }
    return by, found


def t_tests(table: Output) -> Iterator[tuple[str, bool, float, float, float, float]]:
    """(variable, welch, t, df, p, mean difference) of an Independent Samples Test."""
    name = ""
    for row in table.rows:
        if row[1].startswith("Equal variances"):
            name = row[0] or name
            t, df, p, difference = (number(cell) for cell in row[4:8])
            yield name, "not" in row[1], t, df, p, difference
