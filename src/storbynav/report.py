"""What a qmd cell may call: `Report`. Numbers, figures and tables as text for Norwegian readers.

    from storbynav.report import Report
    r = Report.open()

Everything returned is a `Text` (a `str` that is shown as it is) or a `Markdown`. What the author asked for
wrongly is refused with a message that says what there is.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from storbynav import edition, facts, figures, paths, portraits, tables
from storbynav import formatting as f
from storbynav import survey as surveys
from storbynav.catalogue import Catalogue, load_catalogue
from storbynav.codebook import Variable
from storbynav.disclosure import Counted, Entry, Gate, ledger
from storbynav.figures import overview, overview_bundle
from storbynav.formatting import Markdown, Text
from storbynav.stats.regression import Regression
from storbynav.survey import Group, Survey
from storbynav.yamlfile import parse_yaml

__all__ = ["Report", "ReportError"]

Base = Literal["valid", "all"]
Answer = str | int | Sequence[str] | None
_EMPLOYERS = {"kommune": "nav_kommunalt", "stat": "nav_statlig"}


class ReportError(ValueError):
    """Something was asked of the report that it cannot answer; the message says what it can."""


@dataclass(frozen=True)
class Report:
    """A survey, opened for a chapter. `calibrated`: the synthetic survey meets what print says (manifest).

    Of real answers every number passes the gate for texts (`storbynav.disclosure`); with `watch` it hides
    nothing and notes all, for the verification, which compares numbers before it shows any.
    """

    survey: Survey
    catalogue: Catalogue
    calibrated: bool = False
    figures_folder: Path = paths.FIGURES
    watch: bool = False

    @classmethod
    def open(cls, path: Path | str | None = None, *, mapping: Path | str | None = None) -> Report:
        """Open the shipped survey, or the institute's own file (`mapping` as for `storbynav.survey.load`)."""
        file = paths.SURVEY_FILE if path is None else Path(path)
        stamps = tuple(
            _stamp(p)
            for p in (file, *(file.parent / n for n in ("offices.csv", "leaders.csv", "manifest.yml")))
        )
        survey = _load(file, None if mapping is None else Path(mapping), stamps)
        edition.check(file.parent, survey.provenance)
        return cls(survey, load_catalogue(), _calibrated(file) and not survey.provenance.edited)

    # ------------------------------------------------------------------ shares, counts, means

    def share(
        self,
        item: str,
        *,
        decimals: int = 1,
        answer: str | int | None = None,
        nearest: int | None = None,
        base: Base = "valid",
        **groups: Group,
    ) -> Text:
        """«58,8 %»: those who agree, or gave `answer`, among valid answers (`base="all"`: all respondents).

        `nearest=10` rounds to tens. `groups` narrows: ``bg_arbeidsgiver="stat"``, ``city="Oslo"``,
        ``office="fana"``.
        """
        if base not in ("valid", "all"):
            raise ReportError(f"base må være «valid» eller «all», ikke {base!r}.")
        answers = self._answers(item, groups)
        codes = self.codes(item, answer)
        count, n = int(answers.isin(codes).sum()), int(answers.notna().sum())
        total = len(answers) if base == "all" else n
        if self._told(item, codes, groups, counts=[count, total - count]):
            return f.Suppressed()
        gate = self.gate
        share = self._ratio(gate.rounded(count), gate.rounded(total), item, groups)
        return f.percent(f.nearest(share, nearest), 0) if nearest else f.percent(share, decimals)

    def missing(self, item: str, *, decimals: int = 1, **groups: Group) -> Text:
        """«1,6 %»: those without an answer, among all respondents."""
        answers = self._answers(item, groups)
        count, total = int(answers.isna().sum()), len(answers)
        if self._told(item, None, groups, counts=[count, total - count]):
            return f.Suppressed()
        return f.percent(
            self._ratio(self.gate.rounded(count), self.gate.rounded(total), item, groups), decimals
        )

    def n(self, item: str, **groups: Group) -> Text:
        """The number of valid answers."""
        n = int(self._answers(item, groups).notna().sum())
        return self._number(n, self._told(item, None, groups, counts=[n]))

    def count(self, item: str, answer: str | int, **groups: Group) -> Text:
        """How many gave `answer`."""
        answers, codes = self._answers(item, groups), self.codes(item, answer)
        count, n = int(answers.isin(codes).sum()), int(answers.notna().sum())
        return self._number(count, self._told(item, codes, groups, counts=[count, n - count]))

    def mean(self, item: str, *, decimals: int = 2, **groups: Group) -> Text:
        """The mean of the codes, «2,63»."""
        return self._statistic(self._moment(item, groups, "mean"), decimals, self._valid(item, groups))

    def sd(self, item: str, *, decimals: int = 2, **groups: Group) -> Text:
        """The standard deviation of the codes (n − 1)."""
        return self._statistic(self._moment(item, groups, "std"), decimals, self._valid(item, groups))

    def respondents(self, **groups: Group) -> Text:
        """«997»: respondents, answered or not."""
        count = int(self._mask(groups).sum())
        return self._number(count, self._told(None, None, groups, counts=[count]))

    def respondent_share(self, *, decimals: int = 1, **groups: Group) -> Text:
        """«50,6 %»: respondents in `groups` among all."""
        if not groups:
            raise ReportError('respondent_share må få vite hvem: for eksempel respondent_share(city="Oslo").')
        count, total = int(self._mask(groups).sum()), len(self.survey)
        if self._told(None, None, groups, counts=[count, total - count]):
            return f.Suppressed()
        gate = self.gate
        return f.percent(self._ratio(gate.rounded(count), gate.rounded(total), "respondentene", {}), decimals)

    # ------------------------------------------------------------------ statistics

    def corr(self, a: str, b: str, *, decimals: int = 2) -> Text:
        """Pearson's r of two variables as coded in the codebook, «0,46»."""
        found = tables.pearson(self.survey, a, b)
        return self._statistic(found.r, decimals, found.n)

    def beta(self, dv: str, predictor: str, *, decimals: int = 2) -> Text:
        """A standardised coefficient of a table of regressions, «−0,32»."""
        fit = self._regression(dv)
        return self._statistic(fit.row(predictor)["beta"], decimals, fit.n)

    def r2(self, dv: str, *, decimals: int = 0) -> Text:
        """Explained variance of such a regression, «6 %»."""
        fit = self._regression(dv)
        return f.Suppressed() if self.gate.few(fit.n) else f.percent(100 * fit.r2, decimals)

    def f(self, dv: str, *, decimals: int = 2) -> Text:
        """The F statistic of such a regression, «9,47»."""
        fit = self._regression(dv)
        return self._statistic(fit.f, decimals, fit.n)

    def df(self, dv: str) -> Text:
        """The degrees of freedom of such a regression, «5 og 513»."""
        fit = self._regression(dv)
        return f.listing([f.number(fit.df1), f.number(fit.df2)])

    # ------------------------------------------------------------------ sample, offices, leaders

    def emails(self, city: str | None = None, employer: str | None = None) -> Text:
        """Questionnaires sent: to all, to one city, to its staff of one employer (`"stat"`, `"kommune"`)."""
        return f.number(tables.emails_sent(city or "Totalsum", employer))

    def response_rate(self, base: Literal["sent", "net"] = "sent", *, decimals: int = 0) -> Text:
        """Answers per e-mail sent, or (`"net"`) per e-mail to someone still employed."""
        if base not in ("sent", "net"):
            raise ReportError(f"base må være «sent» eller «net», ikke {base!r}.")
        sent = tables.emails_sent("Totalsum", None)
        removed = facts.find("survey.removed").value if base == "net" else 0
        return f.percent(Fraction(100 * len(self.survey), sent - int(removed)), decimals)

    def offices(self, *, words: bool = False, **filters: str | int) -> Text:
        """How many offices: columns of offices.csv; ``services=0``: with the minimum solution only."""
        table = self.survey.offices
        inside = pd.Series(True, index=table.index)
        for column, wanted in filters.items():
            if column == "services":
                services = table[list(self.survey.codebook.services)].sum(axis=1, skipna=False)
                inside &= (table["minimum"] == 0) if wanted == 0 else (services == wanted)
            elif column in table.columns:
                inside &= table[column] == wanted
                if wanted not in set(table[column]):
                    known = ", ".join(str(v) for v in table[column].dropna().drop_duplicates().sort_values())
                    raise ReportError(f"Ingen kontorer har {column} = {wanted!r}. Verdiene er: {known}.")
            else:
                near = _near(column, [*table.columns, "services"])
                raise ReportError(f"offices.csv har ikke kolonnen {column!r}.{near}")
        return _counted(int(inside.sum()), words)

    def leaders(self, *, words: bool = False, **filters: str | int | Sequence[str]) -> Text:
        """How many leaders gave these answers (variables of the leader form); a list: any of them."""
        inside = np.ones(len(self.survey.leaders), dtype=bool)
        asked = {item: self.codes(self._leader_item(item), answer) for item, answer in filters.items()}
        for item, codes in asked.items():
            inside &= self.survey.leaders[item].isin(codes).to_numpy()
        return self._of_leaders(int(inside.sum()), words, asked)

    def leaders_answered(self, item: str, *, words: bool = False) -> Text:
        """How many leaders answered a question of the leader form."""
        codes = tuple(self._variable(self._leader_item(item)).codes)
        count = int(self.survey.leaders[item].notna().sum())
        return self._of_leaders(count, words, {item: codes})

    def aarsverk(self, which: Literal["min", "max"]) -> Text:
        """Whole man-years of the smallest or largest office (cut, not rounded, as print does)."""
        totals = self._aarsverk().sum(axis=1, skipna=False).dropna()
        if which not in ("min", "max"):
            raise ReportError(f"aarsverk kan gi «min» eller «max», ikke {which!r}.")
        return f.number(int(totals.min() if which == "min" else totals.max()))

    def aarsverk_share(self, employer: Literal["stat", "kommune"], *, decimals: int = 0) -> Text:
        """The employer's share of the man-years of all offices, «57 %»."""
        if employer not in _EMPLOYERS:
            raise ReportError(f"Arbeidsgiver er «stat» eller «kommune», ikke {employer!r}.")
        known = self._aarsverk().dropna()
        return f.percent(100 * known[f"aarsverk_{employer}"].sum() / known.to_numpy().sum(), decimals)

    def fact(self, ident: str) -> Text:
        """A fact of the study that no data set holds (``data/published/facts.yml``)."""
        return facts.find(ident).shown

    # ------------------------------------------------------------------ figures and tables

    def figure(self, ident: str) -> Markdown:
        """Write a figure's bundle; returns its image with alternative text, and the note below it."""
        data = figures.compute(self.catalogue.figure(ident), self.survey, calibrated=self.calibrated)
        self._note(figures.entry(data, self.survey))
        folder = self.figures_folder / ident
        return _image(folder, figures.write(data, folder))

    def overview(self) -> Markdown:
        """Write the bundle of «Hovedfunn»; returns its image with alternative text, and the note below it."""
        folder = self.figures_folder / overview_bundle.IDENT
        made = overview.make(self.catalogue, self.survey)
        return _image(folder, overview_bundle.write(made, folder))

    def overview_caption(self) -> Text:
        """The caption of «Hovedfunn»."""
        return overview.caption()

    def table(self, ident: str) -> Markdown:
        """A table as Markdown, with the note below it."""
        row = self.catalogue.table(ident)
        table = tables.build(row, self.survey, calibrated=self.calibrated)
        self._note(tables.entry(table))
        folder = self.figures_folder / f"tbl_{row.id}"
        tables.write(table, folder)
        return Markdown(tables.markdown(table, _relative(folder / "table.csv")))

    def office_facts(self, office: str) -> Markdown:
        """Key facts of a case office as print has them, at the head of its portrait."""
        return portraits.facts_markdown(office, self.survey)

    def office_profile(self, office: str) -> Markdown:
        """What print says of the place of a case office among the seven."""
        return portraits.profile_markdown(office)

    def caption(self, ident: str) -> Text:
        """The caption of a figure (`v1_6`) or table (`tbl_v1_2`)."""
        if ident.startswith("tbl_"):
            return Text(self.catalogue.table(ident).caption)
        return Text(self.catalogue.figure(ident).caption)

    # ------------------------------------------------------------------ findings

    def findings(self) -> None:
        """Evaluate the statements of the text and write ``findings.json`` beside the figures.

        For a hidden cell: what reads the file stops or marks where a statement is not as expected.
        `storbynav.findings.FindingsError` tells every fault of ``report/funn.yml``.
        """
        from storbynav import findings  # only the chapter that asks pays for it

        findings.write(findings.evaluate_all(self.survey), self.figures_folder / "findings" / "findings.json")

    # ------------------------------------------------------------------ disclosure

    @cached_property
    def gate(self) -> Gate:
        """What the policy lets through of numbers in the text."""
        gate = Gate.of(self.survey, "verification" if self.watch else "text")
        return gate.watching() if self.watch else gate

    def _told(
        self, item: str | None, codes: tuple[int, ...] | None, groups: dict[str, Group], *, counts: list[int]
    ) -> bool:
        """Whether a count must be hidden, noted in the ledger; `counts`: those counted, and the others.

        Hidden too where the same number of the other groups, or of the other answers, would give it away.
        """
        if not self.gate.closed:
            return False
        mine = {name: self._by_label(name, wanted) for name, wanted in groups.items()}
        hidden = self.gate.hides(counts, (0,))
        if item is not None and codes is not None and len(codes) == 1:
            scale = self._variable(item).scale
            answers = self._answers(item, groups)
            each = [int((answers == c.code).sum()) for c in scale.categories]
            hidden |= self.gate.hides(each, ([c.code for c in scale.categories].index(codes[0]),))
        for name, wanted in mine.items():
            values = self._values(name)
            if isinstance(wanted, str | int) and wanted in values:
                lines = [self._pair(item, codes, {**mine, name: value}) for value in values]
                hidden |= self.gate.hides(lines, (values.index(wanted), 0))
        one = Counted.make(item, codes, mine)
        return self._decided(f"{item} {codes} {sorted(mine.items())}", one, hidden)

    def _decided(self, ident: str, one: Counted, hidden: bool) -> bool:
        """Whether a number that the gate hides (or not) is hidden after all; into the ledger with it."""
        if self.watch:
            return hidden
        hidden |= self.gate.withholds(one)
        told = Entry("text", ident)
        printed = hidden and one in self._printed
        (told.known if printed else told.hidden if hidden else told.shown).append(one)
        self._note(told)
        return hidden and not printed

    @cached_property
    def _printed(self) -> frozenset[Counted]:
        from storbynav.verify.known import known  # only where a number would be hidden

        return known(replace(self, watch=True))

    def _pair(self, item: str | None, codes: tuple[int, ...] | None, groups: dict[str, Group]) -> list[int]:
        """Those counted and those not, in a group; everyone in it where no item is asked for."""
        if item is None:
            return [int(self._mask(groups).sum())]
        answers = self._answers(item, groups)
        n = int(answers.notna().sum())
        if codes is None:
            return [n]
        count = int(answers.isin(codes).sum())
        return [count, n - count]

    def _values(self, name: str) -> list[str | int]:
        """All groups that a name of `groups` may stand for."""
        if name == "office":
            return list(self.survey.offices.index)
        if name == "city":
            return list(dict.fromkeys(self.survey.offices["city"]))
        return [category.key for category in self._variable(name).scale.categories]

    def _note(self, entry: Entry) -> None:
        """Into the private ledger; of a synthetic survey there is nothing to account for."""
        if not self.survey.synthetic:
            ledger.write(entry, self.figures_folder.parent / ledger.FOLDER)

    def _number(self, count: int, hidden: bool) -> Text:
        return f.Suppressed() if hidden else f.number(self.gate.rounded(count))

    def _statistic(self, value: float, decimals: int, n: int) -> Text:
        return f.Suppressed() if self.gate.few(n) else f.number(value, decimals)

    def _valid(self, item: str, groups: dict[str, Group]) -> int:
        return int(self._answers(item, groups).notna().sum())

    def _of_leaders(self, count: int, words: bool, asked: dict[str, tuple[int, ...]]) -> Text:
        """How many leaders gave the codes asked for; a dash where the data set holds no leaders at all."""
        total = len(self.survey.leaders)
        if not total and not self.survey.synthetic and not self.watch:
            return Text(f.MISSING)
        hidden = self.gate.hides([count, total - count], (0,))
        if asked and self.gate.closed:
            (item, codes), *others = asked.items()
            hidden = self._decided(f"ledere {asked}", Counted.make(item, codes, dict(others)), hidden)
        if hidden:
            return f.Suppressed()
        return _counted(self.gate.rounded(count), words)

    # ------------------------------------------------------------------ inside

    def _variable(self, item: str) -> Variable:
        return self.survey.variable(item)

    def _leader_item(self, item: str) -> str:
        if self._variable(item).table != "leaders":
            raise ReportError(
                f"{item} er ikke et spørsmål fra lederskjemaet (de begynner med ldr_ eller part_)."
            )
        return item

    def _answers(self, item: str, groups: dict[str, Group]) -> pd.Series:
        self._variable(item)
        frame = self.survey.table_of(item)
        return frame.loc[self._mask(groups, frame), item]

    def _mask(self, groups: dict[str, Group], frame: pd.DataFrame | None = None) -> np.ndarray:
        frame = self.survey.frame if frame is None else frame
        return self.survey.mask(
            frame=frame, **{name: self._by_label(name, wanted) for name, wanted in groups.items()}
        )

    def _by_label(self, name: str, wanted: Group) -> Group:
        """Labels of the codebook are accepted beside keys and codes."""
        if name not in self.survey.codebook:
            return wanted
        if isinstance(wanted, Sequence) and not isinstance(wanted, str):
            return [self._category(name, one) for one in wanted]
        return self._category(name, wanted)

    def _category(self, item: str, answer: Any) -> Any:
        categories = self._variable(item).scale.categories
        return next((c.key for c in categories if answer == c.label), answer)

    def codes(self, item: str, answer: Answer) -> tuple[int, ...]:
        """The codes that an answer stands for; without one those that count as agreeing."""
        variable = self._variable(item)
        if answer is None:
            return variable.agreement
        answers = [answer] if isinstance(answer, str | int) else answer
        return tuple(variable.scale.category(self._category(item, one)).code for one in answers)

    def _ratio(self, count: int, total: int, what: str, groups: dict[str, Group]) -> Fraction:
        if not total:
            who = ", ".join(f"{name}={wanted!r}" for name, wanted in groups.items())
            raise ReportError(
                f"Ingen svar på {what}" + (f" blant {who}" if who else "") + ": andelen kan ikke regnes ut."
            )
        return Fraction(100 * count, total)

    def _moment(self, item: str, groups: dict[str, Group], which: Literal["mean", "std"]) -> float:
        if self._variable(item).scale.kind == "nominal":
            raise ReportError(
                f"{item} har kategorier uten rekkefølge: gjennomsnitt og spredning gir ingen mening."
            )
        answers = self._answers(item, groups)
        value = float(answers.mean() if which == "mean" else answers.std())
        if not np.isfinite(value):
            raise ReportError(f"For få svar på {item} til å regne ut gjennomsnitt eller spredning.")
        return value

    def _aarsverk(self) -> pd.DataFrame:
        return self.survey.offices[["aarsverk_stat", "aarsverk_kommune"]]

    def _regression(self, dv: str) -> Regression:
        fits = self._regressions
        if dv not in fits:
            raise ReportError(
                f"Ingen tabell har en regresjon for {dv!r}.{_near(dv, fits)} De har: {', '.join(fits)}."
            )
        return fits[dv]

    @cached_property
    def _regressions(self) -> dict[str, Regression]:
        rows = [row for row in self.catalogue.tables.values() if row.kind == "regression"]
        return {dv: fit for row in rows for dv, fit in tables.regressions(row, self.survey).items()}


