"""Everything the page shows, worked out before a template sees it.

Templates only put these records into HTML; they count nothing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.agreement import Agreement, read_agreement
from devcoop.figures.timeline import Timeline, build_plan_timeline
from devcoop.overlap.comparison import METHOD
from devcoop.report.anchors import anchor_check, anchor_concept, anchor_initiative
from devcoop.report.cards import Card, build_cards
from devcoop.report.coordination import Coordination, find_coordination, list_agencies
from devcoop.report.countries import Countries, build_countries
from devcoop.report.coverage import Coverage, build_coverage
from devcoop.report.gaplists import GapKind, build_gap_kinds
from devcoop.report.judged import Judged, build_judged
from devcoop.report.results import (
    FindingGroup,
    MatrixCell,
    build_groups,
    build_matrix,
    count_findings,
)
from devcoop.report.since import EarlierReport, Since, compare_reports
from devcoop.words.counts import spell_count, write_count
from devcoop.words.language import ENGLISH

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import Passage, Plan, Undertaking
    from devcoop.pipeline import Analysis

THEMES_CHECK = "themes-without-undertaking"
"""The question about gaps that the third figure is taken from."""
_MOST_NAMED = 4


@dataclass(frozen=True)
class Limits:
    """How many rows the page shows; the files beside it have them all.

    Attributes:
        findings: Rows of findings at most.
        initiatives: Initiatives at most; if there are more, those that a finding is about.
        gaps: Rows of gaps at most.
    """

    findings: int = 250
    initiatives: int = 400
    gaps: int = 4000

    def halve(self) -> Limits:
        """Allow half of everything."""
        return Limits(self.findings // 2, self.initiatives // 2, self.gaps // 2)


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
class PlanEntry:
    """A plan with its initiatives.

    Attributes:
        plan: The plan.
        period: Its period in words.
        anchor: Where its initiatives are listed.
        initiatives: Those that the page lists.
    """

    plan: Plan
    period: str
    anchor: str
    initiatives: tuple[Initiative, ...]


@dataclass(frozen=True)
class Initiative:
    """An initiative as the page lists it.

    Attributes:
        identifier: Main locator.
        anchor: Where it stands.
        label: Title.
        gist: What it is.
        about: Labels of its themes.
        groups: Labels of the groups it is meant for.
        areas: Labels of the places it is meant for.
        period: When, in words.
        passages: Where the plan says so.
    """

    identifier: str
    anchor: str
    label: str
    gist: str
    about: tuple[str, ...]
    groups: tuple[str, ...]
    areas: tuple[str, ...]
    period: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Page:
    """The whole report.

    Attributes:
        title: Its title.
        scope: What it covers, in one sentence.
        agencies: Short names of the agencies.
        figures: The three figures of the first screen.
        pairs_by_type: How many pairs of each type.
        conversations: How many subjects there are to talk about.
        cards: The most useful of them.
        matrix: Findings by pair of agencies.
        themes: Who works on which theme.
        groups: Who serves which group.
        countries: Who reaches which country.
        timeline: The plans over time.
        coordination: What the plans say about each other.
        gap_kinds: Gaps by kind.
        gaps: How many gaps the questions found.
        findings: All findings by subject.
        finding_count: How many findings there are.
        row_count: How many of them the page shows.
        judged: What people said about findings.
        since: How this differs from an earlier report; None if none was given.
        most_listed: How many rows of reviews, new and gone findings the page shows at most.
        plans: The plans with their initiatives.
        is_complete: Whether all initiatives are listed.
        agreement: How far two readings agree.
        version: Version of the software.
        method: Name and version of the method.
        data_hash: Hash of the data.
        graphs: The named graphs that were searched.
    """

    title: str
    scope: str
    agencies: tuple[str, ...]
    figures: tuple[Figure, ...]
    pairs_by_type: dict[str, int]
    conversations: int
    cards: tuple[Card, ...]
    matrix: tuple[tuple[MatrixCell | None, ...], ...]
    themes: Coverage
    groups: Coverage
    countries: Countries
    timeline: Timeline
    coordination: Coordination
    gap_kinds: tuple[GapKind, ...]
    gaps: int
    findings: tuple[FindingGroup, ...]
    finding_count: int
    row_count: int
    judged: Judged
    since: Since | None
    most_listed: int
    plans: tuple[PlanEntry, ...]
    is_complete: bool
    agreement: tuple[Agreement, ...]
    version: str
    method: str
    data_hash: str
    graphs: tuple[str, ...]

    @property
    def listed(self) -> frozenset[str]:
        """Anchors of the initiatives that the page lists."""
        return frozenset(one.anchor for entry in self.plans for one in entry.initiatives)

    @property
    def is_judged(self) -> bool:
        """Whether anybody said anything."""
        return any((self.judged.again, self.judged.dismissed, self.judged.held))

    @property
    def shown_findings(self) -> frozenset[str]:
        """References of the findings that the page shows."""
        return frozenset(row.reference for group in self.findings for row in group.rows)

    @property
    def new_findings(self) -> frozenset[str]:
        """References of the findings that an earlier report does not have."""
        return self.since.references if self.since else frozenset()

    def rows_of(self, anchor: str) -> str:
        """Name the target of a conversation's findings, or of all if the page has no room.

        Args:
            anchor: Where they would stand.
        """
        return anchor if any(group.anchor == anchor for group in self.findings) else "findings"

    def plan_name(self, slug: str) -> str:
        """Name a plan by its agency, or by its slug if it is none of those compared.

        Args:
            slug: Last part of the plan's IRI.
        """
        names = (one.plan.agency.name for one in self.plans if one.plan.iri.endswith(f"/{slug}"))
        return next(names, slug)

    def name_plans(self, iris: Iterable[str]) -> str:
        """Name plans by their agencies.

        Args:
            iris: The plans.
        """
        names = {one.plan.iri: one.plan.agency.name for one in self.plans}
        return ENGLISH.join(sorted(names[iri] for iri in iris))

    def plan_anchor(self, agency: str) -> str:
        """Name the target of an agency's initiatives.

        Args:
            agency: Short name of the agency.
        """
        anchors = (entry.anchor for entry in self.plans if entry.plan.agency.name == agency)
        return next(anchors, "initiatives")


def build_page(
    analysis: Analysis, limits: Limits = Limits(), *, earlier: EarlierReport | None = None
) -> Page:
    """Work out everything the page shows.

    Args:
        analysis: The run to report on.
        limits: How many rows it shows.
        earlier: The report before this one, if what is new is asked for.
    """
    findings, cards = build_groups(analysis, limits.findings), build_cards(analysis)
    themes, coordination = build_coverage(analysis, "theme"), find_coordination(analysis)
    listed = _choose_initiatives(analysis, findings, cards, limits.initiatives)
    return Page(
        title=_title(analysis),
        scope=_scope(analysis),
        agencies=tuple(agency.name for agency in list_agencies(analysis)),
        figures=_figures(analysis, coordination, themes),
        pairs_by_type=dict(analysis.pairs.count_types()),
        conversations=len(analysis.conversations),
        cards=cards,
        matrix=build_matrix(analysis, findings),
        themes=themes,
        groups=build_coverage(analysis, "beneficiary"),
        countries=build_countries(analysis),
        timeline=build_plan_timeline(analysis.plans),
        coordination=coordination,
        gap_kinds=build_gap_kinds(analysis, listed, limits.gaps),
        gaps=sum(len(check.gaps) for check in analysis.gap_checks),
        findings=findings,
        finding_count=count_findings(analysis),
        row_count=sum(len(group.rows) for group in findings),
        judged=build_judged(analysis),
        since=compare_reports(analysis, earlier) if earlier else None,
        most_listed=limits.findings,
        plans=tuple(_plan_entries(analysis, listed)),
        is_complete=len(listed) == len(analysis.undertakings),
        agreement=tuple(read_agreement()),
        version=analysis.run.version,
        method=METHOD,
        data_hash=analysis.run.data_hash,
        graphs=analysis.run.graphs,
    )


def _title(analysis: Analysis) -> str:
    agencies: tuple[str, ...] = tuple(agency.name for agency in list_agencies(analysis))
    if len(agencies) > _MOST_NAMED:
        agencies = (spell_count(len(agencies), "agency", "agencies"),)
    return f"{ENGLISH.join(agencies)}: where their plans meet and what they leave open"


def _scope(analysis: Analysis) -> str:
    return (
        f"{spell_count(len(analysis.plans), 'plan')}, "
        f"{write_count(len(analysis.undertakings), 'initiative')}, "
        f"{ENGLISH.number(len(analysis.pairs))} pairs compared."
    )


def _figures(
    analysis: Analysis, coordination: Coordination, themes: Coverage
) -> tuple[Figure, ...]:
    check = next((one for one in analysis.gap_checks if one.name == THEMES_CHECK), None)
    unserved, of = (
        (len(check.gaps), len(check.cells)) if check else (themes.of - themes.served, themes.of)
    )
    return (
        Figure(
            "findings",
            count_findings(analysis),
            len(analysis.pairs),
            "pairs of initiatives worth a conversation",
            "pairs compared",
            "findings",
        ),
        Figure(
            "unlinked_overlaps",
            coordination.gaps,
            coordination.overlaps,
            "overlaps for which neither plan names the other agency",
            "overlaps",
            "gap-coordination",
        ),
        Figure(
            "unserved_themes",
            unserved,
            of,
            "themes on which no plan acts",
            "themes looked at",
            anchor_check(THEMES_CHECK) if check else "themes",
        ),
    )


def _choose_initiatives(
    analysis: Analysis,
    findings: tuple[FindingGroup, ...],
    cards: tuple[Card, ...],
    most: int,
) -> frozenset[str]:
    """Choose which initiatives the page lists: all, or those that a finding is about."""
    if len(analysis.undertakings) <= most:
        return frozenset(analysis.undertakings)
    sides = [side.iri for card in cards for side in card.sides]
    sides += [side.iri for group in findings for row in group.rows for side in row.sides]
    return frozenset(list(dict.fromkeys(sides))[:most])


def _plan_entries(analysis: Analysis, listed: frozenset[str]) -> Iterator[PlanEntry]:
    by_plan: dict[str, list[Undertaking]] = defaultdict(list)
    for one in analysis.undertakings.values():
        if one.iri in listed:
            by_plan[one.plan].append(one)
    for plan in analysis.plans:
        yield PlanEntry(
            plan=plan,
            period=ENGLISH.period(plan.period),
            anchor=anchor_concept(plan.iri),
            initiatives=tuple(map(_initiative, by_plan[plan.iri])),
        )


def _initiative(one: Undertaking) -> Initiative:
    return Initiative(
        identifier=one.identifier,
        anchor=anchor_initiative(one.iri),
        label=one.label,
        gist=one.gist,
        about=tuple(concept.label for concept in one.facets.get("theme", ())),
        groups=tuple(concept.label for concept in one.facets.get("beneficiary", ())),
        areas=tuple(dict.fromkeys(area.label for area in one.areas)),
        period=ENGLISH.period(one.period),
        passages=one.evidence,
    )
