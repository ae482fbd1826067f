"""The respondents: background, role and former agency for the people of an office design.

Counts that the print gives (Figur 2, 3 and 6, the overlaps, Vedlegg 2 Tabell 1 and 2) are met exactly by
construction: joint counts are enumerated first and people are drawn into them. What is not printed (who
works with which group of users, who is an adviser in follow-up) follows stated weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.offices.plan import Design
from storbynav.reconstruct.rng import State, below, stream, unit
from storbynav.reconstruct.rounding import round_half_up

Int = NDArray[np.int64]


@dataclass
class People:
    """Background of the respondents, one array entry each; 0 = missing unless said otherwise."""

    office: Int  # index into the design's offices, -1 = unknown
    employer: Int  # 1 stat, 2 kommune
    sosionom: Int  # 1 yes, 2 no
    gender: Int  # 1 kvinne, 2 mann
    social_health: Int  # 1 ja, 2 nei
    other_social: Int  # 1 ja, 2 nei
    agency: Int  # 1 Aetat, 2 Trygdekontor, 3 Sosialkontor, 4 ingen
    sosialkontor: Int  # 1 experience, 2 none
    disadvantaged: Int  # 1 works with, 2 not
    role: Int  # 1 enhetsleder .. 6 annet
    user_groups: Int  # (people, 5) 0/1, -1 = missing

    @property
    def count(self) -> int:
        """Number of respondents."""
        return len(self.office)


@dataclass(frozen=True)
class Joint:
    """Counts of sosionom (s), sosialkontor experience (e) and work with the disadvantaged (v)."""

    e_missing_s: int  # sosionomer among those without an experience answer
    e_missing_v: int
    v_missing_s: int
    v_missing_e: int
    s_missing_e: int
    s_missing_v: int
    se: int  # all with s and e (over everyone with both answers)
    sv: int
    ev: int
    sev: int  # among those with all three answers


def phi(n11: int, n10: int, n01: int, n00: int) -> float:
    """Correlation of two binary variables from their four counts."""
    below_ = float((n11 + n10) * (n01 + n00)) * float((n11 + n01) * (n10 + n00))
    return (n11 * n00 - n10 * n01) / float(np.sqrt(below_))


def find_joint(facts: dict[str, Any]) -> Joint:
    """Enumerate missing patterns and overlaps until all three percentages and correlations hold.

    Of all solutions the one whose missing people look most like everyone else is taken.
    """
    total = int(facts["sosionom"]["ja"]) + int(facts["sosionom"]["nei"]) + int(facts["sosionom"]["missing"])
    s_all, s_missing = int(facts["sosionom"]["ja"]), int(facts["sosionom"]["missing"])
    e_all, v_all = int(facts["any_sosialkontor"]), int(facts["disadvantaged"])
    e_missing = int(facts["former_agency"]["missing"])
    v_missing = int(facts["disadvantaged_missing"])
    want = facts["overlap"]
    odds = {
        "s": s_all / (total - s_missing),
        "e": e_all / (total - e_missing),
        "v": v_all / (total - v_missing),
    }

    def solve(
        first: int,
        second: int,
        first_missing: int,
        second_missing: int,
        share: float,
        r: float,
        p1: float,
        p2: float,
    ) -> list[tuple[float, int, int, int]]:
        """(oddness, `first` among second-missing, `second` among first-missing, both)."""
        found = []
        for a, b in product(range(second_missing + 1), range(first_missing + 1)):
            base, other = first - a, second - b
            n = total - first_missing - second_missing
            low = int(base * (share - 0.06) / 100)
            for both in range(low, low + 4):
                if round_half_up(100 * both / base, 1) != share:
                    continue
                value = phi(both, base - both, other - both, n - base - other + both)
                if round_half_up(value, 2) == r:
                    odd = (a - second_missing * p1) ** 2 + (b - first_missing * p2) ** 2
                    found.append((odd, a, b, both))
        return sorted(found)

    se = solve(s_all, e_all, s_missing, e_missing, want["s_and_e"], want["phi_se"], odds["s"], odds["e"])
    sv = solve(s_all, v_all, s_missing, v_missing, want["s_and_v"], want["phi_sv"], odds["s"], odds["v"])
    ev = solve(e_all, v_all, e_missing, v_missing, want["e_and_v"], want["phi_ev"], odds["e"], odds["v"])
    if not (se and sv and ev):
        raise ReconstructionError(
            "people.overlap: ingen antall gir både de trykte overlappene og korrelasjonene."
        )
    _, e_missing_s, s_missing_e, both_se = se[0]
    _, v_missing_s, s_missing_v, both_sv = sv[0]
    _, v_missing_e, e_missing_v, both_ev = ev[0]
    # complete cases: take out what the missing ones hold (one of each kind holds both, see `build`)
    return Joint(
        e_missing_s,
        e_missing_v,
        v_missing_s,
        v_missing_e,
        s_missing_e,
        s_missing_v,
        both_se,
        both_sv,
        both_ev,
        0,
    )


def _draw(state: State, rows: list[int], weights: list[float], count: int) -> list[int]:
    """Draw `count` rows without replacement, with weights."""
    rows, weights = list(rows), list(weights)
    if count > len(rows):
        raise ReconstructionError(f"{count} personer kan ikke trekkes blant {len(rows)}.")
    taken = []
    for _ in range(count):
        total = 0.0
        for weight in weights:
            total += weight
        mark = float(unit(state)) * total
        k = 0
        while k < len(rows) - 1 and mark >= weights[k]:
            mark -= weights[k]
            k += 1
        taken.append(rows.pop(k))
        weights.pop(k)
    return taken


def build(
    design: Design,
    facts: dict[str, Any],
    agencies: dict[str, tuple[int, int, int, int]],
    leaders: list[tuple[int, int, int]],
    seed: int,
) -> People:
    """Turn a design into respondents.

    Parameters
    ----------
    design
        People of each type per office.
    facts
        `people` of the reconstruction plan.
    agencies
        Former agency counts (Aetat, Trygdekontor, Sosialkontor, ingen) of the case offices, by office id.
    leaders
        Leaders who answered: office (index), employer, education.
    seed
        Seed of the reconstruction.
    """
    state = stream(seed, "people")
    office: list[int] = []
    employer: list[int] = []
    sosionom: list[int] = []
    for o in range(len(design.plans)):
        for t in range(9):
            for _ in range(int(design.people[o, t])):
                office.append(o)
                employer.append((1, 2, 0)[t // 3])
                sosionom.append((1, 2, 0)[t % 3])
    office.append(-1)  # the respondent whom the printed city shares leave over
    employer.append(1)
    sosionom.append(2)
    n = len(office)
    people = People(
        office=np.array(office, dtype=np.int64),
        employer=np.array(employer, dtype=np.int64),
        sosionom=np.array(sosionom, dtype=np.int64),
        **{
            name: np.zeros(n, dtype=np.int64)
            for name in (
                "gender",
                "social_health",
                "other_social",
                "agency",
                "sosialkontor",
                "disadvantaged",
                "role",
            )
        },
        user_groups=np.zeros((n, 5), dtype=np.int64),
    )
    case = {i: agencies[p.id] for i, p in enumerate(design.plans) if p.id in agencies}
    _leaders(people, design, leaders, state)
    _experience(people, facts, case, state)
    _education_and_gender(people, facts, state)
    _roles(people, facts, state)
    _user_groups(people, facts["user_groups"], state)
    return people


def _leaders(people: People, design: Design, leaders: list[tuple[int, int, int]], state: State) -> None:
    """Give role 1 to a respondent of each leader's office, employer and education."""
    for o, job, education in leaders:
        rows = _members(people, o, job, education)
        if not rows:
            raise ReconstructionError(
                f"Kontoret {design.plans[o].id}: ingen respondent med arbeidsgiver {job} "
                f"og utdanning {education} kan være leder."
            )
        people.role[rows[int(below(state, len(rows)))]] = 1


def _members(people: People, office: int, employer: int, education: int) -> list[int]:
    found = (people.office == office) & (people.employer == employer) & (people.sosionom == education)
    return [int(i) for i in np.nonzero(found & (people.role == 0))[0]]


def _experience(
    people: People, facts: dict[str, Any], case: dict[int, tuple[int, int, int, int]], state: State
) -> None:
    """Former agency, any sosialkontor experience and work with the disadvantaged."""
    joint = find_joint(facts)
    odds = facts["odds"]
    n = people.count
    s = people.sosionom
    in_case = np.isin(people.office, list(case))
    s_missing = [int(i) for i in np.nonzero(s == 0)[0]]
    free = [i for i in range(n) if s[i] != 0 and not in_case[i] and people.role[i] != 1]
    e_miss = _draw(
        state, [i for i in free if s[i] == 1], [1.0] * len([i for i in free if s[i] == 1]), joint.e_missing_s
    )
    rest = [i for i in free if s[i] == 2 and i not in e_miss]
    e_miss += _draw(
        state, rest, [1.0] * len(rest), int(facts["former_agency"]["missing"]) - joint.e_missing_s
    )
    left = [i for i in free if i not in e_miss]
    v_miss = _draw(
        state, [i for i in left if s[i] == 1], [1.0] * len([i for i in left if s[i] == 1]), joint.v_missing_s
    )
    rest = [i for i in left if s[i] == 2]
    v_miss += _draw(state, rest, [1.0] * len(rest), int(facts["disadvantaged_missing"]) - joint.v_missing_s)

    # --- former agency (single choice): case offices first, their rows are printed
    e_valid = [i for i in range(n) if i not in e_miss]
    totals = facts["former_agency"]
    extra = int(facts["any_sosialkontor"]) - int(totals["Sosialkontor"])

    def inclined(i: int) -> float:
        """Weight for sosialkontor experience: sosionomer and municipal staff more often."""
        by_education = float(odds["sosialkontor_sosionom"]) if s[i] == 1 else 1.0
        return by_education * (float(odds["sosialkontor_kommune"]) if people.employer[i] == 2 else 1.0)

    def insured(i: int) -> float:
        """Weight for Aetat or Trygdekontor: state staff more often."""
        return float(odds["aetat_trygd_stat"]) if people.employer[i] == 1 else 1.0

    # printed overlap: how many of the experienced are sosionomer; the case offices must not use them up
    for o, (aetat, trygd, sosial, none) in case.items():
        rows = [i for i in range(n) if people.office[i] == o]
        for code, count, weight in ((3, sosial, inclined), (1, aetat, insured), (2, trygd, insured)):
            chosen = _draw(
                state,
                [i for i in rows if people.agency[i] == 0],
                [weight(i) for i in rows if people.agency[i] == 0],
                count,
            )
            people.agency[chosen] = code
        for i in rows:
            if people.agency[i] == 0:
                people.agency[i] = 4
        if len(rows) != aetat + trygd + sosial + none:
            raise ReconstructionError(
                f"Kontoret {o}: tidligere etater blir {aetat + trygd + sosial + none} til sammen, "
                f"ikke {len(rows)}."
            )
    left_counts = {
        code: int(totals[key]) - int((people.agency == code).sum())
        for code, key in ((1, "Aetat"), (2, "Trygdekontor"), (3, "Sosialkontor"), (4, "ingen"))
    }
    pool = [i for i in e_valid if people.agency[i] == 0]
    # those with s missing
    e_of_missing = joint.s_missing_e
    sos_with_e = joint.se
    other_with_e = int(facts["any_sosialkontor"]) - sos_with_e - e_of_missing
    extra_sos = round(extra * float(facts["second_agency_sosionom"]))
    need_sos = sos_with_e - extra_sos - int(((people.agency == 3) & (s == 1)).sum())
    need_missing = e_of_missing
    # v-missing people need joint.v_missing_e with experience: handled below by drawing them first
    v_with_e = _draw(state, v_miss, [inclined(i) for i in v_miss], joint.v_missing_e)
    people.agency[v_with_e] = 3
    people.agency[[i for i in v_miss if i not in v_with_e]] = 4
    need_sos -= len([i for i in v_with_e if s[i] == 1])
    chosen = _draw(state, s_missing, [1.0] * len(s_missing), need_missing)
    people.agency[chosen] = 3
    pool = [i for i in pool if people.agency[i] == 0]
    sos_rows = [i for i in pool if s[i] == 1]
    chosen = _draw(state, sos_rows, [inclined(i) for i in sos_rows], need_sos)
    people.agency[chosen] = 3
    need_other = int(totals["Sosialkontor"]) - int((people.agency == 3).sum())
    rows = [i for i in pool if s[i] == 2]
    chosen = _draw(state, rows, [inclined(i) for i in rows], need_other)
    people.agency[chosen] = 3
    for code in (1, 2):
        rows = [i for i in e_valid if people.agency[i] == 0]
        count = int(totals["Aetat" if code == 1 else "Trygdekontor"]) - int((people.agency == code).sum())
        people.agency[_draw(state, rows, [insured(i) for i in rows], count)] = code
    for i in e_valid:
        if people.agency[i] == 0:
            people.agency[i] = 4
    if int((people.agency == 4).sum()) != int(totals["ingen"]):
        raise ReconstructionError(f"Tidligere etater går ikke opp ({left_counts}).")
    # --- any experience: everyone from sosialkontor plus some who name another agency first
    people.sosialkontor[e_valid] = 2
    people.sosialkontor[people.agency == 3] = 1
    for education, count in ((1, extra_sos), (2, extra - extra_sos)):
        rows = [i for i in e_valid if people.agency[i] in (1, 2) and s[i] == education and i not in v_miss]
        people.sosialkontor[_draw(state, rows, [1.0] * len(rows), count)] = 1
    e = people.sosialkontor
    assert (
        int((e == 1).sum()) == int(facts["any_sosialkontor"])
        and int(((e == 1) & (s == 1)).sum()) == sos_with_e
    )
    assert int(((e == 1) & (s == 2)).sum()) == other_with_e

    # --- work with the disadvantaged
    v = people.disadvantaged
    v_valid = [i for i in range(n) if i not in v_miss]
    v[v_valid] = 2

    def active(i: int) -> float:
        return 1.0 if people.role[i] != 1 else float(odds["disadvantaged_leader"])

    e_miss_sos = [i for i in e_miss if s[i] == 1]
    e_miss_other = [i for i in e_miss if s[i] == 2]
    with_sos = min(len(e_miss_sos), joint.e_missing_v // 2)
    chosen = _draw(state, e_miss_sos, [1.0] * len(e_miss_sos), with_sos)
    chosen += _draw(state, e_miss_other, [1.0] * len(e_miss_other), joint.e_missing_v - with_sos)
    s_miss_e = [i for i in s_missing if e[i] == 1]
    s_miss_other = [i for i in s_missing if e[i] == 2]
    with_e = min(len(s_miss_e), joint.s_missing_v // 2)
    chosen += _draw(state, s_miss_e, [1.0] * len(s_miss_e), with_e)
    chosen += _draw(state, s_miss_other, [1.0] * len(s_miss_other), joint.s_missing_v - with_e)
    v[chosen] = 1
    done = set(v_miss) | set(e_miss) | set(s_missing)
    cells = {
        (a, b): [i for i in range(n) if i not in done and s[i] == a and e[i] == b]
        for a in (1, 2)
        for b in (1, 2)
    }
    sv = joint.sv - with_sos
    ev = joint.ev - with_e
    total_v = int(facts["disadvantaged"]) - len(chosen)
    # the third-order count is free: keep the rate among sosionomer with experience between the two marginal
    # rates
    lo = max(0, sv - len(cells[1, 2]), ev - len(cells[2, 1]))
    hi = min(len(cells[1, 1]), sv, ev)
    sev = min(max(round(len(cells[1, 1]) * (sv / (len(cells[1, 1]) + len(cells[1, 2])) - 0.03)), lo), hi)
    for key, count in (
        ((1, 1), sev),
        ((1, 2), sv - sev),
        ((2, 1), ev - sev),
        ((2, 2), total_v - sv - ev + sev),
    ):
        v[_draw(state, cells[key], [active(i) for i in cells[key]], count)] = 1


def _education_and_gender(people: People, facts: dict[str, Any], state: State) -> None:
    """Social or health education (all sosionomer have it), other social education, gender."""
    s = people.sosionom
    people.social_health[s != 0] = 2
    people.social_health[s == 1] = 1
    people.other_social[s != 0] = 2
    rows = [int(i) for i in np.nonzero(s == 2)[0]]
    odds = facts["odds"]
    weight = [float(odds["social_health_kommune"]) if people.employer[i] == 2 else 1.0 for i in rows]
    extra = int(facts["social_health_education"]) - int((s == 1).sum())
    chosen = _draw(state, rows, weight, extra)
    people.social_health[chosen] = 1
    people.other_social[chosen[: int(facts["other_social_education"])]] = 1
    people.gender[:] = 1
    quiet = [int(i) for i in np.nonzero(people.employer == 0)[0]][:11]
    others = [i for i in range(people.count) if i not in quiet]
    missing = quiet + _draw(state, others, [1.0] * len(others), int(facts["gender"]["missing"]) - len(quiet))
    rows = [i for i in range(people.count) if i not in missing]
    weight = [float(odds["man_social_health"]) if people.social_health[i] == 1 else 1.0 for i in rows]
    people.gender[_draw(state, rows, weight, int(facts["gender"]["mann"]))] = 2
    people.gender[missing] = 0


def _roles(people: People, facts: dict[str, Any], state: State) -> None:
    """Roles other than leader; the socially educated work somewhat more in follow-up."""
    busy = float(facts["odds"]["followup_disadvantaged"])
    counts = {k: int(c) for k, c in facts["role"].items() if k != "missing"}
    free = [i for i in range(people.count) if people.role[i] == 0]
    quiet = [i for i in free if people.agency[i] == 0 or people.sosionom[i] == 0]
    missing = _draw(state, quiet, [1.0] * len(quiet), int(facts["role"]["missing"]))
    rows = [i for i in free if i not in missing]
    educated = [i for i in rows if people.social_health[i] == 1]
    lo, hi = facts["role4_among_social_health"]
    base = int((people.social_health == 1).sum())
    first = _draw(
        state,
        educated,
        [busy if people.disadvantaged[i] == 1 else 1.0 for i in educated],
        round(base * (lo + hi) / 2),
    )
    people.role[first] = 4
    rows = [i for i in rows if people.role[i] == 0]
    plain = [i for i in rows if people.social_health[i] != 1]
    people.role[
        _draw(
            state,
            plain,
            [busy if people.disadvantaged[i] == 1 else 1.0 for i in plain],
            counts[4] - len(first),
        )
    ] = 4
    for code in (2, 3, 5):
        rows = [i for i in rows if people.role[i] == 0]
        people.role[_draw(state, rows, [1.0] * len(rows), counts[code])] = code
    for i in rows:
        if people.role[i] == 0:
            people.role[i] = 6


def _user_groups(people: People, chances: list[dict[str, float]], state: State) -> None:
    """Tick the user groups: at least one for those who work with the disadvantaged, none for the others."""
    employer = {1: "stat", 2: "kommune"}
    for i in range(people.count):
        if people.disadvantaged[i] == 0:
            people.user_groups[i] = -1
        elif people.disadvantaged[i] == 1:
            own = employer.get(int(people.employer[i]), "")
            while not people.user_groups[i].any():
                for k, chance in enumerate(chances):
                    limit = float(chance["all"]) + float(chance.get(own, 0.0))
                    people.user_groups[i, k] = 1 if float(unit(state)) < limit else 0
