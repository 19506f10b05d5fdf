"""A SPARQL endpoint: asked with patience, but not for ever.

A server that is busy (429, 502, 503, 504) or a connection that breaks is tried again after
half a second, then after one, two, four seconds, or when the server says; and all of it
within one deadline. An error is one line: who, what, and the first line of what was said.
"""

from __future__ import annotations

import base64
import datetime
import email.utils
import re
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Self, TypeVar
from urllib.parse import urlsplit

from devcoop import media
from devcoop.errors import (
    OutOfMemoryError,
    OutOfTimeError,
    RemoteCutError,
    RemoteError,
    RemoteTimeoutError,
)
from devcoop.queries import MAX_ROWS
from devcoop.remote.answers import (
    ACCEPT,
    ACCEPT_GRAPH,
    BrokenAnswerError,
    CutAnswerError,
    asks_description,
    choose_accept,
    read_answer,
    read_description,
    read_triples,
)
from devcoop.remote.exchange import MAX_BYTES, Courier, ExchangeError, Message, is_same_server

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from devcoop.remote.exchange import Reply
    from devcoop.store import Answer
    from devcoop.store.terms import Triple

_BUSY = {429, 502, 503, 504}
# These say that nothing was done; 502 and 504 leave open whether it was.
_NOT_DONE = {429, 503}
# No such thing here, or not in this way.
_UNKNOWN = {400, 404, 405, 406, 410, 415, 422, 501}
_MAX_TRIES = 5
_FIRST_PAUSE_SECONDS = 0.5
_SAID = 300
_LONG = 6
Read = TypeVar("Read")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]+")
_PHRASES = {one.value: one.phrase for one in HTTPStatus}
_TAG = re.compile(r"<[^>]*>")
_NOT_IN_URL = re.compile(r"[^!-~]|[<>\"{}|\\^`]")
# Does a triple of some named graph show in the default graph?
_SHOWN = """
ASK { { SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } LIMIT 1 } ?s ?p ?o }
"""
_NAMED = "ASK { GRAPH ?g { ?s ?p ?o } }"
# No server is known that gives fewer rows than this; a thousand is usual.
_FEWEST = 1_000
# Rows that need no data: as many as an answer may have.
_TENS = " ".join(f"VALUES ?{name} {{ 0 1 2 3 4 5 6 7 8 9 }}" for name in "abcde")
_MANY = f"SELECT ?a WHERE {{ {_TENS} }} LIMIT "


@dataclass(frozen=True)
class Credentials:
    """What a server wants to see before it listens; never shown, not even in a traceback.

    Attributes:
        user: Name for HTTP Basic.
        password: Its password.
        token: A bearer token, instead of both.
    """

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def check(self) -> None:
        """Refuse what cannot be sent.

        Raises:
            RemoteError: Both kinds are given, or half of one, or there are control characters.
        """
        if self.token and (self.user or self.password):
            raise RemoteError("credentials: give a token, or a user and a password, not both")
        if bool(self.user) != bool(self.password) or ":" in self.user:
            raise RemoteError("credentials: a user (without a colon) and a password are needed")
        if not re.fullmatch(r"[!-~]*", self.token) or _CONTROL.search(self.user + self.password):
            raise RemoteError("credentials: there is a character that cannot be sent")

    def headers(self) -> dict[str, str]:
        """Give the header field that carries them, if there are any."""
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {"Authorization": f"Basic {self._pair()}"} if self.user else {}

    def redact(self, text: str) -> str:
        """Take them out of what a server said, which may have repeated them.

        What is long is taken out wherever it stands, what is short only as a word: else a user
        called `u` would take that letter out of everything.
        """
        for secret in (self.token, self._pair() if self.user else "", self.password, self.user):
            if len(secret) >= _LONG and secret != self.user:
                text = text.replace(secret, "…")
            elif secret:
                text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "…", text)
        return text

    def _pair(self) -> str:
        return base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def check_url(url: str) -> str:
    """Refuse an address that is not that of a web server, or that holds a password.

    Args:
        url: What the user wrote.

    Raises:
        RemoteError: It is not http or https with a host, or has user-info or a fragment.

    Examples:
        >>> check_url("http://127.0.0.1:7878/query")
        'http://127.0.0.1:7878/query'
    """
    if _NOT_IN_URL.search(url):
        raise RemoteError("this is no address: write other letters than ASCII percent-encoded")
    try:
        parts = urlsplit(url)
        has_host = parts.port != 0 and bool(parts.hostname)
    except ValueError as error:
        raise RemoteError(f"this is no address: {error}") from error
    if "@" in parts.netloc:
        raise RemoteError("no user or password in an address: they come from the environment")
    if parts.scheme not in ("http", "https") or not has_host or parts.fragment:
        raise RemoteError("an address begins with http:// or https:// and a host, and has no #")
    return url


