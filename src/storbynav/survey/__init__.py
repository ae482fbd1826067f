"""The survey: typed, checked loading of CSV or SPSS files, and the `Survey` that every statistic reads.

    >>> survey = load()                                        # the shipped survey
    >>> survey = load("svar.sav", mapping="kolonnekart.yml")   # an institute's own SPSS file

Every fault in the files is collected and raised as one `SurveyError` whose message names file, column, row,
respondent, value and what is allowed. Derived variables (``ko_*``) are joined from the office table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from storbynav import paths
from storbynav.codebook import Codebook, CodebookError, Variable, load_codebook
from storbynav.problems import Problem, SurveyError
from storbynav.survey import validation
from storbynav.survey.mapping import ColumnMapping, load_mapping
from storbynav.survey.rawtable import FileFormat, RawTable, from_frame, read_table
from storbynav.yamlfile import YamlFaultError, did_you_mean, parse_yaml, read_utf8

__all__ = ["Problem", "Provenance", "Survey", "SurveyError", "build", "load"]

Group = str | int | Sequence[str | int]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Provenance:
    """Where the answers come from; every notice in figures, tables and text reads it.

    `kind` is ``synthetic`` unless a manifest or mapping says ``real``: an unmarked file is never passed off
    as a measurement. `edited` is true where the manifest's checksum is not that of the file.
    """

    kind: Literal["synthetic", "real"] = "synthetic"
    file: str = ""
    seed: int | None = None
    version: str = ""
    edited: bool = False

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made, not given."""
        return self.kind == "synthetic"

    @property
    def label(self) -> str:
        """«syntetiske svar» or «svar fra undersøkelsen»."""
        return "syntetiske svar" if self.synthetic else "svar fra undersøkelsen"


@dataclass(frozen=True)
class Survey:
    """A checked survey.

    Attributes
    ----------
    frame
        One row per respondent: `id` (text), `office` and `city` (text, NaN = unknown), and per variable of
        the codebook (derived ones too) a float64 column with NaN for missing. Floats, not nullable integers:
        all statistics need floats, and NaN costs no mask. Never change it in place.
    offices
        Indexed by office id; columns of ``offices.csv``.
    leaders
        One row per leader who answered, coded like `frame`; without rows where there is no such file.

    Where the codebook has no `office_column`, `offices` and `leaders` are empty, and `frame` has neither
    `office` nor `city`.
    """

    frame: pd.DataFrame
    offices: pd.DataFrame
    leaders: pd.DataFrame
    codebook: Codebook
    provenance: Provenance = field(default_factory=Provenance)

    def __len__(self) -> int:
        """The number of respondents."""
        return len(self.frame)

    @property
    def synthetic(self) -> bool:
        """Whether the answers are made, not given."""
        return self.provenance.synthetic

    def variable(self, name: str) -> Variable:
        """The codebook's entry; `CodebookError` with a suggestion for a name it does not have."""
        return self.codebook[name]

    def table_of(self, name: str) -> pd.DataFrame:
        """The frame that holds a variable: `leaders` for those of the leader form, else `frame`."""
        return self.leaders if self.codebook[name].table == "leaders" else self.frame

    def answers(self, name: str, **groups: Group) -> pd.Series:
        """Codes of a variable (float64, NaN = missing) among those in `groups` (see `mask`)."""
        frame = self.table_of(name)
        return frame.loc[self.mask(frame=frame, **groups), name] if groups else frame[name]

    def valid_n(self, name: str, **groups: Group) -> int:
        """The number of respondents in `groups` with an answer."""
        return int(self.answers(name, **groups).notna().sum())

    def mask(self, *, frame: pd.DataFrame | None = None, **groups: Group) -> Mask:
        """Which respondents are in all `groups`: ``mask(bg_arbeidsgiver="stat", city=["Oslo", "Bergen"])``.

        Keys are variables of the codebook, `office` or `city`; values are a category's key or code (a list
        means any of them). A missing value is in no group.

        Raises
        ------
        CodebookError
            Unknown variable, category, office or city; the message says which there are.
        """
        frame = self.frame if frame is None else frame
        inside = np.ones(len(frame), dtype=bool)
        for name, wanted in groups.items():
            # codes taken from a frame are floats or numpy's own numbers
            single = isinstance(wanted, str | int | float | np.generic)
            values: list[str | int] = [wanted] if single else list(wanted)  # type: ignore[list-item,arg-type]
            inside &= self._membership(frame, name, values)
        return inside

    def _membership(self, frame: pd.DataFrame, name: str, wanted: list[str | int]) -> Mask:
        if name == "office" and self.codebook.office_column:
            self._known("kontoret", wanted, list(self.offices.index))
            return frame["office"].isin(wanted).to_numpy()
        if name == "city" and self.codebook.office_column:
            self._known("byen", wanted, list(dict.fromkeys(self.offices["city"])))
            return frame["office"].map(self.offices["city"]).isin(wanted).to_numpy()
        variable = self.codebook[name]
        if name not in frame.columns:
            raise CodebookError(f"{name} finnes ikke i denne tabellen ({variable.asked.label}).")
        scale = variable.scale
        codes = [scale.category(w).code if scale.categories else float(w) for w in wanted]
        return frame[name].isin(codes).to_numpy()

    @staticmethod
    def _known(what: str, wanted: Sequence[str | int], known: Sequence[str]) -> None:
        for value in wanted:
            if value not in known:
                hint = did_you_mean(str(value), known)
                raise CodebookError(f"Fant ikke {what} {value!r}{hint}. Det finnes: {', '.join(known)}.")

    def asked(self, name: str) -> Mask:
        """Who was asked a question of the survey; those whose gate variable is missing count as asked."""
        rule = self.codebook[name].asked.rule
        if rule is None:
            return np.ones(len(self.table_of(name)), dtype=bool)
        gate = self.frame[rule.variable]
        return (gate.isna() | gate.isin(rule.codes)).to_numpy()

    def recoded(self, name: str, table: str) -> pd.Series:
        """A variable in the coding that a printed table uses (``recodings`` of the codebook)."""
        return self.frame[name].map(
            {float(k): float(v) for k, v in self.codebook.recoding(name, table).items()}
        )

    def for_table(self, variables: Sequence[str], table: str) -> pd.DataFrame:
        """Columns in a printed table's coding, ready for correlation or regression."""
        return pd.DataFrame(
            {v: self.recoded(v, table) if self.codebook[v].codes else self.frame[v] for v in variables}
        )


