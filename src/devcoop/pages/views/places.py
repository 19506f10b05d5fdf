"""Pages about countries, regions and country groups: who reaches them, and at which date."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.figures.atlas import build_map
from devcoop.figures.country import ActivityTable
from devcoop.figures.country_part import CELL_COLUMNS, CountryPart
from devcoop.figures.pledges import PledgeTable
from devcoop.figures.reach import CountryCell, CountryNumbers, may_run, meets
from devcoop.names import BASE, DEVC, PREFIXES, iri_of, is_country, kind_of, path_of, slug_of
from devcoop.pages.routes import Route, Table, View, only
from devcoop.pages.views.days import read_day
from devcoop.pages.views.elements import Evidence, list_evidence
from devcoop.pages.views.facts import (
    ALT_LABEL,
    BROADER,
    DEFINITION,
    NOTATION,
    PREF_LABEL,
    facts_of,
    share_room,
)
from devcoop.words.codes import PLACE_WAYS, REACHED
from devcoop.words.language import Tongue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from devcoop.figures.atlas import Map
    from devcoop.figures.country import Country
    from devcoop.figures.pledges import Pledges
    from devcoop.model import Undertaking
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts, Gap
    from devcoop.words.language import Label

SECTION = "/places"
_CELLS = "/purposes.csv"
"""Ends the path of the table of purposes of a country."""
_S = PREFIXES["skos"]


@dataclass(frozen=True)
class Membership:
    """A country's time in a group.

    Attributes:
        iri: The statement.
        group: IRI of the group.
        place: IRI of the country.
        start: First day; None if not known.
        end: Last day; None while it lasts.
        begins_list: The first day is that of the list: it may have begun before.
        ends_list: The last day is that of the list: it may well go on.
    """

    iri: str
    group: str
    place: str
    start: date | None
    end: date | None
    begins_list: bool = False
    ends_list: bool = False

    def holds(self, on: date) -> bool:
        """Tell whether the country belongs to the group on a day."""
        return (self.start is None or self.start <= on) and (self.end is None or on <= self.end)


@dataclass(frozen=True)
class PlacePage:
    """All that is shown about a country, a region or a group.

    Attributes:
        iri: The place or group.
        is_country: It is a country.
        is_group: It is a group of countries.
        names: What it is called in each language, and other names.
        notation: Its code; empty if it has none.
        definition: What it means.
        notes: What else there is to say of it.
        broader: Regions or groups it belongs to, from the top down.
        narrower: What belongs to it, other than by membership.
        matches: The same place in other lists.
        bases: How it is known who belongs to a group.
        on: The day asked for.
        edge: The first or last day of the list of members, if it does not cover the day asked for.
        edges: Groups of a country whose list does not cover the day, with its edge.
        memberships: Of a country: in which groups; of a group: its members, those below it too.
        reach: Of a country: how each agency reaches it.
        outside: How many initiatives of each agency, by its IRI, do not run on the day asked for.
        users: Of a region or group: initiatives that say it, by agency.
        routes: Routes and corridors that pass through it or a region that it lies in, with the
            initiatives along them; the numbers above leave these out, as the comparison does.
        gaps: Gaps about it.
        passages: Passages of the plans that speak of it.
        map: Of a country: how it lies among its neighbours; None if there is no outline of it.
        country: Of a country: the money, purposes and sites of initiatives that state it; None if
            none does.
    """

    iri: str
    is_country: bool
    is_group: bool
    names: tuple[Label, ...]
    notation: str
    definition: Label | None
    notes: tuple[Label, ...]
    broader: tuple[str, ...]
    narrower: tuple[str, ...]
    matches: tuple[str, ...]
    bases: tuple[str, ...]
    on: date | None
    edge: date | None
    edges: tuple[tuple[str, date], ...]
    memberships: tuple[Membership, ...]
    reach: tuple[CountryCell, ...]
    outside: Mapping[str, int]
    users: Mapping[str, tuple[Undertaking, ...]]
    routes: tuple[tuple[str, tuple[Undertaking, ...]], ...]
    gaps: tuple[Gap, ...]
    passages: tuple[Evidence, ...]
    map: Map | None
    country: Country | None

    @property
    def holding(self) -> tuple[Membership, ...]:
        """The memberships on the day asked for; all of them if no day is."""
        return tuple(one for one in self.memberships if self.on is None or one.holds(self.on))

    @property
    def initiatives(self) -> int:
        """How many initiatives reach a country."""
        return sum(len(one.named) + len(one.grouped) for one in self.reach)


def build_place(facts: Facts, iri: str, language: str, on: date | None = None) -> PlacePage:
    """Gather what is shown about a place or group.

    Args:
        facts: Where to look.
        iri: The place or group.
        language: For its texts.
        on: A day; None for any day of each plan's period.
    """
    is_group = kind_of(iri) == "group"
    memberships = (_members if is_group else _groups)(facts, iri, language)
    groups = dict.fromkeys(one.group for one in memberships)
    country = _describe_country(facts, iri)
    edges = ((group, _find_edge(facts, group, on)) for group in groups)
    return PlacePage(
        iri=iri,
        is_country=is_country(iri),
        is_group=is_group,
        names=(*facts.texts(iri, PREF_LABEL), *facts.texts(iri, ALT_LABEL)),
        notation=facts.find_value(iri, NOTATION),
        definition=facts.find_text(iri, DEFINITION, language),
        notes=tuple(facts.texts(iri, _S + "scopeNote")),
        broader=tuple(reversed(facts.ancestors(iri))),
        narrower=facts.by_name(facts.sources(iri, BROADER), language),
        matches=tuple(facts.links(iri, _S + "exactMatch")),
        bases=facts.by_name(facts.links(iri, DEVC.groupBasis), language),
        on=on,
        edge=_find_edge(facts, iri, on) if is_group else None,
        edges=() if is_group else tuple((group, edge) for group, edge in edges if edge),
        memberships=memberships,
        reach=facts.content.reach.row(iri, on).cells if is_country(iri) else (),
        outside=_count_outside(facts, on) if on else Counter(),
        users={} if is_country(iri) else _users(facts, iri),
        routes=tuple(_routes(facts, iri, language)),
        gaps=facts.gaps_of.get(iri, ()),
        passages=list_evidence(facts, iri, language),
        map=build_map(
            iri,
            country.sites if country else (),
            name=lambda one: facts.content.label(one, language).text,
        ),
        country=country,
    )


def read_activities(content: Content) -> ActivityTable:
    """Read what initiatives state of places, purposes and money, the same for all countries.

    Args:
        content: What the pages show.
    """
    return ActivityTable(content.analysis.graph)


def _describe_country(facts: Facts, iri: str) -> Country | None:
    """Work out the figures of a country; None if no initiative states it."""
    if not is_country(iri):
        return None
    found = facts.content.once(read_activities).describe(iri)
    return found if found.initiatives else None


def _membership(facts: Facts, iri: str) -> Membership:
    group = next(iter(facts.links(iri, DEVC.ofGroup)), "")
    start = read_day(facts.find_value(iri, DEVC.validFrom))
    end = read_day(facts.find_value(iri, DEVC.validUntil))
    first, last = _read_list(facts, group)
    return Membership(
        iri=iri,
        group=group,
        place=next(iter(facts.links(iri, DEVC.memberPlace)), ""),
        start=start,
        end=end,
        begins_list=start is not None and start == first,
        ends_list=end is not None and end == last,
    )


def _read_list(facts: Facts, group: str) -> tuple[date | None, date | None]:
    """Read the first and the last day that the list of a group's members covers."""
    return (
        read_day(facts.find_value(group, DEVC.listedFrom)),
        read_day(facts.find_value(group, DEVC.listedUntil)),
    )


