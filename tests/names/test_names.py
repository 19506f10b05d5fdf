from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devcoop import names

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(names.__file__).parent
MODULES = sorted(path for path in SOURCE.rglob("*.py") if path.name != "names.py")
# Beginnings of addresses, which name no thing: of a server, and of what a person may type.
ADDRESSES = ("http://", "https://", "http://127.0.0.1")


def _iter_strings(tree: ast.Module) -> Iterator[str]:
    """Iterate over the strings that are no docstrings."""
    said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.value


def _list_iris(text: str) -> list[str]:
    found = re.findall(r"https?://[\w.:/#-]*", text)
    return [word for word in found if word not in ADDRESSES]


def test_there_are_modules_to_check() -> None:
    assert len(MODULES) > 100


def test_iris_are_written_in_one_module_only() -> None:
    written = {
        (path.relative_to(SOURCE).as_posix(), iri)
        for path in MODULES
        for text in _iter_strings(ast.parse(path.read_text(encoding="utf-8")))
        for iri in _list_iris(text)
        if not iri.startswith("http://127.0.0.1")
    }
    assert written == set()


def test_iris_are_taken_apart_in_one_module_only() -> None:
    marks = ('"/document/"', '"/passage/"', '"/graph/plan/"', '"/group/"', '[A-Z]{3}")')
    found = {
        (path.name, mark)
        for path in MODULES
        for mark in marks
        if mark in path.read_text(encoding="utf-8")
    }
    assert found == set()


def test_no_module_of_ours_is_loaded_by_its_name() -> None:
    loading = [path.name for path in MODULES if "import_module" in path.read_text(encoding="utf-8")]
    assert loading == []


@settings(deadline=None)
@given(st.sampled_from(sorted(names.PREFIXES)), st.text("abcXYZ019-./%", max_size=20))
def test_short_form_leads_back_to_the_iri(prefix: str, local: str) -> None:
    iri = names.term(f"{prefix}:{local}")
    assert names.expand(names.shorten(iri)) == iri


@pytest.mark.parametrize("text", ["", "x", "x:", "urn:isbn:1", "mailto:a@b.example", "a:b:c"])
def test_text_without_a_known_prefix_stays_as_it_is(text: str) -> None:
    assert (names.expand(text), names.shorten(text)) == (text, text)
