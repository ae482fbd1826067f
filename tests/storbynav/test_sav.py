"""The SPSS file holds what the survey holds, with labels, and is the same bytes every time."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from storbynav.sav import write_sav
from storbynav.survey import Survey, SurveyError, load
from tests.storbynav.conftest import Tables, write_tables

DATE = dt.date(2016, 2, 1)


@pytest.fixture
def sav(survey: Survey, tables: Tables, tmp_path: Path) -> Path:
    write_tables(tmp_path, tables)
    path = tmp_path / "survey.sav"
    write_sav(survey, path, DATE)
    return path


def test_round_trip(survey: Survey, sav: Path) -> None:
    again = load(sav)
    pd.testing.assert_frame_equal(again.frame, survey.frame)
    assert again.synthetic


def test_labels_measures_and_missing_codes(survey: Survey, sav: Path) -> None:
    frame, meta = pyreadstat.read_sav(sav, user_missing=True)
    assert list(frame.columns[:3]) == ["id", "office", "city"]
    assert meta.column_names_to_labels["sa_ip"] == "Alle som har behov for det, får utarbeidet IP"
    assert meta.variable_value_labels["bg_arbeidsgiver"] == {
        1: "stat",
        2: "kommune",
        98: "ikke spurt",
        99: "ubesvart",
    }
    assert meta.variable_value_labels["office"]["bergen-2"] == "Bergen 2"
    assert meta.variable_measure["sa_ip"] == "ordinal"
    assert meta.variable_measure["bg_arbeidsgiver"] == "nominal"
    assert meta.variable_measure["ko_antall_tjenester"] == "scale"
    assert meta.missing_ranges["sa_ip"] == [{"lo": 98, "hi": 98}, {"lo": 99, "hi": 99}]
    assert meta.file_label == "Syntetiske svar"
    state = frame["bg_arbeidsgiver"] == 1
    assert state.any()
    assert (frame.loc[state, "led_folger"] == 98).all()
    missing = survey.frame["sa_ip"].isna()
    assert missing.any()
    assert (frame.loc[missing, "sa_ip"] == 99).all()


def test_same_bytes_at_any_time(survey: Survey, sav: Path, tmp_path: Path) -> None:
    time.sleep(1.1)  # the writer's own clock has moved on by a second
    again = tmp_path / "again.sav"
    write_sav(survey, again, DATE)
    assert again.read_bytes() == sav.read_bytes()


def test_header_date(survey: Survey, sav: Path, tmp_path: Path) -> None:
    assert sav.read_bytes()[92:109] == b"01 Feb 1600:00:00"
    _, meta = pyreadstat.read_sav(sav)
    assert meta.creation_time == dt.datetime(2016, 2, 1)
    other = tmp_path / "other.sav"
    write_sav(survey, other, dt.datetime(2016, 12, 24, 17, 5, 9))
    before, after = sav.read_bytes(), other.read_bytes()
    assert after[92:109] == b"24 Dec 1617:05:09"
    assert before[:92] + before[109:] == after[:92] + after[109:]


def test_a_stored_derived_column_must_be_right(survey: Survey, sav: Path) -> None:
    frame, meta = pyreadstat.read_sav(sav)
    wrong = frame["ko_ledermodell"].to_numpy().copy()
    at = int(np.flatnonzero(~np.isnan(wrong))[0])
    frame.loc[at, "ko_ledermodell"] = 3 - wrong[at]
    pyreadstat.write_sav(frame, str(sav), variable_value_labels=meta.variable_value_labels)
    with pytest.raises(SurveyError, match=rf"kolonne ko_ledermodell, rad {at + 1}: .* kontortabellen"):
        load(sav)
