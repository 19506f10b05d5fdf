"""Where workers come from: a launcher that stays small, and a nursery for each data version.

Both speak a line protocol over a Unix socket. The front says `spawn` and `kill <pid>` to a
nursery; a nursery says `ready <version>`, `failed <why>` and `worker <pid>`, the last with the
descriptor of the connection to that worker. Hanging up ends the process at the other end.

A nursery that shall be quick and finds what an earlier one published says `early <version>`
instead of `ready`: its workers read files, and each finds out for itself what others are forked
with, until the front has another nursery, that takes its time, take over.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import logging
import os
import resource
import select
import signal
import socket
import traceback
from typing import TYPE_CHECKING

from devcoop import assets, killable, media, names
from devcoop.errors import DevcoopError
from devcoop.serve.messages import QUICKLY
from devcoop.serve.worker import (
    BROKEN,
    answer_anyhow,
    confine,
    ignore_terminal,
    keep_only,
    leave,
    work,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.origin import Origin
    from devcoop.pages.site import Site
    from devcoop.serve.answers import Answers
    from devcoop.serve.messages import Job
    from devcoop.serve.settings import Settings

_log = logging.getLogger(__name__)
_REAP_SECONDS = 1.0
# How long nurseries have to clean up when the front has ended.
_GRACE_SECONDS = 2
# The files of some 40,000 statements, which are copied into memory within a second.
_QUICKLY_COPIED = 16 << 20
# Nearly all that is read is kept, so that there is little to collect, however often one looks.
_NEW_OBJECTS = 500_000


def start_launcher(origin: Origin, settings: Settings) -> socket.socket:
    """Fork the process that starts nurseries.

    To be called before there is any thread, event loop or connection, so that nurseries inherit
    none of them.

    Args:
        origin: Where plans and reviews come from.
        settings: Limits.

    Returns:
        Connection to it; sending a descriptor with an order starts a nursery at that connection.
    """
    here, there = socket.socketpair()
    front = os.getpid()
    if killable.fork() == 0:
        killable.end_with(front)
        here.close()
        with _last():
            _launch(there, origin, settings)
    there.close()
    return here


@contextlib.contextmanager
def _last() -> Iterator[None]:
    """Let nothing of the program that was forked go on after this block."""
    try:
        yield
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        leave()


def _launch(orders: socket.socket, origin: Origin, settings: Settings) -> None:
    orders = keep_only(orders)
    ignore_terminal()
    # Nurseries that end are forgotten by the kernel at once.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        order, descriptors, _, _ = socket.recv_fds(orders, 1, 1)
        if not order:
            _wait_for_nurseries()
            return
        control = socket.socket(fileno=descriptors[0])
        launcher = os.getpid()
        if killable.fork() == 0:
            killable.end_with(launcher)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.detach()
            with _last():
                _nurse(keep_only(control), origin, settings, is_quick=order == QUICKLY)
        control.close()


def _wait_for_nurseries() -> None:
    """Let nurseries clean up; one that is still at work then ends with this process."""
    signal.alarm(_GRACE_SECONDS)
    with contextlib.suppress(ChildProcessError):
        os.wait()


def _nurse(control: socket.socket, origin: Origin, settings: Settings, *, is_quick: bool) -> None:
    """Open the data, then fork workers for as long as the front wants some."""
    often = gc.get_threshold()
    gc.set_threshold(_NEW_OBJECTS, *often[1:])
    with contextlib.ExitStack() as stack:
        try:
            with _limits(settings):
                answers = _open(origin, settings, stack, is_quick=is_quick)
        except MemoryError:
            control.sendall(b"failed the data need more memory than they may have\n")
            return
        except (DevcoopError, OSError) as error:
            control.sendall(f"failed {' '.join(str(error).split())}\n".encode())
            return
        gc.set_threshold(*often)
        is_early = is_quick and not answers.dataset.store.is_in_memory
        _fork_workers(control, answers, "early" if is_early else "ready")


@contextlib.contextmanager
def _limits(settings: Settings) -> Iterator[None]:
    """Let the kernel end this process if the block takes too long, and give it no more memory."""
    no_limits = resource.getrlimit(resource.RLIMIT_AS)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, settings.load_seconds)
    killable.limit_memory(settings.load_bytes, for_good=False)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    resource.setrlimit(resource.RLIMIT_AS, no_limits)


def _fork_workers(control: socket.socket, answers: Answers, word: str) -> None:
    # Workers open the files for themselves; nobody is forked while they are open.
    answers.dataset.store.rest()
    gc.collect()
    # Collected objects would be written to by each worker and copied for it.
    gc.freeze()
    control.sendall(f"{word} {answers.version}\n".encode())
    children: set[int] = set()
    with contextlib.suppress(ConnectionError):
        for order in _iter_orders(control, children):
            match order.split():
                case ["spawn"]:
                    children.add(_spawn(control, answers))
                case ["kill", pid] if int(pid) in children:
                    os.kill(int(pid), signal.SIGKILL)


def _iter_orders(control: socket.socket, children: set[int]) -> Iterator[str]:
    """Iterate over the front's orders; between them, take note of workers that ended."""
    received = b""
    while True:
        ready, _, _ = select.select([control], [], [], _REAP_SECONDS)
        _reap(children)
        if not ready:
            continue
        part = control.recv(4096)
        if not part:
            return
        *lines, received = (received + part).split(b"\n")
        yield from (line.decode() for line in lines)


