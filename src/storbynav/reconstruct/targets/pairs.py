"""Correlations: those that print gives, and those of the stated model."""

from __future__ import annotations

from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts, r_interval
from storbynav.reconstruct.population import Int
from storbynav.reconstruct.rng import unit
from storbynav.reconstruct.start import correlation_matrix, factors
from storbynav.reconstruct.targets.lists import Lists, Target, draw_inside

R_UNIT, MODEL_UNIT = 0.005, 0.02


def correlation_targets(facts: Facts, matrix: Int, fixed: int, lists: Lists) -> None:
    """Printed correlations of questions with each other and with background variables."""
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


def model_targets(facts: Facts, matrix: Int, lists: Lists) -> None:
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
