"""Take sources from an endpoint, page by page, so that it can break off at any moment.

1. What there is: named graphs that somebody names, or those that are described with a hash of
   their source, as a published dataset describes them; each with the number of its statements.
2. Each graph is asked for in pages of whole subjects, in the order of their IRIs, each page
   beginning behind the last subject of the one before. What a page brings is on the disk before
   the next is asked for, so that a later run goes on there.
3. Number and hash of each graph are asked for again. If they are others, all of it is void.

Nodes without names are called anew in each answer, so a graph that has some comes in one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
from dataclasses import asdict, dataclass, field
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any

from devcoop import names
from devcoop.errors import RemoteCutError, RemoteError, StoreError
from devcoop.publication import write_whole
from devcoop.queries import MAX_ROWS
from devcoop.remote.pushing import DESCRIPTION_GRAPH
from devcoop.store.terms import BlankNode, Literal, NamedNode, as_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from devcoop.remote.endpoint import Endpoint
    from devcoop.store.terms import Term, Triple

PAGE_ROWS = 20_000
"""Most statements that are asked for at once, unless one thing has more."""
PAGE_BYTES = 64 << 20
"""Longest answer that is taken."""
MOST_STATEMENTS = 100_000_000
"""Most statements that are taken from one endpoint."""
_FEWEST_ROWS = 100
_AT_ONCE = 200
_STATEMENTS, _OFFERED, _PROGRESS = "statements.nq", "offered.json", "progress.json"
_LOCK = "lock"
_NUMBER = re.compile(r"[0-9]{1,15}")
# What a load reads of the description of a graph.
_READ = " ".join(
    f"<{one}>"
    for one in (
        names.term("rdf:type"),
        names.term("dcterms:title"),
        names.term("dcterms:license"),
        names.term("dcterms:publisher"),
        names.DEVC.sha256,
    )
)
_DESCRIBED = f"{{ {{ %s }} UNION {{ GRAPH <{DESCRIPTION_GRAPH}> {{ %s }} }} }}"
_HASHED = f"?g <{names.DEVC.sha256}> ?hash"


@dataclass(frozen=True)
class Offered:
    """A named graph as an endpoint has it.

    Attributes:
        graph: Its IRI.
        statements: How many it has.
        unnamed: How many of them have a node without a name.
        sha256: What is stated of its source; empty if nothing is.
    """

    graph: str
    statements: int
    unnamed: int
    sha256: str


@dataclass
class _Progress:
    """How far a run has come.

    Attributes:
        offered: The graphs.
        bytes: How much of the file counts.
        graph: Number of the graph that is being taken, from 0.
        taken: How many of its statements have arrived.
        last: The last of its subjects that have.
    """

    offered: list[Offered] = field(repr=False)
    bytes: int = 0
    graph: int = 0
    taken: int = 0
    last: str = ""

    @property
    def total(self) -> int:
        return sum(one.statements for one in self.offered)

    @property
    def all_taken(self) -> int:
        return sum(one.statements for one in self.offered[: self.graph]) + self.taken


def place_beside(store: Path) -> Path:
    """Say where what is on its way into a store is kept: beside it.

    Args:
        store: Folder of the store.
    """
    return store.absolute().with_name(f"{store.absolute().name}.arriving")


@contextlib.contextmanager
def fetch_sources(
    endpoint: Endpoint,
    place: Path,
    *,
    graphs: Sequence[str] = (),
    tell: Callable[[float], object] = lambda _: None,
    note: Callable[[str], object] = lambda _: None,
    page_rows: int = PAGE_ROWS,
) -> Iterator[Path]:
    """Take sources from an endpoint, to load them while the block lasts.

    Args:
        endpoint: Who has them.
        place: Folder in which they arrive; what a run that broke off left there is used. It goes
            when the block ends well.
        graphs: IRIs of the named graphs; empty for those that are described as sources.
        tell: Is given the share that has arrived, now and then.
        note: Is given what a person should know, in a line.
        page_rows: Most statements that are asked for at once.

    Yields:
        A file of N-Quads with the graphs and what describes them.

    Raises:
        RemoteError: The endpoint could not, gives too little, or changed meanwhile.
        StoreError: The place cannot be written, or another process is at it.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            yield _Fetch(endpoint, place, page_rows, tell, note).run(graphs)
            shutil.rmtree(place, ignore_errors=True)
    except OSError as error:
        raise StoreError(f"{place}: {error.strerror or error}") from error


