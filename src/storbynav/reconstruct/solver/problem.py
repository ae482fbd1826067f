"""What the solver is given: answers, and targets as arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Int = NDArray[np.int64]
Float = NDArray[np.float64]

# kinds of group targets
SHARE = 0  # share of a group that agrees, per cent
MEAN = 1  # mean of a group
MEAN_T = 2  # t of the difference of two groups' means (first minus second)
SHARE_T = 3  # t of the difference of two groups' agreeing shares
SHARE_GAP = 4  # difference of two groups' agreeing shares, percentage points
ANOVA_F = 5  # one-way F over the groups a, a+1, ... (count in b)
SHARE_GAP_ITEMS = 6  # difference of the shares of two items (this and `c2`) in group a


class Pairs(NamedTuple):
    """Correlations of two columns, pairwise: range, unit of loss, aim and its pull (1 / scale, 0 = none)."""

    a: Int
    b: Int
    lo: Float
    hi: Float
    unit: Float
    aim: Float
    pull: Float


class Groups(NamedTuple):
    """Statistics of one or two groups (`kind`, see above) in a column."""

    kind: Int
    col: Int
    col2: Int
    a: Int
    b: Int
    lo: Float
    hi: Float
    unit: Float
    aim: Float
    pull: Float


class Regressions(NamedTuple):
    """Rows of standardised betas: the range of each beta, of F, and of each t."""

    col: Int
    x: Int  # (regressions, respondents, predictors), zero where not complete
    use: NDArray[np.bool_]  # (regressions, respondents)
    rinv: Float  # (regressions, predictors, predictors)
    lo: Float  # (regressions, predictors + 1 + predictors): beta, F, t
    hi: Float
    unit: Float


class Sums(NamedTuple):
    """Aims for the sum of a column's answers in a group: (columns, groups) values and pulls, 0 = none."""

    aim: Float
    pull: Float


@dataclass
class Problem:
    """Answers and targets as arrays.

    answers: (respondents, columns) int64, 0 = missing. movable: columns that may change. agree: (columns,
    codes + 1) int64, 1 where a code counts as agreeing in that column.
    members: (respondents, partitions) int64, the group a respondent belongs to in each partition, -1 = none;
    group numbers run through all partitions.
    """

    answers: Int
    movable: Int
    agree: Int
    members: Int
    group_count: int
    pairs: Pairs
    groups: Groups
    regressions: Regressions
    sums: Sums
    labels: list[str] = field(default_factory=list)
