"""The whole way: what is written, what stays, what is refused."""

import os
import shutil
import threading
from pathlib import Path

import pytest

from kvarto import output
from kvarto.build import Order, Outcome, build
from kvarto.faults import EXIT_FAULTS, EXIT_OK, EXIT_USAGE, Faults, KvartoError
from kvarto.lock import locked
from kvarto.progress import Progress, Quiet
from kvarto.stamp import tree
from tests.kvarto.book import HEAD, make
from tests.kvarto.front import HTML_ONLY

HTML = Order(("html",))


def render(folder: Path, order: Order = HTML) -> Outcome:
    return build(folder, order)


def files(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
    }


def test_site_and_pdf_are_written_and_unchanged_costs_nothing(tmp_path: Path) -> None:
    make(tmp_path, "# K {#sec-k}\n\nSe @sec-k.\n\n```{python}\n1 + 1\n```\n")
    first = render(tmp_path, Order())
    assert first.code == EXIT_OK, first.faults.report()
    assert [p.name for p in first.written] == ["index.html", "Prøvebok.pdf"]
    assert (tmp_path / "_book/Prøvebok.pdf").read_bytes().startswith(b"%PDF-")
    before = files(tmp_path / "_book")
    second = render(tmp_path, Order())
    assert second.unchanged and second.code == EXIT_OK and set(second.parts) == set()
    third = render(tmp_path, Order(force=True))
    assert not third.unchanged and files(tmp_path / "_book") == before, (
        "the same book must give the same bytes"
    )


