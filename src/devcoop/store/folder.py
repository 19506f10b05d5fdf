"""A folder that holds a store on disk: changed all at once or not at all, whatever happens.

    current              names the edition that counts
    editions/000007/     its quads and records, and a lock that readers share
    work/<random>/       copies that some process has for itself
    derived/             what was worked out from it and is kept (`devcoop.store.shelf`)
    reviews.ttl          what people said; not part of an edition
    writer.lock          held by the one process that changes the store

A change is made to a copy of the current edition, whose files are shared with it by hard links.
When the copy is whole and on the disk, `current` is replaced in one step. Until then the old
edition counts, so a process that is killed and a disk that is full leave it as it was. An old
edition stays as long as somebody reads it. What a killed process left is removed by the next
one that writes.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import TYPE_CHECKING

from devcoop.errors import StoreError, say_error
from devcoop.publication import write_whole
from devcoop.scratch import open_scratch
from devcoop.store.files import copy_store, measure_quads
from devcoop.store.quadstore import SMALL_BYTES, Store
from devcoop.store.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

REVIEWS = "reviews.ttl"
"""Name of the file that holds what people said about findings."""
_CURRENT, _EDITIONS, _WORK, _DERIVED = "current", "editions", "work", "derived"
_LOCK, _WRITER = "lock", "writer.lock"
_NAME = re.compile(r"\d{6,}")
_RANDOM_BYTES = 8
_OWN = re.compile(rf"[0-9a-f]{{{2 * _RANDOM_BYTES}}}")
_TRIES = 100
_YOUNG_SECONDS = 60
# Work reads everything many times, so that a copy in memory is worth its seconds sooner.
MOST_COPIED = 512 << 20
"""Size of the files of a store that are copied into memory for work."""


def is_store(folder: Path) -> bool:
    """Tell whether a folder holds a store."""
    return (folder / _CURRENT).is_file()


@contextlib.contextmanager
def open_store(folder: Path, *, most_copied: int = SMALL_BYTES) -> Iterator[Store]:
    """Open the current edition for reading; it stays readable while others write new ones.

    Args:
        folder: The store's folder.
        most_copied: Size in bytes of its files up to which a copy in memory is worth its time.

    Raises:
        StoreError: There is no store, or it is broken.
    """
    with _hold_current(folder) as edition:
        store = Store.open(edition, most_copied=most_copied, shelf=Shelf(folder / _DERIVED))
        try:
            yield store
        finally:
            store.rest()


def measure_store(folder: Path) -> int:
    """Measure the files of the current edition in bytes.

    Args:
        folder: The store's folder.

    Raises:
        StoreError: There is no store, or it is broken.
        OSError: Its files cannot be looked at.
    """
    with _hold_current(folder) as edition:
        return measure_quads(edition)


def read_edition_name(folder: Path) -> str:
    """Read which edition is the current one; another name means other content.

    Args:
        folder: The store's folder.

    Raises:
        StoreError: There is no store, or it is broken.
    """
    try:
        name = (folder / _CURRENT).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{folder}: there is no store here; `devcoop load` makes one") from error
    if not _NAME.fullmatch(name):
        raise StoreError(f"{folder}: the file {_CURRENT} names no edition")
    return name


@contextlib.contextmanager
def _hold_current(folder: Path) -> Iterator[Path]:
    """Give the folder of the current edition, and keep it from being removed."""
    with contextlib.ExitStack() as stack:
        yield _lock_current(folder, stack)


def _lock_current(folder: Path, stack: contextlib.ExitStack) -> Path:
    for _ in range(_TRIES):
        name = read_edition_name(folder)
        edition = folder / _EDITIONS / name
        with contextlib.ExitStack() as trying, contextlib.suppress(FileNotFoundError):
            held = trying.enter_context(_lock(edition / _LOCK, shared=True))
            # A writer may have put another in its place between the two steps.
            if held and read_edition_name(folder) == name:
                stack.enter_context(trying.pop_all())
                return edition
    raise StoreError(f"{folder}: edition {name} is not there; the store is broken")


@contextlib.contextmanager
def change_store(folder: Path) -> Iterator[Store]:
    """Change a store, or make one; it is changed when the block ends, all at once.

    If the block raises, the store stays as it was.

    Args:
        folder: Its folder; made if it is missing.

    Yields:
        A store for writing, with what the current edition holds.

    Raises:
        StoreError: Somebody else is changing it, or it cannot be written.
    """
    try:
        with _write_alone(folder):
            new = _begin(folder)
            try:
                with _opened_copy(folder, new) as store:
                    yield store
                _sync(new)
                _point_to(folder, new.name)
            except BaseException:
                shutil.rmtree(new, ignore_errors=True)
                raise
            _sweep(folder)
            Shelf(folder / _DERIVED).sweep(store.version)
    except OSError as error:
        raise StoreError(f"{_say_where(folder, error)}; the store is as it was") from error


def _say_where(folder: Path, error: OSError) -> str:
    """Say what could not be done: to the store, or to a file elsewhere, such as a temporary one."""
    file = error.filename
    is_elsewhere = isinstance(file, str) and not Path(file).is_relative_to(folder)
    return say_error(error) if is_elsewhere else f"{folder}: {error.strerror or error}"


@contextlib.contextmanager
def _opened_copy(folder: Path, new: Path) -> Iterator[Store]:
    """Open what is to become the next edition; it is saved and closed at the end."""
    if is_store(folder):
        with _hold_current(folder) as edition:
            copy_store(edition, new)
        store = Store.open(new, writable=True)
    else:
        store = Store.create(new)
    try:
        yield store
        store.save()
    finally:
        store.rest()
    (new / _LOCK).touch()


@contextlib.contextmanager
def _write_alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in (_EDITIONS, _WORK):
        (folder / name).mkdir(exist_ok=True)
    (folder / _WRITER).touch()
    with _lock(folder / _WRITER) as held:
        if not held:
            raise StoreError(f"{folder}: another process is changing this store; try again later")
        yield


def _begin(folder: Path) -> Path:
    """Clear away what killed processes left, and name the next edition."""
    _sweep(folder)
    number = int(read_edition_name(folder)) + 1 if is_store(folder) else 1
    return folder / _EDITIONS / f"{number:06}"


def _point_to(folder: Path, name: str) -> None:
    write_whole(folder / _CURRENT, f"{name}\n".encode())
    _sync_one(folder)


def _sync(folder: Path) -> None:
    """Bring a folder with all that is in it to the disk."""
    for path in (*sorted(folder.rglob("*")), folder, folder.parent):
        _sync_one(path)


def _sync_one(path: Path) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _sweep(folder: Path) -> None:
    """Remove editions that do not count and copies that nobody uses any more."""
    current = read_edition_name(folder) if is_store(folder) else ""
    for path in (*_list_own(folder / _EDITIONS), *_list_own(folder / _WORK)):
        if path.name != current:
            _remove_unused(path)


def _list_own(folder: Path) -> list[Path]:
    """List what may be removed from a folder, which may be a link that somebody laid in a store."""
    if folder.is_symlink():
        return []
    return [
        one for one in folder.iterdir() if _NAME.fullmatch(one.name) or _OWN.fullmatch(one.name)
    ]


def _remove_unused(path: Path) -> None:
    with contextlib.ExitStack() as stack, contextlib.suppress(FileNotFoundError):
        if not (path / _LOCK).is_file():
            # Its owner may be about to lock it.
            if path.parent.name == _WORK and time.time() - path.stat().st_mtime < _YOUNG_SECONDS:
                return
        elif not stack.enter_context(_lock(path / _LOCK)):
            return
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def copy_for_work(folder: Path, *, most_copied: int = MOST_COPIED) -> Iterator[Store]:
    """Copy the current edition for this process alone, to put beside it what is worked out.

    Files are shared with the edition where the folder can be written, else copied elsewhere.

    Args:
        folder: The store's folder.
        most_copied: Size in bytes of the files that are copied into memory.

    Yields:
        A store for reading, to which graphs may be added; its files go when the block ends.

    Raises:
        StoreError: There is no store.
        OSError: It cannot be copied.
    """
    with contextlib.ExitStack() as stack:
        work = stack.enter_context(_work_folder(folder))
        with _hold_current(folder) as edition:
            copy_store(edition, work / "copy")
        shelf = Shelf(folder / _DERIVED)
        store = Store.open(work / "copy", most_copied=most_copied, shelf=shelf)
        try:
            yield store
        finally:
            store.rest()


@contextlib.contextmanager
def _work_folder(folder: Path) -> Iterator[Path]:
    if not os.access(folder / _WORK, os.W_OK):
        with open_scratch() as work:
            yield work
        return
    for left in _list_own(folder / _WORK):
        _remove_unused(left)
    work = folder / _WORK / secrets.token_hex(_RANDOM_BYTES)
    with contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, work, ignore_errors=True)
        work.mkdir()
        (work / _LOCK).touch()
        stack.enter_context(_lock(work / _LOCK))
        yield work


@contextlib.contextmanager
def _lock(path: Path, *, shared: bool = False) -> Iterator[bool]:
    """Lock a file until the block ends; tell whether that could be done at once."""
    number = os.open(path, os.O_RDONLY)
    try:
        try:
            fcntl.flock(number, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(number)
