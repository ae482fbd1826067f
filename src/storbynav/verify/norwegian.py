"""The contradictions of the print and the proofs of impossible numbers, told in Norwegian for readers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from storbynav import paths
from storbynav.published import Registry
from storbynav.verify.model import VerificationError
from storbynav.yamlfile import YamlFile, open_yaml

FILE = "discrepancies_nb.yml"


@dataclass(frozen=True)
class Contradiction:
    """What the print says on both sides, and the reading of this edition with its reason, if one is given."""

    id: str
    group: str
    topic: str
    says: str
    reading: str
    why: str


@dataclass(frozen=True)
class ToldProof:
    """A proof of ``impossible.yml``: the number, the arithmetic, and what the survey follows."""

    id: str
    what: str
    reason: str
    follows: str


@dataclass(frozen=True)
class Told:
    """All of ``discrepancies_nb.yml``; `groups` are headings by key, in the order of the report."""

    groups: dict[str, str]
    contradictions: tuple[Contradiction, ...]
    proofs: tuple[ToldProof, ...]


def told(folder: Path = paths.PUBLISHED, proofs: tuple[str, ...] = ()) -> Told:
    """Read the file and hold it against the registry.

    Parameters
    ----------
    proofs
        The ids of ``impossible.yml``: each must be told here, and no other.

    Raises
    ------
    VerificationError
        The file is missing or no YAML.
        All that is wrong: an id that the registry does not have or that is not told, a contradiction without
        a reading or with two.
    """
    file, content = open_yaml(folder / FILE, VerificationError)
    top = file.entry(content, "filen")
    registry = Registry(folder)
    groups: dict[str, str] = top.get("grupper", dict, {}, True)
    contradictions = []
    for raw in top.listing("discrepancies", dict, True):
        entry = file.entry(raw, str(raw.get("id")), rf"^- \{{id: {raw.get('id')},")
        ident = entry.text("id", True)
        own = entry.text("lesning")
        chosen = registry.readings.get(ident)
        if ident not in registry.discrepancies:
            entry.fault("discrepancies.yml har ikke denne motsigelsen")
        if chosen and own:
            entry.fault("readings.yml har alt en lesning; la lesning være tom")
        if not chosen and not own:
            entry.fault("mangler lesning (readings.yml har ingen)")
        contradictions.append(
            Contradiction(
                ident,
                entry.choice("gruppe", list(groups)),
                entry.text("tema", True),
                entry.text("sier", True),
                chosen.reading if chosen else own,
                chosen.why if chosen else "",
            )
        )
        entry.done()
    found = []
    for raw in top.listing("impossible", dict, True):
        entry = file.entry(raw, str(raw.get("id")), rf"^- \{{id: {raw.get('id')},")
        found.append(ToldProof(*(entry.text(key, True) for key in ("id", "hva", "bevis", "folger"))))
        entry.done()
    _complete(file, "discrepancies", [c.id for c in contradictions], tuple(registry.discrepancies))
    if proofs:
        _complete(file, "impossible", [p.id for p in found], proofs)
    if file.faults:
        raise VerificationError("\n".join(file.faults))
    return Told(groups, tuple(sorted(contradictions, key=lambda c: c.id)), tuple(found))


def _complete(file: YamlFile, section: str, have: list[str], wanted: tuple[str, ...]) -> None:
    for ident in sorted(set(wanted) - set(have)):
        file.fault(section, f"{ident} er ikke fortalt", rf"^{section}:")
    for ident in sorted({i for i in have if have.count(i) > 1}):
        file.fault(section, f"{ident} er fortalt to ganger", rf"^{section}:")
    for ident in sorted(set(have) - set(wanted)):
        file.fault(section, f"{ident} finnes ikke", rf"^{section}:")
