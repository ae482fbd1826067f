"""Verdicts as ``findings.json`` and as words for readers.

The file's `annotations` are all that a renderer of the text needs: by id, an `outcome` («ok» or «changed»), a
short `label` and a `text` in words. The rest is for the verification chapter.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storbynav import formatting as f
from storbynav import paths
from storbynav.findings.base import Check
from storbynav.findings.evaluate import Line, Verdict

if TYPE_CHECKING:
    from storbynav.findings import Results

FILE = paths.FIGURES / "findings" / "findings.json"

SUPPORT = {
    "supported": "underbygges av tallene i trykt utgave",
    "contradicted": "motsies av tallene i trykt utgave",
    "mixed": "underbygges delvis av tallene i trykt utgave",
    "cannot_tell": "kan ikke avgjøres av tallene i trykt utgave",
}
BASIS = {
    "targeted": "ved konstruksjon (målet i søket)",
    "partly": "delvis ved konstruksjon",
    "not_targeted": "uten å være et mål i søket",
    "real": "i de innsamlede svarene",
    "": "",
}


def describe(verdict: Verdict) -> tuple[str, str]:
    """Label and text of a verdict in Norwegian."""
    finding = verdict.finding
    if verdict.holds is None:
        return "kan ikke etterprøves", finding.reason
    if verdict.ok and finding.expect == "holds":
        return "holder", f"Funnet holder i dataene, {BASIS[verdict.basis]}."
    if verdict.ok:
        return "gjengitt, men motsagt", f"Påstanden i trykt utgave holder ikke. {finding.note}"
    if finding.expect == "contradicted" and verdict.holds:
        return "holder likevel", f"påstanden skulle ikke holde i dataene, men gjør det: {_numbers(verdict)}"
    if finding.expect == "contradicted":
        missed = _missed(verdict.finding.instead, verdict.instead)
        return "lesningen holder ikke", f"lesningen som følges, holder ikke i dataene: {missed}"
    return "holder ikke", f"funnet holder ikke i dataene: {_missed(finding.checks, verdict.lines)}"


def _missed(checks: tuple[Check, ...], lines: tuple[tuple[Line, ...], ...], most: int = 3) -> str:
    """The numbers of the statements that failed, at most `most` of them."""
    failed = [
        line
        for check, found in zip(checks, lines, strict=True)
        if sum(one.holds for one in found) < check.most
        for line in found
        if not line.holds
    ]
    shown = "; ".join(line.shown for line in failed[:most])
    return shown + (f" og {f.number(len(failed) - most)} til" if len(failed) > most else "")


def _numbers(verdict: Verdict, most: int = 3) -> str:
    return "; ".join(line.shown for found in verdict.lines for line in found[:most])


def as_json(results: Results) -> dict[str, Any]:
    """Everything of a run, ready to be written; the same for the same survey and file."""
    told = [_entry(verdict) for verdict in results.verdicts]
    provenance = results.survey.provenance
    return {
        "format": 1,
        "provenance": provenance.kind,
        "survey": provenance.file,
        "counts": _counts(results.verdicts),
        "annotations": {
            entry["id"]: {key: entry[key] for key in ("outcome", "label", "text")} for entry in told
        },
        "findings": told,
    }


def _entry(verdict: Verdict) -> dict[str, Any]:
    finding = verdict.finding
    label, text = describe(verdict)
    return {
        "id": finding.id,
        "claim": finding.claim,
        "lines": finding.lines,
        "expect": finding.expect if finding.testable else "none",
        "outcome": "ok" if verdict.ok else "changed",
        "label": label,
        "text": text,
        "holds": verdict.holds,
        "reading_holds": verdict.reading_holds,
        "print": {
            "support": verdict.support,
            "words": SUPPORT[verdict.support],
            "computed": verdict.computed,
            "why": finding.print_reason,
        },
        "basis": verdict.basis,
        "basis_words": BASIS[verdict.basis],
        "note": finding.note,
        "reason": finding.reason,
        "checks": _checks(finding.checks, verdict.lines),
        "instead": _checks(finding.instead, verdict.instead),
    }


def _checks(checks: tuple[Check, ...], lines: tuple[tuple[Line, ...], ...]) -> list[dict[str, Any]]:
    return [
        {
            "kind": check.kind,
            "needed": check.most,
            "statements": [
                {
                    "says": line.says,
                    "holds": line.holds,
                    "shown": line.shown,
                    "print": line.in_print,
                    "targeted": line.targeted,
                }
                for line in found
            ],
        }
        for check, found in zip(checks, lines, strict=True)
    ]


def _counts(verdicts: tuple[Verdict, ...]) -> dict[str, int]:
    testable = [v for v in verdicts if v.holds is not None]
    return {
        "all": len(verdicts),
        "testable": len(testable),
        "as_expected": sum(v.ok for v in testable),
        "changed": sum(not v.ok for v in testable),
        "hold": sum(v.ok and v.finding.expect == "holds" for v in testable),
        "contradicted": sum(v.ok and v.finding.expect == "contradicted" for v in testable),
        "targeted": sum(v.basis == "targeted" for v in testable),
        "partly_targeted": sum(v.basis == "partly" for v in testable),
        "not_targeted": sum(v.basis == "not_targeted" for v in testable),
    }


def write(results: Results, path: Path = FILE) -> Path:
    """Write ``findings.json``; an unchanged one keeps its bytes and its time."""
    text = json.dumps(as_json(results), ensure_ascii=False, indent=1) + "\n"
    data = text.encode()
    if not path.is_file() or path.read_bytes() != data:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return path
