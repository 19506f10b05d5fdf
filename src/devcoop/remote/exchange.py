"""One exchange with a server, in a process of its own that is killed at the deadline.

This is the only door to the network, and the only module that knows SPARQLWrapper, which
nobody maintains. What it hides:

- A socket's time-out starts anew with each byte, so a server that trickles is never cut by it.
  Killing the process also ends name look-ups, handshakes and headers that do not come.
- SPARQLWrapper guesses the kind of a query from words in it (a comment that says "address"
  makes it an ADD), reads error pages without limit, cuts time-outs to whole seconds and sends
  parameters that no standard has. The kind is set here, every status comes back as it is, and
  bytes are counted.
- urllib takes proxies from the environment, opens files, and sends the password along to
  wherever it is redirected. Here there is no proxy, HTTP and HTTPS only, and a redirect is
  followed to the same server or not at all; one from HTTP to HTTPS only without credentials.
"""

from __future__ import annotations

import contextlib
import http.client
import math
import multiprocessing
import os
import signal
import socket
import ssl
import traceback
import urllib.error
import urllib.request
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from SPARQLWrapper import INSERT, POST, POSTDIRECTLY, SELECT, SPARQLWrapper

from devcoop import killable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from multiprocessing.connection import Connection

MAX_BYTES = 256 * 1024 * 1024
_BROKE_OFF = "the connection broke off"
_CHUNK = 1024 * 1024
_REDIRECTS = {301, 302, 307, 308}
_UNAUTHORIZED = 401
_MAX_REDIRECTS = 5
_PORTS = {"http": 80, "https": 443}


class ExchangeError(Exception):
    """No whole answer came.

    Args:
        problem: Why, in a few words.
        is_passing: Whether asking again may help.
    """

    def __init__(self, problem: str, *, is_passing: bool) -> None:
        super().__init__(problem)
        self.is_passing = is_passing


@dataclass(frozen=True)
class Message:
    """What is sent.

    Attributes:
        verb: `query` and `update` of the SPARQL protocol, or an HTTP method.
        url: Where to.
        body: The SPARQL, or the content.
        media_type: What the content is; SPARQL needs none.
        accept: Media types that are understood.
    """

    verb: str
    url: str
    body: bytes = b""
    media_type: str = ""
    accept: str = "*/*"


@dataclass(frozen=True)
class Reply:
    """What came back, whole.

    Attributes:
        status: The HTTP status.
        headers: Header fields by name in lower case.
        body: The content.
        is_delimited: Whether the server said where the content ends; else a broken connection
            looks like the end.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    is_delimited: bool

    @property
    def media_type(self) -> str:
        """The content's media type without parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Courier:
    """Carries messages one after the other in a process that can be killed.

    Args:
        headers: Fields that every message has, credentials among them.
        pair: User and password, for a server that wants them digested; empty for none.
        max_bytes: A longer answer is an error.
    """

    def __init__(
        self,
        headers: Mapping[str, str],
        pair: tuple[str, str] = ("", ""),
        *,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._headers, self._pair, self._max_bytes = dict(headers), pair, max_bytes
        self._finish: weakref.finalize[..., Courier] | None = None
        self._pipe: Connection | None = None

    def carry(self, message: Message, seconds: float) -> Reply:
        """Send a message and wait for the whole answer.

        Args:
            message: What to send.
            seconds: For all of it: name look-up, connection, sending, waiting, reading.

        Raises:
            TimeoutError: There is no whole answer by then.
            ExchangeError: The connection failed, or the answer is too long or cut.
        """
        pipe = self._pipe or self._start()
        try:
            pipe.send((message, seconds))
            answered = pipe.poll(max(seconds, 0))
            answer = pipe.recv() if answered else None
        except (EOFError, OSError) as error:
            self.close()
            raise ExchangeError(_BROKE_OFF, is_passing=True) from error
        if answer is None:
            self.close()
            raise TimeoutError
        if isinstance(answer, Reply):
            return answer
        problem, is_passing = answer
        raise ExchangeError(problem, is_passing=is_passing)

    def close(self) -> None:
        """Kill the process; the next message starts a new one."""
        if self._pipe and self._finish:
            self._finish()
            self._pipe.close()
        self._pipe = self._finish = None

    def _start(self) -> Connection:
        here, there = multiprocessing.Pipe()
        process = killable.fork()
        if process == 0:
            here.close()
            status = 1
            try:
                _serve(there, self._headers, self._pair, self._max_bytes)
                status = 0
            except BaseException:  # noqa: BLE001  the process ends here, whatever it was
                traceback.print_exc()
            finally:
                os._exit(status)
        there.close()
        # It ends with this process, too.
        self._finish = weakref.finalize(self, _end, process)
        self._pipe = here
        return here


def _end(process: int) -> None:
    with contextlib.suppress(ProcessLookupError, ChildProcessError):
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)


