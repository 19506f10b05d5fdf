"""What publishers of IATI could mend at the source, as far as the data bear it.

Looked at are activities that were read from files of IATI, and only those that the store holds:
that something is missing means that it is missing there. Found are

- `link`: another activity names this one, and this one names none of its identifiers;
- `same-identifier`: activities of two publishers have one identifier;
- `country` and `purpose`: an activity states none, in whatever list, nor do its transactions;
  what its whole, or all of its parts, agree on is suggested;
- `percentage`: percentages do not make 100; the rest is suggested where one alone is missing;
- `day`: a first day that stands for an unknown one; the day of the first payment is suggested.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.model import Correction
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from devcoop.store import Store

KINDS = ("link", "same-identifier", "country", "purpose", "percentage", "day")
"""What is found, in the order in which it is told."""
ANSWERS = {
    "parent": "child",
    "child": "parent",
    "sibling": "sibling",
    "co-funded": "co-funded",
    "third-party": "third-party",
    "provider": "receiver",
    "receiver": "provider",
    "own": "own",
}
"""What the other activity has to call this one, by what this one calls it."""
_WHOLE = 100
_ROUNDING = Fraction(1, 10)
"""Less than this is left or too much where percentages were rounded, which is not told."""
_PURPOSE_DIGITS = 5
_PLACES = frozenset(
    {"place", "recipient-country", "recipient-region", "activity-scope"}
    | {f"recipient-{one}/@percentage" for one in ("country", "region")}
)
_PAID_PLACES = frozenset({"transaction/recipient-country", "transaction/recipient-region"})
_SECTORS = frozenset({"purpose", "sector", "sector/@percentage"})
_PAID_SECTORS = frozenset({"transaction/sector"})
"""Headings of what is kept: an activity that has one is not silent."""
_START = re.compile(r"start(?:-actual|-planned)?: (\d{4}-\d\d-\d\d)")
_EARLIEST, _LATEST, _EPOCH = "1902", "2200", "1970-01-01"
_NUMBERED = re.compile(r" \(\d+\)$")


@dataclass
class Published:
    """An activity as it was read.

    Attributes:
        iri: The initiative.
        identifier: Its identifier as it is written.
        agency: IRI of who answers for it.
        start: Its first day, as far as one is known.
        wholes: IRIs of what it is part of.
        places: Percentage by IRI of each place; None where it states none.
        purposes: Likewise of each purpose.
        references: Kinds and identifiers of other activities.
        kept: What has no place in the model, by heading.
    """

    iri: str
    identifier: str
    agency: str
    start: str = ""
    wholes: list[str] = field(default_factory=list)
    places: dict[str, Fraction | None] = field(default_factory=dict)
    purposes: dict[str, Fraction | None] = field(default_factory=dict)
    references: list[tuple[str, str]] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def identifiers(self) -> set[str]:
        """All identifiers that are its own."""
        return {self.identifier, *(one for kind, one in self.references if kind == "own")}


@dataclass(frozen=True)
class Corrections:
    """What publishers could mend, and what was looked at.

    Attributes:
        found: By publisher, kind and activity.
        activities: How many activities of each publisher were looked at, by its IRI.
    """

    found: tuple[Correction, ...]
    activities: Mapping[str, int]


def find_corrections(store: Store) -> Corrections:
    """Find what publishers could mend.

    Args:
        store: The data.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> find_corrections(build_graph())
        Corrections(found=(), activities={})
    """
    activities = _read(store)
    published: dict[str, set[str]] = defaultdict(set)
    for one in activities.values():
        published[one.agency].add(one.identifier)
    finders = (_find_links, _find_same, _find_missing, _find_percentages, _find_days)
    found = {one for finder in finders for one in finder(activities)}
    ordered = sorted(found, key=lambda one: (one.publisher, KINDS.index(one.kind), one))
    counts = {agency: len(some) for agency, some in published.items()}
    return Corrections(tuple(ordered), counts)


def _ask(store: Store, query: str) -> list[dict[str, str]]:
    return store.query(get_query(query).text).records()


def _read(store: Store) -> dict[str, Published]:
    activities = _read_activities(store)
    if activities:
        for query, take in _TAKERS.items():
            for row in _ask(store, query):
                if one := activities.get(row["undertaking"]):
                    take(one, row)
    return activities


def _read_activities(store: Store) -> dict[str, Published]:
    activities: dict[str, Published] = {}
    for row in _ask(store, "published-activities"):
        iri = row["undertaking"]
        # What identifies a later activity of one identifier has a number behind it.
        identifier = _NUMBERED.sub("", row["identifier"])
        made = Published(iri, identifier, row["agency"], row["start"])
        one = activities.setdefault(iri, made)
        if row["whole"]:
            one.wholes.append(row["whole"])
    return activities


def _take_place(one: Published, row: dict[str, str]) -> None:
    if row["place"]:
        one.places[row["place"]] = _read_share(row)


def _take_purpose(one: Published, row: dict[str, str]) -> None:
    one.purposes[row["purpose"]] = _read_share(row)


def _read_share(row: dict[str, str]) -> Fraction | None:
    return Fraction(row["percentage"]) if row["percentage"] else None


def _take_reference(one: Published, row: dict[str, str]) -> None:
    one.references.append((row["kind"], row["identifier"]))


def _take_remark(one: Published, row: dict[str, str]) -> None:
    one.kept[row["heading"]] = row["text"]


_TAKERS: dict[str, Callable[[Published, dict[str, str]], None]] = {
    "activity-places": _take_place,
    "activity-purposes": _take_purpose,
    "references": _take_reference,
    "published-remarks": _take_remark,
}
"""What takes over the answer to each query."""


def _index(activities: Iterable[Published]) -> dict[str, list[Published]]:
    """Index activities by the identifier that they are published under."""
    found: dict[str, list[Published]] = defaultdict(list)
    for one in activities:
        found[one.identifier].append(one)
    return found


# Links


def _find_links(activities: Mapping[str, Published]) -> Iterator[Correction]:
    """Find activities that are named by another one and do not answer."""
    by_identifier = _index(activities.values())
    for one in activities.values():
        for kind, identifier in one.references:
            named = by_identifier.get(identifier, [])
            # Of several publishers of one identifier it is not known which is meant.
            is_clear = len({it.agency for it in named}) == 1
            if kind in ANSWERS and is_clear and identifier != one.identifier:
                yield from _answer(named, one, kind)


def _answer(named: list[Published], speaker: Published, kind: str) -> Iterator[Correction]:
    """Tell that an activity, in all files that have it, does not name one that names it."""
    names_of_it = speaker.identifiers
    if any(identifier in names_of_it for one in named for _, identifier in one.references):
        return
    yield Correction(
        named[0].agency,
        named[0].identifier,
        "link",
        there=kind,
        suggested=(ANSWERS[kind],),
        about=speaker.identifier,
        evidence=(speaker.identifier,),
        other=speaker.agency,
    )


def _find_same(activities: Mapping[str, Published]) -> Iterator[Correction]:
    """Find identifiers that several publishers use."""
    for identifier, some in _index(activities.values()).items():
        for one in some:
            for other in sorted({it.agency for it in some} - {one.agency}):
                yield Correction(one.agency, identifier, "same-identifier", other=other)


# What is missing


def _find_missing(activities: Mapping[str, Published]) -> Iterator[Correction]:
    parts: dict[str, list[Published]] = defaultdict(list)
    for one in activities.values():
        for whole in one.wholes:
            parts[whole].append(one)
    for one in activities.values():
        wholes = [activities[whole] for whole in one.wholes if whole in activities]
        for kind, name, kept in (
            ("country", "places", _PLACES | _PAID_PLACES),
            ("purpose", "purposes", _SECTORS | _PAID_SECTORS),
        ):
            if getattr(one, name) or kept & one.kept.keys():
                continue
            agreed, evidence = _agree(wholes, name) or _agree(parts[one.iri], name) or ((), ())
            yield Correction(one.agency, one.identifier, kind, suggested=agreed, evidence=evidence)


def _agree(some: list[Published], name: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Find the one place or purpose that all of some activities state alone; None if none is."""
    stated = [frozenset(getattr(one, name)) for one in some]
    if not stated or len(set(stated)) != 1 or len(stated[0]) != 1:
        return None
    return tuple(stated[0]), tuple(sorted(one.identifier for one in some))


