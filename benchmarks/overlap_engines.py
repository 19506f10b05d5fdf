"""Print what it takes to find pairs of initiatives that are alike, by several engines in one run.

None of the others does the same job; each does the part of it that it is made for:

* devcoop: all findings, exact, with type, time and place (`devcoop.overlap`);
* every pair: the same SQL steps without candidates, up to `EXHAUSTIVE` initiatives;
* Spark: all findings, the steps of pairs by Spark on this machine, with its start in the time and
  its Java machine not in the memory; left out without the extra `spark` and Java;
* sparse product: likeness of themes alone, as a product of SciPy's sparse matrices, row by row
  of blocks: the least that any comparison of all pairs has to do;
* Splink: pairs of different agencies that name a theme in common, scored by how many values they
  share on each facet; its weights are set, not learned;
* pyoxigraph: a SPARQL query that counts the pairs that name a theme in common.

Plans are generated (`generated_plans.py`), beside the built-in ones. Each engine and size is a
process of its own. The last column is the exponent of the time between the smallest and the
greatest size.

Run: python benchmarks/overlap_engines.py [INITIATIVES ...]      (default 1000 3000 10000)
Needs the extra `benchmarks`, and for Spark `spark`.
"""

from __future__ import annotations

import io
import json
import logging
import math
import resource
import subprocess
import sys
import time
from collections import defaultdict
from typing import TYPE_CHECKING

from generated_plans import Plans

from devcoop.errors import ClusterError
from devcoop.facets import read_facet_table
from devcoop.graph import build_graph
from devcoop.model import FACETS
from devcoop.overlap import Limits, compare
from devcoop.overlap.spark import Cluster

if TYPE_CHECKING:
    from collections.abc import Callable

    from devcoop.facets import FacetTable
    from devcoop.store import Store

SIZES = (1_000, 3_000, 10_000)
EXHAUSTIVE = 1_000
"""Most initiatives of which every pair is scored."""
LIKE = 0.5
"""Likeness of themes from which on the sparse product counts a pair."""
ROWS = 500
"""Rows of the sparse product that are made at once."""
SHARED_THEME = """
PREFIX devc: <https://w3id.org/devcoop/ns#>
SELECT (COUNT(*) AS ?pairs) WHERE {
  SELECT DISTINCT ?one ?other WHERE {
    ?one devc:theme ?theme ; devc:inPlan ?plan .
    ?other devc:theme ?theme ; devc:inPlan ?elsewhere .
    FILTER (?plan != ?elsewhere && STR(?one) < STR(?other))
  }
}
"""


def find_by_devcoop(_: Store, facets: FacetTable) -> int:
    """Find all findings."""
    return compare(facets, limits=Limits(exhaustive=0)).scope.scored


def find_by_spark(_: Store, facets: FacetTable) -> int:
    """Find all findings, with Spark on this machine."""
    with Cluster() as cluster:
        return compare(facets, limits=Limits(exhaustive=0), cluster=cluster).scope.scored


def score_every_pair(_: Store, facets: FacetTable) -> int:
    """Score every pair in SQL."""
    return compare(facets, limits=Limits(exhaustive=10**12)).scope.scored


def multiply(_: Store, facets: FacetTable) -> int:
    """Count the pairs whose themes are alike, by a sparse product."""
    import numpy as np  # noqa: PLC0415  an extra
    from scipy.sparse import csr_array  # noqa: PLC0415  an extra

    comparison = compare(facets, limits=Limits(exhaustive=0, complete=0, best=1))
    near = [one for one in comparison.table("concept_similarity") if one["facet"] == "theme"]
    concepts = sorted({one["left_concept"] for one in near})
    place = {concept: number for number, concept in enumerate(concepts)}
    people = {one["undertaking"]: n for n, one in enumerate(facets.records("undertaking"))}
    said = [row for row in facets.records("facet") if row["facet"] == "theme"]
    cells = [
        (people[row["undertaking"]], place[row["concept"]])
        for row in said
        if row["concept"] in place
    ]
    rows, columns = np.array(cells).T
    themes = csr_array((np.ones(len(rows)), (rows, columns)), (len(people), len(concepts)))
    share = 1 / np.maximum(1, themes.sum(axis=1))
    themes = csr_array(themes.multiply(share[:, None]))
    likeness = csr_array(
        (
            [one["similarity"] for one in near],
            (
                [place[one["left_concept"]] for one in near],
                [place[one["right_concept"]] for one in near],
            ),
        ),
        (len(concepts), len(concepts)),
    )
    start = time.perf_counter()
    spread, pairs = likeness @ themes.T, 0
    for first in range(0, len(people), ROWS):
        pairs += int(((themes[first : first + ROWS] @ spread).data >= LIKE).sum())
    told["product alone, s"] = time.perf_counter() - start
    return pairs // 2


