"""``reconstruction.yml`` itself: opened, its entries and numbers handed out with messages for people."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from storbynav.reconstruct.errors import ReconstructionError, fault
from storbynav.yamlfile import YamlFaultError, did_you_mean, parse_yaml, read_utf8

PLAN = "reconstruction.yml"


def known(name: str, names: Collection[str], where: str) -> None:
    """Refuse a name that is none of `names`, with a suggestion."""
    if name not in names:
        raise fault(
            where,
            f"{name} finnes ikke{did_you_mean(name, list(names))}",
            f"Skriv en av {', '.join(sorted(names))}, eller legg den til under background eller items",
        )


def rows(folder: Path, name: str, columns: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a CSV file of the folder, which must have `columns`."""
    path = folder / name
    if not path.is_file():
        raise fault(name, f"filen mangler i {folder}", f"Legg den der, eller ta den ut av {PLAN}")
    try:
        text = read_utf8(path, name)
    except YamlFaultError as error:
        raise ReconstructionError(str(error)) from None
    table = csv.DictReader(text.splitlines())
    missing = [c for c in columns if c not in (table.fieldnames or [])]
    if missing:
        raise fault(
            name,
            f"kolonnen {missing[0]} mangler (filen har {', '.join(table.fieldnames or ['ingen'])})",
            "Rett kolonnenavnene i første linje",
        )
    return list(table)


def open_plan(folder: Path) -> dict[str, Any]:
    """The plan of a folder, with the keys that every plan has."""
    path = folder / PLAN
    if not path.is_file():
        raise fault(
            PLAN, f"filen mangler i {folder}", "En faktamappe må ha den; docs/reconstruction.md sier hvordan"
        )
    try:
        plan = parse_yaml(read_utf8(path, PLAN), PLAN)
    except YamlFaultError as error:
        raise ReconstructionError(str(error)) from None
    if not isinstance(plan, dict):
        raise fault(PLAN, "er ikke et oppslag (nøkkel: verdi)", "Se docs/reconstruction.md")
    if plan.get("format") != 1:
        raise fault(PLAN, f"format er {plan.get('format')!r}", "Skriv format: 1")
    for key in ("seed", "respondents", "items", "date"):
        if key not in plan:
            raise fault(PLAN, f"mangler {key}", "Se docs/reconstruction.md")
    return plan


def entries(plan: dict[str, Any], key: str) -> list[dict[str, Any]]:
    """A list of mappings of the plan; empty where the key is left out."""
    told = plan.get(key) or []
    if not isinstance(told, list) or not all(isinstance(row, dict) for row in told):
        raise fault(f"{PLAN}: {key}", "må være en liste av oppslag", "Begynn hver linje med «- {»")
    return told


def need(row: dict[str, Any], key: str, where: str) -> Any:
    """The value of a key that must be there."""
    if row.get(key) is None:
        raise fault(where, f"mangler {key}", f"Skriv {key}: …")
    return row[key]


def number(row: dict[str, Any], key: str, where: str) -> int:
    """A whole number from 0 that must be there."""
    value = need(row, key, where)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise fault(where, f"{key} er {value!r}", "Skriv et helt tall fra 0 og opp")
    return value


def once(names: list[str], where: str) -> None:
    """Refuse a name that stands twice."""
    for name in names:
        if names.count(name) > 1:
            raise fault(f"{PLAN}: {where}", f"{name} står to ganger", "Gi hver variabel sin egen id")
