"""All that the server answers, by path: the endpoint, pages, resources, documents, files."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from devcoop import media
from devcoop.pages.links import VIEWS
from devcoop.serve import endpoint
from devcoop.serve.endpoint import Endpoint, wants_editor
from devcoop.serve.messages import DocumentJob, PageJob, ResourceJob
from devcoop.serve.negotiation import choose
from devcoop.serve.protocol import read_params
from devcoop.serve.replies import (
    OPEN,
    PAGE_SECURITY,
    Outgoing,
    RefusedError,
    allow,
    name_headers,
    name_type,
    send_answer,
    show_problem,
)
from devcoop.serve.static import StaticFiles
from devcoop.serve.tags import has_any, has_tag, tag_document, tag_page
from devcoop.serve.visit import Gone, Visit

if TYPE_CHECKING:
    from devcoop.serve.pool import Pool
    from devcoop.serve.settings import Settings

# Begins with one slash, has no empty part and none of dots alone, nothing that is not printed.
_PLAIN_PATH = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[^/\\\x00-\x20\x7f]+)*/?")
_MOST_PATH = 2_000
_METHODS = "GET, HEAD, OPTIONS"
_SPARQL = ("/sparql", "/sparql/")
_HEALTH = "/health"
_ESCAPED = re.compile("%[0-9A-Fa-f]{2}")
SUFFIXES = {suffix: media.RDF[suffix] for suffix in ("ttl", "jsonld", "nt", "rdf")}
"""Media types of resources by the suffix of the path."""
_RDF = tuple(SUFFIXES.values())
_SITEMAP = re.compile(r"/sitemap(|-[1-9]\d{0,5})\.xml", re.ASCII)
_FILES = {
    "/context.jsonld": ("context", media.JSON_LD),
    "/data/devcoop.nq": ("devcoop.nq", media.N_QUADS),
    "/data/devcoop.trig": ("devcoop.trig", media.TRIG),
}


class Application:
    """The ASGI application.

    Args:
        pool: Workers.
        settings: Limits.
        address: Public address of the server, without a slash at the end.
    """

    def __init__(self, pool: Pool, settings: Settings, address: str) -> None:
        self._pool, self._settings, self._address = pool, settings, address
        self._endpoint = Endpoint(settings, f"{address}/sparql")
        self._static = StaticFiles()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request.

        Args:
            scope: What is known of it, as ASGI has it.
            receive: Gives its body.
            send: Takes the answer.
        """
        visit = Visit(scope, receive, self._pool, self._settings)
        is_sparql = visit.path in _SPARQL and not wants_editor(visit)
        try:
            answer = await (self._endpoint.answer(visit) if is_sparql else self._answer(visit))
        except RefusedError as error:
            methods = endpoint.METHODS if is_sparql else _METHODS
            answer = show_problem(error.reply, visit.accept, methods)
        except Gone:
            return
        if answer.status == HTTPStatus.OK and has_any(visit.field(b"if-none-match")):
            reads = visit.method in ("GET", "HEAD")
            status = HTTPStatus.NOT_MODIFIED if reads else HTTPStatus.PRECONDITION_FAILED
            answer = answer._replace(status=status, body=b"")
        try:
            await send_answer(send, answer)
        finally:
            if answer.held:
                self._pool.release(answer.held)

    async def _answer(self, visit: Visit) -> Outgoing:
        """Answer all but the protocol; only what reads."""
        if visit.method == "OPTIONS":
            return allow(_METHODS)
        if visit.method not in ("GET", "HEAD"):
            raise RefusedError(405, "Method not allowed", f"use {_METHODS}")
        if visit.path == _HEALTH:
            return _tell_health(self._pool)
        if visit.path.startswith("/static/"):
            if not _is_plain_for_all(visit):
                raise RefusedError(404, "Not found")
            known = visit.field(b"if-none-match")
            return self._static.answer(visit.path.removeprefix("/static/"), known)
        return await _route(visit, f"{self._address}/")


def _tell_health(pool: Pool) -> Outgoing:
    """Say whether queries can be answered, without asking a worker."""
    workers = pool.count_workers()
    status = HTTPStatus.OK if workers else HTTPStatus.SERVICE_UNAVAILABLE
    told = {"status": "ok" if workers else "no data", "workers": workers, "version": pool.version}
    fields = [*name_headers("", "accept"), name_type(media.JSON)]
    return Outgoing(status, fields, f"{json.dumps(told)}\n".encode())


async def _route(visit: Visit, address: str) -> Outgoing:
    """Answer by path what a worker has to do."""
    path = visit.path
    if path in _FILES:
        name, media_type = _FILES[path]
        return await _send_data(visit, DocumentJob(name, media_type))
    if found := _SITEMAP.fullmatch(path):
        return await _send_data(visit, DocumentJob(f"sitemap{found[1]}", media.XML, address[:-1]))
    if path == "/.well-known/void":
        return await _send_data(visit, DocumentJob("void", _choose_rdf(visit), address))
    if path == "/ns":
        if choose(visit.accept, (*_RDF, media.HTML)) == media.HTML:
            return await _send_page(visit, "/ns")
        return await _send_data(visit, DocumentJob("ontology", _choose_rdf(visit)))
    return await _route_resource(visit)


