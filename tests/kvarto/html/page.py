"""A strict reading of pages: tags balanced, ids once, no block in a paragraph."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "path",
}
NOT_IN_P = {
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "div",
    "dl",
    "figure",
    "figcaption",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
}


class _Strict(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.hrefs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [k for k, _ in attrs]
        if len(names) != len(set(names)):
            self.faults.append(f"<{tag}> has an attribute twice: {names}")
        for key, value in attrs:
            if key == "id":
                self.ids[value or ""] += 1
            if key in ("href", "src") and value:
                self.hrefs.append(value)
        if tag in NOT_IN_P and "p" in self.open and "svg" not in self.open:
            self.faults.append(f"<{tag}> inside <p>")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass


def faults_of(html: str) -> list[str]:
    """What is wrong with the page's markup."""
    reader = _Strict()
    reader.feed(html)
    return (
        reader.faults
        + [f"never closed: {t}" for t in reader.open]
        + [f"id «{i}» twice" for i, n in reader.ids.items() if n > 1]
    )


def addresses(html: str) -> list[str]:
    """Every `href` and `src` of a page."""
    reader = _Strict()
    reader.feed(html)
    return reader.hrefs


def ids(html: str) -> set[str]:
    """Every id of a page."""
    reader = _Strict()
    reader.feed(html)
    return set(reader.ids)
