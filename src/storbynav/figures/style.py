"""The look of the charts: colours, type, sizes. One place, so that every picture is of one family."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font, LoadFlags

from storbynav import paths

FONTS = paths.ROOT / "_extensions" / "storby" / "fonts"
FAMILY = "Source Sans 3"
FALLBACK = "DejaVu Sans"
_FILES = {400: "SourceSans3-Regular.otf", 600: "SourceSans3-Semibold.otf"}

# A bar is solid where print gives its value, and a tint with an outline where it is synthetic.
PRIMARY, PRIMARY_TINT = "#0f5b66", "#cfe0e2"
SECONDARY, SECONDARY_TINT = "#b86e0e", "#f6e3c8"
TERTIARY, TERTIARY_TINT = "#55626b", "#dce1e4"
INK = "#1d272c"
MUTED = "#4c5960"
TRACK = "#f1f4f4"
LINE = "#8d9aa1"
PALETTE = MappingProxyType(
    {
        PRIMARY: "primary",
        PRIMARY_TINT: "primary-tint",
        SECONDARY: "secondary",
        SECONDARY_TINT: "secondary-tint",
        TERTIARY: "tertiary",
        TERTIARY_TINT: "tertiary-tint",
        INK: "ink",
        MUTED: "muted",
        TRACK: "track",
        LINE: "line",
    }
)
SERIES = ((PRIMARY, PRIMARY_TINT), (SECONDARY, SECONDARY_TINT), (TERTIARY, TERTIARY_TINT))

POINTS_PER_CM = 72 / 2.54
HASH_SALT = "storbynav"


@dataclass(frozen=True)
class Variant:
    """One size of a picture. `width` and the type sizes are in points (1 pt = 1/72 inch, 4/3 px)."""

    name: str
    width: float
    text: float
    small: float
    beside: bool
    margin: float = 0

    @property
    def leading(self) -> float:
        """Distance between two base lines."""
        return self.text * 1.25


# 9.75 pt is 13 px on screen at natural size, and more than 8 pt on paper down to a width of 13.2 cm.
WIDE = Variant("wide", 16 * POINTS_PER_CM, text=10, small=9.75, beside=True)
# On a phone of 320 px the narrow picture is 288 px wide, and its smallest text 13 px.
NARROW = Variant("narrow", 240, text=11, small=10.85, beside=False)
# The download stands alone: its caption and source are in the picture.
PAGE = Variant("figure", 16 * POINTS_PER_CM, text=10, small=9.75, beside=True, margin=16)


@lru_cache(maxsize=1)
def register_fonts() -> str:
    """Make the project's own font known to matplotlib; returns the family to use."""
    found = [FONTS / name for name in _FILES.values() if (FONTS / name).is_file()]
    for file in found:
        font_manager.fontManager.addfont(str(file))
    return FAMILY if len(found) == len(_FILES) else FALLBACK


@lru_cache(maxsize=4)
def _font(weight: int) -> FT2Font:
    file = FONTS / _FILES[weight]
    if not file.is_file():
        bold = "Bold" if weight >= 600 else ""
        file = Path(mpl.get_data_path()) / "fonts" / "ttf" / f"DejaVuSans{'-' + bold if bold else ''}.ttf"
    font = FT2Font(str(file))
    font.set_size(1000, 72)
    return font


@lru_cache(maxsize=2048)
def _advance(character: str, weight: int) -> float:
    glyph = _font(weight).load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / 1000


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of one line in points (without kerning, so rather too wide than too narrow)."""
    return size * sum(_advance(character, weight) for character in text)


def wrap(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """Break into the fewest lines that fit `width`, evened out so that no short word is left alone."""
    words = [(word, text_width(word, size, weight)) for word in text.split(" ")]
    space = text_width(" ", size, weight)
    lines = _greedy(words, space, width)
    if len(lines) == 1:
        return lines
    low, high = width / 2, width
    for _ in range(12):
        middle = (low + high) / 2
        if len(_greedy(words, space, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return _greedy(words, space, high)


def _greedy(words: list[tuple[str, float]], space: float, width: float) -> list[str]:
    """Fill line by line; `words` come with their widths."""
    lines: list[str] = []
    filled = 0.0
    for word, needed in words:
        if lines and filled + space + needed <= width:
            lines[-1] += f" {word}"
            filled += space + needed
        else:
            lines.append(word)
            filled = needed
    return lines


@contextmanager
def drawing() -> Iterator[None]:
    """Our type; text stays text in SVG and the bytes do not vary."""
    with mpl.rc_context(_settings()):
        yield


@contextmanager
def theme() -> Iterator[None]:
    """For charts with axes, as in the notebooks: seaborn's plain white style, then as `drawing`."""
    import seaborn  # two seconds that only such charts need

    with mpl.rc_context({**seaborn.axes_style("white"), **_settings()}):
        yield


def _settings() -> Any:  # matplotlib types the names of its settings
    return {
        "font.family": [register_fonts()],
        "svg.fonttype": "none",
        "svg.hashsalt": HASH_SALT,
        "text.color": INK,
        "axes.edgecolor": LINE,
        "figure.facecolor": "none",
        "savefig.facecolor": "none",
        "text.hinting": "none",
        "path.simplify": False,
    }
