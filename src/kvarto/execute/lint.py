"""What Quarto treats worse than kvarto, or a book may not want: only `kvarto check` tells."""

from __future__ import annotations

from collections.abc import Sequence

from kvarto import cells
from kvarto.cells import Piece
from kvarto.execute.assemble import Assembled
from kvarto.faults import Faults
from kvarto.project import Chapter

OUTPUTS = {
    "html-output": (
        "Cellen gir HTML (text/html).",
        "Under Quarto henter siden da skript fra et nettsted.",
        "Gi et Markdown-objekt i stedet.",
    ),
    "warning": (
        "Cellen skriver advarsler (stderr) i boken.",
        "",
        "Rett årsaken, eller sett #| warning: false.",
    ),
    "address": (
        "Cellen viser en adresse i minnet (« at 0x…»), som er ny ved hver kjøring.",
        "",
        "Avslutt siste linje med semikolon, eller gi en verdi som kan leses.",
    ),
}
"""What is told of an output of a kind: what, why, what to do."""


def lint(chapter: Chapter, pieces: Sequence[Piece], assembled: Assembled, faults: Faults) -> None:
    """Record what a chapter's outputs and expressions are told of."""
    for kind, told in OUTPUTS.items():
        for place in assembled.outputs.get(kind, ()):
            faults.add(place.path, place.no, *told, kind=f"lint-{kind}", severity="lint")
    for inline in assembled.empty_inlines:
        faults.add(
            inline.path,
            inline.line,
            f"Uttrykket `{{python}} {inline.expr}` gir tom tekst.",
            "Quarto lar da selve uttrykket stå i teksten.",
            "Gi noe som ikke er tomt.",
            column=inline.column,
            kind="lint-empty-inline",
            severity="lint",
        )
    inlines = list(cells.inlines_of(list(pieces)))
    if inlines and not any(cells.cells_of(list(pieces))) and chapter.front.get("engine") != "jupyter":
        faults.add(
            inlines[0].path,
            inlines[0].line,
            "Filen har uttrykk, men ingen celle.",
            "Quarto kjører da ikke uttrykkene.",
            "Skriv engine: jupyter øverst i kapittelets fil.",
            kind="lint-inline-engine",
            severity="lint",
        )