def _find_edge(facts: Facts, group: str, on: date | None) -> date | None:
    """Find the edge of a group's list that a day lies beyond; None if the list covers it."""
    first, last = _read_list(facts, group)
    if on and last and on > last:
        return last
    return first if on and first and on < first else None


def _members(facts: Facts, group: str, language: str) -> tuple[Membership, ...]:
    """List the members of a group and of those below it, by name and first day."""
    found = [
        _membership(facts, iri)
        for below in sorted(facts.below(group))
        for iri in facts.sources(below, DEVC.ofGroup)
    ]
    order = {
        iri: place
        for place, iri in enumerate(facts.by_name({one.place for one in found}, language))
    }
    return tuple(sorted(found, key=lambda one: (order[one.place], str(one.start), one.iri)))


def _groups(facts: Facts, place: str, language: str) -> tuple[Membership, ...]:
    """List the groups of a country, by name and first day."""
    found = [_membership(facts, iri) for iri in facts.sources(place, DEVC.memberPlace)]
    order = {
        iri: rank for rank, iri in enumerate(facts.by_name({one.group for one in found}, language))
    }
    return tuple(sorted(found, key=lambda one: (order[one.group], str(one.start), one.iri)))


def _count_outside(facts: Facts, on: date) -> Counter[str]:
    """Count the initiatives of each agency that are known not to run on a day."""
    known = facts.analysis.undertakings.values()
    return Counter(one.agency.iri for one in known if not may_run(one.period, on))


