"""What is written in the files of a finished book: the texts of pictures, the rows of tables, plain text.

HTML is read with its inline pictures, CSV and JSON as they are, DOCX and zip files file by file (the text of
a DOCX by section, its tables by row, its pictures by alternative text), PNG by the texts in it, PDF by page.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
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
    """An SVG: its texts in drawing order (None: pixels), and the ids of the elements around it."""

    texts: list[str] | None
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
    """Every document below a folder, sorted; what has no text (fonts) is left out.

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
        yield from _marked_up(name, content.decode("utf-8", "replace"))
    elif kind == ".png":
        told = list(_png(content))
        pictures = [Picture(None, (), words) for keyword, words in told if keyword == "Description"]
        yield Page(name, "\n".join(words for keyword, words in told if keyword != "Description"), pictures)
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


def _png(content: bytes) -> Iterator[tuple[str, str]]:
    """The texts that a PNG carries beside its pixels: keyword and words of each."""
    at = 8
    while at + 8 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        at += 12 + length
        keyword, _, rest = data.partition(b"\0")
        if kind == b"zTXt":
            rest = _unpacked(rest[1:])
        elif kind == b"iTXt":
            packed, words = rest[:1] == b"\1", rest[2:].split(b"\0", 2)[-1]
            rest = _unpacked(words) if packed else words
        if kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf"):
            encoding = "utf-8" if kind == b"iTXt" else "latin-1"
            yield keyword.decode("latin-1"), rest.decode(encoding, "replace")


def _unpacked(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1_000_000)
    except zlib.error:
        return data


def _marked_up(name: str, text: str) -> Iterator[Page]:
    reader = _Reader(name)
    reader.feed(text)
    reader.close()
    yield from reader.finished()


class _Reader(HTMLParser):
    """Collects pictures, table rows and text; attributes that are read aloud or shown count as text.

    A DOCX has no elements for its sections: a page of its own begins with each heading. Its tables are known
    by their names.
    """

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.name = name
        self.page = Page(name)
        self.pieces: list[str] = []
        self.pages = [self.page]
        self.table = ""
        self.open: list[tuple[str, str]] = []
        self.picture: Picture | None = None
        self.row: list[str] | None = None
        self.cell: list[str] | None = None
        self.word: list[str] | None = None

    def finished(self) -> list[Page]:
        """The pages that were read."""
        self.page.text = "".join(self.pieces)
        return self.pages

    def _section(self) -> None:
        self.finished()
        self.pieces = []
        self.page = Page(f"{self.name}, avsnitt {len(self.pages)}")
        self.pages.append(self.page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {key: value or "" for key, value in attrs}
        for key in ("alt", "aria-label", "title", "content", "descr"):
            if told.get(key):
                self.pieces.append(f"\n{told[key]}\n")
        if tag in ("img", "wp:docpr"):
            self.page.pictures.append(Picture(None, self._inside(), told.get("alt") or told.get("descr", "")))
        elif tag == "w:pstyle" and told.get("w:val", "").startswith("Heading"):
            self._section()
        elif tag == "w:tblcaption":
            self.table = told.get("w:val", "")
        if tag in _VOID:
            self._break(tag)
            return
        self.open.append((tag, told.get("id", "")))
        if tag == "svg" and self.picture is None:
            self.picture = Picture([], self._inside(), told.get("aria-label", ""))
        elif tag == "text" and self.picture is not None:
            self.word = []
        elif tag in ("tr", "w:tr"):
            self.row = []
        elif tag in ("td", "th", "w:tc") and self.row is not None:
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
            if self.picture.texts is not None:
                self.picture.texts.append("".join(self.word).strip())
            self.word = None
        elif tag == "svg" and self.picture is not None and not any(one == "svg" for one, _ in self.open):
            self.page.pictures.append(self.picture)
            self.picture = None
        elif tag in ("td", "th", "w:tc") and self.row is not None and self.cell is not None:
            self.row.append(" ".join("".join(self.cell).split()))
            self.cell = None
        elif tag in ("tr", "w:tr") and self.row is not None:
            self.page.rows.append((tuple(self.row), (*self._inside(), *filter(None, [self.table]))))
            self.row = None
        elif tag == "w:tbl":
            self.table = ""

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
