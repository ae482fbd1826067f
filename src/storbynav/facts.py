"""Facts of the study that no data set holds, from ``data/published/facts.yml``: said once, quoted by id."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from storbynav import formatting as f
from storbynav import paths
from storbynav.yamlfile import open_yaml

FACTS_FILE = paths.PUBLISHED / "facts.yml"


class FactError(ValueError):
    """The file of facts is wrong, or a fact was asked for that it does not hold."""


@dataclass(frozen=True)
class Fact:
    """One fact: `value` as the report has it, its `unit`, `text` where spelt out, `lines` of the source."""

    id: str
    value: int | float | str
    lines: str
    unit: str = ""
    decimals: int | None = None
    text: str = ""
    note: str = ""

    @property
    def shown(self) -> f.Text:
        """What the reader sees: the text, or the formatted number with its unit."""
        if self.text or isinstance(self.value, str):
            return f.Text(self.text or self.value)
        exponent = Decimal(str(self.value)).normalize().as_tuple().exponent
        decimals = self.decimals if self.decimals is not None else max(0, -int(exponent))
        number = f.number(Decimal(str(self.value)), decimals)
        return f.Text(f"{number}{f.HARD_SPACE}{self.unit}" if self.unit else number)


def find(ident: str, path: Path = FACTS_FILE) -> Fact:
    """The fact with this id; `FactError` suggests near ones."""
    facts = load(path)
    if ident not in facts:
        near = difflib.get_close_matches(ident, facts, n=3)
        hint = f" Mente du {' eller '.join(near)}?" if near else ""
        raise FactError(
            f"{paths.shown(path)} har ikke opplysningen {ident!r}.{hint} Legg den inn der, med linjer."
        )
    return facts[ident]


@lru_cache(maxsize=4)
def load(path: Path = FACTS_FILE) -> Mapping[str, Fact]:
    """All facts by id.

    Raises:
        FactError: the file is missing or wrong; one line for each fault.
    """
    file, raw = open_yaml(path, FactError, "Den har opplysningene om studien.")
    entries = raw.get("facts") if isinstance(raw, dict) else None
    if not isinstance(entries, dict):
        raise FactError(f"{file.name}: filen må begynne med «facts:» og ha én linje per opplysning.")
    facts = {}
    for ident, fields in entries.items():
        try:
            facts[str(ident)] = _fact(str(ident), fields)
        except (TypeError, ValueError) as error:
            file.fault(str(ident), str(error), rf"^ +{re.escape(str(ident))}:")
    if file.faults:
        raise FactError("\n".join(file.faults))
    return MappingProxyType(facts)


def _fact(ident: str, fields: object) -> Fact:
    if not isinstance(fields, dict):
        raise ValueError("må ha minst value og lines")
    known = set(Fact.__dataclass_fields__) - {"id"}
    for key in fields:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            raise ValueError(f"ukjent felt {key!r}" + (f" (mente du {near[0]}?)" if near else ""))
    for key in ("value", "lines"):
        if fields.get(key) in (None, ""):
            raise ValueError(f"mangler {key}")
    if isinstance(fields["value"], bool) or not isinstance(fields["value"], int | float | str):
        raise ValueError(f"value må være et tall eller en tekst, ikke {fields['value']!r}")
    return Fact(ident, **fields)
