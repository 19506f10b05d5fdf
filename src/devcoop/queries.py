"""The query library, and SPARQL from outside.

A query is a file that runs as it stands on any engine. Its header, YAML in `#+` lines,
says which question it answers, what its parameters mean and what one row of the answer
is. A parameter is a line `VALUES ?name { … }`; binding replaces the line's content by a
term that the RDF library wrote, so that no value can change the query's structure.

Queries of users are checked on their parse tree before they run, and run in a process of
their own that is stopped at the deadline.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import resource
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import yaml
from rdflib.plugins.sparql.algebra import translatePrologue
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from devcoop import assets, names
from devcoop.errors import QueryError, QueryRefusedError, QueryTimeoutError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path

    from devcoop.graph import KnowledgeGraph

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_DATATYPES = {
    "date": names.term("xsd:date"),
    "decimal": names.term("xsd:decimal"),
    "integer": names.term("xsd:integer"),
}
# The loader in C reads a header in a tenth of the time; both are safe loaders.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SLOT = r"VALUES\s+\?{name}\s*\{{[^}}]*\}}"
_SUSPICIOUS = ("SERVICE", "FROM", "LOAD")
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
DEADLINE_SECONDS = 30.0
MAX_ROWS = 100_000


@dataclass(frozen=True)
class Query:
    """A question that can be asked of the graph.

    Attributes:
        name: The file's stem, unique in the library.
        topic: The folder it lies in.
        text: The SPARQL, header included.
        header: The header as YAML gives it: title, question, grain, params, columns.
    """

    name: str
    topic: str
    text: str
    header: dict[str, Any]

    @property
    def title(self) -> str:
        """What the query is called."""
        return str(self.header.get("title", self.name))

    @property
    def question(self) -> str:
        """The question it answers, in plain words."""
        return str(self.header.get("question", ""))

    @property
    def params(self) -> dict[str, dict[str, str]]:
        """Name, type and meaning of each parameter."""
        return dict(self.header.get("params") or {})

    def can_be_unset(self, name: str) -> bool:
        """Tell whether a parameter may be left open, which its header says in so many words.

        Args:
            name: One of the parameters.

        Examples:
            >>> get_query("results-chain").can_be_unset("plan")
            True
            >>> get_query("group-members-at-date").can_be_unset("date")
            False
        """
        return "unset" in str(self.params[name].get("about", ""))

    def bind(self, values: Mapping[str, str]) -> str:
        """Put values into the query's parameters.

        Args:
            values: Text by parameter name; an IRI may be written with a known prefix. Empty
                text leaves a parameter open if its header says that it can be unset.

        Returns:
            SPARQL that runs as it stands.

        Raises:
            QueryError: There is no such parameter, or the value is not of its type.

        Examples:
            >>> query = get_query("undertakings-by-theme")
            >>> "theme/metrology" in query.bind({"theme": "th:metrology"})
            True
            >>> "VALUES ?theme { UNDEF }" in query.bind({"theme": ""})
            True
        """
        text = self.text
        for name, value in values.items():
            if name not in self.params:
                known = ", ".join(self.params) or "none"
                raise QueryError(f"{self.name} has no parameter {name!r}; it has: {known}")
            is_open = not value and self.can_be_unset(name)
            kind = self.params[name].get("type", "string")
            term = "UNDEF" if is_open else read_term(value, kind, name=name)
            before, slot, after = re.split(f"({_SLOT.format(name=name)})", text, maxsplit=1)
            text = f"{before}VALUES ?{name} {{ {term} }}{after}" if slot else text
        return text


@dataclass(frozen=True)
class Answer:
    """What a query gave.

    Attributes:
        columns: Names of the columns; for CONSTRUCT, subject, predicate and object.
        rows: Terms in the order of the columns; None where nothing is bound.
        is_graph: Whether the rows are triples.
    """

    columns: tuple[str, ...]
    rows: list[tuple[Term | None, ...]]
    is_graph: bool = False

    def records(self) -> list[dict[str, str]]:
        """Give the rows as plain text by column; empty text where nothing is bound."""
        return [dict(zip(self.columns, map(as_text, row), strict=True)) for row in self.rows]


def as_text(term: Term | None) -> str:
    """Give a term's IRI or lexical form, without quotes and brackets.

    Examples:
        >>> as_text(ox.Literal("plan", language="en"))
        'plan'
    """
    return "" if term is None else str(getattr(term, "value", term))


def load_library(folder: Path = assets.QUERIES) -> dict[str, Query]:
    """Read every query of the library.

    Args:
        folder: Where the `.rq` files lie, one level down.

    Returns:
        Queries by name, in the order of topic and name.

    Raises:
        QueryError: A header is not YAML, or two files share a name.

    Examples:
        >>> "plan-periods" in load_library()
        True
    """
    library: dict[str, Query] = {}
    for path in sorted(folder.rglob("*.rq")):
        if path.stem in library:
            raise QueryError(f"{path}: another query is called {path.stem}, too")
        library[path.stem] = read_query(path)
    return library


def read_query(path: Path) -> Query:
    """Read one query with its header.

    Args:
        path: A `.rq` file.

    Raises:
        QueryError: The header is not a YAML mapping.
    """
    text = path.read_text(encoding="utf-8")
    lines = (line[3:] for line in text.splitlines() if line.startswith("#+ "))
    try:
        header = yaml.load("\n".join(lines), Loader=_LOADER) or {}  # noqa: S506
    except yaml.YAMLError as error:
        raise QueryError(f"{path}: the header is no YAML: {error}") from error
    if not isinstance(header, dict):
        raise QueryError(f"{path}: the header is no list of `key: value` lines")
    return Query(path.stem, path.parent.name, text, header)


def get_query(name: str) -> Query:
    """Get a query of the library.

    Args:
        name: Its name, such as `plan-periods`.

    Raises:
        QueryError: The library has none of this name.
    """
    for path in sorted(assets.QUERIES.rglob(f"{name}.rq")):
        return read_query(path)
    raise QueryError(f"there is no query {name!r}; `devcoop query --list` shows them all")


def read_term(value: str, kind: str, *, name: str) -> Term:
    """Turn a parameter's text into an RDF term.

    Args:
        value: What the user wrote.
        kind: `iri`, `string`, `date`, `decimal` or `integer`.
        name: The parameter, for the message.

    Raises:
        QueryError: The text is not of that kind.

    Examples:
        >>> read_term("th:metrology", "iri", name="theme")
        <NamedNode value=https://w3id.org/devcoop/theme/metrology>
    """
    if kind == "iri":
        return _read_iri(value, name)
    if kind not in _DATATYPES:
        return ox.Literal(value)
    if not _LEXICAL[kind].fullmatch(value):
        raise QueryError(f"{name}={value}: this is no {kind}")
    return ox.Literal(value, datatype=ox.NamedNode(_DATATYPES[kind]))


_LEXICAL = {
    "date": re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])"),
    "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)"),
    "integer": re.compile(r"[+-]?\d+"),
}


def _read_iri(value: str, name: str) -> ox.NamedNode:
    value = names.expand(value)
    try:
        node = ox.NamedNode(value)
    except ValueError as error:
        raise QueryError(f"{name}={value}: this is no IRI and no prefixed name") from error
    if not re.match(r"(https?|urn):", value):
        prefix = value.partition(":")[0]
        raise QueryError(f"{name}={value}: the prefix {prefix!r} is not known")
    return node


def run_query(graph: KnowledgeGraph, text: str, *, union: bool = True) -> Answer:
    """Run a query that is trusted, in this process and without a deadline.

    Args:
        graph: Where to look.
        text: SPARQL SELECT, ASK, CONSTRUCT or DESCRIBE.
        union: Whether to look in all its graphs together, or in the default graph alone.

    Raises:
        QueryError: The text is no SPARQL query.
    """
    try:
        result = graph.store.query(text, use_default_graph_as_union=union)
    except (SyntaxError, ValueError) as error:
        raise QueryError(f"this is no SPARQL query: {error}") from error
    if isinstance(result, ox.QuerySolutions):
        columns = tuple(variable.value for variable in result.variables)
        return Answer(columns, [tuple(row[column] for column in columns) for row in result])
    if isinstance(result, ox.QueryTriples):
        triples: list[tuple[Term | None, ...]] = [tuple(triple) for triple in result]
        return Answer(("subject", "predicate", "object"), triples, is_graph=True)
    return Answer(("answer",), [(ox.Literal(bool(result)),)])


def refuse_outside(text: str, *, known_graphs: Collection[str] = ()) -> bool:
    r"""Refuse a query that would reach outside the graph, judged on its parse tree.

    SERVICE and FROM are keywords: the grammar knows no other way to write the two clauses, and
    a keyword is its letters, in either case, in the text as it stands or once the escapes
    `\u` and `\U` are replaced. A text without these letters and without such escapes therefore
    has no such clause, whatever parser reads it, and needs no parse tree; most queries are
    spared it. All others are judged on the tree.

    The tree is that of rdflib while another engine answers, so nothing may be a comment or the
    end of a string to one and not to the other. A carriage return ends a comment for the
    standard and not for rdflib; it is read as a line end here. An escape is replaced before
    parsing by rdflib and after it by others; next to a suspicious word it is refused.

    Args:
        text: The query of a user.
        known_graphs: IRIs of the graphs that FROM may name.

    Returns:
        Whether the query says itself, with FROM, which graphs it asks.

    Raises:
        QueryError: It has a suspicious word and is no SPARQL 1.1 query.
        QueryRefusedError: It has SERVICE anywhere, or FROM or FROM NAMED of another graph.

    Examples:
        >>> refuse_outside("SELECT ?s WHERE { ?s ?p ?o }")
        False
        >>> refuse_outside("ASK FROM <http://example.org/> {}", known_graphs=["http://example.org/"])
        True
    """
    escaped, words = "\\u" in text.lower(), _has_word(text)
    if not (escaped or words):
        return False
    if escaped:
        if words or _has_word(_ESCAPE.sub(_read_escape, text)):
            raise QueryRefusedError(
                "refused: SERVICE, FROM and LOAD together with an escape such as \\u0041;"
                " write the character itself"
            )
        return False
    try:
        tree = parseQuery(text.replace("\r", "\n"))
    # The parser lets through whatever its parts raise; a deep nesting ends as RecursionError.
    except Exception as error:
        raise QueryError(
            f"this is no SPARQL 1.1 query, and its words SERVICE, FROM or LOAD"
            f" are read as SPARQL 1.1 only: {error}"
        ) from error
    return _check_tree(tree, known_graphs)


def _has_word(text: str) -> bool:
    """Tell whether the letters of a suspicious keyword stand anywhere, in either case.

    Upper case is that of Unicode, which makes an S of the long s as well: rather too strict.
    """
    upper = text.upper()
    return any(word in upper for word in _SUSPICIOUS)


def _read_escape(found: re.Match[str]) -> str:
    code = int(found[1] or found[2], 16)
    return chr(code) if code <= sys.maxunicode else ""


def _check_tree(tree: Any, known_graphs: Collection[str]) -> bool:
    """Look at each part of a parse tree; tell whether one of them is a FROM that is allowed."""
    has_dataset = False
    prologue = translatePrologue(tree[0], None)
    for part in _walk(tree):
        if part.name == "ServiceGraphPattern":
            raise QueryRefusedError("refused: SERVICE would ask another server")
        if part.name == "DatasetClause":
            graph = str(prologue.absolutize(part.default or part.named))
            if graph not in known_graphs:
                raise QueryRefusedError(f"refused: FROM <{graph}> would read graphs from elsewhere")
            has_dataset = True
    return has_dataset


def _walk(part: Any) -> Iterator[CompValue]:
    """Iterate over all nodes of a parse tree, whatever holds them."""
    if isinstance(part, CompValue):
        yield part
        for value in part.values():
            yield from _walk(value)
    elif not isinstance(part, str) and hasattr(part, "__iter__"):
        for value in part:
            yield from _walk(value)


def run_guarded(
    graph: KnowledgeGraph,
    text: str,
    *,
    seconds: float = DEADLINE_SECONDS,
    max_rows: int = MAX_ROWS,
) -> Answer:
    """Run a user's query: refused if it reaches outside, stopped at a deadline.

    Args:
        graph: Where to look.
        text: SPARQL.
        seconds: Deadline.
        max_rows: More rows than this are an error, never a cut answer.

    Raises:
        QueryError: It is no query, or gives too many rows.
        QueryRefusedError: It would reach outside the graph.
        QueryTimeoutError: It ran past the deadline.
    """
    refuse_outside(text)
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_answer_into, args=(there, graph, text, max_rows), daemon=True)
    worker.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise QueryTimeoutError(f"stopped: no answer within {seconds:g} seconds")
        answer: Answer | QueryError = here.recv()
    except EOFError as error:
        raise QueryError("stopped: the query used up the memory it may have") from error
    finally:
        worker.kill()
        worker.join()
        here.close()
    if isinstance(answer, QueryError):
        raise answer
    return answer


def _answer_into(pipe: Connection, graph: KnowledgeGraph, text: str, max_rows: int) -> None:
    """Run in the worker: send the answer, or the error it ended in."""
    try:
        _open_nothing_more(pipe)
        answer = run_query(graph, text)
        too_many = QueryError(f"stopped: more than {max_rows} rows; ask for fewer with LIMIT")
        pipe.send(too_many if len(answer.rows) > max_rows else answer)
    except QueryError as error:
        pipe.send(error)
    finally:
        pipe.close()


def _open_nothing_more(pipe: Connection) -> None:
    """Let this process open no file and no connection, whatever the guard may have missed."""
    free = os.dup(pipe.fileno())
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, free))


def run_csv(graph: KnowledgeGraph, text: str) -> bytes:
    """Run a trusted SELECT and give its answer as CSV, as the engine writes it.

    Args:
        graph: Where to look.
        text: A SPARQL SELECT.

    Raises:
        QueryError: The text is no SPARQL SELECT.
    """
    try:
        result = graph.store.query(text, use_default_graph_as_union=True)
    except (SyntaxError, ValueError) as error:
        raise QueryError(f"this is no SPARQL query: {error}") from error
    if not isinstance(result, ox.QuerySolutions):
        raise QueryError("only a SELECT gives a table")
    return result.serialize(format=ox.QueryResultsFormat.CSV) or b""


def serialize_graph(answer: Answer) -> str:
    """Write the triples of a CONSTRUCT or DESCRIBE as Turtle.

    Args:
        answer: One with `is_graph`.
    """
    triples = sorted((ox.Triple(*row) for row in answer.rows), key=str)  # type: ignore[arg-type]
    return (ox.serialize(triples, format=ox.RdfFormat.TURTLE) or b"").decode()
