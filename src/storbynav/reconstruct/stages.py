"""Ways of making people from facts; the plan's key `design` names one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from storbynav.reconstruct import background
from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.offices import checks as office_checks
from storbynav.reconstruct.offices import stage as office_stage
from storbynav.reconstruct.population import Population
from storbynav.reconstruct.reading import PLAN
from storbynav.reconstruct.written import Join, Written


@dataclass(frozen=True)
class Stage:
    """A way of making people, and what only it knows of its files.

    `tables`: further files that it writes, without «.csv». `join`: columns of the respondents' groups that do
    not stand in survey.csv. `check`: its own account of printed numbers.
    """

    populations: Callable[[Facts, Callable[[str], None]], Iterator[Population]]
    tables: Callable[[Facts], list[str]]
    join: Join | None = None
    check: Callable[[Facts, dict[str, Written], Callable[..., None]], None] | None = None


STAGES: dict[str, Stage] = {
    "background": Stage(
        background.populations,
        background.tables,
    ),
    "offices": Stage(
        office_stage.populations,
        lambda facts: ["offices", "leaders"],
        office_checks.join,
        office_checks.check,
    ),
}


def stage_of(facts: Facts) -> Stage:
    """The stage that the plan names."""
    name: Any = facts.plan.get("design", "background")
    if name not in STAGES:
        raise fault(f"{PLAN}: design", f"{name} finnes ikke", f"Skriv en av {', '.join(STAGES)}")
    return STAGES[name]
