"""Rows of the facet table, kept source by source, so that only a source that is new is asked.

That is done for a store that is too large to be copied into memory, where a query takes ten times
as long: in memory, to ask over all takes no longer than to read what is kept.

1. What all sources share (schemes, places, agencies, whatever is no plan) is one partition; each
   source of a plan is another, asked beside what is shared. Many are asked at once, and each row
   goes to the one that speaks of something in it; a table with rows of nobody is asked of each.
   Statements whose property, or class, no query names are not read: all queries write theirs out.
2. Sources that speak of the same things are one partition together. A source is shared itself if
   another names what it speaks of (its places, say), or if it adds to what is shared (members of
   a group, a country of a region, a word on a shared thing). So no row hangs on two partitions
   that are asked apart, but for the tables in `ACROSS`, which are asked over all.
3. A partition is a folder of Parquet files, one for each table. Its name is a hash of its sources,
   of what is shared and of the queries: what hangs on something else has another name.

Why that is exact: the queries walk from an initiative or a plan to what it names, and back only
by the properties in `_BACK`; up from a country or a group by `skos:broader` and `devc:ofGroup`.
A statement of another partition could be met on the way only if it spoke of something that this
one names, or that is shared; its source would be here, or shared, by 2. A test holds every table
against the one that is asked over all.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import secrets
import shutil
from collections import defaultdict
from contextlib import suppress
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from devcoop import names
from devcoop.errors import ComparisonError
from devcoop.names import is_country_code
from devcoop.scratch import open_scratch
from devcoop.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from devcoop.parquet import ParquetDoor
    from devcoop.queries import Query
    from devcoop.store import Source

TABLES_VERSION = "1"
"""Version of the tables that are written for others; another has other columns."""
ACROSS = ("agency",)
"""Tables whose rows hang on several sources: an agency's name is the first of all its names."""
MANIFEST = "partition.json"
"""The file that says what a partition is of, and the digest of each of its other files."""
_WAY = "1"
"""Another way to divide sources, or to name partitions, has another number."""
_SHARED = ""
"""Stands for all that is shared, among graphs."""
_TYPE = names.term("rdf:type")
_BROADER, _NOTATION = names.term("skos:broader"), names.term("skos:notation")
_OF_GROUP = str(names.DEVC.ofGroup)
_BACK = frozenset(
    map(
        str,
        (names.DEVC.inPlan, names.DEVC.partOf, names.DEVC.referenceOf, names.DEVC.suggestedFor),
    )
)
"""Properties by which queries come from a value to what has it: to have it is to speak of it."""
_MOST_TOLD = 50_000
"""Things that partitions speak of which are asked at once."""
_Rows: TypeAlias = dict[str, list[list[str]]]
"""Rows of each table."""


class Mentions(NamedTuple):
    """What a source speaks of, as far as the queries look.

    Attributes:
        told: IRIs of what it says something of.
        named: IRIs of what it names.
        is_shared: Whether it adds countries or members to what may be shared.
    """

    told: frozenset[str]
    named: frozenset[str]
    is_shared: bool


