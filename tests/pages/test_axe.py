"""axe-core on every page, in both themes, on desktop and phone, as loaded and with everything opened.

A page is loaded once for each device. What is shown as loaded is shown with everything opened too, so colours
are measured there; a change of theme changes colours alone, so nothing else is asked again.
"""

from __future__ import annotations

import pytest

from tests.pages.reading import Site

RULES = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": False}}}
COLOURS = ["color-contrast", "link-in-text-block"]
STRUCTURE = {**RULES, "rules": {**RULES["rules"], **{rule: {"enabled": False} for rule in COLOURS}}}
COLOURS_ONLY = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": COLOURS}}

# A panel that opens closes its neighbour; here both stay open.
OPEN_ALL = """() => {
  document.addEventListener('toggle', (event) => event.stopImmediatePropagation(), true);
  document.querySelectorAll('details').forEach((d) => { d.name = ''; d.open = true; });
}"""


def violations(page, options: dict = RULES) -> list[str]:
    """One line for each node that axe objects to (WCAG 2.x A and AA, and its best practices)."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]} – {node.get('failureSummary', '')}"
        for v in found
        for node in v["nodes"]
    ]


def open_everything(page) -> None:
    """Open every box that opens, and the page's first note."""
    page.evaluate(OPEN_ALL)
    if page.locator("a.footnote-ref").count():
        page.locator("a.footnote-ref").first.click()
        page.locator(".kv-note-pop").wait_for()


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_pages(site: Site, visit, device: str):
    tab = visit(device, "light")
    found = []
    for name in site.names:
        page = tab.go(name)
        page.emulate_media(color_scheme="light")
        found += [f"{name}, as loaded: {line}" for line in violations(page, STRUCTURE)]
        open_everything(page)
        found += [f"{name}, opened: {line}" for line in violations(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{name}, dark: {line}" for line in violations(page, COLOURS_ONLY)]
    assert found == []


def test_axe_sees_colours_of_both_themes(site: Site, visit):
    """The short way must still find what is wrong in one theme alone."""
    page = visit("desktop", "light").go("index.html")
    page.add_style_tag(content="@media (prefers-color-scheme: dark) { main p { color: #333 !important; } }")
    assert violations(page, COLOURS_ONLY) == []
    page.emulate_media(color_scheme="dark")
    assert any("color-contrast" in line for line in violations(page, COLOURS_ONLY))


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
