"""The project root and its folders: the only place that knows where things lie."""

from __future__ import annotations

import os
from pathlib import Path

ROOT_VARIABLE = "STORBYNAV_ROOT"


def find_root(start: Path | None = None) -> Path:
    """Return the project root: the folder of the survey at hand, which holds ``data/published``.

    Looked for, in this order: the environment variable ``STORBYNAV_ROOT``; `start` and its parents, or
    without it the working directory and its parents; the checkout this module was imported from. So a book
    about another survey finds its own data from its own folder.

    Raises
    ------
    FileNotFoundError
        No such folder, with what was looked for and how to say where it is.
    """
    named = os.environ.get(ROOT_VARIABLE)
    if named:
        root = Path(named).expanduser().resolve()
        if not _is_root(root):
            raise FileNotFoundError(
                f"{ROOT_VARIABLE}={named} er ikke prosjektmappen: den mangler data/published."
            )
        return root
    starts = [start] if start else [Path.cwd(), Path(__file__)]
    for place in starts:
        for folder in (place, *place.resolve().parents):
            if _is_root(folder):
                return folder.resolve()
    raise FileNotFoundError(
        "Fant ikke prosjektmappen (den med data/published) over "
        f"{' eller '.join(str(p) for p in starts)}. Kjør fra prosjektet, eller sett {ROOT_VARIABLE}."
    )


def _is_root(folder: Path) -> bool:
    return (folder / "data" / "published").is_dir()


ROOT = find_root()
DATA = ROOT / "data"
PUBLISHED = DATA / "published"
SURVEY = DATA / "survey"
CODEBOOK_FILE = SURVEY / "codebook.yml"
SURVEY_FILE = SURVEY / "survey.csv"
SAV_FILE = SURVEY / "survey.sav"
OFFICES_FILE = SURVEY / "offices.csv"
LEADERS_FILE = SURVEY / "leaders.csv"
MANIFEST_FILE = SURVEY / "manifest.yml"
DISCLOSURE_FILE = DATA / "disclosure.yml"
PUBLICATION_FILE = ROOT / "publication.yml"
FIGURES = ROOT / "_figures"
REPORT = ROOT / "report"
PRIVATE = ROOT / "privat"
"""Real answers, ignored by version control."""


def shown(path: Path) -> str:
    """`path` as people should see it: relative to the project root where it lies inside, else as it is."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return str(path)
