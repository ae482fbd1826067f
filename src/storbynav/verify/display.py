"""The numbers of a verification as readers meet them: a correlation and its stars are one number to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from storbynav import formatting as f
from storbynav.verify.model import Number, Status

_STARS = ":stars"
_STEMS = (":r", ":beta")
_VERDICTS: dict[Status, str] = {"reproduced": "som trykt", "impossible": "umulig", "missed": "avviker"}


@dataclass(frozen=True)
class Row:
    """A printed number beside the recomputed one.

    `row` and `column` are what heads it in a table (empty elsewhere); `places` is how often the print gives
    the number.
    """

    what: str
    printed: str
    computed: str
    status: Status
    row: str = ""
    column: str = ""
    places: int = 1

    @property
    def verdict(self) -> str:
        """«som trykt», «umulig» (with a proof), «avviker»."""
        return _VERDICTS[self.status]


def rows(numbers: Iterable[Number]) -> Iterator[Row]:
    """The numbers of a group: stars at their number, and a number that print repeats only once."""
    merged: list[Row] = []
    last: Number | None = None
    for number in numbers:
        if last is not None and number.id.endswith(_STARS) and _stem(last.id) == _stem(number.id):
            merged[-1] = _with_stars(merged[-1], number)
        else:
            merged.append(
                Row(
                    number.what,
                    number.printed,
                    number.computed,
                    number.status,
                    number.row,
                    number.column,
                )
            )
        last = number
    repeated: dict[tuple[str, str, str, Status], Row] = {}
    for row in merged:
        key = (row.what, row.printed, row.computed, row.status)
        before = repeated.get(key)
        repeated[key] = row if before is None else replace(before, places=before.places + 1)
    for row in repeated.values():
        times = f" ({f.number(row.places)} steder)" if row.places > 1 else ""
        yield replace(row, what=row.what + times)


def _stem(ident: str) -> str:
    for ending in (_STARS, *_STEMS):
        ident = ident.removesuffix(ending)
    return ident


def _with_stars(row: Row, stars: Number) -> Row:
    worst: Status = max((row.status, stars.status), key=("reproduced", "impossible", "missed").index)
    return replace(
        row,
        printed=row.printed + stars.printed.replace("ingen", ""),
        computed=row.computed + stars.computed.replace("ingen", ""),
        status=worst,
    )
