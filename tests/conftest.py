"""What many tests need: the built-in graph, its analysis, all that is published, the documents."""

from __future__ import annotations

import contextlib
import gc
import os
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import rdflib

from devcoop import dataset as publishing
from devcoop import pipeline
from devcoop.dataset import build_dataset
from devcoop.graph import build_graph
from devcoop.load import Hints, Wishes, load_files
from devcoop.overlap import DEFAULT_LIMITS
from devcoop.pipeline import analyze
from devcoop.report import render_html, write_report
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.dataset import Dataset
    from devcoop.origin import Origin
    from devcoop.overlap import Limits
    from devcoop.pipeline import Analysis
    from devcoop.store import Store

ROOT = Path(__file__).resolve().parents[1]
FOURTH = ROOT / "tests" / "load" / "fourth.ttl"
NEW_OBJECTS = 50_000
"""So many objects are made before rubbish is looked for; Python looks after 700."""


def pytest_xdist_auto_num_workers() -> int:
    """Run one process more than there are processors: tests often wait, for servers above all."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave all but one in so many cases of each series to the gate."""
    series: dict[str, list[tuple[pytest.Item, int]]] = defaultdict(list)
    for item in items:
        if mark := item.get_closest_marker("series"):
            series[item.nodeid.partition("[")[0]].append((item, mark.kwargs["one_in"]))
    for cases in series.values():
        for place, (item, one_in) in enumerate(cases):
            if place % one_in:
                item.add_marker("gate")


def pytest_collection_finish() -> None:
    """Keep the collector from looking through thousands of tests again and again."""
    gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])


@pytest.fixture(scope="session")
def graph() -> Store:
    return build_graph()


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return analyze()


@pytest.fixture(scope="session")
def dataset() -> Dataset:
    """All that is published; not to be changed."""
    return build_dataset()


@pytest.fixture
def worked_out(analysis: Analysis, dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give commands on the built-in plans as they are what was worked out of them before.

    Commands on a store, with reviews, limits or numbers of their own work it out themselves;
    those with a focus look at a part of the comparison that is there.
    """
    open_dataset = publishing.open_dataset

    def recall_analysis(graph: Store | None = None, *numbers: Any, **wishes: Any) -> Analysis:
        asked = {name: wish for name, wish in wishes.items() if name != "tell" and wish}
        focus = asked.pop("focus", pipeline.NO_FOCUS)
        is_built_in = graph and graph.shelf is None and graph.version == analysis.graph.version
        if not is_built_in or any(numbers) or asked != {"limits": DEFAULT_LIMITS}:
            return analyze(graph, *numbers, **wishes)
        if not focus.is_set:
            return analysis
        with monkeypatch.context() as patch:
            patch.setattr(pipeline, "compare", lambda *_, **__: analysis.comparison)
            return analyze(graph, **wishes)

    @contextlib.contextmanager
    def recall_dataset(origin: Origin, limits: Limits, *how: Any, **more: Any) -> Iterator[Dataset]:
        if origin.store is None and not origin.list_reviews() and limits == DEFAULT_LIMITS:
            size = len(dataset.store)
            yield dataset
            assert len(dataset.store) == size, "the command changed what others use too"
        else:
            with open_dataset(origin, limits, *how, **more) as opened:
                yield opened

    monkeypatch.setattr(pipeline, "analyze", recall_analysis)
    monkeypatch.setattr(publishing, "open_dataset", recall_dataset)


@pytest.fixture(scope="module")
def published(dataset: Dataset) -> rdflib.Dataset:
    """The same in rdflib, as long as a file needs it: it takes much memory."""
    read = rdflib.Dataset(default_union=True)
    read.parse(data="\n".join(dataset.lines) + "\n", format="nquads")
    return read


@pytest.fixture(scope="session")
def html(analysis: Analysis) -> str:
    return render_html(analysis)


@pytest.fixture(scope="session")
def three_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store on disk of the built-in plans; to be copied and not to be changed, as the next."""
    folder = tmp_path_factory.mktemp("three") / "store"
    load_files(folder, [], Wishes(built_in=True))
    return folder


@pytest.fixture(scope="session")
def four_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("four") / "store"
    load_files(folder, [FOURTH], Wishes(built_in=True))
    return folder


CROWD = 60
"""So many agencies answer for what the list of others holds."""
CROWD_MAP = """
language: en
columns:
  identifier: Code
  title: Title
  country: Where
  agency: Who
  theme: Subject
  start: From
"""


@pytest.fixture(scope="session")
def crowded_graph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The built-in plans, with a list that no agency issued and in which many have a part."""
    place = tmp_path_factory.mktemp("crowd")
    rows = [
        f'X{n},"Training\nof metrologists {n}",{("Kenya", "Atlantis", "")[n % 3]},'
        f"Aid agency of province {n % CROWD},{('metrology', '')[n % 2]},{('', 2016)[n % 2]}"
        for n in range(2 * CROWD)
    ]
    (place / "list.csv").write_text(
        "\n".join(["Code,Title,Where,Who,Subject,From", *rows]), encoding="utf-8"
    )
    (place / "map.yaml").write_text(CROWD_MAP, encoding="utf-8")
    hints = Hints(map=place / "map.yaml")
    load_files(place / "store", [place / "list.csv"], Wishes(built_in=True, hints=hints))
    with open_store(place / "store") as store:
        yield store


@pytest.fixture(scope="session")
def crowd(crowded_graph: Store) -> Analysis:
    return analyze(crowded_graph)


@pytest.fixture(scope="session")
def crowd_html(crowd: Analysis) -> str:
    return render_html(crowd)


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
