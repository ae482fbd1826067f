"""TeX formulas to Typst, all of a book in one start of pandoc, and words for those who cannot see them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from kvarto import pandoc

Formula = tuple[str, bool]
"""(TeX, whether it stands on a line of its own)."""

_MARK = "kvarto-formula"
_WORDS = {
    r"\times": " ganger ",
    r"\cdot": " ganger ",
    r"\pm": " pluss minus ",
    r"\le": " mindre eller lik ",
    r"\leq": " mindre eller lik ",
    r"\ge": " større eller lik ",
    r"\geq": " større eller lik ",
    r"\neq": " ulik ",
    r"\chi": "khi",
    r"\sum": "sum ",
    r"\sqrt": "roten av ",
    r"\frac": "brøk ",
}


def formulas(node: Any) -> Iterator[Formula]:
    """Every formula in a piece of AST, in no order."""
    todo = [node]
    while todo:
        at = todo.pop()
        if isinstance(at, list):
            todo.extend(at)
        elif isinstance(at, dict):
            if at.get("t") == "Math":
                yield at["c"][1], at["c"][0]["t"] == "DisplayMath"
            elif "c" in at:
                todo.append(at["c"])


def convert(wanted: Iterable[Formula]) -> dict[Formula, str]:
    """Typst's source between the dollar signs for each formula; one that pandoc cannot translate is left
    out.
    """
    unique = sorted(set(wanted))
    if not unique:
        return {}
    blocks = [
        {
            "t": "Div",
            "c": [
                [f"{_MARK}-{i}", [], []],
                [
                    {
                        "t": "Plain",
                        "c": [{"t": "Math", "c": [{"t": "DisplayMath" if display else "InlineMath"}, tex]}],
                    }
                ],
            ],
        }
        for i, (tex, display) in enumerate(unique)
    ]
    out, _ = pandoc.run(["-f", "json", "-t", "typst", "--wrap=none"], pandoc.document(blocks))
    found: dict[Formula, str] = {}
    for m in re.finditer(rf"#block\[\n(.*?)\n\] <{_MARK}-(\d+)>", out, re.S):
        body = m[1].strip()
        if body.startswith("$") and body.endswith("$"):
            found[unique[int(m[2])]] = body[1:-1].strip()
    return found


def spoken(tex: str) -> str:
    """A formula as plain words and signs: the alternative text when the author gave none."""
    out = tex
    for command, word in _WORDS.items():
        out = re.sub(re.escape(command) + r"(?![A-Za-z])", word, out)
    out = re.sub(r"\\(?:text|mathrm|mathit|mathbf|operatorname)\b", "", out)
    out = re.sub(r"\\([A-Za-z]+)", r" \1 ", out)
    out = (
        out.replace("{,}", ",")
        .replace("^", " opphøyd i ")
        .replace("_", " ")
        .replace("{", " ")
        .replace("}", " ")
    )
    return re.sub(r"\s+", " ", out.replace("\\", "")).strip() or "formel"
