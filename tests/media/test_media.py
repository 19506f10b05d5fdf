from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import devcoop
from devcoop import media

SOURCE = Path(devcoop.__file__).parent
KNOWN = {value for name, value in vars(media).items() if name.isupper() and isinstance(value, str)}
FILES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "media.py")


def find_types(text: str) -> list[str]:
    """Find media types that are written out in code; docstrings may name them."""
    tree = ast.parse(text)
    told = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
    ]
    words = [word for one in texts for word in re.findall(r"[a-z]+/[a-z0-9.+-]+", one)]
    return [word for word in words if word in KNOWN]


def test_a_media_type_that_is_written_out_is_found() -> None:
    assert find_types('"""text/csv"""\nHEAD = f"{x}: text/csv; q=1"\n') == ["text/csv"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_media_types_are_written_out_in_one_place(path: Path) -> None:
    assert find_types(path.read_text(encoding="utf-8")) == []


def test_no_two_names_mean_the_same_media_type() -> None:
    names = [name for name, one in vars(media).items() if name.isupper() and isinstance(one, str)]
    assert len(KNOWN) == len(names) > 15
