"""People from counts, cross tables and correlations, in groups with properties of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from storbynav.reconstruct.background import populations
from storbynav.reconstruct.check import Check
from storbynav.reconstruct.output import write
from storbynav.reconstruct.population import UNKNOWN
from storbynav.reconstruct.reading import read
from storbynav.reconstruct.rounding import round_half_up
from storbynav.reconstruct.run import reconstruct
from storbynav.reconstruct.written import Written, csv_rows
from tests.storbynav.reconstruct.small import Codes, invented, plan_of, regression_row, table, write_facts

POINTS, PLACES = 5, ("nord", "sor", "ost", "vest")
BIG = {"nord": 1, "sor": 0, "ost": 1, "vest": 0}


def survey() -> dict[str, Codes]:
    """An invented survey in four places of two sizes (`stor`: 1 = yes, 2 = no here, as 0 means missing)."""
    found = invented(4, 200, 3, POINTS, 4, 0.03)
    sizes = np.array([0, *(2 - BIG[name] for name in PLACES)])
    return found | {"stor": sizes[found["sted"]]}


def plan(found: dict[str, Codes]) -> dict[str, Any]:
    told = plan_of(found, POINTS)
    for category, name in zip(told["background"][0]["categories"], PLACES, strict=True):
        category |= {"code": name, "label": name.capitalize()}
    told["background"].append(
        {
            "id": "stor",
            "of": "sted",
            "categories": [{"code": 0, "label": "liten"}, {"code": 1, "label": "stor"}],
            "values": BIG,
        }
    )
    women = found["kjonn"] == 1
    share = {
        place: round_half_up(100 * float((women & here).sum() / ((found["kjonn"] > 0) & here).sum()), 0)
        for k, place in enumerate(PLACES, 1)
        for here in [found["sted"] == k]
    }
    told["crosstabs"].append(
        {"source": "t4", "rows": "sted", "columns": "kjonn", "percent": {p: {1: s} for p, s in share.items()}}
    )
    big = (found["stor"] == 1) & (found["q_1"] > 0)
    told["shares"] = [
        {
            "source": "t5",
            "item": "q_1",
            "by": "stor",
            "group": 1,
            "n": int(big.sum()),
            "printed": round_half_up(100 * float((found["q_1"][big] <= 2).mean()), 1),
            "decimals": 1,
        }
    ]
    men = (found["kjonn"] == 2) & (found["q_2"] > 0)
    told["means"] = [
        {
            "source": "t5",
            "item": "q_2",
            "by": "kjonn",
            "group": 2,
            "printed": round_half_up(float(found["q_2"][men].mean()), 2),
        }
    ]
    return told


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Check]]:
    folder = tmp_path_factory.mktemp("places")
    found = survey()
    told = plan(found)
    header, row = regression_row(found, "q_0", ["kjonn", "stor"])
    # the plan has 0/1 where the survey above has 2/1: the sign of that predictor turns
    at = header.index("beta_stor")
    row[at] = f"{-float(row[at]) + 0.0:.2f}"
    table(folder / "t3.csv", header, [row])
    told["regressions"] = [{"table": "t3", "file": "t3.csv", "predictors": ["kjonn", "stor"]}]
    write_facts(folder, found, POINTS)
    (folder / "reconstruction.yml").write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return folder, write(reconstruct(folder, None, lambda line: None), folder / "out")


def test_everything_printed_is_met(made: tuple[Path, list[Check]]) -> None:
    assert [(c.id, c.printed, c.value) for c in made[1] if not c.met] == []
    groups = {check.group for check in made[1]}
    assert {"background", "t0", "t1", "t2", "t3", "t4", "t5", "items"} <= groups


def test_groups_have_their_own_file_and_names(made: tuple[Path, list[Check]]) -> None:
    out = made[0] / "out"
    assert csv_rows(out / "sted.csv")[0] == {"sted": "nord", "navn": "Nord", "stor": "1"}
    people = Written(out / "survey.csv", ("sted",))
    assert set(people["sted"]) == set(PLACES)
    for name, size in BIG.items():
        assert (people["stor"][people["sted"] == name] == size).all()


def test_people_meet_margins_tables_and_correlations_before_they_answer(
    made: tuple[Path, list[Check]],
) -> None:
    facts = read(made[0])
    people = next(populations(facts, lambda line: None))
    found = survey()
    assert people.clusters == PLACES
    assert np.bincount(people.columns["alder"]).tolist() == np.bincount(found["alder"]).tolist()
    assert int((people.columns["kjonn"] == UNKNOWN).sum()) == int((found["kjonn"] == 0).sum())
    for a in (1, 2, 3):
        for b in (1, 2):
            inside = (people.columns["alder"] == a) & (people.columns["kjonn"] == b)
            assert int(inside.sum()) == int(((found["alder"] == a) & (found["kjonn"] == b)).sum())


def test_a_survey_without_groups_or_tables_is_a_survey(tmp_path: Path) -> None:
    found = survey()
    told = plan_of(found, POINTS)
    told = {k: v for k, v in told.items() if k not in ("cluster", "crosstabs", "correlations")}
    told["background"] = told["background"][1:2]
    write_facts(tmp_path, found, POINTS)
    (tmp_path / "reconstruction.yml").write_text(yaml.safe_dump(told), encoding="utf-8")
    checks = write(reconstruct(tmp_path, None, lambda line: None), tmp_path / "out")
    assert checks and all(check.met for check in checks)
    header = (tmp_path / "out" / "survey.csv").read_text(encoding="utf-8").split("\n", 1)[0]
    assert header == "id,kjonn,q_0,q_1,q_2"
