"""The disclosure policy: ``data/disclosure.yml``, typed and checked."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from storbynav import paths
from storbynav.disclosure.ledger import Counted
from storbynav.yamlfile import Entry, open_yaml

Output = Literal["figures", "tables", "text", "verification", "findings", "notebooks"]
OUTPUTS: tuple[Output, ...] = get_args(Output)


class PolicyError(ValueError):
    """The policy file is wrong; the message has file and line of every fault."""


@dataclass(frozen=True)
class Policy:
    """What each field means is written in the file itself."""

    minimum_cell: int
    minimum_respondents: int
    complementary: bool
    rounding_base: int
    outputs: frozenset[Output]
    withhold: frozenset[Counted] = frozenset()

    def rounded(self, count: int) -> int:
        """A count as it may be shown: the nearest multiple of the base, upwards at a tie."""
        base = self.rounding_base
        return (2 * count + base) // (2 * base) * base


@lru_cache(maxsize=4)
def policy(path: Path = paths.DISCLOSURE_FILE) -> Policy:
    """The policy of a file.

    Raises
    ------
    PolicyError
        The file is missing, not YAML, or says something that it must not.
    """
    file, content = open_yaml(
        path, PolicyError, "Uten regler for hva som kan vises, bygges ikke boken av ekte svar."
    )
    entry = file.entry(content, "filen")
    if entry.get("format", int, 0, True) != 1:
        entry.fault("format må være 1")
    outputs = [str(output) for output in entry.listing("outputs", str, True)]
    for output in outputs:
        if output not in OUTPUTS:
            entry.fault(f"outputs: {output!r} er ikke en av {', '.join(OUTPUTS)}")
    withhold = entry.listing("withhold", dict)
    read = Policy(
        minimum_cell=_least(entry, "minimum_cell", 2),
        minimum_respondents=_least(entry, "minimum_respondents", 2),
        complementary=bool(entry.get("complementary", bool, True, True)),
        rounding_base=_least(entry, "rounding_base", 1),
        outputs=frozenset(output for output in OUTPUTS if output in outputs),
        withhold=frozenset(one for one in (_counted(entry, raw) for raw in withhold) if one),
    )
    entry.done()
    if file.faults:
        raise PolicyError("\n".join(file.faults))
    return read


def _counted(entry: Entry, raw: dict[str, Any]) -> Counted | None:
    """A set of respondents as the scan names it."""
    try:
        return Counted.make(raw["item"], raw["codes"], raw.get("groups"))
    except (KeyError, TypeError, ValueError, AttributeError):
        entry.fault(f"withhold: {raw} skal ha item, codes og eventuelt groups")
        return None


def _least(entry: Entry, key: str, least: int) -> int:
    value = entry.get(key, int, least, True)
    if value is None or isinstance(value, bool) or value < least:
        entry.fault(f"{key} må være et helt tall, minst {least}")
        return least
    return int(value)
