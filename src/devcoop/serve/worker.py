"""A worker: one job at a time, within limits that the kernel enforces.

At the deadline the kernel ends the process, whatever it is doing. While it works on a query it
cannot open a file or a socket, so that not even one that slips through the guard reaches another
server.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import traceback
from typing import TYPE_CHECKING

from devcoop import killable
from devcoop.serve.messages import (
    LENGTH_SIZE,
    PageJob,
    QueryJob,
    Reply,
    pack_reply,
    read_length,
    unpack_job,
)

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterable, Iterator

    from devcoop.serve.messages import Job
    from devcoop.store import Store

BROKEN = "text/x-traceback"
"""Media type of a reply that says how the answering code broke; never sent to a client."""
_CHANNEL = 3
# Pages read files of this package now and then, one at a time.
_FEW_FILES = 12
_PIECE = 1 << 20
# Copying a small body costs less than a second write.
_SMALL = 65_536


def confine(
    channel: socket.socket, memory_bytes: int, store: Store, needed: Iterable[int] = ()
) -> socket.socket:
    """Give up all that answering does not need.

    Args:
        channel: The only connection that is kept.
        memory_bytes: Memory that may be taken on top of what is in use now.
        store: What is answered from; its files are opened here.
        needed: Descriptors of files that are read on.

    Returns:
        The connection, under its new number.
    """
    channel = keep_only(channel, needed)
    ignore_terminal()
    killable.mark_limited()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    store.wake()
    # The engine opens some of its files when it first looks into them.
    most = killable.find_file_limit(store.count_closed_files()) + _FEW_FILES
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    killable.limit_memory(memory_bytes)
    return channel


def keep_only(channel: socket.socket, needed: Iterable[int] = ()) -> socket.socket:
    """Close every descriptor but the standard ones and that of a connection.

    A descriptor of a client or of another process that stayed open here would keep its other
    end from seeing that it was closed.

    Args:
        channel: The connection; it is unusable afterwards.
        needed: Descriptors of files that stay open, whose engines know them by their numbers.

    Returns:
        The same connection under its new number.
    """
    import socket  # noqa: PLC0415

    number = channel.detach()
    if number != _CHANNEL:
        os.dup2(number, _CHANNEL)
    first = _CHANNEL + 1
    for kept in (*sorted(needed), resource.getrlimit(resource.RLIMIT_NOFILE)[0]):
        os.closerange(first, kept)
        first = kept + 1
    return socket.socket(fileno=_CHANNEL)


def ignore_terminal() -> None:
    """Leave it to the front to end this process: signals to the whole group are not for it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def _runs_what_others_wrote(job: Job) -> bool:
    """Tell whether a job is a query, asked over the protocol or on the page of the editor."""
    return isinstance(job, QueryJob) or (isinstance(job, PageJob) and job.path == "/sparql")


def work(channel: socket.socket, answer: Callable[[Job], Reply]) -> None:
    """Answer jobs until the front hangs up.

    Args:
        channel: Connection to the front.
        answer: Answers one job.
    """
    _, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 0
    for content in _iter_jobs(channel):
        seconds, job = unpack_job(content)
        # What others wrote runs without a descriptor to spare.
        wanted = allowed - _FEW_FILES if _runs_what_others_wrote(job) else allowed
        if wanted != most:
            most = wanted
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, allowed))
        signal.setitimer(signal.ITIMER_REAL, seconds)
        reply = answer_anyhow(answer, job)
        signal.setitimer(signal.ITIMER_REAL, 0)
        packed = pack_reply(reply)
        if len(reply.body) < _SMALL:
            channel.sendall(packed + reply.body)
        else:
            channel.sendall(packed)
            channel.sendall(reply.body)


def answer_anyhow(answer: Callable[[Job], Reply], job: Job) -> Reply:
    """Answer, or tell how the answering code broke.

    Args:
        answer: Answers one job.
        job: The job.
    """
    try:
        return answer(job)
    except MemoryError:
        # What is left in a process without memory cannot be relied on.
        os._exit(1)
    except Exception:  # noqa: BLE001  the last one to see it: the front logs it
        return Reply(500, BROKEN, traceback.format_exc().encode(errors="replace")[-65_536:])


def _iter_jobs(channel: socket.socket) -> Iterator[bytes]:
    """Iterate over the jobs that come; most of them come in one piece."""
    received = b""
    while part := channel.recv(_PIECE):
        received += part
        if len(received) < LENGTH_SIZE:
            continue
        size = read_length(received)
        if len(received) >= LENGTH_SIZE + size:
            # The front sends the next job when it has the reply to this one.
            yield received[LENGTH_SIZE:]
            received = b""


def leave(status: int = 0) -> None:
    """End this process at once, without what a normal end would run in a fork."""
    sys.stderr.flush()
    os._exit(status)
