"""Lists that are too long for memory: they lie in a file that goes with them.

The file has no name, so that nothing of it stays, however the process ends. A process that is
forked to read a file of others writes to one that its parent opened, which goes on with it.
"""

from __future__ import annotations

import os
import pickle
import tempfile
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, TYPE_CHECKING, Any, Generic, TypeVar, cast

from devcoop.store.rdf import N_QUADS, parse, serialize
from devcoop.store.terms import Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")
_AT_ONCE = 500
"""Items that are written and read in one go."""
_STAGE: ContextVar[IO[bytes] | None] = ContextVar("stage", default=None)


class Spool(Generic[Item]):
    """Items in the order in which they were added; any number, which take no memory.

    They are written with `pickle`, and read only by the process that wrote them or its parent.

    Examples:
        >>> spool = Spool(["a", "b"])
        >>> spool.add("c")
        >>> list(spool), len(spool)
        (['a', 'b', 'c'], 3)
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        stage = _STAGE.get()
        self._stage = stage or cast("IO[bytes]", tempfile.TemporaryFile())  # noqa: SIM115
        if stage is None:
            weakref.finalize(self, self._stage.close)
        self._places: list[tuple[int, int]] = []
        self._waiting: list[Item] = []
        self._size = 0
        self.extend(items)

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._size

    def __iter__(self) -> Iterator[Item]:
        """Iterate over those that are there by now, in the order in which they were added."""
        self.write()
        for place, size in tuple(self._places):
            yield from self._unpack(os.pread(self._stage.fileno(), size, place))

    def __getstate__(self) -> dict[str, Any]:
        """Give what another process needs to read it, beside the file."""
        self.write()
        return self.__dict__ | {"_stage": None}

    def bind(self, stage: IO[bytes]) -> None:
        """Take over the file that it lies in, after it came from a process that was given that."""
        self._stage = stage
        weakref.finalize(self, stage.close)

    def add(self, item: Item) -> None:
        """Add an item."""
        self.extend((item,))

    def extend(self, items: Iterable[Item]) -> None:
        """Add several."""
        for item in items:
            self._waiting.append(item)
            self._size += 1
            if len(self._waiting) >= _AT_ONCE:
                self.write()

    def write(self) -> None:
        """Write what was added to the file."""
        if self._waiting:
            content = self._pack(self._waiting)
            place = self._stage.seek(0, os.SEEK_END)
            self._stage.write(content)
            self._stage.flush()
            self._places.append((place, len(content)))
            self._waiting = []

    def _pack(self, items: list[Item]) -> bytes:
        return pickle.dumps(items, pickle.HIGHEST_PROTOCOL)

    def _unpack(self, content: bytes) -> Iterable[Item]:
        return cast("list[Item]", pickle.loads(content))  # noqa: S301  our own, from a file without a name


class QuadSpool(Spool[Quad]):
    """The same for statements, which are written as N-Quads, many times as fast."""

    def _pack(self, items: list[Quad]) -> bytes:
        return serialize(items, N_QUADS)

    def _unpack(self, content: bytes) -> Iterable[Quad]:
        return parse(content, N_QUADS)


@contextmanager
def spooling_to(stage: IO[bytes]) -> Iterator[None]:
    """Let all lists that begin in the context lie in one file, which another process may read.

    Args:
        stage: The file, opened before that process was forked.
    """
    token = _STAGE.set(stage)
    try:
        yield
    finally:
        _STAGE.reset(token)
