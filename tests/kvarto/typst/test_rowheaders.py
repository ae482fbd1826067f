"""Row headers are added to the tags without touching anything else."""

from __future__ import annotations

import io
from pathlib import Path

import pikepdf
import pytest
import typst

from kvarto.typst import rowheaders
from tests.pdf import tree

TABLE = """#table(columns: 3, table.header([By], [n], [r]),
  [Oslo], [1], [2], table.cell(rowspan: 2)[Bergen], [3], [4], [5], [6], table.cell(colspan: 2)[Begge], [7])
"""


@pytest.fixture(scope="module")
def plain() -> bytes:
    source = '#set document(title: "T")\n#set text(lang: "nb")\n= A\n' + TABLE + "\n= B\n" + TABLE
    pdf = typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def cells(pdf: bytes) -> list[list[tuple[str, str]]]:
    """Per table the tag and scope of each cell in reading order."""
    out: list[list[tuple[str, str]]] = []
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for kind, element, _ in tree.elements(opened):
            if kind == "Table":
                out.append([])
            elif kind in ("TH", "TD"):
                out[-1].append((kind, str(tree.attribute(element, "/Scope"))))
    return out


def test_only_the_tables_that_ask_get_row_headers(plain: bytes) -> None:
    before = cells(plain)
    first, second = cells(rowheaders.tag(plain, [0, 1]))
    assert first == before[0] and all(scope != "/Row" for _, scope in before[1])
    column, row, data = ("TH", "/Column"), ("TH", "/Row"), ("TD", "None")
    # A cell over two rows heads both; the row under it has no header of its own.
    assert second == [column] * 3 + [row, data, data, row, data, data, data, data, row, data]


def test_the_word_over_the_row_headers_of_a_small_table_is_an_ordinary_cell() -> None:
    table = "#table(columns: 2, table.header([Kontor], [Oppgaver]), " + "[Fana], [Gjeld], " * 4 + ")"
    source = f'#set document(title: "T")\n#set text(lang: "nb")\n= A\n{table}'
    pdf = typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=0)
    assert isinstance(pdf, bytes)
    column, row, data = ("TH", "/Column"), ("TH", "/Row"), ("TD", "None")
    assert cells(rowheaders.tag(pdf, [1])) == [[data, column, *[row, data] * 4]]


def test_the_old_file_is_kept_whole_and_only_scope_names_headers(plain: bytes) -> None:
    after = rowheaders.tag(plain, [1, 1])
    assert after.startswith(plain) and len(after) > len(plain)
    assert after == rowheaders.tag(plain, [1, 1])
    with pikepdf.open(io.BytesIO(after)) as opened:
        assert not opened.get_warnings()
        assert opened.trailer["/ID"] == pikepdf.open(io.BytesIO(plain)).trailer["/ID"]
        for kind, element, _ in tree.elements(opened):
            if kind == "TD":
                assert tree.attribute(element, "/Headers") is None


def test_a_table_without_caption_has_its_name_and_one_in_a_float_its_caption() -> None:
    float_ = (
        f"#figure(kind: table, caption: figure.caption(position: top, [Byer]), [{TABLE}\n#block[Kilde.]])"
    )
    source = f'#set document(title: "T")\n#set text(lang: "nb")\n= A\n{TABLE}\n{float_}'
    pdf = typst.compile(source.encode(), format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=0)
    assert isinstance(pdf, bytes)
    named = rowheaders.tag(pdf, [0, 1], ["Nøkkeltall", ""])
    with pikepdf.open(io.BytesIO(named)) as opened:
        assert not opened.get_warnings()
        found = [(e, above) for kind, e, above in tree.elements(opened) if kind == "Table"]
        first, second = (e for e, _ in found)
        assert str(tree.attribute(first, "/Summary")) == "Nøkkeltall"
        assert tree.attribute(second, "/Summary") is None
        caption = tree.kids(second)[0]
        assert str(caption["/S"]) == "/Caption" and caption["/P"].objgen == second.objgen
        assert [str(k["/S"]) for k in tree.kids(second)] == ["/Caption", "/THead", "/TBody"]
        assert sum(kind == "Caption" for kind, _, _ in tree.elements(opened)) == 1


@pytest.mark.parametrize("columns", [[], [0, 0], [1], [1, 1, 1]])
def test_another_count_of_tables_changes_nothing(plain: bytes, columns: list[int]) -> None:
    assert rowheaders.tag(plain, columns) == plain


def test_a_file_of_another_form_is_left_alone(plain: bytes, tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(plain)) as opened:
        opened.save(tmp_path / "o.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    other = (tmp_path / "o.pdf").read_bytes()
    assert rowheaders.tag(other, [1, 1]) == other
    assert rowheaders.tag(b"", [1]) == b""
