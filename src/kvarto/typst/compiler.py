"""Typst, kept warm between compilations, and its errors told in the book's own terms.

What matters for speed (docs/kvarto.md gives times): one `typst.Compiler` for all compilations,
so that a preview only lays out again what has changed; `ignore_system_fonts`, so that no font folder is
searched; few layout rounds, so templates should ask `query` once per page at most and never let a measure
depend on a page number.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import typst

from kvarto import project, publication
from kvarto.faults import Fault
from kvarto.project import Book
from kvarto.typst import linknames, rowheaders, xmp
from kvarto.typst.document import Document

_PLACE = re.compile(r"┌─ (?P<file>.*?):(?P<line>\d+):(?P<column>\d+)")
_UNSHOWN = re.compile(r'text `?"(.+?)"`? could not be displayed')
_ANCHOR = re.compile(r"<((?:fig|tbl|lst|eq|sec)-[\w.:-]+)>")
_NO_FONT = re.compile(r"unknown font family: (.+)")
_KNOWN = (
    (
        "missing alt text",
        "Et bilde eller en formel mangler alternativ tekst.",
        'Skriv fig-alt="…" (bilder) eller alt="…" (formler).',
        "missing-alt",
    ),
    (
        "occurs multiple times",
        "Samme merkelapp er brukt flere ganger.",
        "Gi hver figur, tabell og overskrift sin egen.",
        "duplicate-label",
    ),
    ("does not exist in the document", "En henvisning peker ikke til noe.", "Rett merkelappen.", "xref"),
    ("file not found", "En fil finnes ikke.", "Rett stien, eller legg filen der.", "missing-image"),
    ("could not be displayed", "En tekst har tegn som ingen av skriftene har.", "Bytt ut tegnet.", "font"),
    (
        "skipped from heading level",
        "En overskrift hopper over et nivå.",
        "Gå ned ett nivå av gangen: #, ##, ###.",
        "heading-level",
    ),
    ("contains the codepoint", "En tekst har et tegn som PDF/A ikke tillater.", "Bytt ut tegnet.", "font"),
)


class Compiler:
    """Compiles documents of one book; kept for a preview, it reuses what has not changed."""

    def __init__(self, book: Book) -> None:
        """Find the extension's fonts; system fonts are never used, so the result is the same everywhere."""
        self.book, self._fonts = book, font_folders(book)
        self.source = book.cache / "typst" / "book.typ"
        self.source.parent.mkdir(parents=True, exist_ok=True)
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(p) for p in self._fonts]
        )
        self._typst = typst.Compiler(root=str(book.root), font_paths=fonts, ignore_system_fonts=True)

    def compile(self, document: Document, *, draft: bool = False) -> tuple[bytes | None, list[Fault]]:
        """The PDF's bytes, or None and why not.

        A draft that breaks a standard is made without it, and the reason told all the same.
        """
        pdf, faults = self._compile(document, standards(self.book))
        if pdf is None and draft:
            pdf, _ = self._compile(document, [])
        return pdf, faults

    def _compile(self, document: Document, wanted: list[Any]) -> tuple[bytes | None, list[Fault]]:
        if not self.source.exists() or self.source.read_text(encoding="utf-8") != document.text:
            self.source.write_text(document.text, encoding="utf-8")
        try:
            pdf, warnings = self._typst.compile_with_warnings(
                input=str(self.source), format="pdf", pdf_standards=wanted, timestamp=timestamp(self.book)
            )
        except typst.TypstError as exc:
            return None, [self._fault(exc, document)]
        made = pdf if isinstance(pdf, bytes) else b""
        tagged = rowheaders.tag(made, document.row_headers, document.table_names)
        named = linknames.tell(tagged, self.book.words)
        fonts = [m[1] for w in warnings if (m := _NO_FONT.match(str(getattr(w, "message", w))))]
        return xmp.tell(named, publication.of(self.book), self.book.date), self._missing(fonts)

    def _missing(self, families: list[str]) -> list[Fault]:
        """A font that is asked for and not there: with another in its place the book would look otherwise."""
        where = ", ".join(_shown(p, self.book.root) for p in self._fonts)
        return [
            Fault(
                project.CONFIG,
                self.book.line("format"),
                f"Skriften «{family}» finnes ikke.",
                f"Lette {f'i {where} og ' if where else ''}blant dem Typst har med seg.",
                "Legg skriftfilene i en mappe under font-paths: i utvidelsen, eller rett navnet i malen.",
                kind="font",
            )
            for family in dict.fromkeys(families)
        ]

    def _fault(self, exc: typst.TypstError, document: Document) -> Fault:
        message = str(getattr(exc, "message", exc)).strip()
        diagnostic = str(getattr(exc, "diagnostic", "") or message)
        what, fix, kind = "Typst kunne ikke lage PDF-en.", "", "typst"
        for needle, told, cure, slug in _KNOWN:
            if needle in message:
                what, fix, kind = told, cure, slug
                break
        path, line = self._place(message, diagnostic, document)
        hints = [f"hint: {h}" for h in getattr(exc, "hints", [])]
        return Fault(path, line, what, f"Typst sier: {message}", fix, detail="\n".join(hints), kind=kind)

    def _place(self, message: str, diagnostic: str, document: Document) -> tuple[str | None, int | None]:
        """The chapter, and the line that holds the words Typst speaks of, else the nearest label."""
        for m in _PLACE.finditer(diagnostic):
            if not m["file"].endswith(self.source.name):
                continue
            at = int(m["line"])
            chapter = document.chapter_at(at)
            if chapter is None or chapter.source is None:
                continue
            text = chapter.source.read_text(encoding="utf-8").splitlines()
            shown = _UNSHOWN.search(message)
            row = document.text.splitlines()[at - 1]
            line = _line_with([shown[1]], text) if shown else _line_of_heading(row, text)
            return chapter.path, line or _line_near(document, at, text)
        return None, None


