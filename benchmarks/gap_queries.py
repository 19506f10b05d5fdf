"""Print how long each query about gaps takes as initiatives grow, and how it grows.

The plans are generated (`generated_plans.py`), beside the built-in ones, in memory. Each size is a
process of its own. A time is of the processor, so that other work on the machine does not count,
and the least of some runs. The last column is the exponent between the
smallest and the greatest size: 1 grows with the initiatives, 2 with their pairs. What grows faster
than the initiatives, or takes more than two seconds at 10,000, is marked.

Run: python benchmarks/gap_queries.py [--runs N] [INITIATIVES ...]      (default 3000 10000 30000)
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from generated_plans import Plans
from growing_plans import find_exponent, write_cell

from devcoop.facets import read_facet_table
from devcoop.gaps import TOPIC
from devcoop.graph import build_graph
from devcoop.queries import load_library

if TYPE_CHECKING:
    from devcoop.store import Store

SIZES = (3_000, 10_000, 30_000)
_RUNS = 2
_SLOW_SECONDS, _SLOW_SIZE = 2.0, 10_000
_STEEP = 1.25
"""Exponent above which a query grows faster than the initiatives; below it, times are not sure."""
_LONG_SECONDS = 0.05
"""Least time from which a power can be told."""


def measure(initiatives: int, runs: int) -> dict[str, float]:
    """Measure one size: seconds by name of the query."""
    graph = build_graph()
    lines = "".join(Plans(read_facet_table(graph), 1).iter_lines(initiatives))
    graph.fill(io.BytesIO(lines.encode()))
    queries = [query for query in load_library().values() if query.topic == TOPIC]
    return {
        query.name: min(measure_once(graph, query.text) for _ in range(runs)) for query in queries
    }


def measure_once(graph: Store, text: str) -> float:
    """Measure how long it takes to ask a query once, until the last row."""
    start = time.process_time()
    graph.query_csv(text)
    return time.process_time() - start


def main(sizes: list[int], runs: int) -> None:
    """Measure all sizes and print a table."""
    columns = []
    for size in sizes:
        command = [sys.executable, __file__, "--one", "--runs", str(runs), str(size)]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        columns.append(json.loads(run.stdout))
    print("| query, s | " + " | ".join(f"{size:,}" for size in sizes) + " | exponent | |")
    print("| --- " * (len(sizes) + 3) + "|")
    for name in columns[-1]:
        cells = [column[name] for column in columns]
        power = find_exponent(sizes, cells) if cells[-1] > _LONG_SECONDS else ""
        told = " | ".join(map(write_cell, cells))
        print(f"| {name} | {told} | {power} | {mark(sizes, cells, power)} |")
    sums = [sum(column.values()) for column in columns]
    print(f"| all | {' | '.join(map(write_cell, sums))} | {find_exponent(sizes, sums)} | |")


def mark(sizes: list[int], cells: list[float], power: str) -> str:
    """Mark a query that grows too fast or takes too long."""
    at = dict(zip(sizes, cells, strict=True))
    told = ["slow"] if at.get(_SLOW_SIZE, 0) > _SLOW_SECONDS else []
    return ", ".join([*told, *(["steep"] if power and float(power) > _STEEP else [])])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", metavar="INITIATIVES")
    parser.add_argument("--runs", type=int, default=_RUNS, metavar="N")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.sizes[0], asked.runs)))
    else:
        main(asked.sizes or list(SIZES), asked.runs)
