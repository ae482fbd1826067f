"""The notebooks as stored: executed in order, nothing that phones home, complete for a reader.

That they run and give the stored outputs is nbval's to check (``pytest --nbval notebooks``).
"""

import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NUMBERED = [path.name[:2] for path in NOTEBOOKS]

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


@cache
def notebook(path: Path):
    return json.loads(path.read_text(encoding="utf-8"))


def cells(path: Path, kind: str):
    return [cell for cell in notebook(path)["cells"] if cell["cell_type"] == kind]


def prose(path: Path) -> str:
    return "\n\n".join("".join(cell["source"]) for cell in cells(path, "markdown"))


def outputs(path: Path):
    return [output for cell in cells(path, "code") for output in cell["outputs"]]


def test_there_are_eight_numbered_without_gaps():
    assert len(NOTEBOOKS) >= 8
    assert [f"{number:02d}" for number in range(1, len(NOTEBOOKS) + 1)] == NUMBERED


@every_notebook
def test_every_code_cell_has_run_in_order_from_a_fresh_kernel(path):
    counts = [cell["execution_count"] for cell in cells(path, "code")]
    assert counts == list(range(1, len(counts) + 1))


@every_notebook
def test_no_output_is_an_error_a_warning_or_html(path):
    for output in outputs(path):
        assert output["output_type"] != "error"
        assert output.get("name") != "stderr", output["text"]
        assert set(output.get("data", {})) <= {"text/plain", "text/markdown", "image/png"}


@every_notebook
def test_it_names_no_place_on_a_machine(path):
    text = re.sub(r'"image/png": "[^"]+"', "", path.read_text(encoding="utf-8"))  # base64 spells anything
    assert notebook(path)["metadata"]["kernelspec"]["name"] == "python3"
    assert str(ROOT) not in text
    assert not re.search(r"/(?:home|Users|root|tmp|work)/|[A-Z]:\\\\|0x[0-9a-f]{6,}|https?://", text)


@every_notebook
def test_a_picture_has_alternative_text_and_only_pictures_are_not_compared(path):
    for cell in cells(path, "code"):
        pictures = [o for o in cell["outputs"] if "image/png" in o.get("data", {})]
        for picture in pictures:
            assert len(picture["metadata"]["image/png"]["alt"]) > 40
        assert bool(pictures) == ("nbval-ignore-output" in cell["metadata"].get("tags", []))


@every_notebook
def test_it_has_title_purpose_honesty_note_steps_and_summary(path):
    text = prose(path)
    assert re.match(rf"# {int(path.name[:2])}\. \S", text)
    for part in (
        "**Formål:**",
        "> **Om tallene.**",
        "## Oppsummering",
        "**Hva vi fant**",
        "**Hva som ikke kan sies**",
    ):
        assert text.count(part) == 1, part
    steps = [int(number) for number in re.findall(r"^## Steg (\d+)\. \S", text, re.MULTILINE)]
    assert steps == list(range(1, len(steps) + 1))
    assert len(steps) >= 5


@every_notebook
def test_it_links_to_all_the_others_and_every_link_leads_somewhere(path):
    links = re.findall(r"\]\(([^)]+)\)", prose(path))
    assert {p.name for p in NOTEBOOKS} - {path.name} <= set(links)
    assert all((FOLDER / link).is_file() for link in links)


@every_notebook
def test_what_it_says_of_discrepancies_is_registered(path):
    known = (ROOT / "data" / "published" / "discrepancies.yml").read_text(encoding="utf-8")
    for ident in re.findall(r"\bD\d{3}\b", prose(path)):
        assert f"id: {ident}\n" in known, ident


@every_notebook
def test_numbers_in_outputs_are_norwegian(path):
    """A decimal point between digits would be a number that no formatter has seen."""
    for output in outputs(path):
        for text in (output.get("text"), output.get("data", {}).get("text/markdown")):
            stray = re.findall(r"(?<![\w.])\d+\.\d+", "".join(text or ""))
            assert not stray, stray


def test_what_is_not_in_the_source_says_so_on_every_output():
    """Notebook 8 adds analyses: a table copied out of it must carry the mark with it."""
    (path,) = (p for p in NOTEBOOKS if p.name.startswith("08"))
    assert "(ikke i kilden)" in prose(path).splitlines()[0]
    assert "> **Ikke i kilden.**" in prose(path)
    shown = [output.get("data", {}).get("text/markdown") for output in outputs(path)]
    tables = ["".join(markdown) for markdown in shown if markdown]
    assert len(tables) >= 10
    for table in tables:
        assert "Ikke i kilden." in table.splitlines()[-1], table


def test_every_impossible_number_is_explained_and_proven_in_the_notebook_of_the_data_set():
    (path,) = (p for p in NOTEBOOKS if p.name.startswith("07"))
    entries = re.findall(
        r"^- id: (I\d+)$", (ROOT / "data/published/impossible.yml").read_text("utf-8"), re.MULTILINE
    )
    shown = "\n".join("".join(o.get("data", {}).get("text/markdown", "")) for o in outputs(path))
    assert entries
    for ident in entries:
        assert re.search(rf"^\| {ident} \|.*\| ja \|$", shown, re.MULTILINE), ident


def test_only_the_notebooks_know_of_what_is_not_in_the_source():
    """No chapter may lean on notebook 8: its findings are not the report's."""
    for chapter in [ROOT / "index.qmd", *(ROOT / "report").rglob("*.qmd")]:
        assert "08-det-en-statistiker" not in chapter.read_text(encoding="utf-8"), chapter.name


def test_the_readme_lists_them_all():
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"({path.name})" in readme for path in NOTEBOOKS)
