"""What tests of several pictures ask of their texts."""

from __future__ import annotations

from itertools import combinations

from storbynav.figures.sheet import Sheet


def assert_apart(sheet: Sheet) -> None:
    """No text lies over another."""
    boxes = [(t.x, t.y - 0.66 * t.size, t.x + t.width, t.y, t.text) for t in sheet.texts]
    for (ax, ay, bx, by, a), (cx, cy, dx, dy, b) in combinations(boxes, 2):
        assert bx <= cx or dx <= ax or by <= cy or dy <= ay, f"{a!r} ligger over {b!r}"
