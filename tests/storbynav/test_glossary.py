"""The glossary: reading, order, messages."""

from pathlib import Path

import pytest

from storbynav import glossary


def test_shipped_glossary_is_sound_and_sorted():
    terms = glossary.load()
    assert {t.kind for t in terms} == {"forkortelse", "begrep"}
    for kind in ("forkortelse", "begrep"):
        words = [t.term for t in terms if t.kind == kind]
        assert words == sorted(words, key=glossary.alphabetical)
    assert all(t.means.endswith(".") for t in terms)


def test_norwegian_letters_come_last_and_accents_do_not_count():
    words = ["årsverk", "zulu", "ærlig", "én", "enhet", "øst", "Aetat"]
    assert sorted(words, key=glossary.alphabetical) == [
        "Aetat",
        "én",
        "enhet",
        "zulu",
        "ærlig",
        "øst",
        "årsverk",
    ]


def test_markdown_is_a_definition_list_of_one_kind(tmp_path: Path):
    file = _write(
        tmp_path,
        "terms:\n- {term: IP*, kind: forkortelse, means: Plan.}\n- {term: b, kind: begrep, means: B.}\n",
    )
    assert str(glossary.markdown("forkortelse", file)) == "IP\\*\n:   Plan."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("terms: 3\n", "skal ha en liste under «terms:»"),
        ("terms:\n- {term: a, kind: ord, means: b}\n", "oppføring 1: «kind: ord» finnes ikke"),
        ("terms:\n- {term: a, kind: begrep}\n", "oppføring 1: mangler «means:»"),
        ("terms:\n- {term: a, kind: begrep, means: b, avoids: [c]}\n", "kjenner ikke feltet avoids"),
        (
            "terms:\n- {term: a, kind: begrep, means: b}\n- {term: a, kind: begrep, means: c}\n",
            "oppføring 2: a står der",
        ),
        ("terms: [\n", "ikke gyldig YAML"),
    ],
)
def test_faults_are_told_with_file_and_entry(tmp_path: Path, text: str, message: str):
    file = _write(tmp_path, text)
    with pytest.raises(glossary.GlossaryError, match=r"ordliste\.yml") as error:
        glossary.load(file)
    assert message in str(error.value)


def test_missing_file(tmp_path: Path):
    with pytest.raises(glossary.GlossaryError, match=r"filen mangler"):
        glossary.load(tmp_path / "ordliste.yml")


def _write(folder: Path, text: str) -> Path:
    file = folder / "ordliste.yml"
    file.write_text(text, encoding="utf-8")
    return file
