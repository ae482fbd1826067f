"""What stops a reconstruction, said so that whoever wrote the facts knows what to change."""

from __future__ import annotations

from storbynav.formatting import interval


class ReconstructionError(Exception):
    """The facts cannot be read or met as given; the message says which, and what to do."""


def fault(where: str, what: str, do: str = "") -> ReconstructionError:
    """A `ReconstructionError` «where: what. do» (`where`: file and entry)."""
    return ReconstructionError(f"{where}: {what}.{' ' if do else ''}{do}{'.' if do else ''}")


def no_count(where: str, n: int, lo: float, hi: float, do: str) -> ReconstructionError:
    """No whole number of `n` answers lies between two percentages."""
    return fault(where, f"intet antall av n = {n} er {interval(lo, hi, 2)} prosent", do)
