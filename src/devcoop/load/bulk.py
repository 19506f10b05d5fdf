"""Large files of N-Quads and N-Triples, taken in line by line and never held whole.

1. A file is read once to see what is in it: its graphs, what it says of them, and which values
   the store will keep in another form. Nothing is written before it is known to be sound.
2. Graphs that the store does not have go into it while the file is read again. What it has is
   held against the file statement by statement; only a graph that differs is read into memory.

What comes out is what `group_sources` makes of the same file. A load that is not so simple (a
large file beside small ones of RDF, nodes without names in graphs whose hash is not stated, no
plan or several without graphs) is left to it.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import io
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.errors import SourceError
from devcoop.load.content import CHANGED, LARGE_BYTES, mark
from devcoop.load.lines import SortedLines
from devcoop.load.sources import (
    DERIVED,
    Part,
    describe_source,
    is_description,
    list_plans,
    restore_sources,
)
from devcoop.names import make_readable
from devcoop.store.lexical import LexicalForms
from devcoop.store.rdf import (
    ENDINGS,
    N_QUADS,
    N_TRIPLES,
    FilePosition,
    parse,
    parse_file,
    serialize,
)
from devcoop.store.terms import DefaultGraph, Literal, NamedNode, as_text, has_blank, place_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from devcoop.load.lines import Digest
    from devcoop.store import Source, Store
    from devcoop.store.terms import Quad, Term, Triple

MOST_BESIDE = 200_000
"""Most statements outside of graphs; what an export says of its graphs is a few for each."""
_PLAIN = (NamedNode, Literal)
_TOLD_EACH = 50_000
_PIECE = 1 << 20
_LONGEST = 16 << 20
_NAME = rb'[a-z][a-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\\x7f-\xff]*'
_IRI = b"<" + _NAME + b">"
_OWN_TYPE = rb"(?!<http://www\.w3\.org/(?:2001/XMLSchema#string|1999/02/22-rdf-syntax-ns#)[^>]*>)"
_VALUE = (
    rb'"(?:[^"\\\x00-\x1f\x7f\xef]|\xef(?!\xbf[\xbe\xbf])|\\[tnr"\\])*"(?:@[a-z]+(?:-[a-z0-9]+)*|\^\^'
    + _OWN_TYPE + _IRI + rb")?"
)  # fmt: skip
_COMMON = re.compile(
    _IRI + b" " + _IRI + b" (?:" + _IRI + b"|" + _VALUE + b") <(" + _NAME + rb")> \.\n"
).fullmatch
"""A line of names and values as the engine would write it, with its graph.

