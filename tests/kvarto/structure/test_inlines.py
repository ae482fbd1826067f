from __future__ import annotations

import pytest

from kvarto import pandoc
from kvarto.structure import ast
from kvarto.structure.inlines import inlines_of


def test_plain_words_start_no_pandoc(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_: str) -> None:
        raise AssertionError("pandoc was started")

    monkeypatch.setattr(pandoc, "read", never)
    assert inlines_of("Egen tittel: 2 ord, «sitat»") == ast.words("Egen tittel: 2 ord, «sitat»")


def test_markup_is_read() -> None:
    kinds = [el["t"] for el in inlines_of("a *b* $x$ @fig-x")]
    assert {"Emph", "Math", "Cite"} <= set(kinds)


def test_callers_may_change_what_they_get() -> None:
    first = inlines_of("*en gang*")
    first[0]["t"] = "Strong"
    assert inlines_of("*en gang*")[0]["t"] == "Emph"
