"""What is known of the offices, what a design is asked for, and the design itself.

Units: head counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.facts import Regression

# Types of people: employer (0 stat, 1 kommune, 2 missing) x sosionom (0 yes, 1 no, 2 missing).
TYPES = 9


@dataclass(frozen=True)
class OfficePlan:
    """What is known of one office before the search; ranges are searched."""

    id: str
    name: str
    city: str
    leaders: int
    n: tuple[int, int]
    services: tuple[int, int] | None
    size: int | None
    sosionom: int | None
    kommune: int | None
    stat: int | None
    leader_sosionom: int | None
    aarsverk: tuple[float, float] | None
    staff: str | None
    tj: tuple[str, ...] | None
    minimum: int | None
    minimum_fixed: bool
    area: str  # the unit of the printed city shares
    city_group: int | None  # the code of its city in `offices.city_groups`

    @classmethod
    def parse(cls, raw: dict[str, Any], told: dict[str, Any]) -> OfficePlan:
        """Read one row of `offices.list` (`told`: all of `offices`); a number stands for a range of one."""

        def span(value: Any) -> tuple[int, int]:
            return (int(value[0]), int(value[1])) if isinstance(value, list) else (int(value), int(value))

        services = raw.get("services")
        hours = raw.get("aarsverk")
        tj = raw.get("tj")
        return cls(
            id=raw["id"],
            name=raw["name"],
            city=raw["city"],
            leaders=int(raw["leaders"]),
            n=span(raw["n"]),
            services=None if services is None else span(services),
            size=raw.get("size"),
            sosionom=raw.get("sosionom"),
            kommune=raw.get("kommune"),
            stat=raw.get("stat"),
            leader_sosionom=raw.get("leader_sosionom"),
            aarsverk=None if hours is None else (float(hours[0]), float(hours[1])),
            staff=raw.get("staff"),
            tj=None if tj is None else tuple(tj),
            minimum=raw.get("minimum"),
            minimum_fixed="minimum" in raw,
            area=told["areas"].get(raw["city"], raw["city"]),
            city_group=told["city_groups"].get(raw["city"]),
        )


@dataclass(frozen=True)
class Design:
    """The outcome: people of each type per office (shape (offices, 9)) and the attributes searched for."""

    plans: tuple[OfficePlan, ...]
    people: NDArray[np.int64]
    services: NDArray[np.int64]  # -1 unknown
    size: NDArray[np.int64]  # 2 or 3
    leader_sosionom: NDArray[np.int64]
    minimum: NDArray[np.int64]  # 0, 1, -1 unknown
    loss: float


@dataclass(frozen=True)
class DesignTargets:
    """Everything the design search is asked for."""

    plans: tuple[OfficePlan, ...]
    type_totals: NDArray[np.int64]  # (9,), over respondents with an office
    city_totals: dict[str, int]
    regressions: tuple[Regression, ...]
    municipal: tuple[bool, ...]  # whether a regression is of municipal staff alone
    regression_sos: NDArray[np.float64]  # (rows, 2) reachable r of sosionom (0/1) with the dv
    regression_claims: NDArray[np.float64]  # (rows, 5, 2)
    correlations: NDArray[np.float64]  # (9, 2)
    bounds: NDArray[np.float64]  # (10, 2): see `loss.design_loss`
    medium: int
