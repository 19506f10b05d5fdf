"""Whether an endpoint has a graph as we have it: counted first, then read back and compared.

Two graphs are equal if they have the same number of triples and the same SHA-256 over their
canonical N-Quads (RDFC-1.0), whatever the order and whatever blank nodes are called. Where
numbers have become others of the same value, such as 1.0 that is kept as 1, the graphs are
alike, which is told.

A server that gives no more than some triples is asked for parts: a subject belongs to a part
by the first digits of the MD5 of its IRI, so no order is needed and each part can be asked
again. Pages with ORDER BY are what such servers refuse, too.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING

from devcoop import names
from devcoop.errors import RemoteCutError, RemoteError
from devcoop.store import Store
from devcoop.store.terms import Literal, NamedNode, Triple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from devcoop.remote.endpoint import Endpoint

# 256 parts; a graph of a million triples has then about 4,000 in each.
_MOST_DIGITS = 2
_MOST_FIGURES = 15
_DECIMAL = NamedNode(names.term("xsd:decimal"))
_NUMBERS = (_DECIMAL, NamedNode(names.term("xsd:integer")))
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


class Likeness(Enum):
    """How a graph of an endpoint is related to ours."""

    EQUAL = "equal"
    ALIKE = "alike but for the form of numbers"
    OTHER = "another"


@dataclass(frozen=True)
class Fingerprint:
    """What tells whether two graphs are equal.

    Attributes:
        triples: How many there are.
        sha256: Over the sorted canonical N-Quads, in hexadecimal.
    """

    triples: int
    sha256: str


def measure(triples: Iterable[Triple]) -> Fingerprint:
    """Take the fingerprint of a graph.

    Args:
        triples: In any order, with blank nodes of any name.

    Examples:
        >>> from devcoop.store.terms import BlankNode
        >>> one = [Triple(BlankNode("a"), NamedNode("http://a/p"), Literal(1))]
        >>> two = [Triple(BlankNode("b"), NamedNode("http://a/p"), Literal(1))]
        >>> measure(one) == measure(two)
        True
    """
    # The store writes numbers and language tags in one way, as it did with ours.
    store = Store()
    store.add(None, triples)
    lines = store.canonical_lines()
    return Fingerprint(len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest())


def compare_graphs(there: Collection[Triple], ours: Collection[Triple]) -> Likeness:
    """Compare a graph that was read back with ours.

    Args:
        there: What the endpoint has.
        ours: What it should have.

    Examples:
        >>> name = NamedNode("http://a/p")
        >>> one, two = (Triple(name, name, Literal("1", datatype=kind)) for kind in _NUMBERS)
        >>> compare_graphs([one], [two]), compare_graphs([one], [])
        (<Likeness.ALIKE: 'alike but for the form of numbers'>, <Likeness.OTHER: 'another'>)
    """
    if len(set(there)) != len(set(ours)):
        return Likeness.OTHER
    if measure(there) == measure(ours):
        return Likeness.EQUAL
    values = (measure(map(_by_value, triples)) for triples in (there, ours))
    return Likeness.ALIKE if next(values) == next(values) else Likeness.OTHER


def _by_value(triple: Triple) -> Triple:
    """Write decimals and integers in one way: Virtuoso gives the decimal 1.0 as 1 in Turtle."""
    value = triple.object
    if not isinstance(value, Literal) or value.datatype not in _NUMBERS:
        return triple
    if not _NUMBER.fullmatch(value.value):
        return triple
    # Not normalised, which would round what is long.
    whole, _, fraction = format(Decimal(value.value), "f").partition(".")
    plain = f"{whole}.{fraction.rstrip('0')}"
    return Triple(triple.subject, triple.predicate, Literal(plain, datatype=_DECIMAL))


def count_graph(endpoint: Endpoint, name: str) -> int:
    """Count the triples of a named graph; 0 if there is none.

    Args:
        endpoint: Who has it.
        name: Its IRI.

    Raises:
        RemoteError: The endpoint cannot say.
    """
    counted = endpoint.ask(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}")
    told = [one.get("n", "") for one in counted.records()]
    # As long as no number of triples is.
    if not all(one.isascii() and one.isdecimal() and len(one) <= _MOST_FIGURES for one in told):
        place, figures = endpoint.url.partition("?")[0], ", ".join(told)[:_MOST_FIGURES]
        raise RemoteError(f"{place}: it counts {figures!r} triples, which is no number")
    return sum(map(int, told))


def read_graph(endpoint: Endpoint, name: str, count: int) -> set[Triple]:
    """Read a named graph, in parts where the endpoint does not give all at once.

    Args:
        endpoint: Who has it.
        name: Its IRI.
        count: How many triples it has.

    Raises:
        RemoteError: The endpoint could not, or gives too little even of small parts.
    """
    for digits in range(_MOST_DIGITS + 1):
        found = _read_parts(endpoint, name, digits)
        if len(found) >= count:
            return found
    problem = f"gives only {len(found)} of the {count} triples of {name}, so it cannot be compared"
    raise RemoteError(f"{endpoint.url.partition('?')[0]}: {problem}")


def _read_parts(endpoint: Endpoint, name: str, digits: int) -> set[Triple]:
    """Read what each part gives; blank nodes have no IRI and are a part of their own."""
    starts = map("".join, itertools.product("0123456789abcdef", repeat=digits))
    parts = [f'FILTER(!isBlank(?s) && STRSTARTS(MD5(STR(?s)), "{start}"))' for start in starts]
    found = set[Triple]()
    for part in ["FILTER(isBlank(?s))", *parts] if digits else [""]:
        pattern = f"GRAPH <{name}> {{ ?s ?p ?o }} {part}"
        try:
            found.update(endpoint.construct(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}"))
        except RemoteCutError:
            # What is missing will be noticed by its number.
            continue
    return found
