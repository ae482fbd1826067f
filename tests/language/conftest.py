"""The book as readers get it, read once for all checks."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.language import reading
from tests.language.reading import Piece


@pytest.fixture(scope="session")
def book() -> Path:
    """The built book: `_book`, or the folder named in ``BOOK``."""
    folder = Path(os.environ.get("BOOK", reading.BOOK))
    if not (folder / "index.html").is_file():
        pytest.fail(f"{folder} er ikke bygget: kjør «make report» først.", pytrace=False)
    return folder


@pytest.fixture(scope="session")
def pieces(book: Path) -> list[Piece]:
    """Everything a reader reads."""
    return reading.whole(book)
