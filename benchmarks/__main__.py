"""Print what each job takes on activities in the shape of published aid, beside its peers.

Jobs: load (beside `oxigraph load`), validate (beside pySHACL on the same shapes, whose results
have to be the same), find the 20 closest of each activity, exact (beside a sparse product of
purposes, the least that a comparison of all pairs has to do), a draft of five rows held against
all activities, queries of the library (beside rdflib), and all of it through the command line,
end to end. Every measurement is a process of
its own. The table prints seconds of the processor, of all threads together, since machines are
shared, and peak memory; seconds on the clock are told on the way. The last column is the
exponent of the seconds between the smallest and the greatest size: 1 grows with the activities,
2 with their pairs.

Run: python -m benchmarks --size 10k [--peers 1k] [--folder DIR] [--jobs load,validate,...]
Sizes are 1k, 10k, 100k and 1M up to that of `--size`; slow peers (pySHACL, rdflib) run up to
that of `--peers`. Needs the extra `benchmarks`; texts are of `DEVCOOP_SHARED` if it is set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))

from generated_activities import write_activities  # noqa: E402
from growing_plans import find_exponent, write_cell  # noqa: E402

from devcoop import assets  # noqa: E402
from devcoop.facets import read_facet_table  # noqa: E402
from devcoop.overlap import Limits, compare  # noqa: E402
from devcoop.queries import load_library  # noqa: E402
from devcoop.store.folder import open_store  # noqa: E402
from devcoop.store.rdf import N_TRIPLES, parse, read_bytes, serialize  # noqa: E402
from devcoop.validation.interpreter import interpret  # noqa: E402
from devcoop.validation.rules import Material, run_shapes  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from devcoop.validation import Result

SIZES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1M": 1_000_000}
BEST = Limits(exhaustive=0, complete=0, best=20)
QUERIES = (
    "who-does-what-where",
    "undertakings-by-place",
    "undertakings-by-theme",
    "theme-by-agency",
    "funding-provisions",
    "actors-and-roles",
)
"""Queries of the library that lists of activities have answers to."""
DRAFT = """title,description,country,sector,start,end
Train metrology staff,Courses for the staff of a national laboratory,KE,32182,2019-01-01,2020-12-31
Safe food,New standards for food and how to check them,KE,43072,2019-01-01,2020-12-31
Village schools,Building of primary schools in rural districts,UG,11220,2018-01-01,2021-12-31
Clean water,Wells and pumps for drinking water,ET,14031,2018-01-01,2021-12-31
Ease of trade,Simpler forms at the customs office,RW,33120,2018-01-01,2021-12-31
"""
DRAFT_MAP = """agency: Ours
heading row: 1
columns: {title: title, description: description, country: country, sector: sector, start: start,
  end: end}
"""
_PACKAGES = ("devcoop", "pyoxigraph", "oxigraph", "pyshacl", "rdflib", "duckdb", "numpy", "scipy")
_HOURS = 6 * 3600


class Measured(NamedTuple):
    """What a process took.

    Attributes:
        seconds: On the clock.
        cpu: Of the processor.
        megabytes: Most memory at once, of the largest process of it.
        said: What it printed last.
    """

    seconds: float
    cpu: float
    megabytes: float
    said: str


def measure(command: Sequence[str]) -> Measured:
    """Run a command and measure it; it has to end well, or with findings."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        said, complaint = process.communicate(timeout=_HOURS)
    # Each command is measured in a process of its own, whose only child it is.
    used = json.loads(said.splitlines()[-1])
    if used["code"] not in (0, 1):
        sys.exit(f"{' '.join(command)}: {complaint.decode()[-2000:]}")
    whole = time.perf_counter() - start
    return Measured(min(whole, used["seconds"]), used["cpu"], used["megabytes"], used["said"])


