"""The predicates of funn.yml: what each takes, and the statements (`Atom`s) that it makes.

`KINDS` has them by their key; the modules of this package have the statements, each of which can be measured,
looked up in print and traced to a target.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise

from storbynav.findings.base import Atom, Interval
from storbynav.findings.data import CASE_OFFICES, PREDICTORS
from storbynav.findings.fields import Fields, PredicateError
from storbynav.findings.predicates.contrasts import AnyDifference, Contrast
from storbynav.findings.predicates.correlations import Correlated, Near, Stronger
from storbynav.findings.predicates.counts import QUANTITIES, Coding, Count, Items, MoreServices, Quantity
from storbynav.findings.predicates.offices import PLACES, Equal, Order, Rank
from storbynav.findings.predicates.regressions import Beta, Bigger, Explained, Largest, StarCount
from storbynav.findings.predicates.shares import Gap, Larger, Modal, Share
from storbynav.yamlfile import did_you_mean

__all__ = ["KINDS"]


def _share(f: Fields) -> Iterable[Atom]:
    answer, among, base, bound = f.get("answer"), f.among(), f.get("base", "valid"), f.bound()
    if base not in ("valid", "all"):
        raise PredicateError("base: må være valid eller all")
    for item in f.items():
        key = None if answer is None else f.names.group(item, answer)
        if key is None:
            f.names.book[item].agreement  # noqa: B018  (refuses a scale without agreement)
        yield Share(item, bound, key, among, base)


def _compare(f: Fields) -> Iterable[Atom]:
    by, among, p = f.by(), f.among(), f.level()
    more, less = (f.names.group(by, f.get(key, required=True)) for key in ("more", "less"))
    points, scale, pairs = f.number("points"), f.get("test", "share"), int(f.number("pairs", 1))
    if scale not in ("share", "scale"):
        raise PredicateError("test: må være share eller scale")
    for item in f.items():
        yield Contrast(item, by, more, less, p, False, among, points, scale == "scale", pairs)


def _alike(f: Fields) -> Iterable[Atom]:
    by, among = f.by(), f.among()
    groups = f.get("groups", required=True)
    if not (isinstance(groups, list) and len(groups) == 2):
        raise PredicateError("groups: skal være to grupper")
    one, other = (f.names.group(by, group) for group in groups)
    scale, pairs = f.get("test", "share"), int(f.number("pairs", 1))
    if scale not in ("share", "scale"):
        raise PredicateError("test: må være share eller scale")
    for item in f.items():
        yield Contrast(item, by, one, other, None, True, among, 0.0, scale == "scale", pairs)


def _anova(f: Fields) -> Iterable[Atom]:
    by, ns = f.by(), f.flag("ns")
    return [AnyDifference(item, by, ns) for item in f.items()]


def _corr(f: Fields) -> Iterable[Atom]:
    others = f.names.items(f.get("with", required=True))
    table, sign, p, ns = f.get("table", required=True), f.sign(), f.level(), f.flag("ns")
    if table not in f.names.correlations:
        raise PredicateError(f"table: må være en av {', '.join(f.names.correlations) or 'ingen'}")
    if not (sign or p or ns):
        raise PredicateError("skriv sign, p eller ns")
    return [Correlated(item, other, table, sign, p, ns) for item in f.items() for other in others]


def _stronger(f: Fields) -> Iterable[Atom]:
    other, table = f.names.item(f.get("with", required=True)), f.get("table", required=True)
    than = f.names.items(f.get("than", required=True))
    return [Stronger(item, other, one, table) for item in f.items() for one in than]


def _near(f: Fields) -> Iterable[Atom]:
    other, than = f.names.item(f.get("with", required=True)), f.names.item(f.get("and", required=True))
    table, within = f.get("table", required=True), f.number("within")
    return [Near(item, other, than, table, within) for item in f.items()]


def _predictor(f: Fields, key: str = "of") -> str:
    name = f.get(key, required=True)
    if name not in PREDICTORS:
        raise PredicateError(f"{name!r} er ikke med i tabell 3{did_you_mean(str(name), PREDICTORS)}")
    return str(name)


def _beta(f: Fields) -> Iterable[Atom]:
    predictor, sign, starred = _predictor(f), f.sign(), f.get("starred")
    if starred is not None and not isinstance(starred, bool):
        raise PredicateError("starred: må være true eller false")
    if starred is None and not sign:
        raise PredicateError("skriv sign eller starred")
    return [Beta(item, predictor, sign, starred) for item in f.items()]


def _largest(f: Fields) -> Iterable[Atom]:
    predictor, place, only = _predictor(f), int(f.number("place", 1)), f.flag("only")
    return [Largest(item, predictor, place, only) for item in f.items()]


def _bigger(f: Fields) -> Iterable[Atom]:
    predictor, than = _predictor(f), _predictor(f, "than")
    return [Bigger(item, predictor, than) for item in f.items()]


def _r2(f: Fields) -> Iterable[Atom]:
    bound = f.bound()
    return [Explained(item, bound) for item in f.items()]


def _starred(f: Fields) -> Iterable[Atom]:
    predictor, than = _predictor(f, "starred"), f.get("than")
    items = f.names.items(f.get("items", required=True))
    if than is None:
        return [StarCount(items, predictor, f.bound())]
    wanted = than if isinstance(than, list) else [than]
    unknown = [name for name in wanted if name not in PREDICTORS]
    if unknown:
        raise PredicateError(f"{unknown[0]!r} er ikke med i tabell 3")
    return [StarCount(items, predictor, Interval(), name) for name in wanted]


def _rank(f: Fields) -> Iterable[Atom]:
    office, place, tie = f.get("office", required=True), f.get("place", required=True), f.number("tie")
    offices = office if isinstance(office, list) else [office]
    for one in offices:
        if one not in CASE_OFFICES:
            raise PredicateError(
                f"{one!r} er ikke et av de sju kontorene{did_you_mean(str(one), CASE_OFFICES)}"
            )
    if place not in PLACES:
        raise PredicateError(f"place: {place!r} er ikke en av {', '.join(PLACES)}")
    answer = f.get("answer")
    return [
        Rank(item, one, place, tie, None if answer is None else f.names.group(item, answer))
        for one in offices
        for item in f.items()
    ]


def _order(f: Fields) -> Iterable[Atom]:
    told = f.get("offices", required=True)
    groups = tuple(tuple(g) if isinstance(g, list) else (str(g),) for g in told)
    for office in (o for group in groups for o in group):
        f.names.group("office", office)
    if len(groups) < 2:
        raise PredicateError("offices: skal ha minst to ledd")
    together, points = f.flag("mean"), f.number("points")
    if together:
        return [Order(f.items(), groups, points)]
    return [Order((item,), groups, points) for item in f.items()]


def _gap(f: Fields) -> Iterable[Atom]:
    items = f.items()
    if len(items) != 2:
        raise PredicateError("gap: skal ha to variabler")
    return [Gap(items[0], items[1], f.bound(), f.among())]


def _larger(f: Fields) -> Iterable[Atom]:
    one, one_groups = f.items(), f.among()
    than = f.names.items(f.get("than", required=True))
    told, points = f.get("than_among"), f.number("points")
    other_groups = one_groups if told is None else f.names.groups(told)
    return [Larger((a, one_groups), (b, other_groups), points) for a in one for b in than]


def _modal(f: Fields) -> Iterable[Atom]:
    answer, among = f.get("answer", required=True), f.among()
    return [Modal(item, f.names.group(item, answer), among) for item in f.items()]


def _count(f: Fields) -> Iterable[Atom]:
    table, where, bound = f.main, f.get("where", {}), f.bound()
    if table not in ("offices", "leaders", "respondents"):
        raise PredicateError("count: må være offices, leaders eller respondents")
    pairs = []
    for name, values in where.items():
        if table == "offices":
            known = ["office", *f.names.offices.columns]
            if name not in known:
                near = did_you_mean(name, known)
                raise PredicateError(f"offices.csv har ikke kolonnen {name!r}{near}")
        elif name not in ("office", "city"):
            f.names.item(name)
        for value in values if isinstance(values, list) else [values]:
            if table == "offices":
                value = str(value)
            elif value not in ("agree", "disagree", "answered"):
                value = f.names.group(name, value)
            pairs.append((name, value))
    return [Count(table, tuple(pairs), bound)]


def _equal(f: Fields) -> Iterable[Atom]:
    by, groups = f.by(), f.get("groups", required=True)
    office = f.names.group("office", f.main)
    one, other = (f.names.group(by, group) for group in groups)
    return [Equal(office, by, one, other)]


def _quantity(f: Fields) -> Iterable[Atom]:
    what, of = f.main, f.get("of", "")
    if what not in QUANTITIES:
        raise PredicateError(f"ukjent størrelse {what!r}{did_you_mean(str(what), QUANTITIES)}")
    if of:
        f.names.group("office" if what == "aarsverk_ratio" else "city", of)
    return [Quantity(what, f.bound(), of)]


def _services(f: Fields) -> Iterable[Atom]:
    cities = [f.names.group("city", city) for city in f.main]
    return [MoreServices(a, b) for a, b in pairwise(cities)]


def _battery(f: Fields) -> Iterable[Atom]:
    return [Items(f.items(), f.bound())]


def _coding(f: Fields) -> Iterable[Atom]:
    items, first = f.items(), f.get("one", required=True)
    return [Coding(items, f.names.group(items[0], first))]


KINDS: dict[str, Callable[[Fields], Iterable[Atom]]] = {
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
