"""`kvarto diff` on a small book under version control, end to end."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from kvarto.cli import main
from kvarto.compare import compare
from kvarto.faults import EXIT_USAGE
from tests.kvarto.book import HEAD, make

TEXT = """# K

I alt svarte `{python} 900 + 97` ansatte. *Stjerner* og [lenker](index.qmd) | streker.

```{python}
#| echo: false
1
```
"""


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Kari", "-c", "user.email=kari@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "bok"
    make(folder, TEXT, HEAD)
    git(folder, "init", "-q")
    (folder / ".gitignore").write_text(".kvarto/\n_book/\n_endringer/\n", encoding="utf-8")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "Første utgave")
    git(folder, "tag", "v1")
    return folder


def test_what_changed_is_told_in_page_and_pdf(book: Path) -> None:
    (book / "k.qmd").write_text(
        TEXT.replace("900 + 97", "900 + 98") + "\nEt nytt avsnitt <b> & *.\n", "utf-8"
    )
    found, folder = compare(book, "v1")
    assert [(m.old, m.new) for m in found.numbers] == [("997", "998")]
    assert [e.runs for e in found.edits["k.html"] if e.old is None] == [(("new", "Et nytt avsnitt & *."),)]
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Hva er endret?" in page
    assert re.search(r"<del>997</del>", page)
    assert re.search(r"<u>998</u>|underline[^>]*>998<", page)
    assert len(list(folder.glob("*.pdf"))) == 1
    assert not (book / "_book").exists(), "the book itself is left as it was"


def test_nothing_changed(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "v1", str(book)]) == 0
    assert "0 endringer i teksten" in capsys.readouterr().err
    assert "Ingenting er endret" in (book / "_endringer" / "index.html").read_text(encoding="utf-8")


def test_the_older_edition_is_built_once(book: Path) -> None:
    compare(book, "v1")
    kept = next((book / ".kvarto" / "utgaver").glob("*/utgave/index.html"))
    before = kept.stat().st_mtime_ns
    compare(book, "HEAD")
    assert kept.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("revision", "message"),
    [("v9", "Versjonskontrollen kjenner ikke «v9»."), ("--upload-pack=x", "kjenner ikke")],
)
def test_an_unknown_revision(
    book: Path, revision: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["diff", "--quiet", "--", revision, str(book)]) == EXIT_USAGE
    assert message in capsys.readouterr().err


def test_a_book_without_version_control(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path / "b", "# K\n", HEAD)
    assert main(["diff", "v1", str(tmp_path / "b")]) == EXIT_USAGE
    assert "ikke under versjonskontroll" in capsys.readouterr().err
