"""Records of others as statements: what is known is linked, what is not is kept and told.

Nothing is invented. A place, a concept or a body is linked only if `recognition` knows it; an
organization that it does not know becomes one of the source's own, the same wherever its name
is written the same but for case, accents and marks. All else is kept beside the element as a
note, as it was written, and told.
"""

from __future__ import annotations

import contextlib
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from devcoop import names
from devcoop.load.bodies import normalise_identifier
from devcoop.load.lines import SortedLines
from devcoop.load.organizations import LANGUAGE, find_listed_name
from devcoop.load.quantities import state_amounts, state_figures, state_share, write_degrees
from devcoop.load.recognition import NOTHING, Recognizer, plain
from devcoop.load.records import Body, Note, Text, Told, Value
from devcoop.load.spool import QuadSpool, Spool
from devcoop.load.statements import Statements
from devcoop.load.suggestions import compose, state
from devcoop.names import DEVC, FACET_PROPERTIES
from devcoop.store import Source
from devcoop.store.lexical import LexicalForms
from devcoop.store.terms import Literal, Quad, as_text, place_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date

    from devcoop.load.lines import Digest
    from devcoop.load.reading import Reading
    from devcoop.load.records import Amount, Element, Head, Records, Reference, Site, Where
    from devcoop.load.suggest import Suggester
    from devcoop.model import Suggestion
    from devcoop.store.terms import Term

_PROPERTIES = {
    **FACET_PROPERTIES,
    "place": str(DEVC.targetArea),
    "type": str(DEVC.undertakingType),
    "status": str(DEVC.hasStatus),
    "level": str(DEVC.resultLevel),
}
_OPEN = tuple(
    str(DEVC[name])
    for name in (
        "arena", "beneficiaryGroup", "function", "instrument", "targetArea", "theme",
        "undertakingType",
    )
)  # fmt: skip
"""Facets of which it is said that the source leaves them open, where it does."""
_SINGLE = frozenset({"type", "status", "arena", "level"})
"""What an element has one of; a second value is kept as a note."""
_LEVELS = {"Impact": "impact", "Outcome": "outcome", "Output": "output"}
_TAKES_PART = "stakeholder"
"""Role of whom a source names beside an initiative without saying what for."""
_TOGETHER = frozenset(
    {"co-lead", "contributor", "coordinating", "extending", "funding", "implementing", "partner"}
)
"""Roles in which a body works with the agency; who is only served, or approves, does not."""
_UNKNOWN = "not known, kept as a note"
_DECIDED = "as was decided"
_BARE = "no theme is stated; what is suggested from title and description counts less"
_FOLLOWS = "no theme is stated; the one that follows from a purpose counts as suggested"
_PURPOSE = "neither theme nor purpose is stated; the purpose that words suggest counts less"
_STATES_PURPOSE, _PART_OF = str(DEVC.purpose), str(DEVC.partOf)
_ISSUED_BY = str(DEVC.issuedBy)
_TOLD_EACH = 500
_WORLD = names.mint_concept("place", "world")
_SHORT_NAME = re.compile(r"\S{2,12}$")


class _Bare(NamedTuple):
    """An initiative that states no theme.

    Attributes:
        iri: Its IRI.
        text: Title and description.
        stated: Facets that it states.
    """

    iri: str
    text: str
    stated: frozenset[str]


