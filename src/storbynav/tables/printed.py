"""The tables of the print, cell by cell, from ``data/published/``: what a computed cell is compared with."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType

from storbynav import formatting as f
from storbynav import paths
from storbynav.catalogue import TableKind
from storbynav.codebook import load_codebook

Position = tuple[int, str]

# headers of the tables of the case offices
OFFICE, STATE, MUNICIPAL, STAFF = "Kontor", "Årsverk stat", "Årsverk kommune", "Antall ansatte"
SERVICES = "Kommunale tjenester ut over minimumsløsningen"
AGENCIES = MappingProxyType(
    {
        "aetat": "Aetat",
        "trygdekontor": "Trygdekontor",
        "sosialkontor": "Sosialkontor",
        "ingen": "Ingen av dem",
    }
)


def emails() -> list[dict[str, str]]:
    """Tabell V1.1: one dictionary per city and one for the total."""
    return list(_read("table_v1_1_emails.csv"))


@lru_cache(maxsize=8)
def cells(table: str, kind: TableKind) -> Mapping[Position, str]:
    """Printed cells by (row number, column) as the report writes them: «,46**», «−,19*», «1,63».

    Columns of a correlation table are «1» … and «M», «SD»; of regressions the predictors, «Df», «F», «R²»; of
    the case offices the headers above. Empty where print has no such table: there is no file of it.
    """
    if not any(paths.PUBLISHED.glob(f"table_{table}_*.csv")):
        return MappingProxyType({})
    return MappingProxyType(_READERS[kind](table))


def _correlations(table: str) -> dict[Position, str]:
    found: dict[Position, str] = {}
    for row in _read(f"table_{table}_correlations_long.csv"):
        found[int(row["row"]), row["col"]] = _typeset(row["printed"])
    for row in _read(f"table_{table}_correlations_matrix.csv"):
        if row.get("mean"):
            found[int(row["no"]), "M"] = str(f.statistic(float(row["mean"])))
            found[int(row["no"]), "SD"] = str(f.statistic(float(row["sd"]), 3))
    return found


def _regression(table: str) -> dict[Position, str]:
    found: dict[Position, str] = {}
    for row in _read(f"table_{table}_regression.csv"):
        number = int(row["row"])
        for column, value in row.items():
            if column.startswith("beta_"):
                predictor = column.removeprefix("beta_")
                found[number, predictor] = str(f.statistic(float(value), 2, row[f"stars_{predictor}"]))
        found[number, "Df"] = f"{row['df1']}, {row['df2']}"
        found[number, "F"] = str(f.statistic(float(row["F"])))
        found[number, "R²"] = str(f.statistic(float(row["R2"])))
    return found


def _case_offices(table: str) -> dict[Position, str]:
    """Man-years, staff class and services; the services are told in the order of the codebook."""
    found: dict[Position, str] = {}
    for number, row in enumerate(_read(f"table_{table}_offices.csv"), start=1):
        found[number, STATE] = row["aarsverk_stat"].replace(".", ",")
        found[number, MUNICIPAL] = row["aarsverk_kommune"].replace(".", ",")
        found[number, STAFF] = row["antall_ansatte"].replace("-", "–")
        found[number, SERVICES] = _taken_in(row["kommunale_tjenester_inne"])
    return found


def _taken_in(told: str) -> str:
    if told in _WITHOUT_SERVICES:
        return _WITHOUT_SERVICES[told]
    named = {name.strip().lower() for name in told.split(";")}
    labels = [column.label.lower() for column in load_codebook().offices if column.service]
    if unknown := named - set(labels):
        raise ValueError(f"table_v2_1_offices.csv: ukjent tjeneste {', '.join(sorted(unknown))}.")
    return str(f.sentence(f.listing([label for label in labels if label in named])))


# print says «?» where no leader answered
_WITHOUT_SERVICES = MappingProxyType({"?": "Ikke oppgitt", "Minimumsløsningen": "Bare minimumsløsningen"})


def _experience(table: str) -> dict[Position, str]:
    found: dict[Position, str] = {}
    for number, row in enumerate(_read(f"table_{table}_experience.csv"), start=1):
        found[number, "n"] = row["n"]
        for key, header in AGENCIES.items():
            found[number, header] = row["ingen_erfaring" if key == "ingen" else f"erfaring_{key}"]
    return found


_READERS: Mapping[TableKind, Callable[[str], dict[Position, str]]] = MappingProxyType(
    {
        "correlation": _correlations,
        "regression": _regression,
        "case_offices": _case_offices,
        "experience": _experience,
    }
)


def respondents(office: str) -> int:
    """Respondents of a case office as Tabell 2 of Vedlegg 2 prints them; `office` by its name."""
    return next(int(row["n"]) for row in _read("table_v2_2_experience.csv") if row["office"] == office)


def _typeset(printed: str) -> str:
    """The registry keeps print's characters; here a true minus and always a comma."""
    return printed.replace("-", f.MINUS).replace(".", ",")


def _read(name: str) -> list[dict[str, str]]:
    with (paths.PUBLISHED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
