"""From facts and people to the arrays of the generic solver: which targets there are, and where aims lie."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import EDGE, Facts, counted_interval, half_interval, r_interval
from storbynav.reconstruct.population import UNKNOWN, Int, Population
from storbynav.reconstruct.reading import PLAN, known
from storbynav.reconstruct.regressions import regression_targets
from storbynav.reconstruct.rng import State, normal, stream, unit
from storbynav.reconstruct.rounding import critical_t
from storbynav.reconstruct.solver import (
    ANOVA_F,
    MEAN,
    MEAN_T,
    SHARE,
    SHARE_GAP,
    SHARE_GAP_ITEMS,
    SHARE_T,
    Groups,
    Pairs,
    Problem,
    Sums,
)
from storbynav.reconstruct.start import correlation_matrix, factors

R_UNIT, MODEL_UNIT, SHARE_UNIT, T_UNIT, MEAN_UNIT = 0.005, 0.02, 1.0, 0.2, 0.01
PRINTED_SHARE_UNIT = 0.2
FAR = 99.0  # beyond any t
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


@dataclass(frozen=True)
class Target:
    """Name and standing of one target of the search.

    status: published (a printed number), constrained (printed in words) or free (the stated model).
    """

    id: str
    status: str
    source: str


@dataclass
class Lists:
    """Targets while they are collected, in the solver's order; the state draws where aims lie."""

    state: State
    aims: dict[str, Any]
    column: dict[str, int]
    group: dict[tuple[str, str], int]
    pairs: list[tuple[float, ...]] = field(default_factory=list)
    pair_target: list[Target] = field(default_factory=list)
    groups: list[tuple[float, ...]] = field(default_factory=list)
    group_target: list[Target] = field(default_factory=list)

    def pair(
        self, a: int, b: int, span: tuple[float, float], size: float, target: Target, aim: tuple[float, float]
    ) -> None:
        """A correlation; `aim` is the value the model would like best, and how strongly (1 / scale)."""
        self.pairs.append((a, b, *span, size, *aim))
        self.pair_target.append(target)

    def add(
        self,
        kind: int,
        columns: tuple[int, int],
        groups: tuple[int, int],
        span: tuple[float, float],
        size: float,
        target: Target,
        aim: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """A statistic of one or two groups."""
        self.groups.append((kind, *columns, *groups, *span, size, *aim))
        self.group_target.append(target)

    def item(self, name: str, where: str) -> int:
        """The column of a question."""
        known(name, list(self.column), where)
        return self.column[name]

    def of(self, by: str, name: object, where: str) -> int:
        """The number of a group."""
        if (by, str(name)) not in self.group:
            have = ", ".join(label for key, label in self.group if key == by)
            raise fault(where, f"{by} har ingen gruppe {name}", f"Gruppene er {have or 'ingen: rett by'}")
        return self.group[by, str(name)]


def draw_inside(state: State, lo: float, hi: float, mean: float, sd: float) -> float:
    """A number from a bell cut off at `lo` and `hi`; uniform in the range when the bell hardly reaches it."""
    for _ in range(200):
        value = mean + sd * normal(state)
        if lo <= value <= hi:
            return float(value)
    return lo + (hi - lo) * float(unit(state))


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
    members, group_no, count = _partitions(facts, people)
    aims = AIMS | ((facts.plan.get("model") or {}).get("aims") or {})
    lists = Lists(stream(facts.seed, "aims"), aims, {name: i for i, name in enumerate(names)}, group_no)
    _correlation_targets(facts, matrix, len(fixed), lists)
    _model_targets(facts, matrix, lists)
    _contrast_targets(facts, matrix, members, lists)
    _share_targets(facts, matrix, members, lists)
    _order_targets(facts, people, lists)
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
        sums=_group_aims(facts, people, matrix, members, lists, count),
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


def _group_aims(
    facts: Facts, people: Population, matrix: Int, members: Int, lists: Lists, count: int
) -> Sums:
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


def _correlation_targets(facts: Facts, matrix: Int, fixed: int, lists: Lists) -> None:
    scale = float(lists.aims["printed_r_scale"])
    for cell in facts.correlations:
        a, b = lists.column[cell.row], lists.column[cell.col]
        if a < fixed and b < fixed:
            continue  # between background variables: settled with the people
        n = int(((matrix[:, a] != 0) & (matrix[:, b] != 0)).sum())
        where = f"{cell.table}: {cell.row} × {cell.col}"
        if n < 4:
            raise fault(where, f"bare {n} har svart på begge", "Ta ut raden, eller rett missing.asked")
        lo, hi = r_interval(cell, n)
        if lo > hi:
            raise fault(
                where,
                f"r = {cell.r:g} kan ikke ha {cell.stars} stjerner ved n = {n}",
                "Rett tallet, eller skriv cellen i impossible_stars og bevis den i impossible.yml",
            )
        aim = lo + (hi - lo) * float(unit(lists.state))  # digits beyond the printed ones are evenly spread
        target = Target(f"{cell.table}:r:{cell.row}:{cell.col}", "published", cell.table)
        lists.pair(a, b, (lo, hi), R_UNIT, target, (aim, 1.0 / scale))


def _model_targets(facts: Facts, matrix: Int, lists: Lists) -> None:
    """Pairs of items without a printed correlation: loading x factor correlation x loading."""
    model = facts.plan.get("model") or {}
    names = factors(model)
    if not names:
        return
    done = {(min(p[0], p[1]), max(p[0], p[1])) for p in lists.pairs}
    r = correlation_matrix(names, model)
    tolerance = float(model.get("tolerance", 0.06))
    smallest = int(model.get("smallest_n", 30))
    scale = float(lists.aims["model_r_scale"])
    for i, first in enumerate(facts.items):
        for second in facts.items[i + 1 :]:
            a, b = lists.column[first.id], lists.column[second.id]
            n = int(((matrix[:, a] != 0) & (matrix[:, b] != 0)).sum())
            if (a, b) in done or n < smallest:
                continue
            value = 0.0
            for f, x in first.factors.items():
                for g, y in second.factors.items():
                    value += x * y * r[names.index(f), names.index(g)]
            value *= 0.9  # a few categories blur a latent correlation
            target = Target(f"model:r:{first.id}:{second.id}", "free", "model")
            # a survey of so many would not show the model itself, but the model and chance
            drawn = draw_inside(lists.state, -tolerance, tolerance, 0.0, float(lists.aims["model_r_sd"]))
            span = (value - tolerance, value + tolerance)
            lists.pair(a, b, span, MODEL_UNIT, target, (value + drawn, 1.0 / scale))


# ------------------------------------------------------------------ groups of respondents
def _partitions(facts: Facts, people: Population) -> tuple[Int, dict[tuple[str, str], int], int]:
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


def _inside(matrix: Int, members: Int, c: int, g: int) -> int:
    """Answers to a question in a group."""
    return int(((members == g).any(axis=1) & (matrix[:, c] != 0)).sum())


def _contrast_targets(facts: Facts, matrix: Int, members: Int, lists: Lists) -> None:
    settled = {frozenset((c.row, c.col)) for c in facts.correlations}
    aims = lists.aims

    def aim_of(item: str, by: str, lo: float, hi: float) -> tuple[float, float]:
        """A drawn effect beyond the limit where the words say significant, one around 0 where they do not."""
        if frozenset((item, by)) in settled:
            return 0.0, 0.0  # the printed coefficient says how large the difference is
        sign = -1.0 if hi < 0 else 1.0
        real = max(lo, -hi) >= 1.9
        mean, sd = aims["significant_t" if real else "no_difference_t"]
        near, far = (lo, hi) if sign > 0 else (-hi, -lo)
        drawn = draw_inside(lists.state, near, far, mean, sd)
        return sign * drawn, 1.0 / float(aims["t_scale"])

    for row in facts.plan.get("contrasts") or []:
        where = f"{PLAN}: contrasts.{row.get('source', '?')}"
        by = row["by"]
        for item in row["items"]:
            c = lists.item(item, where)
            source = f"{row['source']} ({row['lines']})" if "lines" in row else str(row["source"])

            def target(
                kind: str,
                name: str,
                status: str = "constrained",
                source: str = source,
                row: dict[str, Any] = row,
            ) -> Target:
                return Target(f"{row['source']}:{kind}:{name}", status, source)

            if "anova" in row:
                lo, hi = map(float, row["anova"])
                groups = [g for (name, _), g in lists.group.items() if name == by]
                if len(groups) < 2:
                    raise fault(where, f"{by} har ikke to grupper", "Rett by")
                lists.add(
                    ANOVA_F, (c, c), (groups[0], len(groups)), (lo, hi), T_UNIT, target("F", f"{item}:{by}")
                )
                continue
            pair = lists.of(by, row["first"], where), lists.of(by, row["second"], where)
            name = f"{item}:{by}:{row['first']}-{row['second']}"
            ranges = dict(row)
            if "significant" in row:
                ranges |= _ranges(row, sum(_inside(matrix, members, c, g) for g in pair), where)
            if "share_t" in ranges:
                lo, hi = map(float, ranges["share_t"])
                size = T_UNIT / float(row.get("weight", 1))
                aim = aim_of(item, by, lo, hi)
                lists.add(SHARE_T, (c, c), pair, (lo, hi), size, target("share_t", name), aim)
            if "mean_t" in ranges:
                lo, hi = map(float, ranges["mean_t"])
                # beside a test on shares the mean follows
                alone = "significant" in row and "share_t" not in ranges
                aim = aim_of(item, by, lo, hi) if alone else (0.0, 0.0)
                span, aim = ((-hi, -lo), (-aim[0], aim[1])) if _low_agrees(facts, item) else ((lo, hi), aim)
                lists.add(MEAN_T, (c, c), pair, span, T_UNIT, target("mean_t", name), aim)
            if "t" in row:
                lo, hi = half_interval(float(row["t"]), int(row.get("decimals", 2)))
                lists.add(MEAN_T, (c, c), pair, (lo, hi), 0.02, target("t", name, "published"))
            if "gap" in row:
                lo, hi = map(float, row["gap"])
                mean, sd = aims["gap_points"]
                aim = draw_inside(lists.state, lo, hi, mean, sd), 1.0 / float(aims["gap_scale"])
                lists.add(SHARE_GAP, (c, c), pair, (lo, hi), SHARE_UNIT, target("gap", name), aim)


def _low_agrees(facts: Facts, item: str) -> bool:
    """Whether a lower code is more agreement, so that a higher mean means that fewer agree."""
    return facts.item(item).agreeing[0] == 1


def _ranges(row: dict[str, Any], n: int, where: str) -> dict[str, list[float]]:
    """Ranges of t for «significant at alpha: first agrees more», or for «no difference» (False)."""
    if n < 4:
        raise fault(where, f"bare {n} svar i gruppene", "Ta ut raden")
    told = row["significant"]
    limit = critical_t(n - 2, 0.05 if told is False else float(told))
    span = [-limit + 0.01, limit - 0.01] if told is False else [limit + 0.01, FAR]
    return {f"{kind}_t": span for kind in row.get("test", ["share"])}


def _share_targets(facts: Facts, matrix: Int, members: Int, lists: Lists) -> None:
    for row in facts.plan.get("shares") or []:
        where = f"{PLAN}: shares.{row.get('source', '?')}.{row['item']}"
        c = lists.item(row["item"], where)
        g = lists.of(row["by"], row["group"], where)
        printed = "printed" in row
        n = _inside(matrix, members, c, g)
        lo, hi = (
            counted_interval(float(row["printed"]), int(row["decimals"]), n)
            if printed
            else map(float, row["range"])
        )
        if np.floor(hi * n / 100 + EDGE) < np.ceil(lo * n / 100 - EDGE):
            raise fault(
                f"{where}.{row['group']}",
                f"intet antall av n = {n} er {lo:.2f}-{hi:.2f} prosent",
                "Rett andelen, eller før den opp i impossible.yml og les den som range",
            )
        target = Target(
            f"{row['source']}:share:{row['item']}:{row['group']}",
            "published" if printed else "constrained",
            str(row.get("lines", row["source"])),
        )
        aim = (
            (0.0, 0.0)
            if printed
            else (lo + (hi - lo) * float(unit(lists.state)), 1.0 / float(lists.aims["gap_scale"]))
        )
        size = PRINTED_SHARE_UNIT if printed else SHARE_UNIT
        lists.add(SHARE, (c, c), (g, g), (lo, hi), size, target, aim)
    for row in facts.plan.get("means") or []:
        where = f"{PLAN}: means.{row.get('source', '?')}.{row['item']}"
        c, g = lists.item(row["item"], where), lists.of(row["by"], row["group"], where)
        n = _inside(matrix, members, c, g)
        lo, hi = counted_interval(float(row["printed"]), int(row.get("decimals", 2)), n, 1.0)
        if np.floor(hi * n) < np.ceil(lo * n):
            raise fault(
                f"{where}.{row['group']}", f"ingen sum av n = {n} svar gir M {row['printed']}", "Rett M"
            )
        target = Target(f"{row['source']}:mean:{row['item']}:{row['group']}", "published", str(row["source"]))
        lists.add(MEAN, (c, c), (g, g), (lo, hi), MEAN_UNIT, target)
    for row in facts.plan.get("item_gaps") or []:
        where = f"{PLAN}: item_gaps.{row['source']}"
        a, b = lists.item(row["first"], where), lists.item(row["second"], where)
        g = lists.of(row["by"], row["group"], where)
        lo, hi = map(float, row["range"])
        name = f"{row['source']}:items:{row['first']}-{row['second']}:{row['group']}"
        target = Target(name, "constrained", str(row.get("lines", row["source"])))
        lists.add(SHARE_GAP_ITEMS, (a, b), (g, g), (lo, hi), SHARE_UNIT, target)


def _order_targets(facts: Facts, people: Population, lists: Lists) -> None:
    orders = facts.plan.get("orders")
    if not orders:
        return
    by, where, name_of = people.cluster_name, f"{PLAN}: orders", str(orders["source"])
    gap, tie = float(orders["gap"]), float(orders["tie"])
    mean, sd = lists.aims["order_points"]
    pull = 1.0 / float(lists.aims["gap_scale"])
    for item, ranking in (orders.get("items") or {}).items():
        c = lists.item(item, where)
        places: list[list[str]] = []
        for name in map(str, ranking):
            if name.startswith("= "):
                places[-1].append(name[2:])
            else:
                places.append([name])
        pairs = [(x, y, gap, 100.0) for upper, lower in pairwise(places) for x in upper for y in lower]
        pairs += [(same[0], other, -tie, tie) for same in places for other in same[1:]]
        for x, y, lo, hi in pairs:
            target = Target(f"{name_of}:rank:{item}:{x}-{y}", "constrained", name_of)
            aim = draw_inside(lists.state, lo, hi, mean, sd), pull
            pair = lists.of(by, x, where), lists.of(by, y, where)
            lists.add(SHARE_GAP, (c, c), pair, (lo, hi), SHARE_UNIT, target, aim)
    for row in orders.get("wide") or []:
        c = lists.item(row["item"], where)
        pair = lists.of(by, row["first"], where), lists.of(by, row["second"], where)
        target = Target(
            f"{name_of}:wide:{row['item']}:{row['first']}-{row['second']}",
            "constrained",
            str(row.get("lines", "")),
        )
        lists.add(SHARE_GAP, (c, c), pair, (float(row["points"]), 100.0), SHARE_UNIT, target)