@dataclass(frozen=True)
class Encoded:
    """A list as statements.

    Attributes:
        source: The record of its graph.
        quads: Its statements; a few may be there twice.
        told: What a person should know, the same things together.
        bare: Each initiative that states no theme: its IRI, its title and description, and the
            facets that it states.
        purposes: IRIs of the purposes of aid that each states, of those that state any.
        served: IRIs of those that have a purpose of a whole or a component.
        named: Those of its statements that say what organizations are which nobody had named
            before, and who issued it.
        rewritten: Once it is sealed, the form that a store keeps, by the value as it is stated.
        digest: Once it is sealed, what its lines come to.
    """

    source: Source
    quads: QuadSpool
    told: tuple[Told, ...]
    bare: Spool[_Bare]
    purposes: dict[str, tuple[str, ...]]
    served: frozenset[str]
    named: tuple[Quad, ...] = ()
    rewritten: dict[Term, Term] = field(default_factory=dict)
    digest: Digest | None = None

    def suggest(self, suggester: Suggester, *, with_purposes: bool = True) -> Encoded:
        """Add facets that are suggested to initiatives that state no theme, to its statements.

        What states its theme, or the purpose of the aid, is compared by what it states and by its
        words; a facet that it leaves open besides stays unknown. What states neither, for itself
        or as part of a whole that does, gets its purpose suggested as well.

        Args:
            suggester: Suggests them from titles and descriptions.
            with_purposes: Whether purposes are suggested, too. What is only suggested counts
                beside what is stated, and where nobody states any it tells nothing.
        """
        counts = dict.fromkeys((_BARE, _FOLLOWS, _PURPOSE), 0)
        for one in self.bare:
            found, themes = self._suggest(one, suggester)
            purposes = self._suggest_purposes(one, suggester) if with_purposes else []
            counts[_BARE] += found is not None
            counts[_FOLLOWS] += bool(themes)
            counts[_PURPOSE] += bool(purposes)
            # What somebody stated tells more of the theme than words do.
            others = [one for one in found or () if not (themes and one.facet == "theme")]
            wanted = [made for made in (*themes, *others) if made.facet not in one.stated]
            made = state(one.iri, [*wanted, *purposes])
            self.quads.extend(place_in(self.source.graph, made))
        told = [Told("read", words, number=number) for words, number in counts.items() if number]
        return replace(self, told=(*self.told, *told))

    def _suggest(
        self, one: _Bare, suggester: Suggester
    ) -> tuple[list[Suggestion] | None, Sequence[Suggestion]]:
        """Suggest what words tell of an initiative, if they are asked, and its themes."""
        stated = self.purposes.get(one.iri, ())
        found = None
        # Our schemes have words for the fields that are near a theme, and for hardly any other.
        if not stated or suggester.suggest_themes(stated, ()):
            [found] = suggester.suggest([one.text], without=one.stated)
        return found, suggester.suggest_themes(stated, found or [])

    def _suggest_purposes(self, one: _Bare, suggester: Suggester) -> list[Suggestion]:
        """Suggest the purposes of what states none, for itself or as part of a whole."""
        if self.purposes.get(one.iri) or one.iri in self.served:
            return []
        [purposes] = suggester.suggest_purposes([one.text])
        return purposes

    def seal(self) -> Encoded:
        """Give the record of the source the hash of what it says.

        What a list says hangs on what is known besides: its bytes tell no versions apart.
        """
        graph, forms = self.source.graph, LexicalForms()
        with contextlib.ExitStack() as stack:
            lines = SortedLines(stack)
            # Lines as they are written need no term of their own: there may be tens of millions.
            for piece in self.quads.iter_pieces():
                written = piece.splitlines(keepends=True)
                lines.add(graph.encode(), written)
                forms.add_lines(written)
            [digest] = lines.iter_digests()
        source = replace(self.source, sha256=digest.sha256)
        return replace(self, source=source, rewritten=forms.find_rewritten(), digest=digest)


def encode(
    reading: Reading,
    records: Records,
    known: Recognizer,
    *,
    retrieved: str = "",
    tell: Callable[[float], object] | None = None,
) -> Encoded:
    """State what the records of a file say.

    Args:
        reading: The file.
        records: What it holds.
        known: Tells what is meant by what somebody wrote.
        retrieved: Day on which it was read, as in 2026-11-27.
        tell: Is given the share of the records that are stated, now and then.
    """
    return _Encoding(reading, records, known).encode(retrieved, tell)


def name_graph(reading: Reading, records: Records) -> str:
    """Give the IRI of the graph that the statements of a list will be in.

    Args:
        reading: The file.
        records: What it holds.
    """
    return names.mint_plan_graph(_name_plan(reading, records))


def _name_plan(reading: Reading, records: Records) -> str:
    head = records.head
    agency = plain(head.agency.name) if head.agency else ""
    return names.mint_list(head.key or reading.stem, agency)


def _find_served(parts: Iterable[tuple[str, str]], purposes: Collection[str]) -> frozenset[str]:
    """Find what is a component, or the whole, of what states a purpose."""
    both = (pair for part, whole in parts for pair in ((part, whole), (whole, part)))
    return frozenset(one for one, other in both if other in purposes)


