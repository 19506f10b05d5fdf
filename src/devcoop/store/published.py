"""All that is published of a store, kept beside it: opened the next time, and not made again.

    <version of the store>-<what else is published>.store/   quads and records
    <likewise>.held      digest of its files once it is whole; locked by those who read it
    <likewise>.filling   locked by the one process that writes it

A folder whose digest is not there was left by a process that was killed, and is made anew, as
is one that is not what it was. A disk that is full and a folder that may not be written keep
nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from devcoop.errors import OutOfTimeError, StoreError
from devcoop.store.quadstore import Store
from devcoop.store.shelf import hold, hold_for_filling, remove_held, sweep_unheld

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DIGEST_LENGTH = 64
_WRITTEN_BY_READERS = ("LOG", "LOCK")
"""How the names of files begin that the engine writes for whoever reads."""


@contextlib.contextmanager
def open_published(path: Path, *, most_copied: int) -> Iterator[Store | None]:
    """Open what was kept; it stays readable while others keep something else.

    Args:
        path: Where it would be.
        most_copied: Size in bytes of the files that are copied into memory.

    Yields:
        A store for reading; None if nothing is kept there, or it is broken.
    """
    with contextlib.ExitStack() as stack:
        store = None
        with contextlib.suppress(OSError, StoreError):
            if path.is_dir() and _hold_whole(path, stack):
                store = Store.open(path, most_copied=most_copied)
                stack.callback(store.rest)
        yield store


def _hold_whole(path: Path, stack: contextlib.ExitStack) -> bool:
    """Hold what is kept until the stack ends, if it is whole; else remove it."""
    held = hold(path)
    stack.callback(os.close, held)
    told = os.pread(held, _DIGEST_LENGTH, 0)
    if told and told == _digest(path):
        return True
    # Only where nobody else has it.
    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    remove_held(path)
    return False


def keep_published(path: Path, store: Store) -> None:
    """Keep all that is published, where that can be done, and remove what was kept before.

    Args:
        path: Where it will be.
        store: Opened from files, with all that is published put beside them.
    """
    with contextlib.suppress(OSError, StoreError, OutOfTimeError), contextlib.ExitStack() as stack:
        path.parent.mkdir(parents=True, exist_ok=True)
        stack.callback(os.close, hold_for_filling(path))
        held = hold(path)
        stack.callback(os.close, held)
        # Somebody else may have kept it by now.
        if not os.pread(held, _DIGEST_LENGTH, 0):
            _fill(path, held, store)
            sweep_unheld(path.parent)


def _fill(path: Path, held: int, store: Store) -> None:
    if path.exists():
        shutil.rmtree(path)
    try:
        store.write_copy(path)
        os.pwrite(held, _digest(path), 0)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise


def _digest(path: Path) -> bytes:
    """Hash the names and the content of all files that a reader leaves as they are."""
    digest = hashlib.sha256()
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.name.startswith(_WRITTEN_BY_READERS):
            with file.open("rb") as content:
                part = hashlib.file_digest(content, "sha256").hexdigest()
            digest.update(f"{file.relative_to(path).as_posix()} {part}\n".encode())
    return digest.hexdigest().encode()
