"""From a construct back to its line: outside code, the n-th for the n-th, through the source's own lines."""

from __future__ import annotations

from pathlib import Path

from kvarto.execute.result import Executed, Text
from kvarto.faults import Faults
from kvarto.structure.locate import Locator
from tests.kvarto.book import make

MARKDOWN = "@fig-x\n\n```python\n@fig-x\n```\n\n@fig-xy og @fig-x\n\n```{#lst-a .python}\nx\n```\n"


def locator(tmp_path: Path, faults: Faults) -> Locator:
    book = make(tmp_path)
    chapter = book.chapter("k.qmd")
    lines = [("_del.qmd", n + 10) for n in range(MARKDOWN.count("\n"))]
    text = Text(chapter, book.root, MARKDOWN, lines)
    return Locator(Executed(chapter, {"html": text}), "html", "k.qmd", faults)


def test_lines_of_matches(tmp_path: Path) -> None:
    at = locator(tmp_path, Faults())
    assert at.line(r"@fig-x(?![\w-])") == 1
    assert at.line(r"@fig-x(?![\w-])", 1) == 7, "not the one in code, nor fig-xy"
    assert at.line(r"@fig-x(?![\w-])", 9) == 7, "the last there is"
    assert at.line("#lst-a") == 9, "a fence's own line counts"
    assert at.line("@borte") is None


def test_faults_stand_in_the_source(tmp_path: Path) -> None:
    faults = Faults()
    locator(tmp_path, faults).fault("@fig-xy", "Galt.", kind="k")
    locator(tmp_path, faults).fault("@borte", "Galt.", kind="k")
    assert [(f.path, f.line) for f in faults] == [("_del.qmd", 16), ("k.qmd", None)]


def test_meetings_are_counted_by_construct(tmp_path: Path) -> None:
    at = locator(tmp_path, Faults())
    assert [at.met("a"), at.met("b"), at.met("a")] == [0, 0, 1]


def test_a_part_by_title_is_on_no_line() -> None:
    faults = Faults()
    Locator(None, "html", "part-1", faults).fault("x", "Galt.", kind="k")
    assert [(f.path, f.line) for f in faults] == [("part-1", None)]
