"""Callouts: a box with a title; one that can be folded is a `details`."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from kvarto.html.body.attributes import identifier
from kvarto.structure import ast
from kvarto.structure.ast import NBSP, Attr

_BODY = "callout-body-container callout-body"


def callout(at: Attr, title: str, body: str, words: Callable[[str], str], title_delim: str) -> str:
    """A `kv-callout`; `title` and `body` are HTML, `title_delim` what parts number and title."""
    kind, appearance = ast.get(at, "type"), ast.get(at, "appearance", "default")
    default = ast.get(at, "title") == "default"
    number = ast.get(at, "number")
    if number:
        label = f"{escape(ast.get(at, 'label'))}{NBSP}{escape(number)}"
        title = label if default else f"{label}{escape(title_delim)} {title}"
    elif default and appearance != "default":
        title = ""
    elif not default:
        word = escape(words(f"callout-{kind}-title"))
        title = f'<span class="screen-reader-only">{word}: </span>{title}'
    classes = [
        "callout",
        f"callout-{kind}",
        f"callout-style-{appearance}",
        *([f"callout-{appearance}"] if appearance != "default" else []),
        *([] if ast.get(at, "icon") != "false" else ["no-icon"]),
        *[c for c in at[1] if c != "kv-callout"],
    ]
    shared = f'{identifier(at[0])} class="{escape(" ".join(classes))}"'
    collapse = ast.get(at, "collapse")
    if collapse in ("true", "false") and title:
        return (
            f"<details{shared}{' open' if collapse == 'false' else ''}>\n"
            f'<summary class="callout-header">{_head("span", title)}</summary>\n'
            f'<div class="callout-collapse {_BODY}">\n{body}</div>\n</details>\n'
        )
    header = f'<div class="callout-header">\n{_head("div", title)}</div>\n' if title else ""
    return f'<div{shared}>\n{header}<div class="{_BODY}">\n{body}</div>\n</div>\n'


def _head(tag: str, title: str) -> str:
    """Icon and title; a `summary` takes no `div`."""
    return (
        f'<{tag} class="callout-icon-container" aria-hidden="true"></{tag}>\n'
        f'<{tag} class="callout-title-container">{title}</{tag}>\n'
    )
