"""How an answer goes out: header fields, errors as the client can read them, large bodies."""

from __future__ import annotations

import html
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from devcoop import media
from devcoop.serve.messages import Reply, refuse
from devcoop.serve.negotiation import choose

if TYPE_CHECKING:
    from collections.abc import Sequence

Headers = list[tuple[bytes, bytes]]

PAGE_SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (
        b"content-security-policy",
        b"default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
        b" frame-ancestors 'none'",
    ),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
"""Sent with pages and the files that belong to them."""
DATA_SECURITY: Headers = [
    (b"x-content-type-options", b"nosniff"),
    # A browser that shows RDF/XML would run a script in a literal that is XML.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'; sandbox"),
]
"""Sent with data and with problems."""
OPEN: Headers = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"etag, retry-after, content-length, location"),
]
"""Sent with all that programs on pages of others may read."""
_PREFLIGHT: Headers = [
    (b"access-control-allow-headers", b"accept, content-type, if-none-match"),
    (b"access-control-max-age", b"86400"),
]
_PROBLEM_TYPES = (media.PROBLEM, media.JSON, media.HTML, media.PLAIN)
_RETRY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_RETRY_SECONDS = b"5"
_HANG_UP = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
_CHUNK = 65_536


class RefusedError(Exception):
    """A request that is not answered as it wishes.

    Args:
        status: HTTP status.
        title: What kind of problem it is, in few words.
        detail: What is wrong in this case.
        reply: All of this, where a worker has said it already.
    """

    def __init__(
        self, status: int, title: str = "", detail: str = "", *, reply: Reply | None = None
    ) -> None:
        super().__init__(status)
        self.reply = reply or refuse(status, title, detail)


class Outgoing(NamedTuple):
    """An answer on its way out.

    Attributes:
        status: HTTP status.
        headers: Header fields without the length.
        body: The body.
        held: Bytes to give back to the pool when it is sent.
    """

    status: int
    headers: Headers
    body: bytes = b""
    held: int = 0


def name_headers(tag: str, vary: str, *, is_page: bool = False) -> Headers:
    """Give the header fields that go with an answer.

    Args:
        tag: Entity tag; empty if the answer is not to be kept.
        vary: What it depends on beside the address.
        is_page: Whether it is for people's eyes.
    """
    fields = [*OPEN, *(PAGE_SECURITY if is_page else DATA_SECURITY), (b"vary", vary.encode())]
    if tag:
        return [*fields, (b"etag", tag.encode()), (b"cache-control", b"no-cache")]
    return [*fields, (b"cache-control", b"no-store")]


def name_type(media_type: str) -> tuple[bytes, bytes]:
    """Give the header field of a media type, with the encoding of texts.

    Examples:
        >>> name_type("text/csv")
        (b'content-type', b'text/csv; charset=utf-8')
    """
    is_text = media_type.startswith("text/") and ";" not in media_type
    return b"content-type", f"{media_type}{'; charset=utf-8' if is_text else ''}".encode()


def allow(methods: str) -> Outgoing:
    """Answer OPTIONS, which browsers ask before they let a page send a request.

    Args:
        methods: Those that there are.
    """
    named = methods.encode()
    fields = [*OPEN, *_PREFLIGHT, (b"access-control-allow-methods", named), (b"allow", named)]
    return Outgoing(HTTPStatus.NO_CONTENT, fields)


def show_problem(reply: Reply, accept: str, methods: str) -> Outgoing:
    r"""Say what is wrong so that the client can read it.

    Args:
        reply: With the problem as JSON.
        accept: Accept header.
        methods: Those that there are at this address.

    Examples:
        >>> show_problem(refuse(404, "Not found", "<b>"), "text/plain", "GET").body
        b'404 Not found\n<b>\n'
    """
    fields = [*name_headers("", "accept"), *_name_remedy(reply.status, methods)]
    media_type = choose(accept, _PROBLEM_TYPES) or _PROBLEM_TYPES[0]
    fields.append(name_type(media_type))
    if media_type in _PROBLEM_TYPES[:2]:
        return Outgoing(reply.status, fields, reply.body + b"\n")
    problem = json.loads(reply.body)
    title, detail = f"{problem['status']} {problem['title']}", problem.get("detail", "")
    write = _write_html if media_type == media.HTML else _write_text
    return Outgoing(reply.status, fields, write(title, detail).encode(errors="replace"))


def _name_remedy(status: int, methods: str) -> Headers:
    """Give the header fields that say what may be done about a problem."""
    if status in _RETRY:
        return [(b"retry-after", _RETRY_SECONDS)]
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return [(b"allow", methods.encode())]
    return [(b"connection", b"close")] if status in _HANG_UP else []


def _write_text(title: str, detail: str) -> str:
    return f"{title}\n{detail}\n"


def _write_html(title: str, detail: str) -> str:
    title, detail = html.escape(title), html.escape(detail)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>'
        f'<h1>{title}</h1><p>{detail}</p><p><a href="/">devcoop</a></p></html>\n'
    )


def is_problem(reply: Reply) -> bool:
    """Tell whether a reply says what is wrong."""
    return reply.media_type == _PROBLEM_TYPES[0]


async def send_answer(send: Any, answer: Outgoing) -> None:
    """Send an answer; a large one as fast as it is read.

    Args:
        send: Of the ASGI server.
        answer: The answer.
    """
    body = answer.body
    fields: Sequence[tuple[bytes, bytes]] = answer.headers
    if answer.status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
        fields = [*fields, (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": answer.status, "headers": fields})
    start = 0
    while len(body) - start > _CHUNK:
        part = body[start : start + _CHUNK]
        await send({"type": "http.response.body", "body": part, "more_body": True})
        start += _CHUNK
    await send({"type": "http.response.body", "body": body[start:] if start else body})
