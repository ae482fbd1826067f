"""The office design: who works where, and what the 32 offices are like.

Five of the predictors of Tabell 3 and the office rows of Tabell 4 are properties of the office or of the
respondent. Whether any answers can reproduce the tables is decided here: the printed betas, F and stars of a
regression hold only for some correlation matrices of its predictors. The search (simulated annealing over
integer head counts) asks for a design whose moments meet the printed ones and leave every regression room.

Units: head counts; losses are in multiples of a printed unit's half width, summed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from storbynav.reconstruct.rng import State, below, exponential_table, next_u64, permutation, stream
from storbynav.reconstruct.solver import outside

# Types of people: employer (0 stat, 1 kommune, 2 missing) x sosionom (0 yes, 1 no, 2 missing).
TYPES = 9
STAT, KOMMUNE, NO_EMPLOYER = 0, 1, 2
T_HI, T_LO = 40.0, 0.05


@dataclass(frozen=True)
class OfficePlan:
    """What is known of one office before the search; ranges are searched."""

    id: str
    name: str
    city: str
    leaders: int
    n: tuple[int, int]
    services: tuple[int, int] | None
    size: int | None
    sosionom: int | None
    kommune: int | None
    stat: int | None
    leader_sosionom: int | None
    aarsverk: tuple[float, float] | None
    staff: str | None
    tj: tuple[str, ...] | None
    minimum: int | None
    minimum_fixed: bool

    @classmethod
    def parse(cls, raw: dict[str, Any]) -> OfficePlan:
        """Read one row of `offices.list`; a number stands for a range of one."""

        def span(value: Any) -> tuple[int, int]:
            return (int(value[0]), int(value[1])) if isinstance(value, list) else (int(value), int(value))

        services = raw.get("services")
        hours = raw.get("aarsverk")
        tj = raw.get("tj")
        return cls(
            id=raw["id"],
            name=raw["name"],
            city=raw["city"],
            leaders=int(raw["leaders"]),
            n=span(raw["n"]),
            services=None if services is None else span(services),
            size=raw.get("size"),
            sosionom=raw.get("sosionom"),
            kommune=raw.get("kommune"),
            stat=raw.get("stat"),
            leader_sosionom=raw.get("leader_sosionom"),
            aarsverk=None if hours is None else (float(hours[0]), float(hours[1])),
            staff=raw.get("staff"),
            tj=None if tj is None else tuple(tj),
            minimum=raw.get("minimum"),
            minimum_fixed="minimum" in raw,
        )


@dataclass(frozen=True)
class Regression:
    """One row of Tabell 3: printed standardised betas, F and stars (order: led, aar, services, sosionom,
    leader)."""

    dv: str
    beta: tuple[float, ...]
    starred: tuple[bool, ...]
    df2: int
    f: float
    r2: float
    municipal: bool


@dataclass(frozen=True)
class Design:
    """The outcome: people of each type per office (shape (offices, 9)) and the attributes searched for."""

    plans: tuple[OfficePlan, ...]
    people: NDArray[np.int64]
    services: NDArray[np.int64]  # -1 unknown
    size: NDArray[np.int64]  # 2 or 3
    leader_sosionom: NDArray[np.int64]
    minimum: NDArray[np.int64]  # 0, 1, -1 unknown
    loss: float


@njit(cache=True)
def _invert(a, out):
    """Gauss-Jordan inverse of a small matrix, fixed order of operations; False when singular."""
    k = a.shape[0]
    w = np.zeros((k, 2 * k))
    for i in range(k):
        for j in range(k):
            w[i, j] = a[i, j]
        w[i, k + i] = 1.0
    for i in range(k):
        p = i
        for r in range(i + 1, k):
            if abs(w[r, i]) > abs(w[p, i]):
                p = r
        if abs(w[p, i]) < 1e-9:
            return False
        if p != i:
            for j in range(2 * k):
                t = w[p, j]
                w[p, j] = w[i, j]
                w[i, j] = t
        d = w[i, i]
        for j in range(2 * k):
            w[i, j] = w[i, j] / d
        for r in range(k):
            if r != i:
                m = w[r, i]
                if m != 0.0:
                    for j in range(2 * k):
                        w[r, j] = w[r, j] - m * w[i, j]
    for i in range(k):
        for j in range(k):
            out[i, j] = w[i, k + j]
    return True


@njit(cache=True)
def _corr(n, sx, sy, sxx, syy, sxy):
    a = n * sxx - sx * sx
    b = n * syy - sy * sy
    if a <= 0 or b <= 0:
        return 0.0
    return (n * sxy - sx * sy) / np.sqrt(np.float64(a) * np.float64(b))


@njit(cache=True)
def _weighted_corr(w, x, y):
    """Correlation of two office variables with respondents as weights; offices with -1 are left out."""
    n = sx = sy = sxx = syy = sxy = 0
    for o in range(w.shape[0]):
        if x[o] >= 0 and y[o] >= 0:
            n += w[o]
            sx += w[o] * x[o]
            sy += w[o] * y[o]
            sxx += w[o] * x[o] * x[o]
            syy += w[o] * y[o] * y[o]
            sxy += w[o] * x[o] * y[o]
    return _corr(n, sx, sy, sxx, syy, sxy)


@njit(cache=True)
def _mixed_corr(ones, all_, x):
    """Correlation of a person's 0/1 variable (`ones` of `all_` per office) with an office variable."""
    n = sx = sy = sxx = sxy = 0
    for o in range(x.shape[0]):
        if x[o] >= 0:
            n += all_[o]
            sx += all_[o] * x[o]
            sy += ones[o]
            sxx += all_[o] * x[o] * x[o]
            sxy += ones[o] * x[o]
    return _corr(n, sx, sy, sxx, sy, sxy)


