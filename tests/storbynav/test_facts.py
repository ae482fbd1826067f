"""Facts of the study that no data set holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from storbynav import facts
from storbynav.published import registry
from storbynav.verify.bound import source_lines
from storbynav.verify.places import Places


@pytest.fixture
def write(tmp_path: Path):  # type: ignore[no-untyped-def]
    def make(text: str) -> Path:
        file = tmp_path / "facts.yml"
        file.write_text(text, encoding="utf-8")
        return file

    return make


def test_every_fact_has_source_lines_and_can_be_shown() -> None:
    for fact in facts.load().values():
        assert fact.lines
        assert str(fact.shown).strip()


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ("value: 74", "74"),
        ("value: 3098", "3\u202f098"),
        ("value: 2.5, text: to og en halv uke", "to og en halv uke"),
        ('value: 73.3, unit: "%"', "73,3\u00a0%"),
        ('value: 32, unit: "%"', "32\u00a0%"),
        ('value: 50, unit: "%", decimals: 1', "50,0\u00a0%"),
        ("value: februar 2015", "februar 2015"),
        ("value: 1000", "1\u202f000"),
    ],
)
def test_is_shown_as_the_reader_sees_it(write, fields: str, shown: str) -> None:  # type: ignore[no-untyped-def]
    file = write(f'facts:\n  a.b: {{{fields}, lines: "1"}}\n')
    assert str(facts.find("a.b", file).shown) == shown


def test_an_unknown_fact_is_refused_with_near_ones() -> None:
    with pytest.raises(
        facts.FactError, match=r"har ikke opplysningen 'study\.interview'. Mente du study\.interviews"
    ):
        facts.find("study.interview")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("facts:\n  a.b: {value: 1}\n", r"facts\.yml:2: a\.b: mangler lines"),
        ('facts:\n  a.b: {lines: "1"}\n', "mangler value"),
        ('facts:\n  a.b: {value: 1, lines: "1", tekst: en}\n', r"ukjent felt 'tekst' \(mente du text"),
        ('facts:\n  a.b: {value: true, lines: "1"}\n', "value må være et tall eller en tekst"),
        ("facts:\n  a.b: 1\n", "må ha minst value og lines"),
        ("a.b: 1\n", "må begynne med «facts:»"),
        ("facts: [\n", "ikke gyldig YAML"),
    ],
)
def test_a_wrong_entry_is_named(write, text: str, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(facts.FactError, match=message):
        facts.load(write(text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(facts.FactError, match="mangler"):
        facts.load(tmp_path / "facts.yml")


# ---------------------------------------------------------------- held against the registry of the print


def numbers() -> dict[str, facts.Fact]:
    return {name: fact for name, fact in facts.load().items() if isinstance(fact.value, int | float)}


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in numbers()
        if name.split(".")[0] in ("survey", "print", "leaders", "offices", "comparison_2014", "sammendrag")
    ],
)
def test_a_number_of_the_survey_is_the_registrys_at_the_same_lines(name: str) -> None:
    """The text takes it from here and the verification from there: one of them cannot move alone."""
    fact, places = facts.load()[name], Places()
    here = source_lines(fact.lines)
    at = [path for path in places.numbers() if source_lines(places.lines(path)) & here]
    assert any(float(places.value(path)) == float(fact.value) for path in at), at


@pytest.mark.parametrize("office", registry().sample["office_facts"], ids=lambda office: office["office"])
def test_man_years_in_chapter_6_are_those_of_the_office(office: dict) -> None:  # type: ignore[type-arg]
    name = {"Hundvåg og Storhaug": "hundvag_storhaug", "Østensjø": "ostensjo"}.get(
        office["office"], office["office"].lower()
    )
    said = {"aarsverk": "total", "stat": "stat", "kommune": "kommune"}
    for end, part in said.items():
        assert facts.load()[f"kap6.{name}_{end}"].value == office["aarsverk"][part]
