"""Everything a mouse can do here, a keyboard can: menu, search, theme, figure tools, notes."""

from __future__ import annotations

import re

import pytest

from tests.pages.reading import Site


def focused(page) -> dict:
    """Class, text and visible outline of the element in focus."""
    return page.evaluate("""() => {
      const el = document.activeElement, style = getComputedStyle(el);
      return { tag: el.tagName, cls: el.className, text: el.textContent.trim().slice(0, 60),
               href: el.getAttribute('href'),
               outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
               inSidebar: !!el.closest('#quarto-sidebar'), inDialog: !!el.closest('dialog') };
    }""")


def page_with(site: Site, css_class: str) -> str:
    """The first page that holds an element of this class; the test is skipped when the book has none."""
    for name, page in site.pages.items():
        if any(e.has(css_class) for e in page.root.walk()):
            return name
    pytest.skip(f"the book has no .{css_class}")


def test_first_stop_skips_to_the_text(site: Site, visit):
    page = visit().go(site.names[-1])
    page.keyboard.press("Tab")
    assert "skip-link" in focused(page)["cls"]
    box = page.locator(".skip-link").bounding_box()
    assert box["y"] >= 0, "the skip link is not shown when it has focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


STOPS = """() => [...document.querySelectorAll('a[href], button, input, summary, [tabindex="0"]')]
  .filter((el) => el.checkVisibility({ visibilityProperty: true }))
  .filter((el) => !el.closest('[inert], dialog:not([open])'))
  .length"""


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_a_walk_through_a_page_reaches_everything_and_is_seen(site: Site, visit, device: str):
    """Tab through the whole front page: each stop once, in the page's order, outlined and in sight."""
    page = visit(device).go("index.html")
    expected = page.evaluate(STOPS)
    page.evaluate("window.walked = []")
    seen = []
    for _ in range(expected + 5):
        page.keyboard.press("Tab")
        now = page.evaluate("""() => {
          const el = document.activeElement;
          if (el === document.body || el === document.documentElement) return null;
          const style = getComputedStyle(el), box = el.getBoundingClientRect();
          const before = window.walked.at(-1), after = Node.DOCUMENT_POSITION_FOLLOWING;
          const follows = !before || !!(before.compareDocumentPosition(el) & after);
          const again = window.walked.includes(el);
          window.walked.push(el);
          const what = `${el.tagName} ${el.className} ${el.textContent.trim().slice(0, 40)}`;
          return { what, again, follows,
            outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
            inSight: box.bottom > 0 && box.top < innerHeight && box.width > 0 };
        }""")
        if now is None or now["again"]:
            break
        seen.append(now)
    assert [s["what"] for s in seen if not (s["outlined"] and s["inSight"] and s["follows"])] == []
    assert len(seen) == expected, f"{expected} stops on the page, the keyboard met {len(seen)}"


@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_each_stop_is_seen(site: Site, visit, device: str):
    page = visit(device).go(page_with(site, "kv-tool-data"))
    page.locator(".kv-tool-data summary").first.focus()
    stops = []
    for _ in range(12):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    assert [s for s in stops if s["tag"] not in ("BODY", "HTML") and not s["outlined"]] == []
    assert len({(s["cls"], s["text"], s["href"]) for s in stops}) > 5


def test_citations_are_copied_and_downloaded(site: Site, visit):
    tab = visit(permissions=["clipboard-read", "clipboard-write"])
    page = tab.go("index.html")
    more = page.locator(".cite-box .kv-citation-more").first
    if not more.count():
        pytest.skip("the book is no publication")
    more.locator("summary").focus()
    page.keyboard.press("Enter")
    copy = more.locator(".kv-copy")
    copy.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("(el) => el.textContent.startsWith('Kopiert')", arg=copy.element_handle())
    assert page.evaluate("navigator.clipboard.readText()").startswith("@techreport{")
    href = more.locator("a[download]").get_attribute("href")
    assert page.request.get(tab.address + href).text().startswith("@techreport{")


