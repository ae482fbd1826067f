"""A built edition as what a reader sees: blocks of text in order, pictures, tables of numbers, marks."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "figcaption", "caption", "tr", "pre"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SKIPPED = {"nav", "script", "style", "svg", "button", "template"}
_SKIPPED_CLASSES = {"kv-tools", "visually-hidden", "kv-permalink-mark"}


@dataclass(frozen=True)
class Block:
    """A paragraph, heading, list item, caption or table row: its words, and the heading it stands under."""

    text: str
    kind: str
    heading: str
    page: str
    anchor: str


@dataclass
class Content:
    """An edition's content. Keys: `pages` by file name, `marks` by id, `tables` and `pictures` by path."""

    pages: dict[str, list[Block]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


def read(output: Path, reference: str = "ref") -> Content:
    """Read every page and data file of a built edition.

    `reference` is the attribute of the book's annotated spans (``kvarto: annotations: attribute:``).
    """
    content = Content()
    for file in sorted(output.rglob("*.html")):
        page = file.relative_to(output).as_posix()
        root = html.document_fromstring(file.read_bytes())
        mains = root.xpath("//main") or [root]
        blocks: list[Block] = []
        _walk(mains[0], page, [""], [""], blocks)
        content.pages[page] = blocks
        content.titles[page] = next((b.text for b in blocks if b.kind == "h1"), page)
        for span in mains[0].xpath(f".//*[@data-{reference} and @data-label]"):
            content.marks[span.get(f"data-{reference}")] = span.get("data-label")
    for file in sorted(output.rglob("*.csv")):
        text = file.read_text(encoding="utf-8-sig")
        mark = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
        content.tables[file.relative_to(output).as_posix()] = rows
    for file in sorted(output.rglob("*.png")):
        if "site_libs" not in file.parts:
            content.pictures[file.relative_to(output).as_posix()] = hashlib.sha256(
                file.read_bytes()
            ).hexdigest()
    return content


def _walk(element: HtmlElement, page: str, heading: list[str], anchor: list[str], out: list[Block]) -> None:
    """Blocks in reading order; `heading` and `anchor` are cells that hold the last ones met."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            continue
        if _SKIPPED_CLASSES & set((child.get("class") or "").split()):
            continue
        if child.get("id") and child.tag in ("section", "div", *_HEADINGS):
            anchor[0] = child.get("id")
        if child.tag in _BLOCKS and not _has_blocks(child):
            text = _words(child)
            if text:
                if child.tag in _HEADINGS:
                    heading[0] = text
                out.append(Block(text, child.tag, heading[0], page, anchor[0]))
        else:
            _walk(child, page, heading, anchor, out)


def _has_blocks(element: HtmlElement) -> bool:
    if element.tag == "tr":
        return False
    return any(isinstance(d.tag, str) and d.tag in _BLOCKS for d in element.iterdescendants())


def _words(element: HtmlElement) -> str:
    if element.tag == "tr":
        cells = [_words(cell) for cell in element if isinstance(cell.tag, str)]
        return " | ".join(cells) if any(cells) else ""
    parts: list[str] = []
    _collect(element, parts)
    # a hard space is a space to a reader; keep it, so that numbers stay whole, but fold all others
    return re.sub(r"[ \t\r\n]+", " ", "".join(parts)).strip()


def _collect(element: HtmlElement, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        hidden = not isinstance(child.tag, str) or child.tag in _SKIPPED
        if not hidden and not _SKIPPED_CLASSES & set((child.get("class") or "").split()):
            _collect(child, parts)
        parts.append(child.tail or "")
