"""Who answers: the pattern of missing answers that the printed n's require.

Answers go missing by a tendency of the respondent, of the battery and of the item (`missing.weights`); the
plan may say who was asked, who must have answered and who cannot have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts, Item
from storbynav.reconstruct.feasible import repair, wishes
from storbynav.reconstruct.population import UNKNOWN, Float, Mask, Population
from storbynav.reconstruct.reading import PLAN, known
from storbynav.reconstruct.rng import bells, stream

WEIGHTS = {"other": [0.9, 0.5, 0.6]}  # of the respondent's tendency, the battery's and the item's


def missing_pattern(facts: Facts, people: Population) -> dict[str, Mask]:
    """For each item the respondents with an answer (True), as the printed n's require."""
    state = stream(facts.seed, "missing")
    told: Mapping[str, Any] = facts.plan.get("missing") or {}
    _check_names(facts, told)
    weights = told.get("weights") or WEIGHTS
    n = people.count
    tendency = bells(state, n)
    for name, extra in (told.get("tendency_without") or {}).items():
        column = people.column(name, f"{PLAN}: missing.tendency_without")
        tendency = tendency + float(extra) * (column == UNKNOWN)
    mood: dict[str, Float] = {}
    result: dict[str, Mask] = {}
    wanted = wishes(facts, people)
    for item in facts.items:
        if item.battery not in mood:
            mood[item.battery] = bells(state, n)
        noise = bells(state, n)
        asked = _asked(told, item.id, people)
        whole = people.rules.whole(item, asked, tendency + noise)
        if whole is not None:
            result[item.id] = whole
            continue
        weight = [float(w) for w in weights.get(item.battery, weights.get("other", WEIGHTS["other"]))]
        score = weight[0] * tendency + weight[1] * mood[item.battery] + weight[2] * noise
        forced, barred = people.rules.forced(item, tendency)
        forced, barred = _told(told, item, people, score, forced, barred)
        for row in told.get("answered_by") or []:
            if item.battery in row["batteries"]:
                sure = people.coded(row["variable"], row["codes"], f"{PLAN}: missing.answered_by")
                barred = barred + [int(i) for i in np.nonzero(sure & asked)[0]]
        answered = _choose(asked, score, item, forced, barred)
        closed = {*forced, *barred}
        result[item.id] = repair(facts, item.id, asked, answered, closed, wanted.get(item.id, []))
    return result


def _check_names(facts: Facts, told: Mapping[str, Any]) -> None:
    names = [item.id for item in facts.items]
    for key in ("asked", "known"):
        for item in told.get(key) or {}:
            known(item, names, f"{PLAN}: missing.{key}")
    for key in ("blank_without", "answered_without"):
        for listed in (told.get(key) or {}).values():
            for item in listed:
                known(item, names, f"{PLAN}: missing.{key}")


def _told(
    told: Mapping[str, Any],
    item: Item,
    people: Population,
    score: Float,
    forced: list[int],
    barred: list[int],
) -> tuple[list[int], list[int]]:
    """Who must be missing and who must not, as the plan says of those without a background value."""

    def without(name: str, key: str) -> Mask:
        return np.asarray(people.column(name, f"{PLAN}: missing.{key}") == UNKNOWN)

    for name, listed in (told.get("blank_without") or {}).items():
        if item.id in listed:
            forced = [int(i) for i in np.nonzero(without(name, "blank_without"))[0]]
    for name, listed in (told.get("answered_without") or {}).items():
        if item.id in listed:
            barred = [int(i) for i in np.nonzero(without(name, "answered_without"))[0]]
    for name, n in ((told.get("known") or {}).get(item.id) or {}).items():
        nobody = without(name, "known")
        unknown = [int(i) for i in np.argsort(-score, kind="stable") if nobody[i]]
        answered = item.n - int(n)
        if not 0 <= answered <= len(unknown):
            raise fault(
                f"{PLAN}: missing.known.{item.id}",
                f"{n} av {item.n} med kjent {name} krever {answered} uten, men {len(unknown)} mangler {name}",
                "Rett tallet",
            )
        forced, barred = unknown[: len(unknown) - answered], unknown[len(unknown) - answered :]
    return forced, barred


def _asked(told: Mapping[str, Any], item: str, people: Population) -> Mask:
    """Who got the question: everybody, or those with one of the codes that the facts name."""
    asked = np.ones(people.count, dtype=bool)
    for name, codes in ((told.get("asked") or {}).get(item) or {}).items():
        asked &= people.coded(name, codes, f"{PLAN}: missing.asked.{item}")
    return asked


def _choose(asked: Mask, score: Float, item: Item, forced: list[int], barred: list[int]) -> Mask:
    """Answered = asked less as many as n leaves out, those with the highest score (forced first, barred
    never)."""
    where = f"{PLAN}: items.{item.id}"
    skip = int(asked.sum()) - item.n
    if skip < 0:
        raise fault(
            where,
            f"n er {item.n}, men bare {int(asked.sum())} fikk spørsmålet",
            "Rett n, eller missing.asked",
        )
    answered = asked.copy()
    forced = [i for i in forced if asked[i]]
    if len(forced) > skip:
        raise fault(
            where,
            f"{len(forced)} må mangle, men n = {item.n} gir rom for bare {skip}",
            "Rett n eller missing",
        )
    answered[forced] = False
    left = skip - len(forced)
    closed = set(barred)
    for i in np.argsort(-score, kind="stable"):
        if left == 0:
            break
        if answered[i] and int(i) not in closed:
            answered[i] = False
            left -= 1
    if left:
        raise fault(where, f"for få kan mangle til at n blir {item.n}", "Rett n eller missing")
    return answered
