"""What a publication says of itself, said once: the key `publication:` and the book's title, author and date.

    facts = of(book)                     # None for a book without `publication:`
    facts.url, facts.isbn                # None where nothing is given
    facts.original.authors, facts.licence.text
    unset(book)                          # the open places, as notes for `kvarto check`

The keys stand in one file under `metadata-files` (publication.yml; docs/publikasjon.md explains each). A book
with the key is a publication, and then it is checked: an unknown key, a wrong type, a date that is none, or a
number with a wrong check digit is a fault with file and line. A place that nobody has filled is no fault: it
is printed as «ikke oppgitt» and listed.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kvarto.faults import Faults
from kvarto.yamlio import Doc, Keys

if TYPE_CHECKING:
    from kvarto.project import Book

KEY = "publication"


@dataclass(frozen=True)
class Field:
    """A key: what it is (for messages), whether it must be given, whether its absence is told.

    kind: `text`, `list` (of texts), `people` (list of given and family), or a name of `_FORMS`.
    """

    what: str
    kind: str = "text"
    required: bool = False
    open: bool = False


FIELDS: dict[tuple[str, ...], Field] = {
    ("edition",): Field("utgavens nummer", required=True),
    ("kind",): Field("hva slags utgave det er (på omslaget)", required=True),
    ("language",): Field("språket", "language", required=True),
    ("publisher",): Field("utgiver", open=True),
    ("contact",): Field("kontakt (e-post eller nettadresse)", "contact", open=True),
    ("url",): Field("nettstedets adresse", "url", open=True),
    ("repository",): Field("adressen til kildekoden", "url", open=True),
    ("series",): Field("serien utgaven står i", open=True),
    ("isbn",): Field("ISBN", "isbn", open=True),
    ("issn",): Field("ISSN for serien", "issn", open=True),
    ("doi",): Field("DOI", "doi", open=True),
    ("description",): Field("en setning eller to om boken, for søk og metadata", required=True),
    ("keywords",): Field("emneord", "list", required=True),
    ("statement",): Field("hvem som står bak, i kolofonen", required=True),
    ("summary",): Field("et avsnitt om boken, på baksiden", required=True),
    ("original", "title"): Field("originalens tittel", required=True),
    ("original", "authors"): Field("originalens forfattere", "people", required=True),
    ("original", "authors-text"): Field("forfatterne slik de leses", required=True),
    ("original", "institute"): Field("originalens institutt", required=True),
    ("original", "institute-short"): Field("instituttets forkortelse"),
    ("original", "series"): Field("originalens serie og nummer", required=True),
    ("original", "year"): Field("året originalen kom", "year", required=True),
    ("original", "client"): Field("originalens oppdragsgiver", required=True),
    ("licence", "text"): Field("lisens for tekst, figurer og data", required=True),
    ("licence", "text-name"): Field("lisensens fulle navn"),
    ("licence", "text-url"): Field("adressen til lisensen", "url"),
    ("licence", "code"): Field("lisens for programkoden", required=True),
    ("licence", "code-url"): Field("adressen til kodens lisens", "url"),
    ("licence", "fonts"): Field("lisens for skriftene", required=True),
    ("licence", "fonts-url"): Field("adressen til skriftenes lisens", "url"),
}
"""Every key under `publication:`. `original` as a whole may be left out: not every book retells another."""

_PARTS = tuple({path[0] for path in FIELDS if len(path) > 1})


@dataclass(frozen=True)
class Person:
    """An author of the original."""

    given: str
    family: str


@dataclass(frozen=True)
class Original:
    """The work that this book retells."""

    title: str
    authors: tuple[Person, ...]
    authors_text: str
    institute: str
    institute_short: str | None
    series: str
    year: str
    client: str


@dataclass(frozen=True)
class Licence:
    """Short names («CC BY 4.0», «MIT», «OFL 1.1»), with a full name and addresses where given."""

    text: str
    text_name: str | None
    text_url: str | None
    code: str
    code_url: str | None
    fonts: str
    fonts_url: str | None


@dataclass(frozen=True)
class Publication:
    """The facts, ready to print; None where nothing is given. Title, author and date are the book's own."""

    edition: str
    kind: str
    language: str
    publisher: str | None
    contact: str | None
    url: str | None
    repository: str | None
    series: str | None
    isbn: str | None
    issn: str | None
    doi: str | None
    description: str
    keywords: tuple[str, ...]
    statement: str
    summary: str
    original: Original | None
    licence: Licence