@njit(cache=True)
def _predictors(people, led, size, serv, lsos, municipal, r, low):
    """Correlations (5 x 5) of the predictors of Tabell 3 among respondents with all of them known."""
    n = 0
    s = np.zeros(5)
    q = np.zeros((5, 5))
    v = np.zeros(5)
    for o in range(people.shape[0]):
        if serv[o] < 0 or size[o] < 0:
            continue
        for sos in range(2):
            if municipal:
                w = people[o, 3 * 1 + sos]
            else:
                w = people[o, sos] + people[o, 3 + sos] + people[o, 6 + sos]
            if w == 0:
                continue
            v[0] = led[o]
            v[1] = size[o]
            v[2] = serv[o]
            v[3] = 1 - sos
            v[4] = lsos[o]
            n += w
            for i in range(5):
                s[i] += w * v[i]
                for j in range(i + 1):
                    q[i, j] += w * v[i] * v[j]
    for i in range(5):
        for j in range(i + 1):
            a = n * q[i, i] - s[i] * s[i]
            b = n * q[j, j] - s[j] * s[j]
            if a <= 0 or b <= 0:
                r[i, j] = 0.0
            else:
                r[i, j] = (n * q[i, j] - s[i] * s[j]) / np.sqrt(a * b)
            r[j, i] = r[i, j]
    low[0] = n


@njit(cache=True)
def _regression_loss(r, inv, beta, starred, df2, f, radius, sos_lo, sos_hi, claims):
    """How far a predictor matrix is from allowing a printed regression row."""
    k = 5
    rb = np.zeros(k)
    r2 = 0.0
    for i in range(k):
        for j in range(k):
            rb[i] += r[i, j] * beta[j]
        r2 += beta[i] * rb[i]
    reach = 0.0
    for i in range(k):
        reach += abs(rb[i])
    reach *= 2.0 * radius * 0.8
    lo = 5.0 * (f - 0.0045) / (5.0 * (f - 0.0045) + df2)
    hi = 5.0 * (f + 0.0045) / (5.0 * (f + 0.0045) + df2)
    target = 0.5 * (lo + hi)
    loss = outside(r2, lo - reach, hi + reach) / 0.001
    for j in range(k):
        se = np.sqrt((1.0 - target) / df2 * inv[j, j])
        if starred[j]:
            loss += max(0.0, 1.97 - (abs(beta[j]) + radius) / se) / 0.05
        else:
            loss += max(0.0, (abs(beta[j]) - radius) / se - 1.955) / 0.05
    for j in range(k):
        reach = 0.0
        for i in range(k):
            reach += abs(r[j, i])
        reach *= radius * 0.8
        if j == 3:
            loss += outside(rb[3], sos_lo - reach, sos_hi + reach) / 0.005
        else:
            loss += outside(rb[j], claims[j, 0] - reach, claims[j, 1] + reach) / 0.01
    return loss


