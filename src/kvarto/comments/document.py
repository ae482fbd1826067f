"""The text of a Word file with what was changed in it, and the comments on it, in the order of reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from kvarto.comments.notes import BROKEN, COMMENT, DELETED, INSERTED, JOINED, REPLACED, Note
from kvarto.comments.sources import Key, Sources, keys_of, windows
from kvarto.comments.threads import Comment, comments
from kvarto.docx.package import W, q
from kvarto.docx.places import NAME

_INSERTED = (q("ins"), q("moveTo"))
_DELETED = (q("del"), q("moveFrom"))


class Reader:
    """Walks through one document once."""

    def __init__(self, parts: dict[str, bytes], document: etree._Element, sources: Sources) -> None:
        """parts: the files of the package by name; document: the one that holds the text."""
        self._parts, self._document, self._sources = parts, document, sources
        self._bookmark: str | None = None
        self._heading = ""
        self._notes: list[Note] = []
        self._open: dict[str, tuple[list[str], str | None, list[Key], str]] = {}

    def notes(self) -> list[Note]:
        """Walk the text; footnotes are read where their marks stand."""
        self._comments = comments(self._parts)
        self._footnotes = {
            note.get(q("id"), ""): note
            for name in ("word/footnotes.xml", "word/endnotes.xml")
            if name in self._parts
            for note in etree.fromstring(self._parts[name])
        }
        self._headings = _heading_styles(self._parts)
        roots = [self._document, *self._footnotes.values()]
        self._ranged = {el.get(q("id"), "") for r in roots for el in r.iter(q("commentRangeStart"))}
        body = self._document.find(q("body"))
        for paragraph in body.iter(q("p")) if body is not None else ():
            self._paragraph(paragraph)
        for ident in [*self._open]:  # a range without an end: told all the same
            self._close(ident)
        told = {n for n in self._comments if self._comments[n].told}
        for ident, comment in self._comments.items():
            if ident not in told and comment.parent is None:
                self._notes.append(self._comment(comment, "", None, [], ""))
        return self._notes

    def _paragraph(self, paragraph: etree._Element, in_note: bool = False) -> None:
        if not in_note:
            for mark in paragraph.iter(q("bookmarkStart")):
                if NAME.match(mark.get(q("name"), "")):
                    self._bookmark = mark.get(q("name"))
                    break
        pieces = list(_pieces(paragraph, self._ranged))
        words = "".join(p.text for p in pieces if p.kind != INSERTED)
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if not in_note and style is not None and style.get(q("val")) in self._headings:
            self._heading = " ".join(words.split())
        self._events(pieces, words)
        self._mark(paragraph, words)
        for reference in paragraph.iter(q("footnoteReference"), q("endnoteReference")):
            note = self._footnotes.get(reference.get(q("id"), ""))
            for inner in note.iter(q("p")) if note is not None else ():
                self._paragraph(inner, in_note=True)

    def _events(self, pieces: list[_Piece], words: str) -> None:
        """Changes of a paragraph (neighbours by one person together) and the comments that begin in it."""
        before = ""
        at = 0
        while at < len(pieces):
            piece = pieces[at]
            for ident in piece.starts:
                self._open[ident] = ([], self._bookmark, keys_of(words, before, ""), self._heading)
            group = [piece]
            while piece.kind and at + len(group) < len(pieces):
                following = pieces[at + len(group)]
                same = following.kind and following.author == piece.author
                if not same or following.starts:
                    break
                group.append(following)
            for one in group:
                for said, _, _, _ in self._open.values():
                    said.append(one.text)
                for ident in one.ends:
                    self._close(ident, words)
            if piece.kind:
                self._change(group, words, before)
            before += "".join(p.text for p in group if p.kind != INSERTED)
            at += len(group)

    def _change(self, group: list[_Piece], words: str, before: str) -> None:
        old = "".join(p.text for p in group if p.kind == DELETED)
        new = "".join(p.text for p in group if p.kind == INSERTED)
        if not (old or new):
            return
        kind = REPLACED if old and new else DELETED if old else INSERTED
        place = self._sources.find(self._bookmark, keys_of(words, before, old))
        first = group[0]
        self._notes.append(Note(kind, first.author, first.date, old, new, place, self._heading))

    def _mark(self, paragraph: etree._Element, words: str) -> None:
        """A paragraph's end put in or taken out."""
        for name, kind in (("ins", BROKEN), ("del", JOINED)):
            mark = paragraph.find(f"{W}pPr/{W}rPr/{W}{name}")
            if mark is not None:
                place = self._sources.find(self._bookmark, keys_of(words, words, ""))
                author, date = mark.get(q("author"), ""), mark.get(q("date"), "")
                quote = " ".join(words.split())[-60:]
                self._notes.append(Note(kind, author, date, quote, "", place, self._heading))

    def _close(self, ident: str, words: str = "") -> None:
        found = self._open.pop(ident, None)
        comment = self._comments.get(ident)
        if found is None or comment is None or comment.parent is not None:
            return
        said, bookmark, context, heading = found
        quote = " ".join("".join(said).split())
        self._notes.append(self._comment(comment, quote, bookmark, [*windows(quote), *context], heading))

    def _comment(
        self, comment: Comment, quote: str, bookmark: str | None, keys: list[Key], heading: str
    ) -> Note:
        comment.told = True
        replies = tuple((c.author, c.text) for c in self._comments.values() if c.parent == comment.ident)
        place = self._sources.find(bookmark, keys) if bookmark or keys else None
        note = Note(COMMENT, comment.author, comment.date, quote, comment.text, place, heading)
        return replace(note, resolved=comment.resolved, replies=replies)


