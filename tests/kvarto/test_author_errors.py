"""Every slip an author can make has one clear message: file and line, what is wrong, what to do.

One row a slip, through `kvarto check`, which tells faults and what the book forbids. `test_messages` holds
the full wording of the commonest ones, through the command.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kvarto import leftovers
from kvarto.cli import main
from kvarto.faults import EXIT_FAULTS, Faults, KvartoError
from kvarto.source import Line
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY

REFERENCES = HTML_ONLY + "bibliography: refs.bib\n"
BOOK = "@book{a, title={Tittel}, author={Nordmann, Kari}, year=2000}\n"
FINDINGS = HTML_ONLY + "kvarto:\n  annotations: {class: funn, attribute: ref, file: f.json, name: Funnet}\n"
ENTRIES = '{"annotations": {"f-208": {"outcome": "ok"}}}'
IMAGE = '![{}](linje.svg){{#{} fig-alt="Strek"}}\n'


@dataclass(frozen=True)
class Slip:
    """What the author wrote (chapter, `_quarto.yml`, further files) and what is told: place and sentence."""

    name: str
    told: str
    text: str = "# K\n"
    config: str = HTML_ONLY
    files: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


def cell(code: str, *options: str) -> str:
    return "\n".join(["# K", "", "```{python}", *(f"#| {o}" for o in options), code, "```", ""])


SLIPS = [
    # ------------------------------------------------------------ _quarto.yml
    Slip("yaml", "_quarto.yml:3:2: Filen er ikke gyldig YAML.", config="project:\n  type: book\n book: x\n"),
    Slip(
        "unknown setting",
        "_quarto.yml:4: Nøkkelen «bibliografi» er ukjent og virker ikke.",
        config=HTML_ONLY.replace("lang: nb-NO", "lang: nb-NO\nbibliografi: x.bib"),
    ),
    Slip(
        "misspelt setting",
        "_quarto.yml:11: Nøkkelen «book: titel» er ukjent og virker ikke.",
        config=HTML_ONLY.replace("  title:", "  titel:"),
    ),
    Slip(
        "wrong type",
        "_quarto.yml:14: «book: chapters» har feil type.",
        config=HTML_ONLY.replace("[index.qmd, k.qmd]", "index.qmd"),
    ),
    Slip(
        "missing chapter",
        "_quarto.yml:14: Kapittelet borte.qmd finnes ikke.",
        config=HTML_ONLY.replace("k.qmd]", "k.qmd, borte.qmd]"),
    ),
    Slip(
        "chapter twice",
        "_quarto.yml:14: Kapittelet k.qmd står to ganger (også på linje 14).",
        config=HTML_ONLY.replace("k.qmd]", "k.qmd, k.qmd]"),
    ),
    Slip(
        "no front page",
        "_quarto.yml:14: Boken mangler forsiden index.qmd.",
        config=HTML_ONLY.replace("[index.qmd, ", "["),
    ),
    Slip(
        "unknown extension",
        "_quarto.yml:16: Utvidelsen til formatet finnes-html finnes ikke.",
        config=HTML_ONLY.replace("  html: default", "  finnes-html: default"),
    ),
    Slip(
        "misspelt format",
        "_quarto.yml:17: Nøkkelen «format: htlm» er ukjent og virker ikke.",
        config=HTML_ONLY + "  htlm: default\n",
    ),
    Slip(
        "missing csl",
        "_quarto.yml:18: CSL-filen borte.csl finnes ikke.",
        "# K\n\nSom @a sier.\n",
        REFERENCES + "csl: borte.csl\n",
        {"refs_bib": BOOK},
    ),
    # ------------------------------------------------------------ files and front matter
    Slip("front matter yaml", "k.qmd:2:8: Filen er ikke gyldig YAML.", "---\ntitle: [a\n---\n\n# K\n"),
    Slip("open front matter", "k.qmd:1: Metadata øverst i filen er ikke lukket.", "---\ntitle: a\n\n# K\n"),
    Slip(
        "misspelt front matter",
        "k.qmd:2: Nøkkelen «tittel» er ukjent og virker ikke.",
        "---\ntittel: a\n---\n\n# K\n",
    ),
    Slip("not UTF-8", "k.qmd:3: Filen er ikke lagret som UTF-8.", raw="# K\n\nBlåbær\n".encode("latin-1")),
    Slip(
        "control character",
        "k.qmd:3:6: Linjen inneholder et usynlig styretegn (U+0008).",
        "# K\n\nTekst\x08 her\n",
    ),
    Slip(
        "missing include",
        "k.qmd:3: Filen _b.qmd som skal innlemmes, finnes ikke.",
        "# K\n\n{{< include _b.qmd >}}\n",
    ),
    Slip(
        "include of itself",
        "_a.qmd:1: Filen _a.qmd innlemmer seg selv.",
        "# K\n\n{{< include _a.qmd >}}\n",
        files={"_a_qmd": "{{< include _a.qmd >}}\n"},
    ),
    # ------------------------------------------------------------ structure
    Slip("no heading", "k.qmd:1: Kapittelet har ingen overskrift.", "Tekst uten overskrift.\n"),
    Slip("empty file", "k.qmd:1: Kapittelet har ingen overskrift.", ""),
    Slip(
        "two chapters in a file",
        "k.qmd:3: Kapittelet har en overskrift til på øverste nivå: «L».",
        "# K\n\n# L\n",
    ),
    Slip(
        "skipped level",
        "k.qmd:3: Overskriften «Dypt» hopper fra nivå 1 til nivå 3.",
        "# K\n\n### Dypt {#d}\n",
    ),
    Slip("open fence", "k.qmd:3: Cellen er aldri lukket.", "# K\n\n```{python}\n1\n\nTekst.\n"),
    Slip(
        "open div",
        "k.qmd:3: Boksen «::: {.callout-note}» er aldri lukket.",
        "# K\n\n::: {.callout-note}\nTekst.\n",
    ),
    Slip("stray div", "k.qmd:5: «:::» lukker en boks som ikke er åpnet.", "# K\n\nTekst.\n\n:::\n\nMer.\n"),
    Slip(
        "div without a line above",
        "k.qmd:4: Boksen må ha en tom linje over seg.",
        "# K\n\nTekst.\n::: {.x}\nMer.\n:::\n",
    ),
    Slip(
        "unknown callout",
        "k.qmd:3: Boksen callout-notat finnes ikke.",
        "# K\n\n::: {.callout-notat}\nTekst\n:::\n",
    ),
    Slip(
        "tabset",
        "k.qmd:3: Faner (panel-tabset) støttes ikke.",
        "# K\n\n::: {.panel-tabset}\n## A\n\nx\n:::\n",
    ),
    Slip(
        "layout",
        "k.qmd:3: layout=[[1,1] er ikke en liste av tall.",
        '# K\n\n::: {layout="[[1,1]"}\n\nA\n\nB\n:::\n',
    ),
    Slip("open attribute", "k.qmd:3:8: Krøllparentesen er aldri lukket.", '# K\n\n[tekst]{.funn ref="f-1"\n'),
    Slip("unknown shortcode", "k.qmd:3:7: Ukjent kortkode «ukjent».", "# K\n\nTekst {{< ukjent a >}}\n"),
    Slip(
        "unknown meta",
        "k.qmd:3:1: Ukjent nøkkel «borte.her» i kortkoden meta.",
        "# K\n\n{{< meta borte.her >}}\n",
    ),
    Slip(
        "unknown variable", "k.qmd:3:1: Ukjent nøkkel «borte» i kortkoden var.", "# K\n\n{{< var borte >}}\n"
    ),
    Slip("mathematics", "k.qmd:4: Formelen \\frac{1 lar seg ikke lese.", "# K\n\n$$\n\\frac{1\n$$\n"),
    # ------------------------------------------------------------ figures and tables
    Slip(
        "wrong image path",
        "k.qmd:3: Bildefilen b/borte.png finnes ikke.",
        '# K\n\n![T](b/borte.png){fig-alt="x"}\n',
    ),
    Slip(
        "not an image",
        "k.qmd:3: Bildefilen x.png kan ikke vises.",
        '# K\n\n![T](x.png){fig-alt="x"}\n',
        files={"x_png": "hei"},
    ),
    Slip(
        "image from the net",
        "k.qmd:3: Bildet https://example.org/a.png hentes fra nettet.",
        '# K\n\n![T](https://example.org/a.png){fig-alt="x"}\n',
    ),
    Slip(
        "no alternative text",
        "k.qmd:3: Bildet linje.svg mangler alternativ tekst.",
        "# K\n\n![Uten](linje.svg){#fig-x}\n",
    ),
    Slip(
        "no label",
        "k.qmd:3: Figuren har bildetekst, men ingen merkelapp.",
        '# K\n\n![Tekst](linje.svg){fig-alt="x"}\n',
    ),
    Slip(
        "no caption",
        "k.qmd:3: Figur fig-x har nummer, men ingen tekst.",
        '# K\n\n![](linje.svg){#fig-x fig-alt="x"}\n\nSe @fig-x.\n',
    ),
    Slip(
        "a table called a figure",
        "k.qmd:7: Merkelappen fig-x er for figurer, men står på en tabell.",
        "# K\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n: Tekst {#fig-x}\n",
    ),
    Slip(
        "a table that is none",
        "k.qmd:3: Merkelappen tbl-x er for tabeller, men står der det ikke er noen tabell.",
        cell("1", "label: tbl-x", "tbl-cap: T"),
    ),
    Slip(
        "too many cells",
        "k.qmd:5: Raden har 3 celler, men tabellen har 2 kolonner.",
        "# K\n\n| a | b |\n|---|---|\n| 1 | 2 | 3 |\n",
    ),
    # ------------------------------------------------------------ references
    Slip("missing label", "k.qmd:3: Henvisningen @tbl-borte peker ikke til noe.", "# K\n\nSe @tbl-borte.\n"),
    Slip(
        "label twice in a file",
        "k.qmd:5: Merkelappen fig-x brukes to ganger.",
        "# K\n\n" + IMAGE.format("a", "fig-x") + "\n" + IMAGE.format("b", "fig-x"),
    ),
    Slip(
        "label in two files",
        "l.qmd:1: Merkelappen sec-a brukes to ganger.",
        "# K {#sec-a}\n",
        HTML_ONLY.replace("k.qmd]", "k.qmd, l.qmd]"),
        {"l_qmd": "# L {#sec-a}\n"},
    ),
    Slip(
        "misspelt kind of label",
        "k.qmd:3: Kilden @fgi-x er brukt, men boken har ingen referansefil.",
        "# K\n\nSe @fgi-x.\n",
    ),
    Slip(
        "missing source",
        "k.qmd:3: Kilden @b2015 finnes ikke i refs.bib.",
        "# K\n\nSom @b2015 sier.\n",
        REFERENCES,
        {"refs_bib": BOOK},
    ),
    Slip(
        "missing list of sources",
        "_quarto.yml:17: Referansefilen refs.bib finnes ikke.",
        "# K\n\nSom @a sier.\n",
        REFERENCES,
    ),
    Slip(
        "broken list of sources",
        "refs.bib:2:1: Kildelisten lar seg ikke lese.",
        "# K\n\nSom @a sier.\n",
        REFERENCES,
        {"refs_bib": "@book{a,title={T,\n"},
    ),
    Slip("missing note", "k.qmd:3: Fotnoten [^1] finnes ikke.", "# K\n\nTekst[^1].\n"),
    Slip("a heading too deep", "k.qmd:3: Overskrifter har høyst seks nivåer.", "# K\n\n####### Dypt\n"),
    Slip(
        "a definition that no link uses",
        "k.qmd:3: Linjen vises ikke: «[Merk]:» sier hvor en lenke fører hen",
        "# K\n\n[Merk]: dette-er-viktig\n\n[brukt]: https://example.org\n\nSe [lenken][brukt].\n",
    ),
    Slip(
        "unused note",
        "k.qmd:5: Fotnoten [^1] er skrevet, men ikke brukt i teksten.",
        "# K\n\nTekst.\n\n[^1]: Note\n",
    ),
    Slip(
        "note twice",
        "k.qmd:7: To fotnoter i samme kapittel heter [^1].",
        "# K\n\nTekst[^1].\n\n[^1]: Note\n\n[^1]: To\n",
    ),
    Slip("link to no file", "k.qmd:3: Lenken til borte.qmd peker ikke til noe.", "# K\n\n[l](borte.qmd)\n"),
    Slip(
        "link to no heading",
        "k.qmd:3: Lenken til #sec-borte peker ikke til noe.",
        "# K\n\n[l](index.qmd#sec-borte)\n",
    ),
    # ------------------------------------------------------------ cells
    Slip("failing cell", "k.qmd:4: Celle nr. 1 stoppet: ZeroDivisionError: division by zero", cell("1 / 0")),
    Slip(
        "misspelt function",
        "k.qmd:4: Celle nr. 1 stoppet: NameError: name 'pritn' is not defined",
        cell("pritn(1)"),
    ),
    Slip(
        "missing package",
        "k.qmd:4: Celle nr. 1 stoppet: ModuleNotFoundError: No module named 'panda'",
        cell("import panda"),
    ),
    Slip("syntax", "k.qmd:4: Celle nr. 1 stoppet: SyntaxError", cell("x = (1,")),
    Slip("leaving Python", "k.qmd:5: Celle nr. 1 stoppet: SystemExit: 3", cell("import sys\nsys.exit(3)")),
    Slip("asking the reader", "k.qmd:4: Celle nr. 1 stoppet: EOFError", cell("input('?')")),
    Slip(
        "warning",
        "k.qmd:3: Cellen skriver advarsler (stderr) i boken.",
        cell("import warnings\nwarnings.warn('pass på')"),
    ),
    Slip(
        "HTML output",
        "k.qmd:3: Cellen gir HTML (text/html).",
        cell("from IPython.display import HTML\nHTML('<b>x</b>')"),
    ),
    Slip("another language", "k.qmd:3: Celler i «r» støttes ikke.", "# K\n\n```{r}\n1\n```\n"),
    Slip("misspelt option", "k.qmd:4: Ukjent celleopsjon «fig-capp».", cell("1", "fig-capp: T")),
    Slip("wrong option", "k.qmd:4: Celleopsjonen «echo» har feil type.", cell("1", "echo: kanskje")),
    Slip("late option", "k.qmd:5: Celleopsjonen står etter koden og gjelder ikke.", cell("1\n#| echo: true")),
    Slip(
        "failing expression",
        "k.qmd:3:7: Uttrykket `{python} 1 / 0` stoppet: ZeroDivisionError",
        "# K\n\nVerdi `{python} 1 / 0` her.\n",
    ),
    Slip(
        "misspelt method",
        "k.qmd:3:7: Uttrykket `{python} 'a'.uper()` stoppet: "
        "AttributeError: 'str' object has no attribute 'uper'\n    → Mente du «upper»?",
        "# K\n\nVerdi `{python} 'a'.uper()` her.\n",
    ),
    Slip(
        "expression not closed",
        "k.qmd:3:7: Uttrykket `{python} len('ab') av dem som svarte, er lærere, og de fleste av dem…` "
        "stoppet: SyntaxError: invalid syntax\n    → Rett koden. Mangler det en ` etter uttrykket?",
        "# K\n\nVerdi `{python} len('ab') av dem som svarte, er lærere, og de fleste av dem "
        "har `{python} 1`.\n",
    ),
    Slip(
        "typographic quotes in code",
        "k.qmd:4: Celle nr. 1 stoppet: SyntaxError: invalid character '”' (U+201D)\n"
        "    | len(”abc”)\n    → Bruk rette anførselstegn i kode",
        cell("len(”abc”)"),
    ),
    Slip(
        "indentation",
        "k.qmd:5: Celle nr. 1 stoppet: IndentationError: unexpected indent\n    | y = 2\n    → Innrykket",
        cell("x = 1\n  y = 2"),
    ),
    Slip(
        "decimal comma in an option",
        "k.qmd:4: Celleopsjonen «fig-width» har feil type.\n    Leste '6,5'; her skal det stå et tall.\n"
        "    → Skriv desimaler med punktum: 6.5.",
        cell("1", "fig-width: 6,5"),
    ),
    Slip(
        "option with a space",
        "k.qmd:4: Celleopsjonen gjelder ikke.",
        "# K\n\n```{python}\n# | echo: false\n1\n```\n",
    ),
    Slip("two backticks", "k.qmd:3:1: En celle begynner og slutter med tre `.", "# K\n\n``{python}\n1\n``\n"),
    Slip("quotes for a cell", "k.qmd:3:4: Uttrykket står ikke mellom to `", "# K\n\n'''{python}\n1\n'''\n"),
    Slip(
        "expression without backticks",
        "k.qmd:3:5: Uttrykket står ikke mellom to `",
        "# K\n\nTall{python} 1+1.\n",
    ),
    Slip(
        "expression between accents",
        "k.qmd:3:7: Uttrykket står ikke mellom to `",
        "# K\n\nTall ´{python} 1´\n",
    ),
    Slip(
        "capital Python", "k.qmd:3:6: Uttrykket begynner ikke med {python}", "# K\n\nTall `{Python} 1` her.\n"
    ),
    Slip("expression as in R", "k.qmd:3:6: Uttrykket mangler {python}", "# K\n\nTall `r len('ab')` her.\n"),
    Slip("round brackets", "k.qmd:3:1: Uttrykket mangler {python}", "# K\n\n`(python) len('ab')` her.\n"),
    # ------------------------------------------------------------ marks that Markdown does not take for marks
    Slip(
        "attribute with an open quote",
        'k.qmd:3:8: Krøllparentesen {.funn ref="f-208} lar seg ikke lese.\n'
        "    Et anførselstegn er ikke lukket.",
        '# K\n\n[tekst]{.funn ref="f-208}\n',
        FINDINGS,
        {"f_json": ENTRIES},
    ),
    Slip(
        "attribute with an open quote before a closed one",
        'k.qmd:3:8: Krøllparentesen {.x a="b" c="d} lar seg',
        '# K\n\n[tekst]{.x a="b" c="d}\n\nHan sa "ja".\n',
    ),
    Slip(
        "typographic quotes",
        "k.qmd:3:8: Krøllparentesen {.funn ref=”f-208”} lar seg ikke lese.\n"
        "    Anførselstegnene er ikke rette.",
        "# K\n\n[tekst]{.funn ref=”f-208”}\n",
        FINDINGS,
        {"f_json": ENTRIES},
    ),
    Slip(
        "class without a point",
        'k.qmd:3:8: Krøllparentesen {funn ref="f-208"} lar seg ikke lese.\n    En klasse',
        '# K\n\n[tekst]{funn ref="f-208"}\n',
    ),
    Slip(
        "comma in attributes",
        'k.qmd:3:8: Krøllparentesen {.a, b="c"} lar seg ikke lese.\n    Det er et komma',
        '# K\n\n[tekst]{.a, b="c"}\n',
    ),
    Slip(
        "blanks around =",
        'k.qmd:3:8: Krøllparentesen {.a b = "c"} lar seg ikke lese.\n    Det er mellomrom',
        '# K\n\n[tekst]{.a b = "c"}\n',
    ),
    Slip(
        "attributes of a box",
        "k.qmd:3:5: Krøllparentesen {callout-note} lar seg ikke lese.",
        "# K\n\n::: {callout-note}\nTekst.\n:::\n",
    ),
    Slip(
        "misspelt class",
        "k.qmd:3: Teksten viser til f-208, men har ikke klassen .funn.\n    Den har .fun.",
        '# K\n\n[tekst]{.fun ref="f-208"}\n',
        FINDINGS,
        {"f_json": ENTRIES},
    ),
    Slip("blank before attributes", "k.qmd:3:9: Det står et mellomrom foran {.a}.", "# K\n\n[tekst] {.a}\n"),
    Slip(
        "blank after an image",
        "k.qmd:3:17: Det står et mellomrom foran {#fig-x}.",
        "# K\n\n![T](linje.svg) {#fig-x}\n",
    ),
    Slip(
        "round brackets before attributes",
        "k.qmd:3:8: {.a} står etter runde parenteser.",
        "# K\n\n(tekst){.a}\n",
    ),
    Slip("bracket never opened", "k.qmd:3:6: Hakeparentesen er aldri åpnet.", "# K\n\ntekst]{.a}\n"),
    Slip(
        "bracket never closed", "k.qmd:3:7: Krøllparentesen {.a} hører ikke til noe.", "# K\n\n[tekst{.a}\n"
    ),
    Slip(
        "label on a line of its own",
        "k.qmd:7:1: Krøllparentesen {#tbl-x} hører ikke til noe.",
        "# K\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n{#tbl-x}\n",
    ),
    Slip(
        "label with an underscore",
        "k.qmd:3:16: Merkelappen #fig_x skrives med bindestrek.",
        '# K\n\n![T](linje.svg){#fig_x fig-alt="x"}\n',
    ),
    Slip(
        "reference with an underscore",
        "k.qmd:3: Henvisningen @fig_x peker ikke til noe.\n    Mente du @fig-x?",
        "# K\n\nSe @fig_x.\n\n" + IMAGE.format("a", "fig-x"),
    ),
    Slip(
        "reference to a renamed label",
        "k.qmd:3: Henvisningen @fig-linje peker ikke til noe.\n    Mente du @fig-linjen?",
        "# K\n\nSe @fig-linje.\n\n" + IMAGE.format("a", "fig-linjen"),
    ),
    Slip(
        "heading with an open label",
        "k.qmd:3:8: Krøllparentesen er aldri lukket.",
        "# K\n\n## Ord {#sec-x\n\nTekst.\n",
    ),
    Slip(
        "heading with a label in round brackets",
        "k.qmd:3:8: Merkelappen står i runde parenteser.",
        "# K\n\n## Ord (#sec-x)\n",
    ),
    Slip("heading without a blank", "k.qmd:3:1: Overskriften mangler mellomrom etter #.", "# K\n\n##Ord\n"),
    Slip(
        "heading under a paragraph",
        "k.qmd:4:1: Overskriften må ha en tom linje over seg.",
        "# K\n\nTekst.\n## Ord\n",
    ),
    Slip(
        "list under a paragraph",
        "k.qmd:4:1: Listen må ha en tom linje over seg.",
        "# K\n\nDette:\n- a\n- b\n",
    ),
    Slip("note with round brackets", "k.qmd:3:7: «^(» er ingen fotnote.", "# K\n\nTekst.^(En note.)\n"),
    Slip("note with a blank", "k.qmd:3:7: Det står et mellomrom i fotnoten.", "# K\n\nTekst.^ [En note.]\n"),
    Slip("note the wrong way", "k.qmd:3:16: Taket ^ står etter fotnoten.", "# K\n\nTekst.[En note.]^\n"),
    Slip("note never closed", "k.qmd:3:7: Fotnoten er aldri lukket.", "# K\n\nTekst.^[En note.\n\nMer.\n"),
    Slip("note without words", "k.qmd:5: Fotnoten har ingen tekst.", "# K\n\nTekst[^a].\n\n[^a]:\n"),
    Slip("image with a blank", "k.qmd:3:4: Det står et mellomrom mellom ] og (", "# K\n\n![T] (linje.svg)\n"),
    Slip(
        "image whose name has a blank",
        "k.qmd:3: Bildefilen min linje.svg finnes ikke.",
        '# K\n\n![T](min linje.svg){fig-alt="x"}\n',
    ),
    Slip(
        "link the wrong way",
        "k.qmd:3:4: Parentesene i lenken er byttet om.",
        "# K\n\nSe (her)[https://example.org]\n",
    ),
    Slip(
        "link never closed",
        "k.qmd:3:9: Lenken eller bildet er aldri lukket.",
        "# K\n\nSe [her](https://example.org\n",
    ),
    Slip("bold never closed", "k.qmd:3:4: Stjernene ** for halvfet er ikke lukket.", "# K\n\nEt **ord.\n"),
    Slip(
        "table without a rule",
        "k.qmd:3:1: Tabellen mangler streken under hodet.",
        "# K\n\n| a | b |\n| 1 | 2 |\n",
    ),
    Slip(
        "rule of another width",
        "k.qmd:4:1: Streken under tabellhodet har 1 kolonne, hodet har 2 kolonner.",
        "# K\n\n| a | b |\n|---|\n| 1 | 2 |\n",
    ),
    Slip(
        "table under a paragraph",
        "k.qmd:4:1: Tabellen må ha en tom linje over seg.",
        "# K\n\nTekst\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    ),
    Slip(
        "box with two colons",
        "k.qmd:3:1: En boks åpnes og lukkes med tre kolon.",
        "# K\n\n:: {.callout-note}\nTekst.\n::\n",
    ),
    Slip(
        "cell never closed in a box",
        "k.qmd:4: Cellen er aldri lukket.",
        "# K\n\n::: {.callout-note}\n```{python}\n1\n:::\n\nTekst.\n",
    ),
    Slip(
        "shortcode with one brace",
        "k.qmd:3:1: Kortkoden pagebreak er ikke skrevet riktig.",
        "# K\n\n{< pagebreak >}\n",
    ),
    Slip(
        "shortcode without <",
        "k.qmd:3:1: Kortkoden include er ikke skrevet riktig.",
        "# K\n\n{{ include a.qmd }}\n",
    ),
    Slip("comment never closed", "k.qmd:3: Kommentaren er aldri lukket.", "# K\n\n<!-- glemt\n\nResten.\n"),
    Slip(
        "comment never closed in a line",
        "k.qmd:3: Kommentaren er aldri lukket.",
        "# K\n\nTekst <!-- glemt\n\nResten.\n",
    ),
    Slip(
        "metadata below the top",
        "k.qmd:2: Metadata må begynne på filens første linje",
        "\n---\ntitle: K\n---\n\nT\n",
    ),
    Slip(
        "merge marker",
        "k.qmd:3:1: Linjen er et flettemerke: <<<<<<< HEAD",
        "# K\n\n<<<<<<< HEAD\nA\n=======\nB\n>>>>>>> gren\n",
    ),
    # ------------------------------------------------------------ files as other programs write them
    Slip(
        "UTF-16",
        "k.qmd:1: Filen er ikke lagret som UTF-8.\n    Den er lagret som UTF-16",
        raw="# K\n".encode("utf-16"),
    ),
    Slip(
        "tabulator in YAML",
        "_quarto.yml:18:1: Filen er ikke gyldig YAML.\n    YAML: found character that cannot "
        "start any token\n    → Innrykk skrives med mellomrom",
        config=HTML_ONLY + "execute:\n\techo: false\n",
    ),
    Slip(
        "colon in YAML",
        "_quarto.yml:11:15: Filen er ikke gyldig YAML.\n    YAML: mapping values are not allowed in "
        "this context\n    → Et kolon i verdien",
        config=HTML_ONLY.replace("Prøvebok", "Prøve: en bok"),
    ),
    Slip(
        "decimal comma in YAML",
        "_quarto.yml:18: «execute: fig-width» har feil type.\n    Leste '6,5'; her skal det "
        "stå et tall.\n    → Skriv desimaler med punktum: 6.5.",
        config=HTML_ONLY + "execute:\n  fig-width: 6,5\n",
    ),
    Slip(
        "chapter in another folder",
        "_quarto.yml:14: Kapittelet rapport/k.qmd finnes ikke.\n    Mente du k.qmd?",
        config=HTML_ONLY.replace("k.qmd]", "rapport/k.qmd]"),
    ),
    Slip(
        "source twice",
        "refs.bib:2: Kilden a står to ganger.\n    Den første er på linje 1.",
        "# K\n\n@a sier.\n",
        REFERENCES,
        {"refs_bib": BOOK + BOOK},
    ),
    Slip(
        "source with a near match",
        "k.qmd:3: Kilden @vageng2016 finnes ikke i refs.bib.\n    Mente du @vageng2015?",
        "# K\n\n@vageng2016 sier.\n",
        REFERENCES,
        {"refs_bib": BOOK.replace("{a,", "{vageng2015,")},
    ),
    Slip(
        "source without a comma",
        "refs.bib:1:25: Kildelisten lar seg ikke lese.",
        "# K\n\n@a sier.\n",
        REFERENCES,
        {"refs_bib": BOOK.replace("{Tittel},", "{Tittel}")},
    ),
    Slip("empty expression", "k.qmd:3:6: Uttrykket `{python}` er tomt.", "# K\n\nTall `{python} ` her.\n"),
]


@pytest.mark.parametrize("slip", SLIPS, ids=lambda slip: slip.name)
def test_a_slip_is_told(slip: Slip, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with contextlib.suppress(KvartoError):  # the book cannot be loaded, which is the point
        make(tmp_path, slip.text, slip.config, **slip.files)
    if slip.raw is not None:
        (tmp_path / "k.qmd").write_bytes(slip.raw)
    assert main(["check", str(tmp_path), "--quiet"]) == EXIT_FAULTS
    said = capsys.readouterr().err
    blocks = said.split("\n\n")
    mine = [block for block in blocks if block.startswith(slip.told)]
    assert mine, said
    lines = mine[0].splitlines()
    assert "Traceback" not in said
    assert "HasCallStack" not in said
    # Python's own words may be all there is to say of an expression
    assert len(lines) > 1 or "stoppet:" in lines[0], "what was found, or what to do?"


def test_there_are_many() -> None:
    assert len(SLIPS) >= 120
    assert len({slip.told for slip in SLIPS}) >= 110


GOOD = {
    "attributes": '[a]{.b}, [c]{#d .e f="g h" i=j}, [k]{}, `kode`{.r}',
    "links": '![](linje.svg){fig-alt=""} og [l](https://a.no/b_(c)){.m}',
    "headings": "## To {#sec-to .unnumbered}\n\n### Tre [a] {-}\n## Fire (4)\n- punkt",
    "table": "Table: Tekst {#tbl-a}\n\n"
    "| a | b |\n|---|---|\n| `x|y` | $|z|$ |\n\n: En *lang*\ntekst {#tbl-b}",
    "table in a box": "::: {#tbl-c .row-headers}\n| a |\n|---|\n| 1 |\n\nTekst.\n:::",
    "quotation": "> | a |\n> |---|\n> | 1 |\n>\n> : Tekst {#tbl-d}",
    "line block": "| Linje én\n| Linje to",
    "superscript": "x^(2)^ og m^2^ og [a]^2^ og a^[Note med [lenke](https://a.no) og *ord*.]",
    "note": "Tekst[^n].\n\n[^n]:\n    Noten står på neste linje.",
    "formula": "$x^{(2)}$ og $a_{[1]}$ til sammen\n\n$$\nx^{(2)} = {a}\n$$ {#eq-a}",
    "escaped": "\\{.a} og \\[a] {\\.b} og \\*\\* og \\^(a) og \\#Ord\n\\- ikke en liste",
    "sets": "Kodene {1, 2, 3} og mengden [a, b] {her}.",
    "code": "Skriv `[a] {.b}`, ``{{python}} x``, `python scripts/a.py`, `r = 1` og `^(`.\n\n"
    "```\n[a] {.b}\n<!-- \n```",
    "rules": "Over.\n\n* * *\n\n***\n\n---\n\nUnder.",
    "comment": "Tekst <!-- en\n\nkommentar --> mer.",
    "list": "- a\n  - b\n\n1. c\n   - d\n\nÅr\n1814. Det gikk -\n2 av 3.",
    "quotes": 'Han sa «ja» og "nei".',
    "money": "Fra $100 til $200.",
    "strong": "**En** og ***to*** og **tre\nfire**.",
    "shortcode": "{{< meta book.title >}} og {{{< meta a >}}}",
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_is_not_told(name: str, tmp_path: Path) -> None:
    lines = [Line(row, "k.qmd", number) for number, row in enumerate(f"# K\n\n{GOOD[name]}\n".split("\n"), 1)]
    faults = Faults()
    leftovers.find(lines, faults)
    assert not list(faults), faults.report()
