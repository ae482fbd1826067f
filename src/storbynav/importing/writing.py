"""A checked data set into a private folder: the files that the report is built from."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import subprocess
from pathlib import Path

import pandas as pd
import yaml

from storbynav import edition, paths
from storbynav.sav import write_sav
from storbynav.survey import Survey
from storbynav.yamlfile import YamlFaultError, parse_yaml, read_utf8

MANIFEST = "# Skrevet av `storbynav import`. Svarene er ekte: mappen hører ikke hjemme i versjonskontroll.\n"


class ImportRefusedError(ValueError):
    """The data set may not be written there; the message says why and what to do."""


def write(survey: Survey, source: Path, mapping: Path, folder: Path) -> list[Path]:
    """Write survey.csv, survey.sav, manifest.yml, provenance.yml; offices.csv and leaders.csv if there are.

    Returns the files.

    Respondents get running numbers instead of the ids of `source`: the report needs none, and what could
    link a row to a person stays behind. The manifest says ``provenance: real`` and holds checksums of the
    source, the map and the files written. The date in the SPSS file is the day `source` was last changed.

    Raises
    ------
    ImportRefusedError
        `folder` is under version control without being ignored, or holds something else.
    """
    check_folder(folder)
    folder.mkdir(parents=True, exist_ok=True)
    book = survey.codebook
    numbered = survey.frame[list(book.columns("survey"))].assign(
        **{book.id_column: [str(number) for number in range(1, len(survey) + 1)]}
    )
    anonymous = Survey(
        survey.frame.assign(**{book.id_column: numbered[book.id_column]}),
        survey.offices,
        survey.leaders,
        book,
        survey.provenance,
    )
    leaders = survey.leaders.assign(
        **{book.id_column: [f"L{number}" for number in range(1, len(survey.leaders) + 1)]}
    )
    tables = {"survey.csv": numbered}
    if book.office_column:
        tables["offices.csv"] = survey.offices.reset_index()[list(book.columns("offices"))]
    if leaders.empty:  # a table without rows is not a table of leaders
        (folder / "leaders.csv").unlink(missing_ok=True)
    else:
        tables["leaders.csv"] = leaders[list(book.columns("leaders"))]
    for name, frame in tables.items():
        (folder / name).write_bytes(_csv(frame))
    changed = dt.datetime.fromtimestamp(source.stat().st_mtime).date()
    write_sav(anonymous, folder / "survey.sav", changed)
    written = [folder / name for name in (*tables, "survey.sav")]
    manifest = {
        "provenance": "real",
        "source": {"file": source.name, "sha256": _sha256(source)},
        "mapping": {"file": mapping.name, "sha256": _sha256(mapping)},
        "respondents": len(survey),
        "checksums": {path.name: _sha256(path) for path in sorted(written)},
    }
    told = folder / "manifest.yml"
    told.write_text(MANIFEST + yaml.safe_dump(manifest, allow_unicode=True, sort_keys=False), "utf-8")
    return [*written, told, edition.write(folder, survey.provenance)]


def check_folder(folder: Path) -> None:
    """Refuse a folder that version control would pick up, or that holds other files than a data set."""
    where = next((p for p in (folder, *folder.resolve().parents) if p.is_dir()), Path.cwd())
    if folder.resolve() in (paths.SURVEY, paths.DATA, paths.ROOT):
        raise ImportRefusedError(
            f"{paths.shown(folder)} er prosjektets egen mappe. Velg en annen, for eksempel privat/."
        )
    if _inside_repository(where) and not _ignored(folder / "survey.csv", where):
        raise ImportRefusedError(
            f"{paths.shown(folder)} er under versjonskontroll. Ekte svar skal ikke dit: bruk privat/ "
            "(som Git ser bort fra), eller en mappe utenfor prosjektet."
        )
    manifest = folder / "manifest.yml"
    if folder.is_dir() and any(folder.iterdir()):
        told = None
        if manifest.is_file():
            with contextlib.suppress(YamlFaultError):  # not one of ours, then
                told = parse_yaml(read_utf8(manifest, manifest.name), manifest.name)
        if not isinstance(told, dict) or told.get("provenance") != "real":
            raise ImportRefusedError(
                f"{paths.shown(folder)} er ikke tom og er ikke et datasett fra en tidligere import. "
                "Velg en annen mappe."
            )


def _inside_repository(where: Path) -> bool:
    return _git(where, "rev-parse", "--is-inside-work-tree") == 0


def _ignored(path: Path, where: Path) -> bool:
    return _git(where, "check-ignore", "--quiet", str(path.resolve())) == 0


def _git(where: Path, *arguments: str) -> int:
    """The exit status of a git command; without git there is no version control to guard against."""
    try:
        return subprocess.run(["git", "-C", str(where), *arguments], capture_output=True).returncode
    except FileNotFoundError:
        return 1


def _csv(frame: pd.DataFrame) -> bytes:
    shown = frame.apply(lambda column: column.map(_cell))
    buffer = io.StringIO(newline="")
    shown.to_csv(buffer, index=False, lineterminator="\n")
    return buffer.getvalue().encode("utf-8")


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
