"""Puts new pages in the served folder, those alone that differ, and gives them new versions."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from kvarto.preview.state import State

_SEEN = (".css", ".svg", ".png", ".jpg")
"""Files that change what a page looks like."""


def publish(new: Path, state: State, *, whole: bool) -> None:
    """Move what differs from `new` into the folder of `state`; `whole`: pages that are not there are gone."""
    folder = state.folder
    folder.mkdir(parents=True, exist_ok=True)
    pages: dict[str, str] = {}
    seen: set[Path] = set()
    other = state.pages.get("*", "0")
    stamp = str(time.time_ns())
    for path in sorted(new.rglob("*")):
        if not path.is_file():
            continue
        name = path.relative_to(new)
        seen.add(name)
        same = _same(path, folder / name)
        if not same:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            path.replace(folder / name)
        if name.suffix == ".html":
            before = state.pages.get(name.as_posix(), other)
            pages[name.as_posix()] = before if same else stamp
        elif not same and name.suffix in _SEEN:
            other = stamp
    if whole:
        for path in sorted(folder.rglob("*.html")):
            if path.relative_to(folder) not in seen:
                path.unlink()
    else:
        pages = {**state.pages, **pages}
    shutil.rmtree(new, ignore_errors=True)
    if other == stamp:  # a style or picture changed: every page may look different
        pages = dict.fromkeys(pages, stamp)
    state.tell(state.faults, {**pages, "*": other})


def _same(a: Path, b: Path) -> bool:
    return b.is_file() and a.stat().st_size == b.stat().st_size and a.read_bytes() == b.read_bytes()
