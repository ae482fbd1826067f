"""The rules: what agrees passes, what is planted is found."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from storbynav.published import printed_as
from storbynav.statcheck import rules


@pytest.mark.parametrize(
    ("f", "r2", "right"), [("9.47", "0.08", True), ("9.47", "0.09", False), ("3.48", "0.02", True)]
)
def test_f_and_r_squared(f: str, r2: str, right: bool) -> None:
    df2 = 513 if f == "9.47" else 915
    assert (rules.r_squared(Decimal(f), 5, df2, Decimal(r2)) == "") == right


@settings(max_examples=60, deadline=None)
@given(st.floats(0.5, 30), st.integers(40, 1500), st.integers(1, 8))
def test_a_true_r_squared_always_passes(f: float, df2: int, df1: int) -> None:
    r2 = df1 * f / (df1 * f + df2)
    assert rules.r_squared(printed_as(f, 2), df1, df2, printed_as(r2, 2)) == ""


def test_p_of_r_is_scipys() -> None:
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(2, 60))
    r, p = scipy_stats.pearsonr(x, y)
    assert rules.p_of_r(r, 60) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize(
    ("r", "stars", "fewest", "most", "says"),
    [
        ("0.04", "**", None, 997, "har ikke p < ,01"),
        ("0.04", "", 800, 997, ""),
        ("0.30", "", 800, 997, "har p < ,05 allerede"),
        ("0.30", "*", 800, 997, "har p < ,01 allerede"),
        ("0.30", "**", 800, 997, ""),
        ("0.30", "", None, 997, ""),  # a leader item: n may be 37
        ("-0.00", "", 800, 997, ""),
        ("-0.08", "*", 550, 997, ""),
    ],
)
def test_stars(r: str, stars: str, fewest: int | None, most: int, says: str) -> None:
    reason = rules.stars(Decimal(r), stars, fewest, most, (0.05, 0.01))
    assert says in reason
    assert bool(reason) == bool(says)


def test_percentages_of_whole_people() -> None:
    assert rules.percentage(Decimal("36.1"), [991]) == ""
    assert "ingen av n = 24" in rules.percentage(Decimal("36.1"), [24])
    # Figur 16 in the order of its legend: 65.0 per cent of 267 to 273 people does not exist
    assert rules.percentage(Decimal("65.0"), range(267, 274)) != ""
    assert rules.percentage(Decimal("65.0"), range(284, 290)) == ""


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 5), min_size=5, max_size=60).filter(lambda a: len(set(a)) > 1))
def test_real_answers_pass_grim_and_grimmer(answers: list[int]) -> None:
    n = len(answers)
    mean = printed_as(sum(answers) / n, 2)
    sd = printed_as(float(np.std(answers, ddof=1)), 3)
    assert rules.grim(mean, n) == ""
    assert rules.grimmer(mean, sd, n, 1, 5) == ""


def test_grim_finds_a_mean_that_no_sum_gives() -> None:
    assert "ingen sum av 25 hele svar" in rules.grim(Decimal("3.47"), 25)
    assert rules.grim(Decimal("3.48"), 25) == ""


def test_grimmer_finds_a_spread_that_no_answers_have() -> None:
    # the leader item of Tabell 4 has M 2.46 and SD .691: 37 of 1 to 3 is the only n of 30 to 52
    fitting = [n for n in range(30, 53) if not rules.grimmer(Decimal("2.46"), Decimal("0.691"), n, 1, 3)]
    assert fitting == [37]
    assert "ingen 37 svar fra 1 til 3" in rules.grimmer(Decimal("2.46"), Decimal("0.692"), 37, 1, 3)


def test_grimmer_against_trying_everything() -> None:
    """No real set of answers is accused, and hardly any impossible one passes."""
    n, low, high = 7, 1, 4
    possible = set()
    for a in range(n + 1):
        for b in range(n + 1 - a):
            for c in range(n + 1 - a - b):
                answers = [1] * a + [2] * b + [3] * c + [4] * (n - a - b - c)
                mean, sd = float(np.mean(answers)), float(np.std(answers, ddof=1))
                possible.add((printed_as(mean, 2), printed_as(sd, 2)))
    tried = {(mean, Decimal(i).scaleb(-2)) for mean, _ in possible for i in range(180)}
    passed = {(mean, sd) for mean, sd in tried if not rules.grimmer(mean, sd, n, low, high)}
    assert possible <= passed
    assert len(passed - possible) < 0.01 * len(tried)


def test_two_valued_variables() -> None:
    assert "M = 1,639" in rules.two_values(Decimal("1.63"), Decimal("0.482"), (1, 2), 991, Decimal("36.1"))
    k, n = 358, 991
    sd = math.sqrt(k * (n - k) / n / (n - 1))
    assert rules.two_values(printed_as(2 - k / n, 2), printed_as(sd, 3), (1, 2), n, Decimal("36.1")) == ""
    # 41.8 and 56.6 per cent: the printed SD ,495 agrees, with n - 1 (D073)
    assert rules.two_values(Decimal("1.57"), Decimal("0.495"), (1, 2), 981, Decimal("42.5")) == ""


def test_groups_and_sums() -> None:
    assert "65,0 og 71,1" in rules.between((33.3, 37.0), [Decimal("65"), Decimal("71.1")])
    assert rules.between((60.0, 66.0), [Decimal("65"), Decimal("71.1")]) == ""
    assert rules.total([Decimal("52"), Decimal("90")], Decimal("132")) == "52 + 90 = 142, ikke 132"
    assert rules.total([Decimal("52"), Decimal("80")], Decimal("132")) == ""
    assert rules.total([Decimal("87.8"), Decimal("98.1")], Decimal("186")) == ""
