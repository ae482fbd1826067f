"""A registry that a test may change, and the shipped survey."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.report import Report


@pytest.fixture(scope="session")
def report() -> Report:
    return Report.open()


@pytest.fixture
def registry(tmp_path: Path) -> Path:
    """A copy of data/published."""
    return Path(shutil.copytree(paths.PUBLISHED, tmp_path / "published"))


@pytest.fixture
def edit(registry: Path) -> Callable[[str, str, str], Path]:
    """Replace one text in a file of the copied registry; the text must stand there exactly once."""

    def change(name: str, old: str, new: str) -> Path:
        file = registry / name
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{name} has {old!r} {text.count(old)} times"
        file.write_text(text.replace(old, new), encoding="utf-8")
        return registry

    return change
