"""Start and stop: sockets, signals, and the life of all processes."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import resource
import signal
import socket
from typing import TYPE_CHECKING, Any

from devcoop.errors import ServingError
from devcoop.serve.nursery import start_launcher

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from devcoop.origin import Origin
    from devcoop.serve.connection import QuietServer
    from devcoop.serve.pool import Pool
    from devcoop.serve.settings import Settings

_log = logging.getLogger(__name__)
_BACKLOG = 2048
_GRACEFUL_SECONDS = 15
# What works behind would take the processor from who waits for the first page.
_FIRST_PAGES_SECONDS = 3.0


def serve(
    origin: Origin,
    settings: Settings,
    *,
    host: str,
    port: int,
    address: str = "",
    announce: Callable[[str], None],
) -> None:
    """Serve until a signal ends it.

    Args:
        origin: Where plans and reviews come from.
        settings: Limits.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        address: How the server is reached from outside; empty for where it listens.
        announce: Is told the address once requests are answered, and what happens later.

    Raises:
        ServingError: The data cannot be opened, or the address is taken.
    """
    launcher = start_launcher(origin, settings)
    listening = _listen(host, port)
    _raise_descriptors()
    shown = f"[{host}]" if ":" in host else host
    local = f"http://{shown}:{listening.getsockname()[1]}"
    front = _Front(launcher, listening, settings, (address or local).rstrip("/"), announce)
    with asyncio.Runner(loop_factory=_find_loop_factory()) as runner:
        runner.run(front.run(local))


def _find_loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Take the faster loop where there is one."""
    try:
        import uvloop  # noqa: PLC0415
    except ModuleNotFoundError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        raise ServingError(f"{host}:{port}: {error.strerror or error}") from error
    listening.listen(_BACKLOG)
    listening.setblocking(False)
    return listening


def _raise_descriptors() -> None:
    """Allow as many connections as this user may have."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class _Front:
    """The process that speaks HTTP."""

    def __init__(
        self,
        launcher: socket.socket,
        listening: socket.socket,
        settings: Settings,
        address: str,
        announce: Callable[[str], None],
    ) -> None:
        self._launcher, self._listening = launcher, listening
        self._settings, self._address, self._announce = settings, address, announce
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, local: str) -> None:
        import uvicorn  # noqa: PLC0415

        from devcoop.serve.application import Application  # noqa: PLC0415
        from devcoop.serve.connection import PatientProtocol, QuietServer, sweep  # noqa: PLC0415
        from devcoop.serve.pool import Pool  # noqa: PLC0415

        pool = Pool(self._launcher, self._settings)
        problem = await pool.open(is_quick=True)
        if problem:
            pool.close()
            raise ServingError(problem)
        protocol = type("Protocol", (PatientProtocol,), {"settings": self._settings})
        config = uvicorn.Config(
            Application(pool, self._settings, self._address),
            http=protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_GRACEFUL_SECONDS,
        )
        server = QuietServer(config)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, server.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload, pool)
        self._start(pool.watch())
        self._start(sweep(server.server_state))
        self._start(_stop_without_data(server, pool))
        self._announce(f"devcoop answers at {local}/ (SPARQL at {local}/sparql)")
        if pool.is_early:
            self._start(self._take_over(pool))
        await server.serve(sockets=[self._listening])
        for task in self._tasks:
            task.cancel()
        pool.close()
        if pool.gave_up.done():
            raise ServingError(pool.gave_up.result())

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _take_over(self, pool: Pool) -> None:
        """Have workers that know everything take over, when the first pages are out."""
        await asyncio.sleep(_FIRST_PAGES_SECONDS)
        await self._swap(pool)

    def _reload(self, pool: Pool) -> None:
        self._start(self._swap(pool))

    async def _swap(self, pool: Pool) -> None:
        before, was_early = pool.version, pool.is_early
        problem = await pool.open()
        if problem:
            self._announce(f"the data stay as they were: {problem}")
        elif pool.version != before or not was_early:
            self._announce(f"the data are now those of version {pool.version}")


async def _stop_without_data(server: QuietServer, pool: Pool) -> None:
    """Stop when the data were lost and cannot be opened again."""
    await asyncio.shield(pool.gave_up)
    server.stop()
