"""Comments and tracked changes of a returned DOCX, each with the file and line of the book that it is about.

    notes = read(path, root)             # OSError, or NotWord for what is no DOCX
    for note in notes: note.kind, note.author, note.place, note.quote, note.text

The DOCX that kvarto writes has a hidden bookmark at the beginning of each block (`kvarto.docx.places`): file,
line, and a hash of the line. The line is found again though the file has been edited since; where the
bookmark is gone, the words of the paragraph are looked for in all files. Nothing is merged: authors decide.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree

from kvarto.docx.package import W, load, q
from kvarto.docx.places import NAME, file_hash, plain, stream_of, text_hash
from kvarto.stamp import tree

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_W15 = "{http://schemas.microsoft.com/office/word/2012/wordml}"
_INSERTED = (q("ins"), q("moveTo"))
_DELETED = (q("del"), q("moveFrom"))
Key = tuple[str, int]
"""Letters to look for, and how many of them stand before the point that is meant."""

_SURE, _LEAST = 24, 10
"""Letters that make a piece of text sure to be found in the right place, and the fewest worth looking for."""
_BLOCK = 6000
"""Letters and digits that a block has at most."""

COMMENT, INSERTED, DELETED, REPLACED = "comment", "inserted", "deleted", "replaced"
BROKEN, JOINED = "paragraph-inserted", "paragraph-deleted"


class NotWordError(ValueError):
    """The file is no DOCX."""


@dataclass(frozen=True)
class Place:
    """File (relative to the book) and line. how: `bookmark`, or `text` where only the words were found."""

    path: str
    line: int
    how: str = "bookmark"


@dataclass(frozen=True)
class Note:
    """A comment or a change.

    kind: `comment`, `inserted`, `deleted`, `replaced`, `paragraph-inserted`, `paragraph-deleted`. quote: the
    text that it is about (deleted text, or what is commented on). text: what the person wrote. replies: pairs
    of author and text. heading: the heading above it. place: None where it is not found. date: as Word wrote
    it («2026-11-24T10:12:00Z»), or "".
    """

    kind: str
    author: str
    date: str
    quote: str
    text: str
    place: Place | None
    heading: str = ""
    resolved: bool = False
    replies: tuple[tuple[str, str], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Plain data for `--json`."""
        data = asdict(self)
        data["replies"] = [{"author": author, "text": text} for author, text in self.replies]
        return data


