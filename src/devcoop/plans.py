"""Plans and undertakings, read from the graph into records.

The queries of `queries/facets/` and `queries/records/` say what is read; this module only
puts their rows together.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from devcoop.errors import UnknownResourceError
from devcoop.model import FACETS, Area, Concept, Link, Passage, Period, Plan, Undertaking
from devcoop.queries import get_query

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from devcoop.store import Store


Record = dict[str, str]


def _ask(graph: Store, query: str) -> list[Record]:
    return graph.query(get_query(query).text).records()


def _group(records: Iterable[Record], key: str) -> dict[str, list[Record]]:
    groups: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        groups[record[key]].append(record)
    return groups


def read_plans(graph: Store) -> list[Plan]:
    """Read the plans that are compared.

    Args:
        graph: Where the plans are.

    Returns:
        Plans in the order of their agencies' short names.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> [plan.agency for plan in read_plans(build_graph())]
        ['ISO', 'OBOR', 'UNIDO']
    """
    return [
        Plan(
            iri=record["plan"],
            title=record["title"],
            agency=record["agencyCode"],
            agency_label=record["agencyLabel"],
            period=_period(record),
            undertakings=int(record["undertakings"]),
            passages=int(record["passages"]),
            sha256=record["sha256"],
        )
        for record in _ask(graph, "plans")
    ]


def read_undertakings(graph: Store) -> dict[str, Undertaking]:
    """Read all undertakings with their facets, areas and passages.

    Args:
        graph: Where the plans are.

    Returns:
        Undertakings by identifier, in the order of the identifiers.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> read_undertakings(build_graph())["ISO-output-1.1"].agency
        'ISO'
    """
    labels = read_labels(graph)
    facets = _group(_ask(graph, "undertaking-facets"), "identifier")
    areas = _group(_ask(graph, "undertaking-areas"), "identifier")
    passages = _group(_ask(graph, "undertaking-passages"), "identifier")
    return {
        record["identifier"]: Undertaking(
            iri=record["undertaking"],
            identifier=record["identifier"],
            label=record["label"],
            gist=passages[record["identifier"]][0]["description"],
            agency=record["agencyCode"],
            period=_period(record),
            facets=_facets(facets[record["identifier"]], labels),
            areas=tuple(map(_area, areas[record["identifier"]])),
            evidence=tuple(map(_passage, passages[record["identifier"]])),
            is_umbrella=record["isUmbrella"] == "true",
        )
        for record in _ask(graph, "undertakings")
    }


def read_labels(graph: Store) -> dict[str, str]:
    """Read the English label of every concept of the compared schemes and of every place.

    Args:
        graph: Where the schemes are.

    Returns:
        Labels by IRI.
    """
    return {record["concept"]: record["label"] for record in _ask(graph, "concept-labels")}


def read_links(graph: Store) -> list[Link]:
    """Read the coordination that the plans state.

    Args:
        graph: Where the plans are.

    Returns:
        Links in the order of the agencies and of their IRIs.
    """
    groups = _group(_ask(graph, "stated-coordination"), "link")
    return [_link(iri, records) for iri, records in groups.items()]


def get_undertaking(undertakings: Mapping[str, Undertaking], identifier: str) -> Undertaking:
    """Get an undertaking by its identifier.

    Args:
        undertakings: As `read_undertakings` gives them.
        identifier: The main locator; upper and lower case are the same.

    Raises:
        UnknownResourceError: No loaded plan has it; names the nearest ones.
    """
    by_lower = {known.lower(): known for known in undertakings}
    if identifier.lower() in by_lower:
        return undertakings[by_lower[identifier.lower()]]
    near = [known for known in undertakings if identifier.lower() in known.lower()][:5]
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise UnknownResourceError(f"no plan has an initiative {identifier!r}{hint}")


def _period(record: Record) -> Period:
    return Period(_date(record["start"]), _date(record["end"]), record["periodBasis"] or "unknown")


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _facets(records: Iterable[Record], labels: Mapping[str, str]) -> dict[str, tuple[Concept, ...]]:
    by_facet = _group(records, "facet")
    return {
        facet: tuple(Concept(r["concept"], labels[r["concept"]]) for r in by_facet[facet])
        for facet in FACETS
        if facet in by_facet
    }


def _area(record: Record) -> Area:
    return Area(
        iri=record["area"],
        label=record["areaLabel"],
        basis=record["basis"],
        is_inherited=record["isInherited"] == "true",
        is_defined=record["isDefined"] == "true",
    )


def _passage(record: Record) -> Passage:
    return Passage(
        locator=record["locator"],
        gist=record["gist"],
        document=record["document"],
        start=int(record["startOffset"]),
        end=int(record["endOffset"]),
    )


def _link(iri: str, records: list[Record]) -> Link:
    first = records[0]
    return Link(
        iri=iri,
        from_agency=first["fromCode"],
        to_agency=first["toCode"],
        to_label=first["toLabel"],
        through=first["throughLabel"],
        locators=tuple(sorted({record["locator"] for record in records})),
    )
