"""What the rest of a book can see of a chapter, kept between builds of a preview.

A text edit then costs the tree of its own chapter: each of the others is stood in for by its labels, headings
and citations, which is all that the edited chapter may refer to. Whether the edit touched anything that
another page shows is told by `Memory.alike`.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable
from dataclasses import dataclass, field

from kvarto.execute.result import Executed
from kvarto.faults import Fault, Faults
from kvarto.project import Chapter
from kvarto.structure import ast
from kvarto.structure.base import Citation, Draft
from kvarto.structure.locate import Locator
from kvarto.structure.model import Heading, Label


@dataclass
class _Face:
    """A chapter before its references are filled in. cites: citations as bytes, and whether in a note."""

    labels: list[Label]
    ids: dict[str, Label]
    headings: list[Heading]
    cites: list[tuple[bytes, bool]]
    lists_references: bool
    seen: str
    faults: list[Fault] = field(default_factory=list)


class Memory:
    """The chapters of one book in one format, as they were when last walked."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._faces: dict[str, _Face] = {}
        self.alike = False
        """Whether every chapter that the last build walked shows the others what it showed before."""

    def begin(self) -> None:
        """A build begins."""
        self.alike = True

    def note(self, draft: Draft) -> None:
        """Remember a chapter that has been walked, before anything in it is filled in."""
        cites = [c.cite["c"] for c in draft.citations]
        notes = [c.in_note for c in draft.citations]
        listed = draft.refs_div is not None
        seen = repr((draft.labels, draft.ids, draft.headings, cites, notes, listed))
        before = self._faces.get(draft.chapter.id)
        self.alike = self.alike and before is not None and before.seen == seen
        kept = [(marshal.dumps(c), note) for c, note in zip(cites, notes, strict=True)]
        face = _Face(draft.labels, draft.ids, draft.headings, kept, listed, seen)
        self._faces[draft.chapter.id] = face

    def blame(self, ident: str, faults: Iterable[Fault]) -> None:
        """Remember what was wrong in a chapter."""
        if ident in self._faces:
            self._faces[ident].faults = list(faults)

    def stand_in(self, chapter: Chapter, executed: Executed | None, fmt: str) -> Draft | None:
        """A chapter that was not edited, without its text; None when it is not known."""
        face = self._faces.get(chapter.id)
        if face is None:
            return None
        return Draft(
            chapter,
            [],
            face.headings,
            face.labels,
            [],
            [Citation({"t": "Cite", "c": marshal.loads(cite)}, note) for cite, note in face.cites],
            [],
            ast.div(ast.attr("refs"), []) if face.lists_references else None,
            Locator(executed, fmt, chapter.id, Faults()),  # its faults are known: they are not told twice
            face.ids,
        )

    def faults(self, ident: str) -> list[Fault]:
        """What was wrong in a chapter when it was walked."""
        return self._faces[ident].faults
