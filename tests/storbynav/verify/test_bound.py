"""verification.yml: complete, and refused with file and line where it is wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from storbynav.report import Report
from storbynav.verify import verify
from storbynav.verify.bound import Bindings
from storbynav.verify.model import VerificationError

Edit = Callable[[str, str, str], Path]


def test_every_printed_number_is_bound_or_said_to_be_outside() -> None:
    bindings = Bindings()
    assert bindings.unbound == ()
    outside = {o.path for o in bindings.outside}
    bound = {place for b in bindings.all for place in b.places}
    assert not outside & bound
    assert all(o.why for o in bindings.outside)


def test_no_number_is_bound_twice() -> None:
    places = [place for b in Bindings().all for place in b.places]
    assert sorted(places) == sorted(set(places))


def test_a_new_printed_number_must_be_bound(edit: Edit, report: Report) -> None:
    folder = edit("sample.yml", "gender_pct: {kvinner: 73.4,", "gender_pct: {annet: 0.1, kvinner: 73.4,")
    with pytest.raises(VerificationError, match=r"gender_pct\.annet"):
        verify(report, folder)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("call: emails}", "kall: emails}", "mangler feltet call"),
        ("call: emails}", "call: emails, farge: blå}", "ukjent felt 'farge'"),
        ("words: i underkant av, within: [980, 1000]", "words: knapt, within: [980, 1000]", "'knapt'"),
        ("within: [980, 1000]", "within: [1000, 980]", "er ikke et intervall"),
        ("words: i underkant av, within: [980, 1000]", "within: [980, 1000]", "words og within hører sammen"),
        ("{id: survey:sent, group: utvalg", "{id: survey:sent, group: utvlg", "'utvlg' er ikke en av"),
        ("{id: survey:answers,", "{id: survey:sent,", "id finnes to ganger"),
    ],
)
def test_a_wrong_entry_is_refused_with_its_line(
    edit: Edit, report: Report, old: str, new: str, message: str
) -> None:
    folder = edit("verification.yml", old, new)
    with pytest.raises(VerificationError, match=message) as error:
        Bindings(folder)
    assert "verification.yml:" in str(error.value)


def test_a_binding_to_an_unknown_item_names_the_entry(edit: Edit, report: Report) -> None:
    folder = edit(
        "verification.yml", "call: missing, args: {item: bg_kjonn}", "call: missing, args: {item: bg_kjøn}"
    )
    with pytest.raises(VerificationError, match=r"gender:missing: .*bg_kjøn"):
        verify(report, folder)


def test_a_missing_file_is_told(registry: Path) -> None:
    (registry / "verification.yml").unlink()
    with pytest.raises(VerificationError, match=r"verification\.yml: filen mangler"):
        Bindings(registry)
