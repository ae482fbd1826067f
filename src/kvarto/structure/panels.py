"""Rows of panels in a `kv-layout`: read from what the author wrote, given to whoever writes them."""

from __future__ import annotations

import json
from collections.abc import Mapping

Rows = list[list[float]]
"""Relative widths, row by row; a negative one is a gap, any other the place of a panel."""


def read(text: str) -> Rows:
    """The rows of `layout="[[1,1],[1]]"`, or the one row of `layout="[1,2]"`.

    Raises ValueError where the text is no list of widths (numbers other than 0) with a panel in each row.
    """
    given = json.loads(text)
    rows = given if isinstance(given, list) and given and isinstance(given[0], list) else [given]
    for row in rows:
        if not isinstance(row, list) or not all(_is_width(w) for w in row) or not any(w > 0 for w in row):
            raise ValueError(f"no row of widths: {row!r}")
    return rows


def rows(attributes: Mapping[str, str], count: int) -> Rows:
    """Rows that hold `count` panels, from the attributes of a `kv-layout`: `layout`, else `ncol`.

    Panels that the author's rows have no place for get a row each: nothing that was written goes missing.
    """
    if not attributes.get("layout"):
        columns = int(attributes.get("ncol", "1"))
        return [[1.0] * columns for _ in range(-(-count // columns))]
    given = read(attributes["layout"])
    places = sum(width > 0 for row in given for width in row)
    return [*given, *([1.0] for _ in range(count - places))]


def _is_width(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value != 0
