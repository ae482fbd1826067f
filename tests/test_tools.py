"""The rule for missing tools: skipped by name, a failure under CI_STRICT."""

from __future__ import annotations

import pytest

from tests import tools


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> str:
    """Name of a tool that no machine has."""
    nothing = tools.Tool(
        "no-such-tool", "shows the rule", "no-such-package", lambda: iter([None, "/no/such/file"])
    )
    monkeypatch.setitem(tools.TOOLS, nothing.name, nothing)
    return nothing.name


def test_missing_tool_skips_by_name(absent: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI_STRICT", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"no-such-tool is not installed.*no-such-package"):
        tools.require(absent)


def test_missing_tool_fails_when_strict(absent: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI_STRICT", "1")
    with pytest.raises(pytest.fail.Exception, match="no-such-tool"):
        tools.require(absent)
    assert tools.main() == 1


def test_present_tool_gives_its_path(tmp_path, monkeypatch: pytest.MonkeyPatch):
    program = tmp_path / "chromium"
    program.touch()
    monkeypatch.setenv("CHROMIUM", str(program))
    assert tools.require("chromium") == program


def test_unknown_tool_is_an_error():
    with pytest.raises(KeyError):
        tools.require("hammer")
