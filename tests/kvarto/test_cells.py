from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kvarto import cells, project, source
from kvarto.cells import Cell, Prose
from kvarto.faults import Faults
from kvarto.project import Book
from kvarto.source import Line, Source
from tests.kvarto.book import make


def pieces(book: Book, text: str, faults: Faults | None = None) -> list[cells.Piece]:
    found = Faults() if faults is None else faults
    lines = [Line(row, "k.qmd", i) for i, row in enumerate(text.split("\n"), 1)]
    got = cells.split(Source(book.chapter("k.qmd"), lines), book, found)
    if faults is None:
        assert not found.errors, found.report()
    return got


def exprs(book: Book, text: str) -> list[str]:
    return [i.expr for i in cells.inlines_of(pieces(book, text))]


def test_prose_and_cells_come_in_order(tmp_path: Path) -> None:
    got = pieces(
        make(tmp_path),
        "# K\n\n```{python}\n#| label: a\nx = 1\n```\n\nSå `{python} x`.\n\n  ```{python}\n  y\n  ```\n",
    )
    kinds = [(type(p).__name__, getattr(p, "code", "")) for p in got]
    assert kinds == [("Prose", ""), ("Cell", "x = 1"), ("Prose", ""), ("Cell", "y"), ("Prose", "")]
    first, second = cells.cells_of(got)
    assert (first.name, first.lines[0].no, second.name, second.indent) == (
        "cellen «a»",
        5,
        "celle nr. 2",
        "  ",
    )


def test_what_is_an_expression_and_what_is_not(tmp_path: Path) -> None:
    book = make(tmp_path)
    assert exprs(book, "A `{python} x` og `{python}  f(1, 'b')`.") == ["x", "f(1, 'b')"]
    assert exprs(book, "`python x`, `{python}x`, `{r} 1`x".replace("`{r} 1`", "`{.r} 1`")) == []
    assert exprs(book, "```\n`{python} x`\n```\n\n<!-- `{python} y` -->\n\n<!--\n`{python} z`\n-->") == []
    assert exprs(book, "`{python} [a for\n  a in b]` og `{{python}} vist`") == ["[a for   a in b]"]
    assert exprs(book, "`{python} a\n\nb` slutt") == []


def test_expressions_in_code_and_mathematics_are_raw(tmp_path: Path) -> None:
    (prose,) = pieces(
        make(tmp_path), "`` `{python} a` `` og $x = `{python} b`$ men `{python} c` koster $5 eller $6."
    )
    assert isinstance(prose, Prose)
    assert [(i.expr, i.raw) for i in prose.inlines] == [("a", True), ("b", True), ("c", False)]


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    got = pieces(make(tmp_path), "a\n\nb `{python} x`\nc `{python} y`\n")
    assert [(i.line, i.column) for i in cells.inlines_of(got)] == [(3, 3), (4, 3)]


def test_other_languages_and_braced_options_are_refused(tmp_path: Path) -> None:
    faults = Faults()
    got = pieces(
        make(tmp_path),
        "```{r}\n1\n```\n\n```{python echo=FALSE}\n1\n```\n\n```{mermaid}\nx\n```\n\n`{r} 1`",
        faults,
    )
    assert [(f.place, f.what) for f in faults.errors] == [
        ("k.qmd:1", "Celler i «r» støttes ikke."),
        ("k.qmd:5", "Celleopsjoner i krøllparentesen støttes ikke: «echo=FALSE»."),
        ("k.qmd:9", "Celler i «mermaid» støttes ikke."),
        ("k.qmd:13:1", "Uttrykk i «r» støttes ikke."),
    ]
    assert isinstance(got[0], Prose) and got[0].lines[0].text == "``` {.r}"


def test_an_open_cell_and_a_label_used_twice_are_refused(tmp_path: Path) -> None:
    faults = Faults()
    pieces(make(tmp_path), "```{python}\n#| label: a\n1\n```\n\n```{python}\n#| label: a\n2", faults)
    assert [(f.place, f.kind) for f in faults.errors] == [
        ("k.qmd:6", "fence"),
        ("k.qmd:7", "duplicate-label"),
    ]


def test_doubled_braces_show_the_cell(tmp_path: Path) -> None:
    (prose,) = pieces(make(tmp_path), "```{{python}}\n#| echo: true\n1\n```")
    assert isinstance(prose, Prose)
    assert prose.text == "```` {.markdown}\n```{python}\n#| echo: true\n1\n```\n````"


def test_raw_blocks_and_plain_code_are_left_alone(tmp_path: Path) -> None:
    text = "```{=html}\n<b>x</b>\n```\n\n```{.python}\nx\n```\n\n```python\n`{python} x`\n```"
    (prose,) = pieces(make(tmp_path), text)
    assert isinstance(prose, Prose) and prose.text == text and not prose.inlines


TEXT = st.lists(
    st.sampled_from(
        [
            "tekst",
            "",
            "`{python} x`",
            "`` `{python} y` ``",
            "$a$",
            "`",
            "```{python}",
            "```",
            "````",
            "#| echo: false",
            "x = 1",
            "<!--",
            "-->",
            "| a | `{python} z` |",
            "    innrykk",
            "`{{python}} v`",
            "`{python} a b",
            ":::",
        ]
    ),
    max_size=16,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=TEXT)
def test_any_text_is_cut_without_losing_a_line(tmp_path_factory: object, rows: list[str]) -> None:
    book = _BOOK
    got = pieces(book, "\n".join(rows), Faults())
    kept = 0
    for piece in got:
        if isinstance(piece, Prose):
            kept += len(piece.lines)
            assert piece.text == "\n".join(line.text for line in piece.lines)
            ends = 0
            for inline in piece.inlines:
                assert ends <= inline.start < inline.end <= len(piece.text)
                assert piece.text[inline.start] == "`" == piece.text[inline.end - 1]
                row = piece.lines[piece.text.count("\n", 0, inline.start)]
                assert inline.line == row.no
                ends = inline.end
        else:
            assert isinstance(piece, Cell)
            closed = not any(f.kind == "fence" for f in piece.faults)
            kept += 1 + len(piece.rows) + len(piece.lines) + closed
    assert kept == len("\n".join(rows).split("\n"))


def _make_book() -> Book:
    import tempfile

    return make(Path(tempfile.mkdtemp(prefix="kvarto-test-")))


_BOOK = _make_book()


def test_source_and_cells_agree_on_an_included_cell(tmp_path: Path) -> None:
    make(tmp_path, "{{< include _a.qmd >}}\n")
    (tmp_path / "_a.qmd").write_text("T\n\n```{python}\n1\n```\n", encoding="utf-8")
    book = project.load(tmp_path)
    got = cells.split(source.read(book, book.chapter("k.qmd"), Faults()), book, Faults())
    (cell,) = cells.cells_of(got)
    assert (cell.path, cell.line) == ("_a.qmd", 3)
