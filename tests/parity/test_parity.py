"""Golden cases have the facts of Quarto's render, save what deliberate.yml states; own cases keep theirs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.parity import compare as parity
from tests.tools import require

NAMES = sorted(p.name for p in parity.CASES.iterdir() if p.is_dir())


@pytest.mark.parametrize(
    "case",
    [parity.CASES / name for name in NAMES] + sorted(p for p in parity.OWN.iterdir() if p.is_dir()),
    ids=lambda case: f"own-{case.name}" if case.parent == parity.OWN else case.name,
)
def test_case(case: Path, tmp_path: Path) -> None:
    require("pdftotext")
    require("qpdf")
    result = parity.compare(case, tmp_path / case.name)
    told = "\n".join(
        f"{at}\n  quarto {json.dumps(a, ensure_ascii=False)[:500]}\n"
        f"  kvarto {json.dumps(b, ensure_ascii=False)[:500]}"
        for at, a, b in result.differences
    )
    assert not result.differences, f"{told}\n{result.messages}"


def test_every_deliberate_entry_names_a_case_and_a_reason() -> None:
    stated = parity.deliberate()
    for entry in [*stated["edits"], *stated["refused"]]:
        assert entry["case"] in NAMES, entry
        assert len(entry["reason"]) > 20, entry
    for kind in stated["kinds"]:
        assert kind["rule"] in parity.RULES, kind
        assert len(kind["reason"]) > 20, kind
    assert {k["rule"] for k in stated["kinds"]} == set(parity.RULES), "a rule without a stated reason"


def test_refused_entries_are_needed(tmp_path: Path) -> None:
    for entry in parity.deliberate()["refused"]:
        _, refused, said = parity.render(parity.CASES / entry["case"], tmp_path / entry["case"])
        assert refused, f"{entry['case']} is not refused any more: {said}"


def test_every_kind_is_met(tmp_path: Path) -> None:
    """A kind that no case shows any more is not needed."""
    met: set[str] = set()
    for kind in parity.deliberate()["kinds"]:
        name = kind["case"]
        result = parity.compare(parity.CASES / name, tmp_path / f"{kind['rule']}-{name}")
        met |= {rule for _, rule in result.deliberate}
    assert met == {k["rule"] for k in parity.deliberate()["kinds"]}


def test_an_edit_that_finds_nothing_is_told() -> None:
    facts = {"pages": {"k.html": {"text": ["Se Figur 1.1."], "floats": [{"label": "Figur 1.1"}]}}}
    edit = {"fact": "pages.k.html.floats[0].label", "quarto": "Figur 9", "kvarto": "Figur 1"}
    assert "Figur 1.1" in (parity.apply(facts, edit) or "")
    assert (
        parity.apply(facts, {"fact": "pages.k.html.text", "quarto": "Figur 1.1", "kvarto": "Fig. 1.1"})
        is None
    )
    assert facts["pages"]["k.html"]["text"] == ["Se Fig. 1.1."]
    assert "no such fact" in (
        parity.apply(facts, {"fact": "pages.x.html.text", "quarto": "", "kvarto": ""}) or ""
    )
