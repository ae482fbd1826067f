"""A finished book, read file by file: is anything in it that the policy does not let through?

    leaks = scan(Path("privat/rapport/_book"), survey, ledger.read(…))

1. *Rows.* No file holds a run of answers as a respondent gave them, nor a question's answers one after the
   other.
2. *Figures and tables.* Each picture, table row and CSV line of a figure or table is, number for number, what
   the gate gives of these answers; so is the text of PDF and DOCX around them.
3. *Sums.* What has been shown, taken together, does not tell what was hidden (`storbynav.disclosure.audit`).
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from storbynav import figures, tables
from storbynav import formatting as f
from storbynav.catalogue import Catalogue, load_catalogue
from storbynav.disclosure import reading
from storbynav.disclosure.audit import Leak, audit
from storbynav.disclosure.gate import Gate
from storbynav.disclosure.ledger import Entry
from storbynav.disclosure.policy import policy
from storbynav.disclosure.reading import Page, Picture
from storbynav.figures import bundle, charts, style, words
from storbynav.figures.data import FigureData
from storbynav.survey import Survey
from storbynav.tables.files import table_csv
from storbynav.tables.model import Table

RUN = 12
"""Answers in a row that no accident repeats; twice as many of fewer than four different values."""

ROWS = "inneholder svar slik respondenter har gitt dem"

_NUMBERS = re.compile(r"(?<![\d.,])\d{1,2}(?:[^\d\w]{1,12}\d{1,2}(?![\d.]))+")
_VALUE = re.compile(rf"(?<![\d,])\d[\d{f.THIN_SPACE}]*(?:,\d+)?{f.HARD_SPACE}%")


@dataclass
class Result:
    """What was read and what was found."""

    files: int = 0
    checked: int = 0
    leaks: list[Leak] = field(default_factory=list)


def scan(
    folder: Path, survey: Survey, entries: Sequence[Entry], catalogue: Catalogue | None = None
) -> Result:
    """Read everything below `folder` and hold it against the answers and the policy.

    `catalogue`: the figures and tables of the book, by default those of the project.

    Raises
    ------
    ReadError
        A file that cannot be looked into.
    """
    rules = policy()
    result = Result(leaks=audit(entries, survey, rules))
    runs = Runs(survey)
    expected = Expected(survey, catalogue or load_catalogue())
    for page in reading.pages(folder):
        result.files += 1
        if runs.found(page.text) or any(runs.found(";".join(cells)) for cells, _ in page.rows):
            result.leaks.append(Leak(ROWS, page.name))
        for what in expected.wrong(page):
            result.leaks.append(Leak(what, page.name))
    result.checked = expected.checked
    listed = {entry.id for entry in entries if entry.output == "figures"}
    result.leaks += [
        Leak("figuren står i boken, men ikke i regnskapet over hva som er vist", ident)
        for ident in sorted(expected.met - listed)
    ]
    return result


def traces(root: Path, survey: Survey) -> list[Leak]:
    """Rows of answers in what a build leaves besides the book: figures, ledger, caches, log."""
    runs = Runs(survey)
    places = [root / "_figures", root / "_disclosure", root / ".kvarto", *root.glob("*.log")]
    files = (f for place in places for f in ([place] if place.is_file() else sorted(place.rglob("*"))))
    return [
        Leak(ROWS, file.relative_to(root).as_posix())
        for file in files
        if file.is_file() and runs.found(file.read_bytes().decode("utf-8", "replace"))
    ]


class Runs:
    """Runs of answers, by row (one respondent) and by column (one question), to be looked for in texts."""

    def __init__(self, survey: Survey) -> None:
        """From the answers of respondents and leaders."""
        self._known: set[tuple[int, ...]] = set()
        for table in ("survey", "leaders"):
            names = [v.id for v in survey.codebook.of(table)]
            frame = survey.frame if table == "survey" else survey.leaders
            values = frame[names].to_numpy(dtype=np.float64)
            for lines in (values, values.T):
                for line in lines:
                    self._known.update(_grams(line[~np.isnan(line)].astype(int).tolist()))

    def found(self, text: str) -> bool:
        """Whether a text holds such a run, however it is set off: commas, blanks, cells of a table."""
        for match in _NUMBERS.finditer(text):
            numbers = [int(part) for part in re.findall(r"\d+", match[0])]
            if any(gram in self._known for gram in _grams(numbers)):
                return True
        return False


def _grams(line: Sequence[int]) -> Iterator[tuple[int, ...]]:
    for start in range(len(line) - RUN + 1):
        run = tuple(line[start : start + RUN])
        if len(set(run)) >= 4:
            yield run
        elif len(set(run)) > 1 and len(line) >= start + 2 * RUN:
            yield tuple(line[start : start + 2 * RUN])


class Expected:
    """What the gate lets through of every figure and table, to be held against what is written."""

    def __init__(self, survey: Survey, catalogue: Catalogue) -> None:
        """Compute all figures and tables of the catalogue as they may be shown, and as they are."""
        self.checked = 0
        self.met: set[str] = set()
        self._figures = {row.id: figures.compute(row, survey) for row in catalogue.figures.values()}
        self._whole = {
            row.id: figures.compute(row, survey, gate=Gate(None)) for row in catalogue.figures.values()
        }
        self._labels = {bundle.label(data): ident for ident, data in self._figures.items()}
        self._pictures = {ident: _texts(data) for ident, data in self._figures.items()}
        self._lines = {ident: _csv(bundle.table_csv(data)) for ident, data in self._figures.items()}
        self._tables = {row.id: tables.build(row, survey) for row in catalogue.tables.values()}
        self._hidden_tables = {
            f"tbl-{ident.replace('_', '-')}": _table_rows(table)
            for ident, table in self._tables.items()
            if any(cell.hidden for cell in table.cells)
        }
        self._names = {  # of tables in a DOCX, by their captions
            _plain(table.row.caption): f"tbl-{ident.replace('_', '-')}"
            for ident, table in self._tables.items()
        }
        self._alts = {ident: str(words.alt(data)) for ident, data in self._figures.items()}
        self._secret = self._hidden_values()

    def wrong(self, page: Page) -> Iterator[str]:
        """What a page says of a figure or table that it must not."""
        for picture in page.pictures:
            ident = self._figure_of(picture.inside) or self._by_path(page.name) or self._by_words(picture)
            if picture.texts is None:
                ident = self._by_nearest(picture.label)
            if ident in self._figures:
                self.met.add(ident)
                self.checked += 1
                yield from self._picture(ident, picture)
        for cells, inside in page.rows:
            yield from self._row(cells, inside, page.name)
        if page.name.split(",")[0].endswith((".pdf", "word/document.xml", "word/footnotes.xml")):
            yield from self._around(page)
        elif page.name.endswith(".png") or re.search(r"docProps/|word/(comments|header|footer)", page.name):
            yield from self._aside(page)

    def _picture(self, ident: str, picture: Picture) -> Iterator[str]:
        allowed = self._pictures[ident]
        shown = allowed[0] if picture.texts is None else Counter(picture.texts)
        if not any(shown == texts for texts in allowed):
            nearest = min(allowed, key=lambda texts: sum((shown - texts).values()))
            strange = sorted((shown - nearest).keys()) or sorted((nearest - shown).keys())
            yield f"figur {ident}: bildet viser noe annet enn reglene slipper gjennom: {', '.join(strange)}"
        if picture.label and picture.label != self._alts[ident]:
            yield f"figur {ident}: den alternative teksten er ikke den reglene slipper gjennom"

    def _row(self, cells: tuple[str, ...], inside: Iterable[str], name: str) -> Iterator[str]:
        plain = tuple(_plain(cell) for cell in cells)
        for ident in self._figures.keys() & set(cells):  # a line of a figure's CSV, alone or among others
            self.checked += 1
            told = Counter(cell for cell in plain if cell)
            if not any(not (line - told) and _only(told - line) for line in self._lines[ident]):
                yield f"figur {ident}: linjen «{' | '.join(c for c in cells if c)}» er ikke den som kan vises"
        named = {self._names.get(_plain(one.partition(": ")[2]), "") for one in inside}
        for label in {*inside, *named, Path(name).stem} - {""}:
            if label in self._hidden_tables:
                self.checked += 1
                rows = self._hidden_tables[label]
                if plain and plain[0] in rows and not _same(plain[1:], rows[plain[0]]):
                    yield f"tabell {label}: raden «{cells[0]}» er ikke den som kan vises"
            elif (ident := self._labels.get(label, "")) and plain:
                self.checked += 1
                yield from self._figure_row(ident, plain)

    def _figure_row(self, ident: str, plain: tuple[str, ...]) -> Iterator[str]:
        """A row of the table under a figure on the site."""
        data = self._figures[ident]
        allowed = {tuple(_plain(str(cell)) for cell in row) for row in bundle.table(data)["rows"]}
        heads = {row[0] for row in allowed}
        if plain[0] in heads and plain not in allowed:
            yield f"figur {ident}: raden «{plain[0]}» under figuren er ikke den som kan vises"

    def _around(self, page: Page) -> Iterator[str]:
        """Values on a page of the PDF, or in the DOCX, that only a hidden bar of a figure there has."""
        text = _plain(page.text)
        here = [data for data in self._figures.values() if _plain(data.row.caption) in text]
        for data in here:
            whole = self._whole[data.row.id]
            known = " ".join(str(words.alt(one)) + str(words.note(one)) for one in here)
            shown = {str(one.value_text(bar)) for one in here for bar in one.bars}
            shown |= set(_VALUE.findall(known))
            for row, raw in zip(data.rows, _like(whole, data), strict=True):
                for bar, was in zip(row.bars, raw.bars, strict=True):
                    value = str(whole.value_text(was))
                    if bar.hidden and data.unit == "percent" and value not in shown:
                        pattern = rf"(?<![\d,]){re.escape(_plain(value))}"
                        if re.search(pattern, text):
                            yield f"figur {data.row.id}: siden viser {value}, som bare en skjult søyle har"

    def _aside(self, page: Page) -> Iterator[str]:
        """Values where no number of the survey belongs: properties, comments, what a PNG carries."""
        found = {_plain(value) for value in _VALUE.findall(page.text)}
        for value in sorted(found & self._secret):
            yield f"viser {value}, som bare en skjult søyle har"

    def _hidden_values(self) -> frozenset[str]:
        """Shares that hidden bars have and no shown one of the same figure."""
        secret = set()
        for data in self._figures.values():
            whole = self._whole[data.row.id]
            shown = {str(data.value_text(bar)) for bar in data.bars}
            for row, raw in zip(data.rows, _like(whole, data), strict=True):
                for bar, was in zip(row.bars, raw.bars, strict=True):
                    if bar.hidden and data.unit == "percent" and str(whole.value_text(was)) not in shown:
                        secret.add(_plain(str(whole.value_text(was))))
        return frozenset(secret)

    def _by_nearest(self, label: str) -> str:
        """The figure whose alternative text, hidden values and all, is most like the label."""
        known = {str(words.alt(data)): ident for ident, data in self._whole.items()} | {
            text: ident for ident, text in self._alts.items()
        }
        near = difflib.get_close_matches(label, known, 1, cutoff=0.8) if label not in known else [label]
        return known[near[0]] if near else ""

    def _figure_of(self, inside: Iterable[str]) -> str:
        return next((self._labels[one] for one in inside if one in self._labels), "")

    def _by_path(self, name: str) -> str:
        return next((part for part in Path(name).parts if part in self._figures), "")

    def _by_words(self, picture: Picture) -> str:
        """A picture that stands alone is known by its alternative text."""
        return next((ident for ident, text in self._alts.items() if text == picture.label), "")


def _texts(data: FigureData) -> list[Counter[str]]:
    with style.drawing():
        return [
            Counter(line.text.strip() for line in charts.draw(data, variant).texts)
            for variant in (style.WIDE, style.NARROW)
        ]


def _csv(content: bytes) -> list[Counter[str]]:
    page = next(reading.document("data.csv", content))
    return [Counter(_plain(cell) for cell in cells if cell) for cells, _ in page.rows[1:]]


def _only(extra: Counter[str]) -> bool:
    """What a united file adds to a line: its figure's number and title, never another number."""
    return not any(re.fullmatch(r"[\d,.]+ ?%?", cell) for cell in extra)


def _table_rows(table: Table) -> dict[str, tuple[str, ...]]:
    page = next(reading.document("table.csv", table_csv(table)))
    return {_plain(cells[0]): tuple(_plain(cell) for cell in cells[1:-1]) for cells, _ in page.rows[1:]}


def _same(cells: tuple[str, ...], allowed: tuple[str, ...]) -> bool:
    return cells[: len(allowed)] == allowed


def _like(whole: FigureData, data: FigureData) -> list[figures.BarRow]:
    """The rows of the unprotected figure in the order of the protected one."""
    rows = {row.key: row for row in whole.rows}
    return [rows[row.key] for row in data.rows]


def _plain(text: str) -> str:
    return " ".join(text.replace(f.THIN_SPACE, "").replace(f.HARD_SPACE, " ").split())
