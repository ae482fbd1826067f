"""The whole reconstruction on a small budget: same seed, same bytes; another seed, another survey."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml

from storbynav import paths
from storbynav.reconstruct.errors import ReconstructionError
from storbynav.reconstruct.offices.asked import design_targets
from storbynav.reconstruct.output import write
from storbynav.reconstruct.reading import read
from storbynav.reconstruct.run import reconstruct

FILES = ("survey.csv", "offices.csv", "leaders.csv", "survey.sav", "manifest.yml")
BUDGET = 0.004

_CHILD = """
import sys
from pathlib import Path
from storbynav.reconstruct.output import write
from storbynav.reconstruct.run import reconstruct
write(reconstruct(Path(sys.argv[1]), None, lambda line: None, float(sys.argv[2])), Path(sys.argv[3]))
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("made")
    lines: list[str] = []
    write(reconstruct(paths.PUBLISHED, None, lines.append, BUDGET), folder)
    return folder, lines


def dispatched() -> list[str]:
    """Vector instructions of this processor that numpy can be told not to use."""
    umath = np._core._multiarray_umath  # type: ignore[attr-defined]
    return [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]]


def test_same_seed_same_bytes_in_another_process(made: tuple[Path, list[str]], tmp_path: Path) -> None:
    folder, _ = made
    environment = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Pacific/Auckland"}
    # as on another machine: a plain processor, numpy without vector instructions, other BLAS kernels
    environment |= {"NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": "", "OMP_NUM_THREADS": "1"}
    environment |= {"OPENBLAS_CORETYPE": "Prescott", "OPENBLAS_NUM_THREADS": "1"}
    environment |= {"NPY_DISABLE_CPU_FEATURES": " ".join(dispatched())}
    command = [sys.executable, "-c", _CHILD, str(paths.PUBLISHED), str(BUDGET), str(tmp_path)]
    subprocess.run(command, check=True, env=environment)
    for name in FILES:
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes(), name


def test_progress_is_told(made: tuple[Path, list[str]]) -> None:
    _, lines = made
    assert "frø" in lines[0]
    assert any("forsøk" in line for line in lines)
    assert sum("runde" in line for line in lines) >= 1
    assert any("mål nådd" in line for line in lines)


def test_even_a_small_budget_keeps_what_is_met_by_construction(made: tuple[Path, list[str]]) -> None:
    folder, _ = made
    manifest = yaml.safe_load((folder / "manifest.yml").read_text(encoding="utf-8"))
    assert manifest["provenance"] == "synthetic"
    for group in ("sample", "offices", "v1_6", "figures", "v2_2", "v2_1", "v2_fig1", "leaders"):
        assert manifest["printed"][group]["missed"] == [], group
    # and it says so where the search was too short
    assert manifest["calibrated"] is False
    assert manifest["printed"]["v1_2"]["missed"]


def test_the_manifest_is_that_of_the_shipped_files() -> None:
    manifest = yaml.safe_load(paths.MANIFEST_FILE.read_text(encoding="utf-8"))
    for name, checksum in manifest["checksums"].items():
        assert hashlib.sha256((paths.SURVEY / name).read_bytes()).hexdigest() == checksum, name
    for name, checksum in manifest["facts"].items():
        now = hashlib.sha256((paths.PUBLISHED / name).read_bytes()).hexdigest()
        assert now == checksum, f"{name} has changed since the survey was made: run `make data`"
    assert manifest["seed"] == read(paths.PUBLISHED).seed
    assert manifest["calibrated"] is True


def test_type_totals_are_the_printed_marginals() -> None:
    totals = design_targets(read(paths.PUBLISHED)).type_totals
    assert totals.sum() == 996  # one respondent has no office
    assert (totals[3:6].sum(), totals[:3].sum(), totals[6:].sum()) == (564, 416, 16)
    assert totals[[0, 3, 6]].sum() == 358


def test_facts_that_no_design_meets_are_refused(tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "facts"
    shutil.copytree(paths.PUBLISHED, folder)
    plan = folder / "reconstruction.yml"
    text = plan.read_text(encoding="utf-8")
    text = text.replace("minimum_respondents: [125, 134]", "minimum_respondents: [700, 701]")
    text = text.replace("restarts: 20, steps: 2000000", "restarts: 1, steps: 20000")
    plan.write_text(text, encoding="utf-8")
    with pytest.raises(ReconstructionError, match="intet kontordesign"):
        reconstruct(folder, None, lambda line: None, BUDGET)
