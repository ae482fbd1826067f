"""Labels and texts from data are data: as text in the page, the PDF, Word, CSV and the alternative text."""

from __future__ import annotations

import csv
import html.parser
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest

from kvarto.build import Order, build
from storbynav import formatting as f
from storbynav import paths
from storbynav.catalogue import load_catalogue
from storbynav.codebook import Codebook, load_codebook
from storbynav.figures import FigureData, bundle
from storbynav.formatting import Text
from storbynav.report.markdown import image
from storbynav.survey import Survey
from storbynav.survey import build as build_survey
from storbynav.tables import build as build_table
from storbynav.tables import markdown
from storbynav.tables.files import table_csv
from tests.kvarto.book import HEAD, make
from tests.storbynav.conftest import Tables
from tests.storbynav.hostile import CONTROLS, CONTROLS_PLAIN, FORMULAS, LABELS, NUMBERS, RIGHT_TO_LEFT

ALL = {**LABELS, "controls": f.plain(CONTROLS), "rtl": RIGHT_TO_LEFT}


class Page(html.parser.HTMLParser):
    """The words of a page, its tags and its alternative texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.alts: list[str] = []
        self.handlers: list[str] = []
        self.links: list[str] = []
        self.classes: list[str] = []
        self._silent = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self._silent += tag in ("script", "style")
        self.links += [value or "" for name, value in attrs if name == "href"]
        self.classes += [value or "" for name, value in attrs if name == "class"]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.alts += [value or "" for name, value in attrs if name in ("alt", "aria-label")]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def squeezed(text: str) -> str:
    """Without white space, soft hyphens and the marks that line breaks leave in a PDF."""
    return re.sub(r"[\s\u00ad\u200b\ufffe\u2060]", "", text)


def book(folder: Path, figures: list[FigureData], table: Any) -> str:
    """A chapter that shows every label in each way that the report shows labels."""
    lines = ["# K\n"]
    for name, label in ALL.items():
        lines.append(f"{Text(label)._repr_markdown_()}\n")
        lines.append(f"Midt i teksten: {Text(label)._repr_markdown_()}, slutt på {name}.\n")
    for number, figure in enumerate(figures):
        written = bundle.write(figure, folder / f"_figures/f{number}")
        shown = str(image(paths.ROOT / f"_figures/f{number}", written))
        caption = Text(figure.row.caption)._repr_markdown_()
        lines.append(f"::::: {{#fig-{number}}}\n{shown}\n\n{caption}\n:::::\n")
    lines.append(
        f"::::: {{#tbl-prove}}\n{markdown(table, '')}\n\n{Text(ALL['div'])._repr_markdown_()}\n:::::\n"
    )
    return "\n".join(lines)


def relabelled(data: FigureData, rows: list[str], groups: list[str]) -> FigureData:
    """The figure with these labels of its rows and of its bars' groups (in turn, as many as there are)."""
    made = []
    for row, label in zip(data.rows, rows * len(data.rows), strict=False):
        bars = row.bars
        if groups:
            bars = tuple(replace(bar, label=group) for bar, group in zip(bars, groups, strict=True))
        made.append(replace(row, label=label, short=label, bars=bars))
    return replace(data, rows=tuple(made), row=replace(data.row, caption=rows[0]))


@pytest.fixture(scope="module")
def figures(make_data: Callable[..., FigureData]) -> list[FigureData]:
    """Every label as a row of some figure, and two as the groups of another."""
    labels = list(ALL.values())
    ten, two = make_data("v1_20", *range(20, 30)), make_data("v1_16", 71.1, 65, 64.3, 59.2, 62.6, 61.9)
    made = [relabelled(ten, labels[k : k + 10], []) for k in range(0, len(labels), 10)]
    return [*made, relabelled(two, labels[-3:], [LABELS["handler"], LABELS["markdown"]])]


@pytest.fixture(scope="module")
def figure(figures: list[FigureData]) -> FigureData:
    return figures[0]


@pytest.fixture(scope="module")
def table(survey: Survey) -> Any:
    made = build_table(load_catalogue().table("v1_1"), survey, calibrated=True)
    labels = list(ALL.values())
    lines = [replace(made.lines[0], header=label, whole="") for label in labels]
    columns = tuple(
        replace(column, header=label) for column, label in zip(made.columns, labels, strict=False)
    )
    return replace(made, lines=tuple(lines), columns=columns, notes=(*labels,))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, figures: list[FigureData], table: Any) -> Path:
    folder = tmp_path_factory.mktemp("bok")
    make(folder, config=HEAD + "  docx: default\n")
    (folder / "k.qmd").write_text(book(folder, figures, table), encoding="utf-8")
    outcome = build(folder, Order())
    assert outcome.code == 0, outcome.faults.report()
    return folder


