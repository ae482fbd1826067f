"""No printed number can move by one unit of its last digit without `verify` noticing.

The comparisons do not depend on each other, so all numbers of a file are moved at once and each must then be
told; only in the table of e-mails, where rows and columns add up, each cell is moved alone.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from storbynav import paths
from storbynav.published import Registry
from storbynav.report import Report
from storbynav.verify import Verification, VerificationError, cells, verify
from storbynav.verify.bound import Bindings
from storbynav.verify.compute import Compute
from storbynav.verify.offices import HANDLED

NOT_MOVED = {
    "row",
    "row_var",
    "col_var",
    "col",
    "printed",
    "line",
    "no",
    "var",
    "dv",
    "n_implied",
    "printed_no",
}


def moved(number: str, by: int) -> str:
    """A number one unit of its last digit up or down, with the same decimals: «,46» → «,47»."""
    value = Decimal(number.replace(",", "."))
    step = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return str(value + by * step)


@pytest.fixture(scope="module")
def report() -> Report:
    return Report.open()


@pytest.fixture(scope="module")
def before(report: Report) -> Verification:
    return verify(report)


def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(paths.PUBLISHED, tmp_path / "published"))


def rewrite(file: Path, change: Callable[[dict[str, str]], None]) -> None:
    with file.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    for row in rows:
        change(row)
    with file.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def told(before: Verification, after: Verification, which: Callable[[Any], bool]) -> None:
    """All chosen numbers that were reproduced are now missed, and no proof holds of the others."""
    old = {(n.group, n.id): n for n in before.numbers if which(n)}
    new = {(n.group, n.id): n for n in after.numbers}
    assert old
    unnoticed = [key for key, n in old.items() if n.status == "reproduced" and new[key].status != "missed"]
    assert unnoticed == []
    excused = [key for key, n in old.items() if n.status == "impossible" and new[key].status == "impossible"]
    assert excused == []


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize("table", ["v1_2", "v1_4", "v1_5"])
def test_correlations(table: str, by: int, tmp_path: Path, report: Report, before: Verification) -> None:
    folder = copy(tmp_path)

    def move(row: dict[str, str]) -> None:
        number = row["printed"].rstrip("*")
        if any(c.isdigit() for c in number):
            row["r"] = moved(row["r"], by)
            row["printed"] = moved(number, by) + row["stars"]

    def move_matrix(row: dict[str, str]) -> None:
        for column, text in row.items():
            if text and (column in ("mean", "sd") or re.fullmatch(r"c\d+", column)):
                row[column] = moved(text, by)

    rewrite(folder / f"table_{table}_correlations_long.csv", move)
    rewrite(folder / f"table_{table}_correlations_matrix.csv", move_matrix)
    after = verify(report, folder)
    told(before, after, lambda n: n.group == table and not n.id.endswith(":stars"))


@pytest.mark.parametrize("by", [1, -1])
def test_regressions(by: int, tmp_path: Path, report: Report, before: Verification) -> None:
    folder = copy(tmp_path)

    def move(row: dict[str, str]) -> None:
        for column, text in row.items():
            if column not in NOT_MOVED and column != "dv_label" and not column.startswith("stars_"):
                row[column] = moved(text, by)

    rewrite(folder / "table_v1_3_regression.csv", move)
    told(before, verify(report, folder), lambda n: n.group == "v1_3" and not n.id.endswith(":stars"))


def test_stars(tmp_path: Path, report: Report, before: Verification) -> None:
    folder = copy(tmp_path)
    other = {"": "*", "*": "**", "**": "*"}

    def move(row: dict[str, str]) -> None:
        row["stars"] = other[row["stars"]]
        row["printed"] = row["printed"].rstrip("*") + row["stars"]

    def move_betas(row: dict[str, str]) -> None:
        for column in row:
            if column.startswith("stars_"):
                row[column] = other[row[column]]

    for table in ("v1_2", "v1_4", "v1_5"):
        rewrite(folder / f"table_{table}_correlations_long.csv", move)
    rewrite(folder / "table_v1_3_regression.csv", move_betas)
    told(before, verify(report, folder), lambda n: n.id.endswith(":stars"))


@pytest.mark.parametrize("by", [1, -1])
@pytest.mark.parametrize(
    ("group", "name"), [("v2_1", "table_v2_1_offices.csv"), ("v2_2", "table_v2_2_experience.csv")]
)
def test_offices(
    group: str, name: str, by: int, tmp_path: Path, report: Report, before: Verification
) -> None:
    folder = copy(tmp_path)

    def move(row: dict[str, str]) -> None:
        for column, text in row.items():
            if text.replace(".", "").isdigit() and column != "line":
                row[column] = moved(text, by)

    rewrite(folder / name, move)
    told(before, verify(report, folder), lambda n: n.group == group)


def email_cells() -> list[Any]:
    return [
        pytest.param(cell.row, cell.column, id=f"{cell.row}-{cell.column}")
        for cell in Registry().cells("v1_1")
    ]


@pytest.mark.parametrize(("city", "column"), email_cells())
def test_emails(city: str, column: str, tmp_path: Path) -> None:
    folder = copy(tmp_path)

    def move(row: dict[str, str]) -> None:
        if row["city"] == city:
            row[column] = moved(row[column], 1)

    rewrite(folder / "table_v1_1_emails.csv", move)
    missed = [n.id for n in cells.emails(Registry(folder)) if n.status == "missed"]
    assert f"v1_1:{city}:{column}" in missed


@pytest.mark.parametrize("by", [1, -1])
def test_numbers_outside_the_tables(by: int, tmp_path: Path, report: Report, before: Verification) -> None:
    folder = copy(tmp_path)
    bound = {place for b in Bindings().all for place in b.places}
    for name in ("sample", "figures", "claims"):
        file = folder / f"{name}.yml"
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        move_all(content, name, by, bound)
        file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    after = verify(report, folder)
    groups = {b.group for b in Bindings().all}
    told(before, after, lambda n: n.group in groups)

    def number_of_an_office(n: Any) -> bool:
        moves = n.printed.replace(",", "").isdigit() and n.id != "sagene:kommune:90"
        return n.group == "casekontor" and moves

    told(before, after, number_of_an_office)


@pytest.mark.parametrize("by", [1, -1])
def test_each_copy_in_the_registry_is_compared(
    by: int, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A printed number stands in several files of the registry and counts once: none of them may move."""
    bindings, compute = Bindings(), Compute(replace(report, watch=True))
    value = bindings.places.value
    unnoticed = []
    for binding in bindings.all:
        for place in binding.places:
            if not bindings.number(binding, place, compute).met:
                continue  # an impossible one: a mended print would be met
            other = Decimal(moved(str(value(place)), by))
            with monkeypatch.context() as patch:
                patch.setattr(
                    bindings.places,
                    "value",
                    lambda p, place=place, other=other: other if p == place else value(p),
                )
                if bindings.number(binding, place, compute).met:
                    unnoticed.append(place)
    assert unnoticed == []


