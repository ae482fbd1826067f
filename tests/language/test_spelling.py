"""Every word is spelled right, and the project's word list holds nothing that is not needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.language import spelling
from tests.language.reading import Piece
from tests.tools import require


@pytest.fixture(scope="module", autouse=True)
def hunspell() -> None:
    require("hunspell")
    require("hunspell-no")


def of(text: str) -> list[spelling.Word]:
    return spelling.words([Piece("side.html", "text", text)])


def wrong(text: str, *listed: str) -> list[str]:
    return [word.text for word in spelling.misspelled(of(text), listed)]


def test_every_word_of_the_book_is_known(pieces: list[Piece]) -> None:
    unknown = spelling.misspelled(spelling.words(pieces), spelling.load())
    told = "\n".join(word.message for word in unknown)
    assert not unknown, f"Rett teksten, eller føy riktige ord til tests/language/ordliste.txt:\n{told}"


def test_the_list_holds_only_words_that_are_needed(pieces: list[Piece]) -> None:
    assert spelling.unused(spelling.words(pieces), spelling.load()) == []


def test_a_planted_misspelling_is_found() -> None:
    assert wrong("De ansate på kontoret er fornøyde") == ["ansate"]
    assert wrong("Arbeidlinja står sterkt") == ["Arbeidlinja"]
    assert wrong("oppgaveportefølgje") == ["oppgaveportefølgje"]


def test_a_listed_word_is_known_and_may_begin_a_sentence() -> None:
    assert wrong("Generalistmodellen og generalistmodellen", "generalistmodellen") == []
    assert wrong("aetat", "Aetat") == ["aetat"], "a name keeps its capital"


def test_compounds_with_a_hyphen_are_taken_apart() -> None:
    assert wrong("mål- og disponeringsbrev, behovs- eller NAV-kontoret", "disponeringsbrev", "NAV") == []
    assert wrong("feills- og kontor") == ["feills"]


def test_addresses_codes_and_letters_are_no_words() -> None:
    assert wrong("Se https://eksempel.no/xyzq, r2016:02, fil data.csv, a) b) og V1.6") == []


def test_the_message_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    (word,) = spelling.misspelled(of("Her står ordet feillskrevet i en setning"), [])
    assert word.message == "side.html: «feillskrevet» i «Her står ordet feillskrevet i en setning»"


def test_unused_and_needless_words_of_the_list_are_found() -> None:
    assert spelling.unused(of("Et kontor i Ytrebygda"), ["Ytrebygda", "Østensjø", "kontor"]) == [
        "Østensjø",
        "kontor",
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("bb\naa\n", "«aa» skal stå før «bb»"),
        ("aa\n# gruppe\naa\n", "«aa» står der fra før"),
        ("aa bb\n", "«aa bb» er ikke ett ord"),
    ],
)
def test_faults_of_the_list_are_told(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "ordliste.txt"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(spelling.WordListError, match=message):
        spelling.load(file)
