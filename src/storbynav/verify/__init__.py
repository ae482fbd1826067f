"""Recomputes every printed number from the survey, by the functions that the report uses.

>>> from storbynav.report import Report
>>> result = verify(Report.open())
>>> result.passed, len(result.of("missed"))
(True, 0)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from storbynav import paths
from storbynav.verify.model import Number, Outside, Proof, Verification, VerificationError

if TYPE_CHECKING:
    from storbynav.report import Report

__all__ = ["Number", "Outside", "Proof", "Verification", "VerificationError", "verify"]


def verify(report: Report, folder: Path = paths.PUBLISHED) -> Verification:
    """Recompute every printed number of the registry in `folder` from the survey of `report`.

    Raises
    ------
    VerificationError
        A printed number that nothing recomputes, a binding to something that does not exist, or an entry of
        ``impossible.yml`` about a number that is not printed.
    """
    # all of the statistics: the command line, which imports this package, must not pay for them
    from storbynav.verify.run import run

    return run(report, folder)
