"""A reader's line carries each page with all it loads, compressed as servers do (gzip), without fonts."""

from __future__ import annotations

import gzip

import pytest

from tests.pages.reading import Site

LIMIT = 300_000
ONE_FIGURE = 30_000


def loaded(site: Site, name: str) -> dict[str, int]:
    """Bytes on the line of the page and of every local file that it loads by itself."""
    page = site.pages[name]
    found = {name}
    for element in page.root.walk():
        tag = element.tag
        href = element.attributes.get("src" if tag in ("script", "img") else "href", "")
        loads = tag in ("script", "img") or (
            tag == "link" and element.attributes.get("rel") in ("stylesheet", "icon")
        )
        if loads and href and not href.startswith("data:"):
            target = site.resolve(name, href)
            assert target is not None, f"{name} loads {href}"
            found.add(target[0])
    return {path: len(gzip.compress((site.folder / path).read_bytes(), 6, mtime=0)) for path in found}


def test_every_page_is_light(site: Site):
    heavy = {name: sum(loaded(site, name).values()) for name in site.names}
    assert {name: weight for name, weight in heavy.items() if weight > LIMIT} == {}


def test_figures_are_lean(site: Site):
    """Two pictures, numbers, captions: what a page weighs beyond its frame, for each figure it has."""
    pages = {n: len(p.main.all("svg")) for n, p in site.pages.items() if len(p.main.all("svg")) > 20}
    if not pages:
        pytest.skip("the book has no page with many figures")
    for name, pictures in pages.items():
        assert loaded(site, name)[name] / pictures < ONE_FIGURE / 2, name


def test_pictures_from_files_are_fetched_late(site: Site):
    for name, page in site.pages.items():
        late = [i.attributes.get("loading") for i in page.main.all("img") if not i.within("p")]
        assert set(late) <= {"lazy"}, name


def test_nothing_else_is_loaded(site: Site, visit):
    """The files above are all: the browser asks for these, for fonts and for ornaments of the style sheet."""
    tab = visit()
    asked: set[str] = set()
    tab.page.on("request", lambda request: asked.add(request.url))
    for name in site.names:
        asked.clear()
        tab.go(name).wait_for_load_state("networkidle")
        paths = {url.removeprefix(tab.address).partition("?")[0] for url in asked if url.startswith("http")}
        rest = {p for p in paths if not p.endswith(".woff2")} - set(loaded(site, name))
        rest -= {p for p in rest if p.endswith(".svg")}
        assert rest == set(), name
