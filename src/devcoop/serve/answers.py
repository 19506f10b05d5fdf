"""What a worker knows to answer: queries, pages, resources and documents."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from devcoop import assets, names
from devcoop.catalog.description import describe_service
from devcoop.catalog.formats import FORMATS, render_rdf
from devcoop.catalog.resources import describe_resource, known
from devcoop.errors import QueryError, QueryRefusedError
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Request
from devcoop.queries import refuse_outside
from devcoop.serve.description import describe_endpoint
from devcoop.serve.messages import (
    DocumentJob,
    PageJob,
    QueryJob,
    Reply,
    ResourceJob,
    refuse,
)
from devcoop.serve.tags import has_tag, tag_page
from devcoop.words.language import LANGUAGES, choose_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from devcoop.dataset import Dataset
    from devcoop.pages.site import Site
    from devcoop.serve.messages import Job
    from devcoop.serve.settings import Settings

_GRAPH_FORMATS = {one.media_type: one.rdf for one in FORMATS.values()}
_TABLE_FORMATS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "application/xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
# The fewest bytes that a row can take: an empty cell and the line's end, or an empty object.
_LEAST_ROW = {ox.QueryResultsFormat.JSON: 3, ox.QueryResultsFormat.XML: 17}
_LEAST_LINE, _LEAST_TRIPLE = 1, 4
_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_MOST_MESSAGE = 400
# Kinds of answers: table, yes or no, graph; in the order of `Formats`.
_RESULTS, _KINDS = (ox.QuerySolutions, ox.QueryBoolean, ox.QueryTriples), "tbg"


class TooLargeError(Exception):
    """An answer has more bytes than it may have."""


class BoundedWriter:
    """Keeps what is written, up to a limit.

    Args:
        limit: Bytes.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._size = limit, 0
        self._chunks: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep bytes.

        Args:
            data: The bytes.

        Raises:
            TooLargeError: They are too many.
        """
        self._size += len(data)
        if self._size > self._limit:
            raise TooLargeError
        self._chunks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing; who writes expects this."""

    def content(self) -> bytes:
        """Give all that was written."""
        return b"".join(self._chunks)


@dataclass(frozen=True)
class Answers:
    """Answers from one version of the data.

    Attributes:
        dataset: The data.
        version: What stands for it, and for this program, in entity tags.
        settings: Limits.
        site: The pages.
    """

    dataset: Dataset
    version: str
    settings: Settings
    site: Site

    def __post_init__(self) -> None:
        object.__setattr__(self, "graphs", frozenset(self.dataset.graphs()))

    def __call__(self, job: Job) -> Reply:
        """Answer a job.

        Args:
            job: The job.
        """
        match job:
            case QueryJob():
                return self._answer_query(job)
            case PageJob():
                return self._render_page(job)
            case ResourceJob():
                return self._describe_resource(job)
            case DocumentJob():
                return self._write_document(job)

    def _answer_query(self, job: QueryJob) -> Reply:
        graphs: frozenset[str] = self.graphs  # type: ignore[attr-defined]
        try:
            has_dataset = refuse_outside(job.text, known_graphs=graphs)
            result = self.dataset.store.query(
                job.text, base_iri=names.BASE, **_choose_graphs(job, has_dataset)
            )
            return _write_result(result, job, self.settings)
        except QueryRefusedError as error:
            return refuse(403, "Refused", str(error))
        except QueryError as error:
            return refuse(400, "No SPARQL query", str(error)[:_MOST_MESSAGE])
        except (SyntaxError, ValueError) as error:
            return _refuse_syntax(str(error))
        except TooLargeError:
            most = self.settings.max_answer_bytes
            return refuse(422, "Answer too large", f"it has more than {most} bytes; use LIMIT")
        except (OSError, RuntimeError) as error:
            return refuse(422, "The query cannot be answered", str(error)[:_MOST_MESSAGE])

    def _render_page(self, job: PageJob) -> Reply:
        asked = next((value for name, value in job.params if name == "lang"), "")
        language = choose_language(job.accept_language, asked)
        if has_tag(job.known, tag_page(self.version, language)):
            return Reply(304, "", b"", language)
        named = asked if asked in LANGUAGES else ""
        view = ServerLinks(job.path, job.params, named)
        request = Request(job.path, job.params, language, view)
        page = self.site.render(request) or self.site.error(404, request)
        return Reply(page.status, page.media_type, page.body, language)

    def _describe_resource(self, job: ResourceJob) -> Reply:
        iri = names.iri_of(job.path)
        store = self.dataset.store
        if not known(store, iri):
            return refuse(404, "Not found", "Nothing is known about this.")
        if not job.media_type:
            return Reply(204, "", b"")
        return _write_rdf(describe_resource(store, iri), job.media_type)

    def _write_document(self, job: DocumentJob) -> Reply:
        return _DOCUMENTS[job.name](self, job)

    def _void(self, job: DocumentJob) -> Reply:
        served = describe_service(job.location, _DUMPS)
        return _write_rdf([*self._iter_graph(ox.DefaultGraph()), *served], job.media_type)

    def _ontology(self, job: DocumentJob) -> Reply:
        return _write_rdf(
            self._iter_graph(ox.NamedNode(f"{names.CATALOG}/ontology")), job.media_type
        )

    def _service(self, job: DocumentJob) -> Reply:
        return _write_rdf(describe_endpoint(self.dataset.graphs(), job.location), job.media_type)

    def _context(self, _job: DocumentJob) -> Reply:
        file = assets.ONTOLOGY / "context.jsonld"
        if not file.is_file():
            return refuse(404, "Not found")
        return Reply(200, "application/ld+json", file.read_bytes())

    def _nquads(self, _job: DocumentJob) -> Reply:
        return Reply(200, "application/n-quads", self._lines())

    def _trig(self, _job: DocumentJob) -> Reply:
        quads = list(ox.parse(self._lines(), format=ox.RdfFormat.N_QUADS))
        return Reply(200, "application/trig", render_rdf(quads, "trig"))

    def _lines(self) -> bytes:
        return "".join(f"{line}\n" for line in self.dataset.lines).encode()

    def _iter_graph(self, graph: ox.NamedNode | ox.DefaultGraph) -> Iterator[ox.Triple]:
        for quad in self.dataset.store.quads_for_pattern(None, None, None, graph):
            yield quad.triple