def _users(facts: Facts, area: str) -> dict[str, tuple[Undertaking, ...]]:
    """List the initiatives that say a region or group, or something within it."""
    below = facts.below(area)
    found: dict[str, list[Undertaking]] = {code: [] for code in facts.content.agencies}
    for one in facts.analysis.undertakings.values():
        if any(its.iri in below for its in one.areas):
            found[one.agency.name].append(one)
    return {code: tuple(several) for code, several in found.items() if several}


def _routes(
    facts: Facts, place: str, language: str
) -> Iterable[tuple[str, tuple[Undertaking, ...]]]:
    """List the routes through a place, a region around it, or a group that it belongs to."""
    spans: list[tuple[str, date | None, date | None]] = [
        (stop, None, None) for stop in (place, *facts.ancestors(place))
    ]
    spans += [
        (stop, one.start, one.end)
        for one in _groups(facts, place, "en")
        for stop in (one.group, *facts.ancestors(one.group))
    ]
    found: dict[str, set[str]] = defaultdict(set)
    for stop, start, end in spans:
        for route in facts.sources(stop, DEVC.passesThrough):
            found[route] |= _list_along(facts, route, start, end)
    known = facts.analysis.undertakings
    for route in facts.by_name(found, language):
        yield route, tuple(one for iri, one in known.items() if iri in found[route])


def _list_along(facts: Facts, route: str, start: date | None, end: date | None) -> set[str]:
    """List the initiatives along a route that run while a membership lasts."""
    return {
        one.iri
        for one in facts.analysis.undertakings.values()
        if any(area.iri == route for area in one.areas) and meets(one.period, start, end)
    }


def list_countries(
    facts: Facts, language: str, on: date | None = None
) -> tuple[CountryNumbers, ...]:
    """List all countries with how many reach them.

    Args:
        facts: Where to look.
        language: In which they are sorted by name.
        on: A day; None for any day of each plan's period.
    """
    reach = facts.content.reach
    counted = {row.iri: row for row in reach.count(on)}
    return tuple(counted[iri] for iri in facts.by_name(reach.countries, language))


def _list_always(content: Content, language: str) -> tuple[CountryNumbers, ...]:
    """List all countries for any day, which is asked for most."""
    return list_countries(facts_of(content), language)


def _read_on(request: Request) -> tuple[date | None, str]:
    """Read the day asked for, and what was written if that is none."""
    written = request.get("on")
    day = read_day(written)
    return day, written if written and day is None else ""


def _view_list(content: Content, request: Request, _parts: Parts) -> View:
    facts = facts_of(content)
    on, wrong = _read_on(request)
    rows = (
        list_countries(facts, request.language, on)
        if on
        else content.once(_list_always, request.language)
    )
    show = request.get("show") if request.get("show") in REACHED else ""
    values = {
        "rows": [row for row in rows if show in ("", row.way)],
        "counts": Counter(row.way for row in rows),
        "of": len(rows),
        "show": show,
        "on": on,
        "wrong": wrong,
        "agencies": list(content.agencies),
        "ways": content.reach.count_ways(),
        "way_names": PLACE_WAYS,
        "reached_words": REACHED,
        "groups": facts.by_name(facts.of_type(DEVC.CountryGroup), request.language),
        "regions": facts.by_name(
            (iri for iri in facts.of_type(DEVC.Place) if not is_country(iri)), request.language
        ),
        "written": request.get("on"),
    }
    return View("places.html.j2", values, SECTION, status=400 if wrong else 200)


def _table(content: Content, request: Request, _parts: Parts) -> Table:
    on, wrong = _read_on(request)
    ways = ("named", "through groups", "way")
    heads = (f"{code} {way}" for code in content.agencies for way in ways)
    rows = [
        (
            slug_of(row.iri),
            content.label(row.iri, request.language).text,
            *(value for cell in row.cells for value in (cell.named, cell.grouped, cell.way)),
            row.iri,
        )
        for row in list_countries(facts_of(content), request.language, on)
    ]
    return Table(("code", "country", *heads, "iri"), rows, status=400 if wrong else 200)


