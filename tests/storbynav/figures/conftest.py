"""Small figures with values that can be checked by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from storbynav.catalogue import FigureRow, load_catalogue
from storbynav.figures import Bar, BarRow, FigureData

Make = Callable[..., FigureData]


@pytest.fixture(scope="session")
def make_data() -> Make:
    """``make_data("v1_4", 78, 70, 60, 50, 33)``: a figure of the catalogue with these values, row by row.

    A value that print has is published. n is 1000 in every bar.
    """

    def make(
        ident: str, *values: float, synthetic: bool = True, calibrated: bool = True, **changes: object
    ) -> FigureData:
        row: FigureRow = replace(load_catalogue().figure(ident), **changes)
        keys = list(row.rows.groups) if row.rows else list(row.labels or row.items)
        groups = list(row.by.groups.items()) if row.by else [(None, "")]
        remaining = iter(values)
        rows = []
        for key in keys:
            bars = []
            for code, label in groups:
                value = Fraction(str(next(remaining)))
                printed = row.printed_value(key, code)
                met = printed is not None and Fraction(str(printed.value)) == value
                status = "published" if met else "free" if key in row.free else row.unprinted
                n, count = (32, int(value)) if row.kind == "offices" else (1000, int(value * 10))
                bars.append(Bar(code, label, value, count, n, status, row.decimals if met else 0))
            label = row.labels.get(key) or f"Påstanden om at {key} er lang nok til å brytes over flere linjer"
            rows.append(BarRow(key, label, f"Kort {key}", tuple(bars), bars[0].n))
        unit = "offices" if row.kind == "offices" else "percent"
        return FigureData(row, unit, tuple(rows), synthetic, calibrated)

    return make


@pytest.fixture(scope="session")
def samples(make_data: Make) -> dict[str, FigureData]:
    """One figure of each kind: all printed, some printed, none printed, nothing known."""
    return {
        "shares": make_data("v1_4", 78, 67, 60, 50, 33.3),
        "complete": make_data("v1_6", 58.8, 36, 36.1),
        "decimals": make_data("v1_22", 40.8, 31.7, 28.3, 16.8, 21.5, 72, 74),
        "two groups": make_data("v1_16", 71.1, 65, 64.3, 59.2, 62.6, 61.9),
        "three groups": make_data("v1_12", 60, 70, 50, 61, 71, 51, 62, 72, 40, calibrated=False),
        "free": make_data("v1_20", *range(20, 30)),
        "distribution": make_data("v1_2", 17.1, 10.5, 33.7, 38.6),
        "distribution by group": make_data("v1_17", 60, 8, 4, 64, 36, 28),
        "offices": make_data("v1_1", 23, 22, 21, 19, 16, 15, 5),
        "rows": make_data("v1_21", 50, 60, 40, 45),
        "real": make_data("v1_4", 78, 67, 60, 50, 33.3, synthetic=False),
    }
