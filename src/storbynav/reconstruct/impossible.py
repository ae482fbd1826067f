"""Machine-checked reasons why printed numbers cannot hold together (``data/published/impossible.yml``).

Each entry names a rule and the printed numbers it applies to. A rule returns True when the contradiction
follows from those numbers alone, whatever the survey, so an entry that a correct print would not deserve
fails its check.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from math import ceil, floor, sqrt
from pathlib import Path
from typing import Any

import yaml

from storbynav.reconstruct.rounding import critical_r, round_half_up

Numbers = dict[str, Any]
FILE = "impossible.yml"


@dataclass(frozen=True)
class Entry:
    """One contradiction of the print."""

    id: str
    numbers: tuple[str, ...]
    what: str
    check: str
    values: Numbers
    reason: str
    follows: str


def read_entries(folder: Path) -> list[Entry]:
    """All entries of ``impossible.yml`` in `folder`."""
    raw = yaml.safe_load((folder / FILE).read_text(encoding="utf-8"))["impossible"]
    return [
        Entry(
            r["id"],
            tuple(str(n) for n in r["numbers"]),
            r["what"],
            r["check"],
            r["with"],
            r["reason"],
            r["follows"],
        )
        for r in raw
    ]


def impossible_numbers(folder: Path) -> set[str]:
    """Ids of the printed numbers that ``impossible.yml`` proves contradictory; none without the file."""
    if not (folder / FILE).is_file():
        return set()
    return {number for entry in read_entries(folder) for number in entry.numbers}


def proven(entry: Entry) -> bool:
    """Whether the entry's numbers contradict each other by its rule.

    Raises
    ------
    KeyError
        The entry names a rule that does not exist.
    """
    return RULES[entry.check](entry.values)


def _span(value: float, decimals: int) -> tuple[float, float]:
    half = float(f"5e-{decimals + 1}")
    return value - half, value + half


def whole_counts(total: int, share: float, decimals: int) -> list[int]:
    """Counts of `total` that print as this percentage."""
    lo, hi = _span(share, decimals)
    return [
        k
        for k in range(max(0, floor(lo * total / 100)), min(total, ceil(hi * total / 100)) + 1)
        if round_half_up(100.0 * k / total, decimals) == round(share, decimals)
    ]


def _f_and_r2(v: Numbers) -> bool:
    values = [v["df1"] * f / (v["df1"] * f + v["df2"]) for f in _span(v["f"], v["decimals"])]
    lo, hi = _span(v["r2"], v["r2_decimals"])
    return max(values) < lo or min(values) >= hi


def _stars(v: Numbers) -> bool:
    # the critical r falls with n, so the largest possible n decides
    return _span(abs(v["r"]), v["decimals"])[1] <= critical_r(v["n"], v["alpha"])


def _binary_moments(v: Numbers) -> bool:
    n = v["n"]
    for k in whole_counts(n, v["pct"], v["pct_decimals"]):
        low, high = v["codes"]
        mean = (low * k + high * (n - k)) / n
        sd = abs(high - low) * sqrt(k * (n - k) / n / (n - 1))
        if round_half_up(mean, 2) == v["mean"] and round_half_up(sd, 3) == v["sd"]:
            return False
    return True


def _no_count(v: Numbers) -> bool:
    return all(
        round_half_up(100.0 * k / n, v["decimals"]) != v["pct"] for k, n in product(v["counts"], v["of"])
    )


def _sum(v: Numbers) -> bool:
    if "addends" in v:
        return sum(v["addends"]) != v["whole"]
    if "posts" in v:
        return sum(n * each for n, each in v["posts"]) - v["answered"] != v["missing_said"]
    if "groups" in v:
        lo, hi = v["words"]
        return all(min(group) > hi or max(group) < lo for group in v["groups"])
    # a part that its own share excludes, whose categories add up to it, and no room left by the other shares
    others = sum(min(whole_counts(v["total"], share, v["decimals"])) for share in v["shares"])
    excluded = v["part"] not in whole_counts(v["total"], v["part_share"], v["decimals"])
    return excluded and sum(v["categories"]) == v["part"] and v["total"] - others < v["part"]


def _range(v: Numbers) -> bool:
    if "per" in v:
        return not v["per"][0] * v["times"] <= v["printed_total"] <= v["per"][1] * v["times"]
    known = [whole_counts(v["total"], share, v["decimals"]) for share in v["shares"]]
    if "over" in v:
        return 100.0 * max(known[0]) / (v["total"] - v["missing"]) <= v["over"]
    most_missing = v["total"] - sum(min(k) for k in known)
    return v["printed"][0] < v["full"][0] - most_missing and v["printed"][1] < v["full"][1] - most_missing


def _parts(v: Numbers) -> bool:
    # two parts of one whole: the second is 100 less the first, for every value that prints as the first
    lo, hi = _span(v["first"], v["decimals"])
    steps = 1000
    return all(
        round_half_up(100.0 - (lo + (hi - lo) * i / steps), v["decimals"]) != v["second"]
        for i in range(steps)
    )


def _bound(v: Numbers) -> bool:
    """Largest r of the outcome with one predictor that the betas allow, against the r that p < alpha
    needs."""
    half = 0.5 * 10.0 ** -v["decimals"]
    beta = v["beta"]
    lowest = min(_lowest_phi(p, q) for p in v["shares"][0] for q in v["shares"][1])
    total = beta[v["predictor"]] + half
    for j, b in enumerate(beta):
        if j == v["predictor"]:
            continue
        reach = max(-b + half, 0.0) * -lowest if j == v["pair"] else abs(b) + half
        if j == v["pair"] and b > 0:
            reach = b + half
        total += reach
    return total < critical_r(v["n"], v["alpha"])


def _lowest_phi(p: float, q: float) -> float:
    """Smallest correlation of two binary variables with these shares."""
    both = max(0.0, p + q - 1.0)
    return (both - p * q) / sqrt(p * (1 - p) * q * (1 - q))


RULES: dict[str, Callable[[Numbers], bool]] = {
    "f_and_r2": _f_and_r2,
    "stars": _stars,
    "binary_moments": _binary_moments,
    "no_count": _no_count,
    "sum": _sum,
    "range": _range,
    "parts": _parts,
    "bound": _bound,
}