def link_by_splink(_: Store, facets: FacetTable) -> int:
    """Link initiatives that share a theme, scored by the values that they share."""
    import duckdb  # noqa: PLC0415  an extra
    import splink.comparison_library as library  # noqa: PLC0415  an extra
    from splink import Linker, SettingsCreator  # noqa: PLC0415  an extra
    from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415  an extra

    logging.disable()
    values: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in facets.records("facet"):
        values[row["undertaking"]][row["facet"]].append(row["concept"])
    rows = [
        (
            one["undertaking"],
            one["agency"],
            *(values[one["undertaking"]][facet] for facet in FACETS),
        )
        for one in facets.records("undertaking")
    ]
    database = duckdb.connect(config={"threads": 2})
    columns = ", ".join(f'"{facet}" VARCHAR[]' for facet in FACETS)
    database.execute(f"CREATE TABLE people (unique_id VARCHAR, agency VARCHAR, {columns})")
    marks = ", ".join("?" for _ in rows[0])
    database.executemany(f"INSERT INTO people VALUES ({marks})", rows)  # noqa: S608
    start = time.perf_counter()
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[library.ArrayIntersectAtSizes(facet, [2, 1]) for facet in FACETS],
        blocking_rules_to_generate_predictions=[
            {
                "blocking_rule": "l.theme = r.theme AND l.agency <> r.agency",
                "arrays_to_explode": ["theme"],
                "sql_dialect": "duckdb",
            }
        ],
    )
    linker = Linker(DuckDBAPI(database).register(database.table("people")), settings)
    linked = linker.inference.predict().as_duckdbpyrelation()
    [(pairs,)] = linked.count("*").fetchall()
    told["linking alone, s"] = time.perf_counter() - start
    return int(pairs)


def ask_pyoxigraph(graph: Store, _: FacetTable) -> int:
    """Count the pairs that share a theme, in SPARQL."""
    return int(graph.query(SHARED_THEME).records()[0]["pairs"])


ENGINES: dict[str, Callable[[Store, FacetTable], int]] = {
    "devcoop": find_by_devcoop,
    "every pair": score_every_pair,
    "Spark": find_by_spark,
    "sparse product": multiply,
    "Splink": link_by_splink,
    "pyoxigraph": ask_pyoxigraph,
}
told: dict[str, float] = {}
"""What an engine tells beside its time."""


def measure(engine: str, initiatives: int) -> dict[str, float]:
    """Measure one engine at one size: seconds, megabytes above the data, pairs."""
    graph = build_graph()
    lines = "".join(Plans(read_facet_table(graph), 1).iter_lines(initiatives))
    graph.fill(io.BytesIO(lines.encode()))
    facets = read_facet_table(graph)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    pairs = ENGINES[engine](graph, facets)
    seconds = time.perf_counter() - start
    # What had to be made ready for another program does not count against it.
    seconds = next(iter(told.values()), seconds)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"seconds": seconds, "MB": more, "pairs": pairs}


def main(sizes: list[int]) -> None:
    """Measure all engines at all sizes and print a table."""
    heads = " | ".join(f"{size:,}: s | MB | pairs" for size in sizes)
    print(f"| engine | {heads} | exponent |")
    print("| --- " * (3 * len(sizes) + 2) + "|")
    for engine in list_engines():
        cells, seconds = [], []
        for size in sizes:
            if engine == "every pair" and size > EXHAUSTIVE:
                cells += [""] * 3
                continue
            command = [sys.executable, __file__, "--one", engine, str(size)]
            run = subprocess.run(command, check=True, capture_output=True, text=True)
            found = json.loads(run.stdout.splitlines()[-1])
            seconds.append(found["seconds"])
            cells += [f"{found['seconds']:.2f}", f"{found['MB']:,.0f}", f"{found['pairs']:,}"]
        print(f"| {engine} | {' | '.join(cells)} | {find_exponent(sizes, seconds)} |")


def list_engines() -> list[str]:
    """List the engines that are here; say on stderr why Spark is not."""
    try:
        Cluster()
    except ClusterError as error:
        print(f"Left out: Spark: {error}", file=sys.stderr)
        return [engine for engine in ENGINES if engine != "Spark"]
    return list(ENGINES)


def find_exponent(sizes: list[int], seconds: list[float]) -> str:
    """Find the power of the size with which the time grows; empty if it cannot be told."""
    if len(seconds) < len(sizes) or len(sizes) == 1:
        return ""
    return f"{math.log(seconds[-1] / seconds[0]) / math.log(sizes[-1] / sizes[0]):.1f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
