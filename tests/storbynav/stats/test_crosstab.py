"""Cross-tables, overlaps and chi-square against pandas and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from storbynav.stats import StatisticsError, chi_square, cross_table, overlap
from storbynav.survey import Survey

pairs = st.lists(
    st.tuples(st.sampled_from([1.0, 2, np.nan]), st.sampled_from([1.0, 2, 3, np.nan])),
    min_size=1,
    max_size=60,
)


def test_as_pandas(survey: Survey) -> None:
    rows, columns = survey.frame["bg_arbeidsgiver"], survey.frame["int_team_sammensetning"]
    table = cross_table(rows, columns, (1, 2), (1, 2, 3))
    counts = pd.crosstab(rows, columns)
    np.testing.assert_array_equal(table["count"].to_numpy().reshape(2, 3), counts)
    np.testing.assert_allclose(
        table["row_share"].to_numpy().reshape(2, 3), pd.crosstab(rows, columns, normalize="index")
    )
    np.testing.assert_allclose(
        table["column_share"].to_numpy().reshape(2, 3), pd.crosstab(rows, columns, normalize="columns")
    )


@given(pairs)
def test_totals(drawn: list[tuple[float, float]]) -> None:
    a, b = np.array(drawn).T
    table = cross_table(a, b, (1, 2), (1, 2, 3))
    assert len(table) == 6
    assert table["count"].sum() == table["n"].iloc[0] == np.sum(~np.isnan(a) & ~np.isnan(b))
    assert (table.groupby("row")["count"].sum() == table.groupby("row")["row_n"].first()).all()
    assert (table.groupby("column")["count"].sum() == table.groupby("column")["column_n"].first()).all()
    filled = table[table["row_n"] > 0].groupby("row")["row_share"].sum()
    np.testing.assert_allclose(filled, 1)
    assert table.loc[table["row_n"] == 0, "row_share"].isna().all()


def test_crosstab_errors() -> None:
    with pytest.raises(StatisticsError, match="Koden 3 er ikke en av 1, 2"):
        cross_table([1, 2], [1, 3], (1, 2), (1, 2))
    with pytest.raises(StatisticsError, match="ikke like lange"):
        cross_table([1, 2], [1], (1, 2), (1,))


def test_overlap_by_hand(survey: Survey) -> None:
    kinds = {"bg_sosionom": [1], "bg_erfaring_sosialkontor": [1], "bg_jobber_vanskeligstilte": [1]}
    table = overlap(survey.frame, kinds)
    assert len(table) == 6
    for row in table.itertuples():
        members = survey.frame[survey.frame[row.of] == 1]
        answered = members[row.also].dropna()
        assert (row.n, row.count) == (len(answered), (answered == 1).sum())
        assert row.low <= row.share <= row.high
    # the same people are in «of and also» and in «also and of»
    count = table.set_index(["of", "also"])["count"]
    for a, b in count.index:
        assert count[a, b] == count[b, a]


def test_overlap_of_nobody() -> None:
    frame = pd.DataFrame({"a": [2.0, 2.0], "b": [1.0, np.nan]})
    table = overlap(frame, {"a": [1], "b": [1]}).set_index(["of", "also"])
    assert table.loc[("a", "b"), "n"] == 0
    assert np.isnan(table.loc[("a", "b"), "share"])


@pytest.mark.parametrize("seed", range(5))
def test_chi_square_as_scipy(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.choice([1.0, 2.0, np.nan], 200)
    b = rng.choice([1.0, 2.0, 3.0, 4.0, np.nan], 200)
    ours = chi_square(a, b)
    observed = pd.crosstab(pd.Series(a), pd.Series(b))
    theirs = scipy_stats.chi2_contingency(observed, correction=False)
    np.testing.assert_allclose([ours.chi2, ours.df, ours.p], [theirs.statistic, theirs.dof, theirs.pvalue])
    assert ours.cramers_v == pytest.approx(scipy_stats.contingency.association(observed, method="cramer"))
    assert ours.least_expected == pytest.approx(theirs.expected_freq.min())
    assert ours.n == observed.to_numpy().sum()


def test_chi_square_of_one_category() -> None:
    found = chi_square([1, 1, 1], [1, 2, 1])
    assert found.n == 3
    assert np.isnan([found.chi2, found.p, found.cramers_v]).all()
