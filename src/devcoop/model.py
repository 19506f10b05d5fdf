"""The records that the parts of devcoop hand each other.

All are frozen: a record says what was found and is never changed afterwards. Its key is an
IRI. Identifiers, the plans' own locators such as `ISO-output-1.1`, are what people see; they
are unique within a plan only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from devcoop.names import FACET_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

Item = TypeVar("Item")
FACETS = tuple(FACET_PROPERTIES)
"""The facets on which undertakings are compared, in the order in which people are told."""
STATED_BY_FEW = frozenset({"purpose"})
"""Facets that only some lists know; that one of them is not stated is told to nobody."""
STRENGTH = {
    "reported-twice": 6,
    "duplication": 5,
    "duplication-candidate": 4,
    "overlap": 3,
    "complementarity": 2,
    "continuity": 1,
    "fragmentation": 0,
    "dismissed": 0,
    "none": 0,
}
"""All finding types of pairs, from the one most worth a conversation to those worth none."""
FOUND_TYPES = tuple(kind for kind, strength in STRENGTH.items() if strength > 0)
"""Those that make a pair a finding."""
BELOW = "below"
"""What pairs are counted as that are no findings, where nothing more was asked of them."""
PAIR_COLUMNS = (
    *("left", "right", "left_agency", "right_agency"),
    *("type", "timing", "place_relation", "score"),
    *FACETS,
)
"""What every table of pairs says first, whatever comes after it."""
GAP_TYPES = ("coordination-gap", "coverage-gap", "results-chain-gap", "vagueness")
"""All finding types of gaps, in the order in which people are told."""


@dataclass(frozen=True)
class Period:
    """First and last day of something.

    Attributes:
        start: First day; None if not known.
        end: Last day, inclusive; None if no end is stated.
        basis: How it is known: stated, inferred, assumed or unknown.
    """

    start: date | None
    end: date | None
    basis: str = "unknown"


@dataclass(frozen=True)
class PlacePart:
    """A country or other place that belongs to a place or group.

    Attributes:
        iri: The country or place; a place belongs to itself.
        since: First day of a membership; None if it has always belonged there.
        until: Last day; None while it lasts.
    """

    iri: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Focus:
    """What a look at the plans is limited to; what is empty does not limit it.

    Of several values of one kind any will do; those of different kinds must all be met.

    Attributes:
        agencies: IRIs of agencies.
        plans: IRIs of plans.
        places: IRIs of countries, regions and country groups.
        themes: IRIs of themes; each takes in the narrower ones.
        period: Days of which at least one must be met; an open end has no limit.
        parts: All that belongs to the places.
        with_possible: Whether that is taken in, too, of which it is not known whether it meets
            place, theme and period.
    """

    agencies: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    period: Period | None = None
    parts: tuple[PlacePart, ...] = ()
    with_possible: bool = False

    @property
    def is_set(self) -> bool:
        """Whether it limits anything."""
        return bool(self.of_issuers or self.places or self.themes or self.period)

    @property
    def of_issuers(self) -> bool:
        """Whether it asks for agencies or plans."""
        return bool(self.agencies or self.plans)


@dataclass(frozen=True)
class Extent:
    """What a focus takes in, out of all that is compared.

    Attributes:
        focus: The focus.
        undertakings: IRIs of the undertakings that meet it.
        partners: IRIs of those of other agencies and plans that meet all but these: what is
            compared with the first; empty if the focus asks for no agency or plan.
        plans: IRIs of the plans of `undertakings`.
        themes: IRIs of the themes of the focus, with all narrower ones.
        of: How many undertakings there are.
        of_plans: How many plans have any.
        of_pairs: How many pairs of undertakings of different agencies there are.
        ways: How many of all undertakings stand how to the focus: by point (place, theme or
            time), agency and one of the ways of `WAYS_OF`.
    """

    focus: Focus
    undertakings: frozenset[str]
    partners: frozenset[str]
    plans: frozenset[str]
    themes: frozenset[str]
    of: int
    of_plans: int
    of_pairs: int
    ways: dict[tuple[str, str, str], int]

    @cached_property
    def all_undertakings(self) -> frozenset[str]:
        """IRIs of the undertakings that meet it, and of those they are compared with."""
        return self.undertakings | self.partners

    def count_ways(self, point: str) -> Counter[str]:
        """Count how many of all undertakings stand how to one point of the focus.

        Args:
            point: place, theme or time.
        """
        counts: Counter[str] = Counter()
        for (one, _, way), number in self.ways.items():
            counts[way] += number if one == point else 0
        return +counts


WAYS_OF = {
    "place": {
        "named": True,
        "inherited": True,
        "group": True,
        "global": None,
        "undefined": None,
        "ended": None,
        "silent": None,
        "other": False,
    },
    "theme": {"narrower": True, "broader": None, "silent": None, "other": False},
    "time": {"runs": True, "possible": None, "silent": None, "other": False},
}
"""How an undertaking stands to a point of a focus, and whether it meets it: None if not known."""


@dataclass(frozen=True)
class Concept:
    """A concept of a scheme.

    Attributes:
        iri: The concept.
        label: Its English label.
    """

    iri: str
    label: str


@dataclass(frozen=True)
class Suggestion:
    """A concept that an undertaking may have on a facet that it does not state.

    Attributes:
        facet: Name of the facet.
        concept: IRI of the concept.
        confidence: About how often such a suggestion is right, from 0 to 1.
    """

    facet: str
    concept: str
    confidence: float


@dataclass(frozen=True)
class SuggestedConcept:
    """A concept that is suggested for an undertaking, for people to see.

    Attributes:
        concept: The concept.
        confidence: About how often such a suggestion is right, from 0 to 1.
    """

    concept: Concept
    confidence: float


@dataclass(frozen=True)
class Area:
    """A place or country group that an undertaking is meant for.

    Attributes:
        iri: The place or group.
        label: Its English label.
        basis: named, via-group or global.
        is_inherited: Only the plan as a whole says it.
        is_defined: Its countries are known.
    """

    iri: str
    label: str
    basis: str
    is_inherited: bool
    is_defined: bool


@dataclass(frozen=True)
class Agency:
    """Who issues a plan, or answers for what it promises.

    Attributes:
        iri: The agency.
        name: What people call it: its notation, else its label; no two agencies share it.
        label: Its full name.
    """

    iri: str
    name: str
    label: str


@dataclass(frozen=True)
class Plan:
    """A plan that is compared.

    Attributes:
        iri: The plan.
        title: Its title.
        agency: Who issued it.
        period: When it runs.
        undertakings: How many undertakings it promises.
        passages: How many passages of its text are in the graph.
        sha256: Hash of the document it is laid down in; empty if none is stated.
    """

    iri: str
    title: str
    agency: Agency
    period: Period
    undertakings: int
    passages: int
    sha256: str


@dataclass(frozen=True)
class Passage:
    """A stretch of a plan document.

    Attributes:
        iri: The passage.
        locator: Its name, from the document's own structure.
        gist: What it says, in our words; may be empty.
        document: IRI of the document; may be empty.
        start: First character, counted from 0; None if it is not said.
        end: Character after the last; None if it is not said.
    """

    iri: str
    locator: str
    gist: str
    document: str
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Said:
    """What a plan says of an undertaking, in words.

    Attributes:
        gist: What it is, in one sentence of ours; may be empty.
        evidence: The passages that state it.
    """

    gist: str = ""
    evidence: tuple[Passage, ...] = ()


_NOTHING_SAID = Said()


@dataclass(frozen=True)
class Undertaking:
    """Something a plan says will be done or delivered.

    Attributes:
        iri: The undertaking.
        identifier: Its main locator, unique within its plan.
        label: Short title; the identifier if it has none.
        agency: Who answers for it.
        plan: IRI of its plan.
        period: When; the plan's period where it has none of its own.
        facets: Concepts by facet; a facet on which the text says nothing is missing.
        areas: Places and groups it is meant for.
        is_umbrella: It takes in most other undertakings of its plan.
        suggestions: What is suggested, by facet, where it states nothing; the surest first.
        inferred: IRIs of those concepts of its facets that its text does not say in words.
        status: IRI of how far it has come; empty if that is not stated.
        texts: What is said of undertakings, by IRI; it may be read when somebody looks at it.
    """

    iri: str
    identifier: str
    label: str
    agency: Agency
    plan: str
    period: Period
    facets: dict[str, tuple[Concept, ...]] = field(default_factory=dict)
    areas: tuple[Area, ...] = ()
    is_umbrella: bool = False
    suggestions: dict[str, tuple[SuggestedConcept, ...]] = field(default_factory=dict)
    inferred: frozenset[str] = frozenset()
    status: str = ""
    texts: Mapping[str, Said] = field(default_factory=dict, repr=False, compare=False)

    @property
    def gist(self) -> str:
        """What it is, in one sentence of ours; may be empty."""
        return self.texts.get(self.iri, _NOTHING_SAID).gist

    @property
    def evidence(self) -> tuple[Passage, ...]:
        """The passages that state it."""
        return self.texts.get(self.iri, _NOTHING_SAID).evidence


class Heading(NamedTuple):
    """What lists and counts say of an undertaking; there may be very many.

    Attributes:
        identifier: As of `Undertaking`, and so with all that follow.
        label: Likewise.
        agency: Likewise.
        plan: Likewise.
        status: Likewise.
    """

    identifier: str
    label: str
    agency: Agency
    plan: str
    status: str


@dataclass(frozen=True)
class Pair:
    """Two undertakings of different agencies, compared.

    Attributes:
        left: IRI of the one whose agency's short name sorts first.
        right: IRI of the other.
        left_agency: IRI of the left agency.
        right_agency: IRI of the right agency.
        type: Slug of the finding type; `none` if the pair is no finding, `dismissed` if a person
            said that it is none.
        substance_type: What the type would be if time and place were left out.
        timing: concurrent, possibly-concurrent, successive or unknown.
        place_relation: named, named-and-group, via-group, global, none or unknown.
        score: How alike they are in substance, from 0 to 1.
        parts: Similarity by facet, from 0 to 1; None where one side leaves the facet open.
        shared_period: The days both cover, if any can be told.
        shared_countries: How many countries both reach; None if it is not known whether they reach
            one.
        subject: IRI of the narrowest theme that takes in a theme of either side; empty if there is
            none, or if the sides meet only as related themes.
        field: IRI of the narrowest purpose, else sector, that takes in one of either side, where
            no theme brings the two together; empty otherwise.
        themes: IRIs of the left and the right theme that meet best and are no modes of work;
            empty if one side has none.
        nearness: How near those two are, from 0 to 1.
        evidence: Kind of reference by which one names the other as the same work, as in
            `ontology/schemes/reference-kind.ttl`, or `joint` where one says that the other agency
            shares in it and both agree in title, country and time; empty if none does.
        reviewed_type: What the comparison called it, where a review stands; else empty.
    """

    left: str
    right: str
    left_agency: str
    right_agency: str
    type: str
    substance_type: str
    timing: str
    place_relation: str
    score: float
    parts: dict[str, float | None]
    shared_period: Period | None
    shared_countries: int | None
    subject: str
    themes: tuple[str, ...]
    nearness: float
    evidence: str = ""
    field: str = ""
    reviewed_type: str = ""

    @property
    def found_type(self) -> str:
        """What the comparison called the pair, whatever a person said since."""
        return self.reviewed_type or self.type

    @property
    def topic(self) -> str:
        """IRI of what the pair is filed under: what takes in both sides, else the left theme."""
        return self.subject or self.field or next(iter(self.themes), "")


Denominator = tuple[tuple[str, ...], str]
"""What tells the cells of one denominator from those of another."""


class Remark(NamedTuple):
    """What else a reader wants to know of a cell, as a code.

    Attributes:
        code: What is said; the list is in `devcoop.words.gaps`.
        about: IRI of what it names; empty if it names nothing.
        number: The number in it.
        identifier: What it shows as it is.
        others: IRIs of what else it names.
    """

    code: str
    about: str = ""
    number: int = 0
    identifier: str = ""
    others: tuple[str, ...] = ()


class Cell(NamedTuple):
    """One cell of a denominator, and how many undertakings or elements serve it.

    Attributes:
        subject: IRI of what the cell is about.
        served: How many serve it; 0 makes it a gap.
        others: IRIs of what else the cell is about.
        of: IRIs of what the denominator is about: agencies, a theme or a goal; empty for all
            that the question looks at.
        remark: What else a reader wants to know, if there is a code for it.
        found: How it is served, or what was found instead, if the question tells.
        label: English label as the query gives it; empty if none asked.
        scope: The denominator in English likewise.
        detail: What else a reader wants to know, in English likewise.
        parts: The gaps that this one tells at once; empty for a gap of its own.
        out_of: How many cells their denominator has; 0 for a gap of its own.
        verdict: What a person said of the gap: confirmed or dismissed; empty if nobody did.
    """

    subject: str
    served: int
    others: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    remark: Remark | None = None
    found: Remark | None = None
    label: str = ""
    scope: str = ""
    detail: str = ""
    parts: tuple[Cell, ...] = ()
    out_of: int = 0
    verdict: str = ""

    @property
    def denominator(self) -> Denominator:
        """What the cells of one denominator have in common."""
        return self.of, self.scope


class AsAsked(Sequence[Item]):
    """Records that are read when somebody first looks at them.

    A large store has many, and whoever shows one page looks at few.

    Args:
        read: Reads them.

    Examples:
        >>> cells = AsAsked(lambda: [Cell("urn:a", 1), Cell("urn:b", 0)])
        >>> len(cells), cells[1].subject
        (2, 'urn:b')
    """

    def __init__(self, read: Callable[[], Iterable[Item]]) -> None:
        self._read = read

    @cached_property
    def _items(self) -> tuple[Item, ...]:
        return tuple(self._read())

    def __getitem__(self, place: Any) -> Any:
        """Give one, or some by a slice."""
        return self._items[place]

    def __len__(self) -> int:
        """Count them."""
        return len(self._items)

    def __iter__(self) -> Iterator[Item]:
        """Iterate over them."""
        return iter(self._items)

    def __eq__(self, other: object) -> bool:
        """Tell whether others are the same, read or not."""
        return isinstance(other, Sequence) and self._items == tuple(other)

    def __hash__(self) -> int:
        """Hash them as any others that are the same."""
        return hash(self._items)


@dataclass(frozen=True)
class GapCheck:
    """One question about gaps, with all cells that were looked at.

    Attributes:
        name: Name of the query that looked, or of the comparison's own question.
        type: Slug of the finding type of its gaps.
        cells: Every cell of the denominator, served or not.
        scope: What denominators are about: agency, theme, goal, or whole if there is but one.
        cell: What cells are about: thing, goal, or target for a goal or a target of one.
        detail: What the details are where there is no remark: identifier or text.
        is_folded: Whether all gaps of a denominator are one finding, for they ask for one answer.
    """

    name: str
    type: str
    cells: Sequence[Cell]
    scope: str = "agency"
    cell: str = "thing"
    detail: str = "identifier"
    is_folded: bool = False

    def __reduce__(self) -> tuple[object, ...]:
        """Be packed by columns: each of very many cells by itself takes four times as long."""
        said = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "cells"}
        columns = dict(zip(Cell._fields, zip(*self.cells, strict=True), strict=False))
        for name in columns.keys() & _REMARKS:
            columns[name] = tuple(one and tuple(one) for one in columns[name])
        return _unpack_check, (said, columns)

    @cached_property
    def gaps(self) -> tuple[Cell, ...]:
        """The cells that nobody serves, but those of which a person said that they are no gap."""
        return tuple(cell for cell in self._unserved if cell.verdict != "dismissed")

    @cached_property
    def found(self) -> tuple[Cell, ...]:
        """What was found: each gap, or all gaps of a denominator at once if they are folded."""
        return tuple(self._folds.values()) if self.is_folded else self._unserved

    @cached_property
    def findings(self) -> tuple[Cell, ...]:
        """What was found and no person dismissed."""
        return tuple(cell for cell in self.found if cell.verdict != "dismissed")

    def finding_of(self, gap: Cell) -> Cell:
        """Give the finding that tells a gap.

        Args:
            gap: One of the gaps or findings.
        """
        return self._folds[gap.denominator] if self.is_folded else gap

    @cached_property
    def _unserved(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.served == 0)

    @cached_property
    def sizes(self) -> dict[Denominator, tuple[int, int]]:
        """How many gaps each denominator has, out of how many cells."""
        gaps = self.gaps_of
        return {one: (len(gaps.get(one, ())), number) for one, number in self._of.items()}

    @cached_property
    def firsts(self) -> dict[Denominator, Cell]:
        """The first cell of each denominator, which names it, in the order of the cells."""
        first: dict[Denominator, Cell] = {}
        for cell in self.cells:
            first.setdefault(cell.denominator, cell)
        return first

    @cached_property
    def _of(self) -> Counter[Denominator]:
        """How many cells each denominator has."""
        return Counter(cell.denominator for cell in self.cells)

    @cached_property
    def gaps_of(self) -> dict[Denominator, list[Cell]]:
        """The gaps of each denominator that has any, in the order of the gaps."""
        return _group_cells(self.gaps)

    @cached_property
    def _folds(self) -> dict[Denominator, Cell]:
        gaps = _group_cells(self._unserved)
        return {one: _fold(parts, self._of[one]) for one, parts in gaps.items()}


_REMARKS = {"remark", "found"}


def _unpack_check(said: Mapping[str, Any], columns: Mapping[str, tuple[Any, ...]]) -> GapCheck:
    whole = dict(columns)
    for name in whole.keys() & _REMARKS:
        whole[name] = tuple(one and Remark(*one) for one in whole[name])
    return GapCheck(cells=tuple(map(Cell, *whole.values())) if whole else (), **said)


def _group_cells(cells: Iterable[Cell]) -> dict[Denominator, list[Cell]]:
    groups: dict[Denominator, list[Cell]] = defaultdict(list)
    for cell in cells:
        groups[cell.denominator].append(cell)
    return dict(groups)


def _fold(parts: list[Cell], out_of: int) -> Cell:
    """Make one gap of several of a denominator."""
    first = parts[0]
    things = [iri for part in parts for iri in (part.subject, *part.others)]
    return Cell(
        subject=first.subject,
        served=0,
        others=tuple(dict.fromkeys(things[1:])),
        of=first.of,
        found=first.found if all(part.found == first.found for part in parts) else None,
        scope=first.scope,
        parts=tuple(parts),
        out_of=out_of,
        verdict=first.verdict,
    )


@dataclass(frozen=True)
class Link:
    """A coordination that a plan states.

    Attributes:
        iri: The link.
        from_agency: IRI of the agency that coordinates.
        to_agency: IRI of the compared agency that is reached; empty for another body.
        to_label: Who is coordinated with.
        through: By what, if said.
        locators: Passages that state it.
    """

    iri: str
    from_agency: str
    to_agency: str
    to_label: str
    through: str
    locators: tuple[str, ...]


@dataclass(frozen=True)
class Naming:
    """A compared agency that a plan names, whether or not to coordinate with it.

    Attributes:
        from_agency: IRI of the agency whose plan it is.
        named: IRI of the agency that is named.
        thing: IRI of what is named: the agency, a part of it, a document that it publishes, or a
            group of actors that it may belong to.
        locators: Passages that name it.
    """

    from_agency: str
    named: str
    thing: str
    locators: tuple[str, ...]


@dataclass(frozen=True, order=True)
class LeftOut:
    """Something that the graph holds and the comparison could not take.

    Attributes:
        what: IRI of the undertaking, or of what else it is.
        reason: no-plan, no-agency, unknown-concept (the rest of it is compared), second-row (the
            first is compared), unreadable-date, unreadable-integer or unreadable-boolean (taken
            for unknown).
        value: What could not be taken; empty if it is the whole.
        graph: IRI of the named graph that states it; may be empty.
    """

    what: str
    reason: str
    value: str
    graph: str


@dataclass(frozen=True, order=True)
class Correction:
    """Something that a publisher could mend.

    Attributes:
        publisher: IRI of who answers for the activity.
        activity: Identifier of the activity.
        kind: One of those that `figures.corrections` finds, such as `link`.
        there: What is there: a kind of reference, a percentage or a day; empty if nothing is.
        suggested: What is suggested: IRIs of places or purposes, a kind of reference, a day or a
            percentage; empty if the data bear no suggestion.
        about: What it is about: the identifier of the other activity, or the IRI that has no
            percentage.
        evidence: Identifiers of the activities that say so.
        other: IRI of the other publisher; empty if there is none.
    """

    publisher: str
    activity: str
    kind: str
    there: str = ""
    suggested: tuple[str, ...] = ()
    about: str = ""
    evidence: tuple[str, ...] = ()
    other: str = ""