def test_menu_on_a_phone(site: Site, visit):
    page = visit("phone").go(site.names[-1])
    opener, menu = page.locator(".kv-menu-open"), page.locator("#quarto-sidebar")
    assert opener.get_attribute("aria-expanded") == "false"
    assert not menu.is_visible()
    opener.focus()
    page.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    assert menu.is_visible() and focused(page)["inSidebar"]
    for _ in range(40):
        page.keyboard.press("Tab")
        now = focused(page)
        assert now["inSidebar"] or now["tag"] == "BODY", f"focus left the open menu: {now}"
    menu.locator("a[href]").first.focus()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    assert "kv-menu-open" in focused(page)["cls"]


def test_menu_groups_fold(site: Site, visit):
    page = visit().go("index.html")
    button = page.locator(".kv-fold").first
    if not button.count():
        pytest.skip("the book has no groups")
    group = page.locator("li:has(> div > .kv-fold) > .sidebar-section").first
    before = group.is_visible()
    assert button.get_attribute("aria-expanded") == str(before).lower()
    button.focus()
    page.keyboard.press("Enter")
    assert group.is_visible() is not before
    assert button.get_attribute("aria-expanded") == str(not before).lower()


def test_search_by_keyboard(site: Site, visit):
    tab = visit()
    page = tab.go("index.html")
    page.keyboard.press("/")
    box = page.locator(".kv-search-input")
    assert focused(page)["inDialog"]
    text = next(t for entry in reversed(site.search) if len(t := entry["text"]) > 200)
    word = max(re.findall(r"[a-zæøå]{7,}", text.lower()), key=len)
    page.keyboard.type(word)
    page.locator(".kv-search-hit").first.wait_for()
    assert re.search(r"\d", page.locator(".kv-search-status").inner_text())
    assert page.locator(".kv-search-hit mark").first.inner_text().lower() in word
    assert page.locator(".kv-search-hit").first.get_attribute("aria-selected") == "true"
    hits = page.locator(".kv-search-hit").count()
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == ("kv-hit-1" if hits > 1 else "kv-hit-0")
    page.keyboard.press("Escape")
    assert page.locator("dialog.kv-search").evaluate("(d) => d.open") is False
    assert "kv-search-open" in focused(page)["cls"] or focused(page)["tag"] == "BODY"
    page.keyboard.press("/")
    page.keyboard.type(word)
    page.locator(".kv-search-hit").first.wait_for()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    assert page.url.removeprefix(tab.address).partition("#")[0] in site.names
    assert tab.wrong == []


def test_search_forgives_endings_case_and_says_when_nothing_is_found(site: Site, visit):
    page = visit().go("index.html")
    page.keyboard.press("Control+k")
    page.keyboard.type("KONTORENE")
    page.locator(".kv-search-hit").first.wait_for()
    page.locator(".kv-search-input").fill("xyzzyx")
    page.wait_for_function("document.querySelectorAll('.kv-search-hit').length === 0")
    assert page.locator(".kv-search-status").inner_text() == "Ingen treff"
    page.locator(".kv-search-input").fill("")
    assert "Piltaster" in page.locator(".kv-search-status").inner_text()


def test_slash_is_a_letter_where_one_writes(site: Site, visit):
    page = visit().go("index.html")
    page.keyboard.press("/")
    page.keyboard.type("og/eller")
    assert page.locator(".kv-search-input").input_value() == "og/eller"


