"""What a build has shown of the answers, and what it has hidden: a private ledger for the scan.

Each output (a figure, a table, a number in the text) leaves one JSON file under ``_disclosure/``, beside the
figures and never in the book:

    {"output": "figures", "id": "v2_3", "shown": [SET, …], "hidden": […], "known": […], "values": ["36 %", …]}

A SET says in the names of the codebook which respondents were counted, never which they are:
``{"item": "led_folger", "codes": [1, 2], "groups": {"office": ["fana"]}}``; `codes` null means everyone with
an answer, `item` null everyone in the groups.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = "_disclosure"


@dataclass(frozen=True)
class Counted:
    """A set of respondents whose number was shown or hidden."""

    item: str | None
    codes: tuple[int, ...] | None
    groups: tuple[tuple[str, tuple[str | int, ...]], ...] = ()

    @classmethod
    def make(
        cls,
        item: str | None,
        codes: Iterable[int] | None,
        groups: Mapping[str, Any] | None = None,
    ) -> Counted:
        """With `groups` as `Survey.mask` takes them."""
        told = tuple(
            sorted(
                (name, tuple(wanted) if isinstance(wanted, list | tuple) else (wanted,))
                for name, wanted in (groups or {}).items()
            )
        )
        return cls(item, None if codes is None else tuple(sorted(int(c) for c in codes)), told)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "item": self.item,
            "codes": None if self.codes is None else list(self.codes),
            "groups": {name: list(wanted) for name, wanted in self.groups},
        }


@dataclass
class Entry:
    """One output. `known` is shown because print has it; `values`: the numbers as the reader sees them."""

    output: str
    id: str
    shown: list[Counted] = field(default_factory=list)
    hidden: list[Counted] = field(default_factory=list)
    known: list[Counted] = field(default_factory=list)
    values: Sequence[str] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON has it: the same for the same output."""
        return {
            "output": self.output,
            "id": self.id,
            "shown": _sorted(self.shown),
            "hidden": _sorted(self.hidden),
            "known": _sorted(self.known),
            "values": list(self.values),
        }


def _sorted(sets: Iterable[Counted]) -> list[dict[str, Any]]:
    return sorted(
        (one.plain() for one in dict.fromkeys(sets)), key=lambda one: json.dumps(one, sort_keys=True)
    )


def write(entry: Entry, folder: Path) -> Path:
    """Write an entry into the ledger's folder; the same output always has the same file."""
    text = json.dumps(entry.plain(), ensure_ascii=False, indent=1) + "\n"
    told = hashlib.sha256(f"{entry.output}\0{entry.id}".encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{entry.output}-{told}.json"
    file.write_text(text, encoding="utf-8")
    return file


def read(folder: Path) -> list[Entry]:
    """All entries of a ledger, in the order of their files."""
    entries = []
    for file in sorted(folder.glob("*.json")):
        raw = json.loads(file.read_text(encoding="utf-8"))
        shown, hidden, known = (
            [Counted.make(one["item"], one["codes"], one["groups"]) for one in raw[key]]
            for key in ("shown", "hidden", "known")
        )
        entries.append(Entry(raw["output"], raw["id"], shown, hidden, known, raw["values"]))
    return entries
