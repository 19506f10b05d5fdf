"""The facet table: the one door from the graph to numbers.

Each query of `queries/facets/` whose header names a `table` makes one table of it; the
`columns` of the header say how the cells are typed. Every query runs once: records and the
comparison read the same rows. Of a large store the rows are kept source by source
(`devcoop.facets.partitions`). What the tables cannot take is counted, never dropped silently.
"""

from __future__ import annotations

import unicodedata
import weakref
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import astuple, dataclass, replace
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from devcoop import assets
from devcoop.errors import ComparisonError
from devcoop.facets.partitions import Partitions, list_types
from devcoop.facets.tables import FiledTable, Table, WrittenTable, write_csv
from devcoop.joint import KIND, find_joint
from devcoop.model import LeftOut
from devcoop.queries import get_query, load_topic
from devcoop.scratch import Scratch, open_scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.facets.words import Words
    from devcoop.parquet import ParquetDoor
    from devcoop.queries import Query
    from devcoop.store import Store

TOPIC = "facets"
REFERENCE = "reference"
"""Table of what other activities undertakings name."""
TEXT_TERM = "text_term"
"""Table of how much the title and the description of each undertaking say by each term."""
ROOT_WORD = "root_word"
"""Table of how much they say by each root of a word, if they have a purpose of the aid."""
SPOKEN_PURPOSE = "spoken_purpose"
"""Table of how much these words speak of each purpose, whichever is stated."""
SIDE_WORK = "side_work"
"""Table of the undertakings that design, appraise or check the work of others, by their titles."""
_WORD_TYPES = {
    TEXT_TERM: {"undertaking": "iri", "language": "string", "term": "string", "weight": "decimal"},
    ROOT_WORD: {"undertaking": "iri", "root": "string", "weight": "decimal"},
    SPOKEN_PURPOSE: {"undertaking": "iri", "purpose": "iri", "weight": "decimal"},
    SIDE_WORK: {"undertaking": "iri"},
}
_AT_ONCE = 2
"""How many tables are asked for at the same time."""
_UNIQUE = ("undertaking", "agency")
"""Tables with one row for each value of the column of their name."""


@dataclass(frozen=True)
class FacetTable:
    """All that is compared, as typed tables.

    Attributes:
        tables: By name.
        left_out: What the tables do not hold although the graph does, in the order of the IRIs.
    """

    tables: dict[str, Table]
    left_out: tuple[LeftOut, ...]

    def records(self, name: str) -> list[dict[str, Any]]:
        """Give the rows of a table.

        Args:
            name: The table.

        Returns:
            Values by column, in the order of the query that makes the table.
        """
        return self.tables[name].records

    def records_of(self, name: str, undertakings: Collection[str] | None) -> list[dict[str, Any]]:
        """Give the rows of a table about some undertakings.

        Args:
            name: The table.
            undertakings: Their IRIs; None for all.
        """
        if undertakings is None:
            return self.records(name)
        return self.tables[name].choose_records("undertaking", undertakings)


def set_apart(facets: FacetTable, plan: str, others: Collection[str]) -> FacetTable:
    """Hold a plan against others of its own agency, as if another had written it.

    Args:
        facets: All that is compared.
        plan: IRI of the plan; it stands for the agency of its undertakings.
        others: IRIs of the undertakings that it is held against; all else is left out.

    Returns:
        The same tables with these undertakings alone.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> table = read_facet_table(build_graph())
        >>> plan = table.records("undertaking")[0]["plan"]
        >>> {row["agency"] for row in set_apart(table, plan, ()).records("undertaking")} == {plan}
        True
    """
    undertakings, agencies = facets.tables["undertaking"], facets.tables["agency"]
    places = {name: place for place, name in enumerate(undertakings.types)}
    rows = []
    for row in map(list, undertakings.rows()):
        if row[places["plan"]] == plan:
            row[places["agency"]] = plan
        elif row[places["undertaking"]] not in others:
            continue
        rows.append(row)
    tables = {
        "undertaking": undertakings.with_rows(rows),
        "agency": agencies.with_rows([*agencies.rows(), [plan, plan]]),
    }
    return replace(facets, tables=facets.tables | tables)


