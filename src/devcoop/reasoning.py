"""Consistency and classification by a description-logic reasoner.

HermiT, which owlready2 carries, needs a Java runtime. It is given the axioms, the types and
the links between individuals, and those values that tell a type; dates are left to validation,
since HermiT knows none.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import owlready2

from devcoop import names
from devcoop.errors import ReasoningError
from devcoop.scratch import open_scratch
from devcoop.store import rdf
from devcoop.store.terms import Literal, NamedNode, Triple, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from devcoop.store import Store


_RDF = names.PREFIXES["rdf"]
_TYPE = NamedNode(_RDF + "type")
_INDIVIDUAL = NamedNode(names.term("owl:NamedIndividual"))
_AXIOMS = (names.PREFIXES["owl"], names.PREFIXES["rdfs"], _RDF)
_LEFT_OUT = {names.term(f"rdfs:{name}") for name in ("label", "comment", "isDefinedBy")}
_LINKS = f"""
{names.render_prologue("owl")}
SELECT ?property WHERE {{ ?property a owl:ObjectProperty }} ORDER BY ?property
"""
_TYPING = f"""
{names.render_prologue("owl", "rdfs", "xsd")}
SELECT DISTINCT ?property
WHERE {{
  ?property a owl:DatatypeProperty ;
            rdfs:domain ?class .
  MINUS {{ ?property rdfs:range xsd:date }}
}}
ORDER BY ?property
"""


@dataclass(frozen=True)
class Verdict:
    """What the reasoner said.

    Attributes:
        is_consistent: Whether the axioms and the data can all be true.
        unsatisfiable: IRIs of classes that can have no member.
        classes: How many classes were classified.
        individuals: How many individuals the data have.
        inferred: How many subclass relations follow that nobody stated.
    """

    is_consistent: bool
    unsatisfiable: tuple[str, ...]
    classes: int
    individuals: int
    inferred: int


def find_java() -> str:
    """Find the Java runtime.

    Raises:
        ReasoningError: There is none; says what to do.
    """
    java = shutil.which("java")
    if java is None:
        raise ReasoningError(
            "no Java runtime was found: install one (any version from 11 on) and try again; "
            "all other commands work without it"
        )
    return java


def reason(graph: Store) -> Verdict:
    """Ask HermiT whether a graph is consistent, and classify its classes.

    Args:
        graph: Ontology and data.

    Raises:
        ReasoningError: There is no Java runtime, or HermiT stopped for another reason.
    """
    owlready2.JAVA_EXE = find_java()
    with open_scratch() as folder:
        file = folder / "graph.nt"
        file.write_bytes(rdf.serialize(_iter_axioms(graph), rdf.N_TRIPLES))
        world = owlready2.World()
        ontology = world.get_ontology(file.as_uri()).load()
        individuals = len(list(ontology.individuals()))
        classes = list(ontology.classes())
        stated = sum(len(one.is_a) for one in classes)
        is_consistent = _run_hermit(ontology)
    return Verdict(
        is_consistent=is_consistent,
        unsatisfiable=tuple(sorted(one.iri for one in world.inconsistent_classes())),
        classes=len(classes),
        individuals=individuals,
        inferred=max(0, sum(len(one.is_a) for one in classes) - stated),
    )


def _run_hermit(ontology: owlready2.Ontology) -> bool:
    """Run the reasoner; tell whether the ontology is consistent."""
    try:
        with ontology:
            owlready2.sync_reasoner_hermit(
                ontology.world, debug=0, ignore_unsupported_datatypes=True
            )
    except owlready2.OwlReadyInconsistentOntologyError:
        return False
    except owlready2.base.OwlReadyError as error:
        raise ReasoningError(f"HermiT stopped: {error}") from error
    return True


def _iter_axioms(graph: Store) -> Iterator[Triple]:
    """Iterate over axioms, types, links and values that tell a type."""
    links = {record["property"] for record in graph.query(_LINKS).records()}
    typing = {record["property"] for record in graph.query(_TYPING).records()}
    seen: set[Triple] = set()
    for quad in graph:
        predicate = quad.predicate.value
        is_axiom = predicate.startswith(_AXIOMS) and predicate not in _LEFT_OUT
        is_value = isinstance(quad.object, Literal)
        if (predicate in typing and is_value) or (
            (is_axiom or predicate in links) and not is_value
        ):
            seen.add(Triple(quad.subject, quad.predicate, quad.object))
    yield from seen
    yield from _name_individuals(seen)


def _name_individuals(triples: set[Triple]) -> set[Triple]:
    """Declare what is a member of a class as an individual, as owlready2 wants it."""
    terms = {one.subject for one in triples if as_text(one.object).startswith(_AXIOMS)}
    return {
        Triple(one.subject, _TYPE, _INDIVIDUAL)
        for one in triples
        if one.predicate == _TYPE and one.subject not in terms
    }
