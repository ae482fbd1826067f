"""One build at a time in a book's folder."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

NAME = "lock"
WAITING = "Venter på en annen bygging av boken …"


@contextlib.contextmanager
def locked(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the folder's lock; `waiting` is called once when another process has it. It goes with the
    process."""
    try:
        import fcntl
    except ImportError:  # Windows: builds are not kept apart there
        yield
        return
    path = folder / NAME
    told = False
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if not told:
                    waiting()
                told = True
                fcntl.flock(handle, fcntl.LOCK_EX)
            if not _is(path, handle):  # somebody removed the folder meanwhile, and with it the lock
                continue
            yield
            return
        finally:
            os.close(handle)


def _is(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(handle))
    except OSError:
        return False


def empty(folder: Path) -> None:
    """Remove all that the folder holds but its lock, which the caller has: others may be waiting for it."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        elif path.name != NAME:
            path.unlink(missing_ok=True)
