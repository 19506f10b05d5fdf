"""What a reader gives: the statements of one file, and what it could not read in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.errors import SourceError
    from devcoop.store.terms import Quad


@dataclass(frozen=True)
class Reading:
    """The statements of one file.

    Attributes:
        path: The file.
        sha256: Hash of its bytes, in hexadecimal.
        quads: Its statements. Those that name a graph keep it; what an export says of its
            graphs is in the default graph, as in any other file.
        faults: What could not be read, each with its place; nothing is loaded if there is any.
    """

    path: Path
    sha256: str
    quads: tuple[Quad, ...]
    faults: tuple[SourceError, ...] = ()
