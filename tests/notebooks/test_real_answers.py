"""A notebook on real answers: nothing of them is in it but what has passed the policy."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from storbynav import paths
from storbynav.disclosure.display import WITHHELD

FOLDER = paths.ROOT / "notebooks"
CANARY = 7_215_497
"""A number that no output has of itself."""

Run = Callable[..., list[Any]]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs cells in a kernel after `survey = load(…)` of real answers; gives their outputs."""
    data = tmp_path_factory.mktemp("privat")
    for name in ("survey.csv", "offices.csv", "leaders.csv"):
        shutil.copy(paths.SURVEY / name, data / name)
    (data / "manifest.yml").write_text("provenance: real\n", encoding="utf-8")

    def run(*cells: str, provenance: str = "real") -> list[Any]:
        (data / "manifest.yml").write_text(f"provenance: {provenance}\n", encoding="utf-8")
        first = f"import show\nfrom storbynav.survey import load\nsurvey = load({str(data / 'survey.csv')!r})"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in (first, *cells)])
        resources = {"metadata": {"path": str(FOLDER)}}
        NotebookClient(notebook, timeout=120, allow_errors=True, resources=resources).execute()
        return [cell.outputs for cell in notebook.cells[1:]]

    return run


FREE = {
    "a frame": "survey.frame.head()",
    "a number": f"{CANARY}",
    "a text": f"'{CANARY}'",
    "print": f"print({CANARY})\nprint({CANARY})",
    "display": f"display({CANARY})",
    "raw display": f"display({{'text/plain': '{CANARY}'}}, raw=True)",
    "html": f"from IPython.display import HTML\nHTML('<b>{CANARY}</b>')",
    "an object that shows itself": "class A:\n"
    f"    def _ipython_display_(self):\n        print({CANARY})\n"
    f"    def _repr_html_(self):\n        return '{CANARY}'\nA()",
    "a picture": "import matplotlib.pyplot as plt\n"
    f"figure, axes = plt.subplots()\naxes.set_title('{CANARY}')\nplt.show()",
    "a free picture": f"import matplotlib.figure as m\nshow.picture(m.Figure(), '{CANARY}')",
    "a free table": f"show.table([{{'a': {CANARY}}}], {{'a': ('A', show.text)}})",
    "a warning": f"import warnings\nwarnings.warn('{CANARY}')",
    "an error": f"{{}}['{CANARY}']",
    "an error deep down": f"def f(x):\n    canary = {CANARY}\n    assert x, canary\nf(0)",
    "a syntax error": f"x = = {CANARY}",
    "a shell command": f"!echo {CANARY}",
    "the pager": f"canary = {CANARY}\ncanary?",
    "stderr": f"import sys\nprint({CANARY}, file=sys.stderr)",
    "logging": f"import logging\nlogging.error({CANARY})",
}


def test_what_no_gate_has_seen_is_not_shown(run: Run) -> None:
    outputs = run(*FREE.values())
    for name, shown in zip(FREE, outputs, strict=True):
        said = str(shown)
        assert str(CANARY) not in said and "image/png" not in said, (name, said)
        if name != "the pager":
            assert shown, name
    assert WITHHELD in str(outputs[0]) and WITHHELD in str(outputs[3])
    assert len(str(outputs[3])) < 2 * len(WITHHELD), "once for a cell, not for each line"
    error = outputs[list(FREE).index("an error")][0]
    assert error.ename == "KeyError" and "linje 1 av cellen" in error.evalue


def test_of_synthetic_answers_everything_is(run: Run) -> None:
    shown = run(FREE["print"], FREE["a number"], FREE["an error"], provenance="synthetic")
    assert all(str(CANARY) in str(one) for one in shown)


def test_what_a_gate_has_let_through_is_shown(run: Run) -> None:
    rows = "[{'who': 'alle', 'n': 40, 'm': 2.345}, {'who': 'få', 'n': 9, 'm': 9.876}]"
    columns = "{'who': ('Hvem', show.text), 'n': ('n', show.count), 'm': ('Snitt', show.number())}"
    figure, table, means, wrong = run(
        "show.figure('v1_6', survey)",
        "show.printed(show.report_table('v1_2', survey))",
        f"show.table({rows}, {columns}, behind='n')",
        "survey.variable('sa_kompetans')",
    )
    assert "image/png" in figure[0].data and figure[0].metadata["image/png"]["alt"]
    assert "Tabell" in str(table) or "|" in table[0].data["text/markdown"]
    shown = means[0].data["text/markdown"]
    assert "| alle | 40 | 2,35 |" in shown or "| alle | 40 | 2,34 |" in shown
    assert "| få | : | : |" in shown and "9,88" not in shown
    assert "sa_kompetanse" in wrong[0].evalue, "storbynav's own errors say what to do"


def test_every_notebook_of_the_project_on_real_answers(run: Run, tmp_path: Path) -> None:
    """The answers of the shipped survey, called real: no output has more than a gate let through."""
    notebook = nbformat.read(FOLDER / "04-korrelasjoner.ipynb", 4)
    cells = [c.source for c in notebook.cells if c.cell_type == "code"]
    outputs = [one for cell in run(*cells[1:4]) for one in cell]
    for one in outputs:
        data = one.get("data", {})
        if "text/plain" in data and "text/markdown" not in data:
            assert data["text/plain"] == WITHHELD or "image/png" in data
