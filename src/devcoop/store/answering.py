"""Queries, their answers, and answers that are kept.

An answer comes as the engine has it, as rows of texts, or as a file of columns where it has very
many rows. Rows of a store that lies on disk are put in order here: the engine takes longer to
order texts than to find them.
"""

from __future__ import annotations

import contextlib
import csv
import io
import os
import tempfile
from abc import ABC, abstractmethod
from functools import cache, partial
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from devcoop import names
from devcoop.errors import ComparisonError, QueryError
from devcoop.store.dotted import find_undeclared, write_out_dotted
from devcoop.store.ordering import order_kept, split_order
from devcoop.store.results import CSV, JSON, TABLE, TSV, Answer, KeptAnswer, Result, parse_kept
from devcoop.store.terms import NamedNode

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from pathlib import Path

    from devcoop.parquet import ParquetDoor
    from devcoop.store.shelf import Shelf

_ROWS = "parquet"
_LARGE_ANSWER = 4_000_000
"""Bytes of an answer of which some rows are read sooner out of a file that has columns."""


class Answering(ABC):
    """What answers queries, and keeps answers that its sources alone decide.

    Attributes:
        shelf: Where answers are kept; None for nowhere.
    """

    ENGINE = f"{ox.__name__} {metadata.version('pyoxigraph')}\n"
    """What answers hang on beside the query and the sources."""

    shelf: Shelf | None

    @property
    @abstractmethod
    def _engine(self) -> ox.Store:
        """The engine, opened by this very process."""

    @property
    @abstractmethod
    def version(self) -> str:
        """What tells the sources from those of any other store."""

    @property
    @abstractmethod
    def is_in_memory(self) -> bool:
        """Whether all quads are in memory, so that nothing is read from files any more."""

    def query(self, text: str, *, union: bool = True) -> Answer:
        """Run a query that is trusted, in this process and without a deadline.

        Args:
            text: SPARQL SELECT, ASK, CONSTRUCT or DESCRIBE.
            union: Whether to look in all graphs together, or in the default graph alone.

        Raises:
            QueryError: The text is no SPARQL query.
        """
        try:
            ordered = self._render_in_order(text, union=union)
            return KeptAnswer(ordered) if ordered else self.start(text, union=union).collect()
        except (SyntaxError, ValueError) as error:
            raise QueryError.of_parser(error) from error

    def query_csv(self, text: str, graphs: Iterable[str] | None = None) -> bytes:
        """Run a trusted SELECT and give its answer as CSV, as the engine writes it.

        Args:
            text: A SPARQL SELECT.
            graphs: IRIs of the graphs it is asked of together; None for all.

        Raises:
            QueryError: The text is no SPARQL SELECT.
        """
        return self._render(text, CSV, graphs)

    def iter_rows(self, text: str) -> Iterator[list[str]]:
        """Run a trusted SELECT, and give its rows in no order, as they may be very many.

        Args:
            text: A SPARQL SELECT; if it asks for the order of some columns, that is left out.

        Yields:
            Texts in the order of the columns.

        Raises:
            QueryError: The text is no SPARQL SELECT.
            OSError: They cannot be written into a file, from which they are read.
        """
        with tempfile.TemporaryFile() as file:
            try:
                self.start(split_order(text)[0]).write(file, CSV)
            except (SyntaxError, ValueError) as error:
                raise QueryError.of_parser(error) from error
            file.seek(0)
            csv.field_size_limit(max(os.fstat(file.fileno()).st_size, csv.field_size_limit()))
            rows = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""))
            next(rows)
            yield from rows

    def list_nodes(self, text: str) -> list[str]:
        """Run a trusted SELECT of one column, and give its nodes as texts: many take little so.

        Args:
            text: A SPARQL SELECT of one variable, bound in each row to no literal.

        Returns:
            IRIs in brackets and labels of blank nodes, as N-Triples has them.

        Raises:
            QueryError: The text is no SPARQL SELECT.

        Examples:
            >>> from devcoop.store import Store
            >>> from devcoop.store.terms import NamedNode, Quad
            >>> name, store = NamedNode("urn:a"), Store()
            >>> store.add(None, [Quad(name, name, name)])
            >>> store.list_nodes("SELECT ?one { ?one ?is ?other }")
            ['<urn:a>']
        """
        return self._render(text, TSV).decode().split("\n")[1:-1]

    def _render(self, text: str, media_type: str, graphs: Iterable[str] | None = None) -> bytes:
        try:
            ordered = self._render_in_order(text, graphs)
            if ordered:
                return ordered if media_type == JSON else parse_kept(ordered).render(media_type)
            result = self.start(text, default_graphs=graphs)
        except (SyntaxError, ValueError) as error:
            raise QueryError.of_parser(error) from error
        if result.kind != TABLE:
            raise QueryError("only a SELECT gives a table")
        return result.render(media_type)

    def _render_in_order(
        self, text: str, graphs: Iterable[str] | None = None, *, union: bool = True
    ) -> bytes | None:
        """Write a table as JSON, put in order here; None if the engine does that faster, or has to.

        Raises:
            SyntaxError: The text is no query; a ValueError likewise.
        """
        unordered, columns = ("", ()) if self.is_in_memory else split_order(text)
        if not columns:
            return None
        result = self.start(unordered, union=union, default_graphs=graphs)
        if result.kind != TABLE or not set(columns) <= set(result.columns):
            return None
        return order_kept(result.render(JSON), columns)

    def recall(self, text: str, made_from: str = "") -> Answer:
        """Give the answer to a trusted SELECT, kept beside a store on disk.

        Args:
            text: A SPARQL SELECT.
            made_from: What is beside the sources, in any words; empty if nothing is yet.

        Raises:
            QueryError: The text is no SPARQL SELECT.
        """
        asked = partial(self._render, text, JSON)
        if self.shelf is None:
            # Written and read, rows cost a fraction of what they cost term by term.
            return KeptAnswer(asked())
        kept = self.shelf.recall(self.version, self.ENGINE + made_from + text, "json", asked)
        with contextlib.suppress(SyntaxError, ValueError):
            return KeptAnswer(kept)
        return self.query(text)

    def query_among(self, text: str, graphs: Iterable[str]) -> Answer:
        """Run a trusted SELECT that looks in some graphs alone; nothing of it is kept.

        Args:
            text: A SPARQL SELECT.
            graphs: IRIs of the graphs it is asked of together.

        Raises:
            QueryError: The text is no SPARQL SELECT.
        """
        return KeptAnswer(self._render(text, JSON, graphs))

    def knows_answer(self, text: str) -> bool:
        """Tell whether the answer to a trusted SELECT seems to be kept.

        Args:
            text: As for `recall`.
        """
        shelf = self.shelf
        return shelf is not None and shelf.knows_answer(self.version, self.ENGINE + text, "json")

    def recall_made(self, name: str, make: Callable[[], bytes]) -> bytes:
        """Give a table that is made of the sources, likewise; made now if it was not before.

        Args:
            name: What it hangs on beside the sources: which table it is, and what makes it.
            make: Makes it, as CSV.
        """
        if self.shelf is None:
            return make()
        return self.shelf.recall(self.version, self.ENGINE + name, "csv", make)

    def recall_file(self, name: str, ending: str, write: Callable[[Path], None]) -> Path | None:
        """Give the file of such a table, likewise, if it has too many rows to be in memory.

        Args:
            name: As for `recall_made`.
            ending: Says how it is written.
            write: Writes it to a path.

        Returns:
            None if nothing can be kept.
        """
        if self.shelf is None:
            return None
        return self.shelf.recall_file(self.version, self.ENGINE + name, ending, write)

    def recall_cells(self, text: str) -> tuple[Sequence[str], Sequence[tuple[str, ...]]]:
        """Give all rows of the answer to a trusted SELECT, likewise, as plain cells.

        Args:
            text: As for `recall`.

        Returns:
            The names of the columns, and texts in their order, row by row.

        Raises:
            QueryError: The text is no SPARQL SELECT.
        """
        open_door = cache(_open_door)
        with contextlib.suppress(ComparisonError):
            if path := self._find_rows(text, open_door):
                columns = open_door().list_columns(path)
                return columns, list(open_door().iter_rows(path, columns))
        answer = self.recall(text)
        return answer.columns, [tuple(row.values()) for row in answer.records()]

    def recall_records(self, text: str) -> list[dict[str, str]]:
        """Give the same rows as texts by column.

        Args:
            text: As for `recall`.

        Raises:
            QueryError: The text is no SPARQL SELECT.
        """
        columns, rows = self.recall_cells(text)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def recall_rows(
        self, text: str, column: str, values: Collection[str], *, others: bool = False
    ) -> list[dict[str, str]]:
        """Give some rows of the answer to a trusted SELECT, likewise; the others cost little.

        Args:
            text: As for `recall`.
            column: The column by which they are chosen, with a node in each row.
            values: What is in it, of those that are wanted.
            others: Whether all others are wanted instead.

        Returns:
            Texts by column, in the order of the answer.

        Raises:
            QueryError: The text is no SPARQL SELECT.
        """
        if self.shelf is None and not others:
            # What is unbound in a row would meet every node.
            with contextlib.suppress(ValueError):
                nodes = " ".join(str(NamedNode(one)) for one in sorted(values))
                return self.recall(f"{text}\nVALUES ?{column} {{ {nodes} }}").records()
        [(columns, rows)] = self.recall_cells_of_each([text], column, values, others=others)
        return [dict(zip(columns, row, strict=True)) for row in rows]

    def recall_cells_of_each(
        self, texts: Iterable[str], column: str, values: Collection[str], *, others: bool = False
    ) -> Iterator[tuple[Sequence[str], Sequence[tuple[str, ...]]]]:
        """Give such rows of the answers to several SELECTs as plain cells: they may be very many.

        Args:
            texts: Each as for `recall`.
            column: As for `recall_rows`.
            values: Likewise, the same for all.
            others: Likewise.

        Yields:
            The names of the columns, and texts in their order, row by row.

        Raises:
            QueryError: One of the texts is no SPARQL SELECT.
        """
        wanted, open_door = frozenset(values), cache(_open_door)
        for text in texts:
            chosen = None
            with contextlib.suppress(ComparisonError):
                if path := self._find_rows(text, open_door):
                    chosen = open_door().choose(path, column, wanted, others=others)
            if chosen is None:
                every = self.recall(text)
                rows = every.choose_records(column, lambda one: (one in wanted) is not others)
                chosen = every.columns, [tuple(row.values()) for row in rows]
            yield chosen

    def _find_rows(self, text: str, open_door: Callable[[], ParquetDoor]) -> Path | None:
        """Find the file of a large answer; None if it is small, or nothing is kept.

        Raises:
            ComparisonError: It could not be written.
        """
        shelf, asked = self.shelf, self.ENGINE + text
        if shelf is None:
            return None
        answer = None if shelf.knows_file(self.version, asked, _ROWS) else self.recall(text)
        if answer and not (isinstance(answer, KeptAnswer) and answer.size > _LARGE_ANSWER):
            return None
        write = partial(self._write_rows, text)
        return shelf.recall_file(self.version, asked, _ROWS, lambda part: write(open_door(), part))

    def _write_rows(self, text: str, door: ParquetDoor, path: Path) -> None:
        answer = self.recall(text)
        types = dict.fromkeys(answer.columns, "string")
        door.write(answer.render_csv(), types, path, {"devcoop_answer": text})

    def start(
        self,
        text: str,
        *,
        union: bool = True,
        base: str | None = None,
        default_graphs: Iterable[str] | None = None,
        named_graphs: Iterable[str] | None = None,
    ) -> Result:
        """Start a query whose answer is taken row by row.

        Args:
            text: SPARQL.
            union: Whether all graphs together are its default graph, unless it is told others.
            base: What relative IRIs in it are relative to.
            default_graphs: IRIs of the graphs that are its default graph.
            named_graphs: IRIs of the only graphs it may name.

        Raises:
            SyntaxError: It is no SPARQL query; the message says where.
            ValueError: Likewise.
        """
        told = default_graphs is not None or named_graphs is not None
        graphs: dict[str, Any] = {"use_default_graph_as_union": union}
        if told:
            graphs = {
                "default_graph": [NamedNode(iri) for iri in default_graphs or ()],
                "named_graphs": [NamedNode(iri) for iri in named_graphs or ()],
            }
        try:
            return Result(self._engine.query(text, base_iri=base, **graphs))
        except SyntaxError as error:
            undeclared = find_undeclared(text)
            if undeclared:
                raise SyntaxError(_say_undeclared(text, undeclared)) from error
            written = write_out_dotted(text)
            if written == text:
                raise
            return Result(self._engine.query(written, base_iri=base, **graphs))


def _open_door() -> ParquetDoor:
    """Open the door to files of rows; small stores need no engine for that."""
    from devcoop.parquet import ParquetDoor  # noqa: PLC0415

    return ParquetDoor()


def _say_undeclared(text: str, name: re.Match[str]) -> str:
    """Say which prefix is missing, where, and what it stands for if it is one of ours."""
    before = text[: name.start()]
    place = f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
    prefix = name["prefix"]
    remedy = f"PREFIX {prefix}: <{names.PREFIXES.get(prefix, '…')}>"
    return f"error at {place}: the prefix {prefix}: is not declared; write {remedy} first"
