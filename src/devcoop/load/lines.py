"""Lines of N-Quads in their order, hashed and counted without being held."""

from __future__ import annotations

import hashlib
import heapq
import itertools
import tempfile
from typing import IO, TYPE_CHECKING, NamedTuple

from devcoop import names
from devcoop.names import DEVC
from devcoop.scratch import writing_aside

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterable, Iterator

_AT_ONCE = 200_000
_INITIATIVE = f"<{names.term('rdf:type')}> <{DEVC.Undertaking}> ".encode()
"""What stands behind the subject of a statement that something is an initiative."""


class Digest(NamedTuple):
    """What the lines of a graph come to, each line counted once.

    Attributes:
        graph: IRI of the graph.
        sha256: Hash of its lines in their order, in hexadecimal.
        statements: How many there are.
        initiatives: How many of them say that something is an initiative.
    """

    graph: str
    sha256: str
    statements: int
    initiatives: int


class SortedLines:
    r"""Hashes the lines of graphs in their order, with files for what is too much for memory.

    Examples:
        >>> import contextlib
        >>> with contextlib.ExitStack() as stack:
        ...     lines = SortedLines(stack)
        ...     lines.add(b"urn:g", [b"<urn:b> <urn:is> <urn:c> <urn:g> .\n"] * 2)
        ...     [one.statements for one in lines.iter_digests()]
        [1]
    """

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._lines: list[bytes] = []
        self._runs: list[IO[bytes]] = []

    def add(self, graph: bytes, lines: Iterable[bytes]) -> None:
        """Take lines of a graph.

        Args:
            graph: Its IRI.
            lines: N-Quads, each with its line end.
        """
        begin = graph + b" "
        self._lines += [begin + line for line in lines]
        if len(self._lines) >= _AT_ONCE:
            run = self._stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
            with writing_aside():
                run.writelines(sorted(self._lines))
                run.seek(0)
            self._runs.append(run)
            self._lines = []

    def iter_digests(self) -> Iterator[Digest]:
        """Iterate over the graphs, in the order of their IRIs."""
        merged = heapq.merge(*self._runs, sorted(self._lines))
        for begin, lines in itertools.groupby(
            merged, key=lambda line: line[: line.index(b" ") + 1]
        ):
            digest, place, last = hashlib.sha256(), len(begin), b""
            statements = initiatives = 0
            for line in lines:
                if line == last:
                    continue
                digest.update(line[place:])
                last = line
                statements += 1
                if _INITIATIVE in line:
                    _, _, said = line[place:].partition(b" ")
                    initiatives += said.startswith(_INITIATIVE)
            yield Digest(begin[:-1].decode(), digest.hexdigest(), statements, initiatives)
