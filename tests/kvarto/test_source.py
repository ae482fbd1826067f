from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kvarto import project, source
from kvarto.faults import Faults
from kvarto.source import Line, check_divs, classify
from tests.kvarto.book import make


def read(folder: Path, faults: Faults) -> source.Source:
    book = project.load(folder, Faults())
    return source.read(book, book.chapter("k.qmd"), faults)


def lines(text: str) -> list[Line]:
    return [Line(row, "k.qmd", i) for i, row in enumerate(text.split("\n"), 1)]


def test_includes_are_put_in_with_their_own_lines(tmp_path: Path) -> None:
    make(tmp_path, "---\ntitle: K\n---\n\nFør\n{{< include deler/_a.qmd >}}\nEtter\n")
    (tmp_path / "deler").mkdir()
    # Paths in an included file are relative to the chapter's folder.
    (tmp_path / "deler/_a.qmd").write_text("A1\n{{< include deler/_b.qmd >}}\nA3", encoding="utf-8")
    (tmp_path / "deler/_b.qmd").write_text("```\n{{< include kode.py >}}\n```\n", encoding="utf-8")
    (tmp_path / "kode.py").write_text("x = 1\n", encoding="utf-8")
    faults = Faults()
    got = read(tmp_path, faults)
    assert [tuple(line) for line in got.lines] == [
        ("", "k.qmd", 4),
        ("Før", "k.qmd", 5),
        ("A1", "deler/_a.qmd", 1),
        ("```", "deler/_b.qmd", 1),
        ("x = 1", "kode.py", 1),
        ("```", "deler/_b.qmd", 3),
        ("A3", "deler/_a.qmd", 3),
        ("Etter", "k.qmd", 7),
    ]
    assert [p.name for p in got.files] == ["k.qmd", "_a.qmd", "_b.qmd", "kode.py"]
    assert not faults.errors


def test_a_missing_include_says_where_it_looked_and_marks_the_place(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\n{{< include _borte.qmd >}}\n")
    faults = Faults()
    got = read(tmp_path, faults)
    assert faults.errors[0].text() == (
        "k.qmd:3: Filen _borte.qmd som skal innlemmes, finnes ikke.\n"
        "    Lette etter _borte.qmd.\n    → Rett stien, eller lag filen."
    )
    assert "::: {.kv-fault}" in got.text


def test_a_path_meant_from_the_included_file_gets_the_right_hint(tmp_path: Path) -> None:
    make(tmp_path, "{{< include deler/_a.qmd >}}\n")
    (tmp_path / "deler").mkdir()
    (tmp_path / "deler/_a.qmd").write_text("{{< include _b.qmd >}}\n", encoding="utf-8")
    (tmp_path / "deler/_b.qmd").write_text("B\n", encoding="utf-8")
    faults = Faults()
    read(tmp_path, faults)
    assert "skriv deler/_b.qmd" in faults.errors[0].fix and faults.errors[0].place == "deler/_a.qmd:1"


def test_circular_includes_and_front_matter_in_parts_are_refused(tmp_path: Path) -> None:
    make(tmp_path, "{{< include _a.qmd >}}\n\n{{< include _c.qmd >}}\n")
    (tmp_path / "_a.qmd").write_text("{{< include _a.qmd >}}\n", encoding="utf-8")
    (tmp_path / "_c.qmd").write_text("---\ntitle: C\n---\nTekst\n", encoding="utf-8")
    faults = Faults()
    read(tmp_path, faults)
    assert [(f.place, f.kind) for f in faults.errors] == [("_a.qmd:1", "include"), ("_c.qmd:1", "include")]
    assert "innlemmer seg selv" in faults.errors[0].what


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    make(tmp_path, "{{< include _a.qmd >}}\n")
    (tmp_path / "_a.qmd").write_bytes("Blåbær".encode("latin-1"))
    faults = Faults()
    read(tmp_path, faults)
    assert [f.kind for f in faults.errors] == ["encoding"]


@pytest.mark.parametrize(
    ("text", "place", "part"),
    [
        ("::: {.callout-note}\nTekst\n", "k.qmd:1", "«::: {.callout-note}» er aldri lukket"),
        ("Tekst\n\n:::\n", "k.qmd:3", "ikke er åpnet"),
        ("::: {.a}\n\n::: b\nx\n:::\n", "k.qmd:1", "aldri lukket"),
        ("Tekst\n::: {.a}\nx\n", "k.qmd:2", "tom linje over"),
        ("```python\nx = 1\n", "k.qmd:1", "Kodeblokken er aldri lukket"),
    ],
)
def test_unbalanced_fences_are_refused_with_their_line(text: str, place: str, part: str) -> None:
    faults = Faults()
    check_divs(lines(text), faults)
    assert [f.place for f in faults.errors] == [place] and part in faults.errors[0].what


@pytest.mark.parametrize(
    "text",
    [
        "::: {.a}\nx\n:::\n",
        ":::: {.a}\n\n::: b :::\nx\n:::\n\n::::\n",
        "```\n::: {.a}\n```\n",
        "<!--\n::: {.a}\n-->\n",
        "::: {.a}\n## Tittel\n::: {.b}\nx\n:::\n:::\n",
        "<!-- ::: -->\n\n    ::: innrykket kode\n",
    ],
)
def test_balanced_fences_pass(text: str) -> None:
    faults = Faults()
    assert check_divs(lines(text), faults) == [] and not faults.errors, faults.report()


def test_closers_mend_a_draft() -> None:
    assert check_divs(lines("::: {.a}\n\n:::: {.b}\n"), Faults()) == [":::", ":::"]


ROW = st.sampled_from(
    ["tekst", "", ":::", "::: {.a}", "```", "````", "```{python}", "~~~", "<!--", "-->", "# T", "  - x"]
)


@given(st.lists(ROW, max_size=14))
def test_classify_keeps_every_line_and_pairs_the_fences(rows: list[str]) -> None:
    given_lines = lines("\n".join(rows))
    got = list(classify(given_lines))
    assert [line for line, _ in got] == given_lines
    inside = False
    for _, where in got:
        if where == "fence":
            inside = not inside
        assert (where == "code") <= inside


@given(st.lists(ROW, max_size=14))
def test_closers_always_balance(rows: list[str]) -> None:
    first = Faults()
    closers = check_divs(lines("\n".join(rows)), first)
    kinds = [where for _, where in classify(lines("\n".join(rows)))]
    assume(kinds.count("fence") % 2 == 0 and kinds[-1:] != ["comment"])
    second = Faults()
    assert check_divs(lines("\n".join([*rows, "", *closers])), second) == []
    assert [f for f in first if "aldri lukket" not in f.what] == list(second)
