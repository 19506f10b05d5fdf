"""Gaps as lists: each question with its rows, put together by scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.report.anchors import anchor_check, anchor_initiative
from devcoop.words.counts import say_initiative

if TYPE_CHECKING:
    from devcoop.model import Cell, GapCheck
    from devcoop.pipeline import Analysis

TYPE_HEADINGS = {
    "coordination-gap": "Coordination that nobody has stated",
    "coverage-gap": "Needs and groups that nobody serves",
    "results-chain-gap": "Missing links inside a plan",
    "vagueness": "What a plan leaves open",
}
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
        Kinds in the order of `TYPE_HEADINGS`, then any others; coordination always comes,
        even without a question of its own, since it is counted from the overlaps.
    """
    by_type: dict[str, list[GapCheck]] = defaultdict(list)
    for check in analysis.gap_checks:
        by_type[check.type].append(check)
    share = most // max(1, len(analysis.gap_checks))
    slugs = [slug for slug in TYPE_HEADINGS if slug in by_type or slug == "coordination-gap"]
    slugs += sorted(by_type.keys() - TYPE_HEADINGS.keys())
    return tuple(
        GapKind(
            slug=slug,
            heading=TYPE_HEADINGS.get(slug, slug.replace("-", " ").capitalize()),
            lists=tuple(_build_list(check, listed, share) for check in by_type[slug]),
        )
        for slug in slugs
    )


def _build_list(check: GapCheck, listed: frozenset[str], most: int) -> GapList:
    of = Counter(cell.scope for cell in check.cells)
    by_scope: dict[str, list[Cell]] = defaultdict(list)
    for cell in check.gaps[:most]:
        by_scope[cell.scope].append(cell)
    gaps = Counter(cell.scope for cell in check.gaps)
    return GapList(
        anchor=anchor_check(check.name),
        query=check.name,
        title=say_initiative(check.title),
        reason=say_initiative(check.reason),
        matters=say_initiative(check.matters),
        scopes=tuple(
            GapScope(name, _build_rows(by_scope[name], listed), number, of[name])
            for name, number in gaps.items()
        ),
        gaps=len(check.gaps),
        of=len(check.cells),
    )


def _build_rows(cells: list[Cell], listed: frozenset[str]) -> tuple[GapRow, ...]:
    return tuple(
        GapRow(
            cell.label,
            cell.detail,
            anchor_initiative(cell.subject) if cell.subject in listed else "",
        )
        for cell in cells
    )
