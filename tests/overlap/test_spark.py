"""Spark makes of every step what the engine of this machine makes, and says what it lacks."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from click.testing import CliRunner

from devcoop.cli import main
from devcoop.errors import ClusterError
from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.load import load_files
from devcoop.overlap import Limits, compare, scoring, spark
from devcoop.overlap.spark import Cluster
from devcoop.overlap.steps import Step, load_steps
from devcoop.store.folder import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.facets import FacetTable
    from devcoop.overlap import Comparison

FEW, EVERY = Limits(exhaustive=0), Limits(exhaustive=10**9)
SECONDS = 120
needs_spark = [
    pytest.mark.spark,
    # Its own sockets and processes are Spark's to close.
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(find_spec("pyspark") is None, reason="pip install 'devcoop[spark]'"),
    pytest.mark.skipif(
        shutil.which("java") is None and "JAVA_HOME" not in os.environ, reason="there is no Java"
    ),
]


def on_spark(test: Any) -> Any:
    for mark in needs_spark:
        test = mark(test)
    return test


class Machines(NamedTuple):
    """A master and its workers, as processes."""

    master: str
    workers: list[subprocess.Popen[bytes]]


def start(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    import pyspark  # noqa: PLC0415  an extra

    home = Path(pyspark.__file__).parent
    name, *options = words
    command = [str(home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *options]
    folder.mkdir()
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(
            [*command[:2], "--host", "127.0.0.1", "--webui-port", "0", *command[2:]],
            env=os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1"},
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=log,
            start_new_session=True,
        )


def stop(one: subprocess.Popen[bytes]) -> None:
    """End a process and those that it started, as a machine that loses its current does."""
    if one.poll() is None:
        os.killpg(one.pid, signal.SIGKILL)
    one.wait()


def wait_for(port: int) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the master did not start")


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    folder = tmp_path_factory.mktemp("spark")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"spark://127.0.0.1:{port}"
    small = ("--cores", "1", "--memory", "1g", address)
    running = [start(folder / "master", "master.Master", "--port", str(port))]
    try:
        wait_for(port)
        running += [start(folder / f"{n}", "worker.Worker", *small) for n in range(2)]
        yield Machines(address, running[1:])
    finally:
        for one in running:
            stop(one)


@pytest.fixture(scope="module")
def cluster(machines: Machines) -> Iterator[Cluster]:
    with Cluster(machines.master) as made:
        yield made


def list_cells(columns: list[str], rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """List rows in the order of what is no measured number, which may differ in the last digit."""
    cells = [tuple(row[name] for name in columns) for row in rows]
    return sorted(cells, key=lambda row: [_as_key(one) for one in row])


def _as_key(cell: Any) -> str:
    return f"{cell:.6f}" if isinstance(cell, float) else str(cell)


def assert_same_rows(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> None:
    columns = sorted(expected[0], key=lambda name: isinstance(expected[0][name], float))
    assert not found or set(found[0]) == set(columns)
    ours, theirs = list_cells(columns, expected), list_cells(columns, found)
    assert len(theirs) == len(ours)
    for one, other in zip(theirs, ours, strict=True):
        assert [cell for cell in one if not isinstance(cell, float)] == [
            cell for cell in other if not isinstance(cell, float)
        ]
        numbers = [cell for cell in other if isinstance(cell, float)]
        assert [cell for cell in one if isinstance(cell, float)] == pytest.approx(numbers, abs=1e-9)


def assert_same_comparison(found: Comparison, expected: Comparison) -> None:
    assert found.scope == expected.scope
    for name in ("comparison", "substance"):
        assert expected.table(name)
        assert_same_rows(found.table(name), expected.table(name))


@on_spark
def test_every_step_makes_the_same_of_the_built_in_plans(cluster: Cluster) -> None:
    facets = read_facet_table(build_graph())
    expected = compare(facets, limits=EVERY)
    found = compare(facets, limits=EVERY, cluster=cluster)
    assert len(found.table("comparison")) == 8876
    assert_same_comparison(found, expected)
    for step in load_steps():
        rows = cluster.make(step).to_pylist()
        if rows or expected.table(step.name):
            assert_same_rows(rows, expected.table(step.name))


@on_spark
def test_findings_of_generated_plans_are_the_same(cluster: Cluster, facets: FacetTable) -> None:
    found = compare(facets, limits=FEW, cluster=cluster)
    assert_same_comparison(found, compare(facets, limits=FEW))


@on_spark
def test_published_activities_are_compared_alike(cluster: Cluster, tmp_path: Path) -> None:
    folder = os.environ.get("DEVCOOP_SHARED")
    if folder is None:
        pytest.skip("needs the files in the folder named by DEVCOOP_SHARED")
    load_files(tmp_path / "store", sorted(Path(folder, "iati").glob("*.xml")))
    with open_store(tmp_path / "store") as store:
        facets = read_facet_table(store)
    found = compare(facets, limits=FEW, cluster=cluster)
    assert_same_comparison(found, compare(facets, limits=FEW))


@on_spark
def test_a_worker_that_is_killed_changes_nothing(
    cluster: Cluster, machines: Machines, facets: FacetTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = compare(facets, limits=FEW)
    monkeypatch.setattr(scoring, "_PART_PAIRS", expected.scope.scored // 2)
    make, made = Cluster.make, []

    def make_and_kill(self: Cluster, step: Step) -> Any:
        made.append(step.name)
        if made.count("substance") == 1 and step.name == "substance":
            stop(machines.workers[0])
        return make(self, step)

    monkeypatch.setattr(Cluster, "make", make_and_kill)
    found = compare(facets, limits=FEW, cluster=cluster)
    assert made.count("substance") > 1
    assert machines.workers[0].poll() is not None
    assert_same_comparison(found, expected)


def test_a_missing_extra_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda _: None)
    result = CliRunner().invoke(main, ["overlaps", "--engine", "spark"])
    assert result.exit_code == 3
    assert "pip install 'devcoop[spark]'" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_missing_java_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ClusterError, match="needs a Java runtime, and none was found where JAVA"):
        Cluster()


@pytest.mark.parametrize(
    ("master", "problem"),
    [
        ("spark://127.0.0.1:1", "Connection refused"),
        ("spark://127.0.0.1", "no spark://host:port"),
        ("spark://127.0.0.1:99999999", "no spark://host:port"),
    ],
)
def test_a_master_that_is_not_there_is_told(
    monkeypatch: pytest.MonkeyPatch, master: str, problem: str
) -> None:
    monkeypatch.setattr(spark, "find_spec", lambda name: name)
    monkeypatch.setattr(spark, "_check_java", lambda: None)
    with pytest.raises(ClusterError, match=problem):
        Cluster(master)


def test_a_master_without_spark_is_no_way_to_ask() -> None:
    result = CliRunner().invoke(main, ["overlaps", "--master", "spark://127.0.0.1:7077"])
    assert result.exit_code == 2
    assert "--engine spark" in result.stderr


def test_rounding_is_written_out() -> None:
    steps = {step.name: spark.write_rounding(step.sql) for step in load_steps()}
    assert ", 6)" not in steps["substance"].replace("\n", "").replace("  ", "")
    assert "/ 1E6) AS score" in steps["substance"]
    assert steps["period"] == next(step.sql for step in load_steps() if step.name == "period")
