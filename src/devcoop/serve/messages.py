"""What the front and its workers say to each other.

A job goes out as a pickle: the worker trusts the front. A reply comes back as lengths and
bytes, which are not run whatever a worker sends.
"""

from __future__ import annotations

import json
import pickle
import struct
from dataclasses import dataclass
from typing import NamedTuple

from devcoop import media

Formats = tuple[str | None, str | None, str | None]
"""Media types of the answer to SELECT, to ASK, and to CONSTRUCT or DESCRIBE; None: refused."""

AT_LEISURE, QUICKLY = b"!", b"?"
"""Orders to start a nursery: one that takes its time, and one that answers as soon as it can."""


class QueryJob(NamedTuple):
    """A query of somebody.

    Attributes:
        text: SPARQL.
        formats: How each kind of answer shall be written.
        default_graphs: Graphs that make up the default graph; None leaves that to the query.
        named_graphs: Graphs that GRAPH may name; None leaves that to the query.
    """

    text: str
    formats: Formats
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


class PageJob(NamedTuple):
    """A page.

    Attributes:
        path: Path of the page.
        params: Its parameters.
        accept_language: Header of that name.
        known: Entity tags that the client has, as in If-None-Match.
    """

    path: str
    params: tuple[tuple[str, str], ...]
    accept_language: str
    known: str

    @property
    def address(self) -> str:
        """Path and parameters, for its entity tag."""
        return repr((self.path, self.params))


class ResourceJob(NamedTuple):
    """What is known about a resource.

    Attributes:
        path: Path of its IRI below the base.
        media_type: How it shall be written; empty if only its existence is asked for.
    """

    path: str
    media_type: str


class DocumentJob(NamedTuple):
    """A document about the whole dataset.

    Attributes:
        name: Which one.
        media_type: How it shall be written.
        location: Address of the endpoint or of the server, for those that name it.
    """

    name: str
    media_type: str
    location: str = ""


Job = QueryJob | PageJob | ResourceJob | DocumentJob


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer.

    Attributes:
        status: HTTP status.
        media_type: Media type of the body.
        body: The bytes; for an error the problem as JSON.
        note: Kind of answer of a query, or language of a page.
        held: Bytes that are counted until it is sent; known to the front only.
    """

    status: int
    media_type: str
    body: bytes
    note: str = ""
    held: int = 0


def refuse(status: int, title: str, detail: str = "", **more: int | str) -> Reply:
    """Make a reply that says what is wrong (RFC 9457).

    Args:
        status: HTTP status.
        title: What kind of problem it is, in few words.
        detail: What is wrong in this case.
        more: Further members, such as the line.

    Examples:
        >>> refuse(404, "Not found").body
        b'{"title": "Not found", "status": 404}'
    """
    problem: dict[str, int | str] = {"title": title, "status": status}
    if detail:
        problem["detail"] = detail
    text = json.dumps({**problem, **more}, ensure_ascii=False)
    return Reply(status, media.PROBLEM, text.encode())


_LENGTH = struct.Struct("!I")
_HEAD = struct.Struct("!HHHQ")
LENGTH_SIZE, HEAD_SIZE = _LENGTH.size, _HEAD.size


def pack_job(job: Job, seconds: float) -> bytes:
    """Write a job, with the time that it may take, as a worker reads it."""
    content = pickle.dumps((seconds, job), pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(content)) + content


def read_length(received: bytes) -> int:
    """Read how long the job is that follows the length."""
    length: int = _LENGTH.unpack_from(received)[0]
    return length


def unpack_job(content: bytes) -> tuple[float, Job]:
    """Read a job and its time in seconds from what follows the length."""
    seconds, job = pickle.loads(content)  # noqa: S301  the front is the only one at the other end
    return seconds, job


def pack_reply(reply: Reply) -> bytes:
    """Write all of a reply but its body.

    Examples:
        >>> packed = pack_reply(Reply(200, "text/csv", b"x", "table"))
        >>> read_head(packed[:HEAD_SIZE]), packed[HEAD_SIZE:]
        ((200, 8, 5, 1), b'text/csvtable')
    """
    media_type, note = reply.media_type.encode(), reply.note.encode()
    head = _HEAD.pack(reply.status, len(media_type), len(note), len(reply.body))
    return head + media_type + note


def read_head(received: bytes | bytearray) -> tuple[int, int, int, int]:
    """Read status and the lengths of media type, note and body."""
    status, media_type, note, body = _HEAD.unpack_from(received)
    return status, media_type, note, body
