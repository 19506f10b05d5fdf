"""Media types: what every kind of file and of answer is called in HTTP, and by which ending.

Nothing else is in here, so that a process that only speaks HTTP needs no more.
"""

from __future__ import annotations

TURTLE = "text/turtle"
TRIG = "application/trig"
N_TRIPLES = "application/n-triples"
N_QUADS = "application/n-quads"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"
JSON = "application/json"
XML = "application/xml"
OLD_XML = "text/xml"
HTML = "text/html"
PLAIN = "text/plain"
PROBLEM = "application/problem+json"
GRAPHML = "application/graphml+xml"
CSV_METADATA = "application/csvm+json"
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

RDF = {
    "ttl": TURTLE,
    "jsonld": JSON_LD,
    "rdf": RDF_XML,
    "nt": N_TRIPLES,
    "trig": TRIG,
    "nq": N_QUADS,
}
"""Formats of RDF by ending, the most wanted first."""
RESULTS = (RESULTS_JSON, JSON, RESULTS_XML, XML, CSV, TSV)
"""Formats of tables that a SPARQL endpoint gives, the most wanted first."""


def in_utf8(media_type: str) -> str:
    """Give a media type of text with its encoding.

    Args:
        media_type: The media type.

    Examples:
        >>> in_utf8(CSV)
        'text/csv; charset=utf-8'
    """
    return f"{media_type}; charset=utf-8"
