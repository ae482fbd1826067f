"""Raw columns into checked numbers: every fault collected, nothing guessed.

The checks of `respondents` and `offices` return what they could read together with what is wrong; the caller
raises one `SurveyError` for all files together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from storbynav.codebook import Codebook, OfficeColumn, Scale, Variable
from storbynav.formatting import plain
from storbynav.problems import Problem
from storbynav.survey.mapping import ColumnMapping, cell_key
from storbynav.survey.rawtable import Cell, RawTable
from storbynav.yamlfile import did_you_mean

Floats = npt.NDArray[np.float64]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_SIZE_LIMITS = ((15.0, 1), (70.0, 2))  # årsverk up to and including the limit → size class; above: 3
_BAD = object()


def respondents(
    raw: RawTable,
    codebook: Codebook,
    table: Literal["survey", "leaders"],
    mapping: ColumnMapping,
    office_ids: Sequence[str],
) -> tuple[pd.DataFrame, list[Problem]]:
    """Check ``survey.csv`` or ``leaders.csv``.

    Returns
    -------
    frame
        `id` and, where the survey has offices, `office` (text, NaN = unknown); one float64 column per
        variable, NaN = missing.
    problems
        Everything that is wrong; the frame is complete only where this is empty.
    """
    raw = raw.renamed(mapping.columns)
    variables = codebook.of(table)
    problems = _column_names(raw, codebook, table, mapping)
    ids, id_problems = _ids(raw, codebook.id_column)
    columns: dict[str, object] = {codebook.id_column: np.array(ids, dtype=object)}
    problems += id_problems
    if codebook.office_column:
        offices, office_problems = _office_ids(raw, codebook.office_column, mapping, office_ids, ids)
        columns[codebook.office_column] = np.array(offices, dtype=object)
        problems += office_problems
    for variable in variables:
        cells = raw.columns.get(variable.id)
        if cells is None:
            columns[variable.id] = np.full(len(raw.rows), np.nan)
            continue
        columns[variable.id], faults = _codes(raw, cells, variable.id, variable.scale, mapping, codebook, ids)
        problems += faults
    frame = pd.DataFrame(columns)
    if not problems:  # cross-checks on half-read columns would only repeat the faults
        problems += _asked(raw, frame, variables, codebook, ids)
        problems += _implied(raw, frame, variables, ids)
    return frame, problems


def _column_names(
    raw: RawTable, codebook: Codebook, table: Literal["survey", "leaders"], mapping: ColumnMapping
) -> list[Problem]:
    wanted = codebook.columns(table)
    optional = {v.id for v in codebook.of("derived")} if table == "survey" else set()
    if optional:
        optional.add("city")
    strangers = [
        c
        for c in raw.columns
        if c not in wanted and c not in optional and c not in mapping.ignore and not mapping.ignore_rest
    ]
    problems = [
        Problem(raw.name, f"kolonnen mangler{did_you_mean(column, strangers)}", column=column)
        for column in wanted
        if column not in raw.columns and column not in mapping.absent
    ]
    return problems + [
        Problem(raw.name, f"kolonnen er ukjent{did_you_mean(column, wanted)}", column=column)
        for column in strangers
    ]


def _ids(raw: RawTable, column: str) -> tuple[list[str], list[Problem]]:
    cells = raw.columns.get(column, [None] * len(raw.rows))
    ids = [cell_key(cell) if cell is not None else "" for cell in cells]
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for ident, row in zip(ids, raw.rows, strict=True):
        if not ident and column in raw.columns:
            problems.append(Problem(raw.name, "id mangler", column=column, row=row))
        elif ident in first and ident:
            what = f"id {ident} finnes også i rad {first[ident]}"
            problems.append(Problem(raw.name, what, column=column, row=row, respondent=ident, value=ident))
        first.setdefault(ident, row)
    return ids, problems


def _office_ids(
    raw: RawTable, column: str, mapping: ColumnMapping, known: Sequence[str], ids: list[str]
) -> tuple[list[str | None], list[Problem]]:
    cells = raw.columns.get(column, [None] * len(raw.rows))
    offices: list[str | None] = []
    bad: dict[str, list[int]] = {}
    for index, cell in enumerate(cells):
        key = None if cell is None else cell_key(cell)
        office = None if key is None else mapping.offices.get(key, key)
        if office is not None and office not in known:
            bad.setdefault(office, []).append(index)
        offices.append(office)
    problems = [
        _problem(
            raw, f"kontoret «{office}» finnes ikke{did_you_mean(office, known)}", column, at, ids, office
        )
        for office, at in bad.items()
    ]
    allowed = ", ".join(sorted(known))
    return offices, [replace(p, allowed=allowed) for p in problems]


def _codes(
    raw: RawTable,
    cells: Sequence[Cell],
    column: str,
    scale: Scale,
    mapping: ColumnMapping,
    codebook: Codebook,
    ids: list[str],
) -> tuple[Floats, list[Problem]]:
    """Cells → float codes. Each distinct cell is read once; only faulty ones are looked up by row."""
    labelled = raw.value_labels.get(column, {})
    unanswered = [code for code in labelled if mapping.is_missing(column, cell_key(code))]
    translation, problem = _label_translation(raw, column, scale, codebook, unanswered)
    if problem is not None:
        return np.full(len(cells), np.nan), [problem]
    own = mapping.values.get(column)
    codes: dict[Cell, float] = {}
    faults: dict[Cell, str] = {}
    for cell in dict.fromkeys(cells):
        code: object
        if cell is None or mapping.is_missing(column, cell_key(cell)):
            code = np.nan
        elif own is not None:
            code = own.get(cell_key(cell), _BAD)
        else:
            code = _code(cell, scale, translation)
        if isinstance(code, float) and (np.isnan(code) or _valid(code, scale)):
            codes[cell] = code
        else:
            codes[cell] = np.nan
            faults[cell] = "er ikke et tall" if code is _BAD and own is None else "er ikke en gyldig kode"
    problems = []
    for cell, why in faults.items():
        at = [i for i, other in enumerate(cells) if other == cell]
        value = cell_key(cell)
        problem = _problem(raw, f"«{value}» {why}", column, at, ids, value)
        problems.append(replace(problem, allowed=scale.allowed(), kind="code"))
    return np.array([codes[cell] for cell in cells], dtype=np.float64), problems


_DECIMAL_COMMA = re.compile(r"\A(-?\d+),(\d+)\Z")


def _code(cell: Cell, scale: Scale, translation: Mapping[float, float] | None) -> object:
    if isinstance(cell, str):
        named = _by_label(cell, scale)
        if named is not None:
            return named
        try:
            number = float(_DECIMAL_COMMA.sub(r"\1.\2", cell))
        except ValueError:
            return _BAD
    else:
        number = float(cell) if cell is not None else np.nan
    if translation is not None:
        return translation.get(number, -np.inf)
    return number if np.isfinite(number) else _BAD


def _valid(code: float, scale: Scale) -> bool:
    if scale.categories:
        return code in scale.codes
    low = -np.inf if scale.minimum is None else scale.minimum
    high = np.inf if scale.maximum is None else scale.maximum
    return low <= code <= high and (scale.kind != "count" or code.is_integer())


def _by_label(text: str, scale: Scale) -> float | None:
    wanted = _plain(text)
    for category in scale.categories:
        if wanted in (_plain(category.label), category.key):
            return float(category.code)
    return None


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _label_translation(
    raw: RawTable, column: str, scale: Scale, codebook: Codebook, unanswered: Collection[object] = ()
) -> tuple[dict[float, float] | None, Problem | None]:
    """File code → codebook code by the labels that an SPSS file carries; None where the labels say nothing.

    A file that codes 5 as «helt enig» is thus read right. Labels that are partly those of the codebook and
    partly not are a fault: nothing is guessed. Codes of `unanswered` are none of either.
    """
    not_answers = {_plain(m.label) for m in codebook.missing}
    labels = {
        float(code): label
        for code, label in raw.value_labels.get(column, {}).items()
        if isinstance(code, int | float) and _plain(label) not in not_answers and code not in unanswered
    }
    found = {code: _by_label(label, scale) for code, label in labels.items()}
    known = {code: ours for code, ours in found.items() if ours is not None}
    if not known:
        return None, None
    strange = [f"{code:g} «{labels[code]}»" for code in found.keys() - known.keys()]
    if strange or len(set(known.values())) < len(known):
        which = ", ".join(strange) or "en etikett står to ganger"
        what = (
            f"verdietikettene passer bare delvis med kodeboken ({which}). "
            "Rett etikettene, eller gi kodene i kolonnekartet under values"
        )
        return None, Problem(raw.name, what, column=column, allowed=scale.allowed(), kind="code")
    identity = {
        float(code): float(code) for code in scale.codes
    }  # codes that nobody labelled keep their meaning
    if any(identity.get(code) != ours for code, ours in known.items()):
        return known, None
    return identity | known, None


def _problem(raw: RawTable, what: str, column: str, at: Sequence[int], ids: list[str], value: str) -> Problem:
    first = at[0]
    return Problem(raw.name, what, column, raw.rows[first], ids[first], value, more=len(at) - 1)


def _asked(
    raw: RawTable, frame: pd.DataFrame, variables: Sequence[Variable], codebook: Codebook, ids: list[str]
) -> list[Problem]:
    problems = []
    for variable in variables:
        rule = variable.asked.rule
        if rule is None:
            continue
        gate = frame[rule.variable].to_numpy()
        wrong = ~np.isnan(gate) & ~np.isin(gate, rule.codes) & ~np.isnan(frame[variable.id].to_numpy())
        at = np.flatnonzero(wrong).tolist()
        if not at:
            continue
        scale = codebook[rule.variable].scale
        value = f"{frame[variable.id].iloc[at[0]]:g}"
        given = scale.label(int(gate[at[0]]))
        what = (
            f"«{value}» er svar fra en som ikke fikk spørsmålet: det gikk bare til {variable.asked.label}, "
            f"men {rule.variable} er {gate[at[0]]:g} ({given})"
        )
        problem = _problem(raw, what, variable.id, at, ids, value)
        problems.append(replace(problem, allowed="tom celle", kind="rule"))
    return problems


def _implied(
    raw: RawTable, frame: pd.DataFrame, variables: Sequence[Variable], ids: list[str]
) -> list[Problem]:
    problems = []
    for variable in (v for v in variables if v.implied_by):
        ticks = frame[list(variable.implied_by)].to_numpy()
        yes, no = variable.codes
        given = frame[variable.id].to_numpy()
        derived = np.where((ticks == 1).any(axis=1), yes, np.where((ticks == 0).all(axis=1), no, np.nan))
        at = np.flatnonzero((given != derived) & ~np.isnan(given) & ~np.isnan(derived)).tolist()
        if at:
            value = f"{given[at[0]]:g}"
            what = f"«{value}» stemmer ikke med avkryssingene {', '.join(variable.implied_by)}"
            problem = _problem(raw, what, variable.id, at, ids, value)
            problems.append(replace(problem, allowed=f"her {derived[at[0]]:g}", kind="rule"))
    return problems


def offices(raw: RawTable, codebook: Codebook) -> tuple[pd.DataFrame, list[Problem]]:
    """Check ``offices.csv``.

    Returns
    -------
    frame
        Indexed by office id, in the order of the file: text columns (NaN = unknown), the others float64.
    problems
        Everything that is wrong.
    """
    wanted = codebook.columns("offices")
    problems = [
        Problem(raw.name, "kolonnen mangler", column=column) for column in wanted if column not in raw.columns
    ]
    problems += [
        Problem(raw.name, f"kolonnen er ukjent{did_you_mean(column, wanted)}", column=column)
        for column in raw.columns
        if column not in wanted
    ]
    ids, id_problems = _ids(raw, codebook.office_column)
    problems += id_problems
    columns: dict[str, object] = {}
    for spec in codebook.offices:
        if spec.column in raw.columns:
            columns[spec.column], faults = _office_column(raw, spec, codebook, ids)
            problems += faults
    frame = pd.DataFrame(columns, index=pd.Index(ids, name=codebook.office_column, dtype=object))
    frame = frame.drop(columns=codebook.office_column, errors="ignore")
    if not problems:
        problems += _office_sense(raw, frame)
    return frame, problems


def _office_column(
    raw: RawTable, spec: OfficeColumn, codebook: Codebook, ids: list[str]
) -> tuple[object, list[Problem]]:
    cells = raw.columns[spec.column]
    problems = []
    empty = [i for i, cell in enumerate(cells) if cell is None]
    if empty and not spec.nullable and spec.type != "slug":
        problems.append(_problem(raw, "cellen er tom, men må fylles ut", spec.column, empty, ids, ""))
    if spec.type in ("slug", "text"):
        for index, cell in enumerate(cells):
            if cell is None:
                continue
            value = cell_key(cell)
            if spec.type == "slug" and not _SLUG.match(value):
                what = f"«{value}» må være små bokstaver a–z, tall og bindestrek"
                problems.append(_problem(raw, what, spec.column, [index], ids, value))
            elif spec.values and value not in spec.values:
                problem = _problem(raw, f"«{value}» er ukjent", spec.column, [index], ids, value)
                problems.append(replace(problem, allowed=", ".join(spec.values)))
        return np.array([None if c is None else plain(cell_key(c)) for c in cells], dtype=object), problems
    codes, faults = _codes(raw, cells, spec.column, _office_scale(spec), ColumnMapping(), codebook, ids)
    return codes, problems + faults


def _office_scale(spec: OfficeColumn) -> Scale:
    if spec.scale is not None:
        return spec.scale
    if spec.type == "flag":
        return Scale(spec.column, "count", minimum=0, maximum=1)
    kind = "count" if spec.type == "count" else "numeric"
    return Scale(spec.column, kind, minimum=0 if spec.minimum is None else spec.minimum, maximum=spec.maximum)


def _office_sense(raw: RawTable, frame: pd.DataFrame) -> list[Problem]:
    """What one row of the office table says about itself must agree."""
    problems = []
    man_years = (frame["aarsverk_stat"] + frame["aarsverk_kommune"]).to_numpy()
    for index, office in enumerate(frame.index):
        row = frame.iloc[index]

        def add(column: str, what: str, allowed: str, index: int = index, office: str = office) -> None:
            problems.append(Problem(raw.name, what, column, raw.rows[index], office, allowed=allowed))

        size = next((c for limit, c in _SIZE_LIMITS if man_years[index] <= limit), 3)
        if not np.isnan(man_years[index]) and not np.isnan(row["size_class"]) and row["size_class"] != size:
            add(
                "size_class",
                f"klasse {row['size_class']:g} passer ikke med {man_years[index]:g} årsverk",
                f"{size}",
            )
        if row["leader_answers"] > row["leader_model"]:
            what = f"{row['leader_answers']:g} ledere svarte, men kontoret har {row['leader_model']:g}"
            add("leader_answers", what, f"høyst {row['leader_model']:g}")
    return problems


def leader_counts(raw: RawTable, leaders: pd.DataFrame, offices_frame: pd.DataFrame) -> list[Problem]:
    """The leaders' table must hold as many leaders of each office as the office table says answered."""
    if leaders["office"].isna().any():
        return []
    counted = leaders["office"].value_counts()
    return [
        Problem(
            raw.name,
            f"{office} har {int(counted.get(office, 0))} ledere, men offices.csv sier {told:g} svarte",
        )
        for office, told in offices_frame["leader_answers"].items()
        if counted.get(office, 0) != told
    ]
