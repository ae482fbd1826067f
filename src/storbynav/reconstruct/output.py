"""The survey's files: survey.csv, the stage's tables, survey.sav and the manifest that accounts for them."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

import yaml

from storbynav import edition
from storbynav.reconstruct.check import Check, check_all
from storbynav.reconstruct.errors import fault
from storbynav.reconstruct.population import UNKNOWN
from storbynav.reconstruct.reading import PLAN
from storbynav.reconstruct.rng import permutation, stream
from storbynav.reconstruct.run import Reconstruction
from storbynav.reconstruct.spss import write_spss
from storbynav.survey import Provenance

CODE_VERSION = "2"  # raise when the same facts and seed give other files
_GROUPS = {"published": "search_published", "constrained": "search_constrained", "free": "search_model"}


def survey_rows(result: Reconstruction) -> tuple[list[str], list[list[object]]]:
    """Header and rows of survey.csv, respondents in a random order."""
    people = result.people
    columns = {name: codes for name, codes in people.columns.items() if name not in people.joined}
    header = ["id", *([people.cluster_name] if people.cluster_name else []), *columns]
    names = [item.id for item in result.facts.items]
    follow_up = people.follow_up(result.items) if people.follow_up else None
    for name in names:
        header.append(name)
        if follow_up and name == follow_up[0]:
            header.append(follow_up[1])
    rows: list[list[object]] = []
    for number, i in enumerate(permutation(stream(result.facts.seed, "order"), people.count), 1):
        row: list[object] = [number]
        if people.cluster_name:
            row.append(people.clusters[people.cluster[i]] if people.cluster[i] >= 0 else "")
        row += ["" if codes[i] == UNKNOWN else int(codes[i]) for codes in columns.values()]
        for c, name in enumerate(names):
            row.append(_cell(result.items[i, c]))
            if follow_up and name == follow_up[0]:
                row.append(_cell(follow_up[2][i]))
        rows.append(row)
    for name in header:
        if header.count(name) > 1:
            raise fault(PLAN, f"{name} blir navnet på to kolonner", "Gi den ene variabelen en annen id")
    return header, rows


def _cell(value: Any) -> object:
    return "" if value == 0 else int(value)


def _csv(header: list[str], rows: list[list[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue().encode("utf-8")


def write(result: Reconstruction, folder: Path) -> list[Check]:
    """Write survey.csv, the stage's tables, survey.sav, manifest.yml and provenance.yml into `folder`;
    returns the account of printed numbers."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"survey.csv": _csv(*survey_rows(result))}
    files |= {name: _csv(*table) for name, table in result.people.tables.items()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    # a manifest of an older survey would make the loader call the new one edited
    (folder / "manifest.yml").unlink(missing_ok=True)
    try:
        date = dt.date.fromisoformat(str(result.facts.plan["date"]))
    except ValueError:
        raise fault(PLAN, f"date er {result.facts.plan['date']}", "Skriv den som 2026-01-31") from None
    write_spss(result, folder, date)
    files["survey.sav"] = (folder / "survey.sav").read_bytes()
    checks = check_all(result.facts, folder)
    manifest = _manifest(result, files, checks, date)
    text = yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True, width=110)
    note = "# Written by `storbynav reconstruct`. The answers are synthetic, no real respondent is here.\n"
    (folder / "manifest.yml").write_text(note + text, encoding="utf-8", newline="\n")
    edition.write(folder, Provenance(kind="synthetic"))
    return checks


def _manifest(
    result: Reconstruction, files: dict[str, bytes], checks: list[Check], date: dt.date
) -> dict[str, Any]:
    facts = result.facts
    search: dict[str, dict[str, Any]] = {}
    for target, loss in zip(result.targets, result.loss, strict=True):
        entry = search.setdefault(_GROUPS[target.status], {"targets": 0, "met": 0, "missed": []})
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
    return {
        **({"survey": str(facts.plan["name"])} if "name" in facts.plan else {}),
        "provenance": "synthetic",
        "calibrated": not any(entry["missed"] for entry in printed.values()),
        "seed": facts.seed,
        "code_version": CODE_VERSION,
        "date": date.isoformat(),
        "respondents": result.people.count,
        "checksums": {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())},
        "facts": {
            name: hashlib.sha256((facts.folder / name).read_bytes()).hexdigest() for name in facts.inputs
        },
        "printed": printed,
        "search": search,
    }
