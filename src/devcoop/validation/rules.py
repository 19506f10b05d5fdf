"""Running the shapes and the checks over plans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from devcoop import assets, killable, names
from devcoop.queries import read_query
from devcoop.store.terms import Literal, NamedNode
from devcoop.validation.inputs import give_back
from devcoop.validation.results import (
    OF_CHECKS,
    Result,
    Severity,
    Terms,
    order_results,
    say,
)
from devcoop.validation.shapes import load_shapes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devcoop.store import Store
    from devcoop.store.terms import Quad, Term
    from devcoop.validation.shapes import Constraint, Shapes

_MEMBER = f"SELECT ?one WHERE {{ ?one a/<{names.term('rdfs:subClassOf')}>* <%s> }} LIMIT 1"
CHECKS = assets.ONTOLOGY / "checks"


@dataclass(frozen=True)
class Material:
    """What is checked.

    Attributes:
        graph: Plans, with the ontology and the schemes.
        written: The same with the datatypes that were written, where a store changes some.
        only: IRIs of the named graphs whose nodes are reported; None for all.
    """

    graph: Store
    written: Store
    only: frozenset[str] | None = None

    def wake(self) -> None:
        """Open the files of the stores now, if this process has not."""
        self.graph.wake()
        self.written.wake()


def validate(graph: Store, *, only: Iterable[str] | None = None) -> list[Result]:
    """Validate a graph against the shapes and the checks of its data.

    Args:
        graph: Plans, with the ontology and the schemes.
        only: IRIs of the named graphs whose nodes are reported; None for all.

    Returns:
        Results, worst first, then by rule, source and node. Broken rules are findings:
        nothing is raised for them.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> {result.severity for result in validate(build_graph())} <= {Severity.INFO}
        True
    """
    material = Material(graph, graph, None if only is None else frozenset(only))
    found = [*run_shapes(material), *run_other_shapes(graph), *run_checks(graph, CHECKS / "data")]
    return report_on(material, found)


def report_on(material: Material, results: Iterable[Result]) -> list[Result]:
    """Keep the results about what is checked, and say where their nodes are.

    Args:
        material: What was checked.
        results: What was found in it and in what it is checked beside.

    Returns:
        Results, worst first. A node that no graph describes is part of what is checked.
    """
    found, only = list(results), material.only
    nodes = {one.terms.focus for one in found}
    homes = {node: _find_homes(material.graph, node) for node in nodes}
    kept = [
        one
        for one in found
        if only is None or not (there := homes[one.terms.focus]) or only & there
    ]
    return order_results(_at_home(one, homes[one.terms.focus]) for one in kept)


def run_shapes(material: Material, shapes: Shapes | None = None) -> Iterator[Result]:
    """Run those of our shapes that have a query form.

    Args:
        material: Where to look.
        shapes: The shapes; None for our own.

    Yields:
        One result for each constraint, node and value.
    """
    applies = _Applying(material.graph)
    for constraint in filter(applies, (shapes or load_shapes()).constraints):
        home = material.graph if constraint.compares else material.written
        for focus, *values in home.query(constraint.query).rows:
            if focus is None:
                continue
            value = give_back(values[0]) if values else None
            yield Result(
                severity=constraint.severity,
                rule=constraint.shape.removeprefix(names.SHAPES),
                source="",
                node=say(focus),
                value=say(value),
                message=constraint.message,
                fix=constraint.fix,
                component=constraint.component,
                terms=Terms(
                    focus=focus,
                    shape=NamedNode(constraint.shape),
                    value=value,
                    path=constraint.path,
                    described_by=constraint.described_by,
                ),
            )


def run_other_shapes(
    data: Iterable[Quad],
    shapes: Shapes | None = None,
    *,
    seconds: float = killable.SECONDS,
    allowed: float | None = None,
) -> list[Result]:
    """Have pySHACL run those of our shapes that have no query form, and no others.

    Args:
        data: Statements; all their graphs are looked at together.
        shapes: The shapes; None for our own.
        seconds: Time it may take.
        allowed: What is told as the time.

    Raises:
        GraphError: A shape makes no sense.
        OutOfTimeError: There is no answer in time.
        OutOfMemoryError: It needs more memory.
    """
    asked = (shapes or load_shapes()).statements
    if not asked:
        return []
    from devcoop.validation.interpreter import interpret  # noqa: PLC0415

    return interpret(data, asked, seconds=seconds, allowed=allowed)


class _Applying:
    """Tells whether a constraint can find anything: most files speak of a few classes only."""

    def __init__(self, graph: Store) -> None:
        self._has_property = cache(lambda iri: graph.contains(predicate=iri))
        self._has_member = cache(lambda iri: bool(graph.query(_MEMBER % iri).rows))

    def __call__(self, constraint: Constraint) -> bool:
        is_used = not constraint.needs or self._has_property(constraint.needs)
        return is_used and self._has_member(constraint.target)


def run_checks(graph: Store, folder: Path) -> Iterator[Result]:
    """Run checks that are written as queries: a row is a finding.

    Args:
        graph: Where to look.
        folder: Where the checks lie; each says its problem, fix and severity.

    Yields:
        One result for each row.
    """
    for path in sorted(folder.glob("*.rq")):
        query = read_query(path)
        for focus, value, *_ in graph.query(query.text).rows:
            if focus is None:
                continue
            yield Result(
                severity=Severity(query.header["severity"]),
                rule=query.name,
                source="",
                node=say(focus),
                value=say(value),
                message=str(query.header["problem"]),
                fix=str(query.header["fix"]),
                component=OF_CHECKS,
                terms=Terms(focus, NamedNode(names.SHAPES + query.name), value),
            )


def _find_homes(graph: Store, node: Term) -> set[str]:
    """Find the named graphs in which a node is described."""
    if isinstance(node, Literal):
        return set()
    quads = graph.quads(subject=node)
    return {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}


def _at_home(result: Result, homes: set[str]) -> Result:
    places = ", ".join(sorted(homes or {"(not described)"}))
    return replace(result, source=places.replace(names.CATALOG + "/", ""))
