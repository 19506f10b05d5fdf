"""Gaps: what is missing, out of what was looked at, by kind and question."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop.pages.routes import Parts, Route, Table, View, only
from devcoop.pages.selection import PROBLEMS
from devcoop.pages.wording import GapWords
from devcoop.report.anchors import anchor_check
from devcoop.report.gaplists import TYPE_HEADINGS
from devcoop.report.tables import GAP_COLUMNS
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.model import Cell, GapCheck
    from devcoop.pages.content import Content
    from devcoop.pages.links import Value
    from devcoop.pages.request import Request

UNKNOWN_CHECK = "“{value}” is no question about gaps."
SPOKEN = (*TYPE_HEADINGS.values(), UNKNOWN_CHECK)
_LONG = 12
"""More rows than this are folded at first."""


@dataclass(frozen=True)
class GapFilters:
    """Which gaps are wanted; what is empty does not filter.

    Attributes:
        type: Slug of a kind.
        agency: Short name of an agency that the denominator is about.
        check: Name of a question.
    """

    type: str = ""
    agency: str = ""
    check: str = ""

    @property
    def params(self) -> dict[str, Value]:
        """The filters as parameters of an address."""
        return {"type": self.type, "agency": self.agency, "check": self.check}


@dataclass(frozen=True)
class Gap:
    """One gap in a list.

    Attributes:
        cell: The gap.
        pair: Path of the page about both sides, if it is about a pair; else empty.
    """

    cell: Cell
    pair: str


@dataclass(frozen=True)
class Scope:
    """The gaps of one denominator.

    Attributes:
        name: The denominator.
        gaps: What nobody serves.
        of: Out of how many.
    """

    name: str
    gaps: tuple[Gap, ...]
    of: int


@dataclass(frozen=True)
class Question:
    """A question about gaps and its answer.

    Attributes:
        check: The question.
        anchor: Where it stands on the page.
        scopes: The gaps, by denominator.
        gaps: How many gaps.
        of: Out of how many that were looked at.
        is_open: Whether the list is unfolded.
    """

    check: GapCheck
    anchor: str
    scopes: tuple[Scope, ...]
    gaps: int
    of: int
    is_open: bool


def _view(content: Content, request: Request, parts: Parts) -> View:
    del parts
    filters, problems = _read_filters(content, request)
    checks = _select(content, filters)
    shown = [_build_question(content, one, is_open=bool(filters.check)) for one in checks]
    by_type: dict[str, list[Question]] = defaultdict(list)
    for question in shown:
        by_type[question.check.type].append(question)
    every, words = content.analysis.gap_checks, content.once(GapWords)
    values = {
        "filters": filters,
        "params": filters.params,
        "problems": problems,
        "kinds": [(slug, by_type[slug]) for slug in _list_types(content) if slug in by_type],
        "headings": TYPE_HEADINGS,
        "gaps": sum(one.gaps for one in shown),
        "of": sum(one.of for one in shown),
        "types": _list_types(content),
        "checks": [(one.name, words.check(one, "title", request.language)) for one in every],
        "agencies": list(content.agencies),
    }
    return View("gaps.html.j2", values, status=400 if problems else 200)


def _table(content: Content, request: Request, parts: Parts) -> Table:
    del parts
    filters, problems = _read_filters(content, request)
    if problems:
        return Table(("problem",), [(problem,) for problem in problems], status=400)
    return Table(GAP_COLUMNS, _iter_rows(content, filters))


def _iter_rows(content: Content, filters: GapFilters) -> Iterator[tuple[object, ...]]:
    for check in _select(content, filters):
        for cell in check.gaps:
            yield (
                *(check.type, cell.subject, cell.label, cell.scope),
                *(check.reason, check.name, len(check.cells)),
            )


def _list_types(content: Content) -> list[str]:
    """List the kinds of gaps that were looked for, in the order of their headings."""
    there = {check.type for check in content.analysis.gap_checks}
    return [*(slug for slug in TYPE_HEADINGS if slug in there), *sorted(there - {*TYPE_HEADINGS})]


def _read_filters(content: Content, request: Request) -> tuple[GapFilters, list[str]]:
    """Read the filters that make sense, and tell which do not."""
    known = {
        "type": _list_types(content),
        "agency": list(content.agencies),
        "check": [check.name for check in content.analysis.gap_checks],
    }
    sentences = {**PROBLEMS, "check": UNKNOWN_CHECK}
    tongue, problems = Tongue(request.language), []
    for name, values in known.items():
        value = request.get(name)
        if value and value not in values:
            sentence = tongue.say(sentences[name])
            agencies = tongue.join(known["agency"])
            problems.append(sentence.format(value=value, known=agencies))
    good = {name: request.get(name) for name in known if request.get(name) in known[name]}
    return GapFilters(**good), problems


def _select(content: Content, filters: GapFilters) -> list[GapCheck]:
    """Select the questions that pass, with those of their cells that pass."""
    checks = [
        check
        for check in content.analysis.gap_checks
        if filters.type in ("", check.type) and filters.check in ("", check.name)
    ]
    if not filters.agency:
        return checks
    narrowed = [
        replace(check, cells=tuple(one for one in check.cells if _names(one, filters.agency)))
        for check in checks
    ]
    return [check for check in narrowed if check.cells]


def _names(cell: Cell, agency: str) -> bool:
    """Tell whether a denominator is about an agency: `ISO`, or `ISO and OBOR`."""
    return agency in cell.scope.split(" and ")


def _build_question(content: Content, check: GapCheck, *, is_open: bool) -> Question:
    of: dict[str, int] = defaultdict(int)
    gaps: dict[str, list[Gap]] = defaultdict(list)
    for cell in check.cells:
        of[cell.scope] += 1
        if not cell.served:
            gaps[cell.scope].append(Gap(cell, _find_pair(content, cell)))
    return Question(
        check=check,
        anchor=anchor_check(check.name),
        scopes=tuple(Scope(name, tuple(found), of[name]) for name, found in gaps.items()),
        gaps=len(check.gaps),
        of=len(check.cells),
        is_open=is_open or len(check.gaps) <= _LONG,
    )


def _find_pair(content: Content, cell: Cell) -> str:
    """Give the path of the page about a pair, if a gap is about two initiatives."""
    sides = [iri for iri in (cell.subject, *cell.others) if iri in content.initiatives]
    if len(sides) != len(("left", "right")) or len(cell.others) != 1:
        return ""
    return content.path_of_sides(*sides)


ROUTES = (Route("/gaps", _view, only("/gaps"), table=_table),)
