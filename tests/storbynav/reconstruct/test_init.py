"""What numba keeps belongs to the code it was compiled from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import storbynav.reconstruct


def kept(package: Path) -> str:
    """Where numba keeps what it compiles, as a fresh process with a copy of the package says."""
    code = "import os, storbynav.reconstruct; print(os.environ['NUMBA_CACHE_DIR'])"
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    environment["PYTHONPATH"] = str(package.parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, cwd=package
    )
    return done.stdout.strip()


def test_a_change_of_any_file_of_the_search_is_compiled_anew(tmp_path: Path) -> None:
    package = tmp_path / "storbynav" / "reconstruct"
    source = Path(storbynav.reconstruct.__file__).parent
    shutil.copytree(source, package, ignore=shutil.ignore_patterns("__pycache__"))
    (package.parent / "__init__.py").touch()
    before = kept(package)
    assert before == kept(package)
    assert Path(before).is_relative_to(package / "__pycache__")
    with (package / "rng.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert kept(package) != before
