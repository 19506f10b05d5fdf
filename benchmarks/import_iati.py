"""Measure how fast files of IATI are read, beside bare parsing, and what becomes of their elements.

Four answers, each a table in Markdown:

- `speed`: megabytes that are read in a second on the clock, beside `lxml.etree.iterparse` that
  looks at each element and does nothing else with it; the same in processor time, since a file
  that is long enough is read by as many processes as there are processors (4 at most) and bare
  parsing knows one; and the memory that reading in one process takes. Garbage is not collected,
  as it is not when files are loaded.
- `made MEGABYTES`: the same for a file of that size that is made of the activities of one file.
- `memory MEGABYTES`: the most memory that `devcoop load` takes for such a file. It is the sum over
  the process and its children of what is theirs (`Pss`, memory that is shared counted in parts),
  which is looked at ten times in a second, so that a peak that is shorter may be missed.
- `elements`: by the name of an element of an activity, how many texts and attributes it and what
  is in it have, and which part of them is in records (as such, or in a sum), is kept as notes or
  is left out.

Run: python benchmarks/import_iati.py speed|elements FILE...
     python benchmarks/import_iati.py made|memory MEGABYTES FILE
"""

from __future__ import annotations

import contextlib
import gc
import gzip
import io
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from lxml import etree

from devcoop.load.readers import iati
from devcoop.load.records import NO_HINTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from devcoop.load.markup import Tag
    from devcoop.load.records import Records

TIMES = 5
LEAST_MEGABYTES = 2
LOOK_SECONDS = 0.1
MEGABYTE = 1_000_000
ITEM = re.compile(rb"<iati-activity\b.*?</iati-activity>", re.DOTALL)
ITEMS = ("iati-activity", "iati-organisation")
OF_RESULTS = ("indicator", "baseline", "period")
LEFT_OUT = frozenset({"person-name", "email", "telephone", "job-title", "mailing-address"})


def unpack(path: Path) -> bytes:
    """Give what a file holds, unpacked."""
    content = path.read_bytes()
    return gzip.decompress(content) if path.suffix == ".gz" else content


# Speed


def parse_bare(content: bytes) -> None:
    """Look at each element of a file and forget each activity."""
    for _, node in etree.iterparse(io.BytesIO(content)):
        if node.tag == "iati-activity":
            node.clear()


