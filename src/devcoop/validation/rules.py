"""Running the shapes and the checks over plans."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, cast

from devcoop import assets, killable, names
from devcoop.queries import read_query
from devcoop.store.terms import Literal, NamedNode, read_node
from devcoop.validation.inputs import give_back
from devcoop.validation.results import (
    OF_CHECKS,
    Result,
    Severity,
    Terms,
    order_results,
    say,
)
from devcoop.validation.shapes import MEMBERS, load_shapes, select_members

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from devcoop.store import Store
    from devcoop.store.terms import Quad, Term
    from devcoop.validation.shapes import Constraint, Shapes

CHECKS = assets.ONTOLOGY / "checks"
_FEW = 100
"""Most members of a class that are named in a question."""


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
    of_graph = of_written = _Members(material.graph)
    if material.written is not material.graph:
        of_written = _Members(material.written)
    # What is asked in the same words of several classes follows each other.
    constraints = (shapes or load_shapes()).constraints
    for constraint in sorted(constraints, key=lambda one: one.kept or one.asked):
        looked_at = of_graph if constraint.compares else of_written
        if not looked_at.may_be_at_fault(constraint):
            continue
        tell = partial(_tell, constraint, constraint.shape.removeprefix(names.SHAPES))
        shape = NamedNode(constraint.shape)
        for focus, *values in looked_at.find_faults(constraint):
            yield tell(shape, focus, give_back(values[0]) if values else None)


def _tell(
    constraint: Constraint, rule: str, shape: NamedNode, focus: Term, value: Term | None
) -> Result:
    return Result(
        severity=constraint.severity,
        rule=rule,
        source="",
        node=say(focus),
        value=say(value),
        message=constraint.message,
        fix=constraint.fix,
        component=constraint.component,
        terms=Terms(
            focus=focus,
            shape=shape,
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


_COUNTED = """
SELECT (COUNT(*) AS ?said) (COUNT(DISTINCT ?focus) AS ?nodes) WHERE {{ ?focus {property} ?value }}
"""


class _Members:
    """The members of classes, and which of them a constraint finds at fault.

    To find them takes as long as to look at what one property says of them, and a class has many
    constraints: they are found once, and few are named in the question. Of many, the question is
    asked of all nodes, whatever class they are of, and its answer serves other classes too.

    Args:
        graph: Where to look.
    """

    def __init__(self, graph: Store) -> None:
        self._graph = graph
        self._has_property = cache(lambda iri: graph.contains(predicate=iri))
        self._has_several = cache(self._find_several)
        self._of_class = cache(self._find)
        # An answer may be long, and is wanted by the constraint that comes next, if any.
        self._ask = lru_cache(maxsize=1)(lambda text: graph.query(text).rows)
        self._ask_kept = lru_cache(maxsize=1)(self._list_nodes)

    def may_be_at_fault(self, constraint: Constraint) -> bool:
        """Tell whether any node can be at fault, as far as one look at a property tells."""
        if not constraint.needs:
            return True
        if not self._has_property(constraint.needs):
            return False
        return not constraint.of_several or self._has_several(constraint.needs)

    def _find_several(self, iri: str) -> bool:
        """Tell whether a node may have a property twice; to count takes little."""
        [numbers] = self._graph.query(_COUNTED.format(property=NamedNode(iri))).rows
        return len(set(numbers)) > 1

    def _find(self, target: str) -> tuple[frozenset[str], str]:
        """Find the members of a class, and say in SPARQL which they are if they are few."""
        found = self._list_nodes(select_members(target))
        is_few = len(found) <= _FEW and not any(one.startswith("_:") for one in found)
        return found, f"VALUES ?focus {{ {' '.join(found)} }}" if is_few else ""

    def _list_nodes(self, text: str) -> frozenset[str]:
        return frozenset(self._graph.list_nodes(text))

    def find_faults(self, constraint: Constraint) -> Iterator[tuple[Term, ...]]:
        """Find members at fault, each with the value if there is one, in no set order."""
        members, few = self._of_class(constraint.target)
        if not members:
            return
        if constraint.kept and not few:
            yield from ((read_node(one),) for one in members - self._ask_kept(constraint.kept))
            return
        for row in self._ask(constraint.asked.replace(MEMBERS, few)):
            if str(row[0]) in members:
                yield cast("tuple[Term, ...]", row)


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