What is no such line is taken apart by a parser; what is may still be broken, as an IRI may be.
"""


@dataclass(frozen=True)
class Large:
    """What a large file holds.

    Attributes:
        path: The file.
        sources: Its sources.
        lines: How many statements each graph has in it, those that are repeated counted again.
        unnamed: Graphs in which a node has no name.
        findings: What it says as findings, for the reviews among it.
        kept: The values that the store keeps in another form.
        pieces: Of each piece in which it is read, the graphs of which it has something, an empty
            text for the default graph; none if it was not read in pieces.
        changed: Size and time of change of the file when it was looked at.
        digests: Of graphs whose hash it does not state, what their lines come to.
    """

    path: Path
    sources: tuple[Source, ...]
    lines: Counter[str]
    unnamed: frozenset[str] = frozenset()
    findings: frozenset[Triple] = frozenset()
    kept: dict[Term, Term] = field(default_factory=dict)
    pieces: tuple[frozenset[str], ...] = ()
    changed: tuple[int, int] = (0, 0)
    digests: Mapping[str, Digest] = field(default_factory=dict)

    @property
    def can_be_put_as_lines(self) -> bool:
        """Whether a store can take its lines as they are, without a term for each."""
        return bool(self.pieces) or _is_plain(self.path)

    def put_lines(
        self,
        store: Store,
        sources: Sequence[Source],
        tell: Callable[[float], object] | None = None,
    ) -> None:
        """Put some of its sources into a store as the lines that it has.

        Args:
            store: The store, which has no graph of theirs.
            sources: The sources.
            tell: As for `iter_quads`.

        Raises:
            SourceError: It is broken, cannot be read, or was written since it was looked at.
        """
        home = sources[0].graph if _is_plain(self.path) else None
        with _finding_fault(self.path):
            store.take_in_lines(sources, self._iter_pieces(sources, tell), home)
        if _mark(self.path) != self.changed:
            raise SourceError(self.path, CHANGED)

    def _iter_pieces(
        self, sources: Iterable[Source], tell: Callable[[float], object] | None
    ) -> Iterator[bytes]:
        """Iterate over pieces of the lines of some sources."""
        wanted = {one.graph for one in sources}
        for number, lines in enumerate(_iter_lines(self.path, tell)):
            graphs = self.pieces[number] if number < len(self.pieces) else wanted
            piece = b"" if wanted.isdisjoint(graphs) else b"".join(lines)
            if piece and not wanted.issuperset(graphs):
                own = [one for one in parse(piece, N_QUADS) if _name_of(one) in wanted]
                piece = serialize(own, N_QUADS)
            yield piece

    def iter_quads(
        self, graphs: Iterable[str], tell: Callable[[float], object] | None = None
    ) -> Iterator[Quad]:
        """Iterate over the statements of some of its graphs.

        Args:
            graphs: Their IRIs.
            tell: Is given the share of the file that was read, now and then.
        """
        wanted = frozenset(graphs)
        if _is_plain(self.path):
            home = self.sources[0].graph
            quads = place_in(home, _read(self.path, tell))
            return quads if home in wanted else iter(())
        return (one for one in _read(self.path, tell) if _name_of(one) in wanted)


def scan_large(
    files: Sequence[Path],
    *,
    retrieved: str = "",
    tell: Callable[[float], object] | None = None,
) -> tuple[Large, ...]:
    """Look at the large files of a load.

    Args:
        files: All files of RDF that are loaded in one go.
        retrieved: Day on which that is.
        tell: Is given the share of a file that was read, now and then.

    Returns:
        What each holds; nothing if the files have to be read whole.

    Raises:
        SourceError: A file is broken.
    """
    if not files or not all(map(is_large, files)):
        return ()
    if len(files) > 1 and any(map(_is_plain, files)):
        return ()
    with contextlib.ExitStack() as stack:
        scans = [_scan(path, stack, tell) for path in files]
        graphs = Counter(graph for scan in scans for graph in scan.lines)
        is_shared = any(number > 1 for number in graphs.values())
        if is_shared or not all(one.is_simple for one in scans):
            return ()
        described = [quad for scan in scans for quad in scan.beside]
        return tuple(scan.conclude(described, retrieved) for scan in scans)


def _scan(path: Path, stack: contextlib.ExitStack, tell: Callable[[float], object] | None) -> _Scan:
    """Read a file for the first time."""
    scan = _Scan(path, stack)
    if not _is_plain(path):
        try:
            for lines in _iter_lines(path, tell, _LONGEST):
                scan.add_lines(lines)
        except (SyntaxError, ValueError):
            # Whoever reads it statement by statement says in which line it is broken, if it is.
            scan = _Scan(path, stack)
        else:
            return scan
    for quad in _read(path, tell):
        scan.add(quad)
    return scan


def is_large(path: Path) -> bool:
    """Tell whether a file is of N-Quads or N-Triples, and large."""
    is_of_lines = ENDINGS.get(path.suffix.lower()) in (N_QUADS, N_TRIPLES)
    return is_of_lines and path.is_file() and path.stat().st_size >= LARGE_BYTES


def find_same(large: Large, store: Store) -> set[str]:
    """Find the graphs of a file that a store has already, the same to the last statement.

    Args:
        large: The file.
        store: The store.
    """
    had = {one.graph: one.sha256 for one in store.sources}
    counted = store.count_by_graph(graphs=[one.graph for one in large.sources])
    same = {
        one.graph
        for one in large.sources
        if had.get(one.graph) == one.sha256
        and counted.get(one.graph) == large.lines[one.graph]
        and one.graph not in large.unnamed
    }
    for quad in large.iter_quads(same) if same else ():
        if not store.holds(quad):
            same.discard(_name_of(quad))
    return same


def read_graphs(large: Large, graphs: Iterable[str]) -> list[Part]:
    """Read some graphs of a file into memory.

    Args:
        large: The file.
        graphs: Their IRIs.
    """
    quads: dict[str, list[Quad]] = {graph: [] for graph in graphs}
    for quad in large.iter_quads(quads) if quads else ():
        quads[_name_of(quad)].append(quad)
    return [Part(one, tuple(quads[one.graph])) for one in large.sources if one.graph in quads]


class _Scan:
    """What is seen of a file while it is read for the first time."""

    def __init__(self, path: Path, stack: contextlib.ExitStack) -> None:
        self.path, self._changed = path, _mark(path)
        self.lines: Counter[str] = Counter()
        self.beside: list[Quad] = []
        self._forms = LexicalForms()
        self._findings: list[Triple] = []
        self._unnamed: set[str] = set()
        self._plans: set[str] = set()
        self._stated: set[str] = set()
        self._sorted = SortedLines(stack)
        self._pieces: list[frozenset[str]] = []
        self._seen: set[str] = set()

    def add_lines(self, lines: Iterable[bytes]) -> None:
        """Take note of a piece of N-Quads; the most common lines are not taken apart.

        Raises:
            SyntaxError: They are broken. Not all that is broken is found.
        """
        self._take_lines(lines)
        self._pieces.append(frozenset(self._seen))
        self._seen.clear()

    def _take_lines(self, lines: Iterable[bytes]) -> None:
        others = list[bytes]()
        by_graph: dict[bytes, list[bytes]] = defaultdict(list)
        for line in lines:
            found = _COMMON(line)
            if found:
                by_graph[found[1]].append(line)
            else:
                others.append(line)
        # An export says first what its graphs are, in lines that are not so common.
        for quad in parse(b"".join(others), N_QUADS):
            self.add(quad)
        for graph, own in by_graph.items():
            self._forms.add_lines(own)
            self._add_to(graph.decode(), own)

    def _add_to(self, graph: str, lines: list[bytes]) -> None:
        """Take note of lines of a graph that are as the engine writes them."""
        self._seen.add(graph)
        self.lines[graph] += len(lines)
        if graph == names.FINDINGS_GRAPH:
            self._findings += [quad.triple for quad in parse(b"".join(lines), N_QUADS)]
        if graph not in self._stated:
            self._sorted.add(graph.encode(), lines)

    def add(self, quad: Quad) -> None:
        """Take note of a statement."""
        self._forms.add(quad.object)
        home = quad.graph_name
        if isinstance(home, DefaultGraph):
            self._add_beside(quad)
            return
        graph = home.value
        self._seen.add(graph)
        self.lines[graph] += 1
        # Nearly every statement is of names and values, which is seen at once.
        if not isinstance(quad.object, _PLAIN) or not isinstance(quad.subject, NamedNode):
            self._add_unnamed(quad, graph)
        if graph == names.FINDINGS_GRAPH:
            self._findings.append(quad.triple)
        if graph not in self._stated:
            self._sorted.add(graph.encode(), (f"{quad} .\n".encode(),))

    def _add_unnamed(self, quad: Quad, graph: str) -> None:
        if has_blank(quad):
            self._unnamed.add(graph)

    def _add_beside(self, quad: Quad) -> None:
        if _is_plain(self.path):
            self.lines[""] += 1
            self._add_unnamed(quad, "")
            self._plans |= list_plans([quad])
            return
        self._seen.add("")
        if len(self.beside) <= MOST_BESIDE:
            self.beside.append(quad)
            if quad.predicate.value == names.DEVC.sha256:
                self._stated.add(as_text(quad.subject))

    @property
    def is_simple(self) -> bool:
        """Whether what it holds can be told without holding it."""
        if _is_plain(self.path):
            return len(self._plans) == 1 and not self.lines.keys() - {""}
        unstated = self.lines.keys() - self._stated - set(DERIVED)
        is_all_described = not self.beside or is_description(self.beside)
        is_short = len(self.beside) <= MOST_BESIDE
        return is_all_described and is_short and not (unstated & self._unnamed)

    def conclude(self, described: Sequence[Quad], retrieved: str) -> Large:
        """Tell what it holds."""
        digests: dict[str, Digest] = {}
        if _is_plain(self.path):
            [plan] = self._plans
            sources = [self._build_source(plan, retrieved)]
            self.lines[sources[0].graph] = self.lines.pop("")
        else:
            graphs = [graph for graph in self.lines if graph not in DERIVED]
            every = self._sorted.iter_digests()
            # Of those whose hash is stated, some lines may have come before it was.
            digests = {one.graph: one for one in every if one.graph not in self._stated}
            hashes = {graph: one.sha256 for graph, one in digests.items()}
            sources = list(restore_sources(graphs, described, hashes.__getitem__, retrieved))
        return Large(
            self.path,
            tuple(sources),
            self.lines,
            frozenset(self._unnamed),
            frozenset(self._findings),
            self._forms.find_rewritten(),
            pieces=tuple(self._pieces),
            changed=self._changed,
            digests=digests,
        )

    def _build_source(self, plan: str, retrieved: str) -> Source:
        about = NamedNode(plan)
        said = [quad for quad in _read(self.path, None) if quad.subject == about]
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        title = make_readable(self.path.name)
        graph = names.mint_plan_graph(plan)
        return describe_source(graph, plan, said, digest, title=title, retrieved=retrieved)


def _is_plain(path: Path) -> bool:
    return ENDINGS.get(path.suffix.lower()) == N_TRIPLES


def _mark(path: Path) -> tuple[int, int]:
    try:
        return mark(path)
    except OSError as error:
        raise SourceError(path, error.strerror or str(error)) from error


@contextlib.contextmanager
def _finding_fault(path: Path) -> Iterator[None]:
    """Say where a file is broken of which a part was found to be so."""
    try:
        yield
    except (SyntaxError, ValueError) as error:
        for _ in _read(path, None):
            pass
        raise SourceError(path, getattr(error, "msg", None) or str(error)) from error


def _iter_lines(
    path: Path, tell: Callable[[float], object] | None, longest: int = sys.maxsize
) -> Iterator[list[bytes]]:
    """Read a file in pieces of whole lines, and tell how far it is.

    Args:
        path: The file.
        tell: Is told the part that was read.
        longest: Bytes of the longest line.

    Raises:
        ValueError: A line is longer.
        SourceError: It cannot be read.
    """
    size, left = max(1, _mark(path)[0]), b""
    try:
        with path.open("rb") as file:
            file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
            while piece := file.read(_PIECE):
                lines = io.BytesIO(left + piece).readlines()
                left = b"" if lines[-1].endswith(b"\n") else lines.pop()
                if len(left) > longest:
                    raise ValueError("a line is too long")
                yield lines
                if tell:
                    tell(min(1.0, file.tell() / size))
    except OSError as error:
        raise SourceError(path, error.strerror or str(error)) from error
    if left:
        yield [left]


def _name_of(quad: Quad) -> str:
    return getattr(quad.graph_name, "value", "")


def _read(path: Path, tell: Callable[[float], object] | None) -> Iterator[Quad]:
    """Read a file, and tell how far it is."""
    size, position = max(1, _mark(path)[0]), FilePosition()
    for number, quad in enumerate(parse_file(path, position)):
        if tell and number % _TOLD_EACH == 0:
            tell(position.bytes / size)
        yield quad
