"""PDFs made before, by all that went into them: a build that changes nothing of that takes one from here."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from kvarto import publication
from kvarto.execute.store import atomic_write
from kvarto.project import Book
from kvarto.stamp import program
from kvarto.typst.compiler import font_folders, standards, timestamp
from kvarto.typst.document import Document

KEEP = 4
"""As many are kept: the book, its draft, its comment edition, and one more."""

# In a template, or in Typst that an author wrote: what reads files, and what may do anything.
_READS = re.compile(r"(?<![\w-])(?:read|csv|json|yaml|toml|xml|cbor|bibliography)\s*\(")
_UNTOLD = re.compile(r"(?<![\w-])(?:eval|plugin)\s*\(|(?:include|import)\s+[\"@]")
_PATH = re.compile(r'(?<!\\)"((?:[^"\\\n]|\\.){1,200})"')
_IMAGE = re.compile(r"(?<![\w-])(?<!set )image\s*\(")


class Finished:
    """The finished PDFs of a book; `get` and `put` do nothing for a document whose files cannot be told."""

    def __init__(self, book: Book, document: Document) -> None:
        """The place of this document's PDF, made when it is put there."""
        self._path: Path | None = None
        text = document.text
        if not _UNTOLD.search(text) and len(_IMAGE.findall(text)) == len(document.images):
            self._path = book.cache / "pdf" / f"{_key(book, document)}.pdf"

    def get(self) -> bytes | None:
        """The PDF with the very same source, pictures, fonts and program, or None."""
        try:
            pdf = self._path.read_bytes() if self._path else b""
        except OSError:
            return None
        return pdf if pdf.rstrip().endswith(b"%%EOF") else None

    def put(self, pdf: bytes) -> None:
        """Keep a PDF; the oldest go."""
        if self._path is None:
            return
        atomic_write(self._path, pdf)
        kept = sorted(self._path.parent.glob("*.pdf"), key=lambda p: p.stat().st_mtime_ns)
        for old in kept[:-KEEP]:
            old.unlink(missing_ok=True)


def _key(book: Book, document: Document) -> str:
    said = [
        program(),
        document.row_headers,
        document.table_names,
        standards(book),
        timestamp(book),
        book.date,
        book.words,
        repr(publication.of(book)),
    ]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode() + document.text.encode())
    fonts = [p for folder in font_folders(book) for p in sorted(folder.rglob("*")) if p.is_file()]
    for file in [*fonts, *dict.fromkeys(document.images), *_named(book.root, document.text)]:
        digest.update(f"\0{file.relative_to(book.root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()


def _named(root: Path, text: str) -> list[Path]:
    """The files, or all files of the folders, that a document which reads files names as strings."""
    found: set[Path] = set()
    for name in set(_PATH.findall(text)) if _READS.search(text) else ():
        path = root / name.strip("/")
        if ("/" in name or "." in name) and path != root and path.exists():
            inside = [path] if path.is_file() else path.rglob("*")
            found.update(p for p in inside if p.is_file())
    return sorted(found)
