"""Findings about pairs and gaps as tables, with columns that stay.

Cells that begin a formula are defused on the way out, as in every table that devcoop writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop.findings import mint_gap, mint_pair
from devcoop.model import FACETS, PAIR_COLUMNS
from devcoop.overlap.conversations import was_found
from devcoop.terminal import iter_csv, render_csv
from devcoop.words.gaps import say_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import GapCheck, Pair
    from devcoop.pipeline import Analysis
    from devcoop.words.gaps import GapWords

OVERLAP_COLUMNS = (
    *PAIR_COLUMNS,
    "left_label",
    "right_label",
    "subject",
    "shared_start",
    "shared_end",
    "shared_countries",
    "finding",
)
GAP_COLUMNS = (
    *("type", "subject", "label", "scope", "reason", "query", "checked_of"),
    *("finding", "agency", "looked_at", "found", "verdict"),
)


def write_overlaps(analysis: Analysis) -> Iterator[bytes]:
    """Write the pairs that are findings, or in the same broad area, as CSV.

    Args:
        analysis: The run to report on.

    Yields:
        Some lines at a time, one row per pair, closest first; the columns are
        `OVERLAP_COLUMNS`, scores and parts from 0 to 1, a part empty where one side leaves it
        open.
    """
    rows = (tuple(iter_overlap_cells(analysis, pair)) for pair in analysis.pairs.alike())
    return map(str.encode, iter_csv(OVERLAP_COLUMNS, rows))


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
    left, right = analysis.undertakings[pair.left], analysis.undertakings[pair.right]
    parts = [pair.parts[facet] for facet in FACETS]
    # A row at once: there may be very many.
    cells = (
        *(left.identifier, right.identifier, left.agency.name, right.agency.name),
        *(pair.type, pair.timing, pair.place_relation, pair.score),
        *[None if part is None else round(part, 6) for part in parts],
        *(left.label, right.label, analysis.labels.get(pair.subject or pair.field, "")),
        *((shared.start, shared.end) if shared else (None, None)),
        *(pair.shared_countries, mint_pair_finding(pair)),
    )
    return iter(cells)


def write_gaps(analysis: Analysis) -> bytes:
    """Write the gaps as CSV.

    Args:
        analysis: The run to report on.

    Returns:
        One row per gap in the order of the checks; the columns are `GAP_COLUMNS`, with
        `checked_of` the number of cells that the query looked at.
    """
    return render_csv(GAP_COLUMNS, iter_gap_rows(analysis.gap_checks, analysis.gap_words)).encode()


def iter_gap_rows(checks: Iterable[GapCheck], gap_words: GapWords) -> Iterator[tuple[object, ...]]:
    """Iterate over the gaps that questions found, as rows with `GAP_COLUMNS`.

    Args:
        checks: The questions.
        gap_words: Says what gaps are about.
    """
    for check in checks:
        for cell in check.findings:
            label, scope = gap_words.cell(check, cell).text, gap_words.scope(check, cell).text
            reason = say_check(check, "reason").text
            yield (
                *(check.type, cell.subject, label, scope, reason, check.name, len(check.cells)),
                mint_gap(check, cell, gap_words),
                gap_words.whose(check, cell),
                say_check(check, "looked").text,
                gap_words.found(cell),
                cell.verdict,
            )
