"""Pandoc's template language, as far as format extensions use it.

`$name$`, `${name}`, `$a.b$`, `$it$`, `$if(x)$ … $elseif(y)$ … $else$ … $endif$`, `$for(x)$ … $sep$ …
$endfor$`, `$$`, `$-- comment`. A directive alone on its line takes the line with it, as in pandoc. Pipes
and partial calls are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_TOKEN = re.compile(r"\$\$|\$--[^\n]*\n?|\$\{\s*(?P<braced>[^{}\n]*?)\s*\}|\$(?P<plain>[^$\n]*)\$")
_CALL = re.compile(r"(if|elseif|for)\(\s*([\w.-]+)\s*\)")
_NAME = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)*")
_WORDS = ("else", "endif", "sep", "endfor")


class TemplateError(ValueError):
    """A template that cannot be read. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        """Keep the line for the fault."""
        self.line = line
        super().__init__(message)


@dataclass
class _Block:
    """A list of pieces: text, a variable's name, or a branch or loop."""

    pieces: list[str | _Var | _If | _For] = field(default_factory=list)


@dataclass
class _Var:
    name: str


@dataclass
class _If:
    branches: list[tuple[str, _Block]]
    other: _Block | None = None


@dataclass
class _For:
    name: str
    body: _Block
    between: _Block | None = None


def render(template: str, values: Mapping[str, Any]) -> str:
    """The template with its variables filled in; unknown variables are empty.

    `values` holds strings (as the format wants them), booleans, numbers, lists and mappings. Raises
    TemplateError.
    """
    return _render(_parse(template), [values])


def _parse(template: str) -> _Block:
    root = _Block()
    stack: list[tuple[str, _If | _For | None, _Block]] = [("", None, root)]
    at = 0
    for m in _TOKEN.finditer(template):
        if m.start() < at:
            continue
        line = template.count("\n", 0, m.start()) + 1
        before = template[at : m.start()]
        at = m.end()
        code = m["braced"] if m["braced"] is not None else m["plain"]
        if code is None:  # «$$» or a comment
            stack[-1][2].pieces.append(before + ("$" if m[0] == "$$" else ""))
            continue
        call = _CALL.fullmatch(code)
        if call or code in _WORDS:
            # A directive that stands alone on its line leaves no empty line behind.
            alone = (at == len(template) or template[at] == "\n") and not before.rpartition("\n")[2].strip()
            first = (
                m.start() == 0
                or before.endswith("\n")
                or "\n" in before
                or (not before and template[m.start() - 1] == "\n")
            )
            if alone and first:
                before = before[: len(before) - len(before.rpartition("\n")[2])]
                at += 1 if at < len(template) else 0
        stack[-1][2].pieces.append(before)
        if call and call[1] == "if":
            branch = _If([(call[2], _Block())])
            stack[-1][2].pieces.append(branch)
            stack.append(("if", branch, branch.branches[0][1]))
        elif call and call[1] == "for":
            loop = _For(call[2], _Block())
            stack[-1][2].pieces.append(loop)
            stack.append(("for", loop, loop.body))
        elif call or code in _WORDS:
            _continue(call[1] if call else code, call[2] if call else "", stack, line)
        elif _NAME.fullmatch(code):
            stack[-1][2].pieces.append(_Var(code))
        else:
            raise TemplateError(f"«${code}$» er ikke støttet i maler", line)
    if len(stack) > 1:
        raise TemplateError(f"«${stack[-1][0]}(…)$» er ikke avsluttet", template.count("\n") + 1)
    root.pieces.append(template[at:])
    return root


def _continue(word: str, name: str, stack: list[tuple[str, _If | _For | None, _Block]], line: int) -> None:
    """Handle `elseif`, `else`, `endif`, `sep` and `endfor`."""
    kind, node, _ = stack[-1]
    wants = "for" if word in ("sep", "endfor") else "if"
    if kind != wants:
        raise TemplateError(f"«${word}$» står uten «${wants}(…)$»", line)
    if word in ("endif", "endfor"):
        stack.pop()
        return
    block = _Block()
    if isinstance(node, _If):
        if word == "else":
            node.other = block
        else:
            node.branches.append((name, block))
    elif isinstance(node, _For):
        node.between = block
    stack[-1] = (kind, node, block)


def _lookup(name: str, scopes: list[Mapping[str, Any]]) -> Any:
    head, *rest = name.split(".")
    for scope in reversed(scopes):
        if head in scope:
            value: Any = scope[head]
            for key in rest:
                value = value.get(key) if isinstance(value, Mapping) else None
            return value
    return None


def _truth(value: Any) -> bool:
    return value is not None and value is not False and value != "" and value != [] and value != {}


def _show(value: Any) -> str:
    if value is None or value is False:
        return ""
    if value is True:
        return "true"
    if isinstance(value, list):
        return "".join(_show(v) for v in value)
    return "true" if isinstance(value, Mapping) else str(value)


def _render(block: _Block, scopes: list[Mapping[str, Any]]) -> str:
    out: list[str] = []
    for piece in block.pieces:
        if isinstance(piece, str):
            out.append(piece)
        elif isinstance(piece, _Var):
            out.append(_show(_lookup(piece.name, scopes)))
        elif isinstance(piece, _If):
            chosen = next((b for name, b in piece.branches if _truth(_lookup(name, scopes))), piece.other)
            if chosen:
                out.append(_render(chosen, scopes))
        else:
            value = _lookup(piece.name, scopes)
            items = value if isinstance(value, list) else [value] if _truth(value) else []
            between = _render(piece.between, scopes) if piece.between else ""
            # Inside a loop both `it` and the list's own name mean the item.
            rows = [_render(piece.body, [*scopes, {"it": v, piece.name.split(".")[-1]: v}]) for v in items]
            out.append(between.join(rows))
    return "".join(out)
