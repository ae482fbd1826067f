"""What is wrong with a book, said so that its author can mend it.

Use:

    faults = Faults()
    faults.add("report/kap1.qmd", 12, "Henvisningen @fig-x peker ikke til noe.", fix="Rett merkelappen …")
    ...
    if faults.stop(draft): ...

A step never raises for a mistake in the book: it adds a `Fault` and goes on, so that one run reports
everything. `KvartoError` is for what cannot be gone past (no `_quarto.yml`, broken YAML); it carries faults.
Text that authors read (`what`, `why`, `fix`) is Norwegian; paths are relative to the project.

Severities: `error` refuses the book (exit 1; in a draft it is marked and the book is written), `lint` is
something this book forbids or advises against (`kvarto check`; never stops a render), `note` is only told
(`kvarto check`).
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

EXIT_OK = 0
"""Everything was written."""
EXIT_FAULTS = 1
"""The book has faults and was not written; the last good output stands. A draft that was written exits 0."""
EXIT_USAGE = 2
"""The command was called wrongly, or there is no book there."""
EXIT_INTERNAL = 3
"""kvarto itself failed; the message asks for a report."""
EXIT_INTERRUPTED = 130
"""Stopped by the user (Ctrl-C)."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake in the book.

    path: file relative to the project («report/kap1.qmd»), or None when no file is to blame.
    line, column: 1-based, or None.
    what: one sentence, what is wrong. why: what was found or how it came about. fix: what to do.
    detail: more lines, shown indented as they are (a traceback's last lines).
    kind: a slug for tests and for the mark in drafts, such as `cell-error`, `unknown-option`, `xref`.
    severity: `error`, `lint` or `note`.
    """

    path: str | None
    line: int | None
    what: str
    why: str = ""
    fix: str = ""
    column: int | None = None
    detail: str = ""
    kind: str = "fault"
    severity: str = "error"

    @property
    def place(self) -> str:
        """«report/kap1.qmd:12:3», as far as it is known."""
        parts = [self.path or "boken"]
        if self.path and self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)

    def text(self) -> str:
        """The fault as one block of lines for a terminal or a log."""
        lines = [f"{self.place}: {self.what}"]
        if self.why:
            lines.append(f"    {self.why}")
        lines += [f"    | {row}" for row in self.detail.splitlines()]
        if self.fix:
            lines.append(f"    → {self.fix}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the store and for the preview page."""
        return asdict(self)


class Faults:
    """Collects faults from all steps; the same fault is kept once. Safe to share between threads."""

    def __init__(self, faults: Iterable[Fault] = ()) -> None:
        """Start with the faults given."""
        self._items: dict[Fault, None] = dict.fromkeys(faults)
        self._lock = threading.Lock()

    def add(
        self,
        path: str | Path | None,
        line: int | None,
        what: str,
        why: str = "",
        fix: str = "",
        *,
        column: int | None = None,
        detail: str = "",
        kind: str = "fault",
        severity: str = "error",
    ) -> Fault:
        """Record a fault and return it."""
        fault = Fault(
            str(path) if path is not None else None, line, what, why, fix, column, detail, kind, severity
        )
        self.put(fault)
        return fault

    def put(self, fault: Fault) -> None:
        """Record a fault made elsewhere."""
        with self._lock:
            self._items.setdefault(fault)

    def extend(self, faults: Iterable[Fault]) -> None:
        """Record several."""
        for fault in faults:
            self.put(fault)

    def __iter__(self) -> Iterator[Fault]:
        """All faults in the order of file and line; those of no file first."""
        with self._lock:
            items = list(self._items)
        return iter(sorted(items, key=lambda f: (f.path or "", f.line or 0, f.column or 0)))

    def __len__(self) -> int:
        """How many, of all severities."""
        return len(self._items)

    @property
    def errors(self) -> list[Fault]:
        """Those that refuse the book."""
        return [f for f in self if f.severity == "error"]

    @property
    def lints(self) -> list[Fault]:
        """Those that only `kvarto check` cares about."""
        return [f for f in self if f.severity == "lint"]

    @property
    def notes(self) -> list[Fault]:
        """Those that are only told: open places."""
        return [f for f in self if f.severity == "note"]

    def stop(self, draft: bool = False) -> bool:
        """Whether the build must stop here: there are errors, and this is no draft."""
        return bool(self.errors) and not draft

    def report(self, *, lint: bool = False) -> str:
        """All errors (and lints) as blocks, then the count."""
        shown = list(self) if lint else self.errors
        if not shown:
            return ""
        count = "1 feil" if len(shown) == 1 else f"{len(shown)} feil"
        return "\n\n".join([f.text() for f in shown] + [count])


class KvartoError(Exception):
    """The build cannot go on; `faults` say why. `exit_code` is what the command returns."""

    def __init__(self, faults: Fault | Iterable[Fault], exit_code: int = EXIT_FAULTS) -> None:
        """Carry one fault or several."""
        self.faults: list[Fault] = [faults] if isinstance(faults, Fault) else list(faults)
        self.exit_code = exit_code
        super().__init__("\n\n".join(f.text() for f in self.faults))
