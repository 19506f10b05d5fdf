"""What many tests need: the built-in graph, its analysis, and the plans' documents."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from devcoop.graph import build_graph
from devcoop.pipeline import analyze
from devcoop.report import render_html, write_report

if TYPE_CHECKING:
    from devcoop.pipeline import Analysis
    from devcoop.store import Store

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def graph() -> Store:
    return build_graph()


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return analyze()


@pytest.fixture(scope="session")
def html(analysis: Analysis) -> str:
    return render_html(analysis)


@pytest.fixture(scope="session")
def folder(analysis: Analysis, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report") / "out"
    write_report(analysis, folder)
    return folder


@pytest.fixture(scope="session")
def documents() -> Path:
    folder = Path(os.environ.get("DEVCOOP_SHARED", ROOT.parent / "shared"))
    if not (folder / "sources").is_dir():
        pytest.skip("the plans' documents are not here; name their folder in DEVCOOP_SHARED")
    return folder
