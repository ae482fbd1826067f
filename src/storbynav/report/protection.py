"""What of the numbers in the text the disclosure policy lets through, and the account of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from storbynav.disclosure import Counted, Entry, Gate, ledger
from storbynav.report.asking import Asked, Groups


@dataclass(frozen=True)
class Protection:
    """Stands between the answers and the text.

    account: the folder of the ledger. printed: gives the numbers that print has too, which stay. With `watch`
    nothing is hidden by what print has or the policy withholds, and nothing noted.
    """

    asked: Asked
    account: Path
    printed: Callable[[], frozenset[Counted]]
    watch: bool = False

    @cached_property
    def gate(self) -> Gate:
        """What the policy lets through of numbers in the text."""
        gate = Gate.of(self.asked.survey, "verification" if self.watch else "text")
        return gate.watching() if self.watch else gate

    def hides(
        self, item: str | None, codes: tuple[int, ...] | None, groups: Groups, *, counts: list[int]
    ) -> bool:
        """Whether a count must be hidden, noted in the ledger; `counts`: those counted, and the others.

        Hidden too where the same number of the other groups, or of the other answers, would give it away.
        """
        if not self.gate.closed:
            return False
        mine = {name: self.asked.by_label(name, wanted) for name, wanted in groups.items()}
        hidden = self.gate.hides(counts, (0,))
        if item is not None and codes is not None and len(codes) == 1:
            scale = self.asked.variable(item).scale
            answers = self.asked.answers(item, groups)
            each = [int((answers == c.code).sum()) for c in scale.categories]
            hidden |= self.gate.hides(each, ([c.code for c in scale.categories].index(codes[0]),))
        for name, wanted in mine.items():
            values = self.asked.values(name)
            if isinstance(wanted, str | int) and wanted in values:
                lines = [self.asked.counts(item, codes, {**mine, name: value}) for value in values]
                hidden |= self.gate.hides(lines, (values.index(wanted), 0))
        one = Counted.make(item, codes, mine)
        return self.decides(f"{item} {codes} {sorted(mine.items())}", one, hidden)

    def decides(self, ident: str, one: Counted, hidden: bool) -> bool:
        """Whether a number that the gate hides (or not) is hidden after all; into the ledger with it."""
        if self.watch:
            return hidden
        hidden |= self.gate.withholds(one)
        told = Entry("text", ident)
        printed = hidden and one in self.printed()
        (told.known if printed else told.hidden if hidden else told.shown).append(one)
        self.note(told)
        return hidden and not printed

    def note(self, entry: Entry) -> None:
        """Into the private ledger; of a synthetic survey there is nothing to account for."""
        if not self.asked.survey.synthetic:
            ledger.write(entry, self.account)
