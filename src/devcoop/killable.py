"""Work that may never end, done where it can be ended: in a forked child with limits.

What others wrote (a query, a file, an answer of a server) can ask for any time and any memory.
Such work runs in a child of this process. The kernel gives it no more memory and no more files
than it may have, it is killed at its deadline, and it ends with this process, however that
ends. Its result comes back through a pipe; so does the error it ended in.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import os
import resource
import signal
import sys
import time
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypedDict, TypeVar, Unpack

from devcoop.errors import DevcoopError, OutOfMemoryError, OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

Result = TypeVar("Result")
SECONDS = 60.0
"""Time for work that nobody set a deadline for."""
MEMORY_BYTES = 4 << 30
"""Memory that work may take on top of what this process has."""
_PR_SET_PDEATHSIG = 1
_limited = False


class Bounds(TypedDict, total=False):
    """What work may take.

    Attributes:
        seconds: Time it has, from when it begins; `SECONDS` if nothing is said.
        allowed: What is told as the time, where work before it has used up a part.
        memory_bytes: Memory it has on top of what is in use now; `MEMORY_BYTES` likewise.
        prepare: Is called in the child before its files are limited.
        may_open: Tells, once it is prepared, how many files or connections it may still open;
            any number if nothing is said.
    """

    seconds: float
    allowed: float | None
    memory_bytes: int
    prepare: Callable[[], None] | None
    may_open: Callable[[], int] | None


OWN_WORK: Bounds = {"seconds": 24 * 3600.0, "memory_bytes": 8 << 30}
"""What work may take that is all our own, and looks at nothing of others."""


def run(work: Callable[[], Result], *, what: str, **bounds: Unpack[Bounds]) -> Result:
    """Do work in a child process that is ended at a deadline.

    Args:
        work: Takes nothing; what it gives, or raises, must be something that can be pickled.
        what: The work in messages, such as a file's name.
        bounds: What it may take.

    Returns:
        What the work gave. A process that is limited already does the work itself.

    Raises:
        OutOfTimeError: It was not done in time.
        OutOfMemoryError: It wanted more memory, or broke the process it ran in.
        DevcoopError: The work raised it; so with OSError, SyntaxError and ValueError.

    Examples:
        >>> run(lambda: 6 * 7, what="a sum")
        42
        >>> import time
        >>> run(lambda: time.sleep(9), what="a nap", seconds=0.1)
        Traceback (most recent call last):
        devcoop.errors.OutOfTimeError: a nap: stopped, not done within 0.1 seconds
    """
    with begin(work, what=what, **bounds) as finish:
        return finish()


@contextlib.contextmanager
def begin(
    work: Callable[[], Result], *, what: str, **bounds: Unpack[Bounds]
) -> Iterator[Callable[[], Result]]:
    """Begin such work, so that this process does something else meanwhile.

    Args:
        work: As for `run`.
        what: Likewise.
        bounds: Likewise.

    Yields:
        What waits for the result, once, and raises what `run` raises. What nobody waited for
        is ended with the context.

    Examples:
        >>> with begin(lambda: 6 * 7, what="a sum") as finish:
        ...     other = 3
        ...     finish() + other
        45
    """
    if _limited:
        yield work
        return
    with _begin(work, what, bounds) as finish:
        yield finish


@contextlib.contextmanager
def begin_beside(work: Callable[[], Result], *, what: str) -> Iterator[Callable[[], Result]]:
    """Begin a part of such work in a process beside this one, whose time and limits it shares.

    What runs where it can be ended already begins no other process with `begin`. Here it does,
    so that two processors share a large piece of work; each may take the memory of the limit.

    Args:
        work: As for `run`.
        what: Likewise.

    Yields:
        What waits for the result, as with `begin`.

    Examples:
        >>> def add():
        ...     with begin_beside(lambda: 6 * 7, what="a part") as finish:
        ...         return 3 + finish()
        >>> run(add, what="a sum")
        45
    """
    with _begin(work, what, {"seconds": OWN_WORK["seconds"]}) as finish:
        yield finish


@contextlib.contextmanager
def _begin(work: Callable[[], Result], what: str, bounds: Bounds) -> Iterator[Callable[[], Result]]:
    here, there = multiprocessing.Pipe(duplex=False)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.flush()
    seconds = bounds.get("seconds", SECONDS)
    deadline = time.monotonic() + seconds
    parent, child = os.getpid(), fork()
    if child == 0:
        here.close()
        end_with(parent)
        _work(work, there, what, bounds)
    there.close()
    try:
        yield lambda: _wait(here, what, deadline, bounds.get("allowed") or seconds)
    finally:
        here.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _wait(pipe: Connection, what: str, deadline: float, allowed: float) -> Any:
    """Wait for the result of a child, and give or raise it."""
    try:
        if not pipe.poll(max(deadline - time.monotonic(), 0.0)):
            raise OutOfTimeError(f"{what}: stopped, not done within {allowed:g} seconds")
        result = pipe.recv()
    except (EOFError, OSError) as error:
        # One that is killed may have handed over a part of its result.
        raise OutOfMemoryError(f"{what}: stopped, it needs more memory than it may have") from error
    if isinstance(result, BaseException):
        raise result
    return result


def fork() -> int:
    """Fork this process; the child collects nothing that its parent left.

    A store that is collected where its threads are not waits for them for ever, or breaks.

    Returns:
        Number of the child; 0 in the child.
    """
    is_collecting = gc.isenabled()
    gc.disable()
    try:
        child = os.fork()
        if child == 0:
            gc.freeze()
    finally:
        if is_collecting:
            gc.enable()
    return child


def mark_limited() -> None:
    """Say that this process has a deadline and limits, so that it needs no child for its work."""
    global _limited  # noqa: PLW0603  a fact about the process
    _limited = True


def count_processors() -> int:
    """Count the processors that this process may use, or the machine has where nobody tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def measure_memory() -> int:
    """Measure the address space of this process in bytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def end_with(parent: int) -> None:
    """Let the kernel end this process when its parent ends, where it can.

    Args:
        parent: Number of the process that this one was just forked from.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _work(work: Callable[[], object], pipe: Connection, what: str, bounds: Bounds) -> NoReturn:
    """Work in the child, and end it."""
    status = 1
    try:
        mark_limited()
        # It lives a short time; what it leaves goes with it.
        gc.disable()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        # A process that is killed at its limit is nothing to tell on the terminal.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stderr__.fileno() if sys.__stderr__ else 2)
        if prepare := bounds.get("prepare"):
            prepare()
        memory_bytes = bounds.get("memory_bytes", MEMORY_BYTES)
        _limit(memory_bytes, bounds.get("may_open"))
        # A list that lies in a file is written to its end when it is packed: there may be no room.
        packed = _try(lambda: ForkingPickler.dumps(work()), what)
        is_fault = isinstance(packed, BaseException)
        pipe.send_bytes(ForkingPickler.dumps(packed) if is_fault else packed)
        status = 0
    finally:
        os._exit(status)


