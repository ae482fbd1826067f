"""Pieces of WordprocessingML that pandoc has no construct for: bookmarks, fields, sections, breaks.

As pandoc's raw nodes, so that they stand among its own in one tree. Ids of bookmarks are all "0" here;
`finish` numbers them.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from xml.sax.saxutils import escape

Node = dict[str, Any]

LONGEST = 40
"""Characters that Word allows in a bookmark's name."""


def raw(xml: str) -> Node:
    """Raw WordprocessingML in a line."""
    return {"t": "RawInline", "c": ["openxml", xml]}


def raw_block(xml: str) -> Node:
    """Raw WordprocessingML between paragraphs."""
    return {"t": "RawBlock", "c": ["openxml", xml]}


def text_run(text: str) -> str:
    """A run of text as XML."""
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


TAB = "<w:r><w:tab/></w:r>"
PAGE_BREAK = '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'


def bookmark(name: str, inner: list[Node] | None = None) -> list[Node]:
    """A bookmark around inlines; around nothing it is a point."""
    start = raw(f'<w:bookmarkStart w:id="0" w:name="{escape(name)}"/>')
    return [start, *(inner or []), raw('<w:bookmarkEnd w:id="0"/>')]


def field(code: str, shown: list[Node]) -> list[Node]:
    """A field with its result as inlines."""
    return [raw(field_start(code)), *shown, raw(FIELD_END)]


def field_start(code: str) -> str:
    """The runs before a field's result."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(code)} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


FIELD_END = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def section_end(orientation: str) -> Node:
    """Ends a section whose pages lie or stand (`portrait`, `landscape`); `finish` gives it its settings."""
    return raw_block(f'<w:p><w:pPr><w:sectPr w:rsidR="{orientation}"/></w:pPr></w:p>')


class Names:
    """Bookmark names for ids: letters, digits and underscores, at most 40, different when case is ignored."""

    def __init__(self) -> None:
        """No names yet."""
        self._names: dict[str, str] = {}
        self._taken: set[str] = set()

    def name(self, ident: str) -> str:
        """The name of an id, always the same."""
        if ident not in self._names:
            name = re.sub(r"\W+", "_", ident)
            if not name[:1].isalpha():
                name = f"b_{name}"
            if len(name) > LONGEST or name.lower() in self._taken:
                digest = hashlib.sha256(ident.encode()).hexdigest()[:8]
                name = f"{name[: LONGEST - 9]}_{digest}"
            self._names[ident] = name
            self._taken.add(name.lower())
        return self._names[ident]
