"""``storbynav reconstruct``: make the synthetic survey anew from the printed facts."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from storbynav import paths


def arguments(command: argparse.ArgumentParser) -> None:
    """What the subcommand takes, and what it runs."""
    command.add_argument(
        "--published", type=Path, default=paths.PUBLISHED, help="mappe med fakta (data/published)"
    )
    command.add_argument("--out", type=Path, default=paths.SURVEY, help="mappe å skrive til (data/survey)")
    command.add_argument("--seed", type=int, default=None, help="annet frø enn det fakta oppgir")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    # numba and the solver are not cheap to import, and no other command needs them
    from storbynav.reconstruct.output import write
    from storbynav.reconstruct.people import ReconstructionError
    from storbynav.reconstruct.run import reconstruct

    try:
        result = reconstruct(options.published, options.seed, lambda line: print(line, flush=True))
        write(result, options.out)
    except ReconstructionError as error:
        print(f"Rekonstruksjonen lot seg ikke gjennomføre: {error}", file=sys.stderr)
        return 2
    print(f"Skrev undersøkelsen til {paths.shown(options.out)}.")
    return 0 if not [t for t in result.missed if t.status != "free"] else 1