def load(
    path: Path | str | None = None,
    *,
    offices: Path | str | None = None,
    leaders: Path | str | None = None,
    mapping: Path | str | None = None,
    codebook: Codebook | None = None,
) -> Survey:
    """Load and check a survey.

    Parameters
    ----------
    path
        ``.csv``, ``.sav``, ``.dta`` or ``.xlsx``; the shipped ``data/survey/survey.csv`` by default.
    offices, leaders
        Tables that belong to it: by default ``offices.csv`` and ``leaders.csv`` beside `path`, or where there
        are none, the shipped offices and no leaders.
    mapping
        A YAML file that renames columns and recodes values of an institute's own file;
        `storbynav.survey.mapping` documents it.

    Raises
    ------
    SurveyError
        Anything wrong with any of the files: one error with all problems.
    """
    book = codebook or load_codebook()
    survey_path = paths.SURVEY_FILE if path is None else Path(path)
    offices_path, leaders_path = None, None
    if book.office_column:
        offices_path, leaders_path = _belonging(survey_path, offices, leaders)
    columns = load_mapping(Path(mapping), book) if mapping else ColumnMapping()
    raw_tables: list[RawTable | None] = []
    problems: list[Problem] = []
    for file in (survey_path, offices_path, leaders_path):
        how = columns.file_format if file == survey_path else FileFormat()
        try:
            raw_tables.append(read_table(file, how) if file else None)
        except SurveyError as error:
            problems += error.problems
    if problems:
        raise SurveyError(problems)
    survey_raw, offices_raw, leaders_raw = raw_tables
    assert survey_raw is not None
    provenance = _provenance(survey_path, columns)
    return check(survey_raw, offices_raw, leaders_raw, book, columns, provenance)


def _belonging(
    survey_path: Path, offices: Path | str | None, leaders: Path | str | None
) -> tuple[Path, Path | None]:
    """The files with the offices and the leaders of a survey."""
    beside_offices, beside_leaders = (survey_path.parent / f for f in ("offices.csv", "leaders.csv"))
    return (
        Path(offices) if offices else beside_offices if beside_offices.is_file() else paths.OFFICES_FILE,
        Path(leaders) if leaders else beside_leaders if beside_leaders.is_file() else None,
    )


def build(
    frame: pd.DataFrame,
    offices: pd.DataFrame | None = None,
    leaders: pd.DataFrame | None = None,
    *,
    codebook: Codebook | None = None,
    provenance: Provenance | None = None,
) -> Survey:
    """A `Survey` from data frames with the columns of the CSV files; checked like files, rows from 1."""
    return check(
        from_frame(frame, "survey"),
        None if offices is None else from_frame(offices, "offices"),
        None if leaders is None else from_frame(leaders, "leaders"),
        codebook or load_codebook(),
        ColumnMapping(),
        provenance or Provenance(),
    )


