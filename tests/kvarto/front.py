"""Helpers for tests of the front half: run a book's cells, render it by the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from kvarto import execute, project
from kvarto.execute.result import Executed
from kvarto.faults import Faults
from tests.kvarto.book import HEAD, make

HTML_ONLY = HEAD.replace("  typst: default\n", "")


def chapter(
    folder: Path,
    text: str,
    faults: Faults | None = None,
    config: str = HTML_ONLY,
    target: str = "html",
    **files: str,
) -> str:
    """The executed Markdown of k.qmd with this text; without `faults`, nothing may be wrong."""
    return run(folder, text, faults, config, (target,), **files)["k.qmd"].markdown(target)


def run(
    folder: Path,
    text: str,
    faults: Faults | None = None,
    config: str = HTML_ONLY,
    targets: tuple[str, ...] = ("html",),
    **files: str,
) -> dict[str, Executed]:
    """Make the book and run it."""
    make(folder, text, config, **files)
    return again(folder, faults, targets)


def again(
    folder: Path, faults: Faults | None = None, targets: tuple[str, ...] = ("html",)
) -> dict[str, Executed]:
    """Run a book that is there."""
    found = Faults() if faults is None else faults
    book = project.load(folder, found)
    executed = execute.run(book, book.sources, targets, found)
    if faults is None:
        assert not found.errors, found.report()
    return executed


def kvarto(*args: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as an author does."""
    return subprocess.run(
        [sys.executable, "-m", "kvarto.cli", *map(str, args)],
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
        encoding="utf-8",
    )
