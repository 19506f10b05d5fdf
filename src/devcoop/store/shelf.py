"""What was worked out from a store, kept in its folder so that the next command has it at once.

    derived/answers/<version of the store>/<hash of the query>.json
    derived/comparison/<what it is made from>.duckdb

All of it can be worked out again, so it may be removed at any time; a folder that cannot be
written keeps nothing. Names say what the content hangs on: what hangs on something else has
another name, and nothing has to be compared to know that it is out of date.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from typing import TYPE_CHECKING

from devcoop.publication import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ANSWERS, _COMPARISON = "answers", "comparison"
_NAME_LENGTH = 40


class Shelf:
    """The folder of one store for what was worked out from it.

    Args:
        folder: Its path; made when there is something to keep.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def can_keep(self) -> bool:
        """Whether something can be kept here."""
        known = self._folder if self._folder.is_dir() else self._folder.parent
        return os.access(known, os.W_OK | os.X_OK)

    @property
    def comparisons(self) -> Path:
        """Folder for files of the comparison; it is there if something can be kept."""
        folder = self._folder / _COMPARISON
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        return folder

    def recall(self, version: str, text: str, ending: str, ask: Callable[[], bytes]) -> bytes:
        """Give the answer to a query, asked now if it was not asked before.

        Args:
            version: Of the store.
            text: The query.
            ending: Says how the answer is written.
            ask: Asks it.
        """
        name = hashlib.sha256(text.encode()).hexdigest()[:_NAME_LENGTH]
        path = self._folder / _ANSWERS / version[:_NAME_LENGTH] / f"{name}.{ending}"
        with contextlib.suppress(OSError):
            return path.read_bytes()
        answer = ask()
        if self.can_keep:
            with contextlib.suppress(OSError):
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, answer)
        return answer

    def forget_answers(self, version: str) -> None:
        """Remove answers of other versions of the store.

        Args:
            version: The version that counts.
        """
        with contextlib.suppress(OSError):
            for path in (self._folder / _ANSWERS).iterdir():
                if path.name != version[:_NAME_LENGTH]:
                    shutil.rmtree(path, ignore_errors=True)
