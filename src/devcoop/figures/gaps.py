"""Gaps as lists: each question with what nobody serves, by denominator and by agency."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from devcoop.model import GAP_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.model import Cell, GapCheck

THEMES_CHECK = "themes-without-undertaking"
"""The question that the figure of unserved themes is taken from."""
LONG = 12
"""A list with more rows than this is folded at first."""


@dataclass(frozen=True)
class GapScope:
    """The gaps of one denominator.

    Attributes:
        first: The first gap of the denominator, which names it.
        cells: What nobody serves, as far as it is listed.
        gaps: How many gaps there are.
        of: Out of how many that were looked at.
    """

    first: Cell
    cells: tuple[Cell, ...]
    gaps: int
    of: int

    @property
    def cut(self) -> int:
        """How many gaps are not listed."""
        return self.gaps - len(self.cells)


@dataclass(frozen=True)
class GapList:
    """A question about gaps and its answer.

    Attributes:
        check: The question.
        scopes: The gaps by denominator, only those with a gap.
        gaps: How many gaps there are.
        of: Out of how many that were looked at.
        cut_scopes: How many denominators with a gap are left out.
    """

    check: GapCheck
    scopes: tuple[GapScope, ...]
    gaps: int
    of: int
    cut_scopes: int = 0

    @property
    def is_long(self) -> bool:
        """Whether the rows are folded at first."""
        return self.gaps > LONG

    @property
    def cut(self) -> int:
        """How many gaps stand in the denominators that are left out."""
        return self.gaps - sum(scope.gaps for scope in self.scopes)


def list_gaps(
    check: GapCheck, most: int | None = None, *, most_scopes: int | None = None
) -> GapList:
    """Put the gaps that a question found together by denominator.

    Args:
        check: The question.
        most: How many gaps are listed at most; None lists all.
        most_scopes: How many denominators at most, those with most gaps; None gives all.
    """
    gaps = check.gaps_of
    kept = {*sorted(gaps, key=lambda one: -len(gaps[one]))[:most_scopes]}
    listed = (one for cell in check.gaps if (one := cell.denominator) in kept)
    shown = Counter(islice(listed, most))
    scopes = tuple(
        GapScope(cells[0], tuple(cells[: shown[one]]), len(cells), check.sizes[one][1])
        for one, cells in gaps.items()
        if one in kept
    )
    cut = len(gaps) - len(scopes)
    return GapList(check, scopes, len(check.gaps), len(check.cells), cut)


def group_checks(checks: Iterable[GapCheck]) -> dict[str, list[GapCheck]]:
    """Group questions about gaps by the type of what they find.

    Args:
        checks: The questions.

    Returns:
        Questions by slug of the type, in the order of `GAP_TYPES`; then any other types.
    """
    by_type: dict[str, list[GapCheck]] = defaultdict(list)
    for check in checks:
        by_type[check.type].append(check)
    order = [*(one for one in GAP_TYPES if one in by_type), *sorted(by_type.keys() - {*GAP_TYPES})]
    return {slug: by_type[slug] for slug in order}


def narrow_checks(checks: Iterable[GapCheck], agency: str) -> list[GapCheck]:
    """Narrow questions about gaps to the denominators that are about an agency.

    Args:
        checks: The questions.
        agency: IRI of the agency.

    Returns:
        Questions with the cells of such denominators, only those that have any.
    """
    narrowed = (
        replace(one, cells=tuple(cell for cell in one.cells if agency in cell.of)) for one in checks
    )
    return [one for one in narrowed if one.cells]
