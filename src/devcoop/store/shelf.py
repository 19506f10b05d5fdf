"""What was worked out from a store, kept in its folder so that the next command has it at once.

    derived/answers/<version of the store>/<hash of the query>.json
    derived/comparison/<way of comparing>-<what is compared>.duckdb
    derived/facets/<what it is made from>/   rows of some sources (`devcoop.facets.partitions`)
    derived/mentions/<what it is made from>.json
    derived/quads/<what the files hold>.nq.gz
    derived/published/<version of the store>-<what else is published>.store/

All of it can be worked out again, so it may be removed at any time; a folder that cannot be
written keeps nothing. Names say what the content hangs on: what hangs on something else has
another name, and nothing has to be compared to know that it is out of date. Each file carries
a digest of its content, so that a broken one is made anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import secrets
import shutil
from typing import TYPE_CHECKING

from devcoop.publication import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

_ANSWERS, _COMPARISON, _PUBLISHED = "answers", "comparison", "published"
_PARTITIONS, _MENTIONS, _QUADS = "facets", "mentions", "quads"
_HELD, _FILLING, _SEAL = ".held", ".filling", ".sha256"
_NAME_LENGTH = 40
_OWN = re.compile(rf"[0-9a-f]{{{_NAME_LENGTH}}}([.-].*)?")
_TRIES = 10


class Shelf:
    """The folder of one store for what was worked out from it.

    Args:
        folder: Its path; made when there is something to keep.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def comparisons(self) -> Path:
        """Folder for files of the comparison; it is there if something can be kept."""
        folder = self._folder / _COMPARISON
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    @property
    def partitions(self) -> Path:
        """Folder for rows that are kept source by source.

        Raises:
            OSError: It is not there and cannot be made.
        """
        folder = self._folder / _PARTITIONS
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def recall_mentions(self, key: str, collect: Callable[[], bytes]) -> bytes:
        """Give what some sources speak of, collected now if it was not before.

        Args:
            key: Hash of the sources, and of what else it hangs on.
            collect: Collects it.
        """
        return _recall(self._folder / _MENTIONS / f"{key}.json", collect)

    def sweep_partitions(self, keys: Collection[str], mentions: Collection[str]) -> None:
        """Remove rows that are not those of the present sources, and what others spoke of.

        Args:
            keys: Names of the partitions that stay.
            mentions: Keys of what sources speak of that stay.
        """
        with contextlib.suppress(OSError):
            for path in _iter_own(self.partitions):
                if path.name not in keys:
                    shutil.rmtree(path, ignore_errors=True)
            for path in _iter_own(self._folder / _MENTIONS):
                if path.stem not in mentions:
                    path.unlink()

    def find_published(self, version: str, made_from: str) -> Path:
        """Find where all that is published is kept, or would be.

        Args:
            version: Of the store.
            made_from: What else it hangs on.
        """
        name = hashlib.sha256(made_from.encode()).hexdigest()[:_NAME_LENGTH]
        return self._folder / _PUBLISHED / f"{version[:_NAME_LENGTH]}-{name}.store"

    def recall(self, version: str, asked: str, ending: str, ask: Callable[[], bytes]) -> bytes:
        """Give the answer to a query, asked now if it was not asked before.

        Args:
            version: Of the store.
            asked: The query, and what else its answer hangs on.
            ending: Says how the answer is written.
            ask: Asks it.
        """
        return _recall(self._place_answer(version, asked, ending), ask)

    def recall_file(
        self, version: str, asked: str, ending: str, write: Callable[[Path], None]
    ) -> Path | None:
        """Give the file of an answer that is read by parts, written now if it was not before.

        Args:
            version: As for `recall`.
            asked: Likewise.
            ending: Likewise.
            write: Writes it to a path.

        Returns:
            Its path; None if nothing can be kept.
        """
        path = self._place_answer(version, asked, ending)
        return _find_sealed(path) or _keep_sealed(path, write)

    def find_quads(self, key: str) -> Path | None:
        """Find the file of all quads, if it is kept and whole.

        Args:
            key: Hash of what it is made from.
        """
        return _find_sealed(self._place_quads(key))

    def keep_quads(self, key: str, write: Callable[[Path], None]) -> None:
        """Keep a file of all quads, if that can be done; others of its kind go.

        Args:
            key: As for `find_quads`.
            write: Writes it to a path.
        """
        path = self._place_quads(key)
        _keep_sealed(path, write)
        with contextlib.suppress(OSError):
            for other in _iter_own(path.parent):
                if not other.name.startswith(key[:_NAME_LENGTH]):
                    other.unlink()

    def _place_quads(self, key: str) -> Path:
        return self._folder / _QUADS / f"{key[:_NAME_LENGTH]}.nq.gz"

    def knows_answer(self, version: str, asked: str, ending: str) -> bool:
        """Tell whether the answer to a query seems to be there.

        Args:
            version: As for `recall`.
            asked: Likewise.
            ending: Likewise.
        """
        return self._place_answer(version, asked, ending).is_file()

    def knows_file(self, version: str, asked: str, ending: str) -> bool:
        """Tell whether such a file seems to be there.

        Args:
            version: As for `recall`.
            asked: Likewise.
            ending: Likewise.
        """
        return self._place_answer(version, asked, ending).with_suffix(_SEAL).is_file()

    def _place_answer(self, version: str, asked: str, ending: str) -> Path:
        name = hashlib.sha256(asked.encode()).hexdigest()[:_NAME_LENGTH]
        return self._folder / _ANSWERS / version[:_NAME_LENGTH] / f"{name}.{ending}"

    def knows(self, version: str) -> bool:
        """Tell whether answers of a version of the store are kept.

        Args:
            version: Of the store.
        """
        return (self._folder / _ANSWERS / version[:_NAME_LENGTH]).is_dir()

    def sweep(self, version: str) -> None:
        """Remove answers of other versions of the store, and what was published of them.

        The last comparison stays: the next one takes over what has not changed.

        Args:
            version: The version that counts.
        """
        answers = self._folder / _ANSWERS
        with contextlib.suppress(OSError):
            for path in _iter_own(answers):
                if path.name != version[:_NAME_LENGTH]:
                    shutil.rmtree(path, ignore_errors=True)
        sweep_unheld(self._folder / _PUBLISHED, but=version[:_NAME_LENGTH])


