"""Reading a chapter in parts gives what reading it whole gives."""

import json
import re
from collections import OrderedDict
from pathlib import Path

import pytest

import kvarto.structure.parse
from kvarto import chunks, pandoc
from kvarto.structure.parse import parse, parse_all

CASES = Path(__file__).parents[1] / "parity/cases"
FILLER = "Et avsnitt med *kursiv*, «anførsel» og tekst nok til at det monner, gang på gang.\n\n" * 12


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "SMALLEST", 600)


def sections(*bodies: str) -> str:
    return "\n".join(
        f"## Del {n}: {'abcdef'[n]} {{#sec-{n}}}\n\n{body}\n\n{FILLER}" for n, body in enumerate(bodies)
    )


def comparable(blocks: object, markdown: str) -> str:
    """The blocks as text; without literature the note numbers of references mean nothing."""
    text = json.dumps(blocks)
    return text if chunks.cites(markdown) else re.sub(r'"citationNoteNum": \d+', "", text)


def same(markdown: str) -> int:
    """How many parts there are; asserts that nothing but the way is different."""
    parts = chunks.split(markdown)
    whole = parse(markdown)
    joined = parse_all({"k": markdown}, {})["k"]
    assert comparable(joined.blocks, markdown) == comparable(whole.blocks, markdown)
    assert [w[0].split(" at line")[0] for w in joined.warnings] == [
        w[0].split(" at line")[0] for w in whole.warnings
    ]
    assert [w[1] for w in joined.warnings] == [w[1] for w in whole.warnings]
    return len(parts)


@pytest.mark.parametrize(
    ("bodies", "parts"),
    [
        (("A", "B", "C"), 3),
        (
            ("En.[^a]", "To.[^a] Tre.[^b]\n\n[^b]: Note b.\n\n    Mer b.", "[^a]: Note a\nog mer.\n\nTekst."),
            3,
        ),
        (("[lenke][x] og [y]", "[x]: https://a.example\n[y]: https://b.example 'T'", "[x]"), 3),
        (("Kilde [@a2010] og note.^[Her @b2011.]", "@c2012 [s. 3]", "[@d]^[x]^[Se @e.]"), 3),
        (
            (
                "::: {.a}\n### Inni {#sec-x}\n:::",
                "```\n## ikke\n```\n\n<!--\n## ikke\n-->",
                "- liste\n\n    ## ikke {#z}\n",
            ),
            3,
        ),
        (("Ubrukt.\n\n[^z]: Ingen viser hit.", "B", "C"), 3),
        (("(@) en", "(@) to", "C"), 1),
        (("Se [Del 2: c].", "B", "C"), 1),
        (("<div>", "</div>", "C"), 1),
        (("### Like", "### Like", "C"), 1),
        (("Understreket\n------------", "B", "C"), 1),
    ],
)
def test_parts_make_the_whole(bodies: tuple[str, ...], parts: int) -> None:
    assert same(sections(*bodies)) == parts


def test_a_short_text_is_not_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "SMALLEST", 9_000)
    assert chunks.split(sections("A", "B"))[0].first_line == 1 and len(chunks.split(sections("A", "B"))) == 1


@pytest.mark.parametrize("case", sorted(p.name for p in CASES.iterdir() if p.is_dir()))
def test_the_golden_cases_one_after_another(case: str) -> None:
    """All chapters of a case, blown up, with headings of their own between them."""
    texts = [p.read_text(encoding="utf-8") for p in sorted((CASES / case).rglob("*.qmd"))]
    same("\n\n".join(f"# {'abcdefgh'[n]}{case}\n\n{FILLER}\n\n{text}" for n, text in enumerate(texts)))


def test_an_edit_reads_one_part_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store: dict[str, bytes] = {}
    monkeypatch.setattr(kvarto.structure.parse, "_KEPT", OrderedDict())
    before, after = sections("A", "B", "C"), sections("A", "endret", "C")
    parse_all({"k": before}, store)
    read: list[str] = []
    real = pandoc.read

    def counted(markdown: str) -> object:
        read.append(markdown)
        return real(markdown)

    monkeypatch.setattr(pandoc, "read", counted)
    monkeypatch.setattr(kvarto.structure.parse, "_KEPT", OrderedDict())  # as in another process
    parse_all({"k": after}, store)
    assert len(read) == 1 and "endret" in read[0]
