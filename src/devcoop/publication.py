"""Put a file into its place, or files into a folder, all or nothing.

Files are first written beside the folder, so that a full disk or a broken file never leaves
half a report; then they change places with the old ones, which come back if that fails.
"""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


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
    folder = folder.resolve()
    staging = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        for name, content in contents.items():
            _write(staging / name, content)
        _move(staging, folder, list(contents))
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return [folder / name for name in contents]


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then into it.

    Args:
        path: The file; a link is followed.
        content: Its bytes.

    Raises:
        OSError: It could not be written; the old one is as it was.
    """
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(part, content)
        if path.exists():
            part.chmod(path.stat().st_mode)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file down to the disk, so that a move after it never shows an empty one."""
    with path.open("wb") as file:
        file.writelines([content] if isinstance(content, bytes) else content)
        file.flush()
        os.fsync(file.fileno())


def _move(staging: Path, folder: Path, names: list[str]) -> None:
    if not folder.exists():
        staging.rename(folder)
        return
    kept = staging / "kept"
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
