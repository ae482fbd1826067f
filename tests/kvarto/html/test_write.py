"""The site as a whole: pages, menu, files, search; no address leads nowhere or away."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from kvarto import html
from kvarto.faults import Faults
from tests.kvarto.book import HEAD, SVG, make, plain, structured
from tests.kvarto.html.page import addresses, faults_of, ids

CONFIG = HEAD.replace(
    "[index.qmd, k.qmd]",
    "[index.qmd, k.qmd, {part: Del én, chapters: [under/l.qmd]}]\n  appendices: [v.qmd]"
    "\n  downloads: [pdf]\n  description: Om boken",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("bok")
    (root / "under").mkdir()
    (root / "under" / "l.qmd").write_text(
        '# L æøå\n\n![F](../linje.svg){#fig-l fig-alt="f"}\n\n[data](tall med rom.csv) [hjem](/index.qmd)\n',
        encoding="utf-8",
    )
    (root / "under" / "tall med rom.csv").write_text("a\n", encoding="utf-8")
    book = make(
        root,
        "# K {#sec-k}\n\nInnledning.\n\n## Del A\n\nOrd i del A.\n\n### Under\n\nMer.\n\n## Del B\n\n"
        "@fig-l @sec-v\n",
        CONFIG,
        v_qmd="# Skjema {#sec-v}\n\n## V-del\n\nTekst.\n",
    )
    html.write(book, structured(book), root / "_book", Faults(), plain(book))
    return root / "_book"


def pages(site: Path) -> dict[str, str]:
    return {p.relative_to(site).as_posix(): p.read_text(encoding="utf-8") for p in site.rglob("*.html")}


def test_pages_keep_the_folders_of_their_sources(site: Path) -> None:
    assert sorted(pages(site)) == ["index.html", "k.html", "under/l.html", "v.html"]


def test_markup_is_valid(site: Path) -> None:
    assert [(name, faults_of(text)) for name, text in pages(site).items() if faults_of(text)] == []


def test_every_address_leads_somewhere_in_the_site(site: Path) -> None:
    found = pages(site)
    for name, text in found.items():
        for url in addresses(text):
            path, _, fragment = url.partition("#")
            if url.startswith("data:"):
                continue
            assert not re.match(r"[a-z]+:|//", url), f"{name} asks another server: {url}"
            target = (site / name).parent / unquote(path) if path else site / name
            assert target.resolve().exists() or target.suffix == ".pdf", f"{name}: {url}"
            if fragment:
                assert unquote(fragment) in ids(target.resolve().read_text(encoding="utf-8")), (
                    f"{name}: {url}"
                )


def test_titles(site: Path) -> None:
    titles = {
        n: re.search(r"<title>(.*?)</title>", t)[1].replace("\u00a0", " ") for n, t in pages(site).items()
    }  # type: ignore[index]
    assert titles == {
        "index.html": "Prøvebok",
        "k.html": "1  K – Prøvebok",
        "under/l.html": "2  L æøå – Prøvebok",
        "v.html": "Vedlegg 1 — Skjema – Prøvebok",
    }


def test_the_front_page_has_the_book_s_title_and_its_own(site: Path) -> None:
    text = pages(site)["index.html"]
    assert re.findall(r"<h1[^>]*>\s*(.*?)\s*</h1>", text) == ["Prøvebok"]
    assert '<h2><a class="kv-permalink" href="#forord">Forord</a></h2>' in text
    assert 'lang="nb-NO"' in text
    assert '<meta name="description" content="Om boken">' in text
    assert [len(re.findall("<h1", other)) for other in pages(site).values()] == [1] * len(pages(site))


def test_contents_of_the_page_and_neighbours(site: Path) -> None:
    text = pages(site)["k.html"]
    toc = text[text.index('id="TOC"') :].split("</nav>")[0]
    assert re.findall(r'href="#([^"]+)"', toc) == ["del-a", "under", "del-b"]
    assert '<link rel="prev" href="index.html">' in text
    assert '<link rel="next" href="under/l.html">' in text
    assert '<link rel="prev" href="../k.html">' in pages(site)["under/l.html"]


def test_search_finds_sections(site: Path) -> None:
    found = json.loads((site / "search.json").read_text(encoding="utf-8"))
    entry = next(e for e in found if e["section"] == "1.1 Del A")
    assert (entry["href"], entry["text"], entry["crumbs"]) == (
        "k.html#del-a",
        "Ord i del A. Under Mer.",
        ["1\u00a0\u00a0K"],
    )
    assert next(e for e in found if e["href"] == "v.html#v-del")["crumbs"] == [
        "Vedlegg",
        "Vedlegg 1 — Skjema",
    ]
    script = (site / "site_libs" / "kvarto" / "search-data.js").read_text(encoding="utf-8")
    assert json.loads(script.removeprefix("window.kvartoSearchData = ").rstrip(";\n")) == found


def test_only_some_pages(tmp_path: Path) -> None:
    book = make(tmp_path, "# K\n")
    written = html.write(book, structured(book), tmp_path / "ut", Faults(), plain(book), {"k.qmd"})
    assert [p.name for p in written] == ["k.html"]
    assert not (tmp_path / "ut" / "index.html").exists()


def test_style_sheets_bring_their_files(tmp_path: Path) -> None:
    folder = tmp_path / "_extensions" / "pen"
    (folder / "html").mkdir(parents=True)
    (folder / "fonts").mkdir()
    (folder / "fonts" / "f.woff2").write_bytes(b"x")
    (folder / "html" / "pen.css").write_text(
        '@font-face { src: url("../fonts/f.woff2") } a { b: url(data:,) }', encoding="utf-8"
    )
    (folder / "html" / "logo.svg").write_text(SVG, encoding="utf-8")
    (folder / "_extension.yml").write_text(
        "title: Pen\ncontributes:\n  formats:\n    html:\n      css: html/pen.css\n"
        "      kvarto:\n        logo: html/logo.svg\n",
        encoding="utf-8",
    )
    config = HEAD.replace("  html: default", "  pen-html:\n    css: egen.css")
    book = make(tmp_path, "# K\n", config, egen_css="p { color: red }")
    html.write(book, structured(book), tmp_path / "_book", Faults(), plain(book))
    text = (tmp_path / "_book" / "k.html").read_text(encoding="utf-8")
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    assert sheets[1:] == ["site_libs/pen/html/pen.css", "egen.css"]
    assert (tmp_path / "_book" / "site_libs" / "pen" / "fonts" / "f.woff2").is_file()
    assert 'src="site_libs/pen/html/logo.svg"' in text


def test_a_missing_style_sheet_is_told(tmp_path: Path) -> None:
    faults = Faults()
    book = make(tmp_path, "# K\n", HEAD.replace("  html: default", "  html:\n    css: borte.css"))
    html.write(book, structured(book), tmp_path / "_book", faults, plain(book))
    assert [(f.kind, f.path) for f in faults.errors] == [("missing-file", "_quarto.yml")]


def test_resources_are_copied(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(parents=True)
    (tmp_path / "data" / "a.csv").write_text("x", encoding="utf-8")
    config = HEAD.replace("project:\n", "project:\n  resources: [data]\n")
    book = make(tmp_path, "# K\n", config)
    html.write(book, structured(book), tmp_path / "_book", Faults(), plain(book))
    assert (tmp_path / "_book" / "data" / "a.csv").is_file()


def test_a_sitemap_where_the_address_is_known(tmp_path: Path) -> None:
    book = make(
        tmp_path,
        "# K\n",
        HEAD.replace("  title: Prøvebok", "  title: Prøvebok\n  site-url: https://bok.example.org/"),
    )
    html.write(book, structured(book), tmp_path / "_book", Faults(), plain(book))
    found = re.findall("<loc>(.*?)</loc>", (tmp_path / "_book" / "sitemap.xml").read_text(encoding="utf-8"))
    assert found == ["https://bok.example.org/index.html", "https://bok.example.org/k.html"]


def test_file_names_with_signs_of_their_own_are_written_as_addresses(tmp_path: Path) -> None:
    name = "kap #1 & 50%.qmd"
    config = HEAD.replace("k.qmd]", f'k.qmd, "{name}"]')
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / name).write_text("# L {#sec-l}\n\n## M {#sec-m}\n", encoding="utf-8")
    book = make(
        tmp_path / "b", "# K\n\n@sec-l, @sec-m, [l](kap%20%231%20&%2050%25.qmd), [m](#sec-m)\n", config
    )
    structured_book = structured(book)
    html.write(book, structured_book, tmp_path / "out", Faults(), plain(book))
    page = (tmp_path / "out" / "k.html").read_text(encoding="utf-8")
    there = "kap%20%231%20&amp;%2050%25.html"
    for href in (there, f"{there}#sec-m", f"./{there}"):
        assert f'href="{href}"' in page, href


def test_what_a_chapter_says_of_itself_stands_under_its_title(tmp_path: Path) -> None:
    front = 'title: K\nsubtitle: "Med *kursiv*"\nauthor: [Kari, {name: Ola}]\ndate: 2026-11-01'
    book = make(tmp_path, f"---\n{front}\n---\n\nTekst.\n", HEAD.replace("Prøvebok", '"En *liten* bok"'))
    html.write(book, structured(book), tmp_path / "out", Faults(), plain(book))
    page = (tmp_path / "out" / "k.html").read_text(encoding="utf-8")
    assert '<p class="subtitle">Med kursiv</p>' in page
    assert "Kari, Ola" in page and "1. november 2026" in page
    assert "K – En liten bok</title>" in page
