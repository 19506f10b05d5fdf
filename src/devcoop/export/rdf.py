"""RDF as text, in one order: the same data give the same bytes on every machine.

Quads are ordered as their canonical N-Quads (RDFC-1.0), blank nodes bear their canonical
labels, prefixes stand in alphabetical order. N-Quads and TriG hold the named graphs, so that
the file is the dataset. Turtle and RDF/XML know no graphs: they hold the union of all graphs,
each triple once, and leave out which graph says it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import names
from devcoop.catalog.formats import render_rdf
from devcoop.errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# What XML 1.0 cannot hold at all, even escaped.
_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The end of a property's IRI becomes the name of an XML element.
_ELEMENT_NAME = re.compile(r"[^\W\d][\w.-]*\Z")
_XML_HEAD = re.compile(r"<rdf:RDF(?P<spaces>[^>]*)>")


def order_quads(store: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Put quads into canonical order, with canonical labels for blank nodes.

    Args:
        store: The quads.

    Returns:
        Each quad once: the default graph first, then graph by graph.

    Examples:
        >>> quad = ox.Quad(ox.BlankNode("x"), ox.NamedNode("urn:p"), ox.Literal("1"))
        >>> str(order_quads([quad])[0])
        '_:c14n0 <urn:p> "1"'
    """
    dataset = ox.Dataset(store)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(set(dataset), key=_place)


def canonize(quads: Iterable[ox.Quad]) -> list[str]:
    """Give the canonical N-Quads of quads, sorted, without line ends.

    Args:
        quads: Any quads.

    Examples:
        >>> canonize([ox.Quad(ox.BlankNode("x"), ox.NamedNode("urn:p"), ox.Literal("1"))])
        ['_:c14n0 <urn:p> "1" .']
    """
    return sorted(f"{quad} ." for quad in order_quads(quads))


def _place(quad: ox.Quad) -> tuple[str, str]:
    is_default = quad.graph_name == ox.DefaultGraph()
    return "" if is_default else str(quad.graph_name), str(quad.triple)


def unite_graphs(quads: Iterable[ox.Quad]) -> list[ox.Triple]:
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


def render_trig(quads: Sequence[ox.Quad]) -> bytes:
    """Render quads as TriG, graph by graph.

    Args:
        quads: As `order_quads` gives them.
    """
    return render_rdf(quads, "trig")


def render_turtle(quads: Iterable[ox.Quad]) -> bytes:
    """Render the union of all graphs as Turtle.

    Args:
        quads: Quads with canonical labels.
    """
    return render_rdf(unite_graphs(quads), "ttl")


def render_rdfxml(quads: Iterable[ox.Quad]) -> bytes:
    """Render the union of all graphs as RDF/XML.

    Args:
        quads: Quads with canonical labels.

    Raises:
        GraphError: XML cannot hold a property or a character of the data.
    """
    triples = unite_graphs(quads)
    for triple in triples:
        _check_xml(triple)
    content = ox.serialize(triples, format=ox.RdfFormat.RDF_XML, prefixes=names.PREFIXES)
    text = (content or b"").decode()
    # A reader of XML takes a bare carriage return for a line feed.
    return _XML_HEAD.sub(_sort_namespaces, text, count=1).replace("\r", "&#13;").encode()


def _sort_namespaces(head: re.Match[str]) -> str:
    return f"<rdf:RDF {' '.join(sorted(head['spaces'].split()))}>"


def _check_xml(triple: ox.Triple) -> None:
    if _NOT_XML.search(str(getattr(triple.object, "value", ""))):
        raise GraphError(f"RDF/XML cannot hold a control character: {triple}")
    if not _ELEMENT_NAME.search(triple.predicate.value):
        raise GraphError(f"RDF/XML cannot hold a property called {triple.predicate}")