def _serve(
    pipe: Connection, headers: Mapping[str, str], pair: tuple[str, str], max_bytes: int
) -> None:
    """Run in the process: carry messages until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    urllib.request.install_opener(_build_opener(pair))
    while True:
        try:
            message, seconds = pipe.recv()
        except EOFError:
            return
        pipe.send(_exchange(message, headers, seconds, max_bytes))


def _exchange(
    message: Message, headers: Mapping[str, str], seconds: float, max_bytes: int
) -> Reply | tuple[str, bool]:
    """Give the reply, or the problem and whether it may pass."""
    try:
        with _open(message, headers, seconds) as response:
            reply = _read(response, max_bytes)
    except ExchangeError as error:
        return str(error), error.is_passing
    except urllib.error.URLError as error:
        cause = error.reason if isinstance(error.reason, Exception) else error
        return _describe(cause), not isinstance(cause, ssl.SSLError | socket.gaierror)
    except (OSError, http.client.HTTPException) as error:
        return _describe(error), True
    except ValueError as error:
        return _describe(error), False
    # A connection that breaks within the header looks like an answer without content.
    if message.verb in ("query", "GET") and not reply.body and not reply.is_delimited:
        return _BROKE_OFF, True
    return reply


def _describe(error: Exception) -> str:
    """Say what broke without repeating what was sent: a header may hold a password."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    if isinstance(error, http.client.IncompleteRead | http.client.RemoteDisconnected):
        return _BROKE_OFF
    return f"no HTTP ({type(error).__name__})"


def _open(message: Message, headers: Mapping[str, str], seconds: float) -> Any:
    # A lost parent cannot kill this process; the socket's own time-out then ends it.
    timeout = max(1, math.ceil(seconds))
    fields = {**headers, "Accept": message.accept}
    if message.verb not in ("query", "update"):
        if message.media_type:
            fields["Content-Type"] = message.media_type
        data = message.body if message.verb == "PUT" else None
        request = urllib.request.Request(  # noqa: S310  the opener knows HTTP and HTTPS only
            message.url, data=data, headers=fields, method=message.verb
        )
        return urllib.request.urlopen(request, timeout=timeout)  # noqa: S310  likewise
    wrapper = SPARQLWrapper(message.url)
    wrapper.setMethod(POST)
    wrapper.setOnlyConneg(True)
    wrapper.setTimeout(timeout)
    for name, value in fields.items():
        wrapper.addCustomHttpHeader(name, value)
    wrapper.queryString = message.body.decode()
    wrapper.queryType = INSERT if message.verb == "update" else SELECT
    if message.verb == "update" and "?" not in message.url:
        # Forms have a limit on many servers; a body of its own has none.
        wrapper.setRequestMethod(POSTDIRECTLY)
    return wrapper.query().response


def _read(response: http.client.HTTPResponse, max_bytes: int) -> Reply:
    chunks, size = [], 0
    while chunk := response.read(_CHUNK):
        chunks.append(chunk)
        size += len(chunk)
        if size > max_bytes:
            raise ExchangeError(f"the answer is longer than {max_bytes} bytes", is_passing=False)
    fields = {name.lower(): value for name, value in response.headers.items()}
    # Until Python 3.12 a read in pieces takes a body that is too short for whole.
    if response.length:
        raise ExchangeError(_BROKE_OFF, is_passing=True)
    is_delimited = "content-length" in fields or bool(response.chunked)
    return Reply(response.status, fields, b"".join(chunks), is_delimited)


