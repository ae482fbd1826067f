"""The DOCX under test: the book's own, as `kvarto render` writes it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from kvarto import build, project, structure
from kvarto.execute.result import Executed
from kvarto.faults import Faults
from kvarto.progress import Quiet
from kvarto.project import Book
from kvarto.structure import Structured
from tests.kvarto.docx.word import Word

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def book() -> Book:
    return project.load(ROOT)


@pytest.fixture(scope="session")
def folder(book: Book) -> Path:
    """The folder that holds the book, rendered now when nobody has. `BOOK_DIR` names another."""
    folder = Path(os.environ.get("BOOK_DIR", book.output_dir))
    if not (folder / book.docx_name).exists() or not (folder / book.pdf_name).exists():
        kvarto = Path(sys.executable).with_name("kvarto")
        command = [kvarto, "render", "--quiet"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"kvarto render: exit {done.returncode}\n{done.stderr[-3000:]}", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def report(book: Book, folder: Path) -> Word:
    return Word(folder / book.docx_name)


@pytest.fixture(scope="session")
def pdf(book: Book, folder: Path) -> pikepdf.Pdf:
    return pikepdf.open(folder / book.pdf_name)


@pytest.fixture(scope="session")
def executed(book: Book, folder: Path) -> dict[str, Executed]:
    """What the cells gave; remembered, since the book has been rendered."""
    return build.run_cells(book, ("html", "typst", "docx"), Faults(), Quiet())


@pytest.fixture(scope="session")
def pages(book: Book, executed: dict[str, Executed]) -> Structured:
    """The site's structured AST."""
    return structure.build(book, executed, Faults(), "html")


@pytest.fixture(scope="session")
def printed(book: Book, executed: dict[str, Executed]) -> Structured:
    """The PDF's structured AST."""
    return structure.build(book, executed, Faults(), "typst")
