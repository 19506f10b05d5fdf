"""Values of parameters that name something: what they name must be there.

A question about a thing that nobody knows has an empty answer, which reads like a statement
about the plans; so it is an error, with what may have been meant.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from devcoop import names
from devcoop.errors import QueryError, suggest
from devcoop.store.terms import Literal, NamedNode, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from devcoop.queries.library import Query
    from devcoop.store import Store

_CALLED = ("skos:prefLabel", "rdfs:label", "skos:notation", "dcterms:title")
_NOTHING = "nothing is called so in these data"


def check_values(store: Store, query: Query, values: Mapping[str, str]) -> None:
    """Refuse values that name nothing in a store.

    Args:
        store: Where the question is asked.
        query: The question.
        values: Text by parameter name, as for `Query.bind`.

    Raises:
        QueryError: A value names nothing; with what may have been meant.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> from devcoop.queries import get_query
        >>> check_values(build_graph(), get_query("plan-periods"), {"plan": "plan:iso-2016-2021"})
        Traceback (most recent call last):
        devcoop.errors.QueryError: plan=plan:iso-2016-2021: nothing is called so in these data; ...
    """
    for name, value in values.items():
        problem = find_problem(store, query, name, value) if name in query.params else ""
        if problem:
            raise QueryError(f"{name}={value}: {problem}")


def find_problem(store: Store, query: Query, name: str, value: str) -> str:
    """Say why a value names nothing; nothing if it does, or need not.

    Args:
        store: Where the question is asked.
        query: The question.
        name: One of its parameters.
        value: What was written; empty text leaves a parameter open.
    """
    header = query.params[name]
    if header.get("type") == "iri" and value:
        return _find_problem_of_iri(store, value)
    if "names" in header and value:
        return _find_problem_of_text(store, value, names.term(header["names"]))
    return ""


def _find_problem_of_iri(store: Store, value: str) -> str:
    if names_something(store, names.expand(value)):
        return ""
    known = dict(_iter_called(store))
    return _NOTHING + (suggest(value, known) or suggest(names.shorten(value), known))


def names_something(store: Store, iri: str) -> bool:
    """Tell whether anything is said of an IRI, or with it.

    Examples:
        >>> from devcoop.graph import build_graph
        >>> names_something(build_graph(), "https://w3id.org/devcoop/theme/no-such-theme")
        False
    """
    try:
        node = NamedNode(iri)
    except ValueError:
        return False
    return store.contains(subject=node) or store.contains(object=node)


def _find_problem_of_text(store: Store, value: str, predicate: str) -> str:
    if store.contains(predicate=predicate, object=Literal(value)):
        return ""
    known = {as_text(quad.object) for quad in store.quads(predicate=predicate)}
    return _NOTHING + suggest(value, dict(zip(known, known, strict=True)))


def _iter_called(store: Store) -> Iterator[tuple[str, str]]:
    """Iterate over what things are called, with the text that names them in a parameter."""
    for compact in _CALLED:
        for quad in store.quads(predicate=names.term(compact)):
            if isinstance(quad.subject, NamedNode):
                key = names.shorten(as_text(quad.subject))
                yield key, key
                yield as_text(quad.object), key
