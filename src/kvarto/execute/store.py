"""Results kept between runs in `.kvarto/results/`, one file for each chapter.

Written whole to a new file and then put in place, with a checksum: a broken or half-written file is as good
as none.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

VERSION = 4
"""Raise when the form of results changes."""


def atomic_write(path: Path, data: bytes) -> None:
    """Write a file so that readers see the old or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temp = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        temp.write_bytes(data)
        temp.replace(path)
    finally:
        temp.unlink(missing_ok=True)


class Store:
    """Results by chapter under a cache folder."""

    def __init__(self, folder: Path) -> None:
        """`folder` is the book's `.kvarto`."""
        self.folder = folder / "results"
        self.blobs = folder / "blobs"

    def _path(self, chapter: str) -> Path:
        slug = re.sub(r"[^\w.-]", "_", chapter)
        return self.folder / f"{slug}-{hashlib.sha256(chapter.encode()).hexdigest()[:8]}.json"

    def load(self, chapter: str) -> dict[str, Any]:
        """What is remembered of a chapter: variants by target («*» when one serves all)."""
        try:
            raw = self._path(chapter).read_bytes()
            head, _, body = raw.partition(b"\n")
            if head.decode() != f"kvarto {VERSION} {hashlib.sha256(body).hexdigest()}":
                return {}
            data = json.loads(body)
        except (OSError, ValueError):
            return {}
        return data if isinstance(data, dict) else {}

    def save(self, chapter: str, variants: dict[str, Any]) -> None:
        """Remember a chapter's variants."""
        body = json.dumps(variants, ensure_ascii=False, separators=(",", ":")).encode()
        head = f"kvarto {VERSION} {hashlib.sha256(body).hexdigest()}\n".encode()
        atomic_write(self._path(chapter), head + body)

    def has_blobs(self, results: dict[str, Any]) -> bool:
        """Whether every picture that the results name is still there."""
        return all((self.blobs / name).is_file() for name in blob_names(results))


def blob_names(results: dict[str, Any]) -> set[str]:
    """File names of all pictures in results."""
    names: set[str] = set()
    for result in results.values():
        for output in result.get("outputs", ()):
            for value in output.get("data", {}).values():
                if isinstance(value, dict):
                    names.add(value["blob"])
    return names
