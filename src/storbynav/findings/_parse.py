"""funn.yml into `Finding`s: every fault with file and line, what is wrong and what to do.

The head of ``report/funn.yml`` documents the format for authors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from storbynav.codebook import Codebook, CodebookError
from storbynav.findings._base import Atom, Check, Finding, Groups, Interval
from storbynav.findings._contrasts import AnyDifference, Contrast
from storbynav.findings._data import CASE_OFFICES, PREDICTORS
from storbynav.findings._offices import (
    PLACES,
    QUANTITIES,
    Coding,
    Count,
    Equal,
    Items,
    MoreServices,
    Order,
    Quantity,
    Rank,
)
from storbynav.findings._shares import Gap, Larger, Modal, Share
from storbynav.findings._tables import Beta, Bigger, Correlated, Explained, Largest, Near, StarCount, Stronger
from storbynav.published import Registry
from storbynav.survey import Survey
from storbynav.yamlfile import (
    Entry,
    YamlFile,
    did_you_mean,
    open_yaml,
)

EXPECTED = ("holds", "contradicted")
_ID = re.compile(r"f-\d{3}\Z")


class FindingsError(ValueError):
    """funn.yml is wrong; the message has a line for each fault."""


class _BadCheckError(ValueError):
    """A predicate is wrong; told with the finding's line."""


class Reader:
    """Reads one file against a codebook, the offices and the registry of the print."""

    def __init__(self, path: Path, survey: Survey, registry: Registry) -> None:
        """Nothing is read yet."""
        self.path, self.survey, self.registry = path, survey, registry
        self.book: Codebook = survey.codebook
        self.sets: dict[str, tuple[str, ...]] = {}

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
            except (_BadCheckError, CodebookError) as error:
                entry.fault(f"{_flow(raw)}: {error}")
        return tuple(checks)

    def _check(self, raw: dict[str, Any]) -> Check:
        kind = next((key for key in raw if key in _KINDS), None)
        if kind is None:
            first = str(next(iter(raw), ""))
            raise _BadCheckError(
                f"ukjent predikat{did_you_mean(first, _KINDS)}. De som finnes: {', '.join(_KINDS)}"
            )
        most = raw.pop("most", None)
        fields = _Fields(kind, raw, self)
        atoms = tuple(_KINDS[kind](fields))
        fields.done()
        if not atoms:
            raise _BadCheckError(f"{kind}: ingen påstander")
        if most is not None and not (isinstance(most, int) and 0 < most <= len(atoms)):
            raise _BadCheckError(f"most: må være fra 1 til {len(atoms)}")
        return Check(kind, atoms, len(atoms) if most is None else most)

    def _read_sets(self, top: Entry) -> None:
        for name, items in top.get("sets", dict, {}).items():
            for item in items if isinstance(items, list) else []:
                if item not in self.book:
                    top.fault(f"sets: {name}: {item!r} finnes ikke{did_you_mean(item, self.book.variables)}")
            self.sets[str(name)] = tuple(items)

    def item(self, name: Any) -> str:
        """A variable that the codebook has."""
        if not isinstance(name, str):
            raise _BadCheckError(f"{name!r} er ikke navnet på en variabel")
        return self.book[name].id

    def items(self, names: Any) -> tuple[str, ...]:
        """One variable, a list of them, or ``$set``; sets may stand in lists."""
        found: list[str] = []
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str) and name.startswith("$"):
                if name[1:] not in self.sets:
                    raise _BadCheckError(f"mengden {name} finnes ikke{did_you_mean(name[1:], self.sets)}")
                found += self.sets[name[1:]]
            else:
                found.append(self.item(name))
        if not found:
            raise _BadCheckError("ingen variabler")
        return tuple(found)

    def group(self, by: str, value: Any) -> str:
        """A group of a variable, an office or a city."""
        if by in ("office", "city"):
            offices = self.survey.offices
            known = list(offices.index) if by == "office" else list(dict.fromkeys(offices["city"]))
            if value not in known:
                raise _BadCheckError(f"ukjent gruppe {value!r} av {by}{did_you_mean(str(value), known)}")
            return str(value)
        scale = self.book[by].scale
        keys = [c.key for c in scale.categories]
        if value not in keys:
            near = did_you_mean(str(value), keys)
            raise _BadCheckError(f"ukjent gruppe {value!r} av {by}{near}. Den har {', '.join(keys)}")
        return str(value)

    def groups(self, told: Any) -> Groups:
        """``{variable: group}``; a list of groups means any of them."""
        if not isinstance(told, dict):
            raise _BadCheckError(f"{told!r} skal være variabel: gruppe")
        return tuple(
            sorted(
                (by, self.group(by, value))
                for by, values in told.items()
                for value in (values if isinstance(values, list) else [values])
            )
        )


