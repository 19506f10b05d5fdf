"""Exports read back, to be compared: files of RDF or release folders, without an analysis."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.errors import SourceError
from devcoop.export.formats import FORMATS
from devcoop.export.patches import hash_lines
from devcoop.store.canonical import canonical_lines
from devcoop.store.rdf import N_QUADS, parse, parse_foreign, read_bytes
from devcoop.store.terms import DefaultGraph, Quad

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Edition:
    """The content of an export.

    Attributes:
        path: The file it was read from.
        quads: Its quads.
        lines: Its canonical N-Quads, sorted.
    """

    path: Path
    quads: tuple[Quad, ...]
    lines: tuple[str, ...]

    @property
    def version(self) -> str:
        """SHA-256 of the canonical N-Quads, in hexadecimal."""
        return hash_lines(self.lines)

    @property
    def has_graphs(self) -> bool:
        """Whether it says which graph a statement is in."""
        return any(quad.graph_name != DefaultGraph() for quad in self.quads)


def read_edition(path: Path) -> Edition:
    """Read an export.

    Args:
        path: A file of RDF, or the folder of a release.

    Raises:
        SourceError: It cannot be read, with the line.
        OutOfTimeError: It cannot be read, or its blank nodes told apart, in time.
    """
    file = path / FORMATS["nquads"] if path.is_dir() else path
    quads = tuple(parse_foreign(file, read_bytes(file)))
    return Edition(file, quads, tuple(canonical_lines(quads, what=str(file))))


def check_there(*paths: Path) -> None:
    """Refuse exports that are not there, before any of them is read.

    Args:
        paths: Files of RDF, or folders of releases.

    Raises:
        SourceError: One of them does not exist.
    """
    for path in paths:
        if not path.exists():
            raise SourceError(path, os.strerror(errno.ENOENT))


def check_alike(old: Edition, new: Edition) -> None:
    """Refuse to compare an export that knows named graphs with one that does not.

    Args:
        old: The one.
        new: The other.

    Raises:
        SourceError: Only one of them does.
    """
    if old.quads and new.quads and old.has_graphs != new.has_graphs:
        poor = new if old.has_graphs else old
        problem = "it does not say which graph a statement is in, and the other file does"
        raise SourceError(poor.path, f"{problem}; compare two .nq, .trig or .jsonld")


def canonize_nquads(path: Path) -> Callable[[bytes], tuple[str, ...]]:
    """Give what turns N-Quads into their canonical lines.

    Args:
        path: Names in messages where the N-Quads come from.
    """

    def canonize_content(content: bytes) -> tuple[str, ...]:
        return tuple(canonical_lines(parse(content, N_QUADS), what=str(path)))

    return canonize_content
