"""What may import what (docs/architecture.md): read from the sources, without running them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src"
WRITERS = ("kvarto.html", "kvarto.typst", "kvarto.docx")


def imported(part: str) -> Iterator[tuple[str, str]]:
    """(file, module) of every import below a package, at the top of a file or inside a function."""
    folder = SRC / part.replace(".", "/")
    files = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    assert files and all(file.is_file() for file in files), part
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            name = file.relative_to(SRC).as_posix()
            if isinstance(node, ast.Import):
                yield from ((name, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{name}:{node.lineno}: relative import"
                yield from ((name, f"{node.module}.{alias.name}") for alias in node.names)


def crossings(part: str, *others: str) -> list[tuple[str, str]]:
    return [(f, m) for f, m in imported(part) if any(f"{m}.".startswith(f"{o}.") for o in others)]


def test_neither_package_knows_the_other() -> None:
    assert crossings("kvarto", "storbynav") == []
    assert crossings("storbynav", "kvarto") == []


@pytest.mark.parametrize("writer", WRITERS)
def test_a_writer_depends_on_no_other_writer(writer: str) -> None:
    assert crossings(writer, *(w for w in WRITERS if w != writer)) == []


@pytest.mark.parametrize("part", ["kvarto.structure", "kvarto.execute", "kvarto.project", "kvarto.source"])
def test_what_comes_before_the_writers_knows_none_of_them(part: str) -> None:
    assert crossings(part, *WRITERS, "kvarto.build", "kvarto.cli") == []


@pytest.mark.parametrize("part", ["storbynav.stats", "storbynav.formatting", "storbynav.survey"])
def test_statistics_and_words_know_nothing_of_the_report(part: str) -> None:
    assert (
        crossings(part, "storbynav.report", "storbynav.figures", "storbynav.tables", "storbynav.findings")
        == []
    )


def test_the_solver_knows_nothing_of_the_survey() -> None:
    assert crossings("storbynav.reconstruct.solver", "storbynav.survey", "storbynav.published") == []


def test_what_a_package_keeps_to_itself_stays_there() -> None:
    """A module with a leading underscore is its folder's, such a name its module's folder's."""
    for part in ("kvarto", "storbynav"):
        for file, module in imported(part):
            names = module.split(".")
            private = next((i for i, name in enumerate(names) if name[:1] == "_" and name[:2] != "__"), None)
            if private is not None and names[0] in ("kvarto", "storbynav"):
                owner = SRC.joinpath(*names[:private])
                folder = owner if owner.is_dir() else owner.parent
                assert (SRC / file).is_relative_to(folder), f"{file} imports {module}"
