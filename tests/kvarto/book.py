"""Books for tests: folders made of texts, and chapters «executed» without Python (their text as it is)."""

from __future__ import annotations

from pathlib import Path

from kvarto import project
from kvarto.execute.result import Executed, Text
from kvarto.faults import Faults
from kvarto.project import Book
from kvarto.structure import Structured, build

HEAD = """project:
  type: book
lang: nb-NO
language:
  crossref-ch-prefix: Kapittel
  crossref-apx-prefix: Vedlegg
  crossref-sec-prefix: Avsnitt
  section-title-appendices: Vedlegg
  callout-note-title: Merk
book:
  title: Prøvebok
  author: Kari Nordmann
  date: 2026-11-22
  chapters: [index.qmd, k.qmd]
format:
  html: default
  typst: default
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 8 L8 1" stroke="#000"/></svg>'


def make(folder: Path, chapter: str = "# K\n", config: str = HEAD, **files: str) -> Book:
    """A book with index.qmd, k.qmd (the text given), linje.svg and other files (`l_qmd="…"`)."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "_quarto.yml").write_text(config, encoding="utf-8")
    (folder / "index.qmd").write_text("# Forord {.unnumbered}\n\nTekst.\n", encoding="utf-8")
    (folder / "k.qmd").write_text(chapter, encoding="utf-8")
    (folder / "linje.svg").write_text(SVG, encoding="utf-8")
    for name, content in files.items():
        stem, _, ext = name.rpartition("_")
        (folder / f"{stem}.{ext}").write_text(content, encoding="utf-8")
    return project.load(folder)


def plain(book: Book) -> dict[str, Executed]:
    """Every chapter's text as if it had no cells."""
    out: dict[str, Executed] = {}
    for chapter in book.sources:
        assert chapter.source is not None
        rows = chapter.source.read_text(encoding="utf-8").splitlines()[chapter.body_line - 1 :]
        lines = [(chapter.id, chapter.body_line + i) for i in range(len(rows))]
        text = Text(chapter, book.root, "\n".join(rows) + "\n", lines)
        out[chapter.id] = Executed(chapter, {"html": text, "typst": text, "docx": text})
    return out


def structured(book: Book, fmt: str = "html", faults: Faults | None = None) -> Structured:
    """The book's structured AST; asserts that nothing is wrong unless `faults` is given."""
    found = Faults() if faults is None else faults
    result = build(book, plain(book), found, fmt, {})
    if faults is None:
        assert not found.errors, found.report()
    return result
