"""Write the expected cells of the cases anew, after a question changed; then read the diff.

Run: python tests/gaps/write_expected.py [QUERY ...]
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from devcoop.gaps import TOPIC
from devcoop.graph import add_file
from devcoop.queries import load_library
from devcoop.store import Store

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Write the cells of the named questions, or of all."""
    for query in load_library().values():
        if query.topic == TOPIC and (not names or query.name in names):
            graph = Store()
            add_file(graph, HERE / query.name / "data.ttl", "https://example.org/case")
            answer = graph.query(query.text)
            path = HERE / query.name / "expected.csv"
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(answer.columns)
                writer.writerows(record.values() for record in answer.records())


if __name__ == "__main__":
    main(sys.argv[1:])
