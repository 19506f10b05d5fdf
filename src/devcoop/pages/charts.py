"""Bar charts as geometry: templates only write them as SVG, with the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Bar:
    """One bar of a bar chart.

    Attributes:
        label: What is counted.
        number: How many.
        width: Length, in per cent of the longest bar.
    """

    label: str
    number: float
    width: float


def build_bars(rows: Iterable[tuple[str, float]]) -> tuple[Bar, ...]:
    """Build a bar chart.

    Args:
        rows: Labels and numbers, none of them negative.

    Examples:
        >>> [bar.width for bar in build_bars([("a", 4), ("b", 1)])]
        [100.0, 25.0]
        >>> build_bars([("a", 0)])[0].width
        0.0
    """
    listed = list(rows)
    most = max((number for _, number in listed), default=0) or 1
    return tuple(Bar(label, number, round(100 * number / most, 2)) for label, number in listed)
