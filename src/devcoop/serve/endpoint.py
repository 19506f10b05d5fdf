"""The SPARQL endpoint. Requests per second count here, so there is little between the two ends."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from devcoop import media
from devcoop.serve.kept import KeptAnswers
from devcoop.serve.messages import DocumentJob
from devcoop.serve.negotiation import choose
from devcoop.serve.protocol import GRAPH_TYPES, read_request
from devcoop.serve.replies import Outgoing, RefusedError, allow, name_headers, name_type
from devcoop.serve.tags import has_tag, tag_answer, tag_document

if TYPE_CHECKING:
    from devcoop.serve.messages import QueryJob
    from devcoop.serve.protocol import Asked
    from devcoop.serve.settings import Settings
    from devcoop.serve.visit import Visit

METHODS = "GET, HEAD, POST, OPTIONS"
_DESCRIPTION_TYPES = GRAPH_TYPES[:4]
# Answers to these differ from one time to the next, whatever the data.
_CHANGING = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\b|\\u", re.IGNORECASE)
_KINDS = "tbg"


class Endpoint:
    """Answers the SPARQL protocol.

    Args:
        settings: Limits.
        address: IRI of the endpoint, for its description.
    """

    def __init__(self, settings: Settings, address: str) -> None:
        self._settings, self._address = settings, address
        self._kept = KeptAnswers(settings.kept_bytes)

    async def answer(self, visit: Visit) -> Outgoing:
        """Answer one request.

        Args:
            visit: The request.

        Raises:
            RefusedError: There is no answer.
        """
        method = visit.method
        if method == "OPTIONS":
            return allow(METHODS)
        body = b""
        if method == "POST":
            body = await visit.read_body(self._settings.max_text_bytes)
        elif method not in ("GET", "HEAD"):
            raise RefusedError(405, "Method not allowed", f"use {METHODS}")
        asked = read_request(method, visit.query_string, visit.field(b"content-type"), body)
        if asked.text is None:
            return await self._describe(visit)
        return await self._query(visit, asked, is_kept=method != "POST")

    async def _query(self, visit: Visit, asked: Asked, *, is_kept: bool) -> Outgoing:
        job = asked.make_job(visit.accept)
        is_kept = is_kept and not _CHANGING.search(job.text)
        known = visit.field(b"if-none-match") if is_kept else ""
        if known:
            for kind, media_type in zip(_KINDS, job.formats, strict=True):
                tag = tag_answer(visit.version, kind, media_type or "", _say_asked(job))
                if media_type and has_tag(known, tag):
                    return Outgoing(HTTPStatus.NOT_MODIFIED, name_headers(tag, "accept"))
        kept = self._kept.find(visit.version, job) if is_kept else None
        if kept is not None:
            return kept
        reply, version = await visit.ask(job, asked.seconds)
        tag = ""
        if is_kept:
            tag = tag_answer(version, reply.note, reply.media_type, _say_asked(job))
        fields = [*name_headers(tag, "accept"), name_type(reply.media_type)]
        answer = Outgoing(HTTPStatus.OK, fields, reply.body, reply.held)
        if is_kept:
            self._kept.keep(version, job, answer._replace(held=0))
        return answer

    async def _describe(self, visit: Visit) -> Outgoing:
        media_type = choose(visit.accept, _DESCRIPTION_TYPES)
        if media_type is None:
            known = ", ".join(_DESCRIPTION_TYPES)
            raise RefusedError(406, "Not acceptable", f"the description of this service is {known}")
        tag = tag_document(visit.version, media_type, "service")
        if has_tag(visit.field(b"if-none-match"), tag):
            return Outgoing(HTTPStatus.NOT_MODIFIED, name_headers(tag, "accept"))
        reply, version = await visit.ask(DocumentJob("service", media_type, self._address))
        tag = tag_document(version, media_type, "service")
        fields = [*name_headers(tag, "accept"), name_type(reply.media_type)]
        return Outgoing(HTTPStatus.OK, fields, reply.body, reply.held)


def _say_asked(job: QueryJob) -> str:
    return "\n".join((job.text, *(job.default_graphs or ()), "", *(job.named_graphs or ())))


def wants_editor(visit: Visit) -> bool:
    """Tell whether a browser asks for the page with the editor, rather than for data.

    Args:
        visit: The request.
    """
    if visit.method not in ("GET", "HEAD") or "html" not in visit.accept:
        return False
    asks = b"query=" in visit.query_string or b"update=" in visit.query_string
    # The form of the page says that the answer shall be shown on it.
    if asks and b"edit=1" not in visit.query_string.split(b"&"):
        return False
    return choose(visit.accept, (*_DESCRIPTION_TYPES, media.HTML)) == media.HTML
