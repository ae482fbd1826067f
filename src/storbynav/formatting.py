"""Numbers and text for Norwegian readers. The one module that formats; nobody else does.

Everything returned is a `Text`: a `str` that a notebook, Quarto and kvarto print as it is, hard spaces too
(a plain `repr` would show them as escapes).

Rounding is half up (away from zero at a tie), the way a reader checks it by hand. Give counts as a
`fractions.Fraction` where you have them: 0.125 of a hundred is then exact, which no float promises.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import SupportsFloat

HARD_SPACE = "\u00a0"
THIN_SPACE = "\u202f"
MINUS = "\u2212"
EN_DASH = "\u2013"
MISSING = "–"
SUPPRESSED = ":"
SUPPRESSED_NOTE = "Tallet er ikke vist, fordi det bygger på for få svar."

Numeric = int | float | Fraction | Decimal | SupportsFloat

_WORDS = ("null", "én", "to", "tre", "fire", "fem", "seks", "sju", "åtte", "ni", "ti", "elleve", "tolv")
_NAMES = frozenset({"Aetat"})
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>$~^@#|&\"'])")
# «--» and «...» would become other characters
_SHORTHAND = re.compile(r"-(?=-)|(?<=-)-|\.(?=\.\.)|(?<=\.\.)\.")
# what begins a list, a definition, a fenced div or a title where it stands first
_BLOCK = re.compile(r"^(\s*(?=[-+:%=])|\s*\(?(?:\d+|[A-Za-z]|[ivxlcdm]+)(?=[.)](?:\s|$)))(.)")
_CONTROL = re.compile(r"\r\n|[\x00-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_TURNING = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_NUMBER = re.compile(r"[-+]?[\d\s.,]+%?\**")


class Text(str):
    """A piece of running text. Shown as Markdown that reads exactly as the string does."""

    def _repr_markdown_(self) -> str:
        return escape_markdown(self)


class Markdown(Text):
    """A piece of Markdown (a figure, a table), shown unescaped."""

    def _repr_markdown_(self) -> str:
        return str(self)


class Suppressed(Text):
    """A colon in place of a number that must not be shown, with a note that says why."""

    def __new__(cls) -> Suppressed:
        """The same for every number."""
        return super().__new__(cls, SUPPRESSED)

    def _repr_markdown_(self) -> str:
        return f"{SUPPRESSED}^[{SUPPRESSED_NOTE}]"


def plain(text: str) -> str:
    """Text of a data file as one line of text: no control characters, none that turn the text around them."""
    return _TURNING.sub("", _CONTROL.sub(" ", text))


def escape_markdown(text: str) -> str:
    """Backslash what Markdown or Quarto would read as markup, also where the text begins a paragraph."""
    escaped = _MARKDOWN.sub(r"\\\1", plain(text))
    return _BLOCK.sub(lambda m: f"{m[1]}\\{m[2]}", _SHORTHAND.sub(r"\\\g<0>", escaped))


def csv_row(cells: Iterable[object]) -> list[object]:
    """Cells of a CSV file: text is no formula to a spreadsheet; numbers, negative ones too, stay numbers."""
    return [_no_formula(cell) if isinstance(cell, str) else cell for cell in cells]


def _no_formula(cell: str) -> str:
    text = plain(cell)
    begins = text.lstrip()[:1]
    return f"'{text}" if begins and begins in "=+-@" and not _NUMBER.fullmatch(text) else text


def half_up(value: Numeric, decimals: int = 0) -> Decimal:
    """Round half up, away from zero at a tie.

    Exact for `int`, `Fraction` and `Decimal`. A float is first freed of binary noise (12 decimals), so that
    0.285 rounds as the 0,285 that it stands for.

    Raises:
        ValueError: the value is not a finite number.
    """
    step = Decimal(1).scaleb(-decimals)
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**decimals
        whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        return (Decimal(whole) * step).copy_sign(Decimal(-1 if value < 0 and whole else 1))
    if isinstance(value, int):
        exact = Decimal(value)
    elif isinstance(value, Decimal):
        exact = value
    else:
        exact = Decimal(repr(round(float(value), 12))) if math.isfinite(float(value)) else Decimal("NaN")
    if not exact.is_finite():
        raise ValueError(f"Kan ikke skrive {value!r} som tall: verdien er ikke et endelig tall.")
    rounded = exact.quantize(step, rounding=ROUND_HALF_UP)
    return abs(rounded) if rounded == 0 else rounded


def _digits(value: Decimal) -> str:
    """Decimal comma, true minus, thin groups of thousands."""
    whole, _, fraction = f"{abs(value):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", THIN_SPACE)
    return (MINUS if value < 0 else "") + grouped + ("," + fraction if fraction else "")


def number(value: Numeric, decimals: int = 0) -> Text:
    """«3 098», «−0,32», «1,63»: groups of thousands with a thin hard space."""
    return Text(_digits(half_up(value, decimals)))


def whole_or(value: Numeric, decimals: int) -> Text:
    """Like `number`, but a whole number is written without decimals: «36», «36,1»."""
    rounded = half_up(value, decimals)
    return number(rounded, 0 if rounded == rounded.to_integral_value() else decimals)


def percent(value: Numeric, decimals: int = 1) -> Text:
    """A value in per cent (58.8, not 0.588): «58,8 %» with a hard space."""
    return Text(number(value, decimals) + HARD_SPACE + "%")


def nearest(value: Numeric, step: int) -> Decimal:
    """Round half up to a multiple of `step` (to tens, say)."""
    if step < 1:
        raise ValueError(f"Kan ikke runde av til nærmeste {step}: steget må være minst 1.")
    exact = value if isinstance(value, (int, Fraction)) else Fraction(str(half_up(value, 12)))
    return half_up(Fraction(exact) / step) * step


def statistic(value: Numeric, decimals: int = 2, stars: str = "") -> Text:
    """The style of statistical tables: no zero before the comma, stars after: «,32**», «−,19*», «1,63»."""
    text = _digits(half_up(value, decimals))
    return Text(re.sub(r"^(\u2212?)0,", r"\1,", text) + stars)


def p_value(p: float) -> Text:
    """«p < ,001», «p = ,032»: three decimals, never zero."""
    if p < 0.001:
        return Text(f"p{HARD_SPACE}<{HARD_SPACE},001")
    return Text(f"p{HARD_SPACE}={HARD_SPACE}{statistic(p, 3)}")


def interval(low: Numeric, high: Numeric, decimals: int = 0) -> Text:
    """«972–985», or the one number when both are written alike. A negative bound gets «til»: «−2 til 3»."""
    first, last = number(low, decimals), number(high, decimals)
    if first == last:
        return first
    joint = f"{HARD_SPACE}til{HARD_SPACE}" if first.startswith(MINUS) or last.startswith(MINUS) else EN_DASH
    return Text(first + joint + last)


def sample_size(low: int, high: int | None = None) -> Text:
    """«n = 987», «n = 972–985»."""
    return Text(f"n{HARD_SPACE}={HARD_SPACE}{interval(low, low if high is None else high)}")


def listing(parts: Iterable[str], conjunction: str = "og") -> Text:
    """«a», «a og b», «a, b og c»."""
    items = list(parts)
    if len(items) < 2:
        return Text("".join(items))
    return Text(", ".join(items[:-1]) + f" {conjunction} " + items[-1])


def number_word(value: int) -> Text:
    """A count in running text: words to tolv, then digits. «én» is neuter or common, not «ett»."""
    return Text(_WORDS[value]) if 0 <= value < len(_WORDS) else number(value)


def sentence(text: str) -> Text:
    """First letter in upper case, the rest untouched (unlike `str.capitalize`)."""
    return Text(text[:1].upper() + text[1:])


def lower_first(text: str) -> Text:
    """First letter in lower case, unless it begins an abbreviation or a name («NAV-kontoret», «Aetat»)."""
    first = text.split(" ", 1)[0]
    kept = first[1:2].isupper() or first in _NAMES
    return Text(text if kept else text[:1].lower() + text[1:])
