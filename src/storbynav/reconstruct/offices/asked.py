"""What an office design is asked for, from the facts."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts, r_interval
from storbynav.reconstruct.offices.people import phi
from storbynav.reconstruct.offices.plan import TYPES, DesignTargets, OfficePlan
from storbynav.reconstruct.reading import PLAN

Int = NDArray[np.int64]
# the order in which the design's loss knows the predictors of the regressions
PREDICTORS = (
    "ko_ledermodell",
    "ko_aarsverk_klasse",
    "ko_antall_tjenester",
    "bg_sosionom",
    "ko_leder_sosionom",
)


def design_targets(facts: Facts) -> DesignTargets:
    """Targets of the office design from the facts."""
    people = facts.plan["people"]
    offices = facts.plan["offices"]
    by_sos = {
        c.row if c.col == "bg_sosionom" else c.col: c.r
        for c in facts.correlations
        if c.table == offices["tables"]["education"] and "bg_sosionom" in (c.row, c.col)
    }
    rows = facts.regressions
    for row in rows:
        if tuple(x.name for x in row.predictors) != PREDICTORS or row.df2 is None or row.f is None:
            raise fault(
                f"{PLAN}: regressions.{row.table}",
                "design: offices krever prediktorene " + ", ".join(PREDICTORS) + " med df2 og F",
                "Rett tabellen, eller bruk design: background",
            )
    sos = np.array([[-by_sos[r.dv] - 0.012, -by_sos[r.dv] + 0.012] for r in rows])
    claims = np.zeros((len(rows), 5, 2))
    claims[:, :, 0], claims[:, :, 1] = -9.0, 9.0
    for i, row in enumerate(rows):
        for name, span in facts.plan["design_claims"].get(row.dv, {}).items():
            claims[i, PREDICTORS.index(name)] = span
    cells = {
        frozenset((c.row, c.col)): c for c in facts.correlations if c.table == offices["tables"]["design"]
    }
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
            int(
                next(
                    (n for name, n in offices["pairwise_n"].items() if name in pair),
                    offices["pairwise_n_else"],
                )
            ),
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
            [facts.plan["leaders"]["sosionom"]["kommune"]] * 2,
        ],
        dtype=float,
    )
    return DesignTargets(
        plans=tuple(OfficePlan.parse(row, offices) for row in offices["list"]),
        type_totals=_type_totals(people),
        city_totals={k: int(v) for k, v in facts.plan["cities"].items()},
        regressions=rows,
        municipal=tuple(_municipal(facts, row.dv) for row in rows),
        regression_sos=sos,
        regression_claims=claims,
        correlations=np.array(correlations),
        bounds=bounds,
        medium=int(offices["medium"]),
    )


def _municipal(facts: Facts, item: str) -> bool:
    """Whether the question went to municipal staff alone."""
    return bool(facts.plan["missing"]["asked"].get(item, {}).get("bg_arbeidsgiver") == [2])


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
    totals = np.zeros(TYPES, dtype=np.int64)
    totals[:3] = sos - best, stat - (sos - best) - 1, int(missing["stat"])  # one state employee has no office
    totals[3:6] = best, kom - best, int(missing["kommune"])
    totals[6:8] = sos_unknown, no_employer - sos_unknown
    return totals
