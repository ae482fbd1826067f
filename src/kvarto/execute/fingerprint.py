"""What every result hangs on besides its own code and the files it touched.

Python's version, the lock file, the installed packages' names and versions, the working folder, figure sizes,
the variables the book names under `kvarto: env:`. Files and imported modules are noted per chapter as it runs
(`deps`).
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from functools import cache
from pathlib import Path
from typing import Any

from kvarto.execute.store import VERSION, atomic_write
from kvarto.project import Book, Chapter

LOCKS = ("requirements.lock", "requirements.txt", "uv.lock", "poetry.lock", "pdm.lock", "pixi.lock")
FIGURE_SIZE = (7.0, 5.0)
"""Inches; Quarto's for HTML. The PDF scales the picture to its column."""


def settings(book: Book) -> dict[str, Any]:
    """The book's `kvarto:` block."""
    value = book.meta.get("kvarto")
    return value if isinstance(value, dict) else {}


def declared(book: Book, key: str) -> list[str]:
    """A list under `kvarto:` (`depends`, `env`)."""
    value = settings(book).get(key) or []
    return [str(v) for v in (value if isinstance(value, list) else [value])]


@cache
def packages() -> str:
    """Names and versions of what is installed, by the folders that hold them."""
    names: list[str] = []
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            try:
                names += sorted(
                    p.name for p in Path(folder).iterdir() if p.name.endswith((".dist-info", ".egg-info"))
                )
            except OSError:
                continue
    return "\n".join(names)


def environment(book: Book) -> str:
    """A hash of what all chapters share."""
    digest = hashlib.sha256(f"{VERSION}\n{sys.version}\n{sys.platform}\n{packages()}".encode())
    for name in LOCKS:
        path = book.root / name
        if path.is_file():
            digest.update(name.encode() + path.read_bytes())
    for name in declared(book, "env"):
        digest.update(f"\n{name}={os.environ.get(name, '')}".encode())
    return digest.hexdigest()


def chapter_settings(book: Book, chapter: Chapter) -> list[Any]:
    """What of the configuration reaches a chapter's code."""
    return [chapter.id, str(work_folder(book, chapter).relative_to(book.root)), figure_size(book, chapter)]


def figure_size(book: Book, chapter: Chapter) -> list[float]:
    """Width and height of figures in inches."""
    from kvarto.cells import chapter_options

    options = chapter_options(book, chapter)
    told = options.get("fig-width"), options.get("fig-height")
    return [
        float(value) if isinstance(value, int | float) and value else usual  # another type is told already
        for value, usual in zip(told, FIGURE_SIZE, strict=True)
    ]


def work_folder(book: Book, chapter: Chapter) -> Path:
    """Where a chapter's code runs: its file's folder, or the project's with `execute-dir: project`."""
    project = book.meta.get("project") or {}
    if project.get("execute-dir") == "project" or chapter.source is None:
        return book.root
    return chapter.source.parent


def process_environment(book: Book) -> dict[str, str]:
    """Variables that the process has from its start."""
    return {"QUARTO_PROJECT_ROOT": str(book.root), "QUARTO_PROJECT_DIR": str(book.root)}


def job_environment(book: Book, chapter: Chapter, target: str) -> dict[str, str]:
    """Quarto's variables for a chapter and target, with the file that QUARTO_EXECUTE_INFO names."""
    assert chapter.source is not None
    width, height = figure_size(book, chapter)
    fmt = book.formats.get(target)
    info = {
        "document-path": str(chapter.source),
        "format": {
            "identifier": {
                "target-format": fmt.name if fmt else target,
                "base-format": target,
                "display-name": {"html": "HTML", "typst": "Typst", "docx": "MS Word"}[target],
            },
            "execute": {
                **book.execute,
                **(chapter.front.get("execute") or {}),
                "fig-width": width,
                "fig-height": height,
                "fig-format": "svg",
            },
            "pandoc": {"to": target},
            "language": book.words,
        },
    }
    raw = json.dumps(info, ensure_ascii=False, sort_keys=True, default=str).encode()
    path = book.cache / "info" / f"{hashlib.sha256(raw).hexdigest()[:16]}.json"
    if not path.is_file():
        atomic_write(path, raw)
    rc = f"svg.hashsalt: kvarto\nfigure.figsize: {width}, {height}\n"
    rc_path = book.cache / "info" / f"matplotlibrc-{width}x{height}"
    if not rc_path.is_file():
        atomic_write(rc_path, rc.encode())
    return {
        **process_environment(book),
        "QUARTO_DOCUMENT_PATH": str(chapter.source.parent),
        "QUARTO_DOCUMENT_FILE": chapter.source.name,
        "QUARTO_EXECUTE_INFO": str(path),
        "QUARTO_FIG_WIDTH": f"{width:g}",
        "QUARTO_FIG_HEIGHT": f"{height:g}",
        "QUARTO_FIG_DPI": "96",
        "QUARTO_FIG_FORMAT": "svg",
        "MATPLOTLIBRC": str(rc_path),
    }
