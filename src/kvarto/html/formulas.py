"""TeX → MathML, remembered between builds: one start of pandoc for all formulas that are new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from kvarto import pandoc
from kvarto.structure.parse import Store


def mathml(formulas: Iterable[tuple[str, bool]], store: Store) -> dict[tuple[str, bool], str]:
    """MathML by formula; one that pandoc cannot translate is missing from the result."""
    wanted = sorted(set(formulas))
    if not wanted:
        return {}
    key = "mathml-" + hashlib.sha256(json.dumps([pandoc.version(), wanted]).encode()).hexdigest()
    kept = store.get(key)
    if kept is not None:
        found: list[str | None] = json.loads(kept)
    else:
        found = pandoc.mathml(wanted)
        store[key] = json.dumps(found).encode()
    return {formula: html for formula, html in zip(wanted, found, strict=True) if html}
