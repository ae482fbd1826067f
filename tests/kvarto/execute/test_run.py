"""What cells and expressions become, and what reaches them."""

from pathlib import Path

import pytest

from kvarto import execute, project
from kvarto.execute import pool
from kvarto.execute.assemble import escape, fence_for
from kvarto.faults import Faults
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY, again, chapter, run


def cell(folder: Path, code: str, faults: Faults | None = None) -> str:
    """The Markdown of a chapter that is one cell, without empty lines."""
    got = chapter(folder, f"```{{python}}\n{code}\n```\n", faults)
    return "\n".join(row for row in got.splitlines() if row)


def test_outputs_come_in_the_order_they_were_made(tmp_path: Path) -> None:
    got = cell(
        tmp_path,
        "#| echo: false\nfrom IPython.display import display, Markdown\nprint(1)\n"
        "display(Markdown('**to**'))\nprint(3)\nprint(4)\n5",
    )
    assert (
        got
        == """\
::::: {.cell}
::: {.cell-output .cell-output-stdout}
```
1
```
:::
::: {.cell-output .cell-output-display .cell-output-markdown}
**to**
:::
::: {.cell-output .cell-output-stdout}
```
3
4
```
:::
::: {.cell-output .cell-output-display}
```
5
```
:::
:::::"""
    )


def test_code_is_shown_with_a_fence_long_enough(tmp_path: Path) -> None:
    got = chapter(tmp_path, "````{python}\ns = '''\n```\n'''\n\n````\n")
    assert (
        "\n".join(row for row in got.splitlines() if row)
        == "::::: {.cell}\n```` {.python .cell-code}\ns = '''\n```\n'''\n````\n:::::"
    )
    assert fence_for("a ```` b") == "`````"


@pytest.mark.parametrize(
    ("options", "there", "gone"),
    [
        ("#| echo: false", ["42"], ["cell-code"]),
        ("#| output: false", ["cell-code"], ["42", "cell-output"]),
        ("#| include: false", [], ["42", "cell"]),
        ("#| eval: false", ["cell-code"], ["cell-output"]),
        ("#| echo: fenced\n#| label: a", ["```{python}", "#| label: a", "print(6 * 7)"], ["echo"]),
        ("#| output: asis\n#| echo: false", ["42"], [".cell", "```"]),
        ("#| code-fold: true", ['code-fold="true"'], []),
        ("#| classes: [en, to]", ["::::: {.cell .en .to}"], []),
        (
            "#| label: fig-a\n#| fig-subcap: true",
            ['::: {.kv-cell-caption option="fig-subcap"}\n:::'],
            [],
        ),
        ("#| label: min-celle", ["::::: {#min-celle .cell}"], []),
        (
            "#| label: tbl-a\n#| tbl-cap: 'En \"tekst\"'\n#| layout-ncol: 2",
            [
                '::::: {.cell label="tbl-a" layout-ncol="2"}',
                '::: {.kv-cell-caption option="tbl-cap"}\nEn "tekst"',
            ],
            [],
        ),
    ],
)
def test_options(tmp_path: Path, options: str, there: list[str], gone: list[str]) -> None:
    got = cell(tmp_path, f"{options}\nprint(6 * 7)")
    assert all(part in got for part in there), got
    assert not any(part in got for part in gone), got


def test_warnings_are_shown_without_a_path_of_this_machine_and_can_be_left_out(tmp_path: Path) -> None:
    code = "import warnings, sys\nwarnings.warn('pass på')\nprint('feilkanal', file=sys.stderr)"
    got = cell(tmp_path / "a", code)
    assert "<cell>:2: UserWarning: pass på\n  warnings.warn('pass på')\nfeilkanal" in got
    assert "pass på" not in cell(tmp_path / "b", "#| echo: false\n#| warning: false\n" + code)


def test_an_allowed_error_is_shown_without_colours_and_the_rest_runs(tmp_path: Path) -> None:
    got = chapter(tmp_path, "```{python}\n#| error: true\n1 / 0\n```\n\n`{python} 1 + 1`\n")
    assert "cell-output-error" in got and "ZeroDivisionError: division by zero" in got
    assert "Cell In[1], line 1" in got and "\x1b" not in got and got.endswith("\n2\n")


