"""Distributions of the questions before the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from storbynav import paths
from storbynav.reconstruct.distribution import Shape, _bell_shape, category_counts
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Item
from storbynav.reconstruct.reading import read
from storbynav.reconstruct.rounding import round_half_up

FACTS = read(paths.PUBLISHED)
ITEMS, SEED, MODEL = FACTS.items, FACTS.seed, FACTS.plan["model"]
UNEVEN = Shape(float(MODEL["unevenness"]), int(MODEL["fewest"]))
FREE = [item for item in ITEMS if item.counts is None and item.mean is None]


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_counts_meet_n_share_mean_and_sd_and_use_every_category(item: Item) -> None:
    counts = category_counts(item, SEED, UNEVEN)
    assert counts.sum() == item.n
    assert len(counts) == item.points
    assert counts.min() >= 3
    share = 100 * counts[:2].sum() / item.n
    if item.agree:
        assert item.agree[0] - 1e-6 <= share <= item.agree[1] + 1e-6
    if item.agree_count:
        assert counts[:2].sum() == item.agree_count
    if item.mean is not None and item.sd is not None:
        values = np.repeat(np.arange(1, 6), counts)
        assert round_half_up(values.mean(), 2) == item.mean
        assert round_half_up(values.std(ddof=1), 3) == item.sd


def test_no_item_has_a_hole_or_two_peaks_far_apart() -> None:
    for item in ITEMS:
        if item.points == 5 and item.mean is None:
            counts = category_counts(item, SEED, UNEVEN)
            assert np.all(np.diff(np.sign(np.diff(counts))) <= 0), item.id


def distance_from_bell(item: Item, counts: np.ndarray) -> float:
    """Pearson's chi-square of counts against the bell that they are drawn from."""
    expected = _bell_shape(item.points, 2, counts[:2].sum() / item.n, item.sd) * item.n
    return float(((counts - expected) ** 2 / expected).sum())


def test_distributions_are_drawn_and_not_the_bell_itself() -> None:
    # chance alone gives 1 or 2 for the two or three free shares; the bell itself gave 0.0
    apart = [distance_from_bell(item, category_counts(item, SEED, UNEVEN)) for item in FREE]
    assert np.median(apart) > 1.0
    without = [distance_from_bell(item, category_counts(item, SEED, Shape(0.0, 5))) for item in FREE]
    assert 0.5 < np.mean(without) < 4.0


def test_another_seed_draws_other_counts_and_the_same_seed_the_same() -> None:
    item = FREE[0]
    first = category_counts(item, SEED, UNEVEN)
    np.testing.assert_array_equal(first, category_counts(item, SEED, UNEVEN))
    drawn = {tuple(category_counts(item, seed, UNEVEN)) for seed in range(10)}
    assert len(drawn) == 10
    assert len({c[0] + c[1] for c in drawn}) > 3  # the agreeing count too is drawn from what prints alike


def test_a_share_that_no_count_gives_is_refused() -> None:
    item = replace(ITEMS[0], n=7, agree=(50.1, 51.0))
    with pytest.raises(ReconstructionError, match=item.id):
        category_counts(item, SEED, UNEVEN)


def test_moments_that_no_counts_have_are_refused() -> None:
    item = next(i for i in ITEMS if i.mean is not None)
    with pytest.raises(ReconstructionError, match="SD"):
        category_counts(replace(item, sd=2.4), SEED, UNEVEN)
