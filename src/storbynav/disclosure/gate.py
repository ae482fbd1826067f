"""The gate between the answers and everything that is shown of them.

    gate = Gate.of(survey, "figures")
    gate.cells([[3, 20], [10, 12]])      # which cells must be a colon
    gate.few(8)                          # whether a mean or a correlation of eight respondents must be one

Each kind of output has its own gate and asks it in one place. Of a synthetic survey nothing is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from storbynav.disclosure.ledger import Counted
from storbynav.disclosure.policy import Output, Policy, policy
from storbynav.stats.disclosure import suppress
from storbynav.survey import Survey

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Lines:
    """What must be hidden of groups of respondents: cells (groups × categories), and the n of a group."""

    cells: Mask
    n: Mask


@dataclass(frozen=True)
class Gate:
    """A policy put to one kind of output; without a policy everything may be shown.

    A gate that `watches` hides nothing and notes what it would have hidden: for those who compare numbers
    before they decide what is shown.
    """

    policy: Policy | None
    watches: bool = False
    _noted: list[bool] = field(default_factory=list, compare=False)

    @classmethod
    def of(cls, survey: Survey, output: Output) -> Gate:
        """The gate for one kind of output of a survey."""
        if survey.synthetic:
            return cls(None)
        rules = policy()
        return cls(rules if output in rules.outputs else None)

    @property
    def closed(self) -> bool:
        """Whether there is anything that must not be shown."""
        return self.policy is not None

    def watching(self) -> Gate:
        """The same gate, hiding nothing and noting all."""
        return replace(self, watches=True, _noted=[])

    def take(self) -> bool:
        """Whether something would have been hidden since the last call."""
        noted = any(self._noted)
        self._noted.clear()
        return noted

    def note(self, hidden: bool) -> None:
        """Note what another gate would have hidden."""
        self._noted.append(hidden)

    def cells(self, counts: npt.ArrayLike, known: npt.ArrayLike | None = None) -> Mask:
        """Which cells of a table of counts to hide; `known`: cells that print has, which always stay."""
        table = np.asarray(counts)
        nothing: Mask = np.zeros(table.shape, dtype=bool)
        if self.policy is None or not table.size:
            return nothing
        fixed = np.asarray(known, dtype=bool) if known is not None else None
        hidden = suppress(table, self.policy.minimum_cell, totals=self.policy.complementary, known=fixed)
        return self._told(hidden, nothing)

    def lines(self, counts: npt.ArrayLike, known: npt.ArrayLike | None = None) -> Lines:
        """Groups (rows) by categories (columns), each group with its n beside it.

        The n of a group is hidden where it is too small, or where the n of the others would give one away;
        then no cell of the group is shown either.
        """
        table = np.atleast_2d(np.asarray(counts))
        fixed = np.asarray(known, dtype=bool) if known is not None else np.zeros(table.shape, dtype=bool)
        n = self.cells(table.sum(axis=1), fixed.any(axis=1))
        cells = self.cells(table, fixed) | (n[:, None] & ~fixed)
        return Lines(cells, n)

    def hides(self, counts: npt.ArrayLike, place: tuple[int, ...]) -> bool:
        """Whether one cell of a table of counts is hidden."""
        watched = replace(self, watches=False)
        return bool(self._told(np.array([watched.cells(counts)[place]]), np.zeros(1, dtype=bool))[0])

    def few(self, n: int) -> bool:
        """Whether a mean, spread, correlation or regression rests on too few respondents."""
        if self.policy is None:
            return False
        few = np.array([n < self.policy.minimum_respondents])
        return bool(self._told(few, np.zeros(1, dtype=bool))[0])

    def withholds(self, one: Counted) -> bool:
        """Whether the policy names this number as one to hide."""
        return self.policy is not None and not self.watches and one in self.policy.withhold

    def rounded(self, count: int) -> int:
        """A count as it may be shown."""
        return count if self.policy is None or self.watches else self.policy.rounded(count)

    def _told(self, hidden: Mask, nothing: Mask) -> Mask:
        if not self.watches:
            return hidden
        self._noted.append(bool(hidden.any()))
        return nothing
