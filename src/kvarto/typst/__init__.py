"""Structured AST in, one PDF out, by Typst and the book's own template.

typst.write(book, structured, outpath, faults, executed=executed, draft=False, compiler=compiler)

`structured` is made for the format `typst` (docs/architecture.md, «Structured AST»). Faults are added;
without `draft` nothing is written when there are any. `build` gives the Typst source alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from kvarto.faults import Faults
from kvarto.project import Book, Chapter
from kvarto.typst.compiler import Compiler
from kvarto.typst.document import Document, Written, build
from kvarto.typst.finished import Finished

if TYPE_CHECKING:
    from kvarto.execute.result import Executed
    from kvarto.structure.model import Structured

__all__ = ["Compiler", "Document", "Written", "build", "write"]


def write(
    book: Book,
    structured: Structured,
    outpath: Path,
    faults: Faults,
    *,
    executed: Mapping[str, Executed] | None = None,
    draft: bool = False,
    compiler: Compiler | None = None,
    comments: bool = False,
    kept: dict[str, Written] | None = None,
    only: Collection[str] = (),
) -> bool:
    """Write the book's PDF to `outpath`; False, with faults added, when it could not be made.

    executed: where the pictures that cells made are found. compiler: one kept from an earlier call (a
    preview), as is `kept`: what earlier calls wrote, good for the chapters that are not in `only`. comments:
    whether it is a comment edition (`kvarto.rounds`).
    """

    def resolve(chapter: Chapter, src: str) -> Path | None:
        made = executed[chapter.id].resource("typst", src) if executed and chapter.id in executed else None
        if made:
            return made
        name = unquote(src)
        base = chapter.source.parent if chapter.source else book.root
        return book.root / name.lstrip("/") if name.startswith("/") else (base / name).resolve()

    chapters = {c.chapter.id: c.blocks for c in structured}
    document = build(book, chapters, faults, resolve, draft, comments, kept, only)
    if faults.stop(draft):
        return False
    finished = Finished(book, document) if compiler is None else None
    pdf = finished.get() if finished else None
    if pdf is None:
        pdf, found = (compiler or Compiler(book)).compile(document, draft=draft)
        faults.extend(found)
        if pdf is None:
            return False
        if finished and not found:
            finished.put(pdf)
    outpath.parent.mkdir(parents=True, exist_ok=True)
    outpath.write_bytes(pdf)
    return True
