"""Printed facts as data: what the stages of a reconstruction are given. `reading` makes them from a folder.

Nothing here knows a survey: which people there are, which questions, which tables, is in the folder.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from storbynav.reconstruct.rounding import critical_r

EDGE = 1e-7  # printed intervals are kept off their ends, where rounding rules differ
LEVELS = (0.05, 0.01)  # what one star and two stars mean where a table does not say


@dataclass(frozen=True)
class Variable:
    """A property of the respondents that no search for answers moves.

    `counts`: respondents per category, by code or, for the variable that groups respondents (`ids` not
    empty), by place in `ids`. `by_group`: for a property of the groups, the code of each group (None: the
    variable is the respondents' own).
    """

    id: str
    label: str
    categories: dict[int, str]  # code -> label
    counts: dict[int, int]
    missing: int = 0
    ids: tuple[str, ...] = ()
    by_group: tuple[int | None, ...] | None = None


@dataclass(frozen=True)
class Crosstab:
    """A printed table of two variables: a number for some of the cells, counts or per cent of the row."""

    source: str
    rows: str
    columns: str
    cells: dict[tuple[int, int], tuple[float, float]]  # (row code, column code) -> closed range
    percent: bool


@dataclass(frozen=True)
class Correlation:
    """One printed cell: r, its stars, and the table it stands in (coded as in the survey file)."""

    table: str
    row: str
    col: str
    r: float
    stars: int
    star_known: bool  # False: the printed stars are impossible at this r and any n
    decimals: int = 2
    levels: tuple[float, ...] = LEVELS


@dataclass(frozen=True)
class Predictor:
    """A predictor of a regression; `highest` minus its code where the table codes it the other way."""

    name: str
    reversed: bool = False


@dataclass(frozen=True)
class Regression:
    """One printed row of standardised betas with stars, F, R² and residual degrees of freedom; None where
    not printed."""

    table: str
    dv: str
    predictors: tuple[Predictor, ...]
    beta: tuple[float, ...]
    stars: tuple[int, ...]
    df2: int | None
    f: float | None
    r2: float | None
    levels: tuple[float, ...] = (0.05,)
    beta_decimals: int = 2
    f_decimals: int = 2
    r2_decimals: int = 2


@dataclass(frozen=True)
class Moments:
    """Printed M and SD of a variable; None where not printed."""

    table: str
    variable: str
    mean: float | None
    sd: float | None
    mean_decimals: int = 2
    sd_decimals: int = 3


@dataclass(frozen=True)
class Item:
    """A question: valid n and what is known or chosen of its distribution. Codes run from 1 to `points`."""

    id: str
    n: int
    points: int
    agree: tuple[float, float] | None  # per cent, closed range
    agree_count: int | None
    counts: tuple[int, ...] | None
    mean: float | None  # printed
    sd: float | None  # printed when `mean` is and `sd_printed`, else chosen
    factors: dict[str, float]
    agreeing: tuple[int, ...] = (1, 2)  # codes that count as agreeing, at one end of the scale
    mean_decimals: int = 2
    sd_decimals: int = 3
    sd_printed: bool = True
    label: str = ""
    categories: dict[int, str] = field(default_factory=dict)

    @property
    def battery(self) -> str:
        """Questions whose ids begin alike stood together in the questionnaire."""
        return self.id.split("_")[0]


@dataclass(frozen=True)
class Facts:
    """All inputs of a reconstruction."""

    folder: Path
    plan: dict[str, Any]
    items: tuple[Item, ...]
    correlations: tuple[Correlation, ...]
    regressions: tuple[Regression, ...]
    moments: tuple[Moments, ...]
    variables: tuple[Variable, ...]  # empty where `plan["design"]` names a stage that makes people itself
    crosstabs: tuple[Crosstab, ...]
    inputs: tuple[str, ...]  # names of the files read, in order
    seed: int

    def item(self, name: str) -> Item:
        """The item called `name`."""
        return next(item for item in self.items if item.id == name)


def half_interval(value: float, decimals: int) -> tuple[float, float]:
    """The open interval of numbers that print as `value` with so many decimals, kept off its ends."""
    half = float(
        f"5e-{decimals + 1}"
    )  # read, not computed: a power may differ in its last bit between libraries
    return value - half + EDGE, value + half - EDGE


def counted_interval(value: float, decimals: int, n: int, unit: float = 100.0) -> tuple[float, float]:
    """The interval of a printed share (`unit` 100) or mean (`unit` 1) of `n` whole numbers.

    As `half_interval`; where only a number exactly half way fits (78 of 160 is 48.75), which prints upwards,
    that one belongs to it.
    """
    lo, hi = half_interval(value, decimals)
    if np.floor(hi * n / unit) >= np.ceil(lo * n / unit):
        return lo, hi
    return lo - 2 * EDGE, hi


def star_interval(stars: int, n: int, levels: tuple[float, ...]) -> tuple[float, float]:
    """Range of |r| that earns so many stars with `n` pairs, kept off its ends."""
    margin = 2e-5
    low = critical_r(n, levels[stars - 1]) if stars else 0.0
    high = critical_r(n, levels[stars]) if stars < len(levels) else 1.0
    return low + (margin if low > 0 else 0.0), high - margin


def r_interval(cell: Correlation, n: int) -> tuple[float, float]:
    """Range of r that prints as the cell does, stars included, at pairwise `n`."""
    lo, hi = half_interval(cell.r, cell.decimals)
    if not cell.star_known:
        return lo, hi
    size_lo, size_hi = star_interval(cell.stars, n, cell.levels)
    if cell.stars == 0:
        return max(lo, -size_hi), min(hi, size_hi)
    if cell.r >= 0:
        return max(lo, size_lo), min(hi, size_hi)
    return max(lo, -size_hi), min(hi, -size_lo)
