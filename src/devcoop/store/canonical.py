"""The canonical form: the same lines for the same data, on every machine (RDFC-1.0).

Nodes without an IRI get labels that depend on what is said of them alone. Finding these labels
can take for ever where such nodes are entangled on purpose, so it is done in a process that is
ended at a deadline. Statements without such nodes have no part in it and are only sorted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import killable
from devcoop.errors import OutOfMemoryError, OutOfTimeError
from devcoop.store import rdf
from devcoop.store.terms import DefaultGraph, Quad, Triple, has_blank

if TYPE_CHECKING:
    from collections.abc import Iterable

SECONDS = 60.0
"""Longest time for giving labels to nodes without an IRI."""
MEMORY_BYTES = 1 << 30
# Fewer statements than this without a shared node cannot keep anybody waiting.
_FEW = 12


def label_blanks(
    quads: Iterable[Quad], *, what: str = "the data", seconds: float = SECONDS
) -> set[Quad]:
    """Give nodes without an IRI their canonical labels.

    Args:
        quads: Any quads.
        what: What they are, for messages.
        seconds: When to give up.

    Returns:
        The quads, each once, with labels `c14n0`, `c14n1`, …

    Raises:
        OutOfTimeError: Their nodes are too entangled to be told apart.
        OutOfMemoryError: They need more memory than there is.
    """
    plain, blank = set[Quad](), list[Quad]()
    for quad in quads:
        if has_blank(quad):
            blank.append(quad)
        else:
            plain.add(quad)
    if not blank:
        return plain
    return plain.union(_label(blank, what, seconds))


def _label(quads: list[Quad], what: str, seconds: float) -> Iterable[Quad]:
    if len(quads) < _FEW:
        return _canonize(quads)
    try:
        lines = killable.run(
            lambda: rdf.serialize(_canonize(quads), rdf.N_QUADS),
            what=what,
            seconds=seconds,
            memory_bytes=MEMORY_BYTES,
        )
    except OutOfTimeError as error:
        problem = f"are too entangled to be told apart within {seconds:g} seconds"
        raise OutOfTimeError(f"{what}: its nodes without names {problem}") from error
    except OutOfMemoryError as error:
        problem = f"{what}: its nodes without names need more memory than there is"
        raise OutOfMemoryError(problem) from error
    return rdf.parse(lines, rdf.N_QUADS)


def _canonize(quads: Iterable[Quad]) -> list[Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def order_quads(
    quads: Iterable[Quad], *, what: str = "the data", seconds: float = SECONDS
) -> list[Quad]:
    """Put quads into canonical order, with canonical labels.

    Args:
        quads: Any quads.
        what: What they are, for messages.
        seconds: When to give up.

    Returns:
        Each quad once: the default graph first, then graph by graph.

    Raises:
        OutOfTimeError: Their nodes without an IRI are too entangled.
        OutOfMemoryError: Likewise.

    Examples:
        >>> from devcoop.store.terms import BlankNode, Literal, NamedNode
        >>> quad = Quad(BlankNode("x"), NamedNode("urn:p"), Literal("1"))
        >>> str(order_quads([quad])[0])
        '_:c14n0 <urn:p> "1"'
    """
    return sorted(label_blanks(quads, what=what, seconds=seconds), key=_place)


def order_triples(triples: Iterable[Triple], *, what: str = "the data") -> list[Triple]:
    """Sort triples, with canonical labels.

    Args:
        triples: Any triples.
        what: What they are, for messages.

    Raises:
        OutOfTimeError: Their nodes without an IRI are too entangled.
        OutOfMemoryError: Likewise.
    """
    quads = (Quad(one.subject, one.predicate, one.object) for one in triples)
    return sorted((quad.triple for quad in label_blanks(quads, what=what)), key=str)


def canonical_lines(
    quads: Iterable[Quad], *, what: str = "the data", seconds: float = SECONDS
) -> list[str]:
    """Give the canonical N-Quads of quads, sorted, without line ends.

    Args:
        quads: Any quads.
        what: What they are, for messages.
        seconds: When to give up.

    Raises:
        OutOfTimeError: Their nodes without an IRI are too entangled.
        OutOfMemoryError: Likewise.

    Examples:
        >>> from devcoop.store.terms import BlankNode, Literal, NamedNode
        >>> canonical_lines([Quad(BlankNode("x"), NamedNode("urn:p"), Literal("1"))])
        ['_:c14n0 <urn:p> "1" .']
    """
    return sorted(f"{quad} ." for quad in label_blanks(quads, what=what, seconds=seconds))


def hash_quads(quads: Iterable[Quad], *, what: str = "the data") -> str:
    """Hash quads: the same for the same quads, whatever their order and their nodes' names.

    Args:
        quads: Any quads.
        what: What they are, for messages.

    Returns:
        SHA-256 of the canonical N-Quads, in hexadecimal.

    Raises:
        OutOfTimeError: Their nodes without an IRI are too entangled.
        OutOfMemoryError: Likewise.
    """
    lines = canonical_lines(quads, what=what)
    return hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()


def _place(quad: Quad) -> tuple[str, str]:
    is_default = quad.graph_name == DefaultGraph()
    return "" if is_default else str(quad.graph_name), str(quad.triple)
