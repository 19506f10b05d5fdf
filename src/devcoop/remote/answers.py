"""What an endpoint answered, as the records that a question to the built-in plans gives.

A server that runs out of time or breaks off may have said 200 already, so nothing is taken
that is not whole: the syntax must be right to the last bracket, and triples, which have no
last bracket, are only believed if the server said how long its answer is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import names
from devcoop.queries import MAX_ROWS, Answer

if TYPE_CHECKING:
    from devcoop.remote.exchange import Reply

ACCEPT_GRAPH = "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.7"
ACCEPT = (
    "application/sparql-results+json, application/n-triples;q=0.9, "
    "application/sparql-results+xml;q=0.8, text/turtle;q=0.7, application/rdf+xml;q=0.6"
)
_TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
# The parser takes a yes or no whose last bracket is missing, and XML that is not closed.
_LAST_WORD = re.compile(rb"(\}|</([\w-]+:)?sparql\s*>)\s*\Z")


class BrokenAnswerError(ValueError):
    """The answer is not whole, or not an answer."""


def read_answer(reply: Reply, *, max_rows: int = MAX_ROWS) -> Answer:
    """Read the answer to a query.

    Args:
        reply: JSON or XML of SPARQL results, or RDF.
        max_rows: More than this many are an error, never a cut answer.

    Raises:
        BrokenAnswerError: It is cut, broken, too long, or of another kind.
    """
    if reply.media_type in _TABLES:
        return _read_table(reply, max_rows)
    triples = read_triples(reply)
    _check_length(len(triples), max_rows)
    return Answer(
        ("subject", "predicate", "object"), [tuple(one) for one in triples], is_graph=True
    )


def read_triples(reply: Reply) -> list[ox.Triple]:
    """Read the triples of a graph.

    Args:
        reply: RDF in a format that was asked for.

    Raises:
        BrokenAnswerError: It is cut, broken, or of another kind.
    """
    form = _GRAPHS.get(reply.media_type)
    if form is None:
        kind = repr(reply.media_type) if reply.media_type else "something unnamed"
        raise BrokenAnswerError(f"answered with {kind}, which is no answer to a query")
    if not reply.is_delimited:
        raise BrokenAnswerError("does not say where its answer ends, so it may be cut")
    try:
        return [quad.triple for quad in ox.parse(reply.body, format=form, base_iri=names.ELSEWHERE)]
    except (SyntaxError, ValueError) as error:
        raise BrokenAnswerError(_cut(error)) from error


def _read_table(reply: Reply, max_rows: int) -> Answer:
    if not _LAST_WORD.search(reply.body[-200:]):
        raise BrokenAnswerError("the answer is cut")
    try:
        result = ox.parse_query_results(reply.body, format=_TABLES[reply.media_type])
        if isinstance(result, ox.QueryBoolean):
            return Answer(("answer",), [(ox.Literal(bool(result)),)])
        assert isinstance(result, ox.QuerySolutions)  # noqa: S101  tables hold nothing else
        columns = tuple(variable.value for variable in result.variables)
        rows = []
        for row in result:
            rows.append(tuple(row[column] for column in columns))
            _check_length(len(rows), max_rows)
    except SyntaxError as error:
        raise BrokenAnswerError(_cut(error)) from error
    return Answer(columns, rows)


def _check_length(rows: int, max_rows: int) -> None:
    if rows > max_rows:
        raise BrokenAnswerError(f"more than {max_rows} rows; ask for fewer with LIMIT")


def _cut(error: Exception) -> str:
    return f"the answer is cut or broken: {error}"
