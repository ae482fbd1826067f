"""What an analyst would call artificial at first look is not in the shipped survey.

With numpy and scipy alone: where values lie inside what print allows, how far «significant» is from its
limit, and whether offices differ on every battery.
"""

from __future__ import annotations

import csv

import numpy as np
import pytest
import yaml
from scipy import stats

from storbynav import paths


def rows(path: str) -> list[dict[str, str]]:
    with (paths.DATA / path).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


PEOPLE = rows("survey/survey.csv")
OFFICES = {row["office"]: row for row in rows("survey/offices.csv")}
PLAN = yaml.safe_load((paths.PUBLISHED / "reconstruction.yml").read_text(encoding="utf-8"))
ITEMS = [str(item["id"]) for item in PLAN["items"] if int(item["n"]) > 200 and int(item.get("points", 5)) > 3]
OFFICE = np.array([row["office"] for row in PEOPLE])


def column(name: str) -> np.ndarray:
    """A variable of the survey, or of the office of each respondent, as floats; NaN = missing."""
    if name in PEOPLE[0]:
        cells = [row[name] for row in PEOPLE]
    else:
        key = {
            "ko_ledermodell": "leader_model",
            "ko_leder_sosionom": "leader_sosionom",
            "ko_minimum": "minimum",
        }
        cells = [OFFICES[o][key.get(name, name)] if o else "" for o in OFFICE]
    return np.array([float(cell) if cell else np.nan for cell in cells])


def size_class() -> np.ndarray:
    answered = np.array([bool(o) and OFFICES[o]["leader_answers"] != "0" for o in OFFICE])
    return np.where(answered, column("size_class"), np.nan)


def icc(name: str) -> float:
    """Intraclass correlation by offices (analysis of variance)."""
    values = column(name)
    ok = ~np.isnan(values) & (OFFICE != "")
    _, group = np.unique(OFFICE[ok], return_inverse=True)
    sizes = np.bincount(group)
    k, n = len(sizes), len(group)
    means = np.bincount(group, values[ok]) / sizes
    between = (sizes * (means - values[ok].mean()) ** 2).sum() / (k - 1)
    within = ((values[ok] - means[group]) ** 2).sum() / (n - k)
    return float((between - within) / (between + ((n - (sizes**2).sum() / n) / (k - 1) - 1) * within))


def test_printed_correlations_lie_all_over_their_rounding_interval() -> None:
    places = []
    for table in ("v1_2", "v1_4", "v1_5"):
        for row in rows(f"published/table_{table}_correlations_long.csv"):
            names = row["row_var"], row["col_var"]
            if row["r"] and "ko_aarsverk_klasse" not in names:
                x, y = (column(name) for name in names)
                # Tabell 5 codes education the other way
                x, y = (
                    (3 - v if table == "v1_5" and n == "bg_sosionom" else v)
                    for v, n in ((x, names[0]), (y, names[1]))
                )
                ok = ~np.isnan(x) & ~np.isnan(y)
                places.append((np.corrcoef(x[ok], y[ok])[0, 1] - float(row["r"])) / 0.01 + 0.5)
    assert min(places) >= 0 and max(places) <= 1
    counts = np.histogram(places, bins=5, range=(0, 1))[0]
    assert counts.min() > 0.6 * counts.mean()
    assert stats.chisquare(counts).pvalue > 0.01


def test_what_words_call_significant_is_not_just_above_its_limit() -> None:
    over = []
    for row in PLAN["contrasts"]:
        low, high = row.get("share_t", (0, 0))
        limit = max(low, -high)
        if limit < 2 or row["by"] not in (
            "bg_arbeidsgiver",
            "bg_sosionom",
            "ko_ledermodell",
            "ko_aarsverk_klasse",
        ):
            continue
        group = size_class() if row["by"] == "ko_aarsverk_klasse" else column(row["by"])
        for item in row["items"]:
            values = column(item)
            agree = np.where(np.isnan(values), np.nan, values <= 2)
            first, second = (agree[(group == row[g]) & ~np.isnan(agree)] for g in ("first", "second"))
            over.append(abs(stats.ttest_ind(first, second).statistic) - limit)
    assert len(over) > 30
    assert min(over) >= 0
    assert np.mean(np.array(over) < 0.1) < 0.1
    assert np.median(over) > 0.5


@pytest.mark.parametrize("battery", ["sa", "led", "port", "int", "bel", "res", "maal", "stat"])
def test_offices_differ_on_every_battery(battery: str) -> None:
    found = [icc(name) for name in ITEMS if name.split("_")[0] == battery]
    assert 0.015 < np.median(found) < 0.13
    assert max(found) < 0.2


def test_every_answer_is_used_and_no_shape_has_two_tops() -> None:
    for item in PLAN["items"]:
        values = column(item["id"])
        counts = np.bincount(values[~np.isnan(values)].astype(int))[1:]
        assert len(counts) == int(item.get("points", 5)) and counts.min() > 0
        steps = np.sign(np.diff(counts))
        assert item["id"] == "int_tverrfaglige_team" or not any(
            a < 0 < b for k, a in enumerate(steps) for b in steps[k + 1 :]
        ), item["id"]
