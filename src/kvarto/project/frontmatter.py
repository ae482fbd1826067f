"""What a chapter says of itself: the YAML at its top, and `_metadata.yml` of its folders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kvarto import schema, yamlio
from kvarto.faults import Fault, Faults, KvartoError
from kvarto.project.config import merge, read_text


def front_matter(text: str, path: str) -> tuple[yamlio.Doc, int]:
    """The YAML block at the top of a file, and the 1-based line where the text after it begins."""
    lines = text.split("\n")
    if not lines or lines[0].rstrip() != "---":
        return yamlio.Doc({}, {}, path), 1
    for i, row in enumerate(lines[1:], 1):
        if row.rstrip() in ("---", "..."):
            doc = yamlio.loads("\n".join(lines[1:i]), path, 2)
            if doc.data is None:
                doc.data = {}
            if not isinstance(doc.data, dict):
                raise KvartoError(
                    Fault(
                        path,
                        1,
                        "Metadata øverst i filen er ikke nøkler med verdier.",
                        fix="Skriv for eksempel title: Tittel mellom linjene med ---.",
                        kind="yaml",
                    )
                )
            return doc, i + 2
    raise KvartoError(
        Fault(
            path,
            1,
            "Metadata øverst i filen er ikke lukket.",
            fix="Avslutt blokken med en linje ---.",
            kind="yaml",
        )
    )


def folder_metadata(root: Path, path: Path, faults: Faults) -> dict[str, Any]:
    """What `_metadata.yml` in the folders down to a chapter says of it."""
    data: dict[str, Any] = {}
    for folder in reversed([f for f in path.parents if f.is_relative_to(root)]):
        file = folder / "_metadata.yml"
        if file.is_file():
            shown = file.relative_to(root).as_posix()
            try:
                doc = yamlio.loads(read_text(file, shown), shown)
            except KvartoError as exc:
                faults.extend(exc.faults)
                continue
            if isinstance(doc.data, dict):
                schema.check_front(doc, shown, faults)
                data = merge(data, doc.data)
    return data
