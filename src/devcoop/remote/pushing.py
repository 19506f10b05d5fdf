"""Carry a dataset to an endpoint, graph by graph, so that it can break off at any moment.

For each named graph: read what is there; if its triples are ours, leave it; else put ours into
a staging graph, count them, move that over the graph in one step, and read back what is there
now. The default graph, which describes the others, comes last. What is done is told by the
server alone, so a second run goes on where the first broke off; staging graphs that a broken
run left behind are removed first.

Where there is no default graph of its own, as with Virtuoso, whose default graph is all graphs
together, the description is a named graph below our catalog; what is there says so, and later
runs go on with it.

What is ours is known by its address: graphs of this dataset and those below the address of our
catalog, and in the default graph what is said of our own addresses. Nothing else is touched.
Without updates, over the Graph Store protocol alone, a graph is replaced by one PUT, and it is
the server's matter whether a reader may see half of it.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from devcoop import media, names
from devcoop.errors import GraphError, RemoteCutError, RemoteError
from devcoop.remote.answers import ACCEPT_GRAPH, BrokenAnswerError, read_triples
from devcoop.remote.comparing import Likeness, compare_graphs, count_graph, read_graph
from devcoop.remote.exchange import Message
from devcoop.store import rdf
from devcoop.store.terms import BlankNode, DefaultGraph, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from devcoop.dataset import Dataset
    from devcoop.remote.endpoint import Endpoint
    from devcoop.store import Store

DESCRIPTION = "description"
"""How the default graph is called in a table."""

DESCRIPTION_GRAPH = f"{names.CATALOG}/description"
"""Where the description is if there is no default graph."""

_DESCRIPTIONS = (DESCRIPTION, DESCRIPTION_GRAPH)

_OURS = f"{names.CATALOG}/"
_STAGING = f"{_OURS}staging/"
# What Virtuoso says of a default graph, over updates and over the Graph Store protocol.
_NO_DEFAULT = "default graph"
_BATCH_BYTES = 1_000_000
_FEWEST_LINES = 100
# What servers say of a request that is too long for them: refused, too large, out of memory.
_TOO_MUCH = {400, 413, 500, 507}
_NUMBER = re.compile(r"[0-9]{1,18}")
_CAN_UPDATE = (
    NamedNode(names.SERVICE + "supportedLanguage"),
    NamedNode(names.SERVICE + "SPARQL11Update"),
)
_TO_SEND, _SENT, _THERE = "to be sent", "sent and verified", "already there"
_NUMBERS = "; some numbers in another form"
_HIDDEN = "sent, cannot be read back"
_LEFT, _REMOVED = "not in this dataset", "removed"


@dataclass(frozen=True)
class Doors:
    """Where an endpoint takes data.

    Attributes:
        update: Address for SPARQL Update; "" if there is none.
        graph_store: Address for the Graph Store protocol; "" if there is none.
    """

    update: str = ""
    graph_store: str = ""


@dataclass(frozen=True)
class Step:
    """What became of one graph.

    Attributes:
        graph: Its IRI, or `description` for the default graph.
        triples: How many it has with us; with the endpoint, if only the endpoint has it.
        state: In words.
    """

    graph: str
    triples: int
    state: str


def find_doors(endpoint: Endpoint, *, update: str = "", graph_store: str = "") -> Doors:
    """Find out where an endpoint takes data.

    Args:
        endpoint: The endpoint.
        update: What the user named, if anything; then nothing is looked for.
        graph_store: Likewise.

    Raises:
        RemoteError: It takes none, or an address is on another server.
    """
    if update or graph_store:
        named = (endpoint.check_neighbour(one) if one else "" for one in (update, graph_store))
        return Doors(*named)
    if _takes_updates(endpoint, endpoint.url):
        return Doors(endpoint.url)
    # The usual neighbours of /query: Oxigraph has both, Fuseki the former.
    update, graph_store = (_neighbour(endpoint.url, name) for name in ("update", "store"))
    doors = Doors(
        update if _takes_updates(endpoint, update) else "",
        graph_store if _is_there(endpoint, f"{graph_store}?default") else "",
    )
    if doors == Doors():
        doors = _find_virtuoso(endpoint)
    if doors == Doors():
        problem = "takes questions only; name where it takes data with --update or --graph-store"
        raise RemoteError(f"{endpoint.url.partition('?')[0]}: {problem}")
    return doors


def _find_virtuoso(endpoint: Endpoint) -> Doors:
    """Give the doors of a Virtuoso, which describes none of them: whole graphs keep all numbers."""
    reply = endpoint.probe(Message("GET", endpoint.url))
    if not reply or "virtuoso" not in reply.headers.get("server", "").lower():
        return Doors()
    end = "-auth" if urlsplit(endpoint.url).path.endswith("-auth") else ""
    return Doors(endpoint.url, _neighbour(endpoint.url, f"sparql-graph-crud{end}"))


def _neighbour(url: str, name: str) -> str:
    parts = urlsplit(url)
    path = parts.path.rpartition("/")[0] + f"/{name}"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _takes_updates(endpoint: Endpoint, url: str) -> bool:
    """Read from the service description whether updates may go to an address."""
    reply = endpoint.probe(Message("GET", url, accept=ACCEPT_GRAPH))
    try:
        said = read_triples(reply) if reply else []
    except BrokenAnswerError:
        return False
    return any((one.predicate, one.object) == _CAN_UPDATE for one in said)


def _is_there(endpoint: Endpoint, url: str) -> bool:
    return endpoint.probe(Message("HEAD", url)) is not None


class Push:
    """One dataset on its way to one endpoint.

    Args:
        dataset: What to carry.
        endpoint: Who takes it.
        doors: Where it does.
        only: IRIs of the only graphs to carry, or `description`; empty for all.
    """

    def __init__(
        self, dataset: Dataset, endpoint: Endpoint, doors: Doors, *, only: Iterable[str] = ()
    ) -> None:
        self._endpoint, self._doors = endpoint, doors
        self._run = secrets.token_hex(8)
        self._description = _read_own(dataset.store, None)
        self._named = {name: _read_own(dataset.store, name) for name in dataset.graphs()}
        self._ours = self._named | dict.fromkeys(_DESCRIPTIONS, self._description)
        self.graphs = [*self._named, DESCRIPTION]
        if only:
            self.graphs = [name for name in self.graphs if name in set(only)]

    def run(self, *, dry: bool = False, prune: bool = False) -> Iterator[Step]:
        """Carry the graphs one after the other.

        Args:
            dry: Whether to say only what would be sent.
            prune: Whether to remove graphs of ours that this dataset no longer has.

        Yields:
            What became of each graph, when it has; then graphs of ours that only the endpoint has.

        Raises:
            RemoteError: The endpoint could not; what it has is whole, old or new.
            GraphError: The description cannot be kept apart from what others say.
        """
        self._check_description()
        counts = self._count_graphs()
        if not dry:
            self._clear_staging(counts)
        for name in self.graphs:
            if name == DESCRIPTION:
                yield self._carry_description(counts, dry=dry)
            else:
                yield self._carry(name, counts, dry=dry)
        for name, triples in counts.items():
            if name not in self._ours and not name.startswith(_STAGING):
                if prune and not dry:
                    self._drop(name)
                yield Step(name, triples, _REMOVED if prune and not dry else _LEFT)

    def _carry_description(self, counts: dict[str, int], *, dry: bool) -> Step:
        """Carry it into the default graph, or into a named one if there is none."""
        if DESCRIPTION_GRAPH not in counts:
            try:
                return self._carry(DESCRIPTION, counts, dry=dry)
            except RemoteError as error:
                if error.status is None or _NO_DEFAULT not in str(error):
                    raise
        return self._carry(DESCRIPTION_GRAPH, counts, dry=dry)

    def _carry(self, name: str, counts: dict[str, int], *, dry: bool) -> Step:
        triples = self._ours[name]
        may_match = name == DESCRIPTION or counts.get(name, 0) == len(triples)
        there = self._compare(name) if may_match else Likeness.OTHER
        if there != Likeness.OTHER:
            return Step(name, len(triples), _tell(_THERE, there))
        if dry:
            return Step(name, len(triples), _TO_SEND)
        if name == DESCRIPTION:
            self._send_description()
            if self._hides_description():
                return Step(name, len(triples), _HIDDEN)
        else:
            self._send_graph(name)
        there = self._compare(name)
        if there == Likeness.OTHER:
            raise self._fail(f"{name} is not there as it was sent; is somebody else writing?")
        return Step(name, len(triples), _tell(_SENT, there))

    def _fail(self, problem: str) -> RemoteError:
        return RemoteError(f"{self._endpoint.url.partition('?')[0]}: {problem}")

    # What the endpoint has

    def _count_graphs(self) -> dict[str, int]:
        """Count the triples of this dataset's graphs and of every other graph of ours."""
        found = self._endpoint.ask(
            "SELECT DISTINCT ?g "
            f'WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{_OURS}")) }}'
        )
        listed = {
            row[0].value
            for row in found.rows
            if row and isinstance(row[0], NamedNode) and row[0].value.startswith(_OURS)
        }
        wanted = " ".join(f"<{name}>" for name in sorted(listed | set(self._named)))
        counted = self._endpoint.ask(
            "SELECT ?g (COUNT(*) AS ?n) "
            f"WHERE {{ VALUES ?g {{ {wanted} }} GRAPH ?g {{ ?s ?p ?o }} }} GROUP BY ?g ORDER BY ?g"
        )
        counts = dict(map(self._read_count, counted.records()))
        return {name: count for name, count in counts.items() if count}

    def _read_count(self, record: Mapping[str, str]) -> tuple[str, int]:
        """Read how many triples a graph has; what a server answers may be anything."""
        name, number = record.get("g", ""), record.get("n", "")
        if not name or not _NUMBER.fullmatch(number):
            raise self._fail("its answer does not say how many triples each graph has")
        return name, int(number)

    def _compare(self, name: str) -> Likeness:
        """Read a graph back and compare it with ours."""
        if name == DESCRIPTION:
            return self._compare_description()
        ours = self._ours[name]
        if count_graph(self._endpoint, name) != len(ours):
            return Likeness.OTHER
        return compare_graphs(read_graph(self._endpoint, name, len(ours)), ours)

    def _compare_description(self) -> Likeness:
        try:
            there, ours = self._read_description(), self._description
        except RemoteCutError:
            # All graphs together are too much; so the description is not alone there.
            return Likeness.OTHER
        if not self._doors.graph_store and self._endpoint.shows_named_graphs():
            # The union hides which of its triples stand in the default graph as well.
            ours = ours.difference(*self._named.values())
            there = there.difference(*self._named.values())
        return compare_graphs(there, ours)

    def _hides_description(self) -> bool:
        """Tell whether nothing of the default graph can be read: some unions leave it out."""
        if self._doors.graph_store or not self._endpoint.shows_named_graphs():
            return False
        return not self._read_description().difference(*self._named.values())

    def _read_description(self) -> set[Triple]:
        """Read from the default graph what is ours."""
        if self._doors.graph_store:
            there = self._read_default_graph()
        else:
            there = self._endpoint.construct(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o . {_ABOUT_OURS} }}"
            )
        return {one for one in there if _is_about_ours(one) or one in self._description}

    def _read_default_graph(self) -> list[Triple]:
        return self._endpoint.read_graph(Message("GET", self._address(None), accept=ACCEPT_GRAPH))

    # Sending

    def _send_graph(self, name: str) -> None:
        if not self._doors.update:
            self._put(name, self._ours[name])
            return
        if not self._ours[name]:
            # Most servers know no empty graphs, and Virtuoso takes no empty braces.
            self._drop(name)
            return
        staging = f"{_STAGING}{self._run}/{list(self._ours).index(name)}"
        if self._doors.graph_store:
            self._put(staging, self._ours[name])
        else:
            self._insert(staging, self._ours[name])
        if count_graph(self._endpoint, staging) != len(self._ours[name]):
            raise self._fail(f"{name} did not arrive whole; what was there is as it was")
        self._move(staging, name)

    def _put(self, name: str | None, triples: Iterable[Triple]) -> None:
        body = rdf.serialize(triples, rdf.N_TRIPLES)
        self._endpoint.send(Message("PUT", self._address(name), body, media_type=media.N_TRIPLES))

    def _insert(self, name: str, triples: Iterable[Triple]) -> None:
        """Fill a new graph; each request may be repeated, though blank nodes are new each time."""
        for number, lines in enumerate(_batches(triples)):
            self._insert_lines(name, lines, f"DROP SILENT GRAPH <{name}> ; " if not number else "")

    def _insert_lines(self, name: str, lines: list[str], start: str) -> None:
        """Insert a batch; one that is too much for the server in halves, down to a few lines."""
        blank = sum("_:" in line for line in lines)
        # Virtuoso takes blank nodes in a template only; INSERT DATA is less work for all.
        verb, end = ("INSERT", " WHERE { }") if blank else ("INSERT DATA", "")
        try:
            self._update(f"{start}{verb} {{ GRAPH <{name}> {{\n{''.join(lines)}}} }}{end}")
        except RemoteError as error:
            # A blank node is another one in each request, so those lines stay together.
            half = max(len(lines) // 2, blank)
            if error.status not in _TOO_MUCH or not _FEWEST_LINES < len(lines) > half:
                raise
            self._insert_lines(name, lines[:half], start)
            self._insert_lines(name, lines[half:], "")

    def _move(self, staging: str, name: str) -> None:
        """Put a staging graph in the place of a graph; never twice, as it is gone then."""
        try:
            self._update(f"MOVE GRAPH <{staging}> TO GRAPH <{name}>", repeatable=False)
        except RemoteError:
            # The answer may have been lost, not the move.
            if self._compare(name) == Likeness.OTHER:
                raise

    def _send_description(self) -> None:
        """Replace what is said of our own addresses in the default graph, in one request."""
        if self._doors.update:
            lines = rdf.serialize(self._description, rdf.N_TRIPLES).decode()
            old = f"DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o . {_ABOUT_OURS} }}"
            self._update(f"{old} ;\nINSERT DATA {{\n{lines}}}")
            return
        foreign = [one for one in self._read_default_graph() if not _is_about_ours(one)]
        if set(foreign) - self._description:
            problem = f"its default graph has {len(foreign)} triples of others"
            raise self._fail(f"{problem}; name the address for updates with --update")
        self._put(None, self._description)

    def _drop(self, name: str) -> None:
        if self._doors.update:
            self._update(f"DROP SILENT GRAPH <{name}>")
        else:
            self._endpoint.send(Message("DELETE", self._address(name)))

    def _clear_staging(self, counts: Iterable[str]) -> None:
        for name in counts:
            if name.startswith(_STAGING):
                self._drop(name)

    def _update(self, text: str, *, repeatable: bool = True) -> None:
        message = Message("update", self._doors.update, text.encode())
        self._endpoint.send(message, repeatable=repeatable)

    def _address(self, name: str | None) -> str:
        """Give the Graph Store address of a graph; of the default graph for None."""
        store = self._doors.graph_store
        sign = "&" if "?" in store else "?"
        return f"{store}{sign}" + (f"graph={quote(name, safe='')}" if name else "default")

    def _check_description(self) -> None:
        for one in self._description:
            if isinstance(one.subject, BlankNode) or isinstance(one.object, BlankNode):
                problem = "has blank nodes, which cannot be told from those of others"
                raise GraphError(f"the default graph of the dataset {problem}")


def _tell(state: str, likeness: Likeness) -> str:
    return state + (_NUMBERS if likeness == Likeness.ALIKE else "")


_ABOUT_OURS = f'FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{names.BASE}"))'


def _is_about_ours(triple: Triple) -> bool:
    subject = triple.subject
    return isinstance(subject, NamedNode) and names.is_ours(subject.value)


def _read_own(store: Store, name: str | None) -> frozenset[Triple]:
    home = name or DefaultGraph()
    return frozenset(quad.triple for quad in store.quads(graph=home))


def _batches(triples: Iterable[Triple]) -> Iterator[list[str]]:
    """Cut triples into pieces of N-Triples; all with blank nodes are in the first."""
    lines: list[str] = []
    size = 0
    ordered = sorted(triples, key=lambda one: (not _has_blank(one), str(one)))
    for one in ordered:
        if size >= _BATCH_BYTES and not _has_blank(one):
            yield lines
            lines, size = [], 0
        line = f"{one} .\n"
        lines.append(line)
        size += len(line.encode())
    yield lines


def _has_blank(triple: Triple) -> bool:
    return any(isinstance(node, BlankNode) for node in (triple.subject, triple.object))
