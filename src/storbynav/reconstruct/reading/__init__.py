"""A folder of printed facts, read and checked: ``reconstruction.yml`` and the tables that it names.

Only this package (and, for its own keys, the stage that `design` names) knows the file formats;
docs/reconstruction.md, «Another survey», describes every key. Faults are `ReconstructionError` with file,
entry and what to do.
"""

from __future__ import annotations

from pathlib import Path

from storbynav.reconstruct.facts import Correlation, Crosstab, Facts, Moments, Regression, Variable
from storbynav.reconstruct.reading.items import read_item
from storbynav.reconstruct.reading.people import read_crosstab, read_variables
from storbynav.reconstruct.reading.plan import PLAN, entries, known, number, once, open_plan, rows
from storbynav.reconstruct.reading.statements import check_statements
from storbynav.reconstruct.reading.tables import read_correlations, read_moments, read_regressions

__all__ = ["PLAN", "known", "read", "rows"]


def read(folder: Path) -> Facts:
    """Read a folder of published facts.

    Raises
    ------
    ReconstructionError
        A file or an entry is missing or wrong; the message names it and says what to do.
    """
    plan = open_plan(folder)
    design = plan.get("design", "background")
    check_statements(plan, design)
    inputs = {PLAN}
    moments: list[Moments] = []
    for told in entries(plan, "moments"):
        moments += read_moments(folder, told)
        inputs.add(told["file"])
    correlations: list[Correlation] = []
    impossible = {(t, frozenset((a, b))) for t, a, b in plan.get("impossible_stars", [])}
    for told in entries(plan, "correlations"):
        correlations += read_correlations(folder, told, impossible)
        inputs.add(told["file"])
    regressions: list[Regression] = []
    for told in entries(plan, "regressions"):
        regressions += read_regressions(folder, told)
        inputs.add(told["file"])
    printed = {(m.table, m.variable): m for m in moments}
    scales = plan.get("scales", {})
    items = tuple(read_item(row, printed, scales) for row in entries(plan, "items"))
    once([item.id for item in items], "items")
    variables: tuple[Variable, ...] = ()
    crosstabs: tuple[Crosstab, ...] = ()
    if design == "background":
        variables = read_variables(plan)
        once([*(v.id for v in variables), *(i.id for i in items)], "background/items")
        crosstabs = tuple(read_crosstab(row, variables) for row in entries(plan, "crosstabs"))
    return Facts(
        folder=folder,
        plan=plan,
        items=items,
        correlations=tuple(correlations),
        regressions=tuple(regressions),
        moments=tuple(moments),
        variables=variables,
        crosstabs=crosstabs,
        inputs=tuple(sorted(inputs | {str(name) for name in plan.get("other_files", [])})),
        seed=number(plan, "seed", PLAN),
    )
