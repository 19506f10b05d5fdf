"""What a look at the plans is limited to: from the words of a person to IRIs.

People name agencies, plans, places and themes by code, by name in any language that the data
have, by prefix and name, or by IRI. `find_focus` turns all of that into one record, once; what
is in the focus is then a step of the comparison (`devcoop.overlap.focusing`).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from devcoop.errors import UnknownResourceError, list_known, suggest
from devcoop.model import Focus, Period, PlacePart
from devcoop.names import expand, shorten, slug_of
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from devcoop.store import Store

KINDS = {
    "agency": "no plan is of an agency",
    "plan": "there is no plan",
    "place": "there is no country, region or country group",
    "theme": "there is no theme",
}
"""What can be named, and how it is said that a word names none."""
_WAYS = ("code", "name", "other", "slug")
"""Ways of naming a thing; the first by which a word names anything counts."""
_MOST_LISTED = 5
_DAY = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_YEARS = re.compile(r"\s*(\d{4})?\s*[-–]\s*(\d{4})?\s*")


@dataclass(frozen=True)
class Asked:
    """What a person wants to look at, in words; what is empty does not limit it.

    Attributes:
        agencies: Names of agencies.
        plans: Names of plans.
        places: Names of countries, regions and country groups.
        themes: Names of themes.
        period: Days of which at least one must be met.
        with_possible: Whether that is taken in, too, of which it is not known whether it meets
            place, theme and period.
    """

    agencies: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    period: Period | None = None
    with_possible: bool = False

    @property
    def is_set(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.agencies or self.plans or self.places or self.themes or self.period)


@dataclass
class _Names:
    """The names of all things of one kind."""

    things: set[str] = field(default_factory=set)
    by_way: dict[str, dict[str, set[str]]] = field(
        default_factory=lambda: {way: defaultdict(set) for way in _WAYS}
    )
    told: dict[str, str] = field(default_factory=dict)

    def add(self, thing: str, way: str, name: str) -> None:
        self.things.add(thing)
        self.by_way[way][_fold(name)].add(thing)
        self.by_way["slug"][_fold(slug_of(thing))].add(thing)
        self.told[name] = name


def find_focus(graph: Store, asked: Asked) -> Focus:
    """Find what a person means.

    Args:
        graph: Where the plans are.
        asked: What is wanted, in words. Upper and lower case and accents make no difference.

    Raises:
        UnknownResourceError: A word names nothing, and the nearest names are told; or it names
            several things, and their IRIs are.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> focus = find_focus(build_graph(), Asked(places=("Kenya",), themes=("métrologie",)))
        >>> [shorten(iri) for iri in (*focus.places, *focus.themes)]
        ['pl:KEN', 'th:metrology']
    """
    if not asked.is_set:
        return Focus(with_possible=asked.with_possible)
    known: dict[str, _Names] = defaultdict(_Names)
    for row in graph.recall(get_query("focus-names").text).records():
        known[row["kind"]].add(row["thing"], row["way"], row["name"])
    places = _get_all(known, "place", asked.places)
    return Focus(
        agencies=_get_all(known, "agency", asked.agencies),
        plans=_get_all(known, "plan", asked.plans),
        places=places,
        themes=_get_all(known, "theme", asked.themes),
        period=asked.period,
        parts=tuple(dict.fromkeys(part for one in places for part in read_parts(graph, one))),
        with_possible=asked.with_possible,
    )


def read_parts(graph: Store, place: str) -> list[PlacePart]:
    """Read which countries and other places belong to a place or country group.

    Args:
        graph: Where the places are.
        place: Its IRI.

    Returns:
        One for each membership, in the order of the IRIs; the place itself is among them.
    """
    answer = graph.recall(get_query("place-parts").bind({"place": place}))
    return [
        PlacePart(row["part"], _read_day(row["validFrom"]), _read_day(row["validUntil"]))
        for row in answer.records()
    ]


def read_period(text: str) -> Period:
    """Read days as people write them.

    Args:
        text: A year, a month or a day of ISO 8601, or two of them with a slash between; two years
            also with a hyphen. One side may be left out.

    Raises:
        ValueError: It is none of these, or ends before it begins.

    Examples:
        >>> read_period("2016-2017").end
        datetime.date(2017, 12, 31)
        >>> read_period("2016-07/2017-02").start, read_period("2018-").end
        (datetime.date(2016, 7, 1), None)
    """
    first, last = _divide(text)
    start, end = _find_day(first, is_last=False), _find_day(last, is_last=True)
    if start and end and end < start:
        raise ValueError(f"{text!r} ends before it begins")
    return Period(start, end, "stated")


def _divide(text: str) -> tuple[str, str]:
    """Divide days into the first and the last; one alone is both."""
    both = _YEARS.fullmatch(text)
    words = both.groups("") if both else tuple(map(str.strip, text.split("/")))
    if not any(words) or len(words) > len(("first", "last")):
        raise ValueError(f"{text!r} is no year such as 2016, no years such as 2016-2017")
    return words[0], words[-1]


def _find_day(text: str, *, is_last: bool) -> date | None:
    if not text:
        return None
    match = re.fullmatch(_DAY, text, re.ASCII)
    if match is None:
        raise ValueError(f"{text!r} is no year, month or day such as 2016, 2016-07 or 2016-07-31")
    year, month, day = (int(part) if part else 0 for part in match.groups())
    month = month or (12 if is_last else 1)
    try:
        return date(year, month, day or (monthrange(year, month)[1] if is_last else 1))
    except ValueError as error:
        raise ValueError(f"{text!r} is no day of the calendar") from error


def _get_all(known: Mapping[str, _Names], kind: str, words: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_get_one(known[kind], kind, word) for word in words))


def _get_one(names: _Names, kind: str, word: str) -> str:
    iri = expand(word.strip())
    if iri in names.things:
        return iri
    for way in _WAYS:
        found = sorted(names.by_way[way].get(_fold(word), ()))
        if len(found) == 1:
            return found[0]
        if found:
            listed = ", ".join(map(shorten, found[:_MOST_LISTED]))
            raise UnknownResourceError(f"several are called {word!r}; give one of: {listed}")
    raise UnknownResourceError(f"{KINDS[kind]} {word!r}{_hint(names, kind, word)}")


def _hint(names: _Names, kind: str, word: str) -> str:
    """Say what may be meant: names that have the word in them, else names that are like it."""
    near = sorted({name for name in names.told if _fold(word) and _fold(word) in _fold(name)})
    hint = f"; did you mean {', '.join(near[:_MOST_LISTED])}?" if near else ""
    hint = hint or suggest(word, names.told)
    if kind not in ("agency", "plan"):
        return hint
    codes = sorted(shorten(one) for one in names.things)
    return f"{hint}; there are: {list_known(codes)}"


def _fold(text: str) -> str:
    """Write a name so that case, accents and blanks around it make no difference."""
    parts = unicodedata.normalize("NFKD", text.strip().casefold())
    return "".join(one for one in parts if not unicodedata.combining(one)).replace("’", "'")


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
