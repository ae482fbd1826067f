"""Small books as DOCX: text, numbers, fields, tables, pictures, notes, sections, properties, bytes."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from kvarto.docx.package import W, q
from kvarto.faults import Faults
from tests.kvarto import book as books
from tests.kvarto.docx.word import HEAD, Word, made, misordered, missing_texts, text_of, write

CHAPTER = """# Kapittel om fisk {#sec-k}

Se @fig-x, @tbl-t, @sec-u, [figurene @fig-x] og [-@tbl-t]. Også [lenken](#u2) og [nettet](https://example.org).

![Strek](linje.svg){#fig-x fig-alt="En strek som går opp"}

![](linje.svg){fig-alt=""}

## Avsnitt {#sec-u}

::: {#tbl-t .row-headers}
| By   | Tall |
|:-----|-----:|
| Oslo |   12 |
| Bodø |    3 |

Tall for to byer
:::

Tekst med note.^[Noten sier *dette*.] Og en til.[^a]

[^a]: Den andre noten.

### Uten nummer {#u2 .unnumbered}

- punkt én
- punkt to

::: {.callout-note}
## Merk dette
Innhold i boksen.
:::
"""


@pytest.fixture(scope="module")
def word(tmp_path_factory: pytest.TempPathFactory) -> Word:
    return made(tmp_path_factory.mktemp("docx"), CHAPTER)


def test_captions_count_with_fields_and_bookmarks(word: Word) -> None:
    assert word.paragraphs("ImageCaption") == ["Figur\xa01.1: Strek"]
    assert word.paragraphs("TableCaption") == ["Tabell\xa01.1: Tall for to byer"]
    assert word.codes("SEQ") == ["SEQ Figur \\* ARABIC \\r 1", "SEQ Tabell \\* ARABIC \\r 1"]
    assert word.marked("fig_x") == "1.1"
    assert word.marked("tbl_t") == "1.1"


def test_references_are_fields_whose_results_are_what_they_refer_to(word: Word) -> None:
    codes = word.codes("REF")
    assert codes == [f"REF {n} \\h" for n in ("fig_x", "tbl_t", "sec_u", "fig_x", "tbl_t")]
    assert {c.split()[1] for c in codes} <= set(word.bookmarks)
    said = word.paragraphs("FirstParagraph")[1]
    assert said.startswith("Se Figur\xa01.1, Tabell\xa01.1, Avsnitt 1.1, figurene\xa01.1 og 1.1."), said


def test_headings_have_levels_numbers_and_bookmarks(word: Word) -> None:
    heads = [(p.style.name, p.text) for p in word.document.paragraphs if p.style.name.startswith("Heading")]  # type: ignore[union-attr]
    assert heads == [
        ("Heading 1", "Forord"),
        ("Heading 1", "1\tKapittel om fisk"),
        ("Heading 2", "1.1\tAvsnitt"),
        ("Heading 3", "Uten nummer"),
    ]
    assert word.marked("sec_k") == "1"
    assert word.marked("u2") == "Uten nummer"


def test_links_lead_inside_and_out(word: Word) -> None:
    inside = [h.get(q("anchor")) for h in word.body.iter(q("hyperlink")) if h.get(q("anchor"))]
    assert "u2" in inside
    assert set(inside) <= set(word.bookmarks)
    targets = [r.target_ref for r in word.document.part.rels.values() if r.is_external]
    assert targets == ["https://example.org"]


def test_contents_are_a_field_with_every_heading(word: Word) -> None:
    assert word.codes("TOC") == ['TOC \\o "1-3" \\h \\z \\u']
    rows = [*word.paragraphs("TOC1"), *word.paragraphs("TOC2"), *word.paragraphs("TOC3")]
    assert [r.strip() for r in rows] == ["Forord", "1 Kapittel om fisk", "1.1 Avsnitt", "Uten nummer"]
    begins = len(word.body.findall(f".//{W}fldChar[@{W}fldCharType='begin']"))
    assert begins == len(word.body.findall(f".//{W}fldChar[@{W}fldCharType='end']"))


def test_tables_have_header_rows_row_headers_and_a_name(word: Word) -> None:
    (table,) = list(word.body.iter(q("tbl")))
    rows = table.findall(q("tr"))
    assert [r.find(f"{W}trPr/{W}tblHeader") is not None for r in rows] == [True, False, False]
    look = table.find(f"{W}tblPr/{W}tblLook")
    assert look is not None
    assert look.get(q("firstRow")) == "1" and look.get(q("firstColumn")) == "1"
    caption = table.find(f"{W}tblPr/{W}tblCaption")
    assert caption is not None and caption.get(q("val")) == "Tabell 1.1: Tall for to byer"
    assert word.paragraphs("TableHeading") == ["By", "Tall"]
    assert word.paragraphs("TableText") == ["Oslo", "12", "Bodø", "3"]


def test_pictures_have_alternative_texts_and_ornaments_are_marked(word: Word) -> None:
    assert [alt for alt, _ in word.pictures()] == ["En strek som går opp", ""]
    marks = [el for el in word.body.iter() if etree.QName(el).localname == "decorative"]
    assert len(marks) == 1 and marks[0].get("val") == "1"
    ids = [el.get("id") for el in word.body.iter() if etree.QName(el).localname == "docPr"]
    assert len(ids) == len(set(ids)) == 2
    with zipfile.ZipFile(word.path) as package:
        pictures = [n for n in package.namelist() if n.startswith("word/media/")]
        assert pictures and all(package.read(n).startswith(b"\x89PNG") for n in pictures)


def test_notes_are_footnotes(word: Word) -> None:
    assert [n.strip() for n in word.notes] == ["Noten sier dette.", "Den andre noten."]
    assert len(list(word.body.iter(q("footnoteReference")))) == 2


def test_a_box_is_styled_paragraphs(word: Word) -> None:
    assert word.paragraphs("CalloutTitle") == ["Merk dette"]
    assert word.paragraphs("Callout") == ["Innhold i boksen."]


def test_bookmarks_are_whole_and_their_names_are_words_own(word: Word) -> None:
    starts = [b.get(q("id")) for b in word.body.iter(q("bookmarkStart"))]
    ends = [b.get(q("id")) for b in word.body.iter(q("bookmarkEnd"))]
    assert sorted(starts) == sorted(ends) and len(starts) == len(set(starts))  # type: ignore[type-var]
    assert all(re.fullmatch(r"[^\W\d]\w{0,39}", n) for n in word.bookmarks)
    assert len({n.lower() for n in word.bookmarks}) == len(word.bookmarks)


def test_properties_are_the_books(word: Word) -> None:
    core = word.document.core_properties
    assert (core.title, core.author, core.language) == ("Prøvebok", "Kari Nordmann", "nb-NO")
    assert core.created is not None and core.created.isoformat().startswith("2026-11-22T00:00:00")
    styles = etree.fromstring(word.part("word/styles.xml"))
    assert styles.find(f".//{W}rPrDefault//{W}lang").get(q("val")) == "nb-NO"  # type: ignore[union-attr]


def test_same_book_same_bytes(tmp_path: Path) -> None:
    book = books.make(tmp_path / "b", CHAPTER, HEAD)
    one = write(book, tmp_path / "1.docx").path.read_bytes()
    other = books.make(tmp_path / "annen" / "b", CHAPTER, HEAD)
    assert one == write(other, tmp_path / "2.docx").path.read_bytes()


def test_the_text_is_that_of_the_page(tmp_path: Path) -> None:
    """Every heading, paragraph, item, cell and caption stands in the DOCX with the same words."""
    book = books.make(tmp_path / "b", CHAPTER, HEAD)
    word = write(book, tmp_path / "b.docx")
    missing = missing_texts(books.structured(book, "html"), word)
    assert missing == []


def test_only_what_is_meant_for_word_is_shown(tmp_path: Path) -> None:
    text = """# K

::: {.content-visible when-format="docx"}
Bare Word.
:::

::: {.content-visible when-format="html"}
Bare nett.
:::

::: {.content-hidden when-format="docx"}
Ikke Word.
:::

[a]{.content-visible unless-format="docx"}b

```{=openxml}
<w:p><w:r><w:t>Rå.</w:t></w:r></w:p>
```
"""
    shown = made(tmp_path, text).paragraphs()
    assert "Bare Word." in shown and "b" in shown and "Rå." in shown
    assert not {"Bare nett.", "Ikke Word.", "ab"} & set(shown)


def test_a_wide_page_lies_between_two_that_stand(tmp_path: Path) -> None:
    text = "# K\n\nFør.\n\n::: {.landscape}\n| a | b |\n|---|---|\n| 1 | 2 |\n:::\n\nEtter.\n"
    word = made(tmp_path, text)
    sections = [
        (s.find(q("pgSz")).get(q("orient")) or "portrait") if s.find(q("pgSz")) is not None else "?"  # type: ignore[union-attr]
        for s in word.body.iter(q("sectPr"))
    ]
    assert len(sections) == 3


def test_appendices_are_numbered_as_on_the_page(tmp_path: Path) -> None:
    config = HEAD.replace("chapters: [index.qmd, k.qmd]", "chapters: [index.qmd]\n  appendices: [k.qmd]")
    text = "# Tillegg {#sec-t}\n\nSe @sec-t og @fig-x.\n\n![Strek](linje.svg){#fig-x fig-alt='x'}\n"
    word = made(tmp_path, text, config)
    assert word.paragraphs("Heading1")[-1] == "Vedlegg\xa01 Tillegg"
    assert word.paragraphs("ImageCaption") == ["Figur\xa0V1.1: Strek"]
    assert word.marked("fig_x") == "V1.1" and word.marked("sec_t") == "1"
    assert word.paragraphs("FirstParagraph")[-1] == "Se Vedlegg 1 og Figur\xa0V1.1."


def test_a_panel_that_the_rows_have_no_place_for_is_written_below_them(tmp_path: Path) -> None:
    word = made(tmp_path, '# K\n\n::: {layout="[[1,1]]"}\nEn\n\nTo\n\nTre\n:::\n')
    assert ["".join(t.itertext()) for t in word.body.iter(q("tbl"))] == ["EnTo", "Tre"]


def test_panels_share_the_width_and_have_letters(tmp_path: Path) -> None:
    text = """# K

::: {#fig-p layout-ncol=2}
![En](linje.svg){#fig-p1 fig-alt="1"}

![To](linje.svg){#fig-p2 fig-alt="2"}

Begge
:::

Se @fig-p2.
"""
    word = made(tmp_path, text)
    (table,) = list(word.body.iter(q("tbl")))
    assert table.find(f"{W}tblPr/{W}tblStyle").get(q("val")) == "Layout"  # type: ignore[union-attr]
    assert word.paragraphs("ImageCaption") == ["(a) En", "(b) To", "Figur\xa01.1: Begge"]
    link = next(h for h in word.body.iter(q("hyperlink")) if text_of(h).endswith("(b)"))
    assert word.marked(link.get(q("anchor"), "")) == "(b)"


def test_formulas_are_words_own(tmp_path: Path) -> None:
    word = made(tmp_path, "# K\n\n$$ a = b $$ {#eq-f}\n\nMed $x^2$, se @eq-f.\n")
    math = [el for el in word.body.iter() if etree.QName(el).localname == "oMath"]
    assert len(math) == 2
    assert word.marked("eq_f") == "1.1"


def test_hostile_text_stays_text(tmp_path: Path) -> None:
    word = made(tmp_path, "# K\n\n\\<w:p/> & \\]\\]> `</w:t>` «a»\n")
    assert "<w:p/> & ]]> </w:t> «a»" in word.paragraphs()


def test_a_style_named_by_a_class_is_used(tmp_path: Path) -> None:
    """With the extension's reference document: ids of its styles are classes of the text."""
    reference = Path(__file__).parents[3] / "_extensions" / "storby" / "docx" / "storby.docx"
    config = HEAD.replace("docx: default", "docx:\n    reference-doc: ref.docx")
    folder = tmp_path / "bok"
    folder.mkdir()
    (folder / "ref.docx").write_bytes(reference.read_bytes())
    word = made(tmp_path, "# K\n\n::: {.ingress}\nKort sagt.\n:::\n\n::: {.ukjent}\nVanlig.\n:::\n", config)
    assert word.paragraphs("ingress") == ["Kort sagt."]
    assert "Vanlig." in word.paragraphs()
    turned = made(tmp_path, "# K\n\nA\n\n::: {.landscape}\nB\n:::\n\nC\n", config)
    sizes = [s.find(q("pgSz")).get(q("orient")) for s in turned.body.iter(q("sectPr"))]  # type: ignore[union-attr]
    assert sizes == [None, "landscape", None]
    firsts = [s.find(q("titlePg")) is not None for s in turned.body.iter(q("sectPr"))]
    assert firsts == [True, False, False], "only the cover goes without head and foot"


def test_a_reference_document_that_is_none_is_a_fault(tmp_path: Path) -> None:
    config = HEAD.replace("docx: default", "docx:\n    reference-doc: ref.docx")
    for content in (None, b"ikke en zip"):
        folder = tmp_path / ("uten" if content is None else "feil")
        book = books.make(folder, "# K\n", config)
        if content:
            (folder / "ref.docx").write_bytes(content)
        faults = Faults()
        write(book, tmp_path / "o.docx", faults)
        (fault,) = faults.errors
        assert fault.kind == "reference-doc" and fault.path == "_quarto.yml" and fault.line
        assert not (tmp_path / "o.docx").exists()


def test_faults_refuse_the_file_and_stand_in_a_draft(tmp_path: Path) -> None:
    book = books.make(tmp_path / "b", "# K\n\nSe @fig-borte.\n", HEAD)
    faults = Faults()
    write(book, tmp_path / "o.docx", faults)
    assert [f.kind for f in faults.errors] == ["unknown-reference"] and not (tmp_path / "o.docx").exists()
    word = write(book, tmp_path / "o.docx", Faults(), draft=True)
    assert any("?fig-borte" in p for p in word.paragraphs())


def test_a_table_of_many_columns_is_set_close_unless_the_page_lies(tmp_path: Path) -> None:
    def table(columns: int) -> str:
        rows = ["a", "---", "1"]
        return "\n".join("|" + "|".join([r] * columns) + "|" for r in rows)

    text = f"# K\n\n{table(8)}\n\nA\n\n{table(9)}\n\n::: {{.landscape}}\n{table(9)}\n:::\n"
    reference = Path(__file__).parents[3] / "_extensions" / "storby" / "docx" / "storby.docx"
    folder = tmp_path / "bok"
    folder.mkdir()
    (folder / "ref.docx").write_bytes(reference.read_bytes())
    word = made(tmp_path, text, HEAD.replace("docx: default", "docx:\n    reference-doc: ref.docx"))
    close = [t.find(f"{W}tblPr/{W}tblCellMar") is not None for t in word.body.iter(q("tbl"))]
    assert close == [False, True, False]
    assert len(word.paragraphs("TableTextNarrow")) == 9
    assert misordered(word.body) == []
