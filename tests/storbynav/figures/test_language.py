"""The rules of `storbynav.figures.style`, measured on every figure of the report, synthetic and real."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from functools import lru_cache
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.catalogue import load_catalogue
from storbynav.figures import FigureData, charts, compute, overview, overview_chart, style, write
from storbynav.figures.sheet import Sheet
from storbynav.survey import Provenance, Survey, load
from tests.storbynav.figures.apart import assert_apart
from tests.storbynav.figures.contrast import contrast

VARIANTS = (style.WIDE, style.NARROW, style.PAGE)
FIGURES = [(ident, kind) for ident in load_catalogue().figures for kind in ("synthetic", "real")]
CSS = paths.ROOT / "_extensions" / "storby" / "html" / "storby.css"
SOLID = ("primary", "secondary", "tertiary", "disagree-strong", "disagree", "neither", "agree")
INKS = ("ink", "muted")


@lru_cache(maxsize=2)
def survey_of(kind: str) -> Survey:
    """The shipped answers, as they are or declared real."""
    from dataclasses import replace

    shipped = load()
    return shipped if kind == "synthetic" else replace(shipped, provenance=Provenance(kind="real"))


@lru_cache(maxsize=128)
def computed(ident: str, kind: str) -> FigureData:
    return compute(load_catalogue().figure(ident), survey_of(kind), calibrated=True)


def sheets() -> dict[str, Sheet]:
    """Every picture of the report in every variant."""
    found = {
        f"{ident} {kind} {variant.name}": charts.draw(computed(ident, kind), variant)
        for ident, kind in FIGURES
        for variant in VARIANTS
    }
    made = overview.make(load_catalogue(), survey_of("synthetic"))
    return found | {f"hovedfunn {v.name}": overview_chart.draw(made, v) for v in VARIANTS}


@pytest.fixture(scope="module", name="sheets")
def all_sheets() -> dict[str, Sheet]:
    return sheets()


def test_text_is_readable_on_paper_and_on_a_phone(sheets: dict[str, Sheet]) -> None:
    """8 pt at 13.2 cm, and at 16 cm; 13 px at a picture of 288 px, which a page of 320 px leaves."""
    for name, sheet in sheets.items():
        smallest = min(line.size for line in sheet.texts)
        if sheet.variant is style.NARROW:
            assert smallest * 288 / sheet.variant.width >= 13, name
        else:
            assert smallest * 13.2 / 16 >= 8, name


def test_texts_are_apart(sheets: dict[str, Sheet]) -> None:
    for sheet in sheets.values():
        assert_apart(sheet)


def test_nothing_leaves_the_picture(sheets: dict[str, Sheet]) -> None:
    for name, sheet in sheets.items():
        low = -sheet.variant.margin
        right, bottom = (low + side for side in sheet.size)
        for line in sheet.texts:
            assert low - 0.01 <= line.x and line.x + line.width <= right + 0.5, (name, line.text)
            assert low <= line.y - 0.6 * line.size and line.y <= bottom, (name, line.text)
        for box in sheet.boxes:
            assert low - 0.01 <= box.x and box.x + box.width <= right + 0.01, name
            assert low <= box.y and box.y + box.height <= bottom, name
        for stroke in sheet.strokes:
            for x, y in (stroke.start, stroke.end):
                assert low <= x <= right and low <= y <= bottom, name


def test_no_picture_is_taller_than_a_page(sheets: dict[str, Sheet]) -> None:
    """22 cm leave room for the caption and the note on the page of the PDF."""
    for name, sheet in sheets.items():
        if sheet.variant is style.WIDE:
            assert sheet.size[1] / style.POINTS_PER_CM <= 20, name


def test_colours_are_those_of_the_palette(sheets: dict[str, Sheet]) -> None:
    for name, sheet in sheets.items():
        used = {box.fill for box in sheet.boxes} | {box.edge for box in sheet.boxes if box.edge}
        used |= {line.colour for line in sheet.texts} | {stroke.colour for stroke in sheet.strokes}
        used |= {dot.colour for dot in sheet.dots}
        assert used <= set(style.PALETTE), name


def test_bars_start_in_one_line_down_the_report(sheets: dict[str, Sheet]) -> None:
    """Wide: one line for items with one bar, one for groups; the panels of offices have their own."""
    starts: dict[bool, set[float]] = {True: set(), False: set()}
    for ident, _ in FIGURES:
        data = computed(ident, "synthetic")
        if not data.n_beside:
            lines = [s for s in sheets[f"{ident} synthetic wide"].strokes if s.colour == style.LINE]
            starts[bool(data.groups)] |= {round(line.start[0], 2) for line in lines}
    assert [len(found) for found in starts.values()] == [1, 1]


def test_a_group_has_one_colour_through_the_report(sheets: dict[str, Sheet]) -> None:
    """State and municipality: as bars of a row, and as panels of offices."""
    expected = {"Statlig ansatte": style.PRIMARY, "Kommunalt ansatte": style.SECONDARY}
    panels = sheets["v2_2 synthetic wide"]
    tops = [line for line in panels.texts if line.text in expected]
    assert len(tops) == 2
    for line in tops:
        bars = [box for box in panels.boxes if box.edge and abs(box.x - line.x) < 2]
        assert {box.edge for box in bars} == {expected[line.text]}
    rows = sheets["v1_10 synthetic wide"]
    edges = [box.edge for box in rows.boxes if box.edge][1:]  # the first is that of the key
    assert edges == [style.PRIMARY, style.SECONDARY] * 4


def test_rows_without_an_order_of_their_own_are_ordered_by_value() -> None:
    ordered = [computed(ident, kind) for ident, kind in FIGURES]
    ordered = [data for data in ordered if data.row.order == "value"]
    assert len(ordered) > 10
    for data in ordered:
        values = [row.bars[0].value for row in data.rows if row.key not in data.row.last]
        assert values == sorted(values, reverse=True), data.row.id


def test_figures_with_the_same_items_have_them_in_one_order() -> None:
    orders: dict[frozenset[str | int], set[tuple[str | int, ...]]] = {}
    for ident, row in load_catalogue().figures.items():
        if row.order in ("value", "overall"):
            keys = tuple(bar_row.key for bar_row in computed(ident, "synthetic").rows)
            orders.setdefault(frozenset(keys), set()).add(keys)
    assert all(len(found) == 1 for found in orders.values())


@pytest.mark.parametrize(("ident", "kind"), FIGURES)
def test_every_figure_tells_its_n(ident: str, kind: str) -> None:
    from storbynav.figures import words

    assert words.note(computed(ident, kind)).startswith("n\u00a0=\u00a0")


@pytest.mark.parametrize(("ident", "kind"), FIGURES)
def test_intervals_stand_on_measured_or_printed_values_only(ident: str, kind: str) -> None:
    for bar in computed(ident, kind).bars:
        if kind == "real":
            percent = computed(ident, kind).unit == "percent"
            assert bool(bar.interval) == (percent and not bar.hidden)
        elif bar.interval:
            assert bar.status == "published"
            assert computed(ident, kind).row.n_printed


# ------------------------------------------------------------------ colours


def theme(dark: bool) -> dict[str, str]:
    """The figures' colours and the page's, as the site's stylesheet has them."""
    css = CSS.read_text(encoding="utf-8")
    found = re.findall(r"--(?:fig|kv)-([\w-]+): light-dark\((#\w+), (#\w+)\)", css)
    return {name: _long((light, dark_)[dark]) for name, light, dark_ in found}


