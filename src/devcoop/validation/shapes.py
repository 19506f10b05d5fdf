"""Shapes as queries.

Shapes are SHACL Core, in `ontology/shapes/`. Each constraint becomes one SPARQL query over
the whole graph, which takes a hundredth of the time that a check node by node takes; pySHACL
stays the reference, and a test holds the two against each other on every case.

1. Read every property shape with its target class, path and constraints.
2. Write one query for each constraint: its rows are the nodes, and values, at fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.errors import GraphError
from devcoop.store import Store
from devcoop.store.rdf import parse_rdf, read_bytes
from devcoop.store.terms import Literal, NamedNode, Term, Triple, as_text
from devcoop.validation.paths import copy_path
from devcoop.validation.results import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_SH = names.PREFIXES["sh"]
_RDF = names.PREFIXES["rdf"]
_XSD = names.PREFIXES["xsd"]
_NIL = NamedNode(_RDF + "nil")
_DESCRIPTIVE = {"path", "severity", "message", "description", "name", "order", "group"}
_ANY = f"a/<{names.term('rdfs:subClassOf')}>*"


@dataclass(frozen=True)
class Constraint:
    """One constraint of one property shape, as a query.

    Attributes:
        shape: IRI of the property shape.
        component: IRI of the constraint component.
        severity: How bad a breach is.
        message: What is wrong, in plain words.
        fix: How to mend it.
        path: The path, as the shape has it.
        described_by: Statements about the path, if it is more than a property.
        compares: Whether it compares values, whatever their datatypes.
        query: A SELECT of ?focus and, where there is one, ?value.
        target: IRI of the class whose members are looked at.
        needs: IRI of the property without which nothing can be at fault; empty if there is none.
    """

    shape: str
    component: str
    severity: Severity
    message: str
    fix: str
    path: Term
    described_by: tuple[Triple, ...]
    compares: bool
    query: str
    target: str
    needs: str


def load_constraints(folder: Path = assets.ONTOLOGY / "shapes") -> list[Constraint]:
    """Read the constraints of all shapes.

    Args:
        folder: Where the shape files lie.

    Raises:
        GraphError: A shape uses a part of SHACL that has no query form here.

    Examples:
        >>> any(one.shape.endswith("#Undertaking-theme") for one in load_constraints())
        True
    """
    store = Store()
    for path in assets.iter_turtle(folder):
        store.add(None, parse_rdf(path, read_bytes(path)))
    constraints = [
        constraint
        for shape, target in _iter_property_shapes(store)
        for constraint in _constraints_of(store, shape, target)
    ]
    return sorted(constraints, key=lambda one: (one.shape, one.component, one.query))


def _objects(store: Store, node: Term, predicate: str) -> list[Term]:
    """List what a node says by a predicate."""
    if isinstance(node, Literal):
        return []
    return [quad.object for quad in store.quads(subject=node, predicate=predicate)]


def _iter_property_shapes(store: Store) -> Iterator[tuple[Term, Term]]:
    """Iterate over property shapes and the classes whose members they look at."""
    for quad in store.quads(predicate=_SH + "targetClass"):
        for shape in _objects(store, quad.subject, _SH + "property"):
            yield shape, quad.object


def _constraints_of(store: Store, shape: Term, target: Term) -> Iterator[Constraint]:
    """Write the queries of one property shape."""
    says: dict[str, list[Term]] = {}
    for quad in store.quads(subject=as_text(shape)):
        if quad.predicate.value.startswith(_SH):
            says.setdefault(quad.predicate.value[len(_SH) :], []).append(quad.object)
    [path] = says["path"]
    copied, described_by = copy_path(path, partial(_says, store), as_text(shape))
    for name, values in sorted(says.items()):
        if name in _DESCRIPTIVE:
            continue
        if name not in _WRITERS:
            raise GraphError(f"{as_text(shape)}: sh:{name} has no query form")
        for value in values:
            yield Constraint(
                shape=as_text(shape),
                component=f"{_SH}{name[:1].upper()}{name[1:]}ConstraintComponent",
                severity=Severity(as_text(says["severity"][0])[len(_SH) :].lower()),
                message=as_text(says["message"][0]),
                fix=as_text(says["description"][0]),
                path=copied,
                described_by=described_by,
                compares=name in _COMPARING,
                query=_WRITERS[name](_Scope(store, target, _path(store, path)), value),
                target=as_text(target),
                needs="" if name in _ABOUT_ABSENCE else _first_of(store, path),
            )


def _says(store: Store, node: Term) -> list[Triple]:
    if isinstance(node, Literal):
        return []
    return [quad.triple for quad in store.quads(subject=node)]


@dataclass(frozen=True)
class _Scope:
    """What a constraint's query is about: the shape's targets and its path."""

    store: Store
    target: Term
    path: str

    @property
    def focus(self) -> str:
        return f"{{ SELECT DISTINCT ?focus WHERE {{ ?focus {_ANY} {self.target} }} }}"

    def per_value(self, fault: str) -> str:
        """Write a query for values of which `fault` is true; an error counts as true."""
        return (
            f"SELECT DISTINCT ?focus ?value WHERE {{ {self.focus} ?focus {self.path} ?value . "
            f"FILTER (COALESCE({fault}, true)) }}"
        )

    def per_count(self, fault: str) -> str:
        """Write a query for targets the number of whose values is at fault."""
        if fault == "< 1":
            return f"SELECT ?focus WHERE {{ {self.focus} MINUS {{ ?focus {self.path} ?one }} }}"
        if fault == "> 1":
            return (
                f"SELECT DISTINCT ?focus WHERE {{ {self.focus} ?focus {self.path} ?one , ?other . "
                "FILTER (!sameTerm(?one, ?other)) }"
            )
        return (
            f"SELECT ?focus WHERE {{ {self.focus} OPTIONAL {{ ?focus {self.path} ?one }} }} "
            f"GROUP BY ?focus HAVING (COUNT(DISTINCT ?one) {fault})"
        )


def _path(store: Store, node: Term) -> str:
    """Write a SHACL path as a SPARQL property path."""
    if isinstance(node, NamedNode):
        return str(node)
    inverse = _objects(store, node, _SH + "inversePath")
    if inverse:
        return f"^{_path(store, inverse[0])}"
    return "/".join(_path(store, item) for item in _members(store, node))


def _first_of(store: Store, path: Term) -> str:
    """Give the property that every value of a path needs; empty if it is not one property."""
    if isinstance(path, NamedNode):
        return path.value
    if inverse := _objects(store, path, _SH + "inversePath"):
        return _first_of(store, inverse[0])
    return _first_of(store, _members(store, path)[0])


def _members(store: Store, node: Term) -> list[Term]:
    """List the members of an RDF list."""
    members: list[Term] = []
    while node != _NIL:
        members += _objects(store, node, _RDF + "first")
        [node] = _objects(store, node, _RDF + "rest")
    return members


def _class(scope: _Scope, value: Term) -> str:
    return (
        f"SELECT DISTINCT ?focus ?value WHERE {{ {scope.focus} ?focus {scope.path} ?value . "
        f"MINUS {{ ?value {_ANY} {value} }} }}"
    )


def _datatype(scope: _Scope, value: Term) -> str:
    # Any text is a valid one; of other datatypes only what their constructor gives back.
    plain = value in (NamedNode(_XSD + "string"), NamedNode(_RDF + "langString"))
    valid = "true" if plain else f"COALESCE({value}(STR(?value)) = ?value, false)"
    return scope.per_value(f"!isLiteral(?value) || DATATYPE(?value) != {value} || !{valid}")


def _node_kind(scope: _Scope, value: Term) -> str:
    tests = {"IRI": "isIRI(?value)", "Literal": "isLiteral(?value)"}
    return scope.per_value(f"!{tests[as_text(value)[len(_SH) :]]}")


def _language_in(scope: _Scope, value: Term) -> str:
    known = " || ".join(f"LANGMATCHES(LANG(?value), {tag})" for tag in _members(scope.store, value))
    return scope.per_value(f"!isLiteral(?value) || !({known})")


def _unique_lang(scope: _Scope, _: Term) -> str:
    return (
        f"SELECT DISTINCT ?focus (LANG(?one) AS ?value) WHERE {{ {scope.focus} "
        f"?focus {scope.path} ?one , ?other . "
        f'FILTER (?one != ?other && LANG(?one) != "" && LANG(?one) = LANG(?other)) }}'
    )


def _in(scope: _Scope, value: Term) -> str:
    allowed = ", ".join(str(term) for term in _members(scope.store, value))
    return scope.per_value(f"?value NOT IN ({allowed})")


def _has_value(scope: _Scope, value: Term) -> str:
    return f"SELECT ?focus WHERE {{ {scope.focus} MINUS {{ ?focus {scope.path} {value} }} }}"


def _less_than_or_equals(scope: _Scope, value: Term) -> str:
    return (
        f"SELECT DISTINCT ?focus ?value WHERE {{ {scope.focus} ?focus {scope.path} ?value ; "
        f"{value} ?bound . FILTER (COALESCE(!(?value <= ?bound), true)) }}"
    )


_ABOUT_ABSENCE = {"minCount", "hasValue"}
_COMPARING = {"lessThanOrEquals", "maxInclusive", "minInclusive"}
_WRITERS: dict[str, Callable[[_Scope, Term], str]] = {
    "minCount": lambda scope, value: scope.per_count(f"< {as_text(value)}"),
    "maxCount": lambda scope, value: scope.per_count(f"> {as_text(value)}"),
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "in": _in,
    "hasValue": _has_value,
    "lessThanOrEquals": _less_than_or_equals,
    "minInclusive": lambda scope, value: scope.per_value(f"!(?value >= {value})"),
    "maxInclusive": lambda scope, value: scope.per_value(f"!(?value <= {value})"),
    "minLength": lambda scope, value: scope.per_value(f"STRLEN(STR(?value)) < {as_text(value)}"),
    "pattern": lambda scope, value: scope.per_value(f"!REGEX(STR(?value), {value})"),
}
