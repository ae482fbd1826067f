"""What there is to run in a chapter, and the key under which each result is remembered.

The key of a cell covers the code of all cells up to and with it; that of an inline expression covers the
cells before it and itself. So moving prose, or expressions within prose, changes no key; changing a cell
changes those of everything after it. Inline expressions are taken to have no side effects.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from kvarto.cells import Cell, Inline, Piece, Prose


@dataclass
class Step:
    """One thing to run: `kind` is `cell` or `inline`; `names` are the file and lines for tracebacks."""

    kind: str
    key: str
    code: str
    path: str
    line: int
    settings: dict[str, Any] = field(default_factory=dict)
    allow_error: bool = False
    number: int = 0


def plan(pieces: list[Piece], base: str) -> tuple[list[Step], dict[int, str]]:
    """Steps in order, and the key of each cell and inline by its `id()`.

    base: what all results of the chapter hang on (Python, lock file, settings), as a hash.
    """
    chain = hashlib.sha256(base.encode())
    steps: list[Step] = []
    keys: dict[int, str] = {}
    for piece in pieces:
        if isinstance(piece, Cell):
            if not piece.runs:
                continue
            settings = {k: piece.options.get(k) for k in ("fig-width", "fig-height") if piece.options.get(k)}
            chain.update(json.dumps([piece.code, settings]).encode())
            key = "c" + chain.hexdigest()[:32]
            keys[id(piece)] = key
            first = piece.lines[0].no if piece.lines else piece.line
            steps.append(
                Step(
                    "cell",
                    key,
                    piece.code,
                    piece.path,
                    first,
                    settings,
                    bool(piece.options.get("error")),
                    piece.number,
                )
            )
        elif isinstance(piece, Prose):
            for inline in piece.inlines:
                if inline.literal is not None:
                    continue
                key = inline_key(chain, inline)
                keys[id(inline)] = key
                steps.append(Step("inline", key, inline.expr, inline.path, inline.line))
    return steps, keys


def inline_key(chain: Any, inline: Inline) -> str:
    """The key of an expression after the cells that `chain` (a hash object) has taken in."""
    digest = chain.copy()
    digest.update(b"\0inline\0" + inline.expr.encode())
    return "i" + str(digest.hexdigest()[:32])
