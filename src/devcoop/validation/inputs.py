"""Files as they are checked: read before any store changes what they say.

A store writes `"5"^^xsd:int` as an integer, and a parser gives blank nodes labels that differ
from run to run. Here literals keep the datatype that was written, and blank nodes are called by
their place in the files, so that the same files give the same report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from devcoop import names
from devcoop.graph import parse_rdf, read_bytes
from devcoop.queries import as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.queries import Term

_LABEL = ox.NamedNode(names.term("rdfs:label"))


@dataclass(frozen=True)
class Inputs:
    """What files say.

    Attributes:
        quads: Their statements, in the order of the files.
    """

    quads: tuple[ox.Quad, ...]

    @property
    def graphs(self) -> frozenset[str]:
        """IRIs of the graphs that the statements belong to."""
        return frozenset(
            quad.graph_name.value
            for quad in self.quads
            if isinstance(quad.graph_name, ox.NamedNode)
        )


def read_inputs(files: Iterable[Path], kind: str = "file") -> Inputs:
    """Read files of RDF; nothing is fetched.

    Args:
        files: Files; statements that name no graph get one of their file.
        kind: Tells the blank nodes of these files from those of files of another kind.

    Returns:
        Statements; blank nodes of different files are different.

    Raises:
        SourceError: A file cannot be read.
    """
    quads: list[ox.Quad] = []
    for number, file in enumerate(files, 1):
        parsed = parse_rdf(file, read_bytes(file), file.resolve().as_uri())
        quads += _label_blanks(parsed, f"{kind}{number}n")
    return Inputs(tuple(quads))


def _label_blanks(quads: Iterable[ox.Quad], prefix: str) -> list[ox.Quad]:
    """Call blank nodes by the order in which they occur."""
    labels: dict[str, ox.BlankNode] = {}

    def name(node: Any) -> Any:
        if isinstance(node, ox.BlankNode):
            return labels.setdefault(node.value, ox.BlankNode(f"{prefix}{len(labels) + 1}"))
        return node

    return [ox.Quad(name(q.subject), q.predicate, name(q.object), q.graph_name) for q in quads]


def keep_written(quads: Sequence[ox.Quad]) -> list[ox.Quad]:
    """Give literals whose datatype a store would change a datatype that it leaves alone.

    Args:
        quads: Statements as they are written.

    Returns:
        The same statements, to be put into a store; empty if it changes no datatype.
    """
    literals = {quad.object for quad in quads if isinstance(quad.object, ox.Literal)}
    kept = {one: _keep(one) for one in _find_changed(literals)}
    if not kept:
        return []
    return [ox.Quad(q.subject, q.predicate, _look_up(kept, q.object), q.graph_name) for q in quads]


def _look_up(kept: Mapping[ox.Literal, ox.Literal], term: Term) -> Term:
    return kept.get(term, term) if isinstance(term, ox.Literal) else term


def _find_changed(literals: Iterable[ox.Literal]) -> Iterator[ox.Literal]:
    """Find the literals that come back from a store with another datatype."""
    numbered = {f"{names.AS_WRITTEN}{number}": one for number, one in enumerate(literals)}
    store = ox.Store()
    store.extend(
        [ox.Quad(ox.NamedNode(node), _LABEL, literal) for node, literal in numbered.items()]
    )
    for quad in store:
        written = numbered[as_text(quad.subject)]
        if isinstance(quad.object, ox.Literal) and quad.object.datatype != written.datatype:
            yield written


def _keep(literal: ox.Literal) -> ox.Literal:
    return ox.Literal(
        literal.value, datatype=ox.NamedNode(names.AS_WRITTEN + literal.datatype.value)
    )


def give_back(term: Term | None) -> Term | None:
    """Give a term as it was written.

    Args:
        term: A term of a store that was filled from `keep_written`.
    """
    if isinstance(term, ox.Literal) and term.datatype.value.startswith(names.AS_WRITTEN):
        datatype = ox.NamedNode(term.datatype.value.removeprefix(names.AS_WRITTEN))
        return ox.Literal(term.value, datatype=datatype)
    return term