def font_folders(book: Book) -> list[Path]:
    """Where the extension keeps its fonts."""
    fmt = book.formats.get("typst")
    extension = fmt.extension if fmt else None
    if extension is None:
        return []
    folders = extension.contributes.get("font-paths", [])
    return [extension.folder / str(f) for f in ([folders] if isinstance(folders, str) else folders)]


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _line_with(words: list[str], text: list[str]) -> int | None:
    return next((n for n, row in enumerate(text, 1) if all(w in row for w in words)), None)


def _line_of_heading(row: str, text: list[str]) -> int | None:
    """The line of the source with the heading that a line of the document holds."""
    heading = re.match(r"=+ (.+?)(?: <[^<>]*>)?$", row)
    words = re.findall(r"\w{2,}", re.sub(r"#[\w.]+\(?", " ", heading[1])) if heading else []
    return _line_with(["#", *words], text) if words else None


def _line_near(document: Document, at: int, text: list[str]) -> int | None:
    """The line of the source that has the label nearest to a line of the document."""
    rows = document.text.splitlines()
    labels = [m[1] for row in rows[at - 1 : at + 12] for m in _ANCHOR.finditer(row)]
    labels += [m[1] for row in reversed(rows[max(0, at - 60) : at]) for m in _ANCHOR.finditer(row)]
    for label in labels:
        for number, row in enumerate(text, 1):
            if f"#{label}" in row:
                return number
    return None


def standards(book: Book) -> list[str]:
    """The standards of PDF that the book is to keep."""
    fmt = book.formats.get("typst")
    given = fmt.options.get("pdf-standard", []) if fmt else []
    return [str(s) for s in (given if isinstance(given, list) else [given])]


def timestamp(book: Book) -> int:
    """The book's date at noon UTC, so that the same book gives the same bytes; 2000-01-01 for a book without
    one.
    """
    m = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", book.date)
    day = datetime.date(int(m[1]), int(m[2]), int(m[3])) if m else datetime.date(2000, 1, 1)
    return int(datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC).timestamp())
