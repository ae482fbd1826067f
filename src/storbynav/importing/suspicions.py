"""What looks wrong in data that obey every rule: scales the wrong way round, respondents entered twice."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from storbynav.published import Registry
from storbynav.survey import Survey

_CLEAR = 0.1  # a printed or observed correlation this far from 0 has a sign worth comparing
_LEAST_PAIRS = 3
_LEAST_SHARE = 2 / 3
_LEAST_ANSWERS = 10  # fewer answers can coincide by chance


@dataclass(frozen=True)
class Reversal:
    """A variable whose scale seems turned: `wrong` of `pairs` clear correlations have the other sign.

    `source` tells what the signs were compared with: «trykte korrelasjoner», or «resten av batteriet».
    """

    variable: str
    wrong: int
    pairs: int
    source: str


def reversals(survey: Survey, registry: Registry) -> list[Reversal]:
    """Variables that are probably coded the wrong way round.

    Signs are compared with the printed correlations; those of a variable outside them with its own block of
    questions, turned as the codebook's `valence` says. The worst is taken first and turned back before the
    next is looked for, so that one turned scale does not cast suspicion on its neighbours.
    """
    pairs = _printed_pairs(survey, registry)
    covered = {*pairs["a"], *pairs["b"]}
    found = _turned(pairs, "trykte korrelasjoner")
    for names in _blocks(survey).values():
        block = _turned(_block_pairs(survey, names), "resten av batteriet")
        found += [r for r in block if r.variable not in covered]
    return found


def _printed_pairs(survey: Survey, registry: Registry) -> pd.DataFrame:
    """One row per printed pair: `a`, `b`, and `agree`, the observed r times the printed sign."""
    rows = []
    for table in registry.correlation_tables:
        cells = [
            c
            for c in registry.cells(table)
            if c.statistic == "r" and abs(float(c.value)) >= _CLEAR and {c.row, c.column} <= {*survey.frame}
        ]
        names = list(dict.fromkeys(name for c in cells for name in (c.row, c.column)))
        frame = survey.for_table(names, table)
        for cell in cells:
            r = _r(frame[cell.row], frame[cell.column])
            rows.append((cell.row, cell.column, r * np.sign(float(cell.value))))
    return pd.DataFrame(rows, columns=["a", "b", "agree"])


def _blocks(survey: Survey) -> dict[str, list[str]]:
    blocks: dict[str, list[str]] = {}
    for variable in survey.codebook.of("survey"):
        if variable.stem is not None and variable.valence:
            blocks.setdefault(variable.stem.name, []).append(variable.id)
    return blocks


def _block_pairs(survey: Survey, names: list[str]) -> pd.DataFrame:
    rows = []
    for k, a in enumerate(names):
        for b in names[:k]:
            sign = survey.variable(a).valence * survey.variable(b).valence
            rows.append((a, b, sign * _r(survey.frame[a], survey.frame[b])))
    return pd.DataFrame(rows, columns=["a", "b", "agree"])


def _r(a: pd.Series, b: pd.Series) -> float:
    both = a.notna() & b.notna()
    if both.sum() < _LEAST_ANSWERS or a[both].nunique() < 2 or b[both].nunique() < 2:
        return 0.0
    return float(np.corrcoef(a[both], b[both])[0, 1])


def _turned(pairs: pd.DataFrame, source: str) -> list[Reversal]:
    pairs = pairs[pairs["agree"].abs() >= _CLEAR].copy()
    found: list[Reversal] = []
    while True:
        best: tuple[float, Reversal] | None = None
        for name in pd.unique(pairs[["a", "b"]].to_numpy().ravel()):
            if any(name == f.variable for f in found):
                continue
            agree = pairs.loc[(pairs["a"] == name) | (pairs["b"] == name), "agree"]
            wrong = int((agree < 0).sum())
            if len(agree) >= _LEAST_PAIRS and wrong >= _LEAST_SHARE * len(agree):
                gain = -float(agree.sum())
                if best is None or gain > best[0]:
                    best = gain, Reversal(str(name), wrong, len(agree), source)
        if best is None:
            return found
        found.append(best[1])
        here = (pairs["a"] == best[1].variable) | (pairs["b"] == best[1].variable)
        pairs.loc[here, "agree"] *= -1


def duplicates(survey: Survey) -> int:
    """How many respondents repeat another's every answer (at least ten), office and background included."""
    book = survey.codebook
    names = [v.id for v in book.of("survey")]
    frame = survey.frame[[c for c in book.columns("survey") if c != book.id_column]]
    answered = survey.frame[names].notna().sum(axis=1) >= _LEAST_ANSWERS
    return int(frame[answered].duplicated().sum())
