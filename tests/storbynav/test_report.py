"""What a qmd cell may call: values, texts, errors."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from storbynav import formatting as f
from storbynav import paths
from storbynav.catalogue import CatalogueError, load_catalogue
from storbynav.codebook import CodebookError
from storbynav.facts import FactError
from storbynav.formatting import Markdown, Text
from storbynav.report import Report, ReportError
from storbynav.stats import StatisticsError
from storbynav.survey import Survey
from storbynav.tables import TableError


@pytest.fixture(scope="module")
def r(survey: Survey, tmp_path_factory: pytest.TempPathFactory) -> Report:
    return Report(survey, load_catalogue(), figures_folder=tmp_path_factory.mktemp("book") / "_figures")


def number(text: Text) -> float:
    return float(re.sub(r"[^0-9,\u2212]", "", text).replace("\u2212", "-").replace(",", "."))


# ------------------------------------------------------------------ shares, counts, means


def test_share_of_those_who_agree(r: Report, survey: Survey) -> None:
    answers = survey.frame["sa_ip"].dropna()
    expected = 100 * (answers <= 2).sum() / len(answers)
    assert r.share("sa_ip") == f.percent(expected, 1)
    assert r.share("sa_ip", decimals=0) == f.percent(expected, 0)
    assert number(r.share("sa_ip", nearest=10)) == round(expected / 10) * 10
    assert number(r.share("sa_ip", base="all")) == pytest.approx(100 * (answers <= 2).sum() / 400, abs=0.051)


def test_share_of_one_answer_by_key_code_or_label(r: Report) -> None:
    by_key = r.share("int_deltar_team", answer="nei")
    assert by_key == r.share("int_deltar_team", answer=2)
    assert r.share("sa_ip", answer="helt_enig") == r.share("sa_ip", answer="helt enig")
    assert number(by_key) + number(r.share("int_deltar_team", answer="ja")) == pytest.approx(100, abs=0.11)


def test_groups_narrow_by_key_code_label_city_and_list(r: Report, survey: Survey) -> None:
    frame = survey.frame
    inside = (frame["bg_arbeidsgiver"] == 1) & frame["city"].isin(["Oslo", "Bergen"])
    answers = frame.loc[inside, "sa_ip"].dropna()
    expected = f.percent(100 * (answers <= 2).mean(), 1)
    for employer in ("stat", 1, ["stat"]):
        assert r.share("sa_ip", bg_arbeidsgiver=employer, city=["Oslo", "Bergen"]) == expected
    assert r.n("sa_ip", bg_arbeidsgiver="stat", city=["Oslo", "Bergen"]) == str(len(answers))
    assert r.n("sa_ip", ko_ledermodell="to ledere") == r.n("sa_ip", ko_ledermodell=2)


def test_counts_means_and_missing(r: Report, survey: Survey) -> None:
    answers = survey.frame["sa_ip"]
    assert r.n("sa_ip") == str(answers.notna().sum())
    assert r.count("bg_kjonn", "kvinne") == str((survey.frame["bg_kjonn"] == 1).sum())
    assert r.mean("sa_ip") == f.number(answers.mean(), 2)
    assert r.sd("sa_ip", decimals=3) == f.number(answers.std(), 3)
    assert number(r.missing("bg_kjonn")) == pytest.approx(
        100 * survey.frame["bg_kjonn"].isna().mean(), abs=0.051
    )
    assert r.respondents() == "400"
    assert r.respondents(city="Oslo") == str((survey.frame["city"] == "Oslo").sum())
    stavanger = survey.frame["city"].isin(["Stavanger", "Trondheim"]).mean()
    assert number(r.respondent_share(city=["Stavanger", "Trondheim"])) == pytest.approx(
        100 * stavanger, abs=0.051
    )


# ------------------------------------------------------------------ statistics


def test_correlations_and_regressions_are_those_of_the_tables(r: Report, survey: Survey) -> None:
    pair = survey.frame[["sa_ip", "sa_oversikt"]].dropna()
    assert number(r.corr("sa_ip", "sa_oversikt")) == pytest.approx(np.corrcoef(pair.T)[0, 1], abs=0.00501)
    from storbynav.tables import build

    table = build(r.catalogue.table("v1_3"), survey)
    line = next(line for line in table.lines if "IP" in line.header)
    beta, df, f_, r2 = line.cells[0].text, *(cell.text for cell in line.cells[5:])
    assert r.beta("sa_ip", "ko_ledermodell").replace("0,", ",") == beta
    assert r.df("sa_ip").replace(" og ", ", ") == df
    assert r.f("sa_ip").lstrip("0") == f_
    assert number(r.r2("sa_ip")) == pytest.approx(100 * float(r2.replace(",", "0.")), abs=0.5)


# ------------------------------------------------------------------ offices, leaders, facts


def test_offices_are_counted_by_their_columns(r: Report, survey: Survey) -> None:
    offices = survey.offices
    assert r.offices() == "32"
    assert r.offices(city="Oslo") == "15"
    assert r.offices(city="Trondheim", words=True) == "fire"
    assert r.offices(leader_model=2) == str((offices["leader_model"] == 2).sum())
    assert r.offices(services=0) == str((offices["minimum"] == 0).sum())
    services = offices[list(survey.codebook.services)].sum(axis=1)
    assert r.offices(services=3) == str(((services == 3) & offices["tj_rus"].notna()).sum())


def test_leaders_are_counted_by_their_answers(r: Report, survey: Survey) -> None:
    leaders = survey.leaders
    assert r.leaders() == str(len(leaders))
    both = (leaders["ldr_sosionom"] == 1) & (leaders["ldr_ansatt"] == 2)
    assert r.leaders(ldr_sosionom="sosionom", ldr_ansatt="kommune") == str(both.sum())
    assert r.leaders(ldr_hele_tjenesteaspektet="i liten grad") == r.leaders(
        ldr_hele_tjenesteaspektet="liten_grad"
    )
    assert r.leaders_answered("ldr_sosionom") == str(leaders["ldr_sosionom"].notna().sum())


def test_man_years_are_cut_to_whole_ones(r: Report, survey: Survey) -> None:
    totals = survey.offices["aarsverk_stat"] + survey.offices["aarsverk_kommune"]
    assert r.aarsverk("min") == str(int(totals.min()))
    assert r.aarsverk("max") == str(int(totals.max()))
    both = number(r.aarsverk_share("stat", decimals=1)) + number(r.aarsverk_share("kommune", decimals=1))
    assert both == pytest.approx(100, abs=0.11)


def test_response_rates_have_two_bases(survey: Survey) -> None:
    frame = survey.frame.loc[survey.frame.index.repeat(3)].head(997)
    r = Report(replace(survey, frame=frame), load_catalogue())
    assert r.emails() == "3\u202f098"
    assert r.emails("Oslo", "kommune") == "1\u202f138"
    assert r.response_rate() == "32\u00a0%"
    assert r.response_rate("net", decimals=1) == "32,6\u00a0%"


def test_facts_are_quoted(r: Report) -> None:
    assert r.fact("study.interviews") == "74"


# ------------------------------------------------------------------ figures and tables


def test_a_figure_is_written_and_shown(r: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUARTO_DOCUMENT_PATH", str(r.figures_folder.parent / "report"))
    shown = r.figure("v1_6")
    assert isinstance(shown, Markdown)
    match = re.match(r'!\[\]\((.+?)\)\{fig-alt="(.+?)"\}\n\n::: \{\.figur-note\}\n(.+)\n:::\n\Z', shown)
    assert match
    path, alt, note = match.groups()
    assert path == "../_figures/v1_6/wide.svg"
    assert (r.figures_folder / "v1_6" / "wide.svg").is_file()
    assert "58,8" in alt or "%" in alt
    assert '"' not in alt
    assert "Kilde: AFI r2016:02" in note


def test_a_figure_is_found_from_the_working_folder(
    r: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUARTO_DOCUMENT_PATH", raising=False)
    monkeypatch.chdir(tmp_path)
    here = Report(r.survey, r.catalogue, figures_folder=tmp_path / "_figures")
    assert here.figure("v1_5").startswith("![](_figures/v1_5/wide.svg)")


def test_a_table_is_shown_and_written(r: Report) -> None:
    shown = r.table("v1_2")
    assert shown.startswith('::: {.row-headers .stat-table data-file="')
    assert 'tbl_v1_2/table.csv"}\n| Variabel |' in shown
    assert "::: {.tabell-note}" in shown
    assert (r.figures_folder / "tbl_v1_2" / "table.csv").is_file()


def test_captions_come_from_the_catalogue(r: Report) -> None:
    assert r.caption("v1_6") == r.catalogue.figure("v1_6").caption
    assert r.caption("tbl_v1_2") == r.catalogue.table("v1_2").caption


def test_everything_returned_is_text_that_shows_itself(r: Report) -> None:
    for text in (
        r.share("sa_ip"),
        r.n("sa_ip"),
        r.df("sa_ip"),
        r.caption("v1_1"),
        r.fact("study.interviews"),
    ):
        assert isinstance(text, Text)
        assert text._repr_markdown_().strip()


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        ('r.share("sa_ipp")', CodebookError, "Mente du sa_ip"),
        ('r.share("bg_arbeidsgiver")', CodebookError, "Be om en kategori: 1 .stat., 2 .kommune."),
        (
            'r.share("sa_ip", answer="kanskje")',
            CodebookError,
            "har ikke kategorien 'kanskje'. Den har: helt_enig",
        ),
        ('r.share("sa_ip", bg_arbeidsgiver="fylke")', CodebookError, "har ikke kategorien 'fylke'"),
        ('r.share("sa_ip", city="Molde")', CodebookError, "Det finnes: Oslo"),
        ('r.share("sa_ip", base="alle")', ReportError, "«valid» eller «all»"),
        ('r.share("led_folger", bg_arbeidsgiver="stat")', ReportError, "Ingen svar på led_folger blant"),
        ('r.mean("bg_rolle")', ReportError, "kategorier uten rekkefølge"),
        ("r.respondent_share()", ReportError, "må få vite hvem"),
        ('r.corr("sa_ip", "sa_oversikten")', CodebookError, "Mente du sa_oversikt"),
        ('r.beta("bg_kjonn", "ko_ledermodell")', ReportError, "har en regresjon for 'bg_kjonn'"),
        ('r.beta("sa_ip", "bg_kjonn")', StatisticsError, "bg_kjonn er ikke med"),
        ('r.emails("Molde")', TableError, "Byene er: Oslo"),
        ('r.emails("Oslo", "fylke")', TableError, "«stat» eller «kommune»"),
        ('r.response_rate("brutto")', ReportError, "«sent» eller «net»"),
        ('r.offices(by="Oslo")', ReportError, "offices.csv har ikke kolonnen 'by'"),
        ('r.offices(city="Molde")', ReportError, "Ingen kontorer har city = 'Molde'. Verdiene er: Bergen"),
        ("r.leaders(sa_ip=1)", ReportError, "ikke et spørsmål fra lederskjemaet"),
        ('r.aarsverk("median")', ReportError, "«min» eller «max»"),
        ('r.aarsverk_share("fylke")', ReportError, "«stat» eller «kommune»"),
        ('r.fact("study.interview")', FactError, "Mente du study.interviews"),
        ('r.figure("v1_60")', CatalogueError, "Mente du v1_6"),
        ('r.table("v1_6")', CatalogueError, "Ukjent tabell"),
        ('r.caption("tbl_v1_22")', CatalogueError, "Ukjent tabell"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_what_can(
    r: Report, call: str, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        eval(call, {"r": r})


# ------------------------------------------------------------------ opening


def test_opens_the_files_once_until_they_change(survey_file: Path) -> None:
    first = Report.open(survey_file)
    assert Report.open(survey_file).survey is first.survey
    assert not first.calibrated
    manifest = survey_file.parent / "manifest.yml"
    manifest.write_text("provenance: synthetic\nseed: 1\ncalibrated: true\n", encoding="utf-8")
    again = Report.open(survey_file)
    assert again.calibrated
    assert again.survey is not first.survey


def test_an_edited_survey_is_no_longer_calibrated(survey_file: Path) -> None:
    manifest = survey_file.parent / "manifest.yml"
    text = "provenance: synthetic\ncalibrated: true\nchecksums: {survey.csv: %s}\n"
    manifest.write_text(text % hashlib.sha256(survey_file.read_bytes()).hexdigest(), encoding="utf-8")
    assert Report.open(survey_file).calibrated
    manifest.write_text(text % ("0" * 64), encoding="utf-8")
    assert not Report.open(survey_file).calibrated


@pytest.mark.skipif(not paths.SURVEY_FILE.is_file(), reason="data/survey/survey.csv mangler")
def test_opening_costs_no_drawing_libraries() -> None:
    """Text alone must not pay for matplotlib, seaborn, statsmodels or scipy.stats."""
    code = (
        "import sys\n"
        "from storbynav.report import Report\n"
        "Report.open().share('sa_ip')\n"
        "heavy = {'matplotlib', 'seaborn', 'statsmodels', 'scipy.stats'} & set(sys.modules)\n"
        "sys.exit(', '.join(heavy) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