def _iter_own(folder: Path) -> Iterator[Path]:
    """Iterate over what may be removed from a folder: what is called as this module calls things.

    A store may come from anybody, and a link in it may lead to what is somebody else's.
    """
    if not folder.is_symlink():
        yield from (one for one in folder.iterdir() if _OWN.fullmatch(one.name))


def _find_kept(path: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        digest, _, kept = path.read_bytes().partition(b"\n")
        if digest == _digest(kept):
            return kept
    return None


def _recall(path: Path, ask: Callable[[], bytes]) -> bytes:
    """Read what a file keeps; if it is not there, or broken, ask and keep it."""
    kept = _find_kept(path)
    if kept is not None:
        return kept
    answer = ask()
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, b"%s\n%s" % (_digest(answer), answer))
    return answer


def _find_sealed(path: Path) -> Path | None:
    """Give the path of a file that is what its seal says; else None."""
    with contextlib.suppress(OSError):
        if path.with_suffix(_SEAL).read_bytes() == _digest(path.read_bytes()):
            return path
    return None


def _keep_sealed(path: Path, write: Callable[[Path], None]) -> Path | None:
    """Write a file with a seal beside it; give its path, or None if it could not be written."""
    part = path.with_name(f"{path.stem}.{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(part)
        digest = _digest(part.read_bytes())
        part.replace(path)
        write_whole(path.with_suffix(_SEAL), digest)
    except OSError:
        return None
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def hold(path: Path) -> int:
    """Keep a file or folder from being removed by those who sweep, as long as a descriptor is open.

    Args:
        path: The file; it need not be there yet.

    Returns:
        A descriptor of the file beside it that is locked.

    Raises:
        OSError: It cannot be held.
    """
    return _lock(path.with_suffix(_HELD), fcntl.LOCK_SH)


def hold_for_filling(path: Path) -> int:
    """Keep others from filling a file or folder, as long as a descriptor is open.

    Args:
        path: The file.

    Returns:
        A descriptor of another file beside it that is locked.

    Raises:
        OSError: Somebody else is filling it, or it cannot be held.
    """
    return _lock(path.with_suffix(_FILLING), fcntl.LOCK_EX)


def _lock(beside: Path, way: int) -> int:
    for _ in range(_TRIES):
        number = _open(beside)
        with contextlib.suppress(OSError):
            fcntl.flock(number, way | fcntl.LOCK_NB)
            # Somebody may have removed it before it was locked.
            if os.path.samestat(os.fstat(number), beside.stat()):
                return number
        os.close(number)
    raise BlockingIOError(f"{beside}: somebody else has it")


def _open(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        # Who may not write may read what others have made.
        return os.open(path, os.O_RDONLY)


def sweep_unheld(folder: Path, *, but: str = "") -> None:
    """Remove files and folders that nobody holds.

    Args:
        folder: Where they lie.
        but: How the names of those begin that stay; empty for none.
    """
    for beside in () if folder.is_symlink() else folder.glob(f"*{_HELD}"):
        if but and beside.name.startswith(but):
            continue
        with contextlib.suppress(OSError):
            number = os.open(beside, os.O_RDWR)
            try:
                fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if os.path.samestat(os.fstat(number), beside.stat()):
                    remove_held(beside)
            finally:
                os.close(number)


def remove_held(path: Path) -> None:
    """Remove a file or folder with all that belongs to it; what it is held by goes last.

    Args:
        path: The file or folder, or the file that it is held by.

    Raises:
        OSError: It cannot be removed.
    """
    beside = path.with_suffix(_HELD)
    for one in path.parent.glob(f"{path.stem}.*"):
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one)
        elif one != beside:
            one.unlink()
    beside.unlink()
