"""The dataset as a network in GraphML: who plans what, about what, where, and what meets what.

Nodes are plans, agencies, initiatives, the concepts and places that initiatives name, and the
findings about two initiatives; edges say how they hang together. Attributes are typed, so that
Gephi, yEd, Cytoscape or networkx filter and size by them. A character that XML cannot hold is
written as U+FFFD.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from devcoop import names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devcoop.export.tables import Table

NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""A character that XML cannot hold."""
_SCHEMA = names.GRAPHML
_NODE_KEYS = {
    "label": "string",
    "kind": "string",
    "iri": "string",
    "identifier": "string",
    "type": "string",
    "start": "string",
    "end": "string",
    "score": "double",
}
_EDGE_KEYS = {"relation": "string", "weight": "double"}
Attributes = dict[str, str]


@dataclass
class _Network:
    """Nodes by their IRI, and edges, in the order in which they were added."""

    nodes: dict[str, Attributes] = field(default_factory=dict)
    edges: list[tuple[str, str, Attributes]] = field(default_factory=list)

    def add(self, iri: str, kind: str, label: str, **more: str) -> None:
        self.nodes[iri] = {"label": label, "kind": kind, "iri": iri} | more

    def link(self, source: str, target: str, relation: str, weight: str = "") -> None:
        """Draw an edge, if both ends are there."""
        if source in self.nodes and target in self.nodes:
            self.edges.append((source, target, {"relation": relation, "weight": weight}))


def render_graphml(tables: Mapping[str, Table]) -> bytes:
    """Render tables of a dataset as one directed graph.

    Args:
        tables: As `read_tables` gives them.

    Returns:
        XML in UTF-8; the same bytes for the same data.
    """
    rows = {file: table.records() for file, table in tables.items()}
    network = _Network()
    _add_plans(network, rows)
    _add_concepts(network, rows)
    _add_findings(network, rows)
    return "".join(f"{line}\n" for line in _render(network)).encode()


Rows = dict[str, list[dict[str, str]]]


def _add_plans(network: _Network, rows: Rows) -> None:
    agencies = {row["agency"]: row["iri"] for row in rows["agencies.csv"]}
    for row in rows["agencies.csv"]:
        network.add(row["iri"], "agency", row["label"], identifier=row["agency"])
    for row in rows["plans.csv"]:
        days = {"start": row["start"], "end": row["end"]}
        network.add(row["plan"], "plan", row["label"], identifier=row["identifier"], **days)
        network.link(row["plan"], agencies[row["agency"]], "issued by")
    for row in rows["initiatives.csv"]:
        days = {"start": row["start"], "end": row["end"]}
        more = {"identifier": row["initiative"], **days}
        network.add(row["iri"], "initiative", row["label"], **more)
        network.link(row["iri"], row["plan"], "in plan")
        network.link(row["iri"], agencies[row["agency"]], "agency")


def _add_concepts(network: _Network, rows: Rows) -> None:
    initiatives = {row["initiative"]: row["iri"] for row in rows["initiatives.csv"]}
    labels = {row["concept"]: row["label"] for row in rows["concepts.csv"]}
    kinds = {row["concept"]: row["facet"] for row in rows["facets.csv"]}
    for concept in sorted(kinds):
        network.add(concept, kinds[concept], labels.get(concept, names.slug_of(concept)))
    for row in rows["facets.csv"]:
        if row["initiative"] in initiatives:
            network.link(initiatives[row["initiative"]], row["concept"], row["facet"])
    for row in rows["broader.csv"]:
        network.link(row["concept"], row["broader"], "broader")


def _add_findings(network: _Network, rows: Rows) -> None:
    initiatives = {row["initiative"]: row["iri"] for row in rows["initiatives.csv"]}
    for row in rows["overlaps.csv"]:
        more = {key: row[key] for key in ("type", "start", "end", "score")}
        network.add(row["finding"], "finding", f"{row['left']} / {row['right']}", **more)
        for side in ("left", "right"):
            target = initiatives.get(row[side], "")
            network.link(row["finding"], target, "involves", weight=row["score"])


def _render(network: _Network) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<graphml xmlns="{_SCHEMA}">'
    for kind, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name, datatype in keys.items():
            attributes = f'attr.name="{name}" attr.type="{datatype}"'
            yield f'  <key id="{kind}-{name}" for="{kind}" {attributes}/>'
    yield '  <graph id="devcoop" edgedefault="directed">'
    places = {iri: f"n{number}" for number, iri in enumerate(network.nodes)}
    for iri, said in network.nodes.items():
        yield f'    <node id="{places[iri]}">{_render_data("node", said)}</node>'
    for number, (source, target, said) in enumerate(network.edges):
        ends = f'source="{places[source]}" target="{places[target]}"'
        yield f'    <edge id="e{number}" {ends}>{_render_data("edge", said)}</edge>'
    yield "  </graph>"
    yield "</graphml>"


def _render_data(kind: str, attributes: Attributes) -> str:
    return "".join(
        f'<data key="{kind}-{name}">{_escape(value)}</data>'
        for name, value in attributes.items()
        if value
    )


def _escape(text: str) -> str:
    # A reader of XML takes a bare carriage return for a line feed.
    return escape(NOT_XML.sub("\ufffd", text), {"\r": "&#13;"})