def _image(folder: Path, written: dict[str, Any]) -> Markdown:
    image = f'![]({_relative(folder / "wide.svg")}){{fig-alt="{f.escape_markdown(written["alt"])}"}}'
    return Markdown(f"{image}\n\n::: {{.figur-note}}\n{f.escape_markdown(written['note'])}\n:::\n")


def _counted(value: int, words: bool) -> Text:
    return f.number_word(value) if words else f.number(value)


def _near(word: str, known: object) -> str:
    near = difflib.get_close_matches(word, list(known), n=3)  # type: ignore[call-overload]
    return f" Mente du {' eller '.join(near)}?" if near else ""


def _stamp(file: Path) -> tuple[str, int, int]:
    """What changes when a file does."""
    try:
        stat = file.stat()
    except OSError:
        return (str(file), 0, 0)
    return (str(file), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _load(file: Path, mapping: Path | None, _stamps: tuple[tuple[str, int, int], ...]) -> Survey:
    """The survey, read once for all chapters of a session as long as its files stay the same."""
    return surveys.load(file, mapping=mapping)


def _calibrated(file: Path) -> bool:
    """Whether the manifest says that the synthetic survey meets what print says."""
    manifest = file.parent / "manifest.yml"
    if not manifest.is_file():
        return False
    told = parse_yaml(manifest.read_text(encoding="utf-8"), paths.shown(manifest))
    return isinstance(told, dict) and told.get("calibrated") is True


def _relative(file: Path) -> str:
    """The path of a file as the document being rendered must write it."""
    folder = os.environ.get("QUARTO_DOCUMENT_PATH") or Path.cwd()
    return Path(os.path.relpath(file, folder)).as_posix()
