"""Print how long each stage of the comparison takes as initiatives grow, and how it grows.

The plans are generated (`generated_plans.py`), beside the built-in ones. Each size is a process
of its own, whose peak memory counts. Up to `EXHAUSTIVE` initiatives every pair is scored as
well, in the same run, and the findings of both are held against each other. Then single
initiatives are held against all, and a plan goes and comes back, which compares that plan alone.
The last column is the exponent between the smallest and the greatest size: 1 grows with the
initiatives, 2 with their pairs.

Run: python benchmarks/growing_plans.py [INITIATIVES ...]      (default 1000 3000 10000)
"""

from __future__ import annotations

import gc
import io
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from generated_plans import Plans

from devcoop.facets import FacetTable, read_facet_table
from devcoop.graph import build_graph
from devcoop.model import FOUND_TYPES
from devcoop.overlap import Comparison, Limits, compare

SIZES = (1_000, 3_000, 10_000)
EXHAUSTIVE = 1_000
"""Most initiatives for which every pair is scored, too."""
CANDIDATES = Limits(exhaustive=0)
AGAINST_ALL = 20
"""Initiatives that are each compared with all others, one at a time."""
_WHOLE, _TENTH = 100, 0.1


def list_findings(comparison: Comparison) -> dict[tuple[str, str], tuple[str, float]]:
    """List what was found: type and score by the IRIs of both sides."""
    pairs = comparison.iter_pairs(FOUND_TYPES)
    return {(pair.left, pair.right): (pair.type, round(pair.score, 9)) for pair in pairs}


def measure(initiatives: int) -> dict[str, float]:
    """Measure one size: seconds of each stage, megabytes, pairs and findings."""
    graph = build_graph()
    lines = "".join(Plans(read_facet_table(graph), 1).iter_lines(initiatives))
    graph.fill(io.BytesIO(lines.encode()))
    measured: dict[str, float] = {}
    start = time.perf_counter()
    facets = read_facet_table(graph)
    measured["facet table, s"] = time.perf_counter() - start
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        comparison = compare(facets, limits=CANDIDATES, folder=Path(folder))
        measured["findings, s"] = time.perf_counter() - start
        measured |= count(comparison)
        names = [row["undertaking"] for row in facets.records("undertaking")]
        measured["one against all, s"] = measure_one(comparison, names)
        expected, possible = list_findings(comparison), comparison.scope.possible
        # Nobody reads the file any more, so that it goes and cannot be found again.
        del comparison
        gc.collect()
        measured |= measure_changes(facets, Path(folder))
        comparison = compare(facets, limits=CANDIDATES, folder=Path(folder))
        if list_findings(comparison) != expected:
            sys.exit("the findings are not the same after a plan went and came back")
    measured["peak memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if initiatives <= EXHAUSTIVE:
        start = time.perf_counter()
        every = compare(facets, limits=Limits(exhaustive=possible))
        measured["every pair scored, s"] = time.perf_counter() - start
        if list_findings(every) != list_findings(comparison):
            sys.exit("the findings are not the same")
    return measured


def count(comparison: Comparison) -> dict[str, float]:
    """Count the pairs and what was found among them."""
    scope = comparison.scope
    found = sum(n for key, n in comparison.count_pairs().items() if key[-1] in FOUND_TYPES)
    return {
        "pairs": scope.possible,
        "near in subject and place": scope.near,
        "scored": scope.scored,
        "findings": found,
    }


def measure_one(comparison: Comparison, names: list[str]) -> float:
    """Measure how long it takes to compare one initiative with all others."""
    comparison.find_all_of(names[0])
    start = time.perf_counter()
    for name in names[:: len(names) // AGAINST_ALL][:AGAINST_ALL]:
        comparison.find_all_of(name)
    return (time.perf_counter() - start) / AGAINST_ALL


def measure_changes(facets: FacetTable, folder: Path) -> dict[str, float]:
    """Measure how long it takes when a plan goes and when it comes back."""
    start = time.perf_counter()
    compare(drop_plan(facets), limits=CANDIDATES, folder=folder)
    gone = time.perf_counter()
    compare(facets, limits=CANDIDATES, folder=folder)
    more = time.perf_counter()
    return {"one plan goes, s": gone - start, "one plan more, s": more - gone}


def drop_plan(facets: FacetTable) -> FacetTable:
    """Leave out the plan that is the last."""
    plans = {row["undertaking"]: row["plan"] for row in facets.records("undertaking")}
    gone = max(plans.values())
    tables = dict(facets.tables)
    for name in ("undertaking", "facet", "area"):
        table = tables[name]
        tables[name] = table.with_rows(row for row in table.rows() if plans[row[0]] != gone)
    return FacetTable(tables, facets.left_out)


def main(sizes: list[int]) -> None:
    """Measure all sizes and print a table."""
    columns = []
    for size in sizes:
        command = [sys.executable, __file__, "--one", str(size)]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        columns.append(json.loads(run.stdout))
    print("| initiatives | " + " | ".join(f"{size:,}" for size in sizes) + " | exponent |")
    print("| --- " * (len(sizes) + 2) + "|")
    for name in dict.fromkeys(name for column in columns for name in column):
        cells = [column.get(name) for column in columns]
        told = " | ".join(map(write_cell, cells))
        print(f"| {name} | {told} | {find_exponent(sizes, cells)} |")


def write_cell(cell: float | None) -> str:
    """Write a number for people to compare; empty if it was not measured."""
    if cell is None:
        return ""
    if cell >= _WHOLE:
        return f"{cell:,.0f}"
    return f"{cell:.1f}" if cell >= _TENTH else f"{cell:.3f}"


def find_exponent(sizes: list[int], cells: list[float | None]) -> str:
    """Find the power of the size with which a row grows; empty if it cannot be told."""
    first, last = cells[0], cells[-1]
    if not first or not last or len(sizes) == 1:
        return ""
    return f"{math.log(last / first) / math.log(sizes[-1] / sizes[0]):.1f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(int(sys.argv[2]))))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
