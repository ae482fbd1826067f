"""The respondents before they answer: what a stage that makes people hands on to the search for answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct.facts import Item
from storbynav.reconstruct.reading import known

Int = NDArray[np.int64]
Float = NDArray[np.float64]
Mask = NDArray[np.bool_]
UNKNOWN = -1  # a missing value of a background variable (0 may be a code)
Table = tuple[list[str], list[list[object]]]  # header and rows of a CSV file


class Rules(Protocol):
    """What a stage knows of who leaves a question blank, beyond the printed n."""

    def whole(self, item: Item, asked: Mask, score: Float) -> Mask | None:
        """Who answered, where the stage decides that alone."""

    def forced(self, item: Item, tendency: Float) -> tuple[list[int], list[int]]:
        """Respondents who must leave the question blank, and who must not."""


class NoRules:
    """Nothing is known beyond the printed n."""

    def whole(self, item: Item, asked: Mask, score: Float) -> Mask | None:
        """Nothing is decided."""
        return None

    def forced(self, item: Item, tendency: Float) -> tuple[list[int], list[int]]:
        """Nobody is forced."""
        return [], []


@dataclass(frozen=True)
class Population:
    """People without answers.

    `columns`: codes by variable, `UNKNOWN` = missing; those in `joined` are properties of the groups, which
    do not stand in survey.csv. `clusters`: ids of the groups that respondents belong to; `cluster`: the place
    of each respondent's group, -1 = none. `held`: questions that are answered already (0 = missing) and stay.
    `tables`: further files, by name. `follow_up`: from the final answers (respondents x items) a question
    whose answers follow from another's: (after which column, name, codes with 0 = missing). `draw`: number of
    the attempt, which gives the answers another start; 0 for all of a stage whose people differ enough.
    """

    columns: dict[str, Int]
    clusters: tuple[str, ...]
    cluster: Int
    cluster_name: str = ""
    joined: frozenset[str] = frozenset()
    held: dict[str, Int] = field(default_factory=dict)
    rules: Rules = field(default_factory=NoRules)
    tables: dict[str, Table] = field(default_factory=dict)
    follow_up: Callable[[Int], tuple[str, str, Int]] | None = None
    draw: int = 0

    @property
    def count(self) -> int:
        """Number of respondents."""
        return len(self.cluster)

    def column(self, name: str, where: str) -> Int:
        """A background variable; `where` names the entry of the facts that asks for it."""
        known(name, list(self.columns), where)
        return self.columns[name]

    def coded(self, name: str, codes: list[int | str], where: str) -> Mask:
        """Who has one of `codes` («missing» stands for no answer)."""
        wanted = [UNKNOWN if code == "missing" else int(code) for code in codes]
        return np.isin(self.column(name, where), wanted)

    def of_group(self, effect: Float) -> Float:
        """The effect of each respondent's group, 0 without one."""
        return np.where(self.cluster >= 0, effect[np.maximum(self.cluster, 0)], 0.0)
