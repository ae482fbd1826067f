"""Parts of Markdown as they stand in a line: what holds code, formulas and such, which is no prose."""

from __future__ import annotations

import re

CODE = re.compile(r"(?<![`\\])(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.S)
"""Code between backticks; group 2 is what it holds."""
MATH = re.compile(r"(?<!\\)\$\$.+?\$\$|(?<!\\)\$(?=\S)[^$\n]*?(?<=\S)\$(?!\d)", re.S)
COMMENT = re.compile(r"<!--.*?-->", re.S)
SHORTCODE = re.compile(r"\{\{+<.*?>\}+\}|\{\{\{.*?\}\}\}", re.S)


def row_cells(row: str) -> list[str]:
    """The cells of a row of a pipe table; what code and formulas hold is left out."""
    text = MATH.sub("", CODE.sub("", row.replace("\\|", ""))).strip()
    return text.removeprefix("|").removesuffix("|").split("|")
