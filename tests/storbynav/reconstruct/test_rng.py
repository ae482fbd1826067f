"""The random numbers: known values, ranges, independence of streams."""

from __future__ import annotations

import numpy as np
import pytest

from storbynav.reconstruct.rng import bell, below, exponential_table, next_u64, permutation, stream, unit


def test_splitmix64_gives_its_published_sequence() -> None:
    # first outputs of the reference implementation for the state 1234567
    state = np.array([1234567], dtype=np.uint64)
    assert [int(next_u64(state)) for _ in range(3)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


def test_streams_differ_by_seed_and_name() -> None:
    first = {int(stream(seed, name, k)[0]) for seed in range(20) for name in ("a", "b") for k in range(3)}
    assert len(first) == 120


def test_draws_stay_in_range_and_fill_it() -> None:
    state = stream(1, "range")
    drawn = [int(below(state, 7)) for _ in range(5000)]
    assert set(drawn) == set(range(7))
    assert max(abs(drawn.count(k) / 5000 - 1 / 7) for k in range(7)) < 0.02
    units = [float(unit(state)) for _ in range(5000)]
    assert min(units) >= 0 and max(units) < 1
    assert np.mean(units) == pytest.approx(0.5, abs=0.02)


def test_bell_has_mean_zero_and_unit_variance() -> None:
    out = np.zeros(20000)
    bell(stream(2, "bell"), out)
    assert out.mean() == pytest.approx(0, abs=0.03)
    assert out.std() == pytest.approx(1, abs=0.03)


def test_exponential_table_has_unit_mean() -> None:
    table = exponential_table()
    assert table.mean() == pytest.approx(1.0, abs=0.001)
    assert np.all(np.diff(table) < 0)


def test_permutation_holds_every_number_once() -> None:
    assert sorted(permutation(stream(3, "p"), 100)) == list(range(100))