class _Encoding:
    """Statements of one file while they are collected."""

    def __init__(self, reading: Reading, records: Records, known: Recognizer) -> None:
        self.reading, self.records, self.known = reading, records, known
        self.plan = _name_plan(reading, records)
        self.to = Statements(self.plan, records.head.language, records.told)
        self.keys = {one.key for one in records.elements}
        self.told: dict[tuple[str, str, str], Told] = {}
        self.stated_bodies: set[str] = set()
        self.new_bodies: set[str] = set()
        self.named: list[Quad] = []
        self.purposes: dict[str, tuple[str, ...]] = {}
        self.parts: list[tuple[str, str]] = []
        self.bare: Spool[_Bare] = Spool()
        self.reporters: dict[str, str] = {}
        self.bodies: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.unrecognised: set[tuple[str, str]] = set()
        self.decided: set[tuple[str, str, Where]] = set()

    def encode(self, retrieved: str, tell: Callable[[float], object] | None) -> Encoded:
        """State the plan, then its elements, then the bodies that they name."""
        self._state_plan(self.records.head)
        self._close()
        every = max(1, len(self.records.elements))
        for number, element in enumerate(self.records.elements):
            if tell and number % _TOLD_EACH == 0:
                tell(number / every)
            self._state_element(element)
            self._close()
        self._tell_variants()
        head = self.records.head
        source = Source(
            names.mint_plan_graph(self.plan),
            self.reading.sha256,
            title=_first(head.titles) or self.reading.stem,
            licence=head.licence,
            publisher=self._find_body(head.agency) if head.agency else "",
            retrieved=retrieved,
            edition=head.edition,
        )
        self._close()
        told, served = tuple(self.told.values()), _find_served(self.parts, self.purposes)
        return Encoded(
            source, self.to.quads, told, self.bare, self.purposes, served, tuple(self.named)
        )

    def _close(self) -> None:
        """End what is said of the plan or an element; memory need not hold it longer."""
        self._remember(self.to.said)
        self.to.close()
        _gather(self.told, self.to.told)
        self.to.told.clear()
        self.unrecognised.clear()
        self.decided.clear()

    def _remember(self, said: Collection[Quad]) -> None:
        """Remember what is asked for later, so that not all statements are gone through again."""
        for quad in said:
            predicate = quad.predicate.value
            if predicate == _STATES_PURPOSE:
                iri = as_text(quad.subject)
                self.purposes[iri] = (*self.purposes.get(iri, ()), as_text(quad.object))
            elif predicate == _PART_OF:
                self.parts.append((as_text(quad.subject), as_text(quad.object)))
            elif predicate == _ISSUED_BY:
                self.named.append(quad)
        if self.new_bodies:
            self.named += [quad for quad in said if as_text(quad.subject) in self.new_bodies]
            self.new_bodies.clear()

    # The plan

    def _state_plan(self, head: Head) -> None:
        title = [*head.titles] or [Text(self.reading.stem)]
        self.to.say(self.plan, "rdf:type", DEVC.Plan)
        self.to.add(self.plan, "dcterms:identifier", Literal(head.key or self.reading.stem))
        self.to.add_texts(self.plan, "rdfs:label", title)
        self.to.add_texts(self.plan, "dcterms:description", head.descriptions)
        if head.where.row:
            self.to.state_evidence(self.plan, head)
        if head.agency:
            self.to.say(self.plan, DEVC.issuedBy, self._find_body(head.agency))
        self._state_period(self.plan, head.start, head.end)
        self._state_places(self.plan, head.places)
        if self.unrecognised and not self.to.has(self.plan, DEVC.targetArea):
            self.to.say(self.plan, DEVC.facetNotRecognised, DEVC.targetArea)
        self._state_bodies(self.plan, head.bodies, head.agency)
        self.to.say(self.plan, DEVC.laidDownIn, self.to.document)
        self.to.say(self.to.document, "rdf:type", DEVC.PlanDocument)
        self.to.add_texts(self.to.document, "dcterms:title", [Text(self.reading.name)])
        if language := names.LANGUAGES.get(head.language.partition("-")[0].lower()):
            self.to.say(self.to.document, "dcterms:language", language)
        self.to.add(self.to.document, DEVC.sha256, Literal(self.reading.sha256))
        self._state_amounts(self.plan, head.amounts)
        self.to.keep_notes(self.plan, head.notes)

    # Elements

    def _state_element(self, element: Element) -> None:
        iri = self._name(element.key)
        self.to.say(iri, "rdf:type", str(DEVC[element.kind]))
        self.to.add(iri, "dcterms:identifier", Literal(element.key))
        self.to.add_texts(iri, "rdfs:label", element.titles or (Text(element.key),))
        self.to.add_texts(iri, "dcterms:description", element.descriptions)
        self.to.say(iri, DEVC.inPlan, self.plan)
        if element.kind in _LEVELS and "level" not in dict(element.facets):
            level = names.mint_concept("result-level", _LEVELS[element.kind])
            self.to.say(iri, DEVC.resultLevel, level)
        self.to.state_evidence(iri, element)
        self._state_agency(iri, element)
        self._state_bodies(iri, element.bodies, element.agency or self.records.head.agency)
        self._state_part_of_agency(iri, element)
        self._state_places(iri, element.places)
        unknown = [*self._state_facets(iri, element)]
        self._state_period(iri, element.start, element.end)
        self._state_links(iri, element)
        for goal in element.goals:
            self.to.say(iri, DEVC.contributesToGoal, f"{names.GOALS}{goal}")
        self._state_amounts(iri, element.amounts)
        state_figures(self.to, iri, element.figures)
        self._state_published(iri, element)
        self._state_open(iri, element)
        self.to.keep_notes(iri, element.notes)
        self._remember_bare(iri, element, unknown)

    def _name(self, key: str) -> str:
        return names.mint_element(self.plan, key)

    def _state_agency(self, iri: str, element: Element) -> None:
        agency = element.agency or self.records.head.agency
        if element.kind == "Undertaking" and agency:
            self.to.say(iri, DEVC.agency, self._find_body(agency))
        elif element.kind == "Undertaking":
            what = "no agency is named, so it is compared with nothing; `--agency` names one"
            self.to.told.append(Told("lost", what, element.where))

    def _state_part_of_agency(self, iri: str, element: Element) -> None:
        """State that an agency that the element itself names takes part in it."""
        agency = element.agency
        if agency and self._find_body(agency) not in map(self._find_participant, element.bodies):
            self._state_bodies(iri, [agency._replace(role=agency.role or "accountable")], agency)

    def _state_facets(self, iri: str, element: Element) -> Iterator[str]:
        """State what facets are known, and iterate over the words that are not."""
        stated: dict[str, str] = {}
        for facet, value in element.facets:
            purposes = self.known.find_purposes(value) if facet == "sector" else ()
            for purpose in purposes:
                # Many call the purpose codes of the DAC sectors; ours are of another scheme.
                self.to.say(iri, DEVC.purpose, purpose)
                self.to.say(iri, DEVC.codedValue, purpose)
            if purposes:
                continue
            coded = self.known.find_coded(facet, value)
            for concept in self._recognise(iri, facet, value):
                if facet in _SINGLE and stated.setdefault(facet, concept) != concept:
                    self._keep_unknown(iri, facet, value)
                    yield value.text
                else:
                    self.to.say(iri, _PROPERTIES[facet], concept)
                    if concept in coded:
                        self.to.say(iri, DEVC.codedValue, concept)
            yield from self.known.find_all(facet, value).unknown

    def _recognise(self, iri: str, about: str, value: Value) -> tuple[str, ...]:
        """Find what a value means; words that mean nothing known stay as notes."""
        meant = self.known.find_all(about, value)
        for text in meant.decided:
            self._tell_decided(about, text, value.where)
        for text in meant.unknown:
            self._keep_unknown(iri, about, value._replace(text=text))
        for text in meant.ignored:
            self.to.keep(iri, about, text)
        if meant.unknown or meant.ignored:
            self.unrecognised.add((iri, _PROPERTIES[about]))
        return meant.known

    def _tell_decided(self, about: str, text: str, where: Where) -> None:
        """Tell what a person decided before, once for each place where the words stand."""
        if (about, text, where) not in self.decided:
            self.decided.add((about, text, where))
            meant = "; ".join(self.known.name_decided(about, text)) or NOTHING
            self.to.told.append(
                Told("decided", _DECIDED, where, about=about, text=text, meant=meant)
            )

    def _state_open(self, iri: str, element: Element) -> None:
        """Say which facets the source leaves open, and of which it says what is not known here."""
        for facet in _OPEN:
            if self.to.has(iri, facet):
                continue
            if (iri, facet) in self.unrecognised:
                self.to.say(iri, DEVC.facetNotRecognised, facet)
            elif element.kind == "Undertaking":
                self.to.say(iri, DEVC.facetNotStated, facet)

    def _remember_bare(self, iri: str, element: Element, unknown: list[str]) -> None:
        if element.kind == "Undertaking":
            title = " ".join(one.value for one in element.titles[:1])
            more = [one.value for one in (*element.titles[1:], *element.descriptions)]
            stated = frozenset(
                facet for facet, term in FACET_PROPERTIES.items() if self.to.has(iri, term)
            )
            if "theme" not in stated:
                text = compose(title, "\n".join([*more, *unknown]))
                self.bare.add(_Bare(iri, text, stated))

    def _state_links(self, iri: str, element: Element) -> None:
        if element.part_of in self.keys:
            self.to.say(iri, DEVC.partOf, self._name(element.part_of))
        for key in element.contributes_to:
            if key in self.keys:
                self.to.say(iri, DEVC.contributesTo, self._name(key))
        for key in element.measures:
            if key in self.keys:
                self.to.say(iri, DEVC.measures, self._name(key))

    def _state_period(self, iri: str, start: date | None, end: date | None) -> None:
        if start or end:
            self.to.say(iri, DEVC.periodBasis, names.mint_concept("basis", "stated"))
            self.to.state_period(iri, start, end)

    def _state_places(self, iri: str, places: Iterable[Value]) -> None:
        bases = set()
        for value in places:
            for place in self._recognise(iri, "place", value):
                self.to.say(iri, DEVC.targetArea, place)
                bases.add(_basis(place))
        if bases:
            # Of several ways the surest counts: a place that is named.
            basis = next(one for one in ("named", "via-group", "global") if one in bases)
            self.to.say(iri, DEVC.placeBasis, names.mint_concept("basis", basis))

    # Bodies

    def _find_body(self, body: Body) -> str:
        """Find or make the organization or the kind of actor that is meant."""
        written = body.name
        if self.known.is_decided("body", written):
            self._tell_decided("body", written, body.where)
        body = self._name_as_listed(body)
        name = plain(body.name)
        own = names.mint_actor_group(name) if body.is_group else names.mint_body(name)
        iri = ("" if body.is_group else self._recognize_body(body)) or own
        if body.identifier and not body.role:
            self.reporters.setdefault(normalise_identifier(body.identifier), iri)
        said = self.known.describe(iri)
        if iri == own or said:
            self.bodies[iri][written] += 1
        if not said and iri == own and iri not in self.stated_bodies:
            self.stated_bodies.add(iri)
            self.new_bodies.add(iri)
            self._state_body(own, body)
        # What a source before this one says of a body is stated here as well: that one may go.
        for triple in said:
            self.to.add(iri, triple.predicate.value, triple.object)
        return iri

    def _find_participant(self, body: Body) -> str:
        """Find who takes part: who reports nothing is not known by its identifier alone."""
        return self._find_body(body._replace(role=body.role or _TAKES_PART))

    def _name_as_listed(self, body: Body) -> Body:
        """Give a body the name that the table of organizations has, unless a person decided."""
        listed = "" if body.is_group else find_listed_name(body)
        if not listed or self.known.is_decided("body", body.name):
            return body
        return body._replace(name=listed)

    def _recognize_body(self, body: Body) -> str:
        """Find a body by its name; one that reports, by its identifier if that reported before."""
        if body.identifier and not body.role:
            identifier = normalise_identifier(body.identifier)
            known = self.reporters.get(identifier) or self.known.find_reporter(identifier)
            if known and not self.known.is_decided("body", body.name):
                return known
        names_of_it = filter(None, (body.name, body.identifier, body.acronym))
        found = (self.known.find("body", Value(name)) for name in names_of_it)
        return next(filter(None, found), "")

    def _state_body(self, iri: str, body: Body) -> None:
        kind = str(DEVC.ActorGroup) if body.is_group else names.term("org:Organization")
        self.to.say(iri, "rdf:type", kind)
        if body.name == find_listed_name(body):
            self.to.add(iri, "rdfs:label", Literal(body.name, language=LANGUAGE))
        else:
            self.to.add_text(iri, "rdfs:label", body.name)
        short = body.acronym or (body.name if _SHORT_NAME.match(body.name) else "")
        if short and not body.is_group:
            self.to.add(iri, "skos:notation", Literal(short))
        if body.identifier:
            self.to.add(iri, "dcterms:identifier", Literal(body.identifier))
        if body.kind:
            self.to.keep_notes(iri, [Note("kind of organization", body.kind, body.where)])

    def _state_bodies(self, iri: str, bodies: Iterable[Body], agency: Body | None) -> None:
        for body in bodies:
            who, role = self._find_participant(body), body.role or _TAKES_PART
            part = f"{iri}/participation/{role}-{names.slug_of(who)}"
            if self.to.is_known(part):
                continue
            self.to.begin(part, str(DEVC.Participation), f"{role}: {body.name}", iri)
            self.to.say(part, DEVC.participant, who)
            self.to.say(part, DEVC.participatesIn, iri)
            self.to.say(part, DEVC.role, names.mint_concept("role", role))
            if role in _TOGETHER and not body.is_group:
                self._state_link(iri, who, body, agency)

    def _state_link(self, iri: str, who: str, body: Body, agency: Body | None) -> None:
        """State that the agency that answers means to work with another body."""
        answers = self._find_body(agency) if agency else ""
        if answers and answers != who:
            link = f"{iri}/link/{names.slug_of(who)}"
            self.to.begin(link, str(DEVC.CoordinationLink), body.name, iri)
            self.to.say(link, DEVC.linkFrom, answers)
            self.to.say(link, DEVC.linkTo, who)

    def _tell_variants(self) -> None:
        """Tell which spellings were taken for one body."""
        for written in self.bodies.values():
            if len(written) > 1:
                spelled = "; ".join(sorted(written))
                self.to.told.append(Told("joined", "taken for one organization", text=spelled))

    # Money, and what published activities say besides

    def _state_amounts(self, iri: str, amounts: Iterable[Amount]) -> None:
        state_amounts(self.to, iri, amounts, self._find_body, self._recognise)

    def _state_published(self, iri: str, element: Element) -> None:
        """State shares, sites and what other activities are named."""
        for share in element.shares:
            for taker in self.known.find_all(share.facet, share.value).known:
                state_share(self.to, iri, share.facet, taker, share.percentage)
        for number, site in enumerate(element.sites, 1):
            self._state_site(f"{iri}/site/{number}", iri, site)
        for reference in element.references:
            self._state_reference(iri, reference)

    def _state_site(self, place: str, iri: str, site: Site) -> None:
        self.to.say(place, "rdf:type", DEVC.Site)
        self.to.say(place, DEVC.siteOf, iri)
        if site.name:
            self.to.add_text(place, "rdfs:label", site.name)
        if site.latitude is not None and site.longitude is not None:
            self.to.add(place, f"{names.WGS84}lat", write_degrees(site.latitude))
            self.to.add(place, f"{names.WGS84}long", write_degrees(site.longitude))

    def _state_reference(self, iri: str, reference: Reference) -> None:
        kind = reference.kind
        node = f"{iri}/reference/{kind}-{names.hash_text(reference.identifier)}"
        self.to.say(node, "rdf:type", DEVC.ActivityReference)
        self.to.say(node, DEVC.referenceOf, iri)
        self.to.say(node, DEVC.referenceKind, names.mint_concept("reference-kind", kind))
        self.to.add(node, "dcterms:identifier", Literal(reference.identifier))

    # What is only kept

    def _keep_unknown(self, iri: str, about: str, value: Value) -> None:
        self.to.keep(iri, about, value.text)
        near = self.known.find_near(about, value.text)
        told = Told("unknown", _UNKNOWN, value.where, about=about, text=value.text, near=near)
        self.to.told.append(told)


def _first(texts: Iterable[Text]) -> str:
    return next((one.value for one in texts), "")


def _basis(place: str) -> str:
    if place == _WORLD:
        return "global"
    return "named" if names.kind_of(place) == "place" else "via-group"


def _gather(first: dict[tuple[str, str, str], Told], told: Iterable[Told]) -> None:
    """Put the same things together, in the order in which they first occur."""
    for one in told:
        key = (one.kind, f"{one.what} {one.about}", one.text)
        known = first.get(key)
        first[key] = known.join(one) if known else one