def read(path: Path, root: Path) -> list[Note]:
    """Every comment and tracked change, in the order of the document; replies stand with what they answer."""
    try:
        parts = load(path.read_bytes())
        document = etree.fromstring(parts[_main_part(parts)])
    except (zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as exc:
        raise NotWordError(str(exc)) from exc
    return _Reader(parts, document, Sources(root)).notes()


def _main_part(parts: dict[str, bytes]) -> str:
    """The name of the document in the package: another program may call it something else."""
    relations = etree.fromstring(parts["_rels/.rels"])
    for relation in relations:
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    return "word/document.xml"


# --- the book's files ---------------------------------------------------------------------------------------


@dataclass
class _File:
    path: str
    rows: list[str]

    @cached_property
    def stream(self) -> tuple[str, list[int]]:
        """Letters and digits of the text, and the line of each."""
        return stream_of("\n".join(self.rows))

    def start(self, line: int) -> int:
        """Where a line begins among the letters."""
        lines = self.stream[1]
        return next((i for i, at in enumerate(lines) if at >= line), len(lines))


class Sources:
    """The book's .qmd files as they are now."""

    def __init__(self, root: Path) -> None:
        """`root` is the book's folder."""
        self._root = root

    @cached_property
    def _files(self) -> dict[str, _File]:
        found = {}
        for name in sorted(tree(self._root)):
            if name.endswith((".qmd", ".md")):
                text = (self._root / name).read_text(encoding="utf-8-sig", errors="replace")
                found[file_hash(name)] = _File(name, text.split("\n"))
        return found

    def find(self, bookmark: str | None, keys: list[Key]) -> Place | None:
        """The place of a block by its bookmark, then of the first of the keys that stands in it.

        keys: the best first.
        """
        m = NAME.match(bookmark or "")
        file = self._files.get(m["file"]) if m else None
        if m and file:
            line = _line(file.rows, int(m["line"]), m["text"])
            if line is not None:
                return Place(file.path, _within(file, line, keys) or line)
            at = _anywhere([file], keys)
            return at or Place(file.path, min(int(m["line"]), len(file.rows)), "text")
        return _anywhere(list(self._files.values()), keys)


def _line(rows: list[str], line: int, digest: str) -> int | None:
    """The line with this hash that is nearest to where it stood."""
    same = [n for n, row in enumerate(rows, 1) if text_hash(row) == digest]
    return min(same, key=lambda n: abs(n - line)) if same else None


def _within(file: _File, line: int, keys: list[Key]) -> int | None:
    """The line of the first key that stands in the block beginning at a line."""
    letters, lines = file.stream
    start = file.start(line)
    for key, ahead in keys:
        found = letters.find(key, start, start + _BLOCK)
        if found >= 0:
            return lines[min(found + ahead, len(lines) - 1)]
    return None


def _anywhere(files: list[_File], keys: list[Key]) -> Place | None:
    """Where the first long key stands that some file has."""
    for key, ahead in keys:
        if len(key) < _SURE:
            continue
        for file in files:
            letters, lines = file.stream
            found = letters.find(key)
            if found >= 0:
                return Place(file.path, lines[min(found + ahead, len(lines) - 1)], "text")
    return None


# --- the document -------------------------------------------------------------------------------------------


@dataclass
class _Piece:
    """Text of a paragraph. kind: "" for what stands. starts, ends: comments that begin or end here."""

    text: str
    kind: str = ""
    author: str = ""
    date: str = ""
    starts: list[str] = field(default_factory=list)
    ends: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, parts: dict[str, bytes], document: etree._Element, sources: Sources) -> None:
        self._parts, self._document, self._sources = parts, document, sources
        self._bookmark: str | None = None
        self._heading = ""
        self._notes: list[Note] = []
        self._open: dict[str, tuple[list[str], str | None, list[Key], str]] = {}

    def notes(self) -> list[Note]:
        """Walk the text; footnotes are read where their marks stand."""
        self._comments = _comments(self._parts)
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
                self._open[ident] = ([], self._bookmark, _keys(words, before, ""), self._heading)
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
        place = self._sources.find(self._bookmark, _keys(words, before, old))
        first = group[0]
        self._notes.append(Note(kind, first.author, first.date, old, new, place, self._heading))

    def _mark(self, paragraph: etree._Element, words: str) -> None:
        """A paragraph's end put in or taken out."""
        for name, kind in (("ins", BROKEN), ("del", JOINED)):
            mark = paragraph.find(f"{W}pPr/{W}rPr/{W}{name}")
            if mark is not None:
                place = self._sources.find(self._bookmark, _keys(words, words, ""))
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
        self._notes.append(self._comment(comment, quote, bookmark, [*_windows(quote), *context], heading))

    def _comment(
        self, comment: _Comment, quote: str, bookmark: str | None, keys: list[Key], heading: str
    ) -> Note:
        comment.told = True
        replies = tuple((c.author, c.text) for c in self._comments.values() if c.parent == comment.ident)
        place = self._sources.find(bookmark, keys) if bookmark or keys else None
        note = Note(COMMENT, comment.author, comment.date, quote, comment.text, place, heading)
        return replace(note, resolved=comment.resolved, replies=replies)


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


