"""The office design: who works where, and what the offices are like."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.offices.annealing import Free, anneal
from storbynav.reconstruct.offices.loss import Asked, Offices
from storbynav.reconstruct.offices.plan import TYPES, Design, DesignTargets
from storbynav.reconstruct.rng import State, below, exponential_table, permutation, stream

T_HI, T_LO = 40.0, 0.05


def _start(targets: DesignTargets, state: State) -> tuple[NDArray[np.int64], ...]:
    """A random design that keeps every fixed count."""
    plans = targets.plans
    areas = [plan.area for plan in plans]
    names = sorted(set(areas))
    n = np.array([plan.n[0] for plan in plans], dtype=np.int64)
    for name in names:
        rows = [i for i, area in enumerate(areas) if area == name]
        left = targets.city_totals[name] - int(n[rows].sum())
        while left > 0:
            i = rows[int(below(state, len(rows)))]
            if n[i] < plans[i].n[1]:
                n[i] += 1
                left -= 1
    people = np.zeros((len(plans), TYPES), dtype=np.int64)
    pool = targets.type_totals.copy()

    def take(office: int, wanted: Callable[[int], bool], count: int) -> None:
        kinds = [t for t in range(TYPES) if wanted(t)]
        for _ in range(count):
            total = int(pool[kinds].sum())
            draw = int(below(state, total))
            for t in kinds:
                if draw < pool[t]:
                    pool[t] -= 1
                    people[office, t] += 1
                    break
                draw -= int(pool[t])

    for i, plan in enumerate(plans):
        if plan.sosionom is None:
            continue
        kom = plan.kommune if plan.kommune is not None else round(int(n[i]) * 0.575)
        stat = plan.stat if plan.stat is not None else int(n[i]) - kom
        kom_sos = min(plan.sosionom, kom, max(0, round(plan.sosionom * 0.85)))
        rest = int(n[i]) - kom - stat
        take(i, lambda t: t == 3, kom_sos)
        take(i, lambda t: t == 0, plan.sosionom - kom_sos)
        take(i, lambda t: t == 4, kom - kom_sos)
        take(i, lambda t: t == 1, stat - (plan.sosionom - kom_sos))
        take(i, lambda t: t == 7, rest)
    for i, plan in enumerate(plans):
        if plan.sosionom is None:
            take(i, lambda t: True, int(n[i]))
    services = np.array(
        [-1 if p.services is None else (p.services[0] + p.services[1] + 1) // 2 for p in plans],
        dtype=np.int64,
    )
    size = np.array([p.size or 3 for p in plans], dtype=np.int64)
    free = [i for i, p in enumerate(plans) if p.size is None]
    need = targets.medium - int((size == 2).sum())
    for i in [free[int(k)] for k in permutation(state, len(free))][:need]:
        size[i] = 2
    leader = np.array(
        [int(below(state, 2)) if p.leader_sosionom is None else p.leader_sosionom for p in plans],
        dtype=np.int64,
    )
    mini = np.array(
        [
            (-1 if p.minimum is None else p.minimum) if p.minimum_fixed else (0 if services[i] == 0 else 1)
            for i, p in enumerate(plans)
        ],
        dtype=np.int64,
    )
    return people, services, size, leader, mini


def search(targets: DesignTargets, seed: int, attempt: int, steps: int) -> Design:
    """One annealing run from the random start of `attempt`; the design meets its targets when the loss is
    0."""
    plans = targets.plans
    areas = [plan.area for plan in plans]
    names = sorted(set(areas))
    free = Free(
        area=np.array([names.index(a) for a in areas], dtype=np.int64),
        n_lo=np.array([p.n[0] for p in plans], dtype=np.int64),
        n_hi=np.array([p.n[1] for p in plans], dtype=np.int64),
        size=np.array([p.size is None for p in plans]),
        serv_lo=np.array([p.services[0] if p.services else 0 for p in plans], dtype=np.int64),
        serv_hi=np.array([p.services[1] if p.services else 0 for p in plans], dtype=np.int64),
        lsos=np.array([p.leader_sosionom is None for p in plans]),
        mini=np.array([not p.minimum_fixed for p in plans]),
        sos_fixed=np.array([p.sosionom is not None for p in plans]),
        emp_fixed=np.array([p.kommune is not None for p in plans]),
    )
    reg = targets.regressions
    asked = Asked(
        beta=np.array([r.beta for r in reg]),
        star=np.array([[stars > 0 for stars in r.stars] for r in reg]),
        df=np.array([float(r.df2 or 0) for r in reg]),
        f=np.array([float(r.f or 0.0) for r in reg]),
        municipal=np.array([int(m) for m in targets.municipal], dtype=np.int64),
        sos=targets.regression_sos,
        claims=targets.regression_claims,
        correlations=targets.correlations,
        bounds=targets.bounds,
    )
    state = stream(seed, "design", attempt)
    people, services, size, leader, mini = _start(targets, state)
    offices = Offices(
        people=people,
        led=np.array([p.leaders for p in plans], dtype=np.int64),
        size=size,
        serv=services,
        lsos=leader,
        mini=mini,
        known_size=np.where(np.array([p.services is None for p in plans]), -1, size),
    )
    loss = anneal(offices, free, asked, state, exponential_table(), steps, T_HI, T_LO)
    return Design(plans, people, services, size, leader, mini, float(loss))
