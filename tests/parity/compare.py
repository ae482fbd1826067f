"""A case rendered by kvarto, compared with the facts that Quarto's render gave.

`deliberate.yml` says where kvarto differs on purpose:

- `edits`: for one case, what stands at a fact is read as something else. `fact` is a path
  (`pages.k.html.text`), `quarto` what the facts say (for running text: a part of it), `kvarto` what kvarto
  gives instead. An edit that finds nothing to edit fails, and so does one that kvarto no longer needs, since
  the comparison is with its value.
- `kinds`: differences that any book may show, each with the name of a rule below. They apply to all cases.
- `refused`: a case that kvarto refuses (exit code 1) though Quarto writes it; it is compared as a draft.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
CASES = HERE / "cases"
"""Books with the facts of Quarto's own render."""
OWN = HERE / "own"
"""Books whose facts are derived (own/README.md)."""
sys.path.insert(0, str(HERE))
import extract  # noqa: E402

Difference = tuple[str, Any, Any]
"""(fact, what Quarto gave, what kvarto gave)."""

FAULT_MARKS = "kv-fault"
"""Marks of a draft: the extractor must not take them for the book's text."""


@dataclass
class Comparison:
    """What came out of one case. `deliberate` are differences that a kind of deliberate.yml accounts for."""

    case: str
    exit_code: int
    refused: bool
    messages: str
    differences: list[Difference] = field(default_factory=list)
    deliberate: list[tuple[Difference, str]] = field(default_factory=list)


def deliberate() -> dict[str, Any]:
    """The stated differences."""
    found = yaml.safe_load((HERE / "deliberate.yml").read_text(encoding="utf-8"))
    return {
        "edits": found.get("edits") or [],
        "kinds": found.get("kinds") or [],
        "refused": found.get("refused") or [],
    }


def render(case: Path, work: Path) -> tuple[int, bool, str]:
    """Render a copy of the case in `work`; returns exit code, whether it was refused, and what was said.

    A refused book is written as a draft instead, so that there is something to compare.
    """
    from kvarto import cli

    shutil.copytree(case, work, dirs_exist_ok=True)
    (work / "expected.json").unlink(missing_ok=True)
    shutil.copytree(HERE / "_extensions", work / "_extensions", dirs_exist_ok=True)
    code, said = _run(cli.main, ["render", str(work)])
    if code == 0:
        return 0, False, said
    _, more = _run(cli.main, ["render", str(work), "--draft"])
    return code, True, said + more


def _run(main: Any, argv: list[str]) -> tuple[int, str]:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        try:
            code = main(argv)
        except SystemExit as exc:
            code = exc.code if isinstance(exc.code, int) else 1
    return int(code or 0), out.getvalue()


def compare(case: Path, work: Path, *, with_pdf: bool = True) -> Comparison:
    """Render a case and compare it. `case` holds the sources and expected.json."""
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    code, refused, said = render(case, work)
    result = Comparison(case.name, code, refused, said)
    quarto_writes = expected["exit"]["html"] == 0
    if not quarto_writes:
        if not refused:
            result.differences.append(("exit", expected["exit"], code))
        return result
    if refused and not any(r["case"] == case.name for r in deliberate()["refused"]):
        result.differences.append(("exit", expected["exit"], code))
    book = work / "_book"
    if not book.is_dir():
        result.differences.append(("_book", "a rendered book", "nothing"))
        return result
    if refused:
        extract.SKIP_CLASS.add(FAULT_MARKS)
    try:
        got = extract.facts_of(str(book), with_pdf)
    finally:
        extract.SKIP_CLASS.discard(FAULT_MARKS)
    want = expected["facts"]
    want["nav"], want["pages"] = extract.digits(want["nav"], "nav"), extract.digits(want["pages"])
    for facts in (want, got):
        if facts.get("pdf"):
            facts["pdf"].pop("pages", None)  # line and page breaks are the template's
    if not with_pdf or not want.get("pdf"):
        want["pdf"] = got["pdf"] = None
    for edit in deliberate()["edits"]:
        if edit["case"] == case.name and (with_pdf or not edit["fact"].startswith("pdf")):
            problem = apply(want, edit)
            if problem:
                result.differences.append((edit["fact"], problem, "deliberate.yml"))
    kinds = [k["rule"] for k in deliberate()["kinds"]]
    accounted: list[tuple[Difference, str]] = []
    for rule in kinds:
        accounted += [(d, rule) for d in RULES[rule](want, got)]
    result.deliberate = accounted
    result.differences += [(at.lstrip("."), a, b) for at, a, b in extract.diff(want, got)]
    return result


# --- edits --------------------------------------------------------------------------------------------------


def _path(fact: str, facts: dict[str, Any]) -> list[str | int]:
    """`pages.under/b.html.floats[0].label` as keys; page names hold dots, so they are matched whole."""
    keys: list[str | int] = []
    rest = fact
    node: Any = facts
    while rest:
        if m := re.match(r"\[(\d+)\]\.?", rest):
            keys.append(int(m[1]))
        elif (
            isinstance(node, dict)
            and (
                name := max(
                    (k for k in node if re.match(re.escape(k) + r"(?=[.\[]|$)", rest)), key=len, default=None
                )
            )
            is not None
        ):
            keys.append(name)
            rest = rest[len(name) :].lstrip(".")
            node = node[name]
            continue
        else:
            raise KeyError(fact)
        rest = rest[m.end() :]
        node = node[keys[-1]]
    return keys


