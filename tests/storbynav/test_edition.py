"""The metadata that the text asks for agrees with the data set."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from storbynav import edition, paths
from storbynav.survey import Provenance, load

REAL, SYNTHETIC = Provenance(kind="real"), Provenance()


def test_the_shipped_file_follows_the_manifest() -> None:
    told = yaml.safe_load((paths.SURVEY / edition.FILE).read_text("utf-8"))
    kind = yaml.safe_load(paths.MANIFEST_FILE.read_text("utf-8"))["provenance"]
    assert told == {"answers": {"synthetic": kind == "synthetic", "real": kind == "real"}}
    edition.check(paths.SURVEY, load().provenance)


def test_a_text_that_calls_the_numbers_something_else_is_refused(tmp_path: Path) -> None:
    edition.check(tmp_path, REAL)  # a data set without the file says nothing
    edition.write(tmp_path, SYNTHETIC)
    edition.check(tmp_path, SYNTHETIC)
    with pytest.raises(edition.EditionError, match="har ekte svar"):
        edition.check(tmp_path, REAL)


def test_the_book_reads_it_and_every_condition_is_one_it_has() -> None:
    import re

    settings = yaml.safe_load((paths.ROOT / "_quarto.yml").read_text("utf-8"))
    assert "data/survey/provenance.yml" in settings["metadata-files"]
    files = [paths.ROOT / "index.qmd", *paths.REPORT.rglob("*.qmd")]
    asked = {k for file in files for k in re.findall(r'when-meta="([^"]+)"', file.read_text("utf-8"))}
    assert asked == {"answers.synthetic", "answers.real"}
