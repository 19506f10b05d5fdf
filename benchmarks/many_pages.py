"""Print what a report, the starts of a server and its pages take when there are many plans.

The plans are the built-in ones again and again, under other agencies (`many_plans.py`), loaded
into a store on disk. The report is a process of its own, whose peak memory counts; the server is
started from what the report kept, until its first page is there, and until all its workers know
what they need. Pages are asked for over HTTP, one at a time, some of each kind and all of the
kinds that grow with what the plans share. A page's time is the median of three answers after one
that does not count.

Run: python benchmarks/many_pages.py [TIMES] [--each N]    (8 times are 1,320 initiatives)
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from servers import HOST, end, find_port, list_processes, read_memory_mb

from devcoop.dataset import build_dataset
from devcoop.pages.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED_KINDS = ("theme", "questions", "agency", "gaps", "overlaps")
"""First parts of the paths of pages that are all asked for."""
WORKERS = 2
COMMAND = [sys.executable, "-m", "devcoop"]
_START_SECONDS = 1200
_SLOW_SECONDS = 0.5
_SETTLED_SECONDS = 2
_ANSWERS = 3


def run_measured(command: list[str]) -> tuple[float, float]:
    """Run a command to its end.

    Returns:
        Seconds, and the most memory of one of its processes in MB.
    """
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def choose_paths(each: int) -> dict[str, list[str]]:
    """Choose pages of the built-in plans, which are among the many, by kind."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for path in Site(build_dataset()).paths():
        kinds[path.split("/")[1]].append(path)
    return {
        kind: paths if kind in SHARED_KINDS else paths[:: max(1, len(paths) // each)][:each]
        for kind, paths in sorted(kinds.items())
    }


def wait_until_ready(process: subprocess.Popen[bytes], port: int) -> float:
    """Wait until a server answers; exit if it never does.

    Returns:
        Seconds that it took.
    """
    start = time.perf_counter()
    while process.poll() is None and time.perf_counter() - start < _START_SECONDS:
        try:
            ask(port, "/")
        except OSError:
            time.sleep(0.2)
        else:
            return time.perf_counter() - start
    sys.exit("the server did not start")


def watch_processes(pid: int) -> tuple[float, float]:
    """Watch a server until no nursery is at work beside the one that its workers come from.

    Returns:
        Seconds that it took, and the most memory of all processes together in MB.
    """
    start = last = time.perf_counter()
    most = 0.0
    while time.perf_counter() - last < _SETTLED_SECONDS:
        processes = list_processes(pid)
        most = max(most, sum(map(read_memory_mb, processes)))
        if len(processes) > WORKERS + 3:
            last = time.perf_counter()
        time.sleep(0.2)
    return last - start, most


def ask(port: int, path: str) -> tuple[float, int, str]:
    """Ask for a page.

    Returns:
        Seconds, the status of the answer, and where it sends to.
    """
    connection = HTTPConnection(HOST, port, timeout=120)
    start = time.perf_counter()
    try:
        connection.request("GET", path, headers={"accept": "text/html"})
        answer = connection.getresponse()
        answer.read()
        seconds = time.perf_counter() - start
        return seconds, answer.status, urlsplit(answer.headers.get("location", "")).path
    finally:
        connection.close()


def measure_pages(port: int, kinds: dict[str, list[str]]) -> Iterator[str]:
    """Measure pages, kind by kind.

    Yields:
        Rows of a table: kind, pages, median and slowest time in seconds, which is the slowest.
    """
    for kind, paths in kinds.items():
        times = {}
        for path in paths:
            # The IRI of a thing sends to the page about it.
            page = ask(port, path)[2] or path
            answers = [ask(port, page) for _ in range(_ANSWERS)]
            wrong = [status for _, status, _ in answers if status != HTTPStatus.OK]
            if wrong:
                yield f"| {kind} | 1 | | no page ({wrong[0]}) | {page} |"
            times[page] = median(seconds for seconds, _, _ in answers)
        slowest = max(times, key=times.__getitem__)
        mark = " (slow)" if times[slowest] > _SLOW_SECONDS else ""
        yield (
            f"| {kind or 'start'} | {len(paths)} | {median(times.values()):.3f} "
            f"| {times[slowest]:.3f}{mark} | {slowest} |"
        )


def main(times: int, each: int) -> None:
    """Measure everything for so many times the built-in plans."""
    many = Path(__file__).with_name("many_plans.py")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data, store = str(folder / "many.nq"), str(folder / "store")
        subprocess.run([sys.executable, str(many), str(times), data], check=True)
        seconds, memory = run_measured([*COMMAND, "load", data, "--store", store])
        print(f"load    {seconds:6.1f} s {memory:6.0f} MB", flush=True)
        seconds, memory = run_measured(
            [*COMMAND, "--store", store, "report", "-o", str(folder / "report")]
        )
        print(f"report  {seconds:6.1f} s {memory:6.0f} MB", flush=True)
        port = find_port()
        serve = [*COMMAND, "--store", store, "serve", "--port", str(port)]
        serve += ["--workers", str(WORKERS)]
        process = subprocess.Popen(serve, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            seconds = wait_until_ready(process, port)
            print(f"serve   {seconds:6.1f} s until its first page", flush=True)
            more, memory = watch_processes(process.pid)
            print(f"        {seconds + more:6.1f} s {memory:6.0f} MB, all processes\n", flush=True)
            print("| kind | pages | median s | slowest s | which |\n|---|---|---|---|---|")
            for row in measure_pages(port, choose_paths(each)):
                print(row, flush=True)
        finally:
            end(process)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=8)
    parser.add_argument("--each", type=int, default=3)
    asked = parser.parse_args()
    main(asked.times, asked.each)
