"""The leader survey and the office attributes that no regression uses."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.offices.plan import Design
from storbynav.reconstruct.rng import State, below, permutation, stream
from storbynav.reconstruct.solver import MEAN_T, group_value

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Leader:
    """One leader who answered: office (index), employer (1 stat, 2 kommune), sosionom (1 yes, 2 no)."""

    office: int
    employer: int
    sosionom: int


def plan_leaders(facts: Facts, design: Design) -> list[Leader]:
    """Who answered the leader form, so that counts and the offices' leader education agree.

    An office counts as led by a sosionom when at least one of its leaders is one. In two-leader offices that
    is the municipal leader, except where the printed number of municipal ones leaves the state leader.
    """
    rule = facts.plan["leaders"]
    municipal_one = dict(rule["municipal_one_leader"])
    offices = range(len(design.plans))
    educated = {o for o in offices if design.leader_sosionom[o] == 1}
    silent = {o for o in offices if design.plans[o].services is None}
    employer_of_one: dict[int, int] = {}

    def able(o: int, employer: int) -> bool:
        """Whether the office has a respondent who can be its leader."""
        return bool(design.people[o, 3 * (employer - 1) + (0 if o in educated else 1)] > 0)

    # municipal leaders first where nobody else could lead, then where the leader is a sosionom
    for o in sorted(offices, key=lambda o: (able(o, 1), o not in educated, o)):
        plan = design.plans[o]
        if plan.leaders == 1:
            left = municipal_one.get(plan.city, 0)
            employer_of_one[o] = 2 if left > 0 and plan.aarsverk is None and able(o, 2) else 1
            if employer_of_one[o] == 2:
                municipal_one[plan.city] = left - 1
    two_educated = [o for o in sorted(educated) if design.plans[o].leaders == 2]
    one_municipal = [o for o in educated if employer_of_one.get(o) == 2]
    one_state = [o for o in educated if employer_of_one.get(o) == 1]
    want_municipal, want_all = int(rule["sosionom"]["kommune"]), int(rule["sosionom"]["total"])
    surplus = len(two_educated) + len(one_municipal) - want_municipal
    state_left = want_all - want_municipal - len(one_state)
    # offices where the state leader is the sosionom: named offices keep what the report says of them
    with_state = [o for o in two_educated if design.plans[o].aarsverk is None and design.people[o, 0] > 0]
    if surplus < 0 or state_left < surplus or len(with_state) < surplus:
        raise ReconstructionError(
            f"leaders.sosionom: ingen fordeling gir {want_all} sosionomer, "
            f"{want_municipal} av dem kommunale. Prøv et annet frø (--seed)."
        )
    state_only = set(with_state[:surplus])
    also_state = set([o for o in with_state if o not in state_only][: state_left - surplus])
    if len(also_state) < state_left - surplus:
        raise ReconstructionError(
            "leaders: for få kontorer har en statlig leder som er sosionom. Prøv et annet frø (--seed)."
        )
    missing = sum(p.leaders for o, p in enumerate(design.plans) if o not in silent) - int(rule["answered"])
    quiet = [
        o
        for o in offices
        if design.plans[o].leaders == 2 and o not in educated and design.plans[o].aarsverk is None
    ][:missing]
    result = []
    for o in offices:
        if o in silent:
            continue
        if design.plans[o].leaders == 1:
            result.append(Leader(o, employer_of_one[o], 1 if o in educated else 2))
            continue
        municipal = o in educated and o not in state_only
        result.append(Leader(o, 2, 1 if municipal else 2))
        if o not in quiet:
            result.append(Leader(o, 1, 1 if o in state_only or o in also_state else 2))
    return result


def leader_table(facts: Facts, design: Design, leaders: list[Leader]) -> list[dict[str, object]]:
    """Rows of leaders.csv, with answers that show no difference by leader model or employer."""
    state = stream(facts.seed, "leaders")
    rule = facts.plan["leaders"]
    n = len(leaders)
    employer = np.array([x.employer for x in leaders], dtype=np.int64)
    model = np.array([design.plans[x.office].leaders for x in leaders], dtype=np.int64)
    columns: dict[str, Int] = {}
    experience = np.zeros(n, dtype=np.int64)
    for code, key in ((1, "stat"), (2, "kommune")):
        rows = np.nonzero(employer == code)[0]
        values = np.repeat(np.arange(1, 5), rule["experience"][key])
        if len(values) != len(rows):
            raise ReconstructionError(
                f"leaders.experience.{key}: {len(values)} ledere er oppgitt, {len(rows)} har svart."
            )
        experience[rows] = values[permutation(state, len(rows))]
    columns["ldr_ledererfaring"] = experience
    for name, counts in rule["organisation"].items():
        values = np.concatenate(
            [np.repeat(np.arange(1, 4), counts), np.zeros(n - sum(counts), dtype=np.int64)]
        )
        columns[name] = values[permutation(state, n)]
    for name, counts in rule["partnership"].items():
        values = np.repeat(np.arange(1, 6), counts)
        for _ in range(1000):
            drawn = values[permutation(state, n)]
            if max(_t(drawn, employer), _t(drawn, model)) < float(rule["partnership_max_t"]):
                break
        columns[name] = drawn
    table = []
    for i, leader in enumerate(leaders):
        row: dict[str, object] = {
            "id": i + 1,
            "office": design.plans[leader.office].id,
            "ldr_ansatt": leader.employer,
        }
        row["ldr_ledererfaring"] = int(experience[i])
        row["ldr_sosionom"] = leader.sosionom
        for name in (*rule["organisation"], *rule["partnership"]):
            value = int(columns[name][i])
            row[name] = "" if value == 0 else value
        table.append(row)
    return table


def _t(values: Int, group: Int) -> float:
    """|t| of the difference between groups 1 and 2, from whole-number sums."""
    moments = np.zeros((2, 4), dtype=np.int64)
    for k in range(2):
        own = values[group == k + 1]
        moments[k, :3] = len(own), own.sum(), (own * own).sum()
    return abs(float(group_value(MEAN_T, moments, moments, 0, 1)))


def office_table(facts: Facts, design: Design, leaders: list[Leader]) -> list[dict[str, object]]:
    """Rows of offices.csv: the design's attributes plus man-years, staff class and the services by name."""
    state = stream(facts.seed, "offices")
    rule = facts.plan["attributes"]
    answers = leader_counts(design, leaders)
    hours = _man_years(facts, design)
    staff = _staff(facts, design, hours)
    table = []
    for o, plan in enumerate(design.plans):
        count = int(design.services[o])
        if plan.tj is not None:
            inside: set[str] | None = set(plan.tj)
        elif count < 0:
            inside = None
        else:
            inside = _services(state, rule["services"][plan.city], count)
        row: dict[str, object] = {
            "office": plan.id,
            "name": plan.name,
            "city": plan.city,
            "leader_model": plan.leaders,
            "size_class": int(design.size[o]),
            "aarsverk_stat": _short(hours[o][0]),
            "aarsverk_kommune": _short(hours[o][1]),
            "staff_class": staff[o],
        }
        for name in rule["service_columns"]:
            row[name] = "" if inside is None else int(name in inside)
        row["minimum"] = "" if design.minimum[o] < 0 else int(design.minimum[o])
        row["leader_sosionom"] = int(design.leader_sosionom[o])
        row["leader_answers"] = int(answers[o])
        table.append(row)
    return table


