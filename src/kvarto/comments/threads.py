"""The comments of a Word file, with the answers that they got."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from kvarto.docx.package import q

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"


@dataclass
class Comment:
    """A comment or an answer. paragraph: Word's id of its last one. told: it stands in the result."""

    ident: str
    author: str
    date: str
    text: str
    paragraph: str
    parent: str | None = None
    resolved: bool = False
    told: bool = False


def comments(parts: dict[str, bytes]) -> dict[str, Comment]:
    """Comments by id; answers and «løst» come from Word's later parts, where there are any."""
    if "word/comments.xml" not in parts:
        return {}
    out: dict[str, Comment] = {}
    for el in etree.fromstring(parts["word/comments.xml"]).iter(q("comment")):
        rows = ["".join(t.text or "" for t in p.iter(q("t"))) for p in el.iter(q("p"))]
        last = [p.get(f"{_W14}paraId", "") for p in el.iter(q("p"))]
        ident = el.get(q("id"), "")
        text = "\n".join(row.strip() for row in rows).strip()
        out[ident] = Comment(
            ident, el.get(q("author"), ""), el.get(q("date"), ""), text, last[-1] if last else ""
        )
    if "word/commentsExtended.xml" in parts:
        by_paragraph = {c.paragraph: c for c in out.values() if c.paragraph}
        for el in etree.fromstring(parts["word/commentsExtended.xml"]):
            comment = by_paragraph.get(el.get(f"{_W15}paraId", ""))
            if comment is None:
                continue
            comment.resolved = el.get(f"{_W15}done") == "1"
            parent = by_paragraph.get(el.get(f"{_W15}paraIdParent", ""))
            comment.parent = parent.ident if parent else None
    return out
