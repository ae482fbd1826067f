"""What a reader of the book reads, as pieces of text with the place where each stands.

Taken from the rendered pages: text, captions, notes, tables, navigation, alternative texts. Code, formulas
and the lines inside pictures are left out; a picture's words are in its alternative text and its table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "_book"

_BLOCKS = {
    *(
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
    ),
    *(
        "figcaption",
        "figure",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "html",
        "label",
        "li",
        "main",
    ),
    *(
        "nav",
        "ol",
        "option",
        "p",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ),
}
_SILENT = {"script", "style", "code", "pre", "svg", "math", "template", "noscript"}
_UNSEEN = {"script", "style", "svg", "template", "noscript"}
GAP = "…"  # code, a formula, words in another language
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
LABELS = ("aria-label", "title", "placeholder", "data-copy", "data-copied")
_SPOKEN = ("alt", *LABELS)
_CODES = {"language", "text-url", "offices", "marked", "series", "date", "code"}
_DESCRIBED = {"description", "og:description"}


@dataclass(frozen=True)
class Piece:
    """One block of text, or one attribute that is shown or read out."""

    page: str
    kind: str
    text: str


def pages(book: Path = BOOK) -> list[Path]:
    """The pages of a built book."""
    return sorted(p for p in book.rglob("*.html") if "site_libs" not in p.parts)


def read(page: Path, book: Path = BOOK) -> list[Piece]:
    """The pieces of one page, in reading order."""
    return read_html(page.read_text(encoding="utf-8"), page.relative_to(book).as_posix())


def whole(book: Path = BOOK) -> list[Piece]:
    """All pages, and what only the PDF and search engines show of ``publication.yml``."""
    pieces = [piece for page in pages(book) for piece in read(page, book)]
    return [*pieces, *publication(ROOT / "publication.yml")]


def publication(file: Path) -> list[Piece]:
    """The texts of ``publication.yml``."""

    def texts(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from texts(inner) if key not in _CODES else ()
        elif isinstance(value, list):
            for inner in value:
                yield from texts(inner)
        elif isinstance(value, str):
            yield value

    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return [Piece(file.name, "publication", text) for text in texts(raw)]


def read_html(html: str, name: str) -> list[Piece]:
    """The pieces of a page's markup; `name` is used in messages."""
    reader = _Reader(name)
    reader.feed(html)
    reader.close()
    return reader.done()


class _Reader(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.pieces: list[Piece] = []
        self.text: list[str] = []
        self.open: list[tuple[str, bool]] = []

    @property
    def silent(self) -> bool:
        return any(hidden for _, hidden in self.open)

    def done(self) -> list[Piece]:
        self._flush()
        return self.pieces

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag in _BLOCKS or tag in ("br", "hr"):
            self._flush()
        if not self.silent or tag == "svg":
            for key in _SPOKEN:
                if given.get(key, "").strip():
                    self._add(key, given[key])
            if tag == "meta" and _DESCRIBED & {given.get("name"), given.get("property")}:
                self._add("description", given.get("content", ""))
        if tag not in _VOID:
            foreign = given.get("lang", "nb")[:2] not in ("nb", "no", "nn")
            hidden = tag in _SILENT or foreign or "math" in given.get("class", "").split()
            self.open.append((tag, hidden))

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
        for position in range(len(self.open) - 1, -1, -1):
            if self.open[position][0] == tag:
                del self.open[position:]
                return

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)
        elif (
            next(tag for tag, hidden in self.open if hidden) not in _UNSEEN and "".join(self.text[-1:]) != GAP
        ):
            self.text.append(GAP)

    def _flush(self) -> None:
        self._add("text", "".join(self.text))
        self.text.clear()

    def _add(self, kind: str, text: str) -> None:
        whole = re.sub(r"[ \t\r\n]+", " ", text).strip(" ")
        if whole:
            self.pieces.append(Piece(self.page, kind, whole))


def sources(root: Path = ROOT) -> Iterator[Path]:
    """The files that authors write the book in."""
    yield root / "index.qmd"
    yield from sorted((root / "report").rglob("*.qmd"))


def find(word: str, root: Path = ROOT) -> str:
    """``report/kap-2.qmd:31``, the first place in the sources with this text; empty when it is nowhere."""
    data = [root / "publication.yml", root / "_quarto.yml", *sorted((root / "data" / "report").glob("*.yml"))]
    data.append(root / "data" / "survey" / "codebook.yml")
    for file in [*sources(root), *data]:
        if not file.is_file():
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            if word in line:
                return f"{file.relative_to(root).as_posix()}:{number}"
    return ""
