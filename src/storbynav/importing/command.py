"""``storbynav import``: look at an institute's file, and write the checked data set."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import paths
from storbynav.formatting import number
from storbynav.problems import SurveyError


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    command.add_argument("file", type=Path, help="filen med svar (.sav, .csv, .dta, .xlsx)")
    command.add_argument(
        "--map", type=Path, required=True, help="kolonnekart (YAML): hva filens kolonner og koder heter her"
    )
    command.add_argument("--offices", type=Path, default=None, help="egen kontortabell (som offices.csv)")
    command.add_argument("--leaders", type=Path, default=None, help="egne ledersvar (som leaders.csv)")
    command.add_argument(
        "--out",
        type=Path,
        default=paths.PRIVATE,
        help="mappe å skrive til, utenfor versjonskontroll (privat)",
    )
    command.add_argument("--dry-run", action="store_true", help="vis bare hva filen inneholder")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    try:
        return _import(options)
    except OSError as error:  # no right to read or write, no room, a name too long
        file = error.filename2 or error.filename or options.out
        print(
            f"{file} kan ikke leses eller skrives: {error.strerror}. Datasettet er ikke ferdig.",
            file=sys.stderr,
        )
        return 2


def _import(options: argparse.Namespace) -> int:
    from storbynav.importing import ImportRefusedError, inspect, write  # reads pandas and the registry

    try:
        seen = inspect(options.file, options.map, offices=options.offices, leaders=options.leaders)
    except SurveyError as error:
        for problem in error.problems:
            print(problem.discreet(), file=sys.stderr)
        return 2
    print("\n".join(lines(seen)))
    if seen.survey is None:
        print("\nIngenting er skrevet. Rett kolonnekartet (eller filen) og kjør på nytt.", file=sys.stderr)
        return 1
    if options.dry_run:
        print("\nPrøvekjøring: ingenting er skrevet.")
        return 0
    try:
        written = write(seen.survey, options.file, options.map, options.out)
    except ImportRefusedError as error:
        print(error, file=sys.stderr)
        return 2
    folder = paths.shown(options.out)
    print(f"\nSkrev {', '.join(path.name for path in written)} til {folder}/.")
    print(f"Bygg rapporten fra dem med: make report DATA={folder}")
    return 0


def lines(seen: object) -> list[str]:
    """The dry run as lines for a terminal: counts and names, never an answer of a respondent."""
    from storbynav.importing.inspection import HEADINGS, Inspection

    assert isinstance(seen, Inspection)
    columns = "1 kolonne" if seen.columns == 1 else f"{number(seen.columns)} kolonner"
    shown = [f"{seen.file}: {number(seen.rows)} rader, {columns}"]
    shown += ["", f"Koblede kolonner ({len(seen.matches)})"]
    width = max((len(m.theirs) for m in seen.matches), default=0)
    ours = max((len(m.ours) for m in seen.matches), default=0)
    shown += [
        f"  {m.theirs:{width}} → {m.ours:{ours}}  {m.valid:>6} svar, {m.missing:>5} uten"
        for m in seen.matches
    ]
    for kind, heading in HEADINGS.items():
        found = [f for f in seen.findings if f.kind == kind]
        if not found:
            continue
        mark = "FEIL" if found[0].stops else "Vurder"
        shown += ["", f"{mark}: {heading} ({len(found)})"]
        shown += [f"  {f.column + ': ' if f.column else ''}{f.text}" for f in found]
    return shown
