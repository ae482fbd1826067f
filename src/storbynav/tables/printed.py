"""The tables of the print, cell by cell, from ``data/published/``: what a computed cell is compared with."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from storbynav import formatting as f
from storbynav import paths

Position = tuple[int, str]


def emails() -> list[dict[str, str]]:
    """Tabell V1.1: one dictionary per city and one for the total."""
    return list(_read("table_v1_1_emails.csv"))


@lru_cache(maxsize=8)
def cells(table: str) -> Mapping[Position, str]:
    """Printed cells by (row number, column) as the report writes them: «,46**», «−,19*», «1,63».

    Columns of a correlation table are «1» … and «M», «SD»; of regressions the predictors, «Df», «F», «R²».
    """
    read = _regression if table == "v1_3" else _correlations
    return MappingProxyType(read(table))


def _correlations(table: str) -> dict[Position, str]:
    found: dict[Position, str] = {}
    for row in _read(f"table_{table}_correlations_long.csv"):
        found[int(row["row"]), row["col"]] = _typeset(row["printed"])
    for row in _read(f"table_{table}_correlations_matrix.csv"):
        if row.get("mean"):
            found[int(row["no"]), "M"] = str(f.statistic(float(row["mean"])))
            found[int(row["no"]), "SD"] = str(f.statistic(float(row["sd"]), 3))
    return found


def _regression(table: str) -> dict[Position, str]:
    found: dict[Position, str] = {}
    for row in _read(f"table_{table}_regression.csv"):
        number = int(row["row"])
        for column, value in row.items():
            if column.startswith("beta_"):
                predictor = column.removeprefix("beta_")
                found[number, predictor] = str(f.statistic(float(value), 2, row[f"stars_{predictor}"]))
        found[number, "Df"] = f"{row['df1']}, {row['df2']}"
        found[number, "F"] = str(f.statistic(float(row["F"])))
        found[number, "R²"] = str(f.statistic(float(row["R2"])))
    return found


def _typeset(printed: str) -> str:
    """The registry keeps print's characters; here a true minus and always a comma."""
    return printed.replace("-", f.MINUS).replace(".", ",")


def _read(name: str) -> list[dict[str, str]]:
    with (paths.PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
