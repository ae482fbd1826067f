"""The page «Kodebok»: every variable with its question, its codes, who was asked and how many answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from storbynav.codebook import Codebook, CodebookError, Scale, Variable
from storbynav.formatting import EN_DASH, HARD_SPACE, Markdown, escape_markdown, listing, sentence
from storbynav.report import Report

OUR_WORDS = "*"
_DASHES = (33, 57, 34, 6)


def markdown(block: str, report: Report) -> Markdown:
    """One block of the codebook: what its questions have in common, then a table, a line for each variable.

    n is the number of valid answers in the survey of `report`.

    Raises
    ------
    CodebookError
        There is no such block, or nothing in it.
    """
    codebook = report.survey.codebook
    chosen = [v for v in codebook if block in codebook.blocks and codebook.blocks[block].holds(v)]
    if not chosen:
        known = ", ".join(codebook.blocks)
        raise CodebookError(f"Kodeboken har ingen variabler i blokken {block!r}. Blokkene er: {known}.")
    mixed = len({v.asked.name for v in chosen}) > 1
    lines = [f"| `{v.id}` | {_question(v, mixed)} | {_answers(v.scale)} | {report.n(v.id)} |" for v in chosen]
    rule = "|" + "|".join(":" + "-" * dashes for dashes in _DASHES) + ":|"  # numbers stand to the right
    head = f"| Navn | {'Kjennetegn' if chosen[0].table == 'derived' else 'Spørsmål'} | Svar | n |"
    table = "\n".join([head, rule, *lines])
    common = _common(chosen, _most(codebook))
    name = f"Kodebok: {codebook.blocks[block].title}"
    shown = f'::: {{.row-headers aria-label="{name}"}}\n{table}\n:::'
    return Markdown(f"{common}\n\n::::: {{.bred}}\n:::: {{.tett}}\n{shown}\n::::\n:::::\n")


def legend(report: Report) -> Markdown:
    """Who was asked where nothing else is said, what the asterisk means, what stands for no answer."""
    book = report.survey.codebook
    codes = [f"{one.code} for {one.label}" for one in book.missing]
    star = ""
    if any(not v.exact and v.table != "derived" for v in book):
        star = f" En stjerne (\\{OUR_WORDS}) betyr at ordlyden ikke er trykt, bare omtalt."
    asked = f"Der ikke annet står, gikk spørsmålene til {_most(book)}."
    return Markdown(
        f"{asked}{star} Der svar mangler, er feltet tomt i CSV-filene. I SPSS-filen står {listing(codes)}."
    )


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


def _most(codebook: Codebook) -> str:
    """Those whom most questions were put to."""
    return Counter(v.asked.label for v in codebook).most_common(1)[0][0]


def _common(variables: Sequence[Variable], most: str) -> str:
    """The introduction that the questions of a block shared, and who was asked, unless it was `most`."""
    stems = list(dict.fromkeys(v.stem.label for v in variables if v.stem))
    audiences = list(dict.fromkeys(v.asked.label for v in variables))
    parts = [f"«{escape_markdown(stem)}»" for stem in stems]
    if len(audiences) == 1 and audiences[0] != most and variables[0].table != "derived":
        parts.append(f"Spurt: {escape_markdown(audiences[0])}.")
    return " ".join(parts)
