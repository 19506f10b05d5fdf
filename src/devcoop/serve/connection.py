"""Connections that do not wait for ever.

uvicorn closes a connection that rests between two requests, but waits without limit for the
rest of a request that has begun, and for a client that does not read. Here each has its time.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from devcoop import media

if TYPE_CHECKING:
    from collections.abc import Generator

    from uvicorn.server import ServerState

    from devcoop.serve.settings import Settings

_SWEEP_SECONDS = 0.5
# A client has to read at least so many bytes in a second.
_SLOWEST = 65_536
_CONTINUE = b"HTTP/1.1 100"
_HOST = re.compile(rb"(?:[\w.~%!$&'()*+,;=-]*|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?", re.ASCII)


class Stage(Enum):
    """What a connection is waiting for."""

    REST = auto()
    HEAD = auto()
    BODY = auto()
    ANSWER = auto()


class Envelope:
    """A transport that sends the head of an answer together with the body that follows.

    Each write wakes the client up, which costs both sides as much as a small query.

    Args:
        transport: The transport.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport, self._head = transport, b""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, or keep the head of an answer for the next write.

        Args:
            data: What uvicorn writes: a head, or a part of a body.
        """
        if self._transport.is_closing():
            # Somebody who was refused meanwhile is sent nothing more.
            return
        if self._head:
            head, self._head = self._head, b""
            self._transport.write(head + data)
        elif data.startswith(b"HTTP/1.1 ") and not data.startswith(_CONTINUE):
            self._head = data
        else:
            self._transport.write(data)

    def flush(self) -> None:
        """Write a head that no body follows."""
        if self._head:
            self.write(b"")

    def close(self) -> None:
        """Close, after what was kept is written."""
        self.flush()
        self._transport.close()


class PatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 with limits to size and time.

    Attributes:
        settings: The limits; set on a subclass before the server starts.
    """

    settings: Settings

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._stage, self._since, self._head_size = Stage.HEAD, self.loop.time(), 0
        self._reading_since = self._reading_until = 0.0
        # How many heads and bodies were whole.
        self._ended = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, unless there are too many."""
        super().connection_made(transport)
        self.transport = self._envelope = Envelope(transport)  # type: ignore[assignment]
        if len(self.connections) > self.settings.max_connections:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read on, as long as the head is not too long."""
        if self._stage is Stage.REST:
            self._enter(Stage.HEAD)
        ended = self._ended
        super().data_received(data)
        # The parser keeps a field to itself until it has it whole. Requests that came whole in
        # one piece with others are counted field by field.
        self._head_size = 0 if self._ended > ended else self._head_size + len(data)
        is_head = self._stage is not Stage.BODY
        if is_head and self._head_size > self.settings.max_head_bytes + _SLOWEST:
            self.refuse(431, "Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        """Note that a request begins."""
        super().on_message_begin()
        self._head_left = self.settings.max_head_bytes

    def on_url(self, url: bytes) -> None:
        """Read a part of the target."""
        self._spend(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Read a header field."""
        self._spend(len(name) + len(value))
        super().on_header(name, value)

    def _spend(self, size: int) -> None:
        self._head_left -= size
        if self._head_left < 0:
            raise ValueError

    def on_headers_complete(self) -> None:
        """Note that the body is what is waited for now."""
        self._enter(Stage.BODY)
        self._ended += 1
        hosts = [value for name, value in self.headers if name == b"host"]
        is_old = self.parser.get_http_version() == "1.0"
        # RFC 9112, 3.2: one, unless the protocol is older; uvicorn answers what is raised by 400.
        if len(hosts) > 1 or not (hosts or is_old) or not all(map(_is_host, hosts)):
            raise ValueError
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Note that it is on us to answer."""
        self._ended += 1
        if self._stage is Stage.BODY:
            self._enter(Stage.ANSWER)
        super().on_message_complete()

    def on_response_complete(self) -> None:
        """Note that nothing is waited for."""
        if self._stage is Stage.ANSWER:
            self._enter(Stage.REST)
        self._envelope.flush()
        super().on_response_complete()

    def _enter(self, stage: Stage) -> None:
        self._stage, self._since, self._head_size = stage, self.loop.time(), 0

    def refuse(self, status: int, words: str) -> None:
        """Answer in one line and hang up.

        Args:
            status: HTTP status.
            words: Its phrase.
        """
        head = f"HTTP/1.1 {status} {words}\r\nconnection: close\r\n"
        fields = (
            f"content-type: {media.in_utf8(media.PLAIN)}\r\ncontent-length: {len(words)}\r\n\r\n"
        )
        self.transport.write((head + fields + words).encode())
        self.transport.close()

    def check(self, now: float) -> None:
        """Hang up if the client takes too long.

        Args:
            now: Loop time.
        """
        waited = now - self._since
        unread = self.transport.get_write_buffer_size()
        if unread or self._is_answering():
            self._check_reader(now)
            return
        self._reading_since = 0.0
        if self.transport.is_closing():
            return
        limits = {Stage.HEAD: self.settings.head_seconds, Stage.BODY: self.settings.body_seconds}
        if waited > limits.get(self._stage, waited):
            self.refuse(408, "Request Timeout")

    def _is_answering(self) -> bool:
        cycle = self.cycle
        return cycle is not None and cycle.response_started and not cycle.response_complete

    def _check_reader(self, now: float) -> None:
        """Drop a client that does not read its answer."""
        if not self._reading_since:
            self._reading_since = now
            left = self.cycle.expected_content_length if self.cycle else 0
            size = left + self.transport.get_write_buffer_size()
            self._reading_until = now + self.settings.answer_seconds + size / _SLOWEST
        elif now > self._reading_until:
            self.transport.abort()


@lru_cache(maxsize=256)
def _is_host(value: bytes) -> bool:
    """Tell whether a field is a host; most clients say the same again and again."""
    return _HOST.fullmatch(value) is not None


class QuietServer(uvicorn.Server):
    """uvicorn's server, which leaves signals and the exit code to us."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield

    def stop(self) -> None:
        """Stop taking requests and finish those under way; asked again, do not wait for them."""
        self.force_exit = self.should_exit
        self.should_exit = True


async def sweep(state: ServerState) -> None:
    """Look at all connections again and again.

    Args:
        state: Has the connections.
    """
    loop = asyncio.get_running_loop()
    while True:
        await asyncio.sleep(_SWEEP_SECONDS)
        now = loop.time()
        for connection in list(state.connections):
            if isinstance(connection, PatientProtocol):
                connection.check(now)
