"""Print what a report, the starts of a server and its pages take when there are many plans.

The plans are the built-in ones again and again, under other agencies (`many_plans.py`), or lists
of projects with texts of published activities (`lists_of_others.py`), loaded into a store on disk.
The report is a process of its own, whose peak memory counts; the server is started from what the
report kept, until its first page is there, and until all its workers know what they need. Pages
are found by following links from the first one, some of each kind, and asked for over HTTP, one
at a time. A page's time is the median of three answers.

Run: python benchmarks/many_pages.py [TIMES] [--each N]    (8 times are 1,320 initiatives)
     python benchmarks/many_pages.py --lists TABLE.csv     (40 lists of 250 projects)
"""

from __future__ import annotations

import argparse
import html
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urljoin, urlsplit

from servers import HOST, end, find_port, list_processes, read_memory_mb

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKERS = 2
COMMAND = [sys.executable, "-m", "devcoop"]
_START_SECONDS = 1200
_SLOW_SECONDS = 0.5
_SETTLED_SECONDS = 2
_ANSWERS = 3
_LINK = re.compile(r'<a [^>]*href="([^"]+)"')


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


def find_pages(port: int, each: int) -> dict[str, list[str]]:
    """Follow links from the first page, to so many pages of each kind.

    Returns:
        Paths by kind, the first part of a path.
    """
    kinds: dict[str, list[str]] = defaultdict(list)
    waiting, seen = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        kind = path.split("/")[1]
        if len(kinds[kind]) >= each:
            continue
        answer = ask(port, path)
        if answer.location:
            waiting.insert(0, answer.location)
            continue
        kinds[kind].append(path)
        links = {urlsplit(urljoin(path, html.unescape(one))) for one in _LINK.findall(answer.text)}
        new = {one.path for one in links if not one.netloc and _is_page(one.path)} - seen
        seen |= new
        waiting += sorted(new)
    return dict(sorted(kinds.items()))


def _is_page(path: str) -> bool:
    """Tell a page from a table or a description in RDF."""
    name = path.rpartition("/")[2]
    return "." not in name or name.endswith(".html")


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


class Answer(NamedTuple):
    """What a server says to a request: in how many seconds, and where it sends to, if it does."""

    seconds: float
    status: int
    location: str
    text: str


def ask(port: int, path: str) -> Answer:
    """Ask for a page."""
    connection = HTTPConnection(HOST, port, timeout=120)
    start = time.perf_counter()
    try:
        connection.request("GET", path, headers={"accept": "text/html"})
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
        seconds = time.perf_counter() - start
        to = urlsplit(answer.headers.get("location", "")).path
        return Answer(seconds, answer.status, to, text)
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
            answers = [ask(port, path) for _ in range(_ANSWERS)]
            wrong = [one.status for one in answers if one.status != HTTPStatus.OK]
            if wrong:
                yield f"| {kind} | 1 | | no page ({wrong[0]}) | {path} |"
            times[path] = median(one.seconds for one in answers)
        slowest = max(times, key=times.__getitem__)
        mark = " (slow)" if times[slowest] > _SLOW_SECONDS else ""
        yield (
            f"| {kind or 'start'} | {len(paths)} | {median(times.values()):.3f} "
            f"| {times[slowest]:.3f}{mark} | {slowest} |"
        )


def write_plans(folder: Path, times: int, table: Path | None) -> list[str]:
    """Write many plans.

    Returns:
        What `devcoop load` is to be told to load them.
    """
    here = Path(__file__).parent
    if table:
        lists = folder / "lists"
        writer = str(here / "lists_of_others.py")
        subprocess.run([sys.executable, writer, str(table), str(lists)], check=True)
        return [*map(str, sorted(lists.glob("*.csv"))), "--map", str(lists / "map.yaml")]
    data = str(folder / "many.nq")
    subprocess.run([sys.executable, str(here / "many_plans.py"), str(times), data], check=True)
    return [data]


def main(times: int, each: int, table: Path | None) -> None:
    """Measure everything for so many times the built-in plans, or for lists."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = str(folder / "store")
        plans = write_plans(folder, times, table)
        seconds, memory = run_measured([*COMMAND, "load", *plans, "--store", store])
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
            for row in measure_pages(port, find_pages(port, each)):
                print(row, flush=True)
        finally:
            end(process)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("times", type=int, nargs="?", default=8)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--lists", type=Path, metavar="TABLE", help="load lists of its texts")
    asked = parser.parse_args()
    main(asked.times, asked.each, asked.lists)
