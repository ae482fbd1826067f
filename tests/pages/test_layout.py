"""Pages fit their screens, and the pictures' letters stay readable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.pages.conftest import Visit
from tests.pages.reading import Site

# What sticks out to the right of the page and stands in no box that scrolls by itself.
STICKS_OUT = """() => {
  const wide = document.documentElement.clientWidth;
  const out = [];
  const page = document.documentElement.scrollWidth;
  if (page > wide) out.push(`page is ${page} wide`);
  for (const el of document.querySelectorAll('body *')) {
    const box = el.getBoundingClientRect();
    if (!box.width || box.right <= wide + 1 || getComputedStyle(el).visibility === 'hidden') continue;
    let above = el, held = false;
    while ((above = above.parentElement)) {
      const style = getComputedStyle(above);
      held = /auto|scroll|hidden|clip/.test(style.overflowX) || style.position === 'fixed';
      if (held) break;
    }
    const fixed = getComputedStyle(el).position === 'fixed';
    if (!held && !fixed) out.push(`${el.outerHTML.slice(0, 120)} ends at ${box.right}`);
  }
  return out.slice(0, 5);
}"""

SMALLEST_CHART_TEXT = """() => {
  let least = [Infinity, ''];
  for (const text of document.querySelectorAll('.kv-svg text')) {
    if (!text.getClientRects().length || !text.textContent.trim()) continue;
    const m = text.getScreenCTM();
    const size = parseFloat(getComputedStyle(text).fontSize) * Math.hypot(m.a, m.b);
    if (size < least[0]) least = [size, text.textContent.trim() + ' in #' + (text.closest('[id^=fig-]')?.id)];
  }
  return least[0] === Infinity ? null : least;
}"""

TEXT_OUTSIDE_PICTURE = """() => {
  const out = [];
  for (const text of document.querySelectorAll('.kv-svg text')) {
    const box = text.getBoundingClientRect();
    const art = text.closest('.kv-svg').getBoundingClientRect();
    if (box.width && (box.left < art.left - 2 || box.right > art.right + 2))
      out.push(`${text.textContent.trim()} in #${text.closest('[id^=fig-]')?.id}`);
  }
  return out.slice(0, 5);
}"""


LONGEST_LINE = """() => Math.max(0,
  ...[...document.querySelectorAll('.kv-body > p, .kv-body section > p')]
    .map((p) => p.getBoundingClientRect().width / parseFloat(getComputedStyle(p).fontSize)))"""

Looks = Callable[[int], dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def looks(site: Site, address: str, browser) -> Looks:
    """What is measured of every page at a width; each page is loaded once a width for all the tests."""
    measures = {
        "sticks out": STICKS_OUT,
        "least": SMALLEST_CHART_TEXT,
        "outside": TEXT_OUTSIDE_PICTURE,
        "line": LONGEST_LINE,
    }
    seen: dict[int, dict[str, dict[str, Any]]] = {}

    def look(width: int) -> dict[str, dict[str, Any]]:
        if width not in seen:
            context = browser.new_context(viewport={"width": width, "height": 800}, reduced_motion="reduce")
            tab = Visit(context, address)
            seen[width] = {}
            for name in site.names:
                page = tab.go(name)
                seen[width][name] = {what: page.evaluate(script) for what, script in measures.items()}
            context.close()
        return seen[width]

    return look


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1280, 1680])
def test_no_page_scrolls_sideways(looks: Looks, width: int):
    found = [f"{name}: {line}" for name, seen in looks(width).items() for line in seen["sticks out"]]
    assert found == []


@pytest.mark.parametrize("width", [320, 375, 768, 1024, 1280])
def test_chart_text_is_at_least_13_pixels(looks: Looks, width: int):
    least = {name: seen["least"] for name, seen in looks(width).items() if seen["least"]}
    assert least, "no page has a chart"
    assert {name: found for name, found in least.items() if found[0] < 12.95} == {}


@pytest.mark.parametrize("width", [375, 1280])
def test_chart_text_stays_inside_its_picture(looks: Looks, width: int):
    found = [f"{name}: {line}" for name, seen in looks(width).items() for line in seen["outside"]]
    assert found == []


def test_lines_of_text_keep_a_readable_measure(looks: Looks):
    longest = {name: seen["line"] for name, seen in looks(1680).items()}
    assert {name: em for name, em in longest.items() if em > 36} == {}, (
        "lines longer than about 80 letters (in em)"
    )


def test_wide_tables_keep_their_first_column_in_sight(site: Site, visit):
    tab = visit(width=375)
    seen = 0
    scrolling = ":is(.kv-table.row-headers, .row-headers .kv-table, .kv-table:has(.row-headers))[data-more]"
    for name in site.names:
        page = tab.go(name)
        for table in page.locator(scrolling).all():
            if not table.is_visible():
                continue
            seen += 1
            # a landmark needs a name of its own; a table without a caption scrolls as a group
            named = table.get_attribute("aria-labelledby") is not None
            assert table.get_attribute("tabindex") == "0"
            assert table.get_attribute("role") == ("region" if named else "group")
            left = table.evaluate("(el) => el.getBoundingClientRect().left")
            table.evaluate("(el) => { el.scrollLeft = el.scrollWidth; }")
            head = table.locator("tbody th").first.evaluate("(el) => el.getBoundingClientRect().left")
            assert abs(head - left) < 2, f"{name}: the first column scrolls away"
            room = table.evaluate("(el) => el.querySelector('tbody th').offsetWidth / el.clientWidth")
            assert room < 0.6, f"{name}: the first column covers {room:.0%} of the table"
    assert seen or not any(page.main.all("table") for page in site.pages.values())
