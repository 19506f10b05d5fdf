"""Compiled templates are kept beside them: each for its language, and never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.layout.templates import get_environment, render_template

if TYPE_CHECKING:
    from pathlib import Path

SAID = {"en": "5,000\n", "fr": "5\u202f000\n"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "number.j2").write_text("{{ 5000|number }}", encoding="utf-8")
    return tmp_path


def render_all(folder: Path) -> dict[str, str]:
    get_environment.cache_clear()
    return {code: render_template("number.j2", {}, folder=folder, language=code) for code in SAID}


def test_constants_are_written_in_each_language(folder: Path) -> None:
    assert render_all(folder) == render_all(folder) == SAID
    assert list((folder / "__pycache__").iterdir())


@pytest.mark.parametrize("content", [b"", b"no bytecode", None])
def test_broken_cache_is_compiled_anew(folder: Path, content: bytes | None) -> None:
    render_all(folder)
    for path in (folder / "__pycache__").iterdir():
        path.write_bytes(path.read_bytes()[:20] if content is None else content)
    assert render_all(folder) == SAID


def test_folder_without_a_place_for_it_will_do(folder: Path) -> None:
    (folder / "__pycache__").write_bytes(b"")
    assert render_all(folder) == SAID
