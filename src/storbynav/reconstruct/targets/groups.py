"""Groups of respondents, and where their answers should stay when print says nothing."""

from __future__ import annotations

import numpy as np

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.population import UNKNOWN, Int, Population
from storbynav.reconstruct.reading import PLAN, known
from storbynav.reconstruct.solver import Sums
from storbynav.reconstruct.targets.lists import Lists


def partitions(facts: Facts, people: Population) -> tuple[Int, dict[tuple[str, str], int], int]:
    """Group number of each respondent in each partition that a fact speaks of, and the number of each named
    group."""
    numbers: dict[tuple[str, str], int] = {}
    columns: list[Int] = []

    def add(name: str, values: Int, labels: dict[int, str]) -> None:
        out = np.full(people.count, -1, dtype=np.int64)
        for value, label in labels.items():
            numbers[name, label] = len(numbers)
            out[values == value] = numbers[name, label]
        columns.append(out)

    plan = facts.plan
    crossings = plan.get("crossings") or {}
    asked = [
        row.get("by") for key in ("contrasts", "shares", "means", "item_gaps") for row in plan.get(key) or []
    ]
    for by in dict.fromkeys(str(name) for name in asked):
        where = f"{PLAN}: by"
        if by == people.cluster_name:
            continue  # last, below
        if by in crossings:
            first, second = (people.column(name, f"{PLAN}: crossings.{by}") for name in crossings[by])
            values = np.where((first != UNKNOWN) & (second != UNKNOWN), first * 10 + second, UNKNOWN)
            if max(first.max(), second.max()) > 9:
                raise fault(
                    f"{PLAN}: crossings.{by}", "koder over 9 lar seg ikke krysse", "Kod om variabelen"
                )
        else:
            known(by, [*people.columns, *crossings, people.cluster_name], where)
            values = people.columns[by]
        add(by, values, {int(v): str(v) for v in np.unique(values) if v != UNKNOWN})
    add(people.cluster_name, people.cluster, dict(enumerate(people.clusters)))
    return np.ascontiguousarray(np.column_stack(columns)), numbers, len(numbers)


def answers_in(matrix: Int, members: Int, c: int, g: int) -> int:
    """Answers to a question in a group."""
    return int(((members == g).any(axis=1) & (matrix[:, c] != 0)).sum())


def group_aims(facts: Facts, people: Population, matrix: Int, members: Int, lists: Lists, count: int) -> Sums:
    """What a group answers in the start, which has the stated group effects, is where it should stay.

    Without such aims the exchanges would wipe out every difference between groups that no print holds. Groups
    whose start is stated are left to their printed order where there is one.
    """
    sums = Sums(np.zeros((matrix.shape[1], count)), np.zeros((matrix.shape[1], count)))
    if "cluster_scale" not in lists.aims:
        return sums
    modelled = {row.dv for row in facts.regressions}
    stated = facts.plan["model"].get("cluster_start") or {}
    ranked = (facts.plan.get("orders") or {}).get("items") or {}
    loose = lists.aims.get("cluster_scale_regression", lists.aims["cluster_scale"])
    for item in facts.items:
        c = lists.column[item.id]
        scale = float(loose if item.id in modelled else lists.aims["cluster_scale"])
        for (by, name), g in lists.group.items():
            if by != people.cluster_name or (name in stated and item.id in ranked):
                continue
            answers = matrix[(members == g).any(axis=1), c]
            n = int((answers != 0).sum())
            if n:
                sums.aim[c, g] = float(answers.sum())
                sums.pull[c, g] = 1.0 / (scale * float(np.sqrt(n)))
    return sums
