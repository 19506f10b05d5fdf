"""The graph of the built-in plans, schemes and reference data: which files it is made of.

One named graph for each source; the files of a plan are one source together.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.store import Source, Store, hash_files
from devcoop.store.rdf import parse_foreign, parse_rdf, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    add_built_in(store, without=without)
    return store


def add_built_in(
    store: Store, *, without: Iterable[str] = (), only: Iterable[str] | None = None
) -> None:
    """Put the built-in sources into a store, each in the place of what had its graph.

    Args:
        store: Takes them.
        without: Names of folders below `data/` that are to be left out.
        only: IRIs of the only graphs wanted; None for all.

    Raises:
        SourceError: A shipped file is broken.
    """
    wanted = None if only is None else set(only)
    files: dict[str, list[Path]] = {}
    for path in iter_built_in(without=without):
        graph = names.mint_graph(PurePosixPath(path.relative_to(assets.ROOT).as_posix()))
        if wanted is None or graph in wanted:
            files.setdefault(graph, []).append(path)
    for graph, paths in files.items():
        hashes: list[str] = []
        quads = list(_read(paths, hashes))
        store.replace(_describe(graph, hash_files(hashes)), quads)
    _log.info("%d files in %d graphs", sum(map(len, files.values())), len(files))


def _describe(graph: str, sha256: str) -> Source:
    return Source(graph, sha256, licence=names.CC_BY, publisher=names.AUTHORS)


def _read(paths: Iterable[Path], hashes: list[str]) -> Iterator[Quad]:
    """Iterate over the quads of files, and note the files' hashes."""
    for path in paths:
        content = read_bytes(path)
        hashes.append(hashlib.sha256(content).hexdigest())
        yield from parse_rdf(path, content)


def iter_built_in(*, without: Iterable[str] = ()) -> Iterator[Path]:
    """Iterate over the files that make up the built-in graph; shapes are not among them."""
    skipped = {assets.DATA / name for name in without}
    for folder in (assets.ONTOLOGY, assets.DATA):
        for path in assets.iter_turtle(folder):
            if path.parent.name != "shapes" and path.parent not in skipped:
                yield path


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