@dataclass
class _Piece:
    """Text of a paragraph. kind: "" for what stands. starts, ends: comments that begin or end here."""

    text: str
    kind: str = ""
    author: str = ""
    date: str = ""
    starts: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


def _pieces(paragraph: etree._Element, ranged: set[str]) -> Iterator[_Piece]:
    """The text of a paragraph in pieces. ranged: comments that have a beginning; others are on a point."""
    starts: list[str] = []
    last: _Piece | None = None
    for el in paragraph.iter():
        if el.tag == q("commentRangeStart"):
            starts.append(el.get(q("id"), ""))
        elif el.tag == q("commentRangeEnd"):
            ident = el.get(q("id"), "")
            if last is None or ident in starts:
                last = _Piece("", starts=starts)
                starts = []
                last.ends.append(ident)
                yield last
            else:
                last.ends.append(ident)
        elif el.tag == q("commentReference") and el.get(q("id"), "") not in ranged:
            ident = el.get(q("id"), "")  # a comment on a point
            last = _Piece("", starts=[*starts, ident], ends=[ident])
            starts = []
            yield last
        elif el.tag in (q("t"), q("delText"), q("tab"), q("br")):
            if el.tag == q("tab") and el.getparent().tag != q("r"):
                continue
            if next(el.iterancestors(q("p"))) is not paragraph:
                continue  # of a text box inside
            text = el.text or "" if el.tag in (q("t"), q("delText")) else " "
            change = _change_of(el)
            if change is None:
                continue
            last = _Piece(text, *change, starts)
            starts = []
            yield last
    if starts:
        yield _Piece("", starts=starts)


def _change_of(el: etree._Element) -> tuple[str, str, str] | None:
    """Whether a text is inserted or deleted, by whom and when; None for what was both and is nowhere now."""
    found = ("", "", "")
    for up in el.iterancestors():
        if up.tag == q("p"):
            break
        if up.tag in _DELETED or up.tag in _INSERTED:
            kind = DELETED if up.tag in _DELETED else INSERTED
            if found[0] not in ("", kind):
                return None
            found = (kind, up.get(q("author"), ""), up.get(q("date"), ""))
    return found


def _heading_styles(parts: dict[str, bytes]) -> set[str]:
    """Ids of the styles that are headings; another program may have given them new ids."""
    if "word/styles.xml" not in parts:
        return set()
    found = set()
    for style in etree.fromstring(parts["word/styles.xml"]).iter(q("style")):
        name = style.find(q("name"))
        if name is not None and name.get(q("val"), "").lower().startswith("heading "):
            found.add(style.get(q("styleId"), ""))
    return found
