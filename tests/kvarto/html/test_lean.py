"""Leaner SVG is the same picture."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from kvarto.html.lean import lean

SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 20">
 <g>
  <g>
   <path d="M 0.123456 1.8375
L 12 1.8375
L 12 10.8375
L 0.123456 10.8375
z
" style="fill: #55626b"/>
  </g>
  <g clip-path="url(#a)"><path d="M 1 2 L 3 4.000001 C 1 1 2 2 3 3"/></g>
 </g>
 <g><text x="-0.001" y="2.5" style="font-family: Sans; font-size: 9px; text-anchor: start; fill: #111">en <tspan>to</tspan> tre</text></g>
 <g><text style="font-family: Sans; font-size: 10px; text-anchor: end">to</text></g>
</svg>"""  # noqa: E501 - one line of text as matplotlib writes it


def leaned(svg: str) -> ET.Element:
    root = ET.fromstring(svg)
    lean(root)
    return root


def test_groups_that_say_nothing_go_and_the_order_stays() -> None:
    root = leaned(SVG)
    names = [el.tag.rpartition("}")[2] for el in root]
    assert names == ["path", "g", "text", "text"], "the clipped group stays, drawing order too"


def test_paths_are_short_and_the_same() -> None:
    first, second = [el.get("d") for el in leaned(SVG).iter() if "d" in el.attrib]
    assert first == "M0.12 1.84H12V10.84H0.12z"
    assert second == "M1 2L3 4C1 1 2 2 3 3"
    slanted = leaned('<svg><path d="M 0 0 L 2 1 L 2 3 L 0 3 z"/></svg>')
    assert slanted[0].get("d") == "M0 0L2 1L2 3L0 3z", "no rectangle"


def test_what_all_texts_say_is_said_once() -> None:
    root = leaned(SVG)
    assert root.get("style") == "font-family:Sans"
    assert [el.get("style") for el in root.iter() if el.tag.endswith("text")] == [
        "font-size:9px;fill:#111",
        "font-size:10px;text-anchor:end",
    ]
    text = next(el for el in root.iter() if el.tag.endswith("text"))
    assert text.get("x") == "0" and re.sub(r"\s+", " ", "".join(text.itertext())) == "en to tre"


def test_texts_without_style_are_left_alone() -> None:
    root = leaned('<svg><text style="font-size:9px">a</text><text>b</text></svg>')
    assert root[0].get("style") == "font-size:9px" and root.get("style") is None
