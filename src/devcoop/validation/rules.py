"""Running the shapes and the checks over a graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.queries import read_query
from devcoop.store.terms import BlankNode, NamedNode
from devcoop.validation.results import Result, Severity
from devcoop.validation.shapes import load_constraints

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devcoop.store import Store


CHECKS = assets.ONTOLOGY / "checks"


def validate(graph: Store, *, only: Iterable[str] | None = None) -> list[Result]:
    """Validate a graph against the shapes and the checks of its data.

    Args:
        graph: Plans, with the ontology and the schemes.
        only: IRIs of named graphs; nodes that stand in no other are the only ones reported.

    Returns:
        Results, worst first, then by rule, source and node. Broken rules are findings:
        nothing is raised for them.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> {result.severity for result in validate(build_graph())} <= {Severity.INFO}
        True
    """
    results = [*_run_shapes(graph), *run_checks(graph, CHECKS / "data")]
    homes = {result.node: _find_homes(graph, result.node) for result in results}
    wanted = None if only is None else set(only)
    return sorted(
        _at_home(result, homes[result.node])
        for result in results
        if wanted is None or wanted & homes[result.node]
    )


def _run_shapes(graph: Store) -> Iterator[Result]:
    for constraint in load_constraints():
        for record in graph.query(constraint.query).records():
            yield Result(
                severity=constraint.severity,
                rule=constraint.shape.removeprefix(names.SHAPES),
                source="",
                node=record["focus"],
                value=record.get("value", ""),
                message=constraint.message,
                fix=constraint.fix,
                component=constraint.component,
                path=constraint.path,
            )


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
        for record in graph.query(query.text).records():
            node, detail = list(record.values())[:2]
            yield Result(
                severity=Severity(query.header["severity"]),
                rule=query.name,
                source="",
                node=node,
                value=detail,
                message=str(query.header["problem"]),
                fix=str(query.header["fix"]),
            )


def _find_homes(graph: Store, node: str) -> set[str]:
    """Find the named graphs in which a node is described."""
    try:
        quads = graph.quads(subject=node)
    except ValueError:
        # A node without an IRI is told by a label, which is no IRI.
        quads = graph.quads(subject=BlankNode(node))
    return {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)}


def _at_home(result: Result, homes: set[str]) -> Result:
    places = ", ".join(sorted(homes or {"(not described)"}))
    source = places.replace(names.CATALOG + "/", "")
    return Result(**{**vars(result), "source": source})
