"""What changed between two exports, in the terms of people: which things, and which fields.

A thing is a node with an IRI. Its parts (a period, the position of a passage, the facets of a
finding) are told as fields of it. Findings about two initiatives are the same if they are about
the same two, whatever they were called. From which run a finding comes is no change of it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.names import DEVC
from devcoop.store.rdf import parse_term
from devcoop.store.terms import BlankNode, Literal, NamedNode, Term, as_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from devcoop.export.reading import Edition

_TYPE = names.term("rdf:type")
_LABELS = (
    names.term("rdfs:label"),
    names.term("skos:prefLabel"),
    names.term("dcterms:title"),
    str(DEVC.locator),
)
_IDENTIFIER = names.term("dcterms:identifier")
_DESCRIPTION = names.term("dcterms:description")
_INVOLVES = str(DEVC.involves)
_FINDING_TYPE = str(DEVC.findingType)
# What changes with every run, whatever is found.
_OF_THE_RUN = (names.term("prov:wasGeneratedBy"),)
_PAIR = str(DEVC.PairFinding)
_BLANK = re.compile(r"(?:^|\s)_:")
GROUPS = {
    "plans": (DEVC.Plan,),
    "initiatives": (DEVC.Undertaking,),
    "findings about two initiatives": (DEVC.PairFinding,),
    "gaps": (DEVC.GapFinding,),
    "reviews": (DEVC.Review,),
    "places and country groups": (DEVC.Place, DEVC.CountryGroup),
    "concepts": (names.term("skos:Concept"),),
    "passages": (DEVC.Passage,),
    "memberships of country groups": (DEVC.GroupMembership,),
    "organizations and groups of actors": (names.term("org:Organization"), DEVC.ActorGroup),
    "questions": (names.term("sh:SPARQLSelectExecutable"),),
    "terms of the ontology": tuple(
        names.term(f"owl:{kind}")
        for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    ),
}
"""Classes of the things in each group; a thing goes to the first group that fits."""
ELEMENTS = "other parts of the plans"
OTHERS = "everything else"


@dataclass(frozen=True)
class FieldChange:
    """A field of a thing that changed.

    Attributes:
        predicate: IRI of the property.
        field: What people call it.
        gone: Values it had and has no more, in words.
        new: Values it has and had not, in words.
    """

    predicate: str
    field: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


@dataclass(frozen=True)
class ThingChange:
    """A thing that is new, gone or changed.

    Attributes:
        iri: The thing.
        label: What people call it.
        fields: Its changed fields; none if it is new or gone.
    """

    iri: str
    label: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class GroupChanges:
    """What changed in one group of things.

    Attributes:
        name: The group.
        before: How many things the old export has.
        after: How many the new one has.
        new: Those that only the new one has.
        gone: Those that only the old one has.
        changed: Those that both have, with the fields that changed.
    """

    name: str
    before: int
    after: int
    new: tuple[ThingChange, ...]
    gone: tuple[ThingChange, ...]
    changed: tuple[ThingChange, ...]


@dataclass(frozen=True)
class Changes:
    """All that changed between two exports.

    Attributes:
        old: Version of the old one.
        new: Version of the new one.
        deleted: How many statements are gone.
        added: How many are new.
        before: How many statements the old one has.
        after: How many the new one has.
        groups: The groups in which something changed.
        blank: How many statements about nodes without names changed.
    """

    old: str
    new: str
    deleted: int
    added: int
    before: int
    after: int
    groups: tuple[GroupChanges, ...]
    blank: int


Fields = dict[tuple[str, str], set[str]]
"""Values, in N-Triples, by the name of a part (empty for the thing itself) and the property."""


class _Things:
    """The things of an export, with their fields."""

    def __init__(self, edition: Edition) -> None:
        self._said: dict[str, dict[str, list[Term]]] = {}
        for triple in sorted({quad.triple for quad in edition.quads}, key=str):
            if isinstance(triple.subject, NamedNode):
                said = self._said.setdefault(triple.subject.value, defaultdict(list))
                said[triple.predicate.value].append(triple.object)

    def values(self, iri: str, predicate: str) -> list[str]:
        """List the values of a property as plain text."""
        return [
            as_text(one)
            for one in self._said.get(iri, {}).get(predicate, ())
            if not isinstance(one, BlankNode)
        ]

    def find_label(self, iri: str) -> str:
        """Find what people call a thing, English first; empty if nobody says."""
        for predicate in _LABELS:
            values = self._said.get(iri, {}).get(predicate, ())
            texts = [one for one in values if isinstance(one, Literal)]
            for text in sorted(texts, key=lambda one: (one.language != "en", str(one))):
                return str(text.value)
        return ""

    @cached_property
    def owners(self) -> dict[str, str]:
        """The thing that each part belongs to: the one whose IRI its own goes on from."""
        above = ((iri, names.parent_of(iri)) for iri in self._said)
        return {
            iri: whole
            for iri, whole in above
            if whole in self._said and not self.find_label(iri) and not self._is_typed_whole(iri)
        }

    def _is_typed_whole(self, iri: str) -> bool:
        """Tell whether something is a thing of its own though its IRI goes on from another's."""
        return bool(self.values(iri, _FINDING_TYPE) or self.values(iri, _IDENTIFIER))

    @cached_property
    def fields(self) -> dict[str, Fields]:
        """Fields of each thing, those of its parts included."""
        fields: dict[str, Fields] = defaultdict(lambda: defaultdict(set))
        for iri, said in self._said.items():
            owner = self.owners.get(iri, iri)
            part = iri[len(owner) + 1 :]
            for predicate, values in said.items():
                if predicate in _OF_THE_RUN or (part and predicate == _TYPE):
                    continue
                told = {str(one) for one in values if self._is_told(one, owner)}
                if told:
                    fields[owner][part, predicate] |= told
        return {iri: fields[iri] for iri in self._said if iri not in self.owners}

    def _is_told(self, value: Term, owner: str) -> bool:
        """Tell whether a value is told: not a node without a name, nor a part told by itself."""
        if isinstance(value, BlankNode):
            return False
        return not (isinstance(value, NamedNode) and self.owners.get(value.value) == owner)

    @cached_property
    def groups(self) -> dict[str, str]:
        """The group of each thing."""
        return {iri: self._find_group(iri) for iri in self.fields}

    def _find_group(self, iri: str) -> str:
        types = set(self.values(iri, _TYPE))
        for name, classes in GROUPS.items():
            if types & set(map(str, classes)):
                return name
        return ELEMENTS if self.values(iri, str(DEVC.inPlan)) else OTHERS

    @cached_property
    def pairs(self) -> dict[frozenset[str], str]:
        """Findings about two initiatives, by what they are about."""
        found = (iri for iri in self._said if _PAIR in self.values(iri, _TYPE))
        return {frozenset(self.values(iri, _INVOLVES)): iri for iri in found}


