"""What is wrong with survey files, told so that a person can find and mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

MOST_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    `row` is the line of a text file (its head is line 1) or the case number of an SPSS file, `respondent` the
    id in that row, `value` the cell as it stands, `allowed` what may stand there. Parts that do not apply are
    empty; `more` counts further rows with the same fault. `kind` tells what was checked: ``code`` (a cell
    against its scale), ``rule`` (answers of one respondent against each other), or anything else.
    """

    file: str
    what: str
    column: str = ""
    row: int | None = None
    respondent: str = ""
    value: str = ""
    allowed: str = ""
    more: int = 0
    kind: Literal["", "code", "rule"] = ""

    def __str__(self) -> str:
        """``file, kolonne c, rad r (id i): what. Tillatt: …``."""
        place = self.file
        if self.column:
            place += f", kolonne {self.column}"
        if self.row is not None:
            place += f", rad {self.row}"
            if self.respondent:
                place += f" (id {self.respondent})"
        text = f"{place}: {self.what}"
        if self.allowed:
            text += f". Tillatt: {self.allowed}"
        if self.more:
            rows = "1 rad" if self.more == 1 else f"{self.more} rader"
            text += f" (og {rows} til med samme feil)"
        return text + "."

    def discreet(self) -> Problem:
        """The same fault without the respondent, and without what a cell says in words."""
        what = self.what
        try:
            float(self.value)
        except ValueError:
            if self.value:
                what = what.replace(f"«{self.value}»", "en tekst")
        return replace(self, what=what, respondent="", value="")


class SurveyError(ValueError):
    """The survey files cannot be used; `problems` holds every fault that was found."""

    def __init__(self, problems: list[Problem]) -> None:
        """All faults, in the order in which they were found."""
        self.problems = tuple(problems)
        super().__init__(self._message())

    def _message(self) -> str:
        if len(self.problems) == 1:
            return str(self.problems[0])
        lines = [f"Undersøkelsen kan ikke brukes, {len(self.problems)} feil:"]
        lines += [f"- {problem}" for problem in self.problems[:MOST_SHOWN]]
        hidden = len(self.problems) - MOST_SHOWN
        if hidden > 0:
            lines.append(f"- … og {hidden} feil til")
        return "\n".join(lines)
