"""Words that a book prints by itself («Figur», «Kapittel», «Innhold»), for bokmål and English.

Keys that begin with `kvarto-` are kvarto's own, the others Quarto's. A book overrides them under `language:`.
Odd forms («Kapitel», «Warning») are Quarto's defaults for `lang: nb`, kept so that both programs print alike.
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


_OWN: dict[str, tuple[str, str]] = {
    "search-no-results-text": ("Ingen treff", "No results"),
    "toggle-navigation": ("Vis eller skjul menyen", "Show or hide the menu"),
    "toggle-dark-mode": ("Bytt mellom lyst og mørkt", "Switch between light and dark"),
    "kvarto-skip": ("Hopp til innholdet", "Skip to content"),
    "kvarto-nav-label": ("Kapitler", "Chapters"),
    "kvarto-menu": ("Meny", "Menu"),
    "kvarto-close": ("Lukk", "Close"),
    "kvarto-contents": ("Innhold", "Contents"),
    "kvarto-breadcrumbs": ("Du er her", "You are here"),
    "kvarto-previous": ("Forrige", "Previous"),
    "kvarto-next": ("Neste", "Next"),
    "kvarto-pager": ("Forrige og neste kapittel", "Previous and next chapter"),
    "kvarto-expand": ("Vis undersider av {title}", "Show pages under {title}"),
    "kvarto-theme": ("Fargevalg", "Colours"),
    "kvarto-theme-light": ("Lyst", "Light"),
    "kvarto-theme-dark": ("Mørkt", "Dark"),
    "kvarto-theme-auto": ("Som maskinen", "As the system"),
    "kvarto-search-placeholder": ("Søk i boka", "Search the book"),
    "kvarto-search-hint": (
        "Skriv minst to bokstaver. Piltaster velger, Enter åpner, Esc lukker.",
        "Type at least two letters. Arrow keys choose, Enter opens, Esc closes.",
    ),
    "kvarto-search-count-one": ("1 treff", "1 result"),
    "kvarto-search-count": ("{n} treff", "{n} results"),
    "kvarto-search-local": (
        "Søket virker ikke når siden åpnes rett fra disken i denne nettleseren. "
        "Bruk nettleserens eget søk, eller PDF-en.",
        "Search does not work when this browser opens the page from disk. Use the browser's own, or the PDF.",
    ),
    "kvarto-search-failed": ("Søkeregisteret lot seg ikke hente.", "The search index could not be fetched."),
    "kvarto-downloads": ("Nedlastinger", "Downloads"),
    "kvarto-cite": ("Slik siterer du", "How to cite"),
    "kvarto-cite-copy": ("Kopier", "Copy"),
    "kvarto-copied": ("Kopiert", "Copied"),
    "kvarto-published": ("Publisert", "Published"),
    "kvarto-authors": ("Forfattere", "Authors"),
    "kvarto-licence": ("Lisens", "Licence"),
    "kvarto-fig-data": ("Vis tallene", "Show the numbers"),
    "kvarto-fig-download": ("Last ned", "Download"),
    "kvarto-fig-link": ("Lenke", "Link"),
    "kvarto-fig-link-copied": ("Lenken er kopiert", "Link copied"),
    "kvarto-fig-table-caption": ("Tallene i figuren", "The figure's numbers"),
    "kvarto-fig-synthetic": ("Syntetiske tall", "Synthetic numbers"),
    "kvarto-table-scroll": (
        "Rull sidelengs for å se hele tabellen",
        "Scroll sideways to see the whole table",
    ),
    "kvarto-footnotes": ("Noter", "Notes"),
    "kvarto-footnote": ("Note {n}", "Note {n}"),
    "kvarto-back-to-text": ("Tilbake til teksten fra note {n}", "Back to the text from note {n}"),
    "kvarto-fault": ("Feil", "Fault"),
    "kvarto-draft": ("Kladd", "Draft"),
    "kvarto-draft-one": (
        "Denne utgaven er en kladd: 1 feil er merket i teksten.",
        "This is a draft: 1 fault is marked in the text.",
    ),
    "kvarto-draft-many": (
        "Denne utgaven er en kladd: {n} feil er merket i teksten.",
        "This is a draft: {n} faults are marked in the text.",
    ),
    "kvarto-draft-none": ("Denne utgaven er en kladd.", "This is a draft."),
    "kvarto-about": ("Om nettstedet", "About this site"),
    "kvarto-floats": ("Figurer og tabeller", "Figures and tables"),
    "kvarto-floats-file": ("figurer-og-tabeller", "figures-and-tables"),
    "kvarto-floats-figures": ("Figurer", "Figures"),
    "kvarto-floats-tables": ("Tabeller", "Tables"),
    "kvarto-floats-data": (
        "Alle tallene i figurene og tabellene kan lastes ned samlet, med en beskrivelse av hver fil "
        "(datapackage.json).",
        "All numbers of the figures and tables can be downloaded together, with a description of each file "
        "(datapackage.json).",
    ),
    "kvarto-build": ("Om bygget", "About the build"),
    "kvarto-build-file": ("om-bygget", "about-the-build"),
    "kvarto-build-intro": (
        "Denne siden sier hva boken er bygget av. Sjekksummene er SHA-256. Samme filer og samme programmer "
        "gir den samme boken, byte for byte.",
        "This page says what the book was built from. Checksums are SHA-256. The same files and programs "
        "give the same book, byte for byte.",
    ),
    "kvarto-build-edition": ("Utgaven", "The edition"),
    "kvarto-build-data": ("Data og analyse", "Data and analysis"),
    "kvarto-build-sources": ("Tekst og program", "Text and program"),
    "kvarto-build-programs": ("Programmer", "Programs"),
    "kvarto-build-text": (
        "Teksten (kapitler, oppsett og referanser)",
        "The text (chapters, settings, references)",
    ),
    "kvarto-build-lock": ("Låsefilen {file}", "The lock file {file}"),
    "kvarto-build-kvarto": ("Koden til kvarto", "The code of kvarto"),
    "kvarto-build-sum": (
        "En sjekksum av flere filer er sjekksummen av listen som sha256sum skriver av dem, sortert etter "
        "filnavn.",
        "The checksum of several files is that of the list that sha256sum writes of them, sorted by name.",
    ),
    "kvarto-accessibility": ("Tilgjengelighetserklæring", "Accessibility statement"),
    "kvarto-accessibility-file": ("tilgjengelighet", "accessibility"),
    "kvarto-accessibility-tested": ("Hva som er prøvd", "What has been tested"),
    "kvarto-accessibility-untested": ("Hva som ikke er prøvd", "What has not been tested"),
    "kvarto-accessibility-known": ("Kjente mangler", "Known shortcomings"),
    "kvarto-accessibility-contact": ("Meld fra om feil", "Report a fault"),
    "kvarto-accessibility-date": (
        "Erklæringen gjelder utgaven av {date}.",
        "This statement is of the edition of {date}.",
    ),
    "kvarto-unset": ("ikke oppgitt", "not given"),
    "kvarto-edition": ("Utgave", "Edition"),
    "kvarto-date": ("Dato", "Date"),
    "kvarto-changed": ("Sist endret {date}", "Last changed {date}"),
    "kvarto-contact": ("Kontakt", "Contact"),
    "kvarto-data": ("Data", "Data"),
    "kvarto-data-download": ("tallene", "the numbers"),
    "kvarto-data-figures": ("Tallene i alle figurene", "The numbers of all figures"),
    "kvarto-data-number": ("nummer", "number"),
    "kvarto-data-title": ("tittel", "title"),
    "kvarto-data-row": ("rad", "row"),
    "kvarto-cite-edition": ("Denne utgaven", "This edition"),
    "kvarto-cite-original": ("Den opprinnelige rapporten", "The original report"),
    "kvarto-cite-genre": ("{institute}-rapport", "{institute} report"),
    "kvarto-cite-more": ("Flere formater", "More formats"),
    "kvarto-cite-text": ("Referanse", "Reference"),
    "kvarto-section-link": ("Lenke til avsnittet", "Link to this section"),
    "kvarto-to-top": ("Til toppen", "To the top"),
}


def words_for(lang: str) -> dict[str, str]:
    """The default words for a language tag such as `nb-NO`; English where Quarto's bokmål is not meant."""
    norwegian = lang.split("-")[0].lower() in ("nb", "no", "nn")
    own = {key: pair[0 if norwegian else 1] for key, pair in _OWN.items()}
    return {**(NB if norwegian else EN), **own}


MONTHS_NB = (
    "januar februar mars april mai juni juli august september oktober november desember".split()  # noqa: SIM905
)
