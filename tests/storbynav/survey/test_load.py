"""Loading: what is right comes out typed, and each kind of fault has a message that a person can act on."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from storbynav.codebook import Codebook, CodebookError, parse_codebook
from storbynav.sav import write_sav
from storbynav.survey import Provenance, Survey, SurveyError, build, load
from tests.storbynav.codebook.test_file import WITHOUT_OFFICES
from tests.storbynav.conftest import Tables, random_tables, write_tables


def told(path: Path, **how: Path) -> str:
    with pytest.raises(SurveyError) as caught:
        load(path, **how)
    return str(caught.value)


def edit(path: Path, row: int, column: str, value: str) -> None:
    """Put `value` into a cell of a CSV file; `row` counts from 1 below the head."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[row - 1, column] = value
    frame.to_csv(path, index=False, lineterminator="\n")


# ------------------------------------------------------------ what comes out


def test_frame(survey: Survey, tables: Tables, codebook: Codebook) -> None:
    assert len(survey) == 400
    variables = [v.id for v in codebook if v.table != "leaders"]
    assert list(survey.frame.columns) == [
        "id",
        "office",
        *(v.id for v in codebook.of("survey")),
        "city",
        *(v.id for v in codebook.of("derived")),
    ]
    assert (survey.frame[variables].dtypes == np.float64).all()
    pd.testing.assert_series_equal(survey.frame["sa_ip"], tables[0]["sa_ip"])


def test_files_and_frames_give_the_same_survey(survey: Survey, survey_file: Path) -> None:
    again = load(survey_file)
    pd.testing.assert_frame_equal(again.frame, survey.frame)
    pd.testing.assert_frame_equal(again.offices, survey.offices)
    pd.testing.assert_frame_equal(again.leaders, survey.leaders)
    assert again.provenance.seed == 1


def test_derived_variables(survey: Survey) -> None:
    frame, offices = survey.frame, survey.offices
    for row in frame[frame["office"].notna()].sample(60, random_state=1).itertuples():
        office = offices.loc[row.office]
        services = [office[c] for c in offices.columns if c.startswith("tj_")]
        assert row.city == office["city"]
        assert row.ko_ledermodell == office["leader_model"]
        answered = office["leader_answers"] > 0
        np.testing.assert_equal(row.ko_aarsverk_klasse, office["size_class"] if answered else np.nan)
        np.testing.assert_equal(row.ko_antall_tjenester, sum(services) if answered else np.nan)
        np.testing.assert_equal(row.ko_minimum, office["minimum"])
        np.testing.assert_equal(row.ko_leder_sosionom, office["leader_sosionom"])
        group = {"Oslo": 1, "Bergen": 2, "Trondheim": 3, "Stavanger": 3}.get(office["city"], np.nan)
        np.testing.assert_equal(row.ko_portefoljegruppe, group)
    nowhere = frame.loc[frame["office"].isna(), [c for c in frame if c.startswith("ko_")]]
    assert len(nowhere) == 1
    assert nowhere.isna().all(axis=None)


def test_mask_and_answers(survey: Survey) -> None:
    frame = survey.frame
    for code in (1, 1.0, np.float64(1), np.int64(1), "stat", ["stat"]):
        np.testing.assert_array_equal(survey.mask(bg_arbeidsgiver=code), frame["bg_arbeidsgiver"] == 1)
    assert survey.mask(office="oslo-1").sum() == (frame["office"] == "oslo-1").sum() > 0
    both = survey.mask(bg_arbeidsgiver="kommune", city=["Oslo", "Bergen"])
    assert 0 < both.sum() < 400
    np.testing.assert_array_equal(
        both, (frame["bg_arbeidsgiver"] == 2) & frame["city"].isin(["Oslo", "Bergen"])
    )
    assert survey.answers("sa_ip", bg_arbeidsgiver=1).equals(
        frame.loc[frame["bg_arbeidsgiver"] == 1, "sa_ip"]
    )
    assert survey.valid_n("sa_ip") == frame["sa_ip"].notna().sum()
    assert survey.mask(ko_antall_tjenester=3).sum() == (frame["ko_antall_tjenester"] == 3).sum()
    assert (
        len(survey.answers("part_likeverdig", ldr_ansatt="stat")) == (survey.leaders["ldr_ansatt"] == 1).sum()
    )


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"bg_arbeidsgiver": "fylke"}, r"har ikke kategorien 'fylke'.*stat \(1\), kommune \(2\)"),
        ({"bg_arbeidsgivr": "stat"}, "Mente du bg_arbeidsgiver"),
        ({"office": "oslo-99"}, "Fant ikke kontoret 'oslo-99'"),
        ({"city": "Oslø"}, r"Fant ikke byen 'Oslø' \(mente du Oslo\?\)"),
        ({"part_likeverdig": "helt_enig"}, "finnes ikke i denne tabellen"),
    ],
)
def test_unknown_groups(survey: Survey, groups: dict[str, str], message: str) -> None:
    with pytest.raises(CodebookError, match=message):
        survey.mask(**groups)


