"""Pictures as Word can show them: an SVG is drawn by Typst, with the fonts of the book's extension."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import Any

from kvarto.execute.store import atomic_write
from kvarto.project import Book

PIXELS_PER_INCH = 192
"""Twice a screen's."""


class Pictures:
    """The pictures of one book."""

    def __init__(self, book: Book) -> None:
        """Drawn pictures are kept in the book's cache, by content."""
        self._book = book
        self._folder = book.cache / "docx"

    def shown(self, file: Path) -> Path | None:
        """The file itself, or a PNG of an SVG; None when it cannot be drawn."""
        if file.suffix.lower() != ".svg":
            return file
        content = file.read_bytes()
        key = hashlib.sha256(content).hexdigest()[:24]
        path = self._folder / f"{key}.png"
        if not path.is_file():
            made = self._draw(key, content)
            if made is None:
                return None
            atomic_write(path, made)
        return path

    @cached_property
    def _fonts(self) -> Any:
        import typst

        folders = [
            fmt.extension.folder / name
            for fmt in self._book.formats.values()
            if fmt.extension
            for name in fmt.extension.contributes.get("font-paths", [])
        ]
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(f) for f in folders]
        )

    def _draw(self, key: str, content: bytes) -> bytes | None:
        import typst

        atomic_write(self._folder / f"{key}.svg", content)
        source = f'#set page(width: auto, height: auto, margin: 0pt)\n#image("{key}.svg")'
        try:
            made = typst.compile(
                source.encode(),
                root=str(self._folder),
                font_paths=self._fonts,
                ignore_system_fonts=True,
                format="png",
                ppi=PIXELS_PER_INCH,
            )
        except typst.TypstError:
            return None
        return made if isinstance(made, bytes) else None
