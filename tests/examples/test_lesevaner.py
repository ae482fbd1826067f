"""Another survey in the same house: it builds, its numbers are right, and nothing of the report is in it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import outloud
import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest
import yaml
from bs4 import BeautifulSoup

from tests.examples.conftest import EXAMPLE, Example, copied, kvarto

ITEMS = ["sp_utvalg", "sp_veiledning", "sp_ro", "sp_trivsel", "sp_anbefale"]
FOREIGN = re.compile(
    r"\b(NAV|AFI)\b|NAV-|r2016|Fossestøl|Arbeidsforsknings|osionom|storby(?!\.|-|/|\")|Aetat|Trygdekontor"
    r"|Vedlegg 3|Fana\b|Ytrebygda|Hundvåg|Lerkendal|Sagene|Østensjø|Kristiansand"
)
"""What only the report speaks of. The look is called storby; its files and formats may be."""


def rounded(value: float, decimals: int = 0) -> str:
    """As Norwegian print has it: half up, decimal comma, true minus."""
    quantum = Decimal(1).scaleb(-decimals)
    told = Decimal(repr(round(float(value), 9))).quantize(quantum, ROUND_HALF_UP)
    return f"{told}".replace(".", ",").replace("-", "\u2212")


def percent(value: float, decimals: int = 0) -> str:
    return f"{rounded(value, decimals)} %"


def agreeing(answers: pd.Series) -> float:
    """Per cent with codes 1 and 2 among those who answered."""
    valid = answers.dropna()
    return 100 * float((valid <= 2).sum()) / len(valid)


def spaced(text: str) -> str:
    """Hard and thin spaces as plain ones, soft hyphens away, lines joined."""
    text = re.sub(r"[\u00ad\u2060\u200b]|\ufffe|\u0002", "", text)
    return " ".join(re.sub(r"[\u00a0\u202f]", " ", text).split())


def html_text(path: Path) -> str:
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml")
    return spaced(page.get_text())


def pdf_text(path: Path) -> str:
    with pdfium.PdfDocument(path) as opened:
        return spaced(" ".join(page.get_textpage().get_text_range() for page in opened))


def docx_text(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        soup = BeautifulSoup(archive.read("word/document.xml"), "lxml-xml")
    return spaced(" ".join("".join(t.get_text() for t in p.find_all("w:t")) for p in soup.find_all("w:p")))


def sentences(answers: pd.DataFrame) -> list[str]:
    """Pieces of the text with their numbers, recomputed."""
    young, old = (answers[answers["aldersgruppe"] == code] for code in (1, 4))
    women = answers.loc[answers["kjonn"] == 1, "sp_trivsel"]
    fit = least_squares(answers, "sp_trivsel", ["kjonn", "aldersgruppe", "laanekort"])
    kjonn = answers["kjonn"].dropna()
    return [
        f"{len(answers)} brukere svarte på skjemaet",
        f"{percent(100 * (kjonn == 1).mean(), 1)} av dem er kvinner",
        f"{percent(100 * (answers['laanekort'] == 1).mean(), 1)} har lånekort",
        f"leter etter noe: {percent(agreeing(answers['sp_veiledning']), 1)}",
        f"{percent(agreeing(answers['sp_anbefale']), 1)} ville anbefalt filialen",
        f"{percent(agreeing(answers['sp_trivsel']), 1)} trives i lokalet",
        f"{(answers['laanekort'] == 1).sum()} av de {len(answers)} har lånekort",
        f"høyst {(answers['filial'] == 2).sum()} svar",
        f"Blant dem under 30 år får {percent(agreeing(young['sp_digitalt']))} brukt",
        f"på 67 år eller mer {percent(agreeing(old['sp_digitalt']))}",
        f"= {rounded(answers['sp_trivsel'].corr(answers['sp_anbefale']), 2)}, tabell 2.1",
        f"gjennomsnitt er {rounded(women.mean(), 1)} på skalaen",
        f"forklarer til sammen {percent(100 * fit['r2'])} av variasjonen",
    ]


def least_squares(answers: pd.DataFrame, dependent: str, predictors: list[str]) -> dict[str, float]:
    """Standardised coefficients, R² and F of an ordinary regression of complete rows."""
    complete = answers[[dependent, *predictors]].dropna()
    z = (complete - complete.mean()) / complete.std()
    x, y = z[predictors].to_numpy(), z[dependent].to_numpy()
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    n, k = x.shape
    r2 = 1 - ((y - x @ beta) ** 2).sum() / (y**2).sum()
    found = dict(zip(predictors, beta, strict=True))
    return {**found, "r2": r2, "f": (r2 / k) / ((1 - r2) / (n - k - 1)), "df2": n - k - 1}


# ----------------------------------------------------------------- the numbers


def test_numbers_in_the_text_are_those_of_plain_pandas_in_every_format(example: Example) -> None:
    pages = [example.book / "report" / f"kap-{n}.html" for n in (1, 2)]
    texts = {
        "html": " ".join(html_text(page) for page in pages),
        "pdf": pdf_text(example.pdf),
        "docx": docx_text(example.docx),
    }
    wanted = sentences(example.answers)
    missing = [(kind, piece) for kind, text in texts.items() for piece in wanted if piece not in text]
    assert not missing


def figure(example: Example, ident: str) -> list[dict[str, str]]:
    text = (example.folder / "_figures" / ident / "data.csv").read_text(encoding="utf-8-sig")
    return list(csv.DictReader(text.splitlines(), delimiter=";"))


def by(variable: str, item: str) -> Callable[[pd.DataFrame], list[float]]:
    return lambda answers: [agreeing(group[item]) for _, group in answers.groupby(variable)]


FIGURES: dict[str, Callable[[pd.DataFrame], list[float]]] = {
    "k1_1": lambda answers: list(100 * answers["aldersgruppe"].value_counts(normalize=True).sort_index()),
    "k2_1": lambda answers: [agreeing(answers[c]) for c in answers.columns if c.startswith("sp_")],
    "k2_2": lambda answers: [
        agreeing(group[item])
        for item in ("sp_utvalg", "sp_veiledning", "sp_ro")
        for _, group in answers.groupby("laanekort")
    ],
    "k2_3": by("filial", "sp_ro"),
    "k2_4": by("aldersgruppe", "sp_digitalt"),
}


@pytest.mark.parametrize("ident", FIGURES)
def test_values_of_the_figures_are_those_of_plain_pandas(example: Example, ident: str) -> None:
    rows = figure(example, ident)
    shown = sorted((float(row["prosent"].replace(",", ".")), row["prosent"]) for row in rows)
    expected = sorted(FIGURES[ident](example.answers))
    assert len(shown) == len(expected)
    for (_, text), value in zip(shown, expected, strict=True):
        decimals = len(text.partition(",")[2])
        assert text == rounded(value, decimals)
    assert sum(int(row["n"]) for row in rows) > 200


def table(example: Example, ident: str) -> list[list[str]]:
    text = (example.folder / "_figures" / f"tbl_{ident}" / "table.csv").read_text(encoding="utf-8-sig")
    return list(csv.reader(text.splitlines(), delimiter=";"))[1:]


def bare(value: float, decimals: int = 2) -> str:
    """«,38»: as statistical tables have it."""
    return re.sub(r"^(\u2212?)0,", r"\1,", rounded(value, decimals))


def test_cells_of_the_tables_are_those_of_plain_pandas(example: Example) -> None:
    answers = example.answers
    for row, item in enumerate(ITEMS):
        cells = table(example, "k2_1")[row][1:]
        expected = [bare(answers[item].corr(answers[other])) for other in ITEMS[:row]]
        assert [cell.rstrip("*†") for cell in cells[:row]] == expected
        moments = [bare(answers[item].mean()), bare(answers[item].std(), 3)]
        assert [cell.rstrip("†") for cell in cells[4:6]] == moments
    predictors = ["kjonn", "aldersgruppe", "laanekort"]
    for line, item in zip(table(example, "k2_2"), ("sp_trivsel", "sp_anbefale"), strict=True):
        fit = least_squares(answers, item, predictors)
        expected = [*(bare(fit[p]) for p in predictors), f"3, {fit['df2']}", bare(fit["f"]), bare(fit["r2"])]
        assert [cell.rstrip("*†") for cell in line[1:7]] == expected


def test_what_the_booklet_prints_comes_out_as_printed(example: Example) -> None:
    published = yaml.safe_load((EXAMPLE / "data" / "published" / "figures.yml").read_text(encoding="utf-8"))
    catalogue = yaml.safe_load((EXAMPLE / "data" / "report" / "catalogue.yml").read_text(encoding="utf-8"))
    print_ = {one["id"]: [v["value"] for v in one["values"]] for one in published["figures"]}
    persons = print_.pop("k1_1")
    print_["k1_1"] = [float(rounded(100 * n / 240, 1).replace(",", ".")) for n in persons]
    for row in catalogue["figures"]:
        asked = [p["value"] for p in row.get("printed", [])]
        assert sorted(asked) == sorted(print_[row["id"]]), "the catalogue says what the booklet prints"
        met = [r for r in figure(example, row["id"]) if "trykt i det oppdiktede heftet" in r["kilde"]]
        assert len(met) == len(asked), row["id"]
    told = {
        ident: json.loads((example.folder / "_figures" / f"tbl_{ident}" / "table.json").read_text("utf-8"))
        for ident in ("k2_1", "k2_2")
    }
    assert told["k2_1"]["status"] == "published"
    assert told["k2_2"]["status"] == "mixed", "the booklet has the first row only"
    marks = [[cell.endswith("†") for cell in row[1:]] for row in told["k2_2"]["rows"]]
    assert [all(marks[1]), any(marks[0])] == [True, False]


def test_every_finding_holds(example: Example) -> None:
    told = json.loads((example.folder / "_figures" / "findings" / "findings.json").read_text("utf-8"))
    assert [entry["id"] for entry in told["findings"]] == [f"f-{n:03}" for n in range(1, 9)]
    assert told["counts"]["changed"] == 0
    assert told["counts"]["hold"] == 8
    computed = {entry["id"]: entry["print"]["computed"] for entry in told["findings"]}
    assert computed["f-008"] == "supported", "the printed correlation is read from the example's own table"


# ----------------------------------------------------------------- the book


def test_a_reference_a_citation_and_the_notice_on_every_page(example: Example) -> None:
    for page in [example.book / "index.html", *(example.book / "report").glob("*.html")]:
        assert "Undersøkelsen, filialene og funnene finnes ikke." in html_text(page), page.name
    for page in example.book.rglob("*.html"):
        assert "Oppdiktet eksempel" in html_text(page), page.name
    soup = BeautifulSoup((example.book / "report" / "kap-2.html").read_text("utf-8"), "lxml")
    assert soup.select_one('a[href="kap-1.html"].quarto-xref, a[href^="kap-1.html"]')
    assert len(soup.select("figure")) >= 6
    first = html_text(example.book / "report" / "kap-1.html")
    assert "etter Likert (1932)" in first and "til Wilson (1927)" in first
    assert "Probable inference" in html_text(example.book / "report" / "referanser.html")
    text = pdf_text(example.pdf)
    assert text.count("Undersøkelsen, filialene og funnene finnes ikke.") == 5


def test_the_codebook_page_has_every_variable_with_its_n(example: Example) -> None:
    soup = BeautifulSoup((example.book / "report" / "vedlegg-1.html").read_text("utf-8"), "lxml")
    rows = [
        [spaced(cell.get_text()) for cell in row.find_all(["th", "td"])] for row in soup.select("tbody tr")
    ]
    told = {row[0]: row[-1] for row in rows}
    assert told == {name: str(example.answers[name].notna().sum()) for name in example.answers.columns[1:]}
    text = spaced(soup.get_text())
    assert "Der ikke annet står, gikk spørsmålene til alle som svarte." in text
    assert "stjerne" not in text, "every wording is exact"


def test_the_pdf_is_accessible(example: Example) -> None:
    result = outloud.check(str(example.pdf))
    assert result.errors == 0, [f for f in result.findings if str(f.severity).lower().endswith("error")]
    with pikepdf.open(example.pdf) as opened, opened.open_metadata() as meta:
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
        assert str(opened.docinfo["/Title"]) == "Lesevaner ved åtte filialer"


def test_nothing_that_a_check_would_tell(example: Example) -> None:
    done = kvarto(example.folder, "check")
    assert done.returncode == 0
    assert "Ingen feil." in done.stdout + done.stderr


def texts(book: Path) -> dict[str, str]:
    """Every file of the book as text; those inside zip files too, pictures and fonts by their bytes."""
    found: dict[str, str] = {}
    for path in (p for p in book.rglob("*") if p.is_file()):
        name = path.relative_to(book).as_posix()
        if path.suffix in (".docx", ".zip"):
            with zipfile.ZipFile(path) as archive:
                for inner in archive.namelist():
                    found[f"{name}!{inner}"] = archive.read(inner).decode("utf-8", "replace")
        elif path.suffix == ".pdf":
            with pikepdf.open(path) as opened:
                found[name] = pdf_text(path) + str(opened.docinfo) + str(opened.open_metadata())
        elif path.suffix not in (".woff2", ".otf"):
            found[name] = path.read_bytes().decode("utf-8", "replace")
    return found


def test_nothing_of_the_report_is_in_it(example: Example) -> None:
    found = texts(example.book)
    assert len(found) > 40
    told = {name: hit[0] for name, text in found.items() if (hit := FOREIGN.search(f"{name}\n{text}"))}
    assert not told
    assert not [name for name in found if re.search(r"v[123]_\d|nav|kontor", name, re.I)]


def test_the_search_for_the_report_would_find_it() -> None:
    for foreign in ("ansatte i NAV", "AFI r2016:02", "sosionomer", "kontoret i Fana", "storbykontor"):
        assert FOREIGN.search(foreign)
    assert not FOREIGN.search('site_libs/storby/html/storby.css format: "storby-html"')


# ----------------------------------------------------------------- an institute's own file


def storbynav(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command from inside the example, which is how it finds the example's codebook."""
    command = [sys.executable, "-m", "storbynav.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)


def test_answers_of_another_survey_are_imported(tmp_path: Path) -> None:
    folder = copied(tmp_path / "lesevaner")
    answers = pd.read_csv(folder / "data" / "survey" / "survey.csv", dtype="Int64")
    own = answers.rename(columns={"id": "RESP", "sp_ro": "Q3"})
    own["Q3"] = 6 - own["Q3"]
    (folder / "privat").mkdir()
    own.to_csv(folder / "privat" / "svar.csv", index=False)
    mapping = folder / "privat" / "kart.yml"
    mapping.write_text("provenance: real\ncolumns: {RESP: id, Q3: sp_ro}\n", encoding="utf-8")
    command = ("import", "privat/svar.csv", "--map", "privat/kart.yml", "--out", "privat/data")
    dry = storbynav(folder, *command, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert "sp_ro: 4 av 4 tydelige sammenhenger har motsatt fortegn" in spaced(dry.stdout)
    assert "kontor" not in dry.stdout
    mapping.write_text(
        mapping.read_text("utf-8") + "values: {sp_ro: {5: 1, 4: 2, 3: 3, 2: 4, 1: 5}}\n", "utf-8"
    )
    done = storbynav(folder, *command)
    assert done.returncode == 0, done.stderr
    written = pd.read_csv(folder / "privat" / "data" / "survey.csv", dtype="Int64")
    assert written.drop(columns="id").equals(answers.drop(columns="id"))
    files = {path.name for path in (folder / "privat" / "data").iterdir()}
    assert files == {"survey.csv", "survey.sav", "manifest.yml", "provenance.yml"}


def test_metadata_for_an_archive(tmp_path: Path) -> None:
    folder = copied(tmp_path / "lesevaner")
    done = storbynav(folder, "metadata")
    assert done.returncode == 0, done.stderr
    ddi = (folder / "data" / "survey" / "ddi.xml").read_text(encoding="utf-8")
    assert '<codeBook xmlns="ddi:codebook:2_5" version="2.5" xml:lang="nb" ID="lesevaner">' in ddi
    assert ddi.count("<var ") == 13
    package = json.loads((folder / "data" / "survey" / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["name"] for resource in package["resources"]] == ["survey"]
    assert "foreignKeys" not in package["resources"][0]["schema"]
    for text in (ddi, json.dumps(package, ensure_ascii=False)):
        assert not FOREIGN.search(text)
        assert "oppdiktet" in text.casefold()


# ----------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "data/survey/codebook.yml",
            "  short: rolig nok til å lese\n  wording: exact\n  question: single\n  scale: enig5\n",
            "  short: rolig nok til å lese\n  wording: exact\n  question: single\n  scale: enig7\n",
            "variabel sp_ro: scale: 'enig7' er ikke definert (mente du enig5?)",
        ),
        (
            "data/report/catalogue.yml",
            "- id: k2_3\n",
            "- id: k3_3\n",
            "figures k3_3: id 'k3_3': source: places har ikke 'k3'. Den har: k1, k2",
        ),
        (
            "report/funn.yml",
            "{filial: sentrum}, than:",
            "{filial: senter}, than:",
            "ukjent gruppe 'senter' av filial",
        ),
    ],
    ids=["codebook", "catalogue", "findings"],
)
def test_a_mistake_is_told_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    folder = copied(tmp_path / "lesevaner")
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    done = kvarto(folder, "render", "--to", "html", "--quiet")
    assert done.returncode == 1
    place = rf"{re.escape(file)}:(\d+): .*{re.escape(told)}"
    found = re.search(place, " ".join(done.stderr.split()))
    assert found, done.stderr
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    anchor = {"data/survey/codebook.yml": "- id: sp_ro", "report/funn.yml": "- id: f-005"}.get(
        file, new.strip()
    )
    assert lines[int(found[1]) - 1].strip() == anchor
    assert not (folder / "_book").exists()
