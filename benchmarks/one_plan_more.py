"""Print how long reading the facet table takes after one more plan is loaded into a large store.

The store holds the built-in plans and generated ones (`generated_plans.py`); then one more plan is
loaded. The table is read out of a store that is copied into memory, as stores of up to 128 MiB are,
and out of files as those of greater ones: asked over all sources at once, put together for the
first time, and after the plan came. Seconds are those of the processor; each is a process of its
own, whose peak memory counts. That all give the same rows is checked.

Run: python benchmarks/one_plan_more.py [PLANS]      (default 40)
"""

from __future__ import annotations

import hashlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated_plans import PLAN_SIZE, Plans

from devcoop.facets import read_facet_table
from devcoop.facets.partitions import Partitions
from devcoop.graph import build_graph
from devcoop.load import Wishes, load_files
from devcoop.store.folder import open_store

WAYS = ("in memory, over all", "from files, over all", "from files, by source")


def build(folder: Path, plans: int) -> None:
    """Make a store, and the file of one more plan beside it."""
    lines = list(Plans(read_facet_table(build_graph()), 1).iter_lines((plans + 1) * PLAN_SIZE))
    last = f"/graph/plan/generated-{plans}> .\n"
    for name, is_last in (("plans.nq", False), ("one.nq", True)):
        wanted = (line for line in lines if line.endswith(last) == is_last)
        (folder / name).write_text("".join(wanted), encoding="utf-8")
    load_files(folder / "store", [folder / "plans.nq"], Wishes(built_in=True))


def measure(store: Path, way: str) -> dict[str, str | float]:
    """Read the facet table once, in this process."""
    if way != WAYS[2]:
        Partitions.may_hold = lambda *_: False  # type: ignore[method-assign]
    with open_store(store, most_copied=1 << 40 if way == WAYS[0] else 0) as opened:
        start = time.process_time()
        table = read_facet_table(opened)
        seconds = time.process_time() - start
    rows = {name: sorted(map(tuple, one.rows())) for name, one in table.tables.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    digest = hashlib.sha256(repr(sorted(rows.items())).encode()).hexdigest()
    return {"seconds": seconds, "megabytes": peak, "rows": digest}


def run(store: Path, way: str) -> dict[str, str | float]:
    """Measure in a process of its own, where no answers are kept."""
    shutil.rmtree(store / "derived" / "answers", ignore_errors=True)
    command = [sys.executable, __file__, "--one", str(store), way]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, str | float] = json.loads(done.stdout)
    return measured


def main(plans: int) -> None:
    """Measure all ways and print a table."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        build(folder, plans)
        first = [run(folder / "store", way) for way in WAYS]
        load_files(folder / "store", [folder / "one.nq"])
        more = [run(folder / "store", way) for way in WAYS]
    for measured in (first, more):
        if len({one["rows"] for one in measured}) > 1:
            sys.exit("the rows are not the same")
    print(f"| {plans} plans of {PLAN_SIZE} initiatives | first, s | one plan more, s | MB |")
    print("| --- | --- | --- | --- |")
    for way, one, other in zip(WAYS, first, more, strict=True):
        told = f"{one['seconds']:.1f} | {other['seconds']:.1f} | {other['megabytes']:.0f}"
        print(f"| {way} | {told} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(Path(sys.argv[2]), sys.argv[3])))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 40)
