"""What ``verification.yml`` may ask of the survey: methods of `Report`, figures, and counts of leaders.

Each call returns an exact or rounded number; the verification decides at which precision it is compared.
Nothing here computes a statistic of its own: the report's functions do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from storbynav import figures
from storbynav import formatting as f
from storbynav.figures.data import Bar, FigureData
from storbynav.report import Report
from storbynav.verify.model import VerificationError

# methods of Report that round to `decimals`, and those that count
_ROUNDED = ("share", "missing", "respondent_share", "response_rate", "aarsverk_share", "r2")
_COUNTED = ("n", "count", "respondents", "emails", "offices", "leaders", "aarsverk")
EXACT = 6


def parsed(text: str) -> Decimal:
    """A number as the report writes it: «58,8 %», «−,19», «3 098»."""
    plain = re.sub(rf"[\s{f.HARD_SPACE}{f.THIN_SPACE}%]", "", text).replace(f.MINUS, "-").replace(",", ".")
    try:
        return Decimal(plain)
    except ArithmeticError:
        raise VerificationError(f"«{text}» er ikke et tall.") from None


class Compute:
    """The survey behind a report, asked by name."""

    def __init__(self, report: Report) -> None:
        """Ask the survey of `report`."""
        self.report = report
        self._figures: dict[str, FigureData] = {}
        self._hidden: dict[str, set[tuple[str | int, int | str | None]]] = {}

    def call(self, name: str, args: dict[str, Any], decimals: int) -> Decimal:
        """The number, rounded to `decimals` where the report rounds.

        Raises
        ------
        VerificationError
            There is no such call.
        """
        if name in _ROUNDED:
            return parsed(getattr(self.report, name)(decimals=decimals, **args))
        if name in _COUNTED:
            return parsed(getattr(self.report, name)(**args))
        own: Callable[..., Decimal] | None = getattr(self, f"_{name}", None)
        if own is None:
            raise VerificationError(f"verification.yml: {name!r} er ikke noe verify kan regne ut.")
        return own(decimals=decimals, **args)

    def figure_data(self, ident: str) -> FigureData:
        """A figure of the catalogue, computed once."""
        if ident not in self._figures:
            row = self.report.catalogue.figure(ident)
            survey, calibrated = self.report.survey, self.report.calibrated
            whole = figures.compute(row, survey, calibrated=calibrated, gate=self.report.gate)
            self.report.gate.take()
            self._figures[ident] = whole
            shown = figures.compute(row, survey, calibrated=calibrated) if self.report.gate.closed else whole
            self._hidden[ident] = {
                (line.key, bar.group) for line in shown.rows for bar in line.bars if bar.hidden
            }
        return self._figures[ident]

    # ------------------------------------------------------------ calls

    def _figure(self, figure: str, key: str | int, group: int | None = None, decimals: int = 0) -> Decimal:
        bar = self._bar(figure, key, group)
        self.report.gate.note((key, group) in self._hidden[figure])
        return f.half_up(bar.value, decimals)

    def _figure_n(
        self,
        figure: str,
        which: str = "",
        key: str | int | None = None,
        group: int | None = None,
        decimals: int = 0,
    ) -> Decimal:
        """n of a figure: of one row (`key`), the largest of one group, or `which` of its rows.

        `which` is ``min`` or ``max`` of the rows, or ``bars`` for all bars of the first row together.
        """
        data = self.figure_data(figure)
        if group is not None:
            return Decimal(max(bar.n for bar in data.bars if bar.group == group))
        if key is not None:
            return Decimal(next(row.n for row in data.rows if row.key == key))
        if which == "bars":
            return Decimal(sum(bar.n for bar in data.rows[0].bars))
        sizes = [row.n for row in data.rows]
        return Decimal(min(sizes) if which == "min" else max(sizes))

    def _bar(self, figure: str, key: str | int, group: int | None) -> Bar:
        for row in self.figure_data(figure).rows:
            if row.key == key:
                for bar in row.bars:
                    if bar.group == group:
                        return bar
        raise VerificationError(f"Figur {figure} har ingen søyle {key!r} i gruppe {group!r}.")

    def _leaders_answered(self, item: str, decimals: int = 0) -> Decimal:
        return parsed(self.report.leaders_answered(item))

    def _leaders_agree(self, item: str, decimals: int = 0) -> Decimal:
        variable = self.report.survey.variable(item)
        return self._leaders_with(item, variable.agreement)

    def _leaders_disagree(self, item: str, decimals: int = 0) -> Decimal:
        """The mirror of agreement: as many codes from the other end."""
        variable = self.report.survey.variable(item)
        return self._leaders_with(item, tuple(sorted(variable.codes)[-len(variable.agreement) :]))

    def _leaders_with(self, item: str, codes: tuple[int, ...]) -> Decimal:
        counts = [self.report.leaders(**{item: code}) for code in codes]  # type: ignore[arg-type]
        return sum(map(parsed, counts), Decimal(0))

    def _cities(self, decimals: int = 0) -> Decimal:
        return Decimal(int(self.report.survey.offices["city"].nunique()))

    def _services(self, decimals: int = 0) -> Decimal:
        return Decimal(len(self.report.survey.codebook.services))

    def _items(self, prefixes: list[str], decimals: int = 0) -> Decimal:
        return Decimal(
            sum(name.startswith(tuple(prefixes)) for name in self.report.survey.codebook.columns("survey"))
        )

    def _scale(self, item: str, which: str, decimals: int = 0) -> Decimal:
        codes = self.report.survey.variable(item).codes
        return Decimal(min(codes) if which == "min" else max(codes))
