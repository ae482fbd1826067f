"""``storbynav metadata``: the survey's metadata for a data archive, beside its files."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import paths
from storbynav.problems import SurveyError

DDI = "ddi.xml"


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    command.add_argument(
        "folder", type=Path, nargs="?", default=paths.SURVEY, help="mappen med datasettet (data/survey)"
    )
    command.set_defaults(run=lambda options: write(options.folder))


def write(folder: Path) -> int:
    """Write both files into the folder of a data set; returns the exit status."""
    from storbynav import survey
    from storbynav.archive import datapackage, ddi
    from storbynav.archive.datapackage import FILE
    from storbynav.codebook import CodebookError

    try:
        answers = survey.load(folder / "survey.csv")
    except SurveyError as error:
        print("\n".join(str(problem.discreet()) for problem in error.problems), file=sys.stderr)
        return 2
    try:
        files = {DDI: ddi(answers), FILE: datapackage(answers, folder)}
    except CodebookError as error:  # it says nothing of the study
        print(error, file=sys.stderr)
        return 2
    for name, content in files.items():
        (folder / name).write_bytes(content)
    print(f"Skrev {DDI} og {FILE} til {paths.shown(folder)}/.")
    return 0
