"""A survey that exists is printed, and the reconstruction meets all that was printed of it.

Since the survey exists, nothing printed of it can contradict anything else: whatever is missed is the
program's fault.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storbynav.reconstruct.output import write
from storbynav.reconstruct.run import reconstruct
from tests.fuzz import fuzz
from tests.storbynav.reconstruct.small import invented, regression_row, table, write_facts


@pytest.mark.fuzz
@fuzz(4)
@given(
    seed=st.integers(0, 10_000),
    # in a smaller survey, or with three categories, r moves in steps wider than its printed interval, and who
    # skipped what decides whether any step lies in it
    people=st.integers(150, 260),
    items=st.integers(2, 4),
    points=st.integers(4, 7),
    groups=st.integers(2, 6),
    missing=st.sampled_from([0.0, 0.03, 0.06]),
)
def test_what_is_printed_of_a_survey_is_met(
    seed: int, people: int, items: int, points: int, groups: int, missing: float
) -> None:
    survey = invented(seed, people, items, points, groups, missing)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        predictors = ["kjonn", "alder"]
        told = {"table": "t3", "file": "t3.csv", "predictors": predictors}
        write_facts(folder, survey, points, regressions=[told])
        header, row = regression_row(survey, "q_0", predictors)
        table(folder / "t3.csv", header, [row])
        result = reconstruct(folder, None, lambda line: None)
        checks = write(result, folder / "out")
    assert len(checks) > 30
    assert [(check.id, check.printed, check.value) for check in checks if not check.met] == []
    assert [target.id for target in result.missed] == []
