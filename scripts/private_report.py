"""The whole report from a data set of real answers, in draft mode, inside the private folder that holds them.

    python scripts/private_report.py build privat      (make report DATA=privat)
    python scripts/private_report.py wipe privat       (make wipe DATA=privat)

The project is mirrored into ``privat/rapport/``, with the real survey in the place of the synthetic one, and
built there: book, figures, caches and the ledger of the disclosure control all lie in the private folder, and
one command removes them. What `storbynav import` wrote stays.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from storbynav import edition, paths, survey
from storbynav.disclosure import command as disclosure_command
from storbynav.importing.writing import ImportRefusedError, check_folder
from storbynav.problems import SurveyError

MIRROR = "rapport"
MARKER = ".privat-rapport"
LOG = "bygging.log"
STATEMENTS = "utsagn-som-ikke-holder.txt"
# what a build reads; the survey's own files come from the private folder
PARTS = (
    "_quarto.yml",
    "index.qmd",
    "report",
    "_extensions",
    "src",
    "data/published",
    "data/report",
    "data/survey/codebook.yml",
    "data/survey/tables.sps",
    "pyproject.toml",
    "requirements.lock",
)
SURVEY = ("survey.csv", "survey.sav", "offices.csv", "leaders.csv", "manifest.yml")
POLICY = "data/disclosure.yml"
WITHHELD = "skjult-i-tillegg.yml"
ROUNDS = 5  # of hiding what the scan finds; each takes away numbers, so that it ends
OVERRIDES = "data/report/ekte-utgave.yml"
_SKIP = {"__pycache__"}


class RefusedError(ValueError):
    """The folder holds no data set of real answers, or no mirror; the message says what to do."""


@dataclass(frozen=True)
class Statement:
    """A sentence of the text whose finding does not come out as the text says."""

    file: str
    line: int
    finding: str
    text: str
    why: str

    def __str__(self) -> str:
        """As editors jump to it."""
        return f"{self.file}:{self.line}: {self.finding} {self.why}\n    «{self.text}»"


def mirror(data: Path, root: Path = paths.ROOT) -> Path:
    """Bring ``DATA/rapport`` up to date with the project and the real survey; returns it.

    Files that are the same keep their time, so that a second build runs only what has changed.

    Raises
    ------
    RefusedError
        `data` holds no data set of `storbynav import`.
    """
    loaded = _loaded(data)
    target = data / MIRROR
    target.mkdir(exist_ok=True)
    told = "Skrevet av «make report DATA=…»; «make wipe DATA=…» fjerner mappen.\n"
    (target / MARKER).write_text(told, encoding="utf-8")
    wanted: set[Path] = set()
    for part in PARTS:
        for source in _files(root / part):
            wanted.add(_copy(source, target / source.relative_to(root)))
    survey_folder = target / "data" / "survey"
    for name in SURVEY:
        if (data / name).is_file():
            wanted.add(_copy(data / name, survey_folder / name))
    wanted.add(_write(survey_folder / edition.FILE, edition.text(loaded.provenance)))
    wanted.add(_write(target / "publication.yml", _publication(root)))
    wanted.add(_write(target / POLICY, _policy(root, target)))
    for part in {Path(part).parts[0] for part in PARTS}:
        for file in _files(target / part):
            if file not in wanted:  # taken out of the project since the last build
                file.unlink()
    return target


def build(data: Path, root: Path = paths.ROOT, options: Iterable[str] = ()) -> int:
    """Mirror, build the draft, list what no longer holds, and scan; returns the exit status."""
    target = mirror(data, root)
    print(f"Bygger utkastet i {paths.shown(target)}/ …", flush=True)
    environment = {
        **os.environ,
        paths.ROOT_VARIABLE: str(target.resolve()),
        "PYTHONPATH": str(target.resolve() / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    for _ in range(ROUNDS):
        status = _render(target, environment, options)
        more = _named(target) if status == 1 else []
        if not more or not _withhold(target, root, more):
            break
        print(f"Skjuler {len(more)} tall til, som til sammen røpet andre, og bygger på nytt …", flush=True)
    if status != 2:
        _tell(target)
    return status


def _tell(target: Path) -> None:
    """The statements that do not hold, once, and where things lie."""
    listed = (target / STATEMENTS).read_text("utf-8")
    print(f"\n{listed}", end="")
    count = len(statements(target))
    print(f"{count} utsagn i teksten har et funn som ikke blir som ventet ({STATEMENTS}).")
    print(f"Boken ligger i {paths.shown(target / '_book')}/, loggen i {LOG} ved siden av.", flush=True)


def _render(target: Path, environment: dict[str, str], options: Iterable[str]) -> int:
    command = [sys.executable, "-m", "kvarto.cli", "render", "--draft", *options]
    done = subprocess.run(command, cwd=target, env=environment, capture_output=True, text=True)
    (target / LOG).write_text(done.stdout + done.stderr, encoding="utf-8")
    if not (target / "_book").is_dir():
        print(done.stderr, file=sys.stderr)
        return 2
    found = statements(target)
    listed = "\n".join(map(str, found)) + "\n" if found else ""
    (target / STATEMENTS).write_text(listed, encoding="utf-8")
    return disclosure_command.scan(target / "_book", target)


def _named(target: Path) -> list[dict[str, Any]]:
    """The numbers that must be hidden too for the leaks of the last scan to be closed."""
    told = json.loads((target / disclosure_command.REPORT).read_text("utf-8"))
    return [leak["withhold"] for leak in told if leak["withhold"]]


def _withhold(target: Path, root: Path, more: list[dict[str, Any]]) -> bool:
    """Add numbers to hide to the policy of the private copy; False where they are hidden already."""
    file = target / WITHHELD
    held = yaml.safe_load(file.read_text("utf-8")) if file.is_file() else []
    new = [one for k, one in enumerate(more) if one not in held and one not in more[:k]]
    _write(file, yaml.safe_dump([*held, *new], allow_unicode=True, sort_keys=False))
    _write(target / POLICY, _policy(root, target))
    return bool(new)


def _policy(root: Path, target: Path) -> str:
    """The project's policy, and what earlier scans of this data set have added to it."""
    told = yaml.safe_load((root / POLICY).read_text("utf-8"))
    if (target / WITHHELD).is_file():
        more = yaml.safe_load((target / WITHHELD).read_text("utf-8"))
        told["withhold"] = [*told.get("withhold", []), *more]
    return yaml.safe_dump(told, allow_unicode=True, sort_keys=False)


