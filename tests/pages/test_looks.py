"""kvarto's own neutral look, and a draft with its marks: as accessible as the book's."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.conftest import render, sample, serve
from tests.pages.reading import Site
from tests.pages.test_axe import violations, violations_of_colour
from tests.pages.test_layout import STICKS_OUT


@pytest.fixture(scope="module", params=["", "storby"], ids=["neutral", "storby"])
def draft(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """(site, address) of the sample book with two faults in it, written as a draft."""
    folder = sample(tmp_path_factory.mktemp("draft"), look=request.param)
    chapter = folder / "vedlegg.qmd"
    faulty = (
        chapter.read_text(encoding="utf-8")
        + "\nSe @fig-finnes-ikke og `{python} 1 / 0`.\n\n```{python}\nukjent\n```\n"
    )
    chapter.write_text(faulty, encoding="utf-8")
    done = render(folder, "--to", "html", "--draft", "--quiet")
    assert (folder / "_book" / "index.html").is_file(), done.stderr
    with serve(folder / "_book") as address:
        yield Site(folder / "_book"), address


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_draft_passes_axe(draft, visit_at, device: str):
    site, address = draft
    tab = visit_at(address, device, "light")
    found = []
    for name in site.names:
        page = tab.go(name)
        page.emulate_media(color_scheme="light")
        found += [f"{name}: {line}" for line in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{name}, dark: {line}" for line in violations_of_colour(page)]
    assert found == []


@pytest.mark.parametrize("width", [320, 768])
def test_draft_fits_the_screen(draft, visit_at, width: int):
    site, address = draft
    tab = visit_at(address, width=width)
    assert [f"{name}: {line}" for name in site.names for line in tab.go(name).evaluate(STICKS_OUT)] == []


def test_draft_says_so_and_marks_its_faults_with_words_and_a_sign(draft, visit_at):
    _, address = draft
    page = visit_at(address).go("vedlegg.html")
    assert "kladd" in page.locator(".kv-draft").inner_text().lower()
    marks = page.locator("main .kv-fault, main .kv-unresolved")
    assert marks.count() >= 3
    assert all(text.strip() for text in marks.all_inner_texts())
    sign = page.locator("main span.kv-fault").first.evaluate(
        "(el) => getComputedStyle(el, '::before').content"
    )
    assert "⚠" in sign


def test_neutral_look_knows_nothing_of_a_book():
    root = Path(__file__).resolve().parents[2] / "src" / "kvarto" / "html"
    for file in [*root.glob("static/*"), *root.glob("templates/*")]:
        text = file.read_text(encoding="utf-8").lower()
        assert not any(word in text for word in ("storby", "libertinus", "0f5b66", "nav-kontor")), file.name
