"""The website's files, read with the standard library: headings, ids, links, pictures, tables."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


@dataclass
class Element:
    """One element: tag, attributes, parent, children (elements and text)."""

    tag: str
    attributes: dict[str, str]
    parent: Element | None = None
    children: list[Element | str] = field(default_factory=list)

    def walk(self):
        """This element and all below it, in order."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str) -> list[Element]:
        """Elements of these tags below this one."""
        return [each for each in self.walk() if each.tag in tags]

    def within(self, tag: str) -> bool:
        """True when some ancestor has this tag."""
        above = self.parent
        while above is not None and above.tag != tag:
            above = above.parent
        return above is not None

    def has(self, name: str) -> bool:
        """True when the element carries this class."""
        return name in self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        """Text content, whitespace squeezed."""
        parts = (c if isinstance(c, str) else c.text for c in self.children)
        return " ".join(" ".join(parts).split())


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = Element("#root", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self.at)
        self.at.children.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        at = self.at
        while at.tag != tag and at.parent is not None:
            at = at.parent
        if at.parent is not None:
            self.at = at.parent

    def handle_data(self, data: str) -> None:
        self.at.children.append(data)


@dataclass
class Page:
    """One page of the site, `name` is its path from the root."""

    name: str
    root: Element

    @cached_property
    def ids(self) -> list[str]:
        """Every id, in order, repeats kept."""
        return [e.attributes["id"] for e in self.root.walk() if "id" in e.attributes]

    @cached_property
    def main(self) -> Element:
        """The main element."""
        return self.root.all("main")[0]

    @property
    def headings(self) -> list[Element]:
        """Headings of the text."""
        return [h for h in self.main.all("h1", "h2", "h3", "h4", "h5", "h6") if not h.within("nav")]


@dataclass
class Site:
    """The folder of a built website."""

    folder: Path

    @cached_property
    def names(self) -> list[str]:
        """All pages, as paths from the root."""
        found = (p.relative_to(self.folder) for p in sorted(self.folder.rglob("*.html")))
        return [p.as_posix() for p in found if "site_libs" not in p.parts]

    @cached_property
    def pages(self) -> dict[str, Page]:
        """All pages, parsed."""
        out = {}
        for name in self.names:
            builder = _Builder()
            builder.feed((self.folder / name).read_text(encoding="utf-8"))
            out[name] = Page(name, builder.root)
        return out

    def resolve(self, base: str, href: str) -> tuple[str, str] | None:
        """(path from the root, fragment) of a link on page `base`; None when it leads out of the site."""
        parts = urlsplit(href)
        if parts.scheme or parts.netloc:
            return None
        path = unquote(parts.path)
        target = (self.folder / base).parent / path if path else self.folder / base
        relative = Path(target).resolve().relative_to(self.folder.resolve())
        return relative.as_posix(), unquote(parts.fragment)

    def broken(self, base: str, href: str) -> str | None:
        """What is wrong with a link on page `base`, or None."""
        try:
            found = self.resolve(base, href)
        except ValueError:
            return "leads out of the folder"
        if found is None:
            return None
        path, fragment = found
        if not (self.folder / path).is_file():
            return "no such file"
        if fragment and path in self.pages and fragment not in self.pages[path].ids:
            return "no such place on the page"
        return None

    @cached_property
    def search(self) -> list[dict]:
        """The search index."""
        return json.loads((self.folder / "search.json").read_text(encoding="utf-8"))
