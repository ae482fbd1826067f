"""No number of the survey is typed: it is inline code, or stands in a bound finding."""

from __future__ import annotations

import pytest

from tests.language import numbers, reading
from tests.language.numbers import Allowed


def found(text: str) -> list[str]:
    return [number.found for number in numbers.typed_in(text, "kap.qmd")]


def test_no_number_of_the_survey_is_typed() -> None:
    typed = [number for file in reading.sources() for number in numbers.typed(file)]
    faults, unused = numbers.judge(typed, numbers.allowed())
    told = "\n".join(str(fault) for fault in faults)
    assert not faults, f"Regn tallet ut (`{{python}} r.…`) eller bind utsagnet til et funn:\n{told}"
    assert unused == [], "unntak i tall.yml som ikke trengs"


def test_every_exception_has_a_reason() -> None:
    assert all(len(exception.why) > 15 for exception in numbers.allowed())


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


def test_the_message_names_file_and_line() -> None:
    (number,) = numbers.typed_in("# En\n\nTo linjer og\nhalvparten av dem.\n", "report/kap.qmd")
    assert str(number).startswith("report/kap.qmd:4: «halvparten» i «")


def test_an_exception_fits_its_file_and_words_and_is_missed_when_unused() -> None:
    typed = list(numbers.typed_in("Han mener at flertallet vil det.", "a.qmd"))
    fits = Allowed("a.qmd", "mener at flertallet", "told")
    assert numbers.judge(typed, [fits]) == ([], [])
    other = Allowed("b.qmd", "mener at flertallet", "told")
    assert numbers.judge(typed, [other]) == (typed, [other])
