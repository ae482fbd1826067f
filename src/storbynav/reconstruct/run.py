"""The reconstruction from beginning to end: facts and a seed in, respondents out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct import answers as start_values
from storbynav.reconstruct import assemble, leaders
from storbynav.reconstruct.assemble import Target
from storbynav.reconstruct.design import Design, DesignTargets, search
from storbynav.reconstruct.facts import FIXED, Facts, r_interval, read
from storbynav.reconstruct.people import People, ReconstructionError, build, phi
from storbynav.reconstruct.rng import stream
from storbynav.reconstruct.solver import Search

Int = NDArray[np.int64]


@dataclass(frozen=True)
class Reconstruction:
    """Everything a reconstruction made."""

    facts: Facts
    design: Design
    people: People
    leaders: list[leaders.Leader]
    items: Int  # (respondents, items), 0 = missing
    composition: Int
    targets: list[Target]
    loss: NDArray[np.float64]

    @property
    def missed(self) -> list[Target]:
        """Targets of the search that do not hold."""
        return [self.targets[int(i)] for i in np.nonzero(self.loss > 0.0)[0]]


def reconstruct(
    folder: Path, seed: int | None = None, say: Callable[[str], None] = print, budget: float = 1.0
) -> Reconstruction:
    """Make a survey that meets the facts in `folder`.

    Parameters
    ----------
    folder
        A folder of published facts (``data/published``).
    seed
        Another seed than the folder's own.
    say
        Receives progress lines (Norwegian).
    budget
        Multiplies the steps of the search for answers; tests use a small one.
    """
    facts = read(folder)
    if seed is not None:
        facts = replace(facts, seed=seed)
    clock = time.monotonic()
    say(
        f"Leser fakta fra {folder.name}: {len(facts.items)} spørsmål, {len(facts.offices)} kontorer, "
        f"frø {facts.seed}."
    )
    say("Søker etter et kontordesign (hvem som arbeider hvor, og hva kontorene er) …")
    best: Reconstruction | None = None
    tries = int(facts.plan["search"]["restarts"])
    for number, populated in enumerate(_populated_designs(facts, say), 1):
        say(f"Design funnet etter {time.monotonic() - clock:.0f} s. Søker etter svar …")
        found = _answer(facts, populated, budget, say)
        if best is None or fsum(found.loss) < fsum(best.loss):
            best = found
        if not found.missed or number == tries or budget < 1.0:
            break
        names = ", ".join(target.id for target in found.missed[:3])
        say(f"  {len(found.missed)} mål ble ikke møtt ({names}); nytt design ({number + 1} av {tries})")
    if best is None:
        raise ReconstructionError(
            "no office design meets the facts with this seed; try another (--seed) or raise "
            "search.design.restarts"
        )
    say(
        f"Ferdig etter {time.monotonic() - clock:.0f} s: "
        f"{len(best.targets) - len(best.missed)} av {len(best.targets)} mål møtt."
    )
    for target in best.missed:
        say(f"  ikke møtt: {target.id}")
    return best


@dataclass(frozen=True)
class _Populated:
    """A design with its people, before they answer."""

    design: Design
    leaders: list[leaders.Leader]
    people: People
    leader_item: Int


def _answer(facts: Facts, populated: _Populated, budget: float, say: Callable[[str], None]) -> Reconstruction:
    """Let the people of a design answer: start values, then the search."""
    design, people, leader_item = populated.design, populated.people, populated.leader_item
    counts = leaders.leader_counts(design, populated.leaders)
    answered = start_values.missing_pattern(facts, design, people, leader_item)
    items = start_values.start(facts, design, people, answered, leader_item)
    problem, targets = assemble.build(facts, design, people, counts, items)
    state = Search(problem, stream(facts.seed, "anneal"))
    rounds = [
        (int(steps * budget), float(hot), float(cold), float(strength))
        for steps, hot, cold, strength in facts.plan["search"]["rounds"]
    ]
    solution = state.solve(rounds, say)
    final = solution.answers[:, len(FIXED) :]
    composition = start_values.team_composition(facts, people, final)
    return Reconstruction(
        facts, design, people, populated.leaders, final, composition, targets, solution.loss
    )


def _populated_designs(facts: Facts, say: Callable[[str], None]) -> Iterator[_Populated]:
    """Designs that meet their targets and whose offices have the people that its leaders must be."""
    plan = facts.plan["search"]["design"]
    targets = design_targets(facts)
    for attempt in range(int(plan["restarts"])):
        design = search(targets, facts.seed, attempt, int(plan["steps"]))
        say(f"  forsøk {attempt + 1}: tap {design.loss:.2f}")
        if design.loss > 0.0:
            continue
        try:
            chosen = leaders.plan_leaders(facts, design)
            people = build(
                design,
                facts.plan["people"],
                facts.agencies,
                [(x.office, x.employer, x.sosionom) for x in chosen],
                facts.seed,
            )
            variables = assemble.office_variables(design, people, leaders.leader_counts(design, chosen))
            leader_item = start_values.leader_item(facts, people, variables)
        except ReconstructionError as error:
            say(f"  designet lar seg ikke befolke ({error}); prøver et nytt")
            continue
        yield _Populated(design, chosen, people, leader_item)


# ------------------------------------------------------------------ what the design is asked for
def design_targets(facts: Facts) -> DesignTargets:
    """Targets of the office design from the facts."""
    people = facts.plan["people"]
    offices = facts.plan["offices"]
    by_sos = {
        c.row if c.col == "bg_sosionom" else c.col: c.r
        for c in facts.correlations
        if c.table == "v1_2" and "bg_sosionom" in (c.row, c.col)
    }
    rows = facts.regressions
    sos = np.array([[-by_sos[r.dv] - 0.012, -by_sos[r.dv] + 0.012] for r in rows])
    claims = np.zeros((len(rows), 5, 2))
    claims[:, :, 0], claims[:, :, 1] = -9.0, 9.0
    order = [
        "ko_ledermodell",
        "ko_aarsverk_klasse",
        "ko_antall_tjenester",
        "bg_sosionom",
        "ko_leder_sosionom",
    ]
    for i, row in enumerate(rows):
        for name, span in facts.plan["design_claims"].get(row.dv, {}).items():
            claims[i, order.index(name)] = span
    cells = {frozenset((c.row, c.col)): c for c in facts.correlations if c.table == "v1_4"}
    pairs = (
        ("ko_ledermodell", "bg_sosionom"),
        ("ko_ledermodell", "bg_arbeidsgiver"),
        ("ko_aarsverk_klasse", "bg_sosionom"),
        ("ko_aarsverk_klasse", "bg_arbeidsgiver"),
        ("ko_aarsverk_klasse", "ko_ledermodell"),
        ("ko_minimum", "bg_sosionom"),
        ("ko_minimum", "bg_arbeidsgiver"),
        ("ko_minimum", "ko_ledermodell"),
        ("ko_minimum", "ko_aarsverk_klasse"),
    )
    correlations = []
    for pair in pairs:
        lo, hi = r_interval(
            cells[frozenset(pair)],
            880 if "ko_minimum" in pair else 940 if "ko_aarsverk_klasse" in pair else 970,
        )
        correlations.append((lo + 0.0003, hi - 0.0003))
    two, large = offices["two_leader_respondents"], offices["large_respondents"]
    bounds = np.array(
        [
            two,
            [large, large],
            offices["minimum_respondents"],
            offices["minimum_mean"],
            offices["leader_sosionom_municipal_staff"],
            offices["leader_sosionom_offices"],
            [offices["minimum_offices"]] * 2,
            offices["office_municipal_share"],
            offices["office_sosionom_share"],
        ],
        dtype=float,
    )
    return DesignTargets(
        plans=facts.offices,
        type_totals=_type_totals(people),
        city_totals={k: int(v) for k, v in facts.plan["cities"].items()},
        regressions=rows,
        regression_sos=sos,
        regression_claims=claims,
        correlations=np.array(correlations),
        bounds=bounds,
        medium=int(offices["medium"]),
    )


def _type_totals(people: dict[str, Any]) -> Int:
    """People of each employer and education, so that their correlation prints as it does (the unplaced
    person apart)."""
    employer, education = people["employer"], people["sosionom"]
    missing = people["sosionom_missing_employer"]
    no_employer = int(employer["missing"])
    sos_unknown = round(no_employer * int(education["ja"]) / (int(education["ja"]) + int(education["nei"])))
    sos = int(education["ja"]) - sos_unknown
    kom = int(employer["kommune"]) - int(missing["kommune"])
    stat = int(employer["stat"]) - int(missing["stat"])
    n = kom + stat
    best = min(
        (
            abs(
                phi(both, sos - both, kom - both, n - sos - kom + both) - float(people["employer_sosionom_r"])
            ),
            both,
        )
        for both in range(min(sos, kom) + 1)
    )[1]
    totals = np.zeros(9, dtype=np.int64)
    totals[:3] = sos - best, stat - (sos - best) - 1, int(missing["stat"])  # one state employee has no office
    totals[3:6] = best, kom - best, int(missing["kommune"])
    totals[6:8] = sos_unknown, no_employer - sos_unknown
    return totals
