"""Faults of code that stopped: the cell or expression, the line in it, and what to do."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from kvarto.cells import Cell, Inline, Piece, Prose
from kvarto.faults import Fault, Faults
from kvarto.project import Chapter


def died(chapter: Chapter, how: str, faults: Faults) -> None:
    """Record that the process of a chapter ended before its time; `how` is what the runner says."""
    faults.add(
        chapter.id,
        None,
        "Python stoppet uventet mens kapittelet ble kjørt.",
        f"Prosessen endte med {how}.",
        "Se .kvarto/python.log. Minnet kan være brukt opp, eller et bibliotek kan ha krasjet.",
        kind="crash",
    )


def marks(
    pieces: Iterable[Piece], keys: Mapping[int, str], results: Mapping[str, Any], faults: Faults
) -> dict[int, list[Fault]]:
    """Faults of steps that failed, by the `id()` of their cell or inline; they are added to `faults` too.

    What only failed because an earlier cell did is marked in its place, but told as a count at that cell.
    """
    followers = Counter(
        root for r in results.values() if (root := (r.get("error") or {}).get("follows")) is not None
    )
    found: dict[int, list[Fault]] = {}

    def note(thing: Cell | Inline, allowed: bool = False) -> None:
        key = keys.get(id(thing), "")
        error = (results.get(key) or {}).get("error")
        if not error or allowed:
            return
        fault = _step_fault(thing, error, followers[key])
        found.setdefault(id(thing), []).append(fault)
        if not error.get("follows"):
            faults.put(fault)

    for piece in pieces:
        if isinstance(piece, Cell):
            found[id(piece)] = list(piece.faults)
            open_ended = any(fault.kind == "fence" for fault in piece.faults)  # the text after it is no code
            note(piece, bool(piece.options.get("error")) or open_ended)
        elif isinstance(piece, Prose):
            for inline in piece.inlines:
                note(inline)
    return found


def _step_fault(thing: Cell | Inline, error: dict[str, Any], followers: int) -> Fault:
    first, *rest = error["message"].strip().splitlines() or [""]
    message = f"{error['name']}: {first}" if first else error["name"]
    if first and error.get("own"):  # the project says it in words of its own
        message = first
    if error.get("missing"):
        message, rest = f"filen {error['missing']} finnes ikke ({error['name']}).", []
    why = ""
    if followers:
        things = "1 celle eller uttrykk" if followers == 1 else f"{followers} celler og uttrykk"
        why = f"{things} lenger ned bygger på denne cellen og kunne ikke kjøres."
    rows = [row.strip() for row in rest if row.strip()]
    if isinstance(thing, Cell) and error["source"]:
        rows.insert(0, error["source"])
    rows += [f"{file}:{line} i {function}" for file, line, function in error["frames"]]
    if error["frames"]:
        rows.append("Hele feilmeldingen fra Python står i .kvarto/python.log.")
    detail = "\n".join(rows)
    if isinstance(thing, Inline):
        return Fault(
            thing.path,
            thing.line,
            f"Uttrykket `{{python}} {_short(thing.expr)}` stoppet: {message}",
            why,
            _fix(error)
            or ("Rett koden. Mangler det en ` etter uttrykket?" if error["name"] == "SyntaxError" else ""),
            column=thing.column,
            detail=detail,
            kind="inline-error",
        )
    line = error["line"]
    at = thing.lines[line - 1] if line and 0 < line <= len(thing.lines) else None
    return Fault(
        at.path if at else thing.path,
        at.no if at else thing.line,
        f"{thing.name[0].upper()}{thing.name[1:]} stoppet: {message}",
        why,
        _fix(error),
        detail=detail,
        kind="cell-error",
    )


def _fix(error: dict[str, Any]) -> str:
    if error.get("missing"):
        return "Rett stien, eller legg filen der. Stier regnes fra mappen til kapittelets fil."
    if error.get("module"):
        return f"Pakken «{error['module']}» er ikke installert der kvarto kjører."
    if error.get("similar"):
        return f"Mente du «{error['similar']}»?"
    if error["name"] == "SyntaxError" and re.search("[“”„«»‘’´]", error["message"]):
        return "Bruk rette anførselstegn i kode: \" eller '."
    if error["name"] in ("IndentationError", "TabError"):
        return "Innrykket skal være likt på linjer som hører sammen: fire mellomrom, ikke tabulator."
    return ""


def _short(code: str) -> str:
    """An expression by its beginning: one that was not closed goes on through the paragraph."""
    code = " ".join(code.split())
    return code if len(code) <= 60 else f"{code[:59]}…"
