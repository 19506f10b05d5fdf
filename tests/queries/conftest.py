"""All that is published, made once."""

from __future__ import annotations

import pytest

from devcoop.dataset import Dataset, build_dataset


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    return build_dataset()
