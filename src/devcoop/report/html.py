"""Puts the page's records into one HTML file that needs nothing else.

Style and script stand inside the file. A content security policy lets the page load nothing
and run no script but its own, so that no label of any plan can do harm.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from typing import TYPE_CHECKING

from markupsafe import Markup

from devcoop import assets, media
from devcoop.figures.country_part import CELL_COLUMNS, CountryPart
from devcoop.figures.meetings import count_meetings
from devcoop.figures.sources import find_agreement, list_owners
from devcoop.figures.timeline import build_plan_timeline
from devcoop.layout.templates import render_template
from devcoop.model import WAYS_OF
from devcoop.names import mint_plan_graph, slug_of
from devcoop.overlap.comparison import METHOD
from devcoop.report.anchors import (
    anchor_check,
    anchor_concept,
    anchor_initiative,
    anchor_subject,
)
from devcoop.terminal import render_csv
from devcoop.words.codes import PLACE_WAYS, REACHED
from devcoop.words.counts import write_types
from devcoop.words.explanations import say_stability
from devcoop.words.gaps import say_check
from devcoop.words.language import ENGLISH
from devcoop.words.meetings import say_meeting
from devcoop.words.report import NO_SUBJECT, say_open
from devcoop.words.reviews import say_changes, say_review

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence
    from pathlib import Path

    from devcoop.figures.coverage import Coverage
    from devcoop.figures.reach import CountryNumbers
    from devcoop.model import Cell, GapCheck
    from devcoop.overlap.conversations import Conversation
    from devcoop.report.page import Page


_MOST_NAMED = 4
"""So many agencies are named beside a country; of more, the number is told."""


def _read(*files: Path) -> str:
    return "\n".join(file.read_text(encoding="utf-8").strip() for file in files)


def _policy(script: str) -> str:
    """Write the content security policy that allows one script."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


_MOST_OF_LINK = 300_000
"""Most letters of a link that holds a file."""


