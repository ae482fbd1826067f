"""Findings that check themselves: the report's statements about the survey, evaluated.

    >>> results = evaluate_all()                # report/funn.yml against the shipped survey
    >>> results.changed                         # verdicts that are not the expected ones
    ()
    >>> write(results)                          # _figures/findings/findings.json

Each finding is judged three times: do the print's own numbers bear it out, does it hold in the survey, and
was that a target of the search that made the synthetic survey (then it holds by construction).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from storbynav import paths
from storbynav import survey as surveys
from storbynav.findings.base import Finding
from storbynav.findings.data import Data
from storbynav.findings.evaluate import Line, Verdict, evaluate
from storbynav.findings.output import as_json, describe, write
from storbynav.findings.parse import FindingsError, Reader
from storbynav.findings.printed import Printed
from storbynav.findings.targets import Targets
from storbynav.published import Registry, registry
from storbynav.survey import Survey

__all__ = [
    "FILE",
    "Finding",
    "FindingsError",
    "Line",
    "Results",
    "Verdict",
    "as_json",
    "describe",
    "evaluate_all",
    "load",
    "write",
]

FILE = paths.REPORT / "funn.yml"


@dataclass(frozen=True)
class Results:
    """All verdicts on a survey, in the order of the file."""

    survey: Survey
    verdicts: tuple[Verdict, ...]

    def __getitem__(self, ident: str) -> Verdict:
        """The verdict on a finding id (``f-045``)."""
        found = next((v for v in self.verdicts if v.finding.id == ident), None)
        if found is None:
            raise FindingsError(f"Ingen funn har id {ident!r}.")
        return found

    @property
    def changed(self) -> tuple[Verdict, ...]:
        """Those whose outcome is not the expected one."""
        return tuple(v for v in self.verdicts if not v.ok)


def load(path: Path = FILE, survey: Survey | None = None) -> tuple[Finding, ...]:
    """Read and check funn.yml; `FindingsError` has every fault, with file and line."""
    return Reader(path, survey or surveys.load(), registry()).read()


def evaluate_all(
    survey: Survey | None = None,
    *,
    path: Path = FILE,
    findings: Iterable[Finding] | None = None,
    published: Registry | None = None,
) -> Results:
    """Evaluate every finding of a file on a survey (the shipped one)."""
    survey = survey or surveys.load()
    book = published or registry()
    chosen = tuple(findings) if findings is not None else Reader(path, survey, book).read()
    data, printed = Data(survey), Printed(book, survey.codebook)
    targets = Targets(book, book.folder)
    return Results(
        survey,
        tuple(evaluate(f, data, printed, targets, book.claims[f.claim].support) for f in chosen),  # type: ignore[arg-type]
    )
