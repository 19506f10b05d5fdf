"""Pages about agencies: their plans, their work, whom they coordinate with and whom they meet."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.coordination import find_namings
from devcoop.figures.gaps import GapList, group_checks, list_gaps, narrow_checks
from devcoop.model import STRENGTH
from devcoop.names import DEVC, PREFIXES, iri_of, path_of, term
from devcoop.overlap.coordination import find_links
from devcoop.pages.routes import Route, Table, View, only
from devcoop.pages.views.facts import (
    ALT_LABEL,
    DESCRIPTION,
    LABEL,
    NOTATION,
    facts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.figures.meetings import Meeting
    from devcoop.model import Link, Naming, Plan, Undertaking
    from devcoop.overlap.conversations import Conversation
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts
    from devcoop.pipeline import Analysis
    from devcoop.words.language import Label

SECTION = "/agencies"
_ORGANIZATION = term("org:Organization")
_PART_OF = term("org:subOrganizationOf")


@dataclass(frozen=True)
class AgencyRow:
    """An agency as the list shows it.

    Attributes:
        iri: The agency.
        code: Short name; empty if it has none.
        plans: Its plans that are compared.
        initiatives: How many initiatives it answers for.
        findings: How many pairs with another agency are close enough to talk about.
        passages: How many passages of the plans speak of it.
        parents: What it is a part of.
    """

    iri: str
    code: str
    plans: tuple[Plan, ...]
    initiatives: int
    findings: int
    passages: int
    parents: tuple[str, ...]


@dataclass(frozen=True)
class StatedLink:
    """A coordination that a plan states.

    Attributes:
        iri: The statement.
        plan: The plan that states it.
        ends: Whom it leads from; for links to an agency, also who states it.
        others: Whom it leads to.
        through: By what.
    """

    iri: str
    plan: str
    ends: tuple[str, ...]
    others: tuple[str, ...]
    through: tuple[str, ...]


@dataclass(frozen=True)
class Neighbour:
    """Another agency and where both meet.

    Attributes:
        iri: The agency.
        meeting: What was found between the two.
        links: What either plan states about coordination with the other.
        named: Where either plan names the other for another reason, if no coordination is stated.
        kinds: Where either plan names a kind of organization the other may be one of, likewise.
        conversations: The subjects on which both should talk, most useful first.
    """

    iri: str
    meeting: Meeting
    links: tuple[Link, ...]
    named: tuple[Naming, ...]
    kinds: tuple[Naming, ...]
    conversations: tuple[Conversation, ...]

    @property
    def unlinked(self) -> int:
        """How many overlaps nobody has linked."""
        return 0 if self.links else self.meeting.overlaps


@dataclass(frozen=True)
class AgencyPage:
    """All that is shown about an agency.

    Attributes:
        iri: The agency.
        code: Short name; empty if it has none.
        names: What it is called in each language, and other names.
        description: What it is.
        parents: What it is a part of.
        children: What is a part of it.
        plans: Its plans that are compared.
        initiatives: What it answers for.
        themes: IRI of each broad theme with the number of its initiatives, most first.
        sends: Coordination with others that its plans or others state of it.
        receives: Coordination of others with it.
        roles: Statements of its part in a plan.
        neighbours: The other agencies, most findings first.
        gaps: Gaps about it, by question.
    """

    iri: str
    code: str
    names: tuple[Label, ...]
    description: Label | None
    parents: tuple[str, ...]
    children: tuple[str, ...]
    plans: tuple[Plan, ...]
    initiatives: tuple[Undertaking, ...]
    themes: tuple[tuple[str, int], ...]
    sends: tuple[StatedLink, ...]
    receives: tuple[StatedLink, ...]
    roles: tuple[str, ...]
    neighbours: tuple[Neighbour, ...]
    gaps: tuple[GapList, ...]


def list_agencies(facts: Facts, language: str) -> tuple[AgencyRow, ...]:
    """List all agencies, those with most initiatives first, then by name.

    Args:
        facts: Where to look.
        language: In which they are sorted by name.
    """
    owners = {iri: code for code, iri in facts.content.agencies.items()}
    found: Counter[str] = Counter()
    for (left, right, kind), pairs in facts.analysis.pairs.count().items():
        if STRENGTH.get(kind):
            found.update({left: pairs, right: pairs})
    counts = Counter(one.agency.iri for one in facts.analysis.undertakings.values())
    rows = [
        AgencyRow(
            iri=iri,
            code=owners.get(iri) or facts.find_value(iri, NOTATION),
            plans=_plans(facts, iri),
            initiatives=counts[iri],
            findings=found[iri],
            passages=len(facts.links(iri, DEVC.hasEvidence)),
            parents=facts.by_name(facts.links(iri, _PART_OF), language),
        )
        for iri in facts.by_name({*_list_organizations(facts), *owners}, language)
    ]
    return tuple(sorted(rows, key=lambda row: (-len(row.plans), -row.initiatives)))


def _list_organizations(facts: Facts) -> list[str]:
    """List the organizations that are agencies, not those who made the dataset."""
    return [iri for iri in facts.of_type(_ORGANIZATION) if iri.startswith(PREFIXES["ag"])]


def _plans(facts: Facts, iri: str) -> tuple[Plan, ...]:
    issued = facts.sources(iri, DEVC.issuedBy)
    return tuple(facts.plans[one] for one in issued if one in facts.plans)


def build_agency(facts: Facts, iri: str, language: str) -> AgencyPage:
    """Gather what is shown about an agency.

    Args:
        facts: Where to look.
        iri: The agency.
        language: For its description, and in which lists are sorted by name.
    """
    codes = {owner: code for code, owner in facts.content.agencies.items()}
    code = codes.get(iri, "")
    known = facts.analysis.undertakings.values()
    return AgencyPage(
        iri=iri,
        code=code or facts.find_value(iri, NOTATION),
        names=(*facts.texts(iri, LABEL), *facts.texts(iri, ALT_LABEL)),
        description=facts.find_text(iri, DESCRIPTION, language),
        parents=facts.by_name(facts.links(iri, _PART_OF), language),
        children=facts.by_name(facts.sources(iri, _PART_OF), language),
        plans=_plans(facts, iri),
        initiatives=tuple(one for one in known if one.agency.iri == iri),
        themes=_themes(facts, iri) if code else (),
        sends=_list_links(facts, facts.sources(iri, DEVC.linkFrom), language),
        receives=_list_links(facts, facts.sources(iri, DEVC.linkTo), language),
        roles=facts.by_name(facts.sources(iri, DEVC.participant), language),
        neighbours=_list_neighbours(facts, iri) if code else (),
        gaps=list_gaps_of(facts, iri),
    )


def _themes(facts: Facts, agency: str) -> tuple[tuple[str, int], ...]:
    at = list(facts.analysis.agencies).index(agency)
    tops = (row for row in facts.coverage("theme").values() if row.depth == 0)
    counts = {row.iri: row.numbers[at] for row in tops if row.numbers[at]}
    return tuple(sorted(counts.items(), key=lambda entry: -entry[1]))


def _list_links(facts: Facts, iris: Iterable[str], language: str) -> tuple[StatedLink, ...]:
    return tuple(
        StatedLink(
            iri=iri,
            plan=next(iter(facts.links(iri, DEVC.inPlan)), ""),
            ends=facts.by_name(facts.links(iri, DEVC.linkFrom), language),
            others=facts.by_name(facts.links(iri, DEVC.linkTo), language),
            through=facts.by_name(facts.links(iri, DEVC.linkThrough), language),
        )
        for iri in iris
    )


def _list_neighbours(facts: Facts, agency: str) -> tuple[Neighbour, ...]:
    analysis, talks = facts.analysis, facts.content.once(_group_conversations)
    found = (one for one in facts.content.meetings if one.agencies[0] == agency)
    neighbours = (
        Neighbour(
            iri=one.agencies[1],
            meeting=one,
            links=tuple(find_links(analysis.links, *one.agencies)),
            named=_list_namings(analysis, analysis.namings, *one.agencies),
            kinds=_list_namings(analysis, analysis.kinds, *one.agencies),
            conversations=tuple(talks.get(frozenset(one.agencies), ())),
        )
        for one in found
    )
    return tuple(sorted(neighbours, key=lambda one: -one.meeting.findings))


def _group_conversations(content: Content) -> dict[frozenset[str], list[Conversation]]:
    """Group conversations by the IRIs of their agencies."""
    found: dict[frozenset[str], list[Conversation]] = defaultdict(list)
    for talk in content.analysis.conversations:
        found[frozenset((talk.left_agency, talk.right_agency))].append(talk)
    return found


def _list_namings(
    analysis: Analysis, namings: Iterable[Naming], one: str, other: str
) -> tuple[Naming, ...]:
    """List where either plan names the other agency, if neither does so to coordinate."""
    if find_links(analysis.links, one, other):
        return ()
    known = tuple(namings)
    return find_namings(known, one, other) + find_namings(known, other, one)


def list_gaps_of(facts: Facts, agency: str) -> tuple[GapList, ...]:
    """List what the questions about gaps found for one agency.

    Args:
        facts: Where to look.
        agency: The agency.

    Returns:
        A list for each question with a gap, by type.
    """
    checks = group_checks(narrow_checks(facts.analysis.gap_checks, agency))
    return tuple(list_gaps(one) for several in checks.values() for one in several if one.gaps)


def _view_list(content: Content, request: Request, _parts: Parts) -> View:
    rows = list_agencies(facts_of(content), request.language)
    values = {"owners": [row for row in rows if row.plans or row.initiatives]}
    values["others"] = [row for row in rows if not (row.plans or row.initiatives)]
    return View("agencies.html.j2", values, SECTION)


def _table(content: Content, request: Request, _parts: Parts) -> Table:
    columns = ("agency", "name", "plans", "initiatives", "findings", "passages", "iri")
    rows = [
        (
            row.code,
            content.label(row.iri, request.language).text,
            len(row.plans),
            row.initiatives,
            row.findings,
            row.passages,
            row.iri,
        )
        for row in list_agencies(facts_of(content), request.language)
    ]
    return Table(columns, rows)


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    facts, iri = facts_of(content), iri_of(request.path)
    if not facts.is_known(iri):
        return None
    return View("agency.html.j2", {"page": build_agency(facts, iri, request.language)}, SECTION)


def _paths(content: Content) -> Iterable[str]:
    facts = facts_of(content)
    return map(path_of, facts.by_name({*_list_organizations(facts), *content.agencies.values()}))


ROUTES = (
    Route("/agencies", _view_list, only("/agencies"), _table),
    Route("/agency/{slug}", _view, _paths),
)
