"""A built edition as what a reader sees: blocks of text in order, pictures, tables of numbers, marks.

Read from the pages, not from the AST: an older edition is built by the code of its own time, whose AST is its
own affair, while its pages are what was published.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import html
from lxml.html import HtmlElement

_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "dt", "dd", "figcaption", "caption", "tr", "pre"}
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_SKIPPED = {"nav", "script", "style", "svg", "button", "template"}
_SKIPPED_CLASSES = {"kv-tools", "visually-hidden", "footnote-ref", "footnote-back"}
"""What is not the author's text; numbers of notes move with every note put in."""
_CHECKSUM = re.compile(r"\b[0-9a-f]{40,64}\b")
"""Of files that a page tells of: another one for every change, which is told where it shows."""


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
    """An edition's content. Keys: `pages` by file name, `marks` by id, `tables` and `pictures` by path.

    `captions` are those of the floats whose files are among `tables` and `pictures`, by their folder.
    """

    pages: dict[str, list[Block]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    pictures: dict[str, Path] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)

    def called(self, path: str) -> str:
        """What readers call a file of the book: its figure's or table's caption, or its path."""
        return self.captions.get(path.rpartition("/")[0], path)


def read(output: Path, reference: str = "ref") -> Content:
    """Read every page and data file of a built edition.

    `reference` is the attribute of the book's annotated spans (``kvarto: annotations: attribute:``).
    """
    content = Content()
    for file in sorted(output.rglob("*.html")):
        page = file.relative_to(output).as_posix()
        root = html.document_fromstring(file.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
        mains = root.xpath("//main") or [root]
        blocks: list[Block] = []
        _walk(mains[0], page, [""], [""], blocks)
        content.pages[page] = blocks
        content.titles[page] = next((b.text for b in blocks if b.kind == "h1"), page)
        for span in mains[0].xpath(f".//*[@data-{reference} and @data-label]"):
            content.marks[span.get(f"data-{reference}")] = span.get("data-label")
        content.captions |= dict(_captions(mains[0], file.parent, output))
    for file in sorted(output.rglob("*.csv")):
        text = file.read_text(encoding="utf-8-sig")
        mark = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
        rows = list(csv.reader(io.StringIO(text), delimiter=mark))
        content.tables[file.relative_to(output).as_posix()] = rows
    for file in sorted(output.rglob("*.png")):
        if "site_libs" not in file.parts:
            content.pictures[file.relative_to(output).as_posix()] = file
    return content


def _captions(main: HtmlElement, folder: Path, output: Path) -> Iterator[tuple[str, str]]:
    for caption in main.iter("figcaption"):
        whole = next((a for a in caption.iterancestors("div") if a.get("id")), caption.getparent())
        for link in whole.xpath(".//a[@download]/@href | .//img/@src"):
            target = (folder / link).resolve()
            if target.is_relative_to(output.resolve()):
                yield target.parent.relative_to(output.resolve()).as_posix(), _words(caption)


def _walk(element: HtmlElement, page: str, heading: list[str], anchor: list[str], out: list[Block]) -> None:
    """Blocks in reading order; `heading` and `anchor` are cells that hold the last ones met."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _SKIPPED:
            continue
        if _SKIPPED_CLASSES & set((child.get("class") or "").split()):
            continue
        if child.get("id") and child.tag in ("section", "div", *_HEADINGS):
            anchor[0] = child.get("id")
        if child.tag == "section" and child.get("aria-label"):  # the notes, which no heading stands over
            heading[0] = child.get("aria-label")
        if child.tag in _BLOCKS and not _has_blocks(child):
            text = _CHECKSUM.sub("…", _words(child))
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
