"""axe-core on every page, in both themes, on desktop and phone, as loaded and with everything opened."""

from __future__ import annotations

import pytest

from tests.pages.reading import Site

RULES = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": False}}}


def violations(page) -> list[str]:
    """One line for each node that axe objects to (WCAG 2.x A and AA, and its best practices)."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]} – {node.get('failureSummary', '')}"
        for v in found
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("device", ["desktop", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_as_loaded(site: Site, visit, theme: str, device: str):
    tab = visit(device, theme)
    found = [f"{name}: {line}" for name in site.names for line in violations(tab.go(name))]
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_with_everything_opened(site: Site, visit, theme: str):
    tab = visit("desktop", theme)
    found = []
    for name in site.names:
        page = tab.go(name)
        page.evaluate(
            "document.querySelectorAll('main details').forEach((d) => { d.name = ''; d.open = true; })"
        )
        if page.locator("a.footnote-ref").count():
            page.locator("a.footnote-ref").first.hover()
        found += [f"{name}: {line}" for line in violations(page)]
    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_menu_and_search_when_open(site: Site, visit, theme: str):
    tab = visit("phone", theme)
    page = tab.go(site.names[-1])
    page.locator(".kv-menu-open").click()
    found = violations(page)
    page.keyboard.press("Escape")
    page.locator(".kv-search-open").click()
    page.locator(".kv-search-input").fill("kontor")
    page.locator(".kv-search-hit").first.wait_for()
    found += violations(page)
    assert found == []
