"""The question that only the offices' leaders were asked."""

from __future__ import annotations

import numpy as np
from numba import njit

from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Facts, half_interval
from storbynav.reconstruct.offices.people import People
from storbynav.reconstruct.population import Int
from storbynav.reconstruct.rng import below, exponential_table, shuffle, stream
from storbynav.reconstruct.solver.statistics import correlation


def leader_item(facts: Facts, people: People, offices: dict[str, Int]) -> Int:
    """Answers to the one item that only leaders were asked (0 = missing): a start that meets its fixed
    correlations.

    With 37 answers most choices of who answered cannot give the printed correlations with education,
    employer and the office variables, so who answered and what is searched for together.
    """
    item = facts.item(facts.plan["missing"]["leaders_only"])
    assert item.counts is not None
    rows = np.nonzero(people.role == 1)[0]
    state = stream(facts.seed, "leader item")
    values = np.concatenate(
        [
            np.repeat(np.arange(1, len(item.counts) + 1), item.counts),
            np.zeros(len(rows) - item.n, dtype=np.int64),
        ]
    ).astype(np.int64)
    shuffle(state, values)
    cells = {name: c for c in facts.correlations for name in (c.row, c.col) if item.id in (c.row, c.col)}
    names = [name for name in facts.plan["missing"]["leaders_only_fits"] if name in cells]
    columns = {"bg_sosionom": people.sosionom, "bg_arbeidsgiver": people.employer, **offices}
    table = np.zeros((len(rows), len(names)), dtype=np.int64)
    goals = np.zeros((len(names), 2))
    for k, name in enumerate(names):
        column = columns[name][rows]
        lowest = 0 if name == "ko_minimum" else 1
        table[:, k] = np.where(column >= lowest, column + (1 - lowest), 0)
        goals[k] = half_interval(cells[name].r, cells[name].decimals)
    if _fit_leader_item(values, table, goals, state, exponential_table()) > 0.0:
        raise ReconstructionError(
            f"{item.id}: ingen svar fra lederne gir de trykte korrelasjonene. Prøv et annet frø (--seed)."
        )
    result = np.zeros(people.count, dtype=np.int64)
    result[rows] = values
    return result


@njit(cache=True)
def _fit_leader_item(values, table, goals, state, expo):
    n = values.shape[0]
    current = _leader_loss(values, table, goals)
    steps = 400000
    for step in range(steps):
        if current <= 0.0:
            break
        a, b = below(state, n), below(state, n)
        if values[a] == values[b]:
            continue
        keep = values[a]
        values[a] = values[b]
        values[b] = keep
        new = _leader_loss(values, table, goals)
        if new <= current + 0.1 * (1.0 - step / steps) * expo[below(state, expo.shape[0])]:
            current = new
        else:
            values[b] = values[a]
            values[a] = keep
    return current


@njit(cache=True)
def _leader_loss(values, table, goals):
    loss = 0.0
    for k in range(table.shape[1]):
        n = sx = sy = sxx = syy = sxy = 0
        for i in range(values.shape[0]):
            x, y = values[i], table[i, k]
            if x != 0 and y != 0:
                n += 1
                sx += x
                sy += y
                sxx += x * x
                syy += y * y
                sxy += x * y
        r = correlation(n, sx, sy, sxx, syy, sxy)
        loss += max(0.0, goals[k, 0] - r, r - goals[k, 1])
    return loss
