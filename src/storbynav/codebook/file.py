"""Reads ``codebook.yml`` into the classes of `storbynav.codebook.model` and checks every entry on the way."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from storbynav import paths
from storbynav.codebook.model import (
    Audience,
    AudienceRule,
    Block,
    Category,
    Codebook,
    CodebookError,
    Derive,
    MissingCode,
    OfficeColumn,
    Scale,
    Stem,
    StudyText,
    Variable,
)
from storbynav.formatting import plain
from storbynav.yamlfile import Entry, YamlFaultError, YamlFile, parse_yaml, read_utf8

FORMAT = 1
KINDS = ("ordinal", "nominal", "binary", "multiple", "numeric", "count")
QUESTIONS = ("single", "tick", "numeric", "derived")
WORDINGS = ("exact", "paraphrase")
TABLES = ("survey", "leaders", "derived")
DERIVE_RULES = ("office_column", "count_services", "city_group")
MISSING_KEYS = frozenset({"ikke_spurt", "ubesvart"})
OFFICE_TYPES = ("slug", "text", "code", "flag", "number", "count")

_KEY = re.compile(r"[a-z][a-z0-9_]*\Z")
_KEY_RULE = "må være små bokstaver a–z, tall og understrek"
_FILES = ("survey", "leaders", "offices")
_NO_SCALE = Scale("?", "numeric")
_NO_AUDIENCE = Audience("?", "?")
_T = TypeVar("_T")


@lru_cache(maxsize=4)
def load_codebook(path: Path = paths.CODEBOOK_FILE) -> Codebook:
    """Read and check the codebook.

    Raises
    ------
    CodebookError
        The file is missing, is not YAML, or has faults: one message with a line for each.
    """
    name = paths.shown(path)
    try:
        text = read_utf8(path, name)
    except FileNotFoundError:
        raise CodebookError(f"{name}: kodeboken mangler.") from None
    except YamlFaultError as error:
        raise CodebookError(str(error)) from None
    return parse_codebook(text, name)


def parse_codebook(text: str, name: str = "codebook.yml") -> Codebook:
    """Check the text of a codebook and make a `Codebook` of it; `name` is used in messages."""
    return CodebookFile(text, name).codebook()


class CodebookFile(YamlFile):
    """One codebook file being read."""

    def codebook(self) -> Codebook:
        """The codebook, or one `CodebookError` with all faults."""
        try:
            top = self.entry(parse_yaml(self.text, self.name), "kodeboken")
        except YamlFaultError as error:
            raise CodebookError(str(error)) from None
        if top.get("format", int, required=True) not in (FORMAT, None):
            top.fault(f"format {top.raw['format']} er ukjent; denne versjonen leser format {FORMAT}")
        missing = self._missing(top)
        stems = self._named(top, "stems", self._stem, required=False)
        scales = self._named(top, "scales", lambda entry, name: self._scale(entry, name, missing))
        audiences = self._named(top, "audiences", self._audience)
        variables = self._variables(top, stems, scales, audiences)
        book = Codebook(
            variables=MappingProxyType(variables),
            scales=MappingProxyType(scales),
            audiences=MappingProxyType(audiences),
            stems=MappingProxyType(stems),
            missing=missing,
            offices=self._offices(top, scales),
            recodings=self._recodings(top, variables),
            blocks=MappingProxyType(self._named(top, "blocks", self._block, required=False)),
            id_column=top.text("id_column", required=True) or "id",
            office_column=top.text("office_column"),
            study=self._study(top),
        )
        top.done()
        self._cross_check(book)
        if self.faults:
            head = f"Kodeboken har {len(self.faults)} feil:"
            raise CodebookError("\n".join([head, *self.faults]))
        return book

    def _named(
        self, top: Entry, section: str, make: Callable[[Entry, str], _T], required: bool = True
    ) -> dict[str, _T]:
        result = {}
        for name, raw in top.get(section, dict, {}, required).items():
            entry = self.entry(raw, f"{section} {name}", rf"^  {re.escape(str(name))}:")
            if not _KEY.match(str(name)):
                entry.fault(f"navnet {_KEY_RULE}")
            result[str(name)] = make(entry, str(name))
            entry.done()
        return result

    def _missing(self, top: Entry) -> tuple[MissingCode, ...]:
        entry = self.entry(top.get("missing", dict, {}, required=True), "missing", r"^missing:")
        if entry.get("empty_in_csv", bool, True) is not True:
            entry.fault("empty_in_csv må være true: en tom celle er et manglende svar")
        codes = []
        for raw in entry.listing("codes", dict, required=True):
            sub = self.entry(raw, "missing", r"^missing:")
            code = sub.get("code", int, 0, required=True)
            codes.append(MissingCode(code, sub.text("key", True), plain(sub.text("label", True))))
            sub.done()
        entry.unique([c.code for c in codes], "kode")
        entry.unique([c.key for c in codes], "nøkkel")
        for key in sorted(MISSING_KEYS - {c.key for c in codes}):
            entry.fault(f"codes mangler nøkkelen {key}: SPSS-filen skiller de to slagene manglende svar")
        entry.done()
        return tuple(codes)

    def _stem(self, entry: Entry, name: str) -> Stem:
        return Stem(name, plain(entry.text("label", required=True)), entry.text("lines"))

    def _block(self, entry: Entry, name: str) -> Block:
        begins = entry.listing("begins", str, required=True)
        stem = entry.text("stem") if "stem" in entry.raw else None
        entry.get("stem", str)
        return Block(name, begins, stem, entry.text("title") or name)

    def _study(self, top: Entry) -> StudyText | None:
        raw = top.get("study", dict)
        if raw is None:
            return None
        entry = self.entry(raw, "study", r"^study:")
        files, rows = (
            self.entry(entry.get(key, dict, {}, required=True), f"study {key}", r"^study:")
            for key in ("files", "rows")
        )
        study = StudyText(
            name=entry.text("name", required=True),
            source=entry.text("source", required=True),
            synthetic=entry.text("synthetic", required=True),
            real=entry.text("real", required=True),
            universe=entry.text("universe", required=True),
            sampling=entry.text("sampling", required=True),
            mode=entry.text("mode", required=True),
            response=entry.text("response"),
            nation=entry.text("nation"),
            nation_code=entry.text("nation_code"),
            files={table: files.text(table, table == "survey") for table in _FILES},
            rows={table: rows.text(table, table == "survey") for table in _FILES},
        )
        files.done()
        rows.done()
        entry.done()
        return study

    def _audience(self, entry: Entry, name: str) -> Audience:
        rule = None
        raw = entry.get("rule", dict)
        if raw is not None:
            sub = self.entry(raw, f"{entry.where}, rule", entry.anchor)
            rule = AudienceRule(sub.text("variable", True), sub.listing("codes", int, True))
            if not rule.codes:
                sub.fault("codes er tom")
            sub.done()
        return Audience(name, plain(entry.text("label", True)), rule, entry.text("lines"), entry.text("note"))

    def _scale(self, entry: Entry, name: str, missing: tuple[MissingCode, ...]) -> Scale:
        scale = Scale(
            name=name,
            kind=entry.choice("kind", KINDS),
            categories=tuple(self._category(raw, entry) for raw in entry.listing("categories", dict)),
            agreement=entry.listing("agreement", int),
            threshold=entry.text("threshold"),
            higher_means=entry.text("higher_means"),
            minimum=entry.get("minimum", (int, float)),
            maximum=entry.get("maximum", (int, float)),
            unit=entry.text("unit"),
            inferred=entry.get("inferred", bool, False),
            lines=entry.text("lines"),
            note=entry.text("note"),
        )
        entry.unique(scale.codes, "kode")
        entry.unique([c.key for c in scale.categories], "nøkkel")
        if list(scale.codes) != sorted(scale.codes):
            entry.fault("kodene må stå i stigende rekkefølge")
        if (scale.kind in ("numeric", "count")) == bool(scale.categories):
            entry.fault("tallskalaer har ingen kategorier, alle andre må ha dem")
        if scale.kind == "binary" and len(scale.categories) != 2:
            entry.fault(f"en todelt skala må ha 2 kategorier, ikke {len(scale.categories)}")
        for code in scale.agreement:
            if code not in scale.codes:
                entry.fault(f"enighetskoden {code} er ikke en av {list(scale.codes)}")
        if bool(scale.agreement) != bool(scale.threshold):
            entry.fault("agreement og threshold må stå sammen")
        for code in sorted({m.code for m in missing} & set(scale.codes)):
            entry.fault(f"kode {code} er både svar og manglende")
        if scale.kind != "nominal" and not scale.higher_means:
            entry.fault("mangler higher_means (hva en høyere kode betyr)")
        return scale

    def _category(self, raw: object, parent: Entry) -> Category:
        entry = self.entry(raw, parent.where, parent.anchor)
        code = entry.get("code", int, 0, required=True)
        label, people = plain(entry.text("label", True)), plain(entry.text("people"))
        category = Category(code, entry.text("key", True), label, people)
        if category.key and not _KEY.match(category.key):
            entry.fault(f"nøkkelen {category.key!r} {_KEY_RULE}")
        entry.done()
        return category

    def _variables(
        self,
        top: Entry,
        stems: dict[str, Stem],
        scales: dict[str, Scale],
        audiences: dict[str, Audience],
    ) -> dict[str, Variable]:
        result: dict[str, Variable] = {}
        for number, raw in enumerate(top.listing("variables", dict, required=True), start=1):
            ident = str(raw.get("id", f"nr. {number}"))
            entry = self.entry(raw, f"variabel {ident}", rf"^- id: {re.escape(ident)}\s*$")
            entry.text("id", required=True)
            if not _KEY.match(ident):
                entry.fault(f"id {_KEY_RULE}")
            if ident in result:
                entry.fault("id finnes to ganger")
            valence = entry.get("valence", int, 0)
            if valence not in (-1, 0, 1):
                entry.fault(f"valence: {valence} er ikke -1, 0 eller 1")
            result[ident] = Variable(
                id=ident,
                table=entry.choice("table", TABLES),
                label=plain(entry.text("label", True)),
                short=entry.text("short", True),
                wording=entry.choice("wording", WORDINGS),
                question=entry.choice("question", QUESTIONS),
                scale=entry.refer("scale", scales) or _NO_SCALE,
                asked=entry.refer("asked", audiences) or _NO_AUDIENCE,
                valence=valence,
                stem=entry.refer("stem", stems, required=False),
                derive=self._derive(entry),
                implied_by=entry.listing("implied_by", str),
                tables=entry.listing("tables", str),
                figures=entry.listing("figures", str),
                lines=entry.text("lines"),
                note=entry.text("note"),
            )
            entry.done()
        return result

    def _derive(self, entry: Entry) -> Derive | None:
        raw = entry.get("derive", dict)
        if (entry.raw.get("table") == "derived") != (raw is not None):
            entry.fault("derive skal stå på avledede variabler (table: derived), og bare der")
        if raw is None:
            return None
        sub = self.entry(raw, f"{entry.where}, derive", entry.anchor)
        derive = Derive(
            rule=sub.choice("rule", DERIVE_RULES),
            column=sub.text("column"),
            groups=sub.get("groups", dict, {}),
            needs_leader_answer=sub.get("needs_leader_answer", bool, False),
        )
        sub.done()
        return derive

    def _offices(self, top: Entry, scales: dict[str, Scale]) -> tuple[OfficeColumn, ...]:
        columns = []
        for raw in top.listing("offices", dict, required=bool(top.raw.get("office_column"))):
            name = str(raw.get("column", "?"))
            entry = self.entry(raw, f"kontorkolonne {name}", rf"^- {{column: {re.escape(name)},")
            entry.text("column", required=True)
            kind = entry.choice("type", OFFICE_TYPES)
            columns.append(
                OfficeColumn(
                    column=name,
                    type=kind,
                    label=plain(entry.text("label", True)),
                    nullable=entry.get("nullable", bool, False),
                    values=entry.listing("values", str),
                    scale=entry.refer("scale", scales, required=kind == "code"),
                    service=entry.get("service", bool, False),
                    minimum=entry.get("minimum", (int, float)),
                    maximum=entry.get("maximum", (int, float)),
                    unit=entry.text("unit"),
                    lines=entry.text("lines"),
                )
            )
            entry.done()
        top.unique([c.column for c in columns], "kontorkolonne")
        return tuple(columns)

    def _recodings(
        self, top: Entry, variables: Mapping[str, Variable]
    ) -> Mapping[str, Mapping[str, Mapping[int, int]]]:
        raw = top.get("recodings", dict, {})
        for ident, tables in raw.items():
            if ident not in variables:
                self.fault(f"recodings {ident}", "ingen slik variabel", r"^recodings:")
                continue
            for table, mapping in tables.items():
                codes = variables[ident].codes
                if set(mapping) != set(codes):
                    what = f"må omkode nøyaktig kodene {list(codes)}"
                    self.fault(f"recodings {ident} {table}", what, r"^recodings:")
        return MappingProxyType(raw)

    def _cross_check(self, book: Codebook) -> None:
        for audience in book.audiences.values():
            if audience.rule is None:
                continue
            where, anchor = f"audiences {audience.name}", rf"^  {audience.name}:"
            variable = book.variables.get(audience.rule.variable)
            if variable is None:
                self.fault(where, f"ingen variabel {audience.rule.variable!r}", anchor)
                continue
            for code in sorted(set(audience.rule.codes) - set(variable.codes)):
                self.fault(where, f"{variable.id} har ingen kode {code}", anchor)
        columns = {c.column for c in book.offices}
        if book.office_column:
            for needed in (book.office_column, "name", "city", "leader_model", "leader_answers"):
                if needed not in columns:
                    self.fault("offices", f"mangler kolonnen {needed}", r"^offices:")
        elif book.offices:
            what = "kontorer krever office_column: kolonnen som sier hvor den som svarer, hører til"
            self.fault("offices", what, r"^offices:")
        for variable in book:
            where, anchor = f"variabel {variable.id}", rf"^- id: {variable.id}\s*$"
            if variable.table != "survey" and not book.office_column:
                self.fault(where, f"table: {variable.table} krever office_column og offices", anchor)
            for other in variable.implied_by:
                if other not in book or book[other].scale.kind != "multiple":
                    self.fault(where, f"implied_by: {other!r} er ikke en avkryssing", anchor)
            derive = variable.derive
            if derive and derive.rule == "office_column" and derive.column not in columns:
                self.fault(where, f"derive: offices.csv har ikke {derive.column!r}", anchor)
            if derive and derive.rule == "city_group":
                for code in sorted(set(derive.groups.values()) - set(variable.codes)):
                    self.fault(where, f"derive: gruppekoden {code} finnes ikke", anchor)
