"""What the search for the synthetic survey was told to meet: ``data/published/reconstruction.yml``.

A statement that was a target holds by construction, which proves the search and nothing else; one that was
not, but holds, follows from the rest. Real answers have no targets.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from storbynav import paths
from storbynav.published import Registry
from storbynav.yamlfile import parse_yaml, read_utf8

_PEOPLE = (
    "bg_arbeidsgiver",
    "bg_sosionom",
    "bg_kjonn",
    "bg_sosialhelse_utdanning",
    "bg_annen_sosialfaglig",
    "bg_erfaring_tidligere_etat",
    "bg_erfaring_sosialkontor",
    "bg_jobber_vanskeligstilte",
    "bg_rolle",
)


class Targets:
    """The targets of the search, by what they are about."""

    def __init__(self, registry: Registry, folder: Path = paths.PUBLISHED) -> None:
        """Reads ``reconstruction.yml`` in `folder`; without one there are no targets."""
        path = folder / "reconstruction.yml"
        name = paths.shown(path)
        self._told: dict[str, Any] = parse_yaml(read_utf8(path, name), name) if path.is_file() else {}
        self._registry = registry

    @property
    def known(self) -> bool:
        """Whether there is a list of targets at all."""
        return bool(self._told)

    @cached_property
    def _pairs(self) -> set[tuple[str, frozenset[str]]]:
        if not self._told:
            return set()
        return {
            (cell.table, frozenset((cell.row, cell.column)))
            for cell in self._registry.cells()
            if cell.statistic in ("r", "beta", "r2")
        }

    @cached_property
    def _contrasts(self) -> set[tuple[str, str, frozenset[str]]]:
        found = set()
        for row in self._told.get("contrasts", []):
            groups = (
                frozenset(("*",)) if "anova" in row else frozenset((str(row["first"]), str(row["second"])))
            )
            found |= {(item, row["by"], groups) for item in row["items"]}
        return found

    @cached_property
    def _shares(self) -> set[tuple[str, str, str]]:
        return {(row["item"], row["by"], str(row["group"])) for row in self._told.get("shares", [])}

    @cached_property
    def _items(self) -> set[str]:
        keys = ("agree", "counts", "counts_agree")
        return {row["id"] for row in self._told.get("items", []) if any(key in row for key in keys)}

    def coefficient(self, table: str, a: str, b: str) -> bool:
        """A printed r, beta or R² of a table."""
        return (table, frozenset((a, b))) in self._pairs

    def correlated(self, a: str, b: str) -> bool:
        """A printed correlation in any table."""
        return any(self.coefficient(table, a, b) for table in self._registry.correlation_tables)

    def contrast(self, item: str, by: str, one: int | str, other: int | str) -> bool:
        """A difference between two groups (by code; offices of one item are ordered)."""
        return (item, by, frozenset((str(one), str(other)))) in self._contrasts

    def anova(self, item: str, by: str) -> bool:
        """A test over all groups."""
        return (item, by, frozenset(("*",))) in self._contrasts

    def share(self, item: str, by: str = "", group: int | str = "") -> bool:
        """A share of all, or of one group (by code, or an office's id)."""
        if by:
            return (item, by, str(group)) in self._shares
        return item in self._items or (bool(self._told) and item in _PEOPLE)

    def ordered(self, item: str) -> bool:
        """The order of the case offices on an item."""
        return item in self._told.get("orders", {}).get("items", {})

    def gap(self, first: str, second: str, by: str, group: int | str) -> bool:
        """The distance of two items within a group."""
        return any(
            {row["first"], row["second"]} == {first, second}
            and row["by"] == by
            and str(row["group"]) == str(group)
            for row in self._told.get("item_gaps", [])
        )

    def overlap(self, item: str, by: str) -> bool:
        """The overlap of two of the three definitions of competence."""
        trio = {"bg_sosionom", "bg_erfaring_sosialkontor", "bg_jobber_vanskeligstilte"}
        return "overlap" in self._told.get("people", {}) and {item, by} <= trio

    def composition(self) -> bool:
        """Team composition by employer."""
        return "team_composition" in self._told.get("missing", {})

    def role_among_social_health(self) -> bool:
        """The share of follow-up advisers among those with social or health education."""
        return "role4_among_social_health" in self._told.get("people", {})

    def part(self, name: str) -> bool:
        """Whether a whole part (`leaders`, `offices`, `cities`, `attributes`) was given."""
        return name in self._told
