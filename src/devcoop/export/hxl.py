"""The initiatives as a 3W table, who does what where, with HXL hashtags.

One row for each initiative and country. An area that is no country, such as a region, has a row
of its own; an initiative that names no place has one row without any. As many columns have the
tag of a sector as some initiative has sectors, as HXL has it.

Source:
    Humanitarian Exchange Language 1.1, hxlstandard.org.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.terminal import render_csv

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devcoop.export.tables import Table

_BEFORE = {
    "#org+name": "Organization",
    "#org+acronym": "Short name of the organization",
    "#org+code": "IRI of the organization",
    "#activity+name": "Activity",
    "#activity+code": "Code of the activity",
    "#activity+description": "Description",
}
_SECTOR = "#sector+name", "Sector"
_AFTER = {
    "#country+name": "Country",
    "#country+code+iso3": "Code of the country",
    "#region+name": "Other area",
    "#date+start": "First day",
    "#date+end": "Last day",
    "#meta+url": "IRI of the activity",
}
"""Headings by tag; the sectors stand between the two."""


def render_hxl(tables: Mapping[str, Table]) -> bytes:
    """Render tables of a dataset as one 3W table: a line of headings, a line of tags, rows.

    Args:
        tables: As `read_tables` gives them.

    Returns:
        CSV in UTF-8; the same bytes for the same data. A cell that a spreadsheet would run as a
        formula has an apostrophe in front.
    """
    facets = _collect_facets(tables)
    sectors = max([1, *(len(said["sector"]) for said in facets.values())])
    headings = (*_BEFORE.values(), *[_SECTOR[1]] * sectors, *_AFTER.values())
    tags = (*_BEFORE, *[_SECTOR[0]] * sectors, *_AFTER)
    rows = _iter_rows(tables, facets, sectors)
    return render_csv(headings, (tags, *rows)).encode()


Facets = defaultdict[str, defaultdict[str, list[str]]]
"""IRIs of sectors and of places by initiative."""


def _collect_facets(tables: Mapping[str, Table]) -> Facets:
    found: Facets = defaultdict(lambda: defaultdict(list))
    for row in tables["facets.csv"].records():
        if row["facet"] in ("sector", "place"):
            found[row["initiative"]][row["facet"]].append(row["concept"])
    return found


def _iter_rows(
    tables: Mapping[str, Table], facets: Facets, sectors: int
) -> Iterator[tuple[str, ...]]:
    labels = {row["concept"]: row["label"] for row in tables["concepts.csv"].records()}
    agencies = {row["agency"]: row for row in tables["agencies.csv"].records()}
    for row in tables["initiatives.csv"].records():
        said = facets[row["initiative"]]
        who = agencies.get(row["agency"], {})
        short = row["agency"] if row["agency"] not in (who.get("label"), who.get("iri")) else ""
        what = (row["label"], row["initiative"], row["description"])
        called = [labels.get(one) or names.slug_of(one) for one in said["sector"]]
        for place in said["place"] or [""]:
            yield (
                who.get("label", ""),
                short,
                who.get("iri", ""),
                *what,
                *called,
                *[""] * (sectors - len(called)),
                *_name_place(place, labels),
                row["start"],
                row["end"],
                row["iri"],
            )


def _name_place(place: str, labels: Mapping[str, str]) -> tuple[str, str, str]:
    """Give a place as name and code of a country, or as the name of another area."""
    name = labels.get(place) or names.slug_of(place)
    if names.is_country(place):
        return name, names.slug_of(place), ""
    return "", "", name if place else ""
