"""The author's guide: every example in it is written into a scratch book, built, and read back.

The scratch book has the project's own settings and look, one chapter and one appendix. What the guide
promises («Skriv» → «Blir») is looked up in the page; its commands are parsed by the commands themselves.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml
from bs4 import BeautifulSoup

from kvarto import comments
from kvarto.cli import _parser
from kvarto.comments import Note, Place
from storbynav.cli import main as storbynav
from tests.kvarto.front import kvarto

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "forfatterguide.md").read_text(encoding="utf-8")
FENCED = re.compile(r"^(?P<fence>`{3,})(?P<kind>\w*)\n(?P<text>.*?)\n(?P=fence)$", re.M | re.S)
CODE = re.compile(r"`((?:[^`\\\n]|\\.)+)`")
BUILT = ("_book/", "_book-kommentarutgave/", "_endringer/")


def section(title: str) -> str:
    """The text below a heading of the guide."""
    return re.split(r"\n## (?=[^{\n]+\n)", GUIDE.split(f"\n## {title}\n", 1)[1], maxsplit=1)[0]


def fenced(title: str) -> list[str]:
    return [m["text"] for m in FENCED.finditer(section(title))]


def rows(title: str) -> list[tuple[str, str]]:
    """The rows of a section's first table, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")][2:]
    return [(a.strip(), b.strip()) for a, b in (line.strip("|").split("|", 1) for line in lines)]


def promised(title: str, wrap: str = "{}") -> list[tuple[str, str]]:
    """What to write, and what the reader then sees, of each row of a «Skriv | Blir» table."""
    return [(", ".join(wrap.format(c) for c in CODE.findall(a)), b) for a, b in rows(title)]


NUMBERS = [(write, result.rpartition(": ")[2]) for write, result in promised("Tall", "`{{python}} {}`")]
SEEN = NUMBERS + promised("Henvisninger") + promised("Kilder")


