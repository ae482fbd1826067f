"""What the documents must know of the data set: a small metadata file beside it, for Quarto's `when-meta`.

    ::: {.content-visible when-meta="answers.synthetic"}

The file follows from the manifest and is written with it; `check` refuses a book whose text would call the
numbers something else than the loaded data set does.
"""

from __future__ import annotations

from pathlib import Path

from storbynav import paths
from storbynav.survey import Provenance
from storbynav.yamlfile import parse_yaml, read_utf8

FILE = "provenance.yml"
_HEAD = (
    "# What kind of answers the text speaks of (content-visible when-meta=…): written with the data set.\n"
)


class EditionError(ValueError):
    """Text and data set disagree on whether the numbers are measured; the message says what to do."""


def write(folder: Path, provenance: Provenance) -> Path:
    """Write the metadata of a data set beside it; returns the file."""
    file = folder / FILE
    file.write_text(text(provenance), encoding="utf-8", newline="\n")
    return file


def text(provenance: Provenance) -> str:
    """The content of the file."""
    synthetic, real = ("true", "false") if provenance.synthetic else ("false", "true")
    return f"{_HEAD}answers:\n  synthetic: {synthetic}\n  real: {real}\n"


def check(folder: Path, provenance: Provenance) -> None:
    """Refuse a data set whose metadata file says another kind; one without the file says nothing."""
    file = folder / FILE
    if not file.is_file():
        return
    name = paths.shown(file)
    told = parse_yaml(read_utf8(file, name), name)
    if told != parse_yaml(text(provenance), name):
        kind = "syntetiske" if provenance.synthetic else "ekte"
        raise EditionError(
            f"{name} passer ikke med datasettet, som har {kind} svar. Bygg ekte svar med "
            "«make report DATA=…», eller lag det syntetiske datasettet på nytt med «make data»."
        )