def test_asked(survey: Survey) -> None:
    asked = survey.asked("led_folger")
    assert not asked[survey.frame["bg_arbeidsgiver"] == 1].any()
    assert asked[survey.frame["bg_arbeidsgiver"] != 1].all()
    assert survey.asked("sa_ip").all()


def test_recoded(survey: Survey) -> None:
    ours = survey.frame["bg_sosionom"]
    np.testing.assert_array_equal(survey.recoded("bg_sosionom", "v1_3"), 2 - ours)
    np.testing.assert_array_equal(survey.recoded("bg_sosionom", "v1_5"), 3 - ours)
    both = survey.for_table(["bg_sosionom", "ko_antall_tjenester"], "v1_5")
    np.testing.assert_array_equal(both["bg_sosionom"], 3 - ours)
    np.testing.assert_array_equal(both["ko_antall_tjenester"], survey.frame["ko_antall_tjenester"])


def test_import_and_load_are_quick(survey_file: Path) -> None:
    """What is heavy stays out of the way of a page that shows one number."""
    code = (
        "import sys; from storbynav.survey import load; load(sys.argv[1]); "
        "print([m for m in ('scipy', 'statsmodels', 'pyreadstat', 'matplotlib') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, survey_file], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


# ------------------------------------------------------------ provenance


def test_provenance_is_synthetic_unless_said(tables: Tables, tmp_path: Path) -> None:
    path = write_tables(tmp_path, tables, "real")
    assert not load(path).synthetic
    (tmp_path / "manifest.yml").unlink()
    assert load(path).synthetic
    assert Provenance().label == "syntetiske svar"
    (tmp_path / "manifest.yml").write_text("provenance: [\n", encoding="utf-8")
    assert re.search(r"manifest\.yml:2:\d+: ikke gyldig YAML", told(path))
    (tmp_path / "manifest.yml").write_text("provenance: guessed\n", encoding="utf-8")
    assert "manifest.yml: provenance mangler eller er ukjent. Tillatt: synthetic, real" in told(path)


def test_an_edited_file_is_seen(survey_file: Path) -> None:
    manifest = survey_file.parent / "manifest.yml"
    manifest.write_text(f"provenance: synthetic\nchecksums: {{survey.csv: {'0' * 64}}}\n", encoding="utf-8")
    assert load(survey_file).provenance.edited


# ------------------------------------------------------------ faults

CELL_FAULTS = [
    ("sa_ip", "7", "«7» er ikke en gyldig kode. Tillatt: 1 (helt enig), 2 (delvis enig), 3 (verken"),
    ("sa_ip", "2.5", "«2.5» er ikke en gyldig kode"),
    ("sa_ip", "kanskje", "«kanskje» er ikke et tall. Tillatt: 1 (helt enig)"),
    ("sa_ip", "inf", "«inf» er ikke et tall"),
    ("bg_kjonn", "0", "«0» er ikke en gyldig kode. Tillatt: 1 (kvinne), 2 (mann)"),
    ("office", "bergn-1", "kontoret «bergn-1» finnes ikke (mente du bergen-1?). Tillatt: bergen-1, bergen-2"),
]


@pytest.mark.parametrize(
    ("column", "value", "message"), CELL_FAULTS, ids=[f"{c[0]}={c[1]}" for c in CELL_FAULTS]
)
def test_a_wrong_cell(survey_file: Path, column: str, value: str, message: str) -> None:
    edit(survey_file, 5, column, value)
    text = told(survey_file)
    assert f"survey.csv, kolonne {column}, rad 6 (id 5): {message}" in text


def test_the_same_fault_in_many_rows_is_told_once(survey_file: Path) -> None:
    for row in (3, 9, 20):
        edit(survey_file, row, "sa_ip", "8")
    text = told(survey_file)
    assert text.count("sa_ip") == 1
    assert "rad 4 (id 3)" in text
    assert "(og 2 rader til med samme feil)" in text


def test_labels_are_read_as_codes(survey_file: Path) -> None:
    edit(survey_file, 5, "sa_ip", "Helt  enig")
    edit(survey_file, 6, "bg_kjonn", "mann")
    frame = load(survey_file).frame
    assert frame.loc[4, "sa_ip"] == 1
    assert frame.loc[5, "bg_kjonn"] == 2


def test_duplicate_and_missing_id(survey_file: Path) -> None:
    edit(survey_file, 5, "id", "2")
    edit(survey_file, 7, "id", "")
    text = told(survey_file)
    assert "kolonne id, rad 6 (id 2): id 2 finnes også i rad 3" in text
    assert "kolonne id, rad 8: id mangler" in text


def test_missing_unknown_and_double_columns(survey_file: Path) -> None:
    original = survey_file.read_text(encoding="utf-8")
    head, body = original.split("\n", 1)
    survey_file.write_text(head.replace("sa_ip", "sa_ipp") + "\n" + body, encoding="utf-8")
    text = told(survey_file)
    assert "kolonne sa_ip: kolonnen mangler (mente du sa_ipp?)" in text
    assert "kolonne sa_ipp: kolonnen er ukjent (mente du sa_ip?)" in text
    survey_file.write_text(head.replace("sa_ip", "sa_oversikt") + "\n" + body, encoding="utf-8")
    assert "kolonne sa_oversikt, rad 1: kolonnen finnes to ganger" in told(survey_file)


def test_an_answer_by_someone_not_asked(survey_file: Path) -> None:
    frame = load(survey_file).frame
    row = int(np.flatnonzero(frame["bg_arbeidsgiver"] == 1)[0]) + 1
    edit(survey_file, row, "led_folger", "2")
    text = told(survey_file)
    assert (
        f"kolonne led_folger, rad {row + 1} (id {row}): «2» er svar fra en som ikke fikk spørsmålet" in text
    )
    assert "det gikk bare til kommunalt ansatte, men bg_arbeidsgiver er 1 (stat). Tillatt: tom celle" in text


def test_user_groups_decide_who_works_with_the_disadvantaged(survey_file: Path) -> None:
    frame = load(survey_file).frame
    row = int(np.flatnonzero(frame["bg_jobber_vanskeligstilte"] == 1)[0]) + 1
    edit(survey_file, row, "bg_jobber_vanskeligstilte", "2")
    text = told(survey_file)
    assert f"rad {row + 1} (id {row}): «2» stemmer ikke med avkryssingene bg_gruppe_nedsatt" in text
    assert "Tillatt: her 1" in text


def test_wrong_encoding(survey_file: Path) -> None:
    text = survey_file.read_text(encoding="utf-8")
    lines = text.split("\n")
    lines[3] = lines[3].replace(",", ",ø", 1)
    survey_file.write_bytes("\n".join(lines).encode("latin-1"))
    assert "survey.csv, rad 4: filen er ikke UTF-8 (byte 0xf8). Lagre den på nytt som «CSV UTF-8»" in told(
        survey_file
    )


@pytest.mark.parametrize(("mark", "word"), [(";", "semikolon"), ("\t", "tabulator")])
def test_wrong_delimiter(survey_file: Path, mark: str, word: str) -> None:
    survey_file.write_text(survey_file.read_text(encoding="utf-8").replace(",", mark), encoding="utf-8")
    assert f"kolonnene er skilt med {word}, ikke komma" in told(survey_file)


def test_empty_headless_and_missing_files(survey_file: Path) -> None:
    head = survey_file.read_text(encoding="utf-8").split("\n", 1)[0]
    survey_file.write_text(head + "\n", encoding="utf-8")
    assert "filen har ingen rader under overskriften" in told(survey_file)
    survey_file.write_text("", encoding="utf-8")
    assert "survey.csv: filen er tom" in told(survey_file)
    survey_file.unlink()
    assert "survey.csv: filen finnes ikke" in told(survey_file)
    assert "ukjent filtype '.ods'. Tillatt: .csv, .sav" in told(_touch(survey_file.with_suffix(".ods")))


def _touch(path: Path) -> Path:
    path.write_text("x", encoding="utf-8")
    return path


def test_ragged_rows(survey_file: Path) -> None:
    lines = survey_file.read_text(encoding="utf-8").split("\n")
    lines[9] += ",1"
    survey_file.write_text("\n".join(lines), encoding="utf-8")
    width = lines[0].count(",") + 1
    assert f"rad 10: raden har {width + 1} celler, men filen har {width} kolonner" in told(survey_file)


def test_not_a_text_file(survey_file: Path) -> None:
    survey_file.write_bytes(b"id,office\n\x00\x01,2\n")
    assert "filen er ikke en tekstfil" in told(survey_file)


def test_blank_lines_are_passed_over(survey_file: Path, survey: Survey) -> None:
    text = survey_file.read_text(encoding="utf-8")
    head, body = text.split("\n", 1)
    survey_file.write_text(head + "\n\n" + body + "\n\n", encoding="utf-8")
    pd.testing.assert_frame_equal(load(survey_file).frame, survey.frame)
    edit_text = survey_file.read_text(encoding="utf-8").replace("\n3,", "\n3,nowhere", 1)
    survey_file.write_text(edit_text, encoding="utf-8")
    assert "rad 5 (id 3): kontoret «nowhere" in told(survey_file)


def test_byte_order_mark_and_windows_lines_are_fine(survey_file: Path, survey: Survey) -> None:
    text = survey_file.read_text(encoding="utf-8").replace("\n", "\r\n")
    survey_file.write_bytes(b"\xef\xbb\xbf" + text.encode())
    pd.testing.assert_frame_equal(load(survey_file).frame, survey.frame)


OFFICE_FAULTS = [
    (
        "leader_model",
        "3",
        "kolonne leader_model, rad 3 (id oslo-2): «3» er ikke en gyldig kode. Tillatt: 1 (én leder)",
    ),
    ("leader_model", "", "kolonne leader_model, rad 3 (id oslo-2): cellen er tom, men må fylles ut"),
    ("city", "Drammen", "«Drammen» er ukjent. Tillatt: Oslo, Bergen, Kristiansand, Stavanger, Trondheim"),
    (
        "tj_rus",
        "2",
        "kolonne tj_rus, rad 3 (id oslo-2): «2» er ikke en gyldig kode. Tillatt: heltall fra 0 til 1",
    ),
    ("aarsverk_stat", "mange", "«mange» er ikke et tall. Tillatt: tall fra 0"),
    ("aarsverk_stat", "900", "kolonne size_class, rad 3 (id oslo-2): klasse"),
    ("office", "oslo-1", "kolonne office, rad 3 (id oslo-1): id oslo-1 finnes også i rad 2"),
    ("office", "Oslo 2", "«Oslo 2» må være små bokstaver a–z, tall og bindestrek"),
    ("leader_answers", "0", "leaders: oslo-2 har"),
]


@pytest.mark.parametrize(
    ("column", "value", "message"), OFFICE_FAULTS, ids=[f"{c[0]}={c[1]}" for c in OFFICE_FAULTS]
)
def test_office_table_faults(survey_file: Path, column: str, value: str, message: str) -> None:
    offices = survey_file.parent / "offices.csv"
    if column == "aarsverk_stat" and value == "900":
        edit(offices, 2, "size_class", "2")
    edit(offices, 2, column, value)
    assert message in told(survey_file).replace("leaders.csv", "leaders").replace(
        str(survey_file.parent) + "/", ""
    )


def test_more_leaders_than_the_model_has(survey_file: Path) -> None:
    offices = survey_file.parent / "offices.csv"
    edit(offices, 2, "leader_model", "1")
    edit(offices, 2, "leader_answers", "2")
    assert "kolonne leader_answers, rad 3 (id oslo-2): 2 ledere svarte, men kontoret har 1" in told(
        survey_file
    )


def test_leader_file_faults(survey_file: Path) -> None:
    leaders = survey_file.parent / "leaders.csv"
    edit(leaders, 4, "part_merarbeid", "6")
    edit(leaders, 5, "office", "atlantis")
    text = told(survey_file)
    assert "leaders.csv, kolonne part_merarbeid, rad 5 (id L4): «6» er ikke en gyldig kode" in text
    assert "leaders.csv, kolonne office, rad 6 (id L5): kontoret «atlantis» finnes ikke" in text


def test_faults_of_all_files_come_together(survey_file: Path) -> None:
    edit(survey_file, 1, "sa_ip", "9")
    edit(survey_file.parent / "offices.csv", 1, "city", "Moss")
    edit(survey_file.parent / "leaders.csv", 1, "ldr_ansatt", "9")
    text = told(survey_file)
    assert text.startswith("Undersøkelsen kan ikke brukes, 3 feil:")
    assert re.findall(r"(\w+)\.csv", text) == ["offices", "survey", "leaders"]


def test_a_long_list_is_cut(survey_file: Path) -> None:
    for row in range(1, 31):
        edit(survey_file, row, "sa_ip", str(100 + row))
    text = told(survey_file)
    assert text.endswith("- … og 5 feil til")
    with pytest.raises(SurveyError) as caught:
        load(survey_file)
    assert len(caught.value.problems) == 30


# ------------------------------------------------------------ an institute's own SPSS file


def institute_file(tables: Tables, folder: Path) -> tuple[Path, Path]:
    """An SPSS file with its own names, office codes, a reversed scale with labels, extra columns."""
    survey, offices, _ = tables
    frame = survey.copy()
    number = {office: 1000 + i for i, office in enumerate(offices["office"])}
    frame["office"] = frame["office"].map(number)
    frame["sa_ip"] = 6 - frame["sa_ip"]
    frame["sa_oversikt"] = frame["sa_oversikt"].fillna(8)
    frame["bg_kjonn"] = frame["bg_kjonn"].map({1.0: "K", 2.0: "M"})
    frame = frame.rename(columns={"id": "RESPNR", "office": "KONTOR", "sa_ip": "SP12_5"})
    frame["STARTTID"] = "10:15"
    path = folder / "svar.sav"
    labels = {
        1: "helt uenig",
        2: "delvis uenig",
        3: "verken enig eller uenig",
        4: "delvis enig",
        5: "Helt enig",
    }
    pyreadstat.write_sav(
        frame.drop(columns="sa_fagutvikling"), str(path), variable_value_labels={"SP12_5": labels}
    )
    mapping = folder / "kart.yml"
    columns = "{RESPNR: id, KONTOR: office, SP12_5: sa_ip}"
    office_codes = ", ".join(f"{code}: {office}" for office, code in number.items())
    mapping.write_text(
        f"provenance: real\ncolumns: {columns}\noffices: {{{office_codes}}}\n"
        "values: {bg_kjonn: {K: 1, M: 2}}\nmissing: {sa_oversikt: [8]}\n"
        "absent: [sa_fagutvikling]\nignore: [STARTTID]\n",
        encoding="utf-8",
    )
    return path, mapping


def test_an_institutes_own_file(tables: Tables, survey: Survey, tmp_path: Path) -> None:
    folder = tmp_path / "inst"
    folder.mkdir()
    path, mapping = institute_file(tables, folder)
    write_tables(tmp_path, tables)
    loaded = load(path, mapping=mapping, offices=tmp_path / "offices.csv")
    assert not loaded.synthetic
    assert len(loaded.leaders) == 0
    assert loaded.frame["sa_fagutvikling"].isna().all()
    pd.testing.assert_frame_equal(
        loaded.frame.drop(columns="sa_fagutvikling"), survey.frame.drop(columns="sa_fagutvikling")
    )


def test_labels_that_half_fit_are_refused(tables: Tables, tmp_path: Path) -> None:
    write_tables(tmp_path, tables)
    path = tmp_path / "survey.sav"
    frame = tables[0].assign(office=tables[0]["office"].fillna(""))
    labels = {"sa_ip": {1: "helt enig", 2: "litt enig"}}
    pyreadstat.write_sav(frame, str(path), variable_value_labels=labels)
    assert "kolonne sa_ip: verdietikettene passer bare delvis med kodeboken (2 «litt enig»)" in told(path)


def test_mapping_faults(tables: Tables, tmp_path: Path) -> None:
    path = write_tables(tmp_path, tables)
    mapping = tmp_path / "kart.yml"
    mapping.write_text("columns:\n  A: sa_ipp\n  B: id\n  C: id\nabsent: [x]\nvalue: {}\n", encoding="utf-8")
    text = told(path, mapping=mapping)
    assert "kart.yml:2: columns: A: kodeboken har ingen variabel 'sa_ipp'" in text
    assert "columns: to kolonner blir til id" in text
    assert "absent: kodeboken har ingen variabel 'x'" in text
    assert "ukjent felt 'value' (mente du values?)" in text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("columns: {A: [}", r"kart\.yml:1:\d+: ikke gyldig YAML"),
        ("ignore: noe", "ignore: en liste av kolonner, eller all"),
        ("provenance: ekte", "'ekte' er ikke en av synthetic, real"),
    ],
)
def test_more_mapping_faults(survey_file: Path, text: str, message: str) -> None:
    mapping = survey_file.parent / "kart.yml"
    assert "kart.yml: filen finnes ikke" in told(survey_file, mapping=mapping)
    mapping.write_text(text, encoding="utf-8")
    assert re.search(message, told(survey_file, mapping=mapping))


