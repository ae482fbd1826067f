"""The statcheck on the registry: it finds the real contradictions, the planted ones, and nothing else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from storbynav import paths
from storbynav.published import PublishedError, registry
from storbynav.statcheck.run import KNOWN, statcheck, table

FOUND = statcheck()


def planted(tmp_path: Path, name: str, old: str, new: str) -> set[str]:
    """Ids of the faults that a change of the registry adds."""
    folder = Path(shutil.copytree(paths.PUBLISHED, tmp_path / "published"))
    file = folder / name
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
    file.write_text(text.replace(old, new), encoding="utf-8")
    return {fault.id for fault in statcheck(folder)} - {fault.id for fault in FOUND}


def test_the_real_contradictions_are_found_and_nothing_else() -> None:
    assert {fault.id for fault in FOUND} == set(KNOWN)


@pytest.mark.parametrize("ident", ["D001", "D003", "D004", "D005", "D012", "D023", "D025", "D041", "D072"])
def test_known_contradictions_are_named(ident: str) -> None:
    assert ident in {d for fault in FOUND for d in fault.discrepancies}
    assert ident in registry().discrepancies


def test_every_named_contradiction_exists() -> None:
    assert {d for known in KNOWN.values() for d in known} <= set(registry().discrepancies)


def test_the_table_is_tidy() -> None:
    frame = table(FOUND)
    assert list(frame.columns) == ["id", "what", "reason", "lines", "discrepancies"]
    assert frame["id"].is_unique
    assert (frame[["id", "what", "reason"]] != "").all(axis=None)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("table_v1_3_regression.csv", "5,927,10.87,0.06", "5,927,10.87,0.05", "r2:v1_3:sa_kompetanse"),
        ("table_v1_3_regression.csv", "5,927,10.87,0.06", "5,92,10.87,0.06", "r2:v1_3:sa_kompetanse"),
        (
            "table_v1_2_correlations_long.csv",
            'bg_erfaring_sosialkontor,0.02,,",02",3180',
            'bg_erfaring_sosialkontor,0.02,*,",02*",3180',
            "stars:v1_2:bg_jobber_vanskeligstilte:bg_erfaring_sosialkontor",
        ),
        (
            "table_v1_5_correlations_long.csv",
            'bg_sosionom,0.09,**,",09**",3592',
            'bg_sosionom,0.09,,",09",3592',
            "stars:v1_5:maal_forteller:bg_sosionom",
        ),
        (  # of the municipal staff alone: at least 548 answered both
            "table_v1_2_correlations_long.csv",
            'bg_jobber_vanskeligstilte,0.15,**,",15**",3181',
            'bg_jobber_vanskeligstilte,0.15,*,",15*",3181',
            "stars:v1_2:led_folger:bg_jobber_vanskeligstilte",
        ),
        ("sample.yml", "{kvinner: 73.4, menn: 25,", "{kvinner: 73.45, menn: 25,", "percent:gender:kvinner"),
        (
            "figures.yml",
            'value: 71.1, lines: "3358"',
            'value: 65.0, lines: "3358"',
            "percent:v1_16:led_folger:leder sosionom",
        ),
        (
            "sample.yml",
            "{total: 85, stat: 40, kommune: 45",
            "{total: 86, stat: 40, kommune: 45",
            "sum:Østensjø:aarsverk",
        ),
        (
            "sample.yml",
            "{n: 44, aetat: 6, trygdekontor: 5",
            "{n: 44, aetat: 7, trygdekontor: 5",
            "sum:Fana:respondents",
        ),
        (
            "references.yml",
            '{lines: "902", kind: figure, to: v1_4',
            '{lines: "902", kind: figure, to: v1_40',
            "reference:902:v1_40",
        ),
        (
            "references.yml",
            '{lines: "1642", kind: figure, to: v1_9',
            '{lines: "1642", kind: figure, to: v1_8',
            "reference:1642:v1_8",
        ),
        (
            "references.yml",
            '{lines: "1670", kind: table, to: v1_3',
            '{lines: "1670", kind: table, to: v1_2',
            "reference:1670:v1_2",
        ),
        (
            "figures.yml",
            'n: {min: 955, max: 962, lines: "3276"}',
            'n: {min: 930, max: 962, lines: "3276"}',
            "n:v1_10",
        ),
    ],
)
def test_planted_contradictions_are_found(tmp_path: Path, name: str, old: str, new: str, fault: str) -> None:
    assert fault in planted(tmp_path, name, old, new)


def test_a_spread_no_leader_answers_have_is_found(tmp_path: Path) -> None:
    added = planted(tmp_path, "table_v1_4_correlations_matrix.csv", "2.46,0.691", "2.46,1.691")
    assert added == {"grimmer:v1_4:int_tverrfaglige_team"}


def test_the_response_rate_that_agrees_is_no_fault(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(paths.PUBLISHED, tmp_path / "published"))
    file = folder / "sample.yml"
    text = file.read_text(encoding="utf-8")
    file.write_text(
        text.replace('{value: 32.5, lines: "3645"}', '{value: 32.6, lines: "3645"}'), encoding="utf-8"
    )
    gone = {fault.id for fault in FOUND} - {fault.id for fault in statcheck(folder)}
    assert gone == {"percent:survey.response_rate_pct.1"}


def test_a_registry_without_references_is_refused(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(paths.PUBLISHED, tmp_path / "published"))
    (folder / "references.yml").unlink()
    with pytest.raises(PublishedError, match=r"references\.yml: filen mangler"):
        statcheck(folder)
