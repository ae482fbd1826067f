"""When Python runs again, and when it does not."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kvarto.execute.store import Store
from kvarto.faults import Faults
from tests.kvarto.book import make
from tests.kvarto.front import HTML_ONLY, again, run

TEXT = """# K

```{python}
import hjelp
tall = hjelp.les("data.csv")
```

Sum `{python} tall` og `{python} tall + 1`.
"""
MODULE = "import annen\n\ndef les(sti):\n    return annen.F * sum(int(x) for x in open(sti))\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    run(tmp_path, TEXT, hjelp_py=MODULE, annen_py="F = 1\n", data_csv="1\n2\n", requirements_lock="a==1\n")
    assert not ran(tmp_path), "an unchanged chapter must not run"
    return tmp_path


def ran(folder: Path) -> bool:
    return again(folder)["k.qmd"].ran


def last(folder: Path) -> str:
    return again(folder)["k.qmd"].markdown("html").splitlines()[-1]


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.mark.parametrize(
    "change",
    [
        edit("k.qmd", "Sum", "Summen er"),
        edit("k.qmd", "# K", "# Et annet navn"),
        edit(
            "k.qmd",
            "Sum `{python} tall` og `{python} tall + 1`.",
            "Først `{python} tall + 1`, så `{python} tall`.",
        ),
        edit("k.qmd", " og `{python} tall + 1`", ""),
        edit("k.qmd", "```{python}\n", "```{python}\n#| echo: false\n"),
        edit("k.qmd", "```{python}\n", "```{python}\n#| label: les\n"),
        edit("index.qmd", "Tekst", "Ny tekst"),
        edit("_quarto.yml", "title: Prøvebok", "title: Ny tittel"),
        lambda folder: (folder / "data.csv").touch(),
        lambda folder: (folder / "urelatert.py").write_text("x = 1\n"),
    ],
    ids=[
        "text",
        "heading",
        "moved",
        "one less",
        "echo",
        "label",
        "other chapter",
        "title",
        "touched",
        "new file",
    ],
)
def test_nothing_runs(folder: Path, change: Callable[[Path], None]) -> None:
    change(folder)
    assert not ran(folder)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        (edit("k.qmd", "tall = hjelp", "tall = 10 + hjelp"), "Sum 13 og 14."),
        (edit("k.qmd", "tall + 1", "tall + 2"), "Sum 3 og 5."),
        (edit("hjelp.py", "annen.F *", "2 * annen.F *"), "Sum 6 og 7."),
        (edit("annen.py", "F = 1", "F = 3"), "Sum 9 og 10."),
        (edit("data.csv", "2", "5"), "Sum 6 og 7."),
        (edit("requirements.lock", "a==1", "a==2"), "Sum 3 og 4."),
        (edit("_quarto.yml", "lang: nb-NO", "lang: nb-NO\nfig-width: 3"), "Sum 3 og 4."),
    ],
    ids=["cell", "expression", "module", "module's module", "data", "lock", "figure size"],
)
def test_it_runs_again_and_shows_the_new_value(
    folder: Path, change: Callable[[Path], None], shown: str
) -> None:
    change(folder)
    executed = again(folder)["k.qmd"]
    assert executed.ran
    assert executed.markdown("html").splitlines()[-1] == shown
    assert not ran(folder)


def test_a_change_and_back_again(folder: Path) -> None:
    edit("data.csv", "2", "5")(folder)
    assert last(folder) == "Sum 6 og 7."
    edit("data.csv", "5", "2")(folder)
    assert last(folder) == "Sum 3 og 4."


def test_a_file_that_a_cell_wrote_is_made_again_when_gone_or_changed(tmp_path: Path) -> None:
    run(
        tmp_path,
        "```{python}\nfrom pathlib import Path\n"
        "Path('ut').mkdir(exist_ok=True)\nPath('ut/a.txt').write_text('A')\n"
        "Path('ut/b.tmp').write_text('B')\nPath('ut/b.tmp').replace('ut/b.txt')\n```\n",
    )
    assert not ran(tmp_path)
    for name in ("ut/a.txt", "ut/b.txt"):
        (tmp_path / name).unlink()
        assert ran(tmp_path) and (tmp_path / name).is_file() and not ran(tmp_path)
    (tmp_path / "ut/a.txt").write_text("tuklet")
    assert ran(tmp_path) and (tmp_path / "ut/a.txt").read_text() == "A"


def test_a_file_looked_for_and_a_folder_listed_count_too(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir(parents=True)
    run(
        tmp_path,
        "```{python}\nimport os\ntry:\n"
        "    print(open('valg.txt').read())\nexcept FileNotFoundError:\n    print('ingen')\n"
        "print(sorted(os.listdir('d')))\n```\n",
    )
    assert not ran(tmp_path)
    (tmp_path / "valg.txt").write_text("noe")
    executed = again(tmp_path)["k.qmd"]
    assert executed.ran and "\nnoe\n" in executed.markdown("html")
    (tmp_path / "d/ny.txt").write_text("")
    assert "ny.txt" in again(tmp_path)["k.qmd"].markdown("html")


def test_looking_for_modules_is_no_listing(tmp_path: Path) -> None:
    config = HTML_ONLY.replace("k.qmd]", "k.qmd, under/l.qmd]")
    (tmp_path / "under").mkdir(parents=True)
    (tmp_path / "under/l.qmd").write_text("```{python}\nimport nabo\nprint(nabo.x)\n```\n", encoding="utf-8")
    (tmp_path / "under/nabo.py").write_text("x = 1\n")
    run(tmp_path, "# K\n", config=config)
    (tmp_path / "under/ny.py").write_text("")
    assert not again(tmp_path)["under/l.qmd"].ran
    (tmp_path / "under/nabo.py").write_text("x = 2\n")
    assert again(tmp_path)["under/l.qmd"].ran


def test_files_and_variables_that_python_cannot_see_may_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = HTML_ONLY + "kvarto:\n  depends: ['rå/*.sav']\n  env: [MIN_KILDE]\n"
    (tmp_path / "rå").mkdir(parents=True)
    (tmp_path / "rå/x.sav").write_bytes(b"1")
    run(tmp_path, "```{python}\n1\n```\n", config=config)
    assert not ran(tmp_path)
    (tmp_path / "rå/x.sav").write_bytes(b"2")
    assert ran(tmp_path) and not ran(tmp_path)
    monkeypatch.setenv("MIN_KILDE", "annen")
    assert ran(tmp_path) and not ran(tmp_path)


def test_a_broken_store_is_as_good_as_none(folder: Path) -> None:
    (path,) = (folder / ".kvarto/results").glob("k.qmd-*.json")
    whole = path.read_bytes()
    for damage in (
        whole[: len(whole) // 2],
        b"",
        whole.replace(b'"3"', b'"9"'),
        b"\xff\xfe",
        b"kvarto 3 x\n{}",
    ):
        path.write_bytes(damage)
        assert ran(folder)
        assert not ran(folder)


def test_a_lost_picture_is_made_again(tmp_path: Path) -> None:
    run(tmp_path, "```{python}\nimport matplotlib.pyplot as plt\nplt.plot([1]);\n```\n")
    (picture,) = (tmp_path / ".kvarto/blobs").iterdir()
    picture.unlink()
    assert ran(tmp_path) and picture.is_file()


def test_failures_are_not_remembered(tmp_path: Path) -> None:
    run(tmp_path, "```{python}\nprint(open('kommer.txt').read())\n```\n", Faults())
    (tmp_path / "kommer.txt").write_text("nå")
    assert "\nnå\n" in again(tmp_path)["k.qmd"].markdown("html")


def test_two_stores_writing_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    store = Store(tmp_path)
    values = [{"*": {"results": {"k": {"plain": str(n) * 20_000}}}} for n in range(8)]

    def save_often(value: dict[str, object]) -> None:
        for _ in range(10):
            store.save("k.qmd", value)

    with ThreadPoolExecutor(8) as workers:
        list(workers.map(save_often, values))
    assert json.dumps(store.load("k.qmd")) in {json.dumps(v) for v in values}
    assert [p.name for p in store.folder.iterdir() if p.name.startswith(".")] == []


def test_a_warm_pool_sees_changed_modules(tmp_path: Path) -> None:
    from kvarto import execute, project

    make(tmp_path, TEXT, HTML_ONLY, hjelp_py=MODULE, annen_py="F = 1\n", data_csv="1\n2\n")
    book = project.load(tmp_path)
    with execute.Pool(tmp_path) as pool:
        first = execute.run(book, book.sources, ["html"], Faults(), pool=pool)["k.qmd"]
        process = pool._process
        edit("k.qmd", "tall + 1", "tall + 4")(tmp_path)
        second = execute.run(book, book.sources, ["html"], Faults(), pool=pool)["k.qmd"]
        assert pool._process is process, "a changed text must not cost the imports again"
        edit("annen.py", "F = 1", "F = 2")(tmp_path)
        third = execute.run(book, book.sources, ["html"], Faults(), pool=pool)["k.qmd"]
    assert [e.markdown("html").splitlines()[-1] for e in (first, second, third)] == [
        "Sum 3 og 4.",
        "Sum 3 og 7.",
        "Sum 6 og 10.",
    ]


def test_data_outside_the_book_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Temporary folders do not count, and tests live in one: the process takes another folder for it.
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "data.csv").write_text("1")
    run(tmp_path / "bok", f"```{{python}}\nprint(open({str(tmp_path / 'data.csv')!r}).read())\n```\n")
    assert not ran(tmp_path / "bok")
    (tmp_path / "data.csv").write_text("2")
    assert ran(tmp_path / "bok") and not ran(tmp_path / "bok")


def test_pictures_that_nothing_names_go_when_they_are_many(tmp_path: Path) -> None:
    from kvarto import execute, project

    run(tmp_path, "```{python}\nimport matplotlib.pyplot as plt\nplt.plot([1]);\n```\n")
    blobs = tmp_path / ".kvarto/blobs"
    (used,) = blobs.iterdir()
    for n in range(60):
        (blobs / f"{n}.svg").write_text("gammel")
    execute.prune(project.load(tmp_path))
    assert list(blobs.iterdir()) == [used]
