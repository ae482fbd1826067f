"""What numbers tell together: differences and sums that give a hidden one away."""

from __future__ import annotations

import pandas as pd
import pytest

from storbynav.disclosure import Counted, Entry, policy
from storbynav.disclosure.audit import audit, members
from storbynav.survey import Survey

ITEM = "led_folger"


def at(codes: list[int] | None, **groups: object) -> Counted:
    return Counted.make(ITEM, codes, groups)


def found(real: Survey, *, shown: list[Counted], hidden: list[Counted] | None = None) -> list[str]:
    return [str(leak) for leak in audit([Entry("figures", "v2_3", shown, hidden or [])], real, policy())]


@pytest.fixture(scope="module")
def small(real: Survey) -> Counted:
    """Someone of few: an office where one to four disagree wholly."""
    for office in real.offices.index:
        one = at([5], office=office)
        if 0 < members(one, real).sum() < 5:
            return one
    raise AssertionError("no such office")


def test_a_small_number_that_is_shown_is_a_leak_unless_print_has_it(real: Survey, small: Counted) -> None:
    assert "viser et antall under 5" in found(real, shown=[small])[0]
    assert not audit([Entry("figures", "v2_3", known=[small])], real, policy())


def test_a_difference_of_two_shown_numbers(real: Survey, small: Counted) -> None:
    groups = dict(small.groups)
    rest = at([1, 2, 3, 4], **groups)
    leaks = audit([Entry("figures", "v2_3", [rest, at(None, **groups)], [small])], real, policy())
    assert any("skiller seg fra" in str(leak) and leak.withhold == rest for leak in leaks)
    assert any("følger av summer" in str(leak) for leak in leaks)


def test_a_sum_over_all_offices_gives_the_last_one_away(real: Survey, small: Counted) -> None:
    ((_, (office,)),) = small.groups
    others = [at([5], office=o) for o in real.offices.index if o != office]
    nowhere = real.frame["office"].isna() & (real.frame[ITEM] == 5)
    big = [o for o in others if members(o, real).sum() >= 5 or not members(o, real).any()]
    whole = at([5])
    leaks = found(real, shown=[*big, whole], hidden=[small, *(o for o in others if o not in big)])
    assert not [leak for leak in leaks if "følger av summer" in leak], "several are hidden: nothing follows"
    # all others shown, and nobody outside the offices: the last one follows
    everyone = Survey(
        real.frame.mask(nowhere).where(~nowhere, pd.NA) if nowhere.any() else real.frame,
        real.offices,
        real.leaders,
        real.codebook,
        real.provenance,
    )
    leaks = found(everyone, shown=[*others, whole], hidden=[small])
    assert [leak for leak in leaks if "følger av summer" in leak]


def test_numbers_of_many_are_no_leak(real: Survey) -> None:
    assert not found(real, shown=[at([1, 2]), at([1, 2], bg_arbeidsgiver="kommune")])
