"""Facts that are wrong: every message names file and entry, says what is wrong and what to do."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.output import write
from storbynav.reconstruct.run import reconstruct
from tests.storbynav.reconstruct.small import invented, plan_of, regression_row, table, write_facts

POINTS = 5
SURVEY = invented(1, 160, 3, POINTS, 4, 0.05)
PLAN = plan_of(SURVEY, POINTS)

Change = Callable[[dict[str, Any]], Any]


def setting(*path: Any, to: Any) -> Change:
    """A change of one value of the plan."""

    def change(plan: dict[str, Any]) -> None:
        for key in path[:-1]:
            plan = plan[key]
        plan[path[-1]] = to

    return change


def adding(key: str, *entries: dict[str, Any]) -> Change:
    def change(plan: dict[str, Any]) -> None:
        plan[key] = [*plan.get(key, []), *entries]

    return change


def without(*path: Any) -> Change:
    def change(plan: dict[str, Any]) -> None:
        for key in path[:-1]:
            plan = plan[key]
        del plan[path[-1]]

    return change


SHARE = {"source": "t3", "item": "q_0", "by": "kjonn", "group": 1}
GAP = {"source": "t3", "by": "kjonn", "first": 1, "second": 2, "items": ["q_0"], "significant": 0.05}

CASES: dict[str, tuple[Change, list[str]]] = {
    "no seed": (without("seed"), ["reconstruction.yml: mangler seed"]),
    "seed in words": (setting("seed", to="fem"), ["seed er 'fem'", "helt tall"]),
    "another format": (setting("format", to=2), ["format er 2", "format: 1"]),
    "items no list": (setting("items", to={"id": "q_0"}), ["items", "liste"]),
    "an unknown stage": (
        setting("design", to="kontor"),
        ["design: kontor finnes ikke", "background, offices"],
    ),
    "a table that is not there": (
        setting("correlations", 0, "file", to="borte.csv"),
        ["borte.csv: filen mangler", "Legg den der"],
    ),
    "a column that is not there": (
        setting("moments", 0, "file", to="t2_correlations.csv"),
        ["t2_correlations.csv: kolonnen var mangler", "row_var"],
    ),
    "an item twice": (setting("items", 1, "id", to="q_0"), ["q_0 står to ganger"]),
    "nobody asked": (setting("items", 0, "n", to=0), ["items.q_0", "aldri besvart"]),
    "more answers than people": (
        setting("items", 0, "n", to=500),
        ["items.q_0", "160 fikk spørsmålet", "Rett n"],
    ),
    "no distribution": (
        setting("items", 0, to={"id": "q_0", "n": 150}),
        ["items.q_0", "ingenting sier hvordan", "agree: {range: [40, 60]}"],
    ),
    "a share that no count gives": (
        setting("items", 0, to={"id": "q_0", "n": 7, "agree": {"printed": 50.5, "decimals": 1}}),
        ["items.q_0", "intet antall av n = 7", "impossible.yml"],
    ),
    "a share beyond 100": (
        setting("items", 0, "agree", to={"printed": 140, "decimals": 0}),
        ["items.q_0.agree", "ingen prosent"],
    ),
    "counts that do not add up": (
        setting("items", 0, to={"id": "q_0", "n": 150, "counts": [1, 2, 3, 4, 5]}),
        ["items.q_0.counts", "150 til sammen"],
    ),
    "an unknown scale": (setting("items", 0, "scale", to="enig7"), ["items.q_0.scale", "enig7 finnes ikke"]),
    "agreeing in the middle": (
        setting("items", 0, "agreement", to=[2, 3]),
        ["items.q_0.agreement", "den ene enden av skalaen 1-5"],
    ),
    "M without a row": (setting("items", 0, "table", to="t9"), ["items.q_0", "t9 har ingen rad med M"]),
    "an unknown factor": (
        setting("items", 0, "factors", to={"trivsel": 0.5}),
        ["items.q_0.factors", "trivsel finnes ikke"],
    ),
    "groups that are no variable": (setting("cluster", to="bydel"), ["cluster: bydel", "background"]),
    "categories beyond the respondents": (
        setting("background", 1, "categories", 0, "n", to=400),
        ["background.kjonn", "blir ikke 160"],
    ),
    "a code twice": (
        setting("background", 1, "categories", to=[{"code": 1, "n": 10}, {"code": 1, "n": 20}]),
        ["background.kjonn", "koden 1 står to ganger"],
    ),
    "a crosstab of nothing": (
        setting("crosstabs", 0, "rows", to="alderr"),
        ["crosstabs.t0", "alderr finnes ikke", "alder"],
    ),
    "a crosstab with a code of its own": (
        setting("crosstabs", 0, "counts", to={9: {1: 4}}),
        ["crosstabs.t0", "alder har ingen kode 9"],
    ),
    "cells beyond their margin": (
        setting("crosstabs", 0, "counts", to={1: {1: 90, 2: 90}}),
        ["crosstabs.t0", "blir 180", "Rett tabellen"],
    ),
    "tables that contradict each other": (
        adding("crosstabs", {"source": "t9", "rows": "kjonn", "columns": "alder", "counts": {1: {1: 0}}}),
        ["lot seg ikke oppfylle samtidig", "t9 (kjonn × alder)"],
    ),
    "a question asked of an unknown code's variable": (
        setting("missing", to={"asked": {"q_0": {"yrke": [1]}}}),
        ["missing.asked.q_0", "yrke finnes ikke"],
    ),
    "missing rules for no question": (
        setting("missing", to={"asked": {"q_9": {"kjonn": [1]}}}),
        ["missing.asked", "q_9 finnes ikke", "q_0"],
    ),
    "a group that is not there": (
        adding("shares", SHARE | {"group": 7, "range": [10, 90]}),
        ["shares.t3.q_0", "kjonn har ingen gruppe 7", "1, 2"],
    ),
    "a group of nothing": (
        adding("shares", SHARE | {"by": "hus", "range": [10, 90]}),
        ["hus finnes ikke"],
    ),
    "a difference on no question": (
        adding("contrasts", GAP | {"items": ["q_7"]}),
        ["contrasts.t3", "q_7 finnes ikke"],
    ),
    "a ranking of no place": (
        setting("orders", to={"source": "t4", "gap": 1, "tie": 2, "items": {"q_0": [1, 12]}}),
        ["orders", "sted har ingen gruppe 12"],
    ),
    "a key misspelt": (setting("crosstab", to=[]), ["crosstab er ingen nøkkel", "crosstabs"]),
    "a difference that says nothing": (
        adding("contrasts", {k: v for k, v in GAP.items() if k != "significant"}),
        ["contrasts.t3", "sier ikke noe", "significant, t, share_t"],
    ),
    "a difference of one group": (
        adding("contrasts", {k: v for k, v in GAP.items() if k != "second"}),
        ["contrasts.t3", "mangler second"],
    ),
    "a level in words": (adding("contrasts", GAP | {"significant": "ja"}), ["significant er 'ja'", "0.05"]),
    "a share without a number": (adding("shares", SHARE), ["shares.t3", "mangler printed eller range"]),
    "a share in words": (
        adding("shares", SHARE | {"printed": "halvparten", "decimals": 0}),
        ["shares.t3", "printed er 'halvparten'"],
    ),
    "a range upside down": (
        adding("shares", SHARE | {"range": [60, 40]}),
        ["shares.t3", "range er [60, 40]"],
    ),
    "a share of nobody": (
        adding("shares", {k: v for k, v in SHARE.items() if k != "by"} | {"range": [40, 60]}),
        ["shares.t3", "mangler by"],
    ),
    "a group with another n than can be": (
        adding("shares", SHARE | {"printed": 50, "decimals": 0, "n": 158}),
        ["shares.t3.q_0.1", "passer"],
    ),
    "an odd date": (setting("date", to="mars"), ["date er mars", "2026-01-31"]),
    "a printed number of an unknown kind": (
        adding("printed", {"group": "t5", "id": "x", "what": "gjetning", "of": "q_0", "value": 4}),
        ["printed.x", "gjetning finnes ikke", "share"],
    ),
}


def tried(folder: Path) -> str:
    """The message of a reconstruction that must fail."""
    with pytest.raises(ReconstructionError) as error:
        write(reconstruct(folder, None, lambda line: None, 0.0005), folder / "out")
    return str(error.value)


@pytest.mark.parametrize("name", CASES)
def test_wrong_facts_are_named(name: str, tmp_path: Path) -> None:
    change, words = CASES[name]
    write_facts(tmp_path, SURVEY, POINTS)
    plan = copy.deepcopy(PLAN)
    change(plan)
    (tmp_path / "reconstruction.yml").write_text(yaml.safe_dump(plan, allow_unicode=True), encoding="utf-8")
    message = tried(tmp_path)
    for word in words:
        assert word in message, message
    assert message.endswith(".")


TABLES: dict[str, tuple[str, list[str]]] = {
    "beyond one": ("q_0,q_1,1.20,", ["t2_correlations.csv: q_0 × q_1", "utenfor -1 til 1"]),
    "no number": ("q_0,q_1,ja,", ["t2_correlations.csv: q_0 × q_1", "'ja' er ikke et tall"]),
    "with itself": ("q_0,q_0,0.40,**", ["q_0", "med seg selv"]),
    "twice": ("q_0,q_1,0.40,**\nq_1,q_0,0.40,**", ["q_1 × q_0", "står to ganger"]),
    "unknown": ("q_0,q_11,0.40,**", ["t2: q_0 × q_11", "q_11 finnes ikke", "q_1"]),
    "stars that n cannot give": (
        "q_0,q_1,0.02,**",
        ["t2: q_0 × q_1", "kan ikke ha 2 stjerner", "impossible_stars"],
    ),
    "three stars": ("q_0,q_1,0.40,***", ["*** har flere stjerner", "stars"]),
    "the places themselves": ("sted,alder,0.10,", ["t2: sted × alder", "gruppene"]),
}


@pytest.mark.parametrize("name", TABLES)
def test_wrong_cells_are_named(name: str, tmp_path: Path) -> None:
    cell, words = TABLES[name]
    write_facts(tmp_path, SURVEY, POINTS)
    (tmp_path / "t2_correlations.csv").write_text(f"row_var,col_var,r,stars\n{cell}\n", encoding="utf-8")
    message = tried(tmp_path)
    for word in words:
        assert word in message, message


def test_wrong_regressions_are_named(tmp_path: Path) -> None:
    header, row = regression_row(SURVEY, "q_0", ["kjonn", "alder"])
    told = {"table": "t3", "file": "t3.csv", "predictors": ["kjonn", "alder"]}

    def message(predictors: list[str], *cells: Any) -> str:
        table(tmp_path / "t3.csv", [c.replace("alder", predictors[-1]) for c in header], [list(cells) or row])
        write_facts(tmp_path, SURVEY, POINTS, regressions=[told | {"predictors": predictors}])
        return tried(tmp_path)

    assert "prediktoren q_1 er et spørsmål" in message(["kjonn", "q_1"])
    assert "yrke finnes ikke" in message(["kjonn", "yrke"])
    assert "t3: q_9" in message(["kjonn", "alder"], "q_9", *row[1:])
    assert "lineært avhengige" in message(["kjonn", "kjonn"])
    assert "t3: q_0" in message(["kjonn", "alder"], *row[:-2], 400, row[-1])


def test_broken_files_are_named(tmp_path: Path) -> None:
    assert "reconstruction.yml: filen mangler" in tried(tmp_path)
    (tmp_path / "reconstruction.yml").write_text("format: [1", encoding="utf-8")
    assert tried(tmp_path).startswith("reconstruction.yml:2:1: ikke gyldig YAML")
    (tmp_path / "reconstruction.yml").write_bytes("navn: bl\xe5".encode("latin-1"))
    assert "ikke UTF-8" in tried(tmp_path)
    (tmp_path / "reconstruction.yml").write_text("- 1\n", encoding="utf-8")
    assert "ikke et oppslag" in tried(tmp_path)
