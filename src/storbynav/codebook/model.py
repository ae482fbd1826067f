"""What a codebook holds: variables with their scales, who was asked, the columns of the office table."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from storbynav.formatting import sentence

Table = Literal["survey", "leaders", "derived"]


class CodebookError(ValueError):
    """The codebook file is wrong, or something was asked of it that it does not hold."""


@dataclass(frozen=True, slots=True)
class Category:
    """One answer category: integer `code` in the data, ASCII `key` in code, Norwegian `label` in print.

    `people`: who gave it, in running text, where the label names no people («statlig ansatte»).
    """

    code: int
    key: str
    label: str
    people: str = ""


@dataclass(frozen=True)
class Scale:
    """The answer scale of a variable.

    `agreement` are the codes that count as agreeing (or reporting) and `threshold` the words for them;
    `higher_means` says in Norwegian what a higher code means, which gives every coefficient its direction.
    `minimum` and `maximum` bound numeric and count scales, which have no categories.
    """

    name: str
    kind: str
    categories: tuple[Category, ...] = ()
    agreement: tuple[int, ...] = ()
    threshold: str = ""
    higher_means: str = ""
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    inferred: bool = False
    lines: str = ""
    note: str = ""

    @cached_property
    def codes(self) -> tuple[int, ...]:
        """The valid codes, in the order of the categories; empty for numeric and count scales."""
        return tuple(c.code for c in self.categories)

    def category(self, answer: str | int) -> Category:
        """The category with this key or code; `CodebookError` names the allowed ones."""
        for c in self.categories:
            if answer in (c.key, c.code):
                return c
        allowed = ", ".join(f"{c.key} ({c.code})" for c in self.categories) or "ingen kategorier"
        raise CodebookError(f"Skalaen {self.name} har ikke kategorien {answer!r}. Den har: {allowed}.")

    def code(self, key: str) -> int:
        """The code of a category key."""
        return self.category(key).code

    def label(self, code: int) -> str:
        """The printed label of a code."""
        return self.category(int(code)).label

    def allowed(self) -> str:
        """The allowed values, as a message shows them."""
        if self.categories:
            return ", ".join(f"{c.code} ({c.label})" for c in self.categories)
        low = "" if self.minimum is None else f"fra {self.minimum:g}"
        high = "" if self.maximum is None else f"til {self.maximum:g}"
        whole = "heltall" if self.kind == "count" else "tall"
        return " ".join(part for part in (whole, low, high) if part)


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Only respondents whose `variable` has one of `codes` were asked."""

    variable: str
    codes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a question went to; without a `rule` nothing is checked."""

    name: str
    label: str
    rule: AudienceRule | None = None
    lines: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Stem:
    """An introduction that several questions share."""

    name: str
    label: str
    lines: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the page «Kodebok»: how the names of its variables begin, and their stem.

    `stem` is the one that they share, empty for those without one, None for whichever. `title` is what a
    screen reader calls the table, the name itself where the codebook gives none.
    """

    name: str
    begins: tuple[str, ...]
    stem: str | None = None
    title: str = ""

    def holds(self, variable: Variable) -> bool:
        """Whether a variable stands in this part."""
        stem = variable.stem.name if variable.stem else ""
        return variable.id.split("_")[0] in self.begins and self.stem in (None, stem)


@dataclass(frozen=True, slots=True)
class StudyText:
    """The study behind the answers, in words for a data archive.

    `source` names it («spørreundersøkelsen i rapport 3»); `synthetic` and `real` are told of such answers.
    `universe`, `sampling` and `response` may hold ``{places}`` (the cities of the office table) and facts by
    their id. `files` and `rows` tell by table what a CSV file holds and what a row of it is.
    """

    name: str
    source: str
    synthetic: str
    real: str
    universe: str
    sampling: str
    mode: str
    response: str
    nation: str
    nation_code: str
    files: Mapping[str, str]
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Derive:
    """How a derived variable is made from the office table."""

    rule: str
    column: str = ""
    groups: Mapping[str, int] = field(default_factory=dict)
    needs_leader_answer: bool = False