class _Offices(NamedTuple):
    """The design under search: people of each type per office and the offices' attributes."""

    people: NDArray[np.int64]
    led: NDArray[np.int64]
    size: NDArray[np.int64]
    serv: NDArray[np.int64]
    lsos: NDArray[np.int64]
    mini: NDArray[np.int64]
    known_size: NDArray[np.int64]  # `size`, -1 where the leader did not tell


class _Asked(NamedTuple):
    """What is asked of a design, as arrays."""

    beta: NDArray[np.float64]
    star: NDArray[np.bool_]
    df: NDArray[np.float64]
    f: NDArray[np.float64]
    municipal: NDArray[np.int64]
    sos: NDArray[np.float64]
    claims: NDArray[np.float64]
    correlations: NDArray[np.float64]
    bounds: NDArray[np.float64]


class _Free(NamedTuple):
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
def _loss(offices, asked):
    """Total loss of a design; `asked.bounds` holds, in this order, the closed ranges of: respondents in
    two-leader offices, in large offices, in minimum offices, the minimum share, municipal staff under a
    sosionom leader, offices with such a leader, minimum offices, an office's municipal share, an office's
    sosionom share."""
    people, led, _, serv, lsos, mini, size4 = offices
    reg_beta, reg_star, reg_df, reg_f, reg_mun, reg_sos, reg_claims, corr_targets, bounds = asked
    o_n = people.shape[0]
    n_all = np.zeros(o_n, np.int64)
    n_sos = np.zeros(o_n, np.int64)
    has_sos = np.zeros(o_n, np.int64)
    kom = np.zeros(o_n, np.int64)
    has_emp = np.zeros(o_n, np.int64)
    for o in range(o_n):
        for t in range(9):
            c = people[o, t]
            n_all[o] += c
            if t % 3 == 0:
                n_sos[o] += c
            if t % 3 != 2:
                has_sos[o] += c
            if t // 3 == 1:
                kom[o] += c
            if t // 3 != 2:
                has_emp[o] += c
    loss = 0.0
    two = large = mini0 = mini_n = lead_kom = lead_off = mini_off = one_leader_sos = 0
    for o in range(o_n):
        # believable offices: no office of one employer or one education only
        loss += outside(kom[o] / max(1, has_emp[o]), bounds[7, 0], bounds[7, 1]) / 0.05
        loss += outside(n_sos[o] / max(1, has_sos[o]), bounds[8, 0], bounds[8, 1]) / 0.05
        if led[o] == 2:
            two += n_all[o]
        if size4[o] == 3:
            large += n_all[o]
        if serv[o] == 0:
            mini_off += 1
        if mini[o] >= 0:
            mini_n += n_all[o]
            if mini[o] == 0:
                mini0 += n_all[o]
        if lsos[o] == 1:
            lead_kom += kom[o]
            lead_off += 1
            if led[o] == 1:
                one_leader_sos += 1
        else:
            # municipal staff without an answer on their education also skip one leadership item; Figur 16's
            # group sizes place them under leaders who are sosionomer
            loss += people[o, 5]
    loss += outside(two, bounds[0, 0], bounds[0, 1]) + outside(large, bounds[1, 0], bounds[1, 1])
    loss += outside(mini0, bounds[2, 0], bounds[2, 1])
    loss += outside(np.float64(mini_n - mini0) / max(1, mini_n), bounds[3, 0], bounds[3, 1]) / 0.001
    loss += outside(lead_kom, bounds[4, 0], bounds[4, 1]) + 2 * outside(lead_off, bounds[5, 0], bounds[5, 1])
    loss += 5 * abs(mini_off - bounds[6, 0])
    # fourteen of the seventeen are municipal leaders, and one-leader offices mostly have a state leader
    loss += 2 * max(0, 14 + one_leader_sos - lead_off)
    # correlations of Tabell 4 and 5: led-sos, led-kom, aar-sos, aar-kom, aar-led, min-sos, min-kom, min-led,
    # min-aar (sosionom coded 1 yes, 2 no: correlate with "not sosionom")
    not_sos = has_sos - n_sos
    values = np.zeros(9)
    values[0] = _mixed_corr(not_sos, has_sos, led)
    values[1] = _mixed_corr(kom, has_emp, led)
    values[2] = _mixed_corr(not_sos, has_sos, size4)
    values[3] = _mixed_corr(kom, has_emp, size4)
    values[4] = _weighted_corr(n_all, size4, led)
    values[5] = _mixed_corr(not_sos, has_sos, mini)
    values[6] = _mixed_corr(kom, has_emp, mini)
    values[7] = _weighted_corr(n_all, mini, led)
    values[8] = _weighted_corr(n_all, mini, size4)
    for i in range(9):
        loss += outside(values[i], corr_targets[i, 0], corr_targets[i, 1]) / 0.005
    r = np.zeros((5, 5))
    inv = np.zeros((5, 5))
    low = np.zeros(1)
    for m in range(2):
        _predictors(people, led, size4, serv, lsos, m == 1, r, low)
        if not _invert(r, inv):
            return loss + 1000.0
        for k in range(reg_beta.shape[0]):
            if reg_mun[k] == m:
                loss += _regression_loss(
                    r,
                    inv,
                    reg_beta[k],
                    reg_star[k],
                    reg_df[k],
                    reg_f[k],
                    0.0042,
                    reg_sos[k, 0],
                    reg_sos[k, 1],
                    reg_claims[k],
                )
    return loss


