"""Where references and links lead from a page, as HTML."""

from __future__ import annotations

import re
from html import escape

from kvarto.html.body.attributes import attributes
from kvarto.structure import ast
from kvarto.structure.ast import Attr
from kvarto.structure.build import address, relative

_ELSEWHERE = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#")
"""Addresses that are no file of the book."""


def reference(at: Attr, html: str, here: str) -> str:
    """A `kv-ref` with the HTML of its text; `here` is the page that it stands on."""
    if "kv-unresolved" in at[1]:
        return (
            f'<strong class="quarto-unresolved-ref kv-unresolved" title="{escape(ast.get(at, "fault"))}">'
            f"{html}</strong>"
        )
    target, page = ast.get(at, "target"), ast.get(at, "page")
    if not page:
        return html
    href = "" if page == here else page_from(here, page)
    if page == here or not ast.has(at, "page-top"):
        href += f"#{address(target)}"
    return f'<a href="{escape(href)}" class="quarto-xref">{html}</a>'


def link(at: Attr, html: str, url: str, title: str, here: str) -> str:
    """A link with the HTML of its text. What `structure` told of links inside the book is not written."""
    extra = ""
    if url.startswith("#ref-") and ast.has(at, "page"):
        page = ast.get(at, "page")
        url = ("" if page in ("", here) else page_from(here, page)) + url
        extra = ' role="doc-biblioref"'
    classes = [c for c in at[1] if c != "kv-link"]
    inside = "kv-link" in at[1] or extra
    told = f' title="{escape(title)}"' if title else ""
    rest = attributes([at[0], classes, at[2]], drop=("target", "page") if inside else ())
    return f'<a href="{escape(url)}"{extra}{told}{rest}>{html}</a>'


def is_file(at: Attr, url: str) -> bool:
    """Whether a link leads to a file beside the text, which must be copied."""
    entry = url.startswith("#ref-") and ast.has(at, "page")
    return not entry and "kv-link" not in at[1] and not _ELSEWHERE.match(url)


def page_from(here: str, there: str) -> str:
    """The address of a page or file of the site as the page `here` writes it."""
    return address(relative(here, there).removeprefix("./"))