@contextlib.contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / _LOCK).open("w") as file:
        try:
            # Unlike flock, this ends with this process, whichever of its children still live.
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"{place}: another process is fetching into it") from error
        yield


class _Fetch:
    """One run."""

    def __init__(
        self,
        endpoint: Endpoint,
        place: Path,
        page_rows: int,
        tell: Callable[[float], object],
        note: Callable[[str], object],
    ) -> None:
        self._endpoint, self._place, self._page_rows = endpoint, place, page_rows
        self._tell, self._note = tell, note

    def run(self, graphs: Sequence[str]) -> Path:
        """Take what is not there yet, and say where all of it is."""
        for graph in graphs:
            self._check_name(graph)
        offered = self._list_offered(graphs or self._find_described())
        self._check_offered(offered, graphs)
        path = self._place / _STATEMENTS
        progress = self._resume(offered)
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(progress.bytes)
            file.seek(progress.bytes)
            for number in range(progress.graph, len(offered)):
                self._take(offered[number], progress, file)
                progress.graph, progress.taken, progress.last = number + 1, 0, ""
                self._keep(progress, file)
            described = self._read_description([one.graph for one in offered])
            if self._list_offered([one.graph for one in offered]) != offered:
                (self._place / _PROGRESS).unlink(missing_ok=True)
                raise self._fail("it changed while it was read; load again, which starts over")
            file.writelines(described)
        return path

    def _check_offered(self, offered: Sequence[Offered], graphs: Sequence[str]) -> None:
        """Refuse what cannot be taken before any of it is."""
        if missing := sorted(set(graphs) - {one.graph for one in offered}):
            raise self._fail(f"it has no graph {missing[0]}")
        if not offered:
            problem = "it describes no graph as a source with devc:sha256; name some with --graph"
            raise self._fail(problem)
        if sum(one.statements for one in offered) > MOST_STATEMENTS:
            raise self._fail(f"its graphs have more than {MOST_STATEMENTS:,} statements")
        for one in offered:
            if one.unnamed and one.statements > MAX_ROWS:
                problem = f"{one.graph} has nodes without names, so it must come in one answer"
                raise self._fail(f"{problem}; {one.statements} statements are too many for that")

    def _check_name(self, graph: str) -> None:
        try:
            NamedNode(graph)
        except ValueError as error:
            raise self._fail(f"{graph!r} is no IRI, so no graph is called that") from error

    # What there is

    def _find_described(self) -> list[str]:
        """List what is described as a source; documents, which have a hash too, have no graph."""
        asked = _DESCRIBED % (_HASHED, _HASHED)
        rows = self._endpoint.ask(f"SELECT DISTINCT ?g WHERE {asked}").rows
        return [row[0].value for row in rows if row and isinstance(row[0], NamedNode)]

    def _list_offered(self, graphs: Iterable[str]) -> list[Offered]:
        """List those graphs that have statements, with what is known of them."""
        listed = sorted(set(graphs))
        return [one for some in _in_parts(listed) for one in self._count(some)]

    def _count(self, graphs: Sequence[str]) -> Iterator[Offered]:
        wanted = f"VALUES ?g {{ {' '.join(str(NamedNode(one)) for one in graphs)} }}"
        pattern = f"{wanted} GRAPH ?g {{ ?s ?p ?o }}"
        count = "SELECT ?g (COUNT(*) AS ?n) WHERE {{ {} }} GROUP BY ?g"
        counts = self._read_counts(count.format(pattern))
        unnamed = self._read_counts(
            count.format(f"{pattern} FILTER(isBlank(?s) || isBlank(?o))"),
        )
        asked = _DESCRIBED % (_HASHED, _HASHED)
        stated = self._endpoint.ask(f"SELECT DISTINCT ?g ?hash WHERE {{ {wanted} {asked} }}")
        hashes: dict[str, str] = {}
        for one in sorted(stated.records(), key=str):
            hashes[one.get("g", "")] = one.get("hash", "")
        for graph in graphs:
            if number := counts.get(graph, 0):
                yield Offered(graph, number, unnamed.get(graph, 0), hashes.get(graph, ""))

    def _read_counts(self, query: str) -> dict[str, int]:
        counts = {}
        for one in self._endpoint.ask(query).records():
            graph, number = one.get("g", ""), one.get("n", "")
            if not graph and number in ("", "0"):
                # What some servers give for no group at all.
                continue
            if not _NUMBER.fullmatch(number):
                raise self._fail("its answer does not say how many statements each graph has")
            counts[graph] = int(number)
        return counts

    # Pages

    def _take(self, offered: Offered, progress: _Progress, file: IO[bytes]) -> None:
        """Take what is missing of a graph."""
        if offered.unnamed:
            triples = self._endpoint.construct(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{offered.graph}> {{ ?s ?p ?o }} }}"
            )
            named = {_name_nodes(one, progress.graph) for one in triples}
            self._check_whole(offered, len(named))
            _write(named, offered.graph, file)
            return
        while progress.taken < offered.statements:
            rows = self._read_page(offered, progress)
            _write(rows, offered.graph, file)
            progress.taken += len(rows)
            progress.last = as_text(rows[-1][0])
            self._keep(progress, file)
            self._tell(progress.all_taken / progress.total)
        self._check_whole(offered, progress.taken)

    def _check_whole(self, offered: Offered, given: int) -> None:
        if given != offered.statements:
            problem = f"it gives {given} of {offered.statements} statements of {offered.graph}"
            raise self._fail(f"{problem}; nothing is loaded")

    def _read_page(self, offered: Offered, progress: _Progress) -> list[tuple[Term, ...]]:
        """Read whole subjects behind the last one; more at once where one has very much."""
        wanted = min(self._page_rows, MAX_ROWS)
        while True:
            try:
                rows = self._ask_page(offered.graph, progress.last, wanted)
            except RemoteCutError as error:
                if wanted <= _FEWEST_ROWS:
                    raise
                wanted = self._page_rows = max(_FEWEST_ROWS, min(wanted // 2, error.most - 1))
                continue
            if progress.taken + len(rows) >= offered.statements or not rows:
                self._check_whole(offered, progress.taken + len(rows))
                return rows
            # More is to come, and the last subject may not be whole.
            whole = [row for row in rows if row[0] != rows[-1][0]]
            if whole:
                return whole
            if len(rows) < wanted or wanted >= MAX_ROWS:
                problem = f"of {as_text(rows[-1][0])} alone it has more statements than it gives"
                raise self._fail(f"{problem} at once")
            wanted = min(2 * wanted, MAX_ROWS)

    def _ask_page(self, graph: str, last: str, wanted: int) -> list[tuple[Term, ...]]:
        behind = f"FILTER(STR(?s) > {Literal(last)})" if last else ""
        query = f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} {behind} }}"
        rows = self._endpoint.ask(f"{query} ORDER BY STR(?s) LIMIT {wanted}").rows
        if len(rows) > wanted or not all(map(_is_statement, rows)):
            raise self._fail("its answer is no page of statements")
        subjects = [as_text(subject) for subject, _ in groupby(rows, key=lambda row: row[0])]
        is_twice = len(set(subjects)) != len(subjects) or len(set(rows)) != len(rows)
        if is_twice or any(_is_before(one, last) for one in subjects):
            raise self._fail("it does not keep to the order of IRIs, so it gives no pages")
        return [tuple(filter(None, row)) for row in rows]

    def _read_description(self, graphs: Sequence[str]) -> list[bytes]:
        """Read what is said of the graphs as far as a load reads it."""
        lines: list[bytes] = []
        for some in _in_parts([names.CATALOG, *graphs]):
            about = " ".join(str(NamedNode(one)) for one in some)
            asked = _DESCRIBED % ("?s ?p ?o", "?s ?p ?o")
            known = f"VALUES ?s {{ {about} }} VALUES ?p {{ {_READ} }}"
            rows = self._endpoint.ask(f"SELECT DISTINCT ?s ?p ?o WHERE {{ {known} {asked} }}").rows
            lines += [_render(row) for row in rows if _is_statement(row)]
        is_published = any(b"ns/dcat#Catalog>" in line for line in lines)
        # Without a catalogue it would be taken for a source of its own.
        return sorted(lines) if is_published else []

    # Where it stopped

    def _resume(self, offered: list[Offered]) -> _Progress:
        """Read how far an earlier run came; begin if there was none, or other data."""
        url, asked = self._endpoint.url, {"url": self._endpoint.url, "graphs": _plain(offered)}
        known, said = self._read(_OFFERED), self._read(_PROGRESS)
        with contextlib.suppress(TypeError, FileNotFoundError):
            found = _Progress(offered, **said)
            if known == asked and (self._place / _STATEMENTS).stat().st_size >= found.bytes:
                self._note(f"{url}: going on at statement {found.all_taken + 1} of {found.total}")
                return found
        if said and known.get("url") == url:
            self._note(f"{url}: other graphs than when a load broke off; starting over")
        (self._place / _PROGRESS).unlink(missing_ok=True)
        write_whole(self._place / _OFFERED, json.dumps(asked).encode())
        return _Progress(offered)

    def _read(self, name: str) -> dict[str, Any]:
        try:
            said = json.loads((self._place / name).read_bytes())
        except (FileNotFoundError, ValueError):
            return {}
        return said if isinstance(said, dict) else {}

    def _keep(self, progress: _Progress, file: IO[bytes]) -> None:
        """Bring what has arrived to the disk, and then say that it has."""
        file.flush()
        os.fsync(file.fileno())
        progress.bytes = file.tell()
        said = {name: value for name, value in vars(progress).items() if name != "offered"}
        write_whole(self._place / _PROGRESS, json.dumps(said).encode())

    def _fail(self, problem: str) -> RemoteError:
        return RemoteError(f"{self._endpoint.url.partition('?')[0]}: {problem}")


