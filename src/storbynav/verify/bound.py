"""Numbers outside the tables: ``verification.yml`` binds each to a computation, and knows which cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Any

from storbynav import formatting as f
from storbynav import paths
from storbynav.published import decimals_of
from storbynav.verify import offices
from storbynav.verify.compute import EXACT, Compute
from storbynav.verify.model import Number, Outside, VerificationError
from storbynav.verify.places import Places
from storbynav.yamlfile import Entry, open_yaml

FILE = "verification.yml"
# on which side of the printed number the true one lies, by the words of the print
RESERVATIONS = {
    "over": "above",
    "i overkant av": "above",
    "nesten": "below",
    "nærmere": "below",
    "i underkant av": "below",
    "rundt": "about",
    "cirka": "about",
}


@dataclass(frozen=True)
class Binding:
    """One entry: where the registry has the number, and how it is computed.

    `same`: another entry or table cell that is this very number in the print; it is compared here too, and
    counted there.
    """

    id: str
    group: str
    of: str
    also: tuple[str, ...]
    what: str
    unit: str
    call: str
    args: Mapping[str, Any]
    decimals: int | None
    cut: bool
    words: str
    within: tuple[float, float] | None
    see: str
    same: str

    @property
    def places(self) -> tuple[str, ...]:
        """All paths at which the registry has this number."""
        return (self.of, *self.also)


class Bindings:
    """The entries of one registry folder, checked when read."""

    def __init__(self, folder: Path = paths.PUBLISHED) -> None:
        """Read ``verification.yml`` in `folder`; `VerificationError` lists all that is wrong with it."""
        self.folder = folder
        self.places = Places(folder)
        self._file, content = open_yaml(folder / FILE, VerificationError)
        self._top = self._file.entry(content, "filen")
        self.groups: dict[str, str] = self._top.get("groups", dict, {}, True)
        self.cut: tuple[str, ...] = self._top.listing("cut", str)
        self.in_words: dict[str, str] = self._top.get("in_words", dict, {})
        self.all = tuple(self._read())
        self._outside = tuple((str(raw["at"]), str(raw["why"])) for raw in self._top.listing("outside", dict))
        if self._file.faults:
            raise VerificationError("\n".join(self._file.faults))

    def _read(self) -> Iterator[Binding]:
        seen: set[str] = set()
        for number, raw in enumerate(self._top.listing("numbers", dict, True), start=1):
            ident = str(raw.get("id", f"nr. {number}"))
            entry = self._file.entry(raw, ident, rf'^- \{{id: "?{ident}"?,')
            if ident in seen:
                entry.fault("id finnes to ganger")
            seen.add(ident)
            yield self._binding(entry, ident)
            entry.done()

    def _binding(self, entry: Entry, ident: str) -> Binding:
        entry.text("id", True)
        group = entry.choice("group", list(self.groups))
        within = entry.get("within", list)
        if within is not None and (len(within) != 2 or within[0] > within[1]):
            entry.fault(f"within: {within} er ikke et intervall")
            within = None
        words = entry.text("words")
        if words and words not in RESERVATIONS:
            entry.fault(f"words: {words!r} er ikke et av {', '.join(RESERVATIONS)}")
        if bool(words) != bool(within):
            entry.fault("words og within hører sammen")
        if entry.text("rounding") not in ("", "cut"):
            entry.fault("rounding kan bare være cut")
        return Binding(
            id=ident,
            group=group,
            of=entry.text("of", True),
            also=entry.listing("also", str),
            what=entry.text("what", True),
            unit=entry.text("unit"),
            call=entry.text("call", True),
            args=entry.get("args", dict, {}),
            decimals=entry.get("decimals", int),
            cut=entry.text("rounding") == "cut",
            words=words,
            within=(float(within[0]), float(within[1])) if within else None,
            see=entry.text("see"),
            same=entry.text("same"),
        )

    @cached_property
    def outside(self) -> tuple[Outside, ...]:
        """Printed numbers that no survey gives; each once, whatever the number of its copies."""
        found: list[Outside] = []
        seen: list[tuple[Decimal, set[int]]] = []
        for path in self.places.numbers():
            why = self._why_outside(path)
            if not why:
                continue
            value, lines = self.places.value(path), source_lines(self.places.lines(path))
            if not any(value == other and lines & where for other, where in seen):
                found.append(Outside(path, why))
            seen.append((value, lines))
        return tuple(found)

    def _why_outside(self, path: str) -> str:
        for at, why in self._outside:
            if path == at or fnmatchcase(path, f"{at}.*"):
                return why
        return ""

    @cached_property
    def unbound(self) -> tuple[str, ...]:
        """Printed numbers that nothing recomputes and nobody has called outside: there must be none."""
        bound = {place for binding in self.all for place in binding.places}
        return tuple(
            path
            for path in self.places.numbers()
            if path not in bound and not self._why_outside(path) and not self._handled(path)
        )

    def _handled(self, path: str) -> bool:
        """Case offices are compared by `storbynav.verify.offices`; shares of offices by their lines."""
        if path.startswith("sample:office_facts."):
            return path.split(".")[2] in offices.HANDLED
        if path.startswith("sample:office_constraints."):
            lines = self.places.lines(path)
            return any(f"office_constraints[lines={lines}]" in p for b in self.all for p in b.places)
        return False

    def numbers(self, compute: Compute) -> Iterator[Number]:
        """Each binding's number at each place of the registry; the same spot of the print has the same id."""
        for binding in self.all:
            spots = self.spots(binding)
            for place in binding.places:
                yield replace(self.number(binding, place, compute), id=spots[place])

    def spots(self, b: Binding) -> dict[str, str]:
        """For each place of a binding the id of the printed number that it is a copy of.

        The registry has one printed number in several files (the sample, a figure, a claim). Places whose
        source lines meet are one spot of the print; those with the fewest lines decide.
        """
        lines = {place: source_lines(self.places.lines(place)) for place in b.places}
        apart: list[str] = []
        for place in sorted(b.places, key=lambda p: len(lines[p])):
            if not any(lines[place] & lines[other] for other in apart):
                apart.append(place)
        apart.sort(key=b.places.index)
        names = {place: b.same or b.id if place == apart[0] else place for place in apart}
        return {
            place: names[place if place in names else next(p for p in apart if lines[p] & lines[place])]
            for place in b.places
        }

    def number(self, b: Binding, place: str, compute: Compute) -> Number:
        """A binding's number at one of its places."""
        printed = self.places.value(place)
        decimals = decimals_of(printed) if b.decimals is None else b.decimals
        try:
            exact = compute.call(b.call, dict(b.args), EXACT if b.within or b.cut else decimals)
        except (ValueError, TypeError, KeyError) as error:
            raise VerificationError(f"{paths.shown(self.folder / FILE)}: {b.id}: {error}") from None
        if b.within:
            low, high = b.within
            met = low <= float(exact) <= high and _reads(b.words, b.within) == printed
            computed = _shown(exact, max(decimals, 1) if b.unit else decimals, b.unit)
        else:
            value = exact.to_integral_value("ROUND_FLOOR") if b.cut else exact
            met = value == printed
            computed = _shown(value, decimals, b.unit)
        said = _shown(printed, decimals, b.unit)
        return Number(
            id=b.id,
            group=b.group,
            what=b.what,
            printed=f"{b.words} {said}" if b.words else said,
            computed=computed,
            met=met,
            lines=self.places.lines(place),
            words=bool(b.words),
            withheld=compute.report.gate.take(),
        )

    def impossible_as(self) -> dict[str, str]:
        """For each number id the id under which ``impossible.yml`` may name it."""
        return {spot: b.see or b.same or b.id for b in self.all for spot in self.spots(b).values()}


def source_lines(text: str) -> set[int]:
    """Source lines of «3282-3283» or «898,3117»."""
    found: set[int] = set()
    for part in filter(None, text.replace(" ", "").split(",")):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def _reads(words: str, within: tuple[float, float]) -> Decimal:
    """The number that an interval is the reading of: «over 70» begins there, «nesten 70» ends there."""
    low, high = (Decimal(str(end)) for end in within)
    return {"below": high, "above": low, "about": (low + high) / 2}[RESERVATIONS[words]]


def _shown(value: Decimal, decimals: int, unit: str) -> str:
    return str(f.percent(value, decimals) if unit == "%" else f.number(value, decimals))
