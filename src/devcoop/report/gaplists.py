"""Gaps as lists: each question with its rows, put together by scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.report.anchors import anchor_check, anchor_initiative
from devcoop.words.codes import GAP_TYPES
from devcoop.words.gaps import say_check

if TYPE_CHECKING:
    from devcoop.model import Cell, Denominator, GapCheck
    from devcoop.pipeline import Analysis
    from devcoop.words.gaps import GapWords

_LONG = 12


@dataclass(frozen=True)
class GapRow:
    """One gap.

    Attributes:
        label: What is missing or left out.
        detail: What else a reader wants to know.
        anchor: Where the initiative is listed, if the gap is about one.
    """

    label: str
    detail: str
    anchor: str


@dataclass(frozen=True)
class GapScope:
    """The gaps of one scope.

    Attributes:
        name: The scope.
        rows: The gaps that the page shows.
        gaps: How many gaps there are.
        of: Out of how many that were looked at.
    """

    name: str
    rows: tuple[GapRow, ...]
    gaps: int
    of: int

    @property
    def cut(self) -> int:
        """How many gaps are not shown."""
        return self.gaps - len(self.rows)


@dataclass(frozen=True)
class GapList:
    """One question about gaps and its answer.

    Attributes:
        anchor: Where it stands.
        query: Name of the query that looked.
        title: What was asked.
        reason: Why an unserved cell is a gap.
        matters: Why that matters.
        scopes: The gaps by scope, only scopes with a gap.
        gaps: How many gaps.
        of: Out of how many that were looked at.
    """

    anchor: str
    query: str
    title: str
    reason: str
    matters: str
    scopes: tuple[GapScope, ...]
    gaps: int
    of: int

    @property
    def is_long(self) -> bool:
        """Whether the rows are folded at first."""
        return self.gaps > _LONG


@dataclass(frozen=True)
class GapKind:
    """All questions about one kind of gap.

    Attributes:
        slug: Slug of the finding type.
        heading: What they have in common.
        lists: The questions.
    """

    slug: str
    heading: str
    lists: tuple[GapList, ...]


def build_gap_kinds(analysis: Analysis, listed: frozenset[str], most: int) -> tuple[GapKind, ...]:
    """Build the lists of gaps by kind.

    Args:
        analysis: The run to report on.
        listed: IRIs of the initiatives that the page lists.
        most: How many rows at most, shared out evenly among the questions.

    Returns:
        Kinds in the order of `GAP_TYPES`, then any others; coordination always comes,
        even without a question of its own, since it is counted from the overlaps.
    """
    by_type: dict[str, list[GapCheck]] = defaultdict(list)
    for check in analysis.gap_checks:
        by_type[check.type].append(check)
    share = most // max(1, len(analysis.gap_checks))
    slugs = [slug for slug in GAP_TYPES if slug in by_type or slug == "coordination-gap"]
    slugs += sorted(by_type.keys() - GAP_TYPES.keys())
    return tuple(
        GapKind(
            slug=slug,
            heading=GAP_TYPES.get(slug, slug.replace("-", " ").capitalize()),
            lists=tuple(
                _build_list(check, listed, share, analysis.gap_words) for check in by_type[slug]
            ),
        )
        for slug in slugs
    )


def _build_list(check: GapCheck, listed: frozenset[str], most: int, gap_words: GapWords) -> GapList:
    of = Counter(cell.denominator for cell in check.cells)
    by_scope: dict[Denominator, list[Cell]] = defaultdict(list)
    for cell in check.gaps[:most]:
        by_scope[cell.denominator].append(cell)
    gaps = Counter(cell.denominator for cell in check.gaps)
    names = {cell.denominator: gap_words.scope(check, cell).text for cell in check.gaps}
    return GapList(
        anchor=anchor_check(check.name),
        query=check.name,
        title=say_check(check, "title").text,
        reason=say_check(check, "reason").text,
        matters=say_check(check, "matters").text,
        scopes=tuple(
            GapScope(
                names[one], _build_rows(check, by_scope[one], listed, gap_words), number, of[one]
            )
            for one, number in gaps.items()
        ),
        gaps=len(check.gaps),
        of=len(check.cells),
    )


def _build_rows(
    check: GapCheck, cells: list[Cell], listed: frozenset[str], gap_words: GapWords
) -> tuple[GapRow, ...]:
    return tuple(
        GapRow(
            gap_words.cell(check, cell).text,
            gap_words.detail(check, cell).text,
            anchor_initiative(cell.subject) if cell.subject in listed else "",
        )
        for cell in cells
    )
