"""The formats of RDF that are offered, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import names

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Format:
    """A way to write RDF.

    Attributes:
        suffix: Ending of a file or of an IRI, without the dot.
        media_type: Its name in HTTP.
        rdf: Its name in the engine.
    """

    suffix: str
    media_type: str
    rdf: ox.RdfFormat

    @property
    def iri(self) -> str:
        """The format's IRI in the list of the W3C."""
        return str(self.rdf.iri)


FORMATS = {
    one.suffix: one
    for one in (
        Format("ttl", "text/turtle", ox.RdfFormat.TURTLE),
        Format("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        Format("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        Format("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        Format("trig", "application/trig", ox.RdfFormat.TRIG),
        Format("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
    )
}
"""Formats by suffix, the most wanted first."""


def render_rdf(statements: Sequence[ox.Triple] | Sequence[ox.Quad], suffix: str) -> bytes:
    """Write statements in a format, in their order: the same bytes for the same statements.

    Args:
        statements: Triples, or quads for a format that knows named graphs.
        suffix: One of `FORMATS`.

    Examples:
        >>> one = ox.NamedNode("https://w3id.org/devcoop/theme/metrology")
        >>> render_rdf([ox.Triple(one, one, one)], "nt").count(b"metrology")
        3
    """
    form = FORMATS[suffix].rdf
    prefixed = suffix in ("ttl", "trig")
    used = names.PREFIXES if prefixed else None
    written = ox.serialize(statements, format=form, prefixes=used) or b""
    if not prefixed:
        return written
    # The engine writes the prefixes in the order of a hash table, which differs by run.
    lines = written.split(b"\n")
    header = sorted(line for line in lines if line.startswith(b"@prefix "))
    return b"\n".join([*header, *lines[len(header) :]])