class _Fields:
    """The fields of one predicate; notes which were asked for."""

    def __init__(self, kind: str, raw: Mapping[str, Any], reader: Reader) -> None:
        self.kind, self.raw, self.reader = kind, raw, reader
        self._seen = {kind}

    @property
    def main(self) -> Any:
        """The value of the predicate's own key."""
        return self.raw[self.kind]

    def get(self, key: str, default: Any = None, required: bool = False) -> Any:
        """A field."""
        self._seen.add(key)
        if required and key not in self.raw:
            raise _BadCheckError(f"mangler {key}")
        return self.raw.get(key, default)

    def items(self) -> tuple[str, ...]:
        """The items of the predicate's own key."""
        return self.reader.items(self.main)

    def by(self) -> str:
        """The grouping."""
        name = self.get("by", required=True)
        return str(name) if name in ("office", "city") else self.reader.item(name)

    def among(self) -> Groups:
        """Who it is about."""
        told = self.get("among")
        return () if told is None else self.reader.groups(told)

    def level(self) -> float | None:
        """``p: 0.05`` or ``p: 0.01``."""
        p = self.get("p")
        if p not in (None, 0.05, 0.01):
            raise _BadCheckError("p: må være 0.05 eller 0.01")
        return p

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self.get(key, False)
        if not isinstance(value, bool):
            raise _BadCheckError(f"{key}: må være true eller false")
        return value

    def sign(self) -> str:
        """``+`` or ``-``."""
        sign = self.get("sign", "")
        if sign not in ("", "+", "-"):
            raise _BadCheckError('sign: må være "+" eller "-"')
        return str(sign)

    def number(self, key: str, default: float = 0.0) -> float:
        """A number."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _BadCheckError(f"{key}: må være et tall")
        return float(value)

    def bound(self) -> Interval:
        """``is`` (a printed number, in quotes where it has decimals), ``between``, ``above``, ``below``."""
        exact, between = self.get("is"), self.get("between")
        above, below = self.get("above"), self.get("below")
        if sum(x is not None for x in (exact, between, above, below)) != 1:
            raise _BadCheckError("skriv én av is, between, above og below")
        if exact is not None:
            text = str(exact)
            if not re.fullmatch(r"-?\d+(\.\d+)?", text):
                raise _BadCheckError(f"is: {exact!r} er ikke et tall")
            return Interval(float(text), float(text), len(text.partition(".")[2]))
        if between is not None:
            if not (isinstance(between, list) and len(between) == 2 and between[0] <= between[1]):
                raise _BadCheckError("between: skal være [minst, mest]")
            return Interval(float(between[0]), float(between[1]))
        return Interval(low=float(above)) if above is not None else Interval(high=float(below))

    def done(self) -> None:
        """A field that nobody asked for is a fault."""
        for key in self.raw:
            if key not in self._seen:
                raise _BadCheckError(f"{self.kind}: ukjent felt {key!r}{did_you_mean(key, self._seen)}")


def _share(f: _Fields) -> Iterable[Atom]:
    answer, among, base, bound = f.get("answer"), f.among(), f.get("base", "valid"), f.bound()
    if base not in ("valid", "all"):
        raise _BadCheckError("base: må være valid eller all")
    for item in f.items():
        key = None if answer is None else f.reader.group(item, answer)
        if key is None:
            f.reader.book[item].agreement  # noqa: B018  (refuses a scale without agreement)
        yield Share(item, bound, key, among, base)


def _compare(f: _Fields) -> Iterable[Atom]:
    by, among, p = f.by(), f.among(), f.level()
    more, less = (f.reader.group(by, f.get(key, required=True)) for key in ("more", "less"))
    points, scale, pairs = f.number("points"), f.get("test", "share"), int(f.number("pairs", 1))
    if scale not in ("share", "scale"):
        raise _BadCheckError("test: må være share eller scale")
    for item in f.items():
        yield Contrast(item, by, more, less, p, False, among, points, scale == "scale", pairs)


def _alike(f: _Fields) -> Iterable[Atom]:
    by, among = f.by(), f.among()
    groups = f.get("groups", required=True)
    if not (isinstance(groups, list) and len(groups) == 2):
        raise _BadCheckError("groups: skal være to grupper")
    one, other = (f.reader.group(by, group) for group in groups)
    scale, pairs = f.get("test", "share"), int(f.number("pairs", 1))
    if scale not in ("share", "scale"):
        raise _BadCheckError("test: må være share eller scale")
    for item in f.items():
        yield Contrast(item, by, one, other, None, True, among, 0.0, scale == "scale", pairs)


def _anova(f: _Fields) -> Iterable[Atom]:
    by, ns = f.by(), f.flag("ns")
    return [AnyDifference(item, by, ns) for item in f.items()]


def _corr(f: _Fields) -> Iterable[Atom]:
    others = f.reader.items(f.get("with", required=True))
    table, sign, p, ns = f.get("table", required=True), f.sign(), f.level(), f.flag("ns")
    if table not in ("v1_2", "v1_4", "v1_5"):
        raise _BadCheckError("table: må være v1_2, v1_4 eller v1_5")
    if not (sign or p or ns):
        raise _BadCheckError("skriv sign, p eller ns")
    return [Correlated(item, other, table, sign, p, ns) for item in f.items() for other in others]


def _stronger(f: _Fields) -> Iterable[Atom]:
    other, table = f.reader.item(f.get("with", required=True)), f.get("table", required=True)
    than = f.reader.items(f.get("than", required=True))
    return [Stronger(item, other, one, table) for item in f.items() for one in than]


def _near(f: _Fields) -> Iterable[Atom]:
    other, than = f.reader.item(f.get("with", required=True)), f.reader.item(f.get("and", required=True))
    table, within = f.get("table", required=True), f.number("within")
    return [Near(item, other, than, table, within) for item in f.items()]


def _predictor(f: _Fields, key: str = "of") -> str:
    name = f.get(key, required=True)
    if name not in PREDICTORS:
        raise _BadCheckError(f"{name!r} er ikke med i tabell 3{did_you_mean(str(name), PREDICTORS)}")
    return str(name)


def _beta(f: _Fields) -> Iterable[Atom]:
    predictor, sign, starred = _predictor(f), f.sign(), f.get("starred")
    if starred is not None and not isinstance(starred, bool):
        raise _BadCheckError("starred: må være true eller false")
    if starred is None and not sign:
        raise _BadCheckError("skriv sign eller starred")
    return [Beta(item, predictor, sign, starred) for item in f.items()]


def _largest(f: _Fields) -> Iterable[Atom]:
    predictor, place, only = _predictor(f), int(f.number("place", 1)), f.flag("only")
    return [Largest(item, predictor, place, only) for item in f.items()]


def _bigger(f: _Fields) -> Iterable[Atom]:
    predictor, than = _predictor(f), _predictor(f, "than")
    return [Bigger(item, predictor, than) for item in f.items()]


def _r2(f: _Fields) -> Iterable[Atom]:
    bound = f.bound()
    return [Explained(item, bound) for item in f.items()]


def _starred(f: _Fields) -> Iterable[Atom]:
    predictor, than = _predictor(f, "starred"), f.get("than")
    items = f.reader.items(f.get("items", required=True))
    if than is None:
        return [StarCount(items, predictor, f.bound())]
    wanted = than if isinstance(than, list) else [than]
    unknown = [name for name in wanted if name not in PREDICTORS]
    if unknown:
        raise _BadCheckError(f"{unknown[0]!r} er ikke med i tabell 3")
    return [StarCount(items, predictor, Interval(), name) for name in wanted]


def _rank(f: _Fields) -> Iterable[Atom]:
    office, place, tie = f.get("office", required=True), f.get("place", required=True), f.number("tie")
    offices = office if isinstance(office, list) else [office]
    for one in offices:
        if one not in CASE_OFFICES:
            raise _BadCheckError(
                f"{one!r} er ikke et av de sju kontorene{did_you_mean(str(one), CASE_OFFICES)}"
            )
    if place not in PLACES:
        raise _BadCheckError(f"place: {place!r} er ikke en av {', '.join(PLACES)}")
    answer = f.get("answer")
    return [
        Rank(item, one, place, tie, None if answer is None else f.reader.group(item, answer))
        for one in offices
        for item in f.items()
    ]


def _order(f: _Fields) -> Iterable[Atom]:
    told = f.get("offices", required=True)
    groups = tuple(tuple(g) if isinstance(g, list) else (str(g),) for g in told)
    for office in (o for group in groups for o in group):
        f.reader.group("office", office)
    if len(groups) < 2:
        raise _BadCheckError("offices: skal ha minst to ledd")
    together, points = f.flag("mean"), f.number("points")
    if together:
        return [Order(f.items(), groups, points)]
    return [Order((item,), groups, points) for item in f.items()]


def _gap(f: _Fields) -> Iterable[Atom]:
    items = f.items()
    if len(items) != 2:
        raise _BadCheckError("gap: skal ha to variabler")
    return [Gap(items[0], items[1], f.bound(), f.among())]


def _larger(f: _Fields) -> Iterable[Atom]:
    one, one_groups = f.items(), f.among()
    than = f.reader.items(f.get("than", required=True))
    told, points = f.get("than_among"), f.number("points")
    other_groups = one_groups if told is None else f.reader.groups(told)
    return [Larger((a, one_groups), (b, other_groups), points) for a in one for b in than]


def _modal(f: _Fields) -> Iterable[Atom]:
    answer, among = f.get("answer", required=True), f.among()
    return [Modal(item, f.reader.group(item, answer), among) for item in f.items()]


def _count(f: _Fields) -> Iterable[Atom]:
    table, where, bound = f.main, f.get("where", {}), f.bound()
    if table not in ("offices", "leaders", "respondents"):
        raise _BadCheckError("count: må være offices, leaders eller respondents")
    pairs = []
    for name, values in where.items():
        if table == "offices":
            known = ["office", *f.reader.survey.offices.columns]
            if name not in known:
                near = did_you_mean(name, known)
                raise _BadCheckError(f"offices.csv har ikke kolonnen {name!r}{near}")
        elif name not in ("office", "city"):
            f.reader.item(name)
        for value in values if isinstance(values, list) else [values]:
            if table == "offices":
                value = str(value)
            elif value not in ("agree", "disagree", "answered"):
                value = f.reader.group(name, value)
            pairs.append((name, value))
    return [Count(table, tuple(pairs), bound)]


def _equal(f: _Fields) -> Iterable[Atom]:
    by, groups = f.by(), f.get("groups", required=True)
    office = f.reader.group("office", f.main)
    one, other = (f.reader.group(by, group) for group in groups)
    return [Equal(office, by, one, other)]


def _quantity(f: _Fields) -> Iterable[Atom]:
    what, of = f.main, f.get("of", "")
    if what not in QUANTITIES:
        raise _BadCheckError(f"ukjent størrelse {what!r}{did_you_mean(str(what), QUANTITIES)}")
    if of:
        f.reader.group("office" if what == "aarsverk_ratio" else "city", of)
    return [Quantity(what, f.bound(), of)]


def _services(f: _Fields) -> Iterable[Atom]:
    cities = [f.reader.group("city", city) for city in f.main]
    return [MoreServices(a, b) for a, b in pairwise(cities)]


def _battery(f: _Fields) -> Iterable[Atom]:
    return [Items(f.items(), f.bound())]


def _coding(f: _Fields) -> Iterable[Atom]:
    items, first = f.items(), f.get("one", required=True)
    return [Coding(items, f.reader.group(items[0], first))]


_KINDS: dict[str, Callable[[_Fields], Iterable[Atom]]] = {
    "share": _share,
    "compare": _compare,
    "alike": _alike,
    "anova": _anova,
    "corr": _corr,
    "stronger": _stronger,
    "near": _near,
    "beta": _beta,
    "largest": _largest,
    "bigger": _bigger,
    "r2": _r2,
    "starred": _starred,
    "rank": _rank,
    "order": _order,
    "gap": _gap,
    "larger": _larger,
    "modal": _modal,
    "count": _count,
    "equal": _equal,
    "quantity": _quantity,
    "services": _services,
    "battery": _battery,
    "coding": _coding,
}


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
