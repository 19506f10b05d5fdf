"""Filters over compared pairs: read from an address, checked, and applied.

A value that makes no sense is left out and told, so that a mistyped address still shows
something and says what it shows.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from devcoop.model import FOUND_TYPES
from devcoop.names import BASE, expand
from devcoop.overlap.conversations import is_finding
from devcoop.words.codes import TYPES
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from devcoop.model import Pair, Period
    from devcoop.pages.content import Content
    from devcoop.pages.links import Value
    from devcoop.pages.request import Request

ANY = "any"
"""As type: every pair compared, finding or not."""
PROBLEMS = {
    "agency": "“{value}” is no agency of these plans; there are {known}.",
    "plan": "“{value}” is no plan that is compared here.",
    "theme": "“{value}” is no theme of the list.",
    "place": "“{value}” is no country, region or group of the list.",
    "year": "“{value}” is no year between 1900 and 2100.",
    "years": "The years end before they begin.",
    "type": "“{value}” is no kind of finding.",
    "untold": "Of so many pairs, those alone were scored that may be findings: which others are "
    "“{value}” is not known.",
    "score": "“{value}” is no number from 0 to 1.",
    "page": "“{value}” is no page of this table.",
    "same": "An agency is not compared with itself.",
}
SPOKEN = tuple(PROBLEMS.values())
_YEARS = (1900, 2100)
_TOLD = (*FOUND_TYPES, "dismissed")
"""Kinds that are told apart where not every pair was scored."""


@dataclass(frozen=True)
class Filters:
    """Which pairs are wanted; what is empty does not filter.

    Attributes:
        agency: Short name of an agency on either side.
        other: Short name of the agency on the other side.
        plans: IRIs of plans, one of which is that of a side, in the order of the plans.
        theme: IRI of a theme that both sides work on, or on a narrower one.
        place: IRI of a country, region or group that both sides reach.
        first: First year; both sides run in or after it.
        last: Last year; both sides run in or before it.
        type: Slug of a kind, or `ANY`; empty for every kind that is worth a conversation.
        least: Least score, from 0 to 1.
    """

    agency: str = ""
    other: str = ""
    plans: tuple[str, ...] = ()
    theme: str = ""
    place: str = ""
    first: int | None = None
    last: int | None = None
    type: str = ""
    least: float = 0.0

    @property
    def params(self) -> dict[str, Value]:
        """The filters as parameters of an address."""
        return {
            "agency": self.agency,
            "with": self.other,
            "plan": tuple(shorten(one, "plan") for one in self.plans),
            "theme": shorten(self.theme, "theme"),
            "place": shorten(self.place, "place"),
            "from": self.first,
            "until": self.last,
            "type": self.type,
            "min": self.least or None,
        }

    @property
    def are_set(self) -> bool:
        """Whether anything filters."""
        return self != Filters()


def shorten(iri: str, scheme: str) -> str:
    """Write an IRI of ours as an address does: without what goes without saying.

    Args:
        iri: The IRI.
        scheme: The scheme that it is expected in.

    Examples:
        >>> shorten("https://w3id.org/devcoop/theme/metrology", "theme")
        'metrology'
        >>> shorten("https://w3id.org/devcoop/group/asean", "place")
        'group/asean'
    """
    return iri.removeprefix(BASE).removeprefix(f"{scheme}/")


class Selector:
    """What filters need to know of the initiatives, looked up once.

    Args:
        content: The pairs and what they are about.
    """

    def __init__(self, content: Content) -> None:
        self._content = content
        self._comparison = content.analysis.comparison
        self.findings = list(filter(is_finding, content.analysis.pairs.found))

    @cached_property
    def themes(self) -> dict[str, frozenset[str]]:
        """Themes of each initiative, broader ones included, by its IRI."""
        above: dict[str, set[str]] = defaultdict(set)
        for row in self._comparison.table("ancestor"):
            if row["facet"] == "theme":
                above[row["concept"]].add(row["ancestor"])
        return {
            key: frozenset().union(*(above[one.iri] for one in side.facets.get("theme", ())))
            for key, side in self._content.analysis.undertakings.items()
        }

    @cached_property
    def all_themes(self) -> frozenset[str]:
        """Every theme of the list."""
        rows = self._comparison.table("concept")
        return frozenset(row["concept"] for row in rows if row["facet"] == "theme")

    @cached_property
    def reach(self) -> dict[str, frozenset[str]]:
        """Countries that each initiative reaches, and the areas it names, by its IRI."""
        reach = self._comparison.reach
        return {
            key: frozenset(reach.get(key, ())).union(area.iri for area in side.areas)
            for key, side in self._content.analysis.undertakings.items()
        }

    @cached_property
    def members(self) -> dict[str, frozenset[str]]:
        """Countries of each region and group whose countries are known."""
        members: dict[str, set[str]] = defaultdict(set)
        for row in self._comparison.table("area_country"):
            members[row["area"]].add(row["country"])
        return {area: frozenset(found) for area, found in members.items()}

    @cached_property
    def places(self) -> dict[str, frozenset[str]]:
        """Everything that each initiative reaches at least a part of, by its IRI."""
        return {
            key: found.union(area for area, some in self.members.items() if some & found)
            for key, found in self.reach.items()
        }

    @cached_property
    def all_places(self) -> frozenset[str]:
        """Every country, region and group that there is."""
        known = (f"{BASE}place/", f"{BASE}group/")
        named = {iri for iri in self._content.labels if iri.startswith(known)}
        return frozenset(named.union(self.members, *self.reach.values()))

    def select(self, filters: Filters) -> list[Pair]:
        """List the pairs that pass, closest first.

        Args:
            filters: What is wanted.
        """
        tests = list(self._tests(filters))
        return [pair for pair in self._choose(filters.type) if all(test(pair) for test in tests)]

    def _choose(self, kind: str) -> Iterable[Pair]:
        """Choose what is looked through: what was found, every pair, or one type."""
        pairs = self._content.analysis.pairs
        if not kind:
            return self.findings
        return pairs if kind == ANY else pairs.select(kind)

    def count_open_places(self, filters: Filters) -> int:
        """Count the pairs that only fail since a text leaves open which countries it means.

        Args:
            filters: What is wanted, a place among it.
        """
        passed = {(one.left, one.right) for one in self.select(filters)}
        others = self.select(replace(filters, place=""))
        return sum(
            pair.place_relation in ("unknown", "global") and (pair.left, pair.right) not in passed
            for pair in others
        )

    def _tests(self, filters: Filters) -> Iterator[Callable[[Pair], bool]]:
        named = {filters.agency, filters.other} - {""}
        agencies = {self._content.agencies[name] for name in named}
        if agencies:
            yield lambda pair: agencies <= {pair.left_agency, pair.right_agency}
        if filters.plans:
            yield self._either(filters.plans)
        if filters.least:
            yield lambda pair: pair.score >= filters.least
        if filters.theme:
            yield self._both(lambda key: filters.theme in self.themes[key])
        if filters.place:
            yield self._both(lambda key: filters.place in self.places[key])
        if filters.first is not None or filters.last is not None:
            sides = self._content.analysis.undertakings
            yield self._both(lambda key: runs_in(sides[key].period, filters.first, filters.last))

    def _either(self, plans: Collection[str]) -> Callable[[Pair], bool]:
        """Ask whether one side is of one of some plans."""
        sides, wanted = self._content.analysis.undertakings, frozenset(plans)
        return lambda pair: not wanted.isdisjoint((sides[pair.left].plan, sides[pair.right].plan))

    @staticmethod
    def _both(test: Callable[[str], bool]) -> Callable[[Pair], bool]:
        """Ask the same of both sides."""
        known: dict[str, bool] = {}

        def ask(key: str) -> bool:
            if key not in known:
                known[key] = test(key)
            return known[key]

        return lambda pair: ask(pair.left) and ask(pair.right)


def runs_in(period: Period, first: int | None, last: int | None) -> bool:
    """Tell whether something is known to run on a day of some years.

    Args:
        period: When it runs.
        first: First year; None for no limit.
        last: Last year; None for no limit.

    Examples:
        >>> from datetime import date
        >>> from devcoop.model import Period
        >>> runs_in(Period(date(2020, 11, 23), None), 2022, None), runs_in(Period(None, None), 1, 2)
        (True, False)
    """
    begins = period.start or period.end
    if begins is None:
        return False
    if last is not None and begins.year > last:
        return False
    return first is None or period.end is None or period.end.year >= first


def read_filters(content: Content, request: Request) -> tuple[Filters, list[str]]:
    """Read filters from the parameters of an address.

    Args:
        content: What there is to filter by.
        request: The parameters: agency, with, plan, theme, place, from, until, type, min.

    Returns:
        The filters that make sense; and what was left out, in sentences of the page's language.
    """
    reader = _Reader(content, request)
    filters = Filters(
        agency=reader.read_agency("agency"),
        other=reader.read_agency("with"),
        plans=reader.read_plans(),
        theme=reader.read_concept("theme", content.once(Selector).all_themes),
        place=reader.read_concept("place", content.once(Selector).all_places),
        first=reader.read_year("from"),
        last=reader.read_year("until"),
        type=reader.read_type(),
        least=reader.read_score(),
    )
    return reader.check(filters), reader.problems


class _Reader:
    """Reads parameters and collects what is wrong with them."""

    def __init__(self, content: Content, request: Request) -> None:
        self._content, self._request = content, request
        self._tongue = Tongue(request.language)
        self.problems: list[str] = []

    def _tell(self, problem: str, value: str = "") -> None:
        known = self._tongue.join(list(self._content.agencies))
        sentence = self._tongue.say(PROBLEMS[problem])
        self.problems.append(sentence.format(value=value, known=known))

    def read_agency(self, name: str) -> str:
        value = self._request.get(name)
        by_lower = {code.lower(): code for code in self._content.agencies}
        if value and value.lower() not in by_lower:
            self._tell("agency", value)
        return by_lower.get(value.lower(), "")

    def read_plans(self) -> tuple[str, ...]:
        asked = set(self._request.get_all("plan")) - {""}
        known = [one.iri for one in self._content.analysis.plans]
        found = {one: {one, shorten(one, "plan")} & asked for one in known}
        for value in sorted(asked.difference(*found.values())):
            self._tell("plan", value)
        return tuple(one for one in known if found[one])

    def read_concept(self, name: str, known: frozenset[str]) -> str:
        value = self._request.get(name)
        candidates = (f"{BASE}{name}/{value}", f"{BASE}{value}", expand(value))
        found = next((iri for iri in candidates if iri in known), "")
        if value and not found:
            self._tell(name, value)
        return found

    def read_year(self, name: str) -> int | None:
        value = self._request.get(name)
        # isdecimal() takes digits of any script, as int() does.
        year = int(value) if value.isdecimal() and len(value) <= len("2100") else 0
        if _YEARS[0] <= year <= _YEARS[1]:
            return year
        if value:
            self._tell("year", value)
        return None

    def read_type(self) -> str:
        value = self._request.get("type")
        is_known = value in ("", ANY) or value in TYPES
        if is_known and (self._content.analysis.pairs.is_exhaustive or value in ("", *_TOLD)):
            return value
        self._tell("untold" if is_known else "type", value)
        return ""

    def read_score(self) -> float:
        value = self._request.get("min")
        try:
            number = float(value.replace(",", ".") or 0)
        except ValueError:
            number = -1.0
        if 0 <= number <= 1:
            return number
        self._tell("score", value)
        return 0.0

    def check(self, filters: Filters) -> Filters:
        if filters.agency and filters.agency == filters.other:
            self._tell("same")
            filters = replace(filters, other="")
        if filters.first and filters.last and filters.first > filters.last:
            self._tell("years")
            filters = replace(filters, first=None, last=None)
        return filters