@njit(cache=True)
def _anneal(offices, free, asked, state, expo, steps, t_hi, t_lo):
    """Run `steps` proposals or until the loss is 0; `offices` is updated in place, the loss returned."""
    people, _, size, serv, lsos, mini, size4 = offices
    area, n_lo, n_hi, free_size, free_serv_lo, free_serv_hi, free_lsos, free_mini, sos_fixed, emp_fixed = free
    o_n = people.shape[0]
    cur = _loss(offices, asked)
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
        new = _loss(offices, asked)
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


@dataclass(frozen=True)
class DesignTargets:
    """Everything the design search is asked for."""

    plans: tuple[OfficePlan, ...]
    type_totals: NDArray[np.int64]  # (9,), over respondents with an office
    city_totals: dict[str, int]
    regressions: tuple[Regression, ...]
    regression_sos: NDArray[np.float64]  # (rows, 2) reachable r of sosionom (0/1) with the dv
    regression_claims: NDArray[np.float64]  # (rows, 5, 2)
    correlations: NDArray[np.float64]  # (9, 2)
    bounds: NDArray[np.float64]  # (9, 2): see `_loss`
    medium: int


def _start(targets: DesignTargets, state: State) -> tuple[NDArray[np.int64], ...]:
    """A random design that keeps every fixed count."""
    plans = targets.plans
    areas = [area_of(plan.city) for plan in plans]
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


def area_of(city: str) -> str:
    """The unit of the printed city shares: Stavanger and Trondheim are printed together."""
    return "Trondheim og Stavanger" if city in ("Trondheim", "Stavanger") else city


def search(targets: DesignTargets, seed: int, attempt: int, steps: int) -> Design:
    """One annealing run from the random start of `attempt`; the design meets its targets when the loss is
    0."""
    plans = targets.plans
    areas = [area_of(plan.city) for plan in plans]
    names = sorted(set(areas))
    free = _Free(
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
    asked = _Asked(
        beta=np.array([r.beta for r in reg]),
        star=np.array([r.starred for r in reg]),
        df=np.array([float(r.df2) for r in reg]),
        f=np.array([r.f for r in reg]),
        municipal=np.array([1 if r.municipal else 0 for r in reg], dtype=np.int64),
        sos=targets.regression_sos,
        claims=targets.regression_claims,
        correlations=targets.correlations,
        bounds=targets.bounds,
    )
    state = stream(seed, "design", attempt)
    people, services, size, leader, mini = _start(targets, state)
    offices = _Offices(
        people=people,
        led=np.array([p.leaders for p in plans], dtype=np.int64),
        size=size,
        serv=services,
        lsos=leader,
        mini=mini,
        known_size=np.where(np.array([p.services is None for p in plans]), -1, size),
    )
    loss = _anneal(offices, free, asked, state, exponential_table(), steps, T_HI, T_LO)
    return Design(plans, people, services, size, leader, mini, float(loss))
