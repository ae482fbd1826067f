"""Rounds of a preview: what an edit costs, and that the site is then as if it had been built from nothing."""

import shutil
from pathlib import Path

import pytest

from kvarto import build, execute, typst
from kvarto.preview.builder import Builder
from kvarto.progress import Quiet
from tests.kvarto.book import HEAD, make

CONFIG = HEAD.replace(
    "chapters: [index.qmd, k.qmd]\n",
    "chapters: [index.qmd, k.qmd, l.qmd, kilder.qmd]\nbibliography: kilder.bib\nkvarto:\n  pages: [floats]\n",
)
K = """# Kapittel en

Se @fig-l og @sec-del. Kari [@as2001].

## Første del

Tekst.

{{< include _tillegg.md >}}
"""
L = """# Kapittel to

![En linje.](linje.svg){#fig-l fig-alt="En strek"}

## En del {#sec-del}

Se [der](k.qmd#første-del) og @sec-del. Ola [@berg2001, s. 3].
"""
BIB = "".join(
    f"@book{{{key}, author={{{name}}}, title={{{title}}}, year={{2001}}, publisher={{Forlaget}}}}\n"
    for key, name, title in (
        ("as2001", "Ås, Kari", "Én bok"),
        ("berg2001", "Berg, Ola", "En bok"),
        ("aas2001", "Ås, Kari", "Den andre boken"),
    )
)


def book(folder: Path, config: str = CONFIG) -> Path:
    files = {"l_qmd": L, "kilder_qmd": "# Kilder\n\n::: {#refs}\n:::\n", "kilder_bib": BIB}
    make(folder, K, config, **files, _tillegg_md="Lagt til.\n")
    return folder


class Preview:
    """A preview without a server, driven round by round."""

    def __init__(self, folder: Path, targets: tuple[str, ...] = ("html", "typst")) -> None:
        self.folder, self.said = folder, list[str]()
        self.builder = Builder(folder, targets, Quiet(), self.said.append)
        self.builder.build()

    def edit(self, old: str, new: str, name: str = "k.qmd") -> None:
        """Replace words in a file, and let the preview have a round."""
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        self.builder.build(name, [name])

    def files(self) -> dict[str, bytes]:
        served = self.builder.folder
        names = {p.relative_to(served).as_posix(): p for p in served.rglob("*") if p.is_file()}
        return {name: path.read_bytes() for name, path in names.items()}

    def page(self, name: str) -> str:
        return (self.builder.folder / name).read_text(encoding="utf-8")


def anew(preview: Preview, folder: Path) -> Preview:
    """A preview that has seen nothing of the same sources."""
    shutil.copytree(preview.folder, folder, ignore=shutil.ignore_patterns(".kvarto"))
    return Preview(folder)


EDITS = {
    "text": [("Tekst.", "Ny tekst.")],
    "text of an included file": [("Lagt til.", "Lagt til igjen.", "_tillegg.md")],
    "a new number before others": [
        ("Tekst.", '![Ny.](linje.svg){#fig-k fig-alt="Ny"}'),
        ("![En linje.]", '![Før.](linje.svg){#fig-a fig-alt="Før"}\n\n![En linje.]', "l.qmd"),
    ],
    "another title": [("# Kapittel en", "# Et annet navn")],
    "another heading": [("## Første del", "## Annen del {#første-del}")],
    "another title of a section that others name": [("## En del", "## Ny del", "l.qmd")],
    "a new citation that makes 2001 2001a": [("Tekst.", "Som hun skriver [@aas2001].")],
    "a citation less": [("[@berg2001, s. 3]", "", "l.qmd")],
    "a label taken away and given back": [
        ('{#fig-l fig-alt="En strek"}', '{fig-alt="En strek"}', "l.qmd"),
        ("Tekst.", "Mer tekst."),
        ('{fig-alt="En strek"}', '{#fig-l fig-alt="En strek"}', "l.qmd"),
    ],
    "a fault, and other text while it stands": [
        ("Tekst.", "Se @fig-borte."),
        ("Ola", "Ola Berg", "l.qmd"),
        ("Lagt til.", "Lagt.", "_tillegg.md"),
    ],
    "a label used twice": [("Tekst.", "Tekst.\n\n## Del {#sec-del}")],
    "a caption that the list shows": [("En linje.", "En annen linje.", "l.qmd")],
    "code, and other code": [("Tekst.", "`{python} 40 + 2`"), ("40 + 2", "40 + 3")],
    "a chapter more": [
        ("l.qmd, kilder", "l.qmd, index2.qmd, kilder", "_quarto.yml"),
        ("Tekst.", "Mer tekst."),
    ],
    "a format's word": [("callout-note-title: Merk", "crossref-fig-title: Bilde", "_quarto.yml")],
}


@pytest.mark.parametrize("edits", EDITS.values(), ids=EDITS)
def test_after_its_edits_the_site_is_as_if_built_from_nothing(
    edits: list[tuple[str, ...]], tmp_path: Path
) -> None:
    folder = book(tmp_path / "bok")
    (folder / "index2.qmd").write_text("# Til slutt\n", encoding="utf-8")
    preview = Preview(folder)
    before = preview.files()
    for edit in edits:
        preview.edit(*edit)
    fresh = anew(preview, tmp_path / "ny")
    found, wanted = preview.files(), fresh.files()
    assert {name for name in wanted if found.get(name) != wanted[name]} == set()
    assert {name for name in found if name.endswith(".html")} <= wanted.keys()
    assert found != before
    assert preview.builder.state.faults == fresh.builder.state.faults


