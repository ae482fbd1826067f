"""Tools that no wheel carries, and the one rule for a machine that lacks them.

A test that needs such a tool says so by name::

    from tests.tools import require
    chromium = require("chromium")          # a Path, or the test is skipped with one line

Where the tool is absent the test is skipped by name; with ``CI_STRICT=1`` in the environment the same
absence is a failure, so that a full run cannot lose a checker unnoticed. ``python tests/tools.py`` lists
what this machine has, one line per tool, and exits 1 under ``CI_STRICT=1`` when something is missing.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

DICTIONARY_FOLDERS = (
    "/usr/share/hunspell",
    "/usr/share/myspell",
    "/usr/share/myspell/dicts",
    "/Library/Spelling",
    "~/Library/Spelling",
    "~/.local/share/hunspell",
)


@dataclass(frozen=True)
class Tool:
    """A program or file outside the package registry: what it is for, its apt package, how to find it."""

    name: str
    purpose: str
    apt: str
    candidates: Callable[[], Iterator[str | None]]

    def find(self) -> Path | None:
        """The first candidate that exists, or None."""
        for candidate in self.candidates():
            if candidate and (path := Path(candidate).expanduser()).exists():
                return path
        return None

    @property
    def missing(self) -> str:
        """One line for people: what is missing and where it comes from."""
        return f"{self.name} is not installed ({self.purpose}); apt package: {self.apt}"


def _programs(variable: str, *names: str) -> Callable[[], Iterator[str | None]]:
    """Candidates for a program: the environment variable, then each name on PATH."""

    def candidates() -> Iterator[str | None]:
        yield os.environ.get(variable)
        for name in names:
            yield shutil.which(name)

    return candidates


def _chromium() -> Iterator[str | None]:
    yield from _programs("CHROMIUM", "chromium", "chromium-browser", "google-chrome")()
    yield "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", "~/.cache/ms-playwright")).expanduser()
    for pattern in ("chromium-*/chrome-linux*/chrome", "chromium_headless_shell-*/chrome-*/*headless*shell"):
        for found in sorted(cache.glob(pattern), reverse=True):
            yield str(found)


def _dictionary() -> Iterator[str | None]:
    yield os.environ.get("HUNSPELL_NB")
    for folder in DICTIONARY_FOLDERS:
        for name in ("nb_NO.dic", "nb.dic", "no.dic"):
            yield f"{folder}/{name}"


TOOLS = {
    tool.name: tool
    for tool in (
        Tool("chromium", "pages in a browser: axe, keyboard, printing", "chromium", _chromium),
        Tool("pdftotext", "text of the PDF", "poppler-utils", _programs("PDFTOTEXT", "pdftotext")),
        Tool("pdftoppm", "pages of the PDF as pictures", "poppler-utils", _programs("PDFTOPPM", "pdftoppm")),
        Tool("qpdf", "structure of the PDF", "qpdf", _programs("QPDF", "qpdf")),
        Tool("hunspell", "spelling", "hunspell", _programs("HUNSPELL", "hunspell")),
        Tool("hunspell-no", "Norwegian dictionary (nb_NO.dic)", "hunspell-no", _dictionary),
        Tool("pspp", "reads the .sav file as SPSS would", "pspp", _programs("PSPP", "pspp")),
        Tool("R", "independent statistics", "r-base-core", _programs("RSCRIPT", "Rscript")),
        Tool(
            "libreoffice",
            "opens DOCX as Word does",
            "libreoffice-writer-nogui",
            _programs("SOFFICE", "soffice"),
        ),
    )
}
ALIASES = {"poppler": "pdftotext", "Rscript": "R", "soffice": "libreoffice"}


def strict() -> bool:
    """True when a missing tool must fail the run instead of skipping tests."""
    return os.environ.get("CI_STRICT", "") not in ("", "0")


def tool(name: str) -> Tool:
    """The tool of that name; KeyError for a name nobody has described here."""
    return TOOLS[ALIASES.get(name, name)]


def find(name: str) -> Path | None:
    """Where the tool is on this machine, or None."""
    return tool(name).find()


def require(name: str) -> Path:
    """Path of the tool; without it the calling test, fixture or module is skipped (strict: fails)."""
    wanted = tool(name)
    path = wanted.find()
    if path is not None:
        return path
    if strict():
        pytest.fail(wanted.missing, pytrace=False)
    pytest.skip(wanted.missing, allow_module_level=True)


def main() -> int:
    """Print one line per tool; exit status 1 under ``CI_STRICT=1`` when one is missing."""
    missing = 0
    for each in TOOLS.values():
        path = each.find()
        missing += path is None
        print(f"{each.name:12} {path}" if path else f"{each.name:12} – {each.missing}")
    return 1 if missing and strict() else 0


if __name__ == "__main__":
    sys.exit(main())
