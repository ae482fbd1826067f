"""Words that a book prints by itself («Figur», «Kapittel», «Innhold»), as Quarto has them for bokmål and English.

A book overrides them under `language:`; keys are Quarto's. Odd forms («Kapitel», «Warning») are Quarto's own
defaults for `lang: nb` and are kept so that both programs print the same.
"""

from __future__ import annotations

EN: dict[str, str] = {
    "crossref-fig-title": "Figure",
    "crossref-fig-prefix": "Figure",
    "crossref-tbl-title": "Table",
    "crossref-tbl-prefix": "Table",
    "crossref-lst-title": "Listing",
    "crossref-lst-prefix": "Listing",
    "crossref-eq-prefix": "Equation",
    "crossref-sec-prefix": "Section",
    "crossref-ch-prefix": "Chapter",
    "crossref-apx-prefix": "Appendix",
    "crossref-nte-prefix": "Note",
    "crossref-wrn-prefix": "Warning",
    "crossref-tip-prefix": "Tip",
    "crossref-imp-prefix": "Important",
    "crossref-cau-prefix": "Caution",
    "crossref-lof-title": "List of Figures",
    "crossref-lot-title": "List of Tables",
    "crossref-lol-title": "List of Listings",
    "crossref-thm-title": "Theorem",
    "crossref-thm-prefix": "Theorem",
    "callout-note-title": "Note",
    "callout-tip-title": "Tip",
    "callout-warning-title": "Warning",
    "callout-important-title": "Important",
    "callout-caution-title": "Caution",
    "section-title-appendices": "Appendices",
    "section-title-footnotes": "Footnotes",
    "section-title-references": "References",
    "section-title-abstract": "Abstract",
    "toc-title-document": "Table of contents",
    "toc-title-website": "On this page",
    "code-summary": "Code",
    "code-tools-menu-caption": "Code",
    "copy-button-tooltip": "Copy to Clipboard",
    "copy-button-tooltip-success": "Copied!",
    "environment-proof-title": "Proof",
    "tools-download": "Download",
    "search-label": "Search",
    "title-block-author-single": "Author",
    "title-block-author-plural": "Authors",
    "title-block-published": "Published",
}

NB: dict[str, str] = {
    **EN,
    "crossref-fig-title": "Figur",
    "crossref-fig-prefix": "Figur",
    "crossref-tbl-title": "Tabell",
    "crossref-tbl-prefix": "Tabell",
    "crossref-lst-title": "Liste",
    "crossref-lst-prefix": "Liste",
    "crossref-eq-prefix": "Ligning",
    "crossref-sec-prefix": "Seksjon",
    "crossref-ch-prefix": "Kapitel",
    "crossref-apx-prefix": "Bilag",
    "crossref-lof-title": "Figuroversikt",
    "crossref-lot-title": "Tabelloversikt",
    "crossref-lol-title": "Listeoversikt",
    "crossref-thm-title": "Setning",
    "crossref-thm-prefix": "Setning",
    "callout-note-title": "Note",
    "callout-tip-title": "Tips",
    "callout-warning-title": "Advarsel",
    "callout-important-title": "Viktig",
    "callout-caution-title": "Forsiktig",
    "section-title-appendices": "Bilag",
    "section-title-footnotes": "Fotnoter",
    "section-title-references": "Referanser",
    "section-title-abstract": "Sammendrag",
    "toc-title-document": "Innholdsfortegnelse",
    "toc-title-website": "På denne siden",
    "code-summary": "Kode",
    "code-tools-menu-caption": "Kode",
    "copy-button-tooltip": "Kopier til utklipstavle",
    "copy-button-tooltip-success": "Kopiert!",
    "environment-proof-title": "Bevis",
    "search-label": "Søk",
    "title-block-author-single": "Forfatter",
    "title-block-author-plural": "Forfattere",
    "title-block-published": "Publisert",
}


def words_for(lang: str) -> dict[str, str]:
    """The default words for a language tag such as `nb-NO`; English where Quarto's bokmål is not meant."""
    return dict(NB if lang.split("-")[0].lower() in ("nb", "no", "nn") else EN)


MONTHS_NB = ["januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"]
