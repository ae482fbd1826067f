"""Paths into the registry."""

from __future__ import annotations

from decimal import Decimal

import pytest

from storbynav.verify.model import VerificationError
from storbynav.verify.places import Places

PLACES = Places()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sample:respondents.gender_pct.kvinner", "73.4"),
        ("sample:survey.response_rate_pct.1.value", "32.5"),
        ("figures:v1_6.values.0.value", "58.8"),
        ("figures:v2_4_to_6.constraints.0.value", "70"),
        ("claims:C045.pct", "78"),
        ("sample:office_constraints[lines=237-238].value_pct", "89"),
    ],
)
def test_a_path_gives_the_number_with_its_decimals(path: str, value: str) -> None:
    assert str(PLACES.value(path)) == str(Decimal(value))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("sample:respondents.gender_pct.menneske", "registeret har ikke 'menneske' der"),
        ("figures:v1_99.values.0.value", "registeret har ikke 'v1_99' der"),
        ("figures:v1_6.values.17.value", "registeret har ikke '17' der"),
        ("tables:v1_1", "'tables' er ikke en av sample, figures, claims"),
        ("sample:survey.software.value", "'SPSS' er ikke et tall"),
        ("sample:office_constraints[lines=1].value_pct", "registeret har ikke"),
    ],
)
def test_a_path_that_leads_nowhere_says_so(path: str, message: str) -> None:
    with pytest.raises(VerificationError, match=message.replace("[", r"\[")) as error:
        PLACES.value(path)
    assert path in str(error.value)


def test_lines_are_those_nearest_to_the_number() -> None:
    assert PLACES.lines("sample:respondents.gender_pct.kvinner") == "3073"
    assert PLACES.lines("figures:v1_6.n.bg_sosionom") == "3168-3170"
    assert PLACES.lines("claims:C188.women") == "3073"


def test_numbers_are_the_printed_ones() -> None:
    found = list(PLACES.numbers())
    assert len(found) == len(set(found))
    assert "sample:respondents.gender_pct.kvinner" in found
    assert "figures:v1_4.n.min" in found
    assert "claims:C026.pct" in found
    assert not [path for path in found if "computed" in path or "reading" in path or "axis" in path]
