"""The helper of the notebooks: Norwegian numbers, escaped Markdown, marks, pictures."""

import importlib.util
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from storbynav import formatting as f
from storbynav.survey import Provenance, load

FILE = Path(__file__).resolve().parents[2] / "notebooks" / "show.py"


@pytest.fixture(scope="module")
def show():
    """The module as a notebook imports it: from its own folder, not from a package."""
    spec = importlib.util.spec_from_file_location("show", FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def survey():
    return load()


@pytest.mark.parametrize(
    ("form", "value", "shown"),
    [
        ("count", 3098, f"3{f.THIN_SPACE}098"),
        ("p_value", 0.0004, f"<{f.HARD_SPACE},001"),
        ("p_value", 0.0321, ",032"),
        ("yes", np.bool_(True), "ja"),
        ("yes", False, "nei"),
        ("text", "fana", "fana"),
    ],
)
def test_plain_formats(show, form, value, shown):
    assert getattr(show, form)(value) == shown


@pytest.mark.parametrize(
    ("form", "decimals", "value", "shown"),
    [
        ("share", 1, 0.5876, f"58,8{f.HARD_SPACE}%"),
        ("points", 1, -0.0123, f"{f.MINUS}1,2"),
        ("number", 2, 1.639, "1,64"),
        ("coefficient", 2, -0.321, f"{f.MINUS},32"),
    ],
)
def test_formats_with_decimals(show, form, decimals, value, shown):
    assert getattr(show, form)(decimals)(value) == shown


def test_every_format_shows_a_missing_value_as_a_dash(show):
    for form in (show.text, show.count, show.p_value, show.yes, show.share(), show.points(), show.number()):
        assert form(math.nan) == f.MISSING
        assert form(None) == f.MISSING
    assert show.coefficient()(math.nan) == f.MISSING


def test_a_table_is_a_pipe_table_with_text_to_the_left_and_numbers_to_the_right(show):
    shown = show.table(
        [{"name": "a|b", "r": 0.5}],
        {"name": ("|r|", show.text), "r": ("r*", show.coefficient())},
        note="Merk",
    )
    assert shown.markdown.splitlines() == [
        "| \\|r\\| | r\\* |",
        "| :--- | ---: |",
        "| a\\|b | ,50 |",
        "",
        "*Merk*",
    ]


def test_a_table_is_markdown_and_readable_as_plain_text(show):
    bundle = show.table([], {"a": ("A", show.text)})._repr_mimebundle_()
    assert set(bundle) == {"text/markdown", "text/plain"}
    assert "text/html" not in bundle


def test_a_column_that_the_rows_do_not_have_is_refused(show):
    with pytest.raises(KeyError, match="absent"):
        show.table([{"name": 1}], {"absent": ("A", show.text)})


def test_the_mark_is_there_for_a_synthetic_survey_and_gone_for_a_real_one(show, survey):
    assert show.synthetic(survey).startswith("Syntetiske tall")
    assert show.synthetic(replace(survey, provenance=Provenance(kind="real"))) == ""


def test_a_report_table_carries_its_caption_stars_and_notes(show, survey):
    table = show.report_table("v1_2", survey)
    markdown = show.printed(table).markdown
    assert markdown.startswith(f"**{table.row.caption}**")
    assert ",46\\*\\*" in markdown
    assert "Kilde: AFI r2016:02" in markdown
    assert ":::" not in markdown and ".stars" not in markdown  # the book's markup means nothing here


def test_a_figure_has_alternative_text_and_the_same_bytes_each_time(show, survey):
    first, second = (show.figure("v1_6", survey) for _ in range(2))
    assert "58,8" in first.alt
    assert first.data == second.data


def test_a_picture_is_a_png_of_the_size_of_its_drawing(show):
    picture = show.picture(Figure(figsize=(2, 1)), "To tomme tommer.")
    assert picture.data.startswith(b"\x89PNG")
    assert (picture.width, picture.alt) == (192, "To tomme tommer.")
