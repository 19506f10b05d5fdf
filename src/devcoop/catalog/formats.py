"""The formats of RDF that are offered, and how they are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import media, names
from devcoop.store import rdf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from devcoop.store.terms import Quad, Triple


@dataclass(frozen=True)
class Format:
    """A way to write RDF.

    Attributes:
        suffix: Ending of a file or of an IRI, without the dot.
        media_type: Its name in HTTP.
    """

    suffix: str
    media_type: str

    @property
    def iri(self) -> str:
        """The format's IRI in the list of the W3C."""
        return rdf.get_format_iri(self.media_type)


FORMATS = {suffix: Format(suffix, media_type) for suffix, media_type in media.RDF.items()}
"""Formats by suffix, the most wanted first."""


def render_rdf(statements: Sequence[Triple] | Sequence[Quad], suffix: str) -> bytes:
    """Write statements in a format, in their order: the same bytes for the same statements.

    Args:
        statements: Triples, or quads for a format that knows named graphs.
        suffix: One of `FORMATS`.

    Examples:
        >>> from devcoop.store.terms import NamedNode, Triple
        >>> one = NamedNode("https://w3id.org/devcoop/theme/metrology")
        >>> render_rdf([Triple(one, one, one)], "nt").count(b"metrology")
        3
    """
    used = names.PREFIXES if suffix in ("ttl", "trig") else None
    return rdf.serialize(statements, FORMATS[suffix].media_type, prefixes=used)
