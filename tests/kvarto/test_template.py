from __future__ import annotations

import subprocess
from typing import Any

import pytest

from kvarto import pandoc
from kvarto.template import TemplateError, render

VALUES: dict[str, Any] = {
    "title": "Bok",
    "tom": "",
    "ja": True,
    "nei": False,
    "toc-depth": "2",
    "by-author": [{"name": {"literal": "Kari"}}, {"name": {"literal": "Ola"}}],
    "quarto": {"language": {"crossref-lof-title": "Figurer"}},
    "liste": ["a", "b"],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("t: [$title$],", "t: [Bok],"),
        ("${title}", "Bok"),
        ("$ukjent$|", "|"),
        ("$if(title)$ja$endif$$if(tom)$nei$endif$", "ja"),
        ("$if(nei)$a$elseif(ja)$b$else$c$endif$", "b"),
        ("$if(nei)$a$else$c$endif$", "c"),
        ("$quarto.language.crossref-lof-title$", "Figurer"),
        ('($for(by-author)$"$it.name.literal$", $endfor$)', '("Kari", "Ola", )'),
        ("$for(liste)$$liste$$sep$; $endfor$", "a; b"),
        ("$for(title)$<$it$>$endfor$", "<Bok>"),
        ("5$$", "5$"),
        ("a$-- merknad\nb", "ab"),
        ("x\n$if(title)$\n  y\n$endif$\nz\n", "x\n  y\nz\n"),
        ("$if(tom)$\n  y\n$endif$\nz\n", "z\n"),
    ],
)
def test_render(template: str, text: str) -> None:
    assert render(template, VALUES) == text


def test_the_same_as_pandoc(tmp_path: Any) -> None:
    """Pandoc itself fills in this template; the directives that we know must mean the same."""
    template = (
        '#set page(paper: "$if(papersize)$$papersize$$else$a4$endif$")\n#show: bok.with(\n'
        "$if(title)$\n  title: [$title$],\n$endif$\n"
        '$if(mangler)$\n  borte,\n$endif$\n$for(navn)$\n  "$navn$",\n$endfor$\n'
        "  alle: ($for(navn)$$navn$$sep$, $endfor$),\n)\n"
    )
    (tmp_path / "t.typ").write_text(template)
    meta = "---\ntitle: Bok\nnavn: [Kari, Ola]\n---\n"
    out = subprocess.run(
        [pandoc.binary(), "-t", "typst", "--template", str(tmp_path / "t.typ")],
        input=meta,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert render(template, {"title": "Bok", "navn": ["Kari", "Ola"]}).rstrip() == out.rstrip()


@pytest.mark.parametrize(
    ("template", "line"),
    [
        ("$if(a)$x", 1),
        ("\n\n$endif$", 3),
        ("a\n$for(x)$$else$", 2),
        ("$title/uppercase$", 1),
        ("$del.typ()$", 1),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_line(template: str, line: int) -> None:
    with pytest.raises(TemplateError) as caught:
        render(template, VALUES)
    assert caught.value.line == line
