"""Write the expected answers anew, after the data or a scheme changed; then read the diff.

An answer that changed for no reason you can name is a fault, not a new expectation.

Run: python tests/queries/write_expected.py [QUERY ...]
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from devcoop.dataset import build_dataset
from devcoop.graph import build_graph
from devcoop.queries import load_library

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Write the answers of the named queries, or of all that have a case."""
    graph, published = build_graph(), build_dataset().store
    for query in load_library().values():
        if query.topic in ("competency", "explore") and (not names or query.name in names):
            answer = (published if query.needs_findings else graph).query(query.text)
            path = HERE / query.name / "expected.csv"
            path.parent.mkdir(exist_ok=True)
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(answer.columns)
                writer.writerows(record.values() for record in answer.records())


if __name__ == "__main__":
    main(sys.argv[1:])
