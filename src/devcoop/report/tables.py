"""The report as tables, with columns that stay.

Cells that begin a formula are defused on the way out, as in every table that devcoop writes.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from devcoop.findings import mint_pair
from devcoop.model import FACETS
from devcoop.overlap.conversations import was_found
from devcoop.terminal import render_csv

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devcoop.model import Pair
    from devcoop.pipeline import Analysis

OVERLAP_COLUMNS = (
    "left",
    "right",
    "left_agency",
    "right_agency",
    "type",
    "timing",
    "place_relation",
    "score",
    *FACETS,
    "left_label",
    "right_label",
    "subject",
    "shared_start",
    "shared_end",
    "shared_countries",
    "finding",
)
GAP_COLUMNS = ("type", "subject", "label", "scope", "reason", "query", "checked_of")


def write_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    r"""Write a table as CSV in UTF-8.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns; None is an empty cell.

    Examples:
        >>> write_csv(("a", "b"), [("x", None), ("@y", 1)])
        b"a,b\nx,\n'@y,1\n"
    """
    return render_csv(columns, rows).encode()


def write_data_link(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as a link that holds the whole CSV file, so that the page needs no other.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns.

    Examples:
        >>> write_data_link(("a",), [(1,)])
        'data:text/csv;charset=utf-8;base64,YQoxCg=='
    """
    content = base64.b64encode(write_csv(columns, rows)).decode()
    return f"data:text/csv;charset=utf-8;base64,{content}"


def write_overlaps(analysis: Analysis) -> bytes:
    """Write the pairs that are findings, or in the same broad area, as CSV.

    Args:
        analysis: The run to report on.

    Returns:
        One row per pair, closest first; the columns are `OVERLAP_COLUMNS`, scores and parts
        from 0 to 1, a part empty where one side leaves it open.
    """
    pairs = (pair for pair in analysis.pairs if pair.type != "none")
    return write_csv(OVERLAP_COLUMNS, (tuple(iter_overlap_cells(analysis, pair)) for pair in pairs))


def mint_pair_finding(pair: Pair) -> str:
    """Give the IRI under which a pair stands in `findings.ttl`; empty if it is no finding.

    Args:
        pair: A compared pair.
    """
    return mint_pair(pair) if was_found(pair) else ""


def iter_overlap_cells(analysis: Analysis, pair: Pair) -> Iterator[object]:
    """Iterate over a pair's cells in the order of `OVERLAP_COLUMNS`.

    Args:
        analysis: The run that compared the pair.
        pair: The pair.
    """
    shared = pair.shared_period
    sides = [analysis.undertakings[side] for side in (pair.left, pair.right)]
    yield from (side.identifier for side in sides)
    yield from (side.agency.name for side in sides)
    yield from (pair.type, pair.timing, pair.place_relation, pair.score)
    for facet in FACETS:
        part = pair.parts[facet]
        yield None if part is None else round(part, 6)
    yield from (side.label for side in sides)
    yield analysis.labels.get(pair.subject, "")
    yield from (shared.start, shared.end) if shared else (None, None)
    yield pair.shared_countries
    yield mint_pair_finding(pair)


def write_gaps(analysis: Analysis) -> bytes:
    """Write the gaps as CSV.

    Args:
        analysis: The run to report on.

    Returns:
        One row per gap in the order of the checks; the columns are `GAP_COLUMNS`, with
        `checked_of` the number of cells that the query looked at.
    """
    rows = (
        (check.type, cell.subject, cell.label, cell.scope, check.reason, check.name, of)
        for check in analysis.gap_checks
        for of in (len(check.cells),)
        for cell in check.gaps
    )
    return write_csv(GAP_COLUMNS, rows)
