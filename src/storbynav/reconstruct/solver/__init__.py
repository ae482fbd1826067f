"""The generic solver: swap answers until every target holds.

It knows nothing of this survey. It is given an integer matrix of answers (respondents x columns, 0 =
missing), the columns it may change, and targets as arrays (`Problem`). A move exchanges the answers of two
respondents in one column, so every column keeps its distribution and its pattern of missing answers; what
changes are the moments that targets are made of, and those are kept as whole numbers and updated by the move
alone (the cost of a move does not depend on the number of respondents).

Two kinds of wishes are kept apart. A *target* has a range; its loss is a hinge in units of half a printed
rounding interval, it must end at zero, and acceptance is that of simulated annealing (Kirkpatrick, Gelatt and
Vecchi 1983). An *aim* is one value inside or outside the range that the model would like best; it acts at
full strength at every temperature, as the logarithm of a Laplace density around that value, and never has to
be met. Without aims every value that only has to exceed a limit would end just above it, and what no target
holds would drift to pure chance.

Floating point enters only in evaluating targets from whole numbers, with +, -, *, / and the square root,
which IEEE 754 rounds the same everywhere; nothing is compiled with fast-math.
"""

from __future__ import annotations

from storbynav.reconstruct.solver.moments import group_moments, losses, pair_moments, regression_moments
from storbynav.reconstruct.solver.problem import (
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
    Regressions,
    Sums,
)
from storbynav.reconstruct.solver.search import Search, Solution
from storbynav.reconstruct.solver.statistics import (
    correlation,
    group_value,
    invert,
    outside,
    regression_values,
)

__all__ = [
    "ANOVA_F",
    "MEAN",
    "MEAN_T",
    "SHARE",
    "SHARE_GAP",
    "SHARE_GAP_ITEMS",
    "SHARE_T",
    "Groups",
    "Pairs",
    "Problem",
    "Regressions",
    "Search",
    "Solution",
    "Sums",
    "correlation",
    "group_moments",
    "group_value",
    "invert",
    "losses",
    "outside",
    "pair_moments",
    "regression_moments",
    "regression_values",
]
