"""The PDFs under test: the demo book (built here, with all that the template does) and the book itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from kvarto import project, structure, typst
from kvarto.faults import Faults
from tests.kvarto import book as books

ROOT = Path(__file__).parents[2]
DEMO = Path(__file__).parent / "demo"


@dataclass(frozen=True)
class Built:
    """A PDF and what it was made from (`structured` only for the demo book)."""

    path: Path
    title: str
    structured: structure.Structured | None = None


def make_demo(folder: Path) -> Built:
    """The demo book with the real extension."""
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    shutil.copytree(ROOT / "_extensions", folder / "_extensions")
    faults = Faults()
    book = project.load(folder, faults)
    structured = structure.build(book, books.plain(book), faults, "typst", {})
    out = folder / "_book" / book.pdf_name
    typst.write(book, structured, out, faults, executed=books.plain(book))
    assert not faults.errors, faults.report()
    return Built(out, book.title, structured)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return make_demo(tmp_path_factory.mktemp("demo") / "bok")


@pytest.fixture(scope="session")
def report() -> Built:
    """The book's own PDF, rendered now when nobody has. `BOOK_DIR` names another folder that holds it."""
    book = project.load(ROOT)
    path = Path(os.environ.get("BOOK_DIR", book.output_dir)) / book.pdf_name
    if not path.exists():
        kvarto = Path(sys.executable).with_name("kvarto")
        command = [kvarto, "render", "--quiet"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"kvarto render: exit {done.returncode}\n{done.stderr[-3000:]}", pytrace=False)
    return Built(path, book.title)


@pytest.fixture(scope="session", params=["demo", "report"])
def built(request: pytest.FixtureRequest) -> Built:
    """Each of the two."""
    value: Built = request.getfixturevalue(request.param)
    return value


@pytest.fixture(scope="session")
def pdf(built: Built) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(built.path) as opened:
        yield opened