def test_theme_is_remembered_and_set_before_the_page_is_painted(site: Site, visit):
    tab = visit(theme="light")
    page = tab.go("index.html")
    toggle = page.locator(".kv-theme-toggle")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    toggle.focus()
    page.keyboard.press("Enter")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert toggle.get_attribute("aria-pressed") == "true" and dark != light
    tab.context.add_init_script("""addEventListener('DOMContentLoaded', () => {
      window.themeAtFirst = document.documentElement.dataset.theme; });""")
    page = tab.go(site.names[-1])
    assert page.evaluate("window.themeAtFirst") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    first = page.evaluate("""() => {
      const all = [...document.head.querySelectorAll('script, link[rel=stylesheet]')];
      return all[0].tagName === 'SCRIPT' && !all[0].defer && !all[0].async; }""")
    assert first, "the theme script must come before the stylesheets and block"
    page.locator(".kv-theme-toggle").click()
    assert page.evaluate("localStorage.getItem('kvarto-theme')") is None, (
        "back at the system's theme nothing is kept"
    )


def test_figure_tools(site: Site, visit):
    tab = visit()
    page = tab.go(page_with(site, "kv-tool-data"))
    tools = page.locator(".kv-tools").first
    data, files = tools.locator(".kv-tool-data"), tools.locator(".kv-tool-files")
    data.locator("summary").focus()
    page.keyboard.press("Enter")
    assert data.locator("table").is_visible()
    assert data.locator("tbody tr").count() >= 1
    files.locator("summary").focus()
    page.keyboard.press("Enter")
    assert data.evaluate("(el) => el.open") is False
    assert files.locator("a").first.is_visible()
    page.keyboard.press("Escape")
    assert files.evaluate("(el) => el.open") is False
    for href in [a.get_attribute("href") for a in files.locator("a").all()]:
        answer = page.request.get(page.evaluate("(h) => new URL(h, location.href).href", href))
        assert answer.ok and answer.body(), href


def test_note_opens_in_place_and_leads_back(site: Site, visit):
    page = visit().go(page_with(site, "footnote-ref"))
    mark = page.locator("a.footnote-ref").first
    note = page.locator(mark.get_attribute("href"))
    assert mark.get_attribute("aria-expanded") == "false"
    mark.focus()
    page.keyboard.press("Enter")
    pop = page.locator(".kv-note-pop")
    assert pop.is_visible() and mark.get_attribute("aria-expanded") == "true"
    assert "kv-note-pop" in focused(page)["cls"], "the reader is not taken into the note"
    words = note.evaluate("(li) => li.firstElementChild.firstChild.textContent.trim().slice(0, 20)")
    assert words and words in pop.inner_text()
    assert pop.get_attribute("aria-label") == mark.get_attribute("aria-label")
    gap = page.evaluate("""([m, p]) => { const a = m.getBoundingClientRect(), b = p.getBoundingClientRect();
      return Math.min(Math.abs(b.top - a.bottom), Math.abs(a.top - b.bottom)); }""",
      [mark.element_handle(), pop.element_handle()])  # fmt: skip
    assert gap < 40, "the note stands far from its mark"
    page.keyboard.press("Escape")
    assert pop.count() == 0 and mark.get_attribute("aria-expanded") == "false"
    assert "footnote-ref" in focused(page)["cls"]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    while "kv-note-close" not in focused(page)["cls"]:
        page.keyboard.press("Tab")
        assert pop.count(), "the keyboard left the note before its button"
    page.keyboard.press("Enter")
    assert pop.count() == 0 and "footnote-ref" in focused(page)["cls"]


def test_headings_lead_to_themselves(site: Site, visit):
    page = visit().go(page_with(site, "kv-permalink"))
    link = page.locator("main h2 > .kv-permalink").first
    assert link.evaluate("(a) => getComputedStyle(a, '::after').opacity") == "0"
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert link.evaluate("(a) => getComputedStyle(a, '::after').opacity") == "1"
    page.keyboard.press("Enter")
    target = page.evaluate("document.querySelector(':target').id")
    assert link.get_attribute("href") == f"#{target}" and link.inner_text().strip()


def test_note_leads_to_the_end_without_scripts(site: Site, visit):
    tab = visit(java_script_enabled=False)
    tab.page.goto(tab.address + page_with(site, "footnote-ref"))
    tab.page.locator("a.footnote-ref").first.press("Enter")
    assert tab.page.locator("li:target").inner_text().strip()
