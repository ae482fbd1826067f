"""A search: the state that several annealing rounds share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from storbynav.formatting import number
from storbynav.reconstruct.rng import State, exponential_table
from storbynav.reconstruct.solver.moments import group_moments, losses, pair_moments, regression_moments
from storbynav.reconstruct.solver.moves import Columns, anneal
from storbynav.reconstruct.solver.problem import Float, Int, Problem

CHUNK = 500_000  # proposals between two looks at whether everything is met


def _by_column(columns: int, *owners: Int) -> tuple[Int, Int]:
    """For each column the targets it takes part in, as a padded matrix and counts."""
    lists: list[list[int]] = [[] for _ in range(columns)]
    for target in range(len(owners[0])):
        for column in sorted({int(owner[target]) for owner in owners}):
            lists[column].append(target)
    width = max(1, max(len(found) for found in lists))
    table = np.zeros((columns, width), dtype=np.int64)
    for column, found in enumerate(lists):
        table[column, : len(found)] = found
    return table, np.array([len(found) for found in lists], dtype=np.int64)


@dataclass
class Solution:
    """Answers and the loss of every target (same order as the problem's labels)."""

    answers: Int
    loss: Float


class Search:
    """A search under way: state that several annealing runs share."""

    def __init__(self, problem: Problem, state: State) -> None:
        """Compute all moments of `problem` from scratch."""
        self.problem = problem
        self.state = state
        self.answers = problem.answers.copy()
        count = self.answers.shape[1]
        rows = [np.nonzero(self.answers[:, c])[0] for c in range(count)]
        padded = np.zeros((count, self.answers.shape[0]), dtype=np.int64)
        for c, found in enumerate(rows):
            padded[c, : len(found)] = found
        self._columns = Columns(
            padded,
            np.array([len(found) for found in rows], dtype=np.int64),
            *_by_column(count, problem.pairs.a, problem.pairs.b),
            *_by_column(count, problem.groups.col, problem.groups.col2),
            *_by_column(count, problem.regressions.col),
        )
        self._expo = exponential_table()
        self.recompute()

    def recompute(self) -> None:
        """Moments and losses from the answers alone."""
        p = self.problem
        r = p.regressions
        self.moments = (
            pair_moments(self.answers, p.pairs.a, p.pairs.b),
            group_moments(self.answers, p.members, p.group_count, p.agree),
            regression_moments(self.answers, r.col, r.x, r.use),
        )
        self.loss, self.gap = losses(self.moments, p.pairs, p.groups, r)

    @property
    def missed(self) -> int:
        """Number of targets that do not hold."""
        return int((self.loss > 0.0).sum())

    def run(
        self, steps: int, t_start: float, t_end: float, strength: float = 1.0, at_once: bool = False
    ) -> int:
        """Anneal, at most `steps` proposals and no longer than targets are missed; returns accepted moves.

        Whether they are is looked at between chunks, so that aims go on to act; `at_once` stops at the first
        state that meets every target, which a small survey may pass only while it is warm.
        """
        p = self.problem
        accepted = done = 0
        while done < steps and self.missed:
            chunk = min(CHUNK, steps - done)
            accepted += int(
                anneal(
                    self.answers,
                    p.movable,
                    p.agree,
                    p.members,
                    self._columns,
                    self.moments,
                    (self.loss, self.gap),
                    p.pairs,
                    p.groups,
                    p.regressions,
                    p.sums,
                    self.state,
                    self._expo,
                    chunk,
                    (float(done), float(steps), t_start, t_end, strength, float(at_once)),
                )
            )
            done += chunk
        return accepted

    def solve(
        self, rounds: list[tuple[int, float, float, float, bool]], say: Callable[[str], None]
    ) -> Solution:
        """Run annealing rounds (arguments of `run`) until no target is missed."""
        for turn, (steps, t_start, t_end, strength, at_once) in enumerate(rounds, 1):
            self.run(steps, t_start, t_end, strength, at_once)
            left = f"{self.missed} mål gjenstår av {len(self.loss)}, tap {number(float(self.loss.sum()), 2)}"
            say(f"  runde {turn}: {left}")
            if not self.missed:
                break
        return Solution(self.answers, self.loss.copy())
