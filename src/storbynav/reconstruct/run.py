"""The reconstruction from beginning to end: facts and a seed in, respondents out."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import fsum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storbynav.reconstruct import targets
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.facts import Facts
from storbynav.reconstruct.missing import missing_pattern
from storbynav.reconstruct.population import Population
from storbynav.reconstruct.reading import PLAN, read
from storbynav.reconstruct.rng import stream
from storbynav.reconstruct.solver import Search
from storbynav.reconstruct.stages import stage_of
from storbynav.reconstruct.start import start
from storbynav.reconstruct.targets import Target

Int = NDArray[np.int64]
# proposals, start and end temperature, strength of the aims, whether to stop at the first state that meets
# everything (false where left out), if the plan does not say otherwise. What three rounds leave is found warm
# and without aims
ROUNDS: list[list[float]] = [
    [2_000_000, 1.0, 0.03, 1.0],
    [2_000_000, 0.05, 0.003, 1.0],
    [2_000_000, 0.03, 0.001, 0.6],
    [4_000_000, 3.0, 0.3, 0.0, True],
    [4_000_000, 0.6, 0.05, 0.0, True],
]
RESTARTS = 5


@dataclass(frozen=True)
class Reconstruction:
    """Everything a reconstruction made."""

    facts: Facts
    people: Population
    items: Int  # (respondents, items), 0 = missing
    targets: list[Target]
    loss: NDArray[np.float64]

    @property
    def missed(self) -> list[Target]:
        """Targets of the search that do not hold."""
        return [self.targets[int(i)] for i in np.nonzero(self.loss > 0.0)[0]]


def reconstruct(
    folder: Path, seed: int | None = None, say: Callable[[str], None] = print, budget: float = 1.0
) -> Reconstruction:
    """Make a survey that meets the facts in `folder`.

    Parameters
    ----------
    folder
        A folder of published facts (``data/published``).
    seed
        Another seed than the folder's own.
    say
        Receives progress lines (Norwegian).
    budget
        Multiplies the steps of the search for answers; tests use a small one.

    Raises
    ------
    ReconstructionError
        The facts cannot be read, or no people can meet what is said of them.
    """
    facts = read(folder)
    if seed is not None:
        facts = replace(facts, seed=seed)
    clock = time.monotonic()
    say(f"Leser fakta fra {folder.name}: {len(facts.items)} spørsmål, frø {facts.seed}.")
    stage = stage_of(facts)
    best: Reconstruction | None = None
    tries = int((facts.plan.get("search") or {}).get("restarts", RESTARTS))
    refused = 0
    for number, people in enumerate(stage.populations(facts, say), 1):
        say(f"Folk på plass etter {time.monotonic() - clock:.0f} s. Søker etter svar …")
        try:
            found = replace(_answer(facts, people, budget, refused, say), facts=facts)
        except ReconstructionError as error:
            # who left what blank is drawn; some patterns leave a printed number no room
            refused += 1
            if refused == tries:
                raise
            say(
                f"  lar seg ikke forene med hvem som svarte ({error}); nytt forsøk ({refused + 1} av {tries})"
            )
            continue
        if best is None or fsum(found.loss) < fsum(best.loss):
            best = found
        if not found.missed or number == tries or budget < 1.0:
            break
        names = ", ".join(target.id for target in found.missed[:3])
        say(f"  {len(found.missed)} mål ble ikke nådd ({names}); nytt forsøk ({number + 1} av {tries})")
    if best is None:
        raise ReconstructionError(
            f"{PLAN}: ingen sammensetning av personer oppfyller kravene med dette frøet. "
            "Prøv et annet (--seed)."
        )
    say(
        f"Ferdig etter {time.monotonic() - clock:.0f} s: "
        f"{len(best.targets) - len(best.missed)} av {len(best.targets)} mål nådd."
    )
    for target in best.missed:
        say(f"  ikke nådd: {target.id}")
    return best


def _answer(
    facts: Facts, people: Population, budget: float, refused: int, say: Callable[[str], None]
) -> Reconstruction:
    """Let people answer: start values, then the search. Every attempt draws anew who skips what, how open
    distributions fall out and where the answers start."""
    draw = people.draw + refused
    if draw:
        facts = replace(facts, seed=int(stream(facts.seed, "draw", draw)[0] >> np.uint64(1)))
    answered = missing_pattern(facts, people)
    items = start(facts, people, answered)
    problem, wanted, fixed = targets.build(facts, people, items)
    state = Search(problem, stream(facts.seed, "anneal"))
    told = (facts.plan.get("search") or {}).get("rounds", ROUNDS)
    rounds = [
        (int(steps * budget), float(hot), float(cold), float(strength), bool(rest and rest[0]))
        for steps, hot, cold, strength, *rest in told
    ]
    solution = state.solve(rounds, say)
    return Reconstruction(facts, people, solution.answers[:, fixed:], wanted, solution.loss)
