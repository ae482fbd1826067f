"""What is written in the files of a finished book: the texts of pictures, the rows of tables, plain text.

HTML is read with its inline pictures, CSV and JSON as they are, DOCX and zip files file by file, PDF by page.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

TEXT = {".json", ".js", ".txt", ".md", ".bib", ".ris", ".css", ".log"}
MARKUP = {".html", ".svg", ".xml", ".rels"}
ARCHIVES = {".docx", ".zip", ".xlsx", ".odt", ".epub"}
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_BREAKS = {"p", "div", "td", "th", "tr", "li", "text", "br", "h1", "h2", "h3", "figcaption", "w:p", "w:tc"}


class ReadError(ValueError):
    """A file of the book cannot be looked into: then nothing can be said of it."""


@dataclass
class Picture:
    """An SVG: its texts in drawing order, and the ids of the elements around it."""

    texts: list[str]
    inside: tuple[str, ...]
    label: str = ""


@dataclass
class Page:
    """One document: its text, its pictures, its table rows with the ids of the elements around them."""

    name: str
    text: str = ""
    pictures: list[Picture] = field(default_factory=list)
    rows: list[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=list)


def pages(folder: Path) -> Iterator[Page]:
    """Every document below a folder, sorted; what has no text (fonts, pixels) is left out.

    Raises
    ------
    ReadError
        A PDF or an archive that cannot be opened.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield from document(path.relative_to(folder).as_posix(), path.read_bytes())


def document(name: str, content: bytes) -> Iterator[Page]:
    """The pages of one file."""
    kind = Path(name).suffix.lower()
    if kind == ".pdf":
        yield from _pdf(name, content)
    elif kind in ARCHIVES:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for inner in sorted(archive.namelist()):
                    yield from document(f"{name}/{inner}", archive.read(inner))
        except zipfile.BadZipFile:
            raise ReadError(f"{name} er ikke en hel fil.") from None
    elif kind == ".csv":
        text = content.decode("utf-8-sig", "replace")
        rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.split("\n", 1)[0] else ",")
        yield Page(name, text, rows=[(tuple(row), ()) for row in rows])
    elif kind in MARKUP:
        yield _marked_up(name, content.decode("utf-8", "replace"))
    elif kind in TEXT:
        yield Page(name, content.decode("utf-8-sig", "replace"))


def _pdf(name: str, content: bytes) -> Iterator[Page]:
    try:
        import pypdfium2
    except ImportError:
        raise ReadError(f"{name}: pakken pypdfium2 trengs for å lese PDF-en.") from None
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(len(document)):
            yield Page(f"{name}, side {number + 1}", document[number].get_textpage().get_text_bounded())
    finally:
        document.close()


def _marked_up(name: str, text: str) -> Page:
    reader = _Reader(Page(name))
    reader.feed(text)
    reader.close()
    reader.page.text = "".join(reader.pieces)
    return reader.page


class _Reader(HTMLParser):
    """Collects pictures, table rows and text; attributes that are read aloud or shown count as text."""

    def __init__(self, page: Page) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.pieces: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.picture: Picture | None = None
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.word: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        for key in ("alt", "aria-label", "title", "content", "descr"):
            if told.get(key):
                self.pieces.append(f"\n{told[key]}\n")
        if tag in _VOID:
            self._break(tag)
            return
        self.open.append((tag, told.get("id", "")))
        if tag == "svg" and self.picture is None:
            self.picture = Picture([], self._inside(), told.get("aria-label", ""))
        elif tag == "text" and self.picture is not None:
            self.word = []
        elif tag == "tr":
            self.row = []
        elif tag in ("td", "th") and self.row is not None:
            self.cell = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)
        if not any(tag == one for one, _ in self.open):
            return
        while self.open and self.open.pop()[0] != tag:
            pass
        if tag == "text" and self.picture is not None and self.word is not None:
            self.picture.texts.append("".join(self.word).strip())
            self.word = None
        elif tag == "svg" and self.picture is not None and not any(one == "svg" for one, _ in self.open):
            self.page.pictures.append(self.picture)
            self.picture = None
        elif tag in ("td", "th") and self.row is not None and self.cell is not None:
            self.row.append(" ".join("".join(self.cell).split()))
            self.cell = None
        elif tag == "tr" and self.row is not None:
            self.page.rows.append((tuple(self.row), self._inside()))
            self.row = None

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "style":
            return
        self.pieces.append(data)
        for into in (self.word, self.cell):
            if into is not None:
                into.append(data)

    def _inside(self) -> tuple[str, ...]:
        return tuple(ident for _, ident in self.open if ident)

    def _break(self, tag: str) -> None:
        if tag in _BREAKS:
            self.pieces.append("\n")
