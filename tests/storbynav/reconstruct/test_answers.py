"""Distributions of the questions before the search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from storbynav import paths
from storbynav.reconstruct.answers import category_counts
from storbynav.reconstruct.facts import Item, read
from storbynav.reconstruct.people import ReconstructionError
from storbynav.reconstruct.rounding import round_half_up

ITEMS = read(paths.PUBLISHED).items


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.id)
def test_counts_meet_n_share_mean_and_sd_and_use_every_category(item: Item) -> None:
    counts = category_counts(item)
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
            counts = category_counts(item)
            assert np.all(np.diff(np.sign(np.diff(counts))) <= 0), item.id


def test_a_share_that_no_count_gives_is_refused() -> None:
    item = replace(ITEMS[0], n=7, agree=(50.1, 51.0))
    with pytest.raises(ReconstructionError, match=item.id):
        category_counts(item)


def test_moments_that_no_counts_have_are_refused() -> None:
    item = next(i for i in ITEMS if i.mean is not None)
    with pytest.raises(ReconstructionError, match="SD"):
        category_counts(replace(item, sd=2.4))
