"""What a qmd cell may call: `Report`. Numbers, figures and tables as text for Norwegian readers.

    from storbynav.report import Report
    r = Report.open()

Everything returned is a `Text` (a `str` that is shown as it is) or a `Markdown`. What the author asked for
wrongly is refused with a message that says what there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd

from storbynav import edition, facts, figures, paths, portraits, tables
from storbynav import formatting as f
from storbynav.catalogue import Catalogue, load_catalogue
from storbynav.disclosure import Counted, Gate, ledger
from storbynav.figures import overview, overview_bundle
from storbynav.formatting import Markdown, Text
from storbynav.report.asking import Answer, Asked, ReportError, near
from storbynav.report.markdown import image, relative
from storbynav.report.opening import calibrated, survey_of
from storbynav.report.protection import Protection
from storbynav.stats.regression import Regression
from storbynav.survey import Group, Survey

__all__ = ["Report", "ReportError"]

Base = Literal["valid", "all"]
_EMPLOYERS = {"kommune": "nav_kommunalt", "stat": "nav_statlig"}


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
        survey = survey_of(file, None if mapping is None else Path(mapping))
        edition.check(file.parent, survey.provenance)
        return cls(survey, load_catalogue(), calibrated(file) and not survey.provenance.edited)

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
        answers = self._asked.answers(item, groups)
        codes = self._asked.codes(item, answer)
        count, n = int(answers.isin(codes).sum()), int(answers.notna().sum())
        total = len(answers) if base == "all" else n
        if self._protection.hides(item, codes, groups, counts=[count, total - count]):
            return f.Suppressed()
        gate = self.gate
        share = self._asked.percentage(gate.rounded(count), gate.rounded(total), item, groups)
        return f.percent(f.nearest(share, nearest), 0) if nearest else f.percent(share, decimals)

    def missing(self, item: str, *, decimals: int = 1, **groups: Group) -> Text:
        """«1,6 %»: those without an answer, among all respondents."""
        answers = self._asked.answers(item, groups)
        count, total = int(answers.isna().sum()), len(answers)
        if self._protection.hides(item, None, groups, counts=[count, total - count]):
            return f.Suppressed()
        return f.percent(
            self._asked.percentage(self.gate.rounded(count), self.gate.rounded(total), item, groups), decimals
        )

    def n(self, item: str, **groups: Group) -> Text:
        """The number of valid answers."""
        n = int(self._asked.answers(item, groups).notna().sum())
        return self._number(n, self._protection.hides(item, None, groups, counts=[n]))

    def count(self, item: str, answer: str | int, **groups: Group) -> Text:
        """How many gave `answer`."""
        answers, codes = self._asked.answers(item, groups), self._asked.codes(item, answer)
        count, n = int(answers.isin(codes).sum()), int(answers.notna().sum())
        return self._number(count, self._protection.hides(item, codes, groups, counts=[count, n - count]))

    def mean(self, item: str, *, decimals: int = 2, **groups: Group) -> Text:
        """The mean of the codes, «2,63»."""
        return self._statistic(self._asked.moment(item, groups, "mean"), decimals, self._valid(item, groups))

    def sd(self, item: str, *, decimals: int = 2, **groups: Group) -> Text:
        """The standard deviation of the codes (n − 1)."""
        return self._statistic(self._asked.moment(item, groups, "std"), decimals, self._valid(item, groups))

    def respondents(self, **groups: Group) -> Text:
        """«997»: respondents, answered or not."""
        count = int(self._asked.mask(groups).sum())
        return self._number(count, self._protection.hides(None, None, groups, counts=[count]))

    def respondent_share(self, *, decimals: int = 1, **groups: Group) -> Text:
        """«50,6 %»: respondents in `groups` among all."""
        if not groups:
            raise ReportError('respondent_share må få vite hvem: for eksempel respondent_share(city="Oslo").')
        count, total = int(self._asked.mask(groups).sum()), len(self.survey)
        if self._protection.hides(None, None, groups, counts=[count, total - count]):
            return f.Suppressed()
        gate = self.gate
        return f.percent(
            self._asked.percentage(gate.rounded(count), gate.rounded(total), "respondentene", {}), decimals
        )

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
                hint = near(column, [*table.columns, "services"])
                raise ReportError(f"offices.csv har ikke kolonnen {column!r}.{hint}")
        return _counted(int(inside.sum()), words)

    def leaders(self, *, words: bool = False, **filters: str | int | Sequence[str]) -> Text:
        """How many leaders gave these answers (variables of the leader form); a list: any of them."""
        inside = np.ones(len(self.survey.leaders), dtype=bool)
        asked = {
            item: self._asked.codes(self._asked.leader_item(item), answer) for item, answer in filters.items()
        }
        for item, codes in asked.items():
            inside &= self.survey.leaders[item].isin(codes).to_numpy()
        return self._of_leaders(int(inside.sum()), words, asked)

    def leaders_answered(self, item: str, *, words: bool = False) -> Text:
        """How many leaders answered a question of the leader form."""
        codes = tuple(self._asked.variable(self._asked.leader_item(item)).codes)
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
        self._protection.note(figures.entry(data, self.survey))
        folder = self.figures_folder / ident
        return image(folder, figures.write(data, folder))

    def overview(self) -> Markdown:
        """Write the bundle of «Hovedfunn»; returns its image with alternative text, and the note below it."""
        folder = self.figures_folder / overview_bundle.IDENT
        made = overview.make(self.catalogue, self.survey)
        return image(folder, overview_bundle.write(made, folder))

    def overview_caption(self) -> Text:
        """The caption of «Hovedfunn»."""
        return overview.caption()

    def table(self, ident: str) -> Markdown:
        """A table as Markdown, with the note below it."""
        row = self.catalogue.table(ident)
        table = tables.build(row, self.survey, calibrated=self.calibrated)
        self._protection.note(tables.entry(table))
        folder = self.figures_folder / f"tbl_{row.id}"
        tables.write(table, folder)
        return Markdown(tables.markdown(table, relative(folder / "table.csv")))

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

    @property
    def gate(self) -> Gate:
        """What the policy lets through of numbers in the text."""
        return self._protection.gate

    @cached_property
    def _protection(self) -> Protection:
        return Protection(self._asked, self.figures_folder.parent / ledger.FOLDER, self._known, self.watch)

    def _known(self) -> frozenset[Counted]:
        from storbynav.verify.known import known  # only where a number would be hidden

        return known(replace(self, watch=True))

    def _number(self, count: int, hidden: bool) -> Text:
        return f.Suppressed() if hidden else f.number(self.gate.rounded(count))

    def _statistic(self, value: float, decimals: int, n: int) -> Text:
        return f.Suppressed() if self.gate.few(n) else f.number(value, decimals)

    def _valid(self, item: str, groups: dict[str, Group]) -> int:
        return int(self._asked.answers(item, groups).notna().sum())

    def _of_leaders(self, count: int, words: bool, asked: dict[str, tuple[int, ...]]) -> Text:
        """How many leaders gave the codes asked for; a dash where the data set holds no leaders at all."""
        total = len(self.survey.leaders)
        if not total and not self.survey.synthetic and not self.watch:
            return Text(f.MISSING)
        hidden = self.gate.hides([count, total - count], (0,))
        if asked and self.gate.closed:
            (item, codes), *others = asked.items()
            hidden = self._protection.decides(
                f"ledere {asked}", Counted.make(item, codes, dict(others)), hidden
            )
        if hidden:
            return f.Suppressed()
        return _counted(self.gate.rounded(count), words)

    # ------------------------------------------------------------------ inside

    @cached_property
    def _asked(self) -> Asked:
        return Asked(self.survey)

    def codes(self, item: str, answer: Answer) -> tuple[int, ...]:
        """The codes that an answer stands for; without one those that count as agreeing."""
        return self._asked.codes(item, answer)

    def _aarsverk(self) -> pd.DataFrame:
        return self.survey.offices[["aarsverk_stat", "aarsverk_kommune"]]

    def _regression(self, dv: str) -> Regression:
        fits = self._regressions
        if dv not in fits:
            raise ReportError(
                f"Ingen tabell har en regresjon for {dv!r}.{near(dv, fits)} De har: {', '.join(fits)}."
            )
        return fits[dv]

    @cached_property
    def _regressions(self) -> dict[str, Regression]:
        rows = [row for row in self.catalogue.tables.values() if row.kind == "regression"]
        return {dv: fit for row in rows for dv, fit in tables.regressions(row, self.survey).items()}


def _counted(value: int, words: bool) -> Text:
    return f.number_word(value) if words else f.number(value)
