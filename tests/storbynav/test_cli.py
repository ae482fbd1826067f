"""The `storbynav` command: every subcommand is found, and asking what there is costs no statistics."""

from __future__ import annotations

import subprocess
import sys

import pytest

from storbynav.cli import COMMANDS, main


@pytest.mark.parametrize("name", COMMANDS)
def test_each_subcommand_tells_what_it_takes(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"usage: storbynav {name} [-h]" in capsys.readouterr().out


def test_the_help_names_every_subcommand_without_loading_pandas() -> None:
    code = (
        "import sys; from storbynav.cli import main\n"
        "try: main(['--help'])\n"
        "finally: print(sorted({'pandas', 'numpy', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert all(name in done.stdout for name in COMMANDS)


def test_an_unknown_subcommand_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["finnes-ikke"])
    assert ended.value.code == 2
    assert "finnes-ikke" in capsys.readouterr().err
