"""Quads in named graphs, in memory or on disk, and the records of where they come from.

One named graph for each source; the default graph only says what the named graphs are. A graph
is replaced whole or dropped, never changed in part. What is worked out from the sources can be
put beside them in graphs that are no sources; these do not change the version.

A store on disk is a folder: the quads of the engine, and the records. It is opened for reading,
by any number of processes, or for writing by one. A process that was forked opens it again for
itself, because the engine's threads and files belong to the process that opened it. The process
that opened a small one for reading keeps a copy of it in memory, where the engine answers ten
times as fast; processes that are forked from it share the copy. What is put beside the sources
of a copy stays in memory, and its files as they are.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import pyoxigraph as ox

from devcoop import names
from devcoop.errors import StoreError
from devcoop.store import rdf
from devcoop.store.answering import Answering
from devcoop.store.canonical import SECONDS, canonical_lines
from devcoop.store.files import (
    QUADS,
    RECORDS,
    copy_store,
    measure_quads,
    open_engine,
    write_apart,
)
from devcoop.store.lines import copy_quads
from devcoop.store.terms import DefaultGraph, Literal, NamedNode, Quad, place_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from devcoop.store.shelf import Shelf
    from devcoop.store.terms import BlankNode, Term, Triple

_TYPE = NamedNode(names.term("rdf:type"))
_DATASET, _CATALOG_TYPE = (
    NamedNode(names.term("dcat:Dataset")),
    NamedNode(names.term("dcat:Catalog")),
)
_PART_OF, _HASH = NamedNode(names.term("dcterms:isPartOf")), NamedNode(names.DEVC.sha256)
_CATALOG = NamedNode(names.CATALOG)
_AT_ONCE = 100_000
"""Statements that the engine sorts in memory before it writes them."""
_BYTES_AT_ONCE = 24 << 20
"""Their lines, about."""
SMALL_BYTES = 128 << 20
"""Size of the files of a store that are copied into memory for any reading."""
# Engines that another process opened: to close them here would wait for threads that this
# process does not have.
_left_alone: list[ox.Store] = []


@dataclass(frozen=True)
class Source:
    """Where a named graph comes from.

    Attributes:
        graph: IRI of the named graph.
        sha256: Hash of the bytes it was read from, in hexadecimal.
        title: What it is called.
        licence: IRI of its licence; empty if none is known.
        publisher: IRI of who published it; empty if nobody is known.
        retrieved: Day on which it was read, as in 2026-11-27; empty for what we ship.
        edition: What the publisher calls this edition; empty if it has no name.
    """

    graph: str
    sha256: str
    title: str = ""
    licence: str = ""
    publisher: str = ""
    retrieved: str = ""
    edition: str = ""


def hash_files(hashes: Sequence[str]) -> str:
    """Hash the files of one source.

    Args:
        hashes: SHA-256 of each, in their order.

    Returns:
        The file's own hash if there is one file, else one over those of all.

    Examples:
        >>> hash_files(["ab"])
        'ab'
    """
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("\n".join(hashes).encode()).hexdigest()


class Store(Answering):
    """Named graphs and where they come from, in memory.

    Attributes:
        shelf: Where answers are kept that the sources alone decide; None for nowhere, as it is
            once a source was replaced or dropped.

    Examples:
        >>> store = Store()
        >>> one = NamedNode("urn:a")
        >>> store.replace(Source("urn:g", "0" * 64), [Quad(one, one, Literal("1"))])
        >>> store.graphs(), [quad.object.value for quad in store.quads(graph="urn:g")]
        (['urn:g'], ['1'])
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._owner = self._opener = os.getpid()
        self._is_writable, self._is_copy, self._most_copied = True, False, 0
        self._open: ox.Store | None = ox.Store()
        self._sources: dict[str, Source] = {}
        self._beside: dict[str | None, None] = {}
        self.shelf: Shelf | None = None

    # Where it lies

    @classmethod
    def create(cls, path: Path) -> Store:
        """Make an empty store on disk, for writing.

        Args:
            path: The folder, which is not there yet.

        Raises:
            OSError: It is there, or cannot be written.
        """
        store = cls()
        path.mkdir(parents=True)
        store._path, store._open = path, ox.Store(str(path / QUADS))
        store.save()
        return store

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        writable: bool = False,
        most_copied: int = SMALL_BYTES,
        shelf: Shelf | None = None,
    ) -> Store:
        """Open a store on disk.

        Args:
            path: The folder.
            writable: Whether to change it; then nobody else may have it open.
            most_copied: Size in bytes of the files that are copied into memory for reading.
            shelf: Where what is worked out from it is kept.

        Raises:
            StoreError: It is none, or is broken.
        """
        store = cls()
        try:
            records = json.loads((path / RECORDS).read_bytes())
            store._sources = {one["graph"]: Source(**one) for one in records}
            store._path, store._is_writable, store._most_copied = path, writable, most_copied
            store.shelf = shelf
            store._open = open_engine(path, writable=True) if writable else store._read_engine()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(f"{path}: this is no store, or it is broken: {error}") from error
        return store

    @property
    def _engine(self) -> ox.Store:
        """The engine, opened by this very process."""
        if self._open is None or self._is_of_another_process:
            self.wake()
        assert self._open is not None  # noqa: S101  just opened
        return self._open

    def wake(self) -> None:
        """Open the files now, for reading, if this process has not; in memory there are none."""
        if self._path and (self._open is None or self._is_of_another_process):
            if self._open is not None:
                _left_alone.append(self._open)
            self._is_writable = False
            self._open, self._owner = self._read_engine(), os.getpid()

    @property
    def _is_of_another_process(self) -> bool:
        """Whether the files were opened by the process that this one was forked from."""
        return bool(self._path) and not self._is_copy and self._owner != os.getpid()

    def _read_engine(self) -> ox.Store:
        """Open the files for reading, or copy them into memory."""
        assert self._path  # noqa: S101  only called for stores on disk
        open_files = partial(open_engine, self._path)
        size = measure_quads(self._path)
        self._is_copy = self._opener == os.getpid() and size <= self._most_copied
        if self._is_copy:
            return copy_quads(self._path / QUADS, size, open_files, self.shelf)
        return open_files()

    def rest(self) -> None:
        """Close the files until they are needed again, and then open them for reading.

        A copy in memory has none open, and stays.
        """
        if self._path and not self._is_copy:
            self._open = None

    def save(self) -> None:
        """Bring all changes to the disk; a store in memory has nothing to do."""
        if self._path:
            self._engine.flush()
            # Its log of what it has written goes when the files are opened anew; copies carry it.
            self._open = None
            self._open = open_engine(self._path, writable=True)
            records = [asdict(one) for one in self.sources]
            text = json.dumps(records, indent=1, ensure_ascii=False)
            (self._path / RECORDS).write_text(text, encoding="utf-8")

    @property
    def is_in_memory(self) -> bool:
        """Whether all quads are in memory, so that nothing is read from files any more."""
        return self._path is None or self._is_copy

    def write_copy(self, path: Path) -> None:
        """Write a store that was opened from files, with what was put beside it, elsewhere.

        Files that never change are shared.

        Args:
            path: The folder of the copy, which is not there yet.

        Raises:
            OSError: It cannot be written.
            StoreError: Likewise.
            OutOfTimeError: Writing takes too long.
        """
        assert self._path  # noqa: S101  only called for stores on disk
        copy_store(self._path, path)
        if self._is_copy:
            graphs = [DefaultGraph() if one is None else one for one in self._beside]
            write_apart(path, (quad for graph in graphs for quad in self.quads(graph=graph)))

    def count_closed_files(self) -> int:
        """Count the files that the engine may still have to open while it answers."""
        if self.is_in_memory:
            return 0
        assert self._path  # noqa: S101  it is not in memory
        folder = (self._path / QUADS).resolve()
        # Where the system does not tell, none is taken to be open.
        links = [one for one in Path("/proc/self/fd").glob("*") if one.is_symlink()]
        opened = {one.readlink() for one in links if one.is_symlink()}
        return len(set(folder.glob("*.sst")) - opened)

    # Sources

    @property
    def sources(self) -> list[Source]:
        """The records, in the order of the graphs' IRIs."""
        return [self._sources[graph] for graph in self.graphs()]

    def graphs(self) -> list[str]:
        """List the IRIs of the graphs that are sources, sorted."""
        return sorted(self._sources)

    def copy_lines(self, graph: str, properties: Iterable[str], classes: Iterable[str]) -> bytes:
        """Copy some statements of a graph, many times as fast as one by one.

        Args:
            graph: IRI of the graph.
            properties: IRIs of properties; all statements with one of them are copied.
            classes: IRIs of classes; likewise all that say that something is of one.

        Returns:
            N-Triples, property by property.
        """
        said = [f"?thing <{one}> ?value" for one in properties]
        said += [f"?thing <{_TYPE.value}> <{one}>" for one in classes]
        copied, among = io.BytesIO(), NamedNode(graph)
        for pattern in said:
            query = f"CONSTRUCT {{ {pattern} }} WHERE {{ {pattern} }}"
            found = self._engine.query(query, default_graph=[among])
            found.serialize(copied, ox.RdfFormat.N_TRIPLES)  # type: ignore[arg-type]
        return copied.getvalue()

    def named_graphs(self) -> list[str]:
        """List the IRIs of all named graphs that hold something, sorted."""
        return sorted(str(node.value) for node in self._engine.named_graphs())

    @property
    def version(self) -> str:
        """SHA-256 in hexadecimal over the sources' graphs and hashes, for citing and comparing.

        A store that was written out and read back keeps it.
        """
        lines = [f"{one.graph} {one.sha256}" for one in self.sources]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def replace(self, source: Source, quads: Iterable[Quad | Triple]) -> None:
        """Put a source in the place of the one with the same graph, if there is one.

        Args:
            source: Its record.
            quads: Its statements; they go into its graph, whatever graph they were in.
        """
        placed = chain(place_in(source.graph, quads), self._describe(source))
        if self._is_only_read:
            self.shelf = None
            self._change_apart(placed, without=[source.graph])
        else:
            self.drop(source.graph)
            # The engine takes an iterable whole or not at all.
            self._engine.extend(placed)
        self._sources[source.graph] = source

    def read_in(self, source: Source, contents: Iterable[tuple[Path, bytes]]) -> None:
        """Take in files of one source that go with the program, which is not there yet.

        The engine reads them itself, in half the time that statements take one by one. What is
        broken leaves a part behind.

        Args:
            source: Its record.
            contents: The files, whose endings tell the syntax, with what is in them.

        Raises:
            SourceError: A file is broken; with the line.
        """
        for path, content in contents:
            with rdf.naming(path):
                self._engine.load(
                    content,
                    format=rdf.get_format(rdf.tell_media_type(path)),
                    base_iri=names.BASE,
                    to_graph=NamedNode(source.graph),
                )
        self._sources[source.graph] = source
        self._engine.extend(self._describe(source))

    def replace_all(self, parts: Iterable[tuple[Source, Iterable[Quad | Triple]]]) -> None:
        """Put several sources in the place of those with the same graphs.

        Args:
            parts: The record and the statements of each, as for `replace`.
        """
        parts = list(parts)
        for source, _ in parts:
            self.drop(source.graph)
        placed = (place_in(source.graph, quads) for source, quads in parts)
        self.take_in([source for source, _ in parts], chain.from_iterable(placed))

    def take_in(self, sources: Sequence[Source], quads: Iterable[Quad]) -> None:
        """Take in sources whose graphs are not there yet.

        Files take them many times as fast as one change would be, but in part if the statements
        end in an error: that is for a store that nobody else has.

        Args:
            sources: Their records.
            quads: Their statements, which say themselves which graph they are in; any number,
                as they need no memory.
        """
        self.shelf = None
        described = (quad for source in sources for quad in self._describe(source))
        both = chain(described, quads)
        if self._path and self._is_writable:
            # Taken at once, it would hold a million of them, in several forms.
            while some := list(islice(both, _AT_ONCE)):
                self._engine.bulk_extend(some)
        else:
            self._engine.extend(both)
        self._sources |= {source.graph: source for source in sources}

    def take_in_lines(
        self, sources: Sequence[Source], pieces: Iterable[bytes], home: str | None = None
    ) -> None:
        """Take in sources whose graphs are not there yet as lines, in half the time of `take_in`.

        Args:
            sources: Their records.
            pieces: N-Quads of their graphs, each piece of whole lines; blank nodes keep their
                names.
            home: IRI of the one graph if the lines are N-Triples.

        Raises:
            SyntaxError: They are no N-Quads. Some of them are taken in then.
        """
        self.take_in(sources, ())
        form, graph = ox.RdfFormat.N_QUADS, None
        if home:
            form, graph = ox.RdfFormat.N_TRIPLES, NamedNode(home)
        for piece in _gather(pieces, _BYTES_AT_ONCE):
            if self._path and self._is_writable and b"_:" not in piece:
                self._engine.bulk_load(piece, form, base_iri=names.BASE, to_graph=graph)
            else:
                quads = rdf.parse(piece, rdf.N_TRIPLES if home else rdf.N_QUADS)
                self.take_in([], place_in(home, quads) if home else quads)

    def _describe(self, source: Source) -> list[Quad]:
        """Say in the default graph what a named graph is."""
        node = NamedNode(source.graph)
        return [
            Quad(_CATALOG, _TYPE, _CATALOG_TYPE),
            Quad(node, _TYPE, _DATASET),
            Quad(node, _PART_OF, _CATALOG),
            Quad(node, _HASH, Literal(source.sha256)),
        ]

    def drop(self, graph: str) -> None:
        """Take a graph out, with its record and description; no matter if it is not there.

        Args:
            graph: Its IRI.
        """
        # What is kept is kept for the version that the folder has, and this is no such version.
        self.shelf = None
        if self._is_only_read:
            self._change_apart((), without=[graph])
        else:
            node = NamedNode(graph)
            self._engine.remove_graph(node)
            for quad in list(self.quads(subject=node, graph=DefaultGraph())):
                self._engine.remove(quad)
        self._sources.pop(graph, None)

    def adopt(self, sources: Iterable[Source], quads: Iterable[Quad]) -> None:
        """Take in quads that say themselves which graph they are in, and their records.

        Args:
            sources: The graphs among them that are sources.
            quads: All that is taken in, as it is.
        """
        self._extend(quads)
        self._sources |= {one.graph: one for one in sources}

    def add(self, graph: str | None, triples: Iterable[Triple | Quad]) -> None:
        """Put beside the sources what was worked out from them.

        Args:
            graph: IRI of the named graph it goes into; None for the default graph.
            triples: The statements.

        Raises:
            StoreError: The files cannot be written.
        """
        self.add_all({graph: triples})

    def add_all(self, graphs: Mapping[str | None, Iterable[Triple | Quad]]) -> None:
        """Put several graphs beside the sources.

        A store on disk that is read from its files is closed, changed by another program, and
        opened again: a process that forks others must never have had the engine's threads for
        writing, nor can it be forked to write if it ever opened the engine. A copy in memory
        takes them itself.

        Args:
            graphs: Statements by the IRI of the named graph they go into; None for the default.

        Raises:
            StoreError: The files cannot be written.
        """
        self._extend(one for graph, triples in graphs.items() for one in place_in(graph, triples))
        self._beside |= dict.fromkeys(graphs)

    def _extend(self, quads: Iterable[Quad]) -> None:
        if self._is_only_read:
            self._change_apart(quads)
        else:
            self._engine.extend(quads)

    @property
    def _is_only_read(self) -> bool:
        """Whether this process reads from files, so that another has to change them."""
        return bool(self._path) and not self._is_writable and not self._is_copy

    def _change_apart(self, quads: Iterable[Quad], without: Iterable[str] = ()) -> None:
        assert self._path  # noqa: S101  it is read from files
        self.rest()
        write_apart(self._path, quads, without)
        # Making the quads may have opened the files as they were before.
        self.rest()
        self.wake()

    def adopt_lines(self, graph: str, lines: bytes) -> None:
        """Take in statements of a graph as lines, many times as fast as one by one.

        Args:
            graph: IRI of the graph.
            lines: N-Triples, as `copy_lines` gives them; blank nodes keep their names.
        """
        node = NamedNode(graph)
        if b"_:" in lines:
            said = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
            self._engine.extend(Quad(one.subject, one.predicate, one.object, node) for one in said)
        else:
            self._engine.load(lines, format=ox.RdfFormat.N_TRIPLES, to_graph=node)

    def fill(self, lines: IO[bytes]) -> None:
        """Take in N-Quads as they come, fast, and bring them to the disk.

        Args:
            lines: They are taken in part if they end early: for a store that nobody else has.

        Raises:
            SyntaxError: They are no N-Quads.
            OSError: The files cannot be written.
        """
        self._engine.bulk_load(input=lines, format=ox.RdfFormat.N_QUADS)
        self.save()

    # Reading

    def quads(
        self,
        *,
        subject: str | NamedNode | BlankNode | Triple | None = None,
        predicate: str | NamedNode | None = None,
        object: str | Term | None = None,  # noqa: A002  the name in RDF
        graph: str | NamedNode | BlankNode | DefaultGraph | None = None,
    ) -> Iterator[Quad]:
        """Iterate over quads.

        Args:
            subject: IRI or node that they are about; None for any, here and below.
            predicate: IRI of their property.
            object: IRI or term that they have as value.
            graph: IRI of the graph they are in, or the default graph.

        Raises:
            ValueError: A text is no IRI.
        """
        pattern: list[Any] = [
            NamedNode(one) if isinstance(one, str) else one
            for one in (subject, predicate, object, graph)
        ]
        return self._engine.quads_for_pattern(*pattern)

    def contains(self, **pattern: Any) -> bool:
        """Tell whether there is any such quad.

        Args:
            pattern: As for `quads`.
        """
        return next(self.quads(**pattern), None) is not None

    def holds(self, quad: Quad) -> bool:
        """Tell whether a statement is in the graph that it names.

        Args:
            quad: The statement.
        """
        return quad in self._engine

    def count_by_graph(self, kind: str = "", graphs: Iterable[str] | None = None) -> dict[str, int]:
        """Count what each named graph holds.

        Args:
            kind: IRI of the class whose members are counted; empty for all statements.
            graphs: IRIs of the graphs that are looked at; None for all.

        Returns:
            Numbers by IRI of the graph, where there is anything.
        """
        # A class is given by its IRI, as the parser of terms writes it.
        what = f"?one {_TYPE} {NamedNode(kind)}" if kind else "?one ?said ?of"
        of = "DISTINCT ?one" if kind else "*"
        only = ""
        if graphs is not None:
            only = f"VALUES ?graph {{ {' '.join(str(NamedNode(one)) for one in graphs)} }} "
        where = f"WHERE {{ {only}GRAPH ?graph {{ {what} }} }} GROUP BY ?graph"
        rows = self.query(f"SELECT ?graph (COUNT({of}) AS ?number) {where}").records()
        return {row["graph"]: int(row["number"]) for row in rows}

    def has_graph(self, graph: str) -> bool:
        """Tell whether a named graph holds something.

        Args:
            graph: Its IRI.
        """
        return self._engine.contains_named_graph(NamedNode(graph))

    def __iter__(self) -> Iterator[Quad]:
        """Iterate over all quads."""
        return self.quads()

    def __len__(self) -> int:
        """Count the quads."""
        return len(self._engine)

    def __bool__(self) -> bool:
        """Be true, be there quads or not: a store is not a list."""
        return True

    def canonical_lines(self, *, seconds: float = SECONDS) -> list[str]:
        """Write all quads as sorted N-Quads after RDFC-1.0.

        Args:
            seconds: When to give up on nodes without an IRI.

        Returns:
            Lines without line ends; the same lines for isomorphic graphs on any machine.

        Raises:
            OutOfTimeError: Nodes without an IRI are too entangled.
            OutOfMemoryError: Likewise.
        """
        return canonical_lines(self, seconds=seconds)


def _gather(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Gather pieces to larger ones, of about a size."""
    some, length = list[bytes](), 0
    for piece in pieces:
        some.append(piece)
        length += len(piece)
        if length >= size:
            yield b"".join(some)
            some, length = [], 0
    if some:
        yield b"".join(some)
