"""Comments and changes as text for a terminal."""

from __future__ import annotations

from kvarto.comments.notes import BROKEN, COMMENT, DELETED, INSERTED, JOINED, REPLACED, Note

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
