"""`storbynav import`: an institute's export with its own names and codes becomes the survey it came from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import yaml

from storbynav import paths
from storbynav.cli import main
from storbynav.importing import ImportRefusedError, inspect, write
from storbynav.survey import Survey, SurveyError, load

SECRET = "Kollegaen min på kontor 3 er ofte borte"


@pytest.fixture(scope="module")
def shipped() -> Survey:
    return load()


@pytest.fixture
def export(shipped: Survey, tmp_path: Path) -> tuple[pd.DataFrame, dict[str, object]]:
    """The survey as an institute might hold it: names Q1…, agreement turned, numbers for offices."""
    book = shipped.codebook
    frame = shipped.frame[list(book.columns("survey"))].copy()
    columns = {"id": "RESPNR", "office": "ENHET"}
    columns |= {v.id: f"Q{k}" for k, v in enumerate(book.of("survey"), 1)}
    numbers = {office: 1200 + k for k, office in enumerate(shipped.offices.index)}
    frame["id"] = [str(9000 + 7 * int(i)) for i in frame["id"]]
    frame["office"] = frame["office"].map(numbers)
    turned = [v.id for v in book.of("survey") if v.scale.name == "enig5"]
    frame[turned] = 6 - frame[turned]
    frame = frame.rename(columns=columns).assign(STARTTID="kl. 10")
    mapping = {
        "provenance": "real",
        "columns": {theirs: ours for ours, theirs in columns.items()},
        "values": {name: {5: 1, 4: 2, 3: 3, 2: 4, 1: 5} for name in turned},
        "offices": {number: office for office, number in numbers.items()},
        "ignore": ["STARTTID"],
    }
    return frame, mapping


@pytest.fixture
def map_file(tmp_path: Path) -> Callable[[dict[str, object]], Path]:
    def make(mapping: dict[str, object]) -> Path:
        file = tmp_path / "kolonnekart.yml"
        file.write_text(yaml.safe_dump(mapping, allow_unicode=True), encoding="utf-8")
        return file

    return make


Export = tuple[pd.DataFrame, dict[str, object]]
MapFile = Callable[[dict[str, object]], Path]


def to_csv(frame: pd.DataFrame, file: Path) -> None:
    frame.to_csv(file, index=False)


def to_semicolons(frame: pd.DataFrame, file: Path) -> None:
    frame.to_csv(file, index=False, sep=";", encoding="cp1252")


def to_sav(frame: pd.DataFrame, file: Path) -> None:
    pyreadstat.write_sav(frame, str(file))


def to_dta(frame: pd.DataFrame, file: Path) -> None:
    pyreadstat.write_dta(frame, str(file))


def to_xlsx(frame: pd.DataFrame, file: Path) -> None:
    frame.to_excel(file, index=False, sheet_name="Svar")


@pytest.mark.parametrize(
    ("suffix", "save", "more"),
    [
        (".csv", to_csv, {}),
        (".csv", to_semicolons, {"delimiter": ";", "encoding": "cp1252"}),
        (".sav", to_sav, {}),
        (".dta", to_dta, {}),
        (".xlsx", to_xlsx, {"sheet": "Svar"}),
    ],
    ids=["csv", "semicolons", "sav", "dta", "xlsx"],
)
def test_every_format_comes_out_as_the_survey(
    export: Export,
    map_file: MapFile,
    tmp_path: Path,
    shipped: Survey,
    suffix: str,
    save: Callable[[pd.DataFrame, Path], None],
    more: dict[str, object],
) -> None:
    frame, mapping = export
    source = tmp_path / f"eksport{suffix}"
    save(frame, source)
    seen = inspect(source, map_file(mapping | more), leaders=paths.LEADERS_FILE)
    assert [f.text for f in seen.findings if f.stops] == []
    assert not {f.kind for f in seen.findings} & {"reversed", "duplicates"}
    assert seen.survey is not None
    folder = tmp_path / "ut"
    write(seen.survey, source, tmp_path / "kolonnekart.yml", folder)
    again = load(folder / "survey.csv")
    assert again.provenance.kind == "real"
    assert not again.provenance.edited
    pd.testing.assert_frame_equal(again.frame.drop(columns="id"), shipped.frame.drop(columns="id"))
    pd.testing.assert_frame_equal(again.leaders.drop(columns="id"), shipped.leaders.drop(columns="id"))
    assert list(again.frame["id"]) == [str(n) for n in range(1, len(shipped) + 1)]
    pd.testing.assert_frame_equal(load(folder / "survey.sav").frame, again.frame)


def test_a_turned_scale_is_suspected_and_its_neighbours_are_not(
    export: Export, map_file: MapFile, tmp_path: Path
) -> None:
    frame, mapping = export
    values = mapping["values"]
    assert isinstance(values, dict)
    for name in ("sa_ip", "led_folger"):
        del values[name]
    frame.to_csv(tmp_path / "e.csv", index=False)
    seen = inspect(tmp_path / "e.csv", map_file(mapping))
    told = [f.text.split(":")[0] for f in seen.findings if f.kind == "reversed"]
    assert sorted(told) == ["led_folger", "sa_ip"]
    assert seen.passed  # a suspicion is for the owner to judge


def test_the_shipped_survey_raises_no_suspicion(tmp_path: Path, map_file: MapFile) -> None:
    seen = inspect(paths.SURVEY_FILE, map_file({"provenance": "synthetic"}), leaders=paths.LEADERS_FILE)
    assert {f.kind for f in seen.findings} <= {"wording", "office_table"}


def test_everything_wrong_is_told_at_once_and_nobody_is_shown(
    export: Export, map_file: MapFile, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame, mapping = export
    columns = mapping["columns"]
    assert isinstance(columns, dict)
    ours = {name: theirs for theirs, name in columns.items()}
    frame = frame.astype(object)
    frame.loc[5, ours["sa_ip"]] = 7
    frame.loc[[8, 9], ours["sa_ip"]] = 9
    frame.loc[11, ours["sa_kompetanse"]] = SECRET
    frame.loc[12, "ENHET"] = 4242
    frame.loc[14, "RESPNR"] = frame.loc[13, "RESPNR"]
    frame = frame.drop(columns=ours["led_folger"]).assign(KOMMENTAR=SECRET)
    frame.to_csv(tmp_path / "e.csv", index=False)
    out = tmp_path / "ut"
    status = main(["import", str(tmp_path / "e.csv"), "--map", str(map_file(mapping)), "--out", str(out)])
    said = "".join(capsys.readouterr())
    assert status == 1
    assert not out.exists()
    for part in (
        f"{ours['sa_ip']}: sa_ip: «7» er ikke en gyldig kode (1 rad, den første er rad 7)",
        "«9» er ikke en gyldig kode (2 rader, den første er rad 10)",
        f"{ours['sa_kompetanse']}: sa_kompetanse: en tekst",
        "ENHET: «4242» (1 rad): sett den under offices",
        "RESPNR: 1 rad har et løpenummer som er brukt før",
        "led_folger «",
        f"{ours['led_folger']}: kolonnekartet kobler den til led_folger, men den finnes ikke i filen",
        "KOMMENTAR: koble den under columns, eller sett den under ignore",
        "Ingenting er skrevet",
    ):
        assert part in said
    assert SECRET not in said
    for ident in frame["RESPNR"].sample(50, random_state=1):
        assert str(ident) not in said


def test_a_dry_run_writes_nothing(export: Export, map_file: MapFile, tmp_path: Path) -> None:
    frame, mapping = export
    frame.to_csv(tmp_path / "e.csv", index=False)
    arguments = ["import", str(tmp_path / "e.csv"), "--map", str(map_file(mapping)), "--dry-run"]
    assert main([*arguments, "--out", str(tmp_path / "ut")]) == 0
    assert not (tmp_path / "ut").exists()


def test_repeated_respondents_are_counted(export: Export, map_file: MapFile, tmp_path: Path) -> None:
    frame, mapping = export
    more = frame.iloc[[3, 50]].assign(RESPNR=["1", "2"])
    pd.concat([frame, more]).to_csv(tmp_path / "e.csv", index=False)
    seen = inspect(tmp_path / "e.csv", map_file(mapping))
    assert [f.text for f in seen.findings if f.kind == "duplicates"] == [
        "2 respondenter har nøyaktig samme svar som en annen"
    ]


def test_a_missing_question_is_found_by_its_wording(
    export: Export, map_file: MapFile, tmp_path: Path, shipped: Survey
) -> None:
    frame, mapping = export
    columns = mapping["columns"]
    assert isinstance(columns, dict)
    theirs = next(t for t, ours in columns.items() if ours == "sa_kompetanse")
    del columns[theirs]
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "e.sav"),
        column_labels={theirs: shipped.variable("sa_kompetanse").label[:200]},
    )
    seen = inspect(tmp_path / "e.sav", map_file(mapping))
    told = next(f.text for f in seen.findings if f.kind == "missing" and "sa_kompetanse" in f.text)
    assert f"Kan være {theirs} («" in told


def test_real_answers_do_not_go_into_version_control(tmp_path: Path, shipped: Survey) -> None:
    source, mapping = paths.SURVEY_FILE, paths.CODEBOOK_FILE
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("privat/\n", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match="under versjonskontroll"):
        write(shipped, source, mapping, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    assert write(shipped, source, mapping, tmp_path / "privat" / "2015")


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, shipped: Survey) -> None:
    (tmp_path / "notat.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ImportRefusedError, match="ikke tom"):
        write(shipped, paths.SURVEY_FILE, paths.CODEBOOK_FILE, tmp_path)
    with pytest.raises(ImportRefusedError, match="prosjektets egen"):
        write(shipped, paths.SURVEY_FILE, paths.CODEBOOK_FILE, paths.SURVEY)


@pytest.mark.parametrize(
    ("mapping", "told"),
    [
        ({"delimiter": ";;"}, "delimiter: ett tegn"),
        ({"encoding": "utf-9"}, "'utf-9' er ikke en kjent tegnkoding"),
        ({"columns": {"A": "sa_kompetanze"}}, "kodeboken har ingen variabel 'sa_kompetanze'"),
    ],
)
def test_faults_of_the_map_name_it(
    mapping: dict[str, object], told: str, map_file: MapFile, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(paths.SURVEY_FILE), "--map", str(map_file(mapping))]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert "kolonnekart.yml" in said


def test_a_sheet_that_is_not_there(export: Export, map_file: MapFile, tmp_path: Path) -> None:
    frame, mapping = export
    to_xlsx(frame, tmp_path / "e.xlsx")
    with pytest.raises(SurveyError, match=r"har ikke arket «Ark1»\. Tillatt: Svar"):
        inspect(tmp_path / "e.xlsx", map_file(mapping | {"sheet": "Ark1"}))


def awkward(export: Export) -> tuple[pd.DataFrame, dict[str, object]]:
    """As Norwegian programs write the export: whole numbers as «2,0», a column that is not the survey's."""
    frame, mapping = export
    first = next(name for name, ours in mapping["columns"].items() if ours == "sa_ip")  # type: ignore[attr-defined]
    text = frame[first].map(lambda code: None if code != code else f"{code:.0f},0")
    return frame.assign(**{first: text, "Æ; «fritekst»": SECRET}), mapping | {"ignore": "all"}


