"""Which cells of a table must be hidden, so that no small one is seen or can be worked out from totals.

Pure arithmetic on counts: what is protected, from which number on, and where, is the policy of
``data/disclosure.yml`` (`storbynav.disclosure`). An empty cell is never hidden for its own sake: there is
nobody in it to recognise, as is usual in official statistics.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from storbynav.stats._common import StatisticsError, columns_of

Mask = npt.NDArray[np.bool_]
Cell = tuple[int, ...]


def suppress(
    counts: npt.ArrayLike, threshold: int, totals: bool = True, known: npt.ArrayLike | None = None
) -> Mask:
    """Which cells of a table of counts must be hidden.

    A cell is hidden where 0 < count < `threshold` (nobody is seen in an empty cell). With `totals` the
    totals of rows and columns are taken to be shown: further cells, the smallest first, are hidden until no
    hidden cell can be worked out from what is shown, and no line's hidden cells add up to less than
    `threshold`. A total that is itself below the threshold is for the caller to hide.

    Parameters
    ----------
    counts
        Shape (k,) for one row of counts with a total, or (rows, columns).
    known
        Cells of the same shape that everyone knows already: they are never hidden, and hide nobody.

    Returns
    -------
    A mask of the same shape, True = hide.

    Raises
    ------
    StatisticsError
        Negative counts, more than two dimensions, or a threshold below 1.
    """
    table = np.asarray(counts)
    if table.ndim not in (1, 2):
        raise StatisticsError(f"En tabell har én eller to dimensjoner, ikke {table.ndim}.")
    if threshold < 1:
        raise StatisticsError(f"Terskelen må være minst 1, ikke {threshold}.")
    if (table < 0).any():
        raise StatisticsError("Antall kan ikke være negative.")
    fixed: Mask = np.zeros(table.shape, dtype=bool) if known is None else np.asarray(known, dtype=bool)
    hidden: Mask = (table > 0) & (table < threshold) & ~fixed
    if not totals:
        return hidden
    # a known cell is no part of the sum of those that can be hidden
    lines = [[cell for cell in line if not fixed[cell]] for line in _lines(table.shape)]
    while (cell := _next_to_hide(table, hidden, lines, threshold)) is not None:
        hidden[cell] = True
    return hidden


def _lines(shape: tuple[int, ...]) -> list[list[Cell]]:
    """The cells that share a total: each row, and in two dimensions each column."""
    if len(shape) == 1:
        return [[(i,) for i in range(shape[0])]]
    rows: list[list[Cell]] = [[(i, j) for j in range(shape[1])] for i in range(shape[0])]
    columns: list[list[Cell]] = [[(i, j) for i in range(shape[0])] for j in range(shape[1])]
    # in a table of one row or column, the other direction's totals would be the cells themselves
    return (rows if shape[1] > 1 else []) + (columns if shape[0] > 1 else [])


def _next_to_hide(table: np.ndarray, hidden: Mask, lines: list[list[Cell]], threshold: int) -> Cell | None:
    """The smallest open cell of a line that gives a hidden one away; empty cells come last."""
    parts = [([c for c in line if hidden[c]], [c for c in line if not hidden[c]]) for line in lines]
    parts = [(closed, open_cells) for closed, open_cells in parts if closed and open_cells]
    # lines that are too open by themselves come first: mending them usually mends the rest
    wanting = [o for closed, o in parts if len(closed) == 1 or sum(table[c] for c in closed) < threshold]
    if not wanting:
        fixed = set(_determined(hidden, lines))
        wanting = [open_cells for closed, open_cells in parts if fixed.intersection(closed)]
    if not wanting:
        return None
    return min(wanting[0], key=lambda cell: (table[cell] == 0, table[cell], cell))


def _determined(hidden: Mask, lines: list[list[Cell]]) -> list[Cell]:
    """Hidden cells that the line totals fix exactly.

    Each line says what its hidden cells add up to. A cell is fixed when its column of that system of
    equations is independent of all the others: no other hidden cells can give way for it.
    """
    cells: list[Cell] = [tuple(int(i) for i in cell) for cell in np.argwhere(hidden)]
    if not cells:
        return []
    system = np.array([[float(cell in line) for cell in cells] for line in map(set, lines)])
    rank = np.linalg.matrix_rank(system)
    return [
        cell
        for k, cell in enumerate(cells)
        if len(cells) == 1 or np.linalg.matrix_rank(np.delete(system, k, axis=1)) < rank
    ]


def suppress_frame(
    table: pd.DataFrame,
    row: str,
    column: str,
    values: Sequence[str],
    *,
    threshold: int,
    count: str = "count",
) -> pd.DataFrame:
    """A tidy table (one row per cell) with `values` NaN where the cell must be hidden, and a column `hidden`.

    Raises `StatisticsError` where a cell is missing or there twice: what is not in the table cannot be
    protected.
    """
    columns_of(table, [row, column, count, *(v for v in values if v != count)])
    if table.duplicated([row, column]).any():
        raise StatisticsError("En celle står to ganger i tabellen.")
    rows: list[Hashable] = list(dict.fromkeys(table[row]))
    columns: list[Hashable] = list(dict.fromkeys(table[column]))
    if len(table) != len(rows) * len(columns):
        raise StatisticsError("Tabellen mangler celler; ta med de tomme.")
    square = table.pivot(index=row, columns=column, values=count).reindex(index=rows, columns=columns)
    mask = suppress(square.to_numpy(), threshold)
    at = [mask[rows.index(r), columns.index(c)] for r, c in zip(table[row], table[column], strict=True)]
    result = table.assign(hidden=np.array(at, dtype=bool))
    result[list(values)] = result[list(values)].astype(np.float64).mask(result["hidden"])
    return result
