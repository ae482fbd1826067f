"""Fixtures of the analysis package: random surveys drawn from the codebook.

`random_tables` makes the three CSV tables of a survey that obeys every rule of the codebook; `survey` is one
such survey, loaded. Answers within a block share a latent attitude that depends on the office, so that
correlations, group differences and missing values all occur.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from storbynav.codebook import Codebook, Variable, load_codebook
from storbynav.survey import Survey, build

CITIES = {"Oslo": 15, "Bergen": 8, "Trondheim": 4, "Stavanger": 4, "Kristiansand": 1}
# the case offices, which figures and tables of Vedlegg 2 name, take the last places of their cities
CASES = {
    "bergen-7": "fana",
    "bergen-8": "ytrebygda",
    "stavanger-4": "hundvaag-storhaug",
    "trondheim-4": "lerkendal",
    "oslo-14": "sagene",
    "oslo-15": "ostensjo",
    "kristiansand-1": "kristiansand",
}
Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def random_offices(rng: np.random.Generator, codebook: Codebook) -> pd.DataFrame:
    """32 offices in five cities; in Kristiansand no leader answered."""
    rows = []
    for city, count in CITIES.items():
        for number in range(1, count + 1):
            leaders = int(rng.integers(1, 3))
            answered = 0 if city == "Kristiansand" else leaders
            stat, kommune = (round(float(x), 1) for x in rng.uniform(18, 94, 2))
            known = answered > 0
            taken = {s: float(rng.integers(0, 2)) if known else np.nan for s in codebook.services}
            place = f"{city.lower()}-{number}"
            rows.append(
                {
                    "office": CASES.get(place, place),
                    "name": f"{city} {number}",
                    "city": city,
                    "leader_model": float(leaders),
                    "size_class": 2.0 if stat + kommune <= 70 else 3.0,
                    "aarsverk_stat": stat,
                    "aarsverk_kommune": kommune,
                    "staff_class": str(rng.choice(["16-39", "40-99", "over 100"])),
                    **taken,
                    "minimum": float(any(taken.values())) if known else np.nan,
                    "leader_sosionom": float(rng.integers(0, 2)) if known else np.nan,
                    "leader_answers": float(answered),
                }
            )
    return pd.DataFrame(rows)[list(codebook.columns("offices"))]


def random_answers(
    rng: np.random.Generator, variable: Variable, latent: np.ndarray, missing: float
) -> np.ndarray:
    """Codes of a variable cut from a latent attitude; `missing` is the share of missing answers."""
    codes = np.array(variable.codes, dtype=float)
    noise = 0.7 * latent + rng.normal(size=len(latent))
    cuts = np.quantile(noise, np.sort(rng.uniform(0.15, 0.85, len(codes) - 1)))
    answers = codes[np.searchsorted(cuts, noise)]
    answers[rng.random(len(latent)) < missing] = np.nan
    return answers


def random_tables(codebook: Codebook, seed: int = 1, respondents: int = 400, missing: float = 0.05) -> Tables:
    """`survey`, `offices`, `leaders`: frames with the columns of the CSV files; NaN or None = missing."""
    rng = np.random.default_rng(seed)
    offices = random_offices(rng, codebook)
    office = rng.choice(offices["office"].to_numpy(), respondents).astype(object)
    office[0] = None
    columns: dict[str, object] = {"id": [str(i + 1) for i in range(respondents)], "office": office}
    shift = dict(zip(offices["office"], rng.normal(0, 0.6, len(offices)), strict=True))
    latent: dict[str, np.ndarray] = {}
    for variable in codebook.of("survey"):
        block = variable.id.split("_")[0]
        if block not in latent:
            latent[block] = rng.normal(size=respondents) + np.array([shift.get(o, 0.0) for o in office])
        base = rng.normal(size=respondents) if block == "bg" else latent[block]
        columns[variable.id] = random_answers(rng, variable, base, missing)
    survey = pd.DataFrame(columns)
    for variable in codebook.of("survey"):
        if variable.implied_by:
            ticks = survey[list(variable.implied_by)]
            yes, no = variable.codes
            derived = np.where((ticks == 1).any(axis=1), yes, np.where((ticks == 0).all(axis=1), no, np.nan))
            survey[variable.id] = derived
        if variable.asked.rule:
            gate = survey[variable.asked.rule.variable]
            survey.loc[gate.notna() & ~gate.isin(variable.asked.rule.codes), variable.id] = np.nan
    answered = np.repeat(offices["office"].to_numpy(), offices["leader_answers"].astype(int))
    count = len(answered)
    leaders = pd.DataFrame({"id": [f"L{i + 1}" for i in range(count)], "office": answered})
    for variable in codebook.of("leaders"):
        leaders[variable.id] = random_answers(rng, variable, rng.normal(size=count), missing)
    return survey, offices, leaders


def write_tables(folder: Path, tables: Tables, provenance: str = "synthetic") -> Path:
    """The three CSV files and a manifest as the project ships them; returns the path of ``survey.csv``."""
    for name, frame in zip(("survey", "offices", "leaders"), tables, strict=True):
        text = frame.apply(lambda column: column.map(_cell))
        text.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    (folder / "manifest.yml").write_text(f"provenance: {provenance}\nseed: 1\n", encoding="utf-8")
    return folder / "survey.csv"


def _cell(value: object) -> str:
    if value is None or value != value:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


@pytest.fixture(scope="session")
def codebook() -> Codebook:
    return load_codebook()


@pytest.fixture(scope="session")
def tables(codebook: Codebook) -> Tables:
    """One random survey as its three tables; copy before changing."""
    return random_tables(codebook)


@pytest.fixture(scope="session")
def survey(tables: Tables, codebook: Codebook) -> Survey:
    """One random survey, loaded; 400 respondents in 32 offices."""
    return build(*tables, codebook=codebook)


@pytest.fixture
def survey_file(tables: Tables, tmp_path: Path) -> Path:
    """The random survey as files in a folder of its own: the path of its ``survey.csv``."""
    return write_tables(tmp_path, tables)


@pytest.fixture(scope="session")
def make_survey(codebook: Codebook) -> Callable[..., Survey]:
    """A function that makes further random surveys: ``make_survey(seed=2, respondents=997, missing=0.1)``."""

    def make(**how: float) -> Survey:
        return build(*random_tables(codebook, **how), codebook=codebook)  # type: ignore[arg-type]

    return make
