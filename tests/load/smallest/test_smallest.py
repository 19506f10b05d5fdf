"""A new format takes a module, a line in the registry and a folder of cases, and nothing else."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.errors import SourceError
from devcoop.load import Wishes, load_files, registry
from devcoop.names import DEVC, shorten
from devcoop.queries import get_query
from devcoop.store.folder import open_store
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from types import ModuleType

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("cases/*/expected.json"))


def _import_reader() -> ModuleType:
    spec = importlib.util.spec_from_file_location("smallest", HERE / "smallest_reader.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the line into the registry."""
    reader = _import_reader()
    monkeypatch.setattr(registry, "READERS", (*registry.READERS, reader))
    monkeypatch.setattr(registry, "SUFFIXES", registry.SUFFIXES.union(reader.SUFFIXES))


def test_there_are_cases() -> None:
    assert len(CASES) > 1


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_file_of_a_new_format_is_loaded_like_any_other(case: Path, tmp_path: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    home = tmp_path / "home"
    if "fault" in expected:
        with pytest.raises(SourceError, match=expected["fault"]):
            load_files(home, [case], Wishes(built_in=True))
        return
    [change] = [one for one in load_files(home, [case], Wishes(built_in=True)).changes if one.told]
    unknown = [one for one in change.told if one.kind == "unknown"]
    assert [[one.text, str(one.where)] for one in unknown] == expected["unknown"]
    with open_store(home) as store:
        titles = {
            row["thing"]: row["label"] for row in store.query(get_query("labels").text).records()
        }
        found = {
            titles[as_text(quad.subject)]: sorted(
                shorten(as_text(one.object))
                for one in store.quads(
                    subject=as_text(quad.subject), predicate=str(DEVC.targetArea)
                )
            )
            for quad in store.quads(predicate=str(DEVC.inPlan), graph=change.source.graph)
            if titles.get(as_text(quad.subject)) in expected["places"]
        }
    assert found == expected["places"]