def _reap(children: set[int]) -> None:
    """Forget the workers that ended; their numbers may belong to others from now on."""
    while children:
        pid, _ = os.waitpid(-1, os.WNOHANG)
        if pid == 0:
            return
        children.discard(pid)


def _spawn(control: socket.socket, answers: Answers) -> int:
    """Fork a worker and hand its connection to the front."""
    here, there = socket.socketpair()
    pid = killable.fork()
    if pid == 0:
        # Not with this process: workers go on answering while another nursery opens the data.
        control.detach()
        here.detach()
        with _last(), contextlib.suppress(ConnectionError):
            dataset, most = answers.dataset, answers.settings.memory_bytes
            needed = dataset.analysis.comparison.list_descriptors()
            work(confine(there, most, dataset.store, needed), answers)
    there.close()
    socket.send_fds(control, [f"worker {pid}\n".encode()], [here.fileno()])
    here.close()
    return pid


def _open(
    origin: Origin, settings: Settings, stack: contextlib.ExitStack, *, is_quick: bool
) -> Answers:
    """Compare the plans and make what answers; the data last as long as the stack."""
    from devcoop.dataset import open_dataset  # noqa: PLC0415
    from devcoop.overlap import DEFAULT_LIMITS  # noqa: PLC0415
    from devcoop.pages.site import Site  # noqa: PLC0415
    from devcoop.serve.answers import Answers  # noqa: PLC0415
    from devcoop.store.folder import MOST_COPIED  # noqa: PLC0415

    limits = DEFAULT_LIMITS._replace(memory=settings.compare_mebibytes, listed=settings.listed)
    most = _QUICKLY_COPIED if is_quick else MOST_COPIED
    dataset = stack.enter_context(open_dataset(origin, limits, most_copied=most))
    answers = Answers(dataset, _name_version(dataset.fingerprint), settings, Site(dataset))
    warm_up(answers, is_quick=is_quick and not dataset.store.is_in_memory)
    return answers


def _name_version(fingerprint: str) -> str:
    """Name what answers depend on: the data, this program, and the files that it shows."""
    made_from = f"{fingerprint} {assets.hash_program()}"
    return hashlib.sha256(made_from.encode()).hexdigest()[:20]


def warm_up(answers: Answers, *, is_quick: bool = False) -> None:
    """Read all files and modules that answering reads once; workers can open none for queries.

    Args:
        answers: What will answer.
        is_quick: Whether to read only what queries need, and leave pages to the workers.
    """
    names.shorten(names.BASE)
    analysis = answers.dataset.analysis
    analysis.read_all_ahead(with_gaps=not is_quick)
    if not is_quick:
        # All names at once, so that no worker has to read them one by one.
        _ = answers.site.content.labels
        analysis.comparison.read_ahead()
    for job in _iter_samples(answers.site, is_quick=is_quick):
        reply = answer_anyhow(answers, job)
        if reply.media_type == BROKEN:
            _log.error("%s cannot be answered:\n%s", job, reply.body.decode(errors="replace"))


def _iter_samples(site: Site, *, is_quick: bool) -> Iterator[Job]:
    """Iterate over jobs of all kinds, pages of each kind among them."""
    from devcoop.serve.messages import PageJob, QueryJob, ResourceJob  # noqa: PLC0415

    # A word that is judged on the parse tree, so that rdflib's parser is set up.
    yield QueryJob("ASK { ?s ?p 'service' }", (media.JSON, media.JSON, None))
    yield ResourceJob("/theme/metrology", media.TURTLE)
    if is_quick:
        return
    # Searching once makes the index of all names.
    yield PageJob("/search", (("q", "metrology"),), "", "")
    for path in site.samples():
        for language in ("en", "fr"):
            yield PageJob(path, (("lang", language),), "", "")
