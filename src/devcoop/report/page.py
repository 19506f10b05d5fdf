"""Everything the page shows, worked out before a template sees it."""

from __future__ import annotations

import shlex
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, NamedTuple

from devcoop.figures.atlas import build_map
from devcoop.figures.coordination import Coordination, find_coordination
from devcoop.figures.country import ActivityTable
from devcoop.figures.coverage import Coverage, build_coverage
from devcoop.figures.gaps import THEMES_CHECK, GapList, group_checks, list_gaps
from devcoop.figures.money import is_stated
from devcoop.figures.pledges import PledgeTable
from devcoop.figures.reach import Reach
from devcoop.figures.sources import split_sources
from devcoop.names import is_country, slug_of
from devcoop.queries import load_library
from devcoop.report.anchors import anchor_check
from devcoop.report.columns import choose_columns
from devcoop.report.rows import build_cards, build_groups, find_common
from devcoop.report.since import compare_reports
from devcoop.words.report import (
    FIGURES,
    name_unserved,
    say_listed,
    say_scope,
    say_scored,
    say_scored_of_all,
    say_title,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from devcoop.figures.atlas import Map
    from devcoop.figures.coordination import Promise
    from devcoop.figures.country import Country
    from devcoop.figures.money import Rates
    from devcoop.figures.pledges import Pledges
    from devcoop.figures.reach import CountryNumbers
    from devcoop.figures.sources import Sources
    from devcoop.model import Agency, Plan, Undertaking
    from devcoop.pipeline import Analysis
    from devcoop.report.columns import Columns
    from devcoop.report.rows import Card, FindingGroup
    from devcoop.report.since import EarlierReport, Since
    from devcoop.reviews import Reviewed
    from devcoop.words.focus import FocusWords


_FEW_HEADINGS = 12
"""Findings are what a reader comes for: they are cut last."""


@dataclass(frozen=True)
class Limits:
    """How many rows the page shows; the files beside it have them all.

    Attributes:
        findings: Rows of findings at most, and of reviews, new and gone findings.
        initiatives: Initiatives at most; if there are more, those that a finding is about.
        gaps: Rows of gaps at most, shared out evenly among the questions.
        headings: Headings of gaps at most, for each question.
        agencies: Columns of agencies at most, which a reader can take in.
        meetings: The same where a column is as narrow as a number.
    """

    findings: int = 250
    initiatives: int = 400
    gaps: int = 4000
    headings: int = 48
    agencies: int = 12
    meetings: int = 40

    def halve(self) -> Limits:
        """Allow half of the rows, and half of the findings only once there are few headings."""
        return Limits(
            findings=self.findings // 2 if self.headings <= _FEW_HEADINGS else self.findings,
            initiatives=self.initiatives // 2,
            gaps=self.gaps // 2,
            headings=max(1, self.headings // 2),
            agencies=self.agencies,
            meetings=self.meetings,
        )


@dataclass(frozen=True)
class Figure:
    """A number with what it is out of.

    Attributes:
        name: Name in `report.json`.
        value: The number.
        of: What it is out of.
        what: What is counted.
        of_what: What was looked at.
        rows: Where the rows stand that were counted.
    """

    name: str
    value: int
    of: int
    what: str
    of_what: str
    rows: str


@dataclass(frozen=True)
class Open:
    """How many initiatives leave a facet open.

    Attributes:
        number: So many state nothing.
        suggested: For so many of these something is suggested.
        of: So many initiatives there are.
    """

    number: int
    suggested: int
    of: int


@dataclass(frozen=True)
class Page:
    """The whole report.

    Attributes:
        analysis: The run.
        limits: How many rows it shows.
        cards: The most useful conversations.
        findings: All findings that there is room for, by conversation.
        themes: Who works on which theme.
        groups: Who serves which group.
        countries: Who reaches which country, by name.
        naming: Who names which country: initiatives by IRIs of country and agency.
        ways: How the initiatives of each agency say where, by its IRI.
        coordination: What the plans say about each other.
        gap_kinds: Questions about gaps by slug of the type; coordination always comes, even
            without a question of its own, since it is counted from the overlaps.
        listed: IRIs of the initiatives that it lists.
        since: How this differs from an earlier report; None if none was given.
        country: Money, purposes and sites in the one country that it is limited to; None if it
            is not limited to one, or if no initiative states that.
        map: The map of this country; None if there is no outline of it.
        pledges: What plans promise to this country, held against the activities loaded for it;
            None if there is nothing to hold.
    """

    analysis: Analysis
    limits: Limits
    cards: tuple[Card, ...]
    findings: tuple[FindingGroup, ...]
    themes: Coverage
    groups: Coverage
    countries: tuple[CountryNumbers, ...]
    naming: Mapping[tuple[str, str], tuple[Undertaking, ...]]
    ways: dict[str, tuple[int, ...]]
    coordination: Coordination
    gap_kinds: dict[str, list[GapList]]
    listed: frozenset[str]
    since: Since | None
    country: Country | None = None
    map: Map | None = None
    pledges: Pledges | None = None

    @property
    def focus_country(self) -> str:
        """IRI of the one country that it is limited to; empty if it is not limited to one."""
        return find_country(self.analysis)

    @property
    def title(self) -> str:
        """Its title."""
        names = [agency.name for agency in self.analysis.agencies.values()]
        limits, issuers = (self.focus.limits, self.focus.issuers) if self.focus else ("", "")
        have_plans = not self.reporting and {
            plan.agency.iri for plan in self.analysis.plans
        }.issuperset(self.analysis.agencies)
        return say_title(names, limits, issuers=issuers, have_plans=have_plans)

    @cached_property
    def reporting(self) -> frozenset[str]:
        """IRIs of the plans that report: most of their initiatives say how far they have come."""
        numbers: dict[str, list[bool]] = defaultdict(list)
        for one in self.analysis.headings.values():
            numbers[one.plan].append(bool(one.status))
        return frozenset(iri for iri, said in numbers.items() if 2 * sum(said) > len(said))

    def status_of(self, one: Undertaking) -> str:
        """Find how far an initiative has come.

        Args:
            one: The initiative.

        Returns:
            IRI of its status; empty if it states none, or is of a plan that does not report.
        """
        return one.status if one.plan in self.reporting else ""

    @cached_property
    def running(self) -> Open:
        """Count the initiatives of the country that are running, of those that state a status."""
        stated = self.country.statuses if self.country else {}
        running = sum(slug_of(status) == "running" for status in stated.values())
        return Open(running, 0, len(stated))

    @property
    def focus(self) -> FocusWords | None:
        """Says what it is limited to; None if it is not."""
        return self.analysis.focus_words

    @cached_property
    def sources(self) -> Sources:
        """Which of the plans come with the program, and which were loaded."""
        return split_sources(self.analysis.plans)

    @property
    def command(self) -> str:
        """The command that makes it again."""
        options = self.focus.options if self.focus else []
        return shlex.join(["devcoop", "report", *options, "-o", "report"])

    @property
    def scope(self) -> str:
        """What it covers; where it leaves something out, what."""
        analysis = self.analysis
        pairs = analysis.pairs
        if self.focus:
            told = [self.focus.limited(len(pairs))]
        else:
            told = [say_scope(len(analysis.plans), len(analysis.undertakings), len(pairs))]
        if not pairs.is_exhaustive:
            say = say_scored_of_all if self.focus else say_scored
            told.append(say(*analysis.comparison.scope[1:]))
        if pairs.is_cut:
            listed = len(pairs.found)
            told.append(say_listed(self.finding_count, listed, pairs.best, is_short=pairs.is_short))
        return " ".join(told)

    @property
    def parties(self) -> list[Agency]:
        """All agencies that have initiatives, in the limits of the report or not."""
        extent, parties = self.analysis.extent, self.analysis.parties
        known = {agency for _, agency, _ in extent.ways} if extent else set()
        return [one for iri, one in parties.items() if iri in known]

    @cached_property
    def columns(self) -> Columns:
        """Whose initiatives are counted in columns of their own."""
        analysis = self.analysis
        return choose_columns(analysis.counted_agencies, analysis.counted, self.limits.agencies)

    @cached_property
    def meeting_columns(self) -> Columns:
        """Likewise of all agencies that are compared."""
        analysis = self.analysis
        return choose_columns(analysis.agencies, analysis.headings, self.limits.meetings)

    @cached_property
    def party_columns(self) -> Columns:
        """Likewise of all that have initiatives, in the limits of the report or not."""
        parties = {one.iri: one for one in self.parties}
        return choose_columns(parties, self.analysis.headings, self.limits.agencies)

    @cached_property
    def promises(self) -> tuple[Promise, ...]:
        """What plans say about coordination: of each two agencies, or where one names another."""
        every = self.coordination.promises
        if self.coordination.of <= self.limits.agencies**2:
            return every
        return tuple(one for one in every if one.is_any)[: self.limits.findings]

    @property
    def unlimited(self) -> list[str]:
        """Titles of the questions about gaps that it leaves out, since it is limited."""
        library = load_library()
        return [library[name].title for name in self.analysis.unlimited]

    @cached_property
    def figures(self) -> tuple[Figure, Figure, Figure]:
        """The three figures of the first screen."""
        analysis, coordination = self.analysis, self.coordination
        check = next((one for one in analysis.gap_checks if one.name == THEMES_CHECK), None)
        unserved = len(check.gaps) if check else self.themes.of - self.themes.served
        is_limited = self.focus is not None and check is None
        return (
            Figure(
                "findings",
                self.finding_count,
                len(analysis.pairs),
                *FIGURES["findings"],
                "findings",
            ),
            Figure(
                "unlinked_overlaps",
                coordination.gaps,
                coordination.overlaps,
                *FIGURES["unlinked_overlaps"],
                "gap-coordination",
            ),
            Figure(
                "unserved_themes",
                unserved,
                len(check.cells) if check else self.themes.of,
                *name_unserved(is_limited=is_limited, is_open=self.open_of("theme").number > 0),
                anchor_check(THEMES_CHECK) if check else "themes",
            ),
        )

    def states(self, facet: str) -> bool:
        """Tell whether any of the initiatives states a facet; else nothing is known of any value.

        Args:
            facet: Name of the facet.
        """
        return any(one.facets.get(facet) for one in self.analysis.counted.values())

    def owners_of(self, plan: Plan) -> list[str]:
        """Name who issued a plan; if nobody is known to, whose initiatives it has.

        Args:
            plan: The plan.
        """
        return [plan.agency.name] if plan.agency.name else self._owners.get(plan.iri, [])

    @cached_property
    def _owners(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = defaultdict(dict)
        for one in self.analysis.headings.values():
            found[one.plan][one.agency.name] = None
        return {plan: [*names] for plan, names in found.items()}

    def open_of(self, facet: str) -> Open:
        """Count the initiatives that leave a facet open.

        Args:
            facet: Name of the facet.
        """
        counted = self.analysis.counted.values()
        silent = [one for one in counted if not one.facets.get(facet)]
        suggested = sum(bool(one.suggestions.get(facet)) for one in silent)
        return Open(len(silent), suggested, len(counted))

    @cached_property
    def common(self) -> dict[str, tuple[int, ...]]:
        """What most cards would say, told once before them, with the numbers of the cards."""
        return find_common(self.cards)

    @cached_property
    def finding_count(self) -> int:
        """How many pairs are close enough to talk about."""
        return self.analysis.pairs.count_findings()

    @property
    def broad_count(self) -> int | None:
        """How many pairs lie in the same broad area only; None where that was not asked."""
        pairs = self.analysis.pairs
        return pairs.count_types()["fragmentation"] if pairs.is_exhaustive else None

    @property
    def row_count(self) -> int:
        """How many of them the page shows."""
        return sum(len(group.rows) for group in self.findings)

    @property
    def is_complete(self) -> bool:
        """Whether all initiatives are listed that it is about."""
        return self.listed.issuperset(self.analysis.counted)

    @cached_property
    def judged(self) -> dict[str, list[Reviewed]]:
        """Reviews to be looked at again, of dismissed findings, and of those that stand."""
        judged: dict[str, list[Reviewed]] = {"again": [], "dismissed": [], "held": []}
        for one in self.analysis.reviewed:
            held = "dismissed" if one.review.verdict == "dismissed" else "held"
            judged[held if one.stands else "again"].append(one)
        return judged

    @property
    def applied_reviews(self) -> int:
        """How many reviews are applied: those of pairs and of gaps that stand."""
        analysis = self.analysis
        of_pairs = sum(one.stands for one in analysis.reviewed)
        return of_pairs + sum(one.stands for one in analysis.reviewed_gaps)

    @cached_property
    def shown_findings(self) -> frozenset[str]:
        """References of the findings that the page shows."""
        return frozenset(row.reference for group in self.findings for row in group.rows)

    @cached_property
    def new_findings(self) -> frozenset[str]:
        """References of the findings that an earlier report does not have."""
        return self.since.references if self.since else frozenset()

    def within(self, limits: Limits) -> Page:
        """Give the page with other numbers of rows.

        Args:
            limits: How many rows it shows.
        """
        analysis, findings = self.analysis, build_groups(self.analysis, limits.findings)
        share = limits.gaps // max(1, len(analysis.gap_checks))
        kinds = group_checks(analysis.gap_checks)
        return replace(
            self,
            limits=limits,
            findings=findings,
            gap_kinds={"coordination-gap": []}
            | {
                slug: [list_gaps(one, share, most_scopes=limits.headings) for one in checks]
                for slug, checks in kinds.items()
            },
            listed=_choose_initiatives(analysis, findings, self.cards, limits.initiatives),
        )

    def initiatives(self, plan: Plan) -> list[Undertaking]:
        """List the initiatives of a plan that the page lists.

        Args:
            plan: The plan.
        """
        return self._initiatives[plan.iri]

    @cached_property
    def _initiatives(self) -> Mapping[str, list[Undertaking]]:
        """What the page lists, by the IRI of its plan."""
        found: dict[str, list[Undertaking]] = defaultdict(list)
        self.analysis.read_initiatives(self.listed)
        for iri, one in self.analysis.headings.items():
            if iri in self.listed:
                found[one.plan].append(self.analysis.undertakings[iri])
        return found


def find_country(analysis: Analysis) -> str:
    """Find the one country that a run is limited to.

    Args:
        analysis: The run.

    Returns:
        Its IRI; empty if the run is limited to no place, to several, or to a region or group.
    """
    places = analysis.extent.focus.places if analysis.extent else ()
    return places[0] if len(places) == 1 and is_country(places[0]) else ""


class _Shown(NamedTuple):
    """What is shown of the one country that a report is limited to."""

    country: Country | None = None
    map: Map | None = None
    pledges: Pledges | None = None


def _show_country(analysis: Analysis, reach: Reach, rates: Rates | None) -> _Shown:
    """Work out what is shown of the one country; nothing if the report is not limited to one."""
    iri = find_country(analysis)
    if not iri:
        return _Shown()
    labels = analysis.labels
    draw = partial(build_map, iri, name=lambda one: labels.get(one, one))
    if rates is None and not is_stated(analysis.graph, iri):
        # Nothing is there to be described, and to read all activities takes a while.
        return _Shown(map=draw(()))
    table = ActivityTable(analysis.graph, rates=rates)
    country = table.describe(iri, analysis.counted.keys())
    return _Shown(
        country=country if country.initiatives else None,
        map=draw(country.sites),
        pledges=PledgeTable(analysis, table).find(reach.row(iri)),
    )


def build_page(
    analysis: Analysis,
    limits: Limits = Limits(),
    *,
    earlier: EarlierReport | None = None,
    rates: Rates | None = None,
) -> Page:
    """Work out everything the page shows.

    Args:
        analysis: The run to report on.
        limits: How many rows it shows.
        earlier: The report before this one, if what is new is asked for.
        rates: Convert the money of a country to one currency; None leaves each in its own.

    Raises:
        SourceError: A rate is missing.
    """
    reach = Reach(analysis)
    shown = _show_country(analysis, reach, rates)
    page = Page(
        analysis=analysis,
        limits=limits,
        cards=build_cards(analysis),
        findings=(),
        themes=build_coverage(analysis, "theme"),
        groups=build_coverage(analysis, "beneficiary"),
        countries=_list_countries(analysis, reach),
        naming=reach.list_named(),
        ways=reach.count_ways(),
        coordination=find_coordination(analysis),
        gap_kinds={},
        listed=frozenset(),
        since=compare_reports(analysis, earlier) if earlier else None,
        country=shown.country,
        map=shown.map,
        pledges=shown.pledges,
    )
    return page.within(limits)


def _choose_initiatives(
    analysis: Analysis,
    findings: tuple[FindingGroup, ...],
    cards: tuple[Card, ...],
    most: int,
) -> frozenset[str]:
    """Choose which initiatives the page lists: all, or those that a finding is about."""
    if len(analysis.undertakings) <= most and analysis.extent is None:
        return frozenset(analysis.undertakings)
    sides = list(analysis.counted) if len(analysis.counted) <= most else []
    sides += [side.iri for card in cards for side in card.sides]
    sides += [side.iri for group in findings for row in group.rows for side in row.sides]
    return frozenset(list(dict.fromkeys(sides))[:most])


def _list_countries(analysis: Analysis, reach: Reach) -> tuple[CountryNumbers, ...]:
    """List the countries by name: all, or those that the report is limited to."""
    extent = analysis.extent
    parts = {part.iri for part in extent.focus.parts} if extent else set()
    wanted = set(filter(is_country, parts))
    if parts and not wanted:
        return ()
    return tuple(
        sorted(reach.count(only=wanted), key=lambda one: analysis.labels.get(one.iri, one.iri))
    )
