"""The targets as data: everything the reconstruction reads from ``data/published``.

Only this module knows the file formats; the search sees dataclasses. A new wave with other printed numbers
is another folder with the same files.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from storbynav.reconstruct.design import OfficePlan, Regression
from storbynav.reconstruct.people import ReconstructionError
from storbynav.reconstruct.rounding import critical_r

PREDICTORS = (
    "ko_ledermodell",
    "ko_aarsverk_klasse",
    "ko_antall_tjenester",
    "bg_sosionom",
    "ko_leder_sosionom",
)
# office variables and background that never move in the search for answers
FIXED = (
    "bg_sosionom",
    "bg_arbeidsgiver",
    "bg_erfaring_sosialkontor",
    "bg_jobber_vanskeligstilte",
    "ko_ledermodell",
    "ko_aarsverk_klasse",
    "ko_minimum",
)
EDGE = 1e-7  # printed intervals are kept off their ends, where rounding rules differ


@dataclass(frozen=True)
class Correlation:
    """One printed cell: r, its stars, and the table it stands in (coded as in the survey file)."""

    table: str
    row: str
    col: str
    r: float
    stars: int
    star_known: bool  # False: the printed stars are impossible at this r and any n


@dataclass(frozen=True)
class Item:
    """A question: valid n and what is known or chosen about its distribution."""

    id: str
    n: int
    points: int
    agree: tuple[float, float] | None  # per cent, closed range
    agree_count: int | None
    counts: tuple[int, ...] | None
    mean: float | None  # printed
    sd: float | None  # printed when `mean` is, else chosen
    factors: dict[str, float]


@dataclass(frozen=True)
class Facts:
    """All inputs of a reconstruction."""

    folder: Path
    plan: dict[str, Any]
    offices: tuple[OfficePlan, ...]
    items: tuple[Item, ...]
    correlations: tuple[Correlation, ...]
    regressions: tuple[Regression, ...]
    agencies: dict[str, tuple[int, int, int, int]]
    seed: int

    @property
    def leader_item(self) -> str:
        """The question that only leaders got."""
        return str(self.plan["missing"]["leaders_only"])


def half_interval(value: float, decimals: int) -> tuple[float, float]:
    """The open interval of numbers that print as `value` with so many decimals, kept off its ends."""
    half = float(
        f"5e-{decimals + 1}"
    )  # read, not computed: a power may differ in its last bit between libraries
    return value - half + EDGE, value + half - EDGE


def _read(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / name
    if not path.is_file():
        raise ReconstructionError(
            f"{path.name} is missing in {folder}: the reconstruction needs every table it targets"
        )
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read(folder: Path) -> Facts:
    """Read a folder of published facts.

    Raises
    ------
    ReconstructionError
        A file or an entry is missing; the message names it.
    """
    plan_file = folder / "reconstruction.yml"
    if not plan_file.is_file():
        raise ReconstructionError(f"{plan_file.name} is missing in {folder}")
    plan = yaml.safe_load(plan_file.read_text(encoding="utf-8"))
    printed = {row["var"]: row for row in _read(folder, "table_v1_4_correlations_matrix.csv")}
    regression_rows = _read(folder, "table_v1_3_regression.csv")
    agencies = {}
    names = {str(row["name"]): str(row["id"]) for row in plan["offices"]["list"]}
    for row in _read(folder, "table_v2_2_experience.csv"):
        counts = [
            int(row[key])
            for key in ("erfaring_aetat", "erfaring_trygdekontor", "erfaring_sosialkontor", "ingen_erfaring")
        ]
        office = names[row["office"]]
        have = next(o["n"] for o in plan["offices"]["list"] if o["id"] == office)
        counts[3] -= sum(counts) - int(
            have
        )  # Kristiansand: the row of 58 cannot hold beside 5.3 per cent (impossible.yml)
        agencies[office] = (counts[0], counts[1], counts[2], counts[3])
    return Facts(
        folder=folder,
        plan=plan,
        offices=tuple(OfficePlan.parse(row) for row in plan["offices"]["list"]),
        items=tuple(_item(row, printed) for row in plan["items"]),
        correlations=_correlations(folder, plan),
        regressions=tuple(
            Regression(
                dv=row["dv"],
                beta=tuple(float(row[f"beta_{name}"]) for name in PREDICTORS),
                starred=tuple(row[f"stars_{name}"] == "*" for name in PREDICTORS),
                df2=int(row["df2"]),
                f=float(row["F"]),
                r2=float(row["R2"]),
                municipal=row["dv"].startswith("led_"),
            )
            for row in regression_rows
        ),
        agencies=agencies,
        seed=int(plan["seed"]),
    )


def _item(row: dict[str, Any], printed: dict[str, dict[str, str]]) -> Item:
    agree = row.get("agree")
    span = None
    if agree is not None:
        span = (
            half_interval(float(agree["printed"]), int(agree["decimals"]))
            if "printed" in agree
            else tuple(agree["range"])
        )
    mean = sd = None
    if "table" in row:
        mean, sd = float(printed[row["id"]]["mean"]), float(printed[row["id"]]["sd"])
    elif "sd" in row:
        sd = float(row["sd"])
    counts = row.get("counts")
    return Item(
        id=row["id"],
        n=int(row["n"]),
        points=int(row.get("points", 5)),
        agree=None if span is None else (float(span[0]), float(span[1])),
        agree_count=row.get("counts_agree"),
        counts=None if counts is None else tuple(int(c) for c in counts),
        mean=mean,
        sd=sd,
        factors={str(k): float(v) for k, v in row.get("factors", {}).items()},
    )


def _correlations(folder: Path, plan: dict[str, Any]) -> tuple[Correlation, ...]:
    """All printed cells, with the education variable turned to the survey's coding (Tabell 5 codes it the
    other way)."""
    cells = []
    impossible = {tuple(pair) for pair in plan.get("impossible_stars", [])}
    for table in ("v1_2", "v1_4", "v1_5"):
        for row in _read(folder, f"table_{table}_correlations_long.csv"):
            if not row["r"]:
                continue
            sign = (
                -1.0
                if table == "v1_5" and (row["row_var"] == "bg_sosionom") != (row["col_var"] == "bg_sosionom")
                else 1.0
            )
            cells.append(
                Correlation(
                    table,
                    row["row_var"],
                    row["col_var"],
                    sign * float(row["r"]),
                    len(row["stars"].replace("c", "")),
                    (table, row["row_var"], row["col_var"]) not in impossible,
                )
            )
    return tuple(cells)


def r_interval(cell: Correlation, n: int) -> tuple[float, float]:
    """Range of r that prints as the cell does, stars included, at pairwise `n`."""
    lo, hi = half_interval(cell.r, 2)
    if not cell.star_known:
        return lo, hi
    size_lo, size_hi = (
        (0.0, critical_r(n, 0.05))
        if cell.stars == 0
        else ((critical_r(n, 0.05), critical_r(n, 0.01)) if cell.stars == 1 else (critical_r(n, 0.01), 1.0))
    )
    margin = 2e-5
    size_lo, size_hi = size_lo + (margin if size_lo > 0 else 0.0), size_hi - margin
    if cell.stars == 0:
        return max(lo, -size_hi), min(hi, size_hi)
    if cell.r >= 0:
        return max(lo, size_lo), min(hi, size_hi)
    return max(lo, -size_hi), min(hi, -size_lo)