def test_a_text_edit_builds_its_chapter_alone_and_runs_no_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = Preview(book(tmp_path))
    preview.edit("Kari", "`{python} 40 + 2`")
    pages, chapters = list[object](), list[object]()
    real_put, real_chapter = build.write_pages, typst.document._chapter
    monkeypatch.setattr(build, "write_pages", lambda *a, **k: (pages.append(a[4]), real_put(*a, **k))[1])
    monkeypatch.setattr(
        typst.document, "_chapter", lambda c, *a, **k: (chapters.append(c.id), real_chapter(c, *a, **k))[1]
    )
    monkeypatch.setattr(build, "write_html", None)
    monkeypatch.setattr(execute.Pool, "run", None)
    preview.edit("Tekst.", "Nye ord.")
    assert "Nye ord." in preview.page("k.html") and "Nye ord." in preview.page("search.json")
    assert pages == [{"k.qmd"}] and chapters == ["k.qmd"]
    assert preview.builder.state.faults == ""
    preview.edit("Nye ord.", "Nye ord.")
    assert len(pages) == 1, "a file saved as it was changes nothing"


def test_the_page_is_shown_before_the_rest_which_waits_when_more_is_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = Preview(book(tmp_path))
    pdf = preview.builder.folder / "Prøvebok.pdf"
    before, other = pdf.read_bytes(), preview.page("k.html")
    monkeypatch.setattr(preview.builder.news, "waiting", lambda: True)
    preview.edit("## En del", "## Delen", "l.qmd")
    assert "Delen" in preview.page("l.html"), "the edited page is there"
    assert preview.page("k.html") == other and pdf.read_bytes() == before, "and nothing else yet"
    preview.edit("Ola", "Ola selv", "l.qmd")
    monkeypatch.setattr(preview.builder.news, "waiting", lambda: False)
    preview.edit("Tekst.", "Tekst igjen.")
    assert "Ola selv" in preview.page("search.json") and pdf.read_bytes() != before
    assert preview.files()["Prøvebok.pdf"] == anew(preview, tmp_path / "ny").files()["Prøvebok.pdf"]


def test_what_nobody_told_of_is_noticed_after_the_next_edit(tmp_path: Path) -> None:
    preview = Preview(book(tmp_path))
    path = tmp_path / "l.qmd"
    path.write_text(L.replace("Ola", "Per"), encoding="utf-8")
    preview.edit("Tekst.", "Tekst igjen.")
    assert "Per" in preview.page("l.html") and "Per" in preview.page("search.json")


def test_faults_of_other_chapters_stay_told_and_go_when_mended(tmp_path: Path) -> None:
    preview = Preview(book(tmp_path))
    preview.edit("@sec-del. Ola", "@sec-dele. Ola", "l.qmd")
    assert "sec-dele" in preview.builder.state.faults
    preview.edit("Tekst.", "Ord.")
    assert "sec-dele" in preview.builder.state.faults
    preview.edit("@sec-dele. Ola", "@sec-del. Ola", "l.qmd")
    assert preview.builder.state.faults == ""


def test_words_that_the_book_forbids_are_told_while_they_are_written(tmp_path: Path) -> None:
    folder = book(tmp_path)
    rules = "rules: [{pattern: '4[2] [%]', what: '«{found}» er skrevet.', fix: Regn det ut.}]\n"
    (folder / "regler.yml").write_text(rules, encoding="utf-8")
    config = folder / "_quarto.yml"
    told = config.read_text("utf-8").replace("kvarto:\n", "kvarto:\n  prose: regler.yml\n")
    config.write_text(told, encoding="utf-8")
    preview = Preview(folder)
    preview.edit("Tekst.", "Det er 42% av dem.")
    assert "«42%» er skrevet." in preview.builder.state.faults
    preview.edit("42%", "mange")
    assert preview.builder.state.faults == ""


def test_a_cell_that_fails_is_not_run_again_by_an_edit_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = Preview(book(tmp_path))
    preview.edit("Tekst.", "`{python} 40 / 0`")
    assert "ZeroDivisionError" in preview.builder.state.faults
    monkeypatch.setattr(execute.Pool, "run", None)
    preview.edit("Ola", "Ola Berg", "l.qmd")
    assert "ZeroDivisionError" in preview.builder.state.faults and "Ola Berg" in preview.page("l.html")


def test_files_that_cells_read_or_write_are_more_than_text(tmp_path: Path) -> None:
    folder = book(tmp_path)
    reads = (
        "# Kapittel to\n\n```{python}\nfrom pathlib import Path\nprint(Path('k.qmd').read_text()[:20])\n```\n"
    )
    (folder / "l.qmd").write_text(reads, encoding="utf-8")
    (folder / "k.qmd").write_text("# Kapittel en\n\nTekst.\n", encoding="utf-8")
    preview = Preview(folder, ("html",))
    preview.edit("# Kapittel en\n\nTekst", "# Kapittel en\n\nNytt")
    assert "Nytt" in preview.page("k.html")
    path = folder / "k.qmd"
    path.write_text("# Kapittel 1\n\nNytt.\n", encoding="utf-8")
    preview.builder.build("k.qmd", ["k.qmd"])
    assert "Kapittel 1" in preview.page("l.html")
