"""The page «Kodebok» shows every variable of the codebook once, with codes and wording."""

from __future__ import annotations

import re

import pytest

from storbynav import paths
from storbynav.codebook import CodebookError, load_codebook, page

BOOK = load_codebook()


def test_every_variable_stands_in_one_block() -> None:
    text = "\n".join(page.markdown(block) for block in BOOK.blocks)
    assert sorted(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == sorted(BOOK.variables)


def test_the_page_has_every_block() -> None:
    source = (paths.REPORT / "kodebok.qmd").read_text("utf-8")
    assert re.findall(r'markdown\("(.+)"\)', source) == list(BOOK.blocks)


def test_wording_codes_and_who_was_asked() -> None:
    text = page.markdown("team")
    assert "Deltar du i teamarbeid ved NAV-kontoret? (ansatte som ikke er enhetsledere)" in text
    assert "1\u00a0i stor grad, 2\u00a0i noen grad, 3\u00a0i liten grad" in text
    led = page.markdown("ledelsen")
    assert "Spurt: kommunalt ansatte." in led and "1\u00a0helt enig – 5\u00a0helt uenig" in led
    assert "omtalt" not in led, "its wording is printed"
    assert "Høyt sykefravær\\*" in page.markdown("belastninger")


def test_an_unknown_block_is_refused() -> None:
    with pytest.raises(CodebookError, match="Blokkene er: bakgrunn"):
        page.markdown("finnes ikke")