def test_a_figure_is_svg_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    text = (
        "```{python}\n#| label: fig-a\n#| fig-cap: Linje\n#| fig-alt: 'Opp \"og\" ned'\n#| echo: false\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2]);\n```\n"
    )
    one = run(tmp_path / "a", text)["k.qmd"].texts["html"]
    two = run(tmp_path / "b", text)["k.qmd"].texts["html"]
    name = "k_files/figure-html/fig-a-output-1.svg"
    assert f'![]({name}){{fig-alt="Opp \\"og\\" ned"}}' in one.markdown
    picture = one.resource(name)
    assert picture is not None and picture.read_bytes().startswith(b"<?xml")
    assert picture.read_bytes() == two.files[name].read_bytes() and one.key == two.key
    assert b"<dc:date>" not in picture.read_bytes()


def test_figure_size_of_the_cell(tmp_path: Path) -> None:
    import re

    text = (
        "```{python}\n#| fig-width: 2\n#| fig-height: 1\nimport matplotlib.pyplot as plt\n"
        "plt.axes([0, 0, 1, 1]); "
        "plt.show()\n```\n\n```{python}\nprint(plt.rcParams['figure.figsize'])\n```\n"
    )
    got = run(tmp_path, text)["k.qmd"].texts["html"]
    (picture,) = got.files.values()
    width = re.search(r'width="([\d.]+)pt"', picture.read_text())
    assert width and 130 < float(width[1]) < 200
    assert "[7.0, 5.0]" in got.markdown


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        ("1902", "1902"),
        ("2/3", r"0\.6666666666666666"),
        ("'62,5\\u00a0%'", "62,5\u00a0%"),
        ("'a*b_c'", r"a\*b\_c"),
        ("'p < 0,05 & r|s'", r"p \< 0,05 \& r\|s"),
        ("[1, 2]", r"\[1, 2\]"),
        ("None", "None"),
        ('"d\'un"', "d'un"),
        ("'a\\\\b'", r"a\\b"),
        ("'en\\nto'", "en to"),
        ("Tall(62.5)", "**62,5**"),
        ("'@x $5'", r"\@x \$5"),
    ],
)
def test_inline_values(tmp_path: Path, expr: str, shown: str) -> None:
    text = (
        "```{python}\n#| include: false\nclass Tall(float):\n    def _repr_markdown_(self):\n"
        "        return f'**{self:.1f}**'.replace('.', ',')\n```\n\nX `{python} " + expr + "` y\n"
    )
    assert chapter(tmp_path, text).splitlines()[-1] == f"X {shown} y"


def test_inline_keeps_the_lines_around_it(tmp_path: Path) -> None:
    executed = run(tmp_path, "en\n\nto `{python} 1 +\n  1` tre\nfire\n\n`{python} 'x'` fem\n")["k.qmd"].texts[
        "html"
    ]
    rows = executed.markdown.splitlines()
    assert rows[2:5] == ["to 2 tre", "fire", ""]
    assert executed.locate(rows.index("fire") + 1) == ("k.qmd", 5)
    assert executed.locate(rows.index("x fem") + 1) == ("k.qmd", 7)
    assert executed.locate(10_000) == ("k.qmd", 7)


def test_escape_shows_just_the_text() -> None:
    assert escape("a\\b `c` *d* [e](f) #g +h - i . ! | <j> ~k~ ^l^ $m$ = @n &o;") == (
        r"a\\b \`c\` \*d\* \[e\]\(f\) \#g \+h \- i \. \! \| \<j\> \~k\~ \^l\^ \$m\$ \= \@n \&o;"
    )


def test_chapters_share_nothing_but_imports(tmp_path: Path) -> None:
    config = HTML_ONLY.replace("[index.qmd, k.qmd]", "[index.qmd, k.qmd, l.qmd]")
    run(
        tmp_path,
        "```{python}\nimport json\nfelles = 1\njson.kladd = 2\n```\n",
        config=config,
        l_qmd="```{python}\nimport json\nprint('felles' in globals(), hasattr(json, 'kladd'))\n```\n",
    )
    got = again(tmp_path)["l.qmd"].markdown("html")
    assert "False False" in got


