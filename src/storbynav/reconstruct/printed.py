"""Printed numbers that no other part of the plan states (`printed`), recomputed from the written files.

Each entry says what to compute, so that no number of a survey stands in code; docs/reconstruction.md lists
the keys.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.reading import PLAN
from storbynav.reconstruct.rounding import round_half_up
from storbynav.reconstruct.written import Written

Row = dict[str, Any]


def value_of(row: Row, files: dict[str, Written]) -> tuple[float, bool]:
    """The number that an entry asks for, at its decimals, and whether it is as printed."""
    where = f"{PLAN}: printed.{row.get('id', '?')}"
    table = row.get("table", "survey")
    if table not in files:
        raise fault(where, f"ingen fil {table}.csv", f"Filene er {', '.join(files)}")
    what = WHAT.get(str(row.get("what")))
    if what is None:
        raise fault(where, f"what: {row.get('what')} finnes ikke", f"Skriv en av {', '.join(WHAT)}")
    value = what(row, files[table])
    if "between" in row:
        lo, hi = row["between"]
        return round(value, 2), lo <= value <= hi
    if "value" not in row:
        raise fault(where, "mangler value eller between", "Skriv det trykte tallet")
    rounded = round_half_up(value, int(row.get("decimals", 0)))
    return rounded, rounded == float(row["value"])


def _among(row: Row, file: Written) -> Any:
    inside = np.ones(file.count, dtype=bool)
    for name, codes in (row.get("where") or {}).items():
        inside &= file.among(name, codes)
    for name in row.get("known") or []:
        inside &= file.known(name)
    return inside


def _variables(row: Row, file: Written) -> list[str]:
    """One variable (`of`), or all that begin alike (`prefix`)."""
    if "prefix" in row:
        return [name for name in file.columns if name.startswith(row["prefix"])]
    return [row["of"]]


def _n(row: Row, file: Written) -> list[int]:
    inside = _among(row, file)
    return [int((file.known(name) & inside).sum()) for name in _variables(row, file)]


def _share(row: Row, file: Written) -> float:
    """Per cent with one of `codes` (without: per cent missing), of valid answers or, `base: all`, of
    everyone."""
    inside = _among(row, file)
    known = file.known(row["of"]) & inside
    base = inside if row.get("base") == "all" else known
    hits = file.among(row["of"], row["codes"]) & inside if "codes" in row else inside & ~known
    return 100.0 * int(hits.sum()) / int(base.sum())


def _mean(row: Row, file: Written) -> float:
    return float(file.valid(row["of"]).mean())


WHAT: dict[str, Callable[[Row, Written], float]] = {
    "count": lambda row, file: int(_among(row, file).sum()),
    "n": lambda row, file: _n(row, file)[0],
    "n_min": lambda row, file: min(_n(row, file)),
    "n_max": lambda row, file: max(_n(row, file)),
    "share": _share,
    "mean": _mean,
}
