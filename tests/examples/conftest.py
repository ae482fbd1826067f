"""The example book, built once in a folder of its own in all three formats."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "lesevaner"
BUILT = shutil.ignore_patterns("_book", "_figures", "_disclosure", ".kvarto")


def copied(folder: Path) -> Path:
    """The example alone, its link to the look replaced by what it points to."""
    return Path(shutil.copytree(EXAMPLE, folder, ignore=BUILT))


def kvarto(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``kvarto`` on a copy, from elsewhere, as the reader of the README does."""
    environment = {k: v for k, v in os.environ.items() if k != "STORBYNAV_ROOT"}
    command = [sys.executable, "-m", "kvarto.cli", *arguments, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, check=False)


@dataclass(frozen=True)
class Example:
    """A built copy of the example, and its answers as plain pandas reads them."""

    folder: Path
    answers: pd.DataFrame

    @property
    def book(self) -> Path:
        """The output folder."""
        return self.folder / "_book"

    @property
    def pdf(self) -> Path:
        """The one PDF."""
        (found,) = self.book.glob("*.pdf")
        return found

    @property
    def docx(self) -> Path:
        """The one Word file."""
        (found,) = self.book.glob("*.docx")
        return found


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """The example, rendered to HTML, PDF and DOCX without a fault."""
    folder = copied(tmp_path_factory.mktemp("eksempel") / "lesevaner")
    done = kvarto(folder, "render", "--quiet")
    assert done.returncode == 0, done.stderr[-3000:]
    yield Example(folder, pd.read_csv(folder / "data" / "survey" / "survey.csv"))
