"""Notes which files under the project a chapter's code opens, lists and writes, and whether it asks for the
format.

Python's audit events see every `open` made from Python, not those of C libraries (pyreadstat, for one): a
book names such data under `kvarto: depends:` in `_quarto.yml`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

SKIP = (
    ".venv",
    ".kvarto",
    "_book",
    ".git",
    "__pycache__",
    ".quarto",
    "_freeze",
    "node_modules",
    "site-packages",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
)
FORMAT_VARIABLES = ("QUARTO_EXECUTE_INFO", "QUARTO_FIG_FORMAT", "QUARTO_FIG_DPI")

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Tracker:
    """What has been touched since `start`; paths are absolute strings under `root`, without folders in
    SKIP."""

    def __init__(self, root: Path, skip: tuple[str, ...] = ()) -> None:
        """`skip` holds more folder names to leave out, such as the book's output folder."""
        self.root = str(root)
        self._prefix = self.root + os.sep
        self._skip = frozenset((*SKIP, *skip))
        self.reads: set[str] = set()
        self.folders: set[str] = set()
        self.writes: set[str] = set()
        self.asked_format = False
        self.active = False

    def install(self) -> None:
        """Begin to listen; audit hooks cannot be taken away, so this is for processes of kvarto's own."""
        sys.addaudithook(self._hook)
        tracker = self

        class Environ(type(os.environ)):  # type: ignore[misc]
            def __getitem__(self, key: str) -> str:
                if tracker.active and key in FORMAT_VARIABLES:
                    tracker.asked_format = True
                return super().__getitem__(key)

        os.environ.__class__ = Environ
        self.active = True

    def inside(self, path: Any) -> str | None:
        """The path made absolute, or None when it is not the project's own."""
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        elif isinstance(path, os.PathLike):
            path = os.fspath(path)
        if not isinstance(path, str) or not path:
            return None
        full = os.path.abspath(path)  # noqa: PTH100  (links must stay as the code named them)
        if not full.startswith(self._prefix) or not self._skip.isdisjoint(
            full[len(self._prefix) :].split(os.sep)  # noqa: PTH206
        ):
            return None
        return full

    def _hook(self, event: str, args: tuple[Any, ...]) -> None:
        if not self.active:
            return
        if event == "open":
            full = self.inside(args[0])
            if full is None:
                return
            mode, flags = args[1], args[2]
            writing = (
                any(c in mode for c in "wax+") if isinstance(mode, str) else bool((flags or 0) & _WRITING)
            )
            if writing:
                self.writes.add(full)
            elif full not in self.writes:
                self.reads.add(full)
        elif event == "os.rename":
            source, target = self.inside(args[0]), self.inside(args[1])
            self.writes.discard(source or "")
            if target:
                self.writes.add(target)
        elif event == "os.remove":
            self.writes.discard(self.inside(args[0]) or "")
        elif event in ("os.listdir", "os.scandir"):
            full = self.inside(args[0]) if args else None
            if full is not None:
                self.folders.add(full)
