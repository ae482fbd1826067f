"""From a construct in the AST back to file and line: pandoc's AST has no positions, so the text is searched.

Only faults pay for this. Each construct is looked for as it is typed; the n-th one met in the AST is the n-th
one in the text outside fenced code.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property

from kvarto.execute.result import Executed
from kvarto.faults import Fault, Faults

_FENCE = re.compile(r"^\s{0,3}(?::+\s*)?(`{3,}|~{3,})")


class Locator:
    """Lines of one chapter's Markdown."""

    def __init__(self, executed: Executed | None, fmt: str, chapter: str, faults: Faults) -> None:
        """`executed` is None for a part by title only: everything is then on no line."""
        self._executed = executed
        self._fmt = fmt
        self._chapter = chapter
        self._faults = faults
        self._met: Counter[str] = Counter()

    @cached_property
    def text(self) -> str:
        """The whole Markdown."""
        return self._executed.markdown(self._fmt) if self._executed else ""

    @cached_property
    def _rows(self) -> list[tuple[int, str]]:
        rows: list[tuple[int, str]] = []
        fence = ""
        for i, row in enumerate(self.text.split("\n"), 1):
            m = _FENCE.match(row)
            if fence:
                if m and m[1].startswith(fence):
                    fence = ""
                continue
            rows.append((i, row))  # an opening fence may carry an id or a class
            if m:
                fence = m[1]
        return rows

    def met(self, pattern: str) -> int:
        """Count one more meeting of a construct; returns how many there were before."""
        n = self._met[pattern]
        self._met[pattern] += 1
        return n

    def line(self, pattern: str, nth: int = 0) -> int | None:
        """The line of the Markdown with the n-th match of a pattern (or the last one there is)."""
        found: int | None = None
        for i, row in self._rows:
            for _ in re.finditer(pattern, row):
                found = i
                if nth == 0:
                    return i
                nth -= 1
        return found

    def escaped(self, text: str) -> bool:
        """Whether a line of the Markdown begins with these words, the first character escaped on purpose."""
        begins = text.split()[:2]
        return any(
            re.sub(r"\\(.)", r"\1", row).split()[: len(begins)] == begins
            for _, row in self._rows
            if row.lstrip().startswith("\\")
        )

    def place(self, line: int | None) -> tuple[str, int | None]:
        """File and line of the source for a line of the Markdown."""
        if self._executed is None or line is None:
            return self._chapter, None
        path, at = self._executed.place(self._fmt, line)
        return path, at

    def fault(
        self,
        pattern: str | None,
        what: str,
        why: str = "",
        fix: str = "",
        *,
        kind: str,
        nth: int = 0,
        line: int | None = None,
        severity: str = "error",
    ) -> Fault:
        """Record a fault where the pattern stands (or on a given line of the Markdown)."""
        at = line if line is not None else (self.line(pattern, nth) if pattern else None)
        path, row = self.place(at)
        return self._faults.add(path, row, what, why, fix, kind=kind, severity=severity)

    def known(self, kind: str, pattern: str, nth: int = 0) -> bool:
        """Whether a fault of a kind was told before at the place where the pattern stands."""
        path, row = self.place(self.line(pattern, nth))
        return any(f.kind == kind and (f.path, f.line) == (path, row) for f in self._faults)

    def told(self, kind: str, name: str) -> Fault | None:
        """A fault of a kind that names something in «», told before."""
        return next((f for f in self._faults if f.kind == kind and f"«{name}»" in f.what), None)
