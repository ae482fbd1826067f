"""The fields of one predicate of funn.yml, and the names that it may use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from storbynav.codebook import Codebook
from storbynav.findings.base import Groups, Interval
from storbynav.survey import Survey
from storbynav.yamlfile import did_you_mean


class PredicateError(ValueError):
    """A predicate is wrong; told with the line of its finding."""


class Names:
    """Variables, sets of them, groups and offices as funn.yml names them; unknown names are refused."""

    def __init__(self, survey: Survey, correlations: tuple[str, ...]) -> None:
        """The names of a survey's codebook and office table, and of the printed tables of correlations.

        `sets` are filled in from the file.
        """
        self.correlations = correlations
        self.book: Codebook = survey.codebook
        self.offices: pd.DataFrame = survey.offices
        self.sets: dict[str, tuple[str, ...]] = {}

    def item(self, name: Any) -> str:
        """A variable that the codebook has."""
        if not isinstance(name, str):
            raise PredicateError(f"{name!r} er ikke navnet på en variabel")
        return self.book[name].id

    def items(self, names: Any) -> tuple[str, ...]:
        """One variable, a list of them, or ``$set``; sets may stand in lists."""
        found: list[str] = []
        for name in names if isinstance(names, list) else [names]:
            if isinstance(name, str) and name.startswith("$"):
                if name[1:] not in self.sets:
                    raise PredicateError(f"mengden {name} finnes ikke{did_you_mean(name[1:], self.sets)}")
                found += self.sets[name[1:]]
            else:
                found.append(self.item(name))
        if not found:
            raise PredicateError("ingen variabler")
        return tuple(found)

    def group(self, by: str, value: Any) -> str:
        """A group of a variable, an office or a city."""
        if by in ("office", "city") and not self.offices.empty:
            offices = self.offices
            known = list(offices.index) if by == "office" else list(dict.fromkeys(offices["city"]))
            if value not in known:
                raise PredicateError(f"ukjent gruppe {value!r} av {by}{did_you_mean(str(value), known)}")
            return str(value)
        scale = self.book[by].scale
        keys = [c.key for c in scale.categories]
        if value not in keys:
            near = did_you_mean(str(value), keys)
            raise PredicateError(f"ukjent gruppe {value!r} av {by}{near}. Den har {', '.join(keys)}")
        return str(value)

    def groups(self, told: Any) -> Groups:
        """``{variable: group}``; a list of groups means any of them."""
        if not isinstance(told, dict):
            raise PredicateError(f"{told!r} skal være variabel: gruppe")
        return tuple(
            sorted(
                (by, self.group(by, value))
                for by, values in told.items()
                for value in (values if isinstance(values, list) else [values])
            )
        )


class Fields:
    """The fields of one predicate; notes which were asked for."""

    def __init__(self, kind: str, raw: Mapping[str, Any], names: Names) -> None:
        """raw: the predicate as the file has it; `kind` is its own key."""
        self.kind, self.raw, self.names = kind, raw, names
        self._seen = {kind}

    @property
    def main(self) -> Any:
        """The value of the predicate's own key."""
        return self.raw[self.kind]

    def get(self, key: str, default: Any = None, required: bool = False) -> Any:
        """A field."""
        self._seen.add(key)
        if required and key not in self.raw:
            raise PredicateError(f"mangler {key}")
        return self.raw.get(key, default)

    def items(self) -> tuple[str, ...]:
        """The items of the predicate's own key."""
        return self.names.items(self.main)

    def by(self) -> str:
        """The grouping."""
        name = self.get("by", required=True)
        return str(name) if name in ("office", "city") else self.names.item(name)

    def among(self) -> Groups:
        """Who it is about."""
        told = self.get("among")
        return () if told is None else self.names.groups(told)

    def level(self) -> float | None:
        """``p: 0.05`` or ``p: 0.01``."""
        p = self.get("p")
        if p not in (None, 0.05, 0.01):
            raise PredicateError("p: må være 0.05 eller 0.01")
        return p

    def flag(self, key: str) -> bool:
        """true or false."""
        value = self.get(key, False)
        if not isinstance(value, bool):
            raise PredicateError(f"{key}: må være true eller false")
        return value

    def sign(self) -> str:
        """``+`` or ``-``."""
        sign = self.get("sign", "")
        if sign not in ("", "+", "-"):
            raise PredicateError('sign: må være "+" eller "-"')
        return str(sign)

    def number(self, key: str, default: float = 0.0) -> float:
        """A number."""
        value = self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise PredicateError(f"{key}: må være et tall")
        return float(value)

    def bound(self) -> Interval:
        """``is`` (a printed number, in quotes where it has decimals), ``between``, ``above``, ``below``."""
        exact, between = self.get("is"), self.get("between")
        above, below = self.get("above"), self.get("below")
        if sum(x is not None for x in (exact, between, above, below)) != 1:
            raise PredicateError("skriv én av is, between, above og below")
        if exact is not None:
            text = str(exact)
            if not re.fullmatch(r"-?\d+(\.\d+)?", text):
                raise PredicateError(f"is: {exact!r} er ikke et tall")
            return Interval(float(text), float(text), len(text.partition(".")[2]))
        if between is not None:
            if not (isinstance(between, list) and len(between) == 2 and between[0] <= between[1]):
                raise PredicateError("between: skal være [minst, mest]")
            return Interval(float(between[0]), float(between[1]))
        return Interval(low=float(above)) if above is not None else Interval(high=float(below))

    def done(self) -> None:
        """A field that nobody asked for is a fault."""
        for key in self.raw:
            if key not in self._seen:
                raise PredicateError(f"{self.kind}: ukjent felt {key!r}{did_you_mean(key, self._seen)}")
