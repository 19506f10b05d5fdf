"""Shapes of any kind, interpreted node by node by pySHACL; the only door to it.

Our own shapes are queries (see `shapes`), which is a hundred times as fast. What others write
may use all of SHACL, with SPARQL and the advanced features, and may never end: it is run in a
process that has a deadline, and can open neither a file nor a connection.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from functools import partial
from typing import TYPE_CHECKING, Any

import rdflib

from devcoop import killable, names
from devcoop.errors import GraphError
from devcoop.store.terms import BlankNode, Literal, NamedNode, Quad, Triple, as_text
from devcoop.validation.paths import copy_path
from devcoop.validation.results import Result, Severity, Terms, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from devcoop.store.terms import Term

_SH = names.PREFIXES["sh"]
_DECLARED = (rdflib.SH.prefix, rdflib.SH.namespace)
_STRING = names.term("xsd:string")
# Uses each kind of shape once, so that all modules are loaded before no file can be opened.
_WARM_UP = f"""
{names.render_prologue("sh", "rdfs", "xsd")}
<urn:declared> sh:declare [ sh:prefix "x" ; sh:namespace "urn:x:"^^xsd:anyURI ] .
<urn:f> a sh:SPARQLFunction ; sh:returnType xsd:boolean ; sh:prefixes <urn:declared> ;
  sh:parameter [ sh:path <urn:x#op> ; sh:datatype xsd:string ] ; sh:ask "ASK {{ FILTER(true) }}" .
<urn:shape> a sh:NodeShape ; sh:targetSubjectsOf rdfs:label ;
  sh:target [ a sh:SPARQLTarget ; sh:select "SELECT ?this WHERE {{ ?this a <urn:x:C> }}" ] ;
  sh:rule [ a sh:TripleRule ; sh:subject sh:this ; sh:predicate <urn:p> ; sh:object <urn:o> ] ,
    [ a sh:SPARQLRule ; sh:construct "CONSTRUCT {{ $this <urn:q> 1 }} WHERE {{ }}" ] ;
  sh:property [ sh:path ( <urn:p> [ sh:inversePath <urn:q> ] ) ; sh:minCount 1 ] ;
  sh:expression [ <urn:f> ( "a" ) ] ;
  sh:sparql [ sh:prefixes <urn:declared> ; sh:message "{{?value}}" ;
    sh:select "SELECT $this ?value WHERE {{ $this rdfs:label ?value . FILTER(true) }}" ] .
<urn:x:a> rdfs:label "a"@en .
"""


def interpret(
    data: Iterable[Quad],
    shapes: Iterable[Quad],
    *,
    seconds: float = killable.SECONDS,
    allowed: float | None = None,
    memory_bytes: int = killable.MEMORY_BYTES,
) -> list[Result]:
    """Run shapes over data; nothing that either imports is fetched.

    Args:
        data: Statements; all their graphs are looked at together.
        shapes: Statements of shapes.
        seconds: Time it may take.
        allowed: What is told as the time.
        memory_bytes: Memory it may take.

    Returns:
        Results in no order, without source.

    Raises:
        GraphError: A shape makes no sense, asks for a file or a server, or runs a program.
        OutOfTimeError: There is no answer in time.
        OutOfMemoryError: It needs more memory.
    """
    data, shapes = list(data), list(shapes)
    _refuse_programs(shapes)
    report = killable.run(
        partial(_interpret, data, shapes),
        what="the shapes",
        seconds=seconds,
        allowed=allowed,
        memory_bytes=memory_bytes,
        prepare=_warm_up,
        may_open=lambda: 0,
    )
    return list(_Reading(report, shapes).iter_results())


def _refuse_programs(shapes: Iterable[Quad]) -> None:
    """Refuse SHACL-JS: a shape may ask, and not run a program."""
    for quad in shapes:
        for node in (quad.predicate, quad.object):
            if isinstance(node, NamedNode) and node.value.lower().startswith(f"{_SH}js".lower()):
                problem = "a shape may not run a program (SHACL-JS)"
                raise GraphError(f"{quad.subject}: {names.shorten(node.value)}: {problem}")


def _warm_up() -> None:
    shapes = rdflib.Graph().parse(data=_WARM_UP, format="turtle")
    _run(shapes, shapes)


def _interpret(data: Sequence[Quad], shapes: Sequence[Quad]) -> list[Triple]:
    """Give the statements of pySHACL's report."""
    try:
        looked_at, asked = _build(data), _build(shapes, normalize=False)
        _bind_declared(looked_at, asked)
        report = _run(looked_at, asked)
    except OSError as error:
        problem = "a shape asks for a file or another server, which is refused"
        raise GraphError(f"{problem} ({error})") from error
    except (GraphError, MemoryError, RecursionError):
        raise
    except Exception as error:  # rdflib raises this very class for queries that make no sense
        raise GraphError(f"the shapes cannot be run: {' '.join(str(error).split())}") from error
    return [Triple(*map(_from_rdflib, triple)) for triple in report]


def _run(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    import pyshacl  # noqa: PLC0415

    # pySHACL tells each result there, too.
    logging.getLogger("pyshacl-validate").setLevel(logging.CRITICAL)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, advanced=True, inplace=True)
    if not isinstance(report, rdflib.Graph):
        raise GraphError(f"the shapes cannot be run: {report}")
    return report


def _bind_declared(data: rdflib.Graph, shapes: rdflib.Graph) -> None:
    """Let queries know all prefixes that shapes declare, as pySHACL follows no imports to them."""
    for node in shapes.objects(None, rdflib.SH.declare):
        prefix, namespace = (shapes.value(node, name) for name in _DECLARED)
        if prefix is not None and namespace is not None:
            for graph in (data, shapes):
                graph.bind(str(prefix), str(namespace), replace=True)


def _build(quads: Iterable[Quad], *, normalize: bool = True) -> rdflib.Graph:
    """Build a graph of rdflib, in which blank nodes keep their labels."""
    graph = rdflib.Graph()
    for quad in quads:
        subject, predicate = _to_rdflib(quad.subject), _to_rdflib(quad.predicate)
        graph.add((subject, predicate, _to_rdflib(quad.object, normalize=normalize)))
    return graph


def _to_rdflib(term: Any, *, normalize: bool = True) -> rdflib.term.Node:
    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, Literal):
        raise GraphError(f"statements about statements cannot be checked: {term}")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    if datatype == _STRING:
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=normalize)


