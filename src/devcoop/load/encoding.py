"""Records of others as statements: what is known is linked, what is not is kept and told.

Nothing is invented. A place, a concept or a body is linked only if `recognition` knows it; an
organization that it does not know becomes one of the source's own, the same wherever its name
is written the same but for case, accents and marks. All else is kept beside the element as a
note, as it was written, and told.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.load.recognition import Recognizer, plain
from devcoop.load.records import Body, Note, Text, Told, Value, Where
from devcoop.load.suggestions import compose, state
from devcoop.load.written.amounts import write_number
from devcoop.names import DEVC, FACET_PROPERTIES
from devcoop.store import Source
from devcoop.store.canonical import hash_quads
from devcoop.store.terms import Literal, NamedNode, Quad, as_text, place_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from decimal import Decimal

    from devcoop.load.reading import Reading
    from devcoop.load.records import Amount, Element, Figure, Head, Records
    from devcoop.load.suggest import Suggester
    from devcoop.store.terms import Term

_UNKNOWN_LANGUAGE = "und"
"""Tag of texts whose language nobody said (BCP 47)."""
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
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
_TOGETHER = frozenset(
    {"co-lead", "contributor", "coordinating", "extending", "funding", "implementing", "partner"}
)
"""Roles in which a body works with the agency; who is only served, or approves, does not."""
_FOLLOWS = "no theme is stated; the one that follows from a purpose counts as suggested"
_WORLD = names.mint_concept("place", "world")
_SHORT_NAME = re.compile(r"\S{2,12}$")


@dataclass(frozen=True)
class Encoded:
    """A list as statements.

    Attributes:
        source: The record of its graph.
        quads: Its statements.
        told: What a person should know, the same things together.
        texts: Title and description of each initiative, by its IRI.
        stated: Facets that each initiative states, likewise.
        purposes: IRIs of the purposes of aid that each states, of those that state any.
    """

    source: Source
    quads: tuple[Quad, ...]
    told: tuple[Told, ...]
    texts: dict[str, str]
    stated: dict[str, frozenset[str]]
    purposes: dict[str, tuple[str, ...]]

    def suggest(self, suggester: Suggester) -> Encoded:
        """Add facets that are suggested to initiatives that state no theme.

        What states its theme is compared by what it states; a facet that it leaves open besides
        stays unknown.

        Args:
            suggester: Suggests them from titles and descriptions.
        """
        bare = self.bare
        found = zip(bare, suggester.suggest([self.texts[iri] for iri in bare]), strict=True)
        made: list[Quad] = []
        followed = 0
        for iri, suggestions in found:
            themes = suggester.suggest_themes(self.purposes.get(iri, ()), suggestions)
            followed += bool(themes)
            # What somebody stated tells more of the theme than words do.
            others = [one for one in suggestions if not (themes and one.facet == "theme")]
            wanted = [one for one in (*themes, *others) if one.facet not in self.stated[iri]]
            made += place_in(self.source.graph, state(iri, wanted))
        what = "no theme is stated; what is suggested from title and description counts less"
        counts = {what: len(bare), _FOLLOWS: followed}
        told = [Told("read", words, number=number) for words, number in counts.items() if number]
        return replace(self, quads=(*self.quads, *made), told=(*self.told, *told))

    @property
    def bare(self) -> list[str]:
        """IRIs of the initiatives that state no theme."""
        return [iri for iri in self.texts if "theme" not in self.stated[iri]]

    def seal(self) -> Encoded:
        """Give the record of the source the hash of what it says.

        What a list says hangs on what is known besides: its bytes tell no versions apart.
        """
        return replace(self, source=replace(self.source, sha256=hash_quads(self.quads)))


def encode(
    reading: Reading, records: Records, known: Recognizer, *, retrieved: str = ""
) -> Encoded:
    """State what the records of a file say.

    Args:
        reading: The file.
        records: What it holds.
        known: Tells what is meant by what somebody wrote.
        retrieved: Day on which it was read, as in 2026-11-27.
    """
    return _Encoding(reading, records, known).encode(retrieved)


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


def _list_purposes(quads: Iterable[Quad]) -> dict[str, tuple[str, ...]]:
    """List the purposes that each initiative states."""
    purposes: dict[str, tuple[str, ...]] = {}
    for quad in quads:
        if as_text(quad.predicate) == str(DEVC.purpose):
            iri = as_text(quad.subject)
            purposes[iri] = (*purposes.get(iri, ()), as_text(quad.object))
    return purposes


class _Encoding:
    """Statements of one file while they are collected."""

    def __init__(self, reading: Reading, records: Records, known: Recognizer) -> None:
        self.reading, self.records, self.known = reading, records, known
        head = records.head
        self.plan = _name_plan(reading, records)
        self.document = names.mint_list_document(self.plan)
        self.graph = NamedNode(names.mint_plan_graph(self.plan))
        self.told: list[Told] = list(records.told)
        self.language = self._tag(head.language)
        self.keys = {one.key: names.mint_element(self.plan, one.key) for one in records.elements}
        self.quads: dict[Quad, None] = {}
        self.bodies: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.unrecognised: set[tuple[str, str]] = set()
        self.texts: dict[str, str] = {}
        self.evidence: dict[str, str] = {}
        self.stated: set[tuple[str, str]] = set()

    def encode(self, retrieved: str) -> Encoded:
        """State the plan, then its elements, then the bodies that they name."""
        self._state_plan(self.records.head)
        for element in self.records.elements:
            self._state_element(element)
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
        stated = {
            iri: frozenset(
                facet for facet, term in FACET_PROPERTIES.items() if (iri, term) in self.stated
            )
            for iri in self.texts
        }
        told = tuple(_gather(self.told))
        quads = tuple(self.quads)
        return Encoded(source, quads, told, self.texts, stated, _list_purposes(quads))

    # Statements

    def _say(self, subject: str, predicate: str, value: str) -> None:
        self._add(subject, predicate, NamedNode(value))

    def _add(self, subject: str, predicate: str, value: Term) -> None:
        whole = predicate if "://" in predicate else names.term(predicate)
        self.quads[Quad(NamedNode(subject), NamedNode(whole), value, self.graph)] = None
        self.stated.add((subject, str(whole)))

    def _add_texts(self, subject: str, predicate: str, texts: Iterable[Text]) -> None:
        """State texts, the first of each language; the others of one language follow it."""
        by_language: dict[str, list[str]] = defaultdict(list)
        for text in texts:
            said = by_language[self._tag(text.language) if text.language else self.language]
            if text.value and text.value not in said:
                said.append(text.value)
        for language, values in by_language.items():
            if values:
                self._add(subject, predicate, Literal("\n".join(values), language=language))

    def _tag(self, language: str) -> str:
        """Give a language tag as it is to be written; what is none is told."""
        tag = language.strip().replace("_", "-")
        if tag and not _TAG.fullmatch(tag):
            self.told.append(Told("read", "this is no language tag; it is left out", text=language))
            return _UNKNOWN_LANGUAGE
        return tag or _UNKNOWN_LANGUAGE

    # The plan

    def _state_plan(self, head: Head) -> None:
        title = [*head.titles] or [Text(self.reading.stem)]
        self._say(self.plan, "rdf:type", DEVC.Plan)
        self._add(self.plan, "dcterms:identifier", Literal(head.key or self.reading.stem))
        self._add_texts(self.plan, "rdfs:label", title)
        self._add_texts(self.plan, "dcterms:description", head.descriptions)
        if head.agency:
            self._say(self.plan, DEVC.issuedBy, self._find_body(head.agency))
        self._state_period(self.plan, head.start, head.end)
        self._state_places(self.plan, head.places)
        if self.unrecognised and (self.plan, str(DEVC.targetArea)) not in self.stated:
            self._say(self.plan, DEVC.facetNotRecognised, DEVC.targetArea)
        self._state_bodies(self.plan, head.bodies, head.agency)
        self._say(self.plan, DEVC.laidDownIn, self.document)
        self._say(self.document, "rdf:type", DEVC.PlanDocument)
        self._add_texts(self.document, "dcterms:title", [Text(self.reading.name)])
        self._add(self.document, DEVC.sha256, Literal(self.reading.sha256))
        self._keep_notes(self.plan, head.notes)

    # Elements

    def _state_element(self, element: Element) -> None:
        iri = self.keys[element.key]
        self._say(iri, "rdf:type", str(DEVC[element.kind]))
        self._add(iri, "dcterms:identifier", Literal(element.key))
        self._add_texts(iri, "rdfs:label", element.titles or (Text(element.key),))
        self._add_texts(iri, "dcterms:description", element.descriptions)
        self._say(iri, DEVC.inPlan, self.plan)
        if element.kind in _LEVELS and "level" not in dict(element.facets):
            level = names.mint_concept("result-level", _LEVELS[element.kind])
            self._say(iri, DEVC.resultLevel, level)
        self._state_evidence(iri, element)
        self._state_agency(iri, element)
        self._state_bodies(iri, element.bodies, element.agency or self.records.head.agency)
        self._state_part_of_agency(iri, element)
        self._state_places(iri, element.places)
        unknown = [*self._state_facets(iri, element)]
        self._state_period(iri, element.start, element.end)
        self._state_links(iri, element)
        self._state_amounts(iri, element)
        self._state_figures(iri, element.figures)
        self._state_open(iri, element)
        self._keep_notes(iri, element.notes)
        self._remember_text(iri, element, unknown)

    def _begin(self, iri: str, kind: str, label: str, whole: str) -> None:
        """State a small element that belongs to another: its label, plan and evidence."""
        self._say(iri, "rdf:type", kind)
        self._say(iri, DEVC.inPlan, self.plan)
        self._add(iri, "dcterms:identifier", Literal(names.key_of(iri)))
        for predicate in ("rdfs:label", "dcterms:description"):
            self._add(iri, predicate, Literal(label, language=self.language))
        if whole in self.evidence:
            self._say(iri, DEVC.hasEvidence, self.evidence[whole])
            self.evidence[iri] = self.evidence[whole]

    def _state_agency(self, iri: str, element: Element) -> None:
        agency = element.agency or self.records.head.agency
        if element.kind == "Undertaking" and agency:
            self._say(iri, DEVC.agency, self._find_body(agency))
        elif element.kind == "Undertaking":
            what = "no agency is named, so it is compared with nothing; `--agency` names one"
            self.told.append(Told("lost", what, element.where))

    def _state_part_of_agency(self, iri: str, element: Element) -> None:
        """State that an agency that the element itself names takes part in it."""
        agency = element.agency
        if agency and self._find_body(agency) not in map(self._find_body, element.bodies):
            self._state_bodies(iri, [replace(agency, role=agency.role or "accountable")], agency)

    def _state_facets(self, iri: str, element: Element) -> Iterator[str]:
        """State what facets are known, and iterate over the words that are not."""
        stated: dict[str, str] = {}
        for facet, value in element.facets:
            purposes = self.known.find_purposes(value) if facet == "sector" else ()
            for purpose in purposes:
                # Many call the purpose codes of the DAC sectors; ours are of another scheme.
                self._say(iri, DEVC.purpose, purpose)
            if purposes:
                continue
            for concept in self._recognise(iri, facet, value):
                if facet in _SINGLE and stated.setdefault(facet, concept) != concept:
                    self._keep_unknown(iri, facet, value)
                    yield value.text
                else:
                    self._say(iri, _PROPERTIES[facet], concept)
            yield from self.known.find_all(facet, value).unknown

    def _recognise(self, iri: str, about: str, value: Value) -> tuple[str, ...]:
        """Find what a value means; words that mean nothing known stay as notes."""
        meant = self.known.find_all(about, value)
        for text in meant.unknown:
            self._keep_unknown(iri, about, replace(value, text=text))
        for text in meant.ignored:
            self._keep(iri, about, text)
        if meant.unknown or meant.ignored:
            self.unrecognised.add((iri, _PROPERTIES[about]))
        return meant.known

    def _state_open(self, iri: str, element: Element) -> None:
        """Say which facets the source leaves open, and of which it says what is not known here."""
        for facet in _OPEN:
            if (iri, facet) in self.stated:
                continue
            if (iri, facet) in self.unrecognised:
                self._say(iri, DEVC.facetNotRecognised, facet)
            elif element.kind == "Undertaking":
                self._say(iri, DEVC.facetNotStated, facet)

    def _remember_text(self, iri: str, element: Element, unknown: list[str]) -> None:
        if element.kind == "Undertaking":
            title = " ".join(one.value for one in element.titles[:1])
            more = [one.value for one in (*element.titles[1:], *element.descriptions)]
            self.texts[iri] = compose(title, "\n".join([*more, *unknown]))

    def _state_links(self, iri: str, element: Element) -> None:
        if element.part_of in self.keys:
            self._say(iri, DEVC.partOf, self.keys[element.part_of])
        for key in element.contributes_to:
            if key in self.keys:
                self._say(iri, DEVC.contributesTo, self.keys[key])
        for key in element.measures:
            if key in self.keys:
                self._say(iri, DEVC.measures, self.keys[key])

    def _state_period(self, iri: str, start: date | None, end: date | None) -> None:
        if start or end:
            period = f"{iri}/period"
            self._say(iri, "dcterms:temporal", period)
            self._say(iri, DEVC.periodBasis, names.mint_concept("basis", "stated"))
            self._state_days(period, start, end)

    def _state_days(self, period: str, start: date | None, end: date | None) -> None:
        self._say(period, "rdf:type", names.term("dcterms:PeriodOfTime"))
        day = NamedNode(names.term("xsd:date"))
        for predicate, value in (("dcat:startDate", start), ("dcat:endDate", end)):
            if value:
                self._add(period, predicate, Literal(value.isoformat(), datatype=day))

    def _state_places(self, iri: str, places: Iterable[Value]) -> None:
        bases = set()
        for value in places:
            for place in self._recognise(iri, "place", value):
                self._say(iri, DEVC.targetArea, place)
                bases.add(_basis(place))
        if bases:
            # Of several ways the surest counts: a place that is named.
            basis = next(one for one in ("named", "via-group", "global") if one in bases)
            self._say(iri, DEVC.placeBasis, names.mint_concept("basis", basis))

    # Bodies

    def _find_body(self, body: Body) -> str:
        """Find or make the organization or the kind of actor that is meant."""
        name = plain(body.name)
        own = names.mint_actor_group(name) if body.is_group else names.mint_body(name)
        iri = ("" if body.is_group else self._recognize_body(body)) or own
        said = self.known.describe(iri)
        if iri == own or said:
            self.bodies[iri][body.name] += 1
        if not said and iri == own and (iri, names.term("rdf:type")) not in self.stated:
            self._state_body(own, body)
        # What a source before this one says of a body is stated here as well: that one may go.
        for triple in said:
            self._add(iri, triple.predicate.value, triple.object)
        return iri

    def _recognize_body(self, body: Body) -> str:
        names_of_it = filter(None, (body.name, body.identifier, body.acronym))
        found = (self.known.find("body", Value(name)) for name in names_of_it)
        return next(filter(None, found), "")

    def _state_body(self, iri: str, body: Body) -> None:
        kind = str(DEVC.ActorGroup) if body.is_group else names.term("org:Organization")
        self._say(iri, "rdf:type", kind)
        self._add(iri, "rdfs:label", Literal(body.name, language=self.language))
        short = body.acronym or (body.name if _SHORT_NAME.match(body.name) else "")
        if short and not body.is_group:
            self._add(iri, "skos:notation", Literal(short))
        if body.identifier:
            self._add(iri, "dcterms:identifier", Literal(body.identifier))
        if body.kind:
            self._keep_notes(iri, [Note("kind of organization", body.kind, body.where)])

    def _state_bodies(self, iri: str, bodies: Iterable[Body], agency: Body | None) -> None:
        for body in bodies:
            who = self._find_body(body)
            role = body.role or "partner"
            part = f"{iri}/participation/{role}-{names.slug_of(who)}"
            if (part, names.term("rdf:type")) in self.stated:
                continue
            self._begin(part, str(DEVC.Participation), f"{role}: {body.name}", iri)
            self._say(part, DEVC.participant, who)
            self._say(part, DEVC.participatesIn, iri)
            self._say(part, DEVC.role, names.mint_concept("role", role))
            if role in _TOGETHER and not body.is_group:
                self._state_link(iri, who, body, agency)

    def _state_link(self, iri: str, who: str, body: Body, agency: Body | None) -> None:
        """State that the agency that answers means to work with another body."""
        answers = self._find_body(agency) if agency else ""
        if answers and answers != who:
            link = f"{iri}/link/{names.slug_of(who)}"
            self._begin(link, str(DEVC.CoordinationLink), body.name, iri)
            self._say(link, DEVC.linkFrom, answers)
            self._say(link, DEVC.linkTo, who)

    def _tell_variants(self) -> None:
        """Tell which spellings were taken for one body."""
        for written in self.bodies.values():
            if len(written) > 1:
                spelled = "; ".join(sorted(written))
                self.told.append(Told("joined", "taken for one organization", text=spelled))

    # Money and numbers

    def _state_amounts(self, iri: str, element: Element) -> None:
        for number, amount in enumerate(element.amounts, 1):
            self._state_amount(iri, f"{iri}/funding/{number}", amount)

    def _state_amount(self, iri: str, funding: str, amount: Amount) -> None:
        label = " ".join(
            filter(None, (amount.kind or "amount", write_number(amount.number), amount.currency))
        )
        self._say(iri, DEVC.hasFunding, funding)
        self._begin(funding, str(DEVC.FundingProvision), label, iri)
        if amount.source:
            self._say(funding, DEVC.fundingSource, self._find_body(amount.source))
        self._state_number(f"{funding}/value", funding, amount.number, label)
        self._say(
            f"{funding}/value",
            DEVC.valueKind,
            names.mint_concept("value-kind", _KINDS[amount.kind]),
        )
        if amount.currency:
            self._add(f"{funding}/value", DEVC.unitText, Literal(amount.currency))

    def _state_number(self, value: str, of: str, number: Decimal, label: str) -> None:
        decimal = NamedNode(names.term("xsd:decimal"))
        self._begin(value, str(DEVC.IndicatorValue), label, of)
        self._say(value, DEVC.valueOf, of)
        self._add(value, DEVC.numericValue, Literal(write_number(number), datatype=decimal))

    def _state_figures(self, iri: str, figures: Iterable[Figure]) -> None:
        for number, figure in enumerate(figures, 1):
            value = f"{iri}/value/{number}"
            if figure.number is None:
                self._keep_notes(iri, [Note(figure.kind, figure.text, figure.where)])
                continue
            label = " ".join(filter(None, (figure.kind, write_number(figure.number), figure.unit)))
            self._state_number(value, iri, figure.number, label)
            self._say(value, DEVC.valueKind, names.mint_concept("value-kind", figure.kind))
            if figure.unit:
                self._add(value, DEVC.unitText, Literal(figure.unit))
            if figure.start or figure.end:
                self._say(value, "dcterms:temporal", f"{value}/period")
                self._state_days(f"{value}/period", figure.start, figure.end)
            if figure.text:
                self._keep_notes(value, [Note(figure.kind, figure.text, figure.where)])

    # Where it stands, and what is only kept

    def _state_evidence(self, iri: str, element: Element) -> None:
        where = element.where
        locator = _locate(where)
        if not locator:
            return
        passage = names.mint_passage(self.document, locator)
        self._say(iri, DEVC.hasEvidence, passage)
        self.evidence[iri] = passage
        self._say(passage, "rdf:type", DEVC.Passage)
        self._add(passage, DEVC.locator, Literal(locator))
        self._say(passage, "oa:hasSource", self.document)
        # Two elements of one row share its passage, which keeps the words of the first.
        if (passage, names.term("dcterms:description")) not in self.stated:
            self._add_texts(passage, "dcterms:description", element.titles[:1])
        self._state_selector(f"{passage}/selector", passage, where)

    def _state_selector(self, selector: str, passage: str, where: Where) -> None:
        kind, value = _select(where)
        self._say(passage, "oa:hasSelector", selector)
        self._say(selector, "rdf:type", names.term(kind))
        self._add(selector, "rdf:value", Literal(value))
        if where.row and not where.sheet:
            self._say(selector, "dcterms:conformsTo", names.RFC_7111)

    def _keep(self, iri: str, heading: str, text: str) -> None:
        """Keep words as they are written, as a note beside what they are about."""
        kept = f"{iri}/note/{names.hash_text(heading, text)}"
        self._say(kept, "rdf:type", names.term("oa:Annotation"))
        self._say(kept, "oa:hasTarget", iri)
        self._add(kept, "dcterms:title", Literal(heading))
        self._add(kept, "oa:bodyValue", Literal(text))

    def _keep_notes(self, iri: str, notes: Iterable[Note]) -> None:
        for note in notes:
            self._keep(iri, note.heading, note.text)
            self.told.append(
                Told("kept", "kept as a note, not understood", note.where, text=note.heading)
            )

    def _keep_unknown(self, iri: str, about: str, value: Value) -> None:
        self._keep(iri, about, value.text)
        what = f"not known, kept as a note: {about}"
        self.told.append(Told("unknown", what, value.where, about=about, text=value.text))


_KINDS = {"commitment": "target", "budget": "target", "disbursement": "actual", "": "context"}
"""Kinds of number by kinds of money: what is promised, what was paid, what is only named."""


def _first(texts: Iterable[Text]) -> str:
    return next((one.value for one in texts), "")


def _basis(place: str) -> str:
    if place == _WORLD:
        return "global"
    return "named" if names.kind_of(place) == "place" else "via-group"


def _locate(where: Where) -> str:
    """Give a locator without spaces for a place in a file."""
    parts = (where.sheet, str(where.row or where.line or ""), where.xpath.strip("/"))
    text = ".".join(filter(None, parts))
    plain_text = re.sub(r"[^A-Za-z0-9._/-]+", "-", text).strip("-")
    # Sheets in other letters would all be called the same without it.
    return plain_text if plain_text == text else f"{plain_text}-{names.hash_text(text)}"


def _select(where: Where) -> tuple[str, str]:
    """Give the kind of selector for a place in a file, and its value."""
    if where.xpath:
        return "oa:XPathSelector", where.xpath
    if where.sheet:
        return "oa:FragmentSelector", f"{where.sheet}!{where.row}:{where.row}"
    return "oa:FragmentSelector", f"row={where.row}" if where.row else f"line={where.line}"


def _gather(told: Iterable[Told]) -> Iterator[Told]:
    """Put the same things together, in the order in which they first occur."""
    first: dict[tuple[str, str, str], Told] = {}
    for one in told:
        key = (one.kind, one.what, one.text)
        known = first.get(key)
        first[key] = replace(known, number=known.number + one.number) if known else one
    yield from first.values()
