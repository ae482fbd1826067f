"""The example «Lesevaner»: an invented survey, made from its own folder of facts alone.

Printed numbers are read from the folder and recomputed with numpy and scipy from survey.csv, by code that
shares nothing with the reconstruction.
"""

from __future__ import annotations

import csv
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyreadstat
import pytest
import yaml
from scipy import stats

from storbynav import cli, paths
from storbynav.reconstruct.impossible import proven, read_entries
from storbynav.reconstruct.output import write
from storbynav.reconstruct.run import reconstruct

EXAMPLE = paths.ROOT / "examples" / "lesevaner" / "data"
FACTS, SHIPPED = EXAMPLE / "published", EXAMPLE / "survey"
PLAN = yaml.safe_load((FACTS / "reconstruction.yml").read_text(encoding="utf-8"))
LEVELS = (0.05, 0.01)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


class Answers:
    """Columns of survey.csv, NaN = missing."""

    def __init__(self, folder: Path) -> None:
        read = rows(folder / "survey.csv")
        self.columns = {n: np.array([float(r[n]) if r[n] else np.nan for r in read]) for n in read[0]}

    def __getitem__(self, name: str) -> np.ndarray:
        return self.columns[name]

    def of(self, name: str, **groups: int) -> np.ndarray:
        """Valid answers, in groups."""
        inside = ~np.isnan(self[name])
        for by, code in groups.items():
            inside &= self[by] == code
        return self[name][inside]


def prints_as(value: float, printed: float, decimals: int) -> bool:
    """Rounded half away from zero, as print does."""
    return bool(np.floor(abs(value) * 10**decimals + 0.5 + 1e-9) == round(abs(printed) * 10**decimals))


