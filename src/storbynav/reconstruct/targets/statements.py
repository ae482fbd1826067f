"""What is said of groups: differences, shares, means and rankings."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from storbynav.reconstruct.errors import fault, no_count
from storbynav.reconstruct.facts import EDGE, Facts, counted_interval, half_interval
from storbynav.reconstruct.population import Int, Population
from storbynav.reconstruct.reading import PLAN
from storbynav.reconstruct.rng import unit
from storbynav.reconstruct.rounding import critical_t
from storbynav.reconstruct.solver import ANOVA_F, MEAN, MEAN_T, SHARE, SHARE_GAP, SHARE_GAP_ITEMS, SHARE_T
from storbynav.reconstruct.targets.groups import answers_in
from storbynav.reconstruct.targets.lists import Lists, Target, draw_inside

SHARE_UNIT, T_UNIT, MEAN_UNIT = 1.0, 0.2, 0.01
PRINTED_SHARE_UNIT = 0.2
FAR = 99.0  # beyond any t


def contrast_targets(facts: Facts, matrix: Int, members: Int, lists: Lists) -> None:
    """Differences between two groups, or over all groups of a variable."""
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
                ranges |= _ranges(row, sum(answers_in(matrix, members, c, g) for g in pair), where)
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


def share_targets(facts: Facts, matrix: Int, members: Int, lists: Lists) -> None:
    """Shares and means of a group, and gaps between two questions in a group."""
    for row in facts.plan.get("shares") or []:
        where = f"{PLAN}: shares.{row.get('source', '?')}.{row['item']}"
        c = lists.item(row["item"], where)
        g = lists.of(row["by"], row["group"], where)
        printed = "printed" in row
        n = answers_in(matrix, members, c, g)
        lo, hi = (
            counted_interval(float(row["printed"]), int(row["decimals"]), n)
            if printed
            else map(float, row["range"])
        )
        if np.floor(hi * n / 100 + EDGE) < np.ceil(lo * n / 100 - EDGE):
            do = "Rett andelen, eller før den opp i impossible.yml og les den som range"
            raise no_count(f"{where}.{row['group']}", n, lo, hi, do)
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
        n = answers_in(matrix, members, c, g)
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


def order_targets(facts: Facts, people: Population, lists: Lists) -> None:
    """Rankings of the groups that respondents belong to."""
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
