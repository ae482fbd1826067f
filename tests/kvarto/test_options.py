import pytest

from kvarto.faults import Faults
from kvarto.options import OPTIONS, parse, split


def options(text: str) -> tuple[dict[str, object], Faults]:
    faults = Faults()
    rows, _ = split(text.split("\n"))
    return parse(rows, "k.qmd", 10, {}, faults).own, faults


def test_options_are_yaml_above_the_code() -> None:
    rows, code = split(
        ["#| label: fig-a", "#| fig-subcap:", '#|   - "A"', "#|   - B", "x = 1", "#| ikke: dette"]
    )
    assert rows == ["label: fig-a", "fig-subcap:", '  - "A"', "  - B"] and code == ["x = 1", "#| ikke: dette"]
    own, faults = options('#| label: fig-a\n#| fig-subcap:\n#|   - "A: en"\n#|   - B\n#| echo: fenced')
    assert own == {"label": "fig-a", "fig-subcap": ["A: en", "B"], "echo": "fenced"} and not faults.errors


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#| fig-capp: x", "k.qmd:10: Ukjent celleopsjon «fig-capp».\n    → Mente du «fig-cap»?"),
        (
            "#| echo: true\n#| fig_cap: x",
            "k.qmd:11: Ukjent celleopsjon «fig_cap».\n    → Mente du «fig-cap»?",
        ),
        ("#| ekko: false", "k.qmd:10: Ukjent celleopsjon «ekko».\n    → Mente du «echo»?"),
        ("#| qqqqqq: 1", "k.qmd:10: Ukjent celleopsjon «qqqqqq».\n    → Se tabellen i docs/kvarto.md."),
        (
            "#| column: margin",
            "k.qmd:10: Celleopsjonen «column» støttes ikke.\n    Den finnes i Quarto, men ikke i "
            "kvarto.\n    → Fjern den.",
        ),
        (
            "#| echo: kanskje",
            "k.qmd:10: Celleopsjonen «echo» har feil type.\n    Leste 'kanskje'; her skal det stå "
            "true eller false, eller «fenced».",
        ),
        (
            "#| layout-ncol: to",
            "k.qmd:10: Celleopsjonen «layout-ncol» har feil type.\n    Leste 'to'; her skal det stå et tall.",
        ),
    ],
)
def test_a_wrong_option_is_refused_with_the_nearest_right_one(text: str, message: str) -> None:
    own, faults = options(text)
    assert faults.errors[0].text() == message
    assert not set(own) - {"echo"}


def test_an_expression_in_a_caption_is_refused_as_it_would_be_printed() -> None:
    _, faults = options("#| fig-cap: Andel `{python} x`")
    assert "regnes ikke ut" in faults.errors[0].what and "::: {#fig-…}" in faults.errors[0].fix


def test_broken_option_yaml_has_the_line_of_the_file() -> None:
    _, faults = options("#| label: a\n#| fig-cap: [x")
    assert faults.errors[0].place.startswith("k.qmd:11") and faults.errors[0].kind == "yaml"


def test_harmless_quarto_keys_pass() -> None:
    own, faults = options("#| tags: [a]\n#| fig-format: png")
    assert own == {} and not faults.errors


def test_the_cell_wins_over_the_chapter_and_that_over_the_default() -> None:
    got = parse(["echo: false"], "k.qmd", 1, {"echo": True, "warning": False}, Faults())
    assert got.get("echo") is False and got.get("warning") is False and got.get("output") is True


def test_every_option_has_a_type() -> None:
    assert all(kinds for kinds in OPTIONS.values())
