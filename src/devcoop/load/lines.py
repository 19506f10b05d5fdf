"""Lines of N-Quads in their order, hashed without being held."""

from __future__ import annotations

import hashlib
import heapq
import itertools
import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterable, Iterator

_AT_ONCE = 200_000


class SortedLines:
    """Hashes the lines of graphs in their order, with files for what is too much for memory."""

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
            run.writelines(sorted(self._lines))
            run.seek(0)
            self._runs.append(run)
            self._lines = []

    def iter_digests(self) -> Iterator[tuple[str, str]]:
        """Iterate over the graphs with the hash of their lines, each line counted once."""
        merged = heapq.merge(*self._runs, sorted(self._lines))
        for begin, lines in itertools.groupby(
            merged, key=lambda line: line[: line.index(b" ") + 1]
        ):
            digest, place, last = hashlib.sha256(), len(begin), b""
            for line in lines:
                if line != last:
                    digest.update(line[place:])
                    last = line
            yield begin[:-1].decode(), digest.hexdigest()
