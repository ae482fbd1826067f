"""What a chapter's results depend on besides its code, and whether that still holds.

    {"files": {rel: [sha, size, mtime_ns]}, "folders": {rel: sha of the names}, "absent": [rel],
     "outputs": {rel: [sha, size, mtime_ns]}}

Files outside the book's folder have their absolute path. A file counts as unchanged when its size and time
are as noted, else when its bytes are.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from kvarto.execute.track import SKIP


def file_state(path: str | Path) -> list[Any] | None:
    """[sha256, size, mtime_ns] of a file, or None."""
    try:
        stat = Path(path).stat()
        with Path(path).open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
    return [digest, stat.st_size, stat.st_mtime_ns]


def _folder_state(path: str | Path) -> str | None:
    try:
        names = sorted(
            p.name
            for p in Path(path).iterdir()
            if p.name not in SKIP and not p.name.startswith(".") and not p.name.endswith(".kvarto")
        )
    except OSError:
        return None
    return hashlib.sha256("\0".join(names).encode()).hexdigest()


def describe(
    root: Path, reads: set[str], folders: set[str], writes: set[str], globs: Iterable[str] = ()
) -> dict[str, Any]:
    """The state of everything touched, now. What the chapter wrote is output, not input."""
    found: dict[str, Any] = {"files": {}, "folders": {}, "absent": [], "outputs": {}}
    extra = {str(p) for pattern in globs for p in root.glob(pattern) if p.is_file()}

    def rel(path: str) -> str:
        inside = Path(path).is_relative_to(root)
        return os.path.relpath(path, root).replace(os.sep, "/") if inside else path

    for path in sorted((reads | extra) - writes):
        if Path(path).is_dir():
            continue
        state = file_state(path)
        if state is None:
            found["absent"].append(rel(path))
        else:
            found["files"][rel(path)] = state
    for path in sorted(writes):
        state = file_state(path)
        if state is not None:
            found["outputs"][rel(path)] = state
    made = {str(Path(p).parent) for p in writes}
    for path in sorted(folders - made):
        state_names = _folder_state(path)
        if state_names is not None:
            found["folders"][rel(path)] = state_names
    return found


def same(root: Path, name: str, state: list[Any]) -> bool:
    """Whether a file is as `file_state` noted it."""
    path = root / name
    try:
        stat = path.stat()
    except OSError:
        return False
    if stat.st_size == state[1] and stat.st_mtime_ns == state[2]:
        return True
    now = file_state(path)
    return now is not None and now[0] == state[0]


def changed(root: Path, noted: dict[str, Any]) -> str | None:
    """The first thing that no longer is as noted (for `--verbose`), or None when all holds."""
    for part in ("files", "outputs"):
        for name, state in noted[part].items():
            if not same(root, name, state):
                return str(name)
    for name in noted["absent"]:
        if (root / name).exists():
            return str(name)
    for name, state in noted["folders"].items():
        if _folder_state(root / name) != state:
            return str(name)
    return None
