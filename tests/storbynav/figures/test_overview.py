"""«Hovedfunn»: printed results only, signs turned as said, everything inside the picture and told."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from storbynav import formatting as f
from storbynav import paths
from storbynav.catalogue import load_catalogue
from storbynav.figures import bundle, overview, overview_bundle, overview_chart, overview_words, style
from storbynav.figures.overview import OVERVIEW_FILE, Overview, OverviewError
from storbynav.figures.sheet import Sheet
from storbynav.published import registry
from storbynav.report import Report
from storbynav.survey import Survey
from tests.storbynav.figures.apart import assert_apart

RAW = yaml.safe_load(OVERVIEW_FILE.read_text(encoding="utf-8"))
VARIANTS = (style.WIDE, style.NARROW, style.PAGE)
SATISFIED, INTEGRATED, CRITICAL = range(3)


@pytest.fixture(scope="module")
def shipped() -> Overview:
    report = Report.open()
    return overview.make(report.catalogue, report.survey)


@pytest.fixture(scope="module")
def drawn(shipped: Overview) -> dict[str, Sheet]:
    return {variant.name: overview_chart.draw(shipped, variant) for variant in VARIANTS}


def test_every_value_is_the_printed_one_with_the_sign_that_is_said(shipped: Overview) -> None:
    assert shipped.left_out == 0
    for told, group in zip(RAW["groups"], shipped.groups, strict=True):
        cells = {(cell.row, cell.column): cell for cell in registry().cells(told["table"])}
        for row in group.rows:
            for key, value in row.cells.items():
                factor = told["factors"][key]
                printed = cells[row.item, factor["variable"]]
                assert value is not None
                assert (value.shown, value.stars) == (factor["sign"] * printed.value, printed.stars)


def test_signs_follow_the_coding_of_the_tables() -> None:
    """Answers run from 1, agree, to 5: where a higher code is the column's group, the sign is turned."""
    sosionom_is_1 = {("v1_4", "bg_sosionom")}
    for group in RAW["groups"]:
        for factor in group["factors"].values():
            same = (group["table"], factor["variable"]) in sosionom_is_1
            assert factor["sign"] == (1 if same else -1)


def test_the_main_finding_points_both_ways(shipped: Overview) -> None:
    """C008 and C292: with two leaders more satisfied, with one more integrated."""
    satisfied = [row.cells["ledermodell"] for row in shipped.groups[SATISFIED].rows]
    integrated = [row.cells["ledermodell"] for row in shipped.groups[INTEGRATED].rows]
    assert all(value and value.shown > 0 for value in satisfied)
    assert all(value and value.shown < 0 and value.significant for value in integrated)
    assert sum(bool(value and value.significant) for value in satisfied) == 7


def test_a_synthetic_value_that_is_not_printed_is_left_out() -> None:
    report = Report.open()
    frame = report.survey.frame.copy()
    frame["sa_ip"] = 6 - frame["sa_ip"]
    changed = overview.make(report.catalogue, replace(report.survey, frame=frame))
    row = changed.groups[SATISFIED].rows[-1]
    assert row.item == "sa_ip"
    assert None in row.cells.values()
    assert changed.left_out == list(row.cells.values()).count(None)
    assert "Utelatt, fordi datasettet ikke gir det trykte tallet" in overview_words.note(changed)


