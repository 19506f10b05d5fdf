"""The formats of an export, by name: what the files are called and how they are written."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from rdflib.namespace import DCTERMS

from devcoop import media, names
from devcoop.export.graphml import render_graphml
from devcoop.export.hxl import render_hxl
from devcoop.export.jsonld import render_jsonld
from devcoop.export.rdf import (
    render_nquads,
    render_rdfxml,
    render_trig,
    render_turtle,
)
from devcoop.export.sssom import render_sssom
from devcoop.export.stratml import render_stratml
from devcoop.export.tables import read_tables, render_tables
from devcoop.findings import mint_pair
from devcoop.names import DEVC
from devcoop.scratch import open_scratch
from devcoop.store.canonical import order_quads
from devcoop.store.terms import DefaultGraph, NamedNode, Quad, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.dataset import Dataset
    from devcoop.export.tables import Table
    from devcoop.model import Pair
    from devcoop.store import Store

FORMATS = {
    "turtle": "devcoop.ttl",
    "trig": "devcoop.trig",
    "nquads": "devcoop.nq",
    "jsonld": "devcoop.jsonld",
    "rdfxml": "devcoop.rdf",
    "sssom": "devcoop.sssom.tsv",
    "csv": "",
    "graphml": "devcoop.graphml",
}
"""Name of the file of each format; none for CSV, which is several files with names of their own."""
PARQUET = "parquet"
"""A format for programs that is no part of a release: its bytes hang on the library's version."""
HXL = "hxl"
"""A table for humanitarian clusters; no part of a release, whose tables say more."""
HXL_FILE = "devcoop.hxl.csv"
"""Name of the file in that format."""
STRATML = "stratml"
"""A format that is no part of a release, since it holds plans and not the dataset: a document for
each plan, named after it."""

MEDIA_TYPES = {
    **{f".{ending}": media_type for ending, media_type in media.RDF.items()},
    ".tsv": media.TSV,
    ".csv": media.CSV,
    ".graphml": media.GRAPHML,
    ".json": media.CSV_METADATA,
}
"""Media types by ending; the only JSON among the files describes the tables."""


class Writer:
    """Writes a dataset in any format; what several formats need is worked out once."""

    def __init__(self, dataset: Dataset, plans: Iterable[str] = ()) -> None:
        """Take the dataset.

        Args:
            dataset: What shall be written.
            plans: IRIs of its plans, for a format that has a file for each.
        """
        self._dataset = dataset
        self._plans = tuple(plans)

    @cached_property
    def _quads(self) -> list[Quad]:
        return order_quads(self._dataset.store)

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return read_tables(self._dataset.store)

    def render(self, form: str) -> dict[str, bytes]:
        """Render the dataset in a format.

        Args:
            form: One of `FORMATS`, `PARQUET`, `HXL` or `STRATML`.

        Returns:
            Bytes by file name; one file but for CSV, Parquet and StratML.

        Raises:
            GraphError: The format cannot hold these data.
        """
        if form == "csv":
            return render_tables(self._tables.values(), self._find_licence())
        if form == STRATML:
            store = self._dataset.store
            return {f"{names.slug_of(one)}.xml": render_stratml(store, one) for one in self._plans}
        if form == PARQUET:
            with open_scratch() as folder:
                files = self._dataset.analysis.comparison.write_tables(folder)
                return {file.name: file.read_bytes() for file in files}
        if form == HXL:
            return {HXL_FILE: render_hxl(self._tables)}
        return {FORMATS[form]: self._render_file(form)}

    def _find_licence(self) -> str:
        """Find the licence that the data state of themselves as a whole."""
        stated = find_stated(self._dataset.store, DCTERMS.license)
        return str(stated[0].value) if stated else ""

    def _render_file(self, form: str) -> bytes:
        match form:
            case "nquads":
                return render_nquads(self._dataset.lines)
            case "graphml":
                return render_graphml(self._tables)
            case "sssom":
                found = find_stated_pairs(self._dataset)
                return render_sssom(self._dataset.analysis, found).encode()
        return _GRAPH_WRITERS[form](self._quads)


_GRAPH_WRITERS = {
    "turtle": render_turtle,
    "trig": render_trig,
    "jsonld": render_jsonld,
    "rdfxml": render_rdfxml,
}


def find_stated_pairs(dataset: Dataset) -> list[Pair]:
    """Find the pairs that are findings of the dataset, closest first.

    Args:
        dataset: A dataset, perhaps a part of a larger one.
    """
    stated = dataset.store.quads(predicate=DEVC.findingType)
    findings = {as_text(quad.subject) for quad in stated}
    return [pair for pair in dataset.analysis.pairs.found if mint_pair(pair) in findings]


def find_stated(store: Store, predicate: str) -> list[NamedNode]:
    """Find what data state of themselves as a whole, such as their licence.

    Args:
        store: The data.
        predicate: IRI of the property.

    Returns:
        Nodes in the order of their IRIs.
    """
    quads = store.quads(subject=names.CATALOG, predicate=predicate, graph=DefaultGraph())
    return sorted((q.object for q in quads if isinstance(q.object, NamedNode)), key=str)
