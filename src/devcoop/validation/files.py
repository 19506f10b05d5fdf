"""Checking files: what is read, what checks it, and which results are about the files."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from devcoop import assets, killable
from devcoop.graph import build_graph
from devcoop.names import is_plan_graph
from devcoop.store.terms import NamedNode
from devcoop.validation.inputs import keep_written, read_inputs
from devcoop.validation.interpreter import interpret
from devcoop.validation.rules import CHECKS, Material, report_on, run_checks, run_shapes

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
) -> list[Result]:
    """Check files beside plans that there are, or these without files.

    Args:
        files: Files of RDF.
        plans: Opens the plans; with files, a copy of them that may be added to.
        engine: What runs our own shapes.
        shapes: Files with other shapes, which are run instead of our own rules.
        seconds: Time that pySHACL has.

    Returns:
        Results about the nodes of the files' graphs, worst first.

    Raises:
        SourceError: A file cannot be read.
        GraphError: A shape makes no sense, or may not be run.
        OutOfTimeError: pySHACL gave no answer in time.
    """
    inputs = read_inputs(files)
    material = _build_material(inputs, plans, only=inputs.graphs if files else None)
    if shapes:
        beside = [quad for quad in plans() if not files or not _is_of_plan(quad)]
        return report_on(material, _interpret(shapes, [*beside, *inputs.quads], seconds))
    results = [*run_checks(material.graph, CHECKS / "data")]
    if engine is Engine.PYSHACL:
        own = list(assets.iter_turtle(assets.ONTOLOGY / "shapes"))
        results += _interpret(own, [*plans(), *inputs.quads], seconds)
    else:
        results += run_shapes(material)
    return report_on(material, results)


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


def _interpret(shapes: Sequence[Path], data: Sequence[Quad], seconds: float) -> list[Result]:
    return interpret(data, read_inputs(shapes, "shape").quads, seconds=seconds)
