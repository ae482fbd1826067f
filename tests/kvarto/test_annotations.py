"""Annotated spans: unobtrusive when all is well; unknown or not as expected, they stop or mark the book."""

import json
import subprocess
from pathlib import Path

import pytest

from kvarto.build import Order, Outcome, build
from kvarto.faults import EXIT_FAULTS, EXIT_OK, Faults
from kvarto.structure import ast
from tests.kvarto.book import HEAD, make, structured

SETTING = HEAD + (
    "kvarto:\n  annotations:\n    class: funn\n    attribute: ref\n    file: funn.json\n    name: Funnet\n"
)
CHAPTER = '# K\n\nEn.\n\nTo, [tre\nfire]{.funn ref="f-1"} og\n[fem]{.funn ref="f-2"}.\n'
OK = {"outcome": "ok", "label": "holder", "text": "Holder."}
BAD = {"outcome": "changed", "label": "holder ikke", "text": "funnet holder ikke i dataene: 40 %"}


def book(folder: Path, entries: object, chapter: str = CHAPTER, config: str = SETTING) -> None:
    make(folder, chapter, config)
    (folder / "funn.json").write_text(json.dumps({"annotations": entries}), encoding="utf-8")


def render(folder: Path, order: Order | None = None) -> Outcome:
    return build(folder, order or Order(("html",)))


def faults_of(folder: Path) -> list[tuple[str | None, int | None, str, str]]:
    from kvarto import project

    faults = Faults()
    structured(project.load(folder), faults=faults)
    return [(f.path, f.line, f.kind, f.what) for f in faults]


