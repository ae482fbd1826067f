"""Chapters that Hypothesis writes: no traceback, no hang, and no word of the prose lost without a fault.

Bits of everything kvarto reads (fences, divs, cells, options, shortcodes, notes, tables, links, YAML) are put
together in every order, whole and broken. What goes in as prose comes out on the page, or is told of.
"""

from __future__ import annotations

import html
import re
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kvarto import build, cells, pandoc, project, shortcodes, slips, source, yamlio
from kvarto.execute import Executed
from kvarto.execute.assemble import assemble
from kvarto.execute.plan import plan
from kvarto.execute.result import Text
from kvarto.faults import Faults, KvartoError
from kvarto.project import Book
from tests.fuzz import fuzz
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY

pytestmark = pytest.mark.fuzz

BITS = [
    "```", "````", "~~~", "```{python}", "```{r}", "```{=html}", "```{{python}}", "```python",
    "``` {.python}", ":::", "::::", "::: {.callout-note}", "::: {#fig-a}", "::: {#tbl-a}", "::: {.columns}",
    ":::{.x}", "::: x", "::: {", "::: {.content-visible when-format='html'}", "::: {layout-ncol=2}",
    "::: {#refs}", "::: {#thm-a}", "#| label: fig-a", "#| echo: false", "#| fig-cap: |", "#| x: [",
    "#| label: [a]", "#|", "#| fig-cap: 3", "# K", "## K {#sec-a}", "#", "####### K", "# {.unnumbered}",
    "## K {", "Tittel\n===", "Under\n---", "{{< include _a.qmd >}}", "{{< include k.qmd >}}",
    "{{< meta title >}}", "{{< var x >}}", "{{< pagebreak >}}", "{{< x", "{{<>}}", "{{{< meta x >}}}",
    "{{< meta >}}", "{{% x %}}", "`{python} 1`", "`{python}`", "`{{python}} 1`", "`{r} 1`",
    "``{python} 1``", "`", "$x$", "$$", "$$ x $$ {#eq-a}", "[^1]", "[^1]: note", "^[note", "^[note]",
    "@fig-a", "[@fig-a]", "[-@sec-a; @x]", "@x", "[@", "@", "[@x, s. 3]", "[a](b.qmd)", "[a](#b)",
    "![](a.svg)", "![a](a.svg){#fig-a}", "![", "[a", "](", "[a]{.funn ref='x'}", "[]{}", "{#fig-a}", "{.x",
    "}", "<div>", "</div>", "<!--", "-->", "<script>", "<b>", "<br>", "<", "&", "&amp;", "<table>",
    "| a | b |", "|---|---|", "| 1 | 2 |", ": Tittel {#tbl-a}", "+---+", "- a", "  - b", "1. c", "    kode",
    "\t", "> sitat", "***", "---", "...", "---\ntitle: X\n---", "---\ntitle: [", "\\", "\\\\", "\\begin{x}",
    "\\end{x}", "*", "**", "_", "~", "^", '"', "'", "\xab", "\xa0", "\u202e", "\x00", "\ufeff", "\r",
    "\u2028", "\x0c", "\x1b[0m", "Term", ":   forklaring", "::", "(@)", "(@a)", "| linje", "---- ----",
    "{=html}", "`x`{=typst}", "%", "% t",
]  # fmt: skip
words = st.integers(0, 9999).map(lambda n: f"ord{n:04}q")
pieces = st.one_of(st.sampled_from(BITS), words, st.text(max_size=5))
lines = st.lists(pieces, max_size=5).map(" ".join)
texts = st.lists(st.one_of(lines, st.just("")), max_size=14).map("\n".join)
WORD = re.compile(r"ord\d{4}q")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pandoc has little time here."""
    monkeypatch.setattr(pandoc, "LIMIT", 5.0)


def made(text: str) -> tuple[str, Faults]:
    """The page of a chapter with this text and all that kvarto told; cells are left out, not run."""
    faults = Faults()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            make(folder, "# K\n", HTML_ONLY, _a_qmd="Innlemmet.\n")
            (folder / "k.qmd").write_bytes(text.encode("utf-8", "surrogatepass"))
            book = project.load(folder, faults)
            executed = read(book, faults)
            build.write_html(book, executed, folder / "ut", faults, set())
        except KvartoError as exc:
            faults.extend(exc.faults)
            return "", faults
        page = folder / "ut/k.html"
        return page.read_text(encoding="utf-8") if page.is_file() else "", faults


def read(book: Book, faults: Faults) -> dict[str, Executed]:
    """As `execute.run`, with no result for any cell or expression."""
    out = {}
    for chapter in book.sources:
        text = source.read(book, chapter, faults)
        parts = cells.split(text, book, faults)
        slips.find(text, parts, faults)
        keys = plan(parts, "")[1]
        rows = assemble(chapter, parts, keys, {}, {}, book.cache / "blobs").lines
        rows = shortcodes.resolve(rows, book, chapter, "html", faults)
        closers = source.check_divs(rows, faults)
        body = [row.text for row in rows] + ["", *closers]
        end = (rows[-1].path, rows[-1].no) if rows else (chapter.id, 1)
        places = [(row.path, row.no) for row in rows] + [end] * (len(body) - len(rows))
        out[chapter.id] = Executed(
            chapter, {"html": Text(chapter, book.root, "\n".join(body) + "\n", places, {})}
        )
    return out


def shown(page: str) -> str:
    """All that a page holds for a reader: text, and attributes (an alternative text, a title)."""
    return html.unescape(page)


@fuzz(60)
@given(text=texts)
@example(text="")
@example(text="# K\n\n::: {#fig-a}\nord0001q\n")
@example(text="```{python}\n#| label: [a]\nord0002q\n")
@example(text="[^1]: ord0003q\n")
@example(text="# K\n\n[ord0004q](a) <!-- -->\n")
@example(text="---\ntitle: [\n---\nord0005q\n")
@example(text="a\x00b ord0006q\n")
@example(text="####### K")
@example(text="# K\n\nx\n\n<script>ord0007q</script>\n")
@example(text="[a]: b\n[ord0008q]: c 'd'\n")
@example(text="*[x]: y\n\n" + "> " * 400 + "ord0009q")
@example(text="# K\n\n" + "[" * 300 + "ord0010q")
@example(text="\\newcommand{\\x}{ord0011q}\n")
def test_no_traceback_no_hang_no_word_lost(text: str) -> None:
    began = time.monotonic()
    page, faults = made(text)
    assert time.monotonic() - began < 60
    for fault in faults:
        assert fault.what and fault.text()
    if faults.errors:  # the book is refused, and says why and where
        return
    held = shown(page)
    lost = [word for word in WORD.findall(visible(text)) if word not in held]
    assert lost == [], f"lost without a word: {lost}"


def visible(text: str) -> str:
    """The text without what is no prose: comments, and cells, whose code is not shown here."""
    text = re.sub(r"<!--.*?(-->|\Z)", "", text, flags=re.S)
    return re.sub(r"^\s*(`{3,})\{(python|=html|=typst)\}.*?(^\s*\1`*\s*$|\Z)", "", text, flags=re.S | re.M)


@fuzz(150)
@given(data=st.one_of(texts.map(str.encode), st.binary(max_size=80)))
def test_any_bytes_as_a_chapter(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, "# K\n", HTML_ONLY)
        (folder / "k.qmd").write_bytes(data)
        faults = Faults()
        try:
            read(project.load(folder, faults), faults)
        except KvartoError as exc:
            assert exc.faults and all(f.what for f in exc.faults)


KEYS = [
    "project",
    "book",
    "format",
    "execute",
    "lang",
    "crossref",
    "language",
    "metadata-files",
    "css",
    "kvarto",
]
yaml_values = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.sampled_from(KEYS)
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)


@fuzz(100)
@given(
    text=st.one_of(
        st.dictionaries(st.sampled_from(KEYS), yaml_values, max_size=4).map(repr),
        st.text(alphabet=st.sampled_from("abc:-[]{}&*!|>%@`'\"#,? \n0123.é\t"), max_size=80),
    )
)
@example(text="a: &a [*a]")
@example(text="a: " + "[" * 3000)
@example(text="book: 3")
@example(text="format: {html: {css: [[1]]}}")
@example(text="a: 2001-13-45")
def test_any_configuration(text: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, "# K\n", HTML_ONLY)
        for content in (text, HTML_ONLY + text):
            (folder / "_quarto.yml").write_text(content, encoding="utf-8", errors="replace")
            faults = Faults()
            try:
                book = project.load(folder, faults)
                read(book, faults)
            except KvartoError as exc:
                assert exc.faults and all(f.what for f in exc.faults)


@fuzz(150)
@given(
    text=st.one_of(
        st.text(max_size=60), st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#,? \n"), max_size=60)
    )
)
@example(text="a: &a {<<: *a}")
@example(text="? ? ?")
@example(text="[" * 200_000)
@example(text="- " * 100_000)
@example(text="{a: " * 50_000)
def test_any_yaml(text: str) -> None:
    try:
        yamlio.loads(text, "x.yml")
    except KvartoError as exc:
        assert exc.faults
