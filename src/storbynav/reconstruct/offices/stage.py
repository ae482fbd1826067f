"""The stage itself: office designs that meet their targets, peopled, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from storbynav.formatting import number
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.offices import leaders
from storbynav.reconstruct.offices.asked import design_targets
from storbynav.reconstruct.offices.design import search
from storbynav.reconstruct.offices.leader_item import leader_item
from storbynav.reconstruct.offices.missing import OfficeRules
from storbynav.reconstruct.offices.people import People, build
from storbynav.reconstruct.offices.plan import Design, OfficePlan
from storbynav.reconstruct.offices.team import team_composition
from storbynav.reconstruct.population import UNKNOWN, Int, Population, Table
from storbynav.reconstruct.reading import PLAN, rows

AGENCIES = ("erfaring_aetat", "erfaring_trygdekontor", "erfaring_sosialkontor", "ingen_erfaring")


@dataclass(frozen=True)
class Staffed:
    """A design with its people and leaders, for this stage's own files."""

    design: Design
    people: People
    leaders: list[leaders.Leader]


def populations(facts: Facts, say: Callable[[str], None]) -> Iterator[Population]:
    """Designs that meet their targets and whose offices have the people that its leaders must be."""
    plan = facts.plan["search"]["design"]
    targets = design_targets(facts)
    agencies = _agencies(facts, targets.plans)
    say(
        f"Søker etter et kontordesign ({len(targets.plans)} kontorer: hvem som arbeider hvor, og hva de er) …"
    )
    found = False
    for attempt in range(int(plan["restarts"])):
        design = search(targets, facts.seed, attempt, int(plan["steps"]))
        say(f"  forsøk {attempt + 1}: tap {number(design.loss, 2)}")
        if design.loss > 0.0:
            continue
        try:
            chosen = leaders.plan_leaders(facts, design)
            posts = [(x.office, x.employer, x.sosionom) for x in chosen]
            people = build(design, facts.plan["people"], agencies, posts, facts.seed)
            population = _population(facts, Staffed(design, people, chosen))
        except ReconstructionError as error:
            say(f"  designet lar seg ikke befolke ({error}); prøver et nytt")
            continue
        found = True
        yield population
    if not found:
        raise ReconstructionError(
            f"{PLAN}: offices: intet kontordesign oppfyller kravene med dette frøet. "
            "Prøv et annet (--seed), eller hev search.design.restarts."
        )


def _agencies(facts: Facts, offices: tuple[OfficePlan, ...]) -> dict[str, tuple[int, int, int, int]]:
    """Former agency counts (Aetat, Trygdekontor, Sosialkontor, ingen) of the case offices, by office id."""
    by_name = {office.name: office for office in offices}
    name = str(facts.plan["people"]["former_agency_file"])
    found: dict[str, tuple[int, int, int, int]] = {}
    for row in rows(facts.folder, name, ("office", *AGENCIES)):
        office = by_name[row["office"]]
        a, b, c, _ = (int(row[key]) for key in AGENCIES)
        # the last is what the office's n leaves: Kristiansand's printed row of 58 cannot hold
        # (impossible.yml)
        found[office.id] = (a, b, c, office.n[0] - a - b - c)
    return found


def _population(facts: Facts, staffed: Staffed) -> Population:
    design, people = staffed.design, staffed.people
    offices = office_variables(design, people, leaders.leader_counts(design, staffed.leaders))
    held = leader_item(facts, people, offices)
    groups = {
        name: np.where(people.user_groups[:, k] < 0, UNKNOWN, people.user_groups[:, k])
        for k, name in enumerate(facts.plan["people"]["user_group_columns"])
    }
    background = {
        "bg_kjonn": _unknown(people.gender),
        "bg_arbeidsgiver": _unknown(people.employer),
        "bg_sosialhelse_utdanning": _unknown(people.social_health),
        "bg_sosionom": _unknown(people.sosionom),
        "bg_annen_sosialfaglig": _unknown(people.other_social),
        "bg_erfaring_tidligere_etat": _unknown(people.agency),
        "bg_erfaring_sosialkontor": _unknown(people.sosialkontor),
        "bg_rolle": _unknown(people.role),
        **groups,
        "bg_jobber_vanskeligstilte": _unknown(people.disadvantaged),
    }
    after = str(facts.plan["missing"]["team_composition"]["after"])

    def follow_up(answers: Int) -> tuple[str, str, Int]:
        return (
            after,
            str(facts.plan["missing"]["team_composition"]["name"]),
            team_composition(facts, people, answers),
        )

    return Population(
        columns={**background, **offices},
        clusters=tuple(plan.id for plan in design.plans),
        cluster=people.office,
        cluster_name=str(facts.plan["cluster"]),
        joined=frozenset(offices),
        held={str(facts.plan["missing"]["leaders_only"]): held},
        rules=OfficeRules(facts, design, people, held),
        tables={
            "offices.csv": _table(leaders.office_table(facts, design, staffed.leaders)),
            "leaders.csv": _table(leaders.leader_table(facts, design, staffed.leaders)),
        },
        follow_up=follow_up,
    )


def _unknown(codes: Int) -> Int:
    return np.where(codes == 0, UNKNOWN, codes)


def _table(records: list[dict[str, object]]) -> Table:
    return list(records[0]), [list(record.values()) for record in records]


def office_variables(design: Design, people: People, answered_leaders: Int) -> dict[str, Int]:
    """Office variables per respondent."""
    o = np.maximum(people.office, 0)
    placed = people.office >= 0

    def spread(values: Int) -> Int:
        return np.where(placed, values[o], UNKNOWN)

    def of_plans(values: list[int]) -> Int:
        return spread(np.array(values, dtype=np.int64))

    return {
        "ko_ledermodell": of_plans([p.leaders for p in design.plans]),
        "ko_aarsverk_klasse": spread(np.where(answered_leaders > 0, design.size, UNKNOWN)),
        "ko_antall_tjenester": spread(design.services),
        "ko_leder_sosionom": spread(design.leader_sosionom),
        "ko_minimum": spread(design.minimum),
        "ko_portefoljegruppe": of_plans(
            [UNKNOWN if p.city_group is None else p.city_group for p in design.plans]
        ),
    }
