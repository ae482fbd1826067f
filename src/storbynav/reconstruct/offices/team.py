"""The follow-up question on whom people work with in teams."""

from __future__ import annotations

from math import fsum

import numpy as np

from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.offices.people import People
from storbynav.reconstruct.population import Float, Int
from storbynav.reconstruct.rng import bells, below, stream


def _apportion(weights: Float, total: int) -> Int:
    """Whole numbers in proportion to `weights` that add up to `total` (largest remainders)."""
    exact = weights / fsum(weights) * total
    counts = np.floor(exact).astype(np.int64)
    for i in np.argsort(-(exact - counts), kind="stable")[: total - int(counts.sum())]:
        counts[i] += 1
    return counts


def team_composition(facts: Facts, people: People, answers: Int) -> Int:
    """Whom people work with in teams (1 mostly state, 2 mostly municipal, 3 even), n and shares as
    printed."""
    state = stream(facts.seed, "team")
    rule = facts.plan["missing"]["team_composition"]
    columns = [item.id for item in facts.items]
    takes_part = answers[:, columns.index(rule["after"])]
    known = [int(i) for i in np.nonzero(people.employer != 0)[0]]
    order = [i for i in known if takes_part[i] == 1]
    rest = [i for i in known if takes_part[i] != 1 and people.role[i] != 1]
    leaders = [i for i in known if people.role[i] == 1]
    for pool in (rest, leaders):
        for i in range(len(pool) - 1, 0, -1):
            j = int(below(state, i + 1))
            pool[i], pool[j] = pool[j], pool[i]
    chosen = (order + leaders + rest)[: int(rule["n"])]
    result = np.zeros(people.count, dtype=np.int64)
    for code, key in ((1, "stat"), (2, "kommune")):
        rows = [i for i in chosen if people.employer[i] == code]
        counts = _apportion(np.array(rule[key], dtype=float), len(rows))
        mixing = bells(state, len(rows))
        ranked = [rows[k] for k in np.argsort(mixing, kind="stable")]
        place = 0
        for answer, count in enumerate(counts, 1):
            result[ranked[place : place + int(count)]] = answer
            place += int(count)
    return result
