"""Who does what, where: undertakings counted by any two facets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.model import Undertaking

SIDES = ("agency", *FACETS, "place")
"""What may stand in rows or columns."""
NOT_STATED = "(not stated)"


@dataclass(frozen=True)
class Matrix:
    """Counts of undertakings by two facets.

    Attributes:
        rows: Labels of the rows, sorted; the row of what is not stated comes last.
        columns: Labels of the columns, likewise.
        counts: Undertakings by row and column label; 0 where there is none.
        total: Undertakings counted. One with several concepts stands in several cells.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Mapping[tuple[str, str], int]
    total: int


def count_by(undertakings: Iterable[Undertaking], *, rows: str, columns: str) -> Matrix:
    """Count undertakings by two facets.

    Args:
        undertakings: What is counted.
        rows: One of `SIDES`.
        columns: One of `SIDES`.

    Examples:
        >>> from devcoop.model import Agency, Period, Undertaking
        >>> agency = Agency("a", "X", "Agency X")
        >>> one = Undertaking("x", "X-1", "One", agency, "p", Period(None, None))
        >>> count_by([one], rows="agency", columns="theme").counts["X", "(not stated)"]
        1
    """
    counted = list(undertakings)
    counts = Counter(
        (row, column)
        for one in counted
        for row in values_of(one, rows)
        for column in values_of(one, columns)
    )
    return Matrix(
        rows=_ordered(row for row, _ in counts),
        columns=_ordered(column for _, column in counts),
        counts=counts,
        total=len(counted),
    )


def values_of(undertaking: Undertaking, side: str) -> list[str]:
    """List the labels an undertaking has on one side of a matrix.

    Args:
        undertaking: The undertaking.
        side: One of `SIDES`.

    Returns:
        Labels; `NOT_STATED` alone if the text leaves it open.
    """
    if side == "agency":
        return [undertaking.agency.name]
    if side == "place":
        labels = [area.label for area in undertaking.areas if not area.is_inherited]
    else:
        labels = [concept.label for concept in undertaking.facets.get(side, ())]
    return labels or [NOT_STATED]


def _ordered(labels: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(labels), key=lambda label: (label == NOT_STATED, label)))
