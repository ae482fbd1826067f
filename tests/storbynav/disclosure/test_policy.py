"""The policy file: typed, and wrong in one message with every fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from storbynav import paths
from storbynav.disclosure import Counted, PolicyError, policy
from storbynav.disclosure.policy import OUTPUTS

TEXT = paths.DISCLOSURE_FILE.read_text(encoding="utf-8")


def read(folder: Path, text: str):  # type: ignore[no-untyped-def]
    file = folder / "disclosure.yml"
    file.write_text(text, encoding="utf-8")
    return policy(file)


def test_the_shipped_policy_governs_everything() -> None:
    rules = policy()
    assert (rules.minimum_cell, rules.minimum_respondents, rules.rounding_base) == (5, 10, 1)
    assert rules.complementary and rules.outputs == set(OUTPUTS) and not rules.withhold


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    wrong = (
        TEXT.replace("minimum_cell: 5", "minimum_cell: 1")
        .replace("rounding_base: 1", "rounding_base: fem")
        .replace("complementary: true", "komplementær: true")
        .replace("[figures,", "[figurer,")
    )
    with pytest.raises(PolicyError) as told:
        read(tmp_path, wrong)
    message = str(told.value)
    assert "minimum_cell må være et helt tall, minst 2" in message
    assert "rounding_base: 'fem' har feil type" in message
    assert "mangler feltet complementary" in message
    assert "outputs: 'figurer' er ikke en av figures" in message
    assert "disclosure.yml:" in message


def test_numbers_to_withhold_are_named_as_the_scan_names_them(tmp_path: Path) -> None:
    held = "withhold:\n- {item: led_folger, codes: [2, 1], groups: {office: fana}}\n"
    rules = read(tmp_path, TEXT.replace("withhold: []\n", held))
    assert rules.withhold == {Counted.make("led_folger", [1, 2], {"office": ["fana"]})}
    with pytest.raises(PolicyError, match="skal ha item, codes"):
        policy.cache_clear()
        read(tmp_path, TEXT.replace("withhold: []", "withhold: [{kontor: fana}]"))


def test_without_a_policy_no_real_answers_are_built(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match=r"filen mangler\. Uten regler"):
        policy(tmp_path / "ingen.yml")


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (1, 0), (2, 0), (3, 5), (7, 5), (8, 10)])
def test_counts_are_rounded_to_the_base(tmp_path: Path, count: int, shown: int) -> None:
    policy.cache_clear()
    assert read(tmp_path, TEXT.replace("rounding_base: 1", "rounding_base: 5")).rounded(count) == shown
