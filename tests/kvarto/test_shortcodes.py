from pathlib import Path

import pytest

from kvarto.faults import Faults
from tests.kvarto.front import HTML_ONLY, chapter, run

CONFIG = HTML_ONLY + 'serie: "r2016:02"\nutgiver:\n  navn: "AFI *x*"\n  liste: [en, to]\n'


def text(folder: Path, body: str, faults: Faults | None = None) -> str:
    return chapter(
        folder, "# K\n\n" + body, faults, CONFIG, _variables_yml="v: 1.20\nw: 1.0\nd: 2016-02-01\n"
    )


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("{{< meta serie >}}", "r2016:02"),
        ("{{<meta utgiver.navn>}}", "AFI *x*"),
        ("{{< meta utgiver.liste.2 >}}", "to"),
        ("{{< meta book.title >}}", "Prøvebok"),
        ("{{< meta title >}}", "1 K"),
        ("{{< var v >}} {{< var w >}}", "1.2 1"),
        ("{{< var d >}}", "2016-02-01"),
        ("`{{< meta serie >}}`", "`r2016:02`"),
        ("```\n{{< meta serie >}} {{< ukjent >}}\n```", "```\nr2016:02 {{< ukjent >}}\n```"),
        ("{{{< meta serie >}}}", r"\{\{\< meta serie \>\}\}"),
        ("{{</* meta serie */>}}", r"\{\{\< meta serie \>\}\}"),
        ("`{{{< meta serie >}}}`", "`{{< meta serie >}}`"),
        ("<!-- {{< ukjent >}} -->", "<!-- {{< ukjent >}} -->"),
        ("a\n\n{{< pagebreak >}}\n\nb", "a\n\n\n::: {.kv-pagebreak}\n:::\n\n\nb"),
    ],
)
def test_shortcodes_are_replaced(tmp_path: Path, body: str, shown: str) -> None:
    assert text(tmp_path, body) == f"# K\n\n{shown}\n"


@pytest.mark.parametrize(
    ("body", "message", "draft"),
    [
        (
            "x {{< ukjent a b >}}",
            "k.qmd:3:3: Ukjent kortkode «ukjent».\n    kvarto kjenner include, meta, var, pagebreak.\n"
            "    → {{{< … >}}} viser den som tekst.",
            r"[\{\{\< ukjent a b \>\}\}]{.kv-fault",
        ),
        (
            "{{< mta serie >}}",
            "k.qmd:3:1: Ukjent kortkode «mta».\n    kvarto kjenner include, meta, var, pagebreak.\n"
            "    → Mente du «meta»?",
            ".kv-fault",
        ),
        (
            "{{< video x.mp4 >}}",
            "k.qmd:3:1: Kortkoden «video» støttes ikke.\n    kvarto kjenner include, meta, var, "
            "pagebreak.\n    → Skriv innholdet rett i teksten, eller lag det i en celle.",
            ".kv-fault",
        ),
        (
            "{{< meta seri >}}",
            "k.qmd:3:1: Ukjent nøkkel «seri» i kortkoden meta.\n    Fant den ikke i metadata.\n"
            "    → Mente du «serie»?",
            "[?meta:seri]{.kv-fault",
        ),
        (
            "{{< meta utgiver >}}",
            "k.qmd:3:1: Ukjent nøkkel «utgiver» i kortkoden meta.\n    Nøkkelen har flere verdier "
            "under seg.\n    → Rett nøkkelen, eller legg den til.",
            ".kv-fault",
        ),
        (
            "a {{< pagebreak >}} b",
            "k.qmd:3:3: Kortkoden pagebreak må stå alene på linjen.\n    → Sett den på en egen "
            "linje med tom linje over og under.",
            ".kv-fault",
        ),
        (
            "a {{< meta\nserie >}}",
            "k.qmd:3: Kortkoden er ikke lukket på samme linje.\n    → Skriv {{< … >}} på én linje; "
            "{{{< … >}}} viser den som tekst.",
            "{{< meta",
        ),
    ],
)
def test_a_wrong_shortcode_is_refused_and_marked(tmp_path: Path, body: str, message: str, draft: str) -> None:
    faults = Faults()
    got = text(tmp_path, body, faults)
    assert [f.text() for f in faults.errors] == [message]
    assert draft in got


def test_what_cells_print_is_resolved_but_their_code_is_not(tmp_path: Path) -> None:
    got = text(
        tmp_path,
        "```{python}\n#| echo: false\n#| output: asis\nx = '{{' + '< meta serie >' + '}}'\nprint(x)\n"
        "print(len('{{< meta serie >}}'))\n```\n",
    )
    assert "r2016:02" in got and "\n18\n" in got


def test_title_is_quartos_in_each_format(tmp_path: Path) -> None:
    executed = run(
        tmp_path,
        "# K\n\n{{< meta title >}}\n",
        config=HTML_ONLY + "  typst: default\n",
        targets=("html", "typst"),
    )["k.qmd"]
    assert executed.markdown("html").endswith("\n1 K\n") and executed.markdown("typst").endswith(
        "\nPrøvebok\n"
    )
