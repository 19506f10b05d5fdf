"""The front's side of the workers: who is free, who waits, and which version answers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from devcoop.serve.messages import (
    AT_LEISURE,
    HEAD_SIZE,
    QUICKLY,
    Reply,
    pack_job,
    read_head,
    refuse,
)
from devcoop.serve.waiting import WaitingLine

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from devcoop.serve.messages import Job
    from devcoop.serve.settings import Settings

_log = logging.getLogger(__name__)
_TICK_SECONDS = 0.25
# How long after the deadline the front kills a worker that the kernel has not ended.
_GRACE_SECONDS = 2.0
_RESTART_SECONDS = 1.0
# A worker that ends so soon after it was given a job may have been gone before.
_AT_REST_SECONDS = 1.0
# Some seven minutes, and what loading takes: then somebody else had better start all anew.
_LONGEST_PAUSE_SECONDS = 60.0
_MOST_REOPENINGS = 12
# Answers below this size are not counted in the bytes that wait to be sent.
_SMALL = 65_536


@dataclass(eq=False, slots=True)
class Request:
    """A job of somebody, from its arrival until its reply.

    Attributes:
        job: What is to be done.
        seconds: Time that it may take.
        client: Address of who asks.
        since: Loop time of its arrival.
        reply: Takes the reply and the version of the data that gave it.
        worker: Who does it.
        watcher: Waits for the client to hang up.
        is_gone: Whether it did.
        tries: How many workers were given it.
    """

    job: Job
    seconds: float
    client: str
    since: float
    reply: asyncio.Future[tuple[Reply, str]]
    worker: Worker | None = None
    watcher: asyncio.Task[None] | None = None
    is_gone: bool = False
    tries: int = 0

    def answer(self, reply: Reply, version: str) -> None:
        """Give the reply, unless nobody waits for it any more."""
        if not self.reply.done():
            self.reply.set_result((reply, version))


class Worker(asyncio.Protocol):
    """Connection to one worker.

    Args:
        pool: Is told when the worker is free, and when it is gone.
        generation: The version of the data that it answers from.
        pid: Its number.
    """

    def __init__(self, pool: Pool, generation: Generation, pid: int) -> None:
        self.pool, self.generation, self.pid = pool, generation, pid
        self.transport: asyncio.Transport
        self.request: Request | None = None
        self.started = 0.0
        self.held = 0
        self.overdue = False
        self._received = bytearray()
        self._expected: int | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Keep the transport."""
        self.transport = transport

    def start(self, request: Request) -> None:
        """Send a job."""
        self.request, request.worker = request, self
        self.started = self.pool.loop.time()
        self.transport.write(pack_job(request.job, request.seconds))

    def data_received(self, data: bytes) -> None:
        """Collect the reply; large ones wait until there is room for them."""
        received = self._received
        received += data
        if self._expected is None:
            if len(received) < HEAD_SIZE:
                return
            _, media_type, note, body = read_head(received)
            self._expected = HEAD_SIZE + media_type + note + body
            if body > _SMALL:
                self.pool.reserve(self, body)
        if len(received) >= self._expected:
            self._finish()

    def _finish(self) -> None:
        received, self._received, self._expected = self._received, bytearray(), None
        status, media_type, note, _ = read_head(received)
        start, middle = HEAD_SIZE, HEAD_SIZE + media_type
        end = middle + note
        reply = Reply(
            status,
            received[start:middle].decode(),
            bytes(memoryview(received)[end:]),
            received[middle:end].decode(),
        )
        request, self.request = self.request, None
        if request is not None:
            self.pool.done(self, request, reply)

    def is_sending(self) -> bool:
        """Tell whether the job is done and its reply is on the way."""
        return self._expected is not None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """Tell the pool that the worker is gone."""
        self.pool.lost(self)


