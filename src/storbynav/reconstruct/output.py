"""The survey's files: survey.csv, offices.csv, leaders.csv, survey.sav and the manifest that accounts for
them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from storbynav import edition
from storbynav.reconstruct import leaders
from storbynav.reconstruct.check import check_all
from storbynav.reconstruct.rng import permutation, stream
from storbynav.reconstruct.run import Reconstruction
from storbynav.survey import Provenance

Int = NDArray[np.int64]
CODE_VERSION = "2"  # raise when the same facts and seed give other files
USER_GROUPS = (
    "bg_gruppe_nedsatt_arbeidsevne",
    "bg_gruppe_ungdom",
    "bg_gruppe_flyktninger",
    "bg_gruppe_aap",
    "bg_gruppe_sosialhjelp",
)


def survey_rows(result: Reconstruction) -> tuple[list[str], list[list[object]]]:
    """Header and rows of survey.csv, respondents in a random order."""
    p, d = result.people, result.design
    names = [item.id for item in result.facts.items]
    before = result.facts.plan["missing"]["team_composition"]["after"]  # its follow-up question comes next
    background: list[tuple[str, Int]] = [
        ("bg_kjonn", p.gender),
        ("bg_arbeidsgiver", p.employer),
        ("bg_sosialhelse_utdanning", p.social_health),
        ("bg_sosionom", p.sosionom),
        ("bg_annen_sosialfaglig", p.other_social),
        ("bg_erfaring_tidligere_etat", p.agency),
        ("bg_erfaring_sosialkontor", p.sosialkontor),
        ("bg_rolle", p.role),
    ]
    header = ["id", "office", *[name for name, _ in background], *USER_GROUPS, "bg_jobber_vanskeligstilte"]
    for name in names:
        header.append(name)
        if name == before:
            header.append("int_team_sammensetning")
    rows: list[list[object]] = []
    for number, i in enumerate(permutation(stream(result.facts.seed, "order"), p.count), 1):
        row: list[object] = [number, d.plans[p.office[i]].id if p.office[i] >= 0 else ""]
        row += [_cell(values[i]) for _, values in background]
        row += ["" if v < 0 else int(v) for v in p.user_groups[i]]
        row.append(_cell(p.disadvantaged[i]))
        for c, name in enumerate(names):
            row.append(_cell(result.items[i, c]))
            if name == before:
                row.append(_cell(result.composition[i]))
        rows.append(row)
    return header, rows


def _cell(value: Any) -> object:
    return "" if value == 0 else int(value)


def _csv(header: list[str], rows: list[list[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")


def write(result: Reconstruction, folder: Path) -> None:
    """Write survey.csv, offices.csv, leaders.csv, survey.sav, manifest.yml, provenance.yml into `folder`."""
    header, rows = survey_rows(result)
    offices = leaders.office_table(result.facts, result.design, result.leaders)
    people = leaders.leader_table(result.facts, result.design, result.leaders)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "survey.csv": _csv(header, rows),
        "offices.csv": _csv(list(offices[0]), [list(o.values()) for o in offices]),
        "leaders.csv": _csv(list(people[0]), [list(x.values()) for x in people]),
    }
    for name, content in files.items():
        (folder / name).write_bytes(content)
    # a manifest of an older survey would make the loader call the new one edited
    (folder / "manifest.yml").unlink(missing_ok=True)
    date = dt.date.fromisoformat(str(result.facts.plan["date"]))
    _write_sav(folder, date)
    files["survey.sav"] = (folder / "survey.sav").read_bytes()
    checks = check_all(result.facts, folder)
    search_groups: dict[str, dict[str, Any]] = {}
    for target, loss in zip(result.targets, result.loss, strict=True):
        key = {"published": "search_published", "constrained": "search_constrained", "free": "search_model"}[
            target.status
        ]
        entry = search_groups.setdefault(key, {"targets": 0, "met": 0, "missed": []})
        entry["targets"] += 1
        entry["met"] += int(loss <= 0.0)
        if loss > 0.0:
            entry["missed"].append(target.id)
    printed: dict[str, dict[str, Any]] = {}
    for check in checks:
        entry = printed.setdefault(check.group, {"numbers": 0, "met": 0, "impossible": [], "missed": []})
        entry["numbers"] += 1
        entry["met"] += int(check.met)
        if not check.met:
            entry["impossible" if check.impossible else "missed"].append(check.id)
    manifest = {
        "provenance": "synthetic",
        "calibrated": not any(entry["missed"] for entry in printed.values()),
        "seed": result.facts.seed,
        "code_version": CODE_VERSION,
        "date": date.isoformat(),
        "respondents": result.people.count,
        "checksums": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        "facts": {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _inputs(result.facts.folder)
        },
        "printed": printed,
        "search": search_groups,
    }
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=110)
    note = "# Written by `storbynav reconstruct`. The answers are synthetic, no real respondent is here.\n"
    (folder / "manifest.yml").write_text(note + text, encoding="utf-8", newline="\n")
    edition.write(folder, Provenance(kind="synthetic"))


def _inputs(folder: Path) -> list[Path]:
    """The files of the facts that decide the outcome."""
    names = [
        "reconstruction.yml",
        "table_v1_2_correlations_long.csv",
        "table_v1_3_regression.csv",
        "table_v1_4_correlations_long.csv",
        "table_v1_4_correlations_matrix.csv",
        "table_v1_5_correlations_long.csv",
        "table_v2_2_experience.csv",
    ]
    return [folder / name for name in names]


def _write_sav(folder: Path, date: dt.date) -> None:
    from storbynav.sav import write_sav
    from storbynav.survey import load

    write_sav(load(folder / "survey.csv"), folder / "survey.sav", date)
