"""From facts and respondents to the arrays of the generic solver."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.answers import correlation_matrix
from storbynav.reconstruct.design import Design, _invert
from storbynav.reconstruct.facts import EDGE, FIXED, PREDICTORS, Facts, half_interval, r_interval
from storbynav.reconstruct.people import People, ReconstructionError
from storbynav.reconstruct.rng import State, normal, stream, unit
from storbynav.reconstruct.rounding import critical_t
from storbynav.reconstruct.solver import (
    ANOVA_F,
    MEAN_T,
    SHARE,
    SHARE_GAP,
    SHARE_GAP_ITEMS,
    SHARE_T,
    Groups,
    Pairs,
    Problem,
    Regressions,
    Sums,
)

Int = NDArray[np.int64]
Float = NDArray[np.float64]
R_UNIT, MODEL_UNIT, SHARE_UNIT, T_UNIT, BETA_UNIT, F_UNIT = 0.005, 0.02, 1.0, 0.2, 0.005, 0.15
PRINTED_SHARE_UNIT, STAR_UNIT = 0.2, 0.1


@dataclass(frozen=True)
class Target:
    """Name and standing of one target of the search.

    status: published (a printed number), constrained (printed in words) or free (the stated model).
    """

    id: str
    status: str
    source: str


@dataclass
class _Lists:
    """Targets while they are collected, in the solver's order; the state draws where aims lie."""

    state: State
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

    def group(
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


def _draw_inside(state: State, lo: float, hi: float, mean: float, sd: float) -> float:
    """A number from a bell cut off at `lo` and `hi`; uniform in the range when the bell hardly reaches it."""
    for _ in range(200):
        value = mean + sd * normal(state)
        if lo <= value <= hi:
            return float(value)
    return lo + (hi - lo) * float(unit(state))


def office_variables(design: Design, people: People, answered_leaders: Int) -> dict[str, Int]:
    """Office variables per respondent; -1 = missing."""
    o = np.maximum(people.office, 0)
    known = people.office >= 0
    led = np.array([p.leaders for p in design.plans], dtype=np.int64)

    def spread(values: Int) -> Int:
        return np.where(known, values[o], -1)

    size = np.where(answered_leaders > 0, design.size, -1)
    group = {"Oslo": 1, "Bergen": 2, "Trondheim": 3, "Stavanger": 3}
    return {
        "ko_ledermodell": spread(led),
        "ko_aarsverk_klasse": spread(size),
        "ko_antall_tjenester": spread(design.services),
        "ko_leder_sosionom": spread(design.leader_sosionom),
        "ko_minimum": spread(design.minimum),
        "ko_portefoljegruppe": spread(
            np.array([group.get(p.city, -1) for p in design.plans], dtype=np.int64)
        ),
    }


def build(
    facts: Facts, design: Design, people: People, leaders: Int, answers: Int
) -> tuple[Problem, list[Target]]:
    """Assemble the solver's problem: fixed columns first, then one column per item."""
    offices = office_variables(design, people, leaders)
    fixed = {
        "bg_sosionom": people.sosionom,
        "bg_arbeidsgiver": people.employer,
        "bg_erfaring_sosialkontor": people.sosialkontor,
        "bg_jobber_vanskeligstilte": people.disadvantaged,
        "ko_ledermodell": np.where(offices["ko_ledermodell"] < 0, 0, offices["ko_ledermodell"]),
        "ko_aarsverk_klasse": np.where(offices["ko_aarsverk_klasse"] < 0, 0, offices["ko_aarsverk_klasse"]),
        "ko_minimum": offices["ko_minimum"] + 1,  # 0 = missing, so 1 = minimum, 2 = not
    }
    names = [*FIXED, *[item.id for item in facts.items]]
    matrix = np.ascontiguousarray(
        np.column_stack([*[fixed[name] for name in FIXED], answers]).astype(np.int64)
    )
    column = {name: i for i, name in enumerate(names)}
    lists = _Lists(stream(facts.seed, "aims"))
    _correlation_targets(facts, matrix, column, lists)
    _model_targets(facts, matrix, column, lists)
    members, group_no, count = _partitions(design, people, offices)
    _contrast_targets(facts, column, group_no, lists)
    _share_targets(facts, column, group_no, matrix, members, lists)
    _order_targets(facts, column, group_no, lists)
    regressions, reg_targets = _regression_targets(facts, matrix, column, people, offices)
    problem = Problem(
        answers=matrix,
        # the item that only leaders answered starts on its fixed correlations and stays there (`leader_item`)
        movable=np.array(
            [c for c in range(len(FIXED), len(names)) if names[c] != facts.leader_item], dtype=np.int64
        ),
        members=members,
        group_count=count,
        pairs=Pairs(*_columns(lists.pairs, whole=2, width=7)),
        groups=Groups(*_columns(lists.groups, whole=5, width=10)),
        regressions=regressions,
        sums=_office_aims(facts, matrix, column, members, group_no, count),
    )
    targets = [*lists.pair_target, *lists.group_target, *reg_targets]
    problem.labels = [t.id for t in targets]
    return problem, targets


def _columns(rows: list[tuple[float, ...]], whole: int, width: int) -> list[NDArray[Any]]:
    """Rows as arrays by column, the first `whole` columns as whole numbers."""
    return [
        np.array([row[k] for row in rows], dtype=np.int64 if k < whole else np.float64) for k in range(width)
    ]


def _office_aims(
    facts: Facts,
    matrix: Int,
    column: dict[str, int],
    members: Int,
    group: dict[tuple[str, str], int],
    count: int,
) -> Sums:
    """What an office answers in the start, which has the stated office effects, is where it should stay.

    Without such aims the exchanges would wipe out every difference between offices that no print holds. The
    case offices are left to their printed order where there is one.
    """
    sums = Sums(np.zeros((matrix.shape[1], count)), np.zeros((matrix.shape[1], count)))
    aims = facts.plan["model"]["aims"]
    modelled = {row.dv for row in facts.regressions}
    case = facts.plan["model"]["office_start"]
    ranked = facts.plan["orders"]["items"]
    for item in facts.items:
        c = column[item.id]
        scale = float(aims["office_scale_regression" if item.id in modelled else "office_scale"])
        for (by, name), g in group.items():
            if by != "office" or (name in case and item.id in ranked):
                continue
            answers = matrix[(members == g).any(axis=1), c]
            n = int((answers != 0).sum())
            if n:
                sums.aim[c, g] = float(answers.sum())
                sums.pull[c, g] = 1.0 / (scale * float(np.sqrt(n)))
    return sums


def _correlation_targets(facts: Facts, matrix: Int, column: dict[str, int], lists: _Lists) -> None:
    scale = float(facts.plan["model"]["aims"]["printed_r_scale"])
    for cell in facts.correlations:
        a, b = column.get(cell.row), column.get(cell.col)
        if a is None or b is None or (a < len(FIXED) and b < len(FIXED)):
            continue  # between fixed variables: settled by the design
        n = int(((matrix[:, a] != 0) & (matrix[:, b] != 0)).sum())
        lo, hi = r_interval(cell, n)
        if lo > hi:
            raise ReconstructionError(
                f"{cell.table} {cell.row} x {cell.col}: r {cell.r} cannot have {cell.stars} stars at n = {n}"
            )
        aim = lo + (hi - lo) * float(unit(lists.state))  # digits beyond the printed ones are evenly spread
        target = Target(f"{cell.table}:r:{cell.row}:{cell.col}", "published", cell.table)
        lists.pair(a, b, (lo, hi), R_UNIT, target, (aim, 1.0 / scale))


def _model_targets(facts: Facts, matrix: Int, column: dict[str, int], lists: _Lists) -> None:
    """Pairs of items without a printed correlation: loading x factor correlation x loading."""
    done = {(min(p[0], p[1]), max(p[0], p[1])) for p in lists.pairs}
    model = facts.plan["model"]
    names = list(model["factors"])
    r = correlation_matrix(names, model)
    tolerance = float(model["tolerance"])
    aims = model["aims"]
    scale = float(aims["model_r_scale"])
    for i, first in enumerate(facts.items):
        for second in facts.items[i + 1 :]:
            a, b = column[first.id], column[second.id]
            n = int(((matrix[:, a] != 0) & (matrix[:, b] != 0)).sum())
            if (a, b) in done or n < 200:
                continue
            value = 0.0
            for f, x in first.factors.items():
                for g, y in second.factors.items():
                    value += x * y * r[names.index(f), names.index(g)]
            value *= 0.9  # five categories blur a latent correlation
            target = Target(f"model:r:{first.id}:{second.id}", "free", "model")
            # a survey of so many would not show the model itself, but the model and chance
            drawn = _draw_inside(lists.state, -tolerance, tolerance, 0.0, float(aims["model_r_sd"]))
            span = (value - tolerance, value + tolerance)
            lists.pair(a, b, span, MODEL_UNIT, target, (value + drawn, 1.0 / scale))


def _partitions(
    design: Design, people: People, offices: dict[str, Int]
) -> tuple[Int, dict[tuple[str, str], int], int]:
    """Group number of each respondent in each partition, and the number of each named group."""
    numbers: dict[tuple[str, str], int] = {}
    columns: list[Int] = []

    def add(name: str, values: Int, labels: dict[int, str]) -> None:
        out = np.full(people.count, -1, dtype=np.int64)
        for value, label in labels.items():
            numbers[name, label] = len(numbers)
            out[values == value] = numbers[name, label]
        columns.append(out)

    def same(values: range | tuple[int, ...]) -> dict[int, str]:
        return {v: str(v) for v in values}

    add("bg_arbeidsgiver", people.employer, same((1, 2)))
    add("bg_sosionom", people.sosionom, same((1, 2)))
    add("ko_ledermodell", offices["ko_ledermodell"], same((1, 2)))
    add("ko_aarsverk_klasse", offices["ko_aarsverk_klasse"], same((2, 3)))
    add("ko_leder_sosionom", offices["ko_leder_sosionom"], same((0, 1)))
    add("ko_minimum", offices["ko_minimum"], same((0, 1)))
    add("ko_portefoljegruppe", offices["ko_portefoljegruppe"], same((1, 2, 3)))
    both = np.where(
        (people.sosionom > 0) & (offices["ko_ledermodell"] > 0),
        people.sosionom * 10 + offices["ko_ledermodell"],
        -1,
    )
    add("sosionom_x_ledermodell", both, same((11, 12, 21, 22)))
    add("office", people.office, {o: p.id for o, p in enumerate(design.plans)})
    return np.ascontiguousarray(np.column_stack(columns)), numbers, len(numbers)


def _contrast_targets(
    facts: Facts, column: dict[str, int], group: dict[tuple[str, str], int], lists: _Lists
) -> None:
    aims = facts.plan["model"]["aims"]
    settled = {frozenset((c.row, c.col)) for c in facts.correlations}

    def aim_of(item: str, by: str, lo: float, hi: float) -> tuple[float, float]:
        """A drawn effect beyond the limit where the words say significant, one around 0 where they do not."""
        if frozenset((item, by)) in settled:
            return 0.0, 0.0  # the printed coefficient says how large the difference is
        sign = -1.0 if hi < 0 else 1.0
        real = max(lo, -hi) >= 2.0
        mean, sd = aims["significant_t" if real else "no_difference_t"]
        near, far = (lo, hi) if sign > 0 else (-hi, -lo)
        drawn = _draw_inside(lists.state, near, far, mean, sd)
        return sign * drawn, 1.0 / float(aims["t_scale"])

    for row in facts.plan["contrasts"]:
        by = row["by"]
        for item in row["items"]:
            c = column[item]
            source = f"{row['source']} ({row['lines']})"

            def target(kind: str, name: str, source: str = source, row: dict[str, Any] = row) -> Target:
                return Target(f"{row['source']}:{kind}:{name}", "constrained", source)

            if "anova" in row:
                lo, hi = map(float, row["anova"])
                first = group[by, "1"]
                name = f"{item}:{by}"
                lists.group(ANOVA_F, (c, c), (first, 3), (lo, hi), T_UNIT, target("F", name))
                continue
            pair = group[by, str(row["first"])], group[by, str(row["second"])]
            name = f"{item}:{by}:{row['first']}-{row['second']}"
            if "share_t" in row:
                lo, hi = map(float, row["share_t"])
                size = T_UNIT / float(row.get("weight", 1))
                aim = aim_of(item, by, lo, hi)
                lists.group(SHARE_T, (c, c), pair, (lo, hi), size, target("share_t", name), aim)
            if "mean_t" in row:
                lo, hi = map(float, row["mean_t"])  # a lower code is more agreement
                lists.group(MEAN_T, (c, c), pair, (-hi, -lo), T_UNIT, target("mean_t", name))
            if "gap" in row:
                lo, hi = map(float, row["gap"])
                mean, sd = aims["gap_points"]
                aim = _draw_inside(lists.state, lo, hi, mean, sd), 1.0 / float(aims["gap_scale"])
                lists.group(SHARE_GAP, (c, c), pair, (lo, hi), SHARE_UNIT, target("gap", name), aim)


def _share_targets(
    facts: Facts,
    column: dict[str, int],
    group: dict[tuple[str, str], int],
    matrix: Int,
    members: Int,
    lists: _Lists,
) -> None:
    aims = facts.plan["model"]["aims"]
    for row in facts.plan["shares"]:
        c = column[row["item"]]
        g = group[row["by"], str(row["group"])]
        printed = "printed" in row
        lo, hi = (
            half_interval(float(row["printed"]), int(row["decimals"]))
            if printed
            else map(float, row["range"])
        )
        n = int(((members == g).any(axis=1) & (matrix[:, c] != 0)).sum())
        if np.floor(hi * n / 100 + EDGE) < np.ceil(lo * n / 100 - EDGE):
            raise ReconstructionError(
                f"{row['source']} {row['item']} {row['group']}: "
                f"no whole number of {n} gives {lo:.2f}-{hi:.2f} per cent"
            )
        target = Target(
            f"{row['source']}:share:{row['item']}:{row['group']}",
            "published" if printed else "constrained",
            str(row.get("lines", row["source"])),
        )
        aim = (
            (0.0, 0.0)
            if printed
            else (lo + (hi - lo) * float(unit(lists.state)), 1.0 / float(aims["gap_scale"]))
        )
        size = PRINTED_SHARE_UNIT if printed else SHARE_UNIT
        lists.group(SHARE, (c, c), (g, g), (lo, hi), size, target, aim)
    for row in facts.plan["item_gaps"]:
        a, b = column[row["first"]], column[row["second"]]
        g = group[row["by"], str(row["group"])]
        lo, hi = map(float, row["range"])
        name = f"{row['source']}:items:{row['first']}-{row['second']}:{row['group']}"
        target = Target(name, "constrained", str(row["lines"]))
        lists.group(SHARE_GAP_ITEMS, (a, b), (g, g), (lo, hi), SHARE_UNIT, target)


def _order_targets(
    facts: Facts, column: dict[str, int], group: dict[tuple[str, str], int], lists: _Lists
) -> None:
    orders = facts.plan["orders"]
    gap, tie = float(orders["gap"]), float(orders["tie"])
    aims = facts.plan["model"]["aims"]
    mean, sd = aims["order_points"]
    pull = 1.0 / float(aims["gap_scale"])
    for item, ranking in orders["items"].items():
        c = column[item]
        places: list[list[str]] = []
        for name in ranking:
            if name.startswith("= "):
                places[-1].append(name[2:])
            else:
                places.append([name])
        pairs = [(x, y, gap, 100.0) for upper, lower in pairwise(places) for x in upper for y in lower]
        pairs += [(same[0], other, -tie, tie) for same in places for other in same[1:]]
        for x, y, lo, hi in pairs:
            target = Target(f"v2:rank:{item}:{x}-{y}", "constrained", "sample.yml office_constraints")
            aim = _draw_inside(lists.state, lo, hi, mean, sd), pull
            pair = group["office", x], group["office", y]
            lists.group(SHARE_GAP, (c, c), pair, (lo, hi), SHARE_UNIT, target, aim)
    for row in orders["wide"]:
        c = column[row["item"]]
        pair = group["office", row["first"]], group["office", row["second"]]
        name = f"v2:wide:{row['item']}:{row['first']}-{row['second']}"
        target = Target(name, "constrained", str(row["lines"]))
        lists.group(SHARE_GAP, (c, c), pair, (float(row["points"]), 100.0), SHARE_UNIT, target)


def _regression_targets(
    facts: Facts, matrix: Int, column: dict[str, int], people: People, offices: dict[str, Int]
) -> tuple[Regressions, list[Target]]:
    k = len(PREDICTORS)
    n = people.count
    predictors = np.column_stack(
        [
            offices["ko_ledermodell"],
            offices["ko_aarsverk_klasse"],
            offices["ko_antall_tjenester"],
            np.where(people.sosionom == 0, -1, 2 - people.sosionom),
            offices["ko_leder_sosionom"],
        ]
    )
    complete = (predictors >= 0).all(axis=1)
    rows = len(facts.regressions)
    x = np.zeros((rows, n, k), dtype=np.int64)
    use = np.zeros((rows, n), dtype=bool)
    rinv = np.zeros((rows, k, k))
    lo = np.zeros((rows, 2 * k + 1))
    hi = np.zeros((rows, 2 * k + 1))
    size = np.zeros((rows, 2 * k + 1))
    size[:, :k], size[:, k], size[:, k + 1 :] = BETA_UNIT, F_UNIT, STAR_UNIT
    cols = np.zeros(rows, dtype=np.int64)
    targets = []
    for i, reg in enumerate(facts.regressions):
        cols[i] = column[reg.dv]
        use[i] = complete & (matrix[:, cols[i]] != 0)
        cases = int(use[i].sum())
        if cases != reg.df2 + k + 1:
            raise ReconstructionError(
                f"Tabell 3, {reg.dv}: {cases} complete cases, the printed df need {reg.df2 + k + 1}"
            )
        x[i][use[i]] = predictors[use[i]]
        z = predictors[use[i]]
        r = np.eye(k)
        for a in range(k):
            for b in range(a):
                va, vb = z[:, a], z[:, b]
                cov = cases * int((va * vb).sum()) - int(va.sum()) * int(vb.sum())
                sa = cases * int((va * va).sum()) - int(va.sum()) ** 2
                sb = cases * int((vb * vb).sum()) - int(vb.sum()) ** 2
                r[a, b] = r[b, a] = cov / (float(np.sqrt(float(sa))) * float(np.sqrt(float(sb))))
        if not _invert(r, rinv[i]):
            raise ReconstructionError(f"Tabell 3, {reg.dv}: the predictors are collinear")
        critical = critical_t(reg.df2, 0.05)
        for j in range(k):
            lo[i, j], hi[i, j] = half_interval(reg.beta[j], 2)
            # t carries the sign of its beta: with |t| a search would find a starred beta of the wrong sign
            # attractive
            span = (critical + 1e-4, 99.0) if reg.starred[j] else (1e-4 - critical, critical - 1e-4)
            lo[i, k + 1 + j], hi[i, k + 1 + j] = (-span[1], -span[0]) if reg.beta[j] < 0 else span
        lo[i, k], hi[i, k] = half_interval(reg.f, 2)
        targets.append(Target(f"v1_3:{reg.dv}", "published", "v1_3"))
    return Regressions(cols, x, use, rinv, lo, hi, size), targets
