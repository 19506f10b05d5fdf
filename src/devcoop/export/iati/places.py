"""Where an activity is and what it is for, as elements of IATI."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from babel.core import get_global

from devcoop import names
from devcoop.export.iati.markup import add, narrate
from devcoop.names import DEVC, FACET_PROPERTIES
from devcoop.store.terms import as_text

if TYPE_CHECKING:
    from xml.etree import ElementTree as ET

    from devcoop.export.iati.facts import Facts, Thing
    from devcoop.export.iati.tally import Tally
    from devcoop.store import Store

OWN_VOCABULARY = "99"
"""Vocabulary of the reporting organisation, whose address stands beside it."""
_M49 = "2"
_PURPOSES, _CATEGORIES = "1", "2"
_PURPOSE_DIGITS = 5
_GOAL_TAGS, _TARGET_TAGS = "2", "3"
_TAGGED = tuple(one for facet, one in FACET_PROPERTIES.items() if facet != "purpose")


def find_shares(facts: Facts, thing: Thing) -> dict[str, str]:
    """Find how many per cent of an activity each place and each purpose takes."""
    shares = map(facts.find, thing.pointing(str(DEVC.shareOf)))
    return {one.value(str(DEVC.shareIn)): one.value(str(DEVC.percentage)) for one in shares}


def add_places(node: ET.Element, facts: Facts, thing: Thing, shares: dict[str, str]) -> None:
    """Add countries, then regions and groups of countries, then locations."""
    places = [*dict.fromkeys(thing.values(str(DEVC.targetArea)))]
    for wanted in ("recipient-country", "recipient-region"):
        for place in places:
            if _name_element(place) == wanted:
                add_place(node, facts, place, shares.get(place, ""))
    for iri in thing.pointing(str(DEVC.siteOf)):
        _add_site(node, facts.find(iri))


def add_place(node: ET.Element, facts: Facts, place: str, percentage: str = "") -> None:
    """Add a recipient country or region.

    Args:
        node: The activity or a transaction of it.
        facts: What is said of the place.
        place: IRI of the place or of the group of countries.
        percentage: Its share, if one is stated.
    """
    shared = facts.find_shared(place)
    code = _find_codes().get(names.slug_of(place), "") if names.is_country(place) else ""
    if code:
        add(node, "recipient-country", code=code, percentage=percentage)
        return
    numbers = [one for one in shared.values("skos:notation") if one.isdecimal()]
    if numbers:
        add(
            node,
            "recipient-region",
            code=numbers[0],
            vocabulary=_M49,
            percentage=percentage,
        )
        return
    region = add(
        node,
        "recipient-region",
        code=names.slug_of(place),
        vocabulary=OWN_VOCABULARY,
        vocabulary_uri=names.parent_of(place),
        percentage=percentage,
    )
    narrate(region, shared.texts("skos:prefLabel") or shared.texts("rdfs:label"))


def write_place(store: Store, place: str) -> str:
    """Write a recipient country or region as a fragment, for people to paste.

    Args:
        store: The data.
        place: IRI of the place.

    Returns:
        The element with braces where a percentage may stand; empty if no list of IATI has it.
    """
    if names.is_country(place):
        code = _find_codes().get(names.slug_of(place), "")
        return f'<recipient-country code="{code}"{{}}/>' if code else ""
    notations = store.quads(subject=place, predicate=names.term("skos:notation"))
    numbers = sorted(text for one in notations if (text := as_text(one.object)).isdecimal())
    if not numbers:
        return ""
    return f'<recipient-region code="{numbers[0]}" vocabulary="{_M49}"{{}}/>'


def _name_element(place: str) -> str:
    is_coded = names.is_country(place) and names.slug_of(place) in _find_codes()
    return "recipient-country" if is_coded else "recipient-region"


@lru_cache
def _find_codes() -> dict[str, str]:
    """Find the codes of countries in two letters by those in three (ISO 3166-1)."""
    aliases = get_global("territory_aliases").items()
    return {code: short[0] for code, short in aliases if len(short) == 1 and len(short[0]) == 2}  # noqa: PLR2004


def _add_site(node: ET.Element, site: Thing) -> None:
    location = add(node, "location")
    if label := site.texts("rdfs:label"):
        narrate(add(location, "name"), label)
    latitude, longitude = site.value(f"{names.WGS84}lat"), site.value(f"{names.WGS84}long")
    if latitude and longitude:
        point = add(location, "point", srsName=names.EPSG_4326)
        add(point, "pos").text = f"{latitude} {longitude}"


def add_sectors(
    node: ET.Element, facts: Facts, thing: Thing, shares: dict[str, str], tally: Tally
) -> None:
    """Add purposes as sectors, or else themes; then all other concepts, and Goals, as tags."""
    purposes = thing.values(str(DEVC.purpose))
    for iri in purposes:
        code = names.slug_of(iri)
        vocabulary = _PURPOSES if len(code) == _PURPOSE_DIGITS else _CATEGORIES
        add(node, "sector", vocabulary=vocabulary, code=code, percentage=shares.get(iri, ""))
    themes = _list_stated(thing, str(DEVC.theme))
    if not purposes:
        tally.leave("no-purpose" if themes else "no-sector")
        for iri in themes:
            _add_concept(node, "sector", facts, iri)
    for predicate in _TAGGED:
        for iri in _list_stated(thing, predicate):
            _add_concept(node, "tag", facts, iri)
    for iri in thing.values(str(DEVC.contributesToGoal)):
        number = iri.removeprefix(names.GOALS)
        # The Goals as a whole are no entry of any list.
        if number != iri and number:
            add(node, "tag", vocabulary=_TARGET_TAGS if "." in number else _GOAL_TAGS, code=number)


def _list_stated(thing: Thing, predicate: str) -> list[str]:
    """List concepts that the source states, without those that were inferred."""
    inferred = set(thing.values(str(DEVC.inferredValue)))
    return [one for one in thing.values(predicate) if one not in inferred]


def _add_concept(node: ET.Element, name: str, facts: Facts, iri: str) -> None:
    concept = add(
        node,
        name,
        vocabulary=OWN_VOCABULARY,
        vocabulary_uri=names.parent_of(iri),
        code=names.slug_of(iri),
    )
    narrate(concept, facts.find_shared(iri).texts("skos:prefLabel"))
