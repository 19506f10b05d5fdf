"""The list of all initiatives, filtered by agency, theme, place, kind and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from devcoop.model import FACETS
from devcoop.names import BASE, DEVC, kind_of
from devcoop.pages.routes import Route, Table, View, only
from devcoop.pages.views.facts import facts_of
from devcoop.pages.views.search import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from devcoop.model import Undertaking
    from devcoop.pages.content import Content
    from devcoop.pages.request import Request
    from devcoop.pages.routes import Parts
    from devcoop.pages.views.facts import Facts

SECTION = "/initiatives"
PER_PAGE = 50
COLUMNS = (
    "agency",
    "identifier",
    "label",
    "gist",
    "plan",
    "type",
    *FACETS,
    "place",
    "start",
    "end",
    "period_basis",
    "iri",
)


@dataclass(frozen=True)
class Filters:
    """What the list is filtered by; empty where it is not.

    Attributes:
        agency: Short name of an agency.
        theme: Slug of a theme; narrower ones count.
        place: Kind and slug of a place or group, such as `place/KHM`.
        type: Slug of a kind of initiative.
        q: Words of the title or the gist.
    """

    agency: str = ""
    theme: str = ""
    place: str = ""
    type: str = ""
    q: str = ""

    def params(self) -> dict[str, str]:
        """Give the filters as parameters of an address, without the empty ones."""
        return {name: value for name, value in vars(self).items() if value}


@dataclass(frozen=True)
class Choices:
    """What each filter can be set to.

    Attributes:
        agencies: Short names.
        themes: IRIs with their depth in the scheme, those that have an initiative.
        places: IRIs of places that an initiative names or reaches.
        groups: IRIs of groups that an initiative means.
        types: IRIs of the kinds of initiative.
    """

    agencies: tuple[str, ...]
    themes: tuple[tuple[str, int], ...]
    places: tuple[str, ...]
    groups: tuple[str, ...]
    types: tuple[str, ...]


def read_filters(facts: Facts, request: Request) -> tuple[Filters, list[tuple[str, str]]]:
    """Read the filters of a request.

    Args:
        facts: Where to look whether there is such a thing.
        request: What is asked for.

    Returns:
        The filters that can be understood, and name and value of those that cannot.
    """
    kept: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for name in Filters.__dataclass_fields__:
        value = request.get(name)
        if not value:
            continue
        if name == "q" or _is_known(facts, name, value):
            kept[name] = value
        else:
            wrong.append((name, value))
    return Filters(**kept), wrong


def _is_known(facts: Facts, name: str, value: str) -> bool:
    if name == "agency":
        return value in facts.content.agencies
    kinds = {"theme": "theme/", "type": "undertaking-type/"}
    if name == "place" and not value.startswith(("place/", "group/")):
        return False
    return facts.is_known(f"{BASE}{kinds.get(name, '')}{value}")


def list_initiatives(facts: Facts, filters: Filters) -> list[Undertaking]:
    """List the initiatives that pass the filters, by identifier.

    Args:
        facts: Where to look.
        filters: The filters.
    """
    tests = list(_tests(facts, filters))
    known = facts.analysis.undertakings.values()
    return [one for one in known if all(one.iri in test for test in tests)]


def _tests(facts: Facts, filters: Filters) -> Iterator[set[str]]:
    """Give the IRIs that pass each filter."""
    known = facts.analysis.undertakings.values()
    if filters.agency:
        yield {one.iri for one in known if one.agency.name == filters.agency}
    if filters.theme:
        wanted = facts.below(f"{BASE}theme/{filters.theme}")
        yield {
            one.iri
            for one in known
            if any(theme.iri in wanted for theme in one.facets.get("theme", ()))
        }
    if filters.place:
        yield _in_place(facts, f"{BASE}{filters.place}")
    if filters.type:
        of_type = facts.sources(f"{BASE}undertaking-type/{filters.type}", DEVC.undertakingType)
        yield {one.iri for one in known if one.iri in of_type}
    if filters.q:
        words = fold(filters.q).split()
        yield {one.iri for one in known if _has_words(facts, one, words)}


def _in_place(facts: Facts, iri: str) -> set[str]:
    wanted = facts.below(iri)
    reached = {way.initiative for way in facts.content.reach.ways(iri)}
    known = facts.analysis.undertakings.values()
    return reached | {one.iri for one in known if any(area.iri in wanted for area in one.areas)}


def _has_words(facts: Facts, one: Undertaking, words: Iterable[str]) -> bool:
    titles = facts.content.labels[one.iri].values()
    text = fold(" ".join((one.identifier, one.gist, *titles)))
    return all(word in text for word in words)


def list_choices(content: Content, language: str) -> Choices:
    """List what the filters can be set to.

    Args:
        content: Everything that the pages show.
        language: In which places and kinds are sorted by name.
    """
    facts = facts_of(content)
    known = content.analysis.undertakings.values()
    areas = {area.iri for one in known for area in one.areas} | set(content.reach.reached)
    themes = facts.coverage("theme").items()
    return Choices(
        agencies=tuple(content.agencies),
        themes=tuple((iri, row.depth) for iri, row in themes if row.number),
        places=facts.by_name((iri for iri in areas if kind_of(iri) != "group"), language),
        groups=facts.by_name((iri for iri in areas if kind_of(iri) == "group"), language),
        types=facts.by_name(
            {kind for one in known for kind in facts.links(one.iri, DEVC.undertakingType)},
            language,
        ),
    )


def _view(content: Content, request: Request, _parts: Parts) -> View:
    facts = facts_of(content)
    filters, wrong = read_filters(facts, request)
    found = list_initiatives(facts, filters)
    pages = max(1, -(-len(found) // PER_PAGE))
    asked = request.get("page")
    number = min(pages, max(1, int(asked))) if asked.isdecimal() else 1
    shown = found if request.links.is_static else found[(number - 1) * PER_PAGE :][:PER_PAGE]
    values = {
        "filters": filters,
        "wrong": wrong,
        "choices": content.once(list_choices, request.language),
        "found": shown,
        "number": len(found),
        "of": len(content.analysis.undertakings),
        "page": number,
        "pages": 1 if request.links.is_static else pages,
    }
    return View("initiatives.html.j2", values, SECTION, status=400 if wrong else 200)


def _table(content: Content, request: Request, _parts: Parts) -> Table:
    facts = facts_of(content)
    filters, wrong = read_filters(facts, request)
    rows = [tuple(_cells(facts, one)) for one in list_initiatives(facts, filters)]
    return Table(COLUMNS, rows, status=400 if wrong else 200)


def _cells(facts: Facts, one: Undertaking) -> Iterator[object]:
    yield from (one.agency.name, one.identifier, one.label, one.gist)
    yield facts.english(one.plan)
    yield "; ".join(map(facts.english, facts.links(one.iri, DEVC.undertakingType)))
    for facet in FACETS:
        yield "; ".join(concept.label for concept in one.facets.get(facet, ()))
    yield "; ".join(area.label for area in one.areas)
    yield from (one.period.start, one.period.end, one.period.basis, one.iri)


ROUTES = (Route("/initiatives", _view, only("/initiatives"), _table),)