def _is_statement(row: Sequence[Term | None]) -> bool:
    kinds = (NamedNode, NamedNode, NamedNode | Literal)
    return len(row) == len(kinds) and all(map(isinstance, row, kinds))


def _write(rows: Iterable[Any], graph: str, file: IO[bytes]) -> None:
    home = NamedNode(graph)
    file.writelines(_render((*row, home)) for row in rows)


def _render(terms: Iterable[Term | None]) -> bytes:
    return f"{' '.join(map(str, terms))} .\n".encode()


def _name_nodes(triple: Triple, number: int) -> tuple[Term, ...]:
    """Keep nodes without names of different graphs apart."""
    return tuple(
        BlankNode(f"g{number}x{node.value}") if isinstance(node, BlankNode) else node
        for node in (triple.subject, triple.predicate, triple.object)
    )


def _plain(offered: Iterable[Offered]) -> list[dict[str, Any]]:
    return [asdict(one) for one in offered]


def _in_parts(listed: Sequence[str]) -> Iterator[Sequence[str]]:
    return (listed[start : start + _AT_ONCE] for start in range(0, len(listed), _AT_ONCE))


def _is_before(subject: str, last: str) -> bool:
    """Tell whether a subject is not behind another by code points, nor as Java orders texts."""
    return bool(last) and subject <= last and _as_java(subject) <= _as_java(last)


def _as_java(text: str) -> bytes:
    return text.encode("utf-16-be", "surrogatepass")
