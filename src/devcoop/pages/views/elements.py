"""Pages about single elements of plans: initiatives, results, indicators, principles and others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS, STATED_BY_FEW, STRENGTH
from devcoop.names import CANCELLED, DEVC, FACET_PROPERTIES, PREFIXES, iri_of, path_of
from devcoop.overlap.conversations import is_finding
from devcoop.pages.routes import Route, View
from devcoop.pages.views.facts import (
    ALT_LABEL,
    DESCRIPTION,
    IDENTIFIER,
    LABEL,
    TYPE,
    facts_of,
)
from devcoop.pages.views.statements import Statements, list_in, list_out

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.model import Area, Pair, Undertaking
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts, Gap
    from devcoop.words.language import Label

_OA = PREFIXES["oa"]
# RDF terms of a library are equal to each other only, so both sides are plain text.
_SHOWN_OUT = frozenset(
    map(
        str,
        (
            *FACET_PROPERTIES.values(),
            TYPE,
            LABEL,
            ALT_LABEL,
            DESCRIPTION,
            IDENTIFIER,
            DEVC.agency,
            DEVC.contributesTo,
            DEVC.facetNotStated,
            DEVC.hasEvidence,
            DEVC.hasStatus,
            DEVC.inPlan,
            DEVC.codedValue,
            DEVC.inferredValue,
            DEVC.partOf,
            DEVC.periodBasis,
            DEVC.placeBasis,
            DEVC.targetArea,
            DEVC.undertakingType,
        ),
    )
)
_SHOWN_IN = frozenset(
    map(str, (DEVC.contributesTo, DEVC.involves, DEVC.participatesIn, DEVC.partOf))
)


@dataclass(frozen=True)
class FacetLine:
    """What an element says on one point.

    Attributes:
        facet: Name of the facet.
        concepts: IRIs of what it says.
        is_open: The dataset states that the plan's text leaves this open.
        inferred: IRIs of those concepts that are read from the text and not stated in words.
        coded: IRIs of those that the source gives as codes.
    """

    facet: str
    concepts: tuple[str, ...]
    is_open: bool
    inferred: tuple[str, ...]
    coded: tuple[str, ...]


@dataclass(frozen=True)
class Evidence:
    """A passage of a plan document.

    Attributes:
        passage: IRI of the passage.
        locator: Its name.
        gist: What it says, in our words.
        document: IRI of the document; empty if not known.
        start: First character, counted from 0; empty if not known.
        end: Character after the last; empty if not known.
    """

    passage: str
    locator: str
    gist: Label | None
    document: str
    start: str
    end: str

    @property
    def is_placed(self) -> bool:
        """Whether it is known where in which document it stands."""
        return bool(self.document) and self.start.isdecimal() and self.end.isdecimal()


@dataclass(frozen=True)
class Part:
    """Who takes part in something, and how.

    Attributes:
        participation: IRI of the statement of it.
        participants: Who.
        roles: As what.
    """

    participation: str
    participants: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True)
class Meeting:
    """An initiative of another agency that this one meets.

    Attributes:
        pair: The pair.
        other: The other initiative.
        is_finding: It is close enough to talk about, not only in the same broad area.
    """

    pair: Pair
    other: Undertaking
    is_finding: bool


@dataclass(frozen=True)
class ElementPage:
    """All that is shown about an element of a plan.

    Attributes:
        iri: The element.
        identifier: Its main locator.
        gist: What it is.
        classes: What kind of thing it is.
        kinds: What kind of initiative it is.
        plan: The plan it belongs to; empty if the dataset does not say.
        agencies: Who answers for it.
        initiative: The same as the comparison reads it; None for other elements.
        own_period: The period is its own, not the plan's.
        statuses: How far it has come: one at most, if the data keep their rules.
        is_cancelled: Its source calls it cancelled.
        facets: What it says point by point; for other elements than initiatives only what is said.
        areas: Places and groups it is meant for, by IRI.
        area_notes: How each place of an initiative is known, by the place's IRI.
        is_place_open: The dataset states that the text leaves the place open.
        wholes: What it is a part of.
        serves: What it contributes to.
        pieces: What is a part of it.
        served_by: What contributes to it.
        parts: Who takes part.
        evidence: Where the plan says so.
        meetings: Initiatives of other agencies that it meets, the strongest first.
        gaps: Gaps about it.
        more: Other statements about it.
        mentioned: Other statements that name it.
    """

    iri: str
    identifier: str
    gist: Label | None
    classes: tuple[str, ...]
    kinds: tuple[str, ...]
    plan: str
    agencies: tuple[str, ...]
    initiative: Undertaking | None
    own_period: bool
    statuses: tuple[str, ...]
    is_cancelled: bool
    facets: tuple[FacetLine, ...]
    areas: tuple[str, ...]
    area_notes: dict[str, Area]
    is_place_open: bool
    wholes: tuple[str, ...]
    serves: tuple[str, ...]
    pieces: tuple[str, ...]
    served_by: tuple[str, ...]
    parts: tuple[Part, ...]
    evidence: tuple[Evidence, ...]
    meetings: tuple[Meeting, ...]
    gaps: tuple[Gap, ...]
    more: tuple[Statements, ...]
    mentioned: tuple[Statements, ...]

    @property
    def findings(self) -> tuple[Meeting, ...]:
        """The meetings that are close enough to talk about."""
        return tuple(one for one in self.meetings if one.is_finding)

    @property
    def broad(self) -> tuple[Meeting, ...]:
        """The meetings that are only in the same broad area, or were dismissed."""
        return tuple(one for one in self.meetings if not one.is_finding)


def build_element(facts: Facts, iri: str, language: str) -> ElementPage:
    """Gather what is shown about an element of a plan.

    Args:
        facts: Where to look.
        iri: The element.
        language: For its gist, and in which lists are sorted by name.
    """
    initiative = facts.content.initiatives.get(iri)
    areas = initiative.areas if initiative else ()
    return ElementPage(
        iri=iri,
        identifier=facts.find_value(iri, IDENTIFIER),
        gist=facts.find_text(iri, DESCRIPTION, language),
        classes=facts.by_name(facts.links(iri, TYPE), language),
        kinds=facts.by_name(facts.links(iri, DEVC.undertakingType), language),
        plan=next(iter(facts.links(iri, DEVC.inPlan)), ""),
        agencies=facts.by_name(facts.links(iri, DEVC.agency), language),
        initiative=initiative,
        own_period=bool(facts.links(iri, DEVC.periodBasis)),
        statuses=facts.by_name(facts.links(iri, DEVC.hasStatus), language),
        is_cancelled=CANCELLED in facts.links(iri, DEVC.hasStatus),
        facets=tuple(_facets(facts, iri, language)),
        areas=facts.by_name(
            facts.links(iri, DEVC.targetArea) or [one.iri for one in areas], language
        ),
        area_notes={one.iri: one for one in areas},
        is_place_open=str(DEVC.targetArea) in facts.links(iri, DEVC.facetNotStated),
        wholes=facts.by_name(facts.links(iri, DEVC.partOf), language),
        serves=facts.by_name(facts.links(iri, DEVC.contributesTo), language),
        pieces=_list_pieces(facts, iri, language),
        served_by=facts.by_name(facts.sources(iri, DEVC.contributesTo), language),
        parts=_list_parts(facts, iri, language),
        evidence=list_evidence(facts, iri, language),
        meetings=list_meetings(facts, initiative) if initiative else (),
        gaps=facts.gaps_of.get(iri, ()),
        more=list_out(facts, iri, language, _SHOWN_OUT),
        mentioned=list_in(facts, iri, language, _SHOWN_IN),
    )


def _facets(facts: Facts, iri: str, language: str) -> Iterable[FacetLine]:
    open_ones = facts.links(iri, DEVC.facetNotStated)
    read, given = facts.links(iri, DEVC.inferredValue), facts.links(iri, DEVC.codedValue)
    for facet in FACETS:
        concepts = facts.by_name(facts.links(iri, FACET_PROPERTIES[facet]), language)
        is_open = FACET_PROPERTIES[facet] in open_ones
        one = facts.content.initiatives.get(iri)
        is_asked = one and (facet not in STATED_BY_FEW or facet in one.suggestions)
        if concepts or is_open or is_asked:
            inferred = tuple(one for one in concepts if one in read)
            coded = tuple(one for one in concepts if one in given)
            yield FacetLine(facet, concepts, is_open, inferred, coded)


def _list_pieces(facts: Facts, iri: str, language: str) -> tuple[str, ...]:
    """List the parts of an element; who takes part in it is told elsewhere."""
    taking_part = facts.sources(iri, DEVC.participatesIn)
    return facts.by_name(set(facts.sources(iri, DEVC.partOf)).difference(taking_part), language)


def _list_parts(facts: Facts, iri: str, language: str) -> tuple[Part, ...]:
    return tuple(
        Part(
            participation=one,
            participants=facts.by_name(facts.links(one, DEVC.participant), language),
            roles=facts.by_name(facts.links(one, DEVC.role), language),
        )
        for one in facts.by_name(facts.sources(iri, DEVC.participatesIn), language)
    )


def list_evidence(facts: Facts, iri: str, language: str) -> tuple[Evidence, ...]:
    """List the passages that say something, in the order of their documents.

    Args:
        facts: Where to look.
        iri: The thing that they are evidence for.
        language: For their gists.
    """
    found = [read_passage(facts, one, language) for one in facts.links(iri, DEVC.hasEvidence)]
    return tuple(sorted(found, key=lambda one: (one.document, int(one.start or 0), one.passage)))


def read_passage(facts: Facts, iri: str, language: str) -> Evidence:
    """Read a passage.

    Args:
        facts: Where to look.
        iri: The passage.
        language: For its gist.
    """
    selector = next(iter(facts.links(iri, _OA + "hasSelector")), "")
    return Evidence(
        passage=iri,
        locator=facts.find_value(iri, DEVC.locator),
        gist=facts.find_text(iri, DESCRIPTION, language),
        document=next(iter(facts.links(iri, _OA + "hasSource")), ""),
        start=facts.find_value(selector, _OA + "start"),
        end=facts.find_value(selector, _OA + "end"),
    )


def list_meetings(facts: Facts, initiative: Undertaking) -> tuple[Meeting, ...]:
    """List the initiatives of other agencies that one meets.

    Args:
        facts: Where to look.
        initiative: The initiative.

    Returns:
        The strongest finding first, then the closest.
    """
    known = facts.analysis.undertakings
    found = [
        Meeting(
            pair,
            known[pair.right if pair.left == initiative.iri else pair.left],
            is_finding(pair),
        )
        for pair in facts.analysis.pairs.alike(initiative.iri)
    ]
    return tuple(sorted(found, key=lambda one: (-STRENGTH[one.pair.type], -one.pair.score)))


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    facts, iri = facts_of(content), iri_of(request.path)
    if not facts.links(iri, DEVC.inPlan):
        return None
    section = "/initiatives" if iri in content.initiatives else "/plans"
    return View("element.html.j2", {"page": build_element(facts, iri, request.language)}, section)


def _paths(content: Content) -> list[str]:
    facts = facts_of(content)
    plans = facts.of_type(DEVC.Plan)
    iris = {iri for plan in plans for iri in facts.sources(plan, DEVC.inPlan)}
    return sorted(map(path_of, iris))


ROUTES = (Route("/element/{rest*}", _view, _paths),)
