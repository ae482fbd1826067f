"""discrepancies_nb.yml: complete, one reading each, in Norwegian."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.published import registry
from storbynav.reconstruct.impossible import read_entries
from storbynav.verify.model import VerificationError
from storbynav.verify.norwegian import told

PROOFS = tuple(entry.id for entry in read_entries(paths.PUBLISHED))
Edit = Callable[[str, str, str], Path]


def test_every_contradiction_is_told_with_a_reading() -> None:
    words = told(proofs=PROOFS)
    assert [c.id for c in words.contradictions] == sorted(registry().discrepancies)
    assert all(c.reading and c.says and c.topic for c in words.contradictions)
    assert {c.group for c in words.contradictions} == set(words.groups)
    assert [p.id for p in words.proofs] == list(PROOFS)


def test_a_chosen_reading_comes_from_readings_with_its_reason() -> None:
    (chosen,) = [c for c in told().contradictions if c.id == "D023"]
    assert (chosen.reading, chosen.why) == (
        registry().readings["D023"].reading,
        registry().readings["D023"].why,
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("{id: D023,", "{id: D923,", "har ikke denne motsigelsen"),
        ("{id: D023,", "{id: D923,", "D023 er ikke fortalt"),
        ("{id: D067,", "{id: D066,", "D066 er fortalt to ganger"),
        (', lesning: "De 19 er uenige."}', "}", "D052: mangler lesning"),
        (
            "Når 962 til 970 har svart, er den laveste n minst",
            'Når 962 til 970 har svart, er den laveste "n" minst',
            "ikke gyldig",
        ),
        ("{id: I05,", "{id: I55,", "I05 er ikke fortalt"),
        (
            "gruppe: form, tema: Henvisning til figur 4,",
            "gruppe: norm, tema: Henvisning til figur 4,",
            "'norm'",
        ),
        ("tema: Henvisning til figur 4,", "tema: Henvisning, figur 4,", "ukjent felt 'figur 4'"),
    ],
)
def test_what_is_wrong_is_refused(edit: Edit, old: str, new: str, message: str) -> None:
    folder = edit("discrepancies_nb.yml", old, new)
    with pytest.raises((VerificationError, ValueError), match=message):
        told(folder, PROOFS)
