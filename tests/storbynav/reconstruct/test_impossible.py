"""What cannot hold is proven by arithmetic, and a print without the fault would not be on the list."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from storbynav import paths
from storbynav.reconstruct.impossible import RULES, Entry, proven, read_entries, whole_counts

ENTRIES = {entry.id: entry for entry in read_entries(paths.PUBLISHED)}

# the same numbers with the fault mended: no contradiction left
MENDED: dict[str, dict[str, Any]] = {
    "I01": {"f": 9.60},
    "I02": {"r": 0.14},
    "I03": {"mean": 1.64, "sd": 0.481},
    "I04": {"part": 53, "categories": [9, 3, 24, 17]},
    "I05": {"printed": [946, 954]},
    "I06": {"second": 43},
    "I07": {"words": [59, 72]},
    "I08": {"pct": 32.6},
    "I09": {"over": 46},
    "I10": {"answered": 53},
    "I11": {"addends": [80, 52]},
    "I12": {"addends": [28]},
    "I13": {"printed_total": 70},
    "I14": {"beta": [-0.19, 0.17, 0.04, -0.03, -0.05]},
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.id)
def test_every_entry_is_proven(entry: Entry) -> None:
    assert proven(entry)
    assert entry.reason and entry.follows and entry.numbers


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_a_mended_print_is_not_impossible(name: str) -> None:
    entry = ENTRIES[name]
    assert not proven(replace(entry, values={**entry.values, **MENDED[name]}))


def test_every_rule_is_in_use_and_ids_are_unique() -> None:
    raw = yaml.safe_load((paths.PUBLISHED / "impossible.yml").read_text(encoding="utf-8"))["impossible"]
    assert {r["check"] for r in raw} == set(RULES)
    assert len({r["id"] for r in raw}) == len(raw)


def test_the_manifest_names_only_impossible_numbers_as_not_met() -> None:
    manifest = yaml.safe_load(paths.MANIFEST_FILE.read_text(encoding="utf-8"))
    known = {number for entry in ENTRIES.values() for number in entry.numbers}
    for group in manifest["printed"].values():
        assert group["missed"] == []
        assert set(group["impossible"]) <= known


def test_whole_counts_is_grim() -> None:
    assert whole_counts(997, 5.3, 1) == [53]
    assert whole_counts(19, 65.0, 1) == []
