"""How many must have answered in a group before what is printed of the group can hold.

A printed share of a group allows only some numbers of answers (of 50 no whole number is 29 per cent), a
regression's degrees of freedom only one. Who left a question blank is exchanged until all such numbers fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts, counted_interval
from storbynav.reconstruct.population import UNKNOWN, Mask, Population
from storbynav.reconstruct.reading import PLAN, known
from storbynav.reconstruct.rng import below, stream

TRIES = 20_000


@dataclass(frozen=True)
class Wish:
    """A group, and for each number of answers in it how far it is from one that is allowed."""

    where: str
    inside: Mask
    distance: np.ndarray


def members(facts: Facts, people: Population, by: str, group: object, where: str) -> Mask:
    """Who belongs to a group: a code of a background variable, a pair of codes, or a place in the groups."""
    crossing = (facts.plan.get("crossings") or {}).get(by)
    if by == people.cluster_name:
        known(str(group), people.clusters, where)
        return np.asarray(people.cluster == people.clusters.index(str(group)))
    if crossing:
        first, second = divmod(int(str(group)), 10)
        a, b = (people.column(name, where) for name in crossing)
        return np.asarray((a == first) & (b == second))
    return np.asarray(people.column(by, where) == int(str(group)))


def wishes(facts: Facts, people: Population) -> dict[str, list[Wish]]:
    """What is printed of groups, by question."""
    found: dict[str, list[Wish]] = {}
    names = [item.id for item in facts.items]

    def add(item: str, where: str, inside: Mask, allowed: list[int]) -> None:
        if not allowed:
            raise fault(where, f"intet antall av gruppens {int(inside.sum())} svar passer", "Rett tallet")
        sizes = np.arange(int(inside.sum()) + 1)
        found.setdefault(item, []).append(
            Wish(where, inside, np.abs(sizes[:, None] - np.array(allowed)[None, :]).min(axis=1))
        )

    for kind in ("shares", "means"):
        for row in facts.plan.get(kind) or []:
            if "printed" not in row and "n" not in row:
                continue
            where = f"{PLAN}: {kind}.{row.get('source', '?')}.{row['item']}.{row['group']}"
            known(row["item"], names, where)
            inside = members(facts, people, row["by"], row["group"], where)
            sizes = list(range(1, int(inside.sum()) + 1))
            if "n" in row:
                sizes = [n for n in sizes if n == int(row["n"])]
            if "printed" in row:
                value, decimals = float(row["printed"]), int(row.get("decimals", 2))
                unit = 100.0 if kind == "shares" else 1.0
                sizes = [n for n in sizes if whole_number_in(value, decimals, n, unit)]
            add(row["item"], where, inside, sizes)
    for reg in facts.regressions:
        if reg.df2 is not None and reg.dv in names:
            where = f"{reg.table}: {reg.dv}"
            complete = np.ones(people.count, dtype=bool)
            for predictor in reg.predictors:
                if predictor.name in people.columns:
                    complete &= people.columns[predictor.name] != UNKNOWN
            cases = reg.df2 + len(reg.predictors) + 1
            add(reg.dv, where, complete, [cases] if cases <= int(complete.sum()) else [])
    return found


def whole_number_in(value: float, decimals: int, n: int, unit: float) -> bool:
    """Whether a whole number of `n` prints as a share (`unit` 100), or a sum as a mean (`unit` 1)."""
    lo, hi = counted_interval(value, decimals, n, unit)
    return bool(np.floor(hi * n / unit) >= np.ceil(lo * n / unit))


def repair(
    facts: Facts, item: str, asked: Mask, answered: Mask, closed: set[int], wanted: list[Wish]
) -> Mask:
    """Exchange who answered with who did not, those in `closed` apart, until every wish holds."""

    def away(mask: Mask) -> int:
        return sum(int(wish.distance[int((mask & wish.inside).sum())]) for wish in wanted)

    now = away(answered)
    if now == 0:
        return answered
    answered = answered.copy()
    state = stream(facts.seed, "repair", item)
    free = [int(i) for i in np.nonzero(asked)[0] if int(i) not in closed]
    for _ in range(TRIES):
        i, j = free[int(below(state, len(free)))], free[int(below(state, len(free)))]
        if answered[i] == answered[j]:
            continue
        answered[i], answered[j] = answered[j], answered[i]
        then = away(answered)
        if then > now:
            answered[i], answered[j] = answered[j], answered[i]
            continue
        now = then
        if now == 0:
            return answered
    bad = [w.where for w in wanted if w.distance[int((answered & w.inside).sum())]]
    raise fault(
        "; ".join(bad),
        f"med n = {int(answered.sum())} passer ikke antallet svar i gruppen",
        "Rett n eller tallet",
    )
