"""The post-render step that gives appendices digits under real Quarto."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "_extensions" / "storby" / "vedlegg_tall.py"


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("vedlegg_tall", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('<span class="chapter-number">A</span>', '<span class="chapter-number">Vedlegg 1</span>'),
        (
            '<span class="header-section-number">A.4.5</span>',
            '<span class="header-section-number">V1.4.5</span>',
        ),
        ('<section data-number="B.2">', '<section data-number="V2.2">'),
        ("<title>Vedlegg A — Betingelser</title>", "<title>Vedlegg 1 — Betingelser</title>"),
        (
            '<figcaption class="x">\nFigur&nbsp;A.16: Andelen',
            '<figcaption class="x">\nFigur&nbsp;V1.16: Andelen',
        ),
        (
            '<a href="#fig-x" class="quarto-xref">Figur&nbsp;<span>A.16</span></a>',
            '<a href="#fig-x" class="quarto-xref">Figur&nbsp;<span>V1.16</span></a>',
        ),
        (
            '<a href="v.html" class="quarto-xref"><span>Vedlegg B</span></a>',
            '<a href="v.html" class="quarto-xref"><span>Vedlegg 2</span></a>',
        ),
        (
            '<a href="v.html#y" class="quarto-xref"><span>Avsnitt A.4</span></a>',
            '<a href="v.html#y" class="quarto-xref"><span>Avsnitt V1.4</span></a>',
        ),
    ],
)
def test_each_place_of_a_label_gets_digits(script, written, wanted):
    assert script.relabel(written) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "<p>Vedlegg A er omtalt i teksten, og AAP.1 er ikke et nummer.</p>",
        '<span class="header-section-number">4.5</span>',
        '<a href="#fig-x" class="quarto-xref">Figur&nbsp;<span>2.1</span></a>',
    ],
)
def test_running_text_and_chapter_numbers_are_left_alone(script, text):
    assert script.relabel(text) == text


def test_pages_and_search_index_are_rewritten_and_libraries_are_not(script, tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "site_libs").mkdir()
    page = '<span class="header-section-number">A.1</span>'
    for name in ("report/vedlegg-1.html", "site_libs/demo.html"):
        (tmp_path / name).write_text(page, encoding="utf-8")
    (tmp_path / "search.json").write_text('[{"title": "Vedlegg A — Betingelser"}]', encoding="utf-8")

    assert script.relabel_book(tmp_path) == 2

    assert "V1.1" in (tmp_path / "report/vedlegg-1.html").read_text(encoding="utf-8")
    assert (tmp_path / "site_libs/demo.html").read_text(encoding="utf-8") == page
    assert "Vedlegg 1 — Betingelser" in (tmp_path / "search.json").read_text(encoding="utf-8")