def _from_rdflib(node: Any) -> Any:
    if isinstance(node, rdflib.URIRef):
        return NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return BlankNode(str(node))
    if node.language:
        return Literal(str(node), language=node.language)
    return Literal(str(node), datatype=NamedNode(str(node.datatype or _STRING)))


class _Reading:
    """Reads what pySHACL reports.

    Args:
        report: Statements of the report.
        shapes: The shapes that were run.
    """

    def __init__(self, report: Iterable[Triple], shapes: Iterable[Quad]) -> None:
        self._reported = _group(report)
        self._shapes = _group(quad.triple for quad in shapes)
        self._owners = {
            triple.object: node
            for node, said in self._shapes.items()
            for triple in said
            if triple.predicate.value == _SH + "property"
        }

    def iter_results(self) -> Iterator[Result]:
        """Iterate over the results."""
        for said in list(self._reported.values()):
            for triple in said:
                if triple.predicate.value == _SH + "result":
                    yield self._read(self._reported[triple.object])

    def _read(self, said: list[Triple]) -> Result:
        focus, shape = _find(said, "focusNode"), _find(said, "sourceShape")
        value, message = _find(said, "value"), _find(said, "resultMessage")
        path = _find(said, "resultPath")
        copied = copy_path(path, self._shapes.__getitem__, as_text(shape))
        severity = _find(said, "resultSeverity")
        return Result(
            severity=_SEVERITIES.get(as_text(severity), Severity.VIOLATION),
            rule=self._name(shape),
            source="",
            node=say(focus),
            value=say(value),
            message=as_text(message),
            fix=as_text(_find(self._shapes[shape], "description")),
            component=as_text(_find(said, "sourceConstraintComponent")),
            terms=Terms(focus, shape, value, *copied, message, severity),
        )

    def _name(self, shape: Term) -> str:
        """Name a shape: by its IRI, or by the shape that it belongs to and what it looks at."""
        if not isinstance(shape, BlankNode):
            return names.shorten(as_text(shape).removeprefix(names.SHAPES))
        owner = self._owners.get(shape)
        path = names.shorten(as_text(_find(self._shapes[shape], "path")))
        return f"{self._name(owner)} {path}" if owner else path or str(shape)


def _group(triples: Iterable[Triple]) -> defaultdict[Any, list[Triple]]:
    """Group statements by what they are about."""
    groups: defaultdict[Any, list[Triple]] = defaultdict(list)
    for triple in triples:
        groups[triple.subject].append(triple)
    return groups


def _find(said: Iterable[Triple], name: str) -> Any:
    """Find a value of a term of SHACL, always the same one; None if there is none."""
    found = [triple.object for triple in said if triple.predicate.value == _SH + name]
    return min(found, key=str, default=None)


_SEVERITIES = {_SH + one.value.capitalize(): one for one in Severity}
