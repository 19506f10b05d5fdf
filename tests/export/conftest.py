from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.export import Selection, build_release, select_part

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.dataset import Dataset


@pytest.fixture(scope="session")
def part(dataset: Dataset) -> Dataset:
    """What belongs to one agency: small enough to be written in every format many times."""
    return select_part(dataset, Selection(agencies=("UNIDO",), types=("continuity",)))


@pytest.fixture(scope="session")
def release(part: Dataset, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    for name, content in build_release(part).items():
        (folder / name).write_bytes(content)
    return folder