def read_facet_table(graph: Store) -> FacetTable:
    """Read the facet table out of the graph.

    Args:
        graph: Where the plans are.

    Raises:
        QueryError: A query of the table is broken.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> table = read_facet_table(build_graph())
        >>> len(table.records("undertaking")), table.left_out
        (165, ())
    """
    queries, keeper = list_table_queries(), _Keeper(graph)
    told: list[LeftOut] = []
    tables: dict[str, Table] = {}
    partitions = Partitions(graph, queries, lambda: keeper.door)
    for read in _read_tables(keeper, queries, partitions):
        table, repeated = _keep_first(read)
        told += repeated
        tables[table.name] = table
    left_out = _read_left_out(graph, told, tuple(tables.values()))
    tables[REFERENCE] = _add_joint(graph, tables[REFERENCE])
    is_filed = isinstance(tables["facet"], FiledTable)
    words = _Making(keeper, tables, is_filed=is_filed).make()
    return FacetTable(tables | {table.name: table for table in words}, left_out)


class _Keeper:
    """Keeps tables of a store as files, if it can."""

    def __init__(self, graph: Store) -> None:
        self.graph = graph

    @cached_property
    def door(self) -> ParquetDoor:
        """By which files are read and written; most stores have few plans, and need none."""
        from devcoop.parquet import ParquetDoor  # noqa: PLC0415

        return ParquetDoor()

    def file(
        self, name: str, types: dict[str, str], hangs_on: str, write: Callable[[Path], None]
    ) -> FiledTable | None:
        """Give a table as a file, written now if it was not; None if that cannot be."""
        with suppress(ComparisonError, OSError):
            path = self.graph.recall_file(hangs_on, "parquet", write)
            return FiledTable(name, types, path, self.door) if path else None
        return None

    def put_down(
        self, name: str, types: dict[str, str], write: Callable[[Path], None]
    ) -> FiledTable:
        """Give a table that cannot be kept as a file all the same, which goes with the table."""
        scratch = Scratch()
        try:
            path = scratch.path / f"{name}.parquet"
            write(path)
            table = FiledTable(name, types, path, self.door)
        except BaseException:
            scratch.close()
            raise
        weakref.finalize(table, scratch.close)
        return table


def _read_left_out(
    graph: Store, repeated: Iterable[LeftOut], tables: Iterable[Table]
) -> tuple[LeftOut, ...]:
    """Read what the tables do not hold, with what is known of that already."""
    columns = ("undertaking", "reason", "value", "graph")

    def tell() -> bytes:
        records = graph.recall_records(get_query("left-out").text)
        told = [LeftOut(*(record[column] for column in columns)) for record in records]
        told += [*repeated, *chain.from_iterable(map(_find_unreadable, tables))]
        return write_csv(columns, map(astuple, sorted(_find_home(graph, one) for one in told)))

    content = graph.recall_made(_name_making("left-out"), tell)
    rows = WrittenTable("left-out", dict.fromkeys(columns, "iri"), content).iter_columns()
    return tuple(LeftOut(*row) for row in rows)


def _add_joint(graph: Store, references: Table) -> Table:
    """Add to references those of activities that two agencies report without saying so."""
    if references.is_empty:
        return references
    make = partial(_write_references, graph, references)
    content = graph.recall_made(_name_making(REFERENCE), make)
    return WrittenTable(REFERENCE, references.types, content)


def _write_references(graph: Store, references: Table) -> bytes:
    joint = ([one.undertaking, KIND, one.identifier] for one in find_joint(graph))
    return write_csv(references.types, (*references.rows(), *joint))


def list_table_queries() -> dict[str, Query]:
    """List the queries that make a table, by the table's name.

    Examples:
        >>> list_table_queries()["facet"].name
        'undertaking-facets'
    """
    queries = load_topic(TOPIC).values()
    return {one.header["table"]: one for one in queries if "table" in one.header}