class _Comparison:
    """Two exports side by side."""

    def __init__(self, old: _Things, new: _Things) -> None:
        self._old, self._new = old, new
        # A finding that is called otherwise now has another IRI, and is the same.
        self._renamed = {
            iri: new.pairs[about]
            for about, iri in old.pairs.items()
            if about in new.pairs and new.pairs[about] != iri
        }

    def compare(self, name: str) -> GroupChanges:
        """Compare the things of one group."""
        before = {iri for iri, group in self._old.groups.items() if group == name}
        after = {iri for iri, group in self._new.groups.items() if group == name}
        kept = {iri: self._renamed.get(iri, iri) for iri in before}
        there = set(kept.values())
        changed = (self._compare_thing(iri, now) for iri, now in kept.items() if now in after)
        return GroupChanges(
            name=name,
            before=len(before),
            after=len(after),
            new=self._list(after - there),
            gone=self._list(iri for iri, now in kept.items() if now not in after),
            changed=tuple(sorted((one for one in changed if one.fields), key=_by_label)),
        )

    def _list(self, things: Iterable[str]) -> tuple[ThingChange, ...]:
        return tuple(sorted((ThingChange(iri, self.label(iri)) for iri in things), key=_by_label))

    def _compare_thing(self, before: str, after: str) -> ThingChange:
        old, new = self._old.fields[before], self._new.fields[after]
        changes = (
            FieldChange(
                predicate=predicate,
                field=self._name_field(part, predicate),
                gone=self._say(old.get((part, predicate), set()) - now),
                new=self._say(now - old.get((part, predicate), set())),
            )
            for part, predicate in sorted({*old, *new})
            for now in (new.get((part, predicate), set()),)
        )
        fields = tuple(one for one in changes if one.gone or one.new)
        return ThingChange(after, self.label(after), fields)

    def _name_field(self, part: str, predicate: str) -> str:
        known = _FIELDS.get(predicate) or self._find_label(predicate)
        name = known or names.term_name(predicate)
        return f"{part} {name}".strip() if part and predicate not in _OF_PERIODS else name

    def _say(self, values: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(map(self._say_value, values)))

    def _say_value(self, value: str) -> str:
        if value.startswith("<"):
            return self.label(value[1:-1])
        literal = parse_term(value)
        language = getattr(literal, "language", None)
        said = f" ({language})" if language and language != "en" else ""
        return as_text(literal) + said

    def _find_label(self, iri: str) -> str:
        return self._new.find_label(iri) or self._old.find_label(iri)

    def label(self, iri: str) -> str:
        """Say what people call a thing: its label, with its identifier where it has one."""
        for things in (self._new, self._old):
            sides = things.values(iri, _INVOLVES)
            if sides and _PAIR in things.values(iri, _TYPE):
                kind = ", ".join(map(self._find_label, things.values(iri, _FINDING_TYPE)))
                return f"{kind}: {' / '.join(map(self.label, sorted(sides)))}"
            if things.values(iri, _FINDING_TYPE):
                return ", ".join(things.values(iri, _DESCRIPTION)) or names.shorten(iri)
            label, codes = things.find_label(iri), things.values(iri, _IDENTIFIER)
            if label and codes:
                return f"{codes[0]} ({label})"
            if label or codes:
                return label or codes[0]
        return names.shorten(iri)


