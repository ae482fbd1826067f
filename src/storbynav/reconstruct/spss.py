"""survey.sav: with the labels of the codebook where the project has one, else with those of the facts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from storbynav.reconstruct.run import Reconstruction
from storbynav.reconstruct.written import csv_rows
from storbynav.sav import SavFile, write_file, write_sav


def write_spss(result: Reconstruction, folder: Path, date: dt.date) -> None:
    """Write survey.sav beside survey.csv in `folder`."""
    if result.facts.plan.get("labels") == "codebook":
        from storbynav.survey import load

        write_sav(load(folder / "survey.csv"), folder / "survey.sav", date)
    else:
        write_file(_labelled(result, folder), folder / "survey.sav", date)


def _labelled(result: Reconstruction, folder: Path) -> SavFile:
    facts = result.facts
    labels: dict[str, str | None] = {"id": "Løpenummer"}
    values: dict[str, dict[Any, str]] = {}
    measures = {"id": "nominal"}
    texts = {"id"}
    for variable in facts.variables:
        labels[variable.id] = variable.label
        measures[variable.id] = "nominal"
        if variable.ids:
            numbered = all(name.isdecimal() for name in variable.ids)
            if not numbered:
                texts.add(variable.id)
            codes = [int(name) if numbered else name for name in variable.ids]
            values[variable.id] = dict(zip(codes, variable.categories.values(), strict=True))
        else:
            values[variable.id] = dict(variable.categories)
    for item in facts.items:
        labels[item.id] = item.label or item.id
        measures[item.id] = "ordinal"
        if item.categories:
            values[item.id] = dict(item.categories)
    rows = csv_rows(folder / "survey.csv")
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    frame = pd.DataFrame(
        {
            name: pd.Series(cells, dtype=object)
            if name in texts
            else pd.Series([float(cell) if cell else float("nan") for cell in cells])
            for name, cells in columns.items()
        }
    )
    return SavFile(
        frame=frame,
        label=str(facts.plan.get("name", "")),
        labels=labels,
        values=values,
        measures=measures,
        formats={name: "F4.0" for name in columns if name not in texts},
    )