@dataclass(eq=False)
class Generation:
    """One version of the data: its nursery and its workers.

    Attributes:
        control: Connection to the nursery.
        version: Names the version in entity tags; empty until the data are open.
        is_early: Whether its workers have to find out much that others are forked with.
        ready: Is done when they are open, or could not be opened.
        workers: Those that are connected.
        wanted: Workers that the nursery was asked for and that are not there yet.
        retired: Whether a newer version has taken over.
    """

    control: socket.socket
    ready: asyncio.Future[str]
    version: str = ""
    is_early: bool = False
    workers: set[Worker] = field(default_factory=set)
    wanted: int = 0
    retired: bool = False
    received: bytes = b""
    descriptors: list[int] = field(default_factory=list)

    def order(self, words: str) -> None:
        """Tell the nursery something; it may be gone."""
        with contextlib.suppress(OSError):
            self.control.send(f"{words}\n".encode())


class Pool:
    """Workers and those who wait for them.

    Args:
        launcher: Connection to the launcher.
        settings: Limits.

    Attributes:
        version: The version of the data that answers.
        gave_up: Is done, with what was wrong, when nothing can answer any more.
    """

    def __init__(self, launcher: socket.socket, settings: Settings) -> None:
        self.loop = asyncio.get_running_loop()
        self.gave_up: asyncio.Future[str] = self.loop.create_future()
        self._launcher, self._settings = launcher, settings
        self._line = WaitingLine[Request](size=settings.waiting, share=settings.waiting_share)
        self._free: list[Worker] = []
        self._running: Counter[str] = Counter()
        self._current: Generation | None = None
        self._generations: set[Generation] = set()
        self._held = 0
        self._asking: list[tuple[Worker, int]] = []
        self._most_running = max(1, settings.workers - 1)
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self.version = ""
        self._swap = asyncio.Lock()

    # Versions

    async def open(self, *, is_quick: bool = False) -> str:
        """Open the data in a new nursery and let it take over.

        Args:
            is_quick: Whether it shall answer as soon as it can; see `is_early` afterwards.

        Returns:
            What was wrong; empty if it has taken over.
        """
        async with self._swap:
            generation = self._launch(QUICKLY if is_quick else AT_LEISURE)
            problem = await generation.ready
            if problem:
                return problem
            previous, self._current = self._current, generation
            self.version = generation.version
            if previous is not None:
                self._retire(previous)
            return ""

    @property
    def is_early(self) -> bool:
        """Whether workers have to find out much that those of another nursery would know."""
        return self._current is not None and self._current.is_early

    def _launch(self, order: bytes) -> Generation:
        here, there = socket.socketpair()
        here.setblocking(False)
        socket.send_fds(self._launcher, [order], [there.fileno()])
        there.close()
        generation = Generation(here, self.loop.create_future())
        self._generations.add(generation)
        self.loop.add_reader(here.fileno(), self._listen, generation)
        return generation

    def _listen(self, generation: Generation) -> None:
        """Hear what a nursery says."""
        try:
            part, descriptors, _, _ = socket.recv_fds(generation.control, 4096, 16)
        except (BlockingIOError, InterruptedError):
            return
        except ConnectionError:
            part, descriptors = b"", []
        if not part:
            self._lose(generation)
            return
        generation.descriptors += descriptors
        *lines, generation.received = (generation.received + part).split(b"\n")
        for line in lines:
            self._hear(generation, line.decode(errors="replace"))

    def _hear(self, generation: Generation, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "failed" and not generation.ready.done():
            generation.ready.set_result(rest)
        elif word in ("ready", "early"):
            generation.version, generation.is_early = rest, word == "early"
            for _ in range(self._settings.workers):
                self._spawn(generation)
        elif word == "worker":
            self._run(self._connect(generation, generation.descriptors.pop(0), int(rest)))

    def _spawn(self, generation: Generation) -> None:
        generation.wanted += 1
        generation.order("spawn")

    async def _connect(self, generation: Generation, descriptor: int, pid: int) -> None:
        worker = Worker(self, generation, pid)
        connection = socket.socket(fileno=descriptor)
        await self.loop.create_connection(lambda: worker, sock=connection)
        generation.wanted -= 1
        generation.workers.add(worker)
        if not generation.ready.done() and generation.wanted == 0:
            generation.ready.set_result("")
        self._offer(worker)

    def _retire(self, generation: Generation) -> None:
        """Let a version end: its free workers at once, the others after their job."""
        generation.retired = True
        for worker in [one for one in self._free if one.generation is generation]:
            self._free.remove(worker)
            worker.transport.close()
        self._end_if_empty(generation)

    def _end_if_empty(self, generation: Generation) -> None:
        if generation.retired and not generation.workers and not generation.wanted:
            self._forget(generation)

    def _forget(self, generation: Generation) -> None:
        if generation in self._generations:
            self._generations.discard(generation)
            self.loop.remove_reader(generation.control.fileno())
            generation.control.close()

    def _lose(self, generation: Generation) -> None:
        """A nursery is gone; if it was in use, another one opens the same data."""
        self._forget(generation)
        if not generation.ready.done():
            generation.ready.set_result(_GAVE_UP)
        elif generation is self._current and not self._closed:
            _log.error("the nursery of version %s ended; starting another", generation.version)
            self._run(self._reopen(generation))

    async def _reopen(self, lost: Generation) -> None:
        """Open the data again, with growing pauses; a newer version may come first.

        As long as workers of the lost version answer, nobody gives up: they may end any time.
        """
        pause, problem, tried = _RESTART_SECONDS, "", 0
        while tried < _MOST_REOPENINGS or lost.workers:
            await asyncio.sleep(pause)
            if self._closed or self._current is not lost:
                return
            problem = await self.open()
            if not problem:
                return
            _log.error("the data could not be opened again: %s", problem)
            pause, tried = min(2 * pause, _LONGEST_PAUSE_SECONDS), tried + 1
        if not self.gave_up.done():
            self.gave_up.set_result(problem)

    def count_workers(self) -> int:
        """Count the workers that can answer from the version in use."""
        return len(self._current.workers) if self._current else 0

    # Jobs

    def submit(self, job: Job, client: str, seconds: float) -> Request | Reply:
        """Have a job done.

        Args:
            job: What is to be done.
            client: Address of who asks.
            seconds: Time that it may take.

        Returns:
            The request, whose `reply` is to be awaited; or at once why it is turned away. Once
            nobody waits for the reply any more, the job is stopped.
        """
        request = Request(job, seconds, client, self.loop.time(), self.loop.create_future())
        request.reply.add_done_callback(partial(self._abandon, request))
        if self._free and self._may_run(client):
            self._begin(self._free.pop(), request)
        elif not self._line.add(client, request):
            return self._turn_away()
        return request

    def _turn_away(self) -> Reply:
        if self._line.is_full():
            return refuse(503, "Too busy", "too many requests wait already; try again later")
        return refuse(429, "Too many requests", "too many of your requests wait already")

    def _may_run(self, client: str) -> bool:
        """Tell whether a client may have one more worker: one is kept for the others."""
        return self._running[client] < self._most_running

    def _begin(self, worker: Worker, request: Request) -> None:
        self._running[request.client] += 1
        request.tries += 1
        worker.start(request)

    def _end(self, request: Request) -> None:
        left = self._running[request.client] - 1
        if left:
            self._running[request.client] = left
        else:
            del self._running[request.client]

    def done(self, worker: Worker, request: Request, reply: Reply) -> None:
        """Pass on a worker's reply and give it the next job."""
        self._end(request)
        version = worker.generation.version
        held, worker.held = worker.held, 0
        if request.reply.done():
            self.release(held)
        else:
            # Who sends the answer gives back its room.
            request.reply.set_result((replace(reply, held=held) if held else reply, version))
        self._offer(worker)

    def _offer(self, worker: Worker) -> None:
        """Give a worker the next job, or let it rest or end."""
        if worker.generation.retired or self._closed:
            worker.transport.close()
            return
        request = self._line.take(self._may_run)
        if request is None:
            self._free.append(worker)
        else:
            self._begin(worker, request)
            self._wake()

    def _wake(self) -> None:
        """Give free workers to those who wait, as a client's share may have become free."""
        while self._free:
            request = self._line.take(self._may_run)
            if request is None:
                return
            self._begin(self._free.pop(), request)

    def lost(self, worker: Worker) -> None:
        """Answer for a worker that was killed, and ask for another one."""
        generation, request, worker.request = worker.generation, worker.request, None
        generation.workers.discard(worker)
        if worker in self._free:
            self._free.remove(worker)
        self._asking = [one for one in self._asking if one[0] is not worker]
        self.release(worker.held)
        if request is not None:
            self._end(request)
            if not self._try_again(worker, request):
                self._blame(worker, request)
        if generation.retired:
            self._end_if_empty(generation)
        elif not self._closed:
            self._spawn(generation)
        self._wake()

    def _try_again(self, worker: Worker, request: Request) -> bool:
        """Give a job to another worker if the first may have been gone before it had it."""
        is_new = self.loop.time() - worker.started < min(_AT_REST_SECONDS, request.seconds)
        # All that rested may be gone without that being known yet.
        may_try = is_new and request.tries <= self._settings.workers and not worker.overdue
        is_wanted = not (self._closed or request.is_gone or request.reply.done())
        return may_try and is_wanted and self._line.add(request.client, request)

    def _blame(self, worker: Worker, request: Request) -> None:
        """Say what ended a worker at its job."""
        took = self.loop.time() - worker.started
        late = took >= request.seconds or worker.overdue
        reply = _tell_late(request.seconds) if late else _CRASHED
        request.answer(reply, worker.generation.version)

    def _abandon(self, request: Request, reply: asyncio.Future[Any]) -> None:
        """Stop what nobody waits for any more."""
        if not reply.cancelled():
            return
        self._line.discard(request.client, request)
        worker = request.worker
        if worker is not None and worker.request is request:
            worker.generation.order(f"kill {worker.pid}")

    # Room for large answers

    def reserve(self, worker: Worker, size: int) -> None:
        """Let a worker send a large answer, now or when there is room for it."""
        if self._fits(size):
            self._held += size
            worker.held = size
        else:
            worker.transport.pause_reading()
            self._asking.append((worker, size))

    def _fits(self, size: int) -> bool:
        return not self._held or self._held + size <= self._settings.max_buffered_bytes

    def release(self, size: int) -> None:
        """Give back room.

        Args:
            size: Bytes that were sent, or that nobody wants any more.
        """
        self._held -= size
        while self._asking and self._fits(self._asking[0][1]):
            worker, wanted = self._asking.pop(0)
            self._held += wanted
            worker.held = wanted
            worker.transport.resume_reading()

    # Time

    async def watch(self) -> None:
        """Turn away those who waited too long, and kill workers that the kernel did not."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            now = self.loop.time()
            for client, request in self._line.items():
                if now - request.since > self._settings.waiting_seconds:
                    self._line.discard(client, request)
                    request.answer(_WAITED, self.version)
            for generation in self._generations:
                for worker in generation.workers:
                    self._check(worker, now)

    def _check(self, worker: Worker, now: float) -> None:
        request = worker.request
        if request is None:
            return
        patience = self._settings.answer_seconds if worker.is_sending() else 0.0
        if now - worker.started > request.seconds + _GRACE_SECONDS + patience:
            worker.overdue = True
            worker.generation.order(f"kill {worker.pid}")

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Hang up on all workers and nurseries; they end by that."""
        self._closed = True
        for generation in list(self._generations):
            for worker in list(generation.workers):
                worker.transport.abort()
            self._forget(generation)
        self._launcher.close()


def _tell_late(seconds: float) -> Reply:
    return refuse(503, "Out of time", f"stopped: no answer within {seconds:g} seconds")


_CRASHED = refuse(
    503,
    "Stopped",
    "the process that worked on this ended: it used up its memory, or was nested too deeply",
)
_GAVE_UP = "the process that opened the data ended: it was out of time or of memory"
_WAITED = refuse(503, "Too busy", "no worker became free in time; try again later")