class _Making:
    """Makes the tables of words: each is kept, and words are read if one of them is not there yet.

    Args:
        keeper: Keeps them.
        tables: The tables that queries made.
        is_filed: Whether tables are filed, as there may be very many rows.
    """

    def __init__(self, keeper: _Keeper, tables: Mapping[str, Table], *, is_filed: bool) -> None:
        self._keeper, self._tables, self._is_filed = keeper, tables, is_filed

    def make(self) -> Iterator[Table]:
        """Make all of them; one is empty where no pair hangs on it.

        Words decide nothing where every facet is stated. Those of initiatives with a purpose count
        only beside one that is stated, and where there are any.
        """
        yield self._make(TEXT_TERM, lambda: not self._tables["suggestion"].is_empty)
        words = self._make(ROOT_WORD, lambda: bool(self._stated))
        yield words
        yield self._make(SPOKEN_PURPOSE, lambda: not words.is_empty)
        yield self._make(SIDE_WORK, lambda: not words.is_empty)

    def _make(self, name: str, is_wanted: Callable[[], bool]) -> Table:
        types = _WORD_TYPES[name]
        if not is_wanted():
            return WrittenTable(name, types, write_csv(types, ()))
        write = partial(self._write, name)
        if self._is_filed:
            filed = self._keeper.file(name, types, _name_making(name), write)
            if filed:
                return filed
        if self._keeper.graph.shelf is None:
            return self._keeper.put_down(name, types, write)
        read, graph = partial(self._read, name, write), self._keeper.graph
        content = graph.recall_made(_name_making(name), read)
        return WrittenTable(name, types, content)

    def _write(self, name: str, path: Path) -> None:
        words = self._words
        {
            TEXT_TERM: words.write_terms,
            ROOT_WORD: words.write_roots,
            SPOKEN_PURPOSE: words.write_spoken,
            SIDE_WORK: words.write_side_work,
        }[name](path)

    def _read(self, name: str, write: Callable[[Path], None]) -> bytes:
        """Give what is written into a file as CSV."""
        types = _WORD_TYPES[name]
        with open_scratch() as folder:
            path = folder / f"{name}.parquet"
            write(path)
            return write_csv(types, self._keeper.door.iter_rows(path, tuple(types)))

    @cached_property
    def _words(self) -> Words:
        # It wants numpy and an engine, which take a while to load, and most plans need neither.
        from devcoop.facets.words import Words  # noqa: PLC0415

        known = {row[0] for row in (*self._stated, *self._choose_purposes("suggestion"))}
        areas = self._tables["area"].iter_columns("undertaking", "area")
        stated = ((row[0], row[2]) for row in self._stated)
        return Words(self._keeper.graph, known, areas, stated)

    @cached_property
    def _stated(self) -> list[Sequence[str]]:
        """Rows of purposes that are stated."""
        return self._choose_purposes("facet")

    def _choose_purposes(self, table: str) -> list[Sequence[str]]:
        return [*self._tables[table].choose_rows("facet", ("purpose",))]


def _name_making(table: str) -> str:
    # How letters fold hangs on the version of Unicode, all else on this program.
    return f"{table} {assets.hash_program()} {unicodedata.unidata_version}"


def _find_home(graph: Store, one: LeftOut) -> LeftOut:
    """Say which named graph states what was left out."""
    if one.graph:
        return one
    homes = (getattr(quad.graph_name, "value", "") for quad in graph.quads(subject=one.what))
    return replace(one, graph=min(homes, default=""))


def _read_tables(
    keeper: _Keeper, queries: Mapping[str, Query], partitions: Partitions
) -> Iterator[Table]:
    """Read the tables; of a store in memory, some at the same time: its engine waits for nobody."""
    read = partial(_read_table, keeper, partitions=partitions)
    if any(map(partitions.may_hold, queries)):
        yield from map(read, queries.values())
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        yield from pool.map(read, queries.values())


def _read_table(keeper: _Keeper, query: Query, partitions: Partitions) -> Table:
    """Read a table as it is kept; else put it together, or ask for it over all sources."""
    name, types, graph = query.header["table"], list_types(query), keeper.graph
    if partitions.may_hold(name):
        write = partial(partitions.write, name, unique=name if name in _UNIQUE else None)
        filed = keeper.file(name, types, f"file {query.text}", write)
        if filed:
            return filed
    ask = partial(graph.query_csv, query.text)
    return WrittenTable(name, types, graph.recall_made(query.text, ask))


def _keep_first(table: Table) -> tuple[Table, list[LeftOut]]:
    """Keep the first row of each thing, where one that says two things of itself has several."""
    if table.name not in _UNIQUE or isinstance(table, FiledTable):
        return table, []
    things = table.column(table.name)
    if len(set(things)) == len(things):
        return table, []
    kept: dict[str, Sequence[str]] = {}
    place = list(table.types).index(table.name)
    repeated = []
    for row in table.rows():
        thing = row[place]
        if thing in kept:
            repeated.append(LeftOut(thing, "second-row", "", ""))
        # Engines give rows that their query does not order in any order.
        kept[thing] = min(row, kept.get(thing, row), key=list)
    return table.with_rows(kept.values()), repeated


def _find_unreadable(table: Table) -> list[LeftOut]:
    """Find dates and numbers that are none; the comparison takes them for unknown."""
    if isinstance(table, FiledTable):
        # One in which a cell is not of its type is not filed.
        return []
    return [
        LeftOut(what, f"unreadable-{kind}", cell, "")
        for what, kind, cell in table.iter_unreadable()
    ]
