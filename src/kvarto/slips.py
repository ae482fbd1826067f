"""Slips of the pen that Markdown swallows: text is lost, or marks show in it, and nobody says so.

They are looked for in what the author wrote, before anything runs. Where text would be lost or come out
wrong it is an error; what is merely unwise is lint (`kvarto check`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kvarto import leftovers
from kvarto.cells import Cell, Piece
from kvarto.characters import CONTROL
from kvarto.faults import Faults
from kvarto.marks import CODE, row_cells
from kvarto.source import Line, Source, classify

_EMPTY_INLINE = re.compile(r"(?<!`)`\{(\w+)\}\s*`(?!`)")
_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)+\|?\s*$|^\s*\|\s*:?-+:?\s*\|\s*$")
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*$")
_DEFINITION = re.compile(r"^ {0,3}\[([^\]^@\[][^\]\[]*)\]:(?!:)")
_OPEN_ATTRIBUTE = re.compile(r"(?:\]|^#{1,6}\s.*?)(\{)\s*[.#][^{}\n]*$")


def find(source: Source, pieces: Sequence[Piece], faults: Faults) -> None:
    """Record the slips of one chapter."""
    prose = [line for line, where in classify(source.lines) if where == "text"]
    _control_characters(source.lines, faults)
    _empty_inlines(prose, faults)
    _open_attributes(prose, faults)
    leftovers.find(source.lines, faults)
    _table_rows(source.lines, faults)
    _headings(source, prose, faults)
    _unused_definitions(prose, faults)
    _late_options([piece for piece in pieces if isinstance(piece, Cell)], faults)


def _control_characters(lines: Sequence[Line], faults: Faults) -> None:
    for line in lines:
        if m := CONTROL.search(line.text):
            faults.add(
                line.path,
                line.no,
                f"Linjen inneholder et usynlig styretegn (U+{ord(m[0]):04X}).",
                "Det kan ikke stå i en nettside eller en PDF.",
                "Slett tegnet. Det følger ofte med når tekst limes inn.",
                column=m.start() + 1,
                kind="control-character",
            )


def _empty_inlines(prose: Sequence[Line], faults: Faults) -> None:
    for line in prose:
        for m in _EMPTY_INLINE.finditer(line.text):
            faults.add(
                line.path,
                line.no,
                f"Uttrykket `{{{m[1]}}}` er tomt.",
                fix="Skriv hva som skal regnes ut, for eksempel `{python} verdi`.",
                column=m.start() + 1,
                kind="empty-expression",
            )


def _open_attributes(prose: Sequence[Line], faults: Faults) -> None:
    for k, line in enumerate(prose):
        if "{" not in line.text:
            continue
        text = CODE.sub(lambda m: " " * len(m[0]), line.text)
        m = _OPEN_ATTRIBUTE.search(text)
        if not m:
            continue
        rest = []
        for later in prose[k + 1 :]:  # attributes may go on, but not past the paragraph
            if later.path != line.path or not later.text.strip():
                break
            rest.append(later.text)
        if "}" not in " ".join(rest):
            faults.add(
                line.path,
                line.no,
                "Krøllparentesen er aldri lukket.",
                "Den blir stående som tekst, og det den sier, gjelder ikke.",
                "Avslutt den med }.",
                column=m.start(1) + 1,
                kind="open-attribute",
            )


def _unused_definitions(prose: Sequence[Line], faults: Faults) -> None:
    """`[word]: text` says where a link leads and is never shown; who writes it by mistake loses the line."""
    whole = "\n".join(line.text for line in prose)
    for line in prose:
        m = _DEFINITION.match(line.text)
        if m and not re.search(rf"\[{re.escape(m[1])}\](?!:)", whole, re.I):
            faults.add(
                line.path,
                line.no,
                f"Linjen vises ikke: «[{m[1]}]:» sier hvor en lenke fører hen, og ingen lenke bruker den.",
                fix=f"Skriv \\[{m[1]}]: om det er tekst, eller ta linjen bort.",
                kind="unused-definition",
            )


def _table_rows(lines: Sequence[Line], faults: Faults) -> None:
    """Pipe tables: pandoc drops the cells that a row has more than its head."""
    for rows in _tables(lines):
        columns = len(row_cells(rows[0].text))
        for row in rows[2:]:
            count = len(row_cells(row.text))
            if count > columns:
                faults.add(
                    row.path,
                    row.no,
                    f"Raden har {count} celler, men tabellen har {columns} kolonner.",
                    "Det som er for mye, ville falt bort.",
                    "Fjern en strek |, eller gi tabellens første linje en kolonne til. "
                    "En strek som er tekst, skrives \\|.",
                    kind="table-cells",
                )


def _tables(lines: Sequence[Line]) -> Iterator[list[Line]]:
    previous: Line | None = None
    rows: list[Line] = []
    for line, where in [*classify(lines), (Line("", "", 0), "text")]:
        inside = where == "text" and "|" in line.text
        if rows and inside:
            rows.append(line)
            continue
        if rows:
            yield rows
            rows = []
        if (
            inside
            and previous is not None
            and _RULE.match(line.text)
            and len(row_cells(previous.text)) == len(row_cells(line.text))
        ):
            rows = [previous, line]
        previous = line if inside else None


def _headings(source: Source, prose: Sequence[Line], faults: Faults) -> None:
    level = 1 if source.chapter.front.get("title") else 0
    for line in prose:
        m = _HEADING.match(line.text)
        if not m:
            continue
        deep = len(m[1])
        if level and deep > level + 1:
            faults.add(
                line.path,
                line.no,
                f"Overskriften «{_bare(m[2])}» hopper fra nivå {level} til nivå {deep}.",
                "Den som hører dokumentet lest opp, tror at noe mangler.",
                f"Skriv den med {'#' * (level + 1)}.",
                kind="lint-heading-level",
                severity="lint",
            )
        level = deep
    unread = any(fault.kind == "encoding" and fault.path == source.chapter.id for fault in faults)
    if not level and source.chapter.source is not None and not unread:
        faults.add(
            source.chapter.id,
            prose[0].no if prose else 1,
            "Kapittelet har ingen overskrift.",
            "Det får da filens navn i innholdslisten.",
            "Begynn med en linje # Overskrift.",
            kind="lint-chapter-title",
            severity="lint",
        )


def _bare(heading: str) -> str:
    return re.sub(r"\s*\{[^}]*\}\s*$", "", heading)


def _late_options(cells: Sequence[Cell], faults: Faults) -> None:
    for cell in cells:
        for line in cell.lines:
            if re.match(r"^\s*#\s*\|\s*[\w-]+\s*:", line.text):
                faults.add(
                    line.path,
                    line.no,
                    *_late(line.text),
                    kind="lint-late-option",
                    severity="lint",
                )


def _late(option: str) -> tuple[str, str, str]:
    if option.lstrip().startswith("#|"):
        return "Celleopsjonen står etter koden og gjelder ikke.", "", "Flytt linjen til toppen av cellen."
    return "Celleopsjonen gjelder ikke.", "Det står et mellomrom mellom # og |.", "Skriv #| uten mellomrom."