def measure_child(command: Sequence[str]) -> None:
    """Run a command as the only child of this process, and print what it used."""
    import resource  # noqa: PLC0415  not on every system

    start = time.perf_counter()
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    seconds = time.perf_counter() - start
    sys.stderr.write(run.stderr)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    lines = run.stdout.splitlines() or [""]
    print(json.dumps({
        "code": run.returncode,
        "seconds": seconds,
        "cpu": used.ru_utime + used.ru_stime,
        "megabytes": used.ru_maxrss / 1024,
        "said": lines[-1],
    }))  # fmt: skip


def run_apart(*command: str) -> Measured:
    """Measure a command."""
    return measure([sys.executable, __file__, "--child", *command])


def run_job(name: str, store: Path) -> Measured:
    """Measure a job of this file; it prints its own seconds, without reading what it needs."""
    one = run_apart(sys.executable, __file__, "--one", name, str(store))
    told = json.loads(one.said)
    return one._replace(cpu=told["cpu"], said=told["found"])


def devcoop(*arguments: str) -> Measured:
    """Measure a command of devcoop."""
    return run_apart(sys.executable, "-m", "devcoop", *arguments)


# Jobs that run in a process of their own


def check_by_queries(store: Path) -> tuple[float, str]:
    """Run our shapes as queries."""
    with open_store(store) as graph:
        start = time.process_time()
        found = _count(run_shapes(Material(graph, graph)))
        return time.process_time() - start, found


def check_by_pyshacl(store: Path) -> tuple[float, str]:
    """Run our shapes by pySHACL."""
    shapes = [
        quad
        for path in assets.iter_turtle(assets.ONTOLOGY / "shapes")
        for quad in parse(read_bytes(path), "text/turtle")
    ]
    with open_store(store) as graph:
        start = _measure_children()
        found = _count(interpret(list(graph), shapes, seconds=_HOURS, memory_bytes=16 << 30))
        return _measure_children() - start, found


def _measure_children() -> float:
    """Measure the processor's seconds of this process and its children: pySHACL runs in one."""
    import resource  # noqa: PLC0415  not on every system

    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _count(results: Iterable[Result]) -> str:
    """Count results by shape, component, node and value, and give a digest of them all."""
    keys = Counter((one.rule, one.component, one.node, one.value) for one in results)
    digest = hashlib.sha256(repr(sorted(keys.items())).encode()).hexdigest()
    return f"{sum(keys.values()):,} results, {digest[:8]}"


def find_closest(store: Path) -> tuple[float, str]:
    """Find the closest 20 of each activity."""
    with open_store(store) as graph, tempfile.TemporaryDirectory() as folder:
        facets = read_facet_table(graph)
        start = time.process_time()
        scope = compare(facets, limits=BEST, folder=Path(folder)).scope
        seconds = time.process_time() - start
        return seconds, f"{scope.near:,} near, {scope.scored:,} scored"


def read_facets(store: Path) -> tuple[float, str]:
    """Read what is compared out of the store."""
    with open_store(store) as graph:
        start = time.process_time()
        facets = read_facet_table(graph)
        seconds = time.process_time() - start
        return seconds, f"{len(facets.records('undertaking')):,} activities"


def multiply(store: Path) -> tuple[float, str]:
    """Count the pairs that share a purpose, by a sparse product in parts."""
    import numpy as np  # noqa: PLC0415  an extra
    from scipy.sparse import csr_array  # noqa: PLC0415  an extra

    with open_store(store) as graph:
        rows = [
            one for one in read_facet_table(graph).records("facet") if one["facet"] == "purpose"
        ]
    who = {one: number for number, one in enumerate(sorted({row["undertaking"] for row in rows}))}
    what = {one: number for number, one in enumerate(sorted({row["concept"] for row in rows}))}
    place = np.array([(who[row["undertaking"]], what[row["concept"]]) for row in rows]).T
    start = time.process_time()
    said = csr_array((np.ones(len(rows), dtype=np.float32), place), (len(who), len(what)))
    spread, pairs = csr_array(said.T), 0
    for first in range(0, len(who), 500):
        pairs += (said[first : first + 500] @ spread).nnz
    return time.process_time() - start, f"{pairs // 2:,} pairs"


