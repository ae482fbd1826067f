"""No number of the survey is typed: it is inline code, or stands in a bound finding (report/prosa.yml)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from kvarto import prose
from kvarto.source import Line
from tests.language import reading

CONFIG = yaml.safe_load((reading.ROOT / "_quarto.yml").read_text(encoding="utf-8"))["kvarto"]
RULES = prose.read(reading.ROOT / CONFIG["prose"], CONFIG["annotations"]["class"])


def lines(text: str, name: str = "kap.qmd") -> list[Line]:
    """A file's lines as kvarto has them: those of its front matter are left out."""
    rows = text.split("\n")
    first = rows.index("---", 1) + 1 if rows[0] == "---" else 0
    return [Line(row, name, number) for number, row in enumerate(rows, 1) if number > first]


def found(text: str) -> list[str]:
    return [one.words for one in RULES.find(lines(text))]


def in_file(file: Path) -> list[prose.Found]:
    name = file.relative_to(reading.ROOT).as_posix()
    return list(RULES.find(lines(file.read_text(encoding="utf-8"), name)))


def test_no_number_of_the_survey_is_typed() -> None:
    typed = [one for file in reading.sources() for one in in_file(file)]
    wrong = [one for one in typed if not one.allowed_by]
    assert not wrong, "\n".join(f"{one.line.path}:{one.line.no}: «{one.words}»" for one in wrong)
    needed = {exception for one in typed for exception in one.allowed_by}
    assert not {e for rule in RULES.rules for e in rule.exceptions} - needed, "unntak som ikke trengs"


def test_every_exception_has_a_reason() -> None:
    assert all(len(exception.why) > 15 for rule in RULES.rules for exception in rule.exceptions)


@pytest.mark.parametrize(
    "text",
    [
        "om lag 36 % av utvalget",
        r"nesten 40\ % av dem",
        "36,1\u00a0% er sosionomer",
        "36 prosent av dem",
        "en økning på fire prosentpoeng",
        "rundt halvparten av dem",
        "en tredel av de ansatte",
        "to tredjedeler av dem",
        "en fjerdedel",
        "det store flertallet",
        "et lite mindretall",
        "to av tre ansatte",
        "ni av de ti kontorene",
        "hver tredje ansatt",
        "dobbelt så mange",
        "forskjellen er stor (n = 987)",
        "signifikant (*p* < ,05)",
        "r = 0,46",
        "sammenhengen er ,32",
    ],
)
def test_a_typed_number_is_found(text: str) -> None:
    assert len(found(f"Her er {text} i teksten.")) == 1


@pytest.mark.parametrize(
    "text",
    [
        'Andelen er `{python} r.share("sa_ip")`.',
        '[Halvparten er enige.]{.funn ref="f-046"}',
        '[Halvparten^[I trykt utgave [40\\ %]{.funn ref="f-047"}.] er enige.]{.funn ref="f-046"}',
        '[Halvparten er\nenige.]{.funn\nref="f-046"}',
        "svarprosenten i 2014, 20 brukere per veileder, kapittel 3, delen om fem kontorer",
        "```{python}\na = 40 % 3\n```",
        '![](a.svg){fig-alt="36 %"}',
        "---\ntitle: 40 %\n---\n\nTekst",
    ],
)
def test_computed_bound_and_told_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []
