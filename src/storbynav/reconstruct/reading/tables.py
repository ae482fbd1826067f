"""Printed tables in CSV files: correlations, M and SD, regressions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import LEVELS, Correlation, Moments, Predictor, Regression
from storbynav.reconstruct.reading.plan import PLAN, known, need, rows


def cell_value(text: str, where: str) -> float:
    """The number in a cell."""
    try:
        return float(text.replace(",", ".").replace("−", "-"))
    except ValueError:
        raise fault(
            where, f"{text!r} er ikke et tall", "Skriv tallet med punktum, for eksempel -0.32"
        ) from None


def star_count(text: str, levels: tuple[float, ...], where: str) -> int:
    # a letter after the stars is the print's own footnote
    """The stars of a cell."""
    stars = text.count("*")
    if stars > len(levels):
        raise fault(where, f"{text} har flere stjerner enn nivåene {list(levels)}", "Rett stars i " + PLAN)
    return stars


def levels_of(told: dict[str, Any], default: tuple[float, ...]) -> tuple[float, ...]:
    """What one star, two stars mean in a table."""
    return tuple(float(x) for x in told.get("stars", default))


def read_moments(folder: Path, told: dict[str, Any]) -> list[Moments]:
    """M and SD of a file."""
    table, name = need(told, "table", f"{PLAN}: moments"), need(told, "file", f"{PLAN}: moments")
    decimals = {"mean": 2, "sd": 3} | told.get("decimals", {})
    found = []
    for row in rows(folder, name, ("var", "mean", "sd")):
        where = f"{name}: {row['var']}"
        mean, sd = (None if not row[k] else cell_value(row[k], where) for k in ("mean", "sd"))
        if mean is not None or sd is not None:
            found.append(Moments(table, row["var"], mean, sd, int(decimals["mean"]), int(decimals["sd"])))
    return found


def read_correlations(
    folder: Path, told: dict[str, Any], impossible: set[tuple[str, frozenset[str]]]
) -> list[Correlation]:
    """All printed cells, in the survey's coding."""
    table, name = need(told, "table", f"{PLAN}: correlations"), need(told, "file", f"{PLAN}: correlations")
    levels = levels_of(told, LEVELS)
    turned = set(told.get("reversed", []))
    decimals = int(told.get("decimals", 2))
    cells = []
    for row in rows(folder, name, ("row_var", "col_var", "r", "stars")):
        a, b = row["row_var"], row["col_var"]
        where = f"{name}: {a} × {b}"
        if not row["r"]:
            continue
        r = cell_value(row["r"], where)
        if abs(r) > 1:
            raise fault(where, f"r er {row['r']}, utenfor -1 til 1", "Rett tallet")
        sign = -1.0 if (a in turned) != (b in turned) else 1.0
        stars = star_count(row["stars"], levels, where)
        certain = (table, frozenset((a, b))) not in impossible
        cells.append(Correlation(table, a, b, sign * r, stars, certain, decimals, levels))
    seen: set[frozenset[str]] = set()
    for cell in cells:
        pair = frozenset((cell.row, cell.col))
        if len(pair) == 1:
            raise fault(f"{name}: {cell.row}", "er korrelert med seg selv", "Ta ut raden")
        if pair in seen:
            raise fault(f"{name}: {cell.row} × {cell.col}", "står to ganger", "Ta ut den ene raden")
        seen.add(pair)
    return cells


def read_regressions(folder: Path, told: dict[str, Any]) -> list[Regression]:
    """The rows of a file."""
    where = f"{PLAN}: regressions"
    table, name, names = (need(told, key, where) for key in ("table", "file", "predictors"))
    turned = set(told.get("reversed", []))
    for x in turned:
        known(x, names, f"{where}.reversed")
    levels = levels_of(told, (0.05,))
    decimals = {"beta": 2, "f": 2, "r2": 2} | told.get("decimals", {})
    needed = ["dv", *(f"{kind}_{x}" for x in names for kind in ("beta", "stars"))]
    found = []
    for row in rows(folder, name, needed):
        entry = f"{name}: {row['dv']}"

        def optional(key: str, row: dict[str, str] = row, entry: str = entry) -> float | None:
            return cell_value(row[key], f"{entry}.{key}") if row.get(key) else None

        df2, f, r2 = optional("df2"), optional("F"), optional("R2")
        if r2 is not None and not 0 <= r2 <= 1:
            raise fault(entry, f"R2 er {r2}", "Skriv en andel mellom 0 og 1")
        found.append(
            Regression(
                table=table,
                dv=row["dv"],
                predictors=tuple(Predictor(x, x in turned) for x in names),
                beta=tuple(cell_value(row[f"beta_{x}"], f"{entry}.beta_{x}") for x in names),
                stars=tuple(star_count(row[f"stars_{x}"], levels, f"{entry}.stars_{x}") for x in names),
                df2=None if df2 is None else int(df2),
                f=f,
                r2=r2,
                levels=levels,
                beta_decimals=int(decimals["beta"]),
                f_decimals=int(decimals["f"]),
                r2_decimals=int(decimals["r2"]),
            )
        )
    return found
