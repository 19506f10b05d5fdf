"""What a query gave: a table, a yes or no, or a graph; read, written and measured."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from devcoop import media
from devcoop.store import rdf
from devcoop.store.tables import read_json, read_xml
from devcoop.store.terms import Literal, Triple, as_text
from devcoop.store.xml import Sink, XmlSink

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from devcoop.store.terms import Term

JSON, XML = media.RESULTS_JSON, media.RESULTS_XML
CSV, TSV = media.CSV, media.TSV
_FORMATS = {
    JSON: ox.QueryResultsFormat.JSON,
    XML: ox.QueryResultsFormat.XML,
    CSV: ox.QueryResultsFormat.CSV,
    TSV: ox.QueryResultsFormat.TSV,
}
_ALIASES = {media.JSON: JSON, media.XML: XML, media.OLD_XML: XML}
# The fewest bytes that a row can take: an empty cell and the line's end, or an empty object.
_LEAST_ROW = {JSON: 3, XML: 17, CSV: 1, TSV: 1}
_WRITTEN_AS_XML = (XML, media.RDF_XML)
_A_TRIPLE = re.compile(rb'"type"\s*:\s*"triple"')
"""What no text in JSON can hold, as its quotation marks would be escaped."""
TABLE, BOOLEAN, GRAPH = "table", "boolean", "graph"
"""Kinds of results."""


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

    def choose_records(self, column: str, is_wanted: Callable[[str], bool]) -> list[dict[str, str]]:
        """Give some rows as plain text by column.

        Args:
            column: The column by which they are chosen.
            is_wanted: Tells of a text in it whether its row is wanted.
        """
        return [one for one in self.records() if is_wanted(one[column])]

    def render_csv(self) -> bytes:
        """Write the rows as plain text by column, as CSV with a head line."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerows([self.columns, *(record.values() for record in self.records())])
        return text.getvalue().encode()

    def render_turtle(self) -> str:
        """Write the triples of a CONSTRUCT or DESCRIBE as Turtle, sorted."""
        triples = sorted((Triple(*row) for row in self.rows), key=str)  # type: ignore[arg-type]
        return rdf.serialize(triples, rdf.TURTLE).decode()


class KeptAnswer(Answer):
    """The answer to a SELECT as it was kept; terms are made of it when somebody asks for terms.

    Args:
        content: What `Result.render` gave as JSON.

    Raises:
        SyntaxError: It is something else.
        ValueError: Likewise.
    """

    def __init__(self, content: bytes) -> None:
        # A frozen record is filled past its own guard.
        object.__setattr__(self, "columns", parse_kept(content).columns)
        object.__setattr__(self, "is_graph", False)
        object.__setattr__(self, "_content", content)

    @property
    def size(self) -> int:
        """How many bytes were kept."""
        return len(self._content)  # type: ignore[attr-defined]

    @cached_property
    def rows(self) -> list[tuple[Term | None, ...]]:
        """Terms in the order of the columns, as any answer has them."""
        content: bytes = self._content  # type: ignore[attr-defined]
        return parse_kept(content).collect().rows

    def render_csv(self) -> bytes:
        """Write the rows as plain text by column, as CSV, likewise without a term."""
        content: bytes = self._content  # type: ignore[attr-defined]
        return super().render_csv() if _has_triple(content) else parse_kept(content).render(CSV)

    def records(self) -> list[dict[str, str]]:
        """Give the rows as plain text by column, without a term on the way."""
        content: bytes = self._content  # type: ignore[attr-defined]
        # A statement about a statement has parts in the place of a text.
        if _has_triple(content):
            return super().records()
        empty, records = dict.fromkeys(self.columns, ""), []
        for row in json.loads(content)["results"]["bindings"]:
            record = empty.copy()
            for column, cell in row.items():
                record[column] = cell["value"]
            records.append(record)
        return records


def _has_triple(content: bytes) -> bool:
    """Tell whether a kept answer has statements about statements."""
    # A word is found many times faster than a pattern, and nearly no answer has it.
    return b'"triple"' in content and _A_TRIPLE.search(content) is not None


