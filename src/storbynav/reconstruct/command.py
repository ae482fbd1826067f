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
    from storbynav.reconstruct.errors import ReconstructionError
    from storbynav.reconstruct.output import write
    from storbynav.reconstruct.run import reconstruct

    try:
        result = reconstruct(options.published, options.seed, lambda line: print(line, flush=True))
        checks = write(result, options.out)
    except ReconstructionError as error:
        print(f"Rekonstruksjonen lot seg ikke gjennomføre: {error}", file=sys.stderr)
        return 2
    print(f"Skrev undersøkelsen til {paths.shown(options.out)}.")
    wrong = [check for check in checks if not check.met and not check.impossible]
    told = sum(check.met for check in checks)
    print(
        f"{told} av {len(checks)} trykte tall stemmer. "
        f"Umulige: {len(checks) - told - len(wrong)}. Feil: {len(wrong)}."
    )
    for check in wrong[:20]:
        print(f"  {check.group} {check.id}: trykt {check.printed}, her {check.value}")
    return 0 if not wrong and not [t for t in result.missed if t.status != "free"] else 1