def ask_devcoop(store: Path) -> tuple[float, str]:
    """Ask some queries of the library."""
    with open_store(store) as graph:
        start = time.process_time()
        rows = sum(len(graph.query(load_library()[name].text).rows) for name in QUERIES)
        return time.process_time() - start, f"{rows:,} rows"


def ask_rdflib(store: Path) -> tuple[float, str]:
    """Ask rdflib the same."""
    import rdflib  # noqa: PLC0415  slow to load

    with open_store(store) as graph:
        content = serialize((quad.triple for quad in graph), N_TRIPLES)
    asked = rdflib.Graph().parse(data=content, format="nt")
    start = time.process_time()
    # Where nothing is found, rdflib gives a group of nothing one row without any value.
    answers = [list(asked.query(load_library()[name].text)) for name in QUERIES]
    rows = sum(
        isinstance(row, rdflib.query.ResultRow) and any(cell is not None for cell in row)
        for one in answers
        for row in one
    )
    return time.process_time() - start, f"{rows:,} rows"


JOBS: dict[str, Callable[[Path], tuple[float, str]]] = {
    "check": check_by_queries,
    "check-pyshacl": check_by_pyshacl,
    "facets": read_facets,
    "closest": find_closest,
    "product": multiply,
    "ask": ask_devcoop,
    "ask-rdflib": ask_rdflib,
}


# The table


class Bench:
    """One size: a file of activities, and what was measured with it.

    Args:
        size: How many activities.
        folder: Where files and stores lie.
        peers: Most activities for slow peers.
        jobs: Which jobs are measured.
    """

    def __init__(self, size: int, folder: Path, peers: int, jobs: Sequence[str]) -> None:
        self.size, self._folder = size, folder
        self._has_peers, self._jobs = size <= peers, jobs
        self._file, self._store = folder / f"{size}.nq", folder / f"{size}.store"

    def run(self) -> Iterator[tuple[str, Measured]]:
        """Iterate over what is measured."""
        if not self._file.exists():
            write_activities(self.size, self._file)
        shutil.rmtree(self._store, ignore_errors=True)
        yield "load: devcoop", devcoop("load", str(self._file), "--store", str(self._store))
        for name in self._jobs:
            yield from getattr(self, f"_run_{name}")()

    def _run_load(self) -> Iterator[tuple[str, Measured]]:
        other = self._folder / f"{self.size}.oxigraph"
        shutil.rmtree(other, ignore_errors=True)
        program = str(Path(sys.executable).parent / "oxigraph")
        command = [shutil.which("oxigraph") or program, "load", "-l", str(other), "-f"]
        yield "load: oxigraph load", run_apart(*command, str(self._file))
        shutil.rmtree(other)

    def _run_validate(self) -> Iterator[tuple[str, Measured]]:
        ours = run_job("check", self._store)
        yield "validate, shapes: devcoop", ours
        if self._has_peers:
            theirs = run_job("check-pyshacl", self._store)
            yield "validate, shapes: pySHACL", theirs
            if theirs.said != ours.said:
                sys.exit(f"not the same results: {ours.said} and {theirs.said} by pySHACL")

    def _run_overlap(self) -> Iterator[tuple[str, Measured]]:
        yield "facet table: devcoop", run_job("facets", self._store)
        yield "closest 20 of each: devcoop", run_job("closest", self._store)
        if find_spec("scipy"):
            yield "pairs with a purpose in common: SciPy", run_job("product", self._store)

    def _run_screen(self) -> Iterator[tuple[str, Measured]]:
        draft, columns = self._folder / "draft.csv", self._folder / "draft.yaml"
        draft.write_text(DRAFT, encoding="utf-8")
        columns.write_text(DRAFT_MAP, encoding="utf-8")
        asked = ("screen", str(draft), "--map", str(columns), "--title", "Draft")
        # The first keeps what the next one finds: lines to be copied, and answers.
        for job in ("a draft of five rows, the first: devcoop", "and the next: devcoop"):
            yield job, devcoop("--store", str(self._store), *asked)

    def _run_queries(self) -> Iterator[tuple[str, Measured]]:
        ours = run_job("ask", self._store)
        yield "six queries: devcoop", ours
        if self._has_peers:
            theirs = run_job("ask-rdflib", self._store)
            yield "six queries: rdflib", theirs
            if theirs.said != ours.said:
                sys.exit(f"not the same answers: {ours.said} and {theirs.said} by rdflib")

    def _run_whole(self) -> Iterator[tuple[str, Measured]]:
        store = self._folder / f"{self.size}.whole"
        shutil.rmtree(store, ignore_errors=True)
        # What a command reads it does not write over: results lie beside the store.
        results, overlaps = (self._folder / f"{self.size}.{one}" for one in ("results", "overlaps"))
        at = ("--store", str(store))
        steps = [
            devcoop("load", str(self._file), *at),
            devcoop(*at, "validate", "--timeout", str(_HOURS), "-o", str(results)),
            devcoop(*at, "overlaps", "-o", str(overlaps)),
        ]
        yield (
            "load, validate, find: devcoop",
            Measured(
                sum(one.seconds for one in steps),
                sum(one.cpu for one in steps),
                max(one.megabytes for one in steps),
                "",
            ),
        )
        shutil.rmtree(store)
        results.unlink()
        overlaps.unlink()


