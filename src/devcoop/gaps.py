"""Gaps: cells of a stated denominator that nobody serves.

Each query of `queries/gaps/` gives every cell of its denominator with the number that
serve it, so that the gaps and what they are out of come from the same rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.model import Cell, GapCheck
from devcoop.queries import load_library

if TYPE_CHECKING:
    from devcoop.queries import Query
    from devcoop.store import Store

TOPIC = "gaps"


def find_gaps(graph: Store, finding_type: str | None = None) -> list[GapCheck]:
    """Look for gaps.

    Args:
        graph: Where to look; absence is said of this graph only.
        finding_type: Slug of one finding type; None looks for all.

    Returns:
        One check for each query, in the order of the queries' names, with all its cells.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> checks = find_gaps(build_graph(), "vagueness")
        >>> all(len(check.gaps) <= len(check.cells) for check in checks)
        True
    """
    return [
        run_check(graph, query)
        for query in load_library().values()
        if query.topic == TOPIC and finding_type in (None, query.header["finding"])
    ]


def run_check(graph: Store, query: Query) -> GapCheck:
    """Run one query about gaps.

    Args:
        graph: Where to look.
        query: A query of `queries/gaps/`.
    """
    cells = tuple(
        Cell(
            subject=record["subject"],
            label=record["label"],
            scope=record["scope"],
            served=int(record["served"]),
            detail=record["detail"],
        )
        for record in graph.query(query.text).records()
    )
    header = query.header
    return GapCheck(
        query.name, header["finding"], query.title, header["reason"], header["matters"], cells
    )
