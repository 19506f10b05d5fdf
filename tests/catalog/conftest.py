from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devcoop.dataset import build_dataset

if TYPE_CHECKING:
    from devcoop.dataset import Dataset


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return build_dataset()
