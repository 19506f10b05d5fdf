"""RDF in Turtle, TriG, N-Triples, N-Quads, JSON-LD and RDF/XML, from anybody."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.load.reading import Reading
from devcoop.store.rdf import ENDINGS, parse_foreign

if TYPE_CHECKING:
    from pathlib import Path

    from devcoop.load.records import Hints

SUFFIXES: tuple[str, ...] = tuple(sorted(ENDINGS))
"""Endings of the files that this reader takes."""


def recognizes(path: Path, content: bytes) -> bool:  # noqa: ARG001
    """Tell whether a file is RDF: its ending says so."""
    return path.suffix.lower() in ENDINGS


def read(path: Path, content: bytes, hints: Hints) -> Reading:  # noqa: ARG001
    """Read a file of RDF.

    Args:
        path: Names it in messages and tells the syntax by its ending.
        content: Its bytes.
        hints: RDF says itself what it is about, so they are not needed.

    Raises:
        OutOfTimeError: It takes too long to read.
        OutOfMemoryError: It takes too much memory.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        return Reading(path, sha256, tuple(parse_foreign(path, content)))
    except SourceError as error:
        return Reading(path, sha256, (), (error,))
