"""Folders for what is put down on the way: they go with their process, however it ends.

What a comparison spills may fill a disk, and a process that is killed removes nothing. So each
folder is held by a lock that ends with its process, and whoever makes the next one removes those
of the same user that nobody holds any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PREFIX, _HELD = "devcoop-", "held"


class Scratch:
    """A folder of this process in the folder for temporary files.

    Attributes:
        path: Where it lies.

    Raises:
        OSError: It cannot be made.

    Examples:
        >>> scratch = Scratch()
        >>> scratch.path.is_dir(), scratch.close(), scratch.path.exists()
        (True, None, False)
    """

    def __init__(self) -> None:
        _sweep(Path(tempfile.gettempdir()))
        held = None
        while held is None:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX))
            held = _hold(self.path / _HELD)
        self._held = held

    def close(self) -> None:
        """Remove it with all that it holds."""
        shutil.rmtree(self.path, ignore_errors=True)
        os.close(self._held)


@contextmanager
def open_scratch() -> Iterator[Path]:
    """Give a folder of this process that goes when the block ends.

    Yields:
        Where it lies.

    Raises:
        OSError: It cannot be made.

    Examples:
        >>> with open_scratch() as folder:
        ...     (folder / "rows.csv").write_text("a,b")
        3
        >>> folder.exists()
        False
    """
    scratch = Scratch()
    try:
        yield scratch.path
    finally:
        scratch.close()


@contextmanager
def writing_aside() -> Iterator[None]:
    """Name the folder for temporary files where a file in it that has no name cannot be written.

    Raises:
        OSError: It cannot; the folder may be full.

    Examples:
        >>> import errno
        >>> with writing_aside():
        ...     raise OSError(errno.ENOSPC, "No space left on device")
        Traceback (most recent call last):
        OSError: [Errno 28] No space left on device: '...'
    """
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            raise OSError(error.errno, error.strerror, tempfile.gettempdir()) from error
        raise


def _hold(file: Path) -> int | None:
    """Lock a new file; give its descriptor, or None if somebody swept it meanwhile."""
    number = os.open(file, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        pass
    except OSError:
        # Where a file system knows no locks, nobody can sweep either.
        return number
    if file.exists():
        return number
    os.close(number)
    return None


def _sweep(place: Path) -> None:
    """Remove the folders of this user that nobody holds."""
    for file in place.glob(f"{_PREFIX}*/{_HELD}"):
        folder = file.parent
        with suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            number = os.open(file, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            finally:
                os.close(number)