def of(book: Book) -> Publication | None:
    """The book's publication; None when it says nothing of it. Missing texts are "" (a fault tells)."""
    data = book.meta.get(KEY)
    if not isinstance(data, dict):
        return None

    def values(part: tuple[str, ...]) -> dict[str, Any]:
        at = _get(data, part)
        return {
            path[-1].replace("-", "_"): _typed(_get(at, path[-1:]), field)
            for path, field in FIELDS.items()
            if path[:-1] == part
        }

    original = Original(**values(("original",))) if data.get("original") else None
    return Publication(**values(()), original=original, licence=Licence(**values(("licence",))))


def unset(book: Book) -> Faults:
    """A note for each open place, where it could be filled in. Nothing for a book without `publication:`."""
    notes = Faults()
    data = book.meta.get(KEY)
    for path, field in FIELDS.items() if isinstance(data, dict) else ():
        if field.open and _empty(_get(data, path)):
            file, line = book.doc.place(KEY, *path)
            name = ": ".join((KEY, *path))
            notes.add(file, line, f"«{name}» er ikke oppgitt: {field.what}.", kind="unset", severity="note")
    return notes


def check(doc: Doc, faults: Faults) -> None:
    """Record what is wrong with the publication in a book's metadata (`doc` merged, with its origins)."""
    data = doc.data.get(KEY)
    if data is None:
        return

    def wrong(keys: Keys, what: str, why: str = "", fix: str = "") -> None:
        faults.add(*doc.place(*keys), what, why, fix, kind="publication")

    if not isinstance(data, dict):
        wrong((KEY,), "«publication» har feil type.", fix="Skriv nøkler med verdier, innrykket under.")
        return
    _check_keys(data, (), wrong)
    for path, field in FIELDS.items():
        if path[0] == "original" and _empty(data.get("original")):
            continue
        _check_field((KEY, *path), _get(data, path), field, wrong)
    for key in ("title", "date"):
        if _empty(_get(doc.data, ("book", key))):
            wrong((KEY,), f"«book: {key}» mangler.", fix="Skriv den inn under book:, i samme fil.")
    date = str(_get(doc.data, ("book", "date")) or "")
    if date and not _is_date(date):
        wrong(
            ("book", "date"),
            f"«book: date» er ingen dato: {date}.",
            "Byggingen bruker denne datoen og ingen annen, så den må stå der som tall.",
            "Skriv år-måned-dag, for eksempel 2026-11-22.",
        )
    language, lang = data.get("language"), doc.data.get("lang")
    if language and lang and language != lang:
        what = f"«publication: language» er {language}, men bokens lang: er {lang}."
        wrong((KEY, "language"), what, fix="Skriv det samme.")
    _check_names(data, wrong)


Wrong = Callable[..., None]


def _check_keys(data: dict[str, Any], part: tuple[str, ...], wrong: Wrong) -> None:
    """Unknown keys: they would be lost without a word."""
    known = {path[len(part)] for path in FIELDS if path[: len(part)] == part}
    for key, value in data.items():
        path = (*part, str(key))
        if key not in known:
            near = difflib.get_close_matches(str(key), known, 1)
            wrong(
                (KEY, *path),
                f"Ukjent nøkkel «{': '.join((KEY, *path))}».",
                f"Nøklene er {', '.join(sorted(known))}.",
                f"Mente du «{near[0]}»?" if near else "Fjern den.",
            )
        elif not part and key in _PARTS and isinstance(value, dict):
            _check_keys(value, path, wrong)


