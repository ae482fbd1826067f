"""The reference document that the book ships: made by its script, whole, and known to the Lua filter."""

from __future__ import annotations

import re
import runpy
import zipfile
from pathlib import Path

import docx
from lxml import etree

from kvarto.docx.package import W, q
from kvarto.docx.styles import Styles

STORBY = Path(__file__).parents[3] / "_extensions" / "storby"
REFERENCE = STORBY / "docx" / "storby.docx"
PANDOC = (
    *("Normal", "BodyText", "FirstParagraph", "Compact", "Title", "Subtitle", "Author", "Date", "BlockText"),
    *("Heading1", "Heading2", "Heading3", "Heading4", "Bibliography", "FootnoteText", "FootnoteReference"),
    *("DefinitionTerm", "Definition", "Caption", "TableCaption", "ImageCaption", "Figure", "CaptionedFigure"),
    *("Table", "VerbatimChar", "SourceCode", "SectionNumber", "Hyperlink", "TOCHeading"),
)
"""Ids that pandoc's writer uses."""


def test_it_is_what_its_script_makes() -> None:
    made = runpy.run_path(str(STORBY / "docx" / "reference.py"))["parts"]()
    with zipfile.ZipFile(REFERENCE) as package:
        assert {n: package.read(n).decode() for n in package.namelist()} == made


def test_it_opens_and_has_every_style() -> None:
    assert docx.Document(str(REFERENCE)).sections[0].page_width is not None
    styles = Styles.of(REFERENCE)
    own = {**{i: styles.name(i) for i in PANDOC}}
    with zipfile.ZipFile(REFERENCE) as package:
        root = etree.fromstring(package.read("word/styles.xml"))
    ids = [s.get(q("styleId")) for s in root.iter(q("style"))]
    assert set(own) <= set(ids) and len(ids) == len(set(ids))
    names = [s.find(q("name")).get(q("val")) for s in root.iter(q("style"))]  # type: ignore[union-attr]
    assert len(names) == len(set(names))
    based = {b.get(q("val")) for b in root.iter(q("basedOn"), q("next"))}
    assert based <= set(ids), "every style that another names is there"


def test_its_language_is_norwegian_and_headings_have_outline_levels() -> None:
    with zipfile.ZipFile(REFERENCE) as package:
        root = etree.fromstring(package.read("word/styles.xml"))
    assert root.find(f".//{W}rPrDefault//{W}lang").get(q("val")) == "nb-NO"  # type: ignore[union-attr]
    for level in range(1, 7):
        style = next(s for s in root.iter(q("style")) if s.get(q("styleId")) == f"Heading{level}")
        assert style.find(f"{W}pPr/{W}outlineLvl").get(q("val")) == str(level - 1)  # type: ignore[union-attr]
        assert style.find(f"{W}pPr/{W}keepNext") is not None


def test_text_has_contrast_on_its_ground() -> None:
    """WCAG: 4.5 to 1 for every colour of text in the styles, on white and on the boxes' tints."""
    with zipfile.ZipFile(REFERENCE) as package:
        root = etree.fromstring(package.read("word/styles.xml"))
    colours = {c.get(q("val"), "") for s in root.iter(q("style")) for c in s.findall(f"{W}rPr/{W}color")}
    assert len(colours) > 3
    for colour in colours:
        assert _contrast(colour, "FFFFFF") >= 4.5, colour
        assert _contrast(colour, "FBF3E7") >= 4.5 or colour == "66727A", colour  # line numbers are outside


def _contrast(one: str, other: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_filter_names_styles_that_are_there() -> None:
    """Real Quarto gets them by storby.lua, by name; kvarto by their ids, which are the classes."""
    lua = (STORBY / "storby.lua").read_text(encoding="utf-8")
    table = re.search(r"STYLES = \{(.*?)\}", lua, re.S)
    assert table is not None
    named = dict(re.findall(r'\[?"?([\w-]+)"?\]? = "([^"]+)"', table[1]))
    styles = Styles.of(REFERENCE)
    assert named == {ident: styles.name(ident) for ident in named} and "figur-note" in named
