"""RDF as text, in one order: the same data give the same bytes on every machine.

Quads are ordered as their canonical N-Quads (RDFC-1.0), blank nodes bear their canonical
labels, prefixes stand in alphabetical order. N-Quads and TriG hold the named graphs, so that
the file is the dataset. Turtle and RDF/XML know no graphs: they hold the union of all graphs,
each triple once, and leave out which graph says it.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.catalog.formats import render_rdf
from devcoop.errors import GraphError
from devcoop.store import rdf
from devcoop.store.terms import NamedNode, Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devcoop.pipeline import Analysis
    from devcoop.store.terms import Triple

_AT_ONCE = 20_000
"""Quads of a piece."""

# What XML 1.0 cannot hold at all, even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The end of a property's IRI becomes the name of an XML element.
_ELEMENT_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
_XML_HEAD = re.compile(r"<rdf:RDF(?P<spaces>[^>]*)>")


def unite_graphs(quads: Iterable[Quad]) -> list[Triple]:
    """Drop the names of the graphs.

    Args:
        quads: Quads with canonical labels.

    Returns:
        Each triple once, in canonical order.
    """
    return sorted({quad.triple for quad in quads}, key=str)


def render_nquads(lines: Iterable[str]) -> bytes:
    r"""Render canonical lines as N-Quads.

    Args:
        lines: As `Dataset.lines` gives them.

    Examples:
        >>> render_nquads(["<urn:a> <urn:b> <urn:c> ."])
        b'<urn:a> <urn:b> <urn:c> .\n'
    """
    return "".join(f"{line}\n" for line in lines).encode()


def iter_all_findings(analysis: Analysis) -> Iterator[bytes]:
    """Write every finding of an analysis as N-Quads, piece by piece.

    Args:
        analysis: The run that found them.

    Yields:
        Lines in the named graph of findings; where all findings are listed, the same lines as in
        any other export, in another order.
    """
    graph = NamedNode(names.FINDINGS_GRAPH)
    quads = (Quad(one.subject, one.predicate, one.object, graph) for one in analysis.all_findings())
    while piece := list(islice(quads, _AT_ONCE)):
        yield rdf.serialize(piece, rdf.N_QUADS)


def render_trig(quads: Sequence[Quad]) -> bytes:
    """Render quads as TriG, graph by graph.

    Args:
        quads: As `order_quads` gives them.
    """
    return render_rdf(quads, "trig")


def render_turtle(quads: Iterable[Quad]) -> bytes:
    """Render the union of all graphs as Turtle.

    Args:
        quads: Quads with canonical labels.
    """
    return render_rdf(unite_graphs(quads), "ttl")


def render_rdfxml(quads: Iterable[Quad]) -> bytes:
    """Render the union of all graphs as RDF/XML.

    Args:
        quads: Quads with canonical labels.

    Raises:
        GraphError: XML cannot hold a property or a character of the data.
    """
    triples = unite_graphs(quads)
    for triple in triples:
        _check_xml(triple)
    text = rdf.serialize(triples, rdf.RDF_XML, prefixes=names.PREFIXES).decode()
    return _XML_HEAD.sub(_sort_namespaces, text, count=1).encode()


def _sort_namespaces(head: re.Match[str]) -> str:
    return f"<rdf:RDF {' '.join(sorted(head['spaces'].split()))}>"


def _check_xml(triple: Triple) -> None:
    if _NOT_XML.search(str(getattr(triple.object, "value", ""))):
        raise GraphError(f"RDF/XML cannot hold a control character: {triple}")
    if not _ELEMENT_NAME.search(triple.predicate.value):
        raise GraphError(f"RDF/XML cannot hold a property called {triple.predicate}")
