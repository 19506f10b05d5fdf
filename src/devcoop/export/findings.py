"""Findings about pairs and gaps as tables, with columns that stay.

Cells that begin a formula are defused on the way out, as in every table that devcoop writes.
"""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from devcoop.findings import mint_gap, mint_pair
from devcoop.model import FACETS, PAIR_COLUMNS
from devcoop.overlap.conversations import was_found
from devcoop.overlap.lines import Called
from devcoop.terminal import render_csv, write_csv_cell
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
_LINES_AT_ONCE = 1_000
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
    # There may be very many: none gets a record, and a cell is written once for many lines.
    pairs = analysis.pairs
    lines = analysis.comparison.iter_lines(
        OVERLAP_COLUMNS, _write_cells(analysis), pairs.alike_types, pairs.judged_types
    )
    yield render_csv(OVERLAP_COLUMNS, ()).encode()
    while batch := list(islice(lines, _LINES_AT_ONCE)):
        yield "".join(f"{line}\n" for line in batch).encode()


def _write_cells(analysis: Analysis) -> Called:
    """Write what stands in cells for undertakings and what else a label is known of."""
    write = cache(write_csv_cell)
    undertakings = {
        iri: (write_csv_cell(one.identifier), write(one.agency.name), write_csv_cell(one.label))
        for iri, one in analysis.headings.items()
    }
    subjects = {
        iri: write_csv_cell(label)
        for iri, label in analysis.labels.items()
        if iri not in undertakings
    }
    return Called(undertakings, subjects)


def mint_pair_finding(pair: Pair) -> str:
    """Give the IRI under which a pair stands in `findings.ttl`; empty if it is no finding.

    Args:
        pair: A compared pair.
    """
    return mint_pair(pair) if was_found(pair) else ""


def iter_overlap_rows(analysis: Analysis, pairs: Iterable[Pair]) -> Iterator[tuple[object, ...]]:
    """Iterate over the rows of some pairs, with the cells of `OVERLAP_COLUMNS`.

    Args:
        analysis: The run that compared the pairs.
        pairs: The pairs.
    """
    undertakings, labels = analysis.undertakings, analysis.labels
    for pair in pairs:
        left, right, shared = undertakings[pair.left], undertakings[pair.right], pair.shared_period
        parts = (pair.parts[facet] for facet in FACETS)
        yield (
            *(left.identifier, right.identifier, left.agency.name, right.agency.name),
            *(pair.type, pair.timing, pair.place_relation, pair.score),
            *(None if part is None else round(part, 6) for part in parts),
            *(left.label, right.label, labels.get(pair.subject or pair.field or "", "")),
            *((shared.start, shared.end) if shared else (None, None)),
            *(pair.shared_countries, mint_pair_finding(pair)),
        )


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
