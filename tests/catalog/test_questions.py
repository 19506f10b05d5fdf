from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib.namespace import CSVW, RDF, RDFS, SDO, SH

from devcoop import names
from devcoop.catalog.formats import render_rdf
from devcoop.catalog.questions import LIBRARY, build_questions
from devcoop.queries import Query, load_library

if TYPE_CHECKING:
    from devcoop.store import Store

QUERIES = load_library()

SHAPES = """
@prefix csvw: <http://www.w3.org/ns/csvw#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix schema: <https://schema.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

[] a sh:NodeShape ; sh:targetClass sh:SPARQLExecutable ; sh:nodeKind sh:IRI ;
  sh:class sh:SPARQLSelectExecutable ;
  sh:property
    [ sh:path sh:select ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
    [ sh:path sh:prefixes ; sh:minCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path rdfs:label ; sh:minCount 1 ; sh:uniqueLang true ] ,
    [ sh:path rdfs:comment ; sh:minCount 1 ; sh:uniqueLang true ] ,
    [ sh:path schema:keywords ; sh:minCount 1 ] ,
    [ sh:path schema:target ; sh:hasValue <https://w3id.org/devcoop/sparql> ] ,
    [ sh:path ( csvw:tableSchema csvw:column csvw:name ) ; sh:minCount 1 ] .

[] a sh:NodeShape ; sh:targetObjectsOf sh:parameter ; sh:nodeKind sh:IRI ; sh:class sh:Parameter ;
  sh:property
    [ sh:path sh:path ; sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:IRI ] ,
    [ sh:path sh:description ; sh:minCount 1 ] ;
  sh:xone ( [ sh:property [ sh:path sh:nodeKind ; sh:hasValue sh:IRI ] ]
            [ sh:property [ sh:path sh:datatype ; sh:minCount 1 ] ] ) .

[] a sh:NodeShape ; sh:targetObjectsOf sh:declare ; sh:nodeKind sh:IRI ;
  sh:property
    [ sh:path sh:prefix ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:string ] ,
    [ sh:path sh:namespace ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:anyURI ] .
"""


@functools.cache
def _questions() -> rdflib.Graph:
    return rdflib.Graph().parse(data=render_rdf(build_questions(), "nt"), format="nt")


def _node(query: Query) -> rdflib.URIRef:
    return rdflib.URIRef(names.mint_question(query.name))


def _name(query: Query) -> str:
    return query.name


def _is_french(term: object) -> bool:
    return getattr(term, "language", None) == "fr"


def _declared() -> str:
    graph = _questions()
    return "".join(
        f"PREFIX {graph.value(one, SH.prefix)}: <{graph.value(one, SH.namespace)}>\n"
        for one in graph.objects(rdflib.URIRef(LIBRARY), SH.declare)
    )


def test_every_query_is_a_question_and_every_question_a_query() -> None:
    stated = set(_questions().subjects(RDF.type, SH.SPARQLExecutable))
    assert QUERIES
    assert stated == {_node(query) for query in QUERIES.values()}


def test_questions_have_the_form_that_shacl_asks_for() -> None:
    conforms, _, text = pyshacl.validate(_questions(), shacl_graph=SHAPES, advanced=True)
    assert conforms, text


def test_questions_have_no_blank_nodes_and_come_in_order() -> None:
    triples = build_questions()
    assert not [one for one in triples if any(isinstance(term, ox.BlankNode) for term in one)]
    assert triples == sorted(triples, key=str)


@pytest.mark.parametrize("query", QUERIES.values(), ids=_name)
def test_question_gives_the_answer_of_its_file(query: Query, graph: Store) -> None:
    stated = str(_questions().value(_node(query), SH.select))
    from_file = graph.query(query.text)
    assert graph.query(stated) == from_file
    # A processor of SHACL puts the declared prefixes before the text.
    assert graph.query(_declared() + stated) == from_file


@pytest.mark.parametrize("query", QUERIES.values(), ids=_name)
def test_question_says_what_its_header_says(query: Query) -> None:
    graph, node = _questions(), _node(query)
    assert rdflib.Literal(query.title, lang="en") in graph.objects(node, RDFS.label)
    assert rdflib.Literal(query.question, lang="en") in graph.objects(node, RDFS.comment)
    for key, prop in (("title_fr", RDFS.label), ("question_fr", RDFS.comment)):
        french = [str(one) for one in graph.objects(node, prop) if _is_french(one)]
        assert french == [query.header[key]] if key in query.header else french == []
    keywords = {str(one) for one in graph.objects(node, SDO.keywords)}
    assert keywords == set(query.header["keywords"])
    parameters = list(graph.objects(node, SH.parameter))
    assert {str(graph.value(one, SH.name)) for one in parameters} == set(query.params)
    columns = graph.objects(node, CSVW.tableSchema / CSVW.column / CSVW.name)
    assert {str(one) for one in columns} == set(query.header["columns"])


@pytest.mark.parametrize("query", [q for q in QUERIES.values() if q.params], ids=_name)
def test_default_of_a_parameter_leaves_the_query_as_it_is(query: Query, graph: Store) -> None:
    stated = _questions()
    defaults = {}
    for parameter in stated.objects(_node(query), SH.parameter):
        value = stated.value(parameter, SH.defaultValue)
        if value is not None:
            defaults[str(stated.value(parameter, SH.name))] = str(value)
    assert graph.query(query.bind(defaults)) == graph.query(query.text)