def _try(work: Callable[[], Any], what: str) -> Any:
    """Give the result of work, or the error it ended in."""
    try:
        return work()
    except (DevcoopError, OSError, SyntaxError, ValueError) as error:
        return error
    except MemoryError:
        return OutOfMemoryError(f"{what}: stopped, it needs more memory than it may have")
    except RecursionError:
        return OutOfMemoryError(f"{what}: stopped, it is nested too deeply")
    except Exception as error:  # noqa: BLE001  a fault of ours, which its parent tells
        return DevcoopError(f"{what}: {type(error).__name__}: {error}")


def limit_memory(memory_bytes: int, *, for_good: bool = True) -> None:
    """Let the kernel give this process no more memory than so much on top of what it has.

    Args:
        memory_bytes: How much it may still take.
        for_good: Whether the limit can never be raised again.
    """
    if in_use := measure_memory():
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        limit = in_use + memory_bytes
        if most != resource.RLIM_INFINITY:
            limit = min(limit, most)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit if for_good else most))


def _limit(memory_bytes: int, may_open: Callable[[], int] | None) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    limit_memory(memory_bytes)
    if may_open is not None:
        limit = find_file_limit(may_open())
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))


def find_file_limit(number: int) -> int:
    """Find the limit under which a process can open so many files or connections more.

    Args:
        number: How many; what is closed may be opened again.

    Returns:
        The limit, as the system has it, and no more than the system allows.

    Examples:
        >>> find_file_limit(3) - find_file_limit(0) >= 3
        True
    """
    limit = 0
    while number >= 0:
        number -= not _is_open(limit)
        limit += 1
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    return limit - 1 if most == resource.RLIM_INFINITY else min(limit - 1, most)


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