def apply(want: dict[str, Any], edit: dict[str, Any]) -> str | None:
    """Put kvarto's value in the place of Quarto's; returns what is wrong with the edit, if anything."""
    try:
        keys = _path(edit["fact"], want)
    except (KeyError, IndexError, TypeError):
        return f"no such fact: {edit['fact']}"
    node: Any = want
    for key in keys[:-1]:
        node = node[key]
    last = keys[-1]
    old = node[last]
    if last == "text" and isinstance(old, list):
        joined = extract.squeeze(" ".join(old))
        if edit["quarto"] not in joined:
            return f"the text has no «{edit['quarto']}»"
        node[last] = [joined.replace(edit["quarto"], edit["kvarto"], 1)]
        return None
    if old != edit["quarto"]:
        return f"Quarto gave {old!r}, not {edit['quarto']!r}"
    node[last] = edit["kvarto"]
    return None


# --- kinds of differences that any book may show ------------------------------------------------------------


def _pages(want: dict[str, Any], got: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    for name, page in (want["pages"] or {}).items():
        if name in (got["pages"] or {}):
            yield name, page, got["pages"][name]


def _swap_references(
    name: str, page: dict[str, Any], mine: dict[str, Any], allowed: Any
) -> Iterator[Difference]:
    """References whose text may differ.

    Taken over in the list and, in order, in the running text and in notes.
    """
    if len(page["xrefs"]) != len(mine["xrefs"]):
        return
    text = extract.squeeze(" ".join(page["text"]))
    at = 0
    for i, (a, b) in enumerate(zip(page["xrefs"], mine["xrefs"], strict=True)):
        found = text.find(a["text"], at) if a["text"] else -1
        if a["text"] != b["text"] and a["href"] == b["href"] and allowed(a["text"], b["text"]):
            yield f"pages.{name}.xrefs[{i}].text", a["text"], b["text"]
            if found >= 0:
                text = text[:found] + b["text"] + text[found + len(a["text"]) :]
                at = found + len(b["text"])
            a["text"] = b["text"]
        elif found >= 0:
            at = found + len(a["text"])
    page["text"] = [text]


_NUMBERED = re.compile(r"(?:\w[\w.]* )?V?\d[\d.]*")


def appendix_letter(want: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    """`[-@sec-vedlegg]` is «B» in Quarto's HTML, «2» with digits."""
    for name, page, mine in _pages(want, got):
        yield from _swap_references(
            name, page, mine, lambda a, b: bool(re.fullmatch("[A-Z]", a)) and b == str(ord(a) - 64)
        )


def unnumbered_page(want: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    """On pages of unnumbered chapters Quarto's HTML gives the target's title.

    Kvarto gives «Kapittel 1» as the PDF.
    """
    for name, page, mine in _pages(want, got):
        if page["headings"] and page["headings"][-1 if len(page["headings"]) < 2 else 0]["number"] is None:
            yield from _swap_references(
                name, page, mine, lambda a, b: bool(_NUMBERED.fullmatch(b)) and not _NUMBERED.fullmatch(a)
            )


def menu_word(want: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    """The menu says the book's own word for appendix.

    The facts' letters are read as «Vedlegg» whatever the language.
    """
    for i, (a, b) in enumerate(zip(want["nav"] or [], got["nav"] or [], strict=False)):
        m = re.match(r"Vedlegg (\d+) (.*)", a[1])
        n = re.match(r"(\w+) (\d+) (.*)", b[1])
        if m and n and a[1] != b[1] and (m[1], m[2]) == (n[2], n[3]):
            yield f"nav[{i}][1]", a[1], b[1]
            a[1] = b[1]


def kept_alt(want: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    """`alt="…"` is lost in Quarto; kvarto keeps it. Only an empty text may be filled."""
    for name, page, mine in _pages(want, got):
        images = [
            (f"images[{i}]", a, b)
            for i, (a, b) in enumerate(zip(page["images"], mine["images"], strict=False))
        ]
        for n, (f, g) in enumerate(zip(page["floats"], mine["floats"], strict=False)):
            images += [
                (f"floats[{n}].images[{i}]", a, b)
                for i, (a, b) in enumerate(zip(f["images"], g["images"], strict=False))
            ]
        for at, a, b in images:
            if a["file"] == b["file"] and not a["alt"] and b["alt"]:
                yield f"pages.{name}.{at}.alt", a["alt"], b["alt"]
                a["alt"] = b["alt"]


def norwegian_references(want: dict[str, Any], got: dict[str, Any]) -> Iterator[Difference]:
    """The page of references is set in English by Quarto («and», title case, English order), in the book's
    language by kvarto: the same entries in another order and wording.
    """
    for name, page, mine in _pages(want, got):
        a, b = page["bibliography"], mine["bibliography"]
        if a != b and {e["id"] for e in a} == {e["id"] for e in b}:
            yield f"pages.{name}.bibliography", [e["id"] for e in a], [e["id"] for e in b]
            page["bibliography"] = b


RULES = {f.__name__: f for f in (appendix_letter, unnumbered_page, menu_word, kept_alt, norwegian_references)}
