"""Spelling: every word of the book is in Debian's Norwegian dictionary or in the project's own list.

``python -m tests.language.spelling [MAPPE]`` tells what is unknown and what the list no longer needs, for
a book built in MAPPE (the project's own when none is given).
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tests.language import reading
from tests.language.reading import Piece
from tests.tools import find

WORD_LIST = Path(__file__).parent / "ordliste.txt"

_WORD = re.compile(r"(?<![\w.])[^\W\d_]+(?:['’][^\W\d_]+)?(?:-(?:[^\W\d_]+)?)*(?![\w])")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+\.(?:yml|qmd|csv|svg|png|pdf|sav)\b|\br\d{4}:\d\d\b")


class WordListError(ValueError):
    """The project's word list is wrong; the message has a line for each fault."""


@dataclass(frozen=True)
class Word:
    """A word that must be spelled right in one of its `forms`, and the first place where it stands."""

    text: str
    forms: tuple[str, ...]
    piece: Piece

    @property
    def message(self) -> str:
        """Where it is, for people."""
        around = re.search(rf".{{0,40}}\b{re.escape(self.text)}\b.{{0,30}}", self.piece.text)
        place = reading.find(self.text) or self.piece.page
        return f"{place}: «{self.text}» i «{around[0] if around else self.piece.text[:70]}»"


def words(pieces: Iterable[Piece]) -> list[Word]:
    """Every word once. Compounds with a hyphen are taken apart; «behovs-» is right because «behov» is."""
    found: dict[tuple[str, ...], Word] = {}
    for piece in pieces:
        text = _ADDRESS.sub(" ", piece.text.replace("\u00ad", ""))
        for token in _WORD.findall(text):
            parts = token.split("-")
            for number, part in enumerate(parts, 1):
                linked = number < len(parts) and len(part) > 4 and part.endswith("s")
                forms = (part, part[:-1]) if linked else (part,)
                if len(part) > 1:
                    found.setdefault(forms, Word(part, forms, piece))
    return list(found.values())


def load(path: Path = WORD_LIST) -> list[str]:
    """The words of the project's list: one a line, groups headed by a comment and sorted.

    Raises:
        WordListError: a word twice, out of order, or something on a line besides a word.
    """
    from storbynav.glossary import alphabetical

    listed: list[str] = []
    faults = []
    before = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        word = line.strip()
        if not word or word.startswith("#"):
            before = ""
            continue
        where = f"{path.name}:{number}: «{word}»"
        if not re.fullmatch(r"[^\W\d_]+(?:['’][^\W\d_]+)?", word):
            faults.append(f"{where} er ikke ett ord")
        if word in listed:
            faults.append(f"{where} står der fra før")
        if before and alphabetical(word) < alphabetical(before):
            faults.append(f"{where} skal stå før «{before}»")
        listed.append(word)
        before = word
    if faults:
        raise WordListError("\n".join(faults))
    return listed


@lru_cache(maxsize=8)
def unknown_to_dictionary(asked: frozenset[str]) -> frozenset[str]:
    """Those of the words that hunspell's bokmål dictionary does not have."""
    program, dictionary = find("hunspell"), find("hunspell-no")
    if not program or not dictionary:
        raise FileNotFoundError("hunspell eller ordboken nb_NO mangler; se tests/tools.py.")
    command = [str(program), "-d", str(dictionary.with_suffix("")), "-i", "utf-8", "-l"]
    done = subprocess.run(command, input="\n".join(sorted(asked)), capture_output=True, text=True, check=True)
    return frozenset(done.stdout.split()) & asked


def misspelled(found: Iterable[Word], listed: Iterable[str]) -> list[Word]:
    """Words that neither dictionary nor list has. A listed word may have a capital, as in a sentence."""
    known = set(listed)
    known |= {word[:1].upper() + word[1:] for word in known}
    asked = list(found)
    known |= _in_dictionary(form for word in asked for form in word.forms)
    return [word for word in asked if not known & set(word.forms)]


def unused(found: Iterable[Word], listed: Iterable[str]) -> list[str]:
    """Words of the list that the text no longer has, or that the dictionary knows."""
    forms = {form for word in found for form in word.forms}
    present = forms | {form[:1].lower() + form[1:] for form in forms}
    wanted = list(listed)
    known = _in_dictionary(wanted)
    return [word for word in wanted if word not in present or word in known]


def _in_dictionary(asked: Iterable[str]) -> set[str]:
    every = frozenset(asked)
    return set(every - unknown_to_dictionary(every))


def main() -> int:
    """Tell what to mend in the text or in the list."""
    book = Path(sys.argv[1]) if len(sys.argv) > 1 else reading.BOOK
    found = words(reading.whole(book))
    listed = load()
    for word in misspelled(found, listed):
        print(word.message)
    for left in unused(found, listed):
        print(f"ordliste.txt: «{left}» trengs ikke")
    return 0


if __name__ == "__main__":
    sys.exit(main())
