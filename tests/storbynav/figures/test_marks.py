"""Stacks of all answers and intervals: drawn for real answers, and never for synthetic ones."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from fractions import Fraction

import pytest
from statsmodels.stats.proportion import proportion_confint

from storbynav import formatting as f
from storbynav import paths
from storbynav.catalogue import Printed, load_catalogue
from storbynav.disclosure import Gate
from storbynav.figures import FigureData, charts, compute, style, words
from storbynav.figures.bundle import describe, table, table_csv
from storbynav.figures.sheet import Sheet
from storbynav.survey import Survey, load

CATALOGUE = load_catalogue()
OPEN = Gate(None)  # how a stack is drawn does not depend on how many are in it
VARIANTS = (style.WIDE, style.NARROW)
SCALE = ["helt enig", "delvis enig", "verken enig eller uenig", "delvis uenig", "helt uenig"]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    """The shipped answers in a folder of their own, whose manifest declares them real."""
    folder = tmp_path_factory.mktemp("real")
    for name in ("survey.csv", "offices.csv", "leaders.csv"):
        shutil.copy(paths.SURVEY_FILE.parent / name, folder)
    (folder / "manifest.yml").write_text("provenance: real\n", encoding="utf-8")
    survey = load(folder / "survey.csv")
    assert not survey.synthetic
    return survey


@pytest.fixture(scope="module")
def synthetic() -> Survey:
    return load()


def shown(sheet: Sheet) -> list[str]:
    return [line.text for line in sheet.texts]


def stack(sheet: Sheet, data: FigureData) -> list[list[tuple[float, float]]]:
    """Left edge and width of each category, bar by bar; the swatches of the key come first."""
    count = len(data.bars[0].parts)
    boxes = sheet.boxes[count:]
    assert len(boxes) == count * len(data.bars)
    return [[(b.x, b.width) for b in boxes[i : i + count]] for i in range(0, len(boxes), count)]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)
@pytest.mark.parametrize("ident", ["v1_4", "v1_11", "v1_20", "v1_21"])
def test_all_answers_are_drawn_to_scale_around_the_middle(
    real: Survey, ident: str, variant: style.Variant
) -> None:
    data = compute(CATALOGUE.figure(ident), real, gate=OPEN)
    sheet = charts.draw(data, variant)
    bars = stack(sheet, data)
    scale = sum(width + 1 for _, width in bars[0]) / 100
    assert scale > 0.8, "the whole of a bar is wide enough to read"
    middles = set()
    for bar, drawn in zip(data.bars, bars, strict=True):
        for part, (_, width) in zip(reversed(bar.parts), drawn, strict=True):
            assert width == pytest.approx(max(100 * part.count / bar.n * scale - 1, 0), abs=0.02)
        half = len(drawn) // 2
        left, width = drawn[half]
        middles.add(round(left + (width + 1) / 2 if len(drawn) % 2 else left, 2))
    assert len(middles) == 1, "the middle of every bar stands on one line"


def test_categories_go_from_disagreement_to_agreement(real: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_4"), real, gate=OPEN)
    sheet = charts.draw(data, style.WIDE)
    assert shown(sheet)[:5] == [str(f.sentence(label)) for label in reversed(SCALE)]
    fills = [box.fill for box in sheet.boxes[5:10]]
    assert fills == [fill for fill, _ in style.LIKERT]
    assert [part.label for part in data.bars[0].parts] == SCALE


def test_the_sums_and_the_interval_stand_in_columns(real: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_4"), real, gate=OPEN)
    answers = real.frame["sa_ip"].dropna()
    agree, against = int(answers.isin([1, 2]).sum()), int(answers.isin([4, 5]).sum())
    low, high = proportion_confint(agree, len(answers), method="wilson")
    sheet = charts.draw(data, style.WIDE)
    told = {line.text: round(line.x + line.width, 1) for line in sheet.texts}
    ends = [
        (f.percent(Fraction(100 * against, len(answers)), 0), "Uenig"),
        (f.percent(Fraction(100 * agree, len(answers)), 0), "Enig"),
        (f.interval(100 * low, 100 * high), words.INTERVAL_SHORT),
    ]
    for value, head in ends:
        assert told[value] == told[head], "in a column below its heading"


def test_a_scale_of_degrees_has_sums_at_its_ends(real: Survey) -> None:
    texts = shown(charts.draw(compute(CATALOGUE.figure("v1_20"), real, gate=OPEN), style.WIDE))
    assert texts.count("Sum") == 2
    assert "Enig" not in texts


def test_numbers_stay_inside_their_category(real: Survey) -> None:
    for ident in ("v1_4", "v1_11", "v1_24"):
        data = compute(CATALOGUE.figure(ident), real, gate=OPEN)
        for variant in VARIANTS:
            sheet = charts.draw(data, variant)
            inks = {style.ON_STRONG, style.ON_MILD}
            inside = [line for line in sheet.texts if line.colour in inks]
            assert inside
            for line in inside:
                assert any(
                    box.x < line.x and line.x + line.width < box.x + box.width and box.y < line.y
                    for box in sheet.boxes
                ), (ident, line.text)


@pytest.mark.parametrize("ident", list(CATALOGUE.figures))
def test_a_distribution_that_is_not_published_is_not_drawn_of_synthetic_answers(
    synthetic: Survey, ident: str
) -> None:
    data = compute(CATALOGUE.figure(ident), synthetic, calibrated=True)
    assert not data.stacked
    assert not any(bar.parts for bar in data.bars)
    for variant in VARIANTS:
        sheet = charts.draw(data, variant)
        assert not {"Helt enig", "Helt uenig", "I stor grad"} & set(shown(sheet))
        assert not {fill for fill, _ in style.LIKERT if fill != style.PRIMARY} & {b.fill for b in sheet.boxes}
    told = table_csv(data).decode("utf-8-sig") + str(table(data))
    assert "helt uenig" not in told and "Helt uenig" not in told


def test_a_printed_distribution_is_drawn_of_synthetic_answers_too(synthetic: Survey) -> None:
    """Once print gives every category of every bar, and the answers meet it; without intervals of ours."""
    row = replace(CATALOGUE.figure("v1_21"), rows=None, by=None, kind="shares", n_printed=False)
    answers = synthetic.frame["res_veiledning_oppfolging"].dropna()
    item, n = "res_veiledning_oppfolging", len(answers)
    shares = {code: f.half_up(Fraction(100 * int((answers == code).sum()), n)) for code in range(1, 6)}
    printed = tuple(Printed(item, float(share), "1", answer=code) for code, share in shares.items())
    data = compute(replace(row, printed=printed), synthetic, calibrated=True)
    assert data.stacked
    assert data.status == "published"
    assert not data.intervals
    assert "Trykt i r2016:02" in shown(charts.draw(data, style.WIDE))
    for missing in (printed[:-1], (replace(printed[0], value=printed[0].value + 1), *printed[1:])):
        assert not compute(replace(row, printed=missing), synthetic, calibrated=True).stacked


def test_single_offices_are_never_split_into_categories(real: Survey) -> None:
    data = compute(CATALOGUE.figure("v2_7"), real)
    assert not data.stacked
    assert data.intervals and data.suppressed


def test_intervals_are_those_of_wilson(real: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_6"), real, gate=OPEN)
    for bar in data.bars:
        low, high = proportion_confint(bar.count, bar.n, method="wilson")
        assert bar.interval == pytest.approx((100 * low, 100 * high))


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.name)
def test_an_interval_is_drawn_where_it_lies(real: Survey, variant: style.Variant) -> None:
    data = compute(CATALOGUE.figure("v1_6"), real, gate=OPEN)
    sheet = charts.draw(data, variant)
    tracks = [box for box in sheet.boxes if box.fill == style.TRACK]
    level = [s for s in sheet.strokes if s.start[1] == s.end[1]][1:]  # the first is that of the key
    for bar, track, (inner, outer) in zip(
        data.bars, tracks, zip(level[::2], level[1::2], strict=True), strict=True
    ):
        assert bar.interval is not None
        at = [track.x + track.width * bound / 100 for bound in bar.interval]
        assert (inner.start[0], outer.end[0]) == pytest.approx(tuple(at))
        assert inner.end[0] == outer.start[0] == pytest.approx(track.x + track.width * float(bar.value) / 100)


def test_printed_shares_have_intervals_where_their_n_is_printed_too(synthetic: Survey) -> None:
    has = {
        ident: [bar.status for bar in compute(CATALOGUE.figure(ident), synthetic).bars if bar.interval]
        for ident in ("v1_6", "v1_16", "v1_17", "v1_22", "v2_3", "v1_5")
    }
    assert has["v1_6"] == ["published"] * 3
    assert has["v1_16"] == ["published"] * 6
    assert has["v1_22"] == ["published"] * 5, "the two synthetic ones have none"
    assert not has["v1_17"], "n of the groups is not printed"
    assert not has["v2_3"]
    assert not has["v1_5"]
    note = words.note(compute(CATALOGUE.figure("v1_6"), synthetic, calibrated=True))
    assert "regnet ut her av trykt andel og n; rapporten oppgir ingen" in note


def test_the_files_tell_all_answers(real: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_13"), real, gate=OPEN)
    rows = list(csv.DictReader(io.StringIO(table_csv(data).decode("utf-8-sig")), delimiter=";"))
    first = rows[:6]
    assert [row["svar"] for row in first] == [*SCALE, "helt eller delvis enig"]
    assert int(first[0]["antall"]) + int(first[1]["antall"]) == int(first[5]["antall"])
    assert sum(int(row["antall"]) for row in first[:5]) == int(first[5]["n"])
    assert first[5]["nedre95"] and not first[0]["nedre95"]
    told = describe(data)
    columns = told["table"]["columns"]
    categories = [str(f.sentence(label)) for label in SCALE]
    assert columns == [
        "Påstand",
        "Gruppe",
        *categories,
        "Helt eller delvis enig",
        "95\u00a0% konfidensintervall",
        "n",
    ]
    assert all(len(row) == len(columns) for row in told["table"]["rows"])
    assert "delt etter svar fra «helt uenig» til «helt enig»" in told["alt"]
    assert "Tallet til høyre er «helt enig» og «delvis enig» til sammen" in told["note"]
    assert "syntetisk" not in (told["alt"] + told["note"]).lower()


def test_what_print_says_of_significance_stands_beside_the_item(synthetic: Survey) -> None:
    data = compute(CATALOGUE.figure("v1_13"), synthetic, calibrated=True)
    sheet = charts.draw(data, style.WIDE)
    texts = shown(sheet)
    assert texts.count("p\u00a0<\u00a00,01") == 4
    assert texts.count("ikke signifikant") == 1
    heading = next(line for line in sheet.texts if line.text.startswith("Vi har god kompetanse"))
    beside = next(line for line in sheet.texts if line.text == "ikke signifikant")
    assert beside.y == pytest.approx(heading.y, abs=0.2)
    assert (
        "Signifikans er gjengitt slik rapporten oppgir den, og er ikke regnet ut av tallene her."
        in words.note(data)
    )
    assert "p\u00a0<\u00a00,01" in [row[-2] for row in describe(data)["table"]["rows"]]
    untested = compute(CATALOGUE.figure("v1_16"), synthetic, calibrated=True)
    assert not any("signifikan" in text for text in shown(charts.draw(untested, style.WIDE)))


def test_every_statement_of_significance_is_in_the_registry() -> None:
    from storbynav.yamlfile import parse_yaml

    text = (paths.PUBLISHED / "figures.yml").read_text(encoding="utf-8")
    registry = {figure["id"]: figure for figure in parse_yaml(text, "figures.yml")["figures"]}
    found = 0
    for ident, row in CATALOGUE.figures.items():
        printed = {c["lines"] for c in registry[ident].get("constraints", []) if "significance" in c}
        for test in row.tests:
            assert test.lines in printed, (ident, test.lines)
            assert set(test.items) <= set(row.items)
            found += len(test.items)
    assert found > 40
