"""Simulated annealing over office designs: moves of people and of what offices are."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.offices.loss import design_loss
from storbynav.reconstruct.rng import below, next_u64


class Free(NamedTuple):
    """What a move may change of an office."""

    area: NDArray[np.int64]
    n_lo: NDArray[np.int64]
    n_hi: NDArray[np.int64]
    size: NDArray[np.bool_]
    serv_lo: NDArray[np.int64]
    serv_hi: NDArray[np.int64]
    lsos: NDArray[np.bool_]
    mini: NDArray[np.bool_]
    sos_fixed: NDArray[np.bool_]
    emp_fixed: NDArray[np.bool_]


@njit(cache=True)
def anneal(offices, free, asked, state, expo, steps, t_hi, t_lo):
    """Run `steps` proposals or until the loss is 0; `offices` is updated in place, the loss returned."""
    people, _, size, serv, lsos, mini, size4 = offices
    area, n_lo, n_hi, free_size, free_serv_lo, free_serv_hi, free_lsos, free_mini, sos_fixed, emp_fixed = free
    o_n = people.shape[0]
    cur = design_loss(offices, asked)
    ratio = t_lo / t_hi
    temp = t_hi
    block = max(1, steps // 200)
    for step in range(steps):
        if step % block == 0:
            # geometric cooling by repeated square roots would drift; a rational schedule is exact
            x = step / steps
            temp = t_hi * (1.0 - x) * (1.0 - x) + t_hi * ratio * x
        if cur <= 0.0:
            break
        move = below(state, 10)
        o1 = below(state, o_n)
        o2 = below(state, o_n)
        done = False
        t = u = 0
        a = b = 0
        if move <= 2:  # move a person inside a city
            t = below(state, 9)
            if (
                o1 != o2
                and area[o1] == area[o2]
                and people[o1, t] > 0
                and n_lo[o1] < n_hi[o1]
                and n_lo[o2] < n_hi[o2]
            ):
                n1 = n2 = 0
                for k in range(9):
                    n1 += people[o1, k]
                    n2 += people[o2, k]
                if n1 > n_lo[o1] and n2 < n_hi[o2]:
                    people[o1, t] -= 1
                    people[o2, t] += 1
                    done = True
        elif move <= 5:  # exchange two people of different type
            t = below(state, 9)
            u = below(state, 9)
            if o1 != o2 and t != u and people[o1, t] > 0 and people[o2, u] > 0:
                ok = True
                if (sos_fixed[o1] or sos_fixed[o2]) and t % 3 != u % 3:
                    ok = False
                if (emp_fixed[o1] or emp_fixed[o2]) and t // 3 != u // 3:
                    ok = False
                if ok:
                    people[o1, t] -= 1
                    people[o2, t] += 1
                    people[o2, u] -= 1
                    people[o1, u] += 1
                    done = True
        elif move == 6:  # services
            if free_serv_hi[o1] > free_serv_lo[o1]:
                a = serv[o1]
                b = a + (1 if below(state, 2) == 1 else -1)
                if free_serv_lo[o1] <= b <= free_serv_hi[o1]:
                    serv[o1] = b
                    c = mini[o1]
                    if b == 0:
                        mini[o1] = 0
                    elif c == 0:
                        mini[o1] = 1
                    u = c
                    done = True
        elif move == 7:  # exchange size classes
            if free_size[o1] and free_size[o2] and size[o1] != size[o2]:
                a = size[o1]
                size[o1] = size[o2]
                size[o2] = a
                size4[o1] = size[o1]
                size4[o2] = size[o2]
                done = True
        elif move == 8:  # leader's education
            if free_lsos[o1]:
                lsos[o1] = 1 - lsos[o1]
                done = True
        else:  # whether the leader answered about the minimum solution
            if free_mini[o1] and serv[o1] != 0:
                a = mini[o1]
                mini[o1] = 1 if a < 0 else -1
                done = True
        if not done:
            continue
        new = design_loss(offices, asked)
        allow = temp * expo[next_u64(state) & np.uint64(4095)]
        if new <= cur + allow:
            cur = new
        elif move <= 2:
            people[o1, t] += 1
            people[o2, t] -= 1
        elif move <= 5:
            people[o1, t] += 1
            people[o2, t] -= 1
            people[o2, u] += 1
            people[o1, u] -= 1
        elif move == 6:
            serv[o1] = a
            mini[o1] = u
        elif move == 7:
            a = size[o1]
            size[o1] = size[o2]
            size[o2] = a
            size4[o1] = size[o1]
            size4[o2] = size[o2]
        elif move == 8:
            lsos[o1] = 1 - lsos[o1]
        else:
            mini[o1] = a
    return cur