def test_a_page_shows_the_words_and_nothing_else(built: Path) -> None:
    text = (built / "_book/k.html").read_text(encoding="utf-8")
    page = Page(text)
    words = "".join(page.words)
    for name, label in ALL.items():
        assert words.count(label) >= 4, f"{name}: {label}"
    assert page.handlers == []
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", text)
    assert "root:" not in words and "<script>alert" not in text
    assert not [link for link in page.links if not re.match(r"[\w./#-]+$|data:,$", link)]
    assert not {"callout", "smallcaps"} & {word for names in page.classes for word in names.split()}
    other = Page((built / "_book/index.html").read_text(encoding="utf-8"))
    assert page.tags.count("script") == other.tags.count("script")
    assert not set(page.tags) & {"iframe", "object", "embed", "form", "base", "i", "b", "del", "sub"}


def test_the_alternative_text_is_the_words(built: Path) -> None:
    page = Page((built / "_book/k.html").read_text(encoding="utf-8"))
    told = [json.loads(p.read_text(encoding="utf-8"))["alt"] for p in built.glob("_figures/*/figure.json")]
    assert len(told) == 4
    for alt in told:
        assert alt in page.alts or alt in page.words
    assert sum(label in alt for label in ALL.values() for alt in told) > 10


def test_the_pdf_shows_the_words(built: Path) -> None:
    pdf = pypdfium2.PdfDocument(built / "_book/Prøvebok.pdf")
    words = squeezed("".join(page.get_textpage().get_text_range() for page in pdf))
    for name, label in ALL.items():
        if name != "rtl":  # comes out, but in what order is the reader's affair
            assert squeezed(label) in words, name
    assert "root:" not in words


def test_word_shows_the_words(built: Path) -> None:
    with zipfile.ZipFile(next((built / "_book").glob("*.docx"))) as archive:
        root = ElementTree.fromstring(archive.read("word/document.xml"))
    words = squeezed("".join(root.itertext()))
    for name, label in ALL.items():
        assert squeezed(label) in words, name


def test_pictures_are_well_formed_and_show_the_words(built: Path, figures: list[FigureData]) -> None:
    for number, figure in enumerate(figures):
        for name in ("wide.svg", "narrow.svg"):
            root = ElementTree.parse(built / f"_figures/f{number}" / name).getroot()
            texts = [element for element in root.iter() if element.tag.endswith("}text")]
            words = squeezed("".join("".join(text.itertext()) for text in texts))
            assert [row.label for row in figure.rows if squeezed(row.label) not in words] == []
            tags = {element.tag.rpartition("}")[2] for element in root.iter()}
            assert tags <= {"svg", "desc", "g", "path", "text"}


def rows(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_is_a_formula(text: str, figure: FigureData, table: Any) -> None:
    row = replace(figure.rows[0], label=text)
    bar = replace(figure.rows[0].bars[0], label=text)
    cells = rows(bundle.table_csv(replace(figure, rows=(replace(row, bars=(bar,)),))))
    cells += rows(table_csv(replace(table, lines=(replace(table.lines[0], header=text, whole=""),))))
    shown = [cell for line in cells for cell in line]
    assert shown.count("'" + f.plain(text)) == 3
    assert not [c for c in shown if re.match(r"\s*[=+\-@\t\r]", c) and not re.fullmatch(r"[-+\d\s,.%*]+", c)]
    assert all(len(line) == len(cells[0]) for line in cells[:2])


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_stay_numbers_in_a_csv(text: str) -> None:
    assert f.csv_row([text, -3, None]) == [text, -3, None]


def test_control_characters_and_turned_text_are_taken_away() -> None:
    assert f.plain(CONTROLS) == CONTROLS_PLAIN
    assert f.plain(f"{RIGHT_TO_LEFT} æ\u00a0ø\u202få") == f"{RIGHT_TO_LEFT} æ\u00a0ø\u202få"


def test_the_names_of_offices_and_questions_are_read_so(
    tables: Tables, codebook: Codebook, tmp_path: Path
) -> None:
    survey, offices, leaders = (frame.copy() for frame in tables)
    offices.loc[0, "name"] = CONTROLS
    loaded = build_survey(survey, offices, leaders, codebook=codebook)
    assert loaded.offices["name"].iloc[0] == CONTROLS_PLAIN
    text = paths.CODEBOOK_FILE.read_text(encoding="utf-8")
    label = next(v for v in codebook.of("survey")).label
    changed = tmp_path / "codebook.yml"
    changed.write_text(text.replace(label, "x\u202ey", 1), encoding="utf-8")
    assert next(v for v in load_codebook(changed).of("survey")).label == "xy"