def leader_counts(design: Design, leaders: list[Leader]) -> Int:
    """Leaders who answered, per office."""
    counts = np.zeros(len(design.plans), dtype=np.int64)
    for leader in leaders:
        counts[leader.office] += 1
    return counts


def _short(value: float) -> str:
    return f"{value:g}"


def _services(state: State, order: list[str], count: int) -> set[str]:
    """The first service of the city is always in; the others are drawn, earlier ones more often."""
    inside = set(order[: min(1, count)])
    left = [name for name in order if name not in inside]
    while len(inside) < count:
        k = min(int(below(state, len(left))), int(below(state, len(left))))
        inside.add(left.pop(k))
    return inside


def _man_years(facts: Facts, design: Design) -> list[tuple[float, float]]:
    """State and municipal man-years: by number of respondents within the size class, half man-years."""
    rule = facts.plan["attributes"]
    respondents = design.people.sum(axis=1)
    total = np.zeros(len(design.plans))
    for size, span in ((2, rule["medium"]), (3, rule["large"])):
        rows = [o for o, p in enumerate(design.plans) if p.aarsverk is None and design.size[o] == size]
        rows.sort(key=lambda o: (int(respondents[o]), o))
        for k, o in enumerate(rows):
            x = k / max(1, len(rows) - 1)
            total[o] = np.floor((span[0] + (span[1] - span[0]) * x * (0.6 + 0.4 * x)) * 2 + 0.5) / 2
        if size == 3:
            neutral = [o for o in rows if design.plans[o].name != design.plans[o].id.capitalize()]
            total[neutral[-1]] = float(rule["largest"])  # not an office with a real name
    municipal = design.people[:, 3:6].sum(axis=1) / np.maximum(1, design.people[:, :6].sum(axis=1))
    kom = np.zeros(len(design.plans))
    fixed = np.array([p.aarsverk is not None for p in design.plans])
    for o, plan in enumerate(design.plans):
        if plan.aarsverk is not None:
            total[o] = plan.aarsverk[0] + plan.aarsverk[1]
            kom[o] = plan.aarsverk[1]
        else:
            kom[o] = np.floor(total[o] * (0.35 + 0.38 * municipal[o]) * 2 + 0.5) / 2
    goal = float(rule["municipal_share"]) / 100 * fsum(total)
    free = [o for o in range(len(total)) if not fixed[o]]
    while abs(fsum(kom) - goal) > 0.3:  # half a man-year at a time, largest offices first
        step = 0.5 if fsum(kom) < goal else -0.5
        free.sort(key=lambda o: (step * kom[o] / total[o], o))
        kom[free[0]] += step
    return [(round(float(total[o] - kom[o]), 1), round(float(kom[o]), 1)) for o in range(len(total))]


def _staff(facts: Facts, design: Design, hours: list[tuple[float, float]]) -> list[str]:
    """Staff classes with the printed counts, larger offices in larger classes; printed ones as they are."""
    left = {str(k): int(v) for k, v in facts.plan["attributes"]["staff"].items()}
    result = ["" if p.staff is None else p.staff for p in design.plans]
    for name in result:
        if name:
            left[name] -= 1
    rows = sorted((o for o in range(len(result)) if not result[o]), key=lambda o: (sum(hours[o]), o))
    for name in facts.plan["attributes"]["staff"]:
        for o in rows[: left[name]]:
            result[o] = name
        rows = rows[left[name] :]
    return result
