"""Records that published activities have, and lists of plans have not, as statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from devcoop import names
from devcoop.graph import build_graph
from devcoop.load.encoding import Encoded, encode
from devcoop.load.reading import Reading
from devcoop.load.recognition import Recognizer
from devcoop.load.records import (
    Amount,
    Body,
    Element,
    Head,
    Records,
    Reference,
    Share,
    Site,
    Text,
    Value,
    Where,
)
from devcoop.store import Store
from devcoop.store.terms import as_text
from devcoop.validation import Severity, validate

ACTIVITY = Element(
    kind="Undertaking",
    key="XX-1-A",
    where=Where(line=3),
    titles=(Text("Water for Goma", "en"),),
    places=(Value("KEN"), Value("COD")),
    shares=(
        Share("place", Value("KEN"), Decimal("40")),
        Share("place", Value("COD"), Decimal("60.5")),
        Share("place", Value("Atlantis"), Decimal("7")),
    ),
    sites=(Site("Goma", Decimal("-1.68"), Decimal("29.23")), Site("Somewhere")),
    references=(Reference("provider", "GB-1-2"), Reference("provider", "GB-1-2")),
    goals=("6", "6.b"),
    amounts=(
        Amount(
            Decimal("1200.5"),
            "EUR",
            "disbursement",
            start=date(2019, 1, 1),
            end=date(2019, 12, 31),
            place=Value("COD"),
        ),
        Amount(Decimal("3"), "", ""),
    ),
)


@pytest.fixture(scope="module")
def store() -> Store:
    """Give a store of what the list says, beside the built-in plans."""
    built_in = build_graph()
    encoded = _encode(ACTIVITY, built_in)
    made = Store()
    for source in built_in.sources:
        made.replace(source, list(built_in.quads(graph=source.graph)))
    made.replace(encoded.source, encoded.quads)
    return made


def _encode(element: Element, known: Store) -> Encoded:
    records = Records(
        Head(titles=(Text("List", "en"),), agency=Body("Agency of X"), language="en"), (element,)
    )
    reading = Reading(Path("list.xml"), "0" * 64, records=records)
    return encode(reading, records, Recognizer(known))


def _ask(store: Store, pattern: str) -> list[dict[str, str]]:
    text = (
        f"{names.render_prologue('devc', 'dcterms', 'dcat', 'rdfs')}SELECT * WHERE {{ {pattern} }}"
    )
    return [*store.query(text).records()]


def test_shares_are_stated_as_they_are_written_and_of_known_places_only(store: Store) -> None:
    found = _ask(store, "?share devc:shareOf ?of ; devc:shareIn ?place ; devc:percentage ?number")
    assert sorted((names.slug_of(row["place"]), row["number"]) for row in found) == [
        ("COD", "60.5"),
        ("KEN", "40"),
    ]


def test_money_has_its_kind_period_currency_and_place(store: Store) -> None:
    [row] = store.query(
        names.render_prologue("devc", "dcterms", "dcat")
        + "SELECT ?kind ?number ?unit ?start ?end ?place WHERE { ?funding devc:moneyKind ?kind ;"
        " devc:targetArea ?place . ?value devc:valueOf ?funding ; devc:numericValue ?number ;"
        " devc:unitText ?unit ; dcterms:temporal [ dcat:startDate ?start ; dcat:endDate ?end ] }"
    ).records()
    assert names.slug_of(row["kind"]) == "disbursement"
    assert (row["number"], row["unit"], names.slug_of(row["place"])) == ("1200.5", "EUR", "COD")
    assert (row["start"], row["end"]) == ("2019-01-01", "2019-12-31")


def test_what_is_not_said_of_money_is_not_stated(store: Store) -> None:
    found = _ask(
        store,
        "?funding a devc:FundingProvision FILTER NOT EXISTS "
        "{ ?funding devc:moneyKind ?kind } FILTER(CONTAINS(STR(?funding), '/XX-1-A/'))",
    )
    assert len(found) == 1


def test_a_reference_is_stated_once_and_a_site_without_point_has_none(store: Store) -> None:
    assert len(_ask(store, "?one devc:referenceOf ?of ; dcterms:identifier 'GB-1-2'")) == 1
    sites = _ask(store, f"?site devc:siteOf ?of . OPTIONAL {{ ?site <{names.WGS84}lat> ?lat }}")
    assert len(sites) == 2
    assert len(_ask(store, f"?site <{names.WGS84}lat> ?lat ; <{names.WGS84}long> ?long")) == 1


def test_nothing_of_it_breaks_a_rule(store: Store) -> None:
    found = [one for one in validate(store) if one.severity == Severity.VIOLATION]
    assert [one for one in found if "XX-1-A" in one.node] == []


def test_goals_and_targets_are_what_it_contributes_to(store: Store) -> None:
    [*found] = _ask(store, "?one dcterms:identifier 'XX-1-A' ; devc:contributesToGoal ?goal")
    assert sorted(row["goal"] for row in found) == [f"{names.GOALS}6", f"{names.GOALS}6.b"]


@pytest.mark.parametrize(
    ("facet", "written", "stated", "coded"),
    [
        ("purpose", "15144", ["15144"], ["15144"]),
        ("purpose", "15144; 11330", ["15144", "11330"], ["15144", "11330"]),
        ("sector", "12220 - Basic health care", ["12220"], ["12220"]),
        ("theme", "metrology", [], []),
    ],
)
def test_what_is_given_as_a_code_is_told_from_what_is_said_in_words(
    facet: str, written: str, stated: list[str], coded: list[str]
) -> None:
    element = ACTIVITY._replace(facets=((facet, Value(written)),))
    quads = _encode(element, build_graph()).quads
    found = {
        term: sorted(
            names.slug_of(as_text(one.object)) for one in quads if as_text(one.predicate) == term
        )
        for term in (str(names.DEVC.purpose), str(names.DEVC.codedValue))
    }
    assert list(found.values()) == [sorted(stated), sorted(coded)]
    themes = [one for one in quads if as_text(one.predicate) == str(names.DEVC.theme)]
    assert len(themes) == (facet == "theme")
