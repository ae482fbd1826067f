"""What a preview knows of the book from its last round: enough to tell which chapters an edit is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kvarto.execute.result import Executed
from kvarto.execute.touched import Touched
from kvarto.faults import Fault, Faults
from kvarto.project import Book

Keys = dict[str, tuple[str, ...]]
"""For each chapter, the keys of its text in each target (`Text.key`)."""


@dataclass(frozen=True)
class Known:
    """The book, its chapters as they were last put together, and the files their cells touch.

    said: what is wrong with the book as a whole.
    """

    book: Book
    said: tuple[Fault, ...]
    executed: dict[str, Executed]
    keys: Keys
    touched: Touched

    def edited(self, names: Iterable[str]) -> set[str]:
        """The chapters that these files are text of and nothing more; none when any is anything else."""
        texts: dict[str, set[str]] = {}
        for ident, run in self.executed.items():
            for text in run.texts.values():
                for path in {path for path, _ in text.lines}:
                    texts.setdefault(path, set()).add(ident)
        found: set[str] = set()
        for name in names:
            if name not in texts or name in self.touched:
                return set()
            found |= texts[name]
        return found

    def faults(self) -> Faults:
        """What was wrong before anything was written."""
        return Faults([*self.said, *(fault for run in self.executed.values() for fault in run.faults)])

    def differing(self, now: Keys) -> set[str]:
        """The chapters whose text is another now; none when there are other chapters now."""
        if self.keys.keys() != now.keys():
            return set()
        return {ident for ident, key in now.items() if key != self.keys[ident]}

    def after(self, fresh: Mapping[str, Executed]) -> Known:
        """With these chapters put together anew."""
        executed = {ident: fresh.get(ident, run) for ident, run in self.executed.items()}
        ran = any(run.ran for run in fresh.values())
        touched = Touched.of(self.book) if ran else self.touched
        return Known(self.book, self.said, executed, {**self.keys, **keys(fresh)}, touched)


def keys(executed: Mapping[str, Executed]) -> Keys:
    """The keys of chapters as they are now."""
    return {ident: tuple(run.key(target) for target in run.texts) for ident, run in executed.items()}
