"""What the author asks for, in the survey's terms: variables, groups, the answers of those who are meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import pandas as pd

from storbynav.codebook import Variable
from storbynav.survey import Group, Survey

Answer = str | int | Sequence[str] | None
Groups = Mapping[str, Group]


class ReportError(ValueError):
    """Something was asked of the report that it cannot answer; the message says what it can."""


@dataclass(frozen=True)
class Asked:
    """A survey to ask; what it does not have is refused with a `ReportError` or `CodebookError`."""

    survey: Survey

    def variable(self, item: str) -> Variable:
        """The variable; `CodebookError` where there is none."""
        return self.survey.variable(item)

    def leader_item(self, item: str) -> str:
        """The item, which must be of the leader form."""
        if self.variable(item).table != "leaders":
            raise ReportError(
                f"{item} er ikke et spørsmål fra lederskjemaet (de begynner med ldr_ eller part_)."
            )
        return item

    def answers(self, item: str, groups: Groups) -> pd.Series:
        """The answers (NaN: none) of those in `groups`."""
        self.variable(item)
        frame = self.survey.table_of(item)
        return frame.loc[self.mask(groups, frame), item]

    def mask(self, groups: Groups, frame: pd.DataFrame | None = None) -> np.ndarray:
        """Who is in `groups`: one bool for each row of the frame (the respondents where none is given)."""
        frame = self.survey.frame if frame is None else frame
        return self.survey.mask(
            frame=frame, **{name: self.by_label(name, wanted) for name, wanted in groups.items()}
        )

    def codes(self, item: str, answer: Answer) -> tuple[int, ...]:
        """The codes that an answer stands for; without one those that count as agreeing."""
        variable = self.variable(item)
        if answer is None:
            return variable.agreement
        answers = [answer] if isinstance(answer, str | int) else answer
        return tuple(variable.scale.category(self._category(item, one)).code for one in answers)

    def values(self, name: str) -> list[str | int]:
        """All groups that a name of `groups` may stand for."""
        if name == "office":
            return list(self.survey.offices.index)
        if name == "city":
            return list(dict.fromkeys(self.survey.offices["city"]))
        return [category.key for category in self.variable(name).scale.categories]

    def counts(self, item: str | None, codes: tuple[int, ...] | None, groups: Groups) -> list[int]:
        """Those counted and those not, in a group; everyone in it where no item is asked for."""
        if item is None:
            return [int(self.mask(groups).sum())]
        answers = self.answers(item, groups)
        n = int(answers.notna().sum())
        if codes is None:
            return [n]
        count = int(answers.isin(codes).sum())
        return [count, n - count]

    def percentage(self, count: int, total: int, what: str, groups: Groups) -> Fraction:
        """`count` in per cent of `total`; `what` and `groups` are named where there is nobody."""
        if not total:
            who = ", ".join(f"{name}={wanted!r}" for name, wanted in groups.items())
            raise ReportError(
                f"Ingen svar på {what}" + (f" blant {who}" if who else "") + ": andelen kan ikke regnes ut."
            )
        return Fraction(100 * count, total)

    def moment(self, item: str, groups: Groups, which: Literal["mean", "std"]) -> float:
        """Mean or standard deviation (n − 1) of the codes; refused for scales without order."""
        if self.variable(item).scale.kind == "nominal":
            raise ReportError(
                f"{item} har kategorier uten rekkefølge: gjennomsnitt og spredning gir ingen mening."
            )
        answers = self.answers(item, groups)
        value = float(answers.mean() if which == "mean" else answers.std())
        if not np.isfinite(value):
            raise ReportError(f"For få svar på {item} til å regne ut gjennomsnitt eller spredning.")
        return value

    def by_label(self, name: str, wanted: Group) -> Group:
        """Labels of the codebook are accepted beside keys and codes."""
        if name not in self.survey.codebook:
            return wanted
        if isinstance(wanted, Sequence) and not isinstance(wanted, str):
            return [self._category(name, one) for one in wanted]
        return self._category(name, wanted)

    def _category(self, item: str, answer: Any) -> Any:
        categories = self.variable(item).scale.categories
        return next((c.key for c in categories if answer == c.label), answer)


def near(word: str, known: Iterable[str]) -> str:
    """`` Mente du …?`` with the nearest known spellings, or nothing."""
    found = difflib.get_close_matches(word, list(known), n=3)
    return f" Mente du {' eller '.join(found)}?" if found else ""
