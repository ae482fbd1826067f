"""Small cells stay hidden, also from someone who subtracts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from storbynav.stats import StatisticsError, suppress, suppress_frame

tables = st.tuples(st.integers(1, 4), st.integers(1, 5)).flatmap(
    lambda shape: arrays(np.int64, shape, elements=st.integers(0, 25))
)


THRESHOLD = 5


def hidden(counts: list, threshold: int = THRESHOLD, **how: object) -> list:
    return suppress(counts, threshold, **how).astype(int).tolist()  # type: ignore[arg-type]


def test_small_cells_are_hidden_empty_ones_are_not() -> None:
    assert hidden([0, 4, 5, 1], totals=False) == [0, 1, 0, 1]
    assert hidden([0, 4, 5, 1], totals=False, threshold=2) == [0, 0, 0, 1]


def test_the_only_hidden_cell_of_a_line_takes_the_smallest_neighbour_with_it() -> None:
    assert hidden([30, 2, 12, 40]) == [0, 1, 1, 0]
    assert hidden([30, 3, 4, 40]) == [0, 1, 1, 0]
    # 1 + 2 = 3 in two hidden cells is still a group of three that subtraction shows
    assert hidden([30, 1, 2, 40]) == [1, 1, 1, 0]


def test_what_is_known_already_is_never_hidden_and_hides_nobody() -> None:
    assert hidden([3, 20, 30], known=[True, False, False]) == [0, 0, 0]
    assert hidden([30, 2, 12, 40], known=[False, False, True, False]) == [1, 1, 0, 0]
    assert hidden([30, 2], known=[True, False]) == [0, 1]  # nothing is left to hide it behind


def test_rows_and_columns() -> None:
    assert hidden([[3, 20, 30], [10, 20, 30], [7, 8, 9]]) == [[1, 1, 0], [0, 0, 0], [1, 1, 0]]
    assert hidden([[30, 20], [10, 20]]) == [[0, 0], [0, 0]]


def test_an_empty_cell_is_the_last_resort() -> None:
    assert hidden([0, 3, 9]) == [0, 1, 1]
    assert hidden([0, 3, 0]) == [1, 1, 1]


@settings(max_examples=60, deadline=None)
@given(tables)
def test_no_hidden_cell_can_be_worked_out(counts: np.ndarray) -> None:
    """Someone who knows all shown cells and all totals tries each hidden cell by linear programming.

    Where no open cell is left in a line, its total is what must be hidden, and nothing is promised.
    """
    mask = suppress(counts, THRESHOLD)
    assert mask[(counts > 0) & (counts < THRESHOLD)].all()
    cells = [tuple(c) for c in np.argwhere(mask)]
    lines = []
    if counts.shape[1] > 1:
        lines += [[(i, j) for j in range(counts.shape[1])] for i in range(counts.shape[0])]
    if counts.shape[0] > 1:
        lines += [[(i, j) for i in range(counts.shape[0])] for j in range(counts.shape[1])]
    closed = [[c for c in line if c in cells] for line in lines]
    if (
        any(c and len(c) == len(line) for c, line in zip(closed, lines, strict=True))
        or not cells
        or not lines
    ):
        return
    for c in closed:
        assert not c or (len(c) > 1 and sum(counts[i] for i in c) >= THRESHOLD)
    system = np.array([[float(cell in c) for cell in cells] for c in closed])
    totals = [sum(counts[i] for i in c) for c in closed]
    for k in range(len(cells)):
        goal = np.zeros(len(cells))
        goal[k] = 1
        free = [(None, None)] * len(
            cells
        )  # without the bound at 0: is the value fixed by the equations alone?
        least = linprog(goal, A_eq=system, b_eq=totals, bounds=free)
        assert least.status == 3  # unbounded: not fixed


def test_frame() -> None:
    table = pd.DataFrame(
        {
            "office": ["fana"] * 3 + ["sagene"] * 3,
            "answer": [1, 2, 3] * 2,
            "count": [3, 20, 30, 12, 9, 16],
            "share": [3 / 53, 20 / 53, 30 / 53, 12 / 37, 9 / 37, 16 / 37],
        }
    )
    shown = suppress_frame(table, "office", "answer", ["count", "share"], threshold=THRESHOLD)
    assert shown["hidden"].tolist() == [True, True, False, True, True, False]
    assert shown["count"].isna().tolist() == shown["hidden"].tolist() == shown["share"].isna().tolist()
    mixed = table.sample(frac=1, random_state=3)
    shuffled = suppress_frame(mixed, "office", "answer", ["count"], threshold=THRESHOLD)
    assert shuffled.sort_index()["hidden"].tolist() == shown["hidden"].tolist()
    assert table["count"].notna().all()


def test_errors() -> None:
    with pytest.raises(StatisticsError, match="negative"):
        suppress([1, -1], THRESHOLD)
    with pytest.raises(StatisticsError, match="minst 1"):
        suppress([1, 2], threshold=0)
    with pytest.raises(StatisticsError, match="dimensjoner, ikke 3"):
        suppress(np.zeros((2, 2, 2)), THRESHOLD)
    table = pd.DataFrame({"a": [1, 1, 2], "b": [1, 2, 1], "count": [5, 6, 7]})
    with pytest.raises(StatisticsError, match="mangler celler"):
        suppress_frame(table, "a", "b", ["count"], threshold=THRESHOLD)
    with pytest.raises(StatisticsError, match="to ganger"):
        suppress_frame(pd.concat([table, table]), "a", "b", ["count"], threshold=THRESHOLD)