class Partitions:
    """The facet table of a store on disk, as partitions that are kept beside it.

    Args:
        store: The store.
        queries: What makes each table, by the table's name.
        door: Opens the door by which files are read and written.
    """

    def __init__(
        self, store: Store, queries: Mapping[str, Query], door: Callable[[], ParquetDoor]
    ) -> None:
        self._store, self._queries, self._open_door = store, queries, door
        self._mentions: set[str] = set()

    def may_hold(self, table: str) -> bool:
        """Tell whether a table is put together from partitions, if they can be kept.

        Args:
            table: Its name.

        Returns:
            False if it is asked over all: it is one of `ACROSS`, or the store is small enough to
            be in memory.
        """
        return (
            table not in ACROSS and self._store.shelf is not None and not self._store.is_in_memory
        )

    def write(self, table: str, path: Path, *, unique: str | None = None) -> None:
        """Write a table out of all partitions; what is not there yet was asked and kept.

        Args:
            table: Its name.
            path: A Parquet file, with the rows in the order of the query.
            unique: A column in which nothing is there twice; None if any may be.

        Raises:
            ComparisonError: The table has to be asked over all after all: something is there twice,
                a cell is not of its type, or nothing can be kept.
        """
        paths = [folder / f"{table}.parquet" for folder in self._folders]
        if not paths or not all(map(Path.is_file, paths)):
            raise ComparisonError("partitions", "", f"not every partition has rows of {table}")
        query = self._queries[table]
        order = re.findall(r"\?(\w+)", _last_line(query))
        is_distinct = "\nSELECT DISTINCT" in query.text
        said = {"devcoop_tables": TABLES_VERSION, "devcoop_table": table}
        self._open_door().merge(
            paths,
            path,
            list_types(query),
            order,
            said,
            distinct=is_distinct,
            unique=unique,
        )

    @cached_property
    def _folders(self) -> list[Path]:
        """Folders of all partitions, each whole; none if they cannot be."""
        store, shelf = self._store, self._store.shelf
        if shelf is None or store.named_graphs() != store.graphs():
            return []
        with suppress(OSError, ComparisonError):
            folder = shelf.partitions
            with open_scratch() as self._spool:
                shared, *others = self._divide()
                wanted = {self._name(group, shared): group for group in (shared, *others)}
                missing = {key: one for key, one in wanted.items() if not _is_whole(folder / key)}
                if missing:
                    self._fill(folder, shared, missing)
            shelf.sweep_partitions(wanted, self._mentions)
            return [folder / key for key in wanted]
        return []

    # How sources are divided

    def _divide(self) -> list[list[str]]:
        """Give the graphs of each partition; those that are shared come first."""
        store = self._store
        homes = defaultdict(list)
        for graph in store.graphs():
            homes[graph if names.is_plan_graph(graph) else _SHARED].append(graph)
        mentions = {home: self._read_mentions(graphs) for home, graphs in sorted(homes.items())}
        groups = divide(mentions)
        return [[graph for home in group for graph in homes[home]] for group in groups]

    def _read_mentions(self, graphs: Sequence[str]) -> Mentions:
        shelf = self._store.shelf
        assert shelf  # noqa: S101  only asked of a store on disk
        key = self._hash(graphs)
        self._mentions.add(key)
        kept = json.loads(shelf.recall_mentions(key, lambda: self._collect_mentions(graphs)))
        return Mentions(frozenset(kept["told"]), frozenset(kept["named"]), kept["is_shared"])

    def _collect_mentions(self, graphs: Iterable[str]) -> bytes:
        found = collect_mentions(map(self._read_lines, graphs))
        said = {"told": sorted(found.told), "named": sorted(found.named)}
        return json.dumps(said | {"is_shared": found.is_shared}).encode()

    def _read_lines(self, graph: str) -> bytes:
        """Read what the queries look at, a third of what is said; texts are not read.

        It is looked at twice, and the second time read from a file.
        """
        path = self._spool / hashlib.sha256(graph.encode()).hexdigest()
        if path.exists():
            return path.read_bytes()
        lines = self._store.copy_lines(graph, self._vocabulary - {_TYPE}, self._vocabulary)
        path.write_bytes(lines)
        return lines

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        """IRIs that the queries name."""
        named = (one.named for table, one in self._queries.items() if table not in ACROSS)
        return frozenset[str]().union(*named)

    # What partitions are called

    def _name(self, group: Sequence[str], shared: Sequence[str]) -> str:
        return self._hash(group, () if group == shared else shared)

    def _hash(self, *groups: Sequence[str]) -> str:
        made_from = [_WAY, TABLES_VERSION, Store.ENGINE, sorted(self._texts.items())]
        sources = [[self._sources[graph].sha256 for graph in sorted(group)] for group in groups]
        return hashlib.sha256(repr([made_from, groups, sources]).encode()).hexdigest()[:40]

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {table: one.text for table, one in self._queries.items() if table not in ACROSS}

    @cached_property
    def _sources(self) -> dict[str, Source]:
        return {source.graph: source for source in self._store.sources}

    # How they are filled

    def _fill(self, folder: Path, shared: list[str], missing: Mapping[str, list[str]]) -> None:
        """Ask what is missing beside what is shared, many partitions at once."""
        apart = Store()
        self._adopt(apart, shared)
        common = self._ask(apart, self._texts)
        others = {key: graphs for key, graphs in missing.items() if graphs != shared}
        whole = {key: graphs for key, graphs in missing.items() if graphs == shared}
        self._keep(folder, dict.fromkeys(whole, (shared, common)))
        for owners in self._gather(others):
            some = {key: others[key] for key in owners.values()}
            graphs = list(chain.from_iterable(some.values()))
            self._adopt(apart, graphs)
            assigned, unclear = _assign(_subtract(self._ask(apart, self._texts), common), owners)
            for key, own in some.items() if unclear else ():
                rows = self._ask(apart, unclear, [*shared, *own])
                assigned[key] |= _subtract(rows, common)
            self._keep(folder, {key: (own, assigned[key]) for key, own in some.items()})
            for graph in graphs:
                apart.drop(graph)

    def _adopt(self, store: Store, graphs: Iterable[str]) -> None:
        for graph in graphs:
            store.adopt_lines(graph, self._read_lines(graph))

    def _gather(self, others: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
        """Gather partitions to ask at once, as to ask takes long whatever there is to find.

        Yields:
            What they speak of, each thing with the partition that does; no two of them do.
        """
        owners: dict[str, str] = {}
        for key, graphs in others.items():
            # Who speaks of nothing has a place among them all the same.
            owners |= dict.fromkeys([key], key)
            for graph in graphs:
                owners |= dict.fromkeys(self._read_mentions([graph]).told, key)
            if len(owners) > _MOST_TOLD:
                yield owners
                owners = {}
        if owners:
            yield owners

    def _ask(
        self, store: Store, tables: Iterable[str], graphs: Collection[str] | None = None
    ) -> _Rows:
        """Ask for the rows of tables: out of some graphs, or of all."""
        answers = {table: store.query_csv(self._texts[table], graphs).decode() for table in tables}
        return {
            table: list(csv.reader(io.StringIO(text, newline="")))[1:]
            for table, text in answers.items()
        }

    def _keep(self, folder: Path, parts: Mapping[str, tuple[list[str], _Rows]]) -> None:
        """Write partitions: graphs and rows of each by its name, whole or not at all."""
        new = {key: folder / f"{key}.{secrets.token_hex(4)}" for key in parts}
        try:
            for one in new.values():
                one.mkdir()
            for table in self._texts:
                said = {"devcoop_tables": TABLES_VERSION, "devcoop_table": table}
                rows = {
                    new[key] / f"{table}.parquet": own[table] for key, (_, own) in parts.items()
                }
                self._open_door().write_parts(rows, list_types(self._queries[table]), said)
            for key, (graphs, _) in parts.items():
                (new[key] / MANIFEST).write_bytes(self._describe(graphs, new[key]))
                shutil.rmtree(folder / key, ignore_errors=True)
                new[key].rename(folder / key)
        except BaseException:
            for one in new.values():
                shutil.rmtree(one, ignore_errors=True)
            raise

    def _describe(self, graphs: Iterable[str], folder: Path) -> bytes:
        """Say what a partition is of, and what its files are."""
        said = {
            "version": TABLES_VERSION,
            "sources": {graph: self._sources[graph].sha256 for graph in graphs},
            "files": {path.name: _digest(path) for path in sorted(folder.iterdir())},
        }
        return json.dumps(said, indent=1).encode()


def collect_mentions(graphs: Iterable[bytes]) -> Mentions:
    r"""Collect what some statements speak of.

    Args:
        graphs: The statements of each graph that count, as N-Triples.

    Examples:
        >>> said = collect_mentions([b"<urn:a> <urn:theme> <urn:b> .\n"])
        >>> said.told, said.named
        (frozenset({'urn:a'}), frozenset({'urn:b'}))
    """
    told: set[str] = set()
    named: set[str] = set()
    coded: set[str] = set()
    lifted: set[str] = set()
    is_shared = False
    for line in chain.from_iterable(lines.decode().split("\n") for lines in graphs):
        if not line:
            continue
        thing, predicate, value = _split_line(line)
        if predicate == _NOTATION:
            # No other notation makes a country.
            if not is_country_code(value[1 : value.rindex('"')]):
                continue
            coded.add(thing)
        told.add(thing)
        if predicate == _BROADER:
            lifted.add(thing)
        is_shared = is_shared or predicate == _OF_GROUP
        if predicate != _TYPE and not value.startswith('"'):
            (told if predicate in _BACK else named).add(_read_node(value))
    return Mentions(frozenset(told), frozenset(named), is_shared or bool(coded & lifted))


def _split_line(line: str) -> tuple[str, str, str]:
    """Split a line into what it is about, the property, and the value as it is written.

    Statements about statements are cut anywhere: what speaks of them is asked together, then.
    """
    subject, predicate, value = line.removesuffix(" .").split(" ", 2)
    return _read_node(subject), predicate[1:-1], value


def _read_node(text: str) -> str:
    """Read a node as cells of an answer have it."""
    return text[1:-1] if text.startswith("<") else text


def divide(mentions: Mapping[str, Mentions]) -> list[list[str]]:
    """Divide sources such that those stay together that rows may hang on together.

    Args:
        mentions: What each speaks of, by its graph; what is shared by the empty text.

    Returns:
        Groups of graphs; what is shared is in the first.

    Examples:
        >>> def said(told, named=""):
        ...     return Mentions(frozenset(told.split()), frozenset(named.split()), False)
        >>> divide({"": said("theme"), "a": said("x", "theme"), "b": said("y x")})
        [[''], ['a', 'b']]
        >>> divide({"": said("theme"), "a": said("x", "theme"), "b": said("y", "x")})
        [['', 'a'], ['b']]
    """
    groups = _Groups()
    owners: dict[str, str] = {}
    for home in sorted(mentions):
        for thing in mentions[home].told:
            groups.join(home, owners.setdefault(thing, home))
        if mentions[home].is_shared:
            groups.join(home, _SHARED)
    for home, said in mentions.items():
        for thing in said.named & owners.keys():
            if groups.find(owners[thing]) != groups.find(home):
                groups.join(owners[thing], _SHARED)
    together: dict[str, list[str]] = {_SHARED: []}
    for home in sorted(mentions):
        together.setdefault(groups.find(home), []).append(home)
    return list(together.values())


class _Groups:
    """Which sources are one with which; what is shared stands for all that are one with it."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, home: str) -> str:
        """Find the source that stands for those that are one with a source."""
        while home in self._above:
            home = self._above[home]
        return home

    def join(self, one: str, other: str) -> None:
        """Make two sources one."""
        # The empty text is the first of all.
        first, second = sorted((self.find(one), self.find(other)))
        if first != second:
            self._above[second] = first


def list_types(query: Query) -> dict[str, str]:
    """List the types of the columns of a query's table, by their names."""
    return {name: column["type"] for name, column in query.header["columns"].items()}


def _last_line(query: Query) -> str:
    return query.text.rpartition("ORDER BY")[2]


def _assign(rows: _Rows, owners: Mapping[str, str]) -> tuple[dict[str, _Rows], set[str]]:
    """Give each partition the rows in which something is that it speaks of.

    Args:
        rows: Rows of each table.
        owners: What some partitions speak of, with the one that does.

    Returns:
        The rows of each, and of which tables that is not clear: some row has nothing of anybody's.
    """
    keys = set(owners.values())
    if len(keys) == 1:
        return dict.fromkeys(keys, rows), set()
    assigned: dict[str, _Rows] = {key: {table: [] for table in rows} for key in keys}
    unclear = set()
    for table, every in rows.items():
        for row in every:
            owner = next(filter(None, map(owners.get, row)), None)
            if owner is None:
                unclear.add(table)
                break
            assigned[owner][table].append(row)
    return assigned, unclear


def _subtract(tables: _Rows, common: _Rows) -> _Rows:
    """Leave out the rows that what is shared has by itself."""
    left = {}
    for table, rows in tables.items():
        known = set(map(tuple, common[table]))
        left[table] = [row for row in rows if tuple(row) not in known]
    return left


def _is_whole(folder: Path) -> bool:
    """Tell whether all files of a partition are there as they were written."""
    try:
        files = json.loads((folder / MANIFEST).read_bytes())["files"]
        return all(_digest(folder / name) == digest for name, digest in files.items())
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