def test_mapping_may_ignore_the_rest(survey_file: Path) -> None:
    frame = pd.read_csv(survey_file, dtype=str, keep_default_na=False).assign(VEKT="1", DATO="x")
    frame.to_csv(survey_file, index=False, lineterminator="\n")
    assert "kolonne VEKT: kolonnen er ukjent" in told(survey_file)
    mapping = survey_file.parent / "kart.yml"
    mapping.write_text("ignore: all\nmissing: {all: [8]}\n", encoding="utf-8")
    edit(survey_file, 2, "sa_ip", "8")
    loaded = load(survey_file, mapping=mapping)
    assert np.isnan(loaded.frame.loc[1, "sa_ip"])
    assert "VEKT" not in loaded.frame


def test_mapping_cannot_call_the_shipped_survey_real(survey_file: Path) -> None:
    mapping = survey_file.parent / "kart.yml"
    mapping.write_text("provenance: real\n", encoding="utf-8")
    assert "kolonnekartet sier real, men manifestet ved siden av sier synthetic" in told(
        survey_file, mapping=mapping
    )


def test_a_broken_sav(tmp_path: Path, survey_file: Path) -> None:
    path = survey_file.with_name("svar.sav")
    path.write_bytes(b"no such thing" * 50)
    assert "svar.sav: ikke lesbar som SPSS-fil (.sav)" in told(path)


