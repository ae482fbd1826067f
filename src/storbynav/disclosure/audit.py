"""Whether what a build has shown, taken together, tells what it has hidden: the ledger against the answers.

Every shown number is the size of a set of respondents. From all of them together the audit looks for

- a shown set of fewer than the policy's minimum,
- two shown sets, one inside the other, that differ by fewer than the minimum,
- a hidden set whose size follows from sums and differences of shown ones, however many.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storbynav.disclosure.ledger import Counted, Entry
from storbynav.disclosure.policy import Policy
from storbynav.survey import Survey

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Leak:
    """A small number that can be read or worked out; `where` names outputs or a file.

    `withhold`: the number that must be hidden too for the leak to be closed, where that can be said.
    """

    what: str
    where: str
    withhold: Counted | None = None

    def __str__(self) -> str:
        """For people."""
        return f"{self.where}: {self.what}"


def audit(entries: Sequence[Entry], survey: Survey, policy: Policy) -> list[Leak]:
    """All leaks of a ledger; `survey` are the answers that it was made of."""
    leaks: list[Leak] = []
    where = _where(entries)
    known = {one for entry in entries for one in entry.known}
    shown_all = {one for entry in entries for one in entry.shown} | known
    hidden_all = {one for entry in entries for one in entry.hidden} - known
    for item in sorted({one.item for one in shown_all | hidden_all}, key=str):
        shown = [one for one in _ordered(shown_all) if one.item == item]
        hidden = [one for one in _ordered(hidden_all) if one.item == item]
        if item is not None and policy.complementary:  # how many have answered in all is in every table
            shown = list(dict.fromkeys([*shown, Counted(item, None)]))
        masks = {one: members(one, survey) for one in {*shown, *hidden}}
        leaks += _small(shown, known, masks, policy, where)
        found = _derivable(shown, hidden, masks)
        leaks += [
            Leak(f"{told(one)} følger av summer av tall som er vist", where[one])
            for one in found
            if 0 < masks[one].sum() < policy.minimum_cell
        ]
        # what follows from sums is as good as shown
        leaks += _differences([*shown, *found], known, masks, policy, where)
    return leaks


def members(one: Counted, survey: Survey) -> Mask:
    """Who is in a set: shape (respondents,) of the table of its item."""
    frame = survey.frame if one.item is None else survey.table_of(one.item)
    groups = {name: list(wanted) for name, wanted in one.groups}
    inside = survey.mask(frame=frame, **groups)
    if one.item is None:
        return inside
    answers = frame[one.item]
    given = answers.notna() if one.codes is None else answers.isin(one.codes)
    return np.asarray(inside & given.to_numpy(), dtype=bool)


def _small(
    shown: list[Counted],
    known: set[Counted],
    masks: dict[Counted, Mask],
    policy: Policy,
    where: dict[Counted, str],
) -> list[Leak]:
    return [
        Leak(f"viser et antall under {policy.minimum_cell} ({told(one)})", where[one])
        for one in shown
        if one not in known and 0 < masks[one].sum() < policy.minimum_cell
    ]


def _differences(
    shown: list[Counted],
    known: set[Counted],
    masks: dict[Counted, Mask],
    policy: Policy,
    where: dict[Counted, str],
) -> list[Leak]:
    leaks = []
    table = np.array([masks[one] for one in shown], dtype=np.int64)
    both = table @ table.T  # how many two sets have in common
    sizes = np.diag(both)
    for a, b in np.argwhere((both == sizes[:, None]) & (sizes[:, None] < sizes[None, :])):
        one, other = shown[a], shown[b]
        if 0 < sizes[b] - sizes[a] < policy.minimum_cell and not {one, other} & known:
            what = f"{told(one)} skiller seg fra {where.get(other, 'antall svar')} ({told(other)}) med færre "
            first = one if one.codes is not None else other
            leaks.append(Leak(f"{what}enn {policy.minimum_cell}", where.get(one, "antall svar"), first))
    return leaks


def _derivable(shown: list[Counted], hidden: list[Counted], masks: dict[Counted, Mask]) -> list[Counted]:
    """Hidden sets in the span of the shown ones: a sum of shown numbers then gives theirs."""
    if not hidden or not shown:
        return []
    # respondents who are in the same sets are one column
    table = np.unique(np.array([masks[one] for one in [*shown, *hidden]], dtype=float), axis=1)
    basis = table[: len(shown)]
    rank = np.linalg.matrix_rank(basis)
    return [
        one
        for k, one in enumerate(hidden)
        if masks[one].any() and np.linalg.matrix_rank(np.vstack([basis, table[len(shown) + k]])) == rank
    ]


def told(one: Counted) -> str:
    """A set in words of the codebook."""
    parts = [one.item or "respondenter"]
    if one.codes is not None:
        parts.append("svar " + ", ".join(map(str, one.codes)))
    parts += [f"{name} = {', '.join(map(str, wanted))}" for name, wanted in one.groups]
    return ", ".join(parts)


def _where(entries: Iterable[Entry]) -> dict[Counted, str]:
    found: dict[Counted, str] = {}
    for entry in entries:
        for one in (*entry.shown, *entry.known, *entry.hidden):
            found.setdefault(one, f"{_NAMES.get(entry.output, entry.output)} {entry.id}")
    return found


_NAMES = {"figures": "figur", "tables": "tabell", "text": "tall i teksten"}


def _ordered(sets: Iterable[Counted]) -> list[Counted]:
    return sorted(sets, key=str)
