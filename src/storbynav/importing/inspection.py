"""What a file holds, seen through a column map: a dry run that never shows a respondent's row.

Only counts, column names, codes and the names of offices are told. A cell with text is never repeated: it may
be what somebody wrote about a person.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from storbynav import paths, published
from storbynav import survey as surveys
from storbynav.codebook import Codebook, Variable, load_codebook
from storbynav.formatting import plain
from storbynav.importing import suspicions
from storbynav.problems import Problem, SurveyError
from storbynav.survey import Survey, validation
from storbynav.survey.mapping import ColumnMapping, cell_key, load_mapping
from storbynav.survey.rawtable import RawTable, read_table

Kind = Literal[
    "missing",
    "unknown",
    "not_in_file",
    "codes",
    "offices",
    "ids",
    "rules",
    "tables",
    "reversed",
    "duplicates",
    "wording",
    "office_table",
]
HEADINGS: dict[Kind, str] = {
    "missing": "Spørsmål som filen mangler",
    "unknown": "Kolonner i filen som ikke er koblet",
    "not_in_file": "Kolonner i kolonnekartet som filen ikke har",
    "codes": "Koder utenfor skalaen",
    "offices": "Ukjente kontorer",
    "ids": "Løpenumre",
    "rules": "Svar som ikke henger sammen",
    "tables": "Tabellene sett sammen",
    "reversed": "Skalaer som kan være snudd",
    "duplicates": "Mulige dobbeltregistreringer",
    "office_table": "Kontortabellen",
    "wording": "Spørsmål uten trykt ordlyd: se etter at det er det samme spørsmålet",
}
WARNINGS: frozenset[Kind] = frozenset({"reversed", "duplicates", "wording", "office_table"})
"""What the owner must judge; all other findings keep the data set from being written."""


@dataclass(frozen=True)
class Finding:
    """One line of the dry run; `column` is the file's own name for it where it has one."""

    kind: Kind
    text: str
    column: str = ""

    @property
    def stops(self) -> bool:
        """Whether nothing is written as long as this stands."""
        return self.kind not in WARNINGS


@dataclass(frozen=True)
class Match:
    """A column that was recognised: the file's name, the codebook's, valid and missing answers."""

    theirs: str
    ours: str
    valid: int
    missing: int


@dataclass(frozen=True)
class Inspection:
    """The dry run. `survey` is there only where nothing stops it from being written."""

    file: str
    rows: int
    columns: int
    matches: tuple[Match, ...]
    findings: tuple[Finding, ...]
    survey: Survey | None

    @property
    def passed(self) -> bool:
        """Whether the data set may be written."""
        return self.survey is not None


def inspect(
    file: Path,
    mapping: Path,
    *,
    offices: Path | None = None,
    leaders: Path | None = None,
    registry: published.Registry | None = None,
) -> Inspection:
    """Look at an institute's file through its column map.

    Parameters
    ----------
    offices, leaders
        The institute's tables in the format of ``data/survey``; without `offices` the shipped one is used.

    Raises
    ------
    SurveyError
        A file cannot be read at all, or the map itself is wrong.
    """
    book = load_codebook()
    columns = load_mapping(mapping, book)
    raw = read_table(file, columns.file_format)
    offices_raw, leaders_raw, known = None, None, list[str]()
    if book.office_column:
        offices_raw = read_table(offices or paths.OFFICES_FILE)
        leaders_raw = read_table(leaders) if leaders else None
        office_table, problems = validation.offices(offices_raw, book)
        known = list(office_table.index)
        if problems:
            raise SurveyError(problems)
    findings = _column_findings(raw, columns, book)
    findings += _office_findings(raw, columns, book, known)
    findings += _id_findings(raw, columns, book)
    complete = _completed(raw, columns, book)
    frame, faults = validation.respondents(complete, book, "survey", columns, known)
    findings += _answer_findings(faults, columns)
    matches = tuple(
        Match(theirs, ours, int(frame[ours].notna().sum()), int(frame[ours].isna().sum()))
        for theirs in raw.columns
        if (ours := columns.columns.get(theirs, theirs)) in frame.columns and ours != book.id_column
    )
    survey = None
    if not any(f.stops for f in findings):
        provenance = surveys.Provenance(kind="real", file=paths.shown(file))
        try:
            survey = surveys.check(raw, offices_raw, leaders_raw, book, columns, provenance)
        except SurveyError as error:  # what only shows when the tables are put together
            findings += [Finding("tables", str(p.discreet())) for p in error.problems]
        else:
            findings += _suspicions(survey, columns, registry or published.registry())
    shipped = bool(book.office_column) and offices is None
    findings += _notes(book, {m.ours for m in matches}, shipped)
    return Inspection(paths.shown(file), len(raw.rows), len(raw.columns), matches, tuple(findings), survey)