def statements(target: Path) -> list[Statement]:
    """The sentences of a built mirror whose finding is not as expected, in the order of the files."""
    told = json.loads((target / "_figures" / "findings" / "findings.json").read_text("utf-8"))
    changed = {ident: note for ident, note in told["annotations"].items() if note["outcome"] != "ok"}
    files = [target / "index.qmd", *sorted((target / "report").rglob("*.qmd"))]
    return [
        Statement(file.relative_to(target).as_posix(), line, ident, text, changed[ident]["text"])
        for file in files
        for line, ident, text in spans(file.read_text("utf-8"))
        if ident in changed
    ]


_SPAN = re.compile(r"\]\{[^}]*\.funn\b[^}]*\bref=[\"']?([\w-]+)[^}]*\}")


def spans(text: str) -> Iterator[tuple[int, str, str]]:
    """Line, finding and words of each ``[…]{.funn ref="…"}``, brackets within it and all."""
    for match in _SPAN.finditer(text):
        depth, start = 1, match.start()
        while depth and start:
            start -= 1
            if text[start - 1 : start] != "\\":
                depth += {"]": 1, "[": -1}.get(text[start], 0)
        words = " ".join(text[start + 1 : match.start()].split())
        yield text.count("\n", 0, start) + 1, match[1], words


def wipe(data: Path) -> None:
    """Remove everything a build has made of the answers: book, figures, caches, ledger, log.

    Raises
    ------
    RefusedError
        There is no such build.
    """
    target = data / MIRROR
    if not (target / MARKER).is_file():
        name = paths.shown(target)
        raise RefusedError(f"{name} er ikke laget av «make report DATA=…»: ingenting er fjernet.")
    shutil.rmtree(target)


def _loaded(data: Path) -> survey.Survey:
    name = paths.shown(data)
    if not (data / "survey.csv").is_file():
        raise RefusedError(f"{name} har ikke survey.csv. Lag den med «storbynav import … --out {name}».")
    try:
        check_folder(data)
        loaded = survey.load(data / "survey.csv")
    except ImportRefusedError as error:
        raise RefusedError(str(error)) from None
    except SurveyError as error:  # never a respondent's own answer
        raise RefusedError("\n".join(str(problem.discreet()) for problem in error.problems)) from None
    if loaded.synthetic:
        raise RefusedError(f"{name} har syntetiske svar. Bygg dem med «make report» uten DATA.")
    if loaded.provenance.edited:
        raise RefusedError(f"{name}/survey.csv er endret etter importen. Kjør «storbynav import» på nytt.")
    return loaded


def _publication(root: Path) -> str:
    """publication.yml with what a draft of real answers says otherwise."""
    told = yaml.safe_load((root / "publication.yml").read_text("utf-8"))
    over = yaml.safe_load((root / OVERRIDES).read_text("utf-8"))
    return yaml.safe_dump(_merged(told, over), allow_unicode=True, sort_keys=False, width=10_000)


def _merged(told: Any, over: Any) -> Any:
    if isinstance(told, dict) and isinstance(over, dict):
        return {**told, **{key: _merged(told.get(key), value) for key, value in over.items()}}
    return over


def _files(place: Path) -> Iterator[Path]:
    if place.is_file():
        yield place
    for path in sorted(place.rglob("*")) if place.is_dir() else ():
        if path.is_file() and not _SKIP.intersection(path.parts):
            yield path


def _copy(source: Path, target: Path) -> Path:
    content = source.read_bytes()
    if not target.is_file() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
    return target


def _write(target: Path, text: str) -> Path:
    if not target.is_file() or target.read_text("utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")
    return target


def main(arguments: list[str] | None = None) -> int:
    """Build or wipe; returns the exit status."""
    parser = argparse.ArgumentParser(description="Rapporten bygd av ekte svar, i den private mappen.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="kommando")
    for name, told in (("build", "bygg utkastet"), ("wipe", "fjern alt som er bygd av svarene")):
        one = commands.add_parser(name, help=told)
        one.add_argument("data", type=Path, help="mappen som «storbynav import» skrev til (privat)")
        if name == "build":
            one.add_argument("--to", choices=["html", "pdf", "all"], default="all", help="hva som lages")
    options = parser.parse_args(arguments)
    try:
        if options.command == "wipe":
            wipe(options.data)
            print(f"Fjernet {paths.shown(options.data / MIRROR)}/. Datasettet ligger urørt.")
            return 0
        return build(options.data, options=["--to", options.to])
    except RefusedError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
