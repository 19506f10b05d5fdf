"""One request, as all who answer it see it."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from devcoop.serve.messages import Reply
from devcoop.serve.replies import RefusedError, is_problem
from devcoop.serve.worker import BROKEN

if TYPE_CHECKING:
    from devcoop.serve.messages import Job
    from devcoop.serve.pool import Pool, Request
    from devcoop.serve.settings import Settings

_log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 0.1
_MOST_DISCARDED = 32 * 1024 * 1024


class Gone(Exception):  # noqa: N818  nothing is wrong: the client hung up
    """The client does not wait any more."""


class Visit:
    """A request of a client.

    Args:
        scope: What is known of it, as ASGI has it.
        receive: Gives its body, and tells when the client hangs up.
        pool: Workers.
        settings: Limits.

    Attributes:
        method: HTTP method.
        path: Path, percent-decoded.
        raw_path: Path as it was sent.
        query_string: What follows the question mark, as it was sent.
        accept: Accept header; empty if there is none.
        client: Address of the client.
    """

    def __init__(self, scope: Any, receive: Any, pool: Pool, settings: Settings) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.raw_path: bytes = scope["raw_path"]
        self.query_string: bytes = scope["query_string"]
        self._fields = _join_fields(scope["headers"])
        self.accept = self.field(b"accept")
        self.client: str = scope["client"][0] if scope["client"] else ""
        self._receive, self._pool, self._settings = receive, pool, settings

    @property
    def version(self) -> str:
        """The version of the data that answers now."""
        return self._pool.version

    def field(self, name: bytes) -> str:
        """Give a header field; empty if there is none.

        Args:
            name: In lower case.
        """
        return self._fields.get(name, b"").decode("latin-1")

    async def read_body(self, most: int) -> bytes:
        """Read the body.

        Args:
            most: Bytes that it may have.

        Raises:
            RefusedError: It has more. What comes is read and forgotten, up to a limit, as a
                client that is still sending would not see the answer.
            Gone: The client hung up.
        """
        too_long = RefusedError(413, "Request too long", f"the body may have {most} bytes")
        stated = self.field(b"content-length")
        if stated.isdigit() and int(stated) > _MOST_DISCARDED:
            raise too_long
        parts, size, more = [], 0, True
        while more and size <= _MOST_DISCARDED:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            part, more = message.get("body", b""), message.get("more_body", False)
            size += len(part)
            if size <= most:
                parts.append(part)
        if size > most:
            raise too_long
        return b"".join(parts)

    async def ask(self, job: Job, seconds: float | None = None) -> tuple[Reply, str]:
        """Have a job done, unless the client hangs up meanwhile.

        Args:
            job: The job.
            seconds: Time that it may take, if less than the server's own limit.

        Returns:
            The reply, which is no problem, and the version of the data that gave it.

        Raises:
            RefusedError: The reply is a problem.
            Gone: The client hung up; the job is stopped.
        """
        limit = self._settings.seconds
        request = self._pool.submit(job, self.client, min(seconds or limit, limit))
        if isinstance(request, Reply):
            raise RefusedError(request.status, reply=request)
        reply, version = await self._wait(request)
        if reply.media_type == BROKEN:
            _log.error("a worker could not answer:\n%s", reply.body.decode(errors="replace"))
            raise RefusedError(500, "Internal error", "This is our fault; it was noted.")
        if is_problem(reply):
            raise RefusedError(reply.status, reply=reply)
        return reply, version

    async def _wait(self, request: Request) -> tuple[Reply, str]:
        """Wait for the reply, and after a while for the client to hang up as well.

        Watching the client costs as much as a small query does, so it begins when it may be
        worth it.
        """
        watch = self._pool.loop.call_later(_PATIENCE_SECONDS, self._watch, request)
        try:
            return await request.reply
        except asyncio.CancelledError:
            if request.is_gone:
                raise Gone from None
            raise
        finally:
            watch.cancel()
            if request.watcher is not None:
                request.watcher.cancel()

    def _watch(self, request: Request) -> None:
        request.watcher = self._pool.loop.create_task(self._await_end(request))

    async def _await_end(self, request: Request) -> None:
        # The first message may be an empty body that nobody has asked for yet.
        while (await self._receive())["type"] != "http.disconnect":
            pass
        request.is_gone = True
        request.reply.cancel()


def _join_fields(headers: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Join lines of one name: they are one list (RFC 9110, 5.3)."""
    fields = dict(headers)
    if len(fields) == len(headers):
        return fields
    fields.clear()
    for name, value in headers:
        fields[name] = b", ".join((fields[name], value)) if name in fields else value
    return fields
