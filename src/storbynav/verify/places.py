"""Paths into the registry's YAML files: the numbers that the print gives outside its tables.

>>> Places().value("sample:respondents.gender_pct.kvinner")
Decimal('73.4')
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from storbynav import paths
from storbynav.verify.model import VerificationError
from storbynav.yamlfile import parse_yaml, read_utf8

FILES = ("sample", "figures", "claims")
# our own arithmetic, our reading of words, the ticks of an axis, and numbers that only count or point
_NOT_PRINTED = re.compile(r"computed|reading|axis$|number$|order$|lines$")


class Places:
    """The files of one registry folder, read when first asked for."""

    def __init__(self, folder: Path = paths.PUBLISHED) -> None:
        """Nothing is read yet."""
        self.folder = folder

    @cached_property
    def _files(self) -> dict[str, Any]:
        found = {}
        for name in FILES:
            path = self.folder / f"{name}.yml"
            shown = paths.shown(path)
            found[name] = parse_yaml(read_utf8(path, shown), shown)
        return found

    def node(self, path: str) -> Any:
        """What stands at a path.

        Raises
        ------
        VerificationError
            Nothing stands there.
        """
        file, _, rest = path.partition(":")
        if file not in self._files:
            raise VerificationError(f"{path}: {file!r} er ikke en av {', '.join(FILES)}.")
        here = self._files[file]
        for number, step in enumerate(rest.split(".")):
            here = self._step(here, step, number == 0, path)
            if file == "claims" and number == 0:
                here = here.get("values", {})
        return here

    def value(self, path: str) -> Decimal:
        """The number at a path, with the decimals that it is written with."""
        found = self.node(path)
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise VerificationError(f"{path}: {found!r} er ikke et tall.")
        return Decimal(str(found))

    def lines(self, path: str) -> str:
        """The source lines of a number: those of the nearest mapping around it that names any."""
        steps = path.split(".")
        for end in range(len(steps) - 1, 0, -1):
            around = self.node(".".join(steps[:end]))
            if isinstance(around, Mapping) and "lines" in around:
                return str(around["lines"])
        file, _, first = steps[0].partition(":")
        top = self._files[file]
        entry = _entry(top, first)
        return str(entry.get("lines", "")) if isinstance(entry, Mapping) else ""

    def _step(self, here: Any, step: str, first: bool, path: str) -> Any:
        match = re.fullmatch(r"(\w+)\[(\w+)=([^\]]+)\]", step)
        try:
            if match:
                return next(e for e in here[match[1]] if str(e.get(match[2])) == match[3])
            if isinstance(here, list):
                return here[int(step)]
            if step in here:
                return here[step]
        except (KeyError, IndexError, ValueError, StopIteration, TypeError):
            pass
        else:
            if first:
                entry = _entry(here, step)
                if entry is not None:
                    return entry
        raise VerificationError(f"{path}: registeret har ikke {step!r} der.")

    def numbers(self) -> Iterator[str]:
        """Paths of all printed numbers in the files, in their order."""
        for name, top in self._files.items():
            if name == "claims":
                for claim in top["claims"]:
                    for key, value in (claim.get("values") or {}).items():
                        if _is_number(value):
                            yield f"claims:{claim['id']}.{key}"
            elif name == "figures":
                for section in ("figures", "figure_groups"):
                    for figure in top[section]:
                        yield from _leaves(figure, f"figures:{figure['id']}")
            else:
                for key, value in top.items():
                    yield from _leaves(value, f"{name}:{key}")


def _entry(top: Any, ident: str) -> Any:
    """The entry with this id in any list of a file."""
    for section in top.values() if isinstance(top, Mapping) else ():
        if isinstance(section, list):
            for entry in section:
                if isinstance(entry, Mapping) and entry.get("id") == ident:
                    return entry
    return None


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not _NOT_PRINTED.search(str(key)):
                yield from _leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{path}.{number}")
    elif _is_number(value):
        yield path


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
