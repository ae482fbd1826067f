"""Comments and tracked changes of a returned DOCX, each with the file and line of the book that it is about.

    notes = read(path, root)             # OSError, or NotWord for what is no DOCX
    for note in notes: note.kind, note.author, note.place, note.quote, note.text

The DOCX that kvarto writes has a hidden bookmark at the beginning of each block (`kvarto.docx.places`): file,
line, and a hash of the line. The line is found again though the file has been edited since; where the
bookmark is gone, the words of the paragraph are looked for in all files. Nothing is merged: authors decide.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from lxml import etree

from kvarto.comments.document import Reader
from kvarto.comments.notes import Note, Place
from kvarto.comments.report import report
from kvarto.comments.sources import Sources
from kvarto.docx.package import load

__all__ = ["NotWordError", "Note", "Place", "read", "report"]


class NotWordError(ValueError):
    """The file is no DOCX."""


def read(path: Path, root: Path) -> list[Note]:
    """Every comment and tracked change, in the order of the document; replies stand with what they answer."""
    try:
        parts = load(path.read_bytes())
        document = etree.fromstring(parts[_main_part(parts)])
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as exc:
        raise NotWordError(str(exc)) from exc
    return Reader(parts, document, Sources(root)).notes()


def _main_part(parts: dict[str, bytes]) -> str:
    """The name of the document in the package: another program may call it something else."""
    relations = etree.fromstring(parts["_rels/.rels"])
    for relation in relations:
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    return "word/document.xml"
