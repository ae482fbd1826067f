"""Who left a question blank, as far as the offices decide it (`missing.by_leader`, `outside_regression`)."""

from __future__ import annotations

import numpy as np

from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Facts, Item
from storbynav.reconstruct.offices.people import People
from storbynav.reconstruct.offices.plan import Design
from storbynav.reconstruct.population import Float, Int, Mask


class OfficeRules:
    """`population.Rules` of a populated design; `leader_answers`: the question that only leaders got."""

    def __init__(self, facts: Facts, design: Design, people: People, leader_answers: Int) -> None:
        """Rules for the people of a design."""
        self._told = facts.plan["missing"]
        self._leaders_only = str(self._told["leaders_only"])
        self._design, self._people, self._leader_answers = design, people, leader_answers
        # offices whose leader did not answer, so that the regressions lose their respondents
        self._silent = [o for o, plan in enumerate(design.plans) if plan.services is None]

    def whole(self, item: Item, asked: Mask, score: Float) -> Mask | None:
        """Questions whose missing answers the leaders' education, or the leaders' own answers, decide."""
        if item.id in self._told["by_leader"]:
            rule = self._told["by_leader"][item.id]
            return _leadership_answers(item, asked, rule, self._design, self._people, self._silent, score)
        return self._leader_answers > 0 if item.id == self._leaders_only else None

    def forced(self, item: Item, tendency: Float) -> tuple[list[int], list[int]]:
        """The same few people outside the regressions leave the whole battery blank."""
        rule, people = self._told["outside_regression"], self._people
        if item.battery != rule["battery"]:
            return [], []
        gone = np.isin(people.office, self._silent)
        outside = gone | (people.office < 0) | (people.sosionom == 0)
        quiet = [
            int(i)
            for i in np.nonzero((people.office < 0) | ((people.sosionom == 0) & (people.employer != 2)))[0]
        ]
        others = [int(i) for i in np.argsort(-tendency, kind="stable") if gone[i]]
        quiet += others[: int(rule["n"]) - len(quiet)]
        return quiet, [int(i) for i in np.nonzero(outside)[0] if int(i) not in quiet]


def _leadership_answers(
    item: Item,
    asked: Mask,
    rule: dict[str, int],
    design: Design,
    people: People,
    krs: list[int],
    score: Float,
) -> Mask:
    """The municipal battery: missing answers by leader's education and by being lost to Tabell 3."""
    under = np.where(people.office >= 0, design.leader_sosionom[np.maximum(people.office, 0)], 0) == 1
    lost = asked & (np.isin(people.office, krs) | (people.sosionom == 0))
    skip = int(asked.sum()) - item.n
    need_other, need_lost = int(rule["other"]), int(rule["lost_anyway"])
    need_sos = skip - need_other
    order = [int(i) for i in np.argsort(-score, kind="stable") if asked[i]]
    lost_sos = [i for i in order if lost[i] and under[i]][: min(need_sos, need_lost)]
    lost_other = [i for i in order if lost[i] and not under[i]][: need_lost - len(lost_sos)]
    free_sos = [i for i in order if not lost[i] and under[i]][: need_sos - len(lost_sos)]
    free_other = [i for i in order if not lost[i] and not under[i]][: need_other - len(lost_other)]
    chosen = lost_sos + lost_other + free_sos + free_other
    if len(chosen) != skip:
        raise ReconstructionError(
            f"missing.by_leader.{item.id}: {skip} manglende svar lar seg ikke fordele slik. "
            "Prøv et annet frø (--seed)."
        )
    answered = asked.copy()
    answered[chosen] = False
    return answered
