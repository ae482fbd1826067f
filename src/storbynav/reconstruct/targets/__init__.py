"""From facts and people to the arrays of the generic solver: which targets there are, and where aims lie."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.population import UNKNOWN, Int, Population
from storbynav.reconstruct.reading import known
from storbynav.reconstruct.rng import stream
from storbynav.reconstruct.solver import Groups, Pairs, Problem
from storbynav.reconstruct.targets.groups import group_aims, partitions
from storbynav.reconstruct.targets.lists import Lists, Target
from storbynav.reconstruct.targets.pairs import correlation_targets, model_targets
from storbynav.reconstruct.targets.regressions import regression_targets
from storbynav.reconstruct.targets.statements import contrast_targets, order_targets, share_targets

__all__ = ["Target", "build"]

# Where values lie when print leaves room (docs/reconstruction.md, «Aims»), if the plan does not say
# otherwise.
AIMS: dict[str, Any] = {
    "printed_r_scale": 0.0015,
    "model_r_sd": 0.03,
    "model_r_scale": 0.015,
    "significant_t": [3.4, 1.2],
    "no_difference_t": [0.0, 0.9],
    "t_scale": 0.1,
    "order_points": [1.5, 2.5],
    "gap_points": [5.0, 4.0],
    "gap_scale": 3.0,
}


def build(facts: Facts, people: Population, answers: Int) -> tuple[Problem, list[Target], int]:
    """Assemble the solver's problem: background columns that correlations need first, then one column per
    item. Returns also how many come first."""
    used = {name for cell in facts.correlations for name in (cell.row, cell.col)}
    fixed = [name for name in people.columns if name in used]
    names = [*fixed, *[item.id for item in facts.items]]
    for cell in facts.correlations:
        for name in (cell.row, cell.col):
            known(name, names, f"{cell.table}: {cell.row} × {cell.col}")
    matrix = np.ascontiguousarray(
        np.column_stack([*[_positive(people.columns[name]) for name in fixed], answers]).astype(np.int64)
    )
    members, group_no, count = partitions(facts, people)
    aims = AIMS | ((facts.plan.get("model") or {}).get("aims") or {})
    lists = Lists(stream(facts.seed, "aims"), aims, {name: i for i, name in enumerate(names)}, group_no)
    correlation_targets(facts, matrix, len(fixed), lists)
    model_targets(facts, matrix, lists)
    contrast_targets(facts, matrix, members, lists)
    share_targets(facts, matrix, members, lists)
    order_targets(facts, people, lists)
    regressions, reg_targets = regression_targets(facts, matrix, lists.column, people)
    problem = Problem(
        answers=matrix,
        # what was answered with the population stays as it is
        movable=np.array(
            [c for c in range(len(fixed), len(names)) if names[c] not in people.held], dtype=np.int64
        ),
        agree=_agreeing(facts, len(fixed), matrix),
        members=members,
        group_count=count,
        pairs=Pairs(*_columns(lists.pairs, whole=2, width=7)),
        groups=Groups(*_columns(lists.groups, whole=5, width=10)),
        regressions=regressions,
        sums=group_aims(facts, people, matrix, members, lists, count),
    )
    targets = [*lists.pair_target, *lists.group_target, *[Target(t, "published", s) for t, s in reg_targets]]
    problem.labels = [t.id for t in targets]
    return problem, targets, len(fixed)


def _positive(codes: Int) -> Int:
    """Codes as the solver has them, 0 = missing: a variable with a code 0 moves up by one."""
    shift = 1 if (codes == 0).any() else 0
    return np.where(codes == UNKNOWN, 0, codes + shift)


def _agreeing(facts: Facts, fixed: int, matrix: Int) -> Int:
    agree = np.zeros((matrix.shape[1], max(11, int(matrix.max()) + 1)), dtype=np.int64)
    for k, item in enumerate(facts.items):
        agree[fixed + k, list(item.agreeing)] = 1
    return agree


def _columns(rows: list[tuple[float, ...]], whole: int, width: int) -> list[NDArray[Any]]:
    """Rows as arrays by column, the first `whole` columns as whole numbers."""
    return [
        np.array([row[k] for row in rows], dtype=np.int64 if k < whole else np.float64) for k in range(width)
    ]
