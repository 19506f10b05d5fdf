"""The graph of the built-in plans, schemes and reference data: which files it is made of.

One named graph for each source; the files of a plan are one source together.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.store import Source, Store, hash_files
from devcoop.store.rdf import parse_foreign, parse_rdf, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from devcoop.store.terms import Quad

_log = logging.getLogger(__name__)


def build_graph(*, without: Iterable[str] = ()) -> Store:
    """Build the graph of the built-in plans, schemes and reference data.

    Args:
        without: Names of folders below `data/` that are to be left out.

    Raises:
        SourceError: A shipped file is broken.

    Examples:
        >>> graph = build_graph()
        >>> "https://w3id.org/devcoop/graph/plan/iso-2016-2020" in graph.graphs()
        True
    """
    store = Store()
    for source, contents in _iter_sources(without):
        store.read_in(source, contents)
    _log.info("%d graphs", len(store.graphs()))
    return store


def read_built_in(
    is_wanted: Callable[[str], bool] = bool,
) -> Iterator[tuple[Source, list[Quad]]]:
    """Iterate over the built-in sources, each with its record and its statements.

    Args:
        is_wanted: Tells of the IRI of a graph whether its files are read; all are, unless told.

    Raises:
        SourceError: A shipped file is broken.
    """
    for source, contents in _iter_sources((), is_wanted):
        yield source, [quad for path, content in contents for quad in parse_rdf(path, content)]


def _iter_sources(
    without: Iterable[str], is_wanted: Callable[[str], bool] = bool
) -> Iterator[tuple[Source, list[tuple[Path, bytes]]]]:
    """Iterate over the built-in sources, each with its record and its files."""
    files: dict[str, list[Path]] = {}
    for path in iter_built_in(without=without):
        files.setdefault(_mint_graph(path), []).append(path)
    for graph, paths in files.items():
        if not is_wanted(graph):
            continue
        contents = [(path, read_bytes(path)) for path in paths]
        digest = hash_files([hashlib.sha256(content).hexdigest() for _, content in contents])
        yield Source(graph, digest, licence=names.CC_BY, publisher=names.AUTHORS), contents


def iter_built_in(*, without: Iterable[str] = ()) -> Iterator[Path]:
    """Iterate over the files that make up the built-in graph; shapes are not among them."""
    skipped = {assets.DATA / name for name in without}
    for folder in (assets.ONTOLOGY, assets.DATA):
        for path in assets.iter_turtle(folder):
            if path.parent.name != "shapes" and path.parent not in skipped:
                yield path


@cache
def list_built_in() -> frozenset[str]:
    """List the named graphs that come with the program.

    Examples:
        >>> "https://w3id.org/devcoop/graph/plan/iso-2016-2020" in list_built_in()
        True
    """
    return frozenset(map(_mint_graph, iter_built_in()))


def _mint_graph(path: Path) -> str:
    return names.mint_graph(PurePosixPath(path.relative_to(assets.ROOT).as_posix()))


def add_file(store: Store, path: Path, graph: str) -> None:
    """Put a file of RDF that anybody may have written beside the sources of a store.

    Args:
        store: Takes it.
        path: The file; its ending tells the syntax.
        graph: IRI of the named graph that takes its triples.

    Raises:
        SourceError: The file cannot be read, or is not what its ending says.
        OutOfTimeError: It takes too long to read.
    """
    store.add(graph, parse_foreign(path, read_bytes(path)))