@dataclass(frozen=True)
class Variable:
    """One variable: wording, scale, who was asked, where the print uses it."""

    id: str
    table: str
    label: str
    short: str
    wording: str
    question: str
    scale: Scale
    asked: Audience
    valence: int = 0
    stem: Stem | None = None
    derive: Derive | None = None
    implied_by: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    lines: str = ""
    note: str = ""

    @property
    def exact(self) -> bool:
        """Whether `label` is the printed wording (else it is our own gloss)."""
        return self.wording == "exact"

    @property
    def codes(self) -> tuple[int, ...]:
        """Valid codes."""
        return self.scale.codes

    @property
    def agreement(self) -> tuple[int, ...]:
        """Codes that count as agreeing; `CodebookError` where the scale has no such codes."""
        if not self.scale.agreement:
            raise CodebookError(
                f"{self.id} ({self.scale.kind}) har ingen enighetskoder. "
                f"Be om en kategori: {self.scale.allowed()}."
            )
        return self.scale.agreement


@dataclass(frozen=True)
class OfficeColumn:
    """One column of ``offices.csv``; `type` is slug, text, code, flag (0/1), number or count."""

    column: str
    type: str
    label: str
    nullable: bool = False
    values: tuple[str, ...] = ()
    scale: Scale | None = None
    service: bool = False
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    lines: str = ""


@dataclass(frozen=True, slots=True)
class MissingCode:
    """A user-missing code of the SPSS file."""

    code: int
    key: str
    label: str


@dataclass(frozen=True)
class Codebook:
    """All variables by id, in the order of the file, with what they refer to.

    A survey whose respondents belong to no office has no `office_column` (and no offices, leaders, derived
    variables).
    """

    variables: Mapping[str, Variable]
    scales: Mapping[str, Scale]
    audiences: Mapping[str, Audience]
    stems: Mapping[str, Stem]
    missing: tuple[MissingCode, ...]
    offices: tuple[OfficeColumn, ...]
    recodings: Mapping[str, Mapping[str, Mapping[int, int]]]
    blocks: Mapping[str, Block] = field(default_factory=dict)
    study: StudyText | None = None
    id_column: str = "id"
    office_column: str = "office"  # empty: the survey has no offices

    def __getitem__(self, variable: str) -> Variable:
        """The variable with this id; `CodebookError` suggests near spellings."""
        try:
            return self.variables[variable]
        except KeyError:
            near = difflib.get_close_matches(str(variable), self.variables, n=3)
            hint = f" Mente du {' eller '.join(near)}?" if near else " Se data/survey/codebook.yml."
            raise CodebookError(f"Kodeboken har ingen variabel {variable!r}.{hint}") from None

    def __contains__(self, variable: object) -> bool:
        """Whether there is a variable with this id."""
        return variable in self.variables

    def __iter__(self) -> Iterator[Variable]:
        """The variables, in the order of the file (not their ids)."""
        return iter(self.variables.values())

    def __len__(self) -> int:
        """The number of variables."""
        return len(self.variables)

    def of(self, table: Table) -> tuple[Variable, ...]:
        """The variables of one table, in the order of the codebook."""
        return tuple(v for v in self if v.table == table)

    def columns(self, table: Literal["survey", "leaders", "offices"]) -> tuple[str, ...]:
        """The column names of one of the three CSV files, in order."""
        if table == "offices":
            return tuple(c.column for c in self.offices)
        office = (self.office_column,) if self.office_column else ()
        return (self.id_column, *office, *(v.id for v in self.of(table)))

    def office_label(self, column: str) -> str:
        """The label of a column of ``offices.csv``, as a heading: «NAV-kontor», «By»."""
        return str(sentence(next(c.label for c in self.offices if c.column == column)))

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The columns of ``offices.csv`` that count as municipal services taken in."""
        return tuple(c.column for c in self.offices if c.service)

    def recoding(self, variable: str, table: str) -> Mapping[int, int]:
        """Codes here → codes in a printed table; identity where the table uses the same coding."""
        v = self[variable]
        identity = {c: c for c in v.codes}
        return self.recodings.get(variable, {}).get(table, identity)
