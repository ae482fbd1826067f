"""The survey's files as a Data Package (https://datapackage.org): what each column is, in one JSON file.

The same form as the package of the figures' numbers on the site.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from storbynav.archive.study import study
from storbynav.codebook import OfficeColumn, Scale, Variable
from storbynav.survey import Survey

FILE = "datapackage.json"


def datapackage(survey: Survey, folder: Path) -> bytes:
    """``datapackage.json`` for the CSV files of a survey in `folder`; the same for the same files."""
    about = study(survey)
    told: dict[str, Any] = {
        "profile": "tabular-data-package",
        "name": about.name,
        "title": about.title,
        "description": about.abstract,
        "keywords": list(about.keywords),
        "sources": [{"title": about.title.split(":")[0] + (f" ({about.series})" if about.series else "")}],
        "contributors": [{"title": author, "role": "author"} for author in about.authors],
    }
    if about.licence:
        told["licenses"] = [dict(about.licence)]
    told["resources"] = [
        _resource(survey, name, about.files[name], folder / f"{name}.csv")
        for name in about.files
        if (folder / f"{name}.csv").is_file()
    ]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _resource(survey: Survey, name: str, title: str, file: Path) -> dict[str, Any]:
    content = file.read_bytes()
    header = content.decode("utf-8-sig").split("\n", 1)[0].strip().split(",")
    offices = {column.column: column for column in survey.codebook.offices}
    keys: dict[str, Any] = {"primaryKey": "office" if name == "offices" else survey.codebook.id_column}
    if name != "offices" and survey.codebook.office_column:
        keys["foreignKeys"] = [
            {
                "fields": survey.codebook.office_column,
                "reference": {"resource": "offices", "fields": "office"},
            }
        ]
    return {
        "name": name,
        "path": file.name,
        "title": title or name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": {
            "fields": [
                _office(offices[column]) if name == "offices" else _field(survey, column) for column in header
            ],
            "missingValues": [""],
            **keys,
        },
    }


def _field(survey: Survey, column: str) -> dict[str, Any]:
    if column == survey.codebook.id_column:
        return {"name": column, "title": "Løpenummer", "type": "string"}
    if column == survey.codebook.office_column:
        return {"name": column, "title": survey.codebook.office_label(column), "type": "string"}
    variable: Variable = survey.codebook[column]
    field = {"name": column, "title": variable.label, "type": "integer", **_codes(variable.scale)}
    field["description"] = f"Spurt: {variable.asked.label}."
    return field


def _office(column: OfficeColumn) -> dict[str, Any]:
    kind = {"number": "number", "count": "integer", "flag": "integer", "code": "integer"}
    told: dict[str, Any] = {"name": column.column, "title": column.label}
    told["type"] = kind.get(column.type, "string")
    if column.scale:
        told |= _codes(column.scale)
    if not column.nullable:
        told["constraints"] = {**told.get("constraints", {}), "required": True}
    return told


def _codes(scale: Scale) -> dict[str, Any]:
    if not scale.categories:
        return {}
    return {
        "categories": [{"value": c.code, "label": c.label} for c in scale.categories],
        "constraints": {"enum": list(scale.codes)},
    }
