"""The output folder: built beside the old one and put in its place in one move."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
from pathlib import Path

from kvarto.faults import EXIT_USAGE, Fault, KvartoError

_EXCHANGE = 2

COMMENTS = "-kommentarutgave"
"""After the name of the output folder: a comment edition never stands among the book itself."""
COMMENTS_STEM = "-utkast"
"""After the name of its files: what is sent by mail says what it is."""

SINGLE = {".pdf": "typst", ".docx": "docx"}
"""Endings of the files that hold the whole book, and the target that writes them."""


def check(output: Path, root: Path) -> None:
    """Refuse an output folder that kvarto would have to empty although it holds something else."""
    output, root = output.resolve(), root.resolve()
    if root == output or root.is_relative_to(output):
        raise KvartoError(
            Fault(
                None,
                None,
                f"Boken kan ikke skrives til {output}: mappen inneholder boken selv.",
                fix="Velg en egen mappe, for eksempel _book.",
                kind="output",
            ),
            EXIT_USAGE,
        )
    if output.exists() and not output.is_dir():
        raise KvartoError(
            Fault(
                None, None, f"{output} er en fil, ikke en mappe.", fix="Velg en annen mappe.", kind="output"
            ),
            EXIT_USAGE,
        )
    if output.is_dir() and any(output.iterdir()):
        ours = (output / "index.html").is_file() or (
            any(p for p in output.iterdir() if p.suffix in SINGLE) and not any(output.glob("*.qmd"))
        )
        if not ours or (output / "_quarto.yml").exists() or (output / ".git").exists():
            raise KvartoError(
                Fault(
                    None,
                    None,
                    f"{output} finnes fra før og ser ikke ut som en bygd bok.",
                    "Alt i mappen ville blitt erstattet.",
                    "Velg en annen mappe, eller tøm denne.",
                    kind="output",
                ),
                EXIT_USAGE,
            )


def fresh(output: Path) -> Path:
    """A new folder beside the output folder (so that a rename can put it there)."""
    output.parent.mkdir(parents=True, exist_ok=True)
    for old in output.parent.glob(f"{output.name}.*.kvarto"):
        if not _alive(old):
            shutil.rmtree(old, ignore_errors=True)
    folder = output.parent / f"{output.name}.{os.getpid()}.kvarto"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return folder


def _alive(folder: Path) -> bool:
    try:
        os.kill(int(folder.name.split(".")[-2]), 0)
    except (ProcessLookupError, ValueError):
        return False
    except OSError:
        return True
    return True


def carry(old: Path, new: Path, target: str) -> None:
    """Take over from the last output what is not built this time: the `html`, `typst` or `docx` files."""
    if not old.is_dir():
        return
    for path in sorted(old.rglob("*")):
        there = new / path.relative_to(old)
        made_by = SINGLE.get(path.suffix, "html") if path.parent == old else "html"
        if path.is_file() and made_by == target and not there.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            _link(path, there)


def keep_same(old: Path, new: Path) -> None:
    """Give files with the same bytes as before their old time, so that servers and `rsync` see no change."""
    for path in new.rglob("*"):
        before = old / path.relative_to(new)
        if path.is_file() and before.is_file():
            a, b = path.stat(), before.stat()
            if a.st_size == b.st_size and a.st_ino != b.st_ino and path.read_bytes() == before.read_bytes():
                os.utime(path, ns=(b.st_atime_ns, b.st_mtime_ns))


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def swap(new: Path, output: Path) -> None:
    """Put `new` in the place of `output`: in one move where the system can, and never leaving nothing
    behind."""
    if not output.exists():
        new.rename(output)
        return
    if _exchange(new, output):
        shutil.rmtree(new, ignore_errors=True)
        return
    aside = output.with_name(f"{output.name}.old.kvarto")
    shutil.rmtree(aside, ignore_errors=True)
    output.rename(aside)
    try:
        new.rename(output)
    except OSError:
        aside.rename(output)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _exchange(a: Path, b: Path) -> bool:
    """Linux's renameat2 with RENAME_EXCHANGE; False where there is none."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        call = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    at_cwd = -100
    return bool(call(at_cwd, os.fsencode(a), at_cwd, os.fsencode(b), _EXCHANGE) == 0)
