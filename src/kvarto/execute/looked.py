"""What was found wrong in a chapter's text before anything ran, remembered by that text.

Looking for slips of the pen and for what the book forbids in its prose takes longer than all the rest of
reading it; an edit changes one chapter of many.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from kvarto import prose, slips
from kvarto.cells import Piece
from kvarto.execute.store import atomic_write
from kvarto.faults import Fault, Faults
from kvarto.prose import Prose
from kvarto.source import Source


def through(text: Source, pieces: Sequence[Piece], rules: Prose | None, cache: Path, faults: Faults) -> None:
    """Add the slips and forbidden words of a chapter to what is wrong in it already (`faults`).

    `cache` is the book's `.kvarto`.
    """
    from kvarto.stamp import program  # which imports this package

    told = rules and [
        rules.span,
        *((r.pattern.pattern, r.pattern.flags, r.what, r.fix, repr(r.exceptions)) for r in rules.rules),
    ]
    before = list(faults)  # a file that could not be read is not told that it lacks a heading too
    lines = [(line.path, line.no, line.text) for line in text.lines]
    said = [program(), told, lines, [asdict(fault) for fault in before]]
    key = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    name = hashlib.sha256(text.chapter.id.encode()).hexdigest()[:16]
    path = cache / "looked" / f"{name}.json"
    if (found := _remembered(path, key)) is None:
        own = Faults(before)
        slips.find(text, pieces, own)
        if rules:
            prose.check(rules, text.lines, own)
        found = [fault for fault in own if fault not in before]
        data = json.dumps({"key": key, "faults": [asdict(fault) for fault in found]})
        with suppress(OSError):  # whoever needs to write there tells
            atomic_write(path, data.encode())
    faults.extend(found)


def _remembered(path: Path, key: str) -> list[Fault] | None:
    try:
        kept = json.loads(path.read_bytes())
        return [Fault(**fault) for fault in kept["faults"]] if kept["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
