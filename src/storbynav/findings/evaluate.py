"""Findings against print and survey: one `Verdict` each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from storbynav.findings.base import Atom, Check, Finding, Measured
from storbynav.findings.data import Data
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets

Support = Literal["supported", "contradicted", "mixed", "cannot_tell"]
Basis = Literal["targeted", "partly", "not_targeted", "real", ""]


HIDDEN = "tallene er ikke vist, fordi de bygger på for få svar"


@dataclass(frozen=True)
class Line:
    """One statement of a finding: what it says, whether it holds, the numbers, print, target."""

    says: str
    holds: bool
    shown: str
    in_print: bool | None
    targeted: bool


@dataclass(frozen=True)
class Verdict:
    """What became of a finding.

    holds: whether the statement, as the print makes it, holds in the survey (None: not testable).
    reading_holds: whether the reading followed instead holds (None: there is none).
    support: what the registry says of the print's own numbers; computed: what the coefficients and shares of
    the print alone say of these predicates (None: they cannot tell).
    basis: whether the outcome was a target of the search.
    ok: the outcome is the expected one.
    """

    finding: Finding
    holds: bool | None
    reading_holds: bool | None
    support: Support
    computed: Support | None
    basis: Basis
    lines: tuple[tuple[Line, ...], ...]
    instead: tuple[tuple[Line, ...], ...]

    @property
    def ok(self) -> bool:
        """Whether the outcome is the expected one."""
        if self.holds is None:
            return True
        return self.holds == (self.finding.expect == "holds") and self.reading_holds is not False

    @property
    def print_agrees(self) -> bool | None:
        """Whether the computed verdict on print is the registry's; None where print alone cannot tell."""
        return None if self.computed is None else self.computed == self.support


def evaluate(finding: Finding, data: Data, printed: Printed, targets: Targets, support: Support) -> Verdict:
    """Evaluate one finding."""
    printed = printed.without(finding.lines)
    lines = tuple(_lines(check, data, printed, targets) for check in finding.checks)
    instead = tuple(_lines(check, data, printed, targets) for check in finding.instead)
    return Verdict(
        finding=finding,
        holds=_all(finding.checks, lines) if finding.testable else None,
        reading_holds=_all(finding.instead, instead) if finding.instead else None,
        support=support,
        computed=_in_print(finding.checks, lines),
        basis=_basis(data, targets, lines) if finding.testable else "",
        lines=lines,
        instead=instead,
    )


def _lines(check: Check, data: Data, printed: Printed, targets: Targets) -> tuple[Line, ...]:
    return tuple(_line(atom, data, printed, targets) for atom in check.atoms)


def _line(atom: Atom, data: Data, printed: Printed, targets: Targets) -> Line:
    data.gate.take()
    measured: Measured = atom.measure(data)
    few = data.gate.take()
    return Line(
        says=atom.says(data),
        holds=bool(measured.holds),  # numpy's own booleans are no JSON
        shown=HIDDEN if few else str(measured.shown),
        in_print=atom.in_print(printed),
        targeted=targets.known and atom.targeted(targets),
    )


def _all(checks: tuple[Check, ...], lines: tuple[tuple[Line, ...], ...]) -> bool:
    return all(
        sum(line.holds for line in found) >= check.most for check, found in zip(checks, lines, strict=True)
    )


def _in_print(checks: tuple[Check, ...], lines: tuple[tuple[Line, ...], ...]) -> Support | None:
    """What print's numbers say of those statements that they can tell of.

    A predicate whose untold statements could still decide it is left out.
    """
    told: list[bool] = []
    for check, found in zip(checks, lines, strict=True):
        yes = sum(line.in_print is True for line in found)
        no = sum(line.in_print is False for line in found)
        if yes >= check.most:
            told.append(True)
        elif len(found) - no < check.most:
            told += [True, False] if yes else [False]
    if not told or (all(told) and len(told) < len(checks)):
        return None
    if all(told):
        return "supported"
    return "mixed" if any(told) else "contradicted"


def _basis(data: Data, targets: Targets, lines: tuple[tuple[Line, ...], ...]) -> Basis:
    if not data.survey.synthetic:
        return "real"
    met = [line.targeted for found in lines for line in found]
    return "targeted" if all(met) else "partly" if any(met) else "not_targeted"
