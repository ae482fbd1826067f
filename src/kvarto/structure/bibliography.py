"""The files of sources: which keys they have, and what is wrong with them, with file and line."""

from __future__ import annotations

import difflib
import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from kvarto.faults import Faults
from kvarto.project import Book

_ENTRY = re.compile(r"@(?!comment|string|preamble)\w+\s*\{\s*([^\s,{}]+)\s*,", re.I)
_PLACE = re.compile(r"\(line (\d+), column (\d+)\):?")


def keys(book: Book) -> frozenset[str] | None:
    """Every key, read simply; None when a file has a form that is not known."""
    found: set[str] = set()
    for path in book.bibliography:
        one = _keys(path, _stamp(path))
        if one is None:
            return None
        found.update(key for key, _ in one)
    return frozenset(found)


def near(key: str, known: frozenset[str]) -> str:
    """The key that may have been meant; empty where none is alike."""
    close = difflib.get_close_matches(key, known, 1, 0.7)
    return f"Mente du @{close[0]}?" if close else ""


def twice(book: Book, faults: Faults) -> None:
    """Record keys that two works have: only one of them would be cited."""
    first: dict[str, tuple[str, int]] = {}
    for path in book.bibliography:
        name = _shown(path, book)
        for key, line in _keys(path, _stamp(path)) or ():
            if key not in first:
                first[key] = name, line
            elif line:
                file, other = first[key]
                where = f"linje {other}" if file == name else f"{file}:{other}"
                what, why = f"Kilden {key} står to ganger.", f"Den første er på {where}."
                fix = "Behold den ene, eller gi dem hver sin nøkkel."
                faults.add(name, line, what, why, fix, kind="source-twice")


def unreadable(book: Book, message: str, faults: Faults) -> None:
    """Record what pandoc says of a file of sources (or of the style) that it cannot read."""
    path = next((p for p in [*book.bibliography, book.csl] if p and str(p) in message), None)
    if path is None:
        place, at = ("_quarto.yml", book.line("bibliography")), None
    else:
        at = _PLACE.search(message)
        place = _shown(path, book), int(at[1]) if at else None
    what, why = "Kildelisten lar seg ikke lese.", message
    if path is not None and (byte := re.search(r"UTF-8 decoding error.*byte offset (\d+)", message)):
        place = place[0], path.read_bytes()[: int(byte[1])].count(b"\n") + 1
        why, fix = "Filen er ikke lagret som UTF-8.", "Lagre filen på nytt med koding UTF-8."
    elif path is not None:
        rest = message.split(":\n", 1)[-1] if at else message
        why = " ".join(_PLACE.sub("", rest).replace(f"{path}", place[0]).split())
        fix = "Se etter et komma, en krøllparentes eller et anførselstegn som mangler der eller rett over."
    else:
        fix = "Rett referansefilen (eller CSL-filen) der meldingen peker."
    column = int(at[2]) if at else None
    faults.add(*place, what, why, fix, column=column, kind="bibliography")


@lru_cache(maxsize=32)
def _keys(path: Path, stamp: Sequence[int]) -> tuple[tuple[str, int], ...] | None:
    """Keys with their lines (0: none known), as the file was at the time of its stamp."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    if path.suffix in (".bib", ".bibtex"):
        return tuple(_bibtex(content))
    if path.suffix == ".json":
        try:
            return tuple((str(item["id"]), 0) for item in json.loads(content))
        except (ValueError, KeyError, TypeError):
            return None
    return None


def _bibtex(content: str) -> Iterator[tuple[str, int]]:
    for m in _ENTRY.finditer(content):
        yield m[1], content.count("\n", 0, m.start()) + 1
    for ids in re.findall(r"\bids\s*=\s*\{([^}]*)\}", content):
        yield from ((key.strip(), 0) for key in ids.split(","))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return 0, 0
    return stat.st_mtime_ns, stat.st_size


def _shown(path: Path, book: Book) -> str:
    return Path(os.path.relpath(path, book.root)).as_posix()
