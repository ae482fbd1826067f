"""The look of the charts: colours, type, sizes. One place, so that every picture is of one family.

The rules (tests/storbynav/figures/test_language.py measures them on every figure, synthetic and real):

Size
    The wide picture is 16 cm, the width of the text on paper, and none of its text is below 8 pt there, even
    scaled down to 13.2 cm; the narrow one is set anew for a phone, and none of its text is below 13 px from
    320 px on. Nothing leaves the picture, and no text lies over another.
Type
    Source Sans 3, the report's own: regular for labels, semibold for values, row headings over groups, and
    the mark. Text stays text. Numbers as in running text: decimal comma, hard spaces, «0,05». Labels are
    broken where their sense has a seam: at a comma, never after «for å» or «av de» where it can be helped.
Order
    By value where there is no natural order; «andre» and «ingen» last; the same items in the same order in
    all figures that show them; scales, offices and groups in their given order.
Groups
    Each bar stands at its own place with its own label; colour is the third carrier, never the only one.
    What must be seen has 3:1 against the page, in light and dark, and what must be read 4.5:1. More groups
    than three have one colour. A group has the same colour wherever it is shown; in «Hovedfunn», where petrol
    and ochre are more and less agreement, bars of groups are slate.
Kinds of numbers
    Solid: printed, or from real answers. A tint with an outline: synthetic. The key with these words stands
    in every picture of a synthetic survey.
What stands where
    A bar starts at a thin line and lies on a pale track, which is the whole: 100 per cent, all offices, all
    who were asked. Bars start in one line down the page, one for items and one for groups. The value follows
    the bar; where many short rows are compared, value and n stand in columns. Longer to the right means more
    agreement, also in stacks and in «Hovedfunn», and as much longer in all parts of one picture.
All answers
    Stacks around the middle, petrol for agreement, grey, ochre for disagreement, only for real answers or
    where print gives every category. The sums stand in columns to the left and the right, beyond the right
    one the interval; numbers inside where there is room.
Uncertainty
    Wilson's 95 % interval on real answers and on printed shares whose n is printed; never on a synthetic
    value. Significance only where print states it, in its words, beside the item; nothing is tested here.
n
    Always in the note; at the bar where bars of one figure rest on different n.
Decimals
    One where print has one; none otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from unicodedata import east_asian_width

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
# All answers to a question, from disagreement over the middle to agreement: each fill with the ink on it. The
# milder tones must both stand out from the page (3:1) and carry dark ink (4,5:1), which leaves little choice.
DISAGREE_STRONG, DISAGREE, NEITHER, AGREE = "#8a4f06", "#c18430", "#88949a", "#5c9aa3"
ON_STRONG, ON_MILD = "#ffffff", "#1d272b"
LIKERT = (
    (DISAGREE_STRONG, ON_STRONG),
    (DISAGREE, ON_MILD),
    (NEITHER, ON_MILD),
    (AGREE, ON_MILD),
    (PRIMARY, ON_STRONG),
)
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
        DISAGREE_STRONG: "disagree-strong",
        DISAGREE: "disagree",
        NEITHER: "neither",
        AGREE: "agree",
        ON_STRONG: "on-strong",
        ON_MILD: "on-mild",
    }
)
SERIES = ((PRIMARY, PRIMARY_TINT), (SECONDARY, SECONDARY_TINT), (TERTIARY, TERTIARY_TINT))

# Words that belong to what follows: a label is not broken after them where it can be helped.
_TIED = re.compile(
    "at|av|begge|både|de|den|det|ei|eller|en|enn|er|et|etter|for|fra|har|hos|hvor|hvordan|i|inn|man|med|mellom|mot"
    "|når|og|om|over|på|som|til|under|ut|ved|vi|å"
)

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
def has_glyph(character: str, weight: int = 400) -> bool:
    """Whether the project's font has this character: a label of a data file may be in any script."""
    return bool(_font(weight).get_char_index(ord(character)))


@lru_cache(maxsize=2048)
def _advance(character: str, weight: int) -> float:
    if not has_glyph(character, weight):
        return 1.0 if east_asian_width(character) in "WF" else 0.7  # another font's, which no one here knows
    glyph = _font(weight).load_char(ord(character), flags=LoadFlags.NO_HINTING)
    return glyph.linearHoriAdvance / 65536 / 1000


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of one line in points (without kerning, so rather too wide than too narrow)."""
    return size * sum(_advance(character, weight) for character in text)


def wrap(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """Break into the fewest lines that fit `width`, as even as sense allows.

    A line ends rather at a comma than in the middle of a phrase, and rather not in a word that belongs to the
    next («for å», «av de»). A word wider than `width` has a line of its own.
    """
    words = text.split(" ")
    advances = [text_width(word, size, weight) for word in words]
    space = text_width(" ", size, weight)
    best: list[dict[int, tuple[float, int]]] = [{0: (0.0, 0)}]  # lines → cost, where the last one begins
    for end in range(1, len(words) + 1):
        found: dict[int, tuple[float, int]] = {}
        filled = -space
        for start in range(end - 1, -1, -1):
            filled += space + advances[start]
            if filled > width and start < end - 1:
                break
            own = (filled / width) ** 2 + (_cost_of_ending(words[end - 1]) if end < len(words) else 0)
            for lines, (cost, _) in best[start].items():
                if lines + 1 not in found or cost + own < found[lines + 1][0]:
                    found[lines + 1] = (cost + own, start)
        best.append(found)
    broken: list[str] = []
    end, lines = len(words), min(best[-1])
    while lines:
        start = best[end][lines][1]
        broken.insert(0, " ".join(words[start:end]))
        end, lines = start, lines - 1
    return broken


def _cost_of_ending(word: str) -> float:
    """What it costs to end a line in a word, in squares of the width."""
    if word[-1:] in ",;:.)":
        return -0.1
    return 0.25 if _TIED.fullmatch(word.lower()) else 0.0


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