def test_a_survey_that_gives_nothing_printed_makes_no_picture(survey: Survey, tmp_path: Path) -> None:
    one = {**RAW["groups"][CRITICAL], "rows": RAW["groups"][CRITICAL]["rows"][:1]}
    one["factors"] = {"arbeidsgiver": one["factors"]["arbeidsgiver"]}
    file = tmp_path / "hovedfunn.yml"
    file.write_text(yaml.safe_dump({**RAW, "groups": [one]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(OverviewError, match=r"hovedfunn\.yml: datasettet gir ingen av de trykte tallene"):
        overview.make(load_catalogue(), survey, path=file)  # random answers: nowhere near ,37


def test_dots_stand_where_their_values_are(shipped: Overview, drawn: dict[str, Sheet]) -> None:
    sheet = drawn["wide"]
    dots = sheet.dots[len(overview_chart.KEY) :]
    values = [
        (key, value) for g in shipped.groups for row in g.rows for key, value in row.cells.items() if value
    ]
    assert len(dots) == len(values) == 80
    below = max(dot.y for dot in dots)  # the lines of the bars
    rules = [
        stroke for stroke in sheet.strokes if stroke.start[0] == stroke.end[0] and stroke.start[1] < below
    ]
    lines = sorted({stroke.start[0] for stroke in rules})
    zero = dict(zip(shipped.factors, lines, strict=True))
    unit = max(abs(dot.x - zero[key]) for dot, (key, _) in zip(dots, values, strict=True))
    for dot, (key, value) in zip(dots, values, strict=True):
        assert dot.x - zero[key] == pytest.approx(unit * float(value.shown / shipped.limit), abs=0.01)
        assert dot.filled == value.significant


def test_a_distance_means_the_same_in_all_blocks(shipped: Overview, drawn: dict[str, Sheet]) -> None:
    """On a phone the blocks have fewer columns, of the same width; the bars of both blocks have one scale."""
    dots = drawn["narrow"].dots[len(overview_chart.KEY) :]
    values = [
        (value, group) for group in shipped.groups for row in group.rows for value in row.cells.values()
    ]
    rules = [s for s in drawn["narrow"].strokes if s.start[0] == s.end[0]]
    scales = set()
    for dot, (value, _) in zip(dots, values, strict=True):
        zero = min((s.start[0] for s in rules), key=lambda x: abs(x - dot.x))
        if value and abs(value.shown) >= Decimal("0.1"):
            scales.add(round((dot.x - zero) / float(value.shown), 1))
    assert len(scales) == 1
    for sheet in drawn.values():
        bars = [box for box in sheet.boxes if box.fill == style.TERTIARY][1:]  # the first is that of the key
        shares = [float(bar.value) for block in shipped.bars for bar in block.data.bars]
        assert len({round(b.width / share, 2) for b, share in zip(bars, shares, strict=True)}) == 1


def test_petrol_and_ochre_tell_directions_alone(drawn: dict[str, Sheet]) -> None:
    for sheet in drawn.values():
        assert not {box.fill for box in sheet.boxes} & {style.PRIMARY, style.SECONDARY}


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)
def test_texts_are_there_inside_apart_and_large_enough(
    shipped: Overview, drawn: dict[str, Sheet], variant: style.Variant
) -> None:
    sheet = drawn[variant.name]
    shown = [line.text for line in sheet.texts]
    joined = " ".join(shown)
    for group in shipped.groups:
        assert group.title in joined and group.measure in joined
        assert all(row.label in joined for row in group.rows)
        for value in group.values:
            assert shown.count(value.text) >= [v.text for v in group.values].count(value.text)
    for bars in shipped.bars:
        assert all(bars.data.value_text(bar) in shown for bar in bars.data.bars)
    assert "Trykt i r2016:02" in shown

    for line in sheet.texts:
        assert line.size * (288 / variant.width if variant is style.NARROW else 4 / 3) >= 13
        assert line.x >= -variant.margin and line.x + line.width <= variant.width + variant.margin + 0.5
    assert_apart(sheet)


def test_it_fits_on_a_page_with_its_heading(drawn: dict[str, Sheet]) -> None:
    assert drawn["wide"].size[1] / style.POINTS_PER_CM <= 18.3  # the PDF has it below its heading


def test_the_alternative_text_counts_and_names(shipped: Overview) -> None:
    alt = overview_words.alt(shipped)
    assert "åtte påstander: to ledere mer i sju; stort kontor mer i én og mindre i tre;" in alt
    assert "fem påstander: to ledere mindre i fem;" in alt
    assert "Sterkest: ansatt i kommunen, «Kommunale på statlige oppgaver», 0,40." in alt
    assert f"(sosionom mot annen utdanning): følger godt med 71,1{f.HARD_SPACE}% og 65{f.HARD_SPACE}%" in alt
    assert alt.index("Tallene er trykt i r2016:02.") < alt.index("Fornøyd med"), "told before any number"
    assert len(alt) < 1300
    assert "{" not in alt


def test_files_say_that_signs_are_turned(shipped: Overview, tmp_path: Path) -> None:
    told = overview_bundle.write(shipped, tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(bundle.FILES)
    assert told["status"] == "published"
    assert told["table"]["columns"][1:3] == ["To ledere", "Stort kontor"]
    assert told["table"]["rows"][0][:3] == ["Ledelsen følger godt med", ",32*", "−,08"]
    assert told["table"]["rows"][0][6] == "", "the table has no such factor"
    text = (tmp_path / "data.csv").read_text(encoding="utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert len(lines) == 80 + 6 + 3
    turned = {line["kilde"] for line in lines if line["gruppe"] == "To ledere"}
    assert turned == {"trykt i r2016:02, fortegnet snudd"}
    assert {line["kilde"] for line in lines if line["del"].startswith("Sosialfaglig")} == {"trykt i r2016:02"}


def test_it_is_drawn_again_only_when_it_changed(
    shipped: Overview, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = overview_bundle.write(shipped, tmp_path)
    other = replace(shipped, note=shipped.note + " Mer.")
    assert overview_bundle.write(other, tmp_path)["fingerprint"] != first["fingerprint"]
    overview_bundle.write(shipped, tmp_path)
    monkeypatch.setattr(bundle, "pictures", lambda *_: pytest.fail("tegnet på nytt"))
    assert overview_bundle.write(shipped, tmp_path) == first


def test_a_wrong_description_is_told(tmp_path: Path) -> None:
    report = Report.open()
    file = tmp_path / "hovedfunn.yml"
    with pytest.raises(OverviewError, match="filen mangler"):
        overview.make(report.catalogue, report.survey, path=file)
    broken = dict(RAW, columns={k: v for k, v in RAW["columns"].items() if k != "leder"})
    file.write_text(yaml.safe_dump(broken, allow_unicode=True), encoding="utf-8")
    with pytest.raises(OverviewError, match="kjenner ikke 'leder'"):
        overview.make(report.catalogue, report.survey, path=file)


def test_the_cell_gives_an_image_and_a_note(tmp_path: Path) -> None:
    report = replace(Report.open(), figures_folder=tmp_path)
    markdown = report.overview()
    assert markdown.startswith("![](")
    assert "hovedfunn/wide.svg" in markdown
    assert "::: {.figur-note}" in markdown


def test_items_and_figures_are_those_of_the_catalogue() -> None:
    catalogue = load_catalogue()
    for group in RAW["groups"]:
        table = catalogue.table(group["table"])
        known = {item.item for item in (*table.rows, *table.outcomes)}
        assert {row["item"] for row in group["rows"]} <= known
    assert paths.shown(OVERVIEW_FILE) == "data/report/hovedfunn.yml"
    assert Decimal("0.40") == overview.make(catalogue, Report.open().survey).limit
