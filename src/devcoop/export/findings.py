"""Findings about pairs and gaps as tables, with columns that stay.

Cells that begin a formula are defused on the way out, as in every table that devcoop writes.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

from devcoop.findings import mint_found, mint_gap, mint_pair
from devcoop.model import FACETS, PAIR_COLUMNS, STRENGTH
from devcoop.overlap.conversations import was_found
from devcoop.terminal import render_csv, write_csv_cell
from devcoop.words.gaps import say_check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

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
_READ = (
    *("timing", "place_relation", "score", "subject", "field"),
    *("shared_start", "shared_end", "shared_countries"),
    *FACETS,
)
"""What rows are made of beside types and sides, as the comparison calls it."""
_ROWS_AT_ONCE = 1_000
_MOST_WRITTEN = 50_000
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
    # There may be very many: none gets a record, and a cell is written once for many rows.
    write = lru_cache(_MOST_WRITTEN)(write_csv_cell)
    names = _Names(analysis, write, _write_number)
    found = analysis.pairs.iter_alike_cells(_READ)
    yield render_csv(OVERLAP_COLUMNS, ()).encode()
    while batch := list(islice(found, _ROWS_AT_ONCE)):
        lines = map(",".join, _iter_rows(names, batch, write))
        yield "".join(f"{line}\n" for line in lines).encode()


class _Names:
    """What stands in rows for undertakings, subjects and parts, each made once.

    Args:
        analysis: The run that compared the pairs.
        show: Makes of a text what stands in a cell.
        number: Makes of a score or a part what stands there, by itself, as hardly any score
            returns and none has to be put in quotes.
    """

    def __init__(
        self, analysis: Analysis, show: Callable[[Any], Any], number: Callable[[Any], Any]
    ) -> None:
        undertakings, labels = analysis.undertakings, analysis.labels
        self.identifier = cache(lambda iri: show(undertakings[iri].identifier))
        self.agency = cache(lambda iri: show(undertakings[iri].agency.name))
        self.label = cache(lambda iri: show(undertakings[iri].label))
        self.subject = cache(lambda iri: show(labels.get(iri, "")))
        self.score = number
        self.part = lru_cache(_MOST_WRITTEN)(
            lambda part: number(None if part is None else round(part, 6))
        )


def _write_number(number: float | None) -> str:
    return "" if number is None else repr(number)


def _iter_rows(
    names: _Names, batch: Sequence[Sequence[Any]], show: Callable[[Any], Any]
) -> Iterator[tuple[Any, ...]]:
    """Iterate over the rows of some pairs, column by column, as that is much faster.

    Args:
        names: What stands in them for what returns.
        batch: One pair at least, as `Pairs.iter_alike_cells` gives those of `_READ`.
        show: Makes of any other value what stands in a cell.
    """
    kinds, found, lefts, rights, timings, places, scores, *more = zip(*batch, strict=True)
    subjects, fields, starts, ends, countries, *parts = more
    return zip(
        map(names.identifier, lefts),
        map(names.identifier, rights),
        map(names.agency, lefts),
        map(names.agency, rights),
        *(kinds, timings, places, map(names.score, scores)),
        *(map(names.part, part) for part in parts),
        map(names.label, lefts),
        map(names.label, rights),
        (names.subject(one or other or "") for one, other in zip(subjects, fields, strict=True)),
        map(show, starts),
        (show(end if start else None) for start, end in zip(starts, ends, strict=True)),
        map(show, countries),
        map(_mint_if_found, found, lefts, rights),
        strict=True,
    )


def _leave(value: object) -> object:
    return value


def _mint_if_found(kind: str, left: str, right: str) -> str:
    return mint_found(kind, left, right) if STRENGTH[kind] else ""


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
    names = _Names(analysis, _leave, _leave)
    for pair in pairs:
        shared = pair.shared_period
        cells = (
            *(pair.type, pair.found_type, pair.left, pair.right),
            *(pair.timing, pair.place_relation, pair.score, pair.subject, pair.field),
            *((shared.start, shared.end) if shared else (None, None)),
            *(pair.shared_countries, *(pair.parts[facet] for facet in FACETS)),
        )
        yield from _iter_rows(names, [cells], _leave)


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