# Percentages


def _find_percentages(activities: Mapping[str, Published]) -> Iterator[Correction]:
    for one in activities.values():
        if not _PLACES & one.kept.keys():
            yield from _add_up(one, one.places, is_whole=not _PAID_PLACES & one.kept.keys())
        if not _SECTORS & one.kept.keys():
            is_whole = not _PAID_SECTORS & one.kept.keys()
            for digits in (_PURPOSE_DIGITS, 3):
                of_list = {
                    iri: share
                    for iri, share in one.purposes.items()
                    if len(names.slug_of(iri)) == digits
                }
                yield from _add_up(one, of_list, is_whole=is_whole)


def _add_up(
    one: Published, shares: Mapping[str, Fraction | None], *, is_whole: bool
) -> Iterator[Correction]:
    """Tell of percentages that do not make 100.

    Args:
        one: The activity.
        shares: Percentages of one list.
        is_whole: Whether all of the list stands at the activity, and nothing in transactions.
    """
    stated = [share for share in shares.values() if share is not None]
    silent = [iri for iri, share in shares.items() if share is None]
    rest = _WHOLE - sum(stated, Fraction())
    # What is said in two vocabularies makes 100 in each of them.
    if not stated or abs(rest) < _ROUNDING or not rest % _WHOLE:
        return
    is_borne = is_whole and len(silent) == 1 and rest > 0
    yield Correction(
        one.agency,
        one.identifier,
        "percentage",
        there=_write(sum(stated, Fraction())),
        suggested=(_write(rest),) if is_borne else (),
        about=silent[0] if is_borne else next(iter(sorted(shares))),
    )


def _write(number: Fraction) -> str:
    return f"{float(number):.10g}"


# Days


def _find_days(activities: Mapping[str, Published]) -> Iterator[Correction]:
    for one in activities.values():
        for day in _START.findall(one.kept.get("activity-date", "")):
            if not _EARLIEST <= day[:4] < _LATEST or day == _EPOCH:
                suggested = (one.start,) if one.start else ()
                yield Correction(one.agency, one.identifier, "day", there=day, suggested=suggested)