def _check_field(keys: tuple[str, ...], value: Any, field: Field, wrong: Wrong) -> None:
    name = ": ".join(keys)
    if _empty(value):
        if field.required:
            wrong(keys, f"«{name}» mangler.", f"Her skal stå {field.what}.", "Skriv den inn.")
        return
    if field.kind == "list":
        if not isinstance(value, list) or not all(_is_text(v) for v in value):
            wrong(keys, f"«{name}» har feil type.", "Her skal stå en liste av tekster.", "Skriv [ett, to].")
        return
    if field.kind == "people":
        fix = "Skriv - {given: Kari, family: Nordmann}."
        if not isinstance(value, list):
            wrong(keys, f"«{name}» har feil type.", "Her skal stå en liste av personer.", fix)
        for i, person in enumerate(value if isinstance(value, list) else []):
            if not isinstance(person, dict) or set(person) != {"given", "family"}:
                wrong((*keys, i), f"«{name}» har noe annet enn en person: {person}.", fix=fix)
        return
    if not _is_text(value):
        wrong(keys, f"«{name}» har feil type.", f"Leste {value!r}; her skal det stå tekst.")
        return
    form = _FORMS.get(field.kind)
    if form and not form[0](str(value).strip()):
        wrong(keys, f"«{name}» er ikke {form[1]}: {value}.", fix=form[2])


def _check_names(data: dict[str, Any], wrong: Wrong) -> None:
    """The authors as data and as text are the same people."""
    original = data.get("original")
    if not isinstance(original, dict) or not isinstance(original.get("authors"), list):
        return
    text = str(original.get("authors-text") or "")
    for i, person in enumerate(original["authors"]):
        name = f"{person.get('given')} {person.get('family')}" if isinstance(person, dict) else ""
        if name and text and name not in text:
            what = f"{name} står i authors, men ikke i authors-text."
            wrong((KEY, "original", "authors", i), what, fix="Skriv de samme navnene begge steder.")


def _get(data: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _is_text(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _typed(value: Any, field: Field) -> Any:
    """A value as `Publication` holds it."""
    if field.kind == "people":
        rows = [p for p in value if isinstance(p, dict)] if isinstance(value, list) else []
        return tuple(Person(str(p.get("given", "")), str(p.get("family", ""))) for p in rows)
    if field.kind == "list":
        return tuple(str(v) for v in value) if isinstance(value, list) else ()
    if _empty(value):
        return "" if field.required else None
    return str(value).strip()


# --- forms --------------------------------------------------------------------------------------------------


def _is_date(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_isbn(text: str) -> bool:
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"97[89]\d{10}", digits):
        return False
    return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits)) % 10 == 0


def _is_issn(text: str) -> bool:
    m = re.fullmatch(r"(\d{4})-(\d{3}[\dX])", text)
    if not m:
        return False
    total = sum((10 if d == "X" else int(d)) * (8 - i) for i, d in enumerate(m[1] + m[2]))
    return total % 11 == 0


def _is_url(text: str) -> bool:
    return bool(re.fullmatch(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?", text))


def _is_contact(text: str) -> bool:
    return _is_url(text) or bool(re.fullmatch(r"[^\s@]+@[^\s@]+\.[^\s@.]+", text))


_FORMS: dict[str, tuple[Callable[[str], bool], str, str]] = {
    "url": (_is_url, "en nettadresse", "Skriv hele adressen, fra https:// av."),
    "contact": (_is_contact, "en e-postadresse eller nettadresse", "Skriv navn@sted.no eller https://…"),
    "isbn": (_is_isbn, "et ISBN med 13 sifre som stemmer", "Se etter en tastefeil."),
    "issn": (_is_issn, "et ISSN som stemmer", "Skriv det slik: 0378-5955."),
    "doi": (
        lambda text: bool(re.fullmatch(r"10\.\d{4,9}/\S+", text)),
        "en DOI",
        "Skriv den uten adressen foran, slik: 10.1234/abcd.",
    ),
    "year": (lambda text: bool(re.fullmatch(r"(18|19|20)\d\d", text)), "et årstall", "Skriv fire sifre."),
    "language": (
        lambda text: bool(re.fullmatch(r"[a-z]{2,3}(-[A-Z]{2})?", text)),
        "en språkkode",
        "Skriv den slik: nb-NO.",
    ),
}
