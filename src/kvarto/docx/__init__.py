"""Structured AST in, one DOCX out: pandoc's writer with the book's reference document, then what it lacks.

    docx.write(book, structured, outpath, faults, executed=executed, draft=False)

`structured` is made for the format `docx` (docs/architecture.md, «Structured AST»). Faults are added; without
`draft` nothing is written when there are any.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kvarto import pandoc
from kvarto.docx import document, finish
from kvarto.docx.pictures import Pictures
from kvarto.docx.places import Places
from kvarto.docx.styles import Styles
from kvarto.faults import Faults
from kvarto.project import CONFIG, Book, Chapter

if TYPE_CHECKING:
    from kvarto.execute.result import Executed
    from kvarto.structure.model import Structured

__all__ = ["write"]


def write(
    book: Book,
    structured: Structured,
    outpath: Path,
    faults: Faults,
    *,
    executed: Mapping[str, Executed],
    draft: bool = False,
    comments: bool = False,
) -> bool:
    """Write the book's DOCX to `outpath`; False, with faults added, when it could not be made.

    comments: whether it is a comment edition (`kvarto.rounds`).
    """

    def resolve(chapter: Chapter, src: str) -> Path | None:
        made = executed[chapter.id].resource("docx", src) if chapter.id in executed else None
        if made:
            return made
        name = unquote(src)
        base = chapter.source.parent if chapter.source else book.root
        return book.root / name.lstrip("/") if name.startswith("/") else (base / name).resolve()

    reference = document.reference(book)
    try:
        styles = Styles.of(reference)
    except (OSError, ValueError) as exc:
        faults.add(
            CONFIG,
            book.line("format", book.formats["docx"].name),
            f"Referansedokumentet {reference} kan ikke brukes.",
            str(exc),
            "Rett reference-doc, eller lagre dokumentet på nytt som .docx.",
            kind="reference-doc",
        )
        return False
    pictures, places = Pictures(book), Places(book.root)
    made = document.build(
        book,
        structured,
        styles,
        faults,
        resolve,
        pictures.shown,
        lambda chapter: places.chapter(executed.get(chapter.chapter.id)),
    )
    if faults.stop(draft):
        return False
    folder = book.cache / "docx"
    try:
        written = pandoc.docx(made.blocks, {"lang": book.lang}, styles.prepared(folder))
    except pandoc.PandocError as exc:
        faults.add(None, None, "Word-filen kunne ikke lages.", str(exc), kind="docx")
        return False
    outpath.parent.mkdir(parents=True, exist_ok=True)
    outpath.write_bytes(finish.finish(written, book, made.tables, comments))
    return True
