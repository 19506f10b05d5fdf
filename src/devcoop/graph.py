"""The knowledge graph: plans, schemes and reference data in named graphs.

One named graph for each source; the default graph only says what the named graphs are.
The store is pyoxigraph's, in memory; queries see the union of all graphs. Turtle is read
by pyoxigraph, which fetches nothing.
"""

from __future__ import annotations

import codecs
import hashlib
import io
import logging
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import pyoxigraph as ox

from devcoop import assets, names
from devcoop.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_log = logging.getLogger(__name__)

_DCTERMS = names.PREFIXES["dcterms"]
_DCAT = names.PREFIXES["dcat"]
_TYPE = ox.NamedNode(names.PREFIXES["rdf"] + "type")
_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True)
class Source:
    """One file that became part of the graph.

    Attributes:
        path: Where the file lies.
        graph: IRI of the named graph it went into.
        sha256: Hash of its bytes, in hexadecimal.
    """

    path: Path
    graph: str
    sha256: str


@dataclass
class KnowledgeGraph:
    """Named graphs and the files they came from.

    Attributes:
        store: The quads.
        sources: The files, in the order in which they were read.
    """

    store: ox.Store = field(default_factory=ox.Store)
    sources: list[Source] = field(default_factory=list)

    def add_file(self, path: Path, graph: str) -> None:
        """Add a file of RDF to a named graph, whole or not at all.

        Args:
            path: Turtle, TriG, N-Triples, N-Quads, RDF/XML or JSON-LD, told by its ending.
            graph: IRI of the named graph that takes its triples.

        Raises:
            SourceError: The file cannot be read, or is not what its ending says.
        """
        content = read_bytes(path)
        self.store.extend(list(parse_rdf(path, content, graph)))
        self.sources.append(Source(path, graph, hashlib.sha256(content).hexdigest()))

    def graphs(self) -> list[str]:
        """List the IRIs of the named graphs, sorted."""
        return sorted({source.graph for source in self.sources})

    def digest(self, graph: str) -> str:
        """Hash the files that a named graph was read from.

        Args:
            graph: Its IRI.

        Returns:
            SHA-256 in hexadecimal: the file's own if there is one, else over those of all files.
        """
        hashes = [source.sha256 for source in self.sources if source.graph == graph]
        if len(hashes) == 1:
            return hashes[0]
        return hashlib.sha256("\n".join(hashes).encode()).hexdigest()

    def describe(self) -> None:
        """Say in the default graph what each named graph is made of."""
        catalog = ox.NamedNode(names.CATALOG)
        self.store.add(ox.Quad(catalog, _TYPE, ox.NamedNode(_DCAT + "Catalog")))
        for graph in self.graphs():
            node = ox.NamedNode(graph)
            for predicate, value in (
                (_TYPE, ox.NamedNode(_DCAT + "Dataset")),
                (ox.NamedNode(_DCTERMS + "isPartOf"), catalog),
                (ox.NamedNode(names.DEVC.sha256), ox.Literal(self.digest(graph))),
            ):
                self.store.add(ox.Quad(node, predicate, value))

    def canonical_lines(self) -> list[str]:
        """Write the graph as sorted N-Quads after RDFC-1.0.

        Returns:
            Lines without line ends; the same lines for isomorphic graphs on any machine.
        """
        dataset = ox.Dataset(self.store)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        return sorted({f"{quad} ." for quad in dataset})

    def data_hash(self) -> str:
        """Hash the files the graph was built from, for citing and comparing builds.

        Returns:
            SHA-256 in hexadecimal over the graphs' IRIs and the hashes of their files, so that
            a graph that was written out and read back keeps its hash.
        """
        lines = [f"{graph} {self.digest(graph)}" for graph in self.graphs()]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read_bytes(path: Path) -> bytes:
    """Read a file.

    Args:
        path: The file.

    Raises:
        SourceError: There is no such file, or it may not be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(path, error.strerror or str(error)) from error


def parse_rdf(path: Path, content: bytes, graph: str | None = None) -> Iterator[ox.Quad]:
    """Read RDF from bytes; nothing is fetched.

    Args:
        path: Names the file in messages and tells the format by its ending.
        content: The bytes.
        graph: IRI of the named graph for triples that name none; None keeps the default graph.

    Raises:
        SourceError: The ending is unknown, or the content is broken; with the line.
    """
    form = _FORMATS.get(path.suffix.lower())
    if form is None:
        known = ", ".join(sorted(_FORMATS))
        raise SourceError(path, f"unknown kind of file; known endings are {known}")
    home = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    try:
        content = content.removeprefix(codecs.BOM_UTF8)
        for quad in ox.parse(io.BytesIO(content), format=form, base_iri=names.BASE):
            keep = quad.graph_name != ox.DefaultGraph()
            yield quad if keep else ox.Quad(quad.subject, quad.predicate, quad.object, home)
    except (SyntaxError, ValueError) as error:
        problem = getattr(error, "msg", None) or str(error)
        raise SourceError(path, problem, getattr(error, "lineno", None)) from error


def build_graph(*, without: Iterable[str] = ()) -> KnowledgeGraph:
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
    graph = KnowledgeGraph()
    for path in iter_built_in(without=without):
        relative = path.relative_to(assets.ROOT)
        graph.add_file(path, names.mint_graph(PurePosixPath(relative.as_posix())))
    graph.describe()
    _log.info("%d files in %d graphs", len(graph.sources), len(graph.graphs()))
    return graph


def iter_built_in(*, without: Iterable[str] = ()) -> Iterator[Path]:
    """Iterate over the files that make up the built-in graph; shapes are not among them."""
    skipped = {assets.DATA / name for name in without}
    for folder in (assets.ONTOLOGY, assets.DATA):
        for path in assets.iter_turtle(folder):
            if path.parent.name != "shapes" and path.parent not in skipped:
                yield path
