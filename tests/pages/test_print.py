"""Printed from the browser: the text is there, the machinery is not."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.pages.reading import Site
from tests.tools import require


def test_every_page_prints(site: Site, visit, tmp_path: Path):
    tab = visit(theme="dark")
    for name, page in site.pages.items():
        out = tmp_path / "page.pdf"
        tab.go(name).pdf(path=out, prefer_css_page_size=True, format="A4")
        assert out.read_bytes().startswith(b"%PDF")
        command = [require("pdftotext"), out, "-"]
        text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        flat = re.sub(r"\s+", "", text)
        assert re.sub(r"\s+", "", page.headings[-1].text) in flat, f"{name}: the last heading is missing"
        for word in ("Vis tallene", "Hopp til innholdet", "Rull sidelengs", "Til toppen"):
            assert word not in text, f"{name}: {word!r} is printed"


def test_print_is_light_also_from_a_dark_page(site: Site, visit):
    tab = visit(theme="dark")
    page = tab.go(site.names[-1])
    assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.emulate_media(media="print")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    brightness = [sum(int(n) for n in re.findall(r"\d+", colour)[:3]) for colour in (dark, light)]
    assert brightness[0] < 200 < 700 < brightness[1]


def test_tables_fit_the_paper(site: Site, visit):
    tab = visit(width=680)
    for name in site.names:
        page = tab.go(name)
        page.emulate_media(media="print")
        wide = page.evaluate("""() => [...document.querySelectorAll('main .quarto-float table')]
          .filter((t) => t.checkVisibility())
          .filter((t) => t.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
          .map((t) => t.closest('.quarto-float').id + ' ' + t.getBoundingClientRect().right)""")
        assert wide == [], f"{name}: tables wider than the paper"
