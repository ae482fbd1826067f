"""An older edition of a book: its files from version control, built by the code it had."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

from kvarto.faults import EXIT_FAULTS, EXIT_USAGE, Fault, KvartoError
from kvarto.project import CONFIG


@dataclass(frozen=True)
class Edition:
    """A built edition: `name` as readers see it, `output` the folder with its pages."""

    name: str
    output: Path


def at_revision(root: Path, revision: str, store: Path) -> Edition:
    """Build the edition of a Git revision, once for each commit; kept in `store`.

    It is built by the packages of its own ``src/`` folder where it has one, so that its numbers are those of
    its own code, and by what is installed today otherwise.

    Raises
    ------
    KvartoError
        No Git, no such revision, no book in it, or a book that does not build.
    """
    commit = _git(root, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}").decode().strip()
    if not commit:
        raise _error(
            f"Versjonskontrollen kjenner ikke «{revision}».", "Oppgi en commit, en gren eller et merke."
        )
    date = _git(root, "show", "-s", "--format=%cs", commit).decode().strip()
    folder = store / commit
    name = (
        f"{revision} ({commit[:7]}, {date})" if not commit.startswith(revision) else f"{commit[:7]} ({date})"
    )
    output = folder / "utgave"
    if not output.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
        source = folder / "kilde"
        source.mkdir(parents=True)
        prefix = _git(root, "rev-parse", "--show-prefix").decode().strip()
        archive = _git(root, "archive", "--format=tar", f"{commit}:{prefix}")
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(source, filter="data")
        if not (source / CONFIG).is_file():
            raise _error(f"Det er ingen bok i {name}.", f"Velg en revisjon som har {CONFIG} her.")
        _render(source, folder / "under-arbeid", name)
        (folder / "under-arbeid").rename(output)
        shutil.rmtree(source, ignore_errors=True)
    return Edition(name, output)


def _render(source: Path, output: Path, name: str) -> None:
    environment = dict(os.environ)
    if (source / "src").is_dir():
        environment["PYTHONPATH"] = os.pathsep.join(
            [str(source / "src"), *filter(None, [environment.get("PYTHONPATH")])]
        )
    command = [
        sys.executable,
        "-m",
        "kvarto.cli",
        "render",
        str(source),
        "--to",
        "html",
        "--draft",
        "--quiet",
    ]
    done = subprocess.run(
        [*command, "--output-dir", str(output)], capture_output=True, text=True, env=environment
    )
    if not (output / "index.html").is_file():
        raise KvartoError(
            Fault(
                None,
                None,
                f"Utgaven {name} lot seg ikke bygge.",
                "Den bygges med sin egen kode og pakkene som er installert nå.",
                "Velg en nyere revisjon.",
                detail="\n".join((done.stderr or done.stdout).splitlines()[-12:]),
                kind="edition",
            ),
            EXIT_FAULTS,
        )


def _git(root: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True)
    except FileNotFoundError:
        raise _error(
            "Git er ikke installert.", "Installer Git, eller sammenlign mappene på annen måte."
        ) from None
    if done.returncode and b"not a git repository" in done.stderr:
        raise _error("Boken er ikke under versjonskontroll.", "Legg den i et Git-lager først.")
    return done.stdout if not done.returncode else b""


def _error(what: str, fix: str) -> KvartoError:
    return KvartoError(Fault(None, None, what, fix=fix, kind="usage"), EXIT_USAGE)
