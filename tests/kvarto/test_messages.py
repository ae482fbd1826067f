"""The exact words an author meets, end to end, by the command: one test for each kind of fault."""

from pathlib import Path

import pytest

from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY, kvarto

BOOK = "Boken ble ikke skrevet. Forrige utgave står urørt.\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "# K\n\n```{python}\n#| label: sprekker\nx = 1\nraise ValueError('uventet')\n```\n",
            """\
k.qmd:6: Cellen «sprekker» stoppet: ValueError: uventet
    | raise ValueError('uventet')

1 feil
""",
            id="a broken cell",
        ),
        pytest.param(
            "# K\n\nVerdi `{python} 1 / 0` her.\n",
            """\
k.qmd:3:7: Uttrykket `{python} 1 / 0` stoppet: ZeroDivisionError: division by zero

1 feil
""",
            id="a broken expression",
        ),
        pytest.param(
            "# K\n\nSe @fig-finnes-ikke.\n",
            """\
k.qmd:3: Henvisningen @fig-finnes-ikke peker ikke til noe.
    Ingen figur, tabell, formel eller overskrift har den merkelappen.
    → Rett navnet, eller gi målet merkelappen {#fig-finnes-ikke}.

1 feil
""",
            id="a broken reference",
        ),
        pytest.param(
            "# K\n\n![Uten alt](linje.svg){#fig-x}\n",
            """\
k.qmd:3: Bildet linje.svg mangler alternativ tekst.
    Uten den får den som ikke ser bildet, ingenting, og PDF-en blir ikke godkjent.
    → Skriv fig-alt="Hva bildet viser" i krøllparentesen etter bildet, eller #| fig-alt: i cellen.

1 feil
""",
            id="a missing alt text",
        ),
        pytest.param(
            "# K\n\n```{python}\n#| label: les\nopen('data/borte.csv')\n```\n",
            """\
k.qmd:5: Cellen «les» stoppet: filen data/borte.csv finnes ikke (FileNotFoundError).
    | open('data/borte.csv')
    → Rett stien, eller legg filen der. Stier regnes fra mappen til kapittelets fil.

1 feil
""",
            id="a missing data file",
        ),
        pytest.param(
            "# K\n\n```{python}\n#| echo: false\n#| fig-capp: Figur\n1\n```\n",
            """\
k.qmd:5: Ukjent celleopsjon «fig-capp».
    → Mente du «fig-cap»?

1 feil
""",
            id="a misspelt option",
        ),
        pytest.param(
            "# K\n\nTekst {{< ukjent a b >}} her.\n",
            """\
k.qmd:3:7: Ukjent kortkode «ukjent».
    kvarto kjenner include, meta, var, pagebreak.
    → {{{< … >}}} viser den som tekst.

1 feil
""",
            id="an unknown shortcode",
        ),
        pytest.param(
            "# K\n\n{{< include _borte.qmd >}}\n",
            """\
k.qmd:3: Filen _borte.qmd som skal innlemmes, finnes ikke.
    Lette etter _borte.qmd.
    → Rett stien, eller lag filen.

1 feil
""",
            id="a missing include",
        ),
        pytest.param(
            "# K\n\n::: {.callout-note}\nTekst.\n",
            """\
k.qmd:3: Boksen «::: {.callout-note}» er aldri lukket.
    → Sett inn en linje med ::: der boksen slutter.

1 feil
""",
            id="an open div",
        ),
    ],
)
def test_each_fault_is_told_in_these_words(tmp_path: Path, text: str, message: str) -> None:
    make(tmp_path, text, HTML_ONLY)
    done = kvarto("render", tmp_path, "--quiet")
    assert (done.returncode, done.stderr, done.stdout) == (1, message, "")
    assert not (tmp_path / "_book").exists()


def test_all_faults_come_together_in_the_order_of_the_book(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\nSe @tbl-x.\n\n```{python}\n#| ekko: false\n1 / 0\n```\n", HTML_ONLY)
    done = kvarto("render", tmp_path, "--quiet")
    assert [row.split(" ")[0] for row in done.stderr.splitlines() if row.startswith("k.qmd")] == [
        "k.qmd:3:",
        "k.qmd:6:",
        "k.qmd:7:",
    ]
    assert done.stderr.endswith("3 feil\n")
