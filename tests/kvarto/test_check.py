from pathlib import Path

from kvarto.check import LINTS, check
from tests.kvarto.book import HEAD, make
from tests.kvarto.front import HTML_ONLY, kvarto

LINTY = "# K\n\n```{python}\nfrom IPython.display import HTML\nHTML('<p>x</p>')\n```\n"


def test_check_finds_faults_of_every_step_and_writes_no_book(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\n@fig-x\n\n```{python}\n1/0\n```\n\n![a](borte.svg){#fig-a fig-alt='a'}\n", HEAD)
    faults, forbidden = check(tmp_path)
    assert [f.kind for f in faults.errors] == [
        "unknown-reference",
        "cell-error",
        "missing-image",
    ] and forbidden == []
    assert not (tmp_path / "_book").exists()
    done = kvarto("check", tmp_path, "--quiet")
    assert done.returncode == 1 and done.stderr.endswith("3 feil\n")


def test_a_sound_book_is_sound(tmp_path: Path) -> None:
    make(tmp_path, "# K {#sec-k}\n\n@sec-k\n", HEAD)
    done = kvarto("check", tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (0, "Ingen feil.")


def test_the_lint_is_a_list_of_its_own(tmp_path: Path) -> None:
    make(tmp_path, LINTY, HTML_ONLY)
    assert kvarto("render", tmp_path, "--quiet").returncode == 0
    done = kvarto("check", tmp_path, "--quiet")
    assert done.returncode == 1
    assert done.stderr == (
        "Dette forbyr boken (kvarto: lint: i _quarto.yml):\n\nk.qmd:3: Cellen gir HTML (text/html).\n"
        "    Under Quarto henter siden da skript fra et nettsted.\n"
        "    → Gi et Markdown-objekt i stedet.\n"
    )


def test_a_book_chooses_what_it_forbids(tmp_path: Path) -> None:
    make(tmp_path, LINTY, HTML_ONLY + "kvarto:\n  lint: [warning]\n")
    assert check(tmp_path)[1] == []
    (tmp_path / "_quarto.yml").write_text(HTML_ONLY + "kvarto:\n  lint: [html-outputs]\n", encoding="utf-8")
    faults, _ = check(tmp_path)
    assert faults.errors[0].fix == "Mente du «html-output»?" and faults.errors[0].place == "_quarto.yml:18"


def test_without_running_only_what_is_remembered_counts(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\n```{python}\nopen('laget', 'w')\n```\n", HTML_ONLY)
    faults, _ = check(tmp_path, run=False)
    assert not faults.errors and not (tmp_path / "laget").exists()
    assert "k.qmd: ikke kjørt, så cellene er ikke kontrollert" in kvarto("check", tmp_path, "--no-run").stderr


def test_what_cells_would_have_written_is_not_missed_without_running(tmp_path: Path) -> None:
    cell = "```{python}\n#| label: fig-x\n#| fig-cap: x\n#| fig-alt: x\n1\n```\n"
    empty = "::: {#fig-y}\n```{python}\n#| echo: false\n1\n```\n\n`{python} 'Tekst'`\n:::\n"
    make(tmp_path, f"# K\n\n{cell}\n{empty}\n@fig-x, @fig-y. Bildet ![](borte.svg)\n", HEAD)
    faults, _ = check(tmp_path, run=False)
    assert {f.kind for f in faults.errors} == {"missing-image", "missing-alt"}, faults.report()
    assert all("borte.svg" in f.what for f in faults.errors)


def test_every_lint_is_documented() -> None:
    text = (Path(__file__).parents[2] / "docs/kvarto.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in text for name in LINTS)