class Endpoint:
    """One SPARQL endpoint; a context manager that ends its process.

    Args:
        url: Where queries go.
        credentials: Sent to this server only.
        seconds: Deadline of each request, repetitions included.
        max_bytes: A longer answer is an error.

    Raises:
        RemoteError: The address or the credentials cannot be used.
    """

    def __init__(
        self,
        url: str,
        *,
        credentials: Credentials | None = None,
        seconds: float = 30.0,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self.url, self.seconds = check_url(url), seconds
        self._credentials = credentials or Credentials()
        self._credentials.check()
        agent = {"User-Agent": f"devcoop/{version('devcoop')}"}
        headers = agent | self._credentials.headers()
        pair = (self._credentials.user, self._credentials.password)
        self._courier = Courier(headers, pair, max_bytes=max_bytes)

    def __enter__(self) -> Self:
        """Take it into use."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End its process."""
        self._courier.close()

    def ask(self, query: str, *, seconds: float | None = None) -> Answer:
        """Ask a query.

        Args:
            query: SPARQL, already checked.
            seconds: Another deadline than the endpoint's own.

        Returns:
            The whole answer.

        Raises:
            RemoteError: The server could not, or its answer is cut, broken or too long.
            RemoteCutError: The server gives no more than that.
            RemoteTimeoutError: There was no whole answer in time.
        """
        message = Message("query", self.url, query.encode(), accept=choose_accept(query))
        until = time.monotonic() + (self.seconds if seconds is None else seconds)
        read = read_description if asks_description(query) else read_answer
        answer = self._read(message, read, seconds)
        if answer.is_graph and len(answer.rows) >= _FEWEST:
            self._refuse_limited(message, len(answer.rows), until - time.monotonic())
        return answer

    def _refuse_limited(self, message: Message, rows: int, seconds: float) -> None:
        """Refuse triples that are as many as the server gives, or more: Virtuoso 7 cuts in silence.

        How many it gives is told by rows of which there are enough. A server that cannot say
        is believed.
        """
        wanted = min(rows + 1, MAX_ROWS)
        more = Message("query", self.url, f"{_MANY}{wanted}".encode(), accept=ACCEPT)
        try:
            given = len(self._read(more, read_answer, seconds).rows)
        except RemoteCutError as error:
            # That many it gives; they may be as many as were wanted.
            given = error.most
        except RemoteTimeoutError:
            raise
        except RemoteError:
            return
        if given < wanted:
            raise self._cut(message, CutAnswerError(given))

    def read_graph(self, message: Message) -> list[Triple]:
        """Read all triples that a CONSTRUCT or a graph's address gives.

        Args:
            message: The question.

        Raises:
            RemoteError: The server could not, or its answer is cut or broken.
        """
        return self._read(message, read_triples, None)

    def _read(self, message: Message, read: Callable[..., Read], seconds: float | None) -> Read:
        """Send a message and read the reply, all before one deadline."""
        allowed = self.seconds if seconds is None else seconds
        until = time.monotonic() + allowed
        reply = self.send(message, seconds=seconds)
        try:
            return read(reply, seconds=until - time.monotonic())
        except CutAnswerError as error:
            raise self._cut(message, error) from error
        except (BrokenAnswerError, OutOfMemoryError) as error:
            raise self._fail(message, str(error)) from error
        except OutOfTimeError as error:
            problem = f"its answer cannot be read within {allowed:g} seconds"
            raise RemoteTimeoutError(f"{_place(message.url)}: {problem}") from error

    def construct(self, query: str) -> list[Triple]:
        """Ask a CONSTRUCT, however many triples it gives.

        Args:
            query: SPARQL.

        Raises:
            RemoteError: The server could not, or its answer is cut or broken.
        """
        message = Message("query", self.url, query.encode(), accept=ACCEPT_GRAPH)
        return self.read_graph(message)

    def shows_named_graphs(self, *, seconds: float | None = None) -> bool | None:
        """Find out whether the default graph is the union of all graphs, by one triple.

        Args:
            seconds: Another deadline than the endpoint's own.

        Returns:
            Yes or no; None if there are no named graphs.

        Raises:
            RemoteError: The endpoint cannot be asked.
        """
        if self._says(_SHOWN, seconds):
            return True
        return False if self._says(_NAMED, seconds) else None

    def _says(self, query: str, seconds: float | None) -> bool:
        return self.ask(query, seconds=seconds).records() == [{"answer": "true"}]

    def send(
        self, message: Message, *, repeatable: bool = True, seconds: float | None = None
    ) -> Reply:
        """Send a message until there is an answer that counts.

        Args:
            message: What to send.
            repeatable: Whether doing it twice does no more than once. What is not is only sent
                again if the server said that it did nothing.
            seconds: Another deadline than the endpoint's own.

        Raises:
            RemoteError: The server refused, or kept failing; its status is an attribute.
            RemoteTimeoutError: There was no whole answer in time.
        """
        allowed = self.seconds if seconds is None else seconds
        until = time.monotonic() + allowed
        for tried in range(1, _MAX_TRIES + 1):
            failed, pause = self._try(message, until, allowed, repeatable=repeatable)
            if not isinstance(failed, RemoteError):
                return failed
            if pause is None or tried == _MAX_TRIES:
                raise failed
            pause = max(pause, _FIRST_PAUSE_SECONDS * 2 ** (tried - 1))
            if time.monotonic() + pause >= until:
                problem = f"{failed}; no time left to try again within {allowed:g} seconds"
                raise RemoteTimeoutError(problem, failed.status) from failed
            time.sleep(pause)
        raise AssertionError  # the last try returns or raises

    def probe(self, message: Message) -> Reply | None:
        """Send a message that the server need not understand.

        Args:
            message: What to send.

        Returns:
            The reply; None if the server has nothing there or does not know what is meant.

        Raises:
            RemoteError: The server failed, or lets nobody in.
        """
        try:
            return self.send(message)
        except RemoteError as error:
            if error.status not in _UNKNOWN:
                raise
            return None

    def _try(
        self, message: Message, until: float, allowed: float, *, repeatable: bool
    ) -> tuple[Reply | RemoteError, float | None]:
        """Give the reply, or what went wrong and after which pause it may be tried again."""
        try:
            reply = self._courier.carry(message, until - time.monotonic())
        except TimeoutError as error:
            problem = f"no whole answer within {allowed:g} seconds"
            raise RemoteTimeoutError(f"{_place(message.url)}: {problem}") from error
        except ExchangeError as error:
            pause = 0.0 if error.is_passing and repeatable else None
            return self._fail(message, str(error)), pause
        if reply.status in range(200, 300):
            return reply, None
        failed = self._fail(message, f"{reply.status}{_said(reply)}", reply.status)
        again = reply.status in (_BUSY if repeatable else _NOT_DONE)
        return failed, _read_pause(reply) if again else None

    def _fail(self, message: Message, problem: str, status: int | None = None) -> RemoteError:
        # What a server said may repeat what it was sent.
        said = self._credentials.redact(_clean(problem))[:_SAID]
        return RemoteError(f"{_place(message.url)}: {said}", status)

    def _cut(self, message: Message, error: CutAnswerError) -> RemoteCutError:
        return RemoteCutError(str(self._fail(message, str(error))), error.most)

    def check_neighbour(self, url: str) -> str:
        """Refuse an address that is not on this endpoint's server: credentials go to one only.

        Args:
            url: Where updates or graphs shall go.

        Raises:
            RemoteError: It is elsewhere, or no address.
        """
        if not is_same_server(self.url, check_url(url)):
            raise RemoteError(f"{_place(url)}: this is another server than {_place(self.url)}")
        return url


def _clean(text: str) -> str:
    return _CONTROL.sub(" ", text).strip()


def _said(reply: Reply) -> str:
    """Give the first line that was said, the words of a page, or what the status means."""
    text = reply.body[:10_000].decode("utf-8", errors="replace")
    if reply.media_type == media.HTML:
        text = " ".join(_TAG.sub(" ", text).split())
    first = next((clean for line in text.splitlines() if (clean := _clean(line))), "")
    if not first and reply.status in _PHRASES:
        return f" {_PHRASES[reply.status]}"
    return f": {first}" if first else ""


def _place(url: str) -> str:
    """Name an address without its parameters, which may hold a key."""
    return _clean(url.partition("?")[0])


def _read_pause(reply: Reply) -> float:
    """Read from Retry-After how many seconds to wait; its date counts by the server's clock."""
    value = reply.headers.get("retry-after", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", value):
        return float(value)
    then, now = _read_date(value), _read_date(reply.headers.get("date", ""))
    if then is None:
        return 0.0
    return max(0.0, (then - (now or datetime.datetime.now(datetime.UTC))).total_seconds())


def _read_date(value: str) -> datetime.datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=datetime.UTC)
