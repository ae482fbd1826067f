"""Start values of the answers: latent factors with group effects, cut into the category counts.

Without `model` in the plan nothing is stated about relations that print does not give, and the start is
chance alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.distribution import UNEVENNESS, Shape, category_counts
from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.population import Float, Int, Mask, Population
from storbynav.reconstruct.reading import PLAN, known
from storbynav.reconstruct.rng import State, bells, stream


def start(facts: Facts, people: Population, answered: dict[str, Mask]) -> Int:
    """Answers (respondents x items, 0 = missing) with every category count met."""
    state = stream(facts.seed, "start")
    model = facts.plan.get("model") or {}
    names = factors(model)
    n, groups = people.count, len(people.clusters)
    scores = _factor_scores(state, n, names, model)
    places = {name: o for o, name in enumerate(people.clusters)}
    for name in model.get("cluster_start") or {}:
        known(name, list(places), f"{PLAN}: model.cluster_start")
    for k, name in enumerate(names):
        effect = bells(state, groups) * float((model.get("cluster_sd") or {}).get(name, 0.0))
        for group, shifts in (model.get("cluster_start") or {}).items():
            effect[places[group]] = float(shifts.get(name, effect[places[group]]))
        scores[:, k] += people.of_group(effect) if groups else 0.0
    shape = Shape(float(model.get("unevenness", UNEVENNESS)), int(model.get("fewest", 0)))
    item_sd = float(model.get("cluster_item_sd", 0.0))
    answers = np.zeros((n, len(facts.items)), dtype=np.int64)
    for c, item in enumerate(facts.items):
        if item.id in people.held:
            answers[:, c] = people.held[item.id]
            continue
        explained = 0.0
        latent = np.zeros(n)
        for name, loading in item.factors.items():
            known(name, names, f"{PLAN}: items.{item.id}.factors")
            latent = latent + loading * scores[:, names.index(name)]
            explained += loading * loading
        latent = latent + float(np.sqrt(max(0.2, 1.0 - explained))) * bells(state, n)
        if groups:
            latent = latent + people.of_group(bells(state, groups) * item_sd)
        rows = np.nonzero(answered[item.id])[0]
        order = rows[np.argsort(-latent[rows], kind="stable")]  # the lowest codes first
        place = 0
        for code, count in enumerate(category_counts(item, facts.seed, shape), 1):
            answers[order[place : place + int(count)], c] = code
            place += int(count)
    return answers


def factors(model: dict[str, Any]) -> list[str]:
    """Names of the latent factors."""
    return [str(name) for name in model.get("factors") or []]


def _factor_scores(state: State, n: int, names: list[str], model: dict[str, Any]) -> Float:
    """Correlated factor scores by a hand-written Cholesky step (no BLAS, so the same bits everywhere)."""
    k = len(names)
    r = correlation_matrix(names, model)
    low = np.zeros((k, k))
    for i in range(k):
        for j in range(i + 1):
            total = r[i, j]
            for m in range(j):
                total -= low[i, m] * low[j, m]
            if i == j and total <= 0:
                raise fault(f"{PLAN}: model.correlations", "kan ikke gjelde samtidig", "Gjør dem svakere")
            low[i, j] = float(np.sqrt(total)) if i == j else total / low[j, j]
    draws = [bells(state, n) for _ in range(k)]
    scores = np.zeros((n, k))
    for i in range(k):
        for j in range(i + 1):
            scores[:, i] += low[i, j] * draws[j]
    return scores


def correlation_matrix(names: list[str], model: dict[str, Any]) -> NDArray[np.float64]:
    """Correlations of the latent factors as the plan states them."""
    r = np.eye(len(names))
    for pair, value in (model.get("correlations") or {}).items():
        places = []
        for name in pair.split("-"):
            known(name, names, f"{PLAN}: model.correlations")
            places.append(names.index(name))
        a, b = places
        r[a, b] = r[b, a] = float(value)
    return r