_FIELDS = {
    _TYPE: "kind",
    names.term("dcat:startDate"): "period starts",
    names.term("dcat:endDate"): "period ends",
    _DESCRIPTION: "description",
}
_OF_PERIODS = (names.term("dcat:startDate"), names.term("dcat:endDate"))


def _by_label(one: ThingChange) -> tuple[str, str]:
    return one.label, one.iri


def compare_editions(old: Edition, new: Edition) -> Changes:
    """Compare two exports.

    Args:
        old: The one.
        new: The other.

    Returns:
        What changed, group by group; groups in which nothing changed are left out.
    """
    gone, come = set(old.lines) - set(new.lines), set(new.lines) - set(old.lines)
    comparison = _Comparison(_Things(old), _Things(new))
    groups = (comparison.compare(name) for name in (*GROUPS, ELEMENTS, OTHERS))
    return Changes(
        old=old.version,
        new=new.version,
        deleted=len(gone),
        added=len(come),
        before=len(old.lines),
        after=len(new.lines),
        groups=tuple(one for one in groups if one.new or one.gone or one.changed),
        blank=sum(map(_names_blank, (*gone, *come))),
    )


def _names_blank(line: str) -> bool:
    """Tell whether a line is about a node without a name, whatever the text in it says."""
    return bool(_BLANK.search(line.partition('"')[0]) or _BLANK.search(line.rpartition('"')[2]))
