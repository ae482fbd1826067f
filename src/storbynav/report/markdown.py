"""Pictures and their notes as Markdown, with addresses as the document being rendered must write them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from storbynav import formatting as f
from storbynav.formatting import Markdown


def image(folder: Path, written: dict[str, Any]) -> Markdown:
    """The picture of a bundle with its alternative text, and the note below it."""
    shown = f'![]({relative(folder / "wide.svg")}){{fig-alt="{f.escape_markdown(written["alt"])}"}}'
    return Markdown(f"{shown}\n\n::: {{.figur-note}}\n{f.escape_markdown(written['note'])}\n:::\n")


def relative(file: Path) -> str:
    """The path of a file as the document being rendered must write it."""
    folder = os.environ.get("QUARTO_DOCUMENT_PATH") or Path.cwd()
    return Path(os.path.relpath(file, folder)).as_posix()
