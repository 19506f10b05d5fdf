"""The data dictionary says what is there, and its queries run as they stand."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import rdflib

    from devcoop.dataset import Dataset

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "ontology" / "README.md"
QUERIES = re.findall(r"```sparql\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)


def test_dictionary_is_that_of_the_graph() -> None:
    script = runpy.run_path(str(ROOT / "benchmarks" / "data_dictionary.py"))
    text = README.read_text(encoding="utf-8")
    assert script["replace_dictionary"](text, script["render_dictionary"]()) == text


def test_there_are_queries() -> None:
    assert len(QUERIES) == 4


@pytest.mark.parametrize("text", QUERIES)
def test_query_has_the_same_rows_in_both_engines(
    text: str, dataset: Dataset, published: rdflib.Dataset
) -> None:
    answer = dataset.store.query(text)
    assert answer.rows
    assert len(list(published.query(text))) == len(answer.rows)
