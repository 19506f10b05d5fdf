"""A store with the shared vocabularies only, made once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from devcoop.load import load_files
from devcoop.store.folder import change_store

FOURTH = Path(__file__).parent / "fourth.ttl"


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stores") / "empty"
    load_files(folder, [FOURTH])
    with change_store(folder) as store:
        store.drop("https://w3id.org/devcoop/graph/plan/plan-b37cccab")
    return folder


@pytest.fixture
def folder(empty_store: Path, tmp_path: Path) -> Path:
    return shutil.copytree(empty_store, tmp_path / "store")
