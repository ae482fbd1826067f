from __future__ import annotations

import pytest

from kvarto.structure.numbers import Counters, written


@pytest.mark.parametrize(
    ("n", "style", "shown"),
    [
        (1, "arabic", "1"),
        (2, "alpha a", "b"),
        (27, "alpha a", "aa"),
        (3, "alpha A", "C"),
        (4, "roman i", "iv"),
        (9, "roman I", "IX"),
    ],
)
def test_styles(n: int, style: str, shown: str) -> None:
    assert written(n, style) == shown


def test_kinds_count_by_themselves() -> None:
    count = Counters("V2", {"tbl-labels": "alpha A"})
    assert [count.next("fig"), count.next("tbl"), count.next("fig")] == ["V2.1", "V2.A", "V2.2"]
    assert [count.section(2), count.section(3), count.section(2), count.section(3)] == [
        "V2.1",
        "V2.1.1",
        "V2.2",
        "V2.2.1",
    ]


def test_without_a_chapter_number() -> None:
    count = Counters("", {})
    assert (count.next("fig"), count.section(2)) == ("1", "")
