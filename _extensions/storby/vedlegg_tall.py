"""Post-render step for real Quarto: give the HTML book's appendices digits.

Quarto writes appendix letters itself («Vedlegg A», «Figur A.1») and no option changes that. This book
cites its appendices by number, as the printed report does: «Vedlegg 1», «Figur V1.6», «Avsnitt V1.4.5».
Quarto runs the script after the cross-references are resolved; it rewrites the labels in the written pages
and in the search index, and nothing else. kvarto numbers appendices so from the start and does not run it.

Environment: QUARTO_PROJECT_OUTPUT_DIR (default `_book`).
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]

_SPACE = r"(?:&nbsp;|\s)"
_LABEL = r"(?P<letter>[A-Z])(?P<rest>(?:\.\d+)*)(?![\w.])"


def digits(letter: str, rest: str = "") -> str:
    """«A» → «1»; «A», «.4.5» → «V1.4.5»."""
    number = str(ord(letter) - ord("A") + 1)
    return f"V{number}{rest}" if rest else number


def _keep_lead(match: re.Match[str]) -> str:
    return match["lead"] + digits(match["letter"], match["rest"])


def _rule(lead: str, tail: str = "") -> Rule:
    return re.compile(f"(?P<lead>{lead}){_LABEL}{tail}"), _keep_lead


# One rule for each place where Quarto prints an appendix label. Running text matches none of them.
_PAGE_RULES: tuple[Rule, ...] = (
    # the menu: a lone letter
    (
        re.compile(r'(<span class="chapter-number">)([A-Z])(</span>)'),
        lambda m: f"{m[1]}Vedlegg {digits(m[2])}{m[3]}",
    ),
    # section numbers: headings, the page's contents, attributes, equation tags
    _rule(r'class="header-section-number">|data-number="|\\tag\{'),
    # page titles and the appendix's own heading: «Vedlegg A — Tittel»
    _rule(rf"Vedlegg{_SPACE}", tail=r"(?= —)"),
    # captions: «Figur A.1:»
    _rule(rf"<figcaption[^>]*>\s*[A-ZÆØÅ]\w*{_SPACE}", tail="(?=:)"),
    # references: «Figur <span>A.1</span>», «<span>Avsnitt A.4.5</span>»
    _rule(r'class="quarto-xref">[^<]*<span>(?:[^<]*\s)?'),
)
_SEARCH_RULES: tuple[Rule, ...] = (_rule(r"Vedlegg[\s\u00a0]"),)


def relabel(text: str, rules: tuple[Rule, ...] = _PAGE_RULES) -> str:
    """`text` with every appendix letter that stands in a label turned into its number."""
    for pattern, put in rules:
        text = pattern.sub(put, text)
    return text


def relabel_book(folder: Path) -> int:
    """Rewrite the pages and the search index of the book in `folder`; the number of files that changed."""
    changed = 0
    for path in sorted(folder.rglob("*")):
        if "site_libs" in path.parts:
            continue
        if path.suffix == ".html":
            rules = _PAGE_RULES
        elif path.name == "search.json":
            rules = _SEARCH_RULES
        else:
            continue
        old = path.read_text(encoding="utf-8")
        new = relabel(old, rules)
        if new != old:
            path.write_text(new, encoding="utf-8")
            changed += 1
    return changed


if __name__ == "__main__":
    relabel_book(Path(os.environ.get("QUARTO_PROJECT_OUTPUT_DIR", "_book")))
