"""Checking files: what is read, what checks it, and which results are about the files."""

from __future__ import annotations

import time
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from devcoop import assets, killable
from devcoop.graph import build_graph
from devcoop.names import is_plan_graph
from devcoop.store.terms import NamedNode
from devcoop.validation.inputs import keep_written, read_inputs
from devcoop.validation.interpreter import interpret
from devcoop.validation.places import place_results
from devcoop.validation.rules import (
    CHECKS,
    Material,
    report_on,
    run_checks,
    run_other_shapes,
    run_shapes,
)
from devcoop.validation.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from devcoop.store import Store
    from devcoop.store.terms import Quad
    from devcoop.validation.inputs import Inputs
    from devcoop.validation.results import Result


class Engine(StrEnum):
    """What runs our own shapes."""

    QUERIES = "queries"
    PYSHACL = "pyshacl"


def validate_files(
    files: Sequence[Path],
    *,
    plans: Callable[[], Store] = build_graph,
    engine: Engine = Engine.QUERIES,
    shapes: Sequence[Path] = (),
    seconds: float = killable.SECONDS,
    note: Callable[[Sequence[str]], object] = lambda _: None,
) -> list[Result]:
    """Check files beside plans that there are, or these without files.

    Args:
        files: Files of RDF.
        plans: Opens the plans; with files, a copy of them that may be added to.
        engine: What runs our own shapes.
        shapes: Files with other shapes, which are run instead of our own rules.
        seconds: Time for all of it; for reading a file, no more than `killable.SECONDS`.
        note: Is given the IRIs of shapes among the rules that have no query form, if there are
            some: pySHACL runs them whatever the engine.

    Returns:
        Results about the nodes of the files' graphs, worst first, with file and line.

    Raises:
        SourceError: A file cannot be read.
        GraphError: A shape makes no sense, or may not be run.
        OutOfTimeError: It was not done in time.
        OutOfMemoryError: It takes more memory than it may have.
    """
    time_left = _Time(seconds)
    inputs = read_inputs(files, seconds=time_left.for_reading)
    material = _build_material(inputs, plans, only=inputs.graphs if files else None)
    if shapes:
        beside = [quad for quad in plans() if not files or not _is_of_plan(quad)]
        results = _interpret(shapes, [*beside, *inputs.quads], time_left)
        return place_results(report_on(material, results), inputs)
    found: list[Result] = []
    if engine is Engine.PYSHACL:
        own = list(assets.iter_turtle(assets.ONTOLOGY / "shapes"))
        found = _interpret(own, [*plans(), *inputs.quads], time_left)
    elif (known := load_shapes()).others:
        note(known.others)
        found = run_other_shapes(
            [*plans(), *inputs.quads], known, seconds=time_left.now, allowed=seconds
        )
    checked = killable.run(
        partial(_check, material, found, has_shapes=engine is Engine.QUERIES),
        what="the rules",
        seconds=time_left.now,
        allowed=seconds,
        prepare=material.wake,
    )
    return place_results(checked, inputs)


class _Time:
    """The time that several steps share."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._until = seconds, time.monotonic() + seconds

    @property
    def now(self) -> float:
        return max(0.0, self._until - time.monotonic())

    @property
    def for_reading(self) -> float:
        return min(self.now, killable.SECONDS)


def _check(material: Material, found: list[Result], *, has_shapes: bool) -> list[Result]:
    """Run the rules that are queries; what files say may make any of them slow."""
    checked = run_checks(material.graph, CHECKS / "data")
    shaped = run_shapes(material) if has_shapes else ()
    return report_on(material, [*checked, *found, *shaped])


def _build_material(
    inputs: Inputs, plans: Callable[[], Store], only: frozenset[str] | None
) -> Material:
    graph = written = plans()
    if inputs.quads:
        graph.adopt([], inputs.quads)
    if kept := keep_written(inputs.quads):
        written = plans()
        written.adopt([], kept)
    return Material(graph, written, only)


def _is_of_plan(quad: Quad) -> bool:
    home = quad.graph_name
    return isinstance(home, NamedNode) and is_plan_graph(home.value)


def _interpret(shapes: Sequence[Path], data: Sequence[Quad], time_left: _Time) -> list[Result]:
    read = read_inputs(shapes, "shape", seconds=time_left.for_reading)
    return interpret(data, read.quads, seconds=time_left.now, allowed=time_left.seconds)
