"""The book's DOCX in another program: LibreOffice opens it, lays it out and hands it back whole."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from kvarto import comments
from kvarto.docx.places import NAME
from kvarto.structure import Structured
from tests.docx.conftest import ROOT
from tests.kvarto.docx.word import Word, flat
from tests.kvarto.test_comments import Reader
from tests.tools import require

pytestmark = pytest.mark.xdist_group("libreoffice")


def convert(file: Path, to: str, folder: Path) -> Path:
    """The file as LibreOffice writes it in another format; fails when it complains."""
    program = require("libreoffice")
    command = [
        str(program),
        f"-env:UserInstallation={(folder / 'profil').as_uri()}",
        "--headless",
        "--convert-to",
        to,
        "--outdir",
        str(folder),
        str(file),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=400)
    out = folder / f"{file.stem}.{to.partition(':')[0]}"
    assert done.returncode == 0 and out.exists(), done.stderr or done.stdout
    assert "rror" not in done.stderr.replace("javaldx", ""), done.stderr
    return out


@pytest.fixture(scope="module")
def laid_out(report: Word, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The text of each page."""
    out = convert(report.path, "pdf", tmp_path_factory.mktemp("lo"))
    return [page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(out)]


def test_it_opens_and_is_laid_out(laid_out: list[str], pages: Structured) -> None:
    assert 120 < len(laid_out) < 320
    assert not any("Error" in page or "Feil:" in page for page in laid_out), (
        "a field that leads nowhere says so"
    )
    empty = [n for n, page in enumerate(laid_out, 1) if not page.strip()]
    assert empty == []
    assert pages.book.title in flat(laid_out[0])


def test_every_caption_stands_in_the_pages(laid_out: list[str], report: Word) -> None:
    said = flat(" ".join(laid_out).replace("\r\n", " "))
    captions = [*report.paragraphs("ImageCaption"), *report.paragraphs("TableCaption")]
    missing = [c for c in captions if flat(c)[:30] not in said]
    assert len(captions) > 45 and missing == []


def test_figures_stand_with_their_captions(laid_out: list[str], report: Word) -> None:
    """A caption is never the last of a page, without what it is the caption of."""
    for caption in report.paragraphs("ImageCaption"):
        words = flat(caption)[:40]
        for page in laid_out:
            text = flat(page.replace("\r\n", " "))
            if words in text and "Innhold" not in text[:200]:
                assert len(text) - text.rfind(words) > len(flat(caption)), caption


def test_what_comes_back_from_libreoffice_still_leads_home(report: Word, tmp_path: Path) -> None:
    """Commented, opened and saved by another program: places are kept, so the comment finds its line."""
    reader = Reader(report.path)
    paragraph = next(p for p in report.paragraphs("FirstParagraph") if len(p) > 200)
    words = paragraph[40:70]
    reader.comment(words, "Kan dette sies enklere?")
    reader.path = tmp_path / "sendt.docx"
    marked = reader.save("kommentert.docx")
    back = convert(marked, "docx:MS Word 2007 XML", tmp_path / "ut")
    kept = {n for n in Word(back).bookmarks if NAME.match(n)}
    assert kept == {n for n in report.bookmarks if NAME.match(n)}
    before, after = comments.read(marked, ROOT), comments.read(back, ROOT)
    assert [(n.place, n.quote, n.text) for n in before] == [(n.place, n.quote, n.text) for n in after]
    (note,) = after
    assert note.place is not None and note.place.how == "bookmark" and note.text == "Kan dette sies enklere?"
    row = (ROOT / note.place.path).read_text(encoding="utf-8").split("\n")[note.place.line - 1]
    assert words.split()[0] in row or words.split()[1] in row
