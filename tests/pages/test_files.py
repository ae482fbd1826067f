"""What the files alone show: outline, ids, links, names of pictures, table heads, search. No browser."""

from __future__ import annotations

import re
from itertools import pairwise

from tests.pages.reading import Element, Page, Site


def collect(site: Site, check) -> list[str]:
    """Run a check that yields messages on every page; each message with its page in front."""
    return [f"{name}: {message}" for name, page in site.pages.items() for message in check(page)]


def test_book_has_pages(site: Site):
    assert "index.html" in site.names
    assert len(site.names) >= 2


def test_each_page_has_language_title_and_one_main(site: Site):
    def check(page: Page):
        html = page.root.all("html")[0]
        if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", html.attributes.get("lang", "")):
            yield f"lang is {html.attributes.get('lang')!r}"
        if len(page.root.all("main")) != 1:
            yield "not exactly one main"
        if not page.root.all("title")[0].text:
            yield "empty title"

    assert collect(site, check) == []
    titles = [page.root.all("title")[0].text for page in site.pages.values()]
    assert len(set(titles)) == len(titles), "two pages share a title"


def test_ids_are_unique(site: Site):
    assert collect(site, lambda page: {f"id {i!r} twice" for i in page.ids if page.ids.count(i) > 1}) == []


def test_headings_go_down_one_level_at_a_time(site: Site):
    def check(page: Page):
        levels = [(int(h.tag[1]), h.text) for h in page.headings]
        if not levels or [level for level, _ in levels].count(1) != 1 or levels[0][0] != 1:
            yield "does not open with its one level 1 heading"
        for (before, _), (level, text) in pairwise(levels):
            if level > before + 1:
                yield f"level {before} is followed by level {level} at {text!r}"
        yield from (f"empty heading after {h.parent}" for h in page.headings if not h.text)

    assert collect(site, check) == []


def test_every_internal_link_resolves(site: Site):
    def check(page: Page):
        for element in page.root.walk():
            for name in ("href", "src"):
                value = element.attributes.get(name)
                if value and not value.startswith("data:") and (fault := site.broken(page.name, value)):
                    yield f"<{element.tag} {name}={value!r}>: {fault}"

    assert collect(site, check) == []


def test_pictures_have_names(site: Site):
    def check(page: Page):
        for image in page.main.all("img"):
            if not image.attributes.get("alt", "").strip():
                yield f"img {image.attributes.get('src')!r} without alt"
        for svg in page.main.all("svg"):
            named = svg.attributes.get("role") == "img" and svg.attributes.get("aria-label", "").strip()
            if not named and svg.attributes.get("aria-hidden") != "true":
                yield f"svg without a name: {svg.attributes}"

    assert collect(site, check) == []


def test_table_cells_have_heads(site: Site):
    def check(page: Page):
        for table in page.main.all("table"):
            heads = table.all("th")
            if not heads:
                yield f"table without th: {table.text[:60]!r}"
            yield from (f"th without scope: {th.text!r}" for th in heads if "scope" not in th.attributes)

    assert collect(site, check) == []


def test_floats_have_captions_with_numbers(site: Site):
    def check(page: Page):
        for element in page.main.walk():
            if element.has("quarto-float") and re.match(r"(fig|tbl)-", element.attributes.get("id", "")):
                captions = [c.text for c in element.all("figcaption")]
                if not captions:
                    yield f"{element.attributes['id']} without a caption"
                elif not any(re.match(r"(Figur|Tabell)\s[A-Z]?\d|\([a-z]\)", c) for c in captions):
                    yield f"{element.attributes['id']}: caption {captions[0][:40]!r} has no number"

    assert collect(site, check) == []


def test_a_title_stands_above_its_picture_as_in_the_pdf(site: Site):
    def check(page: Page):
        for figure in page.main.all("figure"):
            first = next((one for one in figure.walk() if one.tag in ("figcaption", "svg", "img")), None)
            if figure.has("quarto-float-fig") and (first is None or first.tag != "figcaption"):
                yield f"{figure.text[:60]!r}: the caption is not on top"

    assert collect(site, check) == []


def test_nothing_unresolved_is_left_in_the_text(site: Site):
    def check(page: Page):
        text = page.main.text
        for sign in ("?@", "{{<", ">}}", "{python}", ":::", "kv-fault"):
            if sign in text:
                yield f"{sign!r} at …{text[max(0, text.index(sign) - 40) :][:90]}…"

    assert collect(site, check) == []


def test_scripts_and_handlers_are_files_of_the_book(site: Site):
    def check(page: Page):
        for element in page.root.walk():
            yield from (f"inline handler {a}" for a in element.attributes if a.startswith("on"))
            runs = element.attributes.get("type") not in ("application/json", "application/ld+json")
            if element.tag == "script" and "src" not in element.attributes and runs:
                yield "inline script"
            if element.tag in ("script", "link", "img", "iframe"):
                addresses = (element.attributes.get(name, "") for name in ("src", "href"))
                yield from (f"{element.tag} from outside: {a}" for a in addresses if "//" in a)

    assert collect(site, check) == []


def chapters(site: Site) -> list[str]:
    """The pages of the text; the others (lists, about the build) hang below them."""
    return [name for name, page in site.pages.items() if not page.root.all("body")[0].has("kv-page-extra")]


def test_footer_reaches_the_pages_that_are_no_chapters(site: Site):
    extra = sorted(set(site.names) - set(chapters(site)))

    def check(page: Page):
        foot = next(e for e in page.root.all("footer") if e.has("kv-foot"))
        links = [a.attributes["href"] for a in foot.all("a") if "download" not in a.attributes]
        found = {site.resolve(page.name, href)[0] for href in links}
        yield from (f"footer has no link to {name}" for name in extra if name not in found)

    assert collect(site, check) == []


def test_menu_reaches_every_page_and_marks_the_current_one(site: Site):
    def links(page: Page) -> list[Element]:
        menu = next(e for e in page.root.walk() if e.attributes.get("id") == "quarto-sidebar")
        return [a for a in menu.all("a") if a.has("sidebar-item-text") and "href" in a.attributes]

    def check(page: Page):
        found = {site.resolve(page.name, a.attributes["href"])[0] for a in links(page)}
        yield from (f"menu has no link to {name}" for name in chapters(site) if name not in found)
        current = [a for a in links(page) if a.attributes.get("aria-current") == "page"]
        here = [page.name] if page.name in chapters(site) else []
        if [site.resolve(page.name, a.attributes["href"])[0] for a in current] != here:
            yield f"current page in the menu: {[a.text for a in current]}"

    assert collect(site, check) == []


def test_forward_and_back_form_one_chain(site: Site):
    def step(page: Page, rel: str) -> str | None:
        found = [e for e in page.root.all("link") if e.attributes.get("rel") == rel]
        return site.resolve(page.name, found[0].attributes["href"])[0] if found else None

    walked, name = [], "index.html"
    while name and name not in walked:
        walked.append(name)
        after = step(site.pages[name], "next")
        if after:
            assert step(site.pages[after], "prev") == name
        name = after
    assert sorted(walked) == sorted(chapters(site))


def test_search_index_leads_to_places_that_exist(site: Site):
    assert len(site.search) >= len(site.names)
    broken = [(e["href"], fault) for e in site.search if (fault := site.broken("index.html", e["href"]))]
    assert broken == []
    assert [e["href"] for e in site.search if not (e.get("section") or e.get("title"))] == []
    assert {e["href"].partition("#")[0] for e in site.search} == set(site.names)
