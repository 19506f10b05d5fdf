"""Lists that are too long for memory: they lie in a file that goes with them.

The file has no name, so that nothing of it stays, however the process ends. A process that is
forked to read a file of others writes to one that its parent opened, which goes on with it. Several
processes may write to it at the same time.
"""

from __future__ import annotations

import fcntl
import os
import pickle
import tempfile
import weakref
from collections.abc import Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast, overload

from devcoop.scratch import writing_aside
from devcoop.store.rdf import N_QUADS, parse, serialize
from devcoop.store.terms import Quad

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Item = TypeVar("Item")
_AT_ONCE = 500
"""Items that are written and read in one go."""
_STAGE: ContextVar[IO[bytes] | None] = ContextVar("stage", default=None)


class Spool(Sequence[Item]):
    """Items in the order in which they were added; any number, which take no memory.

    They are written with `pickle`, and read only by the process that wrote them or its parent.

    Examples:
        >>> spool = Spool(["a", "b"])
        >>> spool.add("c")
        >>> list(spool), len(spool)
        (['a', 'b', 'c'], 3)
    """

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._places: list[tuple[int, int]] = []
        self._waiting: list[Item] = []
        self._size = 0
        self._open()
        self.extend(items)

    def _open(self) -> None:
        """Open the file of the context for itself, or one of its own."""
        stage = _STAGE.get()
        self._file = _open_again(stage) if stage else _open_new()
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        """Tell how many there are."""
        return self._size

    def __iter__(self) -> Iterator[Item]:
        """Iterate over those that are there by now, in the order in which they were added."""
        self.write()
        for place, size in tuple(self._places):
            yield from self._unpack(os.pread(self._file.fileno(), size, place))

    @overload
    def __getitem__(self, index: int) -> Item: ...

    @overload
    def __getitem__(self, index: slice) -> list[Item]: ...

    def __getitem__(self, index: int | slice) -> Item | list[Item]:
        """Give some of them, for which all are read."""
        return list(self)[index]

    def __getstate__(self) -> dict[str, Any]:
        """Give what another process needs to read it, beside the file."""
        self.write()
        return {name: value for name, value in self.__dict__.items() if name != "_file"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Go on with what another process wrote to the file of the context."""
        self.__dict__.update(state)
        self._open()

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
            with writing_aside():
                # Another process may be at the end of the file, too.
                fcntl.lockf(self._file, fcntl.LOCK_EX)
                place = self._file.seek(0, os.SEEK_END)
                self._file.write(content)
                self._file.flush()
                fcntl.lockf(self._file, fcntl.LOCK_UN)
            self._places.append((place, len(content)))
            self._waiting = []

    def put_in_front(self, other: Spool[Item]) -> None:
        """Put what another has in front of what this one has; both are of one context.

        Examples:
            >>> with spooling():
            ...     one, other = Spool("ab"), Spool("c")
            ...     other.put_in_front(one)
            >>> list(other)
            ['a', 'b', 'c']
        """
        other.write()
        self._places = [*other._places, *self._places]
        self._size += other._size

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

    def iter_pieces(self) -> Iterator[bytes]:
        r"""Iterate over pieces of N-Quads of some hundred whole lines, as they are written.

        Examples:
            >>> from devcoop.store.terms import NamedNode
            >>> one = NamedNode("urn:a")
            >>> list(QuadSpool([Quad(one, one, one, one)]).iter_pieces())
            [b'<urn:a> <urn:a> <urn:a> <urn:a> .\n']
        """
        self.write()
        for place, size in tuple(self._places):
            yield os.pread(self._file.fileno(), size, place)


@contextmanager
def spooling() -> Iterator[None]:
    """Let all lists lie in one file that begin in the context, or in processes forked in it.

    Examples:
        >>> from devcoop import killable
        >>> with spooling():
        ...     spool = killable.run(lambda: Spool("abc"), what="a list")
        >>> list(spool)
        ['a', 'b', 'c']
    """
    if _STAGE.get():
        yield
        return
    with tempfile.TemporaryFile() as stage:
        token = _STAGE.set(cast("IO[bytes]", stage))
        try:
            yield
        finally:
            _STAGE.reset(token)


def _open_again(stage: IO[bytes]) -> IO[bytes]:
    return os.fdopen(os.dup(stage.fileno()), "r+b")


def _open_new() -> IO[bytes]:
    return cast("IO[bytes]", tempfile.TemporaryFile())
