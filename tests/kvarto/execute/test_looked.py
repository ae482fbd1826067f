"""What was found wrong in a text is remembered by the text, the rules and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kvarto import slips
from kvarto.cells import split
from kvarto.execute import looked
from kvarto.faults import Faults
from kvarto.prose import Prose, Rule
from kvarto.source import read
from tests.kvarto.book import make


def rules(pattern: str) -> Prose:
    """One rule."""
    return Prose((Rule(re.compile(pattern), "«{found}» er skrevet for hånd.", "Regn det ut."),))


def test_a_file_that_could_not_be_read_is_not_told_to_lack_a_heading(tmp_path: Path) -> None:
    book = make(tmp_path, "Tekst uten overskrift.\n")
    text = read(book, book.sources[-1], Faults())
    pieces = split(text, book, Faults())

    def told(*kinds: str) -> list[str]:
        faults = Faults()
        for kind in kinds:
            faults.add(text.chapter.id, 1, "Filen er ikke UTF-8.", kind=kind)
        for _ in range(2):  # once found, once remembered
            looked.through(text, pieces, None, book.cache, faults)
        return [fault.kind for fault in faults]

    assert told() == ["lint-chapter-title"]
    assert told("encoding") == ["encoding"]


def test_a_text_is_looked_through_once_and_again_when_it_or_a_rule_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    find = slips.find
    monkeypatch.setattr(slips, "find", lambda text, *rest: (looks.append(text.text), find(text, *rest)))

    def told(body: str, prose: Prose | None) -> list[str]:
        book = make(tmp_path, body)
        text = read(book, book.sources[-1], Faults())
        faults = Faults()
        looked.through(text, split(text, book, Faults()), prose, book.cache, faults)
        return [f"{fault.line}: {fault.what}" for fault in faults]

    long = "|".join(["x" * 300, r"\d+ %"])
    body = "# K\n\nTekst.^ [En note.]\n\nDet er 40 % her.\n"
    first = told(body, rules(long))
    assert [what.split(":")[0] for what in first] == ["3", "5"]
    assert told(body, rules(long)) == first
    assert len(looks) == 1
    assert len(told(body, rules(long.replace("%", "kr")))) == 1, "a rule that differs late in its pattern"
    assert len(looks) == 2
    assert told(body.replace("40 %", "40 %  "), rules(long)) == first
    assert told(body.replace("# K\n", "# K\n\n"), rules(long)) != first, "lines have moved"
    assert len(looks) == 4
    kept = next((tmp_path / ".kvarto/looked").iterdir())
    kept.write_bytes(kept.read_bytes()[:40])
    assert len(told(body, rules(long))) == 2, "a broken memory is none"
