"""Whole books through Typst: bytes, faults and drafts."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2 as pdfium
import pytest

from kvarto import typst
from kvarto.faults import Faults
from kvarto.project import Book
from kvarto.typst.compiler import timestamp
from tests.kvarto import book as books

CONFIG = books.HEAD.replace("typst: default", "typst:\n    pdf-standard: [a-2a, ua-1]")
CHAPTER = """# Kapittel {#sec-k}

Tekst med $r = 1$, se @fig-x.

![Strek](linje.svg){#fig-x fig-alt="En strek"}
"""


def write(book: Book, out: Path, draft: bool = False, compiler: typst.Compiler | None = None) -> Faults:
    faults = Faults()
    structured = books.structured(book, "typst", faults)
    typst.write(book, structured, out, faults, executed=books.plain(book), draft=draft, compiler=compiler)
    return faults


def text(path: Path) -> str:
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(path))


def test_a_book_without_extension_passes_both_standards(tmp_path: Path) -> None:
    book = books.make(tmp_path / "b", CHAPTER, CONFIG)
    faults = write(book, tmp_path / "o.pdf")
    assert not faults.errors, faults.report()
    assert "Se Figur 1.1" in text(tmp_path / "o.pdf") or "se Figur\xa01.1" in text(tmp_path / "o.pdf")
    with pikepdf.open(tmp_path / "o.pdf") as pdf, pdf.open_metadata() as meta:
        assert (
            meta["pdfuaid:part"] == "1" and meta["pdfaid:part"] == "2" and meta["pdfaid:conformance"] == "A"
        )


def test_same_book_same_bytes(tmp_path: Path) -> None:
    book = books.make(tmp_path / "b", CHAPTER, CONFIG)
    write(book, tmp_path / "1.pdf")
    compiler = typst.Compiler(book)
    write(book, tmp_path / "2.pdf", compiler=compiler)
    write(book, tmp_path / "3.pdf", compiler=compiler)
    one = (tmp_path / "1.pdf").read_bytes()
    assert one == (tmp_path / "2.pdf").read_bytes() == (tmp_path / "3.pdf").read_bytes()
    with pikepdf.open(tmp_path / "1.pdf") as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261122120000")
    assert timestamp(book) == 1795348800


def test_a_fault_leaves_no_pdf_and_a_draft_says_it_in_words(tmp_path: Path) -> None:
    chapter = '# K\n\nSe @fig-borte. ![](borte.svg){fig-alt="B"}\n'
    book = books.make(tmp_path / "b", chapter, CONFIG)
    out = tmp_path / "o.pdf"
    assert write(book, out).errors and not out.exists()
    assert write(book, out, draft=True).errors
    told = text(out)
    assert "Utkast – ikke til publisering – 2 feil" in told
    assert "FEIL: Bildet borte.svg finnes ikke." in told
    assert "fig-borte" in told


def test_the_stamp_of_a_draft_stands_on_every_page_also_amid_a_list(tmp_path: Path) -> None:
    book = books.make(
        tmp_path / "b", "# K\n\n" + "".join(f"- punkt {i} {'ord ' * 60}\n" for i in range(30)), CONFIG
    )
    faults = write(book, tmp_path / "o.pdf", draft=True)
    assert not faults.errors, faults.report()
    pages = [p.get_textpage().get_text_bounded() for p in pdfium.PdfDocument(tmp_path / "o.pdf")]
    assert len(pages) > 4 and all("Utkast – ikke til publisering" in page for page in pages)


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        ('#figure([#image("/linje.svg")])', "missing-alt", "mangler alternativ tekst"),
        ("#ukjent[x]", "typst", "unknown variable: ukjent"),
        ('#image("/finnes-ikke.svg", alt: "x")', "missing-image", "finnes ikke"),
    ],
)
def test_what_typst_refuses_is_told_with_file_and_line(
    raw: str, kind: str, words: str, tmp_path: Path
) -> None:
    chapter = f"# Kapittel {{#sec-k}}\n\n## Del {{#sec-del}}\n\n```{{=typst}}\n{raw}\n```\n"
    book = books.make(tmp_path / "b", chapter, CONFIG)
    (fault,) = write(book, tmp_path / "o.pdf").errors
    assert (fault.kind, fault.path, fault.line) == (kind, "k.qmd", 3)
    assert words in fault.what + fault.why
    assert not (tmp_path / "o.pdf").exists()


def extension(folder: Path, template: str) -> str:
    home = folder / "_extensions" / "prove"
    home.mkdir(parents=True)
    (home / "typst-show.typ").write_text(template)
    (home / "_extension.yml").write_text(
        "title: Prøve\ncontributes:\n  formats:\n    typst:\n      template-partials: [typst-show.typ]\n"
    )
    return CONFIG.replace("  typst:\n", "  prove-typst:\n")


def test_a_partial_of_the_extension_replaces_kvartos(tmp_path: Path) -> None:
    config = extension(
        tmp_path / "b",
        '#set document(title: [$title$])\n#set text(lang: "nb")\n'
        "MALEN: $title$, $quarto.language.crossref-fig-title$\n",
    )
    book = books.make(tmp_path / "b", "# K\n", config)
    faults = write(book, tmp_path / "o.pdf")
    assert not faults.errors, faults.report()
    assert "MALEN: Prøvebok, Figur" in text(tmp_path / "o.pdf")


def test_a_template_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    config = extension(tmp_path / "b", "#let x = 1\n$if(title)$\n")
    book = books.make(tmp_path / "b", "# K\n", config)
    (fault,) = write(book, tmp_path / "o.pdf").errors
    assert fault.path == "_extensions/prove/typst-show.typ" and fault.line == 3 and "if" in fault.what


@pytest.mark.parametrize(
    ("line", "kind"),
    [("### Tredje *nivå*, rett under", "heading-level"), ("Tegnet 中 finnes ikke.", "font")],
)
def test_what_a_standard_forbids_is_told_with_its_line_and_a_draft_made(
    line: str, kind: str, tmp_path: Path
) -> None:
    book = books.make(tmp_path / "b", f"# Kapittel\n\nTekst.\n\n{line}\n", CONFIG)
    (fault,) = write(book, tmp_path / "o.pdf").errors
    assert (fault.kind, fault.path, fault.line) == (kind, "k.qmd", 5)
    assert not (tmp_path / "o.pdf").exists()
    faults = write(book, tmp_path / "o.pdf", draft=True)
    assert [f.kind for f in faults.errors] == [kind]
    assert "Tekst." in text(tmp_path / "o.pdf")


def test_a_finished_pdf_is_used_again_until_anything_in_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = books.make(tmp_path / "b", CHAPTER, CONFIG)
    compiled = list[int]()
    real = typst.Compiler.compile
    monkeypatch.setattr(typst.Compiler, "compile", lambda *a, **k: (compiled.append(1), real(*a, **k))[1])

    def again(times: int) -> None:
        assert not write(book, tmp_path / "o.pdf").errors
        assert len(compiled) == times

    again(1)
    first = (tmp_path / "o.pdf").read_bytes()
    (tmp_path / "o.pdf").unlink()
    again(1)
    assert (tmp_path / "o.pdf").read_bytes() == first
    (tmp_path / "b/linje.svg").write_text(books.SVG.replace("#000", "#f00"), encoding="utf-8")
    again(2)
    assert (tmp_path / "o.pdf").read_bytes() != first
    (tmp_path / "b/k.qmd").write_text(CHAPTER.replace("Tekst", "Ord"), encoding="utf-8")
    again(3)
    (stored,) = [p for p in (tmp_path / "b/.kvarto/pdf").iterdir() if p.read_bytes() == first]
    stored.write_bytes(first[:2000])  # as a full disk may leave it
    books.make(tmp_path / "b", CHAPTER, CONFIG)
    again(4)
    assert (tmp_path / "o.pdf").read_bytes() == first
    book.words["kvarto-footnote"] = "Merknad {n}"
    again(5)


@pytest.mark.parametrize("call", ['read("/tall.txt")', 'read("/mappe/" + "tall" + ".txt")'])
def test_a_file_that_the_document_reads_is_part_of_a_finished_pdf(call: str, tmp_path: Path) -> None:
    raw = f"\n```{{=typst}}\n#{call}\n```\n"
    book = books.make(tmp_path / "b", CHAPTER + raw, CONFIG)
    (book.root / "mappe").mkdir()
    for value in ("førti", "femti"):
        for name in ("tall.txt", "mappe/tall.txt"):
            (book.root / name).write_text(value, encoding="utf-8")
        assert not write(book, tmp_path / "o.pdf").errors
        assert value in text(tmp_path / "o.pdf")


def test_a_document_whose_files_cannot_be_told_is_made_anew(tmp_path: Path) -> None:
    raw = '\n```{=typst}\n#eval("1 + 1")\n```\n'
    book = books.make(tmp_path / "b", CHAPTER + raw, CONFIG)
    assert not write(book, tmp_path / "o.pdf").errors
    assert not (book.cache / "pdf").exists()
