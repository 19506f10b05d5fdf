"""What an endpoint answered, as the records that a question to the built-in plans gives.

A server that runs out of time or breaks off may have said 200 already, so nothing is taken
that is not whole: the syntax must be right to the last bracket, and triples, which have no
last bracket, are only believed if the server said how long its answer is.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from devcoop import killable, media, names
from devcoop.queries import MAX_ROWS
from devcoop.store import Answer, rdf, results
from devcoop.store.terms import Literal, as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from devcoop.remote.exchange import Reply
    from devcoop.store.terms import Term, Triple

ACCEPT_GRAPH = f"{media.N_TRIPLES}, {media.TURTLE};q=0.8, {media.RDF_XML};q=0.7"
ACCEPT = (
    f"{media.RESULTS_JSON}, {media.N_TRIPLES};q=0.9, "
    f"{media.RESULTS_XML};q=0.8, {media.TURTLE};q=0.7, {media.RDF_XML};q=0.6"
)
_TABLES = (results.JSON, media.JSON, results.XML, media.XML, media.OLD_XML)
_GRAPHS = (rdf.N_TRIPLES, rdf.N_QUADS, rdf.TURTLE, rdf.RDF_XML)
_SMALL = 65_536
_OLD_ASK = "__ASK_RETVAL"
# Statements about statements can be nested as deep as the stack.
_NESTED = re.compile(rb"<<|\"triple\"|<triple")
Read = TypeVar("Read")
_ASKS_GRAPH = re.compile(
    r"(?:\s|#[^\r\n]*+|BASE\s*+<[^>]*+>|PREFIX\s*+[^\s:]*+\s*+:\s*+<[^>]*+>)*+"
    r"(CONSTRUCT|DESCRIBE)",
    re.IGNORECASE,
)
# The parser takes a yes or no whose last bracket is missing, and XML that is not closed.
_LAST_WORD = re.compile(rb"(\}|</([\w-]+:)?sparql\s*>)\s*\Z")


class BrokenAnswerError(ValueError):
    """The answer is not whole, or not an answer."""


class CutAnswerError(BrokenAnswerError):
    """The server gives no more than some rows.

    Args:
        most: How many.
    """

    def __init__(self, most: int) -> None:
        problem = f"the server gives no more than {most} rows, so this may be cut; ask for less"
        super().__init__(f"{problem}, or in pages: LIMIT and OFFSET around a SELECT with ORDER BY")
        self.most = most


def choose_accept(query: str) -> str:
    r"""Choose what to accept; a server that may write triples as a table would do so.

    Args:
        query: SPARQL.

    Examples:
        >>> choose_accept("PREFIX a: <urn:a#> # SELECT\nDescribe a:b").partition(",")[0]
        'application/n-triples'
        >>> choose_accept("SELECT ?construct { }").partition(",")[0]
        'application/sparql-results+json'
    """
    return ACCEPT_GRAPH if _ASKS_GRAPH.match(query) else ACCEPT


def asks_description(query: str) -> bool:
    """Tell whether a query is a DESCRIBE.

    Args:
        query: SPARQL.

    Examples:
        >>> asks_description("BASE <urn:a> describe <b>"), asks_description("ASK { <b> ?p ?o }")
        (True, False)
    """
    found = _ASKS_GRAPH.match(query)
    return found is not None and found[1].upper() == "DESCRIBE"


def read_description(reply: Reply, *, seconds: float = killable.SECONDS) -> Answer:
    """Read the answer to a DESCRIBE, but not of Virtuoso.

    Virtuoso 7 tells nothing of what a graph says of a thing that has no type in that graph,
    and describes no more than some things.

    Args:
        reply: As for `read_answer`.
        seconds: Time that reading it may take.

    Raises:
        BrokenAnswerError: It is of Virtuoso, or no whole answer.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory to read.
    """
    if "virtuoso" in reply.headers.get("server", "").lower():
        problem = "Virtuoso may leave out something of what it shall DESCRIBE and not say so"
        raise BrokenAnswerError(f"{problem}; ask with CONSTRUCT WHERE {{ <thing> ?p ?o }}")
    return read_answer(reply, seconds=seconds)


def read_answer(
    reply: Reply, *, seconds: float = killable.SECONDS, max_rows: int = MAX_ROWS
) -> Answer:
    """Read the answer to a query.

    Args:
        reply: JSON or XML of SPARQL results, or RDF.
        seconds: Time that reading it may take.
        max_rows: More than this many are an error, never a cut answer.

    Raises:
        BrokenAnswerError: It is cut, broken, too long, or of another kind.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory to read.
    """
    if reply.media_type in _TABLES:
        answer = _read_apart(reply, lambda: _read_table(reply, max_rows), seconds)
        _refuse_cut(reply, len(answer.rows))
        return answer
    triples = read_triples(reply, seconds=seconds)
    _check_length(len(triples), max_rows)
    return Answer(
        ("subject", "predicate", "object"), [tuple(one) for one in triples], is_graph=True
    )


def read_triples(reply: Reply, *, seconds: float = killable.SECONDS) -> list[Triple]:
    """Read the triples of a graph.

    Args:
        reply: RDF in a format that was asked for.
        seconds: Time that reading it may take.

    Raises:
        BrokenAnswerError: It is cut, broken, or of another kind.
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory to read.
    """
    if reply.media_type not in _GRAPHS:
        kind = repr(reply.media_type) if reply.media_type else "something unnamed"
        raise BrokenAnswerError(f"answered with {kind}, which is no answer to a query")
    if not reply.is_delimited:
        raise BrokenAnswerError("does not say where its answer ends, so it may be cut")
    triples = _read_apart(reply, lambda: _read_graph(reply), seconds)
    _refuse_cut(reply, len(triples))
    return triples


def _refuse_cut(reply: Reply, rows: int) -> None:
    """Refuse what a server cut without an error; Virtuoso says so in header fields of its own."""
    most = reply.headers.get("x-sparql-maxrows", "")
    if most.isdecimal() and rows >= int(most[:9]) > 0:
        raise CutAnswerError(int(most[:9]))
    if reply.headers.get("x-sql-state"):
        said = reply.headers.get("x-sql-message", reply.headers["x-sql-state"])
        raise BrokenAnswerError(f"the server gave only a part of its answer: {said}")


def _read_apart(reply: Reply, read: Callable[[], Read], seconds: float) -> Read:
    """Read in a process that can be ended, but for what is small and plain."""
    is_plain = reply.media_type != rdf.RDF_XML and not _NESTED.search(reply.body)
    if is_plain and len(reply.body) < _SMALL:
        return read()
    return killable.run(read, what="the answer", seconds=max(seconds, 0.0))


def _read_graph(reply: Reply) -> list[Triple]:
    try:
        return [
            quad.triple for quad in rdf.parse(reply.body, reply.media_type, base=names.ELSEWHERE)
        ]
    except (SyntaxError, ValueError) as error:
        raise BrokenAnswerError(_cut(error)) from error


def _read_table(reply: Reply, max_rows: int) -> Answer:
    if not _LAST_WORD.search(reply.body[-200:]):
        raise BrokenAnswerError("the answer is cut")
    try:
        columns, rows = results.parse_table(reply.body, reply.media_type)
        if [one.upper() for one in columns] == [_OLD_ASK]:
            columns, rows = ("answer",), iter([(_read_old_ask(*rows),)])
        answer = Answer(columns, list(islice(rows, max_rows + 1)))
    except (SyntaxError, ValueError) as error:
        raise BrokenAnswerError(_cut(error)) from error
    _check_length(len(answer.rows), max_rows)
    return answer


def _read_old_ask(*rows: tuple[Term | None, ...]) -> Literal:
    """Read a yes or no as Virtuoso 7 writes it: a table of one number, or of nothing."""
    return Literal(any(as_text(cell) not in ("", "0", "false") for row in rows for cell in row))


def _check_length(rows: int, max_rows: int) -> None:
    if rows > max_rows:
        raise BrokenAnswerError(f"more than {max_rows} rows; ask for fewer with LIMIT")


def _cut(error: Exception) -> str:
    return f"the answer is cut or broken: {error}"