def print_table(sizes: Sequence[int], measured: dict[str, dict[int, Measured]]) -> None:
    """Print one line for each job."""
    heads = " | ".join(f"{size:,}: CPU s | MB" for size in sizes)
    print(f"| job | {heads} | exponent |")
    print("| --- " * (2 * len(sizes) + 2) + "|")
    for job, found in measured.items():
        rows = [found.get(size) for size in sizes]
        cells = " | ".join(
            f"{write_cell(one.cpu)} | {one.megabytes:,.0f}" if one else " | " for one in rows
        )
        seconds = [one.cpu if one else None for one in rows]
        print(f"| {job} | {cells} | {find_exponent(list(sizes), seconds)} |")
    versions = ", ".join(f"{name} {_find_version(name)}" for name in _PACKAGES)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 30
    print(f"\nPython {platform.python_version()}, {versions}.")
    print(f"{os.cpu_count()} cores, {memory} GiB, {platform.system()} {platform.machine()}.")


def _find_version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "(not installed)"


def main() -> None:
    """Measure all sizes and print the table."""
    names = ("load", "validate", "overlap", "screen", "queries", "whole")
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="10k")
    parser.add_argument("--peers", choices=SIZES, default="1k")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--jobs", default=",".join(names))
    asked = parser.parse_args()
    jobs = [name for name in names if name in asked.jobs.split(",")]
    sizes = [size for size in SIZES.values() if size <= SIZES[asked.size]]
    measured: dict[str, dict[int, Measured]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.folder or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for size in sizes:
            for job, one in Bench(size, folder, SIZES[asked.peers], jobs).run():
                measured.setdefault(job, {})[size] = one
                told = f"{one.seconds:.2f} s, {one.cpu:.2f} s CPU, {one.megabytes:,.0f} MB"
                print(f"{size:,}: {job}: {told}; {one.said}", file=sys.stderr, flush=True)
    print_table(sizes, measured)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        measure_child(sys.argv[2:])
    elif sys.argv[1:2] == ["--one"]:
        took, found = JOBS[sys.argv[2]](Path(sys.argv[3]))
        print(json.dumps({"cpu": took, "found": found}))
    else:
        main()
