"""Whether anything has changed since the last build: the files of the book's folder, the code, the output.

An equal stamp means that a build would write the same bytes again; a file that was only touched (a checkout,
a copy) is as it was. Any difference, even in a file that the book has nothing to do with, only means that
the build looks closer: results are remembered, but site and PDF are written anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from kvarto import __version__
from kvarto.execute import deps
from kvarto.execute.store import atomic_write
from kvarto.execute.track import SKIP
from kvarto.output import COMMENTS

Tree = dict[str, tuple[int, int]]


def tree(folder: Path, skip: Iterable[str] = ()) -> Tree:
    """Size and time of every file under a folder, without hidden folders and those of tools."""
    left_out = {*SKIP, *skip}
    here = os.path.realpath(folder)
    found: Tree = {}
    todo = [(str(folder), "")]
    while todo:
        path, prefix = todo.pop()
        try:
            entries = list(os.scandir(path))
        except OSError:
            continue
        for entry in entries:
            name = entry.name
            if entry.is_dir(follow_symlinks=False):
                if (
                    name not in left_out
                    and not name.startswith(".")
                    and not name.endswith((".egg-info", ".kvarto", COMMENTS))
                ):
                    todo.append((entry.path, f"{prefix}{name}/"))
            elif entry.is_dir():  # a link: what lies in the folder itself is met there
                target = os.path.realpath(entry.path)
                if os.path.commonpath([target, here]) not in (here, target):
                    todo.append((target, f"{prefix}{name}/"))
            else:
                try:
                    stat = entry.stat()
                except OSError:
                    continue
                found[prefix + name] = (stat.st_size, stat.st_mtime_ns)
    return found


def signature(files: Tree) -> str:
    """One hash of a tree."""
    rows = [f"{name}\0{size}\0{time}" for name, (size, time) in sorted(files.items())]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


@cache
def program() -> str:
    """A hash of kvarto's own code, Python and the installed packages."""
    from kvarto.execute.fingerprint import packages

    digest = hashlib.sha256(f"{__version__}\n{sys.version}\n{packages()}".encode())
    folder = Path(__file__).parent
    for name in sorted(tree(folder)):
        digest.update(name.encode() + (folder / name).read_bytes())
    return digest.hexdigest()


class Stamp:
    """The stamp of one kind of build (which targets, draft or not, where to)."""

    def __init__(self, cache: Path, what: dict[str, Any]) -> None:
        """`what` says which build it is; builds that differ have stamps of their own."""
        key = hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:12]
        self.path = cache / "stamps" / f"{key}.json"
        self._noted: dict[str, Any] = {}

    def holds(self, root: Path, output: Path) -> bool:
        """Whether sources, code, outside files and output are as when the stamp was written."""
        try:
            noted = json.loads(self.path.read_bytes())
            self._noted = dict(noted["sources"])
            return bool(
                noted["output"] == signature(tree(output))
                and noted["sources"].keys() == tree(root, [output.name]).keys()
                and all(deps.same(root, p, s) for p, s in (noted["sources"] | noted["outside"]).items())
                and noted["program"] == program()
            )
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return False

    def _state(self, root: Path, path: str) -> list[Any] | None:
        """The state of a source now, its hash as noted last time if size and time are."""
        noted = self._noted.get(path)
        try:
            stat = (root / path).stat()
        except OSError:
            return None
        same = noted is not None and noted[1:] == [stat.st_size, stat.st_mtime_ns]
        return noted if same else deps.file_state(root / path)

    def write(self, root: Path, sources: Tree, output: Path, outside: Iterable[str]) -> None:
        """Note a finished build; not one whose sources have changed since they were listed."""
        states = {p: self._state(root, p) for p in sources}
        if any(state is None or tuple(state[1:]) != sources[p] for p, state in states.items()):
            return
        data = {
            "program": program(),
            "sources": states,
            "output": signature(tree(output)),
            "outside": {p: deps.file_state(p) for p in outside},
        }
        atomic_write(self.path, json.dumps(data).encode())
