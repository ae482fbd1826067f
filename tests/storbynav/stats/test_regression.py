"""Regressions against normal equations on standardised data, pingouin and other paths of statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats as scipy_stats
from statsmodels.formula.api import ols as formula_ols
from statsmodels.stats.outliers_influence import variance_inflation_factor

from storbynav.stats import StatisticsError, correlate, ols, regressions
from storbynav.stats.regression import vif
from storbynav.survey import Survey

PREDICTORS = [
    "ko_ledermodell",
    "ko_aarsverk_klasse",
    "ko_antall_tjenester",
    "bg_sosionom",
    "ko_leder_sosionom",
]


@pytest.fixture(scope="module")
def frame(survey: Survey) -> pd.DataFrame:
    return survey.for_table([*PREDICTORS, "sa_ip", "led_folger"], "v1_3")


@pytest.mark.parametrize("dependent", ["sa_ip", "led_folger"])
def test_as_normal_equations_on_z_scores(frame: pd.DataFrame, dependent: str) -> None:
    ours = ols(frame, dependent, PREDICTORS)
    data = frame[[dependent, *PREDICTORS]].dropna().to_numpy()
    assert ours.n == len(data)
    z = (data - data.mean(axis=0)) / data.std(axis=0, ddof=1)
    y, x = z[:, 0], z[:, 1:]
    n, k = x.shape
    beta = np.linalg.solve(x.T @ x, x.T @ y)
    r2 = 1 - ((y - x @ beta) ** 2).sum() / (y**2).sum()
    np.testing.assert_allclose(ours.coefficients["beta"], beta, atol=1e-12)
    f = r2 / k / ((1 - r2) / (n - k - 1))
    np.testing.assert_allclose(
        [ours.r2, ours.adjusted_r2, ours.f, ours.p, ours.df1, ours.df2],
        [r2, 1 - (1 - r2) * (n - 1) / (n - k - 1), f, scipy_stats.f.sf(f, k, n - k - 1), k, n - k - 1],
        rtol=1e-9,
    )


def test_as_pingouin(frame: pd.DataFrame) -> None:
    ours = ols(frame, "sa_ip", PREDICTORS)
    data = frame[["sa_ip", *PREDICTORS]].dropna()
    theirs = pingouin.linear_regression(data[PREDICTORS], data["sa_ip"])
    assert ours.intercept == pytest.approx(theirs["coef"][0])
    for own, column in (
        ("b", "coef"),
        ("se", "se"),
        ("t", "T"),
        ("p", "pval"),
        ("low", "CI2.5"),
        ("high", "CI97.5"),
    ):
        column = column if column in theirs else f"CI[{column[2:]}%]"
        np.testing.assert_allclose(ours.coefficients[own], theirs[column][1:], rtol=1e-8, atol=1e-12)


def test_as_formula_interface(frame: pd.DataFrame) -> None:
    ours = ols(frame, "sa_ip", PREDICTORS)
    theirs = formula_ols("sa_ip ~ " + " + ".join(PREDICTORS), frame).fit()
    np.testing.assert_allclose(ours.coefficients["p"], theirs.pvalues[PREDICTORS], rtol=1e-9)
    assert ours.residual_sd == pytest.approx(np.sqrt(theirs.scale))


def test_vif_as_statsmodels(frame: pd.DataFrame) -> None:
    ours = ols(frame, "sa_ip", PREDICTORS).coefficients["vif"]
    x = frame[["sa_ip", *PREDICTORS]].dropna()[PREDICTORS].to_numpy()
    design = np.column_stack([np.ones(len(x)), x])
    theirs = [variance_inflation_factor(design, i + 1) for i in range(len(PREDICTORS))]
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    assert vif(x[:, :1]) == pytest.approx(1)


@pytest.mark.parametrize("seed", range(5))
def test_recoding_turns_only_the_signs_of_its_own_coefficient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.integers(1, 6, (90, 4)).astype(float), columns=list("yabc"))
    frame = frame.mask(rng.random(frame.shape) < 0.1)
    plain = ols(frame, "y", ["a", "b", "c"])
    turned = ols(frame.assign(b=6 - frame["b"]), "y", ["a", "b", "c"])
    np.testing.assert_allclose(
        turned.coefficients["beta"], plain.coefficients["beta"] * [1, -1, 1], atol=1e-12
    )
    reversed_y = ols(frame.assign(y=10 - 2 * frame["y"]), "y", ["a", "b", "c"])
    np.testing.assert_allclose(reversed_y.coefficients["beta"], -plain.coefficients["beta"], atol=1e-12)
    for other in (turned, reversed_y):
        np.testing.assert_allclose([other.r2, other.f], [plain.r2, plain.f], rtol=1e-9)


def test_one_predictor_is_a_correlation(frame: pd.DataFrame) -> None:
    fit, r = ols(frame, "sa_ip", ["bg_sosionom"]), correlate(frame["sa_ip"], frame["bg_sosionom"])
    assert fit.row("bg_sosionom")["beta"] == pytest.approx(r.r)
    assert fit.row("bg_sosionom")["p"] == pytest.approx(r.p)
    assert fit.r2 == pytest.approx(r.r**2)


def test_stars() -> None:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"a": rng.normal(size=80), "b": rng.normal(size=80)})
    frame["y"] = 2 * frame["a"] + rng.normal(size=80)
    one = ols(frame, "y", ["a", "b"]).coefficients
    assert one["stars"].tolist() == ["*", "*" if one["p"][1] < 0.05 else ""]
    assert ols(frame, "y", ["a", "b"], two=0.01).row("a")["stars"] == "**"


def test_table_of_regressions(frame: pd.DataFrame) -> None:
    table = regressions(frame, ["sa_ip", "led_folger"], PREDICTORS)
    assert list(table["dependent"]) == ["sa_ip"] * 5 + ["led_folger"] * 5
    single = ols(frame, "led_folger", PREDICTORS)
    rows = table[table["dependent"] == "led_folger"]
    np.testing.assert_array_equal(rows["beta"], single.coefficients["beta"])
    assert set(rows["f"]) == {single.f}
    assert set(rows["df2"]) == {single.df2}


def test_errors(frame: pd.DataFrame) -> None:
    with pytest.raises(StatisticsError, match="har ikke kolonnen 'alder'"):
        ols(frame, "sa_ip", ["alder"])
    with pytest.raises(StatisticsError, match="forklare seg selv"):
        ols(frame, "sa_ip", ["sa_ip"])
    with pytest.raises(StatisticsError, match="minst én uavhengig"):
        ols(frame, "sa_ip", [])
    with pytest.raises(StatisticsError, match="bg_sosionom er den samme for alle"):
        ols(frame[frame["bg_sosionom"] == 1], "sa_ip", PREDICTORS)
    with pytest.raises(StatisticsError, match="trenger minst 7 som har svart på alt, men bare 0"):
        ols(frame.assign(bg_sosionom=np.nan), "sa_ip", PREDICTORS)
    twice = frame.assign(same=3 - frame["ko_ledermodell"])
    with pytest.raises(StatisticsError, match="ko_ledermodell er gitt av de andre"):
        ols(twice, "sa_ip", ["ko_ledermodell", "bg_sosionom", "same"])
    with pytest.raises(StatisticsError, match="alder er ikke med i regresjonen av sa_ip"):
        ols(frame, "sa_ip", PREDICTORS).row("alder")
