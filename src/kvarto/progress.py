"""What a build says while it works: a line that moves on a terminal, plain lines elsewhere, nothing when
quiet."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO


class Progress:
    """Plain lines, for logs and CI: one for each chapter that ran, one for each step."""

    def __init__(self, out: TextIO | None = None) -> None:
        """Write to `out` (stderr when not given)."""
        self.out = out or sys.stderr
        self._started: dict[str, float] = {}
        self._states: dict[str, str] = {}
        self._lock = threading.Lock()

    def chapter(self, ident: str, state: str, done: int = 0, of: int = 0) -> None:
        """A chapter is `plain` (no code), `cached`, `unknown` (nothing remembered, not to be run), `waiting`,
        `running` (step `done` of `of`) or `done`.
        """
        with self._lock:
            if state == "running":
                self._started.setdefault(ident, time.perf_counter())
            if state == self._states.get(ident) and state != "running":
                return
            before, self._states[ident] = self._states.get(ident), state
            self._chapter(ident, state, before, done, of)

    def _chapter(self, ident: str, state: str, before: str | None, done: int, of: int) -> None:
        if state == "cached":
            self.line(f"{ident}: uendret")
        elif state == "unknown":
            self.line(f"{ident}: ikke kjørt, så cellene er ikke kontrollert")
        elif state == "waiting":
            self.line(f"{ident}: kjører {of} steg")
        elif state == "done":
            self.line(f"{ident}: kjørt{self._took(ident)}")

    def _took(self, ident: str) -> str:
        if ident not in self._started:
            return ""
        return f" på {seconds(time.perf_counter() - self._started[ident])}"

    def step(self, text: str) -> None:
        """A step of the build begins."""
        self.line(text)

    def line(self, text: str) -> None:
        """A line that stays."""
        print(text, file=self.out, flush=True)

    def close(self) -> None:
        """The build is over."""


class Live(Progress):
    """One moving line below the lines that stay, for a terminal."""

    def _chapter(self, ident: str, state: str, before: str | None, done: int, of: int) -> None:
        if state == "running":
            bar = "█" * round(12 * done / max(1, of))
            self._move(f"{ident}  {bar:░<12}  {done}/{of}")
        elif state == "done":
            self.line(f"  ✓ {ident}{self._took(ident)}")
        elif state == "unknown":
            super()._chapter(ident, state, before, done, of)
        elif state == "waiting":
            self._move(f"{ident}: starter Python …")

    def step(self, text: str) -> None:
        """Show the step on the moving line."""
        self._move(f"{text} …")

    def line(self, text: str) -> None:
        """A line that stays, above the moving one."""
        self.out.write(f"\r\x1b[2K{text}\n")
        self.out.flush()

    def close(self) -> None:
        """Take the moving line away."""
        self.out.write("\r\x1b[2K")
        self.out.flush()

    def _move(self, text: str) -> None:
        self.out.write(f"\r\x1b[2K{text[:100]}")
        self.out.flush()


class Quiet(Progress):
    """Nothing at all."""

    def _chapter(self, ident: str, state: str, before: str | None, done: int, of: int) -> None:
        pass

    def line(self, text: str) -> None:
        """Nothing."""


def for_terminal(quiet: bool = False, out: TextIO | None = None) -> Progress:
    """The progress that fits where the output goes."""
    out = out or sys.stderr
    if quiet:
        return Quiet(out)
    return Live(out) if out.isatty() else Progress(out)


def seconds(value: float) -> str:
    """«1,2 s»."""
    return f"{value:.1f} s".replace(".", ",")
