"""JSON-LD with the named graphs, findings and initiatives framed, and the context inside.

A finding holds its parts and its period, an initiative its period and its passages, so that
a program reads one object and has the whole. Everything else stands beside them as plain
nodes. Nothing is left out: the file reads back as the same dataset, and no reader or writer
of it has to fetch anything.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, NoReturn

from pyld import jsonld

from devcoop.errors import GraphError
from devcoop.export.context import load_context
from devcoop.names import term
from devcoop.store import rdf
from devcoop.store.terms import BlankNode, DefaultGraph, NamedNode, Quad, Triple, has_blank

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Node = dict[str, Any]
Shortened = dict[tuple[object, ...], str | None]
"""What IRIs are called in a context, by the arguments that decide it."""
_TYPE = term("rdf:type")
_INSIDE: Node = {"@embed": "@always"}
_LINK: Node = {"@embed": "@never"}
FRAMES: tuple[Node, ...] = (
    {"type": "Finding", "@embed": "@never", "part": _INSIDE, "overlapPeriod": _INSIDE},
    {
        "type": "Undertaking",
        "@embed": "@never",
        "temporal": _INSIDE,
        "hasEvidence": {
            "@embed": "@always",
            "hasSelector": _INSIDE,
            "hasSource": _LINK,
            "isPartOf": _LINK,
        },
    },
)
"""What is put inside what; names are those of the context."""


def _refuse(url: str, _options: object) -> NoReturn:
    raise GraphError(f"JSON-LD that would fetch {url}: refused")


_OPTIONS: Node = {"documentLoader": _refuse, "processingMode": "json-ld-1.1"}


def render_jsonld(quads: Sequence[Quad]) -> bytes:
    """Render a dataset as JSON-LD 1.1.

    Args:
        quads: As `order_quads` gives them.

    Returns:
        One document: nodes of the default graph, then one object for each named graph.

    Raises:
        GraphError: The data cannot be said in JSON-LD, such as a scheme that is a prefix.

    Examples:
        >>> from devcoop.names import BASE, DEVC
        >>> from devcoop.store.terms import Literal, NamedNode, Quad
        >>> quad = Quad(NamedNode(BASE), NamedNode(DEVC.locator), Literal("IV.1"))
        >>> json.loads(render_jsonld([quad]))["@graph"]
        [{'id': 'https://w3id.org/devcoop/', 'locator': 'IV.1'}]
    """
    framing = _Framing(load_context())
    graph: list[Node] = []
    try:
        for home, content in groupby(quads, key=lambda quad: quad.graph_name):
            nodes = _frame_graph([quad.triple for quad in content], framing)
            is_default = isinstance(home, DefaultGraph)
            graph += nodes if is_default else [{"id": _name(home), "@graph": nodes}]
    except jsonld.JsonLdError as error:
        raise GraphError(f"JSON-LD cannot hold these data: {error}".partition("\n")[0]) from error
    document = {"@context": framing.context, "@graph": graph}
    return (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode()


def _name(node: NamedNode | BlankNode | DefaultGraph) -> str:
    return str(node.value) if isinstance(node, NamedNode) else str(node)


class _Processor(jsonld.JsonLdProcessor):
    """Looks up once what an IRI is called; the library reads the whole context each time."""

    def __init__(self, shortened: Shortened) -> None:
        super().__init__()
        self._shortened = shortened

    def _compact_iri(self, active_ctx: Any, iri: Any, value: Any = None, **choice: Any) -> Any:  # type: ignore[override]  # it is always called so
        compact: Any = super()._compact_iri
        # Which term fits may depend on the value: only what has none is the same each time.
        if value is not None:
            return compact(active_ctx, iri, value, **choice)
        key = (active_ctx["_uuid"], iri, *choice.items())
        if key not in self._shortened:
            self._shortened[key] = compact(active_ctx, iri, **choice)
        return self._shortened[key]


class _Framing:
    """Frames and compacts nodes with one context."""

    def __init__(self, context: Node) -> None:
        self.context = context
        self._shortened: Shortened = {}

    def frame(self, nodes: list[Node], frame: Node) -> list[Node]:
        options: Any = _OPTIONS | {"omitGraph": False, "omitDefault": True}
        document = {"@context": self.context, **frame}
        framed: list[Node] = self._processor.frame(nodes, document, options)["@graph"]
        return framed

    def compact(self, nodes: list[Node]) -> list[Node]:
        # What the engine wrote is expanded already.
        options: Any = _OPTIONS | {"graph": True, "skipExpansion": True}
        document = {"@context": self.context}
        compacted: list[Node] = self._processor.compact(nodes, document, options)["@graph"]
        return compacted

    @property
    def _processor(self) -> Any:
        return _Processor(self._shortened)


def _frame_graph(triples: Sequence[Triple], framing: _Framing) -> list[Node]:
    nodes: list[Node] = json.loads(rdf.serialize(triples, rdf.JSON_LD) or b"[]")
    for node in nodes:
        _name_types(node)
    # Framing gives blank nodes new labels, which would part them from the rest of the graph.
    frames = () if any(map(has_blank, triples)) else FRAMES
    types = {kind for node in nodes for kind in node.get("@type", ())}
    framed: list[Node] = []
    for frame in frames:
        if term(f"devc:{frame['type']}") in types:
            framed += framing.frame(nodes, frame)
    written = set(_iter_written(framed))
    rest = [node for node in nodes if node["@id"] not in written]
    return framed + framing.compact(rest)


def _name_types(node: Node) -> None:
    """Write the types of a node as JSON-LD does; the engine writes them as any property."""
    values = node.pop(_TYPE, [])
    types = [value["@id"] for value in values if "@id" in value]
    others = [value for value in values if "@id" not in value]
    node |= ({"@type": types} if types else {}) | ({_TYPE: others} if others else {})


def _iter_written(value: object) -> Iterator[str]:
    """Iterate over the nodes that are written out, not only linked to."""
    if isinstance(value, dict):
        if len(value) > 1 and "id" in value:
            yield value["id"]
        for inside in value.values():
            yield from _iter_written(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from _iter_written(inside)
