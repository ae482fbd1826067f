"""The book is enough for itself: nothing comes from elsewhere; it reads without scripts and from the disk."""

from __future__ import annotations

import pytest

from tests.pages.reading import Site


def test_no_request_leaves_localhost_and_nothing_fails(site: Site, visit):
    tab = visit()
    for name in site.names:
        tab.go(name).wait_for_load_state("networkidle")
    assert tab.wrong == []


def test_own_fonts_are_used(site: Site, visit):
    page = visit().go(site.names[-1])
    loaded = page.evaluate("[...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)")
    families = {name.strip('"') for name in loaded}
    assert {"Libertinus Serif", "Source Sans 3"} <= families


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_reads_without_scripts(site: Site, visit, device: str):
    tab = visit(device, java_script_enabled=False)
    for name in site.names:
        page = tab.page
        page.goto(tab.address + name)
        assert page.locator("main h1").first.is_visible()
        assert page.locator("#quarto-sidebar a[href]").first.is_visible()
        dead = [b.get_attribute("class") for b in page.locator("button").all() if b.is_visible()]
        assert dead == [], f"{name}: buttons that only scripts can answer are shown"
    if device == "phone":
        page.locator(".kv-menu-open").click()
        assert page.url.endswith("#quarto-sidebar")


def test_search_works_from_the_disk(site: Site, visit):
    tab = visit()
    page = tab.page
    page.goto((site.folder.resolve() / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type("kontor")
    page.locator(".kv-search-hit").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("dialog:not([open])").wait_for(state="attached")
    page.locator("main").wait_for()
    assert page.url.startswith("file://")


def test_search_says_politely_when_its_index_is_missing(site: Site, visit):
    tab = visit()
    tab.page.route("**/search.json", lambda route: route.abort())
    page = tab.go("index.html")
    page.keyboard.press("/")
    page.locator(".kv-search-status", has_text="lot seg ikke hente").wait_for()
