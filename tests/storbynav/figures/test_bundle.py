"""The files of a figure."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from storbynav.figures import FigureData, bundle, style, words


@pytest.fixture(scope="module")
def folder(samples: dict[str, FigureData], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundles of four figures, each in a folder of its own."""
    root = tmp_path_factory.mktemp("figures")
    for name in ("shares", "complete", "distribution by group", "real"):
        bundle.write(samples[name], root / name)
    return root


def read(folder: Path, name: str) -> dict:  # type: ignore[type-arg]
    return json.loads((folder / name / "figure.json").read_text(encoding="utf-8"))


def test_has_the_files_of_the_contract(folder: Path) -> None:
    assert sorted(p.name for p in (folder / "shares").iterdir()) == sorted(bundle.FILES)


def test_figure_json_has_the_fields_of_the_contract(folder: Path, samples: dict[str, FigureData]) -> None:
    told = read(folder, "shares")
    assert {"id", "status", "synthetic", "n", "alt", "caption", "note", "palette", "table", "mark"} <= set(
        told
    )
    assert told["status"] == "constrained"
    assert told["synthetic"] is True
    assert told["alt"] == str(words.alt(samples["shares"]))
    assert told["palette"]["#0f5b66"] == "primary"
    assert told["table"]["columns"] == ["Påstand", "Andel", "n", "Kilde"]
    assert told["table"]["rows"][0][1:] == [
        "78\u00a0%",
        "1\u202f000",
        "Andelen er trykt i r2016:02, n er syntetisk",
    ]
    assert told["table"]["rows"][1][1:] == ["67\u00a0%", "1\u202f000", "Syntetiske tall"]
    assert read(folder, "complete")["status"] == "published"
    assert "/" not in told["fingerprint"]


def test_a_grouped_table_says_which_values_are_printed(folder: Path) -> None:
    table = read(folder, "distribution by group")["table"]
    assert table["columns"] == ["Kategori", "Statlig ansatte", "Kommunalt ansatte", "n", "Kilde"]
    assert table["rows"][2][-1] == "Trykt i r2016:02: kommunalt ansatte. Ellers syntetiske tall"


def test_every_download_is_marked(folder: Path) -> None:
    for name in ("shares", "distribution by group"):
        rows = list(
            csv.DictReader(io.StringIO((folder / name / "data.csv").read_text("utf-8-sig")), delimiter=";")
        )
        printed = "andelen er trykt i r2016:02, n er syntetisk"  # print has a range of n, or none for groups
        assert {row["kilde"] for row in rows} == {printed, "syntetiske tall"}
        for variant in ("wide", "narrow"):
            svg = (folder / name / f"{variant}.svg").read_text(encoding="utf-8")
            assert "Syntetiske tall" in re.sub(r"<desc>.*?</desc>", "", svg, flags=re.DOTALL)
            assert "syntetiske" in re.search(r"<desc>(.*?)</desc>", svg, re.DOTALL)[1].lower()  # type: ignore[index]
        assert "Syntetiske tall" in Image.open(folder / name / "figure.png").text["Comment"]  # type: ignore[attr-defined]


def test_the_interval_of_a_printed_share_is_no_finer_than_the_share(samples: dict[str, FigureData]) -> None:
    """78 per cent of 985 stands for 77.5 to 78.5: bounds with decimals would be of the synthetic count."""
    data = samples["shares"]
    bar = replace(data.rows[0].bars[0], interval=(74.86, 80.06))
    shown = replace(data, rows=(replace(data.rows[0], bars=(bar,)),))
    (row,) = csv.DictReader(io.StringIO(bundle.table_csv(shown).decode("utf-8-sig")), delimiter=";")
    assert (row["nedre95"], row["øvre95"]) == ("75", "80")
    real = replace(shown, synthetic=False)
    (row,) = csv.DictReader(io.StringIO(bundle.table_csv(real).decode("utf-8-sig")), delimiter=";")
    assert (row["nedre95"], row["øvre95"]) == ("74,9", "80,1")


def test_a_real_survey_is_not_marked(folder: Path) -> None:
    told = read(folder, "real")
    assert told["mark"] == ""
    assert "Kilde" not in told["table"]["columns"]
    assert "yntetisk" not in (folder / "real" / "wide.svg").read_text(encoding="utf-8")


def test_the_csv_opens_in_a_norwegian_spreadsheet(folder: Path) -> None:
    content = (folder / "complete" / "data.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    lines = content.decode("utf-8-sig").split("\r\n")
    assert lines[0] == "figur;kategori;gruppe;prosent;nedre95;øvre95;antall;n;kilde"
    assert lines[1] == "v1_6;Jobber med vanskeligstilte i NAV;;58,8;;;588;1000;trykt i r2016:02"


@pytest.mark.parametrize("variant", ["wide", "narrow"])
def test_the_svg_stands_alone_and_inside_a_page(folder: Path, variant: str) -> None:
    svg = (folder / "shares" / f"{variant}.svg").read_text(encoding="utf-8")
    root = ET.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not re.search(r"<style|<!|<metadata|\bid=|url\(|href|http(?!://www\.w3\.org/2000/svg)", svg)
    colours = set(re.findall(r"#[0-9a-f]{6}", svg))
    assert colours <= set(style.PALETTE)
    assert "sans-serif" in svg


def test_the_picture_for_download_stands_alone(folder: Path) -> None:
    image = Image.open(folder / "shares" / "figure.png")
    assert image.size[0] > 1200
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert image.text["Title"].startswith("Ansatte som sier seg enige")  # type: ignore[attr-defined]


def test_the_same_data_give_the_same_bytes(
    samples: dict[str, FigureData], folder: Path, tmp_path: Path
) -> None:
    bundle.write(samples["shares"], tmp_path)
    for name in bundle.FILES:
        assert (tmp_path / name).read_bytes() == (folder / "shares" / name).read_bytes(), name


def test_nothing_is_drawn_twice(
    samples: dict[str, FigureData], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bundle.write(samples["shares"], tmp_path)
    monkeypatch.setattr(bundle, "pictures", lambda *_: pytest.fail("tegnet på nytt"))
    assert bundle.write(samples["shares"], tmp_path) == first


@pytest.mark.parametrize("name", bundle.FILES)
def test_a_missing_file_or_other_data_are_drawn_again(
    samples: dict[str, FigureData], folder: Path, tmp_path: Path, name: str
) -> None:
    data = samples["shares"]
    bundle.write(data, tmp_path)
    (tmp_path / name).unlink()
    bundle.write(data, tmp_path)
    assert (tmp_path / name).is_file()


def test_changed_data_are_drawn_again(samples: dict[str, FigureData], tmp_path: Path) -> None:
    data = samples["shares"]
    before = bundle.write(data, tmp_path)
    for other in (
        replace(data, calibrated=False),
        replace(data, rows=data.rows[::-1]),
        replace(data, row=replace(data.row, caption="En annen tekst")),
    ):
        assert bundle.write(other, tmp_path)["fingerprint"] != before["fingerprint"]