async def _route_resource(visit: Visit) -> Outgoing:
    """Answer pages and resources, with or without a suffix."""
    path = await _find_path(visit)
    if path.endswith("/") and path != "/":
        if await _is_known(visit, path):
            return await _redirect(visit, path)
        path = path.rstrip("/") or "/"
    stem, _, suffix = path.rpartition(".")
    if path.split("/")[1] in VIEWS:
        return await _send_page(visit, path)
    if suffix in ("csv", "html", *SUFFIXES):
        # A thing whose own IRI ends like a file is not the file of another.
        if await _is_known(visit, path) and not await _is_known(visit, stem):
            return await _redirect(visit, path)
        if suffix in SUFFIXES:
            return await _send_data(visit, ResourceJob(stem, SUFFIXES[suffix]))
        return await _send_page(visit, path if suffix == "csv" else stem)
    return await _redirect(visit, path)


async def _find_path(visit: Visit) -> str:
    """Find which path is meant: as it was sent where an IRI has it so, else decoded."""
    raw = visit.raw_path.decode("latin-1")
    if "%" in raw and is_plain(raw):
        for spelling in _spell(raw):
            for path in (spelling, spelling.rpartition(".")[0]):
                if await _is_known(visit, path):
                    return spelling
    if not _is_plain_for_all(visit):
        raise RefusedError(404, "Not found")
    return visit.path


def _spell(raw: str) -> tuple[str, ...]:
    """Give a path as it was sent, and with its escapes in capitals.

    Both mean the same, and our IRIs have capitals (RFC 3986, 6.2.2.1).
    """
    return tuple(dict.fromkeys((raw, _ESCAPED.sub(lambda found: found[0].upper(), raw))))


def _is_plain_for_all(visit: Visit) -> bool:
    """Tell whether a path means one thing, whoever decodes it."""
    return is_plain(visit.path) and b"%2f" not in visit.raw_path.lower()


async def _is_known(visit: Visit, path: str) -> bool:
    """Tell whether something is known about the thing at a path."""
    try:
        await visit.ask(ResourceJob(path, ""))
    except RefusedError as error:
        if error.reply.status != HTTPStatus.NOT_FOUND:
            raise
        return False
    return True


def _choose_rdf(visit: Visit) -> str:
    media_type = choose(visit.accept, _RDF)
    if media_type is None:
        raise RefusedError(406, "Not acceptable", f"we have {', '.join(_RDF)}")
    return media_type


async def _send_data(visit: Visit, job: DocumentJob | ResourceJob) -> Outgoing:
    address = job.path if isinstance(job, ResourceJob) else job.name
    tag = tag_document(visit.version, job.media_type, address)
    if has_tag(visit.field(b"if-none-match"), tag):
        return Outgoing(HTTPStatus.NOT_MODIFIED, name_headers(tag, "accept"))
    reply, version = await visit.ask(job)
    fields = name_headers(tag_document(version, job.media_type, address), "accept")
    return Outgoing(HTTPStatus.OK, [*fields, name_type(reply.media_type)], reply.body, reply.held)


async def _send_page(visit: Visit, path: str) -> Outgoing:
    """Send a page in the language that the reader likes best."""
    params = tuple(read_params(visit.query_string))
    spoken, known = visit.field(b"accept-language"), visit.field(b"if-none-match")
    job = PageJob(path, params, spoken, known)
    reply, version = await visit.ask(job)
    is_kept = reply.status in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED)
    tag = tag_page(version, reply.note, job.address) if is_kept else ""
    fields = name_headers(tag, "accept, accept-language", is_page=True)
    if reply.status == HTTPStatus.NOT_MODIFIED:
        return Outgoing(reply.status, fields)
    fields += [name_type(reply.media_type), (b"content-language", reply.note.encode())]
    return Outgoing(reply.status, fields, reply.body, reply.held)


async def _redirect(visit: Visit, path: str) -> Outgoing:
    """Send to the form of a resource that the client likes best (303)."""
    suffixes = {media.HTML: "html"} | {
        media_type: suffix for suffix, media_type in SUFFIXES.items()
    }
    media_type = choose(visit.accept, tuple(suffixes))
    if not await _is_known(visit, path):
        if media_type != media.HTML:
            raise RefusedError(404, "Not found", "Nothing is known about this.")
        # Whoever reads pages is told on a page, with the search box.
        return await _send_page(visit, path)
    if media_type is None:
        raise RefusedError(406, "Not acceptable", f"we have {', '.join(suffixes)}")
    sent = visit.raw_path if path.endswith("/") else visit.raw_path.rstrip(b"/")
    place = b"%s.%s" % (sent, suffixes[media_type].encode())
    if visit.query_string:
        place += b"?" + visit.query_string
    fields = [*OPEN, *PAGE_SECURITY, (b"location", place), (b"vary", b"accept")]
    return Outgoing(HTTPStatus.SEE_OTHER, fields)


def is_plain(path: str) -> bool:
    """Tell whether a decoded path is one that somebody writes who means no harm.

    Examples:
        >>> is_plain("/theme/metrology"), is_plain("/")
        (True, True)
        >>> is_plain("/static/../x"), is_plain("//x"), is_plain("/a//b"), is_plain("x")
        (False, False, False, False)
    """
    return len(path) <= _MOST_PATH and bool(path) and _PLAIN_PATH.fullmatch(path) is not None
