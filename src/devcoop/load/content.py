"""What a file holds: its bytes, or the file itself, opened, where they may be too many for memory.

A large file is opened once. All who read it, in whichever process, read that very file from its
beginning, and whoever reads it is told if it was written meanwhile.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import stat
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.store.rdf import read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGE_BYTES = 32 << 20
"""Size from which on a file is not held whole by those who can read it in portions."""

CHANGED = "it was changed while it was read; load it again"
"""What is said of a file that somebody wrote meanwhile."""


class LargeFile:
    """A file that is open for reading in portions; `open_content` opens it.

    Attributes:
        path: Names it in messages.
    """

    def __init__(self, path: Path, number: int) -> None:
        self.path, self._number = path, number
        self._opened = mark(number)

    @cached_property
    def whole(self) -> bytes:
        """All its bytes, for those who cannot do with less.

        Raises:
            SourceError: They are more than the memory has.
        """
        try:
            with self.open() as file:
                return file.read()
        except MemoryError as error:
            raise SourceError(self.path, "this is larger than the memory") from error

    def __len__(self) -> int:
        """Tell how many bytes it had when it was opened."""
        return self._opened[0]

    def open(self) -> io.BufferedReader:
        """Give its bytes from the beginning, whoever else reads it."""
        return io.BufferedReader(_Portions(self._number), _AT_ONCE)

    def hash(self) -> str:
        """Give the hash of its bytes, as SHA-256 in hexadecimal.

        Raises:
            SourceError: It was written since it was opened.
        """
        with self.open() as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if mark(self._number) != self._opened:
            raise SourceError(self.path, CHANGED)
        return digest


Content = bytes | LargeFile
"""What a file holds."""
_AT_ONCE = 1 << 16


class _Portions(io.RawIOBase):
    """A file that others read as well: where this one is in it is nobody else's matter."""

    def __init__(self, number: int) -> None:
        self._number, self._place = number, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        read = os.preadv(self._number, [buffer], self._place)
        self._place += read
        return read


@contextlib.contextmanager
def open_content(path: Path) -> Iterator[Content]:
    """Read a file, or open it if it is large.

    Args:
        path: The file; a pipe is read whole.

    Raises:
        SourceError: There is no such file, or it may not be read.
    """
    if not _is_large(path):
        yield read_bytes(path)
        return
    try:
        number = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise SourceError(path, error.strerror or str(error)) from error
    try:
        yield LargeFile(path, number)
    finally:
        os.close(number)


def _is_large(path: Path) -> bool:
    try:
        found = path.stat()
    except OSError:
        # Whoever reads it says what is wrong.
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size >= LARGE_BYTES


def read_whole(content: Content) -> bytes:
    """Give all bytes of a file.

    Args:
        content: The file.

    Raises:
        SourceError: They are more than the memory has.
    """
    return content if isinstance(content, bytes) else content.whole


def open_bytes(content: Content) -> io.BytesIO | io.BufferedReader:
    """Give the bytes of a file from the beginning, to be read in portions.

    Args:
        content: The file.

    Examples:
        >>> open_bytes(b"abc").read(2)
        b'ab'
    """
    return io.BytesIO(content) if isinstance(content, bytes) else content.open()


def hash_content(content: Content) -> str:
    """Give the hash of the bytes of a file, as SHA-256 in hexadecimal.

    Args:
        content: The file.

    Raises:
        SourceError: It was written since it was opened.

    Examples:
        >>> hash_content(b"")[:8]
        'e3b0c442'
    """
    return hashlib.sha256(content).hexdigest() if isinstance(content, bytes) else content.hash()


def mark(file: int | Path) -> tuple[int, int]:
    """Give size and time of change of a file, which tell whether it was written.

    Args:
        file: Its path, or the descriptor under which it is open.

    Raises:
        OSError: It cannot be looked at.
    """
    found = os.stat(file)  # noqa: PTH116  a descriptor is no path
    return found.st_size, found.st_mtime_ns
