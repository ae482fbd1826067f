"""YAML as Quarto reads it, with the line of every key.

YAML 1.2's core rules: only `true`/`false` are booleans (`ja`, `yes`, `no` stay text), dates stay text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from kvarto.faults import Fault, KvartoError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Base):
    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012  (PyYAML's own protocol)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?$|^[-+]?[0-9]+[eE][-+]?[0-9]+$|^[-+]?\.(?:inf|Inf)$|^\.(?:nan|NaN)$"
    ),
    list("-+0123456789."),
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:merge", re.compile(r"^(?:<<)$"), ["<"])


Keys = tuple[str | int, ...]
"""The keys and positions down to a place in a document."""


@dataclass
class Doc:
    """Parsed YAML: `data`, and the 1-based line of each key path, such as `("book", "title")`.

    others: further files whose data was merged into `data`.
    """

    data: Any
    lines: dict[Keys, int] = field(default_factory=dict)
    path: str = ""
    others: list[Doc] = field(default_factory=list)

    def line(self, *keys: str | int) -> int | None:
        """The line of a key, or of the nearest parent that is known."""
        at = tuple(keys)
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at)

    def place(self, *keys: str | int) -> tuple[str, int | None]:
        """File and line of a key, or of its nearest parent, in this file or one merged into it."""
        for end in range(len(keys), 0, -1):
            for doc in (self, *self.others):
                if keys[:end] in doc.lines:
                    return doc.path, doc.lines[keys[:end]]
        return self.path, self.lines.get(())


_DEEP, _MANY = 60, 50_000


def loads(text: str, path: str, first_line: int = 1) -> Doc:
    """Parse YAML text that begins at `first_line` of `path`.

    Raises KvartoError with file and line when the text is not YAML, has a tag, or gives a key twice.
    """
    if _bottomless(text):
        what = "Filen er ikke gyldig YAML: for mange nivåer i hverandre."
        raise KvartoError(Fault(path, first_line, what, kind="yaml"))
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        lines: dict[Keys, int] = {}
        if node is not None:
            _walk(node, (), lines, first_line, path)
        data = loader.construct_document(node) if node is not None else None
    except yaml.MarkedYAMLError as exc:
        mark, begun = exc.problem_mark or exc.context_mark, exc.context_mark
        last = len(text.rstrip("\n").split("\n")) - 1
        if mark is not None and begun is not None and mark.line > last:
            mark = begun  # something is open to the end: the line where it begins says more
        line = (min(mark.line, last) + first_line) if mark else first_line
        why = f"YAML: {exc.problem}"
        if begun is not None and mark is not None and begun.line != mark.line:
            why += f" (begynte på linje {begun.line + first_line})"
        raise KvartoError(
            Fault(
                path,
                line,
                "Filen er ikke gyldig YAML.",
                why,
                _mend(text, mark.line if mark else None, exc.problem or ""),
                column=mark.column + 1 if mark and mark.line <= last else None,
                kind="yaml",
            )
        ) from exc
    except (yaml.YAMLError, ValueError, RecursionError) as exc:
        raise KvartoError(
            Fault(path, first_line, "Filen er ikke gyldig YAML.", str(exc), kind="yaml")
        ) from exc
    finally:
        loader.dispose()
    return Doc(data, lines, path)


def _mend(text: str, line: int | None, problem: str) -> str:
    rows = text.split("\n")
    row = rows[line] if line is not None and line < len(rows) else ""
    if "\t" in row[: len(row) - len(row.lstrip())]:
        return "Innrykk skrives med mellomrom, ikke tabulator."
    if problem.startswith("mapping values are not allowed") and row.count(": ") > 1:
        return "Et kolon i verdien: Sett hele verdien i anførselstegn."
    return "Se etter en parentes, et anførselstegn eller et innrykk som ikke er lukket."


def _bottomless(text: str) -> bool:
    """Whether more is open at a time than the parser, which does not count, can bear."""
    depth = 0
    for mark in re.finditer(r"[\[{\]}]", text):
        depth += 1 if mark[0] in "[{" else -1
        if depth > 1000:
            return True
    return re.search(r"(?:[-?:]\s+){1000}", text) is not None


def _walk(node: Any, at: Keys, lines: dict[Keys, int], first: int, path: str) -> None:
    lines.setdefault(at, node.start_mark.line + first)
    if len(at) > _DEEP or len(lines) > _MANY:  # an alias may stand for itself, or for millions
        raise KvartoError(
            Fault(
                path,
                node.start_mark.line + first,
                "Metadataene har for mange nivåer i hverandre, eller for mange verdier.",
                fix="Se etter et merke (&navn, *navn) som viser til seg selv.",
                kind="yaml",
            )
        )
    if node.tag.startswith("!") and node.tag != "!":
        raise KvartoError(
            Fault(
                path,
                node.start_mark.line + first,
                f"YAML-merket «{node.tag}» støttes ikke.",
                fix="Skriv verdien som vanlig tekst, eller regn den ut i en celle.",
                kind="yaml",
            )
        )
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                raise KvartoError(
                    Fault(
                        path,
                        key.start_mark.line + first,
                        f"Nøkkelen «{name}» står to ganger.",
                        fix="Behold den ene.",
                        kind="yaml",
                    )
                )
            seen.add(name)
            _walk(value, (*at, name), lines, first, path)
            lines[(*at, name)] = key.start_mark.line + first
    elif isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value):
            _walk(item, (*at, i), lines, first, path)
