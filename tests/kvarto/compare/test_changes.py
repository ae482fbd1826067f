"""What differs between two pages: words, numbers, cells."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kvarto.compare.blocks import Block, Content, read
from kvarto.compare.changes import Edit, find, runs

PAGE = """<!DOCTYPE html><html lang="nb"><head><title>T</title></head><body><nav><p>Meny</p></nav>
<main><h1>Kapittel</h1>
<p>Det svarte <span data-ref="f-1" data-label="{mark}">{n}&#160;personer</span><a href="#n">1</a>.</p>
<section id="sec-a"><h2>Under</h2>
<ul><li>Et punkt</li><li><p>Et punkt med avsnitt</p></li></ul>
<div class="kv-tools"><p>Verktøy</p></div>
<figure><svg><text>ikke tekst</text></svg><figcaption>Figur 1: Bilde</figcaption></figure>
<table><tr><th>By</th><th>n</th></tr><tr><td>Oslo</td><td>{oslo}</td></tr></table></section></main></body></html>"""


def content(folder: Path, csv: str = "by;n\nOslo;5\n", **words: str) -> Content:
    folder.mkdir()
    told = {"mark": "holder", "n": "997", "oslo": "5"} | words
    (folder / "k.html").write_text(PAGE.format(**told), encoding="utf-8")
    (folder / "tall.csv").write_text(csv, encoding="utf-8-sig")
    return read(folder)


def test_a_page_is_read_as_its_reader_meets_it(tmp_path: Path) -> None:
    blocks = content(tmp_path / "a").pages["k.html"]
    assert [(b.kind, b.text) for b in blocks] == [
        ("h1", "Kapittel"),
        ("p", "Det svarte 997\u00a0personer1."),
        ("h2", "Under"),
        ("li", "Et punkt"),
        ("p", "Et punkt med avsnitt"),
        ("figcaption", "Figur 1: Bilde"),
        ("tr", "By | n"),
        ("tr", "Oslo | 5"),
    ]
    assert {b.heading for b in blocks} == {"Kapittel", "Under"}
    assert blocks[-1].anchor == "sec-a"


def test_notes_stand_under_notes_and_not_under_the_last_heading(tmp_path: Path) -> None:
    notes = '<section aria-label="Noter"><ol><li id="fn1"><p>En note.</p></li></ol></section>'
    (tmp_path / "k.html").write_text(
        PAGE.replace("</main>", notes + "</main>").format(mark="m", n="1", oslo="5"), encoding="utf-8"
    )
    last = read(tmp_path).pages["k.html"][-1]
    assert (last.text, last.heading) == ("En note.", "Noter")


def test_checksums_of_files_are_no_text(tmp_path: Path) -> None:
    old, new = (content(tmp_path / name, mark="holder", n=sign * 64) for name, sign in ("a1", "bf"))
    assert not find(old, new)


def test_the_same_is_no_change(tmp_path: Path) -> None:
    assert not find(content(tmp_path / "a"), content(tmp_path / "b"))


def test_numbers_marks_and_cells_that_moved(tmp_path: Path) -> None:
    new = content(tmp_path / "b", "by;n\nOslo;6\nBergen;2\n", n="1\u202f003", mark="holder ikke", oslo="6")
    changes = find(content(tmp_path / "a"), new)
    assert [(m.old, m.new) for m in changes.numbers] == [("997", "1\u202f003"), ("5", "6")]
    assert changes.marks == [("f-1", "holder", "holder ikke")]
    assert [(m.what, m.old, m.new) for m in changes.data] == [
        ("Oslo: n", "5", "6"),
        ("Bergen", "finnes ikke", "finnes"),
    ]


def block(text: str, kind: str = "p") -> Block:
    return Block(text, kind, "H", "k.html", "a")


def edits(old: list[str], new: list[str]) -> list[Edit]:
    before, after = Content(), Content()
    before.pages["k.html"], after.pages["k.html"] = [block(t) for t in old], [block(t) for t in new]
    return find(before, after).edits.get("k.html", [])


def test_a_paragraph_put_in_leaves_its_neighbours_alone() -> None:
    (edit,) = edits(["En to tre.", "Fire fem."], ["En to tre.", "Noe helt nytt her.", "Fire fem."])
    assert edit.old is None
    assert edit.runs == (("new", "Noe helt nytt her."),)


def test_an_edited_paragraph_is_told_word_by_word() -> None:
    (edit,) = edits(["Andelen er 58,8 % i dag."], ["Andelen er 59,1 % i dag."])
    assert edit.runs == (
        ("same", "Andelen er "),
        ("old", "58,8"),
        ("new", "59,1"),
        ("same", " % i dag."),
    )


def test_a_paragraph_replaced_is_one_gone_and_one_new() -> None:
    told = edits(["Helt andre ord stod her før."], ["Nå finner leseren noe ganske annet."])
    assert [(e.old is None, e.new is None) for e in told] == [(True, False), (False, True)]


@given(st.text("ab 1,.\u00a0", max_size=40), st.text("ab 1,.\u00a0", max_size=40))
def test_runs_give_both_texts_back(old: str, new: str) -> None:
    told = list(runs(old, new))
    assert "".join(text for op, text in told if op != "new") == old
    assert "".join(text for op, text in told if op != "old") == new


@pytest.mark.parametrize("gone", [True, False])
def test_a_page_that_came_or_went(gone: bool) -> None:
    one, none = Content(), Content()
    one.pages["k.html"] = [block("En."), block("To.")]
    changes = find(one, none) if gone else find(none, one)
    assert len(changes.edits["k.html"]) == 2
