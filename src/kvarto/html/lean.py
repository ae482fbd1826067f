"""A picture's SVG with less of what a page does not need: empty groups, digits nobody sees, long ways
to draw a rectangle, the same style on every line of text.

The picture stays the same to the eye (at most 0.01 of its unit off).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")
_PLACES = {
    "x",
    "y",
    "x1",
    "x2",
    "y1",
    "y2",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "d",
    "points",
    "transform",
}
_BOX = re.compile(r"M(\S+) (\S+)L(\S+) \2L\3 (\S+)L\1 \4[zZ]")
_STARTS = {"text-anchor": "start", "font-style": "normal", "font-weight": "normal", "stroke": "none"}


def lean(root: ET.Element) -> None:
    """Shorten a parsed SVG in place."""
    _unwrap(root)
    for el in root.iter():
        for name in _PLACES & set(el.attrib):
            el.set(name, _NUMBER.sub(_short, el.attrib[name]))
        if "d" in el.attrib:
            el.set("d", _path(el.attrib["d"]))
        if "style" in el.attrib:
            el.set("style", _NUMBER.sub(_short, el.attrib["style"]))
        if el.text and not el.text.strip() and len(el):
            el.text = "\n"
        if el.tail and not el.tail.strip() and _name(el) not in ("tspan", "a"):
            el.tail = "\n"
    _shared(root)


def _unwrap(parent: ET.Element) -> None:
    for child in list(parent):
        _unwrap(child)
        if _name(child) == "g" and not child.attrib:
            at = list(parent).index(child)
            parent.remove(child)
            for i, inner in enumerate(list(child)):
                parent.insert(at + i, inner)


def _short(m: re.Match[str]) -> str:
    text = f"{float(m[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _path(d: str) -> str:
    """Commands without spaces around them; a rectangle as `MxyHxVyHxz`."""
    flat = re.sub(r"\s*([A-Za-z])\s*", r"\1", " ".join(d.split()))
    return _BOX.sub(r"M\1 \2H\3V\4H\1z", flat)


def _shared(root: ET.Element) -> None:
    """What every text says of itself is said once, at the root, where the page's own style may go before."""
    texts = [el for el in root.iter() if _name(el) == "text"]
    styles = [_declarations(el) for el in texts]
    if not styles or not all(styles):
        return
    common = {
        k: v for k, v in styles[0].items() if all(s.get(k) == v for s in styles) and k.startswith("font-")
    }
    for el, style in zip(texts, styles, strict=True):
        kept = {k: v for k, v in style.items() if k not in common and _STARTS.get(k) != v}
        if kept:
            el.set("style", ";".join(f"{k}:{v}" for k, v in kept.items()))
        else:
            el.attrib.pop("style")
    if common:
        own = {**common, **_declarations(root)}
        root.set("style", ";".join(f"{k}:{v}" for k, v in own.items()))


def _declarations(el: ET.Element) -> dict[str, str]:
    pairs = (part.split(":", 1) for part in el.get("style", "").split(";") if ":" in part)
    return {name.strip(): value.strip() for name, value in pairs}


def _name(el: ET.Element) -> str:
    return str(el.tag).rsplit("}", 1)[-1]
