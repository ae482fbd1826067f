"""Notes which files a chapter's code opens, lists and writes, and whether it asks for the format.

Files outside the project count too (data may lie elsewhere), but not those of the system, of Python and its
packages, of temporary and hidden folders. Python's audit events see every `open` made from Python, not those
of C libraries (pyreadstat, for one): a book names such data under `kvarto: depends:` in `_quarto.yml`.
"""

from __future__ import annotations

import os
import sys
import tempfile
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


def _foreign_folders() -> list[str]:
    """Where the files of the system and of Python lie."""
    places = [sys.prefix, sys.base_prefix, sys.exec_prefix, tempfile.gettempdir(), os.devnull]
    places += [p for p in sys.path if p.endswith(("site-packages", "dist-packages"))]
    places += [
        "/usr",
        "/etc",
        "/proc",
        "/sys",
        "/dev",
        "/lib",
        "/lib64",
        "/bin",
        "/sbin",
        "/run",
        "/var",
        "/snap",
    ]
    places += ["/nix", "/System", "/Library"]
    return sorted({os.path.abspath(p) for p in places if p})  # noqa: PTH100


class Tracker:
    """What has been touched since `start`; paths are absolute strings under `root`, without folders in
    SKIP."""

    def __init__(self, root: Path, skip: tuple[str, ...] = ()) -> None:
        """`skip` holds more folder names to leave out, such as the book's output folder."""
        self.root = str(root)
        self._prefix = self.root + os.sep
        self._foreign = tuple(f.rstrip(os.sep) + os.sep for f in _foreign_folders())
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

            # Who takes all variables, for a child process or to look for its own, asks for none of these.
            def items(self) -> Any:
                return self.copy().items()

            def copy(self) -> dict[str, str]:
                plain = super().__getitem__
                return {key: plain(key) for key in self}

        os.environ.__class__ = Environ
        self.active = True

    def inside(self, path: Any) -> str | None:
        """The path made absolute, or None when results cannot be said to depend on it."""
        if isinstance(path, bytes):
            path = os.fsdecode(path)
        elif isinstance(path, os.PathLike):
            path = os.fspath(path)
        if not isinstance(path, str) or not path:
            return None
        full = os.path.abspath(path)  # noqa: PTH100  (links must stay as the code named them)
        if full == self.root or full.startswith(self._prefix):
            below = full[len(self._prefix) :]
        elif full.startswith(self._foreign):
            return None
        else:
            below = full
        parts = below.split(os.sep)  # noqa: PTH206
        if not self._skip.isdisjoint(parts) or any(p.startswith(".") for p in parts[:-1]):
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
            full = self.inside(args[0] or ".") if args else None
            # Python's import looks through folders too; modules are noted by themselves.
            if full is not None and "importlib" not in sys._getframe(1).f_code.co_filename:
                self.folders.add(full)
