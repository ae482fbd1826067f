"""axe-core on every page, in both themes, on desktop and phone, as loaded and with everything opened.

A page is loaded once for each device. What is shown as loaded is shown with everything opened too, so colours
are measured there. Contrast is by far the slowest rule, and a table has thousands of cells of one look: all
text is measured on the desktop in the light theme; where the theme or the width has changed, one text of each
look (`ONE_OF_EACH`) is.
"""

from __future__ import annotations

import pytest

from tests.pages.reading import Site

RULES = {"resultTypes": ["violations"], "rules": {"color-contrast-enhanced": {"enabled": False}}}
COLOURS = ["color-contrast", "link-in-text-block"]
STRUCTURE = {**RULES, "rules": {**RULES["rules"], **{rule: {"enabled": False} for rule in COLOURS}}}
COLOURS_ONLY = {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": COLOURS}}

# Marks one text of each look: everything of the text, and of what it stands on, that its contrast depends on.
ONE_OF_EACH = """() => {
  const looks = new Set();
  const behind = new Map([[null, '']]);
  const ground = (el) => {
    if (!behind.has(el)) {
      const s = getComputedStyle(el);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode,
        s.position].join();
      const plain = own === 'rgba(0, 0, 0, 0),none,1,none,normal,static';
      behind.set(el, ground(el.parentElement) + (plain ? '' : '|' + own));
    }
    return behind.get(el);
  };
  document.querySelectorAll('body *').forEach((el) => {
    el.removeAttribute('data-look');
    if (![...el.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim())) return;
    const s = getComputedStyle(el);
    const look = [el.tagName, s.color, s.fontSize, s.fontWeight, s.textDecorationLine, s.textShadow,
      getComputedStyle(el.parentElement).color, ground(el)].join();
    if (looks.has(look)) return;
    looks.add(look);
    el.setAttribute('data-look', looks.size);
  });
  return looks.size;
}"""

# A panel that opens closes its neighbour; here both stay open.
OPEN_ALL = """() => {
  document.addEventListener('toggle', (event) => event.stopImmediatePropagation(), true);
  document.querySelectorAll('details').forEach((d) => { d.name = ''; d.open = true; });
}"""


def violations(page, options: dict = RULES, within: str | None = None) -> list[str]:
    """One line for each node that axe objects to (WCAG 2.x A and AA, and its best practices)."""
    from axe_playwright_python.sync_playwright import Axe

    context = None if within is None else {"include": [[within]]}
    found = Axe().run(page, context=context, options=options).response["violations"]
    return [
        f"{v['id']}: {node['html'][:160]} – {node.get('failureSummary', '')}"
        for v in found
        for node in v["nodes"]
    ]


def violations_of_colour(page) -> list[str]:
    """The same for colours, of one text of each look."""
    assert page.evaluate(ONE_OF_EACH) > 0
    return violations(page, COLOURS_ONLY, within="[data-look]")


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
        if device == "desktop":
            found += [f"{name}, opened: {line}" for line in violations(page)]
        else:
            found += [f"{name}, opened: {line}" for line in violations(page, STRUCTURE)]
            found += [f"{name}, opened: {line}" for line in violations_of_colour(page)]
        page.emulate_media(color_scheme="dark")
        found += [f"{name}, dark: {line}" for line in violations_of_colour(page)]
    assert found == []


def test_a_fault_of_colour_is_seen_in_one_theme_alone_and_on_one_text_alone(site: Site, visit):
    """The short ways must still find what is wrong."""
    page = visit("desktop", "light").go("index.html")
    page.add_style_tag(content="@media (prefers-color-scheme: dark) { .planted { color: #333 !important; } }")
    page.evaluate("[...document.querySelectorAll('main p')].at(-1).classList.add('planted')")
    assert violations_of_colour(page) == []
    page.emulate_media(color_scheme="dark")
    seen = violations_of_colour(page)
    assert len(seen) == 1 and "color-contrast" in seen[0] and "planted" in seen[0]


def test_a_ground_that_only_one_text_stands_on_is_seen(site: Site, visit):
    page = visit("phone", "light").go("index.html")
    page.evaluate("[...document.querySelectorAll('main p')].at(-1).parentElement.style.background = '#333'")
    assert any("color-contrast" in line for line in violations_of_colour(page))


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