class Result:
    """A result that is still being worked out, row by row.

    Args:
        found: What the engine gave.

    Attributes:
        triples: How many were written of a graph.
    """

    def __init__(self, found: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples) -> None:
        self._found = found
        self.triples = 0

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of a table."""
        return tuple(one.value for one in self._found.variables)  # type: ignore[union-attr]

    @property
    def kind(self) -> str:
        """`TABLE`, `BOOLEAN` or `GRAPH`."""
        if isinstance(self._found, ox.QuerySolutions):
            return TABLE
        return BOOLEAN if isinstance(self._found, ox.QueryBoolean) else GRAPH

    def collect(self, most: int | None = None) -> Answer:
        """Collect the rows.

        Args:
            most: No more than so many are worked out; None for all.
        """
        found = self._found
        if isinstance(found, ox.QueryBoolean):
            return Answer(("answer",), [(Literal(bool(found)),)])
        if isinstance(found, ox.QuerySolutions):
            return Answer(self.columns, [tuple(row) for row in islice(found, most)])
        triples: list[tuple[Term | None, ...]] = [tuple(one) for one in islice(found, most)]
        return Answer(("subject", "predicate", "object"), triples, is_graph=True)

    def write(self, sink: Sink, media_type: str) -> None:
        """Write the rows as they come.

        Args:
            sink: Takes the bytes; what it raises is raised.
            media_type: One of RDF for a graph, else of those above.

        Raises:
            GraphError: The format cannot hold them.
        """
        checked = XmlSink(sink) if _ALIASES.get(media_type, media_type) in _WRITTEN_AS_XML else None
        taker: Any = checked or sink
        if isinstance(self._found, ox.QueryTriples):
            ox.serialize(self._count_triples(), taker, rdf.get_format(media_type))
        else:
            self._found.serialize(taker, _FORMATS[_ALIASES.get(media_type, media_type)])
        if checked:
            checked.finish()

    def _count_triples(self) -> Iterator[ox.Triple]:
        for triple in self._found:  # type: ignore[union-attr]
            self.triples += 1
            yield triple

    def render(self, media_type: str) -> bytes:
        """Write all rows.

        Args:
            media_type: As for `write`.
        """
        sink = io.BytesIO()
        self.write(sink, media_type)
        return sink.getvalue()


def parse_kept(content: bytes) -> Result:
    """Read a table that we wrote as JSON.

    Args:
        content: What `Result.render` gave.

    Raises:
        SyntaxError: It is something else.
        ValueError: Likewise.
    """
    return Result(ox.parse_query_results(content, format=_FORMATS[JSON]))


def parse_table(
    content: bytes, media_type: str
) -> tuple[tuple[str, ...], Iterator[tuple[Term | None, ...]]]:
    """Read a table as others wrote it.

    Args:
        content: JSON or XML of SPARQL results; a yes or no is a table of one cell.
        media_type: Says which.

    Returns:
        The names of the columns, and an iterator over the rows.

    Raises:
        ValueError: It is broken; a SyntaxError knows the line.

    Examples:
        >>> columns, rows = parse_table(b'{"head": {}, "boolean": true}', JSON)
        >>> columns, next(rows)[0].value
        (('answer',), 'true')
    """
    read = read_xml if _ALIASES.get(media_type, media_type) == XML else read_json
    return read(content)


def has_more(content: bytes, media_type: str, rows: int) -> bool:
    r"""Tell whether a table that we wrote has more rows; only large ones are counted.

    Args:
        content: The table.
        media_type: How it was written.
        rows: As many are not too many.

    Examples:
        >>> has_more(b"a\r\n1\r\n2\r\n", CSV, 1), has_more(b"a\r\n1\r\n2\r\n", CSV, 2)
        (True, False)
    """
    media_type = _ALIASES.get(media_type, media_type)
    return len(content) > rows * _LEAST_ROW[media_type] and _ROWS[media_type](content) > rows


def _count_json(content: bytes) -> int:
    return len(json.loads(content)["results"]["bindings"])


def _count_xml(content: bytes) -> int:
    # In a text this would be written otherwise.
    return content.count(b"<result>")


def _count_csv(content: bytes) -> int:
    csv.field_size_limit(max(len(content), csv.field_size_limit()))
    return sum(1 for _ in csv.reader(io.StringIO(content.decode(), newline=""))) - 1


def _count_tsv(content: bytes) -> int:
    # The end of a line in a text would be written otherwise.
    return content.count(b"\n") - 1


# The engine would not read values again that are longer than 16 MiB.
_ROWS = {JSON: _count_json, XML: _count_xml, CSV: _count_csv, TSV: _count_tsv}
