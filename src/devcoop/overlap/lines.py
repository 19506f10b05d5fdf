"""Pairs as lines of a table for others, written by the engine, as there may be very many.

A line says what a row of the same pair says that is written with `csv`, letter by letter. Only
texts that somebody wrote may need quotes; these come as they stand in cells. All else is numbers,
days and names of kinds, and the engine writes these as Python does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from devcoop.model import FACETS, FOUND_TYPES
from devcoop.names import FINDINGS, HASH_LENGTH

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_LINES = """
WITH called AS (
  SELECT
    UNNEST($undertakings::VARCHAR[]) AS undertaking,
    UNNEST($identifiers::VARCHAR[]) AS identifier,
    UNNEST($agencies::VARCHAR[]) AS agency,
    UNNEST($labels::VARCHAR[]) AS label
),
subject_called AS (
  SELECT UNNEST($subjects::VARCHAR[]) AS iri, UNNEST($subject_labels::VARCHAR[]) AS label
),
judged AS (
  SELECT
    UNNEST($lefts::VARCHAR[]) AS left_side,
    UNNEST($rights::VARCHAR[]) AS right_side,
    UNNEST($types::VARCHAR[]) AS type_now
)
SELECT {line} AS line
FROM {pairs} AS comparison
JOIN undertaking AS one ON one.undertaking = comparison."left"
JOIN undertaking AS other ON other.undertaking = comparison."right"
JOIN called AS left_called ON left_called.undertaking = comparison."left"::VARCHAR
JOIN called AS right_called ON right_called.undertaking = comparison."right"::VARCHAR
LEFT JOIN subject_called
  ON subject_called.iri = COALESCE(comparison.subject::VARCHAR, comparison.field::VARCHAR)
LEFT JOIN judged
  ON left_side = comparison."left"::VARCHAR AND right_side = comparison."right"::VARCHAR
WHERE comparison."type" IN (SELECT UNNEST($wanted::VARCHAR[]))
ORDER BY
  comparison.score DESC, one.identifier, other.identifier, comparison."left", comparison."right"
"""
_TEXT = 'comparison."{}"::VARCHAR'
# Rounded in its decimal digits, as Python rounds, and not as a number times a million.
_PART = """CASE comparison."{0}" WHEN 1 THEN '1.0' WHEN 0 THEN '0.0'
  ELSE FORMAT('{{:.6f}}', comparison."{0}")::DOUBLE::VARCHAR END"""
_FINDING = """CASE
  WHEN LIST_CONTAINS($found::VARCHAR[], comparison."type"::VARCHAR)
    THEN $base || LEFT(SHA256(CONCAT_WS(CHR(10),
      comparison."type"::VARCHAR,
      $method,
      LEAST(comparison."left"::VARCHAR, comparison."right"::VARCHAR),
      GREATEST(comparison."left"::VARCHAR, comparison."right"::VARCHAR)
    )), $length)
END"""
"""As `devcoop.names.mint_finding` makes it."""

_SPECIAL = {
    "left": "left_called.identifier",
    "right": "right_called.identifier",
    "left_agency": "left_called.agency",
    "right_agency": "right_called.agency",
    "left_label": "left_called.label",
    "right_label": "right_called.label",
    "type": 'COALESCE(type_now, comparison."type"::VARCHAR)',
    "subject": "subject_called.label",
    # An end without a start says nothing of when both are at work.
    "shared_end": "CASE WHEN comparison.shared_start IS NOT NULL"
    f" THEN {_TEXT.format('shared_end')} END",
    "finding": _FINDING,
    **{facet: _PART.format(facet) for facet in FACETS},
}
"""What stands in columns that are not those of the step as they are."""


class Called(NamedTuple):
    """What stands in cells for undertakings and subjects.

    Attributes:
        undertakings: Identifier, name of the agency and title of each that may be in a pair, by
            its IRI.
        subjects: What the concepts are called that pairs may be about, by IRI.
    """

    undertakings: Mapping[str, tuple[str, str, str]]
    subjects: Mapping[str, str]


def write_lines(
    columns: Sequence[str],
    called: Called,
    types: Collection[str],
    judged: Mapping[tuple[str, str], str],
    *,
    pairs: str,
    method: str,
) -> tuple[str, dict[str, list[str] | str | int]]:
    """Write the SELECT of lines, the closest pair first.

    Args:
        columns: What a line says, in its order: columns of the step `comparison`, names of the
            sides and their agencies, `subject`, and `finding`, which must be there, for the IRI
            of the finding.
        called: What stands in cells.
        types: Slugs of the types as which wanted pairs were found.
        judged: Slug of the type that some count as now, by the IRIs of their sides.
        pairs: Where the pairs stand.
        method: Name and version of the method, on which IRIs of findings depend.

    Returns:
        SQL, and what stands for its names.
    """
    cells = [_SPECIAL.get(one) or _TEXT.format(one) for one in columns]
    # What is not known is nothing in it.
    line = "CONCAT(" + ", ',', ".join(cells) + ")"
    known = called.undertakings.values()
    values: dict[str, list[str] | str | int] = {
        "undertakings": [*called.undertakings],
        "identifiers": [identifier for identifier, _, _ in known],
        "agencies": [agency for _, agency, _ in known],
        "labels": [label for _, _, label in known],
        "subjects": [*called.subjects],
        "subject_labels": [*called.subjects.values()],
        "lefts": [left for left, _ in judged],
        "rights": [right for _, right in judged],
        "types": [*judged.values()],
        "wanted": [*types],
        "found": [*FOUND_TYPES],
        "base": FINDINGS,
        "method": method,
        "length": HASH_LENGTH,
    }
    return _LINES.format(line=line, pairs=pairs), values