def _build_opener(pair: tuple[str, str]) -> urllib.request.OpenerDirector:
    """Build an opener without proxies, files, FTP or raised statuses."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=ssl.create_default_context()),
        urllib.request.UnknownHandler(),
        _Digest(pair),
        _Redirects(has_pair=bool(pair[0])),
    ):
        opener.add_handler(handler)
    return opener


class _Digest(urllib.request.BaseHandler):
    """Answers a server that wants user and password digested (RFC 7616), and goes on doing so."""

    def __init__(self, pair: tuple[str, str]) -> None:
        self._pair = pair
        self._passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        self._maker = urllib.request.AbstractDigestAuthHandler(self._passwords)
        self._challenge: dict[str, str] = {}

    def http_request(self, request: urllib.request.Request) -> urllib.request.Request:
        """Digest at once where that was wanted before; a long body is then sent once."""
        if self._challenge and not getattr(request, "is_bare", False):
            self._passwords.add_password(None, request.full_url, *self._pair)
            made = self._maker.get_authorization(request, self._challenge)
            if made:
                request.add_header("Authorization", f"Digest {made}")
        return request

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        if response.status != _UNAUTHORIZED or not self._pair[0] or _is_marked(request):
            return response
        challenge = _read_challenge(response) or self._fetch_challenge(request)
        if not challenge:
            return response
        self._challenge = challenge
        again = _repeat(request, request.full_url)
        again.is_digested = True  # type: ignore[attr-defined]
        response.close()
        return self.parent.open(again, timeout=request.timeout)

    def _fetch_challenge(self, request: urllib.request.Request) -> dict[str, str]:
        """Ask without a password, and without what is to be done: Virtuoso tells nobody else."""
        fields = {name: value for name, value in request.headers.items() if name == "User-agent"}
        bare = urllib.request.Request(request.full_url, headers=fields)  # noqa: S310  as it was
        bare.is_bare = True  # type: ignore[attr-defined]
        with self.parent.open(bare, timeout=request.timeout) as response:
            return _read_challenge(response) if response.status == _UNAUTHORIZED else {}

    https_request, https_response = http_request, http_response


def _is_marked(request: urllib.request.Request) -> bool:
    return getattr(request, "is_digested", False) or getattr(request, "is_bare", False)


def _read_challenge(response: Any) -> dict[str, str]:
    """Read what a server wants digested; nothing if it wants something else."""
    offers = response.headers.get_all("WWW-Authenticate", [])
    wanted = next((one for one in offers if one.lower().startswith("digest ")), "")
    words = urllib.request.parse_http_list(wanted.partition(" ")[2])
    return urllib.request.parse_keqv_list(list(filter(None, words)))


def _repeat(request: urllib.request.Request, url: str) -> urllib.request.Request:
    again = urllib.request.Request(  # noqa: S310  checked, or asked already
        url, data=request.data, headers=request.headers, method=request.get_method()
    )
    again.followed = getattr(request, "followed", 0)  # type: ignore[attr-defined]
    return again


class _Redirects(urllib.request.BaseHandler):
    """Hands over every answer as it came, but follows redirects to the same server."""

    def __init__(self, *, has_pair: bool) -> None:
        self._has_pair = has_pair

    def http_response(self, request: urllib.request.Request, response: Any) -> Any:
        target = response.headers.get("Location")
        if response.status not in _REDIRECTS or not target:
            return response
        followed: int = getattr(request, "followed", 0)
        is_secret = self._has_pair or request.has_header("Authorization")
        url = _check_redirect(request.full_url, target, followed, is_secret=is_secret)
        again = _repeat(request, url)
        again.followed = followed + 1  # type: ignore[attr-defined]
        response.close()
        return self.parent.open(again, timeout=request.timeout)

    https_response = http_response


def _check_redirect(url: str, target: str, followed: int, *, is_secret: bool) -> str:
    """Give the address to go to, or refuse it."""
    new = urljoin(url, target)
    if not (is_same_server(url, new) or (not is_secret and _is_made_safe(url, new))):
        problem = "sends elsewhere (a redirect to another host, port or scheme); not followed"
        raise ExchangeError(problem, is_passing=False)
    if followed >= _MAX_REDIRECTS:
        raise ExchangeError("redirects without end", is_passing=False)
    return new


def _is_made_safe(url: str, other: str) -> bool:
    """Say whether an address is the same with HTTPS for HTTP, on the ports that these have."""
    old = urlsplit(url)
    safe = old._replace(scheme="https", netloc=old.netloc.removesuffix(":80")).geturl()
    return old.scheme == "http" and old.port in (None, 80) and is_same_server(safe, other)


def is_same_server(url: str, other: str) -> bool:
    """Say whether what may be sent to one address may be sent to another, passwords too.

    Args:
        url: Where it was to go.
        other: Where it would go.

    Returns:
        Whether scheme, host and port are the same.

    Examples:
        >>> is_same_server("http://example.org/a", "http://example.org:80/b")
        True
        >>> is_same_server("http://example.org/a", "https://example.org/b")
        False
    """
    try:
        old, new = urlsplit(url), urlsplit(other)
        ports = [part.port or _PORTS.get(part.scheme) for part in (old, new)]
    except ValueError:
        return False
    if old.hostname != new.hostname or "@" in new.netloc:
        return False
    return old.scheme == new.scheme and ports[0] == ports[1]