def _column_findings(raw: RawTable, mapping: ColumnMapping, book: Codebook) -> list[Finding]:
    found = [
        Finding("not_in_file", f"kolonnekartet kobler den til {ours}, men den finnes ikke i filen", theirs)
        for theirs, ours in mapping.columns.items()
        if theirs not in raw.columns
    ]
    renamed = raw.renamed(mapping.columns)
    wanted = book.columns("survey")
    allowed = {*wanted, "city", *(v.id for v in book.of("derived"))}
    free = [
        c
        for c in raw.columns
        if mapping.columns.get(c, c) not in allowed and c not in mapping.ignore and not mapping.ignore_rest
    ]
    unmatched = [c for c in raw.columns if mapping.columns.get(c, c) not in allowed]
    for ours in wanted:
        if ours not in renamed.columns and ours not in mapping.absent:
            text = ours
            if ours in book:
                text += f" «{book[ours].label}»"
                guess = _guess(book[ours], unmatched, raw)
                text += f". Kan være {guess}" if guess else ". Sett den under absent om den ikke ble stilt"
            found.append(Finding("missing", text))
    found += [
        Finding("unknown", "koble den under columns, eller sett den under ignore", column) for column in free
    ]
    return found


def _guess(variable: Variable, columns: list[str], raw: RawTable) -> str:
    """The file's column whose label or name is nearest the wording of a question."""
    texts = {c: raw.variable_labels.get(c, "") for c in columns}
    wording = variable.label.casefold()
    scored = [
        (difflib.SequenceMatcher(None, wording, text.casefold(), autojunk=False).ratio(), c)
        for c, text in texts.items()
        if text
    ]
    if scored and max(scored)[0] >= 0.6:
        best = max(scored)[1]
        return f"{best} («{plain(texts[best])}»)"
    near = difflib.get_close_matches(variable.id, columns, n=1, cutoff=0.75)
    return near[0] if near else ""


def _office_findings(
    raw: RawTable, mapping: ColumnMapping, book: Codebook, known: list[str]
) -> list[Finding]:
    cells = raw.renamed(mapping.columns).columns.get(book.office_column, [])
    counted = Counter(cell_key(cell) for cell in cells if cell is not None)
    strange = [(key, n) for key, n in counted.items() if mapping.offices.get(key, key) not in known]
    names = _theirs(mapping, book.office_column)
    return [
        Finding("offices", f"«{key}» ({_rows(n)}){_did_you_mean(key, known)}: sett den under offices", names)
        for key, n in strange
    ]


def _did_you_mean(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word.casefold(), known, n=1)
    return f", mente du {near[0]}?" if near else ""


def _id_findings(raw: RawTable, mapping: ColumnMapping, book: Codebook) -> list[Finding]:
    cells = raw.renamed(mapping.columns).columns.get(book.id_column, [])
    empty = sum(cell is None for cell in cells)
    counted = Counter(cell_key(cell) for cell in cells if cell is not None)
    twice = sum(n - 1 for n in counted.values())
    name = _theirs(mapping, book.id_column)
    found = []
    if empty:
        found.append(Finding("ids", f"{_rows(empty)} er uten løpenummer", name))
    if twice:
        found.append(Finding("ids", f"{_rows(twice)} har et løpenummer som er brukt før", name))
    return found


def _answer_findings(problems: Iterable[Problem], mapping: ColumnMapping) -> list[Finding]:
    """Faults of answers; those of columns, offices and ids are told by the functions above."""
    found = []
    for problem in problems:
        if not problem.kind:
            continue
        text = f"{problem.column}: {problem.discreet().what}"
        if problem.row is not None:
            text += f" ({_rows(problem.more + 1)}, den første er rad {problem.row})"
        text += f". Tillatt: {problem.allowed}"
        kind: Kind = "codes" if problem.kind == "code" else "rules"
        found.append(Finding(kind, text, _theirs(mapping, problem.column)))
    return found


def _completed(raw: RawTable, mapping: ColumnMapping, book: Codebook) -> RawTable:
    """The file with empty columns for the questions it lacks, so that all its other faults are found too."""
    there = set(raw.renamed(mapping.columns).columns)
    lacking = [c for c in book.columns("survey") if c not in there]
    empty: dict[str, list[str | float | None]] = {c: [None] * len(raw.rows) for c in lacking}
    return replace(raw, columns={**raw.columns, **empty})


def _suspicions(survey: Survey, mapping: ColumnMapping, registry: published.Registry) -> list[Finding]:
    found = [
        Finding(
            "reversed",
            f"{r.variable}: {r.wrong} av {r.pairs} tydelige sammenhenger har motsatt fortegn av "
            f"{r.source}. Snu kodene under values om skalaen er snudd",
            _theirs(mapping, r.variable),
        )
        for r in suspicions.reversals(survey, registry)
    ]
    twice = suspicions.duplicates(survey)
    if twice:
        found.append(Finding("duplicates", f"{twice} respondenter har nøyaktig samme svar som en annen"))
    return found


def _notes(book: Codebook, matched: set[str], shipped_offices: bool) -> list[Finding]:
    found = [
        Finding("wording", f"{v.id}: «{v.label}» er vår omskriving")
        for v in book.of("survey")
        if not v.exact and v.id in matched
    ]
    if shipped_offices:
        text = (
            "ingen egen kontortabell (--offices): årsverk, ledermodell og tjenester tas fra prosjektets, "
            "som bare delvis er trykt"
        )
        found.append(Finding("office_table", text))
    return found


def _theirs(mapping: ColumnMapping, ours: str) -> str:
    return next((theirs for theirs, name in mapping.columns.items() if name == ours), ours)


def _rows(count: int) -> str:
    return "1 rad" if count == 1 else f"{count} rader"
