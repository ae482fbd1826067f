"""What a table is: frozen rows of text, with what a renderer must know to set it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storbynav import formatting as f
from storbynav.catalogue import TableRow
from storbynav.disclosure import Counted

# kinds that show what print has, and nothing from the survey
FROM_PRINT = frozenset({"emails", "case_offices"})

Align = Literal["left", "right"]


@dataclass(frozen=True)
class Column:
    """One column: its header, alignment and share of the width."""

    header: str
    align: Align = "right"
    width: float = 1.0


@dataclass(frozen=True)
class Cell:
    """One number as the reader sees it. `stars` hang after it; `mark` points to a note below the table.

    `printed` is what print has in this place («» where it has nothing), to be compared with `text`.
    `counted`: the respondents whose number it is, where it is a count.
    """

    text: str
    stars: str = ""
    mark: str = ""
    printed: str | None = None
    counted: Counted | None = None

    @property
    def shown(self) -> str:
        """Number, stars and note mark in one."""
        return self.text + self.stars + self.mark

    @property
    def hidden(self) -> bool:
        """Whether the number is not shown because it rests on too few."""
        return self.text == f.SUPPRESSED

    @property
    def unprinted(self) -> bool:
        """Whether it is a number that print does not have."""
        return self.printed is None and any(sign.isdigit() for sign in self.text)

    @property
    def as_printed(self) -> bool:
        """Whether print has the same number with the same stars."""
        return self.printed is not None and self.text + self.stars == self.printed


@dataclass(frozen=True)
class Line:
    """One row: its header and its cells. `whole` is the header in full where the table shows it short."""

    header: str
    cells: tuple[Cell, ...]
    whole: str = ""


@dataclass(frozen=True)
class Table:
    """A table ready to be set: the first column holds the row headers; `key` tells the shortened ones."""

    row: TableRow
    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    notes: tuple[str, ...]
    synthetic: bool
    preliminary: bool
    key: str = ""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every cell, line by line."""
        return tuple(cell for line in self.lines for cell in line.cells)

    @property
    def status(self) -> Literal["published", "mixed", "synthetic"]:
        """Whether all, some or none of the numbers stand in print."""
        met = [cell.as_printed for cell in self.cells if cell.printed or cell.unprinted]
        return "published" if met and all(met) else "mixed" if any(met) else "synthetic"