def book(folder: Path) -> Path:
    """The scratch book: the guide's examples, each as the guide writes it."""
    for name in ("_extensions", "data"):
        shutil.copytree(ROOT / name, folder / name)
    for name in (
        "pyproject.toml",
        "publication.yml",
        "report/referanser.bib",
        "report/norsk-apa.csl",
        "report/forside.css",
        "report/kontorene.svg",
        "report/funn.yml",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    settings = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))
    settings["book"] |= {
        "chapters": ["index.qmd"],
        "appendices": ["report/vedlegg-1.qmd"],
        "downloads": ["pdf"],
    }
    settings["format"] = {k: v for k, v in settings["format"].items() if "docx" not in k}
    settings["kvarto"] = {"annotations": settings["kvarto"]["annotations"]}
    (folder / "_quarto.yml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")

    start = fenced("Tall")[1]
    assert start.startswith("---\nengine: jupyter\n---\n")
    link = next(c for c in CODE.findall(section("Henvisninger")) if c.startswith("[vedlegg"))
    (folder / "index.qmd").write_text(
        f"{start}\n\n```{{python}}\n#| include: false\nr.findings()\n```\n\n"
        f"# Om utgaven {{.unnumbered}}\n\nSe {link}.\n",
        encoding="utf-8",
    )
    figure = fenced("Figurer og tabeller")[0]
    ident, call, caption = (
        re.search(pattern, section("Figurer og tabeller"))[1]  # type: ignore[index]
        for pattern in (r"id `(tbl-\S+)`", r'`(r\.table\("\S+"\))`', r'`(r\.caption\("tbl\S+"\))`')
    )
    table = re.sub(r"#fig-[\w-]+", f"#{ident}", figure)
    table = re.sub(r"r\.figure\(.*\)", call, re.sub(r"r\.caption\(.*?\)", caption, table))
    note, finding = fenced("Noter")[0], fenced("Funn")[0]
    parts = [
        start,
        "# Prøvevedlegg {#sec-v1}",
        fenced("Tekst")[0],
        "## Metode {#sec-v1-metode}",
        fenced("Tall")[0],
        *(f"Prøve {number}: {write}." for number, (write, _) in enumerate(SEEN)),
        *(figure.replace("06", f"{n:02}").replace("v1_6", f"v1_{n}") for n in range(1, 7)),
        *(re.sub(r"(v1.)2", rf"\g<1>{n}", table) for n in range(1, 4)),
        note,
        finding,
        *(
            f"::: {{.{kind}}}\n| A | B |\n|---|---|\n| {kind}prøve | 2 |\n:::"
            for kind in ("landscape", "tett", "bred")
        ),
    ]
    (folder / "report" / "vedlegg-1.qmd").write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = book(tmp_path_factory.mktemp("guide"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STORBYNAV_ROOT", str(folder))
        done = kvarto("render", "--quiet", cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def page(built: Path) -> BeautifulSoup:
    return BeautifulSoup((built / "_book/report/vedlegg-1.html").read_text(encoding="utf-8"), "html.parser")


def words(node: BeautifulSoup) -> str:
    return re.sub(r"\s+", " ", node.get_text())


def test_the_examples_are_found():
    assert len(NUMBERS) >= 9 and len(SEEN) >= 17
    assert sum(len(fenced(t)) for t in ("Tekst", "Tall", "Figurer og tabeller", "Noter", "Funn")) == 6


@pytest.mark.parametrize(("number", "write", "result"), [(n, *pair) for n, pair in enumerate(SEEN)])
def test_what_is_written_becomes_what_is_promised(page, number, write, result):
    told = words(next(p for p in page.find_all("p") if p.get_text().startswith(f"Prøve {number}:")))
    assert told == f"Prøve {number}: {result}."


def test_headings_lists_figures_tables_and_notes_become_what_they_are(page):
    assert words(page.find(id="sec-v1-eksempel").find("h2")) == "V1.1 Overskrift"
    assert [words(li) for li in page.find(id="sec-v1-eksempel").find_all("li")] == ["ett punkt", "ett til"]
    assert words(page.find(id="fig-v1-06").find("figcaption")).startswith("Figur V1.6:")
    assert page.find(id="fig-v1-06").find("svg")["aria-label"]
    assert "Tabell V1.2:" in words(page.find(id="tbl-v1-2"))
    assert "alle skjemaer som ble sendt ut" in words(page.find(role="doc-endnotes"))
    assert page.find("a", href=True, string="vedlegg 1") is None  # it stands on the other page
    for kind in ("landscape", "tett", "bred"):
        assert words(page.find("td", string=f"{kind}prøve")) == f"{kind}prøve"


def test_the_finding_is_bound_and_holds(page, built):
    assert page.find(attrs={"data-ref": "f-208"}) or page.find(class_="funn")
    assert "funnet holder ikke" not in page.get_text()
    assert (built / "_figures/findings/findings.json").exists()


def test_the_page_without_chapter_number_links_to_the_appendix(built):
    index = BeautifulSoup((built / "_book/index.html").read_text(encoding="utf-8"), "html.parser")
    assert index.find("main").find("a", string="vedlegg 1")["href"].endswith("report/vedlegg-1.html")


def test_the_pdf_is_made_too(built):
    assert list((built / "_book").glob("*.pdf"))


def test_named_files_exist():
    named = {
        c
        for c in CODE.findall(GUIDE)
        if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", c) and ("/" in c or c.endswith((".qmd", ".yml")))
    }
    named = {n for n in named if not n.startswith(BUILT) and not n.startswith(".venv/")}
    assert len(named) > 15
    elsewhere = {n for n in named if not (ROOT / n).exists()}
    assert elsewhere == {"facts.yml"} & named  # named by its path in the table above


def commands() -> list[str]:
    """Every command line in the guide, in a block or within the text."""
    inline = [
        c
        for c in CODE.findall(FENCED.sub("", GUIDE))
        if re.match(r"(\.venv/bin/)?(kvarto|storbynav|make) ", c)
    ]
    lines = re.findall(r"^(?: {4})?((?:\.venv/bin/)?(?:kvarto|storbynav|make) [^#\n]+)", GUIDE, re.M)
    return sorted({c.strip() for c in inline + lines})


@pytest.mark.parametrize("line", commands())
def test_commands_are_commands(line, capsys):
    program, *arguments = shlex.split(line.removeprefix(".venv/bin/"))
    if program == "make":
        assert (
            f" {arguments[0]} "
            in re.search(r"^\.PHONY:(.*)$", (ROOT / "Makefile").read_text(), re.M)[1] + " "
        )
    elif program == "kvarto":
        assert _parser().parse_args(arguments)
    else:
        with pytest.raises(SystemExit) as end:
            storbynav([*arguments, "--help"])
        assert end.value.code == 0


def test_commands_are_found():
    assert {"make preview", "make report", "make draft"} <= set(commands())
    assert len([c for c in commands() if "kvarto" in c]) >= 5


def test_returned_comments_are_told_as_shown():
    """The shown report is what `kvarto comments` writes of these two remarks."""
    shown = next(b for b in fenced("Send ut et utkast og få kommentarene tilbake") if "Kommentar ·" in b)
    notes = [
        Note(
            "comment",
            "Kari Nordmann",
            "2026-12-01T09:30:00Z",
            "Svarprosenten var lav",
            "Hvor lav? Oppgi tallet.",
            Place("report/kap-1.qmd", 31),
            "1.2 Bakgrunn",
        ),
        Note(
            "replaced",
            "Ola Hansen",
            "2026-12-01T11:05:00Z",
            "nokså mange",
            "tre av fire",
            Place("report/kap-1.qmd", 34),
            "1.2 Bakgrunn",
        ),
    ]
    assert comments.report(notes).strip() == shown.strip()


def test_tables_of_the_guide_have_no_torn_cells():
    """A bare pipe within code tears a cell of a table in Markdown."""
    for line in GUIDE.splitlines():
        if line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", line)) == 3, line


def test_the_examples_keep_the_hard_space_that_the_guide_asks_for():
    written = "\n".join(t for title in ("Tekst", "Tall", "Noter", "Funn") for t in fenced(title))
    assert not re.search(r"\d %", written), "a hard space between number and %"
