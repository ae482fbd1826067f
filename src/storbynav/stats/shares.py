"""Shares of answers, overall and by group, with Wilson intervals; frequencies of all categories.

Shares are proportions (0–1) of the valid answers; missing answers are in neither numerator nor denominator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from storbynav.stats._common import Floats, StatisticsError, Values, columns_of, normal_quantile, valid


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `n` valid answers; `share`, `low`, `high` are proportions, NaN where `n` is 0."""

    n: int
    count: int
    share: float
    low: float
    high: float


def wilson(count: npt.ArrayLike, n: npt.ArrayLike, level: float = 0.95) -> tuple[Floats, Floats]:
    """Wilson's score interval of `count` in `n`.

    Unlike the usual interval (share ± z·se) it stays within 0 and 1 and holds its level at small n and at
    shares near 0 or 1. Shapes broadcast; NaN where n is 0. Raises `StatisticsError` where count is not
    within 0 and n.
    """
    k, size = np.asarray(count, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if np.any((k < 0) | (k > size)):
        raise StatisticsError("Antallet må ligge mellom 0 og n.")
    z = normal_quantile(level)
    with np.errstate(invalid="ignore", divide="ignore"):
        share = k / size
        shrink = 1 + z**2 / size
        centre = (share + z**2 / (2 * size)) / shrink
        half = z / shrink * np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    low = np.where(k == 0, 0.0, centre - half)  # exactly 0 and 1 at the ends, without rounding error
    high = np.where(k == size, 1.0, centre + half)
    return np.where(size > 0, low, np.nan), np.where(size > 0, high, np.nan)


def share(answers: Values, codes: Sequence[float], level: float = 0.95) -> Share:
    """The share of valid answers that are one of `codes` (numbers in the text; Figur 4–6)."""
    given = valid(answers)
    count = int(np.isin(given, list(codes)).sum())
    low, high = wilson(count, len(given), level)
    return Share(len(given), count, count / len(given) if len(given) else np.nan, float(low), float(high))


def agreement(
    frame: pd.DataFrame,
    items: Mapping[str, Sequence[float]],
    by: str | None = None,
    groups: Sequence[float | str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Agreement with several items, overall or by group (Figur 4, 5, 7–16, 18–24; Vedlegg 2 Figur 3–10).

    Parameters
    ----------
    items
        Column → the codes that count as agreeing.
    by, groups
        A column that splits the respondents and the values to show, in order (all that occur by default, in
        ascending order). Respondents without a value in `by` are in no group.

    Returns
    -------
    Tidy frame, one row per item and group: `item`, `group` (absent without `by`), `n`, `count`, `share`,
    `low`, `high`. A group without valid answers has n 0 and NaN.

    Raises
    ------
    StatisticsError
        Unknown column, or an item without codes.
    """
    columns_of(frame, list(items))
    for item, codes in items.items():
        if not list(codes):
            raise StatisticsError(f"{item} har ingen koder å telle.")
    rows = []
    for item, codes in items.items():
        for group, part in _parts(frame, by, groups):
            found = share(part[item], codes, level)
            key = {"item": item} if by is None else {"item": item, "group": group}
            rows.append(
                {
                    **key,
                    "n": found.n,
                    "count": found.count,
                    "share": found.share,
                    "low": found.low,
                    "high": found.high,
                }
            )
    return pd.DataFrame(rows)


def _parts(
    frame: pd.DataFrame, by: str | None, groups: Sequence[float | str] | None
) -> list[tuple[float | str | None, pd.DataFrame]]:
    if by is None:
        if groups is not None:
            raise StatisticsError("groups sier hvilke grupper av by som skal vises; by mangler.")
        return [(None, frame)]
    columns_of(frame, [by])
    chosen = sorted(frame[by].dropna().unique()) if groups is None else list(groups)
    return [(group, frame[frame[by] == group]) for group in chosen]


def frequencies(answers: Values, codes: Sequence[float], level: float = 0.95) -> pd.DataFrame:
    """The distribution over all categories (Figur 2, 3, 17; the sample).

    Parameters
    ----------
    codes
        Every code of the scale, in order; those that nobody chose are shown with 0.

    Returns
    -------
    One row per code: `code`, `n` (valid answers, the same in every row), `count`, `share`, `low`, `high`.

    Raises
    ------
    StatisticsError
        An answer that is not one of `codes`: shares would not add up to 1.
    """
    given = valid(answers)
    strange = np.setdiff1d(given, np.asarray(codes, dtype=np.float64))
    if len(strange):
        raise StatisticsError(f"Koden {strange[0]:g} er ikke en av {', '.join(f'{c:g}' for c in codes)}.")
    counts = np.array([(given == code).sum() for code in codes], dtype=np.int64)
    low, high = wilson(counts, np.full(len(counts), len(given)), level)
    return pd.DataFrame(
        {
            "code": list(codes),
            "n": len(given),
            "count": counts,
            "share": counts / len(given) if len(given) else np.nan,
            "low": low,
            "high": high,
        }
    )
