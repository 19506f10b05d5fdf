"""Shapes as queries.

Shapes are SHACL Core, in `ontology/shapes/`. Each constraint becomes one SPARQL query over
the whole graph, which takes a hundredth of the time that a check node by node takes; pySHACL
stays the reference, and a test holds the two against each other on every case.

1. Read every property shape with its target class, path and constraints.
2. Write one query for each constraint: its rows are the nodes, and values, at fault.
3. Set aside, for pySHACL, each shape of which any part has no query form.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from devcoop import assets, names
from devcoop.errors import GraphError
from devcoop.store import Store
from devcoop.store.rdf import parse_rdf, read_bytes
from devcoop.store.terms import BlankNode, Literal, NamedNode, Quad, Term, Triple, as_text
from devcoop.validation.paths import copy_path
from devcoop.validation.results import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_SH = names.PREFIXES["sh"]
_RDF = names.PREFIXES["rdf"]
_XSD = names.PREFIXES["xsd"]
_NIL = NamedNode(_RDF + "nil")
_CLASS = NamedNode(names.term("rdfs:Class"))
_DESCRIPTIVE = {"path", "severity", "message", "description", "name", "order", "group"}
_TARGETS = {"targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"}
_TARGET_IRIS = {_SH + name for name in _TARGETS}
_Written = tuple[str, str]
"""What `Constraint` has as `asked` and `kept`."""
# What a shape may say for its property shapes to be all that there is to check.
_PLAIN = {"targetClass", "property"} | _DESCRIPTIVE - {"path"}
MEMBERS = "{{members}}"
"""Stands in a query for what says which nodes are looked at."""
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
        asked: A SELECT of ?focus and, where there is one, ?value, with `MEMBERS` where it says
            what is looked at.
        kept: A SELECT of the nodes that are not at fault, whatever class they are of; empty if
            `asked` without any `MEMBERS` tells all that are.
        target: IRI of the class whose members are looked at.
        needs: IRI of the property without which nothing can be at fault; empty if there is none.
        of_several: Whether nothing can be at fault either where no node has that property twice.
    """

    shape: str
    component: str
    severity: Severity
    message: str
    fix: str
    path: Term
    described_by: tuple[Triple, ...]
    compares: bool
    asked: str
    kept: str
    target: str
    needs: str
    of_several: bool

    @property
    def query(self) -> str:
        """The constraint as one query for any engine, which finds the members itself.

        It is what the answers of `run_shapes`, which finds them once, are held against.
        """
        return self.asked.replace(MEMBERS, f"{{ {select_members(self.target)} }}")


@dataclass(frozen=True)
class Shapes:
    """All shapes of a folder.

    Attributes:
        constraints: What is asked as queries.
        others: Names of the shapes that have no query form, in order.
        statements: Shapes for pySHACL that check these and nothing else.
    """

    constraints: tuple[Constraint, ...]
    others: tuple[str, ...] = ()
    statements: tuple[Quad, ...] = ()


class _NoQueryFormError(GraphError):
    """A shape uses a part of SHACL that has no query form here."""


def select_members(target: str) -> str:
    """Write the query for the members of a class: its own and those of the classes below.

    Args:
        target: IRI of the class.
    """
    return f"SELECT DISTINCT ?focus WHERE {{ ?focus {_ANY} <{target}> }}"


def load_shapes(folder: Path = assets.ONTOLOGY / "shapes") -> Shapes:
    """Read all shapes.

    Args:
        folder: Where the shape files lie.

    Examples:
        >>> load_shapes().others
        ()
    """
    store = Store()
    for path in assets.iter_turtle(folder):
        store.add(None, parse_rdf(path, read_bytes(path)))
    constraints: list[Constraint] = []
    others: dict[str, Term] = {}
    kept: list[Quad] = []
    for node, targets in _find_targets(store).items():
        if not _is_plain(store, node):
            others[as_text(node)] = node
            kept += targets
            continue
        for shape in _objects(store, node, _SH + "property"):
            try:
                constraints += [
                    one for quad in targets for one in _constraints_of(store, shape, quad.object)
                ]
            except _NoQueryFormError:
                others[as_text(shape)] = shape
                kept += _aim_at(shape, targets, len(others))
    constraints.sort(key=lambda one: (one.shape, one.component, one.asked))
    if not others:
        return Shapes(tuple(constraints))
    rest = [quad for quad in store if quad.predicate.value not in _TARGET_IRIS]
    return Shapes(tuple(constraints), tuple(sorted(others)), (*rest, *kept))


def load_constraints(folder: Path = assets.ONTOLOGY / "shapes") -> list[Constraint]:
    """Read the constraints of those shapes that are asked as queries.

    Args:
        folder: Where the shape files lie.

    Examples:
        >>> any(one.shape.endswith("#Undertaking-theme") for one in load_constraints())
        True
    """
    return list(load_shapes(folder).constraints)