def test_an_annotation_that_is_ok_leaves_words_and_data_attributes(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": OK, "f-2": OK})
    outcome = render(tmp_path)
    assert outcome.code == EXIT_OK, outcome.faults.report()
    page = (tmp_path / "_book/k.html").read_text(encoding="utf-8")
    assert '<span class="funn" data-ref="f-2" data-label="holder">fem</span>.' in page
    assert 'class="kv-fault"' not in page


def test_without_the_setting_spans_are_plain_and_no_file_is_wanted(tmp_path: Path) -> None:
    make(tmp_path, CHAPTER, HEAD)
    assert faults_of(tmp_path) == []


def test_an_unknown_id_has_file_line_and_a_suggestion(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": OK, "f-22": OK})
    outcome = render(tmp_path)
    assert outcome.code == EXIT_FAULTS
    (fault,) = outcome.faults.errors
    assert (fault.path, fault.line, fault.kind) == ("k.qmd", 7, "annotation-unknown")
    assert fault.what == "Funnet f-2 finnes ikke." and fault.why == "Mente du f-22?"


def test_the_same_id_twice_is_told_at_the_right_lines(tmp_path: Path) -> None:
    chapter = '# K\n\n[a]{.funn ref="f-9"}\n\nTekst.\n\n[b]{.funn ref="f-9"}\n'
    book(tmp_path, {"f-1": OK}, chapter)
    assert [line for _, line, _, _ in faults_of(tmp_path)] == [3, 7]


def test_a_span_in_an_included_file_is_told_there(tmp_path: Path) -> None:
    chapter = "# K\n\n{{< include del.qmd >}}\n"
    book(tmp_path, {"f-1": OK}, chapter)
    (tmp_path / "del.qmd").write_text('Først.\n\n[b]{.funn ref="f-9"}\n', encoding="utf-8")
    outcome = render(tmp_path)
    assert [(f.path, f.line) for f in outcome.faults.errors] == [("del.qmd", 3)]


def test_a_span_without_the_attribute_is_a_fault(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": OK}, '# K\n\n[a]{.funn ref="f-1"}\n\n[b]{.funn}\n')
    assert [(line, kind) for _, line, kind, _ in faults_of(tmp_path)] == [(5, "annotation-missing")]


def test_strict_refuses_and_leaves_the_last_book(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": OK, "f-2": OK})
    assert render(tmp_path).code == EXIT_OK
    before = (tmp_path / "_book/k.html").read_bytes()
    book(tmp_path, {"f-1": OK, "f-2": BAD})
    outcome = render(tmp_path)
    assert outcome.code == EXIT_FAULTS and not outcome.unchanged
    (fault,) = outcome.faults.errors
    assert (fault.path, fault.line) == ("k.qmd", 7) and "40 %" in fault.what
    assert (tmp_path / "_book/k.html").read_bytes() == before


def test_a_draft_says_it_in_words_in_both_formats(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": OK, "f-2": BAD})
    outcome = render(tmp_path, Order(draft=True))
    assert outcome.code == EXIT_OK, outcome.faults.report()
    page = (tmp_path / "_book/k.html").read_text(encoding="utf-8")
    assert '<span class="kv-fault" role="note">[funnet holder ikke i dataene: 40 %]</span>' in page
    words = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "_book/Prøvebok.pdf"), "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "[funnet holder ikke i dataene: 40 %]" in " ".join(words.split())


def test_not_strict_marks_and_goes_on(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": OK, "f-2": BAD}, config=SETTING + "    strict: false\n")
    outcome = render(tmp_path)
    assert outcome.code == EXIT_OK and [f.kind for f in outcome.faults.lints] == ["annotation-changed"]
    assert "holder ikke i dataene" in (tmp_path / "_book/k.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "funn.json finnes ikke."),
        ("{", "funn.json kan ikke leses."),
        ("[]", "funn.json har ikke merknader."),
        ('{"annotations": {"f-1": {}}}', "funn.json har ikke merknader."),
    ],
)
def test_a_file_that_cannot_be_used_is_one_fault_at_the_setting(
    tmp_path: Path, content: str | None, told: str
) -> None:
    make(tmp_path, CHAPTER, SETTING)
    if content is not None:
        (tmp_path / "funn.json").write_text(content, encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    assert fault == ("_quarto.yml", 19, "annotation-settings", told)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("    clas: x\n", "«kvarto: annotations: clas» er ukjent."),
        ("    strict: kanskje\n", "«kvarto: annotations: strict» må være true eller false."),
    ],
)
def test_a_wrong_setting_is_told(tmp_path: Path, line: str, told: str) -> None:
    book(tmp_path, {"f-1": OK, "f-2": OK}, config=SETTING + line)
    assert [what for *_, what in faults_of(tmp_path)] == [told]


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    book(tmp_path, {}, config=SETTING.replace("    attribute: ref\n", ""))
    assert [what for *_, what in faults_of(tmp_path)] == ["«kvarto: annotations» mangler attribute."]


def test_a_cell_may_write_the_file_and_a_changed_one_is_read_again(tmp_path: Path) -> None:
    cell = (
        "# K\n\n```{python}\n#| include: false\nfrom pathlib import Path\nimport json\n"
        "value = json.loads(Path('tall.json').read_text())\n"
        "told = {'outcome': 'ok' if value > 1 else 'changed', 'text': 'nei'}\n"
        "Path('funn.json').write_text(json.dumps({'annotations': {'f-1': told}}))\n```\n\n"
        '[a]{.funn ref="f-1"}\n'
    )
    make(tmp_path, cell, SETTING)
    (tmp_path / "tall.json").write_text("2")
    assert render(tmp_path).code == EXIT_OK
    assert render(tmp_path).unchanged
    (tmp_path / "tall.json").write_text("1")
    assert render(tmp_path).code == EXIT_FAULTS
    (tmp_path / "tall.json").write_text("3")
    assert render(tmp_path).code == EXIT_OK
    (tmp_path / "funn.json").unlink()
    assert render(tmp_path).code == EXIT_OK and (tmp_path / "funn.json").is_file()


def test_the_mark_stands_after_the_words(tmp_path: Path) -> None:
    book(tmp_path, {"f-1": BAD, "f-2": OK})
    chapter = structured(make(tmp_path, CHAPTER, SETTING), faults=Faults()).chapter("k.qmd")
    text = ast.stringify(chapter.blocks[-1]["c"])
    assert text == "To, tre fire [funnet holder ikke i dataene: 40 %] og fem."