def test_the_number_that_contradicts_the_other_places(tmp_path: Path, report: Report) -> None:
    file = copy(tmp_path) / "sample.yml"
    text = file.read_text(encoding="utf-8")
    assert text.count("stat: 52, kommune: 90") == 1
    file.write_text(text.replace("stat: 52, kommune: 90", "stat: 52, kommune: 91"), encoding="utf-8")
    with pytest.raises(VerificationError, match="I11: sagene:kommune:90"):
        verify(report, file.parent)


def move_all(content: Any, name: str, by: int, bound: set[str]) -> None:
    """Move each number that verification.yml binds, and those of the case offices."""
    from storbynav.verify.places import Places

    places = Places()
    places.__dict__["_files"] = {name: content}
    for path in [p for p in bound if p.startswith(f"{name}:")]:
        steps = path.rsplit(".", 1)
        around = places.node(steps[0])
        key = int(steps[1]) if isinstance(around, list) else steps[1]
        around[key] = as_number(moved(str(around[key]), by))
    for office in content.get("office_facts", ()):
        for field in set(HANDLED) - {"aarsverk_conflict"}:  # moved alone below: its id is its value
            for key, value in office.get(field, {}).items():
                if isinstance(value, int | float):
                    office[field][key] = as_number(moved(str(value), by))


def as_number(text: str) -> int | float:
    return float(text) if "." in text else int(text)
