"""Files as they are checked: read before any store changes what they say.

A store writes `"5"^^xsd:int` as an integer, and a parser gives blank nodes labels that differ
from run to run. Here literals keep the datatype that was written, and blank nodes are called by
their place in the files, so that the same files give the same report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devcoop import killable, names
from devcoop.store import Store
from devcoop.store.rdf import parse_numbered, read_bytes
from devcoop.store.terms import BlankNode, Literal, NamedNode, Quad, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.store.terms import Term

_LABEL = NamedNode(names.term("rdfs:label"))


@dataclass(frozen=True)
class Inputs:
    """What files say.

    Attributes:
        quads: Their statements, in the order of the files.
        places: File and line of each statement; the line is 0 where it is not known.
    """

    quads: tuple[Quad, ...]
    places: tuple[tuple[str, int], ...] = ()

    @property
    def graphs(self) -> frozenset[str]:
        """IRIs of the graphs that the statements belong to."""
        return frozenset(
            quad.graph_name.value for quad in self.quads if isinstance(quad.graph_name, NamedNode)
        )


def read_inputs(
    files: Iterable[Path], kind: str = "file", *, seconds: float = killable.SECONDS
) -> Inputs:
    """Read files of RDF; nothing is fetched.

    Args:
        files: Files; statements that name no graph get one of their file.
        kind: Tells the blank nodes of these files from those of files of another kind.
        seconds: Time that each file may take.

    Returns:
        Statements; blank nodes of different files are different.

    Raises:
        SourceError: A file cannot be read.
        OutOfTimeError: A file takes too long to read.
    """
    quads: list[Quad] = []
    places: list[tuple[str, int]] = []
    for number, file in enumerate(files, 1):
        parsed = parse_numbered(file, read_bytes(file), file.resolve().as_uri(), seconds=seconds)
        quads += _label_blanks([quad for _, quad in parsed], f"{kind}{number}n")
        places += [(str(file), line) for line, _ in parsed]
    return Inputs(tuple(quads), tuple(places))


def _label_blanks(quads: Iterable[Quad], prefix: str) -> list[Quad]:
    """Call blank nodes by the order in which they occur."""
    labels: dict[str, BlankNode] = {}

    def name(node: Any) -> Any:
        if isinstance(node, BlankNode):
            return labels.setdefault(node.value, BlankNode(f"{prefix}{len(labels) + 1}"))
        return node

    return [Quad(name(q.subject), q.predicate, name(q.object), q.graph_name) for q in quads]


def keep_written(quads: Sequence[Quad]) -> list[Quad]:
    """Give literals whose datatype a store would change a datatype that it leaves alone.

    Args:
        quads: Statements as they are written.

    Returns:
        The same statements, to be put into a store; empty if it changes no datatype.
    """
    literals = {quad.object for quad in quads if isinstance(quad.object, Literal)}
    kept = {one: _keep(one) for one in _find_changed(literals)}
    if not kept:
        return []
    return [Quad(q.subject, q.predicate, _look_up(kept, q.object), q.graph_name) for q in quads]


def _look_up(kept: Mapping[Literal, Literal], term: Term) -> Term:
    return kept.get(term, term) if isinstance(term, Literal) else term


def _find_changed(literals: Iterable[Literal]) -> Iterator[Literal]:
    """Find the literals that come back from a store with another datatype."""
    numbered = {f"{names.AS_WRITTEN}{number}": one for number, one in enumerate(literals)}
    store = Store()
    store.add(None, [Triple(NamedNode(node), _LABEL, one) for node, one in numbered.items()])
    for quad in store:
        written = numbered[as_text(quad.subject)]
        if isinstance(quad.object, Literal) and quad.object.datatype != written.datatype:
            yield written


def _keep(literal: Literal) -> Literal:
    return Literal(literal.value, datatype=NamedNode(names.AS_WRITTEN + literal.datatype.value))


def give_back(term: Term | None) -> Term | None:
    """Give a term as it was written.

    Args:
        term: A term of a store that was filled from `keep_written`.
    """
    if isinstance(term, Literal) and term.datatype.value.startswith(names.AS_WRITTEN):
        datatype = NamedNode(term.datatype.value.removeprefix(names.AS_WRITTEN))
        return Literal(term.value, datatype=datatype)
    return term
