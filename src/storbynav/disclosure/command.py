"""``storbynav disclosure``: ``scan`` a finished book, ``guard`` version control against real answers."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from storbynav import paths

REPORT = "gjennomgang.json"


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    jobs = command.add_subparsers(dest="job", required=True, metavar="oppgave")
    job = jobs.add_parser("scan", help="les gjennom alle filene i en ferdig bok")
    job.add_argument("folder", type=Path, help="den ferdige boken, for eksempel privat/rapport/_book")
    job.add_argument(
        "--build",
        type=Path,
        default=None,
        help="mappen boken er bygd i, med svarene og regnskapet (standard: mappen over boken)",
    )
    job.set_defaults(run=lambda options: scan(options.folder, options.build or options.folder.parent))

    jobs.add_parser("guard", help="kontroller at ingen ekte svar er under versjonskontroll").set_defaults(
        run=lambda _options: guard()
    )


def guard(root: Path = paths.ROOT) -> int:
    """Look at the tracked files; 0: no answers of real respondents, 1: some that look like them."""
    from storbynav.disclosure import guard as guarding

    try:
        refused = guarding.check(root)
    except RuntimeError as error:
        print(error)
        return 0
    for one in refused:
        print(f"{one}. Ta den ut med «git rm --cached {one.file}».", file=sys.stderr)
    return 1 if refused else 0


def scan(book: Path, build: Path) -> int:
    """Scan a book built in `build`, by the policy it was built with, and tell what was found.

    What was found is also written to `REPORT` in `build`. Returns 0 where there is nothing, 1 where there is
    something, 2 where it cannot be scanned.
    """
    if not book.is_dir():
        print(f"{paths.shown(book)} finnes ikke: bygg boken først.", file=sys.stderr)
        return 2
    if build.resolve() == paths.ROOT:
        return _scan(book.resolve())
    command = [sys.executable, "-m", "storbynav.cli", "disclosure", "scan", str(book.resolve())]
    own = {paths.ROOT_VARIABLE: str(build.resolve()), "PYTHONPATH": str(build.resolve() / "src")}
    sys.stdout.flush()
    return subprocess.run([*command, "--build", str(build.resolve())], env={**os.environ, **own}).returncode


def _scan(book: Path) -> int:
    """The scan where the project is the one that the book was built in."""
    from storbynav import survey  # reads pandas
    from storbynav.disclosure import PolicyError, ledger
    from storbynav.disclosure import scan as scanning
    from storbynav.disclosure.reading import ReadError
    from storbynav.problems import SurveyError

    try:
        answers = survey.load()
        if answers.synthetic:
            print("Boken er bygd av syntetiske svar. Der er det ingen å verne.")
            return 0
        entries = ledger.read(paths.ROOT / ledger.FOLDER)
        if not entries:
            print("Det finnes ikke noe regnskap over hva som er vist: bygg på nytt.", file=sys.stderr)
            return 2
        result = scanning.scan(book, answers, entries)
    except SurveyError as error:
        print("\n".join(str(problem.discreet()) for problem in error.problems), file=sys.stderr)
        return 2
    except (PolicyError, ReadError) as error:
        print(error, file=sys.stderr)
        return 2
    result.leaks += scanning.traces(paths.ROOT, answers)
    told = [{"leak": str(leak), "withhold": leak.withhold and leak.withhold.plain()} for leak in result.leaks]
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    (paths.ROOT / REPORT).write_text(text, encoding="utf-8")
    for leak in result.leaks:
        print(f"LEKKASJE {leak}", file=sys.stderr)
    hidden = sum(len(entry.hidden) for entry in entries)
    print(
        f"Gjennomgang: {result.files} filer og sider, {result.checked} bilder og rader av figurer og "
        f"tabeller, {len(entries)} steder i regnskapet, {hidden} skjulte tall. "
        + (f"{len(result.leaks)} lekkasjer." if result.leaks else "Ingen lekkasjer.")
    )
    return 1 if result.leaks else 0
