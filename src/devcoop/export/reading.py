"""Exports read back, to be compared: files of RDF or release folders, without an analysis."""

from __future__ import annotations

import multiprocessing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop.errors import SourceError
from devcoop.export.formats import FORMATS
from devcoop.export.patches import hash_lines
from devcoop.export.rdf import canonize
from devcoop.graph import parse_rdf, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from pathlib import Path

SECONDS = 60.0
"""Longest time for giving labels to blank nodes, which a hostile file can make endless."""


@dataclass(frozen=True)
class Edition:
    """The content of an export.

    Attributes:
        path: The file it was read from.
        quads: Its quads.
        lines: Its canonical N-Quads, sorted.
    """

    path: Path
    quads: tuple[ox.Quad, ...]
    lines: tuple[str, ...]

    @property
    def version(self) -> str:
        """SHA-256 of the canonical N-Quads, in hexadecimal."""
        return hash_lines(self.lines)

    @property
    def has_graphs(self) -> bool:
        """Whether it says which graph a statement is in."""
        return any(quad.graph_name != ox.DefaultGraph() for quad in self.quads)


def read_edition(path: Path) -> Edition:
    """Read an export.

    Args:
        path: A file of RDF, or the folder of a release.

    Raises:
        SourceError: It cannot be read, with the line; or its blank nodes cannot be told apart
            in time.
    """
    file = path / FORMATS["nquads"] if path.is_dir() else path
    quads = tuple(parse_rdf(file, read_bytes(file)))
    return Edition(file, quads, canonize_in_time(file, quads))


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


def canonize_in_time(
    path: Path, quads: Sequence[ox.Quad], seconds: float = SECONDS
) -> tuple[str, ...]:
    """Give the canonical N-Quads of quads from outside, or give up.

    Args:
        path: Names the file in messages.
        quads: Its quads.
        seconds: When to give up.

    Raises:
        SourceError: The blank nodes are too entangled.
    """
    if not any(map(_has_blank, quads)):
        return tuple(canonize(quads))
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    worker = context.Process(target=_canonize_into, args=(there, quads), daemon=True)
    worker.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise SourceError(path, "its nodes without names are too entangled to be told apart")
        lines: tuple[str, ...] = here.recv()
    except EOFError as error:
        raise SourceError(path, "its nodes without names need more memory than there is") from error
    finally:
        worker.kill()
        worker.join()
        here.close()
    return lines


def canonize_nquads(path: Path) -> Callable[[bytes], tuple[str, ...]]:
    """Give what turns N-Quads into their canonical lines.

    Args:
        path: Names in messages where the N-Quads come from.
    """

    def canonize_content(content: bytes) -> tuple[str, ...]:
        return canonize_in_time(path, tuple(ox.parse(content, format=ox.RdfFormat.N_QUADS)))

    return canonize_content


def _canonize_into(pipe: Connection, quads: Sequence[ox.Quad]) -> None:
    pipe.send(tuple(canonize(quads)))
    pipe.close()


def _has_blank(quad: ox.Quad) -> bool:
    nodes = (quad.subject, quad.object, quad.graph_name)
    return any(isinstance(node, ox.BlankNode) for node in nodes)
