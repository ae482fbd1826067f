"""A DOCX as it comes back: comments and tracked changes find their file and line."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.text.paragraph import Paragraph

from kvarto import comments
from kvarto.comments import Note
from kvarto.docx.places import NAME
from tests.kvarto import book as books
from tests.kvarto.docx.word import HEAD, Word, write
from tests.kvarto.front import kvarto

CHAPTER = """# Kapittel om fisk {#sec-k}

Første avsnitt handler om torsk i fjorden og ikke
om noe annet enn torsk, som går fra linje til linje
før det slutter her med sei.

## Hyse {#sec-h}

Andre avsnitt viser til @sec-k og handler om hyse.^[En note om hyse som svømmer i nord.]

- et punkt om laks
- et punkt om ørret

::: {#tbl-t}
| By   | Tall |
|:-----|-----:|
| Oslo |   12 |

Fisk etter by
:::

Siste avsnitt handler om abbor i innsjøen.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bok"


@pytest.fixture
def sent(folder: Path) -> Word:
    """The DOCX as it went out."""
    return write(books.make(folder, CHAPTER, HEAD), folder.parent / "sendt.docx")


class Reader:
    """Somebody who comments and changes, by python-docx and the XML that Word writes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = docx.Document(str(path))

    def paragraph(self, words: str) -> Paragraph:
        """The paragraph that holds some words, in a table too."""
        found = [Paragraph(p, self.document) for p in self.document.element.body.iter(qn("w:p"))]
        return next(p for p in found if words in p.text and not str(p.style.name).startswith("toc"))  # type: ignore[union-attr]

    def run(self, words: str):  # type: ignore[no-untyped-def]
        """A run of just these words: the paragraph's run is cut up around them."""
        for run in self.paragraph(words).runs:
            if words not in run.text:
                continue
            before, _, after = run.text.partition(words)
            parts = []
            for text in (before, words, after):
                one = deepcopy(run._r)
                docx.text.run.Run(one, run._parent).text = text
                run._r.addprevious(one)
                parts.append(docx.text.run.Run(one, run._parent))
            run._r.getparent().remove(run._r)
            return parts[1]
        raise AssertionError(words)

    def comment(self, words: str, text: str, author: str = "Kari") -> None:
        """A comment on some words."""
        self.document.add_comment(self.run(words), text, author=author, initials=author[:1])

    def _wrap(self, tag: str, run: object, author: str) -> None:
        mark = OxmlElement(f"w:{tag}")
        for key, value in (("id", "900"), ("author", author), ("date", "2026-12-01T09:30:00Z")):
            mark.set(qn(f"w:{key}"), value)
        run._r.addprevious(mark)  # type: ignore[attr-defined]
        mark.append(run._r)  # type: ignore[attr-defined]
        if tag == "del":
            for t in mark.iter(qn("w:t")):
                t.tag = qn("w:delText")

    def delete(self, words: str, author: str = "Ola") -> None:
        """Tracked deletion."""
        self._wrap("del", self.run(words), author)

    def replace(self, words: str, new: str, author: str = "Ola") -> None:
        """Tracked replacement: deletion and insertion side by side."""
        run = self.run(words)
        other = docx.text.run.Run(deepcopy(run._r), run._parent)
        other.text = new
        run._r.addnext(other._r)
        self._wrap("del", run, author)
        self._wrap("ins", other, author)

    def insert(self, after: str, new: str, author: str = "Ola") -> None:
        """Tracked insertion."""
        run = self.run(after)
        other = docx.text.run.Run(deepcopy(run._r), run._parent)
        other.text = new
        run._r.addnext(other._r)
        self._wrap("ins", other, author)

    def save(self, name: str = "tilbake.docx") -> Path:
        """The file as it comes back."""
        path = self.path.with_name(name)
        self.document.save(str(path))
        return path


def row(chapter: str, words: str) -> int:
    return next(n for n, line in enumerate(chapter.split("\n"), 1) if words in line)


def only(notes: list[Note]) -> Note:
    (note,) = notes
    return note


def where(note: Note) -> tuple[str, int, str]:
    assert note.place is not None
    return note.place.path, note.place.line, note.place.how


def test_every_block_has_its_place(sent: Word) -> None:
    lines = sorted(int(m["line"]) for n in sent.bookmarks if (m := NAME.match(n)))
    wanted = [
        "# Kapittel",
        "Første",
        "## Hyse",
        "Andre",
        "laks",
        "ørret",
        "Oslo",
        "By ",
        "Fisk etter",
        "Siste",
    ]
    found = {row(CHAPTER, w) for w in wanted}
    assert found - {row(CHAPTER, "Oslo")} <= set(lines), lines


def test_a_comment_finds_the_line_of_its_words(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.comment("går fra linje", "Kan dette kortes?")
    reader.comment("laks", "Og sjøørret?\nDen også.", author="Per")
    first, second = comments.read(reader.save(), folder)
    assert (first.kind, first.author, first.quote, first.text) == (
        "comment",
        "Kari",
        "går fra linje",
        "Kan dette kortes?",
    )
    assert where(first) == ("k.qmd", row(CHAPTER, "går fra linje"), "bookmark")
    assert first.heading.endswith("Kapittel om fisk")
    assert where(second) == ("k.qmd", row(CHAPTER, "laks"), "bookmark") and second.text.count("\n") == 1
    assert second.heading.endswith("Hyse")


def test_changes_are_told_as_they_were_made(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.delete(" og ikke")
    reader.replace("sei", "lyr")
    reader.insert("handler om hyse", " og kveite", author="Per")
    notes = comments.read(reader.save(), folder)
    assert [(n.kind, n.author, n.quote.strip(), n.text.strip()) for n in notes] == [
        ("deleted", "Ola", "og ikke", ""),
        ("replaced", "Ola", "sei", "lyr"),
        ("inserted", "Per", "", "og kveite"),
    ]
    assert all(n.date == "2026-12-01T09:30:00Z" for n in notes)
    assert [where(n)[:2] for n in notes] == [
        ("k.qmd", row(CHAPTER, "og ikke")),
        ("k.qmd", row(CHAPTER, "med sei")),
        ("k.qmd", row(CHAPTER, "handler om hyse")),
    ]


def test_a_table_and_its_caption_lead_to_the_table(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.comment("12", "Er dette riktig?")
    reader.comment("Fisk etter by", "Hvilket år?")
    notes = {n.text: n for n in comments.read(reader.save(), folder)}
    table = range(row(CHAPTER, "By "), row(CHAPTER, "Fisk etter") + 1)
    assert notes["Er dette riktig?"].place.line in table  # type: ignore[union-attr]
    assert notes["Hvilket år?"].place.line == row(CHAPTER, "Fisk etter")  # type: ignore[union-attr]


def test_a_change_in_a_note_leads_to_the_note(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    path = reader.save()
    edited = sent.part("word/footnotes.xml").decode()
    assert "svømmer i nord" in edited
    edited = re.sub(
        r"<w:r>(?:(?!<w:r>).)*?<w:t[^>]*>([^<]*svømmer[^<]*)</w:t></w:r>",
        lambda m: (
            '<w:ins w:id="9" w:author="Kari" w:date="2026-12-01T00:00:00Z"><w:r><w:t>Ny. </w:t></w:r></w:ins>'
            + m[0]
        ),
        edited,
        flags=re.S,
    )
    _put(path, "word/footnotes.xml", edited.encode())
    note = only(comments.read(path, folder))
    assert (note.kind, note.text) == ("inserted", "Ny. ")
    assert where(note)[:2] == ("k.qmd", row(CHAPTER, "En note om hyse"))


def test_the_file_may_have_been_edited_since(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.comment("abbor", "Hvor?")
    path = reader.save()
    edited = CHAPTER.replace("## Hyse", "Et nytt avsnitt.\n\nOg ett til.\n\n## Hyse")
    (folder / "k.qmd").write_text(edited, encoding="utf-8")
    assert where(only(comments.read(path, folder))) == ("k.qmd", row(edited, "abbor"), "bookmark")
    changed = edited.replace("Siste avsnitt handler", "Til slutt: Siste avsnitt handler")
    (folder / "k.qmd").write_text(changed, encoding="utf-8")
    assert where(only(comments.read(path, folder))) == ("k.qmd", row(changed, "abbor"), "text")


def test_words_are_looked_for_when_the_bookmarks_are_gone(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    for mark in list(reader.document.element.body.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
        mark.getparent().remove(mark)
    reader.comment("går fra linje", "Uten bokmerker")
    reader.comment("12", "Finnes bare som tall")
    first, second = sorted(comments.read(reader.save(), folder), key=lambda n: n.text, reverse=True)
    assert where(first) == ("k.qmd", row(CHAPTER, "går fra linje"), "text")
    assert second.place is None
    told = comments.report([first, second])
    assert "k.qmd:4 (funnet på ordlyden): Kommentar · Kari" in told and "(ukjent sted)" in told
    assert told.endswith("2 kommentarer, 0 endringer. 1 kunne ikke knyttes til en fil.")


def test_answers_stand_with_what_they_answer(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.comment("torsk i fjorden", "Hvilken fjord?")
    reader.comment("abbor", "Trondheimsfjorden", author="Ola")
    path = reader.save()
    text = _get(path, "word/comments.xml")
    names = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    text = text.replace("<w:comments ", f"<w:comments {names} ", 1)
    ids = iter(("00000001", "00000002"))
    text = re.sub(r"(<w:comment [^>]*>\s*)<w:p\b", lambda m: f'{m[1]}<w:p w14:paraId="{next(ids)}"', text)
    _put(path, "word/comments.xml", text.encode())
    _put(
        path,
        "word/commentsExtended.xml",
        b'<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
        b'<w15:commentEx w15:paraId="00000001" w15:done="1"/>'
        b'<w15:commentEx w15:paraId="00000002" w15:paraIdParent="00000001" w15:done="1"/></w15:commentsEx>',
    )
    note = only(comments.read(path, folder))
    assert note.resolved and note.replies == (("Ola", "Trondheimsfjorden"),)
    assert "↳ Ola: Trondheimsfjorden" in comments.report([note])


def test_what_was_put_in_and_taken_out_again_is_nothing(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.insert("torsk i fjorden", " og sild")
    inserted = next(reader.document.element.body.iter(qn("w:ins")))
    run = docx.text.run.Run(inserted[0], reader.paragraph("torsk i fjorden"))
    reader._wrap("del", run, "Kari")
    assert comments.read(reader.save(), folder) == []


def test_the_command_prints_and_gives_json(folder: Path, sent: Word) -> None:
    reader = Reader(sent.path)
    reader.comment("abbor", "Hvor?")
    path = reader.save()
    done = kvarto("comments", path, folder)
    assert done.returncode == 0, done.stderr
    line = row(CHAPTER, "abbor")
    assert f"k.qmd:{line}: Kommentar · Kari" in done.stdout and "    «abbor»\n    Hvor?" in done.stdout
    (told,) = json.loads(kvarto("comments", path, folder, "--json").stdout)
    assert told["place"] == {"path": "k.qmd", "line": line, "how": "bookmark"}
    assert (told["kind"], told["author"], told["text"]) == ("comment", "Kari", "Hvor?")
    assert kvarto("comments", sent.path, folder).stdout.startswith("Ingen kommentarer")


def test_a_file_that_is_no_docx_is_told_in_words(folder: Path, sent: Word) -> None:
    wrong = folder / "k.qmd"
    done = kvarto("comments", wrong, folder)
    assert done.returncode == 2 and "er ikke en Word-fil" in done.stderr and "Traceback" not in done.stderr
    gone = kvarto("comments", folder / "borte.docx", folder)
    assert gone.returncode == 2 and "finnes ikke" in gone.stderr


def _get(path: Path, name: str) -> str:
    return Word(path).part(name).decode()


def _put(path: Path, name: str, content: bytes) -> None:
    from kvarto.docx import package

    parts = package.load(path.read_bytes())
    parts[name] = content
    path.write_bytes(package.save(parts))
