"""Whether a number is printed or synthetic goes with it everywhere: picture, alternative text, downloads."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest

from kvarto.html import tables
from tests.pages.reading import Element, Site

SOURCES = re.compile(r"(?:(?:andelen|antallet) er )?trykt i r2016:02|syntetiske tall")


@pytest.fixture(scope="module")
def described(site: Site) -> dict:
    """The book's data package; the sample book is no publication about a survey."""
    file = site.folder / "data" / "datapackage.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    if not any("mark" in f for r in found.get("resources", []) for f in r.get("figures", [])):
        pytest.skip("the book has no figures with a mark")
    return found


def words(mark: str) -> list[str]:
    """«Trykt i r2016:02; Syntetiske tall» as its parts, in small letters."""
    return [part.strip().lower() for part in mark.split(";")]


def figures(described: dict) -> list[dict]:
    return described["resources"][0]["figures"]


def pictures(site: Site, about: dict) -> list[Element]:
    """The pictures of a figure on its page."""
    name, _, ident = about["page"].partition("#")
    box = next(e for e in site.pages[name].root.walk() if e.attributes.get("id") == ident)
    return box.all("svg")


def test_the_mark_stands_in_both_pictures_and_in_their_names(site: Site, described: dict):
    numbered = [f for f in figures(described) if "#" in f["page"]]
    assert len(numbered) >= 35
    for about in numbered:
        found = pictures(site, about)
        assert len(found) == 2, about["label"]
        for svg in found:
            drawn, told = svg.text.lower(), svg.attributes["aria-label"].lower()
            for mark in words(about["mark"]):
                assert mark in drawn, f"{about['label']}: {mark} is not in the picture"
                stem = mark.partition(" ")[0].removesuffix("e")  # «de andre tallene er syntetiske»
                assert stem in told, f"{about['label']}: {mark} is not in the alternative text"


def test_the_mark_stands_in_every_download_of_a_figure(site: Site, described: dict):
    for about in figures(described):
        name, _, ident = about["page"].partition("#")
        if not ident:
            continue
        box = next(e for e in site.pages[name].root.walk() if e.attributes.get("id") == ident)
        hrefs = [a.attributes["href"] for a in box.all("a") if "download" in a.attributes]
        files = {h.rpartition(".")[2]: site.folder / site.resolve(name, h)[0] for h in hrefs}
        assert set(files) == {"csv", "svg", "png"}, about["label"]
        drawn = files["svg"].read_text(encoding="utf-8").lower()
        assert all(mark in drawn for mark in words(about["mark"])), about["label"]
        assert files["png"].read_bytes().startswith(b"\x89PNG")
        head, *rows = tables.from_csv(files["csv"].read_bytes())
        assert head[-1] == "kilde" and rows, about["label"]
        assert all(SOURCES.match(row[-1]) for row in rows), about["label"]


def test_every_row_of_the_data_file_says_where_it_is_from(site: Site, described: dict):
    package = next((site.folder / "data").glob("*.zip"))
    with zipfile.ZipFile(io.BytesIO(package.read_bytes())) as archive:
        head, *rows = tables.from_csv(archive.read("figures.csv"))
        assert head[-1] == "kilde" and len(rows) > 300
        assert all(SOURCES.match(row[-1]) for row in rows)
        for name in archive.namelist():
            if re.match(r"tbl-v[12]-", name):
                head, *rows = tables.from_csv(archive.read(name))
                assert head[-1] == "kilde" and all(SOURCES.search(row[-1]) for row in rows), name


def test_a_figure_with_synthetic_values_is_never_called_published(described: dict):
    for about in figures(described):
        assert (about["status"] == "published") == ("syntetiske" not in about["mark"].lower()), about["label"]
