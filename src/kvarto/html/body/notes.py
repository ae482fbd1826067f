"""The notes of a page: marks in the text, and the list at its end with links back."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from kvarto.structure.ast import NBSP, Blocks, Inlines


class Notes:
    """Counts the notes of one page and keeps their texts until the page is written."""

    def __init__(self, words: Callable[[str], str]) -> None:
        """`words` gives the words that the book prints."""
        self._words = words
        self._texts: list[Blocks] = []

    def mark(self, text: Blocks) -> str:
        """The mark of a note, in the text."""
        self._texts.append(text)
        n = len(self._texts)
        label = self._words("kvarto-footnote").replace("{n}", str(n))
        return (
            f'<a href="#fn{n}" class="footnote-ref" id="fnref{n}" role="doc-noteref" '
            f'aria-label="{escape(label)}"><sup>{n}</sup></a>'
        )

    def section(self, blocks: Callable[[Blocks], str], inlines: Callable[[Inlines], str]) -> str:
        """All notes, "" on a page without; `blocks` and `inlines` write their texts."""
        rows: list[str] = []
        # A note may hold a note: the list grows while it is written.
        for n, text in enumerate(self._texts, 1):
            label = self._words("kvarto-back-to-text").replace("{n}", str(n))
            back = (
                f'<a href="#fnref{n}" class="footnote-back" role="doc-backlink" '
                f'aria-label="{escape(label)}">↩︎</a>'
            )
            if text and text[-1]["t"] in ("Para", "Plain"):
                html = blocks(text[:-1]) + f"<p>{inlines(text[-1]['c'])}{NBSP}{back}</p>"
            else:
                html = blocks(text) + f"<p>{back}</p>"
            rows.append(f'<li id="fn{n}">{html}</li>\n')
        if not rows:
            return ""
        return (
            f'<section id="footnotes" class="footnotes footnotes-end-of-document" role="doc-endnotes" '
            f'aria-label="{escape(self._words("kvarto-footnotes"))}">\n<ol>\n{"".join(rows)}</ol>\n</section>\n'
        )