def check(
    survey_raw: RawTable,
    offices_raw: RawTable | None,
    leaders_raw: RawTable | None,
    codebook: Codebook,
    mapping: ColumnMapping,
    provenance: Provenance,
) -> Survey:
    """The survey of its raw tables (without offices: of one); `SurveyError` with every fault of them."""
    if offices_raw is None:
        offices, problems = pd.DataFrame(), list[Problem]()
    else:
        offices, problems = validation.offices(offices_raw, codebook)
    known = list(offices.index)
    frame, faults = validation.respondents(survey_raw, codebook, "survey", mapping, known)
    problems += faults
    if leaders_raw is None:
        leaders = pd.DataFrame(columns=list(codebook.columns("leaders")), dtype=np.float64)
    else:
        leaders, faults = validation.respondents(leaders_raw, codebook, "leaders", ColumnMapping(), known)
        problems += faults
        if not problems:
            problems += validation.leader_counts(leaders_raw, leaders, offices)
    if problems:
        raise SurveyError(problems)
    if not provenance.synthetic:
        from storbynav.disclosure import display  # whose gate knows what a survey is

        display.close()
    if not codebook.office_column:
        return Survey(frame, offices, leaders, codebook, provenance)
    derived = derive(frame["office"], offices, codebook)
    problems = _check_stored(survey_raw.renamed(mapping.columns), derived, codebook)
    if problems:
        raise SurveyError(problems)
    return Survey(pd.concat([frame, derived], axis=1), offices, leaders, codebook, provenance)


def derive(office: pd.Series, offices: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The derived variables of respondents (`office`: their office ids) from the office table.

    Returns one row per respondent: `city` (text) and the ``ko_*`` columns (float64); NaN = unknown.
    """
    columns: dict[str, Any] = {"city": office.map(offices["city"])}
    for variable in codebook.of("derived"):
        columns[variable.id] = office.map(_per_office(variable, offices, codebook)).astype(np.float64)
    return pd.DataFrame(columns, index=office.index)


def _per_office(variable: Variable, offices: pd.DataFrame, codebook: Codebook) -> pd.Series:
    rule = variable.derive
    assert rule is not None
    if rule.rule == "city_group":
        return offices["city"].map(rule.groups).astype(np.float64)
    if rule.rule == "count_services":
        return offices[list(codebook.services)].sum(axis=1, skipna=False)
    column = offices[rule.column]
    return column.where(offices["leader_answers"] > 0) if rule.needs_leader_answer else column


def _check_stored(raw: RawTable, derived: pd.DataFrame, codebook: Codebook) -> list[Problem]:
    """Derived columns that a file carries (the ``.sav`` does, for SPSS users) must be those derived here."""
    problems = []
    for column in derived.columns:
        cells = raw.columns.get(column)
        if cells is None:
            continue
        for row, cell, right in zip(raw.rows, cells, derived[column], strict=True):
            ours = None if right != right else right
            theirs = float(cell) if isinstance(ours, float) and cell is not None else cell
            if ours != theirs:
                what = f"«{cell}» er ikke det kontortabellen gir. Fjern kolonnen, den avledes ved innlesing"
                problems.append(Problem(raw.name, what, column=column, row=row, allowed=f"her {ours}"))
                break
    return problems


def _provenance(path: Path, mapping: ColumnMapping) -> Provenance:
    manifest = path.parent / "manifest.yml"
    told: Mapping[str, Any] = {}
    if manifest.is_file():
        name = paths.shown(manifest)
        try:
            told = parse_yaml(read_utf8(manifest, name), name) or {}
        except YamlFaultError as error:
            where, what = str(error).split(": ", 1)
            raise SurveyError([Problem(where, what)]) from None
        if told.get("provenance") not in ("synthetic", "real"):
            raise SurveyError(
                [Problem(name, "provenance mangler eller er ukjent", allowed="synthetic, real")]
            )
    checksum = (told.get("checksums") or {}).get(path.name)
    if mapping.provenance and told and mapping.provenance != told["provenance"]:
        what = (
            f"kolonnekartet sier {mapping.provenance}, men manifestet ved siden av sier {told['provenance']}"
        )
        raise SurveyError([Problem(paths.shown(path), what)])
    edited = checksum is not None and hashlib.sha256(path.read_bytes()).hexdigest() != checksum
    return Provenance(
        kind="real" if (mapping.provenance or told.get("provenance")) == "real" else "synthetic",
        file=paths.shown(path),
        seed=told.get("seed"),
        version=str(told.get("code_version", "")),
        edited=edited,
    )
