"""A plan as a StratML document, part 2 (ISO 17469-2), as `devcoop load` reads it back.

Aims, intended results and priority areas become a Goal, undertakings an Objective of the goal
they are part of or contribute to. Where a plan says neither, a Goal without a name holds them,
and an Objective without a name holds the indicators of a goal: StratML has no other place.
Principles become a Value; the aim that is called Mission and the impact that is called Vision
become what they are called. Facets, places, periods and larger undertakings have no element of
their own: they are told as other information. Passages, funding, who takes part in the mission
and the rest are left out.

Texts are English where the plan has English; paragraphs are parted by `^^`, lines by `^`.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from devcoop import names
from devcoop.export.graphml import NOT_XML
from devcoop.names import DEVC
from devcoop.plans import read_labels
from devcoop.store.terms import Literal, as_text
from devcoop.words.codes import FACETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.store import Store
    from devcoop.store.terms import Term

_GOALS = (
    DEVC.Objective,
    DEVC.Impact,
    DEVC.Outcome,
    DEVC.Output,
    DEVC.IntendedResult,
    DEVC.PriorityArea,
)
_STATEMENTS = {"Vision": DEVC.Impact, "Mission": DEVC.Objective}
_KINDS = {"target": "TargetResult", "actual": "ActualResult"}
_VALUE_KINDS = ("target", "baseline", "actual", "context")
_NOT_STATED = ("", "stakeholder")
"""Roles that say no more than that somebody is named."""
_ROLE_TYPES = {"implementing": "Performer", "beneficiary": "Beneficiary"}
_TYPES = {
    names.term("org:Organization"): "Organization",
    str(DEVC.ActorGroup): "Generic_Group",
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# Letters that every edition of XML takes in a name.
_NO_ID = re.compile(r"[^A-Za-zÀ-ÖØ-öø-ÿ0-9_.\-]")
_DIGITS = re.compile(r"(\d+)")
_P = names.PREFIXES


def render_stratml(store: Store, plan: str) -> bytes:
    """Render a plan as StratML.

    Args:
        store: The data.
        plan: IRI of the plan.

    Returns:
        XML in UTF-8 that is valid; the same bytes for the same data.
    """
    ET.register_namespace("", names.STRATML)
    tree = _Document(store, plan).build()
    ET.indent(tree)
    text = ET.tostring(tree, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


class _Document:
    """Builds the document of one plan."""

    def __init__(self, store: Store, plan: str) -> None:
        self._store, self._plan = store, plan
        self._labels = read_labels(store)
        self._graph = _find_graph(store, plan)
        self._said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for quad in store.quads(graph=self._graph):
            self._said[as_text(quad.subject)][str(quad.predicate.value)].append(quad.object)
        self._lists: dict[str, list[str]] = {}
        self._undertakings = self._list(DEVC.Undertaking)
        self._statements = dict(self._find_statements())
        kept = {*self._undertakings, *self._statements.values()}
        goals = (one for kind in _GOALS for one in self._list(kind) if one not in kept)
        self._goals = list(dict.fromkeys(goals))
        self._known = {*kept, *self._goals}
        self._notes = self._collect_notes()
        self._words_of = self._collect_words()
        self._values_of = self._collect_values()
        self._indicators = self._place_indicators()
        self._participations = self._place_participations()
        self._taken: set[str] = set()
        self._ids: dict[str, str] = {}
        self._titles = Counter(map(self._label, self._undertakings))

    # What the plan says

    def _list(self, kind: str) -> list[str]:
        """List the plan's elements of a class, in the order of their identifiers."""
        if kind not in self._lists:
            quads = self._store.quads(
                predicate=names.term("rdf:type"), object=kind, graph=self._graph
            )
            found = {as_text(quad.subject) for quad in quads}
            ours = (one for one in found if self._plan in self._values(one, DEVC.inPlan))
            self._lists[kind] = sorted(ours, key=lambda one: (self._order(one), one))
        return self._lists[kind]

    def _order(self, iri: str) -> list[tuple[int, str]]:
        return [(int(part or 0), "") if part.isdecimal() else (0, part)
                for part in _DIGITS.split(self._identify(iri))]  # fmt: skip

    def _identify(self, iri: str) -> str:
        return self._text(iri, "dcterms:identifier") or names.slug_of(iri)

    def _values(self, iri: str, predicate: str) -> list[str]:
        """List the IRIs or texts that an element has, in order."""
        return sorted(map(as_text, self._said[iri].get(names.expand(predicate), ())))

    def _text(self, iri: str, predicate: str) -> str:
        """Give a text, the English one first."""
        found = [one for one in self._said[iri].get(names.expand(predicate), ())
                 if isinstance(one, Literal)]  # fmt: skip
        found.sort(key=lambda one: (one.language != "en", one.language or "", one.value))
        return str(found[0].value) if found else ""

    def _label(self, iri: str) -> str:
        return self._text(iri, "rdfs:label") or self._labels[iri]

    def _period(self, iri: str) -> dict[str, str]:
        """Give the first and the last day of an element, if they are stated as days."""
        found: dict[str, str] = {}
        for period in self._values(iri, "dcterms:temporal"):
            for name, predicate in (("StartDate", "startDate"), ("EndDate", "endDate")):
                day = self._text(period, f"{_P['dcat']}{predicate}")
                if _DAY.fullmatch(day):
                    found[name] = day
        return found

    def _find_statements(self) -> Iterator[tuple[str, str]]:
        for name, kind in _STATEMENTS.items():
            for iri in self._list(kind):
                if self._label(iri) == name and iri not in self._undertakings:
                    yield name, iri
                    break

    def _collect_values(self) -> dict[str, list[str]]:
        """Collect the numbers of each indicator; one that is of no indicator is its own."""
        indicators = set(self._list(DEVC.Indicator))
        found: dict[str, list[str]] = defaultdict(list)
        for iri in self._list(DEVC.IndicatorValue):
            for one in sorted(indicators & set(self._values(iri, DEVC.valueOf))) or [iri]:
                found[one].append(iri)
        return found

    def _collect_notes(self) -> dict[tuple[str, str], list[str]]:
        """Collect notes by what they are about: facets not recognised, words beside numbers."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for note, said in sorted(self._said.items()):
            if names.term("oa:hasTarget") in said:
                heading = self._text(note, "dcterms:title")
                for target in self._values(note, "oa:hasTarget"):
                    found[target, heading].append(self._text(note, "oa:bodyValue"))
        return found

    def _collect_words(self) -> dict[str, list[tuple[str, str]]]:
        """Collect what indicators have in words in the place of a number: kinds and notes."""
        indicators = set(self._list(DEVC.Indicator))
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for note, said in sorted(self._said.items()):
            if names.term("oa:hasTarget") in said:
                kind = self._text(note, "dcterms:title")
                for one in indicators & set(self._values(note, "oa:hasTarget")):
                    if kind in _VALUE_KINDS:
                        found[one].append((kind, note))
        return found

    def _find_nearest(self, iri: str, wanted: set[str]) -> str:
        """Find the nearest element that an element is part of, serves or measures."""
        seen, waiting = {iri}, [iri]
        for here in waiting:
            if here in wanted:
                return here
            for way in (DEVC.measures, DEVC.valueOf, DEVC.partOf, DEVC.contributesTo):
                further = [one for one in self._values(here, str(way)) if one not in seen]
                seen |= set(further)
                waiting += further
        return ""

    def _place_indicators(self) -> dict[str, list[str]]:
        """Find below which element each indicator stands, and each value that has none."""
        indicators = self._list(DEVC.Indicator)
        values = [one for one in self._list(DEVC.IndicatorValue) if one in self._values_of]
        places: dict[str, list[str]] = defaultdict(list)
        known = {*self._goals, *self._undertakings}
        for iri in dict.fromkeys((*indicators, *values)):
            places[self._find_nearest(iri, known)].append(iri)
        return places

    def _place_participations(self) -> dict[str, list[tuple[str, str]]]:
        """Find who takes part in each element, and in which role."""
        places: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for iri in self._list(DEVC.Participation):
            roles = [names.slug_of(one) for one in self._values(iri, DEVC.role)] or [""]
            for who in self._values(iri, DEVC.participant):
                for what in self._values(iri, DEVC.participatesIn):
                    places[what] += [(who, role) for role in roles]
        issuers = self._values(self._plan, DEVC.issuedBy)
        for iri in self._undertakings:
            for who in self._values(iri, DEVC.agency):
                if who not in issuers and not any(one == who for one, _ in places[iri]):
                    places[iri].append((who, "implementing"))
        return places

    # The document

    def build(self) -> ET.Element:
        """Build the root with all that is in it."""
        root = ET.Element(_tag("PerformancePlanOrReport"), {"Type": self._find_type()})
        _add(root, "Name", self._label(self._plan))
        _add(root, "Description", self._text(self._plan, "dcterms:description"))
        self._add_information(root, self._plan)
        core = ET.SubElement(root, _tag("StrategicPlanCore"))
        self._add_organizations(core)
        for name, iri in self._statements.items():
            self._add_statement(core, name, iri)
        for iri in self._list(DEVC.Principle):
            if iri not in self._known:
                value = ET.SubElement(core, _tag("Value"))
                _add(value, "Name", self._label(iri))
                _add(value, "Description", self._text(iri, "dcterms:description"))
        self._add_goals(core)
        about = ET.SubElement(root, _tag("AdministrativeInformation"))
        _add(about, "Identifier", self._id_of(self._plan))
        for name, day in self._period(self._plan).items():
            _add(about, name, day)
        _add(about, "Source", self._plan)
        return root

    def _find_type(self) -> str:
        kinds = {
            names.slug_of(kind)
            for iri in self._list(DEVC.IndicatorValue)
            for kind in self._values(iri, DEVC.valueKind)
        }
        kinds |= {kind for said in self._words_of.values() for kind, _ in said}
        if "actual" in kinds:
            return "Performance_Report"
        return "Performance_Plan" if "target" in kinds else "Strategic_Plan"

    def _refer_to(self, iri: str) -> str:
        """Name an undertaking by its title, or by its identifier if others have the title."""
        title = " ".join(self._label(iri).split())
        return title if self._titles[self._label(iri)] == 1 else self._id_of(iri)

    def _id_of(self, iri: str) -> str:
        if iri not in self._ids:
            self._ids[iri] = self._make_id(self._identify(iri))
        return self._ids[iri]

    def _make_id(self, text: str) -> str:
        """Make an identifier as XML wants it: a name that occurs once."""
        base = _NO_ID.sub("_", text)
        base = base if base[:1].isalpha() or base[:1] == "_" else f"_{base}"
        made, number = base, 1
        while made in self._taken:
            number += 1
            made = f"{base}-{number}"
        self._taken.add(made)
        return made

    def _add_organizations(self, core: ET.Element) -> None:
        issuers = self._values(self._plan, DEVC.issuedBy)
        if not issuers and self._participations.get(self._plan):
            # Who takes part in a plan has a place in an organization only, though it be unnamed.
            self._add_stakeholders(ET.SubElement(core, _tag("Organization")), self._plan)
        for place, iri in enumerate(issuers):
            node = ET.SubElement(core, _tag("Organization"))
            _add(node, "Name", self._labels[iri])
            codes = self._store.quads(subject=iri, predicate=names.term("skos:notation"))
            _add(node, "Acronym", min((as_text(one.object) for one in codes), default=""))
            self._add_stakeholders(node, self._plan if place == 0 else "")

    def _add_statement(self, core: ET.Element, name: str, iri: str) -> None:
        node = ET.SubElement(core, _tag(name))
        _add(node, "Description", self._text(iri, "dcterms:description"))
        _add(node, "Identifier", self._id_of(iri))

    def _add_goals(self, core: ET.Element) -> None:
        below: dict[str, list[str]] = defaultdict(list)
        known = set(self._goals)
        for iri in self._undertakings:
            below[self._find_nearest(iri, known)].append(iri)
        goals = list(self._goals)
        if below[""] or self._indicators[""] or not goals:
            goals.append("")
        for number, iri in enumerate(goals, 1):
            goal = self._add_aim(core, "Goal", iri, number=str(number))
            if self._indicators[iri]:
                self._add_indicators(ET.SubElement(goal, _tag("Objective")), iri)
            for place, one in enumerate(below[iri], 1):
                node = self._add_aim(goal, "Objective", one, number=f"{number}.{place}")
                self._add_indicators(node, one)

    def _add_aim(self, around: ET.Element, tag: str, iri: str, *, number: str) -> ET.Element:
        node = ET.SubElement(around, _tag(tag))
        if not iri:
            _add(node, "Name", "", needed=True)
            _add(node, "Description", "", needed=True)
            return node
        _add(node, "Name", self._label(iri))
        _add(node, "Description", self._text(iri, "dcterms:description"), needed=True)
        _add(node, "Identifier", self._id_of(iri))
        _add(node, "SequenceIndicator", number)
        self._add_stakeholders(node, iri)
        self._add_information(node, iri)
        return node

    def _add_information(self, node: ET.Element, iri: str) -> None:
        """Tell what StratML has no element for."""
        larger = [
            self._refer_to(one)
            for one in self._values(iri, DEVC.partOf)
            if one in self._undertakings
        ]
        concepts = {
            FACETS[facet]: [
                *(self._labels[one] for one in self._values(iri, predicate)),
                *self._notes.get((iri, facet), ()),
            ]
            for facet, predicate in names.FACET_PROPERTIES.items()
        }
        places = [self._labels[one] for one in self._values(iri, DEVC.targetArea)]
        places += self._notes.get((iri, "place"), ())
        days = self._period(iri).items() if iri != self._plan else ()
        said = {"Part of": larger, **concepts, "Place": places} | {
            name.replace("Date", ""): [day] for name, day in days
        }
        lines = [f"{name}: {'; '.join(sorted(told))}" for name, told in said.items() if told]
        _add(node, "OtherInformation", "\n".join(lines))

    def _add_stakeholders(self, node: ET.Element, iri: str) -> None:
        roles: dict[str, list[str]] = defaultdict(list)
        for who, role in sorted(self._participations.get(iri, ())):
            roles[who] += [role] if role not in roles[who] else []
        for who in sorted(roles, key=lambda one: (self._labels[one], one)):
            kinds = self._store.quads(subject=who, predicate=names.term("rdf:type"))
            kind = next((_TYPES[k] for q in kinds if (k := as_text(q.object)) in _TYPES), "")
            attributes = {"StakeholderTypeType": kind} if kind else {}
            # Who is named, and has a role as well, is written as both.
            named = [role for role in roles[who] if role in _NOT_STATED]
            stated = [role for role in roles[who] if role not in _NOT_STATED]
            for said in filter(None, (named, stated)):
                one = ET.SubElement(node, _tag("Stakeholder"), attributes)
                _add(one, "Name", self._labels[who])
                _add_roles(one, said)

    # Indicators

    def _add_indicators(self, node: ET.Element, iri: str) -> None:
        for one in self._indicators[iri]:
            self._add_indicator(node, one)

    def _add_indicator(self, around: ET.Element, iri: str) -> None:
        values = self._values_of[iri]
        units = Counter(self._text(one, DEVC.unitText) for one in values)
        unit = min(units, key=lambda one: (-units[one], one)) if units else ""
        unit = unit or min(self._notes.get((iri, names.UNIT_NOTE), ()), default="")
        node = ET.SubElement(around, _tag("PerformanceIndicator"))
        _add(node, "MeasurementDimension", self._label(iri))
        _add(node, "UnitOfMeasurement", unit, needed=True)
        # An aim with a number of its own stands in two places, and an identifier in one.
        _add(node, "Identifier", self._make_id(self._identify(iri)))
        for one in values:
            self._add_value(ET.SubElement(node, _tag("MeasurementInstance")), one, unit=unit)
        for kind, note in self._words_of.get(iri, ()):
            instance = ET.SubElement(node, _tag("MeasurementInstance"))
            self._add_result(instance, note, kind, self._text(note, "oa:bodyValue"))
        _add(node, "OtherInformation", self._text(iri, "dcterms:description"))

    def _add_value(self, around: ET.Element, iri: str, *, unit: str) -> None:
        kind = next(map(names.slug_of, self._values(iri, DEVC.valueKind)), "context")
        counted = self._text(iri, DEVC.unitText)
        beside = self._notes.get((iri, kind), ())
        words = (self._text(iri, DEVC.statedAs), *beside, counted if counted != unit else "")
        self._add_result(around, iri, kind, "\n".join(filter(None, words)))

    def _add_result(self, around: ET.Element, iri: str, kind: str, words: str) -> None:
        """Add a result with its days, its number if it has one, and the words beside it."""
        node = ET.SubElement(around, _tag(_KINDS.get(kind, "ActualResult")))
        for name, day in self._period(iri).items():
            _add(node, name, day)
        _add(node, "NumberOfUnits", self._text(iri, DEVC.numericValue))
        if kind not in _KINDS:
            label = ET.SubElement(node, _tag("Descriptor"))
            _add(label, "DescriptorName", "Kind")
            _add(label, "DescriptorValue", kind.capitalize())
        _add(node, "Description", words)


def _find_graph(store: Store, plan: str) -> str:
    quads = store.quads(subject=plan, predicate=names.term("rdf:type"), object=DEVC.Plan)
    graphs = sorted(str(getattr(quad.graph_name, "value", "")) for quad in quads)
    return next(one for one in graphs if one and one != names.FINDINGS_GRAPH)


def _tag(name: str) -> str:
    return f"{{{names.STRATML}}}{name}"


def _add(around: ET.Element, name: str, text: str, *, needed: bool = False) -> None:
    """Add an element with text; none if there is no text, unless StratML wants it."""
    if text or needed:
        ET.SubElement(around, _tag(name)).text = _mark(text)


def _mark(text: str) -> str:
    """Mark the ends of lines and paragraphs, as StratML does."""
    paragraphs = re.split(r"\n\s*\n", NOT_XML.sub("\ufffd", text))
    lines = (
        (" ".join(line.split()) for line in one.splitlines() if line.strip()) for one in paragraphs
    )
    return " ^^ ".join(filter(None, (" ^ ".join(one) for one in lines)))


def _add_roles(around: ET.Element, roles: list[str]) -> None:
    types = [_ROLE_TYPES[role] for role in roles if role in _ROLE_TYPES]
    others = [role for role in roles if role not in (*_ROLE_TYPES, *_NOT_STATED)]
    if types:
        node = ET.SubElement(around, _tag("Role"))
        _add(node, "Name", "", needed=True)
        for one in types:
            _add(node, "RoleType", one)
    for one in others:
        _add(ET.SubElement(around, _tag("Role")), "Name", one.capitalize())
