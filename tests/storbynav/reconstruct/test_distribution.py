"""Distributions of the questions before the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from storbynav import paths
from storbynav.reconstruct.distribution import Shape, _bell_shape, category_counts
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Item, counted_interval
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


def other(points: int, agreeing: tuple[int, ...], **told: object) -> Item:
    """A question of another survey."""
    base = {"agree": None, "agree_count": None, "counts": None, "mean": None, "sd": 1.0, "factors": {}}
    return Item(id="x", n=200, points=points, agreeing=agreeing, **(base | told))  # type: ignore[arg-type]


@pytest.mark.parametrize("points", [2, 3, 4, 6, 7, 10])
def test_scales_of_other_lengths_meet_printed_moments(points: int) -> None:
    rng = np.random.default_rng(points)
    truth = rng.integers(1, points + 1, size=200)
    share = 100 * float((truth <= 1).mean())
    mean, sd = round_half_up(truth.mean(), 2), round_half_up(truth.std(ddof=1), 2)
    item = other(points, (1,), agree=(share - 0.01, share + 0.01), mean=mean, sd=sd, sd_decimals=2)
    counts = category_counts(item, 3, Shape())
    values = np.repeat(np.arange(1, points + 1), counts)
    assert len(values) == 200 and counts[0] == (truth == 1).sum()
    assert round_half_up(values.mean(), 2) == mean
    assert round_half_up(values.std(ddof=1), 2) == sd


def test_a_mean_alone_is_met_near_the_chosen_spread() -> None:
    counts = category_counts(other(5, (1, 2), mean=2.31, sd=1.1, sd_printed=False), 3, Shape())
    values = np.repeat(np.arange(1, 6), counts)
    assert round_half_up(values.mean(), 2) == 2.31
    assert 0.9 * 1.1 <= values.std(ddof=1) <= 1.1 * 1.1


def test_agreement_may_be_the_upper_end_of_the_scale() -> None:
    counts = category_counts(other(5, (4, 5), agree_count=150), 3, Shape())
    assert counts[3:].sum() == 150 and counts.sum() == 200
    moments = other(5, (4, 5), agree_count=150, mean=3.91, sd=1.02, sd_decimals=2)
    values = np.repeat(np.arange(1, 6), category_counts(moments, 3, Shape()))
    assert (values >= 4).sum() == 150
    assert (round_half_up(values.mean(), 2), round_half_up(values.std(ddof=1), 2)) == (3.91, 1.02)


def test_a_share_exactly_half_way_prints_upwards() -> None:
    lo, hi = counted_interval(48.8, 1, 160)
    assert lo <= 48.75 < hi  # 78 of 160
    assert counted_interval(48.8, 1, 1000)[0] > 48.75  # 488 of 1000 fits without it