def test_the_working_folder_and_quartos_variables(tmp_path: Path) -> None:
    code = (
        "import os, json\nfrom pathlib import Path\n"
        "print(Path.cwd().name, os.environ['QUARTO_DOCUMENT_FILE'],\n"
        "      Path(os.environ['QUARTO_DOCUMENT_PATH']).name, Path(os.environ['QUARTO_PROJECT_ROOT']).name)\n"
    )
    text = f"```{{python}}\n#| echo: false\n{code}```\n"
    config = HTML_ONLY.replace("k.qmd]", "k.qmd, under/l.qmd]")
    (tmp_path / "bok/under").mkdir(parents=True)
    (tmp_path / "bok/under/l.qmd").write_text(text, encoding="utf-8")
    got = run(tmp_path / "bok", text, config=config)
    assert "bok k.qmd bok bok" in got["k.qmd"].markdown("html")
    assert "under l.qmd under bok" in got["under/l.qmd"].markdown("html")
    (tmp_path / "bok/_quarto.yml").write_text(
        config.replace("type: book", "type: book\n  execute-dir: project")
    )
    assert "bok l.qmd under bok" in again(tmp_path / "bok")["under/l.qmd"].markdown("html")


FORMAT = """```{python}
#| echo: false
import json, os
info = json.load(open(os.environ["QUARTO_EXECUTE_INFO"]))
print(info["format"]["identifier"]["base-format"])
```
"""


def test_one_run_serves_both_formats_unless_the_code_asks(tmp_path: Path) -> None:
    config = HTML_ONLY + "  typst: default\n"
    counts = "from pathlib import Path\nf = Path('antall.txt')\nf.open('a').write('x')\n"
    counts += "import os\nmine = {**os.environ.copy(), **dict(os.environ.items())}\n"
    both = run(tmp_path / "a", f"```{{python}}\n{counts}```\n", config=config, targets=("html", "typst"))[
        "k.qmd"
    ]
    assert both.markdown("html") == both.markdown("typst"), "taking all variables asks for no format"
    assert (tmp_path / "a/antall.txt").read_text() == "x"
    asked = run(tmp_path / "b", FORMAT, config=config, targets=("html", "typst"))["k.qmd"]
    assert "\nhtml\n" in asked.markdown("html") and "\ntypst\n" in asked.markdown("typst")
    kept = again(tmp_path / "b", targets=("html", "typst"))["k.qmd"]
    assert not kept.ran and "\ntypst\n" in kept.markdown("typst")


@pytest.mark.parametrize("chapters", [execute.MANY, execute.MANY + 1])
def test_only_many_chapters_share_the_imports_the_book_names(tmp_path: Path, chapters: int) -> None:
    names = [f"c{n}" for n in range(1, chapters)]
    listed = ", ".join(f"{name}.qmd" for name in ["k", *names])
    config = HTML_ONLY.replace("k.qmd]", f"{listed}]") + "kvarto:\n  preload: [colorsys]\n"
    loaded = "# K\n\n```{python}\nimport sys\nprint('colorsys' in sys.modules)\n```\n"
    got = run(tmp_path, loaded, config=config, **{f"{name}_qmd": loaded for name in names})
    for ident in ("k.qmd", *(f"{name}.qmd" for name in names)):
        assert f"\n{chapters > execute.MANY}\n" in got[ident].markdown("html")


def test_without_fork_chapters_run_in_processes_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "CAN_FORK", False)
    monkeypatch.setenv("KVARTO_NO_FORK", "1")
    config = HTML_ONLY.replace("k.qmd]", "k.qmd, l.qmd]")
    got = run(
        tmp_path,
        "```{python}\nx = 1\nprint('k', x)\n```\n",
        config=config,
        l_qmd="```{python}\nprint('l', 'x' in globals())\n```\n",
    )
    assert "k 1" in got["k.qmd"].markdown("html") and "l False" in got["l.qmd"].markdown("html")


def test_a_crash_of_python_is_a_fault_and_not_remembered(tmp_path: Path) -> None:
    faults = Faults()
    run(tmp_path, "```{python}\nimport os\nos._exit(9)\n```\n", faults)
    assert [(f.place, f.kind) for f in faults.errors] == [("k.qmd", "crash")] and "9" in faults.errors[0].why
    assert list((tmp_path / ".kvarto").glob("results/*")) == []


def test_what_a_failing_cell_breaks_is_one_fault(tmp_path: Path) -> None:
    faults = Faults()
    got = chapter(
        tmp_path,
        "```{python}\n#| label: data\nimport math\nx = math.sqrt(-1)\n```\n\n`{python} x` og `{python} 1`\n\n"
        "```{python}\ny = x + 1\n```\n\n`{python} y` `{python} z`\n",
        faults,
    )
    assert [f.text() for f in faults.errors] == [
        "k.qmd:4: Cellen «data» stoppet: ValueError: math domain error\n"
        "    3 celler og uttrykk lenger ned bygger på "
        "denne cellen og kunne ikke kjøres.\n    | x = math.sqrt(-1)",
        "k.qmd:13:14: Uttrykket `{python} z` stoppet: NameError: name 'z' is not defined",
    ]
    assert got.count(".kv-fault") == 5 and " og 1\n" in got


