"""Put a file into its place, or files into a folder, all or nothing.

Files are first written beside their place, under a name that nobody can know in advance, so
that a full disk or a broken file never leaves half a report; then they change places with the
old ones, which come back if that fails. What a run that was killed left behind is swept by the
next one. Only regular files change places: a device or a pipe is written into.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_PART = ".part"
# A folder whose files only have to be moved into place: the next run does what was left undone.
_READY = ".ready"
_KEPT = "kept"


def check_place(path: Path, *, is_folder: bool = False) -> None:
    """Find out, before long work for it is done, whether something can be written.

    Args:
        path: The file or folder that shall be written.
        is_folder: Whether it is a folder, which is made with those above it.

    Raises:
        OSError: It cannot be. What this does not see is found out when it is written.
    """
    parent = path.resolve().parent
    while is_folder and not parent.exists():
        parent = parent.parent
    if path.exists() and path.is_dir() != is_folder:
        problem = errno.ENOTDIR if is_folder else errno.EISDIR
    elif not parent.is_dir():
        # What is missing below a file is not missing: it cannot be made.
        problem = errno.ENOENT if _ends_in_folder(parent) else errno.ENOTDIR
    elif not _is_open_ended(path) and not os.access(parent, os.W_OK):
        # Also what is there changes places with what is written beside it.
        problem = errno.EACCES
    else:
        return
    raise OSError(problem, os.strerror(problem), str(path))


def _is_open_ended(path: Path) -> bool:
    """Tell whether something is a device or a pipe, which is written into."""
    return path.exists() and not (path.is_file() or path.is_dir())


def _ends_in_folder(path: Path) -> bool:
    """Tell whether what there is of a path is a folder."""
    return next(one for one in (path, *path.parents) if one.exists()).is_dir()


def write_files(folder: Path, contents: Mapping[str, bytes | Iterable[bytes]]) -> list[Path]:
    """Write files into a folder: all of them, or none.

    Args:
        folder: Where they shall be; made if it is missing. Other files in it are left alone.
        contents: Bytes by file name, or pieces of them that are made while they are written.

    Returns:
        The files, in the order given.

    Raises:
        OSError: They could not be written; the folder is as it was.
    """
    folder = _follow(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _hold_beside(folder):
        staging = Path(tempfile.mkdtemp(_PART, f".{folder.name}.", folder.parent))
        staging.chmod(0o777 & ~_read_mask())
        try:
            for name, content in contents.items():
                with (staging / name).open("wb") as file:
                    _fill(file, content)
            staging = staging.rename(staging.with_suffix(_READY))
            _move(staging, folder, list(contents))
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return [folder / name for name in contents]


def write_whole(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file whole or not at all: beside its place first, then into it.

    Args:
        path: The file; a link is followed. A device or a pipe is written into.
        content: Its bytes, or pieces of them that are made while it is written.

    Raises:
        OSError: It could not be written; the old one is as it was.
    """
    if _is_open_ended(path):
        with path.open("wb") as file:
            file.writelines([content] if isinstance(content, bytes) else content)
        return
    path = _follow(path)
    if path.is_dir():
        raise IsADirectoryError(21, "Is a directory", str(path))
    with _hold_beside(path):
        # The file is made new, under this name and no other: no link that lies there is followed.
        number, name = tempfile.mkstemp(_PART, f".{path.name}.", path.parent)
        part = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                _fill(file, content)
            part.chmod(path.stat().st_mode if path.exists() else 0o666 & ~_read_mask())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def _follow(path: Path) -> Path:
    """Follow links to the place that is meant."""
    try:
        return path.resolve()
    except RuntimeError as error:
        # What Python raises for links in a circle, up to 3.12.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path)) from error


@contextmanager
def _hold_beside(path: Path) -> Iterator[None]:
    """Hold the right to write beside a place, and sweep what killed runs left there.

    Whoever writes holds a shared lock on the folder, which ends with the process; so whoever
    gets the folder alone knows that nobody is at work in it.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            pass
        else:
            _sweep(path)
        # Where a file system knows no locks, nothing is swept either.
        with suppress(OSError):
            fcntl.flock(folder, fcntl.LOCK_SH)
        yield
    finally:
        os.close(folder)


def _sweep(path: Path) -> None:
    # As many letters as a name of `tempfile` has: what lies beside `out.old` is none of `out`.
    beside = f".{_escape(path.name)}.{'?' * 8}"
    for ready in filter(_is_own, path.parent.glob(f"{beside}{_READY}")):
        if not ready.is_dir():
            continue
        if path.is_dir():
            for file in filter(_is_own, ready.iterdir()):
                if file.is_file():
                    file.replace(path / file.name)
        shutil.rmtree(ready, ignore_errors=True)
    for left in filter(_is_own, path.parent.glob(f"{beside}{_PART}")):
        if left.is_dir():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _is_own(path: Path) -> bool:
    """Tell whether this user made something, and it is no link to what lies elsewhere.

    Anybody who may write beside a place can lay there what is called like something of ours.
    """
    with suppress(OSError):
        return path.lstat().st_uid == os.geteuid() and not path.is_symlink()
    return False


def _escape(name: str) -> str:
    return "".join(f"[{one}]" if one in "*?[" else one for one in name)


def _read_mask() -> int:
    """Read which permissions new files shall not have; the system tells only who sets it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _fill(file: IO[bytes], content: bytes | Iterable[bytes]) -> None:
    """Write a file down to the disk, so that a move after it never shows an empty one."""
    file.writelines([content] if isinstance(content, bytes) else content)
    file.flush()
    os.fsync(file.fileno())


def _move(staging: Path, folder: Path, names: list[str]) -> None:
    if not folder.exists():
        staging.rename(folder)
        return
    kept = staging / _KEPT
    kept.mkdir()
    done: list[str] = []
    try:
        for name in names:
            if (folder / name).exists():
                shutil.copy2(folder / name, kept / name)
            done.append(name)
            (staging / name).replace(folder / name)
    except OSError:
        for name in done:
            _restore(folder / name, kept / name)
        raise


def _restore(path: Path, kept: Path) -> None:
    if kept.exists():
        kept.replace(path)
    else:
        path.unlink(missing_ok=True)
