"""YAML files that people write: typed access to their fields, every fault collected with its line."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml

from storbynav import paths

_T = TypeVar("_T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the compiled loader is ten times faster
_REPR = reprlib.Repr()
_REPR.maxlevel, _REPR.maxstring, _REPR.maxother = 2, 80, 80


class YamlFaultError(ValueError):
    """A YAML file is not YAML, or not text; the message has file, line and column."""


def read_utf8(path: Path, name: str) -> str:
    """The text of a file; `YamlFaultError` names the line where it is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlFaultError(f"{name}:{line}: filen er ikke UTF-8. Lagre den på nytt som UTF-8") from None


def parse_yaml(text: str, name: str) -> Any:
    """The content of a YAML text; `YamlFaultError` names file, line and column of a syntax error."""
    if _bottomless(text):
        raise YamlFaultError(f"{name}: ikke gyldig YAML: for mange nivåer i hverandre")
    try:
        return yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise YamlFaultError(f"{where}: ikke gyldig YAML: {getattr(error, 'problem', error)}") from None
    except (ValueError, OverflowError) as error:  # a date such as 2001-13-45, a number that is none
        raise YamlFaultError(f"{name}: ikke gyldig YAML: en verdi lar seg ikke lese ({error})") from None
    except RecursionError:
        raise YamlFaultError(f"{name}: ikke gyldig YAML: for mange nivåer i hverandre") from None


def _bottomless(text: str) -> bool:
    """Whether more is open at a time than the parser, which does not count, can bear."""
    depth = 0
    for mark in re.finditer(r"[\[{\]}]", text):
        depth += 1 if mark[0] in "[{" else -1
        if depth > 1000:
            return True
    return re.search(r"(?:[-?:]\s+){1000}", text) is not None


def shown(value: Any) -> str:
    """A value as a message shows it: short, whatever it holds (a YAML alias can stand for millions)."""
    return _REPR.repr(value)


def open_yaml(path: Path, error: Callable[[str], Exception], why: str = "") -> tuple[YamlFile, Any]:
    """A YAML file of the project, and its content.

    Raises `error` with a message for people where the file is missing (`why` says what it is for), is not
    UTF-8 or is not YAML.
    """
    name = paths.shown(path)
    try:
        text = read_utf8(path, name)
        return YamlFile(text, name), parse_yaml(text, name)
    except FileNotFoundError:
        raise error(f"{name}: filen mangler.{' ' if why else ''}{why}") from None
    except YamlFaultError as fault:
        raise error(str(fault)) from None


class YamlFile:
    """The text of a YAML file and the faults found in it so far."""

    def __init__(self, text: str, name: str) -> None:
        """`name` is used in messages; nothing is parsed yet."""
        self.text, self.name = text, name
        self._faults: list[tuple[int, str]] = []

    @property
    def faults(self) -> list[str]:
        """Messages ``file:line: where: what``, in the order of the file."""
        return [message for _, message in sorted(self._faults)]

    def fault(self, where: str, what: str, anchor: str = "") -> None:
        """Note a fault; `anchor` is a regular expression that matches at the line to name."""
        match = re.search(anchor, self.text, re.MULTILINE) if anchor else None
        line = self.text.count("\n", 0, match.start()) + 1 if match else 1
        self._faults.append((line, f"{self.name}:{line}: {where}: {what}"))

    def entry(self, raw: Any, where: str, anchor: str = "") -> Entry:
        """Typed access to the mapping `raw`; `where` names it in messages."""
        return Entry(self, raw, where, anchor)


class Entry:
    """A mapping of the file: hands out typed fields, notes what is wrong and what is left over."""

    def __init__(self, file: YamlFile, raw: Any, where: str, anchor: str) -> None:
        """See `YamlFile.entry`; `anchor` as for `YamlFile.fault`."""
        self.file, self.where, self.anchor = file, where, anchor
        if not isinstance(raw, dict):
            self.fault("må være et oppslag (nøkkel: verdi)")
            raw = {}
        self.raw: dict[Any, Any] = raw
        self._seen: set[str] = set()

    def fault(self, what: str) -> None:
        """Note a fault of this entry."""
        self.file.fault(self.where, what, self.anchor)

    def get(
        self, key: str, kind: type | tuple[type, ...], default: Any = None, required: bool = False
    ) -> Any:
        """The value of `key` where it has type `kind`, else `default` (and a fault)."""
        self._seen.add(key)
        value = self.raw.get(key)
        if value is None:
            if required:
                self.fault(f"mangler feltet {key}")
            return default
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.fault(f"{key}: {shown(value)} har feil type")
            return default
        return value

    def text(self, key: str, required: bool = False) -> str:
        """A string without surrounding space; empty when absent."""
        value = str(self.get(key, str, "", required)).strip()
        if required and self.raw.get(key) is not None and not value:
            self.fault(f"{key} er tom")
        return value

    def choice(self, key: str, allowed: Sequence[str]) -> str:
        """A required string that is one of `allowed`."""
        value = self.text(key, required=True)
        if value and value not in allowed:
            self.fault(f"{key}: {value!r} er ikke en av {', '.join(allowed)}")
        return value

    def listing(self, key: str, kind: type[_T], required: bool = False) -> tuple[_T, ...]:
        """A list whose members have type `kind`."""
        values = self.get(key, list, [], required)
        good = [v for v in values if isinstance(v, kind) and not isinstance(v, bool)]
        for value in values:
            if value not in good:
                self.fault(f"{key}: {shown(value)} har feil type")
        return tuple(good)

    def refer(self, key: str, targets: dict[str, _T], required: bool = True) -> _T | None:
        """The member of `targets` that the field names."""
        name = self.text(key, required)
        if name and name not in targets:
            self.fault(f"{key}: {name!r} er ikke definert{did_you_mean(name, targets)}")
        return targets.get(name)

    def unique(self, values: Sequence[Any], what: str) -> None:
        """Note a fault for each value that occurs more than once."""
        for value in sorted({v for v in values if list(values).count(v) > 1}):
            self.fault(f"{what} {value!r} finnes to ganger")

    def done(self) -> None:
        """Note a fault for each field that nobody asked for."""
        for key in self.raw.keys() - self._seen:
            self.fault(f"ukjent felt {key!r}{did_you_mean(str(key), self._seen)}")


def did_you_mean(word: str, known: Collection[str]) -> str:
    """`` (mente du …?)`` with the nearest known spelling, or nothing."""
    near = difflib.get_close_matches(word, known, n=1)
    return f" (mente du {near[0]}?)" if near else ""