def test_an_error_in_a_project_module_names_its_line(tmp_path: Path) -> None:
    make(
        tmp_path,
        "```{python}\nimport hjelp\nhjelp.f()\n```\n",
        HTML_ONLY,
        hjelp_py="def f():\n    return g({})\ndef g(x):\n    return x['nei']\n",
    )
    faults = Faults()
    again(tmp_path, faults)
    assert (
        faults.errors[0].text()
        == "k.qmd:3: Celle nr. 1 stoppet: KeyError: 'nei'\n    | hjelp.f()\n    | hjelp.py:4 i g\n"
        "    | Hele feilmeldingen fra Python står i .kvarto/python.log."
    )
    trace = (tmp_path / ".kvarto" / "python.log").read_text(encoding="utf-8")
    assert 'hjelp.py", line 2, in f' in trace and 'hjelp.py", line 4, in g' in trace


def test_an_error_of_the_project_is_told_in_its_own_words(tmp_path: Path) -> None:
    module = "class UkjentError(ValueError):\n    pass\ndef f():\n    raise UkjentError('Fant ikke x.')\n"
    faults = Faults()
    run(tmp_path, "```{python}\nimport hjelp\nhjelp.f()\n```\n", faults, hjelp_py=module)
    told = "k.qmd:3: Celle nr. 1 stoppet: Fant ikke x.\n    | hjelp.f()"
    assert faults.errors[0].text() == told
    assert "UkjentError" not in (tmp_path / ".kvarto" / "python.log").read_text(encoding="utf-8")


def test_a_syntax_error_and_a_missing_package(tmp_path: Path) -> None:
    faults = Faults()
    run(
        tmp_path,
        "```{python}\nx = 1\ny = = 2\n```\n\n```{python}\nimport finnes_ikke_her\n```\n\n`{python} 1 +`\n",
        faults,
    )
    assert [(f.place, f.what.split(": ")[1]) for f in faults.errors] == [
        ("k.qmd:3", "SyntaxError"),
        ("k.qmd:7", "ModuleNotFoundError"),
        ("k.qmd:10:1", "SyntaxError"),
    ]
    assert "ikke installert" in faults.errors[1].fix


def test_printing_in_an_expression_is_refused(tmp_path: Path) -> None:
    faults = Faults()
    run(tmp_path, "```{python}\ndef f():\n    print('hei')\n```\n\n`{python} f()`\n", faults)
    assert "skrev ut 'hei'" in faults.errors[0].what


def test_lint_tells_what_quarto_does_worse(tmp_path: Path) -> None:
    faults = Faults()
    run(
        tmp_path,
        "# K\n\n```{python}\nfrom IPython.display import HTML\nHTML('<b>x</b>')\n```\n\n"
        "```{python}\nimport warnings\n"
        "warnings.warn('x')\n```\n\n`{python} ''`\n\n```{python}\nobject()\n```\n",
        faults,
        config=HTML_ONLY.replace("k.qmd]", "k.qmd, l.qmd]"),
        l_qmd="# L\n\n`{python} 1`\n",
    )
    assert not faults.errors
    assert [(f.place, f.kind) for f in faults.lints] == [
        ("k.qmd:3", "lint-html-output"),
        ("k.qmd:8", "lint-warning"),
        ("k.qmd:13:1", "lint-empty-inline"),
        ("k.qmd:15", "lint-address"),
        ("l.qmd:3", "lint-inline-engine"),
    ]


def test_eval_false_and_enabled_false_run_nothing(tmp_path: Path) -> None:
    text = "---\nexecute:\n  enabled: false\n---\n\n```{python}\nopen('laget.txt', 'w')\n```\n"
    assert "cell-code" in chapter(tmp_path, text) and not (tmp_path / "laget.txt").exists()


def test_chapters_without_code_start_no_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("started")

    monkeypatch.setattr(pool.Pool, "_start", never)
    book = make(tmp_path, "# K\n", HTML_ONLY)
    assert set(execute.run(book, book.sources, ["html"], Faults())) == {"index.qmd", "k.qmd"}
    assert project.load(tmp_path).chapter("k.qmd").numbered
