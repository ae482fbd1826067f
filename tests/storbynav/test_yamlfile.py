"""A file of the project that cannot be read is told as the reader's own error, with the place."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from storbynav import facts, findings, glossary, paths, portraits
from storbynav.disclosure import PolicyError, policy
from storbynav.figures import overview
from storbynav.published import PublishedError, Registry
from storbynav.statcheck.run import statcheck
from storbynav.verify import VerificationError
from storbynav.verify.bound import Bindings
from storbynav.verify.norwegian import FILE as CONTRADICTIONS
from storbynav.verify.norwegian import told

READERS: list[tuple[str, Callable[[Path], object], type[Exception]]] = [
    ("facts.yml", facts.load, facts.FactError),
    ("ordliste.yml", glossary.load, glossary.GlossaryError),
    ("portraits.yml", portraits.load, portraits.PortraitError),
    ("hovedfunn.yml", overview.caption, overview.OverviewError),
    ("disclosure.yml", policy, PolicyError),
    ("funn.yml", findings.load, findings.FindingsError),
    ("claims.yml", lambda path: Registry(path.parent).claims, PublishedError),
    ("references.yml", lambda path: statcheck(path.parent), PublishedError),
    ("verification.yml", lambda path: Bindings(path.parent), VerificationError),
    (CONTRADICTIONS, lambda path: told(path.parent), VerificationError),
]


@pytest.mark.parametrize(("name", "read", "error"), READERS, ids=[name for name, _, _ in READERS])
def test_what_cannot_be_read_is_told_with_its_place(
    name: str, read: Callable[[Path], object], error: type[Exception], tmp_path: Path
) -> None:
    folder = shutil.copytree(paths.PUBLISHED, tmp_path / "published")
    file = folder / name
    file.unlink(missing_ok=True)
    with pytest.raises(error, match=rf"{name}: filen mangler\."):
        read(file)
    file.write_text("a: [1\nb: 2\n", encoding="utf-8")
    with pytest.raises(error, match=rf"{name}:2:2: ikke gyldig YAML"):
        read(file)
    file.write_bytes(b"a: 1\nb: \xe5\n")
    with pytest.raises(error, match=rf"{name}:2: filen er ikke UTF-8"):
        read(file)
