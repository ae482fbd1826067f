"""Numbers and text for Norwegian readers."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storbynav import formatting as f

finite = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)
places = st.integers(min_value=0, max_value=4)


@pytest.mark.parametrize(
    ("value", "decimals", "expected"),
    [
        (Fraction(1, 8), 2, "0.13"),
        (Fraction(-1, 8), 2, "-0.13"),
        (0.285, 2, "0.29"),  # a float below the tie in binary
        (1.005, 2, "1.01"),
        (2.5, 0, "3"),
        (-2.5, 0, "-3"),
        (Decimal("0.045"), 2, "0.05"),
        (np.float64(0.4649999999999999), 2, "0.47"),  # binary noise of 0.465
        (0.46499, 2, "0.46"),
        (58.75, 1, "58.8"),
        (7, 1, "7.0"),
        (-0.004, 2, "0.00"),
        (Fraction(-1, 1000), 2, "0.00"),
    ],
)
def test_rounds_half_up_away_from_zero(value: float, decimals: int, expected: str) -> None:
    assert str(f.half_up(value, decimals)) == expected


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6), places)
def test_rounding_a_fraction_is_exact(count: int, total: int, decimals: int) -> None:
    value = Fraction(count, total)
    rounded = Fraction(f.half_up(value, decimals))
    half = Fraction(1, 2 * 10**decimals)
    assert abs(rounded - value) <= half
    if abs(rounded - value) == half:
        assert abs(rounded) > abs(value)


@given(finite, places)
def test_a_float_and_its_decimal_notation_round_alike(value: float, decimals: int) -> None:
    assert f.half_up(round(value, 6), decimals) == f.half_up(Decimal(repr(round(value, 6))), decimals)


@pytest.mark.parametrize("value", [math.nan, math.inf, Decimal("NaN")])
def test_refuses_what_is_no_number(value: float) -> None:
    with pytest.raises(ValueError, match="ikke et endelig tall"):
        f.half_up(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f.number(3098), "3\u202f098"),
        (f.number(1234567.891, 1), "1\u202f234\u202f567,9"),
        (f.number(-0.32, 2), "\u22120,32"),
        (f.number(997), "997"),
        (f.whole_or(Fraction(36), 1), "36"),
        (f.whole_or(Fraction("36.05"), 1), "36,1"),
        (f.percent(58.763, 1), "58,8\u00a0%"),
        (f.percent(Fraction(100 * 355, 987), 0), "36\u00a0%"),
        (f.statistic(0.32, stars="**"), ",32**"),
        (f.statistic(-0.19, stars="*"), "\u2212,19*"),
        (f.statistic(-0.001), ",00"),
        (f.statistic(1.63), "1,63"),
        (f.statistic(0.4821, 3), ",482"),
        (f.p_value(0.0004), "p\u00a0<\u00a0,001"),
        (f.p_value(0.032), "p\u00a0=\u00a0,032"),
        (f.p_value(1.0), "p\u00a0=\u00a01,000"),
        (f.interval(972, 985), "972–985"),
        (f.interval(841, 841), "841"),
        (f.interval(-2, 3), "\u22122\u00a0til\u00a03"),
        (f.interval(1.04, 1.01, 1), "1,0"),
        (f.sample_size(987), "n\u00a0=\u00a0987"),
        (f.sample_size(972, 985), "n\u00a0=\u00a0972–985"),
        (f.listing([]), ""),
        (f.listing(["a"]), "a"),
        (f.listing(["a", "b"]), "a og b"),
        (f.listing(["a", "b", "c"]), "a, b og c"),
        (f.listing(["a", "b", "c"], "eller"), "a, b eller c"),
        (f.number_word(0), "null"),
        (f.number_word(10), "ti"),
        (f.number_word(13), "13"),
        (f.sentence("én leder"), "Én leder"),
        (f.sentence(""), ""),
        (f.lower_first("Stor (Oslo)"), "stor (Oslo)"),
        (f.lower_first("NAV-kontoret"), "NAV-kontoret"),
        (f.lower_first("I alt"), "i alt"),
    ],
)
def test_reads_as_norwegian(text: f.Text, expected: str) -> None:
    assert str(text) == expected
    assert isinstance(text, f.Text)


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [(68.2, 10, 70), (65, 10, 70), (Fraction(1299, 20), 10, 60), (33.3, 5, 35), (-5, 10, -10)],
)
def test_nearest_rounds_to_a_multiple(value: float, step: int, expected: int) -> None:
    assert f.nearest(value, step) == expected


def test_nearest_refuses_a_step_below_one() -> None:
    with pytest.raises(ValueError, match="minst 1"):
        f.nearest(5, 0)


@given(finite, places)
def test_a_number_has_no_ascii_minus_point_or_space(value: float, decimals: int) -> None:
    text = str(f.number(value, decimals))
    assert not set("-. ") & set(text)
    back = text.replace(f.THIN_SPACE, "").replace(",", ".").replace(f.MINUS, "-")
    assert Decimal(back) == f.half_up(value, decimals)
    assert not text.startswith(f.MINUS) or Decimal(back) != 0


def test_text_keeps_hard_spaces_and_escapes_markup() -> None:
    assert f.percent(58.8)._repr_markdown_() == "58,8\u00a0%"
    assert f.statistic(0.32, stars="**")._repr_markdown_() == r",32\*\*"
    assert f.Text("p < ,05 [a]")._repr_markdown_() == r"p \< ,05 \[a\]"


def test_markdown_is_shown_as_it_stands() -> None:
    assert f.Markdown("![](a.svg)")._repr_markdown_() == "![](a.svg)"


@given(st.text(alphabet="ab*_`[]<>$~^#|\\{}@ ", max_size=30))
def test_escaping_can_be_undone(text: str) -> None:
    import re

    assert re.sub(r"\\(.)", r"\1", f.escape_markdown(text)) == text