def test_a_file_of_norwegian_excel(
    export: Export, map_file: Callable[[dict[str, object]], Path], shipped: Survey, tmp_path: Path
) -> None:
    frame, mapping = awkward(export)
    file = tmp_path / "svar.csv"
    frame.to_csv(file, sep=";", index=False, encoding="cp1252")
    with pytest.raises(SurveyError, match=r"encoding: cp1252 for filer fra Windows"):
        inspect(file, map_file(mapping))
    with pytest.raises(SurveyError, match=r"skilt med semikolon, ikke komma"):
        inspect(file, map_file(mapping | {"encoding": "cp1252"}))
    seen = inspect(file, map_file(mapping | {"encoding": "cp1252", "delimiter": ";"}))
    assert seen.survey is not None, [str(f.text) for f in seen.findings if f.stops]
    pd.testing.assert_series_equal(seen.survey.frame["sa_ip"], shipped.frame["sa_ip"])


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_title_above_the_names(
    kind: str, export: Export, map_file: Callable[[dict[str, object]], Path], shipped: Survey, tmp_path: Path
) -> None:
    frame, mapping = awkward(export)
    file = tmp_path / f"svar.{kind}"
    if kind == "csv":
        file.write_text("Uttrekk, mai 2011\n\n" + frame.to_csv(index=False), encoding="utf-8")
    else:
        frame.to_excel(file, index=False, startrow=2)
        book = openpyxl.load_workbook(file)
        book.active["A1"] = "Uttrekk, mai 2011"
        book.save(file)
    with pytest.raises(SurveyError) as told:
        inspect(file, map_file(mapping))
    problem = "rad 1: raden har ikke navn på kolonnene. Står de i rad 3, skriv header: 3 i kolonnekartet."
    assert str(told.value).endswith(problem)
    seen = inspect(file, map_file(mapping | {"header": 3}))
    assert seen.survey is not None, [str(f.text) for f in seen.findings if f.stops]
    pd.testing.assert_series_equal(seen.survey.frame["sa_ip"], shipped.frame["sa_ip"])


