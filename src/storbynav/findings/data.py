"""The survey as the predicates read it: 0/1 columns, groups and t-tests, each computed once."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt

from storbynav.disclosure import Gate
from storbynav.findings.base import Groups
from storbynav.stats import Correlation, StatisticsError, TTest, correlate, stars, t_test, t_two_sided
from storbynav.survey import Survey

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

CASE_OFFICES = ("fana", "ytrebygda", "hundvaag-storhaug", "lerkendal", "sagene", "ostensjo", "kristiansand")
"""The seven offices of the case study (Vedlegg 2)."""

PREDICTORS = (
    "ko_ledermodell",
    "ko_aarsverk_klasse",
    "ko_antall_tjenester",
    "bg_sosionom",
    "ko_leder_sosionom",
)
"""The five predictors of Tabell 3, in its order."""


class Betas:
    """One regression of Tabell 3: standardised coefficients and stars by predictor, and R²."""

    def __init__(self, columns: Floats) -> None:
        """`columns`: the outcome, then the predictors (n × 6), NaN for missing; listwise deletion.

        Solved from the correlation matrix: the same numbers as `stats.ols` (a test holds them together)
        without its import, which costs more than all findings.
        """
        complete = columns[~np.isnan(columns).any(axis=1)]
        n, k = len(complete), complete.shape[1] - 1
        r: Floats = np.atleast_2d(np.corrcoef(complete, rowvar=False))
        inverse = np.linalg.inv(r[1:, 1:])
        self.beta: Floats = inverse @ r[1:, 0]
        self.r2 = float(self.beta @ r[1:, 0])
        self.df2 = n - k - 1
        se = np.sqrt((1 - self.r2) / self.df2 * np.diag(inverse))
        self.p: Floats = t_two_sided(self.beta / se, self.df2)

    def of(self, predictor: str) -> float:
        """The coefficient of a predictor."""
        return float(self.beta[PREDICTORS.index(predictor)])

    def starred(self, predictor: str) -> bool:
        """Whether its p is below ,05."""
        return bool(self.p[PREDICTORS.index(predictor)] < 0.05)


class Data:
    """A survey and what has been computed from it so far."""

    def __init__(self, survey: Survey) -> None:
        """Nothing is computed yet."""
        self.survey = survey
        self.book = survey.codebook
        self._masks: dict[tuple[str, Groups], Mask] = {}
        self._chosen: dict[tuple[str, tuple[int, ...]], Floats] = {}
        self._tests: dict[tuple[object, ...], TTest | None] = {}
        self._least: dict[tuple[object, ...], int] = {}  # respondents in the smaller group of a test
        self._correlations: dict[tuple[str, str, str], Correlation] = {}
        self._betas: dict[str, Betas] = {}
        self.gate = Gate.of(survey, "findings").watching()

    def codes(self, item: str, answer: str | None) -> tuple[int, ...]:
        """The codes of an answer; without one those that count as agreeing."""
        variable = self.book[item]
        return variable.agreement if answer is None else (variable.scale.code(answer),)

    def mask(self, item: str, groups: Groups) -> Mask:
        """Who is in all groups, in the table of `item`."""
        table = self.book[item].table
        key = ("leaders" if table == "leaders" else "survey", groups)
        if key not in self._masks:
            frame = self.survey.table_of(item)
            wanted: dict[str, list[str]] = {}
            for name, value in groups:
                wanted.setdefault(name, []).append(value)
            models = wanted.pop("ko_ledermodell", []) if key[0] == "leaders" else []
            mask = self.survey.mask(frame=frame, **wanted)
            if models:
                mask = mask & frame["office"].isin(self._of_office(models)).to_numpy()
            self._masks[key] = mask
        return self._masks[key]

    def _of_office(self, models: list[str]) -> list[str]:
        """Offices with one of these leader models: the leader form itself does not hold it."""
        codes = [self.book["ko_ledermodell"].scale.code(model) for model in models]
        offices = self.survey.offices
        return list(offices.index[offices["leader_model"].isin(codes)])

    def chosen(self, item: str, answer: str | None = None) -> Floats:
        """100 where the respondent gave the answer, 0 where another, NaN where none."""
        codes = self.codes(item, answer)
        if (item, codes) not in self._chosen:
            answers = self.survey.table_of(item)[item].to_numpy(dtype=np.float64)
            picked = np.where(np.isin(answers, codes), 100.0, 0.0)
            self._chosen[item, codes] = np.where(np.isnan(answers), np.nan, picked)
        return self._chosen[item, codes]

    def share(
        self, item: str, answer: str | None = None, groups: Groups = (), base: str = "valid"
    ) -> Fraction | None:
        """Per cent with the answer, exact; None where nobody answered."""
        values = self.chosen(item, answer)[self.mask(item, groups)]
        total = len(values) if base == "all" else int(np.count_nonzero(~np.isnan(values)))
        if self.gate.closed:
            count = int(np.count_nonzero(values == 100.0))
            self.gate.hides([count, total - count], (0,))
        return Fraction(int(np.nansum(values)), total) if total else None

    def compared(
        self, item: str, by: str, groups: tuple[str, str], among: Groups, scale: bool
    ) -> TTest | None:
        """Student's t between two groups, on the share with the agreeing answers or on the scale."""
        key = (item, by, groups, among, scale)
        if key not in self._tests:
            frame = self.survey.table_of(item)
            values = frame[item].to_numpy(dtype=np.float64) if scale else self.chosen(item)
            parts = [values[self.mask(item, tuple(sorted((*among, (by, g)))))] for g in groups]
            least = min(int(np.count_nonzero(~np.isnan(part))) for part in parts)
            self._least[key] = least
            try:
                self._tests[key] = t_test(parts[0], parts[1], welch=False)
            except StatisticsError:
                self._tests[key] = None
        self.gate.few(self._least[key])
        return self._tests[key]

    def correlation(self, table: str, a: str, b: str) -> Correlation:
        """Pearson's r in a printed table's coding."""
        key = (table, min(a, b), max(a, b))
        if key not in self._correlations:
            frame = self.survey.for_table([a, b], table)
            self._correlations[key] = correlate(frame[a], frame[b])
        self.gate.few(self._correlations[key].n)
        return self._correlations[key]

    def betas(self, item: str) -> Betas:
        """The regression of Tabell 3 for an outcome."""
        if item not in self._betas:
            frame = self.survey.for_table([item, *PREDICTORS], "v1_3")
            self._betas[item] = Betas(frame.to_numpy(dtype=np.float64))
        return self._betas[item]

    # ------------------------------------------------------------ words

    def name(self, item: str) -> str:
        """«Høy turnover»: the item as charts name it."""
        return f"«{self.book[item].short}»"

    def group(self, by: str, value: str) -> str:
        """A group's name for readers."""
        if by == "office":
            return str(self.survey.offices["name"].get(value, value))
        if by == "city":
            return value
        return self.book[by].scale.category(value).label

    def people(self, by: str, value: str) -> str:
        """Those of a group, where the category's own label does not name people: «statlig ansatte»."""
        if value in ("ja", "nei"):
            return f"dem som svarte {value} på {self.name(by)}"
        if by in self.book and (told := self.book[by].scale.category(value).people):
            return told
        return self.group(by, value)

    def among(self, groups: Groups) -> str:
        """« blant kommunalt ansatte og to ledere», or nothing."""
        names = [self.people(by, value) for by, value in groups]
        return " blant " + " og ".join(names) if names else ""


__all__ = ["CASE_OFFICES", "PREDICTORS", "Betas", "Data", "stars"]
