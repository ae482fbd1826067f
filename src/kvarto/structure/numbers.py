"""Numbers of floats, equations, callouts and headings within a chapter, and how they are written."""

from __future__ import annotations

from collections import Counter
from typing import Any


def written(n: int, style: str) -> str:
    """A count as Quarto's label styles write it: `arabic`, `alpha a`, `alpha A`, `roman i`, `roman I`."""
    name, _, start = style.partition(" ")
    if name == "alpha":
        letters = ""
        while n > 0:
            n, r = divmod(n - 1, 26)
            letters = chr(97 + r) + letters
        return letters.upper() if start == "A" else letters
    if name == "roman":
        out = ""
        for value, mark in (
            (1000, "m"),
            (900, "cm"),
            (500, "d"),
            (400, "cd"),
            (100, "c"),
            (90, "xc"),
            (50, "l"),
            (40, "xl"),
            (10, "x"),
            (9, "ix"),
            (5, "v"),
            (4, "iv"),
            (1, "i"),
        ):
            count, n = divmod(n, value)
            out += mark * count
        return out if start == "i" else out.upper()
    return str(n)


class Counters:
    """Counts of one chapter. `prefix` is «1», «V1» or "" (unnumbered chapter)."""

    def __init__(self, prefix: str, crossref: dict[str, Any]) -> None:
        """`crossref` holds the book's options: `fig-labels`, `labels`, `subref-labels`."""
        self.prefix = prefix
        self._crossref = crossref
        self._counts: Counter[str] = Counter()
        self._sections = [0] * 6

    def next(self, kind: str) -> str:
        """The next number of a kind: «1.2», «V1.2», or «2» where the chapter has no number."""
        self._counts[kind] += 1
        style = str(self._crossref.get(f"{kind}-labels") or self._crossref.get("labels") or "arabic")
        own = written(self._counts[kind], style)
        return f"{self.prefix}.{own}" if self.prefix else own

    def sub(self, n: int) -> str:
        """The letter of the n-th (from 1) part of a float."""
        return written(n, str(self._crossref.get("subref-labels") or "alpha a"))

    def section(self, level: int) -> str:
        """The number of the next section of a level (2 and deeper); "" where the chapter has no number."""
        if not self.prefix:
            return ""
        self._sections[level - 1] += 1
        for deeper in range(level, 6):
            self._sections[deeper] = 0
        return ".".join([self.prefix, *(str(n) for n in self._sections[1:level])])
