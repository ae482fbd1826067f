"""funn.yml into `Finding`s: every fault with file and line, what is wrong and what to do.

The head of ``report/funn.yml`` documents the format for authors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from storbynav.codebook import CodebookError
from storbynav.findings.base import Atom, Check, Finding
from storbynav.findings.fields import Fields, Names, PredicateError
from storbynav.findings.predicates import KINDS
from storbynav.published import Registry
from storbynav.survey import Survey
from storbynav.yamlfile import Entry, YamlFile, did_you_mean, open_yaml

EXPECTED = ("holds", "contradicted")


_ID = re.compile(r"f-\d{3}\Z")


class FindingsError(ValueError):
    """funn.yml is wrong; the message has a line for each fault."""


class Reader:
    """Reads one file against a codebook, the offices and the registry of the print."""

    def __init__(self, path: Path, survey: Survey, registry: Registry) -> None:
        """Nothing is read yet."""
        self.path, self.registry = path, registry
        self.names = Names(survey, registry.correlation_tables)

    def read(self) -> tuple[Finding, ...]:
        """All findings in the order of the file; `FindingsError` with every fault."""
        file, content = open_yaml(self.path, FindingsError, "Den binder påstandene i teksten til data.")
        top = file.entry(content, "filen")
        self.lines = _lines(file.text)
        self._read_sets(top)
        seen: dict[str, Finding] = {}
        found: list[Finding] = []
        top.get("format", int, required=True)
        for number, raw in enumerate(top.listing("findings", dict, True), start=1):
            ident = str(raw.get("id", f"nr. {number}"))
            entry = file.entry(raw, ident, rf"^- id: {re.escape(ident)}\s*$")
            finding = self._finding(entry, ident)
            if ident in seen:
                self._twice(file, ident, seen[ident], finding)
                continue
            seen[ident] = finding
            found.append(finding)
        top.done()
        if file.faults:
            raise FindingsError("\n".join(file.faults))
        return tuple(found)

    # ------------------------------------------------------------ one entry

    def _finding(self, entry: Entry, ident: str) -> Finding:
        claim = self._claim(entry, ident)
        checks, instead = self._checks(entry, "checks"), self._checks(entry, "instead")
        reason, note = entry.text("none"), entry.text("note")
        expect = entry.text("expect") or "holds"
        if expect not in EXPECTED:
            entry.fault(f"expect: {expect!r} er ikke en av {', '.join(EXPECTED)}")
        if not checks and not reason and not entry.raw.get("checks"):
            entry.fault("funnet har ingen påstand. Skriv checks: med predikater, eller none: med grunnen")
        if checks and reason:
            entry.fault("både checks og none. Ta bort den ene")
        if expect == "contradicted" and checks and not note:
            entry.fault("expect: contradicted krever note: det leseren skal få vite i teksten")
        if instead and expect != "contradicted":
            entry.fault("instead hører til expect: contradicted")
        if entry.get("lines", str) is None and claim:
            entry.fault("mangler lines: kildens linjer")
        finding = Finding(
            id=ident,
            claim=claim,
            lines=entry.text("lines"),
            expect=expect,
            checks=checks,
            instead=instead,
            reason=reason,
            note=note,
            print_reason=entry.text("print"),
            line=self.lines.get(ident, 1),
        )
        entry.done()
        for side in (checks, instead):
            clash = opposite([atom for check in side if check.all_needed for atom in check.atoms])
            if not clash:
                continue
            entry.fault(
                f"to predikater som ikke kan være sanne samtidig: {_short(clash[0])} og {_short(clash[1])}. "
                "Rett det ene"
            )
        return finding

    def _claim(self, entry: Entry, ident: str) -> str:
        entry.text("id", True)
        if not _ID.match(ident):
            entry.fault(f"id: {ident!r} skal være f- og tre sifre, som f-045")
            return ""
        claim = f"C{ident[2:]}"
        if claim not in self.registry.claims:
            entry.fault(f"claims.yml har ingen påstand {claim}. Bruk nummeret til påstanden")
            return ""
        return claim

    def _twice(self, file: YamlFile, ident: str, first: Finding, second: Finding) -> None:
        atoms = [a for finding in (first, second) for c in finding.checks for a in c.atoms]
        clash = opposite(atoms)
        how = f" med motsatte påstander ({_short(clash[0])} mot {_short(clash[1])})" if clash else ""
        lines = self.lines.get(ident + "#2", first.line)
        file.fault(
            ident,
            f"funnet er bundet to ganger{how}. Den første står på linje {first.line}, den andre på linje "
            f"{lines}. Behold én; et funn kan fortelles flere steder i teksten med samme id",
            rf"^- id: {re.escape(ident)}\s*$",
        )

    # ------------------------------------------------------------ predicates

    def _checks(self, entry: Entry, key: str) -> tuple[Check, ...]:
        checks = []
        for raw in entry.listing(key, dict):
            try:
                checks.append(self._check(dict(raw)))
            except (PredicateError, CodebookError) as error:
                entry.fault(f"{_flow(raw)}: {error}")
        return tuple(checks)

    def _check(self, raw: dict[str, Any]) -> Check:
        kind = next((key for key in raw if key in KINDS), None)
        if kind is None:
            first = str(next(iter(raw), ""))
            raise PredicateError(
                f"ukjent predikat{did_you_mean(first, KINDS)}. De som finnes: {', '.join(KINDS)}"
            )
        most = raw.pop("most", None)
        fields = Fields(kind, raw, self.names)
        atoms = tuple(KINDS[kind](fields))
        fields.done()
        if not atoms:
            raise PredicateError(f"{kind}: ingen påstander")
        if most is not None and not (isinstance(most, int) and 0 < most <= len(atoms)):
            raise PredicateError(f"most: må være fra 1 til {len(atoms)}")
        return Check(kind, atoms, len(atoms) if most is None else most)

    def _read_sets(self, top: Entry) -> None:
        for name, items in top.get("sets", dict, {}).items():
            for item in items if isinstance(items, list) else []:
                if item not in self.names.book:
                    top.fault(
                        f"sets: {name}: {item!r} finnes ikke{did_you_mean(item, self.names.book.variables)}"
                    )
            self.names.sets[str(name)] = tuple(items)


def opposite(atoms: list[Atom]) -> tuple[Atom, Atom] | None:
    """Two statements about the same subject that cannot both hold, or None."""
    by_subject: dict[tuple[object, ...], list[Atom]] = {}
    for atom in atoms:
        for other in by_subject.setdefault(atom.subject, []):
            if atom.opposes(other):
                return other, atom
        by_subject[atom.subject].append(atom)
    return None


def _short(atom: Atom) -> str:
    """An atom for a message: its kind and what sets it apart."""
    parts = [
        f"{name}={value}" for name, value in vars(atom).items() if value not in ("", None, False, (), 0.0, 1)
    ]
    return f"«{', '.join(str(p) for p in parts[:6])}»"


def _flow(raw: Mapping[str, Any]) -> str:
    first = next(iter(raw.items()), ("", ""))
    return f"predikatet {first[0]}: {first[1]}"


def _lines(text: str) -> dict[str, int]:
    """The line of each id; a second one of the same id as ``id#2``."""
    found: dict[str, int] = {}
    for number, row in enumerate(text.splitlines(), start=1):
        match = re.match(r"- id: (\S+)\s*$", row)
        if match:
            found.setdefault(match[1] if match[1] not in found else match[1] + "#2", number)
    return found
