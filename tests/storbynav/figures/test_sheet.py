"""What is put on a sheet is drawn where it was put, in points, whatever the format."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from storbynav.figures import style
from storbynav.figures.sheet import RULE, Sheet

VARIANT = style.Variant("try", 100, text=10, small=9, beside=True, margin=20)
BLUE, RED = "#0000ff", "#ff0000"


@pytest.fixture
def sheet() -> Sheet:
    sheet = Sheet(VARIANT)
    sheet.box(0, 0, 50, 10, BLUE)
    sheet.box(0, 20, 50, 10, BLUE, RED)
    sheet.rule(60, 0, 30)
    sheet.stem(0, 100, 40, 6, RED)
    sheet.dot(80, 20, 5, BLUE, filled=True)
    sheet.dot(95, 20, 5, BLUE, filled=False)
    sheet.text(0, 60, "Øyer", 10, weight=600, colour=RED)
    sheet.y = 80
    return sheet


def svg(sheet: Sheet) -> ET.Element:
    out = io.BytesIO()
    with style.drawing():
        sheet.figure().savefig(out, format="svg")
    return ET.fromstring(re.sub(r' xmlns="[^"]+"', "", out.getvalue().decode(), count=1))


def png(sheet: Sheet, dpi: int) -> np.ndarray:
    out = io.BytesIO()
    with style.drawing():
        sheet.figure().savefig(out, format="png", dpi=dpi, facecolor="white")
    return np.asarray(Image.open(out).convert("RGB")).astype(int)


def test_everything_is_in_the_svg_in_points_from_the_corner_of_the_margin(sheet: Sheet) -> None:
    root = svg(sheet)
    assert (root.attrib["width"], root.attrib["height"]) == ("140pt", "120pt")
    shapes = {
        (path.attrib["style"], tuple(float(n) for n in re.findall(r"-?[\d.]+", path.attrib["d"])[:4]))
        for path in root.iter("path")
    }
    assert (f"fill: {BLUE}", (20, 20, 70, 20)) in shapes
    outline = f"fill: {BLUE}; stroke: {RED}; stroke-width: 0.9; stroke-linejoin: miter"
    assert (outline, (20.45, 40.45, 69.55, 40.45)) in shapes
    assert (f"fill: none; stroke: {style.LINE}; stroke-width: {RULE}", (80, 20, 80, 50)) in shapes
    assert (f"fill: none; stroke: {RED}; stroke-width: 6", (20, 60, 120, 60)) in shapes
    (text,) = root.iter("text")
    assert text.text == "Øyer"
    assert {"font-weight: 600", "font-size: 10px", f"fill: {RED}"} <= set(text.attrib["style"].split("; "))
    assert text.attrib["transform"] == "translate(20 83.3)"


@pytest.mark.parametrize("dpi", [72, 144])
def test_the_png_shows_the_same_at_its_resolution(sheet: Sheet, dpi: int) -> None:
    page, scale = png(sheet, dpi), dpi // 72
    assert page.shape == (120 * scale, 140 * scale, 3)

    def at(x: float, y: float) -> str:
        return "#{:02x}{:02x}{:02x}".format(*page[round((y + 20) * scale), round((x + 20) * scale)])

    assert at(25, 5) == at(25, 25) == BLUE
    assert at(80, 20) == BLUE
    assert at(95, 20) == "#ffffff"
    stem = (page[:, (20 + 30) * scale] == (255, 0, 0)).all(axis=1)
    assert stem[70 * scale :].sum() == 0
    assert stem[55 * scale : 70 * scale].sum() == pytest.approx(6 * scale, abs=1)
    words = page[(20 + 55) * scale : (20 + 66) * scale, 20 * scale : 45 * scale]
    assert ((words[..., 0] == 255) & (words[..., 1] < 128)).sum() > 20
