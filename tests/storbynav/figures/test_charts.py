"""The pictures: everything labelled, marked, readable and inside."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest

from storbynav.figures import FigureData, charts, style, words
from storbynav.figures.sheet import OUTLINE, Box, Sheet
from tests.storbynav.figures.apart import assert_apart
from tests.storbynav.figures.contrast import contrast

SAMPLES = (
    "shares",
    "complete",
    "decimals",
    "two groups",
    "three groups",
    "free",
    "distribution",
    "distribution by group",
    "offices",
    "rows",
    "real",
)
VARIANTS = (style.WIDE, style.NARROW, style.PAGE)
POINTS_AT_1_PX = 0.75


_DRAWN: dict[tuple[int, str], Sheet] = {}


def drawn(data: FigureData, variant: style.Variant) -> Sheet:
    """The picture; drawn once for all tests, which only look at it."""
    key = (id(data), variant.name)
    if key not in _DRAWN:
        _DRAWN[key] = charts.draw(data, variant)
    return _DRAWN[key]


def bars_and_tracks(data: FigureData, variant: style.Variant) -> tuple[list[Box], list[Box]]:
    """The bars and the tracks behind them, in the order of the data; the swatches of the key come first."""
    boxes = drawn(data, variant).boxes[len(words.keys(data)) :]
    return boxes[1::2], boxes[0::2]


@pytest.fixture(params=SAMPLES)
def data(request: pytest.FixtureRequest, samples: dict[str, FigureData]) -> FigureData:
    return samples[request.param]


@pytest.fixture(params=VARIANTS, ids=lambda v: v.name)
def variant(request: pytest.FixtureRequest) -> style.Variant:
    return request.param


def lines(sheet: Sheet) -> list[str]:
    return [line.text for line in sheet.texts]


def test_every_item_group_and_value_is_labelled(data: FigureData, variant: style.Variant) -> None:
    joined = " ".join(lines(drawn(data, variant)))
    for row in data.rows:
        assert row.label in joined
        for bar in row.bars:
            assert bar.label in joined
    values = [data.value_text(bar) for bar in data.bars]
    shown = lines(drawn(data, variant))
    for value in set(values):
        assert shown.count(value) >= values.count(value)


def test_the_mark_is_inside_the_picture(data: FigureData, variant: style.Variant) -> None:
    shown = lines(drawn(data, variant))
    for _, label in words.keys(data):
        assert label in shown
    if data.synthetic:
        assert {"Trykt i r2016:02", "Syntetiske tall", "Syntetiske tall (foreløpige tall)"} & set(shown)


def test_text_is_large_enough(data: FigureData, variant: style.Variant) -> None:
    """8 pt on paper down to a width of 13.5 cm; 13 px on screen at natural size, or 288 px wide."""
    sizes = [line.size for line in drawn(data, variant).texts]
    if variant is style.NARROW:
        assert min(sizes) * 288 / variant.width >= 13
    else:
        assert min(sizes) * 13.5 / 16 >= 8
        assert min(sizes) / POINTS_AT_1_PX >= 13


def test_nothing_leaves_the_picture(data: FigureData, variant: style.Variant) -> None:
    sheet = drawn(data, variant)
    left = top = -variant.margin
    right, bottom = (left + side for side in sheet.size)
    for line in sheet.texts:
        assert left <= line.x
        assert line.x + line.width <= right + 0.5
        assert top <= line.y - 0.6 * line.size
        assert line.y <= bottom
    for box in sheet.boxes:
        assert left - 0.01 <= box.x
        assert box.x + box.width <= right + 0.01


def test_texts_do_not_run_into_each_other(data: FigureData, variant: style.Variant) -> None:
    assert_apart(drawn(data, variant))


def test_bars_are_as_long_as_their_values(data: FigureData, variant: style.Variant) -> None:
    bars, tracks = bars_and_tracks(data, variant)
    assert len(bars) == len(data.bars)
    for bar, track, value in zip(bars, tracks, data.bars, strict=True):
        outline = OUTLINE if bar.edge else 0
        drawn_share = (bar.width + outline) / track.width
        assert drawn_share == pytest.approx(float(value.value) / data.maximum, abs=0.001)


def test_synthetic_bars_are_outlined_and_printed_ones_solid(samples: dict[str, FigureData]) -> None:
    data = samples["distribution by group"]
    bars, _ = bars_and_tracks(data, style.WIDE)
    for bar, value in zip(bars, data.bars, strict=True):
        if value.status == "published":
            assert bar.edge is None
            assert bar.fill in {solid for solid, _ in style.SERIES}
        else:
            assert (bar.edge, bar.fill) in style.SERIES


def test_a_real_survey_has_solid_bars_only(samples: dict[str, FigureData]) -> None:
    assert all(box.edge is None for box in drawn(samples["real"], style.WIDE).boxes)


def test_n_stands_with_the_bars_where_print_has_it(samples: dict[str, FigureData]) -> None:
    assert "n\u00a0=\u00a01\u202f000" in lines(drawn(samples["complete"], style.WIDE))
    assert "Leder er sosionom (n\u00a0=\u00a01\u202f000)" in lines(drawn(samples["two groups"], style.WIDE))


def test_the_phone_variant_is_narrow_and_set_anew(samples: dict[str, FigureData]) -> None:
    wide, narrow = (drawn(samples["shares"], v).figure() for v in (style.WIDE, style.NARROW))
    assert narrow.get_figwidth() * 96 <= 360
    assert narrow.get_figheight() > wide.get_figheight()
    assert wide.get_figwidth() * 2.54 == pytest.approx(16)


@pytest.mark.parametrize("colour", style.PALETTE)
def test_colours_are_told_to_the_site(colour: str) -> None:
    assert colour == colour.lower()
    assert len(set(style.PALETTE.values())) == len(style.PALETTE)


@pytest.mark.parametrize("colour", [style.INK, style.MUTED])
@pytest.mark.parametrize("ground", ["#ffffff", style.TRACK])
def test_text_has_contrast(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize("solid", [solid for solid, _ in style.SERIES])
def test_bars_stand_out_from_the_ground(solid: str) -> None:
    assert contrast(solid, "#ffffff") >= 3
    assert contrast(solid, style.TRACK) >= 3


def test_wrapping_fills_as_few_lines_as_needed_and_evens_them() -> None:
    text = (
        "Det er godt samsvar mellom de oppgaver vi pålegges gjennom tildelingsbrevet og de ressursene vi har"
    )
    wrapped = style.wrap(text, 180, 10)
    assert " ".join(wrapped) == text
    widths = [style.text_width(line, 10) for line in wrapped]
    assert max(widths) <= 180
    assert len(wrapped) == 3 > style.text_width(text, 10) / 180
    assert min(widths) > 0.5 * max(widths)


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        (
            "Alle som har behov for det, får utarbeidet IP",
            ["Alle som har behov for det,", "får utarbeidet IP"],
        ),
        ("Ledelsen vår legger til rette for faglig utvikling", None),
        ("Flere kommunale tjenester inne i NAV-kontoret svekker arbeidsmålet", None),
    ],
)
def test_a_label_is_broken_where_its_sense_has_a_seam(text: str, wrapped: list[str] | None) -> None:
    lines = style.wrap(text, 181, 10)
    assert lines == (wrapped or lines)
    assert not {line.split()[-1] for line in lines[:-1]} & {"til", "for", "i", "de", "å"}


def test_a_word_wider_than_its_column_stands_alone() -> None:
    assert style.wrap("om arbeidsmarkedstiltaksplasser der", 60, 10) == [
        "om",
        "arbeidsmarkedstiltaksplasser",
        "der",
    ]


def test_text_is_measured_like_the_font() -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(style.FONTS / "SourceSans3-Regular.otf")
    advances, names = font["hmtx"], font.getBestCmap()
    text = "Målstyringen – 58,8\u00a0% «ærlig»"
    expected = sum(advances[names[ord(c)]][0] for c in text) / font["head"].unitsPerEm * 10
    assert style.text_width(text, 10) == pytest.approx(expected, rel=0.002)


def test_text_stays_text_in_the_project_font(samples: dict[str, FigureData]) -> None:
    out = io.BytesIO()
    with style.drawing():
        charts.draw(samples["shares"], style.WIDE).figure().savefig(out, format="svg")
    root = ET.fromstring(out.getvalue())
    texts = [e for e in root.iter() if e.tag.endswith("}text")]
    assert "Syntetiske tall" in [t.text for t in texts]
    assert all("Source Sans 3" in t.attrib["style"] for t in texts)
