"""The regressions of a table, fitted on its own coding of the variables."""

from __future__ import annotations

from storbynav.catalogue import TableRow
from storbynav.stats.regression import Regression, ols
from storbynav.survey import Survey


def regressions(row: TableRow, survey: Survey) -> dict[str, Regression]:
    """One fit per outcome of the table, by item id, in print order."""
    predictors = [predictor.item for predictor in row.predictors]
    outcomes = [outcome.item for outcome in row.outcomes]
    frame = survey.for_table([*outcomes, *predictors], row.id)
    one, *more = row.levels
    two = more[0] if more else None
    return {outcome: ols(frame, outcome, predictors, one=one, two=two) for outcome in outcomes}