def _long(colour: str) -> str:
    return colour if len(colour) == 7 else "#" + "".join(2 * c for c in colour[1:])


def test_the_site_knows_every_colour() -> None:
    light = theme(dark=False)
    for colour, name in style.PALETTE.items():
        assert light[name] == colour
    assert set(theme(dark=True)) >= set(style.PALETTE.values())


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_what_must_be_seen_stands_out_from_the_page(dark: bool) -> None:
    colours = theme(dark)
    grounds = [colours["bg"]] + ([] if dark else ["#ffffff"])
    for ground in grounds:
        for name in SOLID:
            assert contrast(colours[name], ground) >= 3, name
        for name in INKS:
            assert contrast(colours[name], ground) >= 4.5, name
    for name in ("primary", "secondary", "tertiary"):
        assert contrast(colours[name], colours["track"]) >= 3, name
        assert contrast(colours[name], colours["on-strong"]) >= 3, "an interval on its bar"
    for name in INKS:
        assert contrast(colours[name], colours["track"]) >= 4.5, name


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_numbers_inside_a_stack_can_be_read(dark: bool) -> None:
    colours = theme(dark)
    for fill, ink in style.LIKERT:
        assert contrast(colours[style.PALETTE[fill]], colours[style.PALETTE[ink]]) >= 4.5


def test_the_rules_are_written_where_the_colours_are() -> None:
    text = Path(style.__file__).read_text(encoding="utf-8")
    for rule in (
        "Size",
        "Type",
        "Order",
        "Groups",
        "Kinds of numbers",
        "All answers",
        "Uncertainty",
        "Decimals",
    ):
        assert f"\n{rule}\n    " in text


@pytest.mark.parametrize("ident", ["v1_11", "v1_22", "v2_3"])
@pytest.mark.parametrize("kind", ["synthetic", "real"])
def test_the_files_keep_the_sizes_of_the_sheet(ident: str, kind: str, tmp_path: Path) -> None:
    """What is written: text as text, in the sizes and the font of the rules, inside the view box."""
    write(computed(ident, kind), tmp_path)
    for variant, shown_at in ((style.WIDE, 13.2 * style.POINTS_PER_CM), (style.NARROW, 288)):
        root = ET.fromstring((tmp_path / f"{variant.name}.svg").read_text(encoding="utf-8"))
        width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])
        texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
        sheet = charts.draw(computed(ident, kind), variant)
        assert sorted(text.text or "" for text in texts) == sorted(line.text for line in sheet.texts)
        for text in texts:
            font = re.search(r"font(?:-size)?: (?:\d+ )?([\d.]+)px", text.attrib["style"])
            assert font and "'Source Sans 3'" in text.attrib["style"], text.attrib["style"]
            assert float(font[1]) * shown_at / width >= (8 if variant is style.WIDE else 13)
            place = re.search(r"translate\(([\d.-]+) ([\d.-]+)\)", text.attrib.get("transform", ""))
            x, y = place.groups() if place else (text.attrib["x"], text.attrib["y"])
            assert 0 <= float(x) <= width and 0 <= float(y) <= height
