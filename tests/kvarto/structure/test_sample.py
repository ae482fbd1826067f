"""The sample of structured AST that writers are tested with is what structure makes today."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.kvarto.book import make, structured

SAMPLE = Path(__file__).parent / "sample"


@pytest.mark.parametrize("fmt", ["html", "typst"])
def test_sample(fmt: str, tmp_path: Path) -> None:
    book = make(tmp_path, (SAMPLE / "k.qmd").read_text(encoding="utf-8"))
    blocks = structured(book, fmt).chapter("k.qmd").blocks
    assert blocks == json.loads((SAMPLE / f"{fmt}.json").read_text(encoding="utf-8"))