def measure(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Measure the least seconds on the clock, and of processors, without what collects garbage."""
    gc.disable()
    clock, processors = [], []
    for _ in range(times):
        start, before = time.perf_counter(), sum(os.times()[:4])
        work()
        clock.append(time.perf_counter() - start)
        processors.append(sum(os.times()[:4]) - before)
    gc.enable()
    return min(clock), min(processors)


def measure_memory(path: Path, content: bytes) -> int:
    """Measure the most memory in bytes that reading takes, beside the content of the file.

    It is read by another program: this one reuses memory that it has freed.
    """
    command = [sys.executable, __file__, "peak", str(path)]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return int(done.stdout)


def print_peak(path: Path, content: bytes) -> None:
    """Print by how many bytes reading raises the most memory that this program ever had."""
    before = _read_peak()
    iati.read_records(path, content, NO_HINTS)
    print(_read_peak() - before)


def _read_peak() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


def print_speed(files: Iterable[tuple[Path, bytes]], times: int) -> None:
    """Print how fast files are read, and which part of the speed of bare parsing that is."""
    print("| file | MB | bare, MB/s | read, MB/s | read : bare | in processor time | memory, MB |")
    print("|---|---|---|---|---|---|---|")
    for path, content in files:
        size = len(content) / MEGABYTE
        # Short files are read so often that the system's clock of processors sees it.
        often = max(1, round(LEAST_MEGABYTES / size))

        def read(path: Path = path, content: bytes = content, often: int = often) -> None:
            for _ in range(often):
                read_as_loaded(path, content)

        def parse(content: bytes = content, often: int = often) -> None:
            for _ in range(often):
                parse_bare(content)

        bare, bare_processors = measure(parse, times)
        whole, processors = measure(read, times)
        memory = measure_memory(path, content) / MEGABYTE
        print(
            f"| {path.name} | {size:.1f} | {size * often / bare:.0f} | {size * often / whole:.0f} |"
            f" {bare / whole:.2f} | {bare_processors / processors:.2f} | {memory:.0f} |"
        )


def read_as_loaded(path: Path, content: bytes) -> None:
    """Read a file as it is read when it is loaded, in a process that can be ended."""
    records = iati.read(path, content, NO_HINTS).records
    if records is None:
        raise ValueError(f"{path} has no records")


def make(path: Path, megabytes: int) -> bytes:
    """Make a file of so many megabytes of the activities of another, each with its own number.

    What stands before the first of them and behind the last stays: the declaration and the
    root, with its namespaces and its version.
    """
    content = unpack(path)
    found = list(ITEM.finditer(content))
    parts, size, number = [content[: found[0].start()]], 0, 0
    while size < megabytes * MEGABYTE:
        item = found[number % len(found)][0]
        number += 1
        item = item.replace(b"</iati-identifier>", f"-{number}</iati-identifier>".encode(), 1)
        parts.append(item)
        size += len(item)
    return b"\n".join([*parts, content[found[-1].end() :]])


# Memory of a load


def print_load(path: Path, megabytes: int) -> None:
    """Print the most memory that it takes to load a file of so many megabytes."""
    print("| file | MB | seconds | most memory, MB | per MB of the file |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "made.xml")
        file.write_bytes(make(path, megabytes))
        start = time.monotonic()
        peak = measure_load(file, Path(folder, "store")) / MEGABYTE
        taken = time.monotonic() - start
        size = file.stat().st_size / MEGABYTE
    print(f"| {path.name} | {size:.1f} | {taken:.0f} | {peak:.0f} | {peak / size:.1f} |")


def measure_load(file: Path, store: Path) -> int:
    """Measure the most memory in bytes that a load takes, with that of its children."""
    command = [sys.executable, "-m", "devcoop", "load", "--store", str(store), str(file)]
    peak = 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as work:
        while work.poll() is None:
            peak = max(peak, sum(map(_read_own, _iter_family(work.pid))))
            time.sleep(LOOK_SECONDS)
    if work.returncode:
        raise subprocess.CalledProcessError(work.returncode, command)
    return peak


def _iter_family(process: int) -> Iterator[int]:
    """Iterate over a process and those that it started, as far as they still are."""
    yield process
    for path in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in path.read_text(encoding="ascii").split():
                yield from _iter_family(int(child))


def _read_own(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB", text, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


# Elements


def iter_said(item: Tag) -> Iterator[tuple[str, str, str, bool]]:
    """Iterate over the texts and attributes of an activity or an organisation.

    Returns:
        The name of its child that they stand in, the attribute, what is said, and whether it is
        about a person.
    """
    for child in item:
        for node in child.iter(etree.Element):
            around = {node.tag, *(one.tag for one in node.iterancestors())}
            said = [(etree.QName(key).localname, text) for key, text in node.items()]
            for key, text in [*said, ("", node.text or "")]:
                if key != "lang" and text.strip():
                    whole = " ".join(text.split())
                    name = etree.QName(child).localname
                    yield name, key, whole, bool(around & LEFT_OUT)


def group_notes(records: Records) -> list[dict[str, str]]:
    """Give the notes of each activity, with those of its results, by the name of the element."""
    grouped: list[dict[str, str]] = []
    for one in records.elements or (records.head,):
        if not grouped or getattr(one, "kind", "Undertaking") == "Undertaking":
            grouped.append(defaultdict(str))
        for note in one.notes:
            path, _, key = note.heading.partition("@")
            name = path.partition("/")[0].split()[0]
            name = "result" if name in OF_RESULTS else name
            lines = (" ".join(line.split()) for line in note.text.splitlines())
            grouped[-1][name] += "".join(f" {key} {line};" for line in lines)
    return grouped


def is_noted(notes: str, key: str, text: str) -> bool:
    """Tell whether an attribute or a text is in the notes, as the reader writes them."""
    return f" {key} {text};" in notes if key else text in notes


def print_elements(files: Iterable[tuple[Path, bytes]]) -> None:
    """Print by element how much of what it says is in records, in notes, or left out."""
    said: Counter[str] = Counter()
    became: Counter[tuple[str, str]] = Counter()
    for path, content in files:
        records = iati.read_records(path, content, NO_HINTS)[1]
        items = list(etree.fromstring(content).iter(*ITEMS))
        for item, notes in zip(items, group_notes(records), strict=True):
            for name, key, text, is_left in iter_said(item):
                said[name] += 1
                is_kept = is_noted(notes.get(name, ""), key, text)
                became[name, "left out" if is_left else "note" if is_kept else "record"] += 1
    print("| element | texts and attributes | in records | as notes | left out |")
    print("|---|---|---|---|---|")
    for name, number in said.most_common():
        parts = (became[name, one] / number for one in ("record", "note", "left out"))
        print(f"| {name} | {number:,} | " + " | ".join(f"{part:.0%}" for part in parts) + " |")


def main() -> None:
    """Print what the command line asks for."""
    what, *rest = sys.argv[1:]
    if what == "made":
        megabytes, path = int(rest[0]), Path(rest[1])
        print_speed([(Path(f"{megabytes} MB of {path.name}"), make(path, megabytes))], 3)
        return
    if what == "memory":
        print_load(Path(rest[1]), int(rest[0]))
        return
    if what == "peak":
        print_peak(Path(rest[0]), sys.stdin.buffer.read())
        return
    files = [(Path(name), unpack(Path(name))) for name in rest]
    if what == "speed":
        print_speed(files, TIMES)
    else:
        print_elements(files)


if __name__ == "__main__":
    main()