_DUMPS = ("devcoop.nq", "devcoop.trig")
_DOCUMENTS: dict[str, Callable[[Answers, DocumentJob], Reply]] = {
    "void": Answers._void,
    "ontology": Answers._ontology,
    "service": Answers._service,
    "context": Answers._context,
    "devcoop.nq": Answers._nquads,
    "devcoop.trig": Answers._trig,
}


def _choose_graphs(job: QueryJob, has_dataset: bool) -> dict[str, Any]:
    """Say which graphs a query asks: those of the request, else its own, else all together."""
    if job.default_graphs is None and job.named_graphs is None:
        return {"use_default_graph_as_union": not has_dataset}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in job.default_graphs or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in job.named_graphs or ()],
    }


def _write_result(result: Any, job: QueryJob, settings: Settings) -> Reply:
    place = next(place for place, one in enumerate(_RESULTS) if isinstance(result, one))
    kind, media_type = _KINDS[place], job.formats[place]
    if media_type is None:
        return refuse(406, "Not acceptable", "this kind of answer has no form that was asked for")
    form = _GRAPH_FORMATS[media_type] if kind == "g" else _TABLE_FORMATS[media_type]
    writer = BoundedWriter(settings.max_answer_bytes)
    result.serialize(writer, form)
    body = writer.content()
    if kind != "b" and _has_more(body, form, settings.max_rows):
        return refuse(
            422, "Answer too large", f"it has more than {settings.max_rows} rows; use LIMIT"
        )
    return Reply(200, media_type, body, kind)


def _has_more(body: bytes, form: Any, rows: int) -> bool:
    """Tell whether an answer has more rows; only large ones are counted."""
    if isinstance(form, ox.RdfFormat):
        return len(body) > rows * _LEAST_TRIPLE and _count(ox.parse(body, format=form)) > rows
    if len(body) <= rows * _LEAST_ROW.get(form, _LEAST_LINE):
        return False
    if form == ox.QueryResultsFormat.CSV:
        csv.field_size_limit(len(body))
        lines = csv.reader(io.StringIO(body.decode(), newline=""))
        return _count(lines) > rows + 1
    solutions = ox.parse_query_results(body, format=form)
    return isinstance(solutions, ox.QuerySolutions) and _count(solutions) > rows


def _count(items: Iterable[object]) -> int:
    return sum(1 for _ in items)


def _refuse_syntax(message: str) -> Reply:
    """Say where a query is wrong."""
    found = _PLACE.search(message)
    if not found:
        return refuse(400, "No SPARQL query", message[:_MOST_MESSAGE])
    line, column, problem = int(found[1]), int(found[2]), found[3]
    detail = f"line {line}, column {column}: {problem}"
    return refuse(400, "No SPARQL query", detail[:_MOST_MESSAGE], line=line, column=column)


def _write_rdf(triples: Iterable[ox.Triple], media_type: str) -> Reply:
    suffix = next(one.suffix for one in FORMATS.values() if one.media_type == media_type)
    return Reply(200, media_type, render_rdf(sorted(triples, key=str), suffix))