def test_codes_that_spss_declares_missing(
    export: Export, map_file: Callable[[dict[str, object]], Path], shipped: Survey, tmp_path: Path
) -> None:
    """Their labels («Vet ikke») are no category that the codebook lacks."""
    frame, mapping = export
    names = {ours: name for name, ours in mapping["columns"].items()}  # type: ignore[attr-defined]
    one, other = names["sa_ip"], names["sa_oversikt"]
    frame = frame.assign(**{one: frame[one].fillna(98), other: frame[other].fillna(7)})
    labels = {1: "helt uenig", 5: "helt enig", 98: "Vet ikke", 99: "Ønsker ikke å svare"}
    pyreadstat.write_sav(
        frame.assign(ENHET=frame["ENHET"].astype(float)),
        str(tmp_path / "svar.sav"),
        variable_value_labels={one: labels, other: {7: "Ikke relevant", 1: "helt uenig", 5: "helt enig"}},
        missing_ranges={one: [{"lo": 97, "hi": 99}]},
    )
    seen = inspect(tmp_path / "svar.sav", map_file(mapping | {"missing": {"sa_oversikt": [7]}}))
    assert seen.survey is not None, [str(f.text) for f in seen.findings if f.stops]
    for name in ("sa_ip", "sa_oversikt"):
        pd.testing.assert_series_equal(seen.survey.frame[name], shipped.frame[name])


def test_nothing_that_names_a_respondent_is_written(
    export: Export, map_file: Callable[[dict[str, object]], Path], tmp_path: Path
) -> None:
    """Ids, free text and times of the export are in no file of the data set, nor on the screen."""
    frame, mapping = export
    frame = frame.assign(RESPNR=[f"KANARI{k}" for k in range(len(frame))], FRITEKST="kanarifugl")
    frame.to_csv(tmp_path / "svar.csv", index=False)
    out = tmp_path / "privat"
    arguments = ["import", str(tmp_path / "svar.csv"), "--map", str(map_file(mapping | {"ignore": "all"}))]
    command = [sys.executable, "-m", "storbynav.cli", *arguments, "--out", str(out)]
    done = subprocess.run(command, capture_output=True, check=True)
    files = [path for path in out.rglob("*") if path.is_file()]
    assert len(files) >= 4
    for content in (done.stdout, done.stderr, *(path.read_bytes() for path in files)):
        assert b"KANARI" not in content and b"kanarifugl" not in content