@pytest.mark.parametrize("change", ["text", "style", "output gone", "output changed", "new file"])
def test_any_change_is_noticed(tmp_path: Path, change: str) -> None:
    make(tmp_path, "# K\n\n![Linje](linje.svg){fig-alt='Linje'}\n", HTML_ONLY)
    assert render(tmp_path).code == EXIT_OK and render(tmp_path).unchanged
    if change == "text":
        (tmp_path / "k.qmd").write_text("# Nytt navn\n", encoding="utf-8")
    elif change == "style":
        (tmp_path / "linje.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    elif change == "output gone":
        (tmp_path / "_book/k.html").unlink()
    elif change == "output changed":
        (tmp_path / "_book/k.html").write_text("tuklet")
    else:
        (tmp_path / "_variables.yml").write_text("a: b\n")
    outcome = render(tmp_path)
    assert not outcome.unchanged and outcome.code == EXIT_OK
    assert (tmp_path / "_book/k.html").read_text(encoding="utf-8") != "tuklet"
    assert ("Nytt navn" in (tmp_path / "_book/k.html").read_text(encoding="utf-8")) == (change == "text")


def test_a_file_that_was_only_touched_is_no_change(tmp_path: Path) -> None:
    make(tmp_path, "# K\n", HTML_ONLY)
    assert render(tmp_path).code == EXIT_OK
    for path in (tmp_path / "k.qmd", tmp_path / "_quarto.yml"):
        os.utime(path, (1, 1))
    assert render(tmp_path).unchanged


def test_a_fault_leaves_the_last_good_book(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\nBra.\n", HTML_ONLY)
    assert render(tmp_path).code == EXIT_OK
    before = files(tmp_path / "_book")
    (tmp_path / "k.qmd").write_text(
        "# K\n\nSe @fig-borte.\n\n```{python}\n1 / 0\n```\n\n{{< ukjent >}}\n", encoding="utf-8"
    )
    outcome = render(tmp_path)
    assert outcome.code == EXIT_FAULTS and outcome.written == []
    assert [(f.line, f.kind) for f in outcome.faults.errors] == [
        (3, "unknown-reference"),
        (6, "cell-error"),
        (9, "shortcode"),
    ]
    assert files(tmp_path / "_book") == before
    assert [p.name for p in tmp_path.iterdir() if ".kvarto" in p.name] == [".kvarto"]


def test_a_draft_is_written_with_every_fault_marked(tmp_path: Path) -> None:
    make(
        tmp_path,
        "# K\n\nSe @fig-borte.\n\n```{python}\n#| label: a\n1 / 0\n```\n\n{{< ukjent >}} og `{python} x`\n"
        "\n{{< include borte.qmd >}}\n",
        HTML_ONLY,
    )
    outcome = render(tmp_path, Order(("html",), draft=True))
    assert outcome.code == EXIT_OK and len(outcome.faults.errors) == 5
    page = (tmp_path / "_book/k.html").read_text(encoding="utf-8")
    assert "?fig-borte" in page and "Cellen «a» stoppet: ZeroDivisionError" in page
    assert "ukjent" in page and "borte.qmd finnes ikke" in page
    assert page.count("kv-fault") >= 4
    assert not render(tmp_path, Order(("html",), draft=True)).unchanged, (
        "a draft with faults says them every time"
    )


def test_what_is_not_built_is_carried_over(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\nEn.\n")
    render(tmp_path, Order())
    pdf = (tmp_path / "_book/Prøvebok.pdf").read_bytes()
    (tmp_path / "k.qmd").write_text("# K\n\nTo.\n", encoding="utf-8")
    assert render(tmp_path, HTML).code == EXIT_OK
    assert (
        "To." in (tmp_path / "_book/k.html").read_text()
        and (tmp_path / "_book/Prøvebok.pdf").read_bytes() == pdf
    )
    assert render(tmp_path, Order(("typst",))).code == EXIT_OK
    assert (tmp_path / "_book/Prøvebok.pdf").read_bytes() != pdf and (tmp_path / "_book/k.html").is_file()


def test_single_pages(tmp_path: Path) -> None:
    make(tmp_path, "# K\n\nEn.\n", HTML_ONLY)
    render(tmp_path)
    (tmp_path / "index.qmd").write_text("# Forord {.unnumbered}\n\nEndret forord.\n", encoding="utf-8")
    (tmp_path / "k.qmd").write_text("# K\n\nEndret kapittel.\n", encoding="utf-8")
    assert render(tmp_path, Order(("html",), files=(tmp_path / "k.qmd",))).code == EXIT_OK
    assert "Endret kapittel" in (tmp_path / "_book/k.html").read_text(encoding="utf-8")
    assert "Endret forord" not in (tmp_path / "_book/index.html").read_text(encoding="utf-8")
    outcome = render(tmp_path, Order(("html",), files=(tmp_path / "_quarto.yml",)))
    assert outcome.code == EXIT_USAGE and "ikke et kapittel" in outcome.faults.errors[0].what


def test_pages_of_chapters_that_are_gone_go_too(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY.replace("k.qmd]", "k.qmd, l.qmd]"), l_qmd="# L\n")
    render(tmp_path)
    assert (tmp_path / "_book/l.html").is_file()
    (tmp_path / "_quarto.yml").write_text(HTML_ONLY, encoding="utf-8")
    render(tmp_path)
    assert not (tmp_path / "_book/l.html").exists()


def test_a_missing_format_and_a_missing_extension(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY)
    outcome = render(tmp_path, Order(("typst",)))
    assert outcome.code == EXIT_USAGE and "ikke noe format typst" in outcome.faults.errors[0].what
    make(tmp_path, config=HEAD.replace("typst: default", "borte-typst: default"))
    outcome = render(tmp_path, Order())
    assert outcome.code == EXIT_FAULTS
    assert outcome.faults.errors[0].what == "Utvidelsen til formatet borte-typst finnes ikke."


def test_an_output_folder_that_is_not_a_book_is_never_emptied(tmp_path: Path) -> None:
    make(tmp_path / "bok", config=HTML_ONLY)
    other = tmp_path / "annet"
    other.mkdir()
    (other / "viktig.txt").write_text("x")
    for target in (other, tmp_path / "bok", tmp_path):
        outcome = render(tmp_path / "bok", Order(("html",), output_dir=target))
        assert outcome.code == EXIT_USAGE, target
    assert (other / "viktig.txt").is_file() and (tmp_path / "bok/k.qmd").is_file()
    assert render(tmp_path / "bok", Order(("html",), output_dir=tmp_path / "ny/mappe")).code == EXIT_OK
    assert (tmp_path / "ny/mappe/k.html").is_file()


def test_a_swap_without_exchange_never_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(output, "_exchange", lambda a, b: False)
    out = tmp_path / "_book"
    out.mkdir()
    (out / "index.html").write_text("gammel")
    new = output.fresh(out)
    (new / "index.html").write_text("ny")
    output.swap(new, out)
    assert (out / "index.html").read_text() == "ny" and sorted(p.name for p in tmp_path.iterdir()) == [
        "_book"
    ]
    new = output.fresh(out)
    shutil.rmtree(new)
    with pytest.raises(OSError):
        output.swap(new, out)
    assert (out / "index.html").read_text() == "ny", "a failed swap puts the old folder back"


def test_leftovers_of_a_killed_build_are_cleared(tmp_path: Path) -> None:
    dead = tmp_path / "_book.999999.kvarto"
    dead.mkdir()
    mine = output.fresh(tmp_path / "_book")
    assert not dead.exists() and mine.name == f"_book.{os.getpid()}.kvarto"


def test_one_build_waits_for_another(tmp_path: Path) -> None:
    make(tmp_path, config=HTML_ONLY)
    lines: list[str] = []

    class Told(Quiet):
        def line(self, text: str) -> None:
            lines.append(text)

    outcomes: list[Outcome] = []
    with locked(tmp_path / ".kvarto", lambda: None):
        other = threading.Thread(target=lambda: outcomes.append(build(tmp_path, HTML, Told())))
        other.start()
        other.join(1.5)
        assert other.is_alive() and any("Venter" in text for text in lines)
    other.join(60)
    assert outcomes[0].code == EXIT_OK


def test_an_interrupted_build_leaves_the_old_book_and_no_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kvarto import build as module

    make(tmp_path, config=HTML_ONLY)
    render(tmp_path)
    before = files(tmp_path / "_book")
    (tmp_path / "k.qmd").write_text("# Ny\n", encoding="utf-8")

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "write_html", stop)
    with pytest.raises(KeyboardInterrupt):
        render(tmp_path)
    assert files(tmp_path / "_book") == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("_book")] == ["_book"]


def test_progress_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import sys

    make(tmp_path, "# K\n\n```{python}\n1\n```\n", HTML_ONLY)
    build(tmp_path, HTML, Progress(sys.stderr))
    first = capsys.readouterr().err.splitlines()
    assert (
        first[0] == "k.qmd: kjører 1 steg"
        and first[1].startswith("k.qmd: kjørt")
        and first[2] == "Lager nettsted"
    )
    build(tmp_path, Order(("html",), force=True), Progress(sys.stderr))
    assert capsys.readouterr().err.splitlines() == ["k.qmd: uendret", "Lager nettsted"]
    build(tmp_path, Order(("html",), force=True), Quiet(sys.stderr))
    assert capsys.readouterr().err == ""


def test_check_refuses_a_file_as_output(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    with pytest.raises(KvartoError):
        output.check(tmp_path / "x", tmp_path / "bok")
    assert not Faults().errors


def test_a_folder_that_is_a_link_is_a_source_where_it_leads_outside(tmp_path: Path) -> None:
    book, shared = tmp_path / "bok", tmp_path / "felles"
    for folder in (book / "deler", shared):
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text("a", encoding="utf-8")
    (book / "utvidelse").symlink_to(shared, target_is_directory=True)
    (book / "igjen").symlink_to(book / "deler", target_is_directory=True)
    (book / "opp").symlink_to(tmp_path, target_is_directory=True)
    assert set(tree(book)) == {"deler/a.txt", "utvidelse/a.txt"}
