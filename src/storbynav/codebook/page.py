"""The page «Kodebok»: every variable with its question, its codes and who was asked, from the codebook."""

from __future__ import annotations

from collections.abc import Sequence

from storbynav.codebook import Codebook, CodebookError, Scale, Variable, load_codebook
from storbynav.formatting import EN_DASH, HARD_SPACE, Markdown, escape_markdown, listing, sentence

OUR_WORDS = "*"
_DASHES = (44, 60, 40)


def markdown(block: str, book: Codebook | None = None) -> Markdown:
    """One block of the codebook: what its questions have in common, then a table, a line for each variable.

    Raises
    ------
    CodebookError
        There is no such block, or nothing in it.
    """
    codebook = book or load_codebook()
    chosen = [v for v in codebook if block in codebook.blocks and codebook.blocks[block].holds(v)]
    if not chosen:
        known = ", ".join(codebook.blocks)
        raise CodebookError(f"Kodeboken har ingen variabler i blokken {block!r}. Blokkene er: {known}.")
    mixed = len({v.asked.name for v in chosen}) > 1
    lines = [f"| `{v.id}` | {_question(v, mixed)} | {_answers(v.scale)} |" for v in chosen]
    rule = "|" + "|".join(":" + "-" * dashes for dashes in _DASHES) + "|"
    head = f"| Navn | {'Kjennetegn' if chosen[0].table == 'derived' else 'Spørsmål'} | Svar |"
    table = "\n".join([head, rule, *lines])
    common = _common(chosen)
    note = ""
    if any(not v.exact and v.table != "derived" for v in chosen):
        note = f"::: {{.tabell-note}}\n\\{OUR_WORDS} Ordlyden er ikke trykt, bare omtalt.\n:::\n"
    return Markdown(f"{common}\n\n::: {{.row-headers}}\n{table}\n:::\n\n{note}")


def missing(book: Codebook | None = None) -> Markdown:
    """What stands where there is no answer."""
    codes = [f"{one.code} for {one.label}" for one in (book or load_codebook()).missing]
    told = f"I SPSS-filen står {listing(codes)}."
    return Markdown(f"Der svar mangler, er feltet tomt i CSV-filene. {told}")


def _question(variable: Variable, who: bool) -> str:
    """The wording, an asterisk where it is ours; with `who` those asked."""
    ours = not variable.exact and variable.table != "derived"
    asked = f" ({variable.asked.label})" if who else ""
    return escape_markdown(sentence(variable.label)) + (f"\\{OUR_WORDS}" if ours else "") + asked


def _answers(scale: Scale) -> str:
    """«1 ja, 2 nei», or the ends of a longer order."""
    told = [f"{c.code}{HARD_SPACE}{c.label}" for c in scale.categories]
    if scale.kind == "ordinal" and len(told) > 3:
        told = [f"{told[0]} {EN_DASH} {told[-1]}"]
    if not told:
        low, high = scale.minimum, scale.maximum
        told = [f"{low:g}{EN_DASH}{high:g}" if low is not None and high is not None else "antall"]
    return escape_markdown(", ".join(told))


def _common(variables: Sequence[Variable]) -> str:
    """The introduction that the questions of a block shared, and who was asked."""
    stems = list(dict.fromkeys(v.stem.label for v in variables if v.stem))
    audiences = list(dict.fromkeys(v.asked.label for v in variables))
    parts = [f"«{escape_markdown(stem)}»" for stem in stems]
    if len(audiences) == 1 and variables[0].table != "derived":
        parts.append(f"Spurt: {escape_markdown(audiences[0])}.")
    return " ".join(parts)
