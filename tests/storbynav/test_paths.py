"""The project root is found from where one stands, or as told."""

from __future__ import annotations

from pathlib import Path

import pytest

from storbynav import paths


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "data" / "published").mkdir(parents=True)
    (tmp_path / "report" / "deep").mkdir(parents=True)
    return tmp_path


def test_the_checkout_is_the_root() -> None:
    assert Path(__file__).resolve().is_relative_to(paths.ROOT)
    assert paths.CODEBOOK_FILE.is_file()


def test_found_from_a_folder_below(project: Path) -> None:
    assert paths.find_root(project / "report" / "deep") == project.resolve()


def test_the_variable_wins(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.ROOT_VARIABLE, str(project))
    assert paths.find_root() == project.resolve()


def test_a_wrong_variable_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.ROOT_VARIABLE, str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"STORBYNAV_ROOT=.* er ikke prosjektmappen"):
        paths.find_root()


def test_no_root_above(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="Fant ikke prosjektmappen"):
        paths.find_root(tmp_path)


def test_shown(tmp_path: Path) -> None:
    assert paths.shown(paths.CODEBOOK_FILE) == "data/survey/codebook.yml"
    assert paths.shown(tmp_path / "x.csv") == str(tmp_path / "x.csv")
