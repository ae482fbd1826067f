"""Figures with their numbers beside them: in the page, with ids of their own and the page's colours."""

from __future__ import annotations

import json
import re
from pathlib import Path

from kvarto import html
from kvarto.faults import Faults
from kvarto.html.bundles import inline, scoped
from tests.kvarto.book import make, plain, structured
from tests.kvarto.html.page import faults_of

SVG = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="460.8pt" height="345.6pt" viewBox="0 0 460 345"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
 <desc>Beregnet</desc><metadata><x>drop</x></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style>
 <clipPath id="p1"><rect width="1" height="1"/></clipPath></defs>
 <g id="bar" clip-path="url(#p1)">
 <path d="M0 0" style="fill: #0F5B66; stroke: #123456"/><rect fill="#b86e0e"/></g>
 <use xlink:href="#bar" x="1"/><text>Tekst &amp; tall</text>
</svg>
"""
PALETTE = {"#0f5b66": "primary", "#b86e0e": "accent"}


def test_ids_and_references_are_prefixed() -> None:
    svg = inline(SVG, "fig-x-w", "Hva den viser", PALETTE)
    assert re.findall(r'id="([^"]+)"', svg) == ["fig-x-w-p1", "fig-x-w-bar"]
    assert "url(#fig-x-w-p1)" in svg
    assert 'href="#fig-x-w-bar"' in svg
    assert "xlink" not in svg


def test_colours_are_variables_with_the_hex_behind() -> None:
    svg = inline(SVG, "p", "x", PALETTE)
    assert "fill: var(--fig-primary, #0F5B66); stroke: #123456" in svg
    assert "fill: var(--fig-accent, #b86e0e)" in svg


def test_a_name_and_no_size() -> None:
    svg = inline(SVG, "p", 'Sier "ja" & <nei>', {})
    root = svg[: svg.index(">")]
    assert 'role="img" aria-label="Sier &quot;ja&quot; &amp; &lt;nei&gt;"' in root
    assert "viewBox=" in root
    assert "width=" not in root
    assert "metadata" not in svg
    assert "Tekst &amp; tall" in svg


def test_styles_hold_inside_the_picture_only() -> None:
    assert scoped("*{a: b} #x, .y {c: d}", "p") == ".p * {a: b}.p #p-x, .p .y {c: d}"


def bundle(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "wide.svg").write_text(SVG, encoding="utf-8")
    (folder / "narrow.svg").write_text(SVG, encoding="utf-8")
    (folder / "data.csv").write_text("svar,andel\nEnig,62.5\n", encoding="utf-8")
    (folder / "figure.png").write_bytes(b"png")
    (folder / "figure.json").write_text(
        json.dumps(
            {
                "id": "v1_6",
                "status": "published",
                "synthetic": True,
                "n": "997",
                "alt": "Fra filen",
                "caption": "c",
                "note": "n",
                "palette": PALETTE,
                "table": {"columns": ["Svar", "Andel"], "rows": [["Enig", "62,5"]]},
            }
        ),
        encoding="utf-8",
    )


def test_a_bundle_in_a_page(tmp_path: Path) -> None:
    bundle(tmp_path / "_figures" / "v1_6")
    book = make(
        tmp_path,
        '# K\n\n::: {#fig-a}\n![](_figures/v1_6/wide.svg){fig-alt="Beregnet"}\n\nTekst\n:::\n\n'
        '::: {#fig-b}\n![](_figures/v1_6/wide.svg){fig-alt="Igjen"}\n\nTekst\n:::\n',
    )
    html.write(book, structured(book), tmp_path / "_book", Faults(), plain(book))
    text = (tmp_path / "_book" / "k.html").read_text(encoding="utf-8")
    assert faults_of(text) == [], "the same picture twice on a page has other ids"
    assert text.count('role="img"') == 4
    assert text.count('aria-label="Beregnet"') == 2
    assert "<desc>" not in text, "the same words a second time"
    spoken = [
        re.sub("<[^>]+>", "", m)
        for m in re.findall(r"<(?:summary|a)\b[^>]*>(?:(?!<a\b).)*?Figur\xa01\.[12]", text)
    ]
    tools = ("Vis tallene", "Last ned", "CSV", "SVG", "PNG", "Lenke")
    assert spoken == [f"{tool}, Figur\xa01.{n}" for n in (1, 2) for tool in tools]
    assert re.search(r'<th scope="row">Enig</th><td[^>]*>62,5</td>', text)
    for name in ("wide.svg", "data.csv", "figure.png"):
        assert f'href="_figures/v1_6/{name}"' in text
        assert (tmp_path / "_book" / "_figures" / "v1_6" / name).is_file()
    assert "<img" not in text[text.index('id="fig-a"') :].split("</figure>")[0]
