"""The verification from beginning to end."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from storbynav import formatting as f
from storbynav import paths
from storbynav.published import Registry
from storbynav.reconstruct.impossible import Entry, proven, read_entries
from storbynav.report import Report
from storbynav.verify import cells, offices
from storbynav.verify.bound import Bindings
from storbynav.verify.compute import Compute, parsed
from storbynav.verify.model import Number, Proof, Verification, VerificationError


def run(report: Report, folder: Path) -> Verification:
    """See `storbynav.verify.verify`."""
    registry = Registry(folder)
    bindings = Bindings(folder)
    if bindings.unbound:
        raise VerificationError(
            f"{paths.shown(folder / 'verification.yml')}: disse trykte tallene regnes ikke ut og er "
            f"heller ikke ført opp under outside: {', '.join(bindings.unbound)}"
        )
    report = replace(report, watch=True)
    compute = Compute(report)
    found = [
        *cells.numbers(registry, report),
        *bindings.numbers(compute),
        *offices.numbers(registry, report, bindings.cut),
    ]
    found = _once(replace(n, computed=f.SUPPRESSED) if n.withheld and not n.met else n for n in found)
    entries = read_entries(folder)
    aliases = bindings.impossible_as()
    printed: dict[str, list[str]] = {}
    for number in found:
        printed.setdefault(aliases.get(number.id, number.id), []).append(number.printed)
    proofs = [_proof(entry, printed, bindings) for entry in entries]
    by_number = {number: proof.id for proof in proofs if proof.holds for number in proof.numbers}
    numbers = tuple(replace(n, impossible=by_number.get(aliases.get(n.id, n.id), "")) for n in found)
    groups = (*cells.TABLES.items(), *bindings.groups.items())
    return Verification(
        numbers=numbers,
        proofs=tuple(proofs),
        outside=bindings.outside,
        groups=tuple(groups),
        synthetic=report.survey.synthetic,
        survey=report.survey.provenance.label,
    )


def _once(numbers: Iterable[Number]) -> list[Number]:
    """Each printed number once, though the registry has it in several files: met if it is met in all.

    Two copies that differ are not both met, so a registry that contradicts itself is noticed.
    """
    found: dict[str, Number] = {}
    for number in numbers:
        before = found.get(number.id)
        if before is None:
            found[number.id] = number
        elif before.met and not number.met:
            told = (number.printed, number.computed, number.withheld)
            found[number.id] = replace(before, printed=told[0], computed=told[1], withheld=told[2], met=False)
    return list(found.values())


def _speaks_of(entry: Entry, printed: str) -> bool:
    """Whether the arithmetic of an entry is about this printed number: of another it would prove nothing."""
    if set(printed) == {"*"}:
        return entry.values.get("alpha") == {1: 0.05, 2: 0.01}.get(len(printed))
    digits = re.search(r"\d.*|[-−,].*", printed)
    said = parsed(digits[0]) if digits else None
    known = {Decimal(str(value)) for value in _flat(entry.values)}
    return said in known or (printed.endswith("%") and said is not None and said / 100 in known)


def _flat(value: Any) -> Iterator[float]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _flat(inner)
    elif isinstance(value, int | float):
        yield value


def _proof(entry: Entry, printed: dict[str, list[str]], bindings: Bindings) -> Proof:
    strange = [n for n in entry.numbers if n not in printed and n not in bindings.in_words]
    if strange:
        raise VerificationError(
            f"impossible.yml {entry.id}: {', '.join(strange)} er ikke et trykt tall som verify kjenner. "
            "Ord uten tall føres opp under in_words i verification.yml."
        )
    return Proof(
        id=entry.id,
        numbers=entry.numbers,
        compared=tuple(n for n in entry.numbers if n in printed),
        what=entry.what,
        reason=entry.reason,
        follows=entry.follows,
        holds=proven(entry) and all(_speaks_of(entry, p) for n in entry.numbers for p in printed.get(n, ())),
    )