def _find_targets(store: Store) -> dict[NamedNode | BlankNode | Triple, list[Quad]]:
    """Find the shapes that say which nodes they look at, and what they say of it.

    A shape that is a class looks at its members without saying so.
    """
    found: dict[NamedNode | BlankNode | Triple, list[Quad]] = {}
    for name in sorted(_TARGET_IRIS):
        for quad in store.quads(predicate=name):
            found.setdefault(quad.subject, []).append(quad)
    classes = store.quads(predicate=_RDF + "type", object=_CLASS)
    for quad in classes:
        is_shape = any(
            said.predicate.value.startswith(_SH) or as_text(said.object).startswith(_SH)
            for said in store.quads(subject=quad.subject)
        )
        if is_shape:
            found.setdefault(quad.subject, [])
    return found


def _is_plain(store: Store, node: NamedNode | BlankNode | Triple) -> bool:
    """Tell whether the members of classes and property shapes are all that a shape is about."""
    said = store.quads(subject=node)
    is_class = store.holds(Quad(node, NamedNode(_RDF + "type"), _CLASS))
    names_said = {
        one.predicate.value[len(_SH) :] for one in said if one.predicate.value.startswith(_SH)
    }
    return not is_class and names_said <= _PLAIN


def _aim_at(shape: Term, targets: Iterable[Quad], number: int) -> Iterator[Quad]:
    """Have one property shape look at what another shape looks at, and nothing else."""
    alone = BlankNode(f"alone{number}")
    yield Quad(alone, NamedNode(_RDF + "type"), NamedNode(_SH + "NodeShape"))
    yield Quad(alone, NamedNode(_SH + "property"), shape)
    for quad in targets:
        yield Quad(alone, quad.predicate, quad.object)


def _objects(store: Store, node: Term, predicate: str) -> list[Term]:
    """List what a node says by a predicate."""
    if isinstance(node, Literal):
        return []
    return [quad.object for quad in store.quads(subject=node, predicate=predicate)]


def _constraints_of(store: Store, shape: Term, target: Term) -> Iterator[Constraint]:
    """Write the queries of one property shape."""
    says: dict[str, list[Term]] = {}
    for said in _says(store, shape):
        if said.predicate.value.startswith(_SH):
            says.setdefault(said.predicate.value[len(_SH) :], []).append(said.object)
    _refuse_unknown(shape, says)
    [path] = says["path"]
    copied, described_by = copy_path(path, partial(_says, store), as_text(shape))
    for name, values in sorted(says.items()):
        if name in _DESCRIPTIVE:
            continue
        for value in values:
            asked, kept = _WRITERS[name](_Scope(store, _path(store, path)), value)
            yield Constraint(
                shape=as_text(shape),
                component=f"{_SH}{name[:1].upper()}{name[1:]}ConstraintComponent",
                severity=Severity(as_text(says["severity"][0])[len(_SH) :].lower()),
                message=as_text(says["message"][0]),
                fix=as_text(says["description"][0]),
                path=copied,
                described_by=described_by,
                compares=name in _COMPARING,
                asked=asked,
                kept=kept,
                target=as_text(target),
                needs="" if name in _ABOUT_ABSENCE else _first_of(store, path),
                of_several=isinstance(path, NamedNode) and _is_of_several(name, value),
            )


def _is_of_several(name: str, value: Term) -> bool:
    """Tell whether only a node with several values can breach a constraint."""
    return name == "uniqueLang" or (name == "maxCount" and int(as_text(value)) > 0)


def _refuse_unknown(shape: Term, says: Mapping[str, Sequence[Term]]) -> None:
    """Refuse a property shape that is no IRI, tells something not just once, or asks for more."""
    for name in ("path", "severity", "message", "description"):
        if len(says.get(name, ())) != 1:
            raise _NoQueryFormError(f"{as_text(shape)}: not one sh:{name}")
    for name in says.keys() - _DESCRIPTIVE:
        if name not in _WRITERS:
            raise _NoQueryFormError(f"{as_text(shape)}: sh:{name} has no query form")
    if isinstance(shape, BlankNode):
        raise _NoQueryFormError(f"{shape}: it has no name")
    severity = as_text(says["severity"][0]).removeprefix(_SH).lower()
    if severity not in list(Severity):
        raise _NoQueryFormError(f"{as_text(shape)}: {severity} is no severity here")


def _says(store: Store, node: Term) -> list[Triple]:
    if isinstance(node, Literal):
        return []
    return [quad.triple for quad in store.quads(subject=node)]