def _view(content: Content, request: Request, _parts: Parts) -> View | None:
    facts, iri = facts_of(content), iri_of(request.path)
    if not facts.is_known(iri):
        return None
    on, wrong = _read_on(request)
    page = build_place(facts, iri, request.language, on)
    values = {
        "page": page,
        "wrong": wrong,
        "written": request.get("on"),
        "ways": content.reach.count_ways(),
        "reached_words": REACHED,
        "part": _build_part(content, page, request.language),
        "most_of_agency": share_room(len(one.named) + len(one.grouped) for one in page.reach),
    }
    return View("place.html.j2", values, SECTION, status=400 if wrong else 200)


def _build_part(content: Content, page: PlacePage, language: str) -> CountryPart:
    """Gather what is shown of a country as the report on it shows it."""
    agencies = content.analysis.agencies

    def name(iri: str) -> str:
        return content.label(iri, language).text

    return CountryPart(
        iri=page.iri,
        country=page.country,
        map=page.map,
        pledges=_find_pledges(content, page),
        tongue=Tongue(language),
        name=name,
        agency=lambda iri: agencies[iri].name if iri in agencies else name(iri),
    )


def _read_pledges(content: Content) -> PledgeTable:
    return PledgeTable(content.analysis, content.once(read_activities))


def _find_pledges(content: Content, page: PlacePage) -> Pledges | None:
    """Hold what plans promise to a country against its activities, whatever day is asked for."""
    if page.country is None:
        return None
    return content.once(_read_pledges).find(content.reach.row(page.iri))


def _cell_table(content: Content, request: Request, _parts: Parts) -> Table | None:
    """Give the table of purposes of a country."""
    facts, iri = facts_of(content), iri_of(request.path.removesuffix(_CELLS))
    if not (facts.is_known(iri) and is_country(iri)):
        return None
    page = build_place(facts, iri, request.language)
    return Table(CELL_COLUMNS, _build_part(content, page, request.language).list_cells())


def _place_table(content: Content, request: Request, _parts: Parts) -> Table | None:
    """Give who reaches a country, or who belongs to a group."""
    facts, iri = facts_of(content), iri_of(request.path.removesuffix(".csv"))
    if not facts.is_known(iri):
        return None
    on, wrong = _read_on(request)
    page = build_place(facts, iri, request.language, on)
    columns, rows = _member_rows(facts, page) if page.is_group else _reach_rows(facts, page)
    return Table(columns, rows, status=400 if wrong else 200)


_Rows = tuple[tuple[str, ...], list[tuple[object, ...]]]


def _member_rows(facts: Facts, page: PlacePage) -> _Rows:
    columns = ("group", "country", "from", "until", "iri")
    rows: list[tuple[object, ...]] = [
        (facts.english(one.group), facts.english(one.place), one.start, one.end, one.place)
        for one in page.holding
    ]
    return columns, rows


def _reach_rows(facts: Facts, page: PlacePage) -> _Rows:
    columns = ("agency", "identifier", "label", "says", "way", "from", "until", "iri")
    rows: list[tuple[object, ...]] = [
        (
            facts.content.agency(cell.agency),
            one.initiative.identifier,
            one.initiative.label,
            facts.english(way.area),
            "named" if way.is_named else "through a group or region",
            way.member_from,
            way.member_until,
            one.initiative.iri,
        )
        for cell in page.reach
        for one in (*cell.named, *cell.grouped)
        for way in one.ways
    ]
    rows += [
        (code, one.identifier, one.label, facts.english(page.iri), "says it", None, None, one.iri)
        for code, several in page.users.items()
        for one in several
    ]
    return columns, rows


def _paths(kind: str) -> Route:
    def paths(content: Content) -> Iterable[str]:
        return map(path_of, facts_of(content).members(f"{BASE}{kind}"))

    return Route(f"/{kind}/{{slug}}", _view, paths, _place_table)


ROUTES = (
    Route("/places", _view_list, only("/places"), _table),
    Route("/place/{slug}/purposes", lambda *_: None, lambda _: (), _cell_table),
    _paths("place"),
    _paths("group"),
)