def write_data_link(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Write a table as a link that holds the whole CSV file, so that the page needs no other.

    Of what would make the page too heavy there is no link: `report.json` has it.

    Args:
        columns: Names of the columns.
        rows: Cells in the order of the columns.

    Examples:
        >>> write_data_link(("a",), [(1,)])
        'data:text/csv;charset=utf-8;base64,YQoxCg=='
    """
    content = base64.b64encode(render_csv(columns, rows).encode()).decode()
    if len(content) > _MOST_OF_LINK:
        return ""
    return f"data:{media.CSV};charset=utf-8;base64,{content}"


class Links:
    """Tables as links, each written once for all tries to render a page of one run.

    Whatever a page leaves out, its links hold the whole table.
    """

    def __init__(self) -> None:
        self._written: dict[tuple[str, bool], str] = {}

    def get(self, key: tuple[str, bool], write: Callable[[], str]) -> str:
        """Give a link.

        Args:
            key: What the table is about, and whether each agency has rows of its own in it.
            write: Writes it, if nobody did.
        """
        if key not in self._written:
            self._written[key] = write()
        return self._written[key]


class _Names:
    """What things are called on the page, and where they stand on it."""

    def __init__(self, page: Page, links: Links) -> None:
        self._page, self._analysis, self._links = page, page.analysis, links
        shown = [group.conversation for group in page.findings]
        self._subjects = {anchor_subject(one) for one in shown}
        self._meetings = {
            frozenset((one.left_agency, one.right_agency)): anchor_subject(one)
            for one in reversed(shown)
        }
        self._agencies = {one.iri: one.agency for one in self._analysis.plans}

    def label(self, iri: str) -> str:
        return self._analysis.labels.get(iri, iri)

    def subject(self, conversation: Conversation) -> str:
        return self._analysis.labels.get(conversation.subject, NO_SUBJECT)

    def agency(self, iri: str) -> str:
        return self._analysis.agencies[iri].name

    def agencies(self, conversation: Conversation) -> list[str]:
        return [self.agency(conversation.left_agency), self.agency(conversation.right_agency)]

    def agency_pairs(self) -> list[list[str]]:
        """Name the agencies of all findings, two by two, each once."""
        pairs = dict.fromkeys(
            (one.conversation.left_agency, one.conversation.right_agency)
            for one in self._page.findings
        )
        return [[self.agency(left), self.agency(right)] for left, right in pairs]

    def party(self, iri: str) -> str:
        """Name an agency, in the limits of the report or not."""
        known = self._analysis.parties.get(iri)
        return known.name if known else self.label(iri)

    def initiative_label(self, iri: str) -> str:
        known = self._analysis.undertakings.get(iri)
        return known.label if known else self.label(iri)

    def cell(self, check: GapCheck, cell: Cell) -> str:
        return self._analysis.gap_words.cell(check, cell).text

    def scope(self, check: GapCheck, cell: Cell) -> str:
        return self._analysis.gap_words.scope(check, cell).text

    def looked_at(self, check: GapCheck) -> str:
        """Say of whom how many cells were looked at; of many, the first and how many more."""
        told = [
            f"{self.scope(check, check.firsts[one])} {ENGLISH.number(of)}"
            for one, (_, of) in check.sizes.items()
        ]
        return ENGLISH.join_first(told, _MOST_NAMED)

    def detail(self, check: GapCheck, cell: Cell) -> str:
        return self._analysis.gap_words.detail(check, cell).text

    def plans(self, iris: Iterable[str]) -> list[str]:
        """Name plans by their agencies, in order; where that is not enough, by their titles."""
        return sorted(map(self._plan_name, iris))

    def _plan_name(self, iri: str) -> str:
        agency, title = self._agencies[iri], self.label(iri)
        if not agency.name:
            return title
        is_one = sum(one.iri == agency.iri for one in self._agencies.values()) == 1
        return agency.name if is_one else f"{agency.name} ({title})"

    def plan(self, slug: str) -> str:
        """Name a plan by its agency, or by its slug if it is none of those compared."""
        names = (self._plan_name(iri) for iri in self._agencies if slug_of(iri) == slug)
        return next(names, slug)

    def source(self, graph: str) -> str:
        """Name a named graph by the plan that it holds, or by its IRI if it holds none."""
        plans = (one.title for one in self._analysis.plans if mint_plan_graph(one.iri) == graph)
        return next(plans, graph)

    def rows_of(self, conversation: Conversation) -> str:
        """Name the target of a conversation's findings, or of all if the page has no room."""
        anchor = anchor_subject(conversation)
        return anchor if anchor in self._subjects else "findings"

    def rows_between(self, agencies: Iterable[str]) -> str:
        """Name the target of the first finding between two agencies; empty if there is none."""
        return self._meetings.get(frozenset(agencies), "")

    def initiatives_of(self, agency: str) -> str:
        """Name the target of the initiatives of an agency's first plan."""
        plans = (anchor_concept(iri) for iri, one in self._agencies.items() if one.iri == agency)
        return next(plans, "initiatives")

    def by_way(self, rows: Iterable[CountryNumbers]) -> dict[str, list[CountryNumbers]]:
        """Group countries by how they are reached."""
        found: dict[str, list[CountryNumbers]] = {}
        for row in rows:
            found.setdefault(row.way, []).append(row)
        return found

    def ways_met(self, rows: Iterable[CountryNumbers]) -> set[str]:
        """List the ways in which any agency reaches any of some countries."""
        return {cell.way for row in rows for cell in row.cells}

    def coverage_csv(self, coverage: Coverage) -> str:
        is_long = bool(self._page.columns.rest)
        write = self._long_coverage_csv if is_long else self._wide_coverage_csv
        return self._links.get((coverage.facet, is_long), lambda: write(coverage))

    def _wide_coverage_csv(self, coverage: Coverage) -> str:
        columns = ("group", coverage.facet, "depth", *(one.name for one in coverage.agencies))
        rows = (
            (self.label(group.head.iri), self.label(row.iri), row.depth, *row.numbers)
            for group in coverage.groups
            for row in group.rows
        )
        return write_data_link(columns, rows)

    def reaching(self, row: CountryNumbers, ways: Collection[str]) -> str:
        """Name the agencies that reach a country in some ways, the first ones if they are many."""
        names = [self.agency(cell.agency) for cell in row.cells if cell.way in ways]
        cut = [*names[:_MOST_NAMED], ENGLISH.more(len(names) - _MOST_NAMED)]
        return ", ".join(names if len(names) <= _MOST_NAMED + 1 else cut)

    def rest_reach(self, row: CountryNumbers) -> str:
        """Count how those reach a country that have no column of their own."""
        counts = Counter(row.cells[place].way for place in self._page.columns.rest)
        return ", ".join(f"{REACHED[way]}: {counts[way]}" for way in REACHED if counts[way])

    def countries_csv(self) -> str:
        is_long = bool(self._page.columns.rest)
        write = self._long_countries_csv if is_long else self._wide_countries_csv
        return self._links.get(("country", is_long), write)

    def _wide_countries_csv(self) -> str:
        agencies = [one.name for one in self._analysis.counted_agencies.values()]
        ways = ("names", "means", "reach")
        columns = ("country", *(f"{name} {way}" for name in agencies for way in ways))
        rows = (
            (
                self.label(row.iri),
                *(value for cell in row.cells for value in (cell.named, cell.grouped, cell.way)),
            )
            for row in self._page.countries
        )
        return write_data_link(columns, rows)

    def _long_coverage_csv(self, coverage: Coverage) -> str:
        """Write a row for each agency that there is a number of: a column each has no room."""
        rows = (
            (self.label(group.head.iri), self.label(row.iri), row.depth, agency.name, number)
            for group in coverage.groups
            for row in group.rows
            for agency, number in zip(coverage.agencies, row.numbers, strict=True)
            if number
        )
        columns = ("group", coverage.facet, "depth", "agency", "initiatives")
        return write_data_link(columns, rows)

    def _long_countries_csv(self) -> str:
        rows = (
            (self.label(row.iri), self.agency(cell.agency), cell.named, cell.grouped)
            for row in self._page.countries
            for cell in row.cells
            if cell.named or cell.grouped
        )
        return write_data_link(("country", "agency", "names", "means"), rows)


_WORDS: dict[str, object] = {
    "anchor": anchor_concept,
    "anchor_check": anchor_check,
    "anchor_of": anchor_initiative,
    "anchor_subject": anchor_subject,
    "list_owners": list_owners,
    "say_changes": say_changes,
    "say_check": say_check,
    "say_meeting": say_meeting,
    "say_open": say_open,
    "say_review": say_review,
    "say_stability": say_stability,
    "write_types": write_types,
}


def _build_part(page: Page, names: _Names) -> CountryPart | None:
    """Gather what is shown of the one country that a report is limited to."""
    if not (page.country or page.map):
        return None
    return CountryPart(
        iri=page.focus_country,
        country=page.country,
        map=page.map,
        pledges=page.pledges,
        tongue=ENGLISH,
        name=names.label,
        agency=names.party,
        most_agencies=page.limits.agencies,
        most_sites=page.limits.findings,
    )


def render_page(page: Page, links: Links | None = None) -> str:
    """Render the report as one HTML file.

    Args:
        page: What it shows.
        links: Those of the same run that were written before, and take in what is written now.
    """
    script = f"\n{_read(assets.TEMPLATES / 'page.js')}\n"
    style = _read(assets.SHARED_STYLE, assets.TEMPLATES / "style.css")
    analysis, names = page.analysis, _Names(page, links or Links())
    part = _build_part(page, names)
    cells = write_data_link(CELL_COLUMNS, part.list_cells()) if part else ""
    values = {
        **_WORDS,
        "page": page,
        "name": names,
        "part": part,
        "cells": cells,
        "label": names.label,
        "link": names.initiative_label,
        "run": analysis.run,
        "method": METHOD,
        "extent": analysis.extent,
        "initiatives": analysis.undertakings,
        "agreement": find_agreement(analysis.run.graphs),
        "timeline": build_plan_timeline(analysis.plans),
        "meetings": {
            one.agencies: one
            for one in count_meetings(analysis, [one.iri for one in page.meeting_columns.shown])
        },
        "broad": page.broad_count,
        "ways": PLACE_WAYS,
        "ways_of": WAYS_OF,
        "reached_words": REACHED,
        "style": Markup(style),  # noqa: S704  our own file, no value of a plan
        "script": Markup(script),  # noqa: S704  our own file, no value of a plan
        "policy": _policy(script),
    }
    return render_template("page.html.j2", values, folder=assets.TEMPLATES)
