"""What has been saved since it was last asked for, by a thread that is told of it by the system."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kvarto.execute.track import SKIP

_ASIDE = ("~", ".swp", ".tmp", ".pyc", ".part", "___jb_tmp___", "___jb_old___")
"""Endings of files that editors and programs write for a moment."""


class News:
    """Names of files under a folder, relative to it, as they are saved."""

    def __init__(self, root: Path) -> None:
        """`root` is watched from `start` on."""
        self._root = root
        self._names: set[str] = set()
        self._change = threading.Condition()
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin to watch."""
        threading.Thread(target=self._watch, name="watch", daemon=True).start()

    def waiting(self) -> bool:
        """Whether something was saved that nobody has taken yet."""
        with self._change:
            return bool(self._names)

    def take(self) -> set[str]:
        """Wait for names and take them; none: it is over."""
        with self._change:
            self._change.wait_for(lambda: self._names or self._stop.is_set())
            taken, self._names = self._names, set()
            return set() if self._stop.is_set() else taken

    def stop(self) -> None:
        """Watch no longer."""
        with self._change:
            self._stop.set()
            self._change.notify_all()

    def put(self, names: Iterable[str]) -> None:
        """These files were saved."""
        with self._change:
            self._names.update(names)
            self._change.notify_all()

    def _watch(self) -> None:
        from watchfiles import watch

        for changes in watch(
            self._root,
            watch_filter=self._wanted,
            debounce=80,
            step=20,
            stop_event=self._stop,
            raise_interrupt=False,
        ):
            self.put(Path(path).relative_to(self._root).as_posix() for _, path in changes)

    def _wanted(self, _: Any, path: str) -> bool:
        parts = Path(path).relative_to(self._root).parts
        folders = parts[:-1]
        if any(p in SKIP or p.startswith((".", "_book")) or p.endswith(".egg-info") for p in folders):
            return False
        name = parts[-1] if parts else ""
        return not (name.startswith((".", "#")) or name.endswith(_ASIDE) or name == "4913")