@pytest.mark.parametrize("seed", range(3))
def test_any_random_survey_is_accepted(codebook: Codebook, seed: int) -> None:
    assert len(build(*random_tables(codebook, seed=seed, respondents=150, missing=0.3))) == 150


@pytest.mark.parametrize("seed", range(60))
def test_a_damaged_file_is_refused_or_read_but_never_crashes(survey_file: Path, seed: int) -> None:
    """Random damage to one of the files: only a `SurveyError` may come of it, and it names a file."""
    rng = np.random.default_rng(seed)
    name = ("survey", "offices", "leaders")[seed % 3]
    path = survey_file.with_name(f"{name}.csv")
    data = bytearray(path.read_bytes())
    for _ in range(rng.integers(1, 4)):
        at, length = int(rng.integers(0, len(data))), int(rng.integers(1, 40))
        match rng.integers(0, 4):
            case 0:
                data[at] = int(rng.integers(0, 256))
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = bytes(rng.choice(list(b'",;\n0123456789 abc-'), length).tolist())
            case _:
                data[at:at] = rng.bytes(length)
    path.write_bytes(bytes(data))
    try:
        assert len(load(survey_file)) > 0
    except SurveyError as error:
        assert str(error)
        assert all(problem.file.endswith(".csv") for problem in error.problems)


def test_a_survey_without_offices(tmp_path: Path) -> None:
    """The branch is an ordinary question; offices and leaders are not looked for."""
    book = parse_codebook(WITHOUT_OFFICES)
    path = tmp_path / "survey.csv"
    path.write_text("id,filial\n1,1\n2,2\n3,\n4,2\n", encoding="utf-8")
    survey = load(path, codebook=book)
    assert list(survey.frame.columns) == ["id", "filial"]
    assert survey.offices.empty
    assert survey.leaders.empty
    assert survey.valid_n("filial") == 3
    assert survey.mask(filial="sor").tolist() == [False, True, False, True]
    with pytest.raises(CodebookError, match="ingen variabel 'office'"):
        survey.mask(office="fana")
    write_sav(survey, tmp_path / "survey.sav", dt.date(2026, 1, 2))
    assert load(tmp_path / "survey.sav", codebook=book).frame.equals(survey.frame)
    path.write_text("id,office,filial\n1,fana,1\n", encoding="utf-8")
    with pytest.raises(SurveyError, match="kolonne office: kolonnen er ukjent"):
        load(path, codebook=book)