def _keys(words: str, before: str, old: str) -> list[Key]:
    """Pieces of a paragraph to look for: deleted text, what stands around it, then all from its start."""
    lead, gone = plain(before)[-_SURE:], plain(old)[:_SURE]
    after = plain(words[len(before) :])[:_SURE]
    near = [(gone, 0), (lead + gone, len(lead)), (lead + after, len(lead)), (lead, len(lead)), (after, 0)]
    return [k for k in [*near, *_windows(words)] if len(k[0]) >= _LEAST]


def _windows(text: str) -> list[Key]:
    """Pieces of a text that may stand in the source though computed numbers between them do not."""
    letters = plain(text)
    if len(letters) <= 2 * _SURE:
        return [(letters, 0)] if len(letters) >= _LEAST else []
    return [(letters[i : i + _SURE], 0) for i in range(0, len(letters) - _SURE + 1, _SURE // 2)]


# --- comments -----------------------------------------------------------------------------------------------


@dataclass
class _Comment:
    ident: str
    author: str
    date: str
    text: str
    paragraph: str
    parent: str | None = None
    resolved: bool = False
    told: bool = False


def _comments(parts: dict[str, bytes]) -> dict[str, _Comment]:
    """Comments by id; answers and «løst» come from Word's later parts, where there are any."""
    if "word/comments.xml" not in parts:
        return {}
    out: dict[str, _Comment] = {}
    for el in etree.fromstring(parts["word/comments.xml"]).iter(q("comment")):
        rows = ["".join(t.text or "" for t in p.iter(q("t"))) for p in el.iter(q("p"))]
        last = [p.get(f"{_W14}paraId", "") for p in el.iter(q("p"))]
        ident = el.get(q("id"), "")
        text = "\n".join(row.strip() for row in rows).strip()
        out[ident] = _Comment(
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


# --- for people ---------------------------------------------------------------------------------------------

_WORDS = {
    COMMENT: "Kommentar",
    INSERTED: "Satt inn",
    DELETED: "Strøket",
    REPLACED: "Erstattet",
    BROKEN: "Nytt avsnitt",
    JOINED: "Avsnitt slått sammen med det neste",
}


def report(notes: list[Note]) -> str:
    """The notes as text for a terminal."""
    if not notes:
        return "Ingen kommentarer og ingen sporede endringer."
    blocks = []
    heading = None
    for note in notes:
        if note.heading and note.heading != heading:
            blocks.append(f"── {note.heading}")
            heading = note.heading
        blocks.append(_block(note))
    comments = sum(n.kind == COMMENT for n in notes)
    changes = len(notes) - comments
    lost = sum(n.place is None for n in notes)
    count = f"{comments} {'kommentar' if comments == 1 else 'kommentarer'}, "
    count += f"{changes} {'endring' if changes == 1 else 'endringer'}"
    if lost:
        count += f". {lost} kunne ikke knyttes til en fil."
    return "\n\n".join([*blocks, count])


def _block(note: Note) -> str:
    place = f"{note.place.path}:{note.place.line}" if note.place else "(ukjent sted)"
    if note.place and note.place.how == "text":
        place += " (funnet på ordlyden)"
    date = note.date[:16].replace("T", " ")
    done = " · løst" if note.resolved else ""
    rows = [f"{place}: {_WORDS[note.kind]} · {note.author or 'ukjent'}{' · ' + date if date else ''}{done}"]
    if note.quote:
        rows.append(f"    «{_short(note.quote)}»")
    lead = {COMMENT: "    ", INSERTED: "    + ", REPLACED: "    → "}.get(note.kind, "    ")
    if note.text:
        rows += [f"{lead}{row}" for row in note.text.splitlines() if row.strip()]
    rows += [f"      ↳ {author}: {' '.join(text.split())}" for author, text in note.replies]
    return "\n".join(rows)


def _short(text: str) -> str:
    """A long quotation by its ends."""
    text = " ".join(text.split())
    return text if len(text) <= 160 else f"{text[:110]} … {text[-40:]}"


__all__ = ["NotWordError", "Note", "Place", "Sources", "read", "report"]