@dataclass(frozen=True)
class _Scope:
    """What a constraint's queries are about: the shape's path."""

    store: Store
    path: str

    def per_value(self, fault: str) -> _Written:
        """Write a query for values of which `fault` is true; an error counts as true."""
        return (
            f"SELECT DISTINCT ?focus ?value WHERE {{ {MEMBERS} ?focus {self.path} ?value . "
            f"FILTER (COALESCE({fault}, true)) }}",
            "",
        )

    def without(self, value: str) -> _Written:
        """Write queries for nodes that have no such value, and for those that have one."""
        said = f"?focus {self.path} {value}"
        return (
            f"SELECT ?focus WHERE {{ {MEMBERS} MINUS {{ {said} }} }}",
            f"SELECT DISTINCT ?focus WHERE {{ {said} }}",
        )

    def at_least(self, number: int) -> _Written:
        """Write queries for nodes with fewer values, and for those with enough."""
        if number == 1:
            return self.without("?one")
        counted = "GROUP BY ?focus HAVING (COUNT(DISTINCT ?one)"
        said = f"?focus {self.path} ?one"
        return (
            f"SELECT ?focus WHERE {{ {MEMBERS} OPTIONAL {{ {said} }} }} {counted} < {number})",
            f"SELECT ?focus WHERE {{ {said} }} {counted} >= {number})" if number > 0 else "",
        )

    def at_most(self, number: int) -> _Written:
        """Write a query for nodes with more values."""
        said = f"?focus {self.path} ?one"
        if number == 1:
            return (
                f"SELECT DISTINCT ?focus WHERE {{ {MEMBERS} {said} , ?other . "
                "FILTER (!sameTerm(?one, ?other)) }",
                "",
            )
        return (
            f"SELECT ?focus WHERE {{ {MEMBERS} {said} }} "
            f"GROUP BY ?focus HAVING (COUNT(DISTINCT ?one) > {number})",
            "",
        )


def _path(store: Store, node: Term) -> str:
    """Write a SHACL path as a SPARQL property path."""
    if isinstance(node, NamedNode):
        return str(node)
    inverse = _objects(store, node, _SH + "inversePath")
    if inverse:
        return f"^({_path(store, inverse[0])})"
    if not _objects(store, node, _RDF + "first"):
        raise _NoQueryFormError(f"{node}: this kind of path has no query form")
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


def _class(scope: _Scope, value: Term) -> _Written:
    return (
        f"SELECT DISTINCT ?focus ?value WHERE {{ {MEMBERS} ?focus {scope.path} ?value . "
        f"MINUS {{ ?value {_ANY} {value} }} }}",
        "",
    )


def _datatype(scope: _Scope, value: Term) -> _Written:
    # Any text is a valid one; of other datatypes only what their constructor gives back.
    plain = value in (NamedNode(_XSD + "string"), NamedNode(_RDF + "langString"))
    valid = "true" if plain else f"COALESCE({value}(STR(?value)) = ?value, false)"
    return scope.per_value(f"!isLiteral(?value) || DATATYPE(?value) != {value} || !{valid}")


def _node_kind(scope: _Scope, value: Term) -> _Written:
    tests = {"IRI": "isIRI(?value)", "Literal": "isLiteral(?value)"}
    if as_text(value)[len(_SH) :] not in tests:
        raise _NoQueryFormError(f"{value}: this kind of node has no query form")
    return scope.per_value(f"!{tests[as_text(value)[len(_SH) :]]}")


def _language_in(scope: _Scope, value: Term) -> _Written:
    known = " || ".join(f"LANGMATCHES(LANG(?value), {tag})" for tag in _members(scope.store, value))
    return scope.per_value(f"!isLiteral(?value) || !({known})")


def _unique_lang(scope: _Scope, _: Term) -> _Written:
    return (
        f"SELECT DISTINCT ?focus (LANG(?one) AS ?value) WHERE {{ {MEMBERS} "
        f"?focus {scope.path} ?one , ?other . "
        f'FILTER (?one != ?other && LANG(?one) != "" && LANG(?one) = LANG(?other)) }}',
        "",
    )


def _in(scope: _Scope, value: Term) -> _Written:
    allowed = ", ".join(str(term) for term in _members(scope.store, value))
    return scope.per_value(f"?value NOT IN ({allowed})")


def _less_than_or_equals(scope: _Scope, value: Term) -> _Written:
    return (
        f"SELECT DISTINCT ?focus ?value WHERE {{ {MEMBERS} ?focus {scope.path} ?value ; "
        f"{value} ?bound . FILTER (COALESCE(!(?value <= ?bound), true)) }}",
        "",
    )


_ABOUT_ABSENCE = {"minCount", "hasValue"}
_COMPARING = {"lessThanOrEquals", "maxInclusive", "minInclusive"}
_WRITERS: dict[str, Callable[[_Scope, Term], _Written]] = {
    "minCount": lambda scope, value: scope.at_least(int(as_text(value))),
    "maxCount": lambda scope, value: scope.at_most(int(as_text(value))),
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "in": _in,
    "hasValue": lambda scope, value: scope.without(str(value)),
    "lessThanOrEquals": _less_than_or_equals,
    "minInclusive": lambda scope, value: scope.per_value(f"!(?value >= {value})"),
    "maxInclusive": lambda scope, value: scope.per_value(f"!(?value <= {value})"),
    "minLength": lambda scope, value: scope.per_value(f"STRLEN(STR(?value)) < {as_text(value)}"),
    "pattern": lambda scope, value: scope.per_value(f"!REGEX(STR(?value), {value})"),
}