def agree(answers: np.ndarray) -> float:
    return 100 * float((answers <= 2).mean())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lesevaner")
    assert cli.main(["reconstruct", "--published", str(FACTS), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def survey(made: Path) -> Answers:
    return Answers(made)


def test_the_shipped_files_are_those_of_the_facts(made: Path) -> None:
    for name in ("survey.csv", "survey.sav", "manifest.yml", "provenance.yml"):
        assert (made / name).read_bytes() == (SHIPPED / name).read_bytes(), name
    manifest = yaml.safe_load((made / "manifest.yml").read_text(encoding="utf-8"))
    assert manifest["calibrated"] is True
    assert "oppdiktet" in manifest["survey"]
    assert [e["impossible"] for e in manifest["printed"].values() if e["impossible"]] == [
        ["k2_3_figur:sp_arrangement:3"]
    ]


def test_who_answered(survey: Answers) -> None:
    assert len(survey["id"]) == PLAN["respondents"]
    for variable in PLAN["background"]:
        for category in variable["categories"]:
            assert int((survey[variable["id"]] == category["code"]).sum()) == category["n"]
        assert int(np.isnan(survey[variable["id"]]).sum()) == variable.get("missing", 0)


def test_tables_of_two_background_variables(survey: Answers) -> None:
    for told in PLAN["crosstabs"]:
        first, second = survey[told["rows"]], survey[told["columns"]]
        for a, line in told.get("counts", told.get("percent")).items():
            for b, cell in line.items():
                count = int(((first == a) & (second == b)).sum())
                if "percent" in told:
                    whole = int(((first == a) & ~np.isnan(second)).sum())
                    assert prints_as(100 * count / whole, cell, told["decimals"])
                else:
                    lo, hi = cell if isinstance(cell, list) else (cell, cell)
                    assert lo <= count <= hi, (told["source"], a, b)


@pytest.mark.parametrize("item", PLAN["items"], ids=lambda item: item["id"])
def test_n_and_share_of_each_question(survey: Answers, item: dict[str, Any]) -> None:
    answers = survey.of(item["id"])
    assert len(answers) == item["n"]
    assert set(np.unique(answers)) <= {1, 2, 3, 4, 5}
    if "printed" in item["agree"]:
        assert prints_as(agree(answers), item["agree"]["printed"], item["agree"]["decimals"])
    else:
        lo, hi = item["agree"]["range"]
        assert lo <= agree(answers) <= hi


def test_means_and_standard_deviations(survey: Answers) -> None:
    for row in rows(FACTS / "table_k2_1_correlations_matrix.csv"):
        assert prints_as(survey.of(row["var"]).mean(), float(row["mean"]), 2)
        assert prints_as(survey.of(row["var"]).std(ddof=1), float(row["sd"]), 3)


def test_correlations_and_stars(survey: Answers) -> None:
    for row in rows(FACTS / "table_k2_1_correlations_long.csv"):
        a, b = survey[row["row_var"]], survey[row["col_var"]]
        both = ~np.isnan(a) & ~np.isnan(b)
        test = stats.pearsonr(a[both], b[both])
        assert prints_as(test.statistic, float(row["r"]), 2) and test.statistic * float(row["r"]) >= 0
        assert sum(test.pvalue < level for level in LEVELS) == len(row["stars"])


def test_the_regression(survey: Answers) -> None:
    names = PLAN["regressions"][0]["predictors"]
    (row,) = rows(FACTS / "table_k2_2_regression.csv")
    columns = [survey[name] for name in (*names, row["dv"])]
    use = ~np.isnan(columns).any(axis=0)
    z = np.column_stack([(c[use] - c[use].mean()) / c[use].std(ddof=1) for c in columns])
    x, y = z[:, :-1], z[:, -1]
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    df2 = int(use.sum()) - len(names) - 1
    r2 = 1 - float(((y - x @ beta) ** 2).sum() / (y**2).sum())
    se = np.sqrt((1 - r2) / df2 * np.diag(np.linalg.inv(x.T @ x / (len(y) - 1))))
    assert df2 == int(row["df2"])
    assert prints_as(r2, float(row["R2"]), 2)
    assert prints_as(r2 / len(names) / ((1 - r2) / df2), float(row["F"]), 1)
    for name, b, s in zip(names, beta, se, strict=True):
        assert prints_as(b, float(row[f"beta_{name}"]), 2)
        p = 2 * stats.t.sf(abs(b / s), df2)
        assert sum(p < level for level in LEVELS) == len(row[f"stars_{name}"])


def test_differences_between_groups(survey: Answers) -> None:
    tried = 0
    for told in PLAN["contrasts"]:
        if "significant" not in told:
            continue
        for item in told["items"]:
            first, second = (survey.of(item, **{told["by"]: told[k]}) for k in ("first", "second"))
            for kind in told["test"]:
                pair = (first <= 2, second <= 2) if kind == "share" else (-first, -second)
                test = stats.ttest_ind(*pair)
                if told["significant"] is False:
                    assert test.pvalue > 0.05
                else:
                    assert test.pvalue < told["significant"] and test.statistic > 0
                tried += 1
    assert tried == 6
    for told in PLAN["shares"]:
        share = agree(survey.of(told["item"], **{told["by"]: told["group"]}))
        if "printed" in told:
            assert prints_as(share, told["printed"], told["decimals"])
        else:
            assert told["range"][0] <= share <= told["range"][1]
    for told in PLAN["means"]:
        answers = survey.of(told["item"], **{told["by"]: told["group"]})
        assert prints_as(answers.mean(), told["printed"], told["decimals"])


def test_the_order_of_the_branches(survey: Answers) -> None:
    for item, order in PLAN["orders"]["items"].items():
        shares = [agree(survey.of(item, filial=branch)) for branch in order]
        assert all(a - b >= PLAN["orders"]["gap"] - 1e-9 for a, b in pairwise(shares))


def test_the_impossible_number_is_proven_and_not_met(survey: Answers) -> None:
    (entry,) = read_entries(FACTS)
    assert proven(entry)
    assert not prints_as(agree(survey.of("sp_arrangement", filial=3)), 43.7, 1)


def test_the_spss_file_has_the_labels_of_the_facts(made: Path, survey: Answers) -> None:
    frame, meta = pyreadstat.read_sav(str(made / "survey.sav"))
    assert "oppdiktet" in meta.file_label
    assert meta.column_names_to_labels["sp_ro"] == "Det er rolig nok til å lese her"
    assert meta.variable_value_labels["sp_ro"][5.0] == "helt uenig"
    assert meta.variable_value_labels["filial"][2.0] == "Havna"
    assert meta.variable_measure["sp_ro"] == "ordinal"
    for name in survey.columns:
        if name != "id":
            np.testing.assert_array_equal(frame[name].to_numpy(), survey[name], err_msg=name)


def test_a_new_wave_is_a_new_folder_and_no_new_code(tmp_path: Path) -> None:
    """Other printed numbers: the survey follows them."""
    folder = tmp_path / "wave"
    shutil.copytree(FACTS, folder)

    def edit(name: str, old: str, new: str) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, old
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    edit("reconstruction.yml", "n: 236, agree: {printed: 40,", "n: 231, agree: {printed: 51,")
    edit("reconstruction.yml", "n: 230, agree: {range: [28, 31]}", "n: 230, agree: {range: [34, 36]}")
    edit(
        "reconstruction.yml",
        "{code: 1, label: ja, n: 198}, {code: 2, label: nei, n: 42}",
        "{code: 1, label: ja, n: 196}, {code: 2, label: nei, n: 44}",
    )
    edit("reconstruction.yml", "4: {1: 35, 2: 16}", "4: {1: 33, 2: 18}")
    edit("table_k2_1_correlations_long.csv", '",41**",0.41,**,12\n3,2', '",30**",0.30,**,12\n3,2')
    edit(
        "table_k2_1_correlations_long.csv",
        '5,4,sp_anbefale,sp_trivsel,",38**",0.38',
        '5,4,sp_anbefale,sp_trivsel,",47**",0.47',
    )
    wrong = [c for c in write(reconstruct(folder, None, lambda line: None), tmp_path / "out") if not c.met]
    assert [check.id for check in wrong] == ["k2_3_figur:sp_arrangement:3"]
    wave = Answers(tmp_path / "out")
    assert len(wave.of("sp_aapningstid")) == 231
    assert prints_as(agree(wave.of("sp_aapningstid")), 51, 0)
    assert 34 <= agree(wave.of("sp_arrangement")) <= 36
    assert int((wave["laanekort"] == 2).sum()) == 44
    for a, b, r in (("sp_ro", "sp_utvalg", 0.30), ("sp_anbefale", "sp_trivsel", 0.47)):
        both = ~np.isnan(wave[a]) & ~np.isnan(wave[b])
        assert prints_as(np.corrcoef(wave[a][both], wave[b][both])[0, 1], r, 2)


def test_another_seed_gives_another_survey_of_the_same_numbers(made: Path, tmp_path: Path) -> None:
    checks = write(reconstruct(FACTS, 3, lambda line: None), tmp_path)
    assert [check.id for check in checks if not check.met] == ["k2_3_figur:sp_arrangement:3"]
    assert (tmp_path / "survey.csv").read_bytes() != (made / "survey.csv").read_bytes()
