"""What a worker knows to answer: queries, pages, resources and documents."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop import assets, media, names
from devcoop.catalog.description import describe_service
from devcoop.catalog.formats import FORMATS, render_rdf
from devcoop.catalog.resources import describe_resource, known
from devcoop.errors import GraphError, QueryError, QueryRefusedError
from devcoop.pages.links import ServerLinks
from devcoop.pages.request import Request
from devcoop.pages.sitemap import render_sitemap
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
from devcoop.store import rdf, results
from devcoop.store.terms import DefaultGraph
from devcoop.words.language import LANGUAGES, choose_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from devcoop.dataset import Dataset
    from devcoop.pages.site import Site
    from devcoop.serve.messages import Job
    from devcoop.serve.settings import Settings
    from devcoop.store import Result
    from devcoop.store.terms import Triple

_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
_MOST_MESSAGE = 400
# Kinds of answers, in the order of `Formats`, and how a reply calls them.
_KINDS = {results.TABLE: "t", results.BOOLEAN: "b", results.GRAPH: "g"}


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
            result = self.dataset.store.start(
                job.text,
                base=names.BASE,
                union=not has_dataset,
                default_graphs=job.default_graphs,
                named_graphs=job.named_graphs,
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
        if has_tag(job.known, tag_page(self.version, language, job.address)):
            return Reply(304, "", b"", language)
        named = asked if asked in LANGUAGES else ""
        view = ServerLinks(job.path, job.params, named)
        request = Request(job.path, job.params, language, view)
        page = self.site.render(request) or self.site.error(404, request)
        most = self.settings.max_answer_bytes
        if len(page.body) > most:
            return refuse(422, "Page too large", f"it has more than {most} bytes; ask for less")
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
        return _DOCUMENTS[job.name.partition("-")[0]](self, job)

    def _sitemap(self, job: DocumentJob) -> Reply:
        number = job.name.partition("-")[2]
        body = render_sitemap(self.site.paths(), job.location, int(number or 0))
        if body is None:
            return refuse(404, "Not found")
        if len(body) > self.settings.max_answer_bytes:
            most = self.settings.max_answer_bytes
            return refuse(422, "Answer too large", f"it has more than {most} bytes")
        return Reply(200, media.XML, body)

    def _void(self, job: DocumentJob) -> Reply:
        served = describe_service(job.location, _DUMPS)
        described = (quad.triple for quad in self.dataset.store.quads(graph=DefaultGraph()))
        return _write_rdf([*described, *served], job.media_type)

    def _ontology(self, job: DocumentJob) -> Reply:
        quads = self.dataset.store.quads(graph=f"{names.CATALOG}/ontology")
        return _write_rdf((quad.triple for quad in quads), job.media_type)

    def _service(self, job: DocumentJob) -> Reply:
        return _write_rdf(describe_endpoint(self.dataset.graphs(), job.location), job.media_type)

    def _context(self, _job: DocumentJob) -> Reply:
        file = assets.ONTOLOGY / "context.jsonld"
        if not file.is_file():
            return refuse(404, "Not found")
        return Reply(200, media.JSON_LD, file.read_bytes())

    def _nquads(self, _job: DocumentJob) -> Reply:
        return Reply(200, media.N_QUADS, self._lines())

    def _trig(self, _job: DocumentJob) -> Reply:
        quads = list(rdf.parse(self._lines(), rdf.N_QUADS))
        return Reply(200, media.TRIG, render_rdf(quads, "trig"))

    def _lines(self) -> bytes:
        return "".join(f"{line}\n" for line in self.dataset.lines).encode()


_DUMPS = ("devcoop.nq", "devcoop.trig")
_DOCUMENTS: dict[str, Callable[[Answers, DocumentJob], Reply]] = {
    "sitemap": Answers._sitemap,
    "void": Answers._void,
    "ontology": Answers._ontology,
    "service": Answers._service,
    "context": Answers._context,
    "devcoop.nq": Answers._nquads,
    "devcoop.trig": Answers._trig,
}


def _write_result(result: Result, job: QueryJob, settings: Settings) -> Reply:
    media_type = job.formats[list(_KINDS).index(result.kind)]
    if media_type is None:
        return refuse(406, "Not acceptable", "this kind of answer has no form that was asked for")
    writer = BoundedWriter(settings.max_answer_bytes)
    try:
        result.write(writer, media_type)
    except GraphError as error:
        return refuse(406, "Not in this form", str(error))
    body = writer.content()
    most = settings.max_rows
    is_long = result.kind == results.TABLE and results.has_more(body, media_type, most)
    if is_long or result.triples > most:
        return refuse(422, "Answer too large", f"it has more than {most} rows; use LIMIT")
    return Reply(200, media_type, body, _KINDS[result.kind])


def _refuse_syntax(message: str) -> Reply:
    """Say where a query is wrong."""
    found = _PLACE.search(message)
    if not found:
        return refuse(400, "No SPARQL query", message[:_MOST_MESSAGE])
    line, column, problem = int(found[1]), int(found[2]), found[3]
    detail = f"line {line}, column {column}: {problem}"
    return refuse(400, "No SPARQL query", detail[:_MOST_MESSAGE], line=line, column=column)


def _write_rdf(triples: Iterable[Triple], media_type: str) -> Reply:
    suffix = next(one.suffix for one in FORMATS.values() if one.media_type == media_type)
    try:
        return Reply(200, media_type, render_rdf(sorted(triples, key=str), suffix))
    except GraphError as error:
        return refuse(406, "Not in this form", str(error))
