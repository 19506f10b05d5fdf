"""Lines of N-Quads in their order, hashed without being held."""

from __future__ import annotations

import hashlib
import heapq
import itertools
import tempfile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    import contextlib
    from collections.abc import Iterator

_AT_ONCE = 200_000


class SortedLines:
    """Hashes the lines of graphs in their order, with files for what is too much for memory."""

    def __init__(self, stack: contextlib.ExitStack) -> None:
        self._stack = stack
        self._lines: list[str] = []
        self._runs: list[IO[str]] = []

    def add(self, graph: str, line: str) -> None:
        """Take a line of a graph."""
        self._lines.append(f"{graph} {line}")
        if len(self._lines) >= _AT_ONCE:
            file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115
            run = self._stack.enter_context(file)
            run.writelines(sorted(self._lines))
            run.seek(0)
            self._runs.append(run)
            self._lines = []

    def iter_digests(self) -> Iterator[tuple[str, str]]:
        """Iterate over the graphs with the hash of their lines, each line counted once."""
        merged = heapq.merge(*self._runs, sorted(self._lines))
        for graph, lines in itertools.groupby(merged, key=lambda line: line.split(" ", 1)[0]):
            digest = hashlib.sha256()
            for line, _ in itertools.groupby(lines):
                digest.update(line[len(graph) + 1 :].encode())
            yield graph, digest.hexdigest()
