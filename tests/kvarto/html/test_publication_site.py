"""What a publication's site offers besides its chapters: data, citations, lists, the build, a statement."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest

from kvarto import html
from kvarto.faults import Faults
from kvarto.html import tables
from tests.kvarto.book import SVG, make, plain, structured
from tests.kvarto.html.page import faults_of
from tests.kvarto.html.publication import CONFIG, NOWHERE

CHAPTER = """# K

::: {#fig-a}
![](en/wide.svg){fig-alt="En søyle."}

En figur
:::

![](to/wide.svg){fig-alt="To søyler."}

::: {#tbl-b}
::: {data-file="tre/table.csv"}
| x | y |
|---|--:|
| a | 1 |
:::

En tabell
:::

::: {#tbl-c}
| z | antall |
|---|-------:|
| a | 1\u00a0200 |

En til
:::
"""
SITE = """kvarto:
  pages: [floats, build, accessibility]
  provenance:
    - {name: Startverdi, file: tall.yml, key: a.seed}
    - {name: Opphav, file: tall.yml, key: kind, words: {synthetic: oppdiktet}}
    - {name: Tallfilen, file: tall.yml}
    - {name: Alle svg, files: "*/*.svg"}
  accessibility:
    summary: Alle skal kunne lese.
    tested: [Med maskin.]
    untested: [Med mennesker.]
"""


def bundle(folder: Path, name: str, rows: str, status: str) -> None:
    (folder / name).mkdir()
    (folder / name / "wide.svg").write_text(SVG, encoding="utf-8")
    (folder / name / "data.csv").write_bytes(rows.encode("utf-8-sig"))
    facts = {"id": name, "status": status, "synthetic": status != "published", "caption": f"Om {name}"}
    (folder / name / "figure.json").write_text(json.dumps(facts), encoding="utf-8")


def publish(root: Path, config: str = CONFIG, site: str = SITE, index: str = "") -> tuple[Path, Faults]:
    bundle(root, "en", "figur;ledd;andel;kilde\r\nen;a;12,5;trykt\r\n", "published")
    bundle(root, "to", "figur;år;andel;kilde\r\nto;1999;3;syntetisk\r\n", "free")
    (root / "tre").mkdir()
    (root / "tre" / "table.csv").write_bytes("x;y;kilde\r\na;1;trykt\r\n".encode("utf-8-sig"))
    (root / "tre" / "table.json").write_text('{"status": "published"}', encoding="utf-8")
    (root / "tall.yml").write_text("kind: synthetic\na:\n  seed: 7\n", encoding="utf-8")
    files = {"index_qmd": index} if index else {}
    book = make(root, CHAPTER, config.replace("lang: nb-NO", "lang: nb-NO\n" + site), **files)
    faults = Faults()
    html.write(book, structured(book), root / "_book", faults, plain(book))
    return root / "_book", faults


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, faults = publish(tmp_path_factory.mktemp("bok"))
    assert not faults.errors, faults.report()
    return folder


def read(site: Path, name: str) -> str:
    text = (site / name).read_text(encoding="utf-8")
    assert faults_of(text) == []
    return text


def linked_data(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)
    assert found
    said: dict[str, Any] = json.loads(found[1])
    return said


def test_one_file_holds_the_numbers_of_all_figures(site: Path) -> None:
    rows = tables.from_csv((site / "data" / "figures.csv").read_bytes())
    assert rows == [
        ["nummer", "tittel", "figur", "ledd", "år", "andel", "kilde"],
        ["Figur 1.1", "En figur", "en", "a", "", "12,5", "trykt"],
        ["", "Om to", "to", "", "1999", "3", "syntetisk"],
    ]


def test_tables_give_the_file_that_came_with_them_or_their_cells(site: Path) -> None:
    assert tables.from_csv((site / "data" / "tbl-b.csv").read_bytes()) == [
        ["x", "y", "kilde"],
        ["a", "1", "trykt"],
    ]
    assert tables.from_csv((site / "data" / "tbl-c.csv").read_bytes()) == [["z", "antall"], ["a", "1200"]]
    text = read(site, "k.html")
    for ident in ("tbl-b", "tbl-c"):
        tools = text[text.index(f'id="{ident}"') :].split('class="kv-tools"')[1].split("</div>")[0]
        assert f'href="data/{ident}.csv" download' in tools and f'href="#{ident}"' in tools
    assert "data-file" not in text


def test_the_package_describes_its_files_truly(site: Path) -> None:
    described = json.loads((site / "data" / "datapackage.json").read_text(encoding="utf-8"))
    assert described["name"] == "provebok" and described["version"] == "0.2"
    assert described["licenses"][0]["name"] == "CC-BY-4.0"
    assert [r["path"] for r in described["resources"]] == ["figures.csv", "tbl-b.csv", "tbl-c.csv"]
    for resource in described["resources"]:
        data = (site / "data" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert [f["name"] for f in resource["schema"]["fields"]] == tables.from_csv(data)[0]
    types = {f["name"]: f["type"] for f in described["resources"][0]["schema"]["fields"]}
    assert (types["andel"], types["år"], types["kilde"]) == ("number", "integer", "string")
    assert [f["status"] for f in described["resources"][0]["figures"]] == ["published", "free"]
    assert described["resources"][1]["status"] == "published"


def test_the_zip_holds_it_all_and_is_the_same_every_time(site: Path, tmp_path: Path) -> None:
    (name,) = [p for p in (site / "data").iterdir() if p.suffix == ".zip"]
    with zipfile.ZipFile(name) as archive:
        assert archive.testzip() is None
        for inside in archive.namelist():
            assert archive.read(inside) == (site / "data" / inside).read_bytes()
        assert set(archive.namelist()) == {p.name for p in (site / "data").iterdir()} - {name.name}
    again, _ = publish(tmp_path)
    assert (again / "data" / name.name).read_bytes() == name.read_bytes()
    assert f'href="data/{quote(name.name)}"' in read(site, "index.html")


def test_figures_and_tables_are_listed(site: Path) -> None:
    body = read(site, "figurer-og-tabeller.html")
    body = body[body.index('class="kv-body"') :].split("</main>")[0]
    assert re.findall(r'href="(k\.html#[^"]+)"', body) == ["k.html#fig-a", "k.html#tbl-b", "k.html#tbl-c"]
    assert ">En figur<" in body and "Om to" not in body


def test_the_build_is_told_with_sums_that_can_be_checked(site: Path) -> None:
    text = read(site, "om-bygget.html")
    told = dict(re.findall(r"<dt>(.*?)</dt><dd>(?:<code>)?(.*?)(?:</code>)?</dd>", text))
    root = site.parent
    assert (told["Utgave"], told["Startverdi"], told["Opphav"]) == ("0.2", "7", "oppdiktet")
    assert told["Tallfilen"] == hashlib.sha256((root / "tall.yml").read_bytes()).hexdigest()
    listing = "".join(
        f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\n"
        for name in ("en/wide.svg", "to/wide.svg")
    )
    assert told["Alle svg"] == hashlib.sha256(listing.encode()).hexdigest()
    assert {"kvarto", "Python", "Typst"} <= set(told)


def test_the_statement_says_what_is_tried_and_whom_to_write_to(site: Path) -> None:
    text = read(site, "tilgjengelighet.html")
    assert "Med maskin." in text and "Med mennesker." in text
    assert '<a href="mailto:post@eksempel.no">post@eksempel.no</a>' in text


def test_linked_data(site: Path) -> None:
    said = linked_data(read(site, "index.html"))
    assert (said["@type"], said["hasPart"]["@type"]) == ("Report", "Dataset")
    assert said["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert said["isBasedOn"]["author"][1] == {"@type": "Person", "givenName": "Ola", "familyName": "Østby"}
    assert said["url"] == "https://eksempel.no/bok_1/"
    for file in said["hasPart"]["distribution"]:
        assert (site / unquote(file["contentUrl"].removeprefix(said["url"]))).is_file()
    chapter = linked_data(read(site, "k.html"))
    assert (chapter["@type"], chapter["name"], chapter["isPartOf"]["name"]) == ("Chapter", "K", "Prøvebok")


def test_addresses_are_whole_where_the_site_s_is_given_and_never_where_not(
    site: Path, tmp_path: Path
) -> None:
    assert '<link rel="canonical" href="https://eksempel.no/bok_1/k.html">' in read(site, "k.html")
    assert '<meta property="og:url" content="https://eksempel.no/bok_1/">' in read(site, "index.html")
    assert "<loc>https://eksempel.no/bok_1/tilgjengelighet.html</loc>" in (site / "sitemap.xml").read_text()
    assert "](https://eksempel.no/bok_1/k.html)" in (site / "llms.txt").read_text()
    other, faults = publish(tmp_path, NOWHERE)
    assert not faults.errors
    assert not (other / "sitemap.xml").exists()
    assert "](k.html)" in (other / "llms.txt").read_text()
    for page in other.glob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert "eksempel.no" not in text and "og:url" not in text and "canonical" not in text
    assert linked_data(read(other, "index.html"))["hasPart"]["distribution"][0]["contentUrl"].startswith(
        "data/"
    )
    assert "Kontakt: ikke oppgitt." in read(other, "tilgjengelighet.html")


def test_boxes_stand_where_the_front_page_wants_them(tmp_path: Path) -> None:
    index = (
        "# Forord\n\n## Siter {#siter}\n\n::: {.cite-box}\nfor Quarto\n:::\n\n"
        "::: {.download-box}\nlenke\n:::\n"
    )
    folder, _ = publish(tmp_path, index=index)
    text = read(folder, "index.html")
    assert "for Quarto" not in text and "lenke\n" not in text
    box = text[text.index('class="cite-box"') : text.index('class="download-box"')]
    assert box.count("@techreport{") == 2 and box.count("TY  - RPRT") == 2
    for href in re.findall(r'href="(cite/[^"]+)"', box):
        assert (folder / href).read_text(encoding="utf-8")
    assert 'href="#siter"' in text[: text.index('class="kv-body"')]
    assert 'href="index.html#siter"' in read(folder, "k.html")


def test_files_are_offered_when_the_book_has_their_format(tmp_path: Path) -> None:
    config = CONFIG.replace(
        "chapters: [index.qmd, k.qmd]", "chapters: [index.qmd, k.qmd]\n  downloads: [pdf, docx]"
    )
    (tmp_path / "uten").mkdir()
    folder, _ = publish(tmp_path / "uten", config)
    assert re.findall(r"kv-file-(\w+)", read(folder, "k.html"))[:2] == ["pdf", "data"]
    (tmp_path / "med").mkdir()
    folder, _ = publish(
        tmp_path / "med", config.replace("  typst: default", "  typst: default\n  docx: default")
    )
    assert re.findall(r"kv-file-(\w+)", read(folder, "k.html"))[:3] == ["pdf", "docx", "data"]


def test_what_cannot_be_told_is_a_fault(tmp_path: Path) -> None:
    wrong = SITE.replace("file: tall.yml, key: a.seed", "file: borte.yml").replace("floats,", "floatz,")
    _, faults = publish(tmp_path, site=wrong.split("  accessibility:")[0])
    told = faults.report()
    assert "borte.yml" in told and "floatz" in told and "accessibility" in told


def test_a_chapter_of_the_same_address_is_kept(tmp_path: Path) -> None:
    config = CONFIG.replace("[index.qmd, k.qmd]", "[index.qmd, k.qmd, tilgjengelighet.qmd]")
    (tmp_path / "tilgjengelighet.qmd").write_text("# Min egen\n\nTekst.\n", encoding="utf-8")
    folder, _ = publish(tmp_path, config)
    assert "Min egen" in read(folder, "tilgjengelighet.html")
