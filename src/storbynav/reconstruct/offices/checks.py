"""Printed numbers of the offices, recomputed from offices.csv and survey.csv."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.offices.stage import AGENCIES
from storbynav.reconstruct.rounding import round_half_up
from storbynav.reconstruct.written import Written, csv_rows


def join(folder: Path, office: list[str]) -> dict[str, Any]:
    """The office variables of each respondent, from offices.csv."""
    offices = {row["office"]: row for row in csv_rows(folder / "offices.csv")}
    services = [name for name in next(iter(offices.values())) if name.startswith("tj_")]

    def column(value: Callable[[dict[str, str]], str]) -> Any:
        by_office = {name: value(row) for name, row in offices.items()}
        return np.array([float(by_office[o]) if o and by_office[o] else np.nan for o in office])

    return {
        "ko_ledermodell": column(lambda o: o["leader_model"]),
        "ko_aarsverk_klasse": column(lambda o: o["size_class"] if int(o["leader_answers"]) else ""),
        "ko_antall_tjenester": column(
            lambda o: "" if any(not o[s] for s in services) else str(sum(int(o[s]) for s in services))
        ),
        "ko_minimum": column(lambda o: o["minimum"]),
        "ko_leder_sosionom": column(lambda o: o["leader_sosionom"]),
        "city": np.array([offices[o]["city"] if o else "" for o in office]),
    }


def check(facts: Facts, files: dict[str, Written], add: Callable[..., None]) -> None:
    """Man-years, and the tables of the case offices."""
    survey, offices = files["survey"], files["offices"]
    printed = facts.plan["attributes"]["printed"]
    hours = offices["aarsverk_stat"] + offices["aarsverk_kommune"]
    share = 100 * float(offices["aarsverk_kommune"].sum()) / float(hours.sum())
    for name, value in (
        ("smallest", int(hours.min())),
        ("largest", round(float(hours.max()))),
        ("kommune", int(round_half_up(share, 0))),
        ("stat", int(round_half_up(100 - share, 0))),
    ):
        add("offices", f"aarsverk:{name}", int(printed[name]), value)
    medium = hours <= float(printed["medium_at_most"])
    add("offices", "aarsverk:class", "as counted", "", bool((medium == (offices["size_class"] == 2)).all()))
    _case_offices(facts, survey, offices, add)


def _case_offices(facts: Facts, survey: Written, offices: Written, add: Callable[..., None]) -> None:
    ids = dict(zip(offices["name"], offices["office"], strict=True))
    sosionomer = {row["name"]: row.get("sosionom") for row in facts.plan["offices"]["list"]}
    tables = facts.plan["attributes"]["tables"]
    for row in csv_rows(facts.folder / str(facts.plan["people"]["former_agency_file"])):
        name = ids[row["office"]]
        here = survey.among("office", [name])
        add("v2_2", f"v2_2:{name}:n", int(row["n"]), int(here.sum()))
        for code, key in enumerate(AGENCIES, 1):
            count = int((survey.among("bg_erfaring_tidligere_etat", [code]) & here).sum())
            add("v2_2", f"v2_2:{name}:{key}", int(row[key]), count)
        educated = int((survey.among("bg_sosionom", [1]) & here).sum())
        add("v2_fig1", f"v2_fig1:{name}", sosionomer[row["office"]], educated)
    for row in csv_rows(facts.folder / str(tables["offices"])):
        name = ids[row["office"]]
        place = int(np.nonzero(offices["office"] == name)[0][0])
        for key in ("aarsverk_stat", "aarsverk_kommune"):
            add("v2_1", f"v2_1:{name}:{key}", float(row[key]), float(offices[key][place]))
        staff = str(offices["staff_class"][place])
        add("v2_1", f"v2_1:{name}:staff", row["antall_ansatte"].lower(), staff)
