"""Figure bundles: an image whose folder holds `figure.json` is put into the page itself, with its numbers.

The folder (docs/architecture.md): `wide.svg`, `narrow.svg`, `figure.png`, `data.csv`, `figure.json`. kvarto
knows only this form, not what made it.
"""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from kvarto.html import lean
from kvarto.structure.parse import Store

FILES = (("data.csv", "CSV", "csv"), ("{image}", "SVG", "svg"), ("figure.png", "PNG", "png"))
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
# The picture is named by `aria-label`: its own words would be read out a second time.
_DROP = {"metadata", "title", "desc"}


@dataclass(kw_only=True)
class Tools:
    """What stands under a figure or table: its numbers, its files, the link to it.

    `files` have label, href and kind; `label` is what the book calls it («Figur 1.2»), "" without number.
    """

    id: str
    status: str = ""
    synthetic: bool = False
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    files: list[dict[str, str]] = field(default_factory=list)
    label: str = ""


@dataclass(kw_only=True)
class Figure(Tools):
    """A bundle as the template takes it: `wide` and `narrow` are SVG markup."""

    alt: str
    wide: str
    narrow: str | None
    n: str
    note: str


def read(
    image: Path, ident: str, alt: str, hrefs: dict[str, str], store: Store | None = None
) -> Figure | None:
    """The bundle beside an image, or None. `hrefs` gives the page's address of each of its files; `store`
    remembers pictures between builds.
    """
    facts_path = image.parent / "figure.json"
    if not facts_path.is_file() or image.suffix != ".svg":
        return None
    facts: dict[str, Any] = json.loads(facts_path.read_text(encoding="utf-8"))
    palette = {str(k).lower(): str(v) for k, v in (facts.get("palette") or {}).items()}
    table = facts.get("table") or {}
    narrow = image.parent / "narrow.svg"
    name = ident or f"fig-{facts.get('id', image.parent.name)}"
    files = [
        {"label": label, "href": hrefs[file.format(image=image.name)], "kind": kind}
        for file, label, kind in FILES
        if file.format(image=image.name) in hrefs
    ]
    described = alt or str(facts.get("alt", ""))
    return Figure(
        id=ident,
        alt=described,
        wide=inline(image.read_text(encoding="utf-8"), f"{name}-w", described, palette, store),
        narrow=inline(narrow.read_text(encoding="utf-8"), f"{name}-n", described, palette, store)
        if narrow.is_file()
        else None,
        status=str(facts.get("status", "")),
        synthetic=bool(facts.get("synthetic")),
        n=str(facts.get("n", "")),
        note=str(facts.get("note", "")),
        columns=[str(c) for c in table.get("columns", [])],
        rows=[[str(cell) for cell in row] for row in table.get("rows", [])],
        files=files,
    )


def inline(svg: str, prefix: str, alt: str, palette: dict[str, str], store: Store | None = None) -> str:
    """SVG for inside a page: named, scalable, its ids under `prefix`, its colours the page's CSS variables.

    Colours of the palette become `var(--fig-name, #hex)`; sizes are dropped (the viewBox stays); metadata,
    descriptions, the XML declaration and comments go.
    """
    key = "svg-" + hashlib.sha256(json.dumps([_program(), svg, prefix, alt, palette]).encode()).hexdigest()
    kept = store.get(key) if store is not None else None
    if kept is None:
        kept = _inlined(svg, prefix, alt, palette).encode()
        if store is not None:
            store[key] = kept
    return kept.decode()


@cache
def _program() -> str:
    """What made the pictures that a store remembers: this module and the one that makes them lean."""
    return "".join(Path(file).read_text(encoding="utf-8") for file in (__file__, lean.__file__))


def _inlined(svg: str, prefix: str, alt: str, palette: dict[str, str]) -> str:
    ET.register_namespace("", _SVG)
    ET.register_namespace("xlink", _XLINK)
    root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*(\[[^\]]*\])?>", "", svg))
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) in _DROP:
                parent.remove(child)
    if not root.get("viewBox") and root.get("width") and root.get("height"):
        root.set("viewBox", f"0 0 {_number(root.get('width', ''))} {_number(root.get('height', ''))}")
    lean.lean(root)
    for name in ("width", "height", "version"):
        root.attrib.pop(name, None)
    root.set("class", prefix)
    colours = (
        re.compile(
            "|".join(re.escape(c) + r"(?![0-9a-f])" for c in sorted(palette, key=len, reverse=True)), re.I
        )
        if palette
        else None
    )
    for el in root.iter():
        for name, value in list(el.attrib.items()):
            if name == "id":
                value = f"{prefix}-{value}"
            elif _local(name) == "href" and value.startswith("#"):
                value = f"#{prefix}-{value[1:]}"
                del el.attrib[name]
                name = "href"  # xlink is not needed in HTML
            else:
                value = re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{prefix}-{m[1]})", value)
                if colours is not None and name in ("fill", "stroke", "style", "stop-color", "color"):
                    value = colours.sub(lambda m: f"var(--fig-{palette[m[0].lower()]}, {m[0]})", value)
                    # A presentation attribute takes no var(): it must be style.
                    if name != "style" and "var(" in value:
                        del el.attrib[name]
                        old = el.get("style", "")
                        el.set("style", f"{old.rstrip('; ')}; {name}: {value}".lstrip("; "))
                        continue
            el.set(name, value)
        if _local(el.tag) == "style" and el.text:
            el.text = scoped(el.text, prefix)
            if colours is not None:
                el.text = colours.sub(lambda m: f"var(--fig-{palette[m[0].lower()]}, {m[0]})", el.text)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    text = re.sub(r"\s*\n\s*", "\n", text)
    return f'<svg role="img" aria-label="{escape(alt)}" focusable="false" ' + text.removeprefix("<svg ")


def scoped(css: str, prefix: str) -> str:
    """A picture's own style sheet made to hold inside it only.

    In a page, `*` would reach every other picture.
    """

    def rule(m: re.Match[str]) -> str:
        selectors = [re.sub(r"#([A-Za-z_][\w-]*)", rf"#{prefix}-\1", s.strip()) for s in m[1].split(",")]
        return ", ".join(f".{prefix} {s}" for s in selectors if s) + " {" + m[2] + "}"

    return re.sub(r"([^{}]+)\{([^{}]*)\}", rule, css)


def _local(name: object) -> str:
    return str(name).rsplit("}", 1)[-1]


def _number(size: str) -> str:
    m = re.match(r"[\d.]+", size)
    return m[0] if m else "0"
