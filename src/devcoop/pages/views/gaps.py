"""Gaps: what is missing, out of what was looked at, by kind and question."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from devcoop.export.findings import GAP_COLUMNS, iter_gap_rows
from devcoop.figures.gaps import group_checks, list_gaps, narrow_checks
from devcoop.pages.routes import Parts, Route, Table, View, only
from devcoop.pages.selection import PROBLEMS
from devcoop.words.gaps import say_check
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from devcoop.model import Cell, GapCheck
    from devcoop.pages.content import Content
    from devcoop.pages.links import Value
    from devcoop.pages.request import Request

MOST = 200
"""Gaps of one question that the page lists; the table has all, and so have pages in files."""
UNKNOWN_CHECK = "“{value}” is no question about gaps."
SPOKEN = (UNKNOWN_CHECK,)


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


def _view(content: Content, request: Request, parts: Parts) -> View:
    del parts
    filters, problems = _read_filters(content, request)
    kinds = {
        slug: [list_gaps(check, None if request.links.is_static else MOST) for check in checks]
        for slug, checks in group_checks(_select(content, filters)).items()
    }
    shown = [one for several in kinds.values() for one in several]
    every = content.analysis.gap_checks
    values = {
        "filters": filters,
        "params": filters.params,
        "problems": problems,
        "kinds": kinds,
        "find_pair": partial(_find_pair, content),
        "gaps": sum(one.gaps for one in shown),
        "of": sum(one.of for one in shown),
        "types": _list_types(content),
        "checks": [(one.name, say_check(one, "title", request.language)) for one in every],
        "agencies": list(content.agencies),
        "is_cut": content.analysis.pairs.is_cut,
    }
    return View("gaps.html.j2", values, status=400 if problems else 200)


def _table(content: Content, request: Request, parts: Parts) -> Table:
    del parts
    filters, problems = _read_filters(content, request)
    if problems:
        return Table(("problem",), [(problem,) for problem in problems], status=400)
    return Table(GAP_COLUMNS, iter_gap_rows(_select(content, filters), content.gap_words))


def _list_types(content: Content) -> list[str]:
    """List the kinds of gaps that were looked for, in the order of their headings."""
    return list(group_checks(content.analysis.gap_checks))


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
    return narrow_checks(checks, content.agencies[filters.agency]) if filters.agency else checks


def _find_pair(content: Content, cell: Cell) -> str:
    """Give the path of the page about a pair, if a gap is about two initiatives."""
    sides = [iri for iri in (cell.subject, *cell.others) if iri in content.initiatives]
    if len(sides) != len(("left", "right")) or len(cell.others) != 1:
        return ""
    return content.path_of_sides(*sides)


ROUTES = (Route("/gaps", _view, only("/gaps"), table=_table),)
